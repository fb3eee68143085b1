/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Updates: each goes into the journal, or is added to one of its key that is
 * there and has not been sent; then into the queue of its slot, and flies to
 * the server of that slot when it can, a moment later, in one call of the
 * script with others.  Two of one key never fly at the same time, so whatever
 * becomes of one, the next comes after it.  An update leaves the journal when
 * the server has said that it is done, or when it is dropped; every reason to
 * drop has a counter.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "net/journal.h"
#include "net/loop.h"
#include "net/redis.h"
#include "net/redisscript.h"
#include "net/resp.h"

enum {
	FLYING_MOST = 512,      /* of one server */
	LOOKED_AT_MOST = 4096,  /* updates, in one go */
	KEY_BUCKETS = 4096,
	AGAIN_MS = 100,
	SOON_MS = 50,           /* what comes meanwhile goes together */
	RECENT = 1024,
	JOINED_BYTES = 64 * 1024,
	/* A mark may be gone a little before its hour is over. */
	UNSURE_SECONDS = REDIS_MARK_SECONDS - 60,
	WAIT_MS = 200,          /* for replicas */
	ADOPT_FIRST_MS = 5000,  /* those who come back take their own */
	ADOPT_MS = 60000,
	DIARY_SHARE = 4
};

/* What became of one that flew. */
enum fate { FLYING, DONE, DONE_BEFORE, CANNOT_KNOW, REFUSED, LATER, LOST };

struct write {
	struct journal_entry entry;
	TAILQ_ENTRY(write) of_slot;   /* or of its volley */
	struct write_volley *volley;
	struct redis_node *elsewhere; /* where ASK has sent it */
	unsigned slot;
	enum fate fate;
	bool is_kept;                 /* it had to wait for its server */
	bool is_unknown;              /* the script is, there */
	bool is_alone;                /* a call with others was refused */
	bool was_refused;
};
TAILQ_HEAD(write_list, write);

/* One call of the script. */
struct write_call {
	struct redis_call call;
	struct write_volley *volley;
	struct write *at[REDIS_JOINED_MOST];
	size_t n, bytes;
};

struct slot_queue {
	struct write_list list;       /* in the order of their numbers */
	LIST_ENTRY(slot_queue) entry; /* of those that are not empty */
	bool is_listed;
};

/* What goes to one server in one go. */
struct write_volley {
	struct redis_writes *writes;
	struct redis_node *node;
	struct write_list list;
	struct write_call *joining;   /* being put together */
	struct redis_call wait;       /* for replicas */
	size_t open;                  /* calls */
};

struct redis_writes {
	struct redis *redis;
	struct journal *journal;
	struct slot_queue *slots;
	unsigned n_slots;
	LIST_HEAD(, slot_queue) busy;
	bool flies[KEY_BUCKETS];      /* a key of this bucket does */
	struct write_list recovered;  /* of other processes, on the way in */
	size_t damaged;
	struct task go;
	struct write *recent[RECENT]; /* the last of each hash, not sent */
	struct timer *soon, *again, *adopting;
	bool is_soon;                 /* that timer runs */
	bool is_full;                 /* more waits than can fly */
	struct redis_calls *calls;
	struct buf key;
	size_t waiting;               /* all that are not settled */
	size_t diary_bytes;           /* of them for diaries */
	size_t kept;                  /* of those */
};

static struct str
key_of(const struct write *w)
{
	return (struct str){ w->entry.record->text, w->entry.record->key_n };
}

/* Updates that it stands for. */
static size_t
times(const struct write *w)
{
	uint32_t n = w->entry.record->times;

	return n == 0 ? 1 : n;
}

static bool *
bucket_of(struct redis_writes *s, const struct write *w)
{
	return &s->flies[hash_bytes(key_of(w), 0) % KEY_BUCKETS];
}

/* Of a diary many fly at a time: the order there is nobody's promise. */
static bool
is_diary(const struct write *w)
{
	return w->entry.record->kind == UPDATE_DIARY;
}

