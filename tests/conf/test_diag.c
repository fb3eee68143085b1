/* SPDX-License-Identifier: Apache-2.0 */
/* Diags: how they look, where they point, how many are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/vec.h"
#include "conf/diag.h"

static const struct mark nowhere;

static void
test_the_caret_stands_under_the_character_on_a_terminal(void **state)
{
	struct arena *a = arena_new();
	struct diags d;
	struct buf b;

	(void)state;
	diags_init(&d, a);
	diags_file(&d, STR("p.yaml"), STR("x: 1\n件名: hgih\n"));
	diag_add(&d, DIAG_ERROR, (struct mark){ 2, 5 }, "S04",
	    "severity: \"%s\" is wrong", "hgih");
	diag_hint(&d, "did you mean \"%s\"?", "high");
	buf_init(&b, 4096);
	diag_print(&b, &d.list.at[0], false);
	buf_add_byte(&b, '\0');
	assert_string_equal(b.p,
	    "p.yaml:2:5: error: severity: \"hgih\" is wrong [S04]\n"
	    "    hint: did you mean \"high\"?\n"
	    "    件名: hgih\n"
	    "          ^\n");
	buf_release(&b);
	arena_free(a);
}

static void
test_a_file_cannot_steer_the_terminal(void **state)
{
	struct arena *a = arena_new();
	struct diags d;
	struct buf b;

	(void)state;
	diags_init(&d, a);
	diags_file(&d, STR("a\nb"), STR("\033[2Jx\n"));
	diag_add(&d, DIAG_WARNING, (struct mark){ 1, 5 }, "",
	    "\033]0;x\a \xe2\x80\xae \x80");
	buf_init(&b, 4096);
	diag_print(&b, &d.list.at[0], false);
	assert_false(str_has(buf_str(&b), '\033'));
	assert_false(str_has(buf_str(&b), '\a'));
	assert_true(str_starts(buf_str(&b), STR("a\\x0ab:1:5: warning: ")));
	assert_true(str_find_str(buf_str(&b), STR("\\u202e")) < b.n);
	buf_release(&b);
	arena_free(a);
}

static void
test_a_long_line_is_shown_around_the_place(void **state)
{
	struct arena *a = arena_new();
	char *line = arena_take(a, 100001);
	struct diags d;
	struct buf b;

	(void)state;
	memset(line, 'x', 100000);
	diags_init(&d, a);
	diags_file(&d, STR("p"), (struct str){ line, 100000 });
	diag_add(&d, DIAG_NOTE, (struct mark){ 1, 90000 }, "", "here");
	buf_init(&b, 1 << 20);
	diag_print(&b, &d.list.at[0], true);
	assert_true(b.n < 400);
	buf_release(&b);
	arena_free(a);
}

static void
test_fifty_errors_are_kept_and_all_are_counted(void **state)
{
	struct arena *a = arena_new();
	struct diags d;

	(void)state;
	diags_init(&d, a);
	diags_file(&d, STR("p"), STR(""));
	for (int i = 0; i < 60; i++)
		assert_false(diag_add(&d, DIAG_WARNING, nowhere, "", "w"));
	for (int i = 0; i < 70; i++) {
		diag_add(&d, DIAG_ERROR, nowhere, "", "e%d", i);
		diag_hint(&d, "h%d", i);
	}
	assert_int_equal(d.list.n, 2 * DIAGS_PER_FILE);
	assert_int_equal(d.errors, 70);
	assert_true(str_is(d.list.at[99].hint, "h49"));
	diags_file(&d, STR("q"), STR(""));
	diag_add(&d, DIAG_ERROR, nowhere, "", "next file");
	assert_int_equal(d.list.n, 2 * DIAGS_PER_FILE + 1);
	arena_free(a);
}

static void
test_a_comment_above_silences_what_is_a_choice_but_no_other_error(void **state)
{
	struct arena *a = arena_new();
	struct diags d;

	(void)state;
	diags_init(&d, a);
	diags_file(&d, STR("p"), STR("a: 1\n"
	    "  # sekisho: ignore I04, C03, Y01 (a shared host)\nb: 2\n"));
	diag_add(&d, DIAG_WARNING, (struct mark){ 3, 1 }, "I04", "w");
	diag_hint(&d, "lost");
	diag_add(&d, DIAG_WARNING, (struct mark){ 3, 1 }, "C03", "w");
	assert_int_equal(d.list.n, 0);
	diag_add(&d, DIAG_WARNING, (struct mark){ 3, 1 }, "I05", "w");
	diag_add(&d, DIAG_WARNING, (struct mark){ 1, 1 }, "I04", "w");
	diag_add(&d, DIAG_ERROR, (struct mark){ 3, 1 }, "I04", "a choice");
	assert_int_equal(d.list.n, 2);
	diag_add(&d, DIAG_ERROR, (struct mark){ 3, 1 }, "Y01", "e");
	assert_int_equal(d.list.n, 3);
	assert_int_equal(d.warnings, 2);
	arena_free(a);
}

static void
test_diags_are_sorted_by_place(void **state)
{
	static const struct mark marks[] = { { 3, 1 }, { 1, 9 }, { 1, 2 },
		{ 3, 1 } };
	struct arena *a = arena_new();
	struct diags d;

	(void)state;
	diags_init(&d, a);
	diags_file(&d, STR("p"), STR(""));
	for (size_t i = 0; i < nitems(marks); i++)
		diag_add(&d, DIAG_ERROR, marks[i], "", "%zu", i);
	diags_sort(&d);
	assert_true(str_is(d.list.at[0].text, "2"));
	assert_true(str_is(d.list.at[1].text, "1"));
	assert_true(str_is(d.list.at[2].text, "0"));
	assert_true(str_is(d.list.at[3].text, "3"));
	arena_free(a);
}

static void
test_a_place_inside_folded_text_is_found_in_the_source(void **state)
{
	struct str source = STR("when: >-\n  a or b\n  and  件名 x\n");
	struct str text = STR("a or b and  件名 x");
	struct arena *a = arena_new();
	struct diags d;
	struct mark mark;

	(void)state;
	diags_init(&d, a);
	diags_file(&d, STR("p"), source);
	mark = diag_place(&d, (struct mark){ 2, 1 }, text, 5);
	assert_int_equal(mark.line, 2);
	assert_int_equal(mark.column, 8);
	mark = diag_place(&d, (struct mark){ 2, 1 }, text, 7);
	assert_int_equal(mark.line, 3);
	assert_int_equal(mark.column, 3);
	mark = diag_place(&d, (struct mark){ 2, 1 }, text, text.n - 1);
	assert_int_equal(mark.line, 3);
	assert_int_equal(mark.column, 11);
	/* Without a source it is counted. */
	diags_file(&d, STR("p"), STR(""));
	mark = diag_place(&d, (struct mark){ 1, 3 }, text, 5);
	assert_int_equal(mark.column, 8);
	arena_free(a);
}

