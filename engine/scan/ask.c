/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to the world.  Settling one lowers the count of its check; the
 * last one of a check puts the scan on the loop's ready list.  A query is
 * one look-up under way with all the asks that wait for it.
 */
#include "scan/ask.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "net/dns.h"
#include "net/loop.h"
#include "net/store.h"
#include "scan/asks.h"
#include "scan/check.h"
#include "scan/inhand.h"
#include "scan/keptcount.h"
#include "scan/scan.h"
#include "scan/world.h"

enum {
	BUCKETS = 256,
	QUERY_KEY = 100,   /* of most queries, and a NUL */
	QUERY_SPARES = 256
};

/* An ask as we keep it. */
struct asked {
	struct ask ask;
	TAILQ_ENTRY(asked) of_query;
	TAILQ_ENTRY(asked) of_scan;
	STAILQ_ENTRY(asked) of_all;
	struct query *query;
	struct check_run *run;
	enum dns_type type;
	struct str key;
	uint32_t ttl;
	bool is_pressing;
};
TAILQ_HEAD(asked_list, asked);

struct query {
	LIST_ENTRY(query) entry;
	struct world *world;
	struct asked_list asks;
	struct dns_question *question; /* or NULL: the store is asked */
	enum dns_type type;            /* 0: of the store */
	struct str key;                /* or name; behind the struct */
};
LIST_HEAD(query_list, query);

struct world {
	struct loop *loop;
	struct store *store;
	struct dns *dns;
	struct inhand *inhand;
	struct meter *meter;
	struct keptcount *bounded;
	struct query_list queries[BUCKETS];
	struct query_list spares; /* with room for QUERY_KEY */
	size_t n_spares;
	LIST_HEAD(, asks) scans;
	struct world_counts counts;
	size_t *told;     /* the number of scans, or NULL */
	unsigned dns_most; /* questions of a scan to name servers; 0: any */
	int64_t dns_ms;   /* that it waits for them */
	int64_t store_ms; /* and for the store; 0: any */
};

