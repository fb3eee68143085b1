/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators are found in every notation that reports print them in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/vec.h"
#include "rule/report.h"
#include "rule/reportdate.h"
#include "rule/reportlabel.h"
#include "rule/sighting.h"

#define ONE_URL "https://login.evil-site.com/a/b?c=d"

/* The first sighting of a text, or "". */
static struct str
first(struct arena *a, const char *text)
{
	sighting_list list = { 0 };
	struct report report;

	report_read(&report, a, str_of(text));
	sightings_find(&list, a, &report);
	return list.n == 0 ? STR("") : list.at[0].text;
}

static void
test_urls_are_found_in_every_notation(void **state)
{
	static const char *const texts[] = {
		"hxxps://login.evil-site.com/a/b?c=d",
		"hXXps://login[.]evil-site[.]com/a/b?c=d",
		"h**ps://login(.)evil-site(.)com/a/b?c=d",
		"https[:]//login{.}evil-site{.}com/a/b?c=d",
		"hxxps[://]login[dot]evil-site(dot)com/a/b?c=d",
		"http[s]://login[ドット]evil-site.com/a/b?c=d",
		"ｈｔｔｐｓ：／／ｌｏｇｉｎ．ｅｖｉｌ－ｓｉｔｅ．ｃｏｍ／ａ／ｂ？ｃ＝ｄ",
		"hxxps://login。evil-site・com/a/b?c=d",
		"hxxps://log\xe2\x80\x8bin.evil\xc2\xad-site.com/a/b?c=d",
		"hxxps://login&#46;evil-site&#46;com/a/b?c=d",
		"hxxps://login.<wbr>evil-site<wbr>.com/a/b?c=d",
		"リンク先は「https://login.evil-site.com/a/b?c=d」です。",
		"https://login.evil-site.com/a/b?c=dにアクセス",
		"(https://login.evil-site.com/a/b?c=d).",
		"**hxxps://login.evil-site.com/a/b?c=d**",
		"URL：hxxps://login[.]evil-site[.]com/a/b?c=d、",
		"<hxxps://login.evil-site.com/a/b?c=d>",
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++) {
		struct str found = first(a, texts[i]);

		if (!str_is(found, ONE_URL))
			print_error("%s gave %.*s\n", texts[i],
			    (int)found.n, found.p);
		assert_true(str_is(found, ONE_URL));
	}
	arena_free(a);
}

static void
test_other_kinds_are_found_too(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "support[at]evil-site[.]com", "support@evil-site.com" },
		{ "support＠evil-site．com まで", "support@evil-site.com" },
		{ "a(at)evil-site(dot)com", "a@evil-site.com" },
		{ "○○@kir.jp", "○○@kir.jp" },
		{ "差出人:<a@evil-site.com>", "a@evil-site.com" },
		{ "104[.]219[.]238[.]62", "104.219.238.62" },
		{ "IPは104.219.238.62です", "104.219.238.62" },
		{ "2001:db8::1 sent it", "2001:db8::1" },
		{ "evil-site[.]com was seen", "evil-site.com" },
		{ "evil-site . com", "evil-site.com" },
		{ "https://****.com/jp/kagoya.net?uid=***@***.com",
		    "https://****.com/jp/kagoya.net?uid=***@***.com" },
		{ "https://xxx.evil-site.com/XXXX/y",
		    "https://***.evil-site.com/***/y" },
		{ "hxxps://evil-site.com/a(略)", "https://evil-site.com/a…" },
		{ "hxxps://evil-site.com/?r=…[伏字]",
		    "https://evil-site.com/?r=…[伏字]" },
		{ "evil-site.com/login", "http://evil-site.com/login" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str found = first(a, cases[i].text);

		if (!str_is(found, cases[i].wanted))
			print_error("%s gave %.*s\n", cases[i].text,
			    (int)found.n, found.p);
		assert_true(str_is(found, cases[i].wanted));
	}
	arena_free(a);
}

static void
test_sentences_hold_no_indicators(void **state)
{
	static const char *const texts[] = {
		"See you at noon. Bring cake.", "ここは文です。つぎも文です。",
		"setup.py and build.sh", "version 1.2.3 of 2026.02.09",
		"a@b", "***@***.***", "3.14", "e.g. this", "www",
		"http://", "https:///", "[.]", "●●●●",
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++)
		assert_int_equal(first(a, texts[i]).n, 0);
	arena_free(a);
}

static void
test_days_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *text;
		int32_t day;
	} cases[] = {
		{ "2026年2月9日 5:08", 20493 }, { "2026/02/09", 20493 },
		{ "on 2026-02-09,", 20493 }, { "9 Feb 2026", 20493 },
		{ "February 9th, 2026", DAY_NONE },
		{ "Feb 9, 2026", 20493 }, { "2026年2月上旬", 20485 },
		{ "20260209", DAY_NONE }, { "2026-13-40", DAY_NONE },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str s = str_of(cases[i].text);
		int32_t day = DAY_NONE;

		if (!reportdate_next(&s, &day))
			day = DAY_NONE;
		assert_int_equal(day, cases[i].day);
	}
}

static void
test_labels_need_their_end(void **state)
{
	static const struct {
		const char *text;
		enum role role;
		const char *value;
	} cases[] = {
		{ "件名：お知らせ", ROLE_SUBJECT, "お知らせ" },
		{ "件名 [spam] お知らせ", ROLE_SUBJECT, "[spam] お知らせ" },
		{ "件名は『重要』", ROLE_SUBJECT, "『重要』" },
		{ "■ 件名", ROLE_SUBJECT, "" },
		{ "件名の見出し", ROLE_NONE, "" },
		{ "件名欄は偽装できます", ROLE_NONE, "" },
		{ "From: a@b.com", ROLE_SENDER, "a@b.com" },
		{ "From the moment it came", ROLE_NONE, "" },
		{ "- Sender IP: 1.2.3.4", ROLE_RELAY, "1.2.3.4" },
		{ "送信元IPアドレス", ROLE_RELAY, "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str value = STR("");
		enum role role = label_at(a, str_of(cases[i].text), &value);

		assert_int_equal(role, cases[i].role);
		if (role != ROLE_NONE)
			assert_true(str_is(value, cases[i].value));
	}
	arena_free(a);
}

static void
test_a_huge_report_is_cut_and_says_so(void **state)
{
	struct arena *a = arena_new();
	char *bytes = arena_take(a, REPORT_BYTES + 100);
	struct report report;

	(void)state;
	memset(bytes, '\n', REPORT_BYTES + 100);
	report_read(&report, a, (struct str){ bytes, REPORT_BYTES + 100 });
	assert_true(report.is_cut);
	assert_int_equal(report.cells.n, 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_urls_are_found_in_every_notation),
		cmocka_unit_test(test_other_kinds_are_found_too),
		cmocka_unit_test(test_sentences_hold_no_indicators),
		cmocka_unit_test(test_days_are_read_as_people_write_them),
		cmocka_unit_test(test_labels_need_their_end),
		cmocka_unit_test(test_a_huge_report_is_cut_and_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
