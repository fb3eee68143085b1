/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_REBUILD_H
#define RULE_REBUILD_H

/*
 * The mail that a test inside a pack describes: its bytes in any of the
 * variants of pack-format 2.12, and the envelope it came with.
 */

#include <stdbool.h>

#include "base/str.h"
#include "mail/envelope.h"
#include "rule/pack.h"

struct err;

/* What is made: the mail of a test of a pack. */
struct rebuild {
	const struct pack *pack;
	const struct pack_test *test;
	struct str variant; /* "": as it is described */
};

struct rebuilt {
	struct str raw;
	struct envelope envelope;
	struct str skip; /* why this variant cannot be tried, or "" */
};

/* The variants there are, for "all": names and how many. */
extern const struct str rebuild_variants[];
extern const size_t n_rebuild_variants;

/*
 * False: the test cannot be made into a message (its file is missing, an
 * address is none), and why.  An unknown variant is a reason too.
 */
bool rebuild_test(struct rebuilt *out, struct arena *a,
    const struct rebuild *what, struct err *e);

#endif
