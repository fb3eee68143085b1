/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PHONE_H
#define RULE_PHONE_H

/*
 * Telephone numbers in a text: what may be one, in digits alone.  "0120-022-
 * 234", "(03) 1234 5678" and full-width digits are read; "+81 50 ..." is given
 * as dialled in the country, "050...".
 */

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;

struct phone {
	struct str digits;
	size_t begin, end; /* in the text */
};

typedef VEC(struct phone) phone_list;

/* Adds to out until it holds most.  What it needs on the way is left in
 * scratch, which may be the same arena. */
void phones_find(phone_list *out, struct arena *a, struct arena *scratch,
    struct str text, size_t most);

#endif
