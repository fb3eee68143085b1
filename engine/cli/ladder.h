/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LADDER_H
#define CLI_LADDER_H

/*
 * The ladder that a pack climbs (pack-format 3.3), and what each step wants:
 * draft, observe, score, stable, retired.
 */

#include "cli/backtest.h"
#include "rule/pack.h"

struct diags;
struct trial_view;

enum rung { RUNG_DRAFT, RUNG_OBSERVE, RUNG_SCORE, RUNG_STABLE, RUNG_RETIRED,
	RUNGS };

extern const char *const rung_names[RUNGS];

enum rung rung_of(const struct pack *p);

/* One thing that a step wants. */
struct wish {
	const char *text;    /* "every group is missed by a test" */
	bool is_met;
	struct str found;    /* why not, or a figure */
};

typedef VEC(struct wish) wish_list;

struct ladder_ask {
	const struct pack *pack;
	enum rung to;
	const struct diags *diags;        /* of check */
	const struct trial_view *trials;  /* written, self, mutants, cross */
	const struct backtest *backtest;  /* NULL: was not run */
	int32_t today;
};

/* What the step wants, met or not; true when all of it is. */
bool ladder_judge(wish_list *out, struct arena *a,
    const struct ladder_ask *ask);

#endif
