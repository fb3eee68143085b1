/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The embedded store.  Two tables: "data" holds key -> when it ends, value;
 * "ends" holds when it ends + key, so that what is over, and what must make
 * room, is found at its front.  The loop reads; one thread writes.
 */
#include "net/store.h"

#include <errno.h>
#include <inttypes.h>
#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "net/loop.h"

/* Raised when the meaning of keys or values changes. */
#define SCHEMA "1:"

enum {
	SCHEMA_BYTES = sizeof(SCHEMA) - 1,
	END_BYTES = 8,
	KEY_ROOM = END_BYTES + SCHEMA_BYTES + STORE_KEY_MOST,
	COUNT_ROOM = 64,
	FILE_LEAST = 1024 * 1024,
	QUEUE_MOST = 20000,
	QUEUE_BYTES_MOST = 16 * 1024 * 1024,
	BATCH_MOST = 2000,
	BATCH_WAIT_MS = 50,
	PAGE = 4096,
	ROOM_TRIES = 4
};

enum update_kind { UPDATE_PUT, UPDATE_COUNT };

struct update {
	TAILQ_ENTRY(update) entry;
	enum update_kind kind;
	int64_t more;
	int64_t ends;
	size_t key_n, value_n;
	char bytes[]; /* the key with its schema, the value */
};
TAILQ_HEAD(update_list, update);

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
	MDB_env *env;
	MDB_dbi data, ends;
	MDB_txn *reader;       /* reset between the turns of the loop */
	size_t bytes;

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

static MDB_val
val(const void *p, size_t n)
{
	return (MDB_val){ n, (void *)(uintptr_t)p };
}

static void
ends_write(unsigned char to[static END_BYTES], int64_t ends)
{
	for (int i = END_BYTES - 1; i >= 0; i--, ends >>= 8)
		to[i] = (unsigned char)(ends & 0xff);
}

static int64_t
ends_read(const void *from)
{
	const unsigned char *p = from;
	uint64_t n = 0;

	for (int i = 0; i < END_BYTES; i++)
		n = n << 8 | p[i];
	return (int64_t)n;
}

/* The value behind its end, or false: over, or not as we write it. */
static bool
value_of(MDB_val stored, int64_t now, struct str *value)
{
	if (stored.mv_size < END_BYTES || ends_read(stored.mv_data) <= now)
		return false;
	*value = (struct str){ (const char *)stored.mv_data + END_BYTES,
		stored.mv_size - END_BYTES };
	return true;
}

/* A key of the table "ends". */
static MDB_val
ends_key(unsigned char room[static KEY_ROOM], const void *ends, MDB_val key)
{
	memcpy(room, ends, END_BYTES);
	memcpy(room + END_BYTES, key.mv_data, key.mv_size);
	return val(room, END_BYTES + key.mv_size);
}

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

