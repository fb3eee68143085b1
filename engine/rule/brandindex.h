/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_BRANDINDEX_H
#define RULE_BRANDINDEX_H

/*
 * What brand.c and brandlink.c share: the profiles of all packs by name,
 * domain and token, so that a message costs nothing for brands it has
 * nothing to do with.  A brand's number is its place in brands.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "rule/brand.h"
#include "rule/brandnear.h"

struct matcher;

/* What a host is to a brand; where two hold, the first of them. */
enum realm {
	REALM_CUSTOMER,
	REALM_NEVER_SENDS,
	REALM_OFFICIAL,
	REALM_VENDOR,
	REALM_RELATED,
	REALM_FOREIGN
};

struct brand_domain {
	uint32_t brand;
	enum realm realm;
	bool is_exact;     /* nothing below it */
	struct str path;   /* of "host/path": the front of the path, or "" */
	uint32_t next;     /* of the same name, or UINT32_MAX */
};

struct brand_token {
	uint32_t brand;
	struct str text;   /* folded, or its skeleton */
	bool is_domain;    /* an official domain, dashes for dots */
	uint32_t next;     /* with the same first piece, or UINT32_MAX */
};

/* Tokens by their first piece: letters and digits up to something else. */
struct token_set {
	struct map pieces;
	VEC(struct brand_token) list;
};

struct brand_known {
	const struct brand *brand;
	const struct pack *pack;
	VEC(struct str) not_tokens; /* folded */
};

struct brand_index {
	struct arena *arena;
	VEC(struct brand_known) brands;
	struct matcher *names;     /* over folded text; ids below */
	struct matcher *skeletons; /* over its skeleton */
	VEC(uint32_t) name_brand;  /* from an id of either to the brand */
	struct map domain_names;
	VEC(struct brand_domain) domains;
	size_t most_labels;        /* of a domain */
	struct token_set tokens;
	struct token_set skeleton_tokens;
	struct near_index near;    /* tokens, names, labels of official
	                              domains */
};

/* Every entry about exactly this name; NULL, or the first of a chain. */
const struct brand_domain *brand_index_domain(
    const struct brand_index *index, struct str name);
const struct brand_domain *brand_index_next(const struct brand_index *index,
    const struct brand_domain *after);

/* What host (and path, of a link) is to a brand: the nearest name counts. */
enum realm brand_index_realm(const struct brand_index *index, uint32_t brand,
    struct str host, struct str path);

/* Some brand's own, or sends or is linked to for one.  Of what lies below
 * space that customers rent nothing is. */
bool brand_index_owns(const struct brand_index *index, struct str host);

/* The name itself, then each one above it; false when they have run out.
 * Start with an empty *name. */
bool brand_index_up(struct str host, struct str *name);

#endif
