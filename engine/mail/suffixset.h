/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_SUFFIXSET_H
#define MAIL_SUFFIXSET_H

/*
 * The public suffix list as a table of sums, read from its text.  libpsl asks
 * an automaton, whose names it goes through letter by letter: some thousand
 * instructions for a name where this takes a hundred.  Only sums are kept, of
 * a seed of this process, by which no two names come to be one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct suffixset {
	uint64_t *slots; /* a sum, and its rules in the lowest bits; 0: free */
	size_t room;     /* a power of two; 0: nothing was read */
	size_t n;
	unsigned deepest; /* labels of the longest rule, a star among them */
};

/* False: path is no such list, and the set is empty. */
bool suffixset_read(struct suffixset *set, const char *path);
void suffixset_release(struct suffixset *set);

/* Is it one, of a normalised name; by the rule for all that have none, too,
 * unless it has to be named? */
bool suffixset_has(const struct suffixset *set, struct str name,
    bool is_named);

/* Has the list anything that ends in this last label? */
bool suffixset_has_below(const struct suffixset *set, struct str label);

/* Where the registered domain of host begins, host.n if there is none. */
size_t suffixset_begin(const struct suffixset *set, struct str host);

#endif
