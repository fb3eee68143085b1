/* SPDX-License-Identifier: Apache-2.0 */
/* A row for each thing wanted, with the steps that want it. */
#include "cli/ladder.h"

#include "base/clock.h"
#include "cli/trialview.h"

enum { OBSERVED_LEAST = 7 }; /* days */

const char *const rung_names[RUNGS] = {
	[RUNG_DRAFT] = "draft",
	[RUNG_OBSERVE] = "observe",
	[RUNG_SCORE] = "score",
	[RUNG_STABLE] = "stable",
	[RUNG_RETIRED] = "retired",
};

enum rung
rung_of(const struct pack *p)
{
	if (p->status == PACK_DRAFT)
		return RUNG_DRAFT;
	if (p->status == PACK_RETIRED)
		return RUNG_RETIRED;
	if (p->mode == PACK_OBSERVE)
		return RUNG_OBSERVE;
	return p->status == PACK_STABLE ? RUNG_STABLE : RUNG_SCORE;
}

/* Whether it is so; *found tells more. */
typedef bool wish_fn(const struct ladder_ask *ask, struct arena *a,
    struct str *found);

static bool
has_no_errors(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	*found = str_printf(a, "%zu error%s", ask->diags->errors,
	    ask->diags->errors == 1 ? "" : "s");
	return ask->diags->errors == 0;
}

static bool
has_no_findings(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	size_t n = ask->diags->errors + ask->diags->warnings;

	*found = str_printf(a, "%zu finding%s%s", n, n == 1 ? "" : "s",
	    n == 0 ? "" : "; see \"sekisho check --strict\"");
	return n == 0;
}

static bool
is_vouched_for(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	(void)a;
	if (ask->pack->is_unconfirmed)
		*found = STR("a machine wrote it; \"confirmed: NAME\" in "
		    "x-provenance says who held it against the mail");
	return !ask->pack->is_unconfirmed;
}

static bool
has_both_tests(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	const struct pack_test *t;
	size_t match = 0, clean = 0;

	VEC_EACH(t, &ask->pack->tests) {
		match += t->expects_match;
		clean += !t->expects_match;
	}
	*found = str_printf(a, "%zu match, %zu clean", match, clean);
	return match != 0 && clean != 0;
}

static struct str
told(struct arena *a, const struct ladder_ask *ask, enum trial_kind kind)
{
	const struct trial_view *v = ask->trials;

	return str_printf(a, "%zu of %zu%s", v->run[kind] - v->failed[kind],
	    v->run[kind], v->failed[kind] == 0 ? ""
	    : "; see \"sekisho test --self --mutate --cross\"");
}

static bool
passes_tests(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	*found = told(a, ask, TRIAL_WRITTEN);
	return ask->trials->failed[TRIAL_WRITTEN] == 0 &&
	    ask->trials->run[TRIAL_WRITTEN] != 0;
}

static bool
passes_selves(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	*found = told(a, ask, TRIAL_SELF);
	return ask->trials->failed[TRIAL_SELF] == 0;
}

static bool
has_no_survivor(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	*found = told(a, ask, TRIAL_MUTANT);
	return ask->trials->failed[TRIAL_MUTANT] == 0;
}

static bool
fires_alone(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	*found = told(a, ask, TRIAL_CROSS);
	return ask->trials->failed[TRIAL_CROSS] == 0;
}

static bool
is_old_enough(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	int32_t since = ask->pack->updated != DAY_NONE ? ask->pack->updated
	    : ask->pack->created;
	char day[16];

	day_format(since, day);
	*found = str_printf(a, "%d day%s, since %s", ask->today - since,
	    ask->today - since == 1 ? "" : "s", day);
	return ask->today - since >= OBSERVED_LEAST;
}

static const struct backtest_row *
row_of(const struct ladder_ask *ask)
{
	const struct backtest_row *row;

	VEC_EACH(row, &ask->backtest->rows)
		if (str_eq(row->id, ask->pack->id))
			return row;
	return NULL;
}

