/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SAME_H
#define RULE_SAME_H

/*
 * The field "same": two things of one message that are the same, out of a
 * closed set of pairs.  A mail that comes from its own recipient, a link that
 * carries the recipient's address: no indicator could say so.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "rule/fact.h"
#include "rule/recipients.h"

struct arena;
struct message;

/* How two values are held against each other. */
enum same_how {
	SAME_TEXT,   /* equal but for ASCII case; of a list any one */
	SAME_SITE,   /* registrable domains are equal */
	SAME_ADDR,   /* equal IP addresses */
	SAME_NUMBER, /* of networks */
	SAME_RCPT,   /* the first holds a recipient's address, in any
	                spelling */
	SAME_INSIDE  /* the first stands in the second, both folded */
};

struct same_pair {
	const char *name;      /* "from = rcpt" */
	enum fact_id facts[2]; /* the first is shown as evidence */
	enum same_how how;
	const char *help;
};

extern const struct same_pair same_pairs[];
extern const size_t n_same_pairs;

/* By name, blanks aside and either side first; NULL: there is none. */
const struct same_pair *same_find(struct str name);

/* The first value of the first fact that is the same as one of the second,
 * or NULL. */
const struct fact_value *same_try(const struct same_pair *pair,
    const struct facts *facts, const struct message *m,
    struct recipients *recipients, struct arena *scratch);

#endif