static bool
must_wait(struct redis_writes *s, const struct write *w)
{
	return !is_diary(w) && *bucket_of(s, w);
}

static void
mark_flying(struct redis_writes *s, const struct write *w, bool flies)
{
	if (!is_diary(w))
		*bucket_of(s, w) = flies;
}

static struct write **
recent_of(struct redis_writes *s, struct str key)
{
	return &s->recent[hash_bytes(key, 0) % RECENT];
}

/* Nothing can be added to it any more. */
static void
close_sum(struct redis_writes *s, const struct write *w)
{
	struct write **recent = recent_of(s, key_of(w));

	if (*recent == w)
		*recent = NULL;
}

/* Its server is not there, or has said no for now. */
static void
keep(struct redis_writes *s, struct write *w)
{
	if (w->is_kept)
		return;
	w->is_kept = true;
	s->kept += times(w);
	s->redis->counts.kept += times(w);
}

/* Behind those with smaller numbers: those that come back come first. */
static void
queue(struct redis_writes *s, struct write *w)
{
	struct slot_queue *q = &s->slots[w->slot];
	struct write *before = TAILQ_LAST(&q->list, write_list);
	uint64_t number = w->entry.record->number;

	if (before != NULL && before->entry.record->number > number) {
		TAILQ_FOREACH(before, &q->list, of_slot) {
			if (before->entry.record->number > number)
				break;
		}
		TAILQ_INSERT_BEFORE(before, w, of_slot);
	} else {
		TAILQ_INSERT_TAIL(&q->list, w, of_slot);
	}
	if (!q->is_listed)
		LIST_INSERT_HEAD(&s->busy, q, entry);
	q->is_listed = true;
}

static void
settle_kept(struct redis_writes *s, const struct write *w)
{
	if (!w->is_kept || (s->kept -= times(w)) != 0)
		return;
	log_info("store: all updates that were kept have been sent: %" PRIu64
	    " kept, %" PRIu64 " replayed, %" PRIu64 " of them were there "
	    "already, %" PRIu64 " dropped", s->redis->counts.kept,
	    s->redis->counts.replayed, s->redis->counts.doubles,
	    s->redis->counts.dropped);
}

static void
finish(struct redis_writes *s, struct write *w)
{
	settle_kept(s, w);
	s->waiting -= times(w);
	if (is_diary(w))
		s->diary_bytes -= w->entry.record->value_n;
	journal_done(s->journal, &w->entry);
	free(w);
}

static void
drop(struct redis_writes *s, struct write *w, uint64_t *why)
{
	*why += times(w);
	s->redis->counts.dropped += times(w);
	finish(s, w);
}

/* What the server says. */

/* Errors that are over some time: of the server's state, not of what was
 * asked of it. */
static bool
is_passing(const struct resp *reply)
{
	static const char *const kinds[] = { "LOADING", "BUSY", "READONLY",
		"MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "OOM", "MISCONF",
		"NOREPLICAS", "NOAUTH", "NOPERM", "WRONGPASS", "NOSCRIPT",
		"UNKILLABLE", "NOTBUSY",
		/* of one that is a member of a cluster, and said to be none */
		"MOVED", "ASK" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (resp_is_error(reply, kinds[i]))
			return true;
	}
	return false;
}

/* Before Redis 7 what went wrong inside the script stood further behind:
 * "ERR Error running script (call to f_...): @user_script:23: -OOM ...". */
static bool
says(const struct resp *reply, const char *text)
{
	return str_find_str(reply->text, str_of(text)) != reply->text.n;
}

