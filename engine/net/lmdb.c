/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three tables: "data" holds key -> when it ends, value; "ends" holds when it
 * ends + key, so that what is over, and what must make room, is found at its
 * front; "diary" holds diary + number -> when it ends, value.
 */
#include "net/lmdb.h"

#include <errno.h>
#include <lmdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "net/recall.h"
#include "net/storeengine.h"

enum {
	END_BYTES = 8,
	KEY_ROOM = END_BYTES + LMDB_KEY_MOST,
	FILE_LEAST = 1024 * 1024,
	BATCH_MOST = 4000,
	PAGE = 4096,
	ROOM_TRIES = 4,
	ENDS_SLACK = 64,       /* the part of a life that does not matter */
	WALK_SECONDS = 20,
	TABLES = 3,
	DIARY_SHARE = 4         /* of the file, at the most */
};

struct lmdb {
	MDB_env *env;
	MDB_dbi data, ends, diary;
	MDB_txn *reader;       /* reset while nobody looks */
	int64_t now;           /* of who looks */
	uint64_t state;        /* that is looked at */
	struct recall *recall; /* what was read of it */
	struct buf text;       /* the writer's */
	size_t bytes;
};

/* A batch being written. */
struct writing {
	struct lmdb *file;
	MDB_txn *t;
	MDB_cursor *data;      /* of that table: where it was found it is
	                          written, without looking again */
	struct store_lesson lesson; /* of the update, as it is to be added */
	int64_t now;
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

static int
drop_old(struct lmdb *m, MDB_txn *t, MDB_val key, MDB_val old)
{
	unsigned char room[KEY_ROOM];
	MDB_val at;
	int rc;

	if (old.mv_size < END_BYTES)
		return 0;
	at = ends_key(room, old.mv_data, key);
	rc = mdb_del(t, m->ends, &at, NULL);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* Where the cursor stands, if there is an old one. */
static int
write_data(struct writing *w, MDB_val key, bool is_old, int64_t ends,
    struct str value)
{
	MDB_val to = { END_BYTES + value.n, NULL };
	int rc = mdb_cursor_put(w->data, &key, &to,
	    MDB_RESERVE | (is_old ? MDB_CURRENT : 0));

	if (rc != 0)
		return rc;
	ends_write(to.mv_data, ends);
	if (value.n != 0)
		memcpy((char *)to.mv_data + END_BYTES, value.p, value.n);
	return 0;
}

static int
write_end(struct lmdb *m, MDB_txn *t, MDB_val key, int64_t ends)
{
	unsigned char end[END_BYTES], room[KEY_ROOM];
	MDB_val at, nothing = val("", 0);

	ends_write(end, ends);
	at = ends_key(room, end, key);
	return mdb_put(t, m->ends, &at, &nothing, 0);
}

/* What the update makes of the value that is there, if it is one; false: it
 * is to be no entry. */
static bool
make_value(const struct writing *w, char room[static VALUE_TEXT],
    const struct update *u, struct str old, struct str *value)
{
	struct store_tally t = { 0 };
	struct store_count c;

	*value = (struct str){ room, 0 };
	switch (u->kind) {
	case UPDATE_PUT: /* where something stands is seen to before */
		*value = (struct str){ u->bytes + u->key_n, u->value_n };
		return true;
	case UPDATE_FORGET:
		return false;
	case UPDATE_COUNT:
		if (!store_count_read(old, &c))
			c = (struct store_count){ 0, w->now, w->now };
		if (__builtin_add_overflow(c.count, u->more, &c.count))
			c.count = u->more > 0 ? INT64_MAX : INT64_MIN;
		c.last = w->now;
		value->n = store_count_text(room, &c);
		return true;
	case UPDATE_DIARY:
	case UPDATE_KINDS:
		return false; /* no such entry is written here */
	case UPDATE_TEACH:
		if (!store_tally_read(old, &t))
			t = (struct store_tally){ 0 };
		store_tally_add(&t, &w->lesson);
		value->n = store_tally_text(room, &t);
		return t.first != 0;
	}
	return false;
}

/* What is added to ends a little sooner than asked for, where that spares it
 * another place in the order of ends. */
static int64_t
ends_of(const struct update *u, MDB_val old, int64_t now)
{
	int64_t ends;

	if ((u->kind != UPDATE_COUNT && u->kind != UPDATE_TEACH) ||
	    old.mv_size < END_BYTES)
		return u->ends;
	ends = ends_read(old.mv_data);
	return ends > now && ends <= u->ends &&
	    u->ends - ends <= (u->ends - now) / ENDS_SLACK ? ends : u->ends;
}

/* old: what is there, or NULL. */
static int
replace(struct writing *w, const struct update *u, const MDB_val *old,
    struct str value)
{
	int64_t ends = old == NULL ? u->ends : ends_of(u, *old, w->now);
	MDB_val key = val(u->bytes, u->key_n);
	bool is_old = old != NULL;
	int rc;

	if (is_old && old->mv_size >= END_BYTES &&
	    ends_read(old->mv_data) == ends)
		return write_data(w, key, is_old, ends, value);
	rc = is_old ? drop_old(w->file, w->t, key, *old) : 0;
	if (rc == 0)
		rc = write_data(w, key, is_old, ends, value);
	return rc != 0 ? rc : write_end(w->file, w->t, key, ends);
}

/* False: somebody else was to do it, and has done. */
static bool
may_teach(struct writing *w, const struct update *u)
{
	struct str value = { u->bytes + u->key_n, u->value_n }, there;
	struct store_claim claim;
	MDB_val key, stored;

	if (u->kind != UPDATE_TEACH)
		return true;
	w->lesson = u->lesson;
	if (!claim_read(&claim, value))
		return true;
	key = val(claim.key.p, claim.key.n);
	return mdb_get(w->t, w->file->data, &key, &stored) != 0 ||
	    !value_of(stored, w->now, &there) ||
	    claim_allows(&claim, there, (struct str){ u->bytes, u->key_n },
		&w->lesson);
}

/* What is to stand where something does; false: that stays. */
static bool
value_over(struct lmdb *m, const struct update *u, struct str *old)
{
	struct str value = { u->bytes + u->key_n, u->value_n };

	if (u->more == PUT_NEW || (u->more == PUT_OVER &&
	    !receipt_over(&m->text, value, *old)))
		return false;
	*old = u->more == PUT_OVER ? buf_str(&m->text) : value;
	return true;
}

static int
write_key(struct writing *w, const struct update *u)
{
	MDB_val key = val(u->bytes, u->key_n), old;
	struct str before = { 0 }, value;
	char room[VALUE_TEXT];
	int rc = mdb_cursor_get(w->data, &key, &old, MDB_SET);
	bool is_old = rc == 0;

	if (rc != 0 && rc != MDB_NOTFOUND)
		return rc;
	if (!is_old || !value_of(old, w->now, &before))
		before = (struct str){ 0 };
	else if (u->kind == UPDATE_PUT && !value_over(w->file, u, &before))
		return 0;
	else if (u->kind == UPDATE_PUT)
		return replace(w, u, &old, before);
	if (!may_teach(w, u))
		return 0;
	if (make_value(w, room, u, before, &value))
		return replace(w, u, is_old ? &old : NULL, value);
	if (!is_old)
		return 0;
	rc = drop_old(w->file, w->t, key, old);
	return rc != 0 ? rc : mdb_cursor_del(w->data, 0);
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

/* Diaries. */

static size_t
diary_bytes(struct lmdb *m, MDB_txn *t)
{
	size_t entries;

	return pages_bytes(t, m->diary, &entries);
}

static MDB_val
diary_key(unsigned char room[static KEY_ROOM], struct str name,
    uint64_t number)
{
	memcpy(room, name.p, name.n);
	ends_write(room + name.n, (int64_t)number);
	return val(room, name.n + END_BYTES);
}

static bool
is_of_diary(MDB_val key, struct str name, uint64_t *number)
{
	if (key.mv_size != name.n + END_BYTES ||
	    memcmp(key.mv_data, name.p, name.n) != 0)
		return false;
	*number = (uint64_t)ends_read((char *)key.mv_data + name.n);
	return true;
}

/* The cursor comes to the last entry before a number; false: there is none. */
static bool
diary_before(MDB_cursor *c, struct str name, uint64_t before,
    uint64_t *number, MDB_val *value)
{
	unsigned char room[KEY_ROOM];
	MDB_val key = diary_key(room, name, before);
	int rc = mdb_cursor_get(c, &key, value, MDB_SET_RANGE);

	rc = mdb_cursor_get(c, &key, value, rc == 0 ? MDB_PREV : MDB_LAST);
	return rc == 0 && is_of_diary(key, name, number);
}

/* Takes out the oldest: one too many, one that is over; and where diaries
 * take more than their share of the file, one more than came. */
static int
diary_trim(struct lmdb *m, MDB_cursor *c, const struct update *u,
    uint64_t newest)
{
	const struct str name = { u->bytes, u->key_n };
	bool is_full =
	    diary_bytes(m, mdb_cursor_txn(c)) > m->bytes / DIARY_SHARE;
	unsigned char room[KEY_ROOM];
	MDB_val key, value;
	uint64_t number;
	struct str rest;
	int rc = 0;

	for (int left = is_full ? 2 : 1; rc == 0; left--) {
		key = diary_key(room, name, 0);
		rc = mdb_cursor_get(c, &key, &value, MDB_SET_RANGE);
		if (rc != 0 || !is_of_diary(key, name, &number) ||
		    number >= newest)
			break;
		if (newest - number < (uint64_t)u->more &&
		    (!is_full || left <= 0) &&
		    value_of(value, clock_wall(), &rest))
			break;
		rc = mdb_cursor_del(c, 0);
	}
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int
diary_write(struct lmdb *m, MDB_txn *t, const struct update *u)
{
	const struct str name = { u->bytes, u->key_n };
	unsigned char room[KEY_ROOM];
	MDB_val key, value;
	uint64_t newest = 0;
	MDB_cursor *c;
	int rc = mdb_cursor_open(t, m->diary, &c);

	if (rc != 0)
		return rc;
	diary_before(c, name, UINT64_MAX, &newest, &value);
	newest++;
	key = diary_key(room, name, newest);
	value = val(NULL, END_BYTES + u->value_n);
	rc = mdb_cursor_put(c, &key, &value, MDB_RESERVE);
	if (rc == 0) {
		ends_write(value.mv_data, u->ends);
		memcpy((char *)value.mv_data + END_BYTES,
		    u->bytes + u->key_n, u->value_n);
		rc = diary_trim(m, c, u, newest);
	}
	mdb_cursor_close(c);
	return rc;
}

enum store_result
lmdb_diary_prev(struct lmdb *m, struct str diary, uint64_t before,
    uint64_t *number, struct str *value)
{
	int64_t now = clock_wall();
	bool is_there;
	MDB_val stored;
	MDB_cursor *c;

	if (mdb_cursor_open(m->reader, m->diary, &c) != 0)
		return STORE_FAILED;
	is_there = diary_before(c, diary, before, number, &stored) &&
	    value_of(stored, now, value);
	mdb_cursor_close(c);
	return is_there ? STORE_FOUND : STORE_NONE;
}

static int
write_each(struct writing *w, const struct update_list *batch)
{
	const struct update *u;
	int rc = 0;

	TAILQ_FOREACH(u, batch, entry) {
		rc = u->kind == UPDATE_DIARY ? diary_write(w->file, w->t, u) :
		    write_key(w, u);
		if (rc != 0)
			break;
	}
	return rc;
}

static int
write_batch(struct lmdb *m, const struct update_list *batch)
{
	struct writing w = { .file = m, .now = clock_wall() };
	int rc = mdb_txn_begin(m->env, NULL, 0, &w.t);

	if (rc != 0)
		return rc;
	rc = mdb_cursor_open(w.t, m->data, &w.data);
	if (rc == 0) {
		rc = write_each(&w, batch);
		mdb_cursor_close(w.data);
	}
	if (rc == 0)
		return mdb_txn_commit(w.t);
	mdb_txn_abort(w.t);
	return rc;
}

/* Takes up to most entries from the front; those that are over, or any. */
static int
purge(struct lmdb *m, MDB_txn *t, size_t most, bool is_any, size_t *n)
{
	MDB_cursor *c;
	MDB_val at, nothing, key;
	int64_t now = clock_wall();
	int rc = mdb_cursor_open(t, m->ends, &c);

	if (rc != 0)
		return rc;
	for (*n = 0; *n < most; ++*n) {
		rc = mdb_cursor_get(c, &at, &nothing, MDB_FIRST);
		if (rc != 0 || at.mv_size < END_BYTES ||
		    (!is_any && ends_read(at.mv_data) > now))
			break;
		key = val((char *)at.mv_data + END_BYTES,
		    at.mv_size - END_BYTES);
		rc = mdb_del(t, m->data, &key, NULL);
		if (rc != 0 && rc != MDB_NOTFOUND)
			break;
		rc = mdb_cursor_del(c, 0);
		if (rc != 0)
			break;
	}
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* A transaction copies each page it touches, and what it gives up can be
 * used again two transactions later: so each touches a small part. */
size_t
lmdb_batch_most(const struct lmdb *m)
{
	size_t share = m->bytes / PAGE / 16;

	return share < BATCH_MOST ? share : BATCH_MOST;
}

size_t
lmdb_batch_bytes(const struct lmdb *m)
{
	return m->bytes / 16;
}

/*
 * Old entries go, and where the file is more than half full those that would
 * be next.  True while it still is.
 */
static bool
make_room(struct lmdb *m, bool is_full, size_t *evicted)
{
	size_t entries = 0, used, n = 0;
	MDB_txn *t;
	int rc = mdb_txn_begin(m->env, NULL, 0, &t);

	if (rc != 0)
		return false;
	used = pages_bytes(t, m->ends, &entries);
	used += pages_bytes(t, m->data, &entries);
	is_full = is_full || used > m->bytes / 2;
	rc = purge(m, t, lmdb_batch_most(m) * 2, is_full, &n);
	if (rc != 0 || n == 0) {
		mdb_txn_abort(t);
		return false;
	}
	if (mdb_txn_commit(t) == 0 && is_full)
		*evicted += n;
	return is_full;
}

enum lmdb_result
lmdb_write(struct lmdb *m, const struct update_list *batch, size_t *evicted,
    struct err *e)
{
	int rc, tries;

	*evicted = 0;
	for (tries = 0; tries < ROOM_TRIES; tries++) {
		if (!make_room(m, false, evicted))
			break;
	}
	rc = write_batch(m, batch);
	for (tries = 0; rc == MDB_MAP_FULL && tries < ROOM_TRIES; tries++) {
		make_room(m, true, evicted);
		rc = write_batch(m, batch);
	}
	if (rc == 0)
		return LMDB_WRITTEN;
	err_set(e, "%s", mdb_strerror(rc));
	/* Its own reasons are negative, EINVAL would be our mistake. */
	return rc > 0 && rc != EINVAL ? LMDB_LATER : LMDB_NEVER;
}

bool
lmdb_look(struct lmdb *m)
{
	m->now = clock_wall();
	if (mdb_txn_renew(m->reader) != 0)
		return false;
	m->state = mdb_txn_id(m->reader);
	return true;
}

void
lmdb_look_away(struct lmdb *m)
{
	mdb_txn_reset(m->reader);
}

/* Of the table, and kept; false: it cannot be read. */
static bool
read_data(struct lmdb *m, struct store_key key, struct recalled *out)
{
	MDB_val at = val(key.text.p, key.text.n), stored;
	int rc = mdb_get(m->reader, m->data, &at, &stored);

	*out = (struct recalled){ .is_there = rc == 0 &&
	    stored.mv_size >= END_BYTES };
	if (rc != 0 && rc != MDB_NOTFOUND)
		return false;
	if (out->is_there) {
		out->ends = ends_read(stored.mv_data);
		value_of(stored, INT64_MIN, &out->value);
	}
	recall_put(m->recall, m->state, key, out);
	return true;
}

/* A file is written once a second, and read for each of many messages: what
 * they share is searched for once. */
enum store_result
lmdb_get(struct lmdb *m, struct store_key key, struct str *value)
{
	struct recalled found;

	if (!recall_get(m->recall, m->state, key, &found) &&
	    !read_data(m, key, &found))
		return STORE_FAILED;
	if (!found.is_there || found.ends <= m->now)
		return STORE_NONE;
	*value = found.value;
	return STORE_FOUND;
}

void
lmdb_get_soon(const struct lmdb *m, uint64_t hash)
{
	recall_near(m->recall, hash);
}

/* The first key from `from` on whose value is not over. */
static int
seek(MDB_cursor *c, struct str from, MDB_val *key, struct str *value)
{
	int64_t now = clock_wall();
	MDB_val stored;
	int rc;

	*key = val(from.p, from.n);
	rc = mdb_cursor_get(c, key, &stored, MDB_SET_RANGE);
	if (rc == 0 && str_eq(from, (struct str){ key->mv_data, key->mv_size }))
		rc = mdb_cursor_get(c, key, &stored, MDB_NEXT);
	while (rc == 0 && !value_of(stored, now, value))
		rc = mdb_cursor_get(c, key, &stored, MDB_NEXT);
	return rc;
}

enum store_result
lmdb_next(struct lmdb *m, struct str prefix, struct str after,
    struct str *key, struct str *value)
{
	MDB_cursor *c;
	MDB_val at;
	int rc = mdb_cursor_open(m->reader, m->data, &c);

	if (rc != 0)
		return STORE_FAILED;
	rc = seek(c, after.n != 0 ? after : prefix, &at, value);
	mdb_cursor_close(c);
	if (rc != 0)
		return rc == MDB_NOTFOUND ? STORE_NONE : STORE_FAILED;
	*key = (struct str){ at.mv_data, at.mv_size };
	return str_starts(*key, prefix) ? STORE_FOUND : STORE_NONE;
}

static int
tables_open(struct lmdb *m)
{
	MDB_txn *t;
	int dead, rc = mdb_txn_begin(m->env, NULL, 0, &t);

	if (rc != 0)
		return rc;
	rc = mdb_dbi_open(t, "data", MDB_CREATE, &m->data);
	if (rc == 0)
		rc = mdb_dbi_open(t, "ends", MDB_CREATE, &m->ends);
	if (rc == 0)
		rc = mdb_dbi_open(t, "diary", MDB_CREATE, &m->diary);
	if (rc != 0) {
		mdb_txn_abort(t);
		return rc;
	}
	rc = mdb_txn_commit(t);
	if (rc == 0)
		rc = mdb_reader_check(m->env, &dead);
	if (rc == 0)
		rc = mdb_txn_begin(m->env, NULL, MDB_RDONLY, &m->reader);
	if (rc == 0)
		mdb_txn_reset(m->reader);
	return rc;
}

/* Reads one table to its end. */
static int
walk_table(MDB_txn *t, MDB_dbi table)
{
	MDB_cursor *c;
	MDB_val key, value;
	int rc = mdb_cursor_open(t, table, &c);

	while (rc == 0)
		rc = mdb_cursor_get(c, &key, &value, MDB_NEXT);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* Reads all that the file holds; 0 also where it cannot be opened: whoever
 * opens it next says why. */
static int
walk_file(const struct lmdb *m, const char *folder)
{
	static const char *const names[] = { "data", "ends",
		"diary" };
	MDB_env *env;
	MDB_txn *t;
	MDB_dbi table;
	int rc;

	if (mdb_env_create(&env) != 0 ||
	    mdb_env_set_mapsize(env, m->bytes) != 0 ||
	    mdb_env_set_maxdbs(env, TABLES) != 0 ||
	    mdb_env_open(env, folder, MDB_RDONLY | MDB_NOTLS, 0600) != 0 ||
	    mdb_txn_begin(env, NULL, MDB_RDONLY, &t) != 0)
		return 0;
	rc = walk_table(t, 0); /* the list of free pages */
	for (int i = 0; i < TABLES && rc == 0; i++) {
		rc = mdb_dbi_open(t, names[i], 0, &table);
		rc = rc == MDB_NOTFOUND ? 0 : rc != 0 ? rc :
		    walk_table(t, table);
	}
	return rc;
}

/*
 * LMDB believes what the file says: a file cut short or overwritten ends the
 * process that reads it.  So one of its own reads it first.
 */
static bool
is_sound(const struct lmdb *m, const char *folder)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE,
		SIGALRM };
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		for (size_t i = 0; i < nitems(signals); i++)
			signal(signals[i], SIG_DFL);
		alarm(WALK_SECONDS);
		_exit(walk_file(m, folder) == 0 ? 0 : 1);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return child < 0 || status == 0;
}

static bool
env_open(struct lmdb *m, const char *folder, struct err *e)
{
	int rc;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return err_set(e, "%s: %s", folder, strerror(errno));
	if (!is_sound(m, folder))
		return err_set(e, "%s: the store is damaged: move it away, a "
		    "new one is made", folder);
	rc = mdb_env_create(&m->env);
	if (rc == 0)
		rc = mdb_env_set_mapsize(m->env, m->bytes);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(m->env, TABLES);
	if (rc == 0)
		/* Power lost may take the last batch, never what was there. */
		rc = mdb_env_open(m->env, folder, MDB_NOTLS | MDB_NOMETASYNC,
		    0600);
	if (rc == 0)
		rc = tables_open(m);
	return rc == 0 || err_set(e, "%s: the store cannot be opened: %s",
	    folder, mdb_strerror(rc));
}

void
lmdb_close(struct lmdb *m)
{
	if (m->reader != NULL)
		mdb_txn_abort(m->reader);
	if (m->env != NULL)
		mdb_env_close(m->env);
	recall_free(m->recall);
	buf_release(&m->text);
	free(m);
}

bool
lmdb_open(struct lmdb **out, const char *folder, size_t bytes, struct err *e)
{
	struct lmdb *m = calloc(1, sizeof(*m));

	if (m == NULL)
		abort();
	m->bytes = bytes < FILE_LEAST ? FILE_LEAST : bytes;
	m->recall = recall_new();
	buf_init(&m->text, STORE_VALUE_MOST + LMDB_KEY_MOST);
	if (!env_open(m, folder, e)) {
		lmdb_close(m);
		return false;
	}
	*out = m;
	return true;
}
