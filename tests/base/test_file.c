/* SPDX-License-Identifier: Apache-2.0 */
/* Folders into lists: what is a file to read, and what is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/turn.h"

struct house {
	struct arena *arena;
	char folder[100];
};

static const char *
path_of(struct house *h, const char *name)
{
	return str_cstr(h->arena, str_printf(h->arena, "%s/%s", h->folder,
	    name));
}

static void
make_file(struct house *h, const char *name)
{
	FILE *f = fopen(path_of(h, name), "we");

	assert_non_null(f);
	fputs("text\n", f);
	fclose(f);
}

static int
set_up(void **state)
{
	struct house *h = calloc(1, sizeof(*h));
	const char *tmp = getenv("TMPDIR");

	h->arena = arena_new();
	snprintf(h->folder, sizeof(h->folder), "%s/sekisho-file-XXXXXX",
	    tmp != NULL && strlen(tmp) < 60 ? tmp : "/tmp");
	*state = h;
	return mkdtemp(h->folder) == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "b.yaml", "link.yaml",
		"pipe.yaml", "dead.yaml", ".hidden.yaml", "in/a.yaml", "in" };
	struct house *h = *state;

	for (size_t i = 0; i < nitems(names); i++)
		remove(path_of(h, names[i]));
	rmdir(h->folder);
	arena_free(h->arena);
	free(h);
	return 0;
}

static void
test_a_walk_finds_files_and_links_to_files(void **state)
{
	static const char *const wanted[] = { "b.yaml", "dead.yaml",
		"in/a.yaml", "link.yaml" };
	struct house *h = *state;
	file_list found = { 0 };
	struct err e;

	assert_int_equal(mkdir(path_of(h, "in"), 0700), 0);
	make_file(h, "b.yaml");
	make_file(h, "in/a.yaml");
	make_file(h, ".hidden.yaml");
	assert_int_equal(mkfifo(path_of(h, "pipe.yaml"), 0600), 0);
	assert_int_equal(symlink("b.yaml", path_of(h, "link.yaml")), 0);
	assert_int_equal(symlink("gone", path_of(h, "dead.yaml")), 0);
	assert_true(file_walk(&found, h->arena, h->folder, STR(".yaml"), &e));
	assert_int_equal(found.n, nitems(wanted));
	for (size_t i = 0; i < nitems(wanted); i++)
		assert_true(str_is(found.at[i], path_of(h, wanted[i])));
}

static void
test_an_empty_name_and_a_missing_one_are_refused(void **state)
{
	struct house *h = *state;
	file_list found = { 0 };
	struct err e;

	assert_false(file_walk(&found, h->arena, "", STR(""), &e));
	assert_string_equal(e.text, "the name of a file or folder is empty");
	assert_false(file_walk(&found, h->arena, path_of(h, "none"), STR(""),
	    &e));
	assert_non_null(strstr(e.text, "No such file"));
}

static void
test_a_file_over_its_bound_is_refused(void **state)
{
	struct house *h = *state;
	struct str text;
	struct err e;

	make_file(h, "b.yaml");
	assert_true(file_read(&text, h->arena, path_of(h, "b.yaml"), 5, &e));
	assert_true(str_is(text, "text\n"));
	assert_false(file_read(&text, h->arena, path_of(h, "b.yaml"), 4, &e));
	assert_non_null(strstr(e.text, "larger than the limit of 4 bytes"));
}

static void
test_turns_are_taken_one_after_the_other(void **state)
{
	struct house *h = *state;
	int first = turn_take(h->folder, 0), second;

	assert_true(first >= 0);
	assert_int_equal(turn_take(h->folder, 20), -1);
	turn_end(first);
	second = turn_take(h->folder, 0);
	assert_true(second >= 0);
	turn_end(second);
	assert_int_equal(turn_take(path_of(h, "none"), 0), -1);
	turn_end(-1);
}

int
main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(test_a_walk_finds_files_and_links_to_files),
		CASE(test_an_empty_name_and_a_missing_one_are_refused),
		CASE(test_a_file_over_its_bound_is_refused),
		CASE(test_turns_are_taken_one_after_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
