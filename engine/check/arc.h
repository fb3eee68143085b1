/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_ARC_H
#define CHECK_ARC_H

/*
 * The ARC chain of a message, validated (RFC 8617 5.2): who handed the mail
 * on, and what each says it saw.  A pure function like dkim_check.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/auth.h"

struct arena;
struct names;
struct signed_mail;

enum { ARC_SETS_MOST = 50 }; /* RFC 8617 4.2.1 */

struct arc_verdict {
	enum auth_result result; /* none, pass, fail, temperror */
	size_t n;                /* sets; with pass, all of them hold */
	struct str sealer[ARC_SETS_MOST];  /* d= of each ARC-Seal */
	struct str results[ARC_SETS_MOST]; /* each AAR behind its "i=N;" */
	const char *problem;     /* why not, for people; or NULL */
	size_t problem_set;      /* where, from 1; 0: nowhere */
};

/* False: answers are missing. */
bool arc_check(struct arc_verdict *out, struct arena *a,
    const struct signed_mail *m, const struct names *names, int64_t now);

#endif
