/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of one template share bands, others do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/vec.h"
#include "rule/template.h"

static unsigned
shared(const char *one, const char *other)
{
	struct template a, b;
	unsigned n = 0;

	assert_true(template_of(&a, str_of(one)));
	assert_true(template_of(&b, str_of(other)));
	for (int i = 0; i < TEMPLATE_BANDS; i++)
		n += a.bands[i] == b.bands[i];
	return n;
}

static const char lure[] =
    "山田太郎様\n\nいつもえきねっとをご利用いただきありがとうございます。"
    "お客様のアカウントは 2026年2月9日 に一時停止されました。"
    "24時間以内に下記より再開の手続きをお願いいたします。\n"
    "https://a.example/x/1\nお問い合わせ番号: A-48213\n";

static const char page[] = "Dear Taro Yamada, your parcel 4711 is waiting. "
    "Please pay the customs fee of 12.50 within two days, or it will be sent "
    "back to the sender. Open the page below and follow the steps there. "
    "http://bad.example/pay Regards, Hans";

/* The whole point: what changes from one mail of a wave to the next. */
static void
test_names_numbers_and_links_change_nothing(void **state)
{
	static const struct {
		const char *one, *other;
	} pairs[] = {
		{ lure, "佐藤様\n\nいつもえきねっとをご利用いただきありがとう"
		    "ございます。お客様のアカウントは 2027年11月30日 に一時停止"
		    "されました。48時間以内に下記より再開の手続きをお願い"
		    "いたします。\nhttps://b.example/yy\nお問い合わせ番号: "
		    "ZX-9\n" },
		{ lure, "鈴木 花子 様\n\nいつもえきねっとをご利用いただき"
		    "ありがとうございます。お客様のアカウントは ２０２６年３月"
		    "１日 に一時停止されました。72時間以内に下記より再開の"
		    "手続きをお願いいたします。\nhttp://c.example/\n"
		    "お問い合わせ番号: Q-1\n" },
		{ page, "Dear Hanako, your parcel 99 is waiting. Please pay "
		    "the customs fee of 8.00 within two days, or it will be "
		    "sent back to the sender. Open the page below and follow "
		    "the steps there. https://other.example/z Regards, Bob" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(pairs); i++)
		assert_int_equal(shared(pairs[i].one, pairs[i].other),
		    TEMPLATE_BANDS);
}

/* Widths and case do not either. */
static void
test_widths_and_case_are_folded(void **state)
{
	(void)state;
	assert_int_equal(shared(
	    "please confirm the order of your account within the next days "
	    "or it will be closed for good and all",
	    "ｐｌｅａｓｅ confirm the ｏｒｄｅｒ of your account within the "
	    "next days or it will be closed for good and all"),
	    TEMPLATE_BANDS);
}

/* Words of any length, also where a row of bytes ends inside, and such that
 * are wide from some letter on. */
static void
test_long_words_are_folded_as_well(void **state)
{
	static const char small[] = "internationalization of "
	    "acknowledgements is a responsibility abcdefgh ijklmnopqrstuvwx ";
	static const char wide[] = "internatiｏnalization of "
	    "acknowledgementｓ is a ｒesponsibility "
	    "abcdefgｈ ijklmnopｑrstuvwx ";
	char one[2048] = "", other[2048] = "";

	(void)state;
	for (int i = 0; i < 5; i++) {
		snprintf(one + strlen(one), sizeof(one) - strlen(one),
		    "%.*s%s", 9 * i, "and so on and on and so on and on and so "
		    "on and so forth until all is said", small);
		snprintf(other + strlen(other), sizeof(other) - strlen(other),
		    "%.*s%s", 9 * i, "and so on and on and so on and on and so "
		    "on and so forth until all is said", wide);
	}
	assert_int_equal(shared(one, other), TEMPLATE_BANDS);
}

static void
test_a_text_without_blanks_is_one_word(void **state)
{
	static const char bytes[] = { 'a', 'Z', '7', '@', '/', '\x80' };
	char text[2000];
	struct template t;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		memset(text, bytes[i], sizeof(text));
		for (size_t n = 1000; n < 1100; n++)
			assert_false(template_of(&t,
			    (struct str){ text, n }));
	}
}

/* A sentence more leaves most of it as it was. */
static void
test_a_sentence_more_is_the_same_template(void **state)
{
	char longer[4096];
	unsigned n;

	(void)state;
	snprintf(longer, sizeof(longer), "%s%s%s", page, " ",
	    "thank you for your patience.");
	n = shared(page, longer);
	assert_in_range(n, TEMPLATE_SAME, TEMPLATE_BANDS);
}

static void
test_other_texts_are_other_templates(void **state)
{
	static const char *const texts[] = { lure, page,
		"株式会社見本 御中\nお世話になっております。先日お送りした"
		"見積書について、数量の変更をお願いしたくご連絡いたしました。"
		"納期は来月末を希望しております。ご検討ください。",
		"the meeting of the garden club is on friday; bring your own "
		"spade, and if you have one to spare bring that as well, as "
		"we are going to plant the hedge behind the school",
		"今月のメールマガジンをお届けします。新しい商品の紹介と、"
		"読者の皆さまからいただいたお便りを掲載しています。"
		"どうぞ最後までお楽しみください。",
	};

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++)
		for (size_t k = i + 1; k < nitems(texts); k++)
			assert_in_range(shared(texts[i], texts[k]), 0,
			    TEMPLATE_SAME - 1);
}

static void
test_short_texts_have_none(void **state)
{
	static const char *const texts[] = { "", "At noon?", "了解です。",
		"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15", "\xff\xfe\xff",
		"Taro Yamada, Hanako Sato, Jiro Suzuki, Ken, Bob, Al" };
	struct template t;

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++)
		assert_false(template_of(&t, str_of(texts[i])));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_numbers_and_links_change_nothing),
		cmocka_unit_test(test_widths_and_case_are_folded),
		cmocka_unit_test(test_long_words_are_folded_as_well),
		cmocka_unit_test(test_a_text_without_blanks_is_one_word),
		cmocka_unit_test(test_a_sentence_more_is_the_same_template),
		cmocka_unit_test(test_other_texts_are_other_templates),
		cmocka_unit_test(test_short_texts_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