struct asks {
	LIST_ENTRY(asks) entry;
	struct world *world;
	struct scan *scan;
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

struct world *
world_new(struct loop *l, struct store *s, struct dns *d)
{
	struct world *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	w->loop = l;
	w->store = s;
	w->dns = d;
	return w;
}

void
world_free(struct world *w)
{
	struct query *q;

	if (w == NULL)
		return;
	while (!LIST_EMPTY(&w->scans))
		scan_free(LIST_FIRST(&w->scans)->scan);
	while ((q = LIST_FIRST(&w->spares)) != NULL) {
		LIST_REMOVE(q, entry);
		free(q);
	}
	free(w);
}

void
world_bound_dns(struct world *w, unsigned queries, int64_t ms)
{
	w->dns_most = queries;
	w->dns_ms = ms;
}

void
world_bound_store(struct world *w, int64_t ms)
{
	w->store_ms = ms;
}

void
world_note(struct world *w, struct inhand *h)
{
	w->inhand = h;
}

struct inhand *
world_noted(const struct world *w)
{
	return w->inhand;
}

void
world_bound(struct world *w, struct keptcount *k)
{
	w->bounded = k;
}

void
world_measure(struct world *w, struct meter *m)
{
	w->meter = m;
}

struct meter *
asks_meter(const struct scan *s)
{
	return s->asks == NULL ? NULL : s->asks->world->meter;
}

struct world_counts
world_counts(const struct world *w)
{
	return w->counts;
}

static void
count_scans(struct world *w, size_t n)
{
	w->counts.scans = n;
	if (w->told != NULL)
		*w->told = n;
}

void
world_tell(struct world *w, size_t *scans)
{
	w->told = scans;
	count_scans(w, w->counts.scans);
}

static void
on_turn(void *owner)
{
	struct asks *asks = owner;
	struct inhand *inhand = asks->world->inhand;
	bool is_over;

	inhand_take(inhand, asks->scan->hash, asks->scan->raw);
	is_over = scan_run(asks->scan);
	if (is_over)
		scan_free(asks->scan);
	inhand_leave(inhand, is_over);
}

void
scan_send(struct scan *s, struct world *w)
{
	struct asks *asks = ARENA_ONE(s->arena, struct asks);

	assert(s->asks == NULL);
	asks->world = w;
	asks->scan = s;
	asks->run = (struct task){ .run = on_turn, .owner = asks };
	TAILQ_INIT(&asks->open);
	STAILQ_INIT(&asks->all);
	s->asks = asks;
	LIST_INSERT_HEAD(&w->scans, asks, entry);
	count_scans(w, w->counts.scans + 1);
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
	if (s->asks != NULL && s->asks->world->store != NULL)
		store_look_away(s->asks->world->store);
}

/* What there is to know, as long as the reply lasts. */
struct found {
	enum ask_state state;
	bool is_no_name;
	bool is_never;
	const struct str *at;
	size_t n;
	uint32_t ttl;
};

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
settle(struct asked *k, const struct found *found)
{
	struct asks *asks = k->run->scan->asks;
	struct arena *a = k->run->arena;

	assert(k->ask.state == ASK_OPEN && k->run->open > 0);
	TAILQ_REMOVE(&asks->open, k, of_scan);
	k->query = NULL;
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

/* It stands in no list. */
static void
query_free(struct query *q)
{
	struct world *w = q->world;

	if (q->key.n >= QUERY_KEY || w->n_spares == QUERY_SPARES) {
		free(q);
		return;
	}
	w->n_spares++;
	LIST_INSERT_HEAD(&w->spares, q, entry);
}

static void
settle_all(struct query *q, const struct found *found)
{
	struct asked *k;

	LIST_REMOVE(q, entry);
	while ((k = TAILQ_FIRST(&q->asks)) != NULL) {
		TAILQ_REMOVE(&q->asks, k, of_query);
		settle(k, found);
	}
	query_free(q);
}

static enum ask_state
state_of(enum store_result result)
{
	static const enum ask_state states[] = {
		[STORE_FOUND] = ASK_ANSWERED,
		[STORE_NONE] = ASK_NONE,
		[STORE_FAILED] = ASK_FAILED
	};

	return states[result];
}

static void
on_stored(void *asker, enum store_result result, struct str value)
{
	settle_all(asker, &(struct found){ .state = state_of(result),
	    .at = &value, .n = result == STORE_FOUND });
}

static void
on_answer(void *asker, const struct dns_answer *answer)
{
	static const enum ask_state states[] = {
		[DNS_FOUND] = ASK_ANSWERED,
		[DNS_EMPTY] = ASK_NONE,
		[DNS_NO_NAME] = ASK_NONE,
		[DNS_FAILED] = ASK_FAILED
	};

	settle_all(asker, &(struct found){ .state = states[answer->result],
	    .is_no_name = answer->result == DNS_NO_NAME,
	    .is_never = answer->is_never,
	    .at = answer->at, .n = answer->n, .ttl = answer->ttl });
}

/* Leaves a query; without a last asker there is nothing to ask. */
static void
withdraw(struct asked *k)
{
	struct query *q = k->query;

	TAILQ_REMOVE(&q->asks, k, of_query);
	if (!TAILQ_EMPTY(&q->asks))
		return;
	if (q->question != NULL)
		dns_forget(q->question);
	else
		store_cancel(q->world->store, q);
	LIST_REMOVE(q, entry);
	query_free(q);
}

static void
on_deadline(void *owner)
{
	struct asks *asks = owner;
	struct asked *k;

	asks->is_late = true;
	asks->scan->is_cut = true;
	while ((k = TAILQ_FIRST(&asks->open)) != NULL) {
		withdraw(k);
		settle(k, &(struct found){ .state = ASK_FAILED });
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
		if ((k->query->type == 0) != of_store)
			continue;
		withdraw(k);
		settle(k, &(struct found){ .state = ASK_FAILED });
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
		store_late(asks->world->store);
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
	    asks->is_answered || asks->scan->lesson != NULL)
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
		withdraw(k);
	}
	loop_unready(asks->world->loop, &asks->run);
	timer_free(asks->deadline);
	timer_free(asks->dns_over);
	timer_free(asks->store_over);
	timer_free(asks->pause);
	LIST_REMOVE(asks, entry);
	count_scans(asks->world, asks->world->counts.scans - 1);
	s->asks = NULL;
}

static struct query *
query_find(struct query_list *bucket, enum dns_type type, struct str key)
{
	struct query *q;

	LIST_FOREACH(q, bucket, entry) {
		if (q->type == type && str_eq(q->key, key))
			return q;
	}
	return NULL;
}

/* There are many in a moment, and none in the next: some are kept. */
static struct query *
query_take(struct world *w, size_t room)
{
	struct query *q = LIST_FIRST(&w->spares);

	if (q != NULL && room <= QUERY_KEY) {
		LIST_REMOVE(q, entry);
		w->n_spares--;
		memset(q, 0, sizeof(*q));
		return q;
	}
	q = calloc(1, sizeof(*q) + (room > QUERY_KEY ? room : QUERY_KEY));
	if (q == NULL)
		abort();
	return q;
}

static struct query *
query_new(struct world *w, enum dns_type type, struct store_key of)
{
	const struct str key = of.text;
	struct query *q = query_take(w, key.n + 1);
	char *bytes = (char *)(q + 1);

	bytes[key.n] = '\0';
	if (key.n != 0)
		memcpy(bytes, key.p, key.n);
	q->key = (struct str){ bytes, key.n };
	q->world = w;
	q->type = type;
	TAILQ_INIT(&q->asks);
	if (type == 0)
		store_get(w->store, of, on_stored, q);
	else
		q->question = dns_ask(w->dns, type, q->key, on_answer, q);
	return q;
}

/* The query under way for this, begun when there is none. */
static struct query *
query_join(struct world *w, enum dns_type type, struct store_key key)
{
	struct query_list *bucket = &w->queries[key.hash % BUCKETS];
	struct query *q = query_find(bucket, type, key.text);

	w->counts.asked++;
	if (q != NULL) {
		w->counts.shared++;
		return q;
	}
	q = query_new(w, type, key);
	LIST_INSERT_HEAD(bucket, q, entry);
	return q;
}

static bool
can_ask_dns(const struct asks *asks)
{
	const struct world *w = asks->world;

	return w->dns != NULL && !asks->is_dns_late &&
	    (w->dns_most == 0 || asks->n_dns < w->dns_most);
}

static bool
can_ask_store(const struct asks *asks)
{
	return asks->world->store != NULL && !asks->is_store_late;
}

static bool
can_ask(const struct asks *asks, enum dns_type type)
{
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

/* NULL: it has to be waited for.  Most of what is asked for is nowhere: one
 * answer does for all of that, but where it is told with its key. */
static const struct ask *
ask_at_once(struct check_run *run, struct store_key key)
{
	static const struct ask none = { .state = ASK_NONE };
	struct world *w = run->scan->asks->world;
	enum store_result result;
	struct str value;
	struct ask *k;

	if (!store_look(w->store, key, &result, &value))
		return NULL;
	w->counts.asked++;
	if (result != STORE_FOUND && !run->scan->is_traced)
		return &none;
	k = run->scan->is_traced ? &asked_new(run, 0, key.text)->ask :
	    ARENA_ONE(run->arena, struct ask);
	k->state = state_of(result);
	if (result == STORE_FOUND) {
		k->count = 1;
		k->answer = ARENA_ONE(run->arena, struct str);
		*k->answer = str_copy(run->arena, value);
	}
	return k;
}

/* By what was taken down once. */
static const struct ask *
ask_trace(struct check_run *run, enum dns_type type, struct str key)
{
	struct ask *k = ARENA_ONE(run->arena, struct ask);
	const struct trace_answer *t = trace_told(run->scan, (int)type, key);

	k->state = t == NULL ? ASK_FAILED : t->state;
	if (t == NULL)
		return k;
	k->is_no_name = t->is_no_name;
	k->is_never = t->is_never;
	k->count = t->n;
	k->answer = ARENA_MANY(run->arena, struct str, t->n);
	for (size_t i = 0; i < t->n; i++)
		k->answer[i] = t->at[i];
	return k;
}

static const struct ask *
ask_failed(struct check_run *run, enum dns_type type, struct str key)
{
	struct asked *k = asked_new(run, type, key);

	k->ask.state = ASK_FAILED;
	return &k->ask;
}

/* Of the store when type is 0. */
static const struct ask *
ask_and_wait(struct check_run *run, enum dns_type type, struct store_key key)
{
	struct asked *k = asked_new(run, type, key.text);
	struct asks *asks = run->scan->asks;

	if (type == 0 && asks->n_store++ == 0)
		begin_store(asks);
	k->query = query_join(asks->world, type, key);
	if (type != 0 && TAILQ_EMPTY(&k->query->asks))
		dns_share(k->query->question, asks);
	run->open++;
	k->is_pressing = run->is_pressing;
	run->pressing += run->is_pressing;
	TAILQ_INSERT_TAIL(&k->query->asks, k, of_query);
	TAILQ_INSERT_TAIL(&asks->open, k, of_scan);
	return &k->ask;
}

const struct ask *
ask_store_near(struct check_run *run, struct store_key key)
{
	struct asks *asks = run->scan->asks;
	const struct ask *at_once;

	run->asked++;
	if (run->scan->told != NULL)
		return ask_trace(run, 0, key.text);
	if (!can_ask(asks, 0))
		return ask_failed(run, 0, key.text);
	asks->n_asked++;
	at_once = ask_at_once(run, key);
	return at_once != NULL ? at_once : ask_and_wait(run, 0, key);
}

/* Or NULL. */
static struct store *
store_of(const struct check_run *run)
{
	return run->scan->asks == NULL ? NULL : run->scan->asks->world->store;
}

static struct store_key
key_of(const struct check_run *run, struct str key)
{
	return store_of(run) == NULL ? (struct store_key){ key, 0 } :
	    store_key(store_of(run), key);
}

const struct ask *
ask_store(struct check_run *run, struct str key)
{
	return ask_store_near(run, key_of(run, key));
}

const struct ask *
ask_store_afresh(struct check_run *run, struct str key)
{
	if (store_of(run) != NULL)
		store_look_afresh(store_of(run), key);
	return ask_store(run, key);
}

struct store_key
ask_store_soon(const struct check_run *run, struct str key)
{
	const struct store_key near = key_of(run, key);

	if (store_of(run) != NULL)
		store_look_soon(store_of(run), near.hash);
	return near;
}

static void
on_pause(void *owner)
{
	struct asks *asks = owner;
	struct asked *k = asks->paused;

	k->ask.state = ASK_NONE;
	if (--k->run->open == 0)
		asks_wake(asks->scan);
}

const struct ask *
ask_pause(struct check_run *run, int64_t ms)
{
	struct asked *k = ARENA_ONE(run->arena, struct asked);
	struct asks *asks = run->scan->asks;

	k->run = run;
	run->asked++;
	if (asks == NULL || asks->is_late) {
		k->ask.state = ASK_FAILED;
		return &k->ask;
	}
	if (asks->pause == NULL)
		asks->pause = timer_new(asks->world->loop, on_pause, asks);
	asks->paused = k;
	run->open++;
	timer_set(asks->pause, ms);
	asks->scan->deadline_ms += ms;
	if (asks->deadline != NULL)
		timer_set(asks->deadline, asks->scan->deadline_ms -
		    clock_ms());
	return &k->ask;
}

const struct ask *
ask_dns(struct check_run *run, enum dns_type type, struct str name)
{
	const struct str key = str_lower(run->arena, name);
	struct asks *asks = run->scan->asks;

	run->asked++;
	if (run->scan->told != NULL)
		return ask_trace(run, type, key);
	if (!can_ask(asks, type))
		return ask_failed(run, type, key);
	asks->n_asked++;
	count_dns(asks);
	return ask_and_wait(run, type, (struct store_key){ key,
	    hash_bytes(key, type) });
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

struct store *
world_store(const struct world *w)
{
	return w->store;
}

struct keptcount *
world_bounded(const struct world *w)
{
	return w->bounded;
}

struct world *
asks_world(const struct scan *s)
{
	return s->asks == NULL ? NULL : s->asks->world;
}
