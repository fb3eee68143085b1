/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_RULE_RULES_H
#define TESTS_RULE_RULES_H

/* The packs of the repository, or some of them, in the arena of the tests. */

#include "../scratch.h"
#include "rule/fact.h"
#include "rule/pack.h"

static pack_list packs;
static struct fact_table table;

/* folder: below rules/, or "".  False: a pack is wrong. */
static inline bool
rules_load(const char *folder)
{
	struct str path = str_cat(arena, STR(TEST_RULES), str_of(folder));
	struct diags d;

	fact_table_init(&table, arena);
	diags_init(&d, arena);
	return packs_load(&packs, arena, &path, 1, &d);
}

#endif
