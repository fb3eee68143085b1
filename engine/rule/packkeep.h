/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PACKKEEP_H
#define RULE_PACKKEEP_H

/*
 * The last good revision of every pack file.  A typing error in one file
 * must not let its lures through, nor keep what changed elsewhere from taking
 * effect: the text that was right before stands in for the broken one, until
 * it is mended, across restarts too.  The texts lie in one file that belongs
 * to the daemon, written again whenever a file that is right has changed.
 * A pack whose own tests fail is as good as one with a typing error.
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

/* Where the texts that were right last are, and what is asked of a pack. */
struct pack_keep {
	struct str path;      /* the file, or "" */
	int *fd;              /* the same in memory, where there is no file:
	                         -1 for none yet, replaced when something has
	                         changed; NULL: nothing is kept */
	struct str lists;     /* folder with the images of lists, or "" */
	int64_t proof_ms;     /* for the tests of packs that have changed, or
	                         0: not tried (rule/proof.h) */
};

/* packs_load; d tells what is wrong with the files as they stand. */
bool packs_load_kept(pack_list *out, struct arena *a,
    const struct packs_paths *paths, const struct pack_keep *keep,
    pack_held_list *held, struct diags *d);

#endif
