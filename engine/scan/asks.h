/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_ASKS_H
#define SCAN_ASKS_H

/* What one scan has to do with the world; seen in scan/ alone. */

struct asks;
struct meter;
struct scan;
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

#endif
