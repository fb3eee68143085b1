/* SPDX-License-Identifier: Apache-2.0 */
/* Header sections, encoded words and parameters, in and out of order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/header.h"

static const struct header_limits limits = { 1 << 20, 1 << 17, 5000 };

static struct headers
read_all(struct arena *a, struct str bytes, struct str *body)
{
	struct headers h = { .n = 0 };

	assert_true(headers_read(&h, a, bytes, 0, &limits, body));
	return h;
}

/* "name|value|name|value", and the body */
static const struct {
	const char *bytes, *fields, *body;
} sections[] = {
	{ "A: b\r\nC: d\r\n\r\nx", "A|b|C|d|", "x" },
	{ "A: b\nC:d\n\nx\n\ny", "A|b|C|d|", "x\n\ny" },
	{ "A: b\rC: d\r\rx", "A|b|C|d|", "x" },
	{ "A: b\r\r\nC: d\r\r\n\r\r\nx", "A|b|C|d|", "x" },
	{ "A:b\n c\n\td\n\nx", "A|b c\td|", "x" },
	{ "A \t: b\n\nx", "A|b|", "x" },
	{ "From a@b Mon Jan 1\nA: b\n\nx", "A|b|", "x" },
	{ ">From a@b Mon Jan 1\nA: b\n\nx", "A|b|", "x" },
	{ "\nx", "", "x" },
	{ "", "", "" },
	{ "just text\nmore\n", "", "just text\nmore\n" },
	{ "A: b\nno field here\n<p>x", "A|b|", "no field here\n<p>x" },
	{ "A: b\nbroken fold\nC: d\n\nx", "A|b broken fold|C|d|", "x" },
	/* broken, and what it says of the body counts all the same */
	{ "A: b\nlost\nContent-Type: c\none\ntwo\nC: d\n\nx",
	    "A|b lost|Content-Type|c|", "one\ntwo\nC: d\n\nx" },
	{ "A: b\nlost\nB: c\none\ntwo\nC: d\n\nx",
	    "A|b|", "lost\nB: c\none\ntwo\nC: d\n\nx" },
	/* Thunderbird passes over lines to get at what says how to read the
	 * body: it stood in the text */
	{ "A: b\nlost\nand lost\nContent-Type: c\n\nx",
	    "A|b|Content-Type|c|", "x" },
	{ "A: b\n-\n-\n-\nB: c\nSubject: d\n e\n-\n-\nFrom: f\n\nx",
	    "A|b|B|c|Subject|d e|From|f|", "x" },
	/* unless all of it is there, or nobody says where it ends */
	{ "Subject: b\nlost\nand lost\nSubject: c\n\nx",
	    "Subject|b|", "lost\nand lost\nSubject: c\n\nx" },
	{ "A: b\nlost\nand lost\nSubject: c\nx\ny",
	    "A|b|", "lost\nand lost\nSubject: c\nx\ny" },
	{ "A: b\n\tc", "A|b\tc|", "" },
	/* the first cannot go on with any other */
	{ "  A: b\n  c: d\n\nx", "A|b  c: d|", "x" },
	{ " Content-Type: a;\n  b\n Content-Language: c\n D: e\n\nx",
	    "Content-Type|a;  b|Content-Language|c D: e|", "x" },
	{ "A: b\n Content-Type: c\n\nx", "A|b Content-Type: c|", "x" },
	{ " lost\nA: b\n\nx", "A|b|", "x" },
	{ "A:\nB:\n\nx", "A||B||", "x" },
	{ "A: b\n \n c\n\nx", "A|b  c|", "x" },
	{ "A: b", "A|b|", "" },
};

static void
test_sections_are_read_however_their_lines_end(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(sections); i++) {
		struct str bytes = str_of(sections[i].bytes), body;
		struct headers h = read_all(a, bytes, &body);
		struct str got = STR("");

		for (size_t k = 0; k < h.n; k++) {
			got = str_cat(a, got, h.at[k].name, STR("|"),
			    h.at[k].value, STR("|"));
			assert_true(str_starts(str_from(bytes,
			    h.at[k].offset), h.at[k].name));
		}
		if (!str_is(got, sections[i].fields) ||
		    !str_is(body, sections[i].body))
			fail_msg("%s: %" STR_FMT " / %" STR_FMT,
			    sections[i].bytes, STR_ARG(got), STR_ARG(body));
	}
	arena_free(a);
}

static void
test_fields_are_found_in_any_case_and_one_after_another(void **state)
{
	struct arena *a = arena_new();
	struct str body;
	struct headers h = read_all(a, STR("A: 1\nb: 2\na: 3\n\n"), &body);
	const struct header *first = headers_find(&h, "a");

	(void)state;
	assert_true(str_is(first->value, "1"));
	assert_true(str_is(headers_next(&h, first)->value, "3"));
	assert_null(headers_next(&h, headers_next(&h, first)));
	assert_null(headers_find(&h, "c"));
	arena_free(a);
}

