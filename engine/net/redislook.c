/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Look-ups: all of a turn go to each server in one batch, with a mark of our
 * own behind them: as one MGET where one server has all keys, as a GET each in
 * a cluster, where a command may have keys of one slot alone, and where the
 * user may not say MGET.  No answer of a batch is believed until the mark has
 * come back in its place: so an answer too many, or one too few, can never make
 * one key's value another's.  What is not there when the budget is spent has
 * failed; its answer, when it comes, finds nobody.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "base/clock.h"
#include "net/loop.h"
#include "net/redis.h"
#include "net/resp.h"

enum {
	MARK_CHANCE = 17,
	MARK_MOST = MARK_CHANCE + STR_INT + 1,
	HOPS_MOST = 5,
	HELD_MOST = 100000,
	KEYS_MOST = 100,           /* of one MGET */
	SPARES = 256,
	VALUE_ROOM = 120           /* most are shorter */
};

struct look {
	struct redis_call call;
	TAILQ_ENTRY(look) entry;
	struct store_get *get;     /* NULL: nobody waits for it */
	struct look_batch *batch;
	enum store_result result;
	struct str value;          /* a copy, in room if it fits */
	struct redis_redirect *to; /* another server; or NULL */
	unsigned hops;
	char room[VALUE_ROOM];
};
TAILQ_HEAD(look_list, look);

struct look_batch {
	TAILQ_ENTRY(look_batch) entry;
	struct redis_looks *looks;
	struct redis_node *node;
	struct look_list list;
	size_t n;                  /* that wait for values */
	struct redis_call values;  /* of all of them */
	struct redis_call mark;
	char text[MARK_MOST];      /* of the mark */
	int64_t deadline_ms;
	bool is_late;
};
TAILQ_HEAD(batch_list, look_batch);

struct redis_looks {
	struct redis *redis;
	struct batch_list batches; /* that are under way */
	struct timer *timer;
	int64_t rings_ms;          /* INT64_MAX: not at all */
	struct buf key;
	struct buf keys;           /* of the MGET being put together */
	size_t ends[KEYS_MOST];    /* of each, in there */
	char chance[MARK_CHANCE + 1]; /* what marks are made of */
	int64_t n;
	size_t held;
	struct look_list spares;
	size_t n_spares;
};

static void
answer(struct look *k, enum store_result result, struct str value)
{
	struct store_get *g = k->get;

	if (g == NULL)
		return;
	k->get = NULL;
	store_answer(g, result, value);
}

/* There are many in a moment, and none in the next: some are kept. */
static struct look *
look_new(struct redis_looks *l)
{
	struct look *k = TAILQ_FIRST(&l->spares);

	if (k != NULL) {
		TAILQ_REMOVE(&l->spares, k, entry);
		l->n_spares--;
	} else if ((k = malloc(sizeof(*k))) == NULL) {
		abort();
	}
	memset(k, 0, offsetof(struct look, room));
	l->held++;
	return k;
}

static void
look_free(struct look *k)
{
	struct redis_looks *l = k->batch->looks;

	l->held--;
	TAILQ_REMOVE(&k->batch->list, k, entry);
	if (k->value.p != k->room)
		free((void *)(uintptr_t)k->value.p);
	free(k->to);
	if (l->n_spares == SPARES) {
		free(k);
		return;
	}
	l->n_spares++;
	TAILQ_INSERT_HEAD(&l->spares, k, entry);
}

/* Sets the timer to the batch whose time is over first.  Most are answered
 * long before: so it may ring for nothing, but is not set for each. */
static void
watch(struct redis_looks *l)
{
	int64_t first = INT64_MAX, left;
	const struct look_batch *b;

	TAILQ_FOREACH(b, &l->batches, entry) {
		if (!b->is_late && b->deadline_ms < first)
			first = b->deadline_ms;
	}
	if (first >= l->rings_ms)
		return;
	l->rings_ms = first;
	left = first - clock_ms();
	timer_set(l->timer, left > 0 ? left : 0);
}

static void
end_late(struct look_batch *b)
{
	struct look *k;

	b->is_late = true;
	TAILQ_FOREACH(k, &b->list, entry) {
		b->looks->redis->counts.late += k->get != NULL;
		answer(k, STORE_FAILED, STR(""));
	}
	redis_node_late(b->node);
}

static void
on_timer(void *owner)
{
	struct redis_looks *l = owner;
	int64_t now = clock_ms();
	struct look_batch *b;

	l->rings_ms = INT64_MAX;
	/* Answering frees no batch: they wait for their marks. */
	TAILQ_FOREACH(b, &l->batches, entry) {
		if (!b->is_late && b->deadline_ms <= now)
			end_late(b);
	}
	watch(l);
}

static void
keep_value(struct look *k, struct str value)
{
	char *copy = k->room;

	if (value.n > sizeof(k->room) && (copy = malloc(value.n)) == NULL)
		abort();
	if (value.n != 0)
		memcpy(copy, value.p, value.n);
	k->value = (struct str){ copy, value.n };
	k->result = STORE_FOUND;
}

