/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_DMARC_H
#define CHECK_DMARC_H

/*
 * DMARC: does what SPF and DKIM proved belong to the domain in From, and
 * what does that domain want done when it does not?  Records and alignment
 * are those of RFC 7489, the organizational domain is found by the tree walk
 * of RFC 9989 4.10.  A pure function like dkim_check.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "mail/auth.h"

struct arena;
struct names;

enum dmarc_policy { DMARC_NONE, DMARC_QUARANTINE, DMARC_REJECT };

enum { DMARC_DOMAINS_MOST = 8 };

struct dmarc_query {
	struct str from;              /* the domain of the one address there */
	struct str spf;               /* the domain that passed, or empty */
	struct str dkim[DMARC_DOMAINS_MOST]; /* d= of what passed */
	size_t n_dkim;
};

struct dmarc_verdict {
	enum auth_result result;      /* none, pass, fail, temperror */
	enum dmarc_policy policy;     /* what to do with a fail */
	struct str domain;            /* organizational, of From */
	struct str record_domain;     /* whose record it is */
	struct str record;
	struct str spf, dkim;         /* what is aligned; or empty */
	bool is_spf_strict, is_dkim_strict;
};

/* Asks for all records of the walk from there, to have them before whatever a
 * sender makes us wait for. */
void dmarc_ask(struct arena *a, const struct names *names, struct str from);

/* False: answers are missing. */
bool dmarc_check(struct dmarc_verdict *out, struct arena *a,
    const struct names *names, const struct dmarc_query *query);

const char *dmarc_policy_name(enum dmarc_policy policy);

#endif
