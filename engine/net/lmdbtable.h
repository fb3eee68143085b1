/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_LMDBTABLE_H
#define NET_LMDBTABLE_H

/*
 * The three tables of the file, as its parts share them: "data" holds key ->
 * when it ends, value; "ends" holds when it ends + key, so that what is over,
 * and what must make room, is found at its front; "diary" holds diary +
 * number -> when it ends, value.  Seen by lmdb*.c alone, which have <lmdb.h> in
 * front of it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "net/lmdb.h"

struct recall;
struct update;

enum {
	END_BYTES = 8,
	KEY_ROOM = END_BYTES + LMDB_KEY_MOST
};

struct lmdb {
	MDB_env *env;
	MDB_dbi data, ends, diary;
	MDB_txn *reader;       /* reset while nobody has to read */
	bool is_reading;
	int64_t now;           /* of who looks */
	struct recall *recall; /* what was read */
	struct buf text;       /* the writer's */
	size_t bytes;
};

static inline MDB_val
lmdb_val(const void *p, size_t n)
{
	return (MDB_val){ n, (void *)(uintptr_t)p };
}

/* Numbers whose order is that of their bytes. */
void lmdb_ends_write(unsigned char to[static END_BYTES], int64_t ends);
int64_t lmdb_ends_read(const void *from);
/* The value behind its end, or false: over, or not as we write it. */
bool lmdb_value(MDB_val stored, int64_t now, struct str *value);
/* What a table takes of the file. */
size_t lmdb_table_bytes(MDB_txn *t, MDB_dbi dbi);

/* Of the reading half: all comes from one snapshot from here on.  False: there
 * is none to be had. */
bool lmdb_read_on(struct lmdb *m);

/* A value into a diary; lmdbdiary.c. */
int lmdb_diary_write(struct lmdb *m, MDB_txn *t, const struct update *u);

#endif
