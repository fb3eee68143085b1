/* SPDX-License-Identifier: Apache-2.0 */
/* The file: how it is opened, and the reading half. */
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
#include "net/lmdbtable.h"
#include "net/recall.h"

enum {
	FILE_LEAST = 1024 * 1024,
	WALK_SECONDS = 20,
	TABLES = 3
};

void
lmdb_ends_write(unsigned char to[static END_BYTES], int64_t ends)
{
	for (int i = END_BYTES - 1; i >= 0; i--, ends >>= 8)
		to[i] = (unsigned char)(ends & 0xff);
}

int64_t
lmdb_ends_read(const void *from)
{
	const unsigned char *p = from;
	uint64_t n = 0;

	for (int i = 0; i < END_BYTES; i++)
		n = n << 8 | p[i];
	return (int64_t)n;
}

bool
lmdb_value(MDB_val stored, int64_t now, struct str *value)
{
	if (stored.mv_size < END_BYTES || lmdb_ends_read(stored.mv_data) <= now)
		return false;
	*value = (struct str){ (const char *)stored.mv_data + END_BYTES,
		stored.mv_size - END_BYTES };
	return true;
}

size_t
lmdb_table_bytes(MDB_txn *t, MDB_dbi dbi)
{
	MDB_stat st;

	if (mdb_stat(t, dbi, &st) != 0)
		return 0;
	return (st.ms_branch_pages + st.ms_leaf_pages + st.ms_overflow_pages) *
	    (size_t)st.ms_psize;
}

void
lmdb_look(struct lmdb *m)
{
	MDB_envinfo info;

	m->now = clock_wall();
	mdb_env_info(m->env, &info);
	recall_turn(m->recall, info.me_last_txnid);
}

/* To open a snapshot, and to find the table in it, costs nearly as much as to
 * read something: who only recalls needs none. */
bool
lmdb_read_on(struct lmdb *m)
{
	if (m->is_reading)
		return true;
	m->is_reading = mdb_txn_renew(m->reader) == 0;
	if (m->is_reading)
		recall_turn(m->recall, mdb_txn_id(m->reader));
	return m->is_reading;
}

void
lmdb_look_away(struct lmdb *m)
{
	if (m->is_reading)
		mdb_txn_reset(m->reader);
	m->is_reading = false;
}

/* Of the table, and kept; false: it cannot be read. */
static bool
read_data(struct lmdb *m, struct store_key key, struct recalled *out)
{
	MDB_val at = lmdb_val(key.text.p, key.text.n), stored;
	int rc;

	if (!lmdb_read_on(m))
		return false;
	rc = mdb_get(m->reader, m->data, &at, &stored);
	*out = (struct recalled){ .is_there = rc == 0 &&
	    stored.mv_size >= END_BYTES };
	if (rc != 0 && rc != MDB_NOTFOUND)
		return false;
	if (out->is_there) {
		out->ends = lmdb_ends_read(stored.mv_data);
		lmdb_value(stored, INT64_MIN, &out->value);
	}
	recall_put(m->recall, key.hash, out);
	return true;
}

/* A file is read for each of many messages: what they share is searched for
 * once, and again when it has changed. */
enum store_result
lmdb_get(struct lmdb *m, struct store_key key, struct str *value)
{
	struct recalled found;

	if (!recall_get(m->recall, key.hash, &found) && !read_data(m, key, &found))
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

	*key = lmdb_val(from.p, from.n);
	rc = mdb_cursor_get(c, key, &stored, MDB_SET_RANGE);
	if (rc == 0 && str_eq(from, (struct str){ key->mv_data, key->mv_size }))
		rc = mdb_cursor_get(c, key, &stored, MDB_NEXT);
	while (rc == 0 && !lmdb_value(stored, now, value))
		rc = mdb_cursor_get(c, key, &stored, MDB_NEXT);
	return rc;
}

enum store_result
lmdb_next(struct lmdb *m, struct str prefix, struct str after,
    struct str *key, struct str *value)
{
	MDB_cursor *c;
	MDB_val at;
	int rc;

	if (!lmdb_read_on(m) || mdb_cursor_open(m->reader, m->data, &c) != 0)
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
	MDB_envinfo info;

	if (m == NULL)
		abort();
	m->bytes = bytes < FILE_LEAST ? FILE_LEAST : bytes;
	buf_init(&m->text, STORE_VALUE_MOST + LMDB_KEY_MOST);
	if (!env_open(m, folder, e)) {
		lmdb_close(m);
		return false;
	}
	mdb_env_info(m->env, &info);
	m->recall = recall_new(info.me_last_txnid);
	*out = m;
	return true;
}
