/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The embedded engine.  Questions are answered at once, all of a turn from
 * one snapshot; changes wait in bounded queues for the one thread that
 * writes: those that somebody looks for soon for a moment, those that only add
 * up for seconds, in which many become one.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "net/lmdb.h"
#include "net/storeconf.h"
#include "net/storeengine.h"
#include "net/storeledger.h"
#include "net/updatepool.h"

enum {
	QUEUE_MOST = 20000,
	QUEUE_BYTES_MOST = 16 * 1024 * 1024,
	BATCH_BYTES = 2 * 1024 * 1024,  /* that do not wait for more */
	TOLD_MS = 60000,       /* of what had no room */
	AGAIN_MS = 1000,       /* until what the disk refused is tried again */
	RECENT = 8192,
	WALK_CHUNK = 256,
	DIARY_CHUNK = 64
};

/* A batch copies and writes a page for most keys, so what goes together is
 * cheaper; but who reports twice is to be told so. */
enum kind { PROMPT, PATIENT, DIARY, KINDS };
static const int64_t wait_ms[KINDS] = {
	[PROMPT] = 100,
	[PATIENT] = 1000,
	[DIARY] = 1000
};

struct queue {
	struct update_list list;
	size_t n, bytes;
	int64_t due_ms;           /* of its first */
};

struct embedded {
	struct lmdb *file;
	uint64_t n_unread;        /* questions, as it could not be looked into */
	bool is_looking;

	pthread_t writer;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct queue queues[KINDS]; /* under the lock, with the next two */
	/* Of the patient ones, the last of each hash. */
	struct update *recent[RECENT];
	struct updatepool *pool;
	bool is_closing;

	struct store_ledger *ledger; /* of which it writes two */
	atomic_uint_fast64_t n_evicted;
	atomic_bool is_stuck;     /* what was to be written last was not */
	atomic_uint_fast64_t n_waiting; /* since then */
	/* The loop's, for the log. */
	int64_t told_ms;
	uint64_t n_full, n_full_diary;
};

/* The writer's side. */

/* Says so when that begins and when it ends, not each time. */
static void
set_stuck(struct embedded *d, bool is_stuck, const struct err *e)
{
	if (d->is_stuck != is_stuck && is_stuck)
		log_error("store: it cannot be written: %s; updates wait, as "
		    "many as there is room for", e->text);
	else if (d->is_stuck != is_stuck)
		log_info("store: it is written again");
	d->is_stuck = is_stuck;
}

static uint64_t
updates_of(const struct update_list *list)
{
	const struct update *u;
	uint64_t n = 0;

	TAILQ_FOREACH(u, list, entry)
		n += u->times;
	return n;
}

/* Under the lock. */
static uint64_t
updates_queued(const struct embedded *d)
{
	uint64_t n = 0;

	for (int i = 0; i < KINDS; i++)
		n += updates_of(&d->queues[i].list);
	return n;
}

static void
batch_free(struct embedded *d, struct update_list *batch)
{
	struct update *u;

	while ((u = TAILQ_FIRST(batch)) != NULL) {
		TAILQ_REMOVE(batch, u, entry);
		updatepool_give_back(d->pool, u);
	}
}

/* False: the batch is as it was, to be tried again. */
static bool
write_all(struct embedded *d, struct update_list *batch, bool is_last)
{
	uint64_t n = updates_of(batch);
	size_t evicted = 0;
	enum lmdb_result result;
	struct err e;

	result = lmdb_write(d->file, batch, &evicted, &e);
	d->n_evicted += evicted;
	set_stuck(d, result != LMDB_WRITTEN, &e);
	if (result == LMDB_LATER && !is_last)
		return false;
	if (result == LMDB_WRITTEN) {
		count_add(&d->ledger->written, n);
	} else {
		count_add(&d->ledger->failed, n);
		log_warn("store: %" PRIu64 " updates are lost: %s", n,
		    e.text);
	}
	batch_free(d, batch);
	return true;
}

