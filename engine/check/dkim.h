/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_DKIM_H
#define CHECK_DKIM_H

/*
 * The DKIM signatures of a message, verified (RFC 6376 6, 8301, 8463).  A
 * pure function of the bytes and of what name servers say: false while
 * answers are missing.  Expensive work is done only once all are in.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/auth.h"

struct arena;
struct names;
struct signed_mail;

enum { DKIM_SIGNATURES_MOST = 8 }; /* of one message */

struct dkim_query {
	const struct signed_mail *mail;
	struct str from; /* the domain in From, or "" */
	int64_t now;     /* clock_wall(), or when the mail came */
};

struct dkim_result {
	enum auth_result result;
	struct str domain, selector, agent; /* d, s, i */
	const char *algorithm;              /* as in a=, or "" */
	struct str mark;                    /* how b= begins (RFC 6008) or "" */
	const char *problem;                /* why not, for people; or NULL */
	bool is_testing;                    /* the domain says so (t=y): what
	                                       does not pass is none */
};

struct dkim_verdict {
	size_t n;
	struct dkim_result at[DKIM_SIGNATURES_MOST];
	size_t left; /* how many more there are */
};

/* Of too many signatures those of from's organization are looked at, then
 * the first ones. */
bool dkim_check(struct dkim_verdict *out, struct arena *a,
    const struct names *names, const struct dkim_query *query);

/* The one that speaks for the message: one that passed before one that did
 * not, one of from before one of others; NULL: there is none. */
const struct dkim_result *dkim_best(const struct dkim_verdict *v,
    struct str from);

#endif
