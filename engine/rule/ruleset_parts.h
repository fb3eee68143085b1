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
#include "rule/folds.h"
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

enum { FORMS = FORM_PLAIN + 1 };

/* The sections of an image. */
enum ruleset_section {
	SECTION_PACKS,        /* pack_row */
	SECTION_PACK_BYTES,   /* packbytes.h */
	SECTION_INDICATORS,   /* their packs, uint32_t */
	SECTION_KEYS,         /* set.h; values are indicators */
	SECTION_NETS,
	SECTION_INDEX,        /* INDEX_* of each fact of the engine, uint32_t */
	SECTION_CHANNELS,     /* channel_row */
	SECTION_MATCHERS,     /* one a channel, by its number */
	SECTION_REGEXES,      /* regex_row */
	SECTION_LED_TO,       /* indicators of regexes, uint32_t */
	SECTION_ALWAYS,       /* packs, uint32_t */
	SECTION_BRANDED,      /* branded_row */
	SECTION_BRAND_PACKS,  /* packs with brands, uint32_t */
	SECTION_BRAND_NAMES,  /* matchers: names, skeletons */
	SECTION_LISTS,        /* one a list, by its number: packbytes.h */
	SECTION_LISTED,       /* listed_row */
	SECTION_LIST_PACKS,   /* packs with lists, uint32_t */
	SECTION_HELD          /* one a file, by its number: packbytes.h */
};

/* More files than that are not told one by one. */
enum { HELD_MOST = 1000 };

enum { INDEX_WHOLE = 1, INDEX_BELOW = 2, INDEX_NETS = 4 };

struct pack_row {
	uint64_t at;          /* in SECTION_PACK_BYTES */
	uint64_t n;
	uint32_t first;       /* indicator; those of a pack are in a row */
	uint32_t indicators;
};

struct channel_row {
	uint32_t fact;
	uint32_t form;
	uint32_t first;       /* regex */
	uint32_t regexes;
};

/* One regex of a channel and the indicators it stands for. */
struct regex_row {
	uint32_t first;       /* in SECTION_LED_TO */
	uint32_t n;
	uint32_t has_rcpt;
};

/* A pack that the brand alone may make fire. */
struct branded_row {
	uint32_t brand;       /* number, over all packs */
	uint32_t pack;
};

/* A value that names a list, by the list's number. */
struct listed_row {
	uint32_t fact;
	uint32_t indicator;
	uint32_t list;
};

/* How the index leads to a value: n patterns over each of the facts.  No
 * facts: it is loose. */
struct leads {
	const struct pattern *at;
	size_t n;
	uint32_t facts[2];
	uint8_t n_facts;
};

void value_leads(struct leads *out, const struct value *v);

/* One value of a pack, ready to be tried. */
struct indicator {
	const struct value *value;
	uint32_t group;
	struct link_probe *link; /* of a link object, else NULL */
	struct probe probe;      /* of a loose one */
};

typedef VEC(uint32_t) number_list;

/* All regexes over one form of one fact. */
struct channel {
	struct matcher *matcher;
	const struct regex_row *regexes;
};

/* An indicator and a list that leads to it. */
struct listed {
	uint32_t indicator;
	const struct list_conf *list;
};

/* What is indexed for a fact, so that the rest is not even looked at. */
struct fact_index {
	uint32_t has;                    /* INDEX_* */
	VEC(struct listed) lists;
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

/* A pack as far as judging it wants to know, made when it is touched first. */
struct pack_info {
	const struct pack *pack;
	const struct brand *brand;    /* or NULL */
	struct group_info *groups;
	struct indicator *indicators; /* in the order of groups and values */
	size_t n_indicators;
	number_list loose;            /* of indicators, here */
	int *brand_facts;             /* per name of when, or -1 */
};

/* Everything but the brand.  False: a regex does not compile. */
bool pack_info_make(struct pack_info *out, struct arena *a,
    const struct pack *p, regex_list *made, struct err *e);

/* Where something stands in the lists of the message in hand; of an earlier
 * message when the epoch is not the present one. */
struct mark_at {
	uint32_t epoch;
	uint32_t at;
};

struct ruleset {
	struct arena *arena;
	struct image *image;
	const struct fact_table *table;

	/* Of the image. */
	const struct pack_row *packs;
	uint32_t n_packs;
	struct str pack_bytes;
	const uint32_t *pack_of;      /* of each indicator */
	uint32_t n_indicators;
	const uint32_t *led_to;
	const uint32_t *always;       /* packs that may fire without a hit */
	uint32_t n_always;
	struct set keys;
	struct nets nets;

	struct fact_index *index;     /* one a fact of the engine */
	struct pack_info *infos;      /* one a pack; without a pack: not yet */
	const struct pack **known;    /* the packs that are structs by now */
	unsigned taking;              /* packs one inside the other */
	VEC(const struct list_conf *) list_confs; /* by their numbers */
	pack_list list_packs;
	pack_held_list held;
	pack_list brand_packs;
	VEC(const struct brand *) brand_list;  /* by their numbers */
	VEC(number_list) branded;     /* packs, by the brand's number */
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

/* NULL: its bytes are not sound. */
const struct pack_info *ruleset_info(struct ruleset *r, uint32_t pack);
const struct indicator *ruleset_indicator(struct ruleset *r,
    uint32_t indicator);

/* A value that hit, with the places; more than these are not told. */
enum { EVIDENCE_MOST = 4 };

struct value_hit {
	uint32_t indicator;
	uint32_t fact;
	enum truth truth;     /* undecided: spoofed or not, nobody knows */
	bool is_plain;        /* some of the evidence is no quotation */
	bool is_stale;        /* of a list that is too old to count */
	bool is_cut;          /* a regex ran into its limits */
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
	bool knows_report; /* else nobody has asked yet */
	struct recipients recipients;
	struct probe_ground ground;
	struct probe_listing listing;
	struct folds folds;
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
