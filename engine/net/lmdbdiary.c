/* SPDX-License-Identifier: Apache-2.0 */
/* Diaries: the last values of each, in the order in which they came. */
#include "net/lmdb.h"

#include <lmdb.h>
#include <string.h>

#include "base/clock.h"
#include "net/lmdbtable.h"
#include "net/storeengine.h"

enum { DIARY_SHARE = 4 }; /* of the file, at the most */

static MDB_val
diary_key(unsigned char room[static KEY_ROOM], struct str name,
    uint64_t number)
{
	memcpy(room, name.p, name.n);
	lmdb_ends_write(room + name.n, (int64_t)number);
	return lmdb_val(room, name.n + END_BYTES);
}

static bool
is_of_diary(MDB_val key, struct str name, uint64_t *number)
{
	if (key.mv_size != name.n + END_BYTES ||
	    memcmp(key.mv_data, name.p, name.n) != 0)
		return false;
	*number = (uint64_t)lmdb_ends_read((char *)key.mv_data + name.n);
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
	bool is_full = lmdb_table_bytes(mdb_cursor_txn(c), m->diary) >
	    m->bytes / DIARY_SHARE;
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
		    lmdb_value(value, clock_wall(), &rest))
			break;
		rc = mdb_cursor_del(c, 0);
	}
	return rc == MDB_NOTFOUND ? 0 : rc;
}

int
lmdb_diary_write(struct lmdb *m, MDB_txn *t, const struct update *u)
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
	value = lmdb_val(NULL, END_BYTES + u->value_n);
	rc = mdb_cursor_put(c, &key, &value, MDB_RESERVE);
	if (rc == 0) {
		lmdb_ends_write(value.mv_data, u->ends);
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

	if (!lmdb_read_on(m) || mdb_cursor_open(m->reader, m->diary, &c) != 0)
		return STORE_FAILED;
	is_there = diary_before(c, diary, before, number, &stored) &&
	    lmdb_value(stored, now, value);
	mdb_cursor_close(c);
	return is_there ? STORE_FOUND : STORE_NONE;
}
