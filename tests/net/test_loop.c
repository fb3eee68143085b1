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

/* Tasks that write down in which order they run. */
struct order {
	struct loop *loop;
	char text[8];
	size_t n;
	struct step {
		struct order *order;
		struct task task;
		char name;
	} step[4];
};

static void
on_step(void *owner)
{
	struct step *s = owner;
	struct order *o = s->order;

	o->text[o->n++] = s->name;
	if (s->name == 'a')
		loop_late(o->loop, &o->step[3].task);
	if (s->name == 'b')
		usleep(1000);
	if (o->n == 4)
		loop_stop(o->loop);
}

/* a is behind nothing; it asks for z to run late. */
static void
run_in_order(struct order *o, const char *names, const char *wanted)
{
	struct err e;

	assert_true(loop_new(&o->loop, &e));
	for (size_t i = 0; i < 4; i++) {
		struct step *s = &o->step[i];

		*s = (struct step){ .order = o, .name = names[i], .task = {
			.run = on_step, .owner = s,
			.is_long = names[i] == 'l' } };
		if (i != 3)
			loop_ready(o->loop, &s->task);
	}
	/* Taken back it is on no list. */
	loop_late(o->loop, &o->step[3].task);
	loop_unready(o->loop, &o->step[3].task);
	loop_run(o->loop);
	assert_memory_equal(o->text, wanted, 4);
	loop_free(o->loop);
}

static void
test_what_is_late_runs_behind_what_is_ready(void **state)
{
	struct order o = { 0 };

	(void)state;
	run_in_order(&o, "acdz", "acdz");
}

static void
test_what_is_late_waits_for_nothing_long(void **state)
{
	struct order o = { 0 };

	(void)state;
	run_in_order(&o, "aclz", "aczl");
}

static void
test_what_is_late_waits_half_a_millisecond_and_no_more(void **state)
{
	struct order o = { 0 };

	(void)state;
	run_in_order(&o, "abdz", "abzd");
}

/* Put there outside of any turn it needs none of another's. */
static void
test_what_is_late_keeps_the_loop_from_waiting(void **state)
{
	struct order o = { .n = 3 };
	struct err e;

	(void)state;
	assert_true(loop_new(&o.loop, &e));
	o.step[0] = (struct step){ .order = &o, .name = 'z',
		.task = { .run = on_step, .owner = &o.step[0] } };
	loop_late(o.loop, &o.step[0].task);
	loop_run(o.loop);
	assert_int_equal(o.text[3], 'z');
	loop_free(o.loop);
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
		cmocka_unit_test(test_what_is_late_runs_behind_what_is_ready),
		cmocka_unit_test(test_what_is_late_waits_for_nothing_long),
		cmocka_unit_test(
		    test_what_is_late_waits_half_a_millisecond_and_no_more),
		cmocka_unit_test(
		    test_what_is_late_keeps_the_loop_from_waiting),
		cmocka_unit_test(test_work_in_a_thread_is_done_on_the_loop),
		cmocka_unit_test(test_a_loop_is_not_freed_under_a_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
