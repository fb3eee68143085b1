/* SPDX-License-Identifier: Apache-2.0 */
/* Turns of the loop, and who gets them. */
#include "front/queue.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/arena.h"
#include "base/clock.h"
#include "front/front.h"
#include "net/loop.h"
#include "scan/scan.h"
#include "scan/world.h"

enum {
	TURN_US = 10000,     /* of scans, between two looks at the sockets */
	LEAST = 2,           /* may wait, however long that takes */
	COST_FIRST_US = 1000,
	COST_SHARE = 8,      /* of the mean that the last turn is */
	COST_LEAP = 8        /* one odd message says little of the next */
};

struct queued {
	TAILQ_ENTRY(queued) entry;
	struct queue *queue;
	struct scan *scan;
	size_t caller;
};

struct queue {
	struct loop *loop;
	struct world *world;
	TAILQ_HEAD(queued_list, queued) list;
	size_t n;
	size_t *told;
	struct task turn;
	size_t sent;         /* in this turn of the loop */
	int64_t since_us;    /* when the first of them was */
	int64_t cost_us;     /* of one message, a moving mean */
	size_t n_callers;    /* who have any that wait */
	uint32_t waiting[FRONT_CALLERS];
};

static void
tell(struct queue *q, size_t n)
{
	q->n = n;
	*q->told = n;
}

static bool
is_turn_over(const struct queue *q)
{
	return q->sent != 0 && (int64_t)q->sent * q->cost_us >= TURN_US;
}

static void
send(struct queue *q, struct scan *s, int64_t now_us)
{
	if (q->sent++ == 0)
		q->since_us = now_us;
	scan_send(s, q->world);
	/* Behind the scans: it sees how long they took. */
	loop_ready(q->loop, &q->turn);
}

/* Since the first of them was sent the loop has not waited for anything. */
static void
measure(struct queue *q, int64_t now_us)
{
	int64_t one = (now_us - q->since_us) / (int64_t)q->sent;

	if (one > q->cost_us * COST_LEAP)
		one = q->cost_us * COST_LEAP;
	q->cost_us += (one - q->cost_us) / COST_SHARE;
	if (q->cost_us < COST_SHARE)
		q->cost_us = COST_SHARE;
}

static void
on_turn(void *owner)
{
	struct queue *q = owner;
	int64_t now = clock_us();
	struct queued *w;

	if (q->sent != 0)
		measure(q, now);
	q->sent = 0;
	while (!is_turn_over(q) && (w = TAILQ_FIRST(&q->list)) != NULL) {
		struct scan *s = w->scan;

		queue_leave(w);
		meter_spend(&s->times, STATION_TURN, now);
		send(q, s, now);
	}
}

bool
queue_has_room(const struct queue *q, size_t caller, int64_t wait_ms)
{
	int64_t wait_us = (int64_t)(q->n + q->sent) * q->cost_us;
	bool has_share = q->waiting[caller] * q->n_callers >= q->n;

	return q->n < LEAST ||
	    wait_us <= wait_ms * 1000 / (has_share ? 4 : 1);
}

void
queue_put(struct queue *q, struct scan *s, size_t caller)
{
	struct queued *w;

	if (q->n == 0 && !is_turn_over(q)) {
		send(q, s, s->started_us);
		return;
	}
	w = ARENA_ONE(s->arena, struct queued);
	*w = (struct queued){ .queue = q, .scan = s, .caller = caller };
	s->queued = w;
	TAILQ_INSERT_TAIL(&q->list, w, entry);
	tell(q, q->n + 1);
	q->n_callers += q->waiting[caller]++ == 0;
}

void
queue_leave(struct queued *w)
{
	struct queue *q = w->queue;

	TAILQ_REMOVE(&q->list, w, entry);
	tell(q, q->n - 1);
	q->n_callers -= --q->waiting[w->caller] == 0;
	w->scan->queued = NULL;
}

struct queue *
queue_new(struct loop *l, struct world *w, size_t *waiting)
{
	struct queue *q = calloc(1, sizeof(*q));

	if (q == NULL)
		abort();
	q->loop = l;
	q->world = w;
	q->told = waiting;
	q->cost_us = COST_FIRST_US;
	q->turn = (struct task){ .run = on_turn, .owner = q };
	TAILQ_INIT(&q->list);
	return q;
}

void
queue_free(struct queue *q)
{
	if (q == NULL)
		return;
	assert(TAILQ_EMPTY(&q->list));
	loop_unready(q->loop, &q->turn);
	free(q);
}
