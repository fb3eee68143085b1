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

/* What came of a question of a message's, or of a test. */
enum dnslist_result {
	DNSLIST_LISTED,
	DNSLIST_UNLISTED,
	DNSLIST_FAILED,      /* no answer in time */
	DNSLIST_REFUSED,     /* an alarm */
	DNSLIST_RESULTS
};
extern const char *const dnslist_result_names[DNSLIST_RESULTS];

/* What is known of a list as one that answers. */
struct dnslist_health {
	int64_t rests_until;   /* clock_ms() */
	unsigned failures;     /* one behind the other */
	bool is_alarmed;       /* it refused the last time */
	bool is_wrong;         /* it lists what no list has: not asked until it
	                          has passed the test again */
	int64_t answered_ms;   /* clock_ms(), in earnest; 0: not yet */
	uint64_t results[DNSLIST_RESULTS]; /* so far */
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

/* It is not asked now: it refuses, is silent, or has what no list has. */
bool dnslist_rests(const struct dnslist_health *h);

/* The list refuses: says so, and lets it rest. */
void dnslists_alarm(struct dnslists *l, size_t list, struct str address,
    const char *why);

#endif
