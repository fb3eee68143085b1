/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_TRIAL_H
#define RULE_TRIAL_H

/*
 * The tests inside packs (pack-format 2.12), run: a message is built from
 * the description, read, matched and held against what was expected.  Used
 * by the command line and before a new generation serves.
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/pack.h"

struct ruleset;
struct fact_table;

struct trial {
	const struct pack *pack;
	const struct pack_test *test;
	struct str variant;   /* "shift_jis", or "" for the plain run */
	bool is_passed;
	bool is_skipped;      /* the charset cannot hold the text, and why */
	struct str found;     /* what was found instead, in words */
	int32_t points;
};

struct lists;

typedef VEC(struct trial) trial_list;

/* How to run them; zeroed (with day = DAY_NONE) is as the packs say. */
struct trial_conf {
	int32_t day;          /* to pretend for all, or DAY_NONE */
	bool is_every_variant;
	const struct lists *lists; /* that packs of lists are tried on */
	struct str like;      /* only tests whose name holds this, or "" */
	void (*done)(void *client, const struct trial *t); /* or NULL */
	void *client;
};

/* Every test of a pack with its variants. */
void trials_run(trial_list *out, struct arena *a, struct ruleset *r,
    const struct fact_table *table, const struct pack *pack,
    const struct trial_conf *conf);

#endif