static bool
take_redirect(struct look *k, const struct resp *reply)
{
	struct redis_redirect to;

	if (!redis_redirect_read(&to, reply, k->batch->node->at))
		return false;
	k->to = malloc(sizeof(to));
	if (k->to == NULL)
		abort();
	*k->to = to;
	return true;
}

static void
take_value(struct look *k, const struct resp *reply)
{
	struct redis *r = k->batch->looks->redis;

	k->result = STORE_FAILED;
	if (reply == NULL)
		return;
	if (reply->type == RESP_NIL) {
		k->result = STORE_NONE;
	} else if (reply->type == RESP_TEXT) {
		keep_value(k, reply->text);
	} else if (reply->type != RESP_ERROR) {
		redis_conn_drop(k->batch->node->look,
		    "an answer of another kind");
	} else {
		redis_map_doubt(r->map);
		if (!redis_map_follows(r->map) || !take_redirect(k, reply))
			redis_node_refused(k->batch->node, REDIS_LOOKED,
			    reply);
	}
}

static void
on_value(struct redis_call *call, const struct resp *reply)
{
	take_value((struct look *)(void *)call, reply);
}

static void
on_values(struct redis_call *call, const struct resp *reply)
{
	struct look_batch *b = (struct look_batch *)(void *)((char *)call -
	    offsetof(struct look_batch, values));
	struct look *k;
	size_t i = 0;

	if (reply == NULL)
		return;
	if (reply->type == RESP_ERROR) {
		b->node->is_single = resp_is_error(reply, "NOPERM");
		redis_map_doubt(b->looks->redis->map);
		redis_node_refused(b->node, REDIS_LOOKED, reply);
	} else if (reply->type != RESP_ARRAY || reply->n != b->n) {
		redis_conn_drop(b->node->look, "an answer of another kind");
	} else {
		TAILQ_FOREACH(k, &b->list, entry)
			take_value(k, &reply->at[i++]);
	}
}

/* old: it goes on what is left of that one's time; or NULL. */
static struct look_batch *
batch_of(struct redis_looks *l, struct redis_node *node,
    const struct look_batch *old)
{
	struct look_batch *b = node->batch;

	if (b != NULL)
		return b;
	b = calloc(1, sizeof(*b));
	if (b == NULL)
		abort();
	b->looks = l;
	b->node = node;
	b->deadline_ms = old != NULL ? old->deadline_ms :
	    clock_ms() + l->redis->conf.remote.budget_ms;
	TAILQ_INIT(&b->list);
	TAILQ_INSERT_TAIL(&l->batches, b, entry);
	node->batch = b;
	return b;
}

static struct str
wire_key(struct redis_looks *l, const struct look *k)
{
	return redis_key(&l->key, l->redis->conf.remote.prefix,
	    (struct str){ k->get->key, k->get->key_n });
}

static void seal(struct look_batch *b);

/* There is one server, so one batch at a time. */
static void
join(struct look *k, struct look_batch *b)
{
	struct redis_looks *l = b->looks;

	if (b->n == 0)
		buf_empty(&l->keys);
	redis_key_add(&l->keys, l->redis->conf.remote.prefix,
	    (struct str){ k->get->key, k->get->key_n });
	l->ends[b->n++] = l->keys.n;
	if (b->n == KEYS_MOST)
		seal(b);
}

/* To a server that answers. */
static void
send(struct look *k, struct look_batch *b)
{
	struct str words[] = { STR("GET"), STR("") };
	struct redis_looks *l = b->looks;

	k->batch = b;
	k->result = STORE_FAILED;
	TAILQ_INSERT_TAIL(&b->list, k, entry);
	if (!redis_map_follows(l->redis->map) && !b->node->is_single) {
		join(k, b);
		return;
	}
	if (k->to != NULL && k->to->is_ask)
		redis_conn_send_asking(b->node->look);
	free(k->to);
	k->to = NULL;
	k->call.done = on_value;
	words[1] = wire_key(l, k);
	redis_conn_send(b->node->look, &k->call, words, 2);
}

static void seal_all(struct redis_looks *l);

static struct redis_node *
follow(struct redis *r, const struct look *k)
{
	struct redis_node *node = redis_node_at(r, k->to->at);

	if (node != NULL && !k->to->is_ask)
		redis_map_moved(r->map, k->to->slot, node);
	redis_map_doubt(r->map);
	return node;
}

/* Once more, elsewhere, within the time that is left. */
static void
look_again(struct look *k, struct look_batch *old)
{
	struct redis_looks *l = old->looks;
	struct redis_node *node = follow(l->redis, k);

	if (k->get == NULL || ++k->hops > HOPS_MOST ||
	    !redis_node_answers(node)) {
		answer(k, STORE_FAILED, STR(""));
		return;
	}
	TAILQ_REMOVE(&old->list, k, entry);
	send(k, batch_of(l, node, old));
}

