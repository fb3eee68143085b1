/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical forms written out (RFC 6376 3.4), and headers of two minds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "check/signedmail.h"

static void
add_to_buf(void *owner, struct str piece)
{
	buf_add_str(owner, piece);
}

static struct str
body(struct arena *a, enum canon how, struct str text, uint64_t most,
    uint64_t *n)
{
	struct buf b;
	const struct canon_sink sink = { add_to_buf, &b };

	buf_init_arena(&b, a, 10000);
	*n = canon_body(&sink, how, text, most);
	return buf_str(&b);
}

static void
test_bodies(void **state)
{
	static const struct { const char *text, *simple, *relaxed; }
	    cases[] = {
		/* the example of 3.4.5 */
		{ " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n",
		    " C\r\nD E\r\n" },
		/* empty ones: 3.4.3 and 3.4.4 */
		{ "", "\r\n", "" },
		{ "\r\n", "\r\n", "" },
		{ "\r\n\r\n\r\n", "\r\n", "" },
		{ " \t\r\n \r\n", " \t\r\n \r\n", "" },
		/* no line end at the end */
		{ "a", "a\r\n", "a\r\n" },
		{ "a ", "a \r\n", "a\r\n" },
		{ "a\r\n ", "a\r\n \r\n", "a\r\n" },
		/* empty lines inside stay */
		{ "\r\n\r\na\r\n\r\nb\r\n\r\n", "\r\n\r\na\r\n\r\nb\r\n",
		    "\r\n\r\na\r\n\r\nb\r\n" },
		{ "a\r\n \t\r\nb\r\n", "a\r\n \t\r\nb\r\n",
		    "a\r\n\r\nb\r\n" },
		/* as files have them */
		{ "a\nb\n\n", "a\r\nb\r\n", "a\r\nb\r\n" },
		/* a CR alone is a byte like any */
		{ "a\rb\r\n", "a\rb\r\n", "a\rb\r\n" },
		{ "a\r\r\n", "a\r\r\n", "a\r\r\n" },
		/* what is no blank of RFC 5234 is none here */
		{ "a\v \f\xa0\r\n", "a\v \f\xa0\r\n", "a\v \f\xa0\r\n" },
		{ "\ta\t \tb\t\r\n", "\ta\t \tb\t\r\n", " a b\r\n" },
	};
	struct arena *a = arena_new();
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str simple = body(a, CANON_SIMPLE,
		    str_of(cases[i].text), UINT64_MAX, &n);
		struct str relaxed;

		assert_int_equal(n, simple.n);
		relaxed = body(a, CANON_RELAXED, str_of(cases[i].text),
		    UINT64_MAX, &n);
		assert_int_equal(n, relaxed.n);
		if (!str_is(simple, cases[i].simple) ||
		    !str_is(relaxed, cases[i].relaxed))
			fail_msg("case %zu", i);
	}
	arena_free(a);
}

static void
test_a_bound_cuts_what_is_canonical(void **state)
{
	struct arena *a = arena_new();
	struct str text = STR("a  b \r\n\r\nc\r\n");
	uint64_t n;

	(void)state;
	for (uint64_t most = 0; most < 12; most++) {
		struct str got = body(a, CANON_RELAXED, text, most, &n);

		assert_int_equal(n, 10);
		assert_true(str_eq(got, str_head(STR("a b\r\n\r\nc\r\n"),
		    (size_t)most)));
	}
	arena_free(a);
}

