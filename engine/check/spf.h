/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_SPF_H
#define CHECK_SPF_H

/*
 * check_host() of RFC 7208: may this address send for this domain?  A pure
 * function of the query and of what name servers say; SPF_PENDING means that
 * answers are missing which find has asked for.
 */

#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"

struct arena;
struct names;

enum spf_result {
	SPF_PENDING,
	SPF_NONE,
	SPF_NEUTRAL,
	SPF_PASS,
	SPF_FAIL,
	SPF_SOFTFAIL,
	SPF_TEMPERROR,
	SPF_PERMERROR
};

struct spf_query {
	struct addr ip;
	struct str domain;   /* that of sender, or of HELO */
	struct str sender;   /* MAIL FROM; empty: postmaster@helo (2.4) */
	struct str helo;
	struct str receiver; /* our own name, for explanations */
	int64_t now;
};

struct spf_verdict {
	enum spf_result result;
	struct str domain;      /* whose record decided */
	struct str term;        /* the mechanism that matched; or empty */
	struct str problem;     /* of an error, for people */
	struct str explanation; /* what the domain says of a fail; ASCII */
};

/* The texts of the verdict live in the arena or stand in answers. */
void spf_check(struct spf_verdict *out, struct arena *a,
    const struct names *names, const struct spf_query *query);

const char *spf_result_name(enum spf_result result);

#endif
