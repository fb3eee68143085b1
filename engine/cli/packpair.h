/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PACKPAIR_H
#define CLI_PACKPAIR_H

/* The packs of two revisions, side by side by their ids. */

#include <stdbool.h>

#include "cli/loader.h"
#include "rule/packdiff.h"

/* One id in both, or in one of them. */
struct pack_pair {
	const struct pack *old, *now;  /* NULL: not there */
	pack_change_list changes;
	enum pack_way way;
};

typedef VEC(struct pack_pair) pack_pair_list;

/* Of the packs named; in the order of the new ones, what is gone last. */
void packpairs_make(pack_pair_list *out, struct arena *a,
    const struct loaded *old, const struct loaded *now);

/* Something changed, and whoever has the old one would not take it. */
bool packpair_is_unraised(const struct pack_pair *p);

#endif
