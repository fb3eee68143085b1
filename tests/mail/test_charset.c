/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to text: labels right, wrong and missing, one text in every charset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/charset.h"
#include "shared.h"

static void
assert_text(const struct charset_text *t, const char *wanted)
{
	if (!str_is(t->utf8, wanted))
		fail_msg("read \"%" STR_FMT "\", not \"%s\"",
		    STR_ARG(t->utf8), wanted);
}

static const char sample[] =
    "カゴヤ・ジャパン㈱ ①番〜お支払い―‖－｜\\ ~ ｶｺﾞﾔ 髙﨑 纊";

static void
test_a_text_is_the_same_from_every_charset(void **state)
{
	static const char *const charsets[] = { "utf-8", "iso-2022-jp",
		"Shift_JIS", "euc-jp" };
	struct arena *a = arena_new();
	struct charset_text first = { .is_guess = false };

	(void)state;
	for (size_t i = 1; i < nitems(charsets); i++) {
		struct str label = str_of(charsets[i]), bytes;
		struct charset_text t;

		assert_true(charset_encode(&bytes, a, str_of(sample), label));
		assert_false(str_is(bytes, sample));
		t = charset_decode(a, bytes, label);
		assert_false(t.is_guess);
		assert_false(t.is_damaged);
		assert_true(str_case_eq(t.charset, label));
		if (i == 1)
			first = t;
		assert_true(str_eq(t.utf8, first.utf8));
		t = charset_decode(a, bytes, STR(""));
		assert_true(t.is_guess);
		assert_true(str_eq(t.utf8, first.utf8));
		assert_true(str_case_eq(t.charset, label));
	}
	/* The wave dash is the one sign that has two code points. */
	assert_true(str_has(first.utf8, '\\'));
	assert_true(str_find_str(first.utf8, STR("①番～お")) !=
	    first.utf8.n);
	arena_free(a);
}

