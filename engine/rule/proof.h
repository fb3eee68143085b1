/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PROOF_H
#define RULE_PROOF_H

/*
 * The tests that stand in packs, run before the packs serve (rule/trial.h has
 * the tests).  Only packs that have changed are tried, or all where brands or
 * groups that others share have, a few at a time with the brands beside them,
 * so that time and memory stay small however many packs there are.  Packs of
 * lists are not: feeds change by the minute.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/pack.h"

struct diags;

struct proof_job {
	const pack_list *packs;
	bool (*is_new)(void *client, struct str path);
	void *client;
	int64_t most_ms;
	struct str list_images; /* folder, or "": see lists_open_kept */
};

/* Tests that fail go to d: as errors of packs that are new, as warnings of
 * others.  Gives the number of packs for which there was no time. */
size_t proof_run(const struct proof_job *job, struct diags *d);

#endif
