/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_POLICY_H
#define SCAN_POLICY_H

/*
 * What holds for one message: thresholds, the language it is explained in,
 * and what is done about each action.  The daemon has one of its own; it
 * belongs to the generation, as scans under way must not see it change.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "rule/verdict.h"

struct arena;

/* What is done about an action; those of enum action, and two more. */
enum measure {
	MEASURE_NONE,
	MEASURE_GREYLIST,
	MEASURE_ADD_HEADER,
	MEASURE_REWRITE_SUBJECT,
	MEASURE_SOFT_REJECT,
	MEASURE_REJECT,
	MEASURE_QUARANTINE,
	MEASURE_DISCARD,
	MEASURES
};

/* "no action", "add header", "quarantine": what clients compare. */
const char *measure_name(enum measure measure);

/* How much is said in the headers of a scanned message. */
enum policy_headers {
	POLICY_HEADERS_NONE,
	POLICY_HEADERS_SHORT, /* without the report */
	POLICY_HEADERS_FULL
};

/* Whose X-Spam fields and subject tags are taken out. */
enum policy_foreign {
	POLICY_FOREIGN_KEEP,      /* only those that we write ourselves go */
	POLICY_FOREIGN_UNTRUSTED, /* of mail that no network or user of ours
	                             hands in */
	POLICY_FOREIGN_REMOVE
};

struct policy {
	struct verdict_conf verdict;
	struct str lang;
	int measures[ACTIONS];   /* enum measure */
	/* {queue_id}, {id}, {score} and {symbols} stand for what they say. */
	struct str reject_text;
	struct str soft_reject_text;
	struct str quarantine_text;
	struct str subject_tag;  /* put before the subject of what is caught */
	int headers;             /* enum policy_headers */
	int foreign;             /* enum policy_foreign */
};

extern const struct policy policy_default;

/* A copy whose texts are in the arena. */
struct policy policy_copy(const struct policy *p, struct arena *a);

#endif