static void
test_a_wrong_label_is_seen_through(void **state)
{
	static const struct {
		struct str bytes;
		const char *label, *text, *charset;
	} cases[] = {
		/* 8-bit bytes cannot be ISO-2022-JP */
		{ STR_INIT("\x83\x4a\x83\x53\x83\x84"), "iso-2022-jp",
		    "カゴヤ", "shift_jis" },
		{ STR_INIT("カゴヤ"), "iso-2022-jp", "カゴヤ", "utf-8" },
		{ STR_INIT("カゴヤ"), "us-ascii", "カゴヤ", "utf-8" },
		{ STR_INIT("カゴヤ"), "iso-8859-1", "カゴヤ", "utf-8" },
		{ STR_INIT("\xa5\xab\xa5\xb4\xa5\xe4"), "", "カゴヤ",
		    "euc-jp" },
		{ STR_INIT("\x83\x4a\x83\x53\x83\x84"), "utf-8", "カゴヤ",
		    "shift_jis" },
		{ STR_INIT("\x1b$B%+%4%d\x1b(B"), "us-ascii", "カゴヤ",
		    "iso-2022-jp" },
		{ STR_INIT("\x1b$B%+%4%d\x1b(B"), "utf-8", "カゴヤ",
		    "iso-2022-jp" },
		{ STR_INIT("\x1b$B%+%4%d\x1b(B"), "nonsense", "カゴヤ",
		    "iso-2022-jp" },
		{ STR_INIT("caf\xe9"), "", "café", "windows-1252" },
		/* 92 74 would be a kanji */
		{ STR_INIT("don\x92t"), "", "don’t", "windows-1252" },
		/* a word or two were read as Western */
		{ STR_INIT("\x97\x6c \x8e\x63\x82\xe8" "3\x93\xfa"),
		    "iso-2022-jp", "様 残り3日", "shift_jis" },
		{ STR_INIT("\x97\x6c"), "iso-2022-jp", "様", "shift_jis" },
		{ STR_INIT("don\x92t"), "iso-2022-jp", "don’t",
		    "windows-1252" },
		{ STR_INIT("cr\xe8me"), "iso-2022-jp", "crème",
		    "windows-1252" },
		{ STR_INIT("\xa9 2026"), "iso-2022-jp", "© 2026",
		    "windows-1252" },
		{ STR_INIT("\xff\xfe" "a\0b\0"), "", "ab", "utf-16" },
		/* whoever does not know EBCDIC sees this */
		{ STR_INIT("abc"), "ibm-037", "abc", "us-ascii" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct charset_text t = charset_decode(a, cases[i].bytes,
		    str_of(cases[i].label));

		assert_text(&t, cases[i].text);
		assert_true(t.is_guess);
		assert_true(str_is(t.charset, cases[i].charset));
	}
	arena_free(a);
}

static void
test_a_right_label_is_believed(void **state)
{
	static const struct {
		struct str bytes;
		const char *label, *text;
	} cases[] = {
		{ STR_INIT("\xef\xbb\xbf" "a"), "utf-8", "a" },
		{ STR_INIT("\xe9t\xe9 \x80"), "iso-8859-1", "été €" },
		{ STR_INIT("\x1b(I6\x1b(B"), "iso-2022-jp", "ｶ" },
		{ STR_INIT("\x0e" "6\x0f"), "iso-2022-jp", "ｶ" },
		{ STR_INIT("\x1b$B-!-j\x1b(B"), "ISO-2022-JP-MS", "①㈱" },
		{ STR_INIT("\x1b$B%+\nabc"), "iso-2022-jp", "カ\nabc" },
		{ STR_INIT("\x1b(J\\~\x1b(B"), "iso-2022-jp", "\\~" },
		{ STR_INIT("\x1b$(D0!\x1b(B"), "iso-2022-jp-1", "丂" },
		{ STR_INIT("\x8f\xb0\xa1\x8e\xb6"), "euc-jp", "丂ｶ" },
		{ STR_INIT("\x87\x40\xfb\xfc"), "sjis", "①髙" },
		{ STR_INIT("\xc4\xe3\xba\xc3"), "GB2312", "你好" },
		{ STR_INIT("\xb0\xa1"), "ks_c_5601-1987", "가" },
		{ STR_INIT("\xf0\xd2\xc9"), "koi8-r", "При" },
		/* what the charset cannot have does not take the rest along */
		{ STR_INIT("\x1b$B%+\x1b(B a\n\xe3\x82\xab\xe3\x82\xb4\xe3"
		    "\x83\xa4\xe3\x83\xbc\n"), "iso-2022-jp",
		    "カ a\nカゴヤー\n" },
		{ STR_INIT("\x1b$B%+\n\x83\x4a\x83\x53\x83\x84\n\x1b$B%+"),
		    "iso-2022-jp", "カ\nカゴヤ\nカ" },
		{ STR_INIT("+MKswtDDk-"), "utf-7", "カゴヤ" },
		{ STR_INIT("+MKswtDDk-"), "unicode-1-1-utf-7", "カゴヤ" },
		/* JIS X 0213 in both, and JIS X 0212 beside it */
		{ STR_INIT("\x8a\x79\x93\x56\x87\xa0\x82\xf5\x88\x9e"),
		    "Shift_JIS-2004", "楽天𠀋か゚剝" },
		{ STR_INIT("\xf0\x40\xfc\xf4\xb6"), "shift_jisx0213",
		    "𠂉𪚲ｶ" },
		{ STR_INIT("\xb3\xda\xc5\xb7\xae\xa2\xa4\xf7\xaf\xfe"
		    "\x8f\xa1\xa1\x8f\xb0\xa1"), "EUC-JIS-2004",
		    "楽天𠀋か゚剝𠂉丂" },
		{ STR_INIT("\x4c\x81\x6e\x40\xd4\x81\x89\x93\x85\x99"),
		    "IBM037", "<a> Mailer" },
		/* ISO-2022-JP-2: Chinese, Korean, Western and Greek */
		{ STR_INIT("\x1b$A::\x1b$(C0!\x1b(B"), "iso-2022-jp-2",
		    "汉가" },
		{ STR_INIT("\x1b.A\x1bNi\x1b.F\x1bNa"), "ISO-2022-JP-2", "éα" },
		/* ISO-2022-JP-3: both planes, a sign of two, and JIS X 0208 */
		{ STR_INIT("\x1b$(O.!%+\x1b$(Q$w\x1b$(P!!\x1b(B"),
		    "iso-2022-jp-3", "俱カか゚𠂉" },
		{ STR_INIT("\x1b$(?!!\x1b(B"), "ISO-2022-JP-MS",
		    "\xee\x80\x80" },
		{ STR_INIT("\x1b$B-!\x1b(I6\x1b(B"), "CP50221", "①ｶ" },
		{ STR_INIT("\x1b$B-!\x0e" "6\x0f"), "cp50222", "①ｶ" },
		{ STR_INIT("\xa4\xaa\xe3"), "iso-8859-16", "€Șă" },
		{ STR_INIT("a\x81"), "windows-1252", "a\xc2\x81" },
		{ STR_INIT("\xab\x30"), "utf-16", "カ" },
		{ STR_INIT("\xfe\xff\x30\xab"), "utf-16", "カ" },
		{ STR_INIT("\0a\0b"), "utf-16", "ab" },
		{ STR_INIT("\x30\xab"), "utf-16be", "カ" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct charset_text t = charset_decode(a, cases[i].bytes,
		    str_of(cases[i].label));

		assert_text(&t, cases[i].text);
		assert_false(t.is_guess);
		assert_true(!t.is_damaged || cases[i].bytes.n == 2);
	}
	arena_free(a);
}

/* Programs that do not know the label show what it hides. */
static void
test_ascii_is_never_read_as_ebcdic(void **state)
{
	static const struct {
		const char *text, *read, *charset;
	} cases[] = {
		{ "<a href=\"https://evil.example.com/\">",
		    "<a href=\"https://evil.example.com/\">", "us-ascii" },
		{ "caf\xe9 au lait, 5 Euro", "café au lait, 5 Euro",
		    "windows-1252" },
		{ "\xe6\xa5\xbd\xe5\xa4\xa9", "楽天", "utf-8" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct charset_text t = charset_decode(a,
		    str_of(cases[i].text), STR("ibm037"));

		assert_text(&t, cases[i].read);
		assert_true(t.is_guess);
		assert_string_equal(str_cstr(a, t.charset), cases[i].charset);
	}
	arena_free(a);
}

static void
test_text_without_a_label_is_guessed_by_its_letters(void **state)
{
	static const struct {
		const char *bytes, *charset, *text;
	} cases[] = {
		{ "\xbf\xcb\xb7R\xaa\xba\xab\xc8\xa4\xe1\xb1z\xa6n"
		    "\xa1""A\xb1z\xaa\xba\xb1""b\xa4\xe1\xa4w\xb3Q"
		    "\xbc\xc8\xb0\xb1\xa8\xcf\xa5\xce",
		    "big5", "親愛的客戶您好，您的帳戶已被暫停使用" },
		{ "\xd7\xf0\xbe\xb4\xb5\xc4\xbf\xcd\xbb\xa7\xc4\xfa\xba\xc3"
		    "\xa3\xac\xc4\xfa\xb5\xc4\xd5\xcb\xbb\xa7\xd2\xd1\xb1\xbb"
		    "\xd4\xdd\xcd\xa3\xca\xb9\xd3\xc3",
		    "gb18030", "尊敬的客户您好，您的账户已被暂停使用" },
		{ "\xb0\xed\xb0\xb4\xb4\xd4 \xbe\xc8\xb3\xe7\xc7\xcf\xbc"
		    "\xbc\xbf\xe4. \xb1\xcd\xc7\xcf\xc0\xc7 \xb0\xe8"
		    "\xc1\xa4\xc0\xcc \xc0\xcf\xbd\xc3",
		    "euc-kr", "고객님 안녕하세요. 귀하의 계정이 일시" },
		{ "\xd3\xe2\xe0\xe6\xe0\xe5\xec\xfb\xe9 \xea\xeb\xe8\xe5"
		    "\xed\xf2, \xe2\xe0\xf8\xe0 \xf3\xf7\xe5\xf2\xed"
		    "\xe0\xff",
		    "windows-1251", "Уважаемый клиент, ваша учетная" },
		{ "\xf5\xd7\xc1\xd6\xc1\xc5\xcd\xd9\xca \xcb\xcc\xc9\xc5"
		    "\xce\xd4, \xd7\xc1\xdb\xc1 \xd5\xde\xc5\xd4\xce"
		    "\xc1\xd1",
		    "koi8-r", "Уважаемый клиент, ваша учетная" },
		{ "\xc1\xe3\xe1\xf0\xe7\xf4\xdd \xf0\xe5\xeb\xdc\xf4\xe7, "
		    "\xef \xeb\xef\xe3\xe1\xf1\xe9\xe1\xf3\xec\xfc\xf2 \xf3"
		    "\xe1\xf2 \xdd\xf7\xe5\xe9 \xe1\xed\xe1\xf3\xf4\xe1\xeb"
		    "\xe5\xdf",
		    "windows-1253",
		    "Αγαπητέ πελάτη, ο λογαριασμός σας έχει ανασταλεί" },
		{ "\xda\xd2\xed\xd2\xed \xc7\xe1\xda\xe3\xed\xe1\xa1 \xca"
		    "\xe3 \xca\xda\xe1\xed\xde \xcd\xd3\xc7\xc8\xdf. \xed\xd1"
		    "\xcc\xec \xca\xc3\xdf\xed\xcf \xc8\xed\xc7\xe4\xc7\xca"
		    "\xdf",
		    "windows-1256",
		    "عزيزي العميل، تم تعليق حسابك. يرجى تأكيد بياناتك" },
		{ "\xd9\xd2\xea\xd2\xea \xc7\xe4\xd9\xe5\xea\xe4\xac \xca"
		    "\xe5 \xca\xd9\xe4\xea\xe2 \xcd\xd3\xc7\xc8\xe3. \xea\xd1"
		    "\xcc\xe9 \xca\xc3\xe3\xea\xcf \xc8\xea\xc7\xe6\xc7\xca"
		    "\xe3",
		    "iso-8859-6",
		    "عزيزي العميل، تم تعليق حسابك. يرجى تأكيد بياناتك" },
		{ "\xe0\xc3\xd5\xc2\xb9\xc5\xd9\xa1\xa4\xe9\xd2 \xba\xd1"
		    "\xad\xaa\xd5\xa2\xcd\xa7\xa4\xd8\xb3\xb6\xd9\xa1\xc3\xd0"
		    "\xa7\xd1\xba \xa1\xc3\xd8\xb3\xd2\xc2\xd7\xb9\xc2\xd1"
		    "\xb9",
		    "windows-874",
		    "เรียนลูกค้า บัญชีของคุณถูกระงับ กรุณายืนยัน" },
		{ "\xbb\xb8\xd7\xca\xde\xdd\xb8 \xce\xdd\xc6\xdd\xb6\xb8"
		    "\xc6\xdd \xc9 \xb5\xc8\xb6\xde\xb2 \xc3\xde\xbd \xdb\xb8"
		    "\xde\xb2\xdd \xbc\xc3\xb8\xc0\xde\xbb\xb2",
		    "shift_jis", "ｻｸﾗﾊﾞﾝｸ ﾎﾝﾆﾝｶｸﾆﾝ ﾉ ｵﾈｶﾞｲ ﾃﾞｽ ﾛｸﾞｲﾝ ｼﾃｸﾀﾞｻｲ" },
		{ "\xa5\xcd\xa5\xc3\xa5\xc8\xa5\xd0\xa5\xf3\xa5\xaf",
		    "euc-jp", "ネットバンク" },
		{ "\xb3\xda\xc5\xb7\xbb\xd4\xbe\xec\xb2\xf1\xb0\xf7\xbe\xf0"
		    "\xca\xf3\xca\xd1\xb9\xb9\xb3\xce\xc7\xa7\xc4\xcc\xc3\xce",
		    "euc-jp", "楽天市場会員情報変更確認通知" },
		{ "\xbd\xc5\xcd\xd7 \xb6\xdb\xb5\xde \xcf\xa2\xcd\xed"
		    " \xb3\xce\xc7\xa7 \xb0\xcd\xcd\xea \xbc\xea\xc2"
		    "\xb3 \xb4\xfc\xb8\xc2 \xcb\xdc\xc6\xfc",
		    "euc-jp", "重要 緊急 連絡 確認 依頼 手続 期限 本日" },
		{ "\x8ay\x93V\x8es\x8f\xea\x89\xef\x88\xf5\x8f\xee"
		    "\x95\xf1\x95\xcf\x8dX\x8am\x94""F\x92\xca\x92m",
		    "shift_jis", "楽天市場会員情報変更確認通知" },
		{ "\x83""A\x83J\x83""E\x83\x93\x83g\x82\xf0\x8am"
		    "\x94""F\x82\xb5\x82\xc4\x82\xad\x82\xbe\x82\xb3\x82\xa2",
		    "shift_jis", "アカウントを確認してください" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct charset_text t = charset_decode(a,
		    str_of(cases[i].bytes), STR(""));

		assert_text(&t, cases[i].text);
		assert_true(str_is(t.charset, cases[i].charset));
		assert_true(t.is_guess);
	}
	arena_free(a);
}

static void
test_ascii_is_no_guess_unless_its_label_is_wrong(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_false(charset_decode(a, STR("hi"), STR("")).is_guess);
	assert_false(charset_decode(a, STR(""), STR("")).is_guess);
	assert_false(charset_decode(a, STR("hi"), STR("koi8-r")).is_guess);
	assert_true(charset_decode(a, STR("hi"), STR("nothing")).is_guess);
	assert_true(charset_decode(a, STR("カ"), STR("")).is_guess);
	assert_true(charset_decode(a, STR("hi there"),
	    STR("x-user-defined")).utf8.n == 8);
	arena_free(a);
}

/* "$B" to "(B": what is left where a gateway took the escapes out. */
static void
test_lost_escapes_are_put_back_and_said_to_be_a_guess(void **state)
{
	static const struct {
		const char *bytes, *label, *text;
	} cases[] = {
		{ "$B%+%4%d(B", "iso-2022-jp", "カゴヤ" },
		{ "a $B%+%4%d(B b $B7oL>(J.", "iso-2022-jp",
		    "a カゴヤ b 件名." },
		{ "$B%+%4%d$+$i(B", "", "カゴヤから" },
		{ "$B%+%4%d$+$i(B", "us-ascii", "カゴヤから" },
	}, none[] = {
		{ "$B%+%4%d$+$i(B", "utf-8", "$B%+%4%d$+$i(B" },
		{ "cost $BIG(B", "", "cost $BIG(B" },
		{ "echo $BASHOPTS(BASH)", "", "echo $BASHOPTS(BASH)" },
		{ "$B%+%4%d", "iso-2022-jp", "$B%+%4%d" },
		{ "$B% +%4%d(B", "iso-2022-jp", "$B% +%4%d(B" },
	};
	struct arena *a = arena_new();
	struct charset_text t;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		t = charset_decode(a, str_of(cases[i].bytes),
		    str_of(cases[i].label));
		assert_text(&t, cases[i].text);
		assert_true(t.is_guess);
		assert_true(str_is(t.charset, "iso-2022-jp"));
	}
	for (size_t i = 0; i < nitems(none); i++) {
		t = charset_decode(a, str_of(none[i].bytes),
		    str_of(none[i].label));
		assert_text(&t, none[i].text);
		assert_false(t.is_guess);
	}
	arena_free(a);
}

/* "$B$B$B" begins something at every second byte, and never is anything. */
static void
test_what_looks_like_lost_escapes_costs_no_more_than_its_length(void **state)
{
	struct arena *a = arena_new();
	size_t n = 4 << 20;
	char *bytes = arena_take(a, n);
	int64_t begin = clock_ms();

	(void)state;
	for (size_t i = 0; i < n; i++)
		bytes[i] = "$B"[i % 2];
	assert_int_equal(charset_decode(a, (struct str){ bytes, n },
	    STR("iso-2022-jp")).utf8.n, n);
	assert_true(clock_ms() - begin < 60000);
	arena_free(a);
}

/* What each charset of the list holds; of the others all upper bytes. */
static const struct {
	const char *name;
	struct str bytes;
	const char *text;
} samples[] = {
	{ "UTF-8", STR_INIT("\xe3\x82\xab"), "カ" },
	{ "GBK", STR_INIT("\xba\xba\xd7\xd6"), "汉字" },
	{ "gb18030", STR_INIT("\xba\xba\xd7\xd6"), "汉字" },
	{ "Big5", STR_INIT("\xa4\xa4\xa4\xe5"), "中文" },
	{ "EUC-JP", STR_INIT("\xa5\xab\xa5\xb4"), "カゴ" },
	{ "ISO-2022-JP", STR_INIT("\x1b$B%+%4\x1b(B"), "カゴ" },
	{ "Shift_JIS", STR_INIT("\x83\x4a\x83\x53"), "カゴ" },
	{ "EUC-KR", STR_INIT("\xb0\xa1\xb3\xaa"), "가나" },
	{ "UTF-16LE", STR_INIT("\xab\x30"), "カ" },
	{ "UTF-16BE", STR_INIT("\x30\xab"), "カ" },
	{ "KOI8-R", STR_INIT("\xf0\xd2\xc9"), "При" },
	{ "windows-1251", STR_INIT("\xcf\xf0\xe8"), "При" },
	{ "ISO-8859-16", STR_INIT("\xa4"), "€" },
	{ "windows-1252", STR_INIT("\x80\xe9"), "€é" },
};

static void
assert_label(struct arena *a, const char *name, struct str label)
{
	static const char upper[] = "abc \xe1\xe2\xe4\xea\xf1";
	struct str bytes = STR(upper);
	const char *text = NULL;
	struct charset_text t;

	for (size_t i = 0; i < nitems(samples); i++)
		if (strcmp(samples[i].name, name) == 0) {
			bytes = samples[i].bytes;
			text = samples[i].text;
		}
	t = charset_decode(a, bytes, label);
	/* bytes beyond ASCII under a label that says ASCII are guessed */
	if (t.is_guess && !str_is(t.charset, "windows-1252"))
		fail_msg("%" STR_FMT " of %s is guessed", STR_ARG(label), name);
	if (text != NULL && !str_is(t.utf8, text))
		fail_msg("%" STR_FMT " of %s gave %" STR_FMT, STR_ARG(label),
		    name, STR_ARG(t.utf8));
	if (text == NULL && !str_eq(t.utf8, charset_decode(a, bytes,
	    str_of(name)).utf8))
		fail_msg("%" STR_FMT " is not %s", STR_ARG(label), name);
}

static void
test_every_label_a_browser_knows_is_known(void **state)
{
	json_t *groups = shared_json("charset/encodings.json"), *group, *one,
	    *label;
	struct arena *a = arena_new();
	size_t i, k, l, n = 0;

	(void)state;
	json_array_foreach(groups, i, group) {
		json_array_foreach(json_object_get(group, "encodings"), k,
		    one) {
			const char *name = json_string_value(
			    json_object_get(one, "name"));

			/* kept out of browsers, not out of mail */
			if (strcmp(name, "replacement") == 0 ||
			    strcmp(name, "x-user-defined") == 0)
				continue;
			json_array_foreach(json_object_get(one, "labels"), l,
			    label) {
				assert_label(a, name, str_of(
				    json_string_value(label)));
				n++;
			}
		}
	}
	assert_true(n > 200);
	json_decref(groups);
	arena_free(a);
}

static void
test_a_cut_text_keeps_its_charset_and_says_it_is_damaged(void **state)
{
	struct arena *a = arena_new();
	struct charset_text t;

	(void)state;
	t = charset_decode(a, STR("カゴヤからのお知らせ\xe3\x81"),
	    STR("utf-8"));
	assert_text(&t, "カゴヤからのお知らせ\xef\xbf\xbd");
	assert_true(t.is_damaged);
	assert_false(t.is_guess);
	t = charset_decode(a, STR("\x83\x4a\x83\x53\x83"), STR("shift_jis"));
	assert_text(&t, "カゴ\xef\xbf\xbd");
	assert_true(t.is_damaged);
	/* one stray byte does not hide what the escapes say */
	t = charset_decode(a, STR("\x1b$B%+%4%d\x1b(B \xe3"),
	    STR("iso-2022-jp"));
	assert_text(&t, "カゴヤ \xef\xbf\xbd");
	assert_false(t.is_guess);
	t = charset_decode(a, STR("\x1b$B%+%4%d\x1b(B \xe3"), STR(""));
	assert_text(&t, "カゴヤ \xef\xbf\xbd");
	arena_free(a);
}

/* A stray lead byte must not swallow the quote behind it. */
static void
test_a_broken_pair_leaves_the_ascii_behind_it(void **state)
{
	struct arena *a = arena_new();
	struct charset_text t = charset_decode(a, STR("\x83\x20<a>\xe0"),
	    STR("shift_jis"));

	(void)state;
	assert_true(str_find_str(t.utf8, STR(" <a>")) != t.utf8.n);
	arena_free(a);
}

static void
test_what_a_charset_cannot_hold_is_refused(void **state)
{
	struct arena *a = arena_new();
	struct str out;

	(void)state;
	assert_false(charset_encode(&out, a, STR("가"), STR("shift_jis")));
	assert_false(charset_encode(&out, a, STR("a😀"), STR("iso-2022-jp")));
	assert_false(charset_encode(&out, a, STR("a"), STR("koi8-r")));
	assert_true(charset_encode(&out, a, STR("a가"), STR("UTF-8")));
	assert_true(str_is(out, "a가"));
	arena_free(a);
}

static void
test_any_bytes_under_any_label_give_valid_utf8(void **state)
{
	static const char *const names[] = { "", "utf-8", "us-ascii",
		"iso-2022-jp", "shift_jis", "euc-jp", "iso-8859-1", "utf-16",
		"utf-7", "gb2312", "big5", "euc-kr", "iso-2022-kr",
		"hz-gb-2312", "koi8-r", "utf-32le", "x-nothing", "scsu",
		"shift_jis-2004", "euc-jis-2004", "ibm500", "cp939" };
	struct arena *a = arena_new();
	uint32_t seed = 1;
	char bytes[97];

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		for (size_t k = 0; k < sizeof(bytes); k++) {
			seed = seed * 1664525 + 1013904223;
			bytes[k] = (char)(seed >> 24);
			if (i % 3 == 0)
				bytes[k] = "\x1b$B(I!%"[seed >> 29];
		}
		assert_true(utf8_is_valid(charset_decode(a,
		    (struct str){ bytes, i % sizeof(bytes) },
		    str_of(names[i % nitems(names)])).utf8));
		if (i % 512 == 0)
			arena_empty(a);
	}
	arena_free(a);
}

static void
assert_index(const char *file, const char *head, const char *tail,
    size_t least)
{
	/* First what may skip, which leaves by a jump and frees nothing. */
	char *text = shared_text(file), *save, *line;
	struct arena *a = arena_new();
	size_t n = 0;

	for (line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		unsigned pointer, point;
		struct buf wanted;
		struct str bytes;

		if (sscanf(line, "%u\t0x%x", &pointer, &point) != 2 ||
		    pointer >= 94 * 94)
			continue;
		buf_init_arena(&wanted, a, 8);
		utf8_add(&wanted, point);
		bytes = str_printf(a, "%s%c%c%s", head, pointer / 94 + 0x21,
		    pointer % 94 + 0x21, tail);
		if (!str_eq(charset_decode(a, bytes,
		    STR("iso-2022-jp")).utf8, buf_str(&wanted)))
			fail_msg("pointer %u is not U+%04X", pointer, point);
		n++;
	}
	free(text);
	arena_free(a);
	assert_true(n >= least);
}

static void
test_every_sign_is_the_one_a_browser_shows(void **state)
{
	(void)state;
	assert_index("charset/index-jis0208.txt", "\x1b$B", "\x1b(B", 7000);
	assert_index("charset/index-jis0212.txt", "\x1b$(D", "\x1b(B", 6000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_text_is_the_same_from_every_charset),
		cmocka_unit_test(test_a_wrong_label_is_seen_through),
		cmocka_unit_test(test_a_right_label_is_believed),
		cmocka_unit_test(test_ascii_is_never_read_as_ebcdic),
		cmocka_unit_test(
		    test_text_without_a_label_is_guessed_by_its_letters),
		cmocka_unit_test(
		    test_ascii_is_no_guess_unless_its_label_is_wrong),
		cmocka_unit_test(
		    test_lost_escapes_are_put_back_and_said_to_be_a_guess),
		cmocka_unit_test(
		    test_what_looks_like_lost_escapes_costs_no_more_than_its_length),
		cmocka_unit_test(test_every_label_a_browser_knows_is_known),
		cmocka_unit_test(
		    test_a_cut_text_keeps_its_charset_and_says_it_is_damaged),
		cmocka_unit_test(
		    test_a_broken_pair_leaves_the_ascii_behind_it),
		cmocka_unit_test(test_what_a_charset_cannot_hold_is_refused),
		cmocka_unit_test(
		    test_any_bytes_under_any_label_give_valid_utf8),
		cmocka_unit_test(test_every_sign_is_the_one_a_browser_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
