/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_ASK_H
#define SCAN_ASK_H

/*
 * One question to the outside world, and room for its answer.
 *
 * Asking never blocks and never calls back.  The asker keeps the pointer,
 * says that it waits, and is run again once all its questions are settled.
 * A question settles exactly once; when the scan reaches its deadline,
 * whatever is still open settles as failed.
 *
 * Asks live in the arena of their scan.  There is nothing to free.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct check_run;

enum ask_state {
	ASK_OPEN,
	ASK_ANSWERED, /* answer[0] to answer[count - 1] are there */
	ASK_NONE,     /* the world says: no such key */
	ASK_FAILED    /* time-out, broken answer, over a limit, cut short */
};

struct ask {
	enum ask_state state;
	size_t count;
	struct str *answer;
};

/* Two scans asking for the same key share one look-up. */
const struct ask *ask_store(struct check_run *run, struct str key);

/* For learn(): adds to a counter of the store (net/store.h), for as many
 * seconds as life says.  Nothing without a store. */
void learn_count(struct check_run *run, struct str key, int64_t more,
    int64_t life);

#endif
