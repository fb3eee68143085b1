/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_GENERATION_H
#define SCAN_GENERATION_H

/*
 * Everything a scan needs that outlives it: configuration, packs, ruleset,
 * fact table.  Made whole or not at all; a scan holds a reference to the one
 * it began with, so a reload never changes the ground under it.  This is the
 * one reference count of the engine.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"
#include "conf/diag.h"
#include "mail/message.h"
#include "rule/extract.h"
#include "rule/fact.h"
#include "rule/lists.h"
#include "rule/pack.h"
#include "rule/ruleset.h"
#include "rule/verdict.h"
#include "scan/check.h"
#include "scan/policy.h"

struct err;

struct generation_conf {
	VEC(struct str) packs;           /* files and folders */
	struct str image;                /* file that keeps them compiled, or
	                                    "" */
	int *kept;                       /* where packs that were right last are
	                                    kept without an image, or NULL:
	                                    struct pack_keep */
	int64_t proof_ms;                /* for tests of changed packs, or 0 */
	bool is_shared;                  /* other processes shall open what is
	                                    compiled */
	VEC(struct addr_net) trusted;    /* networks of ours */
	VEC(struct str) authserv;        /* Authentication-Results believed */
	VEC(struct str) auth_fields;     /* where these write them; none: the
	                                    usual one */
	struct str authserv_id;          /* under which ours are written; "":
	                                    they are not */
	VEC(struct str) subject_tags;    /* empty: the usual ones */
	struct message_limits limits;
	struct policy policy;
	policy_rule_list rules;          /* kept, not copied */
	int64_t deadline_ms;             /* of a scan */
	size_t memory;                   /* bytes a scan may hold */
	check_use_list checks;
};

void generation_conf_default(struct generation_conf *conf);

/* Arenas of scans that are over, for those that follow: what is in the
 * caches already is not fetched anew.  A scan has two. */
enum { GENERATION_SPARES = 8 };

struct generation {
	struct arena *arena;
	struct arena *spares[GENERATION_SPARES];
	unsigned n_spares;
	uint32_t references;
	uint64_t number;                 /* counts up; set by the worker */
	uint64_t scans;                  /* begun with it */
	struct generation_conf conf;     /* copied into arena */
	struct arena *kept;              /* freed with it, or NULL: where the
	                                    checks' own settings are */
	struct message_conf message;
	struct extract_conf extract;
	struct fact_table facts;
	struct check_plan *checks;       /* conf.checks.n of them */
	struct arena *pack_arena;        /* of the packs the ruleset is made
	                                    of, or NULL */
	struct ruleset *ruleset;
	int image;                       /* descriptor of what it was opened
	                                    from, or -1 */
	struct lists *lists;             /* one version of each */
	VEC(struct str) files;           /* packs and overlays that serve */
	VEC(struct str) broken;          /* those that are left out */
	struct generation *base;         /* that all but the lists is of, or
	                                    NULL */
	uint32_t relisted;               /* references of those whose base it
	                                    is */
};

/*
 * Loads packs and compiles them.  Broken packs are told in d; where
 * conf.image is named, their last good revisions serve (rule/packkeep.h), and
 * ruleset_held tells which; else they are left out.  False, with e, only when
 * nothing can serve (no pack readable, no folder).  The caller holds the first
 * reference.
 */
bool generation_load(struct generation **out,
    const struct generation_conf *conf, struct diags *d, struct err *e);

/*
 * The same from what another process has compiled: image is the descriptor of
 * its generation, and stays the caller's.  No pack is read, nor any list
 * before generation_open_lists.
 */
bool generation_open(struct generation **out,
    const struct generation_conf *conf, int image, struct err *e);

void generation_open_lists(struct generation *g);

/* The same with other lists, which it takes: what changed feeds make.  The
 * caller holds the first reference. */
struct generation *generation_relist(struct generation *g,
    struct lists *lists);

struct generation *generation_hold(struct generation *g);
void generation_drop(struct generation *g);

#endif
