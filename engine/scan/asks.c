/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one scan asks: how much it may, for how long it waits, and what is
 * written down of it.  Settling an ask lowers the count of its check; the
 * last one of a check puts the scan on the loop's ready list.
 */
#include "scan/asks.h"

#include <assert.h>

#include "base/arena.h"
#include "base/clock.h"
#include "net/loop.h"
#include "net/store.h"
#include "scan/check.h"
#include "scan/inhand.h"
#include "scan/scan.h"
#include "scan/trace.h"
#include "scan/worldparts.h"

/* An ask as we keep it. */
struct asked {
	struct query_waiter waiter; /* first: by it the rest is found */
	struct ask ask;
	TAILQ_ENTRY(asked) of_scan;
	STAILQ_ENTRY(asked) of_all;
	struct check_run *run;
	enum dns_type type;
	struct str key;
	uint32_t ttl;
	bool is_pressing;
};
TAILQ_HEAD(asked_list, asked);

struct asks {
	struct world_scan in_world;
	struct world *world;
	struct task run;
	struct timer *deadline;
	struct asked_list open;
	STAILQ_HEAD(, asked) all; /* as they were asked, where they are taken
	                             down */
	unsigned n_asked;
	unsigned n_dns;
	int64_t dns_until; /* clock_ms(); 0: nothing asked yet */
	struct timer *dns_over;
	size_t n_store;      /* open ones to the store */
	int64_t store_since; /* clock_ms(): the first of them was asked */
	int64_t store_spent; /* ms of waiting before */
	struct timer *store_over; /* of those who ask again */
	struct timer *pause;
	struct asked *paused;
	bool is_late;
	bool is_dns_late;
	bool is_store_late;
	bool is_answered;
};

static void
on_turn(void *owner)
{
	struct asks *asks = owner;
	struct inhand *inhand = asks->world->inhand;
	struct scan *s = asks->in_world.scan;
	bool is_over;

	inhand_take(inhand, s->hash, s->raw);
	is_over = scan_run(s);
	if (is_over)
		scan_free(s);
	inhand_leave(inhand, is_over);
}

void
scan_send(struct scan *s, struct world *w)
{
	struct asks *asks = ARENA_ONE(s->arena, struct asks);

	assert(s->asks == NULL);
	asks->world = w;
	asks->in_world.scan = s;
	asks->run = (struct task){ .run = on_turn, .owner = asks };
	TAILQ_INIT(&asks->open);
	STAILQ_INIT(&asks->all);
	s->asks = asks;
	world_enter(w, &asks->in_world);
	asks_wake(s);
}

void
asks_wake(struct scan *s)
{
	if (s->asks != NULL)
		loop_ready(s->asks->world->loop, &s->asks->run);
}

void
asks_look_away(struct scan *s)
{
	if (asks_store(s) != NULL)
		store_look_away(asks_store(s));
}

struct world *
asks_world(const struct scan *s)
{
	return s->asks == NULL ? NULL : s->asks->world;
}

struct meter *
asks_meter(const struct scan *s)
{
	return s->asks == NULL ? NULL : s->asks->world->meter;
}

struct store *
asks_store(const struct scan *s)
{
	return s->asks == NULL ? NULL : s->asks->world->queries.store;
}

/* The last answer of a look-up is there. */
static void
end_store(struct asks *asks)
{
	asks->store_spent += clock_ms() - asks->store_since;
	if (asks->store_over != NULL)
		timer_stop(asks->store_over);
}

