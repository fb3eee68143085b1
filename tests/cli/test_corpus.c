/* SPDX-License-Identifier: Apache-2.0 */
/* Kept mail found: what is a mail, where one ends in an mbox. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "cli/corpus.h"

/* The mails of one file, each with "|" behind it. */
static void
assert_mails(const char *text, const char *wanted)
{
	char path[] = "/tmp/sekisho-corpus-XXXXXX", found[4096] = "";
	struct arena *a = arena_new();
	struct corpus c = { 0 };
	int fd = mkstemp(path);
	struct str raw;
	struct err e;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_true(corpus_find(&c, a, str_of(path), &e));
	for (size_t i = 0; i < c.mails.n; i++) {
		assert_true(corpus_read(&raw, a, &c.mails.at[i], &e));
		snprintf(found + strlen(found), sizeof(found) -
		    strlen(found), "%.*s|", STR_ARG(raw));
	}
	unlink(path);
	assert_string_equal(found, wanted);
	assert_int_equal(c.others, c.mails.n == 0);
	arena_free(a);
}

static void
test_a_file_is_a_mail_or_many_or_none(void **state)
{
	(void)state;
	assert_mails("From: a@b.example\n\nx\n", "From: a@b.example\n\nx\n|");
	assert_mails("X-Odd: 1\nSubject: y\n\n", "X-Odd: 1\nSubject: y\n\n|");
	assert_mails("pack: 1\nid: x\n", "");
	assert_mails("hello\n", "");
	assert_mails("", "");
}

static void
test_an_mbox_is_cut_before_from_behind_an_empty_line(void **state)
{
	(void)state;
	assert_mails("From a@b Mon\nSubject: 1\n\none\n\nFrom c@d Tue\n"
	    "Subject: 2\n\ntwo\n",
	    "Subject: 1\n\none\n\n|Subject: 2\n\ntwo\n|");
	/* Not behind an empty line: text. */
	assert_mails("From a@b Mon\nSubject: 1\n\none\nFrom here on\n",
	    "Subject: 1\n\none\nFrom here on\n|");
	assert_mails("From a@b Mon\r\nSubject: 1\r\n\r\none\r\n\r\nFrom c\r\n",
	    "Subject: 1\r\n\r\none\r\n\r\n||");
	assert_mails("From a@b Mon", "|");
}

static void
test_what_is_not_there_is_told(void **state)
{
	struct arena *a = arena_new();
	struct corpus c = { 0 };
	struct err e;

	(void)state;
	assert_false(corpus_find(&c, a, STR("/nowhere/at/all"), &e));
	assert_false(corpus_find(&c, a, STR("/dev/null"), &e));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_is_a_mail_or_many_or_none),
		cmocka_unit_test(
		    test_an_mbox_is_cut_before_from_behind_an_empty_line),
		cmocka_unit_test(test_what_is_not_there_is_told),
	};

	return cmocka_run_group_tests_name("cli/corpus", tests, NULL, NULL);
}
