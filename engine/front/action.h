/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_ACTION_H
#define FRONT_ACTION_H

/*
 * What a gateway is to do with a message, in its own words: the measure that
 * the policy takes for the verdict's action, and the configured text that a
 * sender or a postmaster reads.
 */

#include "base/str.h"
#include "scan/policy.h"

struct arena;
struct scan;

/* "no action", "add header", "quarantine": what clients compare. */
const char *measure_name(enum measure measure);

struct outcome {
	enum measure measure;
	/* For reject and soft reject, RFC 3463: "554", "5.7.1"; else "". */
	const char *code;
	const char *enhanced;
	/* What the sender is told then; for quarantine its reason; else "".
	 * One line of printable ASCII. */
	struct str text;
};

void outcome_of(struct outcome *o, struct arena *a, const struct scan *s);

/* Add header or worse is done: what a reader of mail would call caught. */
bool outcome_is_caught(const struct outcome *o);

/* The score from which that holds: "required" of line protocols. */
int32_t outcome_required(const struct scan *s);

/* The score of the worst there is: what rspamd's clients show. */
int32_t outcome_reject(const struct scan *s);

#endif