/* Every ask comes through here exactly once. */
static void
settle(struct asked *k, const struct query_answer *found)
{
	struct asks *asks = k->run->scan->asks;
	struct arena *a = k->run->arena;

	assert(k->ask.state == ASK_OPEN && k->run->open > 0);
	TAILQ_REMOVE(&asks->open, k, of_scan);
	k->ask.state = found->state;
	k->ask.is_no_name = found->is_no_name;
	k->ask.is_never = found->is_never;
	k->ttl = found->ttl;
	k->ask.count = found->n;
	k->ask.answer = ARENA_MANY(a, struct str, found->n);
	for (size_t i = 0; i < found->n; i++)
		k->ask.answer[i] = str_copy(a, found->at[i]);
	asks->world->counts.failed += found->state == ASK_FAILED;
	if (k->type == 0 && --asks->n_store == 0)
		end_store(asks);
	k->run->open--;
	k->run->pressing -= k->is_pressing;
	k->run->is_called = k->run->is_called ||
	    (k->is_pressing && (k->run->pressing == 0 || k->run->is_eager));
	if (k->run->open == 0 || k->run->is_called)
		asks_wake(k->run->scan);
}

static void
on_settled(struct query_waiter *waiter, const struct query_answer *answer)
{
	settle((struct asked *)waiter, answer);
}

static void
on_deadline(void *owner)
{
	struct asks *asks = owner;
	struct asked *k;

	asks->is_late = true;
	asks->in_world.scan->is_cut = true;
	while ((k = TAILQ_FIRST(&asks->open)) != NULL) {
		query_leave(&k->waiter);
		settle(k, &(struct query_answer){ .state = ASK_FAILED });
	}
}

/* How many were open. */
static size_t
give_up(struct asks *asks, bool of_store)
{
	struct asked *k = TAILQ_FIRST(&asks->open), *next;
	size_t n = 0;

	for (; k != NULL; k = next) {
		next = TAILQ_NEXT(k, of_scan);
		if ((k->type == 0) != of_store)
			continue;
		query_leave(&k->waiter);
		settle(k, &(struct query_answer){ .state = ASK_FAILED });
		n++;
	}
	return n;
}

/* Name servers have had their time; the store may still answer. */
static void
on_dns_over(void *owner)
{
	struct asks *asks = owner;

	asks->is_dns_late = true;
	give_up(asks, false);
}

static void
on_store_over(void *owner)
{
	struct asks *asks = owner;
	size_t n = give_up(asks, true);

	asks->is_store_late = true;
	while (n-- > 0)
		store_late(asks->world->queries.store);
}

static void
begin_timer(struct timer **t, struct asks *asks, void (*ring)(void *owner),
    int64_t until)
{
	int64_t left = until - clock_ms();

	if (*t != NULL)
		return;
	*t = timer_new(asks->world->loop, ring, asks);
	timer_set(*t, left > 0 ? left : 0);
}

void
asks_wait(struct scan *s)
{
	struct asks *asks = s->asks;

	if (asks == NULL)
		return;
	begin_timer(&asks->deadline, asks, on_deadline, s->deadline_ms);
	if (asks->dns_until != 0)
		begin_timer(&asks->dns_over, asks, on_dns_over,
		    asks->dns_until);
}

/* The first look-up has the engine's own bound, those that come later what is
 * left of it. */
static void
begin_store(struct asks *asks)
{
	int64_t left = asks->world->store_ms - asks->store_spent;

	asks->store_since = clock_ms();
	if (asks->world->store_ms == 0 || asks->store_spent == 0 ||
	    asks->is_answered || asks->in_world.scan->lesson != NULL)
		return;
	if (asks->store_over == NULL)
		asks->store_over = timer_new(asks->world->loop, on_store_over,
		    asks);
	timer_set(asks->store_over, left > 0 ? left : 0);
}

void
asks_answered(struct scan *s)
{
	struct asks *asks = s->asks;

	if (asks == NULL)
		return;
	asks->is_answered = true;
	asks->is_store_late = false;
	timer_free(asks->store_over);
	asks->store_over = NULL;
}

void
asks_release(struct scan *s)
{
	struct asks *asks = s->asks;
	struct asked *k;

	if (asks == NULL)
		return;
	while ((k = TAILQ_FIRST(&asks->open)) != NULL) {
		TAILQ_REMOVE(&asks->open, k, of_scan);
		query_leave(&k->waiter);
	}
	loop_unready(asks->world->loop, &asks->run);
	timer_free(asks->deadline);
	timer_free(asks->dns_over);
	timer_free(asks->store_over);
	timer_free(asks->pause);
	world_leave(asks->world, &asks->in_world);
	s->asks = NULL;
}

