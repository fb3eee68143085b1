/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PACKDIFF_H
#define RULE_PACKDIFF_H

/*
 * Two versions of a pack held against each other: what is otherwise for mail.
 * Order, comments, layout, titles and notes are not.  Each change hits more
 * mail or weighs more (widens), less (narrows), or nobody can say.
 */

#include "base/str.h"
#include "base/vec.h"
#include "rule/pack.h"

enum pack_way { WAY_WIDENS, WAY_NARROWS, WAY_EITHER, WAYS };

/* "widens", "narrows", "either". */
extern const char *const pack_way_names[WAYS];

struct pack_change {
	enum pack_way way;
	struct str where;      /* "landing", "kagoya"; "" for the pack */
	struct str what;       /* "url", "score", "expires", "tokens" */
	struct str old, now;   /* "" for what is not there */
};

typedef VEC(struct pack_change) pack_change_list;

/* Either may be NULL: a pack that is new, or gone. */
void packdiff(pack_change_list *out, struct arena *a, const struct pack *old,
    const struct pack *now);

/* All of them taken together; WAY_EITHER where they disagree. */
enum pack_way packdiff_way(const pack_change_list *changes);

#endif
