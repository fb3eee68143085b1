/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all engines have in common: keys and their bounds, questions that
 * wait for the loop's next turn, walks that go on a chunk a turn.
 */
#include "net/store.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/vec.h"
#include "net/lmdb.h"
#include "net/loop.h"
#include "net/storecache.h"
#include "net/storeconf.h"
#include "net/storeengine.h"
#include "net/storeledger.h"

/* Raised when the meaning of keys or values changes. */
#define SCHEMA "1:"

enum {
	SCHEMA_BYTES = sizeof(SCHEMA) - 1,
	WALK_AT_MOST = 4096,
	CLAIM_MOST = STORE_KEY_MOST + 100,
	GET_KEY = 100,          /* of most questions */
	GET_SPARES = 256,
	FORGET_SECONDS = 24 * 60 * 60 /* that it may wait for its server */
};

static_assert(SCHEMA_BYTES + STORE_KEY_MOST <= LMDB_KEY_MOST,
    "a key of the store is one of the engine");

static const struct store_engine *const engines[STORE_KINDS] = {
	[STORE_LMDB] = &store_lmdb,
	[STORE_REDIS] = &store_redis
};

struct store {
	struct loop *loop;
	const struct store_engine *row;
	void *engine;
	struct task answering;
	struct store_cache *cache;   /* or NULL */
	struct store_get_list fresh; /* asked in this turn */
	struct store_get_list missed; /* of those, not in the cache */
	struct store_get_list held;  /* by the engine */
	struct store_get_list spares; /* with room for GET_KEY */
	size_t n_spares;
	struct task stroll;
	struct store_walk_list walks;
	uint64_t turn;               /* of the walks */
	uint64_t seed;               /* of hashes */
	struct update *draft;        /* with room for so many bytes */
	size_t draft_n;
	struct store_counts counts;
	struct store_ledger own, *ledger;
};

/* Changes. */

static bool
is_key(struct str key)
{
	return key.n != 0 && key.n <= STORE_KEY_MOST;
}

/* Where the next one is put together; engines make copies. */
static struct update *
draft(struct store *s, size_t n)
{
	if (n > s->draft_n) {
		free(s->draft);
		s->draft_n = n;
		s->draft = malloc(n);
	}
	if (s->draft == NULL)
		abort();
	return s->draft;
}

/* Good until the next one. */
static struct update *
update_new(struct store *s, struct str key, struct str value, int64_t life)
{
	struct update *u;

	count_add(&s->ledger->taken, 1);
	if (!is_key(key) || value.n > STORE_VALUE_MOST || life <= 0) {
		count_add(&s->ledger->dropped, 1);
		return NULL;
	}
	u = draft(s, sizeof(*u) + SCHEMA_BYTES + key.n + value.n);
	memset(u, 0, sizeof(*u));
	if (__builtin_add_overflow(clock_wall(), life, &u->ends))
		u->ends = INT64_MAX;
	u->times = 1;
	u->hash = hash_bytes(key, s->seed);
	u->key_n = SCHEMA_BYTES + key.n;
	u->value_n = value.n;
	memcpy(u->bytes, SCHEMA, SCHEMA_BYTES);
	memcpy(u->bytes + SCHEMA_BYTES, key.p, key.n);
	if (value.n != 0)
		memcpy(u->bytes + u->key_n, value.p, value.n);
	return u;
}

/* What adds a little to much may be seen a moment later: else whoever is seen
 * in every mail would be asked for in every mail. */
static void
look_afresh(struct store *s, const struct update *u)
{
	struct store_key key;
	struct str value;

	if (s->cache == NULL)
		return;
	key = (struct store_key){ { u->bytes, u->key_n }, u->hash };
	if ((u->kind != UPDATE_COUNT && u->kind != UPDATE_TEACH) ||
	    store_cache_get(s->cache, key, &value) == STORE_NONE)
		store_cache_drop(s->cache, key);
}

static void
hand_over(struct store *s, const struct update *u)
{
	look_afresh(s, u);
	if (!s->row->write(s->engine, u))
		count_add(&s->ledger->dropped, 1);
}

static void
hand_over_as(struct store *s, struct update *u, enum update_put how)
{
	if (u == NULL)
		return;
	u->more = how;
	hand_over(s, u);
}

void
store_put(struct store *s, struct str key, struct str value, int64_t life)
{
	hand_over_as(s, update_new(s, key, value, life), PUT_ALWAYS);
}

void
store_put_new(struct store *s, struct str key, struct str value, int64_t life)
{
	hand_over_as(s, update_new(s, key, value, life), PUT_NEW);
}

