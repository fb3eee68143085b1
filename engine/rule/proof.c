/* SPDX-License-Identifier: Apache-2.0 */
/* A few packs after the other, until all are tried or the time is over. */
#include "rule/proof.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "conf/diag.h"
#include "rule/lists.h"
#include "rule/ruleset.h"
#include "rule/trial.h"

/* Packs of a turn.  Vectorscan's compiler would take longer than it saves. */
enum { TURN = 64 };

struct proving {
	const struct proof_job *job;
	struct diags *diags;
	struct fact_table table;
	pack_list beside;     /* what campaigns need: brands, libraries, the
	                         site's own */
	pack_list wanted;     /* to be tried */
	struct lists *lists;
	int64_t deadline_ms;
};

/* Drafts do not serve, so their tests say nothing about what does. */
static bool
is_tried(const struct pack *p)
{
	return p->tests.n != 0 && p->kind != PACK_LISTS &&
	    p->status != PACK_DRAFT && p->status != PACK_RETIRED &&
	    !p->is_site && !p->is_disabled;
}

static bool
is_new(const struct proving *p, const struct pack *pack)
{
	return p->job->is_new(p->job->client, pack->file);
}

static void
choose(struct proving *p, struct arena *a)
{
	const pack_list *packs = p->job->packs;
	bool is_any = false;

	for (size_t i = 0; i < packs->n; i++) {
		if (packs->at[i]->kind == PACK_CAMPAIGN &&
		    !packs->at[i]->is_site)
			continue;
		*VEC_ADD(a, &p->beside) = packs->at[i];
		is_any = is_any || is_new(p, packs->at[i]);
	}
	for (size_t i = 0; i < packs->n; i++) {
		if (is_tried(packs->at[i]) &&
		    (is_any || is_new(p, packs->at[i])))
			*VEC_ADD(a, &p->wanted) = packs->at[i];
	}
}

static void
tell(struct proving *p, const struct trial *t)
{
	const struct pack *pack = t->pack;

	diags_file(p->diags, pack->file, pack->yaml);
	diag_add(p->diags, is_new(p, pack) ? DIAG_ERROR : DIAG_WARNING,
	    t->mark, "", "the test \"%" STR_FMT "\"%s%" STR_FMT " fails: %"
	    STR_FMT, STR_ARG(t->name), t->variant.n == 0 ? "" : " in ",
	    STR_ARG(t->variant), STR_ARG(t->found));
}

static void
try_pack(struct proving *p, struct ruleset *r, struct pack *pack,
    const struct trial_conf *conf)
{
	struct arena *a = arena_new();
	trial_list trials = { 0 };
	const struct trial *t;

	trials_run(&trials, a, r, &p->table, pack, conf);
	VEC_EACH(t, &trials) {
		if (!t->is_passed && !t->is_note)
			tell(p, t);
	}
	arena_free(a);
}

/* Gives how many were tried. */
static size_t
try_turn(struct proving *p, struct arena *a, size_t from, size_t to)
{
	const struct ruleset_conf plain = { .is_plain = true };
	const struct trial_conf conf = { .day = DAY_NONE,
		.lists = p->lists };
	pack_list packs = { 0 };
	struct ruleset *r;
	struct err e;
	size_t i;

	for (i = 0; i < p->beside.n; i++)
		*VEC_ADD(a, &packs) = p->beside.at[i];
	for (i = from; i < to; i++) {
		if (p->wanted.at[i]->kind == PACK_CAMPAIGN)
			*VEC_ADD(a, &packs) = p->wanted.at[i];
	}
	/* What cannot be compiled is told by who compiles all of it. */
	if (!ruleset_build(&r, &packs, &p->table, &plain, &e))
		return 0;
	ruleset_use_lists(r, p->lists);
	for (i = from; i < to && clock_ms() < p->deadline_ms; i++)
		try_pack(p, r, p->wanted.at[i], &conf);
	ruleset_free(r);
	return i - from;
}

size_t
proof_run(const struct proof_job *job, struct diags *d)
{
	struct arena *a = arena_new();
	struct proving p = { .job = job, .diags = d,
		.deadline_ms = clock_ms() + job->most_ms };
	size_t at = 0, left;

	fact_table_init(&p.table, a);
	choose(&p, a);
	if (p.wanted.n != 0)
		p.lists = lists_open_kept(&p.beside, job->list_images);
	while (at < p.wanted.n && clock_ms() < p.deadline_ms) {
		size_t to = at + TURN < p.wanted.n ? at + TURN : p.wanted.n;
		size_t tried = try_turn(&p, a, at, to);

		at += tried;
		if (tried == 0)
			break;
	}
	left = p.wanted.n - at;
	lists_free(p.lists);
	arena_free(a);
	return left;
}