static void
test_limits_keep_what_was_read_and_say_so(void **state)
{
	static const struct header_limits few = { 1000, 1000, 2 };
	static const struct header_limits small = { 10, 1000, 9 };
	static const struct header_limits narrow = { 1000, 6, 9 };
	struct str bytes = STR("A: 1\nB: 2\nC: 3\nD: 456789\n\nx"), body;
	struct arena *a = arena_new();
	struct headers h = { .n = 0 };

	(void)state;
	assert_false(headers_read(&h, a, bytes, 0, &few, &body));
	assert_int_equal(h.n, 2);
	assert_true(str_is(body, "x"));
	h = (struct headers){ .n = 0 };
	assert_false(headers_read(&h, a, bytes, 0, &small, &body));
	assert_int_equal(h.n, 2);
	h = (struct headers){ .n = 0 };
	assert_false(headers_read(&h, a, bytes, 0, &narrow, &body));
	assert_true(str_is(h.at[3].value, "456"));
	assert_true(str_is(body, "x"));
	arena_free(a);
}

static const struct {
	struct str value;
	const char *text;
} texts[] = {
	{ STR_INIT("plain"), "plain" },
	{ STR_INIT("=?utf-8?B?44Kr44K044Ok?="), "カゴヤ" },
	{ STR_INIT("=?UTF-8?q?=E3=82=AB_x?="), "カ x" },
	/* one character, two words */
	{ STR_INIT("=?utf-8?B?44Kr44I=?= =?utf-8?B?tOODpA==?="), "カゴヤ" },
	/* base64 cut anywhere, or without its end */
	{ STR_INIT("=?utf-8?B?44Kr4?= =?utf-8?B?4K044Ok?="), "カゴヤ" },
	{ STR_INIT("=?utf-8?B?44Kr44?=\n =?utf-8?B?K044Ok?="), "カゴヤ" },
	{ STR_INIT("=?utf-8?B?44K?= =?utf-8?B?r44K04?= =?utf-8?B?4Ok?="),
	    "カゴヤ" },
	{ STR_INIT("=?utf-8?B?44Kr44I?= =?utf-8?B?tOODpA?="), "カゴヤ" },
	{ STR_INIT("=?utf-8?B?44Kr44I?= =?utf-8?Q?=B4?="), "カゴ" },
	{ STR_INIT("=?utf-8?Q?=E3=82?=\r\n =?UTF-8?B?qw==?="), "カ" },
	{ STR_INIT("=?iso-2022-jp?B?GyRCJSslNCVkGyhC?="), "カゴヤ" },
	{ STR_INIT("=?Shift_JIS?B?g0qDU4OE?= x"), "カゴヤ x" },
	{ STR_INIT("=?euc-jp?B?pau" "ltKXk?="), "カゴヤ" },
	{ STR_INIT("=?utf-8*ja?Q?a?="), "a" },
	{ STR_INIT("a =?utf-8?Q?b?=  =?utf-8?Q?c?= d"), "a bc d" },
	{ STR_INIT("a=?utf-8?Q?b?=c"), "abc" },
	{ STR_INIT("=?utf-8?Q?a?==?utf-8?Q?b?="), "ab" },
	{ STR_INIT("=?utf-8?Q?a b?="), "a b" },
	{ STR_INIT("=?utf-8?Q?a=0D=0AX: y?="), "a  X: y" },
	{ STR_INIT("=?utf-8?X?a?="), "=?utf-8?X?a?=" },
	/* marks that were not encoded */
	{ STR_INIT("=?utf-8?Q?Are you ok?" "?="), "Are you ok?" },
	{ STR_INIT("=?utf-8?Q?a?b?= c"), "a?b c" },
	{ STR_INIT("=?utf-8?Q?a=?= =?utf-8?Q?b?="), "a=b" },
	{ STR_INIT("=?utf-8?Q?a =?utf-8?Q?b?="), "=?utf-8?Q?a b" },
	{ STR_INIT("=?utf-8?Q?=?utf-8?Q?b?="), "=?utf-8?Q?b" },
	/* folded inside, cut off, one charset under two names */
	{ STR_INIT("=?utf-8\r\n ?B?44Kr?="), "カ" },
	{ STR_INIT("x =?utf-8?B ?44Kr?= y"), "x カ y" },
	{ STR_INIT("=?utf-8?B?44Kr44K0"), "カゴ" },
	{ STR_INIT("=?utf-8?Q?=E3=82=AB?"), "カ" },
	{ STR_INIT("=?utf-8?B?44Kr 44K0"), "=?utf-8?B?44Kr 44K0" },
	{ STR_INIT("=?utf-8?Q?a"), "a" },
	{ STR_INIT("=?utf-8?B?5LiJ5A==?= =?utf8?B?upXkvY8=?="), "三井住" },
	{ STR_INIT("=??Q?a?= =?"), "=??Q?a?= =?" },
	{ STR_INIT("カゴヤ"), "カゴヤ" },
	{ STR_INIT("\x83\x4a\x83\x53\x83\x84"), "カゴヤ" },
	{ STR_INIT("\xa5\xab\xa5\xb4\xa5\xe4"), "カゴヤ" },
	{ STR_INIT("Re: \x1b$B%+%4%d\x1b(B x"), "Re: カゴヤ x" },
	{ STR_INIT("=?nonsense?Q?=E3=82=AB?="), "カ" },
	{ STR_INIT("=?iso-2022-jp?Q?=E3=82=AB?="), "カ" },
	{ STR_INIT(""), "" },
};

