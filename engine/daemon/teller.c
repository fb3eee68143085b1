/* SPDX-License-Identifier: Apache-2.0 */
/* What stood at the seat when this worker came, and what it has counted. */
#include "daemon/teller.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/count.h"
#include "base/log.h"
#include "base/vec.h"
#include "check/dnslists.h"
#include "front/front.h"
#include "net/dns.h"
#include "net/loop.h"
#include "net/store.h"
#include "net/storeledger.h"
#include "scan/generation.h"
#include "scan/world.h"

enum { TELL_MS = 1000 };

/* What the lists of a generation had counted when that was told last. */
struct told_lists {
	uint64_t generation;
	uint64_t results[DNSLISTS_MOST][DNSLIST_RESULTS];
};

struct teller {
	struct front *front;
	struct store *store;
	struct store_ledger *ledger;
	struct dns *dns;
	struct timer *timer;
	struct counts before;   /* as it stood when we came */
	struct told_lists lists;
};

/* A number of the seat, and where the one is that it follows. */
struct row {
	size_t to, from;
};

#define STORE(to_, from_) { offsetof(struct counts, store.to_), \
	offsetof(struct store_counts, from_) }
#define DNS(to_) { offsetof(struct counts, dns.to_), \
	offsetof(struct dns_counts, to_) }
#define ASKS(to_) { offsetof(struct counts, asks.to_), \
	offsetof(struct world_counts, to_) }

static const struct row store_rows[] = {
	STORE(gets, gets), STORE(hits, hits), STORE(cached, cached),
	STORE(late, late), STORE(away, away), STORE(trips, trips),
	STORE(write_trips, write_trips), STORE(breaks, breaks),
	STORE(puts, puts), STORE(written, written), STORE(failed, failed),
	STORE(evicted, evicted), STORE(kept, kept), STORE(replayed, replayed),
	STORE(doubles, doubles),
	STORE(dropped[DROP_FULL], dropped_full),
	STORE(dropped[DROP_OLD], dropped_old),
	STORE(dropped[DROP_UNSURE], dropped_unsure),
	STORE(dropped[DROP_REFUSED], dropped_refused),
};

static const struct row dns_rows[] = {
	DNS(asked), DNS(kept), DNS(sent), DNS(late), DNS(failed), DNS(odd),
	DNS(refused),
};

static const struct row asks_rows[] = {
	ASKS(asked), ASKS(shared), ASKS(failed),
};

static uint64_t
number_at(const void *numbers, size_t offset)
{
	uint64_t n;

	memcpy(&n, (const char *)numbers + offset, sizeof(n));
	return n;
}

/* What stood at the seat before, and what was counted since. */
static void
tell_rows(struct teller *t, const struct row *rows, size_t n,
    const void *counted)
{
	char *to = (char *)t->front->counts;

	for (size_t i = 0; i < n; i++)
		count_set((uint64_t *)(void *)(to + rows[i].to),
		    number_at(&t->before, rows[i].to) +
		    number_at(counted, rows[i].from));
}

static void
tell_store(struct teller *t)
{
	struct front_now *now = &t->front->seat->now;
	uint64_t why, told = count_get(&t->ledger->dropped) +
	    count_get(&t->ledger->failed);
	struct store_counts c;

	store_counts(t->store, &c);
	tell_rows(t, store_rows, nitems(store_rows), &c);
	why = c.dropped_full + c.dropped_old + c.dropped_unsure +
	    c.dropped_refused;
	count_set(&t->front->counts->store.dropped[DROP_QUEUE],
	    t->before.store.dropped[DROP_QUEUE] +
	    (c.dropped > why ? c.dropped - why : 0));
	count_set(&t->ledger->told, told);
	now->is_store_ready = store_is_ready(t->store);
	now->servers = c.servers;
	now->broken = c.broken;
	now->refusing = c.refusing;
	now->waiting = c.waiting;
	now->orphans = c.orphans;
}

static void
tell_dns(struct teller *t)
{
	const struct dns_counts c = dns_counts(t->dns);

	tell_rows(t, dns_rows, nitems(dns_rows), &c);
	t->front->seat->now.questions = c.open;
}

static void
tell_list(struct teller *t, size_t i, const struct dnslist *list,
    const struct dnslist_health *h)
{
	uint64_t *told = t->lists.results[i];
	size_t n = roll_number(&t->front->names->dnslists, list->id);

	for (int k = 0; k < DNSLIST_RESULTS; k++) {
		count_add(&t->front->counts->dnslists[n][k],
		    h->results[k] - told[k]);
		told[k] = h->results[k];
	}
	t->front->seat->now.dnslists[i].rests = dnslist_rests(h);
	t->front->seat->now.dnslists[i].answered_ms =
	    (uint64_t)h->answered_ms;
}

/* Each generation counts from nothing on. */
static void
tell_lists(struct teller *t)
{
	const struct generation *g = t->front->generation;
	const struct dnslists *l = dnslists_of(g);

	if (g->number != t->lists.generation)
		t->lists = (struct told_lists){ .generation = g->number };
	for (size_t i = 0; l != NULL && i < l->conf->lists.n; i++)
		tell_list(t, i, &l->conf->lists.at[i], &l->at[i]);
}

static void
tell_asks(struct teller *t)
{
	const struct world_counts c = world_counts(t->front->world);

	tell_rows(t, asks_rows, nitems(asks_rows), &c);
}

static uint64_t
us_of(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * 1000000 + (uint64_t)t->tv_usec;
}

static void
tell_process(struct teller *t)
{
	struct counts *to = t->front->counts;
	struct rusage used;

	count_set(&to->log_lost, t->before.log_lost + log_lost());
	if (getrusage(RUSAGE_SELF, &used) == 0)
		count_set(&to->cpu_us, t->before.cpu_us +
		    us_of(&used.ru_utime) + us_of(&used.ru_stime));
}

static void
tell(struct teller *t)
{
	if (t->store != NULL)
		tell_store(t);
	if (t->dns != NULL)
		tell_dns(t);
	tell_lists(t);
	tell_asks(t);
	tell_process(t);
}

static void
on_time(void *owner)
{
	struct teller *t = owner;

	tell(t);
	timer_set(t->timer, TELL_MS);
}

static void
on_asked(void *owner)
{
	tell(owner);
}

struct teller *
teller_new(struct front *f, struct store *s, struct store_ledger *ledger,
    struct dns *d)
{
	struct teller *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	t->front = f;
	t->store = s;
	t->ledger = ledger;
	t->dns = d;
	t->before = *f->counts;
	t->timer = timer_new(f->loop, on_time, t);
	timer_set(t->timer, TELL_MS);
	f->tell = on_asked;
	f->teller = t;
	/* One that should be there and is not is away. */
	f->seat->now.has_store = f->store != NULL;
	f->seat->now.is_store_ready = 0;
	tell(t);
	return t;
}

void
teller_free(struct teller *t)
{
	if (t == NULL)
		return;
	tell(t);
	timer_free(t->timer);
	free(t);
}
