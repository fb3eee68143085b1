/* SPDX-License-Identifier: Apache-2.0 */
/* The world of a worker: what its scans share, and how much each may ask. */
#include "scan/world.h"

#include <stdlib.h>

#include "net/loop.h"
#include "scan/inhand.h"
#include "scan/scan.h"
#include "scan/worldparts.h"

struct world *
world_new(struct loop *l, struct store *s, struct dns *d)
{
	struct world *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	w->loop = l;
	w->queries.store = s;
	w->queries.dns = d;
	return w;
}

void
world_free(struct world *w)
{
	if (w == NULL)
		return;
	while (!LIST_EMPTY(&w->scans))
		scan_free(LIST_FIRST(&w->scans)->scan);
	queries_release(&w->queries);
	free(w);
}

struct store *
world_store(const struct world *w)
{
	return w->queries.store;
}

void
world_bound_dns(struct world *w, unsigned queries, int64_t ms)
{
	w->dns_most = queries;
	w->dns_ms = ms;
}

void
world_bound_store(struct world *w, int64_t ms)
{
	w->store_ms = ms;
}

static char *
room(void *owner)
{
	_Static_assert((int)INHAND_NOTE >= (int)LOOP_ROOM, "room for a read");

	return inhand_room(owner);
}

void
world_note(struct world *w, struct inhand *h)
{
	w->inhand = h;
	loop_lend(w->loop, room, h);
}

struct inhand *
world_noted(const struct world *w)
{
	return w->inhand;
}

void
world_bound(struct world *w, struct keptcount *k)
{
	w->bounded = k;
}

void
world_measure(struct world *w, struct meter *m)
{
	w->meter = m;
}

struct keptcount *
world_bounded(const struct world *w)
{
	return w->bounded;
}

struct world_counts
world_counts(const struct world *w)
{
	return w->counts;
}

static void
count_scans(struct world *w, size_t n)
{
	w->counts.scans = n;
	if (w->told != NULL)
		*w->told = n;
}

void
world_tell(struct world *w, size_t *scans)
{
	w->told = scans;
	count_scans(w, w->counts.scans);
}

void
world_enter(struct world *w, struct world_scan *entry)
{
	LIST_INSERT_HEAD(&w->scans, entry, entry);
	count_scans(w, w->counts.scans + 1);
}

void
world_leave(struct world *w, struct world_scan *entry)
{
	LIST_REMOVE(entry, entry);
	count_scans(w, w->counts.scans - 1);
}