void
store_put_over(struct store *s, struct str key, struct str value, int64_t life)
{
	hand_over_as(s, update_new(s, key, value, life), PUT_OVER);
}

void
store_forget(struct store *s, struct str key)
{
	struct update *u = update_new(s, key, STR(""), FORGET_SECONDS);

	if (u == NULL)
		return;
	u->kind = UPDATE_FORGET;
	hand_over(s, u);
}

static struct update *
count_new(struct store *s, struct str key, int64_t more, int64_t life)
{
	struct update *u = update_new(s, key, STR(""), life);

	if (u == NULL)
		return NULL;
	u->kind = UPDATE_COUNT;
	u->more = more;
	return u;
}

void
store_count(struct store *s, struct str key, int64_t more, int64_t life)
{
	struct update *u = count_new(s, key, more, life);

	if (u != NULL)
		hand_over(s, u);
}

void
store_count_later(struct store *s, struct str key, int64_t more,
    int64_t life)
{
	struct update *u = count_new(s, key, more, life);

	if (u == NULL)
		return;
	u->is_patient = true;
	hand_over(s, u);
}

static struct update *
lesson_new(struct store *s, struct str key, const struct store_lesson *l,
    struct str claim)
{
	struct update *u = update_new(s, key, claim, l->life);

	assert(isfinite(l->bad) && isfinite(l->good) && l->half_life > 0);
	if (u == NULL)
		return NULL;
	u->kind = UPDATE_TEACH;
	u->lesson = *l;
	return u;
}

void
store_teach(struct store *s, struct str key, const struct store_lesson *l)
{
	struct update *u = lesson_new(s, key, l, STR(""));

	if (u != NULL)
		hand_over(s, u);
}

void
store_teach_later(struct store *s, struct str key,
    const struct store_lesson *l)
{
	struct update *u = lesson_new(s, key, l, STR(""));

	assert(l->bad >= 0 && l->good >= 0);
	if (u == NULL)
		return;
	u->is_patient = true;
	hand_over(s, u);
}

void
store_teach_claimed(struct store *s, struct str key,
    const struct store_lesson *l, const struct store_claim *c)
{
	char room[CLAIM_MOST];
	struct update *u;
	int n = snprintf(room, sizeof(room), SCHEMA "%" STR_FMT "\n%" STR_FMT
	    "%s", STR_ARG(c->key), STR_ARG(c->token), c->is_last_word ? "\n" :
	    "");

	assert(c->token.n != 0 && n > 0 && (size_t)n < sizeof(room));
	u = lesson_new(s, key, l, (struct str){ room, (size_t)n });
	if (u != NULL)
		hand_over(s, u);
}

void
store_diary_add(struct store *s, struct str diary, struct str value,
    size_t most)
{
	struct update *u = value.n > DIARY_VALUE_MOST || most == 0 ? NULL :
	    update_new(s, diary, value, DIARY_SECONDS);

	if (u == NULL)
		return;
	u->kind = UPDATE_DIARY;
	u->more = (int64_t)most;
	hand_over(s, u);
}

/* Questions.  There are many in a moment, and none in the next: some are
 * kept. */

static struct store_get *
get_new(struct store *s, size_t key_n)
{
	struct store_get *g = TAILQ_FIRST(&s->spares);

	if (g != NULL && key_n <= GET_KEY) {
		TAILQ_REMOVE(&s->spares, g, entry);
		s->n_spares--;
		memset(g, 0, sizeof(*g));
		return g;
	}
	g = calloc(1, sizeof(*g) + (key_n > GET_KEY ? key_n : GET_KEY));
	if (g == NULL)
		abort();
	return g;
}

static void
get_free(struct store *s, struct store_get *g)
{
	if (g->key_n > GET_KEY || s->n_spares == GET_SPARES) {
		free(g);
		return;
	}
	s->n_spares++;
	TAILQ_INSERT_HEAD(&s->spares, g, entry);
}

static void
move_to(struct store_get *g, struct store_get_list *list)
{
	if (g->on != NULL)
		TAILQ_REMOVE(g->on, g, entry);
	g->on = list;
	TAILQ_INSERT_TAIL(list, g, entry);
}

static void
answer(struct store_get *g, enum store_result result, struct str value)
{
	g->store->counts.hits += result == STORE_FOUND;
	TAILQ_REMOVE(g->on, g, entry);
	g->reply(g->asker, result, value);
	get_free(g->store, g);
}

static struct store_key
key_of(const struct store_get *g)
{
	return (struct store_key){ { g->key, g->key_n }, g->hash };
}