/* Under the lock. */
static void
take_batch(struct embedded *d, struct queue *q, struct update_list *batch)
{
	size_t n = 0, bytes = 0;
	struct update *u;

	while (n < lmdb_batch_most(d->file) &&
	    bytes < lmdb_batch_bytes(d->file) &&
	    (u = TAILQ_FIRST(&q->list)) != NULL) {
		TAILQ_REMOVE(&q->list, u, entry);
		TAILQ_INSERT_TAIL(batch, u, entry);
		bytes += u->key_n + u->value_n;
		n++;
	}
	q->n -= n;
	q->bytes -= bytes;
	if (q == &d->queues[PATIENT])
		memset(d->recent, 0, sizeof(d->recent));
}

/* As much as goes together: to wait for more would fill the queue. */
static bool
is_batch(const struct embedded *d, const struct queue *q)
{
	return q->n >= lmdb_batch_most(d->file) || q->bytes >= BATCH_BYTES;
}

/* When the batch at the front of a queue is to be written; INT64_MAX: there
 * is none. */
static int64_t
due(const struct embedded *d, const struct queue *q)
{
	if (q->n == 0)
		return INT64_MAX;
	return d->is_closing || is_batch(d, q) ? 0 : q->due_ms;
}

/* Whose turn is next; where two are late, in their order. */
static struct queue *
first_due(struct embedded *d)
{
	struct queue *first = &d->queues[0];

	for (int i = 1; i < KINDS; i++)
		if (due(d, &d->queues[i]) < due(d, first))
			first = &d->queues[i];
	return first;
}

/* On the clock of clock_ms. */
static int
wait_until(struct embedded *d, int64_t at)
{
	struct timespec until = { at / 1000, at % 1000 * 1000000 };

	return pthread_cond_timedwait(&d->wake, &d->lock, &until);
}

/* The queue to be written; NULL: that was the last.  Under the lock. */
static struct queue *
wait_for_batch(struct embedded *d)
{
	struct queue *q;
	int64_t at;

	while ((at = due(d, q = first_due(d))) > clock_ms()) {
		if (at == INT64_MAX && d->is_closing)
			return NULL;
		if (at == INT64_MAX)
			pthread_cond_wait(&d->wake, &d->lock);
		else
			wait_until(d, at);
	}
	return q;
}

/* Until it is to be tried again, or for the last time.  Under the lock. */
static void
wait_again(struct embedded *d)
{
	int64_t at = clock_ms() + AGAIN_MS;
	int rc = 0;

	while (!d->is_closing && rc == 0)
		rc = wait_until(d, at);
}

/* Under the lock, which it lets go of to write. */
static void
write_until_done(struct embedded *d, struct update_list *batch)
{
	bool is_done, is_last = d->is_closing;

	for (;;) {
		pthread_mutex_unlock(&d->lock);
		is_done = write_all(d, batch, is_last);
		pthread_mutex_lock(&d->lock);
		if (is_done)
			break;
		d->n_waiting = updates_of(batch) + updates_queued(d);
		wait_again(d);
		is_last = d->is_closing;
	}
	d->n_waiting = 0;
}

