/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MIRRORVERDICT_H
#define FRONT_MIRRORVERDICT_H

/* What two daemons came to of one message, and where that differs. */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;
struct scan;

struct mirror_verdict {
	struct str action;       /* what is done */
	int32_t points;
	VEC(struct str) symbols; /* of campaigns that count */
};

/* Ours; copied. */
void mirror_verdict_of(struct mirror_verdict *out, struct arena *a,
    const struct scan *s);
/* The other's, from all that came of its reply over HTTP; copied.  False: it
 * is none. */
bool mirror_verdict_read(struct mirror_verdict *out, struct arena *a,
    struct str reply);

/* "action score +NEW -OLD", or "": there is nothing.  Scores that are no
 * further apart than margin are the same. */
struct str mirror_verdict_differs(struct arena *a,
    const struct mirror_verdict *here, const struct mirror_verdict *there,
    int32_t margin);

#endif
