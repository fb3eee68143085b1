/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lint: what is allowed and still not wise.  Each check looks at one pack
 * that was read without errors; checks between packs belong elsewhere.
 */
#include "base/arena.h"
#include "base/vec.h"
#include "rule/packread.h"

static void
unused_group(struct pack_reader *r)
{
	struct pack *p = r->pack;
	bool *used = ARENA_MANY(r->arena, bool, p->names.n + 1);
	const struct bonus *bonus;

	if (p->when == NULL)
		return;
	condition_uses(p->when, used, p->names.n);
	VEC_EACH(bonus, &p->bonuses)
		condition_uses(bonus->condition, used, p->names.n);
	for (size_t i = 0; i < p->n_groups; i++)
		if (!used[i] && p->groups.at[i].points == 0)
			diag_add(r->diags, DIAG_WARNING, p->groups.at[i].mark,
			    "C03", "group \"%" STR_FMT "\" is in no condition "
			    "and has no points",
			    STR_ARG(p->groups.at[i].name));
}

static const struct {
	void (*run)(struct pack_reader *r);
} checks[] = {
	{ unused_group },
};

void
pack_lint(struct pack_reader *r)
{
	for (size_t i = 0; i < nitems(checks); i++)
		checks[i].run(r);
}