static void
test_fields(void **state)
{
	static const struct { const char *text, *simple, *relaxed; }
	    cases[] = {
		/* the examples of 3.4.5 */
		{ "A: X", "A: X", "a:X" },
		{ "B : Y\t\r\n\tZ  ", "B : Y\t\r\n\tZ  ", "b:Y Z" },
		{ "Subject:", "Subject:", "subject:" },
		{ "Subject: \t ", "Subject: \t ", "subject:" },
		{ "SUBJect:a:b", "SUBJect:a:b", "subject:a:b" },
		{ "X: a\n b", "X: a\r\n b", "x:a b" },
		{ "X:\r\n a\r\n \t\r\n b", "X:\r\n a\r\n \t\r\n b",
		    "x:a b" },
		{ "X: a\rb", "X: a\rb", "x:a\rb" },
		{ "X: a\r", "X: a\r", "x:a\r" },
		{ "X: \xe3\x81\x82  \v", "X: \xe3\x81\x82  \v",
		    "x:\xe3\x81\x82 \v" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct buf simple, relaxed;
		struct canon_sink sink = { add_to_buf, &simple };

		buf_init_arena(&simple, a, 1000);
		buf_init_arena(&relaxed, a, 1000);
		canon_field(&sink, CANON_SIMPLE, str_of(cases[i].text));
		sink.owner = &relaxed;
		canon_field(&sink, CANON_RELAXED, str_of(cases[i].text));
		if (!str_is(buf_str(&simple), cases[i].simple) ||
		    !str_is(buf_str(&relaxed), cases[i].relaxed))
			fail_msg("case %zu", i);
	}
	arena_free(a);
}

static void
test_a_header_is_read_in_one_way_or_marked(void **state)
{
	static const struct { const char *text; bool is_odd; } cases[] = {
		{ "From: a\r\nTo: b\r\n\r\nx", false },
		{ "From: a\nTo:\n b\n\nx", false },
		{ "From a@b.example Thu\r\nFrom: a\r\n\r\nx", false },
		{ ">From a@b.example Thu\r\nFrom: a\r\n\r\nx", false },
		{ "X-Odd_Name.1 : a\r\n\r\nx", false },
		{ "\r\nFrom: a\r\n", false },
		{ "", false },
		/* a reader may see a body begin here */
		{ "From: a\r\n<html>\r\nTo: b\r\n\r\nx", true },
		{ "From: a\r\nlook here: b\r\n\r\nx", true },
		{ "From: a\r\n: b\r\n\r\nx", true },
		{ "From: a\r\nFrom a@b.example Thu\r\n\r\nx", true },
		{ " From: a\r\nTo: b\r\n\r\nx", true },
		/* or a line end, or two */
		{ "X: a\rFrom: b\r\nTo: c\r\n\r\nx", true },
		{ "X: a\r\r<html>\r\nFrom: b\r\n\r\nx", true },
		{ "X: a\r\n b\r\r\nFrom: b\r\n\r\nx", true },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct signed_mail m;

		signed_mail_read(&m, a, str_of(cases[i].text));
		if ((m.problem != NULL) != cases[i].is_odd)
			fail_msg("case %zu: %s", i, m.problem);
	}
	arena_free(a);
}

static void
test_fields_and_body_are_where_they_stand(void **state)
{
	struct arena *a = arena_new();
	struct signed_mail m;

	(void)state;
	signed_mail_read(&m, a, STR("A: 1\r\nB : 2\r\n\t3 \r\nC:4\r\n\r\n"
	    "b\r\n\r\n"));
	assert_int_equal(m.fields.n, 3);
	assert_true(str_is(m.fields.at[1].name, "B"));
	assert_true(str_is(m.fields.at[1].bytes, "B : 2\r\n\t3 "));
	assert_true(str_is(m.fields.at[1].value, " 2\r\n\t3 "));
	assert_true(str_is(m.body, "b\r\n\r\n"));
	arena_free(a);
}

static void
test_too_many_fields_are_no_mail_to_verify(void **state)
{
	struct arena *a = arena_new();
	struct signed_mail m;
	struct buf b;

	(void)state;
	buf_init_arena(&b, a, 100000);
	for (int i = 0; i <= SIGNED_FIELDS_MOST; i++)
		buf_add_str(&b, STR("A: b\r\n"));
	signed_mail_read(&m, a, buf_str(&b));
	assert_int_equal(m.fields.n, SIGNED_FIELDS_MOST);
	assert_non_null(m.problem);
	arena_free(a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_a_bound_cuts_what_is_canonical),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_a_header_is_read_in_one_way_or_marked),
		cmocka_unit_test(test_fields_and_body_are_where_they_stand),
		cmocka_unit_test(test_too_many_fields_are_no_mail_to_verify),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
