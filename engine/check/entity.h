/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_ENTITY_H
#define CHECK_ENTITY_H

/*
 * The things a message has to do with that something may be learnt of: who
 * sends it, where its links lead, what is in it.  What must never be learnt
 * of (scan/reputation.h) is not among them, so nobody asks for it either.
 */

#include "base/str.h"
#include "base/vec.h"
#include "scan/reputation.h"

struct arena;
struct namebook;
struct scan;
struct templatebook;

struct entity {
	enum reputation_kind kind;
	struct str name;     /* as it is kept, but for hiding; "" of a file
	                        that nobody has named yet */
	struct str shown;    /* as people write it */
	struct str bytes;    /* of a file, what its name is the SHA-256 of */
};
typedef VEC(struct entity) entity_list;

/* What was found out before; or NULL each. */
struct entity_books {
	struct namebook *names; /* of the scan's generation */
	struct templatebook *templates;
};

/* What a scan shows of them, its facts being settled; names are in the
 * arena, the scan's or its generation's.  Files have names only where their
 * sums are facts: check/filemark.h. */
void entities_find(entity_list *out, struct arena *a, const struct scan *s,
    const struct entity_books *books);

#endif