static void
answer_cached(struct store *s)
{
	enum store_result result;
	struct store_get *g;
	struct str value;

	while ((g = TAILQ_FIRST(&s->fresh)) != NULL) {
		value = STR("");
		result = store_cache_get(s->cache, key_of(g), &value);
		s->counts.cached += result != STORE_FAILED;
		s->counts.missed += result == STORE_FAILED;
		if (result == STORE_FAILED)
			move_to(g, &s->missed);
		else
			answer(g, result, value);
	}
}

static void
on_answer(void *owner)
{
	struct store *s = owner;

	answer_cached(s);
	s->row->get(s->engine, &s->missed);
	assert(TAILQ_EMPTY(&s->missed));
}

enum { WHOLE_MOST = SCHEMA_BYTES + STORE_KEY_MOST };

static struct str
whole_key(char room[static WHOLE_MOST], struct str key)
{
	memcpy(room, SCHEMA, SCHEMA_BYTES);
	memcpy(room + SCHEMA_BYTES, key.p, key.n);
	return (struct str){ room, SCHEMA_BYTES + key.n };
}

/* The schema, which all have in front, is not hashed. */
struct store_key
store_key(const struct store *s, struct str key)
{
	return (struct store_key){ key, hash_bytes(key, s->seed) };
}

void
store_look_soon(struct store *s, uint64_t hash)
{
	if (s->cache != NULL)
		store_cache_near(s->cache, hash);
	else if (s->row->look_soon != NULL)
		s->row->look_soon(s->engine, hash);
}

bool
store_look(struct store *s, struct store_key key, enum store_result *result,
    struct str *value)
{
	char room[WHOLE_MOST];
	struct store_key whole;

	if (!is_key(key.text) || (s->cache == NULL && s->row->look == NULL))
		return false;
	whole = (struct store_key){ whole_key(room, key.text), key.hash };
	*value = STR("");
	*result = store_cache_get(s->cache, whole, value);
	s->counts.cached += *result != STORE_FAILED;
	if (*result == STORE_FAILED && (s->row->look == NULL ||
	    !s->row->look(s->engine, whole, result, value)))
		return false;
	s->counts.gets++;
	s->counts.hits += *result == STORE_FOUND;
	return true;
}

void
store_look_afresh(struct store *s, struct str key)
{
	char room[WHOLE_MOST];

	if (is_key(key))
		store_cache_drop(s->cache, (struct store_key){
		    whole_key(room, key), store_key(s, key).hash });
}

void
store_late(struct store *s)
{
	s->counts.late++;
}

void
store_look_away(struct store *s)
{
	if (s->row->look_away != NULL)
		s->row->look_away(s->engine);
}

void
store_hold(struct store_get *g, void *held)
{
	g->held = held;
	move_to(g, &g->store->held);
}

void
store_answer(struct store_get *g, enum store_result result, struct str value)
{
	store_cache_put(g->store->cache, key_of(g), result, value);
	answer(g, result, value);
}

void
store_get(struct store *s, struct store_key of, store_reply *reply,
    void *asker)
{
	const struct str key = of.text;
	struct store_get *g = get_new(s, is_key(key) ? SCHEMA_BYTES + key.n :
	    0);

	s->counts.gets++;
	g->store = s;
	g->reply = reply;
	g->asker = asker;
	if (is_key(key)) {
		g->key_n = SCHEMA_BYTES + key.n;
		memcpy(g->key, SCHEMA, SCHEMA_BYTES);
		memcpy(g->key + SCHEMA_BYTES, key.p, key.n);
		g->hash = of.hash;
	}
	move_to(g, &s->fresh);
	loop_ready(s->loop, &s->answering);
}

/* Of one asker, or all. */
static void
drop_gets(struct store *s, struct store_get_list *list, const void *asker)
{
	struct store_get *g, *next;

	for (g = TAILQ_FIRST(list); g != NULL; g = next) {
		next = TAILQ_NEXT(g, entry);
		if (asker != NULL && g->asker != asker)
			continue;
		if (g->held != NULL)
			s->row->forget(s->engine, g);
		TAILQ_REMOVE(list, g, entry);
		get_free(s, g);
	}
}

/* Walks. */

static void
walk_free(struct store *s, struct store_walk *w)
{
	TAILQ_REMOVE(&s->walks, w, entry);
	buf_release(&w->at);
	free(w);
}

/* One that has not had this turn. */
static struct store_walk *
walk_due(const struct store *s)
{
	struct store_walk *w;

	TAILQ_FOREACH(w, &s->walks, entry) {
		if (!w->is_asked && w->turn != s->turn)
			return w;
	}
	return NULL;
}