static void
test_encoded_words_and_raw_bytes_become_text(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++) {
		struct str got = header_text(a, texts[i].value);

		if (!str_is(got, texts[i].text))
			fail_msg("%" STR_FMT " gave %" STR_FMT,
			    STR_ARG(texts[i].value), STR_ARG(got));
	}
	arena_free(a);
}

static const struct {
	struct str value;
	const char *wanted; /* NULL: none */
} params[] = {
	{ STR_INIT("text/plain; name=a.txt; x=y"), "a.txt" },
	{ STR_INIT("text/plain;NAME = \"a;b \\\"c\\\" C:\\d\""),
	    "a;b \"c\" C:\\d" },
	{ STR_INIT("text/plain; name=a b.txt ; x"), "a b.txt" },
	{ STR_INIT("x; name*=utf-8'ja'%E3%82%AB.zip"), "カ.zip" },
	{ STR_INIT("x; name*=iso-2022-jp''%1B%24B%25%2B%1B%28B.zip"),
	    "カ.zip" },
	{ STR_INIT("x; name*1*=%82%AB; name*0*=utf-8''a%E3; name*2=\".b\""),
	    "aカ.b" },
	{ STR_INIT("x; name*0=a; name*1=b; name*3=d"), "ab" },
	{ STR_INIT("x; name=old; name*=utf-8''new"), "new" },
	{ STR_INIT("x; name=\"=?utf-8?B?44Kr?=.zip\""), "カ.zip" },
	{ STR_INIT("x; name=\"\x83\x4a\x83\x53.zip\""), "カゴ.zip" },
	{ STR_INIT("x; name=\"\x1b$B%\"\x1b(B.zip\""), "ア.zip" },
	{ STR_INIT("x; name=\"open"), "open" },
	{ STR_INIT("x; name=first; name=second"), "first" },
	{ STR_INIT("x; filename=a"), NULL },
	{ STR_INIT("name=a"), NULL },
	{ STR_INIT("x; name"), NULL },
	{ STR_INIT("x; name*99999999999999999999=a"), NULL },
	{ STR_INIT("x; (a) (b)name=(c)\t( d ) e"), "e" },
	{ STR_INIT("x; (a) ; (b)name=\"(c)\"; name=d"), "(c)" },
	{ STR_INIT("x; name=(a;b) c"), "(a" },
	{ STR_INIT("x; name=(a)"), "" },
};

static void
test_parameters_are_read_in_every_form(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(params); i++) {
		struct str got = STR("");
		bool is_there = header_param(a, params[i].value, "name", &got);

		if (is_there != (params[i].wanted != NULL) ||
		    (is_there && !str_is(got, params[i].wanted)))
			fail_msg("%" STR_FMT " gave %" STR_FMT,
			    STR_ARG(params[i].value), STR_ARG(got));
	}
	assert_true(str_is(header_word(a, STR(" Text/HTML (x) ; a=b")),
	    "text/html"));
	arena_free(a);
}

/* A look to the end for each comment would take minutes. */
static void
test_a_field_of_comments_is_read_in_one_go(void **state)
{
	static char field[4 << 20];
	struct arena *a = arena_new();
	struct str got;

	(void)state;
	for (size_t i = 0; i < sizeof(field); i++)
		field[i] = i % 2 == 0 ? '(' : ')';
	memcpy(field, "x;", 2);
	memcpy(field + sizeof(field) - 6, "name=a", 6);
	assert_true(header_param(a, (struct str){ field, sizeof(field) },
	    "name", &got));
	assert_true(str_is(got, "a"));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_sections_are_read_however_their_lines_end),
		cmocka_unit_test(
		    test_fields_are_found_in_any_case_and_one_after_another),
		cmocka_unit_test(test_limits_keep_what_was_read_and_say_so),
		cmocka_unit_test(test_encoded_words_and_raw_bytes_become_text),
		cmocka_unit_test(test_parameters_are_read_in_every_form),
		cmocka_unit_test(test_a_field_of_comments_is_read_in_one_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
