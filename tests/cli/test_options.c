/* SPDX-License-Identifier: Apache-2.0 */
/* Options read by a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "cli/options.h"
#include "cli/terminal.h"

struct args {
	bool is_json;
	bool is_quiet;
	struct str color;
	word_list rcpt;
	word_list operands;
};

static const struct option_row rows[] = {
	{ "json", 0, OPTION_FLAG, offsetof(struct args, is_json), NULL,
	    "as JSON" },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct args, is_quiet), NULL,
	    "less" },
	{ "color", 'c', OPTION_TEXT, offsetof(struct args, color),
	    "auto|always|never", "colours" },
	{ "rcpt", 'r', OPTION_MANY, offsetof(struct args, rcpt), "ADDRESS",
	    "who" },
	{ 0 }
};

enum { WORDS_MOST = 8 };

/* Reads words up to a NULL. */
static bool
read_words(struct args *args, struct arena *a, char *const *words,
    struct err *e)
{
	struct option_goal goal = { .rows = rows, .args = args,
		.operands = &args->operands, .arena = a };
	char *argv[WORDS_MOST];
	int argc = 0;

	while (words[argc] != NULL) {
		argv[argc] = words[argc];
		argc++;
	}
	*args = (struct args){ 0 };
	return options_read(&goal, argc, argv, e);
}

static void
test_options_and_operands_may_be_mixed(void **state)
{
	char *words[] = { "a.eml", "--json", "--rcpt=x@example.jp", "-r",
		"y@example.jp", "-", NULL };
	struct arena *a = arena_new();
	struct args args;
	struct err e;

	(void)state;
	assert_true(read_words(&args, a, words, &e));
	assert_true(args.is_json);
	assert_false(args.is_quiet);
	assert_int_equal(args.rcpt.n, 2);
	assert_true(str_is(args.rcpt.at[1], "y@example.jp"));
	assert_int_equal(args.operands.n, 2);
	assert_true(str_is(args.operands.at[1], "-"));
	arena_free(a);
}

static void
test_two_dashes_end_the_options(void **state)
{
	char *words[] = { "--", "--json", NULL };
	struct arena *a = arena_new();
	struct args args;
	struct err e;

	(void)state;
	assert_true(read_words(&args, a, words, &e));
	assert_false(args.is_json);
	assert_true(str_is(args.operands.at[0], "--json"));
	arena_free(a);
}

static void
test_letters_and_beginnings_of_names_will_do(void **state)
{
	char *words[] = { "--js", "-qcnever", NULL };
	struct arena *a = arena_new();
	struct args args;
	struct err e;

	(void)state;
	assert_true(read_words(&args, a, words, &e));
	assert_true(args.is_json && args.is_quiet);
	assert_true(str_is(args.color, "never"));
	arena_free(a);
}

static void
test_a_wrong_option_is_told_the_nearest_right_one(void **state)
{
	static const struct {
		char *words[3];
		const char *text;
	} cases[] = {
		{ { "--jsn" }, "unknown option --jsn; did you mean --json?" },
		{ { "--zzzzzz" }, "unknown option --zzzzzz" },
		{ { "-z" }, "unknown option -z" },
		{ { "--rcpt" }, "--rcpt needs ADDRESS" },
		{ { "--json=1" }, "--json takes no value" },
		{ { "--color", "alway" }, "--color: \"alway\" is not one of "
		    "auto|always|never; did you mean \"always\"?" },
	};
	struct arena *a = arena_new();
	struct args args;
	struct err e;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		char *words[] = { cases[i].words[0], cases[i].words[1], NULL };

		assert_false(read_words(&args, a, words, &e));
		assert_string_equal(e.text, cases[i].text);
	}
	arena_free(a);
}

static void
test_a_date_is_one_that_exists_and_may_be_left_out(void **state)
{
	int32_t day = 7;
	struct err e;

	(void)state;
	assert_true(options_day("at", STR(""), &day, &e));
	assert_int_equal(day, 7);
	assert_true(options_day("at", STR("1970-01-03"), &day, &e));
	assert_int_equal(day, 2);
	assert_false(options_day("at", STR("1970-02-30"), &day, &e));
	assert_string_equal(e.text, "--at: \"1970-02-30\" is no date such as "
	    "2026-02-09");
}

static void
test_help_lists_every_row(void **state)
{
	struct terminal wide = { .width = 200 };
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	options_help(&b, &wide, rows);
	for (const struct option_row *row = rows; row->name != NULL; row++)
		assert_true(str_find_str(buf_str(&b), str_of(row->help)) <
		    b.n);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_and_operands_may_be_mixed),
		cmocka_unit_test(test_two_dashes_end_the_options),
		cmocka_unit_test(test_letters_and_beginnings_of_names_will_do),
		cmocka_unit_test(
		    test_a_wrong_option_is_told_the_nearest_right_one),
		cmocka_unit_test(
		    test_a_date_is_one_that_exists_and_may_be_left_out),
		cmocka_unit_test(test_help_lists_every_row),
	};

	return cmocka_run_group_tests_name("cli/options", tests, NULL, NULL);
}