static void
on_stroll(void *owner)
{
	struct store *s = owner;
	struct store_walk *w;

	s->turn++;
	while ((w = walk_due(s)) != NULL) {
		w->turn = s->turn;
		w->is_asked = true;
		s->row->walk(s->engine, w);
	}
}

void
store_walk_give(struct store_walk *w, struct str key, struct str value)
{
	if (w->each != NULL)
		w->each(w->asker, str_from(key, SCHEMA_BYTES), value);
}

void
store_walk_turn(struct store_walk *w, enum walk_next next)
{
	struct store *s = w->store;

	w->is_asked = false;
	if (w->each != NULL && next == WALK_MORE) {
		loop_ready(s->loop, &s->stroll);
		return;
	}
	if (w->each != NULL)
		w->done(w->asker, next == WALK_OVER);
	walk_free(s, w);
}

static struct store_walk *
walk_new(struct store *s, struct str prefix, store_each *each,
    store_walked *done, void *asker)
{
	struct store_walk *w = calloc(1,
	    sizeof(*w) + SCHEMA_BYTES + prefix.n);

	if (w == NULL)
		abort();
	w->store = s;
	w->each = each;
	w->done = done;
	w->asker = asker;
	buf_init(&w->at, WALK_AT_MOST);
	w->prefix_n = SCHEMA_BYTES + prefix.n;
	memcpy(w->prefix, SCHEMA, SCHEMA_BYTES);
	if (prefix.n != 0)
		memcpy(w->prefix + SCHEMA_BYTES, prefix.p, prefix.n);
	TAILQ_INSERT_TAIL(&s->walks, w, entry);
	loop_ready(s->loop, &s->stroll);
	return w;
}

void
store_walk(struct store *s, struct str prefix, store_each *each,
    store_walked *done, void *asker)
{
	walk_new(s, prefix, each, done, asker);
}

void
store_diary_read(struct store *s, struct str diary, store_each *each,
    store_walked *done, void *asker)
{
	walk_new(s, diary, each, done, asker)->is_diary = true;
}

static void
drop_walks(struct store *s, const void *asker)
{
	struct store_walk *w, *next;

	for (w = TAILQ_FIRST(&s->walks); w != NULL; w = next) {
		next = TAILQ_NEXT(w, entry);
		if (asker != NULL && w->asker != asker)
			continue;
		w->each = NULL;
		if (!w->is_asked)
			walk_free(s, w);
	}
}

void
store_cancel(struct store *s, void *asker)
{
	drop_gets(s, &s->fresh, asker);
	drop_gets(s, &s->missed, asker);
	drop_gets(s, &s->held, asker);
	drop_walks(s, asker);
}

bool
store_is_ready(const struct store *s)
{
	return s->row->is_ready(s->engine);
}

void
store_counts(const struct store *s, struct store_counts *out)
{
	*out = s->counts;
	out->puts = count_get(&s->ledger->taken);
	out->dropped = count_get(&s->ledger->dropped);
	s->row->counts(s->engine, out);
}

bool
store_open(struct store **out, struct loop *l, const struct store_conf *conf,
    struct err *e)
{
	struct store *s = calloc(1, sizeof(*s));
	struct store_conf known = *conf;

	if (s == NULL)
		abort();
	s->ledger = conf->ledger == NULL ? &s->own : conf->ledger;
	known.ledger = s->ledger;
	assert(conf->kind >= 0 && conf->kind < STORE_KINDS);
	s->loop = l;
	s->seed = chance_number();
	s->row = engines[conf->kind];
	s->answering = (struct task){ .run = on_answer, .owner = s };
	s->stroll = (struct task){ .run = on_stroll, .owner = s };
	TAILQ_INIT(&s->fresh);
	TAILQ_INIT(&s->missed);
	TAILQ_INIT(&s->held);
	TAILQ_INIT(&s->spares);
	TAILQ_INIT(&s->walks);
	if (!s->row->open(&s->engine, l, &known, e)) {
		free(s);
		return false;
	}
	s->cache = store_cache_new(conf->cache_bytes, conf->cache_ms);
	*out = s;
	return true;
}

void
store_close(struct store *s)
{
	struct store_get *g;

	if (s == NULL)
		return;
	drop_gets(s, &s->fresh, NULL);
	drop_gets(s, &s->held, NULL);
	drop_walks(s, NULL);
	s->row->close(s->engine);
	assert(TAILQ_EMPTY(&s->walks));
	loop_unready(s->loop, &s->answering);
	loop_unready(s->loop, &s->stroll);
	store_cache_free(s->cache);
	free(s->draft);
	while ((g = TAILQ_FIRST(&s->spares)) != NULL) {
		TAILQ_REMOVE(&s->spares, g, entry);
		free(g);
	}
	free(s);
}
