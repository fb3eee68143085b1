/* SPDX-License-Identifier: Apache-2.0 */
/* "when": reading, three values, limits, places of errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "rule/condition.h"

/* One letter names, so that values are as short: "a" is lure_a. */
static const struct str at[] = {
	STR_INIT("lure_a"), STR_INIT("lure_b"), STR_INIT("c"), STR_INIT("d"),
	STR_INIT("exception"), STR_INIT("brand.claimed"),
};
static const struct condition_names names = { .at = at, .n = nitems(at),
	.n_groups = 4, .what = STR_INIT("when") };

static struct condition *
read_one(struct arena *a, struct diags *d, const char *text)
{
	struct condition *c = NULL;

	diags_init(d, a);
	diags_file(d, STR("p"), STR(""));
	if (!condition_read(&c, a, str_of(text), &names, d,
	    (struct mark){ 1, 1 }))
		return NULL;
	return c;
}

/* Values by name, in order: 0, 1 or ? for undecided. */
static const struct {
	const char *text, *values, wanted;
} cases[] = {
	{ "c", "001000", '1' },
	{ "c", "00?000", '?' },
	{ "not c", "00?000", '?' },
	{ "not c", "000000", '1' },
	{ "c and d", "001?00", '?' },
	{ "c and d", "000?00", '0' },
	{ "c or d", "001?00", '1' },
	{ "c or d", "000?00", '?' },
	{ "c or d and lure_a", "001000", '1' },
	{ "(c or d) and lure_a", "001000", '0' },
	{ "not (c or d)", "000?00", '?' },
	{ "not c and d", "000100", '1' },
	{ "any of (c, d)", "000100", '1' },
	{ "all of (c, d)", "001000", '0' },
	{ "all of (c, d)", "001?00", '?' },
	{ "2 of (lure_a, c, d)", "101000", '1' },
	{ "2 of (lure_a, c, d)", "10?000", '?' },
	{ "2 of (lure_a, c, d)", "00?000", '0' },
	{ "1 of lure_*", "010000", '1' },
	{ "all of lure_*", "010000", '0' },
	{ "3 of them", "011100", '1' },
	{ "any of them", "000011", '0' },
	{ "brand.claimed", "000001", '1' },
	{ "exception", "000010", '1' },
	{ " \n c\n  or\td ", "000100", '1' },
	{ "c or not (d and (lure_a or lure_b))", "001111", '1' },
};

static enum truth
truth_of(char c)
{
	return c == '1' ? TRUTH_TRUE : c == '0' ? TRUTH_FALSE
	    : TRUTH_UNDECIDED;
}

static void
test_conditions_have_three_values(void **state)
{
	struct arena *a = arena_new();
	enum truth values[nitems(at)];
	struct diags d;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct condition *c = read_one(a, &d, cases[i].text);

		assert_non_null(c);
		for (size_t k = 0; k < nitems(at); k++)
			values[k] = truth_of(cases[i].values[k]);
		if (condition_eval(c, values) != truth_of(cases[i].wanted))
			fail_msg("%s with %s", cases[i].text,
			    cases[i].values);
	}
	arena_free(a);
}

static const struct {
	const char *text;
	unsigned column;
	const char *wanted, *hint;
} mistakes[] = {
	{ "c or lure_x", 6, "no group named \"lure_x\"",
	    "did you mean \"lure_a\"?" },
	{ "c AND d", 3, "expected \"and\" or \"or\"", "lower case" },
	{ "NOT c", 1, "no group named \"NOT\"", "lower case" },
	{ "c and", 6, "expected a name at the end", "" },
	{ "(c or d", 8, "expected \")\"", "" },
	{ "c)", 2, "expected \"and\" or \"or\", found \")\"", "" },
	{ "c d", 3, "found \"d\"", "" },
	{ "3 of (c, d)", 1, "more are wanted than the set has", "" },
	{ "0 of (c, d)", 1, "a count is 1 or more", "" },
	{ "any of ()", 9, "expected a name", "" },
	{ "any of foo*", 8, "no group begins so", "" },
	{ "any (c)", 5, "expected \"of\"", "" },
	{ "any of c", 8, "expected (names), PREFIX* or them", "" },
	{ "c == 1", 3, "found \"=\"", "" },
	{ "not not c", 5, "expected a name", "" },
	{ "", 1, "empty", "" },
	{ "lure_*", 1, "expected a name", "" },
	{ "them", 1, "expected a name", "" },
	{ "99999999999999999999 of (c)", 1, "more are wanted", "" },
	/* One hit of c was two of them once. */
	{ "2 of (c, c)", 10, "each name once", "" },
	{ "((((((((((c))))))))))", 9, "deeper than 8", "" },
	{ "件名", 1, "no group named \"件名\"", "" },
	/* of an input method: no hint once */
	{ "c　and d", 1, "no group named \"c　and\"", "ideographic" },
};

static void
test_mistakes_have_a_place_and_a_hint(void **state)
{
	struct arena *a = arena_new();
	struct diags d;

	(void)state;
	for (size_t i = 0; i < nitems(mistakes); i++) {
		const struct diag *one;

		assert_null(read_one(a, &d, mistakes[i].text));
		assert_int_equal(d.errors, 1);
		one = &d.list.at[0];
		if (str_find_str(one->text, str_of(mistakes[i].wanted)) ==
		    one->text.n || one->mark.column != mistakes[i].column ||
		    (mistakes[i].hint[0] != '\0' && str_find_str(one->hint,
		    str_of(mistakes[i].hint)) == one->hint.n))
			fail_msg("%s: %u %.*s (%.*s)", mistakes[i].text,
			    one->mark.column, STR_ARG(one->text),
			    STR_ARG(one->hint));
		assert_string_equal(one->code, "C01");
	}
	arena_free(a);
}

static void
test_a_condition_is_at_most_1000_characters(void **state)
{
	struct arena *a = arena_new();
	struct diags d;
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	buf_add_byte(&b, 'c');
	while (b.n <= 1000)
		buf_add_str(&b, STR(" or c"));
	buf_add_byte(&b, '\0');
	assert_null(read_one(a, &d, b.p));
	b.p[991] = '\0';
	assert_non_null(read_one(a, &d, b.p));
	buf_release(&b);
	arena_free(a);
}

static void
test_the_names_in_use_are_told(void **state)
{
	struct arena *a = arena_new();
	bool used[nitems(at)] = { false };
	struct diags d;

	(void)state;
	condition_uses(read_one(a, &d, "c and 1 of lure_* or not "
	    "(brand.claimed or c)"), used, nitems(at));
	assert_true(used[0] && used[1] && used[2] && used[5]);
	assert_false(used[3] || used[4]);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions_have_three_values),
		cmocka_unit_test(test_mistakes_have_a_place_and_a_hint),
		cmocka_unit_test(test_a_condition_is_at_most_1000_characters),
		cmocka_unit_test(test_the_names_in_use_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
