/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_KEPTCOUNT_H
#define SCAN_KEPTCOUNT_H

/*
 * What the processes of this daemon have counted themselves, whether the store
 * could write it down or not: a bound must hold at once, and while a disk is
 * full, too.  It lies in memory that they share and has room for some hundred
 * keys; where more are counted at a time, the least goes.
 */

#include <stdatomic.h>
#include <stdint.h>

#include "base/str.h"

enum { KEPTCOUNT_ROWS = 512 };

/* Zeroed it is empty. */
struct keptcount {
	struct keptcount_row {
		atomic_uint_fast64_t hash;
		atomic_int_fast64_t count, ends;
	} rows[KEPTCOUNT_ROWS];
};

/* ends, now: seconds, on the same clock. */
void keptcount_add(struct keptcount *k, struct str key, int64_t now,
    int64_t ends);
int64_t keptcount_get(struct keptcount *k, struct str key, int64_t now);

#endif
