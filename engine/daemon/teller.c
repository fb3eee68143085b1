/* SPDX-License-Identifier: Apache-2.0 */
/* What stood at the seat when this worker came, and what it has counted. */
#include "daemon/teller.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "base/count.h"
#include "base/log.h"
#include "check/dnslists.h"
#include "front/front.h"
#include "net/dns.h"
#include "net/loop.h"
#include "net/store.h"
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
	struct dns *dns;
	struct timer *timer;
	struct counts before;   /* as it stood when we came */
	struct told_lists lists;
};

static void
tell_store(struct teller *t)
{
	struct counts *to = t->front->counts;
	const struct counts *b = &t->before;
	struct store_counts c;
	uint64_t why;

	store_counts(t->store, &c);
	count_set(&to->store.gets, b->store.gets + c.gets);
	count_set(&to->store.hits, b->store.hits + c.hits);
	count_set(&to->store.cached, b->store.cached + c.cached);
	count_set(&to->store.late, b->store.late + c.late);
	count_set(&to->store.away, b->store.away + c.away);
	count_set(&to->store.trips, b->store.trips + c.trips);
	count_set(&to->store.write_trips,
	    b->store.write_trips + c.write_trips);
	count_set(&to->store.breaks, b->store.breaks + c.breaks);
	count_set(&to->store.puts, b->store.puts + c.puts);
	count_set(&to->store.written, b->store.written + c.written);
	count_set(&to->store.failed, b->store.failed + c.failed);
	count_set(&to->store.evicted, b->store.evicted + c.evicted);
	count_set(&to->store.kept, b->store.kept + c.kept);
	count_set(&to->store.replayed, b->store.replayed + c.replayed);
	count_set(&to->store.doubles, b->store.doubles + c.doubles);
	why = c.dropped_full + c.dropped_old + c.dropped_unsure +
	    c.dropped_refused;
	count_set(&to->store.dropped[DROP_FULL],
	    b->store.dropped[DROP_FULL] + c.dropped_full);
	count_set(&to->store.dropped[DROP_OLD],
	    b->store.dropped[DROP_OLD] + c.dropped_old);
	count_set(&to->store.dropped[DROP_UNSURE],
	    b->store.dropped[DROP_UNSURE] + c.dropped_unsure);
	count_set(&to->store.dropped[DROP_REFUSED],
	    b->store.dropped[DROP_REFUSED] + c.dropped_refused);
	count_set(&to->store.dropped[DROP_QUEUE],
	    b->store.dropped[DROP_QUEUE] +
	    (c.dropped > why ? c.dropped - why : 0));
	t->front->seat->now.is_store_ready = store_is_ready(t->store);
	t->front->seat->now.servers = c.servers;
	t->front->seat->now.broken = c.broken;
	t->front->seat->now.refusing = c.refusing;
	t->front->seat->now.waiting = c.waiting;
}

static void
tell_dns(struct teller *t)
{
	struct counts *to = t->front->counts;
	const struct counts *b = &t->before;
	const struct dns_counts c = dns_counts(t->dns);

	count_set(&to->dns.asked, b->dns.asked + c.asked);
	count_set(&to->dns.kept, b->dns.kept + c.kept);
	count_set(&to->dns.sent, b->dns.sent + c.sent);
	count_set(&to->dns.late, b->dns.late + c.late);
	count_set(&to->dns.failed, b->dns.failed + c.failed);
	count_set(&to->dns.odd, b->dns.odd + c.odd);
	count_set(&to->dns.refused, b->dns.refused + c.refused);
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
	struct counts *to = t->front->counts;
	const struct counts *b = &t->before;
	const struct world_counts c = world_counts(t->front->world);

	count_set(&to->asks.asked, b->asks.asked + c.asked);
	count_set(&to->asks.shared, b->asks.shared + c.shared);
	count_set(&to->asks.failed, b->asks.failed + c.failed);
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
teller_new(struct front *f, struct store *s, struct dns *d)
{
	struct teller *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	t->front = f;
	t->store = s;
	t->dns = d;
	t->before = *f->counts;
	t->timer = timer_new(f->loop, on_time, t);
	timer_set(t->timer, TELL_MS);
	f->tell = on_asked;
	f->teller = t;
	f->seat->now.has_store = s != NULL;
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
