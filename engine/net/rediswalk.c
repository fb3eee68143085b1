/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks: server after server is asked with SCAN for a few keys, then for
 * their values.  Where a walk is stands in it as text: the first slot of the
 * server it comes to next, the cursor in the one it is with.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "net/redis.h"
#include "net/resp.h"

enum { CHUNK = 256, DIARY_CHUNK = 16, PATTERN_MOST = 2 * REDIS_KEY_MOST };

struct step {
	struct redis *redis;
	struct store_walk *walk;
	struct redis_node *node;
	struct redis_call scan;
	struct arena *arena;
	struct str *keys;
	struct resp *values;
	size_t n, done;
	struct str cursor;
	unsigned slot;             /* behind this server's first */
	bool is_broken;
	int64_t first;             /* of a diary */
};

struct get_call {
	struct redis_call call;
	struct step *step;
	size_t i;
};

/* "slot cursor"; at the beginning nothing. */
static bool
read_place(struct step *s)
{
	struct str slot, at = buf_str(&s->walk->at);
	int64_t number = 0;

	s->cursor = STR("0");
	if (at.n != 0 && (!str_cut(at, ' ', &slot, &s->cursor) ||
	    !str_to_int(slot, &number)))
		return false;
	s->slot = (unsigned)number;
	s->cursor = str_copy(s->arena, s->cursor);
	s->node = redis_map_each(s->redis->map, &s->slot);
	return true;
}

static void
step_end(struct step *s, enum walk_next next)
{
	struct store_walk *w = s->walk;

	arena_free(s->arena);
	store_walk_turn(w, next);
}

static void
give(struct step *s)
{
	struct buf text;
	struct str key;

	buf_init(&text, REDIS_KEY_MOST);
	for (size_t i = 0; i < s->n; i++) {
		if (s->values[i].type == RESP_TEXT &&
		    redis_key_read(&text, s->redis->conf.remote.prefix,
			s->keys[i], &key))
			store_walk_give(s->walk, key, s->values[i].text);
	}
	buf_release(&text);
}

/* The server's next chunk, the next server, or the end. */
static void
go_on(struct step *s)
{
	unsigned next = s->slot, first;

	if (s->is_broken) {
		step_end(s, WALK_FAILED);
		return;
	}
	give(s);
	buf_empty(&s->walk->at);
	if (!str_is(s->cursor, "0")) {
		/* again from the slot that leads to this server */
		first = s->slot - 1;
		buf_printf(&s->walk->at, "%u %" STR_FMT, first,
		    STR_ARG(s->cursor));
	} else if (redis_map_each(s->redis->map, &next) != NULL) {
		buf_printf(&s->walk->at, "%u 0", s->slot);
	} else {
		step_end(s, WALK_OVER);
		return;
	}
	step_end(s, WALK_MORE);
}

static void
tell_refusal(const struct step *s, const struct resp *reply)
{
	if (reply != NULL && reply->type == RESP_ERROR)
		redis_node_refused(s->node, REDIS_WALKED, reply);
}

/* A diary, or a key that goes to another server just now. */
static bool
is_elsewhere(const struct resp *reply)
{
	return resp_is_error(reply, "WRONGTYPE") ||
	    resp_is_error(reply, "MOVED") || resp_is_error(reply, "ASK") ||
	    resp_is_error(reply, "TRYAGAIN");
}

static void
on_value(struct redis_call *call, const struct resp *reply)
{
	struct get_call *g = (struct get_call *)(void *)call;
	struct step *s = g->step;

	if (reply != NULL && !is_elsewhere(reply))
		tell_refusal(s, reply);
	s->is_broken = s->is_broken || reply == NULL ||
	    (reply->type == RESP_ERROR && !is_elsewhere(reply));
	if (reply != NULL && reply->type == RESP_TEXT) {
		s->values[g->i].type = RESP_TEXT;
		s->values[g->i].text = str_copy(s->arena, reply->text);
	}
	if (++s->done == s->n)
		go_on(s);
}

static void
ask_values(struct step *s, const struct resp *keys)
{
	struct get_call *gets = ARENA_MANY(s->arena, struct get_call, keys->n);

	s->keys = ARENA_MANY(s->arena, struct str, keys->n);
	s->values = ARENA_MANY(s->arena, struct resp, keys->n);
	s->n = keys->n;
	for (size_t i = 0; i < keys->n; i++) {
		s->keys[i] = str_copy(s->arena, keys->at[i].text);
		gets[i] = (struct get_call){ .call.done = on_value,
			.step = s, .i = i };
		redis_conn_send(s->node->look, &gets[i].call,
		    (struct str[]){ STR("GET"), s->keys[i] }, 2);
	}
}

