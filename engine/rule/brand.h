/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_BRAND_H
#define RULE_BRAND_H

/*
 * Who a message claims to be from, and whether that can be: brand profiles
 * (pack-format 2.6) held against a message.  Names are looked for in the
 * display name, the subject and the text, folded and by skeleton; tokens and
 * official domains in the links.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "rule/fact.h"
#include "rule/pack.h"
#include "rule/ruleset.h"

struct brand_index;
struct err;
struct folds;

/* Signs of impersonation, each with points of its own. */
enum brand_sign_kind {
	SIGN_NAME_AND_LINK,     /* display name of a foreign sender, and a
	                           foreign link */
	SIGN_OFFICIAL_IN_FRONT, /* official host name before a foreign domain */
	SIGN_OFFICIAL_IN_PATH,  /* official domain as a directory */
	SIGN_SHOWN_OFFICIAL,    /* anchor shows an official URL, target not */
	SIGN_FORGED_FROM,       /* official From, not authenticated */
	SIGN_NEVER_SENDS,
	SIGN_HELO_FORGED,
	SIGN_TOKEN_IN_HOST,
	SIGN_TOKEN_IN_PATH,
	SIGN_LOOKALIKE,         /* a name, sender or link one letter off */
	SIGNS
};

struct brand_sign {
	enum brand_sign_kind kind;
	int32_t points;
	struct evidence evidence;
	struct str detail;      /* "www2.jcom.co.jp | login | vkia.cn" */
};

struct brand_finding {
	const struct brand *brand;
	const struct pack *pack;
	enum truth facts[BRAND_FACTS];
	VEC(struct brand_sign) signs;
	evidence_list claims;   /* where the name stands */
	evidence_list genuine;  /* official links: camouflage, worth nothing */
};

extern const char *const brand_sign_names[SIGNS];

/* The names of brands compiled: as bytes (rule/matcher.h), to be kept, or of
 * an earlier index, to take what fits; "" or NULL for none. */
struct brand_names {
	struct str names;
	struct str skeletons;
	bool is_plain;         /* to be compiled without Vectorscan */
};

/* Lives until freed; the packs must live as long, and so must the names that
 * it is opened with, which are those of the same packs. */
bool brand_index_build(struct brand_index **out, const pack_list *packs,
    const struct brand_names *old, struct err *e);
bool brand_index_open(struct brand_index **out, const pack_list *packs,
    const struct brand_names *names, struct err *e);
void brand_index_free(struct brand_index *index);
struct brand_names brand_index_names(const struct brand_index *index);

/*
 * The findings about every brand that the message has anything to do with;
 * NULL entries never occur.  brand_index_finding gives the one of a brand,
 * or NULL: then all its facts are false.
 */
typedef VEC(struct brand_finding *) brand_findings;

/* What is held against the brands; findings are made in the arena. */
struct brand_ground {
	struct arena *arena;
	const struct facts *facts;
	const struct message *message;
	struct folds *folds;
};

void brand_index_match(brand_findings *out, struct brand_index *index,
    const struct brand_ground *ground);
const struct brand_finding *brand_index_finding(
    const brand_findings *findings, const struct brand *brand);

#endif
