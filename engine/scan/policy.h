/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_POLICY_H
#define SCAN_POLICY_H

/*
 * What holds for one message: thresholds, the language it is explained in,
 * and what is done about each action.  The daemon has a policy of its own,
 * and rules that change it for some recipients, users, networks or
 * listeners.  They belong to the generation, as scans under way must not see
 * them change.
 *
 * A rule counts when each of its conditions holds; of several that count the
 * later ones change what the earlier ones said.  That is done for each
 * recipient by himself.  Where recipients differ, one answer has to do for
 * all: the message is refused only if it would be for each of them, and it
 * is marked if it would be for one.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "rule/verdict.h"

struct arena;
struct hits;
struct scan;

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
	/* Ids of packs: those that score, none for all; and of those that do
	 * not.  Others are observed. */
	VEC(struct str) packs;
	VEC(struct str) without;
	/* Of a further recipient with other packs: one that scores here does,
	 * too.  Nothing but packs and without is looked at there. */
	const struct policy *also;
};

extern const struct policy policy_default;

/* Works out from which score on a message does not arrive.  For whoever has
 * changed thresholds or measures. */
void policy_settle(struct policy *p);

enum policy_direction {
	POLICY_BOTH,
	POLICY_INBOUND,
	POLICY_OUTBOUND /* an authenticated user or a host of ours sends it */
};

/* A piece of struct policy that a rule speaks of. */
struct policy_piece {
	size_t offset, size;
};

struct policy_rule {
	struct str name;
	/* Conditions; an empty one holds. */
	struct map rcpt;           /* "a@b.jp", "b.jp", ".b.jp": below it too;
	                              keys in lower case */
	VEC(struct str) users;     /* "*": whoever is authenticated */
	VEC(struct addr_net) networks; /* of the client that hands it in */
	VEC(struct str) listeners;
	VEC(struct str) ids;       /* one of them is asked for */
	int direction;
	VEC(struct policy_piece) said;
	struct policy policy;      /* of which said is right */
};
typedef VEC(struct policy_rule) policy_rule_list;

/* For a scan whose message has been read; in its arena, or the
 * generation's. */
const struct policy *policy_choose(const struct scan *s);

/* Packs that do not count add nothing from here on. */
void policy_weigh(const struct policy *p, struct hits *hits);

/* A copy whose texts are in the arena. */
struct policy policy_copy(const struct policy *p, struct arena *a);

#endif
