/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Look-ups: all of a turn go to each server in one batch, with a mark of our
 * own behind them.  No answer of a batch is believed until the mark has come
 * back in its place: so an answer too many, or one too few, can never make
 * one key's value another's.  What is not there when the budget is spent has
 * failed; its answer, when it comes, finds nobody.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "net/loop.h"
#include "net/redis.h"
#include "net/resp.h"

enum { MARK_MOST = 40, HOPS_MOST = 5, HELD_MOST = 100000 };

struct look {
	struct redis_call call;
	TAILQ_ENTRY(look) entry;
	struct store_get *get;     /* NULL: nobody waits for it */
	struct look_batch *batch;
	enum store_result result;
	struct str value;          /* a copy */
	bool is_redirected;
	struct redis_redirect to;
	unsigned hops;
};
TAILQ_HEAD(look_list, look);

struct look_batch {
	TAILQ_ENTRY(look_batch) entry;
	struct redis_looks *looks;
	struct redis_node *node;
	struct look_list list;
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
	struct buf key;
	uint64_t chance, n;        /* what marks are made of */
	size_t held;
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

static void
look_free(struct look *k)
{
	k->batch->looks->held--;
	TAILQ_REMOVE(&k->batch->list, k, entry);
	free((void *)(uintptr_t)k->value.p);
	free(k);
}

/* Sets the timer to the batch whose time is over first. */
static void
watch(struct redis_looks *l)
{
	int64_t first = INT64_MAX, left;
	const struct look_batch *b;

	TAILQ_FOREACH(b, &l->batches, entry) {
		if (!b->is_late && b->deadline_ms < first)
			first = b->deadline_ms;
	}
	if (first == INT64_MAX) {
		timer_stop(l->timer);
		return;
	}
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

	/* Answering frees no batch: they wait for their marks. */
	TAILQ_FOREACH(b, &l->batches, entry) {
		if (!b->is_late && b->deadline_ms <= now)
			end_late(b);
	}
	watch(l);
}

static void
on_value(struct redis_call *call, const struct resp *reply)
{
	struct look *k = (struct look *)(void *)call;
	char *copy;

	k->result = STORE_FAILED;
	if (reply == NULL)
		return;
	if (reply->type == RESP_NIL) {
		k->result = STORE_NONE;
	} else if (reply->type == RESP_TEXT) {
		copy = malloc(reply->text.n + 1);
		if (copy == NULL)
			abort();
		memcpy(copy, reply->text.p, reply->text.n);
		k->value = (struct str){ copy, reply->text.n };
		k->result = STORE_FOUND;
	} else if (reply->type != RESP_ERROR) {
		redis_conn_drop(k->batch->node->look,
		    "an answer of another kind");
	} else {
		redis_map_doubt(k->batch->looks->redis->map);
		k->is_redirected =
		    redis_map_follows(k->batch->looks->redis->map) &&
		    redis_redirect_read(&k->to, reply, k->batch->node->at);
	}
}

static struct look_batch *
batch_of(struct redis_looks *l, struct redis_node *node, int64_t deadline)
{
	struct look_batch *b = node->batch;

	if (b != NULL)
		return b;
	b = calloc(1, sizeof(*b));
	if (b == NULL)
		abort();
	b->looks = l;
	b->node = node;
	b->deadline_ms = deadline;
	TAILQ_INIT(&b->list);
	TAILQ_INSERT_TAIL(&l->batches, b, entry);
	node->batch = b;
	return b;
}

/* To a server that answers. */
static void
send(struct look *k, struct look_batch *b)
{
	const struct redis *r = b->looks->redis;
	const struct str words[] = { STR("GET"), redis_key(&b->looks->key,
	    r->conf.remote.prefix,
	    (struct str){ k->get->key, k->get->key_n }) };

	if (k->is_redirected && k->to.is_ask)
		redis_conn_send_asking(b->node->look);
	k->is_redirected = false;
	k->batch = b;
	k->call.done = on_value;
	TAILQ_INSERT_TAIL(&b->list, k, entry);
	redis_conn_send(b->node->look, &k->call, words, 2);
}

static void seal_all(struct redis_looks *l);

static struct redis_node *
follow(struct redis *r, const struct look *k)
{
	struct redis_node *node = redis_node_at(r, k->to.at);

	if (node != NULL && !k->to.is_ask)
		redis_map_moved(r->map, k->to.slot, node);
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
	send(k, batch_of(l, node, old->deadline_ms));
}

static void
settle(struct look_batch *b, bool is_right)
{
	struct look *k;

	if (is_right && !b->is_late)
		redis_node_prompt(b->node);
	while ((k = TAILQ_FIRST(&b->list)) != NULL) {
		if (is_right && k->is_redirected) {
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

	if (reply != NULL && !is_right)
		redis_conn_drop(b->node->look, "answers out of step");
	/* One that was dropped on the way is not believed either. */
	settle(b, is_right && redis_conn_is_ready(b->node->look));
	TAILQ_REMOVE(&l->batches, b, entry);
	free(b);
	seal_all(l);
}

static void
seal(struct look_batch *b)
{
	struct str words[] = { STR("ECHO"), { b->text, 0 } };
	struct redis_looks *l = b->looks;

	words[1].n = (size_t)snprintf(b->text, sizeof(b->text),
	    "%016" PRIx64 ".%" PRIu64, l->chance, ++l->n);
	b->mark.done = on_mark;
	redis_conn_send(b->node->look, &b->mark, words, 2);
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
	struct str wire;
	struct look *k;

	wire = redis_key(&l->key, r->conf.remote.prefix,
	    (struct str){ g->key, g->key_n });
	node = redis_map_node(r->map, redis_map_slot(r->map, wire));
	if (g->key_n == 0 || l->held >= HELD_MOST ||
	    !redis_node_answers(node)) {
		r->counts.away += g->key_n != 0;
		store_answer(g, STORE_FAILED, STR(""));
		return;
	}
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		abort();
	l->held++;
	k->get = g;
	store_hold(g, k);
	send(k, batch_of(l, node, clock_ms() + r->conf.remote.budget_ms));
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
	l->timer = timer_new(r->loop, on_timer, l);
	buf_init(&l->key, REDIS_KEY_MOST);
	if (getrandom(&l->chance, sizeof(l->chance), GRND_NONBLOCK) < 0)
		l->chance = (uint64_t)clock_us();
	return l;
}

/* When no connection is left: their calls have ended. */
void
redis_looks_free(struct redis_looks *l)
{
	if (l == NULL)
		return;
	assert(TAILQ_EMPTY(&l->batches));
	timer_free(l->timer);
	buf_release(&l->key);
	free(l);
}
