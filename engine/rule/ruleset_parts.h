/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_RULESET_PARTS_H
#define RULE_RULESET_PARTS_H

/*
 * What a ruleset is made of: built by ruleset.c, read by rulematch.c and
 * rulejudge.c.  Nobody else includes this.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"
#include "rule/brand.h"
#include "rule/lists.h"
#include "rule/matcher.h"
#include "rule/pack.h"
#include "rule/probe.h"
#include "rule/recipients.h"
#include "rule/ruleset.h"
#include "rule/set.h"

/* Kinds of keys in the set: what of a fact, and which fact. */
enum key_kind { KEY_WHOLE, KEY_BELOW, KEY_KINDS };

#define KEY_KIND(fact, kind) ((uint32_t)(fact) * KEY_KINDS + (kind))

/* One value of a pack. */
struct indicator {
	const struct value *value;
	uint32_t pack;
	uint32_t group;
	struct link_probe *link; /* of a link object, else NULL */
	struct probe probe;      /* of a loose one */
};

typedef VEC(uint32_t) number_list;

/* One regex of a channel and the indicators it stands for. */
struct channel_regex {
	number_list indicators;
	bool has_rcpt;
};

/* All regexes over one form of one fact. */
struct channel {
	struct matcher *matcher;
	VEC(struct channel_regex) regexes;
	struct map by_text;
};

enum { FORMS = FORM_PLAIN + 1 };

/* What is indexed for a fact, so that the rest is not even looked at. */
struct fact_index {
	bool has_whole;
	bool has_below;
	bool has_nets;
	number_list lists;               /* indicators that name one */
	struct channel *channels[FORMS]; /* or NULL */
};

/* How many values of a group rest on a fact, and until when. */
struct group_need {
	uint32_t fact;
	uint32_t values;
	int32_t expires; /* of the last to go; INT32_MAX: never */
};

struct group_info {
	VEC(struct group_need) needs;
	uint32_t loose;  /* values that no index leads to */
};

struct pack_info {
	const struct pack *pack;
	const struct brand *brand;    /* or NULL */
	struct group_info *groups;
	number_list loose;            /* indicators */
	int *brand_facts;             /* per name of when, or -1 */
};

/* Where something stands in the lists of the message in hand; of an earlier
 * message when the epoch is not the present one. */
struct mark_at {
	uint32_t epoch;
	uint32_t at;
};

struct ruleset {
	struct arena *arena;
	pack_list packs;
	const struct fact_table *table;
	VEC(struct indicator) indicators;
	struct pack_info *infos;      /* one a pack */
	struct fact_index *index;     /* one a fact of the engine */
	struct set keys;
	struct nets nets;
	number_list always;           /* packs that may fire without a hit */
	struct map by_brand;          /* brand id -> entry of branded */
	VEC(number_list) branded;     /* packs that the brand alone may fire */
	struct brand_index *brands;
	regex_list made;
	struct regex_room *room;      /* of all regexes: one time for all */
	struct arena *scratch;        /* emptied after every value */
	const struct lists *lists;    /* that serve, or NULL */

	/* Of the message in hand. */
	uint32_t epoch;
	struct mark_at *pack_marks;
	struct mark_at *indicator_marks;
};

/* A value that hit, with the places; more than these are not told. */
enum { EVIDENCE_MOST = 4 };

struct value_hit {
	uint32_t indicator;
	uint32_t fact;
	enum truth truth;     /* undecided: spoofed or not, nobody knows */
	bool is_plain;        /* some of the evidence is no quotation */
	bool is_stale;        /* of a list that is too old to count */
	evidence_list evidence;
};

/* A pack that the message touches. */
struct touched {
	uint32_t pack;
	VEC(struct value_hit) hits;
};

struct match_run {
	struct ruleset *ruleset;
	const struct facts *facts;
	const struct message *message;
	struct arena *arena;
	int32_t day;
	int64_t now;          /* wall clock, for the age of lists */
	bool is_report;
	struct recipients recipients;
	struct probe_ground ground;
	VEC(struct touched) touched;
	brand_findings findings;
	bool *asked_in_vain;  /* per fact */
};

/* rulejudge.c: the hits of one pack to a rule_hit; false when there is
 * nothing to tell. */
bool rule_judge(struct rule_hit *out, struct match_run *run,
    const struct touched *t);

/* rulespoof.c: whether a name that belongs to somebody else was used without
 * leave. */
enum truth spoof_judge(struct match_run *run, uint32_t fact,
    struct str found);

#endif
