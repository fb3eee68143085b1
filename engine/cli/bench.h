/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

/*
 * The tests of many packs, on all processors: each pack is tried in the
 * company of all that were read.
 */

#include <stdbool.h>

#include "cli/loader.h"
#include "rule/trial.h"

struct err;

struct bench {
	struct loaded *loaded;    /* those named are tried */
	struct trial_conf conf;
	bool is_watched;          /* a person waits: show how far we are */
};

/* Adds what was found, pack by pack.  False: the packs make no ruleset, or
 * no process can be had. */
bool bench_run(trial_list *out, struct arena *a, const struct bench *bench,
    struct err *e);

/* One pack, in the company of others. */
struct bench_one {
	const pack_list *packs;   /* itself among them */
	struct pack *pack;
	struct trial_conf conf;   /* with the lists that serve, if any */
};

/* The same for it, in this process. */
bool bench_try(trial_list *out, struct arena *a, const struct bench_one *one,
    struct err *e);

#endif