static bool
was_backtested(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	if (ask->backtest == NULL) {
		*found = STR("name a folder of your own mail with --corpus");
		return false;
	}
	*found = str_printf(a, "%zu mails", ask->backtest->corpus.mails.n);
	return ask->backtest->unread < ask->backtest->corpus.mails.n;
}

static bool
spares_the_genuine(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	size_t n;

	if (ask->backtest == NULL) {
		*found = STR("nobody knows without --corpus");
		return false;
	}
	n = ask->backtest->genuine_hits;
	*found = str_printf(a, "%zu hit%s on genuine mail%s", n,
	    n == 1 ? "" : "s", n == 0 ? ""
	    : "; see \"sekisho test --corpus\"");
	return n == 0;
}

static bool
is_believed(const struct ladder_ask *ask, struct arena *a, struct str *found)
{
	const struct backtest_row *row = ask->backtest == NULL ? NULL
	    : row_of(ask);

	if (row != NULL && row->hits != 0) {
		*found = str_printf(a, "%u hit%s in the corpus",
		    (unsigned)row->hits, row->hits == 1 ? "" : "s");
		return true;
	}
	*found = ask->pack->confidence == CONFIDENCE_HIGH
	    ? STR("no hit, but confidence is high")
	    : STR("no hit in any corpus, and confidence is not high");
	return ask->pack->confidence == CONFIDENCE_HIGH;
}

static bool
is_in_force(const struct ladder_ask *ask, struct arena *a,
    struct str *found)
{
	int32_t expires = ask->pack->expires;
	char day[16];

	if (expires == DAY_NONE)
		return true;
	day_format(expires, day);
	*found = str_printf(a, "expires %s", day);
	return expires >= ask->today;
}

enum { AT_OBSERVE = 1 << RUNG_OBSERVE, AT_SCORE = 1 << RUNG_SCORE,
	AT_STABLE = 1 << RUNG_STABLE };

static const struct {
	const char *text;
	unsigned at;
	wish_fn *is_met;
} wishes[] = {
	{ "check finds no error", AT_OBSERVE, has_no_errors },
	{ "a person vouches for it", AT_OBSERVE | AT_SCORE | AT_STABLE,
	    is_vouched_for },
	{ "check --strict finds nothing", AT_SCORE | AT_STABLE,
	    has_no_findings },
	{ "there is a test that matches and one that is clean",
	    AT_OBSERVE | AT_SCORE | AT_STABLE, has_both_tests },
	{ "all tests pass", AT_OBSERVE | AT_SCORE | AT_STABLE,
	    passes_tests },
	{ "every indicator is hit by its own mail",
	    AT_OBSERVE | AT_SCORE | AT_STABLE, passes_selves },
	{ "a test notices when a group is taken away",
	    AT_SCORE | AT_STABLE, has_no_survivor },
	{ "the tests' mails fire no other pack", AT_SCORE | AT_STABLE,
	    fires_alone },
	{ "it has not expired", AT_OBSERVE | AT_SCORE | AT_STABLE,
	    is_in_force },
	{ "it has stood as it is for 7 days", AT_SCORE | AT_STABLE,
	    is_old_enough },
	{ "it was tried on kept mail", AT_SCORE | AT_STABLE,
	    was_backtested },
	{ "no mail that looks genuine was hit", AT_SCORE | AT_STABLE,
	    spares_the_genuine },
	{ "it was seen, or confidence is high", AT_SCORE | AT_STABLE,
	    is_believed },
};

bool
ladder_judge(wish_list *out, struct arena *a, const struct ladder_ask *ask)
{
	bool is_all = true;

	for (size_t i = 0; i < nitems(wishes); i++) {
		struct wish w = { .text = wishes[i].text };

		if ((wishes[i].at & 1u << ask->to) == 0)
			continue;
		w.is_met = wishes[i].is_met(ask, a, &w.found);
		is_all &= w.is_met;
		*VEC_ADD(a, out) = w;
	}
	return is_all;
}
