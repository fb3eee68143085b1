/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_RECALL_H
#define NET_RECALL_H

/*
 * What was read from a file, and what was found not to be there, as long as it
 * is so.  A file goes from one state to the next, each with a number.  Who
 * changes it in this process tells what he changes; a state that somebody else
 * made voids all that was read before.  There is a place for each of some
 * thousand keys; who comes last stays, what is long is not kept.
 *
 * One thread reads, another one may change.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct recall;

/* state: of the file, now. */
struct recall *recall_new(uint64_t state);
void recall_free(struct recall *r);

struct recalled {
	bool is_there;
	int64_t ends;     /* as the caller counts */
	struct str value; /* good until the next call */
};

/* Who reads: the file is in this state, which is none before the last. */
void recall_turn(struct recall *r, uint64_t state);
/* It will be asked for in a moment: brings its places near. */
void recall_near(const struct recall *r, uint64_t hash);
/* False: it has to be read. */
bool recall_get(struct recall *r, uint64_t hash, struct recalled *out);
void recall_put(struct recall *r, uint64_t hash,
    const struct recalled *what);

/* Who changes: a key will be another in this state, which nobody sees yet.
 * is_new: there was none. */
void recall_change(struct recall *r, uint64_t state, uint64_t hash,
    bool is_new);
/* It has become the file's, and all that changed with it was told. */
void recall_changed(struct recall *r, uint64_t state);

#endif
