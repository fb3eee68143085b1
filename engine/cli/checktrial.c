/* SPDX-License-Identifier: Apache-2.0 */
/* The tests of packs as findings, each where the author mends it. */
#include "base/arena.h"
#include "cli/bench.h"
#include "cli/check.h"

enum { FOUND_MOST = 300 };

static const struct finding {
	enum diag_level level;
	const char *code;
	const char *hint;
} findings[TRIAL_KINDS] = {
	[TRIAL_WRITTEN] = { DIAG_ERROR, "T01",
	    "mend the groups, or what the test expects" },
	[TRIAL_SELF] = { DIAG_ERROR, "T02",
	    "\"sekisho explain --patterns FILE\" shows how it is read" },
	[TRIAL_MUTANT] = { DIAG_WARNING, "T04",
	    "name it in \"evidence\", or add a test that needs it" },
	[TRIAL_CROSS] = { DIAG_WARNING, "X04",
	    "make the broader of the two narrower, or give both one "
	    "\"family\"" },
};

static bool
is_finding(const struct trial *t, bool has_drafts)
{
	if (t->is_passed || t->is_skipped || t->is_note)
		return false;
	return has_drafts || t->kind != TRIAL_MUTANT ||
	    t->pack->status != PACK_DRAFT;
}

static void
tell(struct diags *d, const struct trial *t)
{
	const struct finding *f = &findings[t->kind];
	struct str found = str_head(t->found, FOUND_MOST);

	if (t->kind == TRIAL_MUTANT)
		diag_add(d, f->level, t->mark, f->code, "group \"%" STR_FMT
		    "\": without it every test still passes",
		    STR_ARG(t->name));
	else
		diag_add(d, f->level, t->mark, f->code, "%s \"%" STR_FMT
		    "\"%s%" STR_FMT ": %" STR_FMT, t->kind == TRIAL_SELF
		    ? "value" : "test", STR_ARG(t->name), t->variant.n == 0
		    ? "" : " as ", STR_ARG(t->variant), STR_ARG(found));
	diag_hint(d, "%s", f->hint);
}

void
check_told(const struct check_more *c, const trial_list *trials,
    bool has_drafts)
{
	const struct pack *last = NULL;
	const struct trial *t;

	VEC_EACH(t, trials) {
		if (!is_finding(t, has_drafts))
			continue;
		if (t->pack != last)
			check_turn(c, t->pack);
		last = t->pack;
		tell(&c->loaded->diags, t);
	}
}

bool
check_trials(const struct check_more *c, struct err *e)
{
	const struct bench bench = { .loaded = c->loaded,
		.is_watched = c->is_watched,
		.conf = { .day = DAY_NONE, .has_self = true,
		.has_mutants = true, .has_cross = true } };
	trial_list trials = { 0 };

	if (!bench_run(&trials, c->call->arena, &bench, e))
		return false;
	check_told(c, &trials, false);
	return true;
}
