/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_LINT_H
#define RULE_LINT_H

/*
 * What a reader of packs accepts and a colleague would not.  Each check has a
 * code of its own (lintcode.h) and says what it found to the diags.
 */

#include <stdbool.h>

#include "rule/pack.h"

struct map;
struct pack_reader;

/* What needs nothing but the pack, once it was read without errors. */
void pack_lint(struct pack_reader *r);
void value_lint(struct pack_reader *r, const struct group *group,
    const struct value *value);
void values_twice(struct pack_reader *r);
bool regex_lint(struct pack_reader *r, const struct value *value);

/* What belongs to brands, and a campaign that takes it for a sign. */
void brand_domains(struct map *domains, struct arena *a,
    const pack_list *packs);
bool official_lint(const struct pack *p, const struct map *domains,
    struct diags *d);

/* Warnings about what only shows between packs. */
void packs_lint(const pack_list *packs, struct arena *a, struct diags *d);

#endif
