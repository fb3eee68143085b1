/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_RECIPIENTS_H
#define RULE_RECIPIENTS_H

/*
 * Whom the message is for, as a set of addresses without regard to case, and
 * the ways a link spells them: plain, percent-encoded, in base64.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct fact;
struct facts;

/* The addresses themselves are the values of the fact, here are their numbers
 * alone: of hundreds of recipients a mail is little more than a list. */
struct recipients {
	struct arena *arena;
	const struct fact *fact;
	const struct facts *later; /* to be read yet; or NULL */
	uint32_t *slots; /* of a value, its number and one; 0: free */
	size_t n;
	size_t room;     /* of slots: 0 or a power of two */
};

/* Expects so many; more may come. */
void recipients_init(struct recipients *r, struct arena *a,
    const struct fact *fact, size_t expected);

/* All that the facts have; they are read once somebody asks. */
void recipients_init_later(struct recipients *r, struct arena *a,
    const struct facts *facts);

/* False: it was there already.  New, it is the value of the fact at the
 * number, or will be before the next is added. */
bool recipients_add(struct recipients *r, struct str addr, size_t number);

/* The text is, or holds, the address of one of them in any spelling. */
bool recipients_in(struct recipients *r, struct arena *scratch,
    struct str text);

#endif
