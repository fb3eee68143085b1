/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_RECIPIENTS_H
#define RULE_RECIPIENTS_H

/*
 * Whom the message is for, as a set of addresses without regard to case, and
 * the ways a link spells them: plain, percent-encoded, in base64.
 */

#include <stdbool.h>

#include "base/map.h"
#include "base/str.h"

struct arena;

struct recipients {
	struct arena *arena;
	struct map by_addr;
};

void recipients_init(struct recipients *r, struct arena *a);

/* False: it was there already. */
bool recipients_add(struct recipients *r, struct str addr);

/* The text is, or holds, the address of one of them in any spelling. */
bool recipients_in(const struct recipients *r, struct arena *scratch,
    struct str text);

#endif
