/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_LINT_H
#define RULE_LINT_H

/*
 * What a reader of packs accepts and a colleague would not.  Each check has a
 * code of its own (lintcode.h) and says what it found to the diags.
 */

#include <stdbool.h>

#include "base/str.h"
#include "rule/pack.h"

struct map;
struct pack_reader;

/* What needs nothing but the pack, once it was read without errors. */
void pack_lint(struct pack_reader *r);

/* The parts of it. */
void value_lint(struct pack_reader *r, const struct group *group,
    const struct value *value);
void values_twice(struct pack_reader *r);
bool regex_lint(struct pack_reader *r, const struct value *value);
void score_lint(struct pack_reader *r);
void brands_lint(struct pack_reader *r);
void tests_lint(struct pack_reader *r);

/* A value in hand, and a finding about it. */
struct lint_seen {
	struct pack_reader *r;
	const struct group *group;
	const struct value *value;
};

/* A warning about a place of the pack. */
void lint_warn(struct pack_reader *r, struct mark mark, const char *code,
    const char *text);
void lint_say(const struct lint_seen *s, enum diag_level level,
    const char *code, const char *text);
bool lint_is_regex(struct str text);
bool lint_is_phrase(const struct value *v);
bool lint_is_weak(const struct group *g);
/* The host that an exact value is about, or "". */
struct str lint_host(const struct value *v);

/* Checks of a value: how broad it is, what its host is, how it is worded. */
void broad_lint(const struct lint_seen *s);
void host_lint(const struct lint_seen *s);
void words_lint(const struct lint_seen *s);

/* A directory or page that comes with the software of sites: "wp-content". */
bool lint_is_stock(struct str segment);

/* What belongs to brands, and a campaign that takes it for a sign. */
void brand_domains(struct map *domains, struct arena *a,
    const pack_list *packs);
bool official_lint(const struct pack *p, const struct map *domains,
    struct diags *d);

/* Warnings about what only shows between packs. */
void packs_lint(const pack_list *packs, struct arena *a, struct diags *d);

/* Of the first n packs, what the site's list holds that can never be an
 * indicator.  Reads that list. */
void never_lint(const pack_list *packs, size_t n, struct diags *d);

#endif