static void
on_scanned(struct redis_call *call, const struct resp *reply)
{
	struct step *s = (struct step *)(void *)((char *)call -
	    offsetof(struct step, scan));

	tell_refusal(s, reply);
	if (reply == NULL || reply->type != RESP_ARRAY || reply->n != 2 ||
	    reply->at[1].type != RESP_ARRAY || reply->at[1].n > 10 * CHUNK ||
	    reply->at[0].text.n > 20 || reply->at[0].text.n == 0) {
		step_end(s, WALK_FAILED);
		return;
	}
	s->cursor = str_copy(s->arena, reply->at[0].text);
	if (reply->at[1].n == 0)
		go_on(s);
	else
		ask_values(s, &reply->at[1]);
}

/* What a pattern gives a meaning to is escaped. */
static struct str
pattern(struct step *s)
{
	struct buf key, text;
	struct str wire;

	buf_init_arena(&key, s->arena, REDIS_KEY_MOST);
	buf_init_arena(&text, s->arena, PATTERN_MOST);
	wire = redis_key(&key, s->redis->conf.remote.prefix,
	    (struct str){ s->walk->prefix, s->walk->prefix_n });
	for (size_t i = 0; i < wire.n; i++) {
		if (str_has(STR("*?[]\\^-"), wire.p[i]))
			buf_add_byte(&text, '\\');
		buf_add_byte(&text, wire.p[i]);
	}
	buf_add_byte(&text, '*');
	return buf_str(&text);
}

/* A diary is a list of its server's, the newest in front; how far it is read
 * stands in the walk as a number. */
static void
on_diary(struct redis_call *call, const struct resp *reply)
{
	struct step *s = (struct step *)(void *)((char *)call -
	    offsetof(struct step, scan));
	struct store_walk *w = s->walk;
	const struct str diary = { w->prefix, w->prefix_n };

	tell_refusal(s, reply);
	if (reply == NULL || reply->type != RESP_ARRAY ||
	    reply->n > DIARY_CHUNK) {
		step_end(s, WALK_FAILED);
		return;
	}
	for (size_t i = 0; i < reply->n && w->each != NULL; i++) {
		if (reply->at[i].type == RESP_TEXT)
			store_walk_give(w, diary, reply->at[i].text);
	}
	buf_empty(&w->at);
	buf_printf(&w->at, "%" PRId64, s->first + DIARY_CHUNK);
	step_end(s, reply->n == DIARY_CHUNK ? WALK_MORE : WALK_OVER);
}

static void
diary_step(struct step *s)
{
	struct redis *r = s->redis;
	const struct str diary = { s->walk->prefix, s->walk->prefix_n };
	struct buf key;
	char first[24], last[24];

	if (s->walk->at.n != 0 &&
	    !str_to_int(buf_str(&s->walk->at), &s->first))
		s->first = 0;
	snprintf(first, sizeof(first), "%" PRId64, s->first);
	snprintf(last, sizeof(last), "%" PRId64, s->first + DIARY_CHUNK - 1);
	buf_init_arena(&key, s->arena, REDIS_KEY_MOST);
	s->node = redis_map_node(r->map, redis_map_slot(r->map, &key,
	    diary));
	if (s->node == NULL || !redis_node_answers(s->node)) {
		step_end(s, WALK_FAILED);
		return;
	}
	s->scan.done = on_diary;
	redis_conn_send(s->node->look, &s->scan, (struct str[]){
	    STR("LRANGE"), redis_key(&key, r->conf.remote.prefix,
	    diary), str_of(first), str_of(last) }, 4);
}

void
redis_walk_step(struct redis *r, struct store_walk *w)
{
	struct arena *a = arena_new();
	struct step *s = ARENA_ONE(a, struct step);
	char count[16];

	s->redis = r;
	s->walk = w;
	s->arena = a;
	if (w->is_diary) {
		diary_step(s);
		return;
	}
	if (!read_place(s) || s->node == NULL ||
	    !redis_node_answers(s->node)) {
		step_end(s, WALK_FAILED);
		return;
	}
	snprintf(count, sizeof(count), "%d", CHUNK);
	s->scan.done = on_scanned;
	redis_conn_send(s->node->look, &s->scan, (struct str[]){
	    STR("SCAN"), s->cursor, STR("MATCH"), pattern(s), STR("COUNT"),
	    str_of(count) }, 6);
}
