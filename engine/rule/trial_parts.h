/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_TRIAL_PARTS_H
#define RULE_TRIAL_PARTS_H

/*
 * For the files of trial.h alone: one pack being tried, one message read, and
 * what it gave as far as the pack under test is concerned.
 */

#include "base/buf.h"
#include "rule/brand.h"
#include "rule/rebuild.h"
#include "rule/ruleset.h"
#include "rule/sight.h"
#include "rule/trial.h"

struct trial_run {
	trial_list *out;
	struct arena *keep;   /* of what out holds */
	struct arena *arena;  /* of this one trial */
	struct ruleset *ruleset;
	const struct fact_table *table;
	struct pack *pack;
	const struct trial_conf *conf;
	const struct pack_test *test;
};

struct outcome {
	bool is_fired;
	int32_t points;
	int32_t day;
	const struct sight *sight;
	const struct hits *hits;
	const struct rule_hit *rule;      /* of a campaign, or NULL */
	const struct brand_finding *brand; /* or NULL */
	VEC(struct str) names;            /* that hold */
	VEC(struct str) undecided;
};

/* The day that a test is judged as of. */
int32_t trial_day(const struct trial_run *run);

void trial_read(struct sight *s, struct arena *a,
    const struct fact_table *table, const struct rebuilt *mail);
/* As of o->day. */
void trial_observe(struct outcome *o, const struct trial_run *run,
    const struct sight *s);
bool outcome_has(const struct outcome *o, struct str name);

/* What is not as the test expects, in words; "" when all is. */
struct str trial_compare(const struct trial_run *run,
    const struct outcome *o);
/* What the mail has in the fields of a value: "; url is hxxps://...". */
void trial_tell_field(struct buf *b, struct arena *a,
    const struct sight *s, const struct value *v);

/* One more result, about what the pack under test says at a place. */
struct trial *trial_add(struct trial_run *run, enum trial_kind kind,
    struct str name, struct mark mark);
/* It is done: found, if any, is kept and told. */
void trial_close(struct trial_run *run, struct trial *t, struct str found);

/* The kinds that nobody has to write. */
void trial_selves(struct trial_run *run);
void trial_mutants(struct trial_run *run);
void trial_crosses(struct trial_run *run, const struct outcome *o);

#endif