static enum fate
fate_of_error(struct redis_writes *s, struct write *w,
    const struct resp *reply)
{
	struct redis_redirect to;
	struct redis_node *node;

	if (redis_map_follows(s->redis->map) &&
	    redis_redirect_read(&to, reply, w->volley->node->at)) {
		node = redis_node_at(s->redis, to.at);
		if (to.is_ask)
			w->elsewhere = node;
		else if (node != NULL)
			redis_map_moved(s->redis->map, to.slot, node);
		redis_map_doubt(s->redis->map);
		return LATER;
	}
	if (redis_map_follows(s->redis->map) &&
	    (resp_is_error(reply, "MOVED") || resp_is_error(reply, "ASK"))) {
		redis_conn_drop(w->volley->node->write, "sent to nowhere");
		return LOST;
	}
	w->is_unknown = resp_is_error(reply, "NOSCRIPT");
	if (w->is_unknown)
		return LATER;
	redis_node_refused(w->volley->node, REDIS_WROTE, reply);
	if (is_passing(reply) || says(reply, "-OOM ") ||
	    says(reply, "-READONLY ") || says(reply, "-MISCONF ") ||
	    says(reply, "-NOREPLICAS ") || says(reply, "-NOPERM ")) {
		w->volley->node->write_after_ms = clock_ms() + AGAIN_MS;
		w->volley->node->refuses = true;
		redis_map_doubt(s->redis->map);
		return LATER;
	}
	if (!w->is_alone) {
		w->is_alone = true;
		return LOST;
	}
	/* It is believed the second time: an answer may be out of step. */
	if (w->was_refused)
		return REFUSED;
	w->was_refused = true;
	return LATER;
}

static enum fate
fate_of(struct redis_writes *s, struct write *w, const struct resp *reply)
{
	char number[REDIS_NUMBER];
	struct str text;

	if (reply == NULL)
		return LOST;
	if (reply->type == RESP_ERROR)
		return fate_of_error(s, w, reply);
	text = reply->type == RESP_TEXT ? reply->text : STR("");
	redis_number(number, w->entry.record->number);
	if (str_skip(&text, str_of(number))) {
		if (text.n == 0)
			return DONE;
		if (str_is(text, " old"))
			return DONE_BEFORE;
		if (str_is(text, " unsure"))
			return CANNOT_KNOW;
	}
	redis_conn_drop(w->volley->node->write, "answers out of step");
	return LOST;
}

static void
confirm(struct redis_writes *s, struct write *w)
{
	struct store_counts *c = &s->redis->counts;

	c->written += times(w);
	c->replayed += w->is_kept ? times(w) : 0;
	c->doubles += w->fate == DONE_BEFORE ? times(w) : 0;
	finish(s, w);
}

/* It waits again; after LOST it may have arrived. */
static void
return_to_queue(struct redis_writes *s, struct write *w)
{
	struct journal_record *r = w->entry.record;

	if (w->fate == LOST)
		r->state = JOURNAL_UNSURE;
	else if (r->state == JOURNAL_SENT)
		r->state = JOURNAL_NEW;
	if (w->elsewhere == NULL && !w->is_unknown)
		keep(s, w);
	else
		loop_ready(s->redis->loop, &s->go);
	queue(s, w);
}

static void
settle_one(struct redis_writes *s, struct write *w)
{
	struct store_counts *c = &s->redis->counts;

	mark_flying(s, w, false);
	switch (w->fate) {
	case DONE:
	case DONE_BEFORE:
		confirm(s, w);
		break;
	case CANNOT_KNOW:
		drop(s, w, &c->dropped_unsure);
		break;
	case REFUSED:
		drop(s, w, &c->dropped_refused);
		break;
	case FLYING:
	case LATER:
	case LOST:
		return_to_queue(s, w);
		break;
	}
}

static void
go_soon(struct redis_writes *s)
{
	if (s->is_soon)
		return;
	s->is_soon = true;
	timer_set(s->soon, SOON_MS);
}

static void
settle(struct write_volley *v)
{
	struct redis_writes *s = v->writes;
	struct write *w;

	while ((w = TAILQ_FIRST(&v->list)) != NULL) {
		TAILQ_REMOVE(&v->list, w, of_slot);
		v->node->flying--;
		settle_one(s, w);
	}
	free(v);
	if (s->is_full)
		loop_ready(s->redis->loop, &s->go);
	else if (!LIST_EMPTY(&s->busy))
		go_soon(s);
}

