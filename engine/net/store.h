/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_STORE_H
#define NET_STORE_H

/*
 * What the daemon remembers: keys to short values, each with a lifetime.
 * Looking up never blocks on writers; updates are batched and written by a
 * thread of the store's own, never by the loop.  What keeps them is an
 * engine, embedded (net/lmdb.h), that nobody above this interface sees.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct err;
struct loop;
struct store;

enum { STORE_KEY_MOST = 500, STORE_VALUE_MOST = 64 * 1024 };

enum store_result { STORE_FOUND, STORE_NONE, STORE_FAILED };

/* folder is made when it is not there; bytes bounds the file.  Opened in
 * the process that uses it, never before a fork. */
bool store_open(struct store **out, struct loop *l, const char *folder,
    size_t bytes, struct err *e);
/* Writes what is queued and closes; replies still to come do not. */
void store_close(struct store *s);

typedef void store_reply(void *asker, enum store_result result,
    struct str value);

/* reply is called once, from the loop, never from inside this call. */
void store_get(struct store *s, struct str key, store_reply *reply,
    void *asker);
/* Forgets an asker: its replies will not come. */
void store_cancel(struct store *s, void *asker);

/* Queued; what the bounded queue drops is counted.  life in seconds. */
void store_put(struct store *s, struct str key, struct str value,
    int64_t life);

/*
 * Adds to a counter, which begins with the first add: its value is read with
 * store_count_read.  Adding is atomic, however many ask at once.
 */
void store_count(struct store *s, struct str key, int64_t more,
    int64_t life);

struct store_count {
	int64_t count;
	int64_t first, last; /* seconds since 1970 */
};
bool store_count_read(struct str value, struct store_count *out);

struct store_counts {
	uint64_t gets, hits, puts, written, dropped, failed, evicted;
};
void store_counts(const struct store *s, struct store_counts *out);

#endif
