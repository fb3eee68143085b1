/* SPDX-License-Identifier: Apache-2.0 */
/* Who waits, for how long, and who is told to come later; with a clock, a
 * loop and a world of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "net/loop.h"
#include "scan/scan.h"
#include "scan/world.h"

static int64_t time_us;
static size_t sent;
static struct scan *last;
static bool is_ready;

static int64_t
test_clock_us(void)
{
	return time_us;
}

static void
test_scan_send(struct scan *s, struct world *w)
{
	(void)w;
	sent++;
	last = s;
}

static void
test_loop_ready(struct loop *l, struct task *t)
{
	(void)l;
	(void)t;
	is_ready = true;
}

static void
test_loop_unready(struct loop *l, struct task *t)
{
	(void)l;
	(void)t;
}

#define clock_us test_clock_us
#define scan_send test_scan_send
#define loop_ready test_loop_ready
#define loop_unready test_loop_unready
#include "front/queue.c"

enum { SCANS = 4000, WAIT_MS = 1000 };

struct bench {
	struct queue *queue;
	struct arena *arena;
	struct scan scans[SCANS];
	size_t n, waiting;
};

static struct bench *
bench_new(void)
{
	struct arena *a = arena_new();
	struct bench *b = ARENA_ONE(a, struct bench);

	sent = 0;
	time_us = 1000000;
	b->arena = a;
	b->queue = queue_new(NULL, NULL, &b->waiting);
	return b;
}

static void
bench_free(struct bench *b)
{
	while (!TAILQ_EMPTY(&b->queue->list))
		queue_leave(TAILQ_FIRST(&b->queue->list));
	assert_int_equal(b->waiting, 0);
	assert_int_equal(b->queue->n_callers, 0);
	queue_free(b->queue);
	arena_free(b->arena);
}

static struct scan *
put(struct bench *b, size_t caller)
{
	struct scan *s = &b->scans[b->n++];

	s->arena = b->arena;
	s->started_us = s->times.at = time_us;
	queue_put(b->queue, s, caller);
	return s;
}

/* As many as there is room for. */
static size_t
fill(struct bench *b, size_t caller)
{
	size_t n = 0;

	while (queue_has_room(b->queue, caller, WAIT_MS)) {
		put(b, caller);
		n++;
	}
	return n;
}

/* The loop's next turn, in which each that was sent took so long. */
static size_t
turn(struct bench *b, int64_t each_us)
{
	size_t before = sent;

	time_us += (int64_t)b->queue->sent * each_us;
	is_ready = false;
	on_turn(b->queue);
	return sent - before;
}

static void
test_one_that_comes_alone_goes_at_once(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	for (int i = 0; i < 5; i++) {
		put(b, 1);
		assert_int_equal(sent, i + 1);
		assert_true(is_ready);
		assert_int_equal(turn(b, 1000), 0);
		assert_false(is_ready);
	}
	bench_free(b);
}

static void
test_a_turn_is_some_milliseconds_long(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	for (int i = 0; i < 100; i++)
		put(b, 1);
	assert_int_equal(sent, TURN_US / COST_FIRST_US);
	assert_int_equal(b->waiting, 100 - sent);
	for (int i = 0; i < 60; i++)
		turn(b, 6000);
	assert_int_equal(sent, 100);
	put(b, 1);
	put(b, 1);
	put(b, 1);
	/* One takes more than half a turn, as has been seen. */
	assert_int_equal(b->waiting, 1);
	bench_free(b);
}

static void
test_they_go_in_the_order_they_came(void **state)
{
	struct bench *b = bench_new();
	struct scan *first, *second;

	(void)state;
	while (b->waiting == 0)
		first = put(b, 1);
	second = put(b, 2);
	b->queue->cost_us = TURN_US;
	assert_int_equal(turn(b, TURN_US), 1);
	assert_ptr_equal(last, first);
	assert_null(first->queued);
	assert_non_null(second->queued);
	bench_free(b);
}

static void
test_the_wait_is_bounded_whatever_one_costs(void **state)
{
	static const int64_t costs[] = { 500, 2000, 30000 };

	(void)state;
	for (size_t i = 0; i < nitems(costs); i++) {
		struct bench *b = bench_new();
		size_t n;

		for (size_t k = 0; k < 100; k++) {
			put(b, 1);
			turn(b, costs[i]);
		}
		n = fill(b, 1) + fill(b, 2) + fill(b, 3) + fill(b, 4);
		assert_in_range(n * (size_t)costs[i], WAIT_MS * 900,
		    WAIT_MS * 1100);
		bench_free(b);
	}
}

static void
test_a_few_may_always_wait(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->queue->cost_us = 10 * 1000000;
	assert_int_equal(fill(b, 1), 1 + LEAST);
	bench_free(b);
}

static void
test_who_has_its_share_leaves_most_to_others(void **state)
{
	struct bench *b = bench_new();
	size_t all = WAIT_MS * 1000 / COST_FIRST_US;
	size_t greedy = fill(b, 1), second;

	(void)state;
	assert_in_range(greedy, all / 4, all / 4 + 1);
	second = fill(b, 2);
	assert_in_range(second, all / 4 - all / 20, all / 4 + 1);
	assert_false(queue_has_room(b->queue, 1, WAIT_MS));
	bench_free(b);
}

static void
test_one_odd_message_does_not_shut_the_door(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	put(b, 1);
	turn(b, 5 * 1000000);
	assert_in_range(b->queue->cost_us, COST_FIRST_US, 2 * COST_FIRST_US);
	bench_free(b);
}

static void
test_who_leaves_makes_room(void **state)
{
	struct bench *b = bench_new();
	size_t n;

	(void)state;
	fill(b, 1);
	n = b->waiting;
	queue_leave(TAILQ_LAST(&b->queue->list, queued_list));
	assert_int_equal(b->waiting, n - 1);
	assert_true(queue_has_room(b->queue, 1, WAIT_MS));
	bench_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_that_comes_alone_goes_at_once),
		cmocka_unit_test(test_a_turn_is_some_milliseconds_long),
		cmocka_unit_test(test_they_go_in_the_order_they_came),
		cmocka_unit_test(test_the_wait_is_bounded_whatever_one_costs),
		cmocka_unit_test(test_a_few_may_always_wait),
		cmocka_unit_test(test_who_has_its_share_leaves_most_to_others),
		cmocka_unit_test(test_one_odd_message_does_not_shut_the_door),
		cmocka_unit_test(test_who_leaves_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
