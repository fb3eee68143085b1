/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SIGHT_H
#define RULE_SIGHT_H

/*
 * A message as the matcher wants it, read without asking the network: for
 * tools that hold packs against mail at hand.
 */

#include "mail/envelope.h"
#include "mail/message.h"
#include "rule/fact.h"

struct sight {
	struct message message;
	struct envelope envelope;
	struct facts facts;
};

/* The envelope is what the caller put there; conf may be NULL. */
void sight_read(struct sight *s, struct arena *a,
    const struct fact_table *table, struct str raw,
    const struct message_conf *conf);

#endif
