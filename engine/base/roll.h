/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ROLL_H
#define BASE_ROLL_H

/*
 * A bounded list of names in memory that processes share: each name gets a
 * number that it keeps, the same in every process, without a lock.  A name
 * that finds no room, or is too long, is one of the others.  Zeroed, a roll is
 * empty; nothing is ever taken out.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { ROLL_NAMES = 256, ROLL_NAME = 80, ROLL_OTHER = ROLL_NAMES,
	ROLL_ALL = ROLL_NAMES + 1 };

struct roll {
	uint64_t hashes[ROLL_NAMES];   /* 0: a free row */
	uint64_t lengths[ROLL_NAMES];  /* 0: the name is not there yet */
	char names[ROLL_NAMES][ROLL_NAME];
};

/* Its number, given to it if it has none; or ROLL_OTHER. */
size_t roll_number(struct roll *r, struct str name);

/* "" where no name has that number; "other" for ROLL_OTHER. */
struct str roll_name(const struct roll *r, size_t number);

#endif
