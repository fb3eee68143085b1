/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_WORLD_H
#define SCAN_WORLD_H

/*
 * Where the scans of a worker run and ask: its loop, its store, its name
 * servers, and the questions now under way, so that equal ones share an
 * answer.
 */

#include <stddef.h>
#include <stdint.h>

struct dns;
struct loop;
struct scan;
struct store;
struct world;

/* s and d may be NULL: then every question to them fails at once. */
struct world *world_new(struct loop *l, struct store *s, struct dns *d);
/* The store, or NULL. */
struct store *world_store(const struct world *w);
/* Frees the scans that are left, unanswered. */
void world_free(struct world *w);

/*
 * Gives a scan to the loop, which runs it, has it answer once, lets the
 * checks learn and frees it.  Whoever lost interest before the answer calls
 * scan_free; after the answer the scan is no longer theirs.
 */
void scan_send(struct scan *s, struct world *w);

/* What one scan may ask name servers: how many questions, and for how long
 * from the first on; the rest has failed.  Not said: no bound. */
void world_bound_dns(struct world *w, unsigned queries, int64_t ms);

/* For how long a scan may wait for the store before it answers, all of its
 * look-ups together; each the engine bounds by itself.  Not said: no more
 * bound than that. */
void world_bound_store(struct world *w, int64_t ms);

/* Where the scan that has its turn is noted, and what its loop's connections
 * bring is received; it must outlive the loop. */
struct inhand;
void world_note(struct world *w, struct inhand *h);
/* That, or NULL. */
struct inhand *world_noted(const struct world *w);

/* Where what is bounded is counted; it must outlive the world. */
struct keptcount;
void world_bound(struct world *w, struct keptcount *k);
/* That, or NULL. */
struct keptcount *world_bounded(const struct world *w);

/* Where the times of its scans are written down; it must outlive the world. */
struct meter;
void world_measure(struct world *w, struct meter *m);

struct world_counts {
	size_t scans;     /* under way */
	uint64_t asked, shared, failed;
};
struct world_counts world_counts(const struct world *w);
/* There the number of scans under way stands from now on, for others who
 * read that memory. */
void world_tell(struct world *w, size_t *scans);

#endif