/* How many replicas have them; those of too few may be lost with their
 * master, so they are done again if that should be so. */
static void
on_waited(struct redis_call *call, const struct resp *reply)
{
	struct write_volley *v = (struct write_volley *)(void *)((char *)call -
	    offsetof(struct write_volley, wait));
	int64_t want = v->writes->redis->conf.remote.replicas;
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
		v->node->write_after_ms = clock_ms() + AGAIN_MS;
	}
	settle(v);
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

		w->fate = fate_of(s, w, part_of(c, reply, i));
		if (w->fate == DONE) {
			v->node->refuses = false;
			redis_conn_praise(v->node->write);
		}
	}
	free(c);
	if (--v->open == 0 && s->redis->conf.remote.replicas == 0)
		settle(v);
}

/* Flying. */

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
	v->open++;
	return c;
}

static void
call_send(struct redis_writes *s, struct write_call *c)
{
	struct redis_updates u = { .n = c->n };

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
	call_send(s, c);
}

static void
send_joined(struct redis_writes *s, struct write_volley *v)
{
	if (v->joining != NULL)
		call_send(s, v->joining);
	v->joining = NULL;
}

static void
send(struct redis_writes *s, struct write *w, struct write_volley *v)
{
	const struct journal_record *r = w->entry.record;
	struct write_call *c;

	/* In a cluster a call may have keys of one slot alone. */
	if (w->is_alone || redis_map_follows(s->redis->map) ||
	    r->bytes > JOINED_BYTES / 2) {
		send_alone(s, w, v);
		return;
	}
	if (v->joining == NULL)
		v->joining = call_new(v);
	c = v->joining;
	c->at[c->n++] = w;
	c->bytes += r->bytes;
	if (c->n == REDIS_JOINED_MOST || c->bytes > JOINED_BYTES / 2)
		send_joined(s, v);
}

static void
fly(struct redis_writes *s, struct write *w, struct redis_node *node)
{
	struct write_volley *v = volley_of(s, node);

	close_sum(s, w);
	mark_flying(s, w, true);
	TAILQ_REMOVE(&s->slots[w->slot].list, w, of_slot);
	TAILQ_INSERT_TAIL(&v->list, w, of_slot);
	w->volley = v;
	w->fate = FLYING;
	node->flying++;
	send(s, w, v);
}

static bool
can_write(const struct redis_node *node)
{
	return node != NULL && redis_conn_is_ready(node->write) &&
	    node->flying < FLYING_MOST &&
	    node->write_after_ms <= clock_ms();
}

/* Dropped if its time is over, or nobody could tell whether it was done. */
static bool
is_over(struct redis_writes *s, struct write *w)
{
	const struct journal_record *r = w->entry.record;
	struct store_counts *c = &s->redis->counts;
	int64_t now = clock_wall();
	bool is_unsure = r->state == JOURNAL_UNSURE &&
	    (int64_t)(r->number / 1000000) + UNSURE_SECONDS < now;

	if (r->ends > now && !is_unsure)
		return false;
	TAILQ_REMOVE(&s->slots[w->slot].list, w, of_slot);
	close_sum(s, w);
	drop(s, w, is_unsure ? &c->dropped_unsure : &c->dropped_old);
	return true;
}

/* False: enough for now. */
static bool
go_slot(struct redis_writes *s, struct slot_queue *q, size_t *looked_at)
{
	struct redis_node *home, *node;
	struct write *w, *next;

	home = redis_map_node(s->redis->map, (unsigned)(q - s->slots));
	for (w = TAILQ_FIRST(&q->list); w != NULL; w = next) {
		next = TAILQ_NEXT(w, of_slot);
		if (++*looked_at > LOOKED_AT_MOST)
			return false;
		node = w->elsewhere != NULL ? w->elsewhere : home;
		s->is_full |= node != NULL && node->flying >= FLYING_MOST;
		if (!can_write(node))
			return true;
		if (!must_wait(s, w) && !is_over(s, w))
			fly(s, w, node);
	}
	return true;
}

