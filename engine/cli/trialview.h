/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TRIALVIEW_H
#define CLI_TRIALVIEW_H

/*
 * The results of the tests of packs: for a person, as JSON, and in the
 * formats of test reports (TAP 13, JUnit).
 */

#include "cli/terminal.h"
#include "rule/trial.h"

struct buf;

struct trial_view {
	const trial_list *trials;
	size_t packs;
	bool is_quiet, is_verbose;
	const struct terminal *terminal;
	size_t run[TRIAL_KINDS], failed[TRIAL_KINDS], skipped[TRIAL_KINDS];
	size_t all_run, all_failed, all_skipped; /* notes left out */
	size_t values, noticed; /* taken away by mutation */
};

/* Counts the trials; the rest of the struct is the caller's. */
void trial_view_count(struct trial_view *v);

typedef void trial_write(struct buf *to, const struct trial_view *v);

/* The writer of a format; "" is for people. */
trial_write *trial_writer(struct str format);

#define TRIAL_FORMATS "human|json|sarif|github|tap|junit"

#endif
