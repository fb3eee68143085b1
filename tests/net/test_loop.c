/* SPDX-License-Identifier: Apache-2.0 */
/* The ready list, and threads that come home. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "net/loop.h"

struct house {
	struct loop *loop;
	struct task task;
	unsigned turns;
	bool has_worked;
	bool is_done;
};

static void
on_turn(void *owner)
{
	struct house *h = owner;

	if (++h->turns == 3) {
		loop_stop(h->loop);
		return;
	}
	loop_ready(h->loop, &h->task);
	loop_ready(h->loop, &h->task);
}

static void
work(void *owner)
{
	struct house *h = owner;

	usleep(20 * 1000);
	h->has_worked = true;
}

static void
on_done(void *owner)
{
	struct house *h = owner;

	h->is_done = true;
	loop_stop(h->loop);
}

static void
test_a_task_runs_once_a_turn_and_never_inside_the_call(void **state)
{
	struct house h = { 0 };
	struct err e;

	(void)state;
	assert_true(loop_new(&h.loop, &e));
	h.task = (struct task){ .run = on_turn, .owner = &h };
	loop_ready(h.loop, &h.task);
	assert_int_equal(h.turns, 0);
	loop_run(h.loop);
	assert_int_equal(h.turns, 3);
	loop_free(h.loop);
}

static void
test_work_in_a_thread_is_done_on_the_loop(void **state)
{
	struct house h = { 0 };
	struct err e;

	(void)state;
	assert_true(loop_new(&h.loop, &e));
	assert_true(loop_work(h.loop, work, on_done, &h, &e));
	loop_run(h.loop);
	assert_true(h.has_worked);
	assert_true(h.is_done);
	loop_free(h.loop);
}

/* It once went on reading what had been freed. */
static void
test_a_loop_is_not_freed_under_a_thread(void **state)
{
	struct house h = { 0 };
	struct err e;

	(void)state;
	assert_true(loop_new(&h.loop, &e));
	assert_true(loop_work(h.loop, work, on_done, &h, &e));
	loop_free(h.loop);
	assert_true(h.has_worked);
	assert_false(h.is_done);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_task_runs_once_a_turn_and_never_inside_the_call),
		cmocka_unit_test(test_work_in_a_thread_is_done_on_the_loop),
		cmocka_unit_test(test_a_loop_is_not_freed_under_a_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
