/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_PIVOT_H
#define CHECK_PIVOT_H

/*
 * Infrastructure that was seen with a confirmed campaign carries its name for
 * a while, so that the next wave from the same host, or to the same site, is
 * named before anybody writes an indicator.
 */

#include <stdbool.h>
#include <stdint.h>

struct campaign;
struct check_run;
struct known;
struct reputation;
struct scan;

/* In the batch of the tallies, or after those that are here already: for one
 * name a site, and for some bands of a template, as all were marked. */
void pivots_ask(struct check_run *r, struct reputation *rep);
/* The same of one thing that is looked up later. */
void pivot_ask(struct check_run *r, struct known *k);
/* Points and facts for what is there; true when something could not be
 * looked up. */
bool pivots_give(struct check_run *r, const struct reputation *rep);

/* The campaign that a verdict is sure of, or NULL. */
const struct campaign *pivot_campaign(const struct scan *s);
/* It is marked with that.  Not what has a good name of its own: a lure with a
 * link to an innocent site says nothing of the site.  now: wall clock. */
bool pivot_may_mark(const struct known *k, int64_t now);

#endif
