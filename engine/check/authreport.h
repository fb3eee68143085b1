/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_AUTHREPORT_H
#define CHECK_AUTHREPORT_H

/*
 * What SPF, DKIM, DMARC and ARC came to, in the words of RFC 8601: all of an
 * Authentication-Results field behind the name of who says so and "; ".
 * Whatever a sender has put into a value stays a value: it is quoted, bounded,
 * and has neither control characters nor anything but ASCII.
 */

#include "base/str.h"
#include "check/dkim.h"
#include "mail/auth.h"

struct arena;

struct auth_report {
	const struct auth *auth;         /* the results */
	struct str mail_from, helo;      /* that SPF was about */
	const struct dkim_verdict *dkim;
	struct str arc_chain;            /* sealers, the latest first */
	struct str from;                 /* the domain in From, or "" */
	struct str policy;               /* its wish, or "" */
	struct str override;             /* why DMARC's fail does not count,
	                                    or "" */
};

struct str auth_report_write(struct arena *a, const struct auth_report *r);

struct buf;

/* "key=value", the value quoted where it is more than a word. */
void auth_report_pair(struct buf *to, const char *key, struct str value);

#endif