static int
drop_old(struct store *s, MDB_txn *t, MDB_val key, MDB_val old)
{
	unsigned char room[KEY_ROOM];
	MDB_val at;
	int rc;

	if (old.mv_size < END_BYTES)
		return 0;
	at = ends_key(room, old.mv_data, key);
	rc = mdb_del(t, s->ends, &at, NULL);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int
write_value(struct store *s, MDB_txn *t, MDB_val key, int64_t ends,
    struct str value)
{
	unsigned char end[END_BYTES], room[KEY_ROOM];
	MDB_val at, nothing = val("", 0), to = { END_BYTES + value.n, NULL };
	int rc;

	ends_write(end, ends);
	rc = mdb_put(t, s->data, &key, &to, MDB_RESERVE);
	if (rc != 0)
		return rc;
	memcpy(to.mv_data, end, END_BYTES);
	if (value.n != 0)
		memcpy((char *)to.mv_data + END_BYTES, value.p, value.n);
	at = ends_key(room, end, key);
	return mdb_put(t, s->ends, &at, &nothing, 0);
}

static struct str
count_up(char room[static COUNT_ROOM], bool has_old, struct str old,
    int64_t more, int64_t now)
{
	struct store_count c = { 0, now, now };
	int n;

	if (has_old && !store_count_read(old, &c))
		c = (struct store_count){ 0, now, now };
	if (__builtin_add_overflow(c.count, more, &c.count))
		c.count = more > 0 ? INT64_MAX : INT64_MIN;
	n = snprintf(room, COUNT_ROOM, "%" PRId64 " %" PRId64 " %" PRId64,
	    c.count, c.first, now);
	return (struct str){ room, (size_t)n };
}

static int
write_one(struct store *s, MDB_txn *t, const struct update *u, int64_t now)
{
	struct str value = { u->bytes + u->key_n, u->value_n }, before;
	MDB_val key = val(u->bytes, u->key_n), old;
	char room[COUNT_ROOM];
	bool has_old = false;
	int rc = mdb_get(t, s->data, &key, &old);

	if (rc == 0) {
		has_old = value_of(old, now, &before);
		if (u->kind == UPDATE_COUNT)
			value = count_up(room, has_old, before, u->more, now);
		rc = drop_old(s, t, key, old);
	} else if (rc == MDB_NOTFOUND) {
		if (u->kind == UPDATE_COUNT)
			value = count_up(room, false, value, u->more, now);
		rc = 0;
	}
	return rc != 0 ? rc : write_value(s, t, key, u->ends, value);
}

static int
write_batch(struct store *s, const struct update_list *batch)
{
	int64_t now = clock_wall();
	struct update *u;
	MDB_txn *t;
	int rc = mdb_txn_begin(s->env, NULL, 0, &t);

	if (rc != 0)
		return rc;
	TAILQ_FOREACH(u, batch, entry) {
		rc = write_one(s, t, u, now);
		if (rc != 0) {
			mdb_txn_abort(t);
			return rc;
		}
	}
	return mdb_txn_commit(t);
}

/* Takes up to most entries from the front; those that are over, or any. */
static int
purge(struct store *s, MDB_txn *t, size_t most, bool is_any, size_t *n)
{
	MDB_cursor *c;
	MDB_val at, nothing, key;
	int64_t now = clock_wall();
	int rc = mdb_cursor_open(t, s->ends, &c);

	if (rc != 0)
		return rc;
	for (*n = 0; *n < most; ++*n) {
		rc = mdb_cursor_get(c, &at, &nothing, MDB_FIRST);
		if (rc != 0 || at.mv_size < END_BYTES ||
		    (!is_any && ends_read(at.mv_data) > now))
			break;
		key = val((char *)at.mv_data + END_BYTES,
		    at.mv_size - END_BYTES);
		rc = mdb_del(t, s->data, &key, NULL);
		if (rc != 0 && rc != MDB_NOTFOUND)
			break;
		rc = mdb_cursor_del(c, 0);
		if (rc != 0)
			break;
	}
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static size_t
pages_bytes(MDB_txn *t, MDB_dbi dbi, size_t *entries)
{
	MDB_stat st;

	if (mdb_stat(t, dbi, &st) != 0)
		return 0;
	*entries = st.ms_entries;
	return (st.ms_branch_pages + st.ms_leaf_pages + st.ms_overflow_pages) *
	    (size_t)st.ms_psize;
}

/* A transaction copies each page it touches, and what it gives up can be
 * used again two transactions later: so each touches a small part. */
static size_t
batch_most(const struct store *s)
{
	size_t share = s->bytes / PAGE / 16;

	return share < BATCH_MOST ? share : BATCH_MOST;
}

/*
 * Old entries go, and where the file is more than half full those that would
 * be next.  True while it still is.
 */
static bool
make_room(struct store *s, bool is_full)
{
	size_t entries = 0, used, n = 0;
	MDB_txn *t;
	int rc = mdb_txn_begin(s->env, NULL, 0, &t);

	if (rc != 0)
		return false;
	used = pages_bytes(t, s->ends, &entries);
	used += pages_bytes(t, s->data, &entries);
	is_full = is_full || used > s->bytes / 2;
	rc = purge(s, t, batch_most(s) * 2, is_full, &n);
	if (rc != 0 || n == 0) {
		mdb_txn_abort(t);
		return false;
	}
	if (mdb_txn_commit(t) == 0 && is_full)
		s->n_evicted += n;
	return is_full;
}

static void
write_all(struct store *s, struct update_list *batch, size_t n)
{
	struct update *u;
	int rc;

	for (int tries = 0; tries < ROOM_TRIES && make_room(s, false); tries++)
		;
	rc = write_batch(s, batch);
	for (int tries = 0; rc == MDB_MAP_FULL && tries < ROOM_TRIES; tries++) {
		make_room(s, true);
		rc = write_batch(s, batch);
	}
	if (rc == 0) {
		s->n_written += n;
	} else {
		s->n_failed += n;
		log_warn("store: %zu updates are lost: %s", n,
		    mdb_strerror(rc));
	}
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

	while (n < batch_most(s) && bytes < s->bytes / 16 &&
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
	while (!s->is_closing && s->queued < batch_most(s) &&
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
		pthread_cond_signal(&s->wake);
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
	struct str value = { 0 };
	MDB_val key = val(g->key, g->key_n), stored;
	int rc;

	if (can_read && g->key_n != 0) {
		rc = mdb_get(s->reader, s->data, &key, &stored);
		if (rc == 0 && value_of(stored, clock_wall(), &value))
			result = STORE_FOUND;
		else if (rc == 0 || rc == MDB_NOTFOUND)
			result = STORE_NONE;
	}
	if (result == STORE_FOUND)
		s->n_hits++;
	g->reply(g->asker, result, value);
	free(g);
}

static void
on_answer(void *owner)
{
	struct store *s = owner;
	bool can_read = mdb_txn_renew(s->reader) == 0;
	struct get *g;

	if (!can_read)
		s->n_failed++;
	while ((g = TAILQ_FIRST(&s->gets)) != NULL) {
		TAILQ_REMOVE(&s->gets, g, entry);
		answer_one(s, g, can_read);
	}
	if (can_read)
		mdb_txn_reset(s->reader);
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

static int
tables_open(struct store *s)
{
	MDB_txn *t;
	int dead, rc = mdb_txn_begin(s->env, NULL, 0, &t);

	if (rc != 0)
		return rc;
	rc = mdb_dbi_open(t, "data", MDB_CREATE, &s->data);
	if (rc == 0)
		rc = mdb_dbi_open(t, "ends", MDB_CREATE, &s->ends);
	if (rc != 0) {
		mdb_txn_abort(t);
		return rc;
	}
	rc = mdb_txn_commit(t);
	if (rc == 0)
		rc = mdb_reader_check(s->env, &dead);
	if (rc == 0)
		rc = mdb_txn_begin(s->env, NULL, MDB_RDONLY, &s->reader);
	if (rc == 0)
		mdb_txn_reset(s->reader);
	return rc;
}

static bool
env_open(struct store *s, const char *folder, struct err *e)
{
	int rc;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return err_set(e, "%s: %s", folder, strerror(errno));
	rc = mdb_env_create(&s->env);
	if (rc == 0)
		rc = mdb_env_set_mapsize(s->env, s->bytes);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(s->env, 2);
	if (rc == 0)
		rc = mdb_env_open(s->env, folder, MDB_NOTLS, 0600);
	if (rc == 0)
		rc = tables_open(s);
	return rc == 0 || err_set(e, "%s: the store cannot be opened: %s",
	    folder, mdb_strerror(rc));
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

static void
env_close(struct store *s)
{
	if (s->reader != NULL)
		mdb_txn_abort(s->reader);
	if (s->env != NULL)
		mdb_env_close(s->env);
	free(s);
}

bool
store_open(struct store **out, struct loop *l, const char *folder,
    size_t bytes, struct err *e)
{
	struct store *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->loop = l;
	s->bytes = bytes < FILE_LEAST ? FILE_LEAST : bytes;
	s->answer = (struct task){ .run = on_answer, .owner = s };
	TAILQ_INIT(&s->gets);
	TAILQ_INIT(&s->queue);
	if (!env_open(s, folder, e) || !writer_start(s, e)) {
		env_close(s);
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
	env_close(s);
}
