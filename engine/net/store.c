/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions wait for the loop's next turn, changes in a bounded queue for the
 * one thread that writes.  What is kept, and how, is the engine's.
 */
#include "net/store.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "net/lmdb.h"
#include "net/loop.h"

/* Raised when the meaning of keys or values changes. */
#define SCHEMA "1:"

enum {
	SCHEMA_BYTES = sizeof(SCHEMA) - 1,
	QUEUE_MOST = 20000,
	QUEUE_BYTES_MOST = 16 * 1024 * 1024,
	BATCH_WAIT_MS = 50
};

static_assert(SCHEMA_BYTES + STORE_KEY_MOST <= LMDB_KEY_MOST,
    "a key of the store is one of the engine");

struct get {
	TAILQ_ENTRY(get) entry;
	store_reply *reply;
	void *asker;
	size_t key_n; /* 0: the key was too long */
	char key[];
};
TAILQ_HEAD(get_list, get);

struct store {
	struct loop *loop;
	struct task answer;
	struct get_list gets;
	struct lmdb *engine;

	pthread_t writer;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct update_list queue; /* under the lock, with the next three */
	size_t queued;
	size_t queued_bytes;
	bool is_closing;

	atomic_uint_fast64_t n_gets, n_hits, n_puts, n_written, n_dropped,
	    n_failed, n_evicted;
};

bool
store_count_read(struct str value, struct store_count *out)
{
	struct str count, first, last;

	return str_cut(value, ' ', &count, &first) &&
	    str_cut(first, ' ', &first, &last) &&
	    str_to_int(count, &out->count) && str_to_int(first, &out->first) &&
	    str_to_int(last, &out->last);
}

/* The writer's side. */

static void
write_all(struct store *s, struct update_list *batch, size_t n)
{
	size_t evicted = 0;
	struct update *u;
	struct err e;

	if (lmdb_write(s->engine, batch, &evicted, &e)) {
		s->n_written += n;
	} else {
		s->n_failed += n;
		log_warn("store: %zu updates are lost: %s", n, e.text);
	}
	s->n_evicted += evicted;
	while ((u = TAILQ_FIRST(batch)) != NULL) {
		TAILQ_REMOVE(batch, u, entry);
		free(u);
	}
}

/* Under the lock. */
static size_t
take_batch(struct store *s, struct update_list *batch)
{
	size_t n = 0, bytes = 0;
	struct update *u;

	while (n < lmdb_batch_most(s->engine) &&
	    bytes < lmdb_batch_bytes(s->engine) &&
	    (u = TAILQ_FIRST(&s->queue)) != NULL) {
		TAILQ_REMOVE(&s->queue, u, entry);
		TAILQ_INSERT_TAIL(batch, u, entry);
		bytes += u->key_n + u->value_n;
		n++;
	}
	s->queued -= n;
	s->queued_bytes -= bytes;
	return n;
}

static void
wait_for_more(struct store *s)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += BATCH_WAIT_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	while (!s->is_closing && s->queued < lmdb_batch_most(s->engine) &&
	    pthread_cond_timedwait(&s->wake, &s->lock, &until) == 0)
		;
}

