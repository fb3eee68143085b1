/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes every group and every value away in turn, by letting it expire, and
 * looks whether a test that stands in the pack would notice.  What a test
 * does not touch it cannot miss, so few of them are judged again.
 */
#include "base/arena.h"
#include "base/err.h"
#include "rule/trial_parts.h"

enum { LONG_GONE = 1 }; /* 1970-01-02 */

/* A written test that passes while nothing is missing. */
struct witness {
	const struct pack_test *test;
	const struct sight *sight;
	VEC(const struct value *) hits;
};

typedef VEC(struct witness) witness_list;

struct mutation {
	struct trial_run *run;
	witness_list witnesses;
	struct arena *scratch;
};

static void
note_hits(struct witness *w, struct arena *a, const struct outcome *o,
    const struct pack *pack)
{
	const struct evidence *e;

	for (size_t i = 0; o->rule != NULL && i < pack->groups.n; i++)
		VEC_EACH(e, &o->rule->groups[i].evidence)
			*VEC_ADD(a, &w->hits) = e->value;
}

static void
add_witness(struct mutation *m, const struct pack_test *test)
{
	struct trial_run *run = m->run;
	struct witness w = { .test = test };
	struct outcome o = { 0 };
	struct rebuilt mail;
	struct sight *s;
	struct err e;

	run->test = test;
	if (!rebuild_test(&mail, run->arena, &(struct rebuild){
	    .pack = run->pack, .test = test }, &e) ||
	    mail.skip.n != 0)
		return;
	s = ARENA_ONE(run->arena, struct sight);
	trial_read(s, run->arena, run->table, &mail);
	o.day = trial_day(run);
	trial_observe(&o, run, s);
	if (trial_compare(run, &o).n != 0)
		return;
	w.sight = s;
	note_hits(&w, run->arena, &o, run->pack);
	*VEC_ADD(run->arena, &m->witnesses) = w;
}

static bool
has_hit(const struct witness *w, const struct value *v)
{
	for (size_t i = 0; i < w->hits.n; i++)
		if (w->hits.at[i] == v)
			return true;
	return false;
}

/* One of the values of a group, or the one. */
static bool
is_touched(const struct witness *w, const struct group *group,
    const struct value *v)
{
	if (v != NULL && !group->wants_all)
		return has_hit(w, v);
	for (size_t i = 0; i < group->values.n; i++)
		if (has_hit(w, &group->values.at[i]))
			return true;
	return false;
}

static bool
is_noticed(struct mutation *m, const struct group *group,
    const struct value *v)
{
	struct trial_run run = *m->run;
	const struct witness *w;
	bool is_missed = false;

	run.arena = m->scratch;
	VEC_EACH(w, &m->witnesses) {
		struct outcome o = { 0 };

		if (!is_touched(w, group, v))
			continue;
		run.test = w->test;
		o.day = trial_day(&run);
		trial_observe(&o, &run, w->sight);
		is_missed = trial_compare(&run, &o).n != 0;
		arena_empty(m->scratch);
		if (is_missed)
			break;
	}
	return is_missed;
}

/* "# sekisho: ignore T04 (reason)" above the group. */
static bool
is_excused(const struct trial_run *run, const struct group *group)
{
	struct diags d;

	diags_init(&d, run->arena);
	d.file = run->pack->file;
	d.source = run->pack->yaml;
	diag_add(&d, DIAG_WARNING, group->mark, "T04", "survives");
	return d.warnings == 0;
}

static void
try_without_group(struct mutation *m, struct group *group)
{
	struct trial *t = trial_add(m->run, TRIAL_MUTANT, group->name,
	    group->mark);
	int32_t expires = group->expires;
	struct str found = { 0 };

	group->expires = LONG_GONE;
	t->is_passed = is_noticed(m, group, NULL);
	group->expires = expires;
	if (!t->is_passed && is_excused(m->run, group)) {
		t->is_passed = t->is_skipped = true;
		found = STR("excused by a comment above it");
	} else if (!t->is_passed) {
		found = group->is_exception
		    ? STR("without this exception every test still passes: "
		    "add a clean test that needs it")
		    : STR("without this group every test still passes: name "
		    "it in \"evidence\", or add a test that needs it");
	}
	trial_close(m->run, t, found);
}

static void
try_without_value(struct mutation *m, struct group *group, struct value *v)
{
	struct trial *t = trial_add(m->run, TRIAL_MUTANT, v->text, v->mark);
	int32_t expires = v->expires;

	t->is_note = true;
	v->expires = LONG_GONE;
	group->want -= group->wants_all && group->want > 1;
	t->is_passed = is_noticed(m, group, v);
	v->expires = expires;
	if (group->wants_all)
		group->want = (uint32_t)group->values.n;
	trial_close(m->run, t, t->is_passed ? STR("")
	    : STR("no test misses it"));
}

void
trial_mutants(struct trial_run *run)
{
	struct mutation m = { .run = run, .scratch = arena_new() };
	struct group *group;
	const struct pack_test *test;

	VEC_EACH(test, &run->pack->tests)
		add_witness(&m, test);
	run->test = NULL;
	VEC_EACH(group, &run->pack->groups) {
		if (run->pack->kind != PACK_CAMPAIGN)
			break;
		try_without_group(&m, group);
		for (size_t i = 0; i < group->values.n; i++)
			try_without_value(&m, group, &group->values.at[i]);
	}
	arena_free(m.scratch);
	arena_empty(run->arena);
}