static void
settle(struct look_batch *b, bool is_right)
{
	struct look *k;

	if (is_right && !b->is_late)
		redis_node_prompt(b->node);
	while ((k = TAILQ_FIRST(&b->list)) != NULL) {
		if (is_right && k->to != NULL) {
			look_again(k, b);
			if (k->batch != b)
				continue;
		}
		if (is_right)
			answer(k, k->result, k->value);
		else
			answer(k, STORE_FAILED, STR(""));
		look_free(k);
	}
}

static void
on_mark(struct redis_call *call, const struct resp *reply)
{
	struct look_batch *b = (struct look_batch *)(void *)((char *)call -
	    offsetof(struct look_batch, mark));
	struct redis_looks *l = b->looks;
	bool is_right = reply != NULL && reply->type == RESP_TEXT &&
	    str_is(reply->text, b->text);

	if (reply != NULL && reply->type == RESP_ERROR)
		redis_node_refused(b->node, REDIS_LOOKED, reply);
	if (reply != NULL && !is_right)
		redis_conn_drop(b->node->look, "answers out of step");
	/* One that was dropped on the way is not believed either. */
	settle(b, is_right && redis_conn_is_ready(b->node->look));
	TAILQ_REMOVE(&l->batches, b, entry);
	free(b);
	seal_all(l);
}

/* One command for all of a batch. */
static void
send_joined(struct look_batch *b)
{
	struct str words[1 + KEYS_MOST] = { STR("MGET") };
	struct redis_looks *l = b->looks;
	size_t from = 0;

	for (size_t i = 0; i < b->n; i++) {
		words[1 + i] = (struct str){ l->keys.p + from,
			l->ends[i] - from };
		from = l->ends[i];
	}
	b->values.done = on_values;
	redis_conn_send(b->node->look, &b->values, words, 1 + b->n);
}

static void
seal(struct look_batch *b)
{
	struct str words[] = { STR("ECHO"), { b->text, 0 } };
	struct redis_looks *l = b->looks;
	char number[STR_INT];
	struct str n = str_int(number, ++l->n);

	if (b->n != 0)
		send_joined(b);
	memcpy(b->text, l->chance, MARK_CHANCE);
	memcpy(b->text + MARK_CHANCE, n.p, n.n);
	b->text[MARK_CHANCE + n.n] = '\0';
	words[1].n = MARK_CHANCE + n.n;
	b->mark.done = on_mark;
	redis_conn_send(b->node->look, &b->mark, words, 2);
	redis_conn_push(b->node->look);
	b->node->batch = NULL;
	l->redis->counts.trips++;
}

static void
seal_all(struct redis_looks *l)
{
	struct look_batch *b;

	TAILQ_FOREACH(b, &l->batches, entry) {
		if (b->node->batch == b)
			seal(b);
	}
	watch(l);
}

static void
look_one(struct redis_looks *l, struct store_get *g)
{
	struct redis *r = l->redis;
	struct redis_node *node;
	struct look *k;

	node = redis_map_node(r->map, redis_map_slot(r->map, &l->key,
	    (struct str){ g->key, g->key_n }));
	if (g->key_n == 0 || l->held >= HELD_MOST ||
	    !redis_node_answers(node)) {
		r->counts.away += g->key_n != 0;
		store_answer(g, STORE_FAILED, STR(""));
		return;
	}
	k = look_new(l);
	k->get = g;
	store_hold(g, k);
	send(k, batch_of(l, node, NULL));
}

void
redis_look(struct redis_looks *l, struct store_get_list *gets)
{
	struct store_get *g;

	while ((g = TAILQ_FIRST(gets)) != NULL)
		look_one(l, g);
	seal_all(l);
}

void
redis_look_forget(struct store_get *g)
{
	struct look *k = g->held;

	k->get = NULL;
}

struct redis_looks *
redis_looks_new(struct redis *r)
{
	struct redis_looks *l = calloc(1, sizeof(*l));

	if (l == NULL)
		abort();
	l->redis = r;
	TAILQ_INIT(&l->batches);
	TAILQ_INIT(&l->spares);
	l->timer = timer_new(r->loop, on_timer, l);
	l->rings_ms = INT64_MAX;
	buf_init(&l->key, REDIS_KEY_MOST);
	buf_init(&l->keys, (size_t)KEYS_MOST * REDIS_KEY_MOST);
	snprintf(l->chance, sizeof(l->chance), "%016" PRIx64 ".",
	    chance_number());
	return l;
}

/* When no connection is left: their calls have ended. */
void
redis_looks_free(struct redis_looks *l)
{
	struct look *k;

	if (l == NULL)
		return;
	assert(TAILQ_EMPTY(&l->batches));
	while ((k = TAILQ_FIRST(&l->spares)) != NULL) {
		TAILQ_REMOVE(&l->spares, k, entry);
		free(k);
	}
	timer_free(l->timer);
	buf_release(&l->key);
	buf_release(&l->keys);
	free(l);
}
