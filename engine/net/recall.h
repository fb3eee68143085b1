/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_RECALL_H
#define NET_RECALL_H

/*
 * What was read from one state of a file, and what was found not to be there:
 * good as long as the file is in that state, and no longer.  It has a place
 * for each of a few thousand keys; who comes last stays, what is long is not
 * kept.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "net/storekey.h"

struct recall;

struct recall *recall_new(void);
void recall_free(struct recall *r);

struct recalled {
	bool is_there;
	int64_t ends;     /* as the caller counts */
	struct str value; /* good until the next call */
};

/* It will be asked for in a moment: brings its row near. */
void recall_near(const struct recall *r, uint64_t hash);
/* state: a number of the caller's, greater than 0, that changes with the file.
 * False: it has to be read. */
bool recall_get(const struct recall *r, uint64_t state, struct store_key key,
    struct recalled *out);
void recall_put(struct recall *r, uint64_t state, struct store_key key,
    const struct recalled *what);

#endif
