/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_TRIAL_H
#define RULE_TRIAL_H

/*
 * The tests of packs (pack-format 2.12).  Those that stand in a pack: a
 * message is built from the description, read, matched and held against what
 * was expected.  And those that come free: a message made of each indicator
 * must hit it; taking a group away must be noticed by a test; the mails of
 * one pack must not fire another.
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/pack.h"

struct ruleset;
struct fact_table;
struct lists;

enum trial_kind {
	TRIAL_WRITTEN,
	TRIAL_SELF,    /* an indicator and the mail made of it */
	TRIAL_MUTANT,  /* a group, or a value, taken away */
	TRIAL_CROSS,   /* a test's mail against all other packs */
	TRIAL_KINDS
};

/* "test", "self", "mutant", "cross". */
extern const char *const trial_kind_names[TRIAL_KINDS];

struct trial {
	const struct pack *pack;
	enum trial_kind kind;
	struct str name;      /* of the test or group, or the value */
	struct mark mark;
	struct str variant;   /* "shift_jis", or "" for the plain run */
	bool is_passed;
	bool is_skipped;      /* could not be tried, and found says why */
	bool is_note;         /* a value that no test misses: no failure,
	                         since self-tests prove values */
	struct str found;     /* what was found instead, in words */
	int32_t points;
};

typedef VEC(struct trial) trial_list;

/* How to run them; zeroed (with day = DAY_NONE) is as the packs say. */
struct trial_conf {
	int32_t day;          /* to pretend for all, or DAY_NONE */
	bool is_every_variant;
	const struct lists *lists; /* that packs of lists are tried on */
	bool has_self, has_mutants, has_cross; /* besides those written */
	struct str like;      /* only tests whose name holds this, or "" */
	void (*done)(void *client, const struct trial *t); /* or NULL */
	void *client;
};

/*
 * Every test of a pack with its variants.  The ruleset must have been made of
 * the pack itself (ruleset_build): for mutants, values of it are let expire
 * and brought back.
 */
void trials_run(trial_list *out, struct arena *a, struct ruleset *r,
    const struct fact_table *table, struct pack *pack,
    const struct trial_conf *conf);

#endif
