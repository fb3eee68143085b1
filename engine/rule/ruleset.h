/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_RULESET_H
#define RULE_RULESET_H

/*
 * All packs compiled and frozen.  Exact indicators are in hash sets, networks
 * in a prefix table, the patterns of each field in one matcher; an index
 * leads from an indicator to the rules that name it, so a message costs
 * nothing for the campaigns that have nothing to do with it.
 *
 * All of it lies in one image that is mapped, not read: processes share it,
 * and a pack becomes a struct only when a message touches it first.
 *
 * Station 6: facts in, hits out, each with its evidence.
 *
 * Matching notes in the ruleset what the message in hand touches: one ruleset
 * serves one message at a time, in one thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/fact.h"
#include "rule/folds.h"
#include "rule/lists.h"
#include "rule/pack.h"
#include "rule/packkeep.h"

struct err;
struct image;
struct image_writer;
struct message;
struct ruleset;

struct evidence {
	const struct value *value; /* the indicator; NULL for a brand's sign */
	const struct field *field; /* NULL for a brand's sign */
	struct str found;          /* the text as it stands in the mail */
	struct place place;
	const struct list_hit *listed; /* or NULL */
	bool is_quoted;            /* stands in a report about phishing and
	                              does not count */
};

typedef VEC(struct evidence) evidence_list;

struct group_hit {
	const struct group *group;
	enum truth truth;
	bool is_expired;           /* counts for nothing any more */
	uint32_t hits;             /* values that hit, expired ones left out */
	evidence_list evidence;
};

struct brand_finding;              /* rule/brand.h */

struct rule_hit {
	const struct pack *pack;
	enum pack_effect effect;
	enum truth truth;          /* of when, exceptions regarded */
	const struct group *silenced_by; /* the exception that matched */
	bool is_authentic;         /* silenced by brand.authentic */
	bool is_outdated;          /* has not fired, and would have if lists
	                              that are too old counted */
	struct group_hit *groups;  /* pack->groups.n of them */
	enum truth *names;         /* values of pack->names */
	const struct brand_finding *brand; /* or NULL */
};

/*
 * What is remembered of a thing that the message has to do with, and that is
 * worth points no pack gives.
 */
struct remembered {
	bool is_pivot;             /* seen with a campaign; else reputation */
	bool is_list;              /* or what a list of the DNS says */
	struct str symbol;         /* "REPUTATION_IP" */
	struct str name;           /* "ip"; of a pivot the campaign's id; of a
	                              list "zen=sbl" */
	int32_t points;            /* hundredths */
	struct str say[2];         /* in Japanese and English, {1} to {4} */
	struct str args[4];        /* the first as it stands in the mail */
};
typedef VEC(struct remembered) remembered_list;

struct hits {
	VEC(struct rule_hit) rules;  /* those with at least one group hit */
	VEC(const struct brand_finding *) brands;
	VEC(struct str) failed;      /* facts that rules asked for in vain, and
	                                what else checks want to be told */
	const struct group *silenced_by; /* the site's exception from all
	                                    packs, or NULL */
	struct folds folds;          /* of the message, for its notes */
	remembered_list remembered;
	bool is_degraded;            /* some of that could not be looked up */
	bool is_report;              /* something was found in a text that
	                                only quotes it */
};

/* How to compile; zeroed will do. */
struct ruleset_conf {
	const struct ruleset *old; /* an earlier one, to take what fits */
	bool is_plain;             /* without Vectorscan: for few messages */
	const pack_held_list *held; /* to be told with it, or NULL */
};

/* Compiles packs into the sections of an image (rule/image.h), which hold
 * all that matching and explaining want: the packs are not needed behind
 * image_write. */
bool ruleset_compile(struct image_writer *w, const pack_list *packs,
    const struct ruleset_conf *conf, struct err *e);

/* Opens what was compiled, and takes over the image; false when that is not
 * sound, and the image stays the caller's.  What the image does not say is
 * looked at when the pack is touched first: a pack that is not sound then is
 * left out and told in the log. */
bool ruleset_open(struct ruleset **out, struct image *image,
    const struct fact_table *table, struct err *e);

/*
 * Makes ready what messages need most, for at most so long: machine code of
 * regexes cannot be made any more where a sandbox forbids it, and the first
 * messages should not wait for it.  Gives the number of regexes made; what is
 * left is made, or interpreted, when it is needed.
 */
size_t ruleset_warm(struct ruleset *r, int64_t most_us);

/* Whether any indicator is looked for in a fact of the engine. */
bool ruleset_asks(const struct ruleset *r, uint32_t fact);

/* host is a brand's own, or one of those it sends or serves from. */
bool ruleset_is_brands(const struct ruleset *r, struct str host);

/* The two in memory; conf may be NULL.  Hits name the packs given, which must
 * live as long as the ruleset. */
bool ruleset_build(struct ruleset **out, const pack_list *packs,
    const struct fact_table *table, const struct ruleset_conf *conf,
    struct err *e);
void ruleset_free(struct ruleset *r);

/* The lists that values are looked up in from now on, or NULL; they must
 * live until others are given or nothing is matched any more. */
void ruleset_use_lists(struct ruleset *r, const struct lists *lists);
/* What images must have in common with this program, processor and kind of
 * build. */
struct str ruleset_stamp(struct arena *a);

size_t ruleset_indicators(const struct ruleset *r);
size_t ruleset_packs(const struct ruleset *r);
/* The packs that name external lists. */
const pack_list *ruleset_list_packs(const struct ruleset *r);
/* Files that do not serve as they stand in their folders; the first few. */
const pack_held_list *ruleset_held(const struct ruleset *r);
/* Bytes of the image. */
size_t ruleset_size(const struct ruleset *r);

/* Regexes cut short by their limits so far. */
uint64_t ruleset_limited(const struct ruleset *r);

/* As of a day: what has expired by then counts for nothing. */
void ruleset_match(struct hits *out, struct arena *a, struct ruleset *r,
    const struct facts *facts, const struct message *m, int32_t day);

#endif