static bool
can_ask_dns(const struct asks *asks)
{
	const struct world *w = asks->world;

	return w->queries.dns != NULL && !asks->is_dns_late &&
	    (w->dns_most == 0 || asks->n_dns < w->dns_most);
}

static bool
can_ask_store(const struct asks *asks)
{
	return asks->world->queries.store != NULL && !asks->is_store_late;
}

bool
asks_may(const struct scan *s, enum dns_type type)
{
	const struct asks *asks = s->asks;

	return asks != NULL && !asks->is_late && asks->n_asked < ASKS_MOST &&
	    (type == 0 ? can_ask_store(asks) : can_ask_dns(asks));
}

static void
count_dns(struct asks *asks)
{
	const struct world *w = asks->world;

	if (asks->n_dns++ == 0 && w->dns_ms != 0)
		asks->dns_until = clock_ms() + w->dns_ms;
}

void
asks_count(struct scan *s, enum dns_type type)
{
	struct asks *asks = s->asks;

	asks->n_asked++;
	if (type != 0)
		count_dns(asks);
}

static struct asked *
asked_new(struct check_run *run, enum dns_type type, struct str key)
{
	struct asked *k = ARENA_ONE(run->arena, struct asked);
	struct asks *asks = run->scan->asks;

	k->run = run;
	k->type = type;
	k->key = key;
	if (asks != NULL && run->scan->is_traced)
		STAILQ_INSERT_TAIL(&asks->all, k, of_all);
	return k;
}

struct ask *
asks_note(struct check_run *run, enum dns_type type, struct str key)
{
	return &asked_new(run, type, key)->ask;
}

const struct ask *
asks_open(struct check_run *run, enum dns_type type, struct store_key key)
{
	struct asked *k = asked_new(run, type, key.text);
	struct asks *asks = run->scan->asks;
	struct world *w = asks->world;

	if (type == 0 && asks->n_store++ == 0)
		begin_store(asks);
	k->waiter.settled = on_settled;
	w->counts.asked++;
	w->counts.shared += query_join(&w->queries, &k->waiter, type, key,
	    asks);
	run->open++;
	k->is_pressing = run->is_pressing;
	run->pressing += run->is_pressing;
	TAILQ_INSERT_TAIL(&asks->open, k, of_scan);
	return &k->ask;
}

static void
on_pause(void *owner)
{
	struct asks *asks = owner;
	struct asked *k = asks->paused;

	k->ask.state = ASK_NONE;
	if (--k->run->open == 0)
		asks_wake(asks->in_world.scan);
}

const struct ask *
asks_pause(struct check_run *run, int64_t ms)
{
	struct asked *k = ARENA_ONE(run->arena, struct asked);
	struct asks *asks = run->scan->asks;

	k->run = run;
	if (asks == NULL || asks->is_late) {
		k->ask.state = ASK_FAILED;
		return &k->ask;
	}
	if (asks->pause == NULL)
		asks->pause = timer_new(asks->world->loop, on_pause, asks);
	asks->paused = k;
	run->open++;
	timer_set(asks->pause, ms);
	asks->in_world.scan->deadline_ms += ms;
	if (asks->deadline != NULL)
		timer_set(asks->deadline, asks->in_world.scan->deadline_ms -
		    clock_ms());
	return &k->ask;
}

void
trace_of(trace_list *out, const struct scan *s)
{
	const struct asked *k;

	if (s->asks == NULL)
		return;
	STAILQ_FOREACH(k, &s->asks->all, of_all)
		*VEC_ADD(s->arena, out) = (struct trace_answer){
			.type = (int)k->type, .key = k->key,
			.state = k->ask.state == ASK_OPEN ? ASK_FAILED :
			    k->ask.state,
			.is_no_name = k->ask.is_no_name,
			.is_never = k->ask.is_never, .ttl = k->ttl,
			.n = k->ask.count, .at = k->ask.answer };
}
