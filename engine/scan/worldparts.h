/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_WORLDPARTS_H
#define SCAN_WORLDPARTS_H

/* What a world is made of, for those in scan/ who let scans ask in it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "scan/query.h"
#include "scan/world.h"

struct inhand;
struct keptcount;
struct loop;
struct meter;
struct scan;

/* A scan that runs in a world. */
struct world_scan {
	LIST_ENTRY(world_scan) entry;
	struct scan *scan;
};

struct world {
	struct loop *loop;
	struct queries queries;
	struct inhand *inhand;
	struct meter *meter;
	struct keptcount *bounded;
	LIST_HEAD(, world_scan) scans;
	struct world_counts counts;
	size_t *told;      /* the number of scans, or NULL */
	unsigned dns_most; /* questions of a scan to name servers; 0: any */
	int64_t dns_ms;    /* that it waits for them */
	int64_t store_ms;  /* and for the store; 0: any */
};

void world_enter(struct world *w, struct world_scan *entry);
void world_leave(struct world *w, struct world_scan *entry);

#endif
