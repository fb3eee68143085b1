/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_ASKS_H
#define SCAN_ASKS_H

/* What one scan has to do with the world; seen in scan/ alone. */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "net/dnswire.h"
#include "net/storekey.h"
#include "scan/ask.h"

struct asks;
struct check_run;
struct meter;
struct scan;
struct store;
struct world;

/* The loop's next turn runs the scan on; nothing without a world. */
void asks_wake(struct scan *s);
/* The checks have asked all they can for now. */
void asks_look_away(struct scan *s);
/* Begins the clock of the deadline, when it is not running. */
void asks_wait(struct scan *s);
/* The scan has answered: it may wait for the store as long as that takes. */
void asks_answered(struct scan *s);
/* Withdraws every question; the scan is going away. */
void asks_release(struct scan *s);
/* Where it runs and asks, or NULL. */
struct world *asks_world(const struct scan *s);
/* Where its times are written down, or NULL. */
struct meter *asks_meter(const struct scan *s);
/* The store it may ask, or NULL. */
struct store *asks_store(const struct scan *s);

/* May it ask one more?  Of the store when type is 0, here and below. */
bool asks_may(const struct scan *s, enum dns_type type);
/* It does, and may. */
void asks_count(struct scan *s, enum dns_type type);
/* An ask that is settled by whom it is given to; it is open and nobody waits
 * for it. */
struct ask *asks_note(struct check_run *run, enum dns_type type,
    struct str key);
/* One that the check waits for. */
const struct ask *asks_open(struct check_run *run, enum dns_type type,
    struct store_key key);
/* As ask_pause. */
const struct ask *asks_pause(struct check_run *run, int64_t ms);

#endif
