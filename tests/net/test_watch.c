/* SPDX-License-Identifier: Apache-2.0 */
/* Files put in place, told of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "net/loop.h"
#include "net/watch.h"

static const char folder[] = "test_watch.folder";

struct house {
	struct loop *loop;
	unsigned told;
	char path[256];
};

static void
on_told(void *owner, struct str path)
{
	struct house *h = owner;

	h->told++;
	snprintf(h->path, sizeof(h->path), "%" STR_FMT, STR_ARG(path));
	loop_stop(h->loop);
}

static void
on_late(void *owner)
{
	loop_stop(owner);
}

static void
run(struct house *h)
{
	struct timer *late = timer_new(h->loop, on_late, h->loop);

	timer_set(late, 2000);
	loop_run(h->loop);
	timer_free(late);
}

static void
test_a_file_is_told_of_once_it_is_whole(void **state)
{
	struct house h = { 0 };
	struct watch *w;
	struct err e;
	FILE *file;

	(void)state;
	mkdir(folder, 0700);
	assert_true(loop_new(&h.loop, &e));
	w = watch_new(h.loop, on_told, &h);
	assert_non_null(w);
	assert_false(watch_add(w, STR("test_watch.nowhere")));
	assert_true(watch_add(w, str_of(folder)));
	assert_true(watch_add(w, str_of(folder)));
	file = fopen("test_watch.folder/a.txt", "w");
	fputs("half", file);
	fflush(file);
	fclose(file);
	run(&h);
	assert_int_equal(h.told, 1);
	assert_string_equal(h.path, "test_watch.folder/a.txt");
	assert_int_equal(rename("test_watch.folder/a.txt",
	    "test_watch.folder/b.txt"), 0);
	run(&h);
	assert_int_equal(h.told, 2);
	assert_string_equal(h.path, "test_watch.folder/b.txt");
	watch_free(w);
	loop_free(h.loop);
	unlink("test_watch.folder/b.txt");
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_is_told_of_once_it_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
