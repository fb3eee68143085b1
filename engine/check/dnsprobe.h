/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_DNSPROBE_H
#define CHECK_DNSPROBE_H

/*
 * Looks whether the lists of a generation answer as lists do (RFC 5782 5):
 * one of addresses has 127.0.0.2 and not 127.0.0.1, one of domains has "test"
 * and not "invalid", one of hashes has none of something under "invalid".  At
 * the start, with each new generation, and every hour.
 * What fails is told in the log; a list that has what no list has, counts for
 * nothing until it has passed.
 */

#include <stdbool.h>

struct dns;
struct dnsprobe;
struct generation;
struct loop;

/* is_telling: what is found goes to the log; of several workers one does. */
struct dnsprobe *dnsprobe_new(struct loop *l, struct dns *d, bool is_telling);
/* Before the loop and the name servers go. */
void dnsprobe_free(struct dnsprobe *p);

/* From now on those of this one, which is held. */
void dnsprobe_watch(struct dnsprobe *p, struct generation *g);

#endif