static void
seal(struct redis_writes *s, struct redis_node *node)
{
	struct write_volley *v = node->volley;
	char want[24], wait[24];

	node->volley = NULL;
	s->redis->counts.write_trips += v != NULL;
	if (v != NULL)
		send_joined(s, v);
	if (v == NULL || s->redis->conf.remote.replicas == 0)
		return;
	snprintf(want, sizeof(want), "%" PRId64,
	    s->redis->conf.remote.replicas);
	snprintf(wait, sizeof(wait), "%d", WAIT_MS);
	v->wait.done = on_waited;
	redis_conn_send(node->write, &v->wait, (struct str[]){ STR("WAIT"),
	    str_of(want), str_of(wait) }, 3);
}

static void
on_go(void *owner)
{
	struct redis_writes *s = owner;
	struct slot_queue *q, *next;
	struct redis_node *node;
	size_t looked_at = 0;
	bool goes_on = true;

	s->is_full = false;
	for (q = LIST_FIRST(&s->busy); q != NULL && goes_on; q = next) {
		next = LIST_NEXT(q, entry);
		goes_on = go_slot(s, q, &looked_at);
		if (TAILQ_EMPTY(&q->list)) {
			LIST_REMOVE(q, entry);
			q->is_listed = false;
		}
	}
	LIST_FOREACH(node, &s->redis->nodes, entry)
		seal(s, node);
	if (!LIST_EMPTY(&s->busy))
		timer_set(s->again, AGAIN_MS);
}

static void
on_soon(void *owner)
{
	struct redis_writes *s = owner;

	s->is_soon = false;
	on_go(s);
}

/* Coming in. */

static void
take(struct redis_writes *s, struct write *w)
{
	w->slot = redis_map_slot(s->redis->map, redis_key(&s->key,
	    s->redis->conf.remote.prefix, key_of(w)));
	queue(s, w);
	s->waiting += times(w);
	if (is_diary(w))
		s->diary_bytes += w->entry.record->value_n;
}

/* What is only to be looked at leaves most of the journal to what is
 * learnt. */
static bool
is_too_much(const struct redis_writes *s, const struct update *u)
{
	return u->kind == UPDATE_DIARY && s->diary_bytes + u->value_n >
	    s->redis->conf.remote.journal_bytes / DIARY_SHARE;
}

/* It became part of the last one of its key. */
static bool
is_added(struct redis_writes *s, const struct update *u)
{
	struct write *w = *recent_of(s, (struct str){ u->bytes, u->key_n });
	struct store_counts *c = &s->redis->counts;

	if (w == NULL || !journal_merge(s->journal, &w->entry, u))
		return false;
	s->waiting += u->times;
	s->kept += w->is_kept ? u->times : 0;
	c->kept += w->is_kept ? u->times : 0;
	return true;
}

static bool
add(struct redis_writes *s, const struct update *u)
{
	struct write *w = calloc(1, sizeof(*w));
	struct redis_node *node;

	if (w == NULL)
		abort();
	if (is_too_much(s, u) || !journal_add(s->journal, &w->entry, u)) {
		s->redis->counts.dropped_full++;
		free(w);
		return false;
	}
	take(s, w);
	if (!is_diary(w))
		*recent_of(s, key_of(w)) = w;
	node = redis_map_node(s->redis->map, w->slot);
	if (node == NULL || node->refuses ||
	    !redis_conn_is_ready(node->write))
		keep(s, w);
	go_soon(s);
	return true;
}

bool
redis_write(struct redis_writes *s, struct update *u)
{
	if (!is_added(s, u) && !add(s, u))
		return false;
	free(u);
	return true;
}

