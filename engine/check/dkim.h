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

enum { DKIM_SIGNATURES_MOST = 8 }; /* of one message, from the top */

struct dkim_result {
	enum auth_result result;
	struct str domain, selector, agent; /* d, s, i */
	const char *algorithm;              /* as in a=, or "" */
	struct str mark;                    /* how b= begins (RFC 6008) or "" */
	const char *problem;                /* why not, for people; or NULL */
	bool is_testing;                    /* the domain says so (t=y) */
};

struct dkim_verdict {
	size_t n;
	struct dkim_result at[DKIM_SIGNATURES_MOST];
	bool is_over; /* there are more */
};

/* now is clock_wall(), or the time at which the mail came. */
bool dkim_check(struct dkim_verdict *out, struct arena *a,
    const struct signed_mail *m, const struct names *names, int64_t now);

/* The one that speaks for the message: one that passed before one that did
 * not, one of from before one of others; NULL: there is none. */
const struct dkim_result *dkim_best(const struct dkim_verdict *v,
    struct str from);

#endif
