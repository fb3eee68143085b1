/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_LMDB_H
#define NET_LMDB_H

/*
 * A file that holds keys, values and when they end: what the embedded engine
 * of the store (storelmdb.c) keeps them in.  The reading half belongs to the
 * loop's thread, the writing half to the engine's writer; they never wait for
 * each other.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "net/store.h"

struct err;
struct lmdb;
struct update_list;

/* Of a key: what LMDB allows, less the time that stands before it. */
enum { LMDB_KEY_MOST = 511 - 8 };

/* folder is made when it is not there; bytes bounds the file. */
bool lmdb_open(struct lmdb **out, const char *folder, size_t bytes,
    struct err *e);
void lmdb_close(struct lmdb *m);

/*
 * Reading, from lmdb_look to lmdb_look_away: what is recalled is as it was
 * then, what has to be read comes from one snapshot of that time or later.  A
 * value of lmdb_get is good until the next call, those of walks until then.
 */
void lmdb_look(struct lmdb *m);
void lmdb_look_away(struct lmdb *m);
enum store_result lmdb_get(struct lmdb *m, struct store_key key,
    struct str *value);
/* It will be asked for; no snapshot is needed. */
void lmdb_get_soon(const struct lmdb *m, uint64_t hash);
/* The first entry behind `after` that begins with prefix, in the order of
 * bytes; an empty `after` is in front of all. */
enum store_result lmdb_next(struct lmdb *m, struct str prefix,
    struct str after, struct str *key, struct str *value);

enum lmdb_result {
	LMDB_WRITTEN,
	LMDB_LATER, /* the system would not have it: its disk is full */
	LMDB_NEVER
};

/*
 * Writing: all of the batch or, with e, nothing.  Makes room first where the
 * file is full; *evicted is how many entries went before their time.
 */
enum lmdb_result lmdb_write(struct lmdb *m, const struct update_list *batch,
    size_t *evicted, struct err *e);

/* The newest entry of a diary before `before` (UINT64_MAX: of all). */
enum store_result lmdb_diary_prev(struct lmdb *m, struct str diary,
    uint64_t before, uint64_t *number, struct str *value);

/* What a batch should hold at the most, for a file of this size. */
size_t lmdb_batch_most(const struct lmdb *m);
size_t lmdb_batch_bytes(const struct lmdb *m);

#endif
