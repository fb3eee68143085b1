/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PACKKEEP_H
#define RULE_PACKKEEP_H

/*
 * The last good revision of every pack file.  A typing error in one file
 * must not let its lures through, nor keep what changed elsewhere from taking
 * effect: the text that was right before stands in for the broken one, until
 * it is mended, across restarts too.  The texts lie in one file that belongs
 * to the daemon, written again whenever a file that is right has changed.
 *
 * Where files that did not change are broken by others that did (a library
 * that lost a group), all of them stay as they were.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/pack.h"

struct arena;

/* A file that does not serve as it stands in its folder. */
struct pack_held {
	struct str path;
	struct str id;        /* of the pack that stands in; "" for none */
	int64_t revision;     /* of that; 0: an overlay, or none */
	bool is_left_out;     /* it never was right */
	struct str why;       /* the first error */
};

typedef VEC(struct pack_held) pack_held_list;

/* packs_load, where keep is the file with the texts that were right last, or
 * "".  d tells what is wrong with the files as they stand. */
bool packs_load_kept(pack_list *out, struct arena *a,
    const struct packs_paths *paths, struct str keep, pack_held_list *held,
    struct diags *d);

#endif