static void *
writer_main(void *arg)
{
	struct update_list batch = TAILQ_HEAD_INITIALIZER(batch);
	struct store *s = arg;
	size_t n;

	pthread_mutex_lock(&s->lock);
	for (;;) {
		while (s->queued == 0 && !s->is_closing)
			pthread_cond_wait(&s->wake, &s->lock);
		if (s->queued == 0)
			break;
		wait_for_more(s);
		n = take_batch(s, &batch);
		pthread_mutex_unlock(&s->lock);
		write_all(s, &batch, n);
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* For the first update of a batch and the last: those between would only
 * make it look at the clock.  Under the lock. */
static void
wake_writer(struct store *s)
{
	if (s->queued == 1 || s->queued == lmdb_batch_most(s->engine))
		pthread_cond_signal(&s->wake);
}

static void
queue_add(struct store *s, struct update *u)
{
	size_t bytes = u->key_n + u->value_n;
	bool has_room;

	pthread_mutex_lock(&s->lock);
	has_room = s->queued < QUEUE_MOST &&
	    s->queued_bytes + bytes <= QUEUE_BYTES_MOST;
	if (has_room) {
		TAILQ_INSERT_TAIL(&s->queue, u, entry);
		s->queued++;
		s->queued_bytes += bytes;
		wake_writer(s);
	}
	pthread_mutex_unlock(&s->lock);
	if (has_room)
		return;
	s->n_dropped++;
	free(u);
}

static struct update *
update_new(struct store *s, struct str key, struct str value, int64_t life)
{
	struct update *u;

	s->n_puts++;
	if (key.n == 0 || key.n > STORE_KEY_MOST ||
	    value.n > STORE_VALUE_MOST || life <= 0) {
		s->n_dropped++;
		return NULL;
	}
	u = calloc(1, sizeof(*u) + SCHEMA_BYTES + key.n + value.n);
	if (u == NULL)
		abort();
	u->ends = clock_wall() + life;
	u->key_n = SCHEMA_BYTES + key.n;
	u->value_n = value.n;
	memcpy(u->bytes, SCHEMA, SCHEMA_BYTES);
	memcpy(u->bytes + SCHEMA_BYTES, key.p, key.n);
	if (value.n != 0)
		memcpy(u->bytes + u->key_n, value.p, value.n);
	return u;
}

void
store_put(struct store *s, struct str key, struct str value, int64_t life)
{
	struct update *u = update_new(s, key, value, life);

	if (u != NULL)
		queue_add(s, u);
}

void
store_count(struct store *s, struct str key, int64_t more, int64_t life)
{
	struct update *u = update_new(s, key, STR(""), life);

	if (u == NULL)
		return;
	u->kind = UPDATE_COUNT;
	u->more = more;
	queue_add(s, u);
}

/* The reader's side: all questions of a turn are answered in the next, from
 * one snapshot. */

static void
answer_one(struct store *s, struct get *g, bool can_read)
{
	enum store_result result = STORE_FAILED;
	struct str key = { g->key, g->key_n }, value = { 0 };

	if (can_read && key.n != 0)
		result = lmdb_get(s->engine, key, &value);
	if (result == STORE_FOUND)
		s->n_hits++;
	g->reply(g->asker, result, value);
	free(g);
}

static void
on_answer(void *owner)
{
	struct store *s = owner;
	bool can_read = lmdb_look(s->engine);
	struct get *g;

	if (!can_read)
		s->n_failed++;
	while ((g = TAILQ_FIRST(&s->gets)) != NULL) {
		TAILQ_REMOVE(&s->gets, g, entry);
		answer_one(s, g, can_read);
	}
	if (can_read)
		lmdb_look_away(s->engine);
}

void
store_get(struct store *s, struct str key, store_reply *reply, void *asker)
{
	struct get *g = calloc(1, sizeof(*g) + SCHEMA_BYTES + key.n);

	if (g == NULL)
		abort();
	s->n_gets++;
	g->reply = reply;
	g->asker = asker;
	if (key.n != 0 && key.n <= STORE_KEY_MOST) {
		g->key_n = SCHEMA_BYTES + key.n;
		memcpy(g->key, SCHEMA, SCHEMA_BYTES);
		memcpy(g->key + SCHEMA_BYTES, key.p, key.n);
	}
	TAILQ_INSERT_TAIL(&s->gets, g, entry);
	loop_ready(s->loop, &s->answer);
}

void
store_cancel(struct store *s, void *asker)
{
	struct get *g, *next;

	for (g = TAILQ_FIRST(&s->gets); g != NULL; g = next) {
		next = TAILQ_NEXT(g, entry);
		if (g->asker != asker)
			continue;
		TAILQ_REMOVE(&s->gets, g, entry);
		free(g);
	}
}

void
store_counts(const struct store *s, struct store_counts *out)
{
	*out = (struct store_counts){
		.gets = s->n_gets, .hits = s->n_hits, .puts = s->n_puts,
		.written = s->n_written, .dropped = s->n_dropped,
		.failed = s->n_failed, .evicted = s->n_evicted
	};
}

static bool
writer_start(struct store *s, struct err *e)
{
	int rc;

	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	rc = pthread_create(&s->writer, NULL, writer_main, s);
	return rc == 0 || err_set(e, "thread: %s", strerror(rc));
}

bool
store_open(struct store **out, struct loop *l, const char *folder,
    size_t bytes, struct err *e)
{
	struct store *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->loop = l;
	s->answer = (struct task){ .run = on_answer, .owner = s };
	TAILQ_INIT(&s->gets);
	TAILQ_INIT(&s->queue);
	if (!lmdb_open(&s->engine, folder, bytes, e)) {
		free(s);
		return false;
	}
	if (!writer_start(s, e)) {
		lmdb_close(s->engine);
		free(s);
		return false;
	}
	*out = s;
	return true;
}

void
store_close(struct store *s)
{
	struct get *g;

	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->is_closing = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->writer, NULL);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	loop_unready(s->loop, &s->answer);
	while ((g = TAILQ_FIRST(&s->gets)) != NULL) {
		TAILQ_REMOVE(&s->gets, g, entry);
		free(g);
	}
	lmdb_close(s->engine);
	free(s);
}
