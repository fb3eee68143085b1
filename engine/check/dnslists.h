/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_DNSLISTS_H
#define CHECK_DNSLISTS_H

/*
 * Asks the lists of the DNS that the operator has named (check/dnslist.h)
 * about a message: facts for packs, and the points its codes are given.  A
 * list that refuses is told once in the log, and left alone for a while; so
 * is one that does not answer.  What a list was not asked is failed.
 */

#include <stdint.h>

#include "check/dnslist.h"
#include "scan/check.h"

struct dnslists_conf {
	dnslist_list lists;
	size_t queries;        /* of one message, to all of them */
	struct dnsnever never; /* names that no list is asked about */
};

/* What is known of a list as one that answers. */
struct dnslist_health {
	int64_t rests_until;   /* clock_ms() */
	unsigned failures;     /* one behind the other */
	bool is_alarmed;       /* it refused the last time */
	bool is_wrong;         /* it lists what no list has: not asked until it
	                          has passed the test again */
	uint64_t alarms;       /* so far */
};

/* Of one generation: its lists with their health, in step. */
struct dnslists {
	const struct dnslists_conf *conf;
	struct dnslist_health at[DNSLISTS_MOST];
};

/* A check of these lists; all in the arena, and conf must live as long. */
const struct check *dnslists_check(struct arena *a,
    const struct dnslists_conf *conf);

struct generation;

/* Those of a generation, or NULL. */
struct dnslists *dnslists_of(const struct generation *g);

/* The list refuses: says so, and lets it rest. */
void dnslists_alarm(struct dnslists *l, size_t list, struct str address,
    const char *why);

#endif
