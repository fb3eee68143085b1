/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What flies to one server in one go: calls of the script with some updates
 * each, and behind them the question how many replicas have them.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/vec.h"
#include "net/rediswrite.h"
#include "net/resp.h"

enum {
	JOINED_BYTES = 64 * 1024,
	WAIT_MS = 200           /* for replicas */
};

/* One call of the script. */
struct write_call {
	struct redis_call call;
	struct write_volley *volley;
	struct write *at[REDIS_JOINED_MOST];
	size_t n, bytes;
	uint64_t id;
};

/* How many replicas have them; those of too few may be lost with their
 * master, so they are done again if that should be so. */
static void
on_waited(struct redis_call *call, const struct resp *reply)
{
	struct write_volley *v = (struct write_volley *)(void *)((char *)call -
	    offsetof(struct write_volley, wait));
	struct redis_writes *s = v->writes;
	int64_t want = s->redis->conf.remote.replicas;
	struct write *w;

	if (reply != NULL && reply->type == RESP_ERROR)
		redis_node_refused(v->node, REDIS_WROTE, reply);
	if (reply != NULL && reply->type != RESP_INT)
		redis_conn_drop(v->node->write, "answers out of step");
	if (reply == NULL || reply->type != RESP_INT || reply->number < want) {
		TAILQ_FOREACH(w, &v->list, of_slot) {
			if (w->fate == DONE || w->fate == DONE_BEFORE)
				w->fate = LOST;
		}
		v->node->write_after_ms = clock_ms() + REDIS_AGAIN_MS;
	}
	s->land(v);
}

/* What the answer to a call says of one of its updates. */
static const struct resp *
part_of(const struct write_call *c, const struct resp *reply, size_t i)
{
	if (reply == NULL || reply->type == RESP_ERROR)
		return reply;
	if (reply->type == RESP_ARRAY && reply->n == c->n)
		return &reply->at[i];
	redis_conn_drop(c->volley->node->write, "answers out of step");
	return NULL;
}

static void
on_written(struct redis_call *call, const struct resp *reply)
{
	struct write_call *c = (struct write_call *)(void *)call;
	struct write_volley *v = c->volley;
	struct redis_writes *s = v->writes;

	for (size_t i = 0; i < c->n; i++) {
		struct write *w = c->at[i];

		w->fate = write_fate_of(s, w, part_of(c, reply, i));
		if (w->fate == DONE) {
			v->node->refuses = false;
			redis_conn_praise(v->node->write);
		}
	}
	free(c);
	if (--v->open == 0 && s->redis->conf.remote.replicas == 0)
		s->land(v);
}

static struct write_volley *
volley_of(struct redis_writes *s, struct redis_node *node)
{
	struct write_volley *v = node->volley;

	if (v != NULL)
		return v;
	v = calloc(1, sizeof(*v));
	if (v == NULL)
		abort();
	v->writes = s;
	v->node = node;
	TAILQ_INIT(&v->list);
	node->volley = v;
	return v;
}

static struct write_call *
call_new(struct write_volley *v)
{
	struct write_call *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->call.done = on_written;
	c->volley = v;
	c->id = ++v->writes->n_calls;
	v->open++;
	return c;
}

static void
call_send(struct redis_writes *s, struct write_call *c)
{
	struct redis_updates u = { .n = c->n,
		.is_split = redis_map_follows(s->redis->map) };

	for (size_t i = 0; i < c->n; i++) {
		struct write *w = c->at[i];

		u.at[i] = w->entry.record;
		u.is_unknown |= w->is_unknown;
		w->is_unknown = false;
	}
	redis_calls_send(s->calls, c->volley->node->write, &c->call, &u);
	for (size_t i = 0; i < c->n; i++)
		if (u.at[i]->state == JOURNAL_NEW)
			u.at[i]->state = JOURNAL_SENT;
}

static void
send_alone(struct redis_writes *s, struct write *w, struct write_volley *v)
{
	struct write_call *c = call_new(v);

	if (w->elsewhere != NULL)
		redis_conn_send_asking(v->node->write);
	w->elsewhere = NULL;
	c->at[c->n++] = w;
	write_mark_flying(s, w, c->id);
	call_send(s, c);
}

static void
send_joined(struct redis_writes *s, struct write_volley *v)
{
	if (v->joining != NULL)
		call_send(s, v->joining);
	v->joining = NULL;
}

static bool
can_join(const struct write *w)
{
	return !w->is_alone && w->elsewhere == NULL &&
	    w->entry.record->bytes <= JOINED_BYTES / 2;
}

/* In a cluster a call may have keys of one slot alone; where there is none all
 * have the same. */
uint64_t
redis_volley_joining(const struct write *w, const struct redis_node *node)
{
	const struct write_call *c = node->volley == NULL ? NULL :
	    node->volley->joining;

	return c != NULL && can_join(w) && c->at[0]->slot == w->slot ? c->id :
	    0;
}

static void
send(struct redis_writes *s, struct write *w, struct write_volley *v)
{
	const struct journal_record *r = w->entry.record;
	struct write_call *c;

	if (!can_join(w)) {
		send_alone(s, w, v);
		return;
	}
	if (v->joining != NULL && v->joining->at[0]->slot != w->slot)
		send_joined(s, v);
	if (v->joining == NULL)
		v->joining = call_new(v);
	c = v->joining;
	c->at[c->n++] = w;
	write_mark_flying(s, w, c->id);
	c->bytes += r->bytes;
	if (c->n == REDIS_JOINED_MOST || c->bytes > JOINED_BYTES / 2)
		send_joined(s, v);
}

void
redis_volley_add(struct redis_writes *s, struct write *w,
    struct redis_node *node)
{
	struct write_volley *v = volley_of(s, node);

	TAILQ_INSERT_TAIL(&v->list, w, of_slot);
	w->volley = v;
	w->fate = FLYING;
	node->flying++;
	send(s, w, v);
}

static void
ask_replicas(struct write_volley *v)
{
	char want[STR_INT], wait[STR_INT];
	const struct str words[] = { STR("WAIT"),
		str_int(want, v->writes->redis->conf.remote.replicas),
		str_int(wait, WAIT_MS) };

	v->wait.done = on_waited;
	redis_conn_send(v->node->write, &v->wait, words, nitems(words));
}

void
redis_volley_seal(struct redis_writes *s, struct redis_node *node)
{
	struct write_volley *v = node->volley;

	node->volley = NULL;
	s->redis->counts.write_trips += v != NULL;
	if (v == NULL)
		return;
	send_joined(s, v);
	if (s->redis->conf.remote.replicas != 0)
		ask_replicas(v);
	redis_conn_push(node->write);
}
