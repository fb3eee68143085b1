/* SPDX-License-Identifier: Apache-2.0 */
/* The writing half: what a batch of updates makes of the values that are
 * there, and room for what comes. */
#include "net/lmdb.h"

#include <errno.h>
#include <lmdb.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "net/lmdbtable.h"
#include "net/recall.h"
#include "net/storeengine.h"

enum {
	BATCH_MOST = 4000,
	PAGE = 4096,
	ROOM_TRIES = 4,
	ENDS_SLACK = 64        /* the part of a life that does not matter */
};

/* A batch being written. */
struct writing {
	struct lmdb *file;
	MDB_txn *t;
	MDB_cursor *data;      /* of that table: where it was found it is
	                          written, without looking again */
	struct store_lesson lesson; /* of the update, as it is to be added */
	int64_t now;
	bool has_changed;      /* anything */
};

/* A key of the table "ends". */
static MDB_val
ends_key(unsigned char room[static KEY_ROOM], const void *ends, MDB_val key)
{
	memcpy(room, ends, END_BYTES);
	memcpy(room + END_BYTES, key.mv_data, key.mv_size);
	return lmdb_val(room, END_BYTES + key.mv_size);
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

static void
tell_change(struct writing *w, const struct update *u, bool is_new)
{
	w->has_changed = true;
	recall_change(w->file->recall, mdb_txn_id(w->t), u->hash, is_new);
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
	lmdb_ends_write(to.mv_data, ends);
	if (value.n != 0)
		memcpy((char *)to.mv_data + END_BYTES, value.p, value.n);
	return 0;
}

static int
write_end(struct lmdb *m, MDB_txn *t, MDB_val key, int64_t ends)
{
	unsigned char end[END_BYTES], room[KEY_ROOM];
	MDB_val at, nothing = lmdb_val("", 0);

	lmdb_ends_write(end, ends);
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
	ends = lmdb_ends_read(old.mv_data);
	return ends > now && ends <= u->ends &&
	    u->ends - ends <= (u->ends - now) / ENDS_SLACK ? ends : u->ends;
}

/* old: what is there, or NULL. */
static int
replace(struct writing *w, const struct update *u, const MDB_val *old,
    struct str value)
{
	int64_t ends = old == NULL ? u->ends : ends_of(u, *old, w->now);
	MDB_val key = lmdb_val(u->bytes, u->key_n);
	bool is_old = old != NULL;
	int rc;

	tell_change(w, u, !is_old);
	if (is_old && old->mv_size >= END_BYTES &&
	    lmdb_ends_read(old->mv_data) == ends)
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
	key = lmdb_val(claim.key.p, claim.key.n);
	return mdb_get(w->t, w->file->data, &key, &stored) != 0 ||
	    !lmdb_value(stored, w->now, &there) ||
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
	MDB_val key = lmdb_val(u->bytes, u->key_n), old;
	struct str before = { 0 }, value;
	char room[VALUE_TEXT];
	int rc = mdb_cursor_get(w->data, &key, &old, MDB_SET);
	bool is_old = rc == 0;

	if (rc != 0 && rc != MDB_NOTFOUND)
		return rc;
	if (!is_old || !lmdb_value(old, w->now, &before))
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
	tell_change(w, u, false);
	rc = drop_old(w->file, w->t, key, old);
	return rc != 0 ? rc : mdb_cursor_del(w->data, 0);
}

static int
write_each(struct writing *w, const struct update_list *batch)
{
	const struct update *u;
	int rc = 0;

	TAILQ_FOREACH(u, batch, entry) {
		w->has_changed |= u->kind == UPDATE_DIARY;
		rc = u->kind != UPDATE_DIARY ? write_key(w, u) :
		    lmdb_diary_write(w->file, w->t, u);
		if (rc != 0)
			break;
	}
	return rc;
}

/* Without a change it makes no new state: the next with this number may be
 * somebody else's. */
static int
commit(struct lmdb *m, MDB_txn *t, bool is_told)
{
	uint64_t state = mdb_txn_id(t);
	int rc = mdb_txn_commit(t);

	if (rc == 0 && is_told)
		recall_changed(m->recall, state);
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
		return commit(m, w.t, w.has_changed);
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
		    (!is_any && lmdb_ends_read(at.mv_data) > now))
			break;
		key = lmdb_val((char *)at.mv_data + END_BYTES,
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
	size_t used, n = 0;
	MDB_txn *t;
	int rc = mdb_txn_begin(m->env, NULL, 0, &t);

	if (rc != 0)
		return false;
	used = lmdb_table_bytes(t, m->ends) + lmdb_table_bytes(t, m->data);
	is_full = is_full || used > m->bytes / 2;
	rc = purge(m, t, lmdb_batch_most(m) * 2, is_full, &n);
	if (rc != 0 || n == 0) {
		mdb_txn_abort(t);
		return false;
	}
	/* What was over is not believed, whoever recalls it. */
	if (commit(m, t, !is_full) == 0 && is_full)
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
