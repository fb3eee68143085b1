/* SPDX-License-Identifier: Apache-2.0 */
/* Text of strangers on a terminal, and its width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "cli/terminal.h"

static void
test_what_a_mail_holds_cannot_drive_the_terminal(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "plain", "plain" },
		{ "\x1b[2J", "\\x1b[2J" },
		{ "two\nlines", "two lines" },
		{ "\xe2\x80\xae" "txt.exe", "\\u202etxt.exe" },
		{ "\xff", "\xef\xbf\xbd" },
		{ "\xc2\x9b" "31m", "\\u009b31m" },
		{ "関所", "関所" },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	for (size_t i = 0; i < nitems(cases); i++) {
		buf_empty(&b);
		terminal_text(&b, str_of(cases[i].text));
		assert_true(str_is(buf_str(&b), cases[i].shown));
	}
	buf_release(&b);
}

static void
test_cells_count_kanji_as_two(void **state)
{
	static const struct {
		const char *text;
		unsigned cells;
		const char *shown;
	} cases[] = {
		{ "関所", 6, "関所  " },
		{ "関所", 4, "関所" },
		{ "関所", 3, "関…" },
		{ "abcdef", 4, "abc…" },
		{ "", 2, "  " },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	for (size_t i = 0; i < nitems(cases); i++) {
		buf_empty(&b);
		terminal_cell(&b, str_of(cases[i].text), cases[i].cells);
		assert_true(str_is(buf_str(&b), cases[i].shown));
		assert_int_equal(utf8_width(buf_str(&b)), cases[i].cells);
	}
	buf_release(&b);
}

static void
test_lines_fit_the_terminal(void **state)
{
	static const char text[] = "a link to hxxps://example[.]jp/ that is "
	    "関所の前で止められた長い長い文 and a-word-longer-than-the-line";
	const struct terminal t = { .width = 30 };
	struct str all, line;
	unsigned lines = 0;
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	terminal_lines(&b, &t, str_of(text), 4);
	all = buf_str(&b);
	while (str_next(&all, '\n', &line)) {
		assert_true(utf8_width(line) <= 34);
		assert_true(lines++ == 0 || str_starts(line, STR("    ")));
	}
	assert_in_range(lines, 4, 8);
	buf_release(&b);
}

static void
test_a_page_is_folded_and_keeps_its_colours(void **state)
{
	static const struct {
		const char *page, *shown;
	} cases[] = {
		{ "store    lmdb ok, 3 failed\nnext\n",
		    "store    lmdb ok, 3\n  failed\nnext\n" },
		{ "fits to the last on", "fits to the last on" },
		{ "\x1b[31mred\x1b[0m is no cell wide",
		    "\x1b[31mred\x1b[0m is no cell wide" },
		{ "what is \x1b[31mred in two\x1b[0m lines",
		    "what is \x1b[31mred in two\x1b[0m\n  lines" },
		{ "関所の前で止められた文", "関所の前で止められた\n  文" },
		{ "x関所の前で止められた", "x関所の前で止められ\n  た" },
		{ "a-word-longer-than-the-line",
		    "a-word-longer-than\n  -the-line" },
		{ "\n\n", "\n\n" },
	};
	const struct terminal t = { .width = 20 };
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	for (size_t i = 0; i < nitems(cases); i++) {
		buf_empty(&b);
		terminal_fold(&b, &t, str_of(cases[i].page), 2);
		assert_true(str_is(buf_str(&b), cases[i].shown));
	}
	buf_release(&b);
}

static void
test_colours_are_for_terminals_unless_asked_for(void **state)
{
	int fds[2];
	struct terminal t;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	terminal_init(&t, fds[1], STR("auto"));
	assert_false(t.is_terminal);
	assert_string_equal(terminal_ink(&t, INK_RED), "");
	terminal_init(&t, fds[1], STR("always"));
	assert_string_equal(terminal_ink(&t, INK_RED), "\x1b[31m");
	close(fds[0]);
	close(fds[1]);
}

static void
test_the_language_is_that_of_the_locale(void **state)
{
	(void)state;
	setenv("LC_ALL", "", 1);
	setenv("LC_MESSAGES", "ja_JP.UTF-8", 1);
	setenv("LANG", "de_DE.UTF-8", 1);
	assert_true(str_is(terminal_lang(), "ja"));
	setenv("LC_ALL", "C", 1);
	assert_true(str_is(terminal_lang(), "en"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_a_mail_holds_cannot_drive_the_terminal),
		cmocka_unit_test(test_cells_count_kanji_as_two),
		cmocka_unit_test(test_lines_fit_the_terminal),
		cmocka_unit_test(
		    test_a_page_is_folded_and_keeps_its_colours),
		cmocka_unit_test(
		    test_colours_are_for_terminals_unless_asked_for),
		cmocka_unit_test(test_the_language_is_that_of_the_locale),
	};

	return cmocka_run_group_tests_name("cli/terminal", tests, NULL, NULL);
}
