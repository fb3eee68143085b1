/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_VERDICT_H
#define RULE_VERDICT_H

/*
 * Station 7: hits to a score, an action and the lines that explain it.  The
 * points of the lines sum exactly to the score; whatever takes points away
 * (a cap, a family, the ceiling) is a line with a negative amount.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/brand.h"
#include "rule/ruleset.h"

enum action {
	ACTION_NONE,
	ACTION_GREYLIST,
	ACTION_ADD_HEADER,
	ACTION_REWRITE_SUBJECT,
	ACTION_SOFT_REJECT,
	ACTION_REJECT,
	ACTIONS
};

/* "no action", "add header": literally what clients compare. */
const char *action_name(enum action action);

struct verdict_conf {
	int32_t add_header;  /* thresholds, hundredths; INT32_MAX: off */
	int32_t greylist;
	int32_t rewrite;
	int32_t soft_reject;
	int32_t reject;
	int32_t ceiling;     /* of all campaign packs together */
	int32_t reputation;  /* of all that is remembered together */
	int32_t dnslists;    /* of all that lists of the DNS say */
	int32_t refuse;      /* from here on the message does not arrive: what
	                        is remembered stays below that */
};

extern const struct verdict_conf verdict_conf_default;

enum line_kind {
	LINE_GROUP,   /* a group of a campaign matched */
	LINE_BONUS,
	LINE_SIGN,    /* a brand's sign */
	LINE_CAP,     /* of a group, of several, of the pack: negative */
	LINE_FAMILY,  /* another pack of the brand or family counts: negative */
	LINE_CEILING, /* of all packs together: negative */
	LINE_OBSERVE, /* the pack only observes: takes all of it back */
	LINE_REPUTATION, /* what was learnt of a thing */
	LINE_PIVOT,   /* a thing was seen with a campaign */
	LINE_DNSLIST, /* a list of the DNS has it */
	LINES
};

/* "group", "bonus", ...: for programs. */
extern const char *const line_kind_names[LINES];

struct verdict_line {
	enum line_kind kind;
	int32_t points;
	uint32_t campaign;           /* index into campaigns, or UINT32_MAX */
	struct str name;             /* group, sign, what is capped */
	const struct group_hit *group;
	const struct brand_sign *sign;
	const struct bonus *bonus;
	const struct remembered *remembered;
};

/* One campaign or brand that the message was recognised as. */
struct campaign {
	const struct pack *pack;
	const struct brand_finding *brand; /* LINE_SIGN lines are its own */
	const struct rule_hit *rule;       /* NULL for a brand alone */
	struct str symbol;
	int32_t points;              /* what it adds to the score */
	int32_t would;               /* what it would have added: observed, or
	                                beaten by another of its family */
	bool is_observed;
	bool is_beaten;
	int32_t age_days;            /* since last seen, or -1 */
};

struct verdict {
	enum action action;
	int32_t points;
	int32_t remembered;          /* of them for what is remembered and what
	                                lists of the DNS say: others' words */
	const struct verdict_conf *conf;
	VEC(struct campaign) campaigns;
	VEC(struct verdict_line) lines;
	const struct hits *hits;
	int32_t day;                 /* as of */
};

void verdict_decide(struct verdict *v, struct arena *a,
    const struct hits *hits, const struct verdict_conf *conf, int32_t day);

/*
 * What it would have been if packs that observe had counted: what each would
 * have given on top, as if no other of its family had.
 */
enum action verdict_would(const struct verdict *v);

/* Add header or worse: what a reader would call caught. */
bool verdict_is_caught(const struct verdict *v);

#endif
