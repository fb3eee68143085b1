/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the tests of a pack, one after the other. */
#include "rule/trial.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "rule/trial_parts.h"

const char *const trial_kind_names[TRIAL_KINDS] = {
	[TRIAL_WRITTEN] = "test",
	[TRIAL_SELF] = "self",
	[TRIAL_MUTANT] = "mutant",
	[TRIAL_CROSS] = "cross",
};

int32_t
trial_day(const struct trial_run *run)
{
	if (run->conf->day != DAY_NONE)
		return run->conf->day;
	if (run->test != NULL && run->test->at != DAY_NONE)
		return run->test->at;
	return run->pack->seen_last != DAY_NONE ? run->pack->seen_last :
	    day_today();
}

struct trial *
trial_add(struct trial_run *run, enum trial_kind kind, struct str name,
    struct mark mark)
{
	struct trial *t = VEC_ADD(run->keep, run->out);

	*t = (struct trial){ .pack = run->pack, .kind = kind, .name = name,
		.mark = mark };
	return t;
}

void
trial_close(struct trial_run *run, struct trial *t, struct str found)
{
	t->found = str_copy(run->keep, found);
	if (run->conf->done != NULL)
		run->conf->done(run->conf->client, t);
}

static void
try_one(struct trial_run *run, struct str variant)
{
	const struct pack_test *test = run->test;
	struct trial *t = trial_add(run, TRIAL_WRITTEN, test->name,
	    test->mark);
	struct outcome o = { .day = trial_day(run) };
	struct rebuilt mail;
	struct sight *s;
	struct str found;
	struct err e;

	t->variant = variant;
	if (!rebuild_test(&mail, run->arena, &(struct rebuild){ run->pack,
	    test, variant }, &e)) {
		trial_close(run, t, str_of(e.text));
		return;
	}
	if (mail.skip.n != 0) {
		t->is_skipped = t->is_passed = true;
		trial_close(run, t, mail.skip);
		return;
	}
	s = ARENA_ONE(run->arena, struct sight);
	trial_read(s, run->arena, run->table, &mail);
	trial_observe(&o, run, s);
	t->points = o.points;
	found = trial_compare(run, &o);
	t->is_passed = found.n == 0;
	trial_close(run, t, found);
	if (run->conf->has_cross && variant.n == 0)
		trial_crosses(run, &o);
}

static void
try_variant(struct trial_run *run, struct str variant)
{
	try_one(run, variant);
	arena_empty(run->arena);
}

/* The plain run says what utf-8 would say: a test that names it is run
 * once. */
static void
run_test(struct trial_run *run)
{
	const struct str *variant;

	try_variant(run, STR(""));
	if (run->conf->is_every_variant) {
		for (size_t i = 1; i < n_rebuild_variants; i++)
			try_variant(run, rebuild_variants[i]);
		return;
	}
	VEC_EACH(variant, &run->test->vary)
		if (!str_eq(*variant, rebuild_variants[0]))
			try_variant(run, *variant);
}

void
trials_run(trial_list *out, struct arena *a, struct ruleset *r,
    const struct fact_table *table, struct pack *pack,
    const struct trial_conf *conf)
{
	struct trial_run run = { .out = out, .keep = a,
		.arena = arena_new(), .ruleset = r, .table = table,
		.pack = pack, .conf = conf };
	const struct pack_test *test;

	VEC_EACH(test, &pack->tests) {
		if (conf->like.n != 0 &&
		    str_find_str(test->name, conf->like) == test->name.n)
			continue;
		run.test = test;
		run_test(&run);
	}
	run.test = NULL;
	if (conf->has_self)
		trial_selves(&run);
	if (conf->has_mutants)
		trial_mutants(&run);
	arena_free(run.arena);
}