static void *
writer_main(void *arg)
{
	struct update_list batch = TAILQ_HEAD_INITIALIZER(batch);
	struct embedded *d = arg;
	struct queue *q;

	pthread_mutex_lock(&d->lock);
	while ((q = wait_for_batch(d)) != NULL) {
		take_batch(d, q, &batch);
		write_until_done(d, &batch);
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

/* What is only to be looked at leaves half of the room to what is learnt. */
static bool
has_room_for(const struct embedded *d, const struct update *u)
{
	size_t share = u->kind == UPDATE_DIARY ? 2 : 1;
	size_t n = 0, bytes = u->key_n + u->value_n;

	for (int i = 0; i < KINDS; i++) {
		n += d->queues[i].n;
		bytes += d->queues[i].bytes;
	}
	return n < QUEUE_MOST / share && bytes <= QUEUE_BYTES_MOST / share;
}

/* NULL: there is no room.  The writer is told of the first of a batch and
 * of the last: the others would only make it look at the clock.  Under the
 * lock. */
static struct update *
enqueue(struct embedded *d, enum kind kind, const struct update *what)
{
	struct queue *q = &d->queues[kind];
	bool was_batch = is_batch(d, q);
	struct update *u;

	if (!has_room_for(d, what))
		return NULL;
	u = updatepool_copy(d->pool, what);
	TAILQ_INSERT_TAIL(&q->list, u, entry);
	q->bytes += u->key_n + u->value_n;
	if (q->n++ == 0)
		q->due_ms = clock_ms() + wait_ms[kind];
	if (q->n == 1 || is_batch(d, q) != was_batch)
		pthread_cond_signal(&d->wake);
	return u;
}

/* In the queue of those that can be added to others.  Under the lock. */
static bool
add_patient(struct embedded *d, const struct update *u)
{
	struct update **recent = &d->recent[u->hash % RECENT], *queued;

	if (*recent != NULL && update_merge(*recent, u))
		return true;
	queued = enqueue(d, PATIENT, u);
	if (queued != NULL)
		*recent = queued;
	return queued != NULL;
}

/* Once a minute; the counters tell the rest. */
static void
tell_full(struct embedded *d, const struct update *u)
{
	d->n_full += u->times;
	d->n_full_diary += u->kind == UPDATE_DIARY;
	if (d->told_ms != 0 && clock_ms() - d->told_ms < TOLD_MS)
		return;
	d->told_ms = clock_ms();
	log_warn("store: more comes than is written: %" PRIu64 " updates "
	    "dropped so far, %" PRIu64 " of them history", d->n_full,
	    d->n_full_diary);
}

static bool
embedded_write(void *engine, const struct update *u)
{
	struct embedded *d = engine;
	bool has_room;

	pthread_mutex_lock(&d->lock);
	if (u->is_patient)
		has_room = add_patient(d, u);
	else
		has_room = enqueue(d, u->kind == UPDATE_DIARY ? DIARY :
		    PROMPT, u) != NULL;
	pthread_mutex_unlock(&d->lock);
	if (!has_room)
		tell_full(d, u);
	return has_room;
}

/* The loop's side. */

static bool
embedded_is_ready(const void *engine)
{
	(void)engine;
	return true;
}

static void
embedded_look_away(void *engine)
{
	struct embedded *d = engine;

	if (d->is_looking)
		lmdb_look_away(d->file);
	d->is_looking = false;
}

/* Of all that a check looks up, and of all questions of a turn, the state of
 * the file is looked at once. */
static void
look(struct embedded *d)
{
	if (!d->is_looking)
		lmdb_look(d->file);
	d->is_looking = true;
}

static void
answer_one(struct embedded *d, struct store_get *g)
{
	enum store_result result = STORE_FAILED;
	const struct store_key key = { { g->key, g->key_n }, g->hash };
	struct str value = { 0 };

	if (g->key_n != 0) {
		result = lmdb_get(d->file, key, &value);
		d->n_unread += result == STORE_FAILED;
	}
	store_answer(g, result, value);
}

static bool
embedded_look(void *engine, struct store_key key,
    enum store_result *result, struct str *value)
{
	struct embedded *d = engine;

	look(d);
	*result = lmdb_get(d->file, key, value);
	return *result != STORE_FAILED;
}

static void
embedded_look_soon(const void *engine, uint64_t hash)
{
	const struct embedded *d = engine;

	lmdb_get_soon(d->file, hash);
}

static void
embedded_get(void *engine, struct store_get_list *gets)
{
	struct embedded *d = engine;
	struct store_get *g;

	look(d);
	while ((g = TAILQ_FIRST(gets)) != NULL)
		answer_one(d, g);
	embedded_look_away(d);
}

/* Nothing is ever held. */
static void
embedded_forget(void *engine, struct store_get *g)
{
	(void)engine;
	(void)g;
}

static enum walk_next
walk_chunk(struct embedded *d, struct store_walk *w)
{
	const struct str prefix = { w->prefix, w->prefix_n };
	struct str key, value;
	enum store_result result;

	for (int n = 0; n < WALK_CHUNK; n++) {
		result = lmdb_next(d->file, prefix, buf_str(&w->at), &key,
		    &value);
		if (result != STORE_FOUND)
			return result == STORE_NONE ? WALK_OVER : WALK_FAILED;
		buf_empty(&w->at);
		buf_add_str(&w->at, key);
		store_walk_give(w, key, value);
	}
	return WALK_MORE;
}

/* How far a diary is read stands in the walk as a number. */
static enum walk_next
diary_chunk(struct embedded *d, struct store_walk *w)
{
	const struct str diary = { w->prefix, w->prefix_n };
	uint64_t number = UINT64_MAX;
	enum store_result result;
	struct str value;

	if (w->at.n == sizeof(number))
		memcpy(&number, w->at.p, sizeof(number));
	for (int n = 0; n < DIARY_CHUNK && w->each != NULL; n++) {
		result = lmdb_diary_prev(d->file, diary, number, &number,
		    &value);
		if (result != STORE_FOUND)
			return result == STORE_NONE ? WALK_OVER : WALK_FAILED;
		store_walk_give(w, diary, value);
	}
	buf_empty(&w->at);
	buf_add(&w->at, &number, sizeof(number));
	return WALK_MORE;
}

static void
embedded_walk(void *engine, struct store_walk *w)
{
	struct embedded *d = engine;
	enum walk_next next;

	look(d);
	next = w->is_diary ? diary_chunk(d, w) : walk_chunk(d, w);
	embedded_look_away(d);
	store_walk_turn(w, next);
}

static void
embedded_counts(const void *engine, struct store_counts *out)
{
	const struct embedded *d = engine;

	out->written += count_get(&d->ledger->written);
	out->failed += count_get(&d->ledger->failed) + d->n_unread;
	out->evicted += d->n_evicted;
	out->refusing += d->is_stuck;
	out->waiting += d->n_waiting;
}

static bool
writer_start(struct embedded *d, struct err *e)
{
	pthread_condattr_t how;
	int rc;

	/* A clock that is set back must not hold up what is to be written. */
	pthread_condattr_init(&how);
	pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->wake, &how);
	pthread_condattr_destroy(&how);
	rc = pthread_create(&d->writer, NULL, writer_main, d);
	return rc == 0 || err_set(e, "thread: %s", strerror(rc));
}

static bool
embedded_open(void **engine, struct loop *l, const struct store_conf *conf,
    struct err *e)
{
	struct embedded *d = calloc(1, sizeof(*d));

	(void)l;
	if (d == NULL)
		abort();
	d->ledger = conf->ledger;
	for (int i = 0; i < KINDS; i++)
		TAILQ_INIT(&d->queues[i].list);
	if (!lmdb_open(&d->file, conf->folder, conf->bytes, e)) {
		free(d);
		return false;
	}
	d->pool = updatepool_new();
	if (!writer_start(d, e)) {
		updatepool_free(d->pool);
		lmdb_close(d->file);
		free(d);
		return false;
	}
	*engine = d;
	return true;
}

static void
embedded_close(void *engine)
{
	struct embedded *d = engine;

	pthread_mutex_lock(&d->lock);
	d->is_closing = true;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->lock);
	pthread_join(d->writer, NULL);
	pthread_cond_destroy(&d->wake);
	pthread_mutex_destroy(&d->lock);
	embedded_look_away(d);
	updatepool_free(d->pool);
	lmdb_close(d->file);
	free(d);
}

const struct store_engine store_lmdb = {
	.name = "lmdb",
	.open = embedded_open,
	.close = embedded_close,
	.is_ready = embedded_is_ready,
	.look = embedded_look,
	.look_soon = embedded_look_soon,
	.look_away = embedded_look_away,
	.get = embedded_get,
	.forget = embedded_forget,
	.write = embedded_write,
	.walk = embedded_walk,
	.counts = embedded_counts
};
