/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_LEARN_H
#define SCAN_LEARN_H

/*
 * What a check tells the store, in its learn() and report(): what net/store.h
 * has under these names.  Nothing happens without a store.
 */

#include <stdint.h>

#include "base/str.h"

struct check_run;
struct store_claim;
struct store_lesson;

/* claim: or NULL. */
void learn_teach(struct check_run *run, struct str key,
    const struct store_lesson *l, const struct store_claim *claim);
void learn_teach_later(struct check_run *run, struct str key,
    const struct store_lesson *l);
void learn_put(struct check_run *run, struct str key, struct str value,
    int64_t life);
void learn_put_new(struct check_run *run, struct str key, struct str value,
    int64_t life);
void learn_put_over(struct check_run *run, struct str key, struct str value,
    int64_t life);
void learn_forget(struct check_run *run, struct str key);

/* Adds to a counter of the store, for as many seconds as life says; nobody
 * looks for it at once. */
void learn_count(struct check_run *run, struct str key, int64_t more,
    int64_t life);
/* One more of what is bounded: all processes of this daemon know at once how
 * many they have counted, whatever becomes of the store. */
void learn_bounded(struct check_run *run, struct str key, int64_t life);
/* The same without the store: for them alone. */
void learn_bounded_note(struct check_run *run, struct str key, int64_t life);
int64_t learn_bounded_here(const struct check_run *run, struct str key);

#endif