void
redis_writes_go(struct redis_writes *s)
{
	loop_ready(s->redis->loop, &s->go);
}

void
redis_writes_leave(struct redis_writes *s, const struct redis_node *node)
{
	struct slot_queue *q;
	struct write *w;

	LIST_FOREACH(q, &s->busy, entry) {
		TAILQ_FOREACH(w, &q->list, of_slot) {
			if (w->elsewhere == node)
				w->elsewhere = NULL;
		}
	}
}

size_t
redis_writes_waiting(const struct redis_writes *s)
{
	return s->waiting;
}

/* Left by another process: kept, so to say, by that. */
static struct journal_entry *
on_recovered(void *owner)
{
	struct redis_writes *s = owner;
	struct write *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	TAILQ_INSERT_TAIL(&s->recovered, w, of_slot);
	return &w->entry;
}

static void
take_recovered(struct redis_writes *s)
{
	struct write_list found = TAILQ_HEAD_INITIALIZER(found);
	struct write *w;
	size_t n = 0;

	TAILQ_CONCAT(&found, &s->recovered, of_slot);
	while ((w = TAILQ_FIRST(&found)) != NULL) {
		TAILQ_REMOVE(&found, w, of_slot);
		take(s, w);
		keep(s, w);
		n++;
	}
	if (n != 0)
		log_info("store: %zu updates of an earlier run are still to "
		    "be sent", n);
	if (journal_damaged(s->journal) != s->damaged)
		log_warn("store: a part of a journal could not be read");
	s->damaged = journal_damaged(s->journal);
	loop_ready(s->redis->loop, &s->go);
}

/* Those of workers that are no more. */
static void
on_adopt(void *owner)
{
	struct redis_writes *s = owner;

	journal_adopt(s->journal, on_recovered, s);
	take_recovered(s);
	timer_set(s->adopting, ADOPT_MS);
}

bool
redis_writes_open(struct redis_writes **out, struct redis *r, struct err *e)
{
	const struct store_remote *conf = &r->conf.remote;
	struct redis_writes *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->redis = r;
	s->n_slots = redis_map_slots(r->map);
	s->slots = calloc(s->n_slots, sizeof(*s->slots));
	if (s->slots == NULL)
		abort();
	for (unsigned i = 0; i < s->n_slots; i++)
		TAILQ_INIT(&s->slots[i].list);
	s->go = (struct task){ .run = on_go, .owner = s };
	TAILQ_INIT(&s->recovered);
	s->soon = timer_new(r->loop, on_soon, s);
	s->again = timer_new(r->loop, on_go, s);
	s->adopting = timer_new(r->loop, on_adopt, s);
	buf_init(&s->key, REDIS_KEY_MOST);
	s->calls = redis_calls_new(conf->prefix);
	*out = s;
	if (conf->journal != NULL && !journal_open(&s->journal,
	    conf->journal, conf->journal_bytes, on_recovered, s, e))
		log_warn("store: updates are kept in memory alone: %s",
		    e->text);
	if (s->journal == NULL && !journal_open(&s->journal, NULL,
	    conf->journal_bytes, on_recovered, s, e))
		return false;
	take_recovered(s);
	timer_set(s->adopting, ADOPT_FIRST_MS);
	return true;
}

/* When no connection is left: none flies any more. */
void
redis_writes_free(struct redis_writes *s)
{
	struct write *w;

	if (s == NULL)
		return;
	for (unsigned i = 0; i < s->n_slots; i++) {
		while ((w = TAILQ_FIRST(&s->slots[i].list)) != NULL) {
			TAILQ_REMOVE(&s->slots[i].list, w, of_slot);
			free(w);
		}
	}
	journal_close(s->journal);
	loop_unready(s->redis->loop, &s->go);
	timer_free(s->soon);
	timer_free(s->again);
	timer_free(s->adopting);
	redis_calls_free(s->calls);
	buf_release(&s->key);
	free(s->slots);
	free(s);
}
