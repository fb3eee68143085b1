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

/* One test of each kind, unless the pack is a draft. */
static void
missing_test(struct pack_reader *r)
{
	struct pack *p = r->pack;
	bool has[2] = { false, false };
	const struct pack_test *test;

	if (p->status == PACK_DRAFT || p->tests.n == 0)
		return;
	VEC_EACH(test, &p->tests)
		has[test->expects_match] = true;
	for (size_t i = 0; i < nitems(has); i++)
		if (!has[i])
			diag_add(r->diags, DIAG_WARNING, p->tests.at[0].mark,
			    "T03", "tests: none expects \"%s\"",
			    i == 0 ? "clean" : "match");
}

static const struct {
	void (*run)(struct pack_reader *r);
} checks[] = {
	{ unused_group },
	{ missing_test },
};

void
pack_lint(struct pack_reader *r)
{
	for (size_t i = 0; i < nitems(checks); i++)
		checks[i].run(r);
}