static void
test_diags_are_json(void **state)
{
	struct arena *a = arena_new();
	struct diags d;
	struct buf b;
	struct json j;

	(void)state;
	diags_init(&d, a);
	diags_file(&d, STR("p"), STR(""));
	diag_add(&d, DIAG_NOTE, (struct mark){ 4, 2 }, "P10", "\"x\"");
	buf_init(&b, 4096);
	json_init(&j, &b);
	diag_json(&j, &d.list.at[0]);
	assert_true(str_find_str(buf_str(&b), STR("\"code\":\"P10\"")) < b.n);
	assert_true(str_find_str(buf_str(&b), STR("\"level\":\"note\"")) <
	    b.n);
	buf_release(&b);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_caret_stands_under_the_character_on_a_terminal),
		cmocka_unit_test(test_a_file_cannot_steer_the_terminal),
		cmocka_unit_test(test_a_long_line_is_shown_around_the_place),
		cmocka_unit_test(
		    test_fifty_errors_are_kept_and_all_are_counted),
		cmocka_unit_test(
		    test_a_comment_above_silences_what_is_a_choice_but_no_other_error),
		cmocka_unit_test(test_diags_are_sorted_by_place),
		cmocka_unit_test(
		    test_a_place_inside_folded_text_is_found_in_the_source),
		cmocka_unit_test(test_diags_are_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
