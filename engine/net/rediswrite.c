/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Updates: each goes into the journal, or is added to one of its key that is
 * there and has not been sent; then into the queue of its slot, and flies to
 * the server of that slot when it can, a moment later, in one call of the
 * script with others.  Two of one key never fly in two calls at the same time,
 * so whatever becomes of one, the next comes after it.  An update leaves the
 * journal when the server has said that it is done, or when it is dropped;
 * every reason to drop has a counter.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "net/loop.h"
#include "net/redis.h"
#include "net/redisscript.h"
#include "net/rediswrite.h"
#include "net/storeledger.h"

enum {
	FLYING_MOST = 128,      /* of one server: questions wait behind them */
	LOOKED_AT_MOST = 4096,  /* updates, in one go */
	SOON_MS = 50,           /* what comes meanwhile goes together */
	LATER_MS = 1000,        /* the same of what is patient */
	/* A mark may be gone a little before its hour is over. */
	UNSURE_SECONDS = REDIS_MARK_SECONDS - 60,
	ADOPT_FIRST_MS = 300,   /* to look what there is */
	ADOPT_OWN_MS = 2000,    /* those who come back take their own */
	ADOPT_AGAIN_MS = 1000,  /* where there was too much of it */
	ADOPT_ROOM_MS = 300,    /* where there was no room for it */
	ADOPT_MS = 10000,
	DIARY_SHARE = 4
};

static void
confirm(struct redis_writes *s, struct write *w)
{
	struct store_counts *c = &s->redis->counts;

	count_add(&s->redis->conf.ledger->written, write_times(w));
	c->replayed += w->is_kept ? write_times(w) : 0;
	c->doubles += w->fate == DONE_BEFORE ? write_times(w) : 0;
	write_finish(s, w);
}

/* It waits again; after LOST it may have arrived. */
static void
return_to_queue(struct redis_writes *s, struct write *w)
{
	struct journal_record *r = w->entry.record;

	if (w->fate == LOST)
		r->state = JOURNAL_UNSURE;
	else if (r->state == JOURNAL_SENT)
		r->state = JOURNAL_NEW;
	s->is_returned = true;
	if (w->elsewhere == NULL && !w->is_unknown)
		write_keep(s, w);
	else
		loop_ready(s->redis->loop, &s->go);
	write_queue(s, w);
}

static void
settle_one(struct redis_writes *s, struct write *w)
{
	struct store_counts *c = &s->redis->counts;

	write_mark_flying(s, w, 0);
	switch (w->fate) {
	case DONE:
	case DONE_BEFORE:
		confirm(s, w);
		break;
	case CANNOT_KNOW:
		write_drop(s, w, &c->dropped_unsure);
		break;
	case REFUSED:
		write_drop(s, w, &c->dropped_refused);
		break;
	case FLYING:
	case LATER:
	case LOST:
		return_to_queue(s, w);
		break;
	}
}

static void
go_in(struct redis_writes *s, int64_t ms)
{
	int64_t at = clock_ms() + ms;

	if (s->is_soon && s->soon_at <= at)
		return;
	s->is_soon = true;
	s->soon_at = at;
	timer_set(s->soon, ms);
}

static void
settle(struct write_volley *v)
{
	struct redis_writes *s = v->writes;
	struct write *w;

	while ((w = TAILQ_FIRST(&v->list)) != NULL) {
		TAILQ_REMOVE(&v->list, w, of_slot);
		v->node->flying--;
		settle_one(s, w);
	}
	free(v);
	if (s->is_returned)
		go_in(s, SOON_MS);
	else if (s->is_full || s->is_held)
		loop_ready(s->redis->loop, &s->go);
}

/* Going. */

static void
fly(struct redis_writes *s, struct write *w, struct redis_node *node)
{
	write_close_sum(s, w);
	TAILQ_REMOVE(&s->slots[w->slot].list, w, of_slot);
	redis_volley_add(s, w, node);
}

static bool
can_write(const struct redis_node *node)
{
	return node != NULL && redis_conn_is_ready(node->write) &&
	    node->flying < FLYING_MOST &&
	    node->write_after_ms <= clock_ms();
}

/* Dropped if its time is over, or nobody could tell whether it was done. */
static bool
is_over(struct redis_writes *s, struct write *w)
{
	const struct journal_record *r = w->entry.record;
	struct store_counts *c = &s->redis->counts;
	int64_t now = clock_wall();
	bool is_unsure = r->state == JOURNAL_UNSURE &&
	    (int64_t)(r->number / 1000000) + UNSURE_SECONDS < now;

	if (r->ends > now && !is_unsure)
		return false;
	TAILQ_REMOVE(&s->slots[w->slot].list, w, of_slot);
	write_close_sum(s, w);
	write_drop(s, w, is_unsure ? &c->dropped_unsure : &c->dropped_old);
	return true;
}

/* Somebody else has taught it. */
static bool
is_lost(struct redis_writes *s, struct write *w)
{
	if (write_claim_of(s, w) != CLAIM_LOST)
		return false;
	TAILQ_REMOVE(&s->slots[w->slot].list, w, of_slot);
	write_close_sum(s, w);
	w->fate = DONE_BEFORE;
	confirm(s, w);
	return true;
}

/* False: enough for now. */
static bool
go_slot(struct redis_writes *s, struct slot_queue *q, size_t *looked_at)
{
	struct redis_node *home, *node;
	struct write *w, *next;

	home = redis_map_node(s->redis->map, (unsigned)(q - s->slots));
	for (w = TAILQ_FIRST(&q->list); w != NULL; w = next) {
		next = TAILQ_NEXT(w, of_slot);
		if (++*looked_at > LOOKED_AT_MOST)
			return false;
		node = w->elsewhere != NULL ? w->elsewhere : home;
		s->is_full |= node != NULL && node->flying >= FLYING_MOST;
		if (!can_write(node))
			return true;
		if (write_must_wait(s, w, redis_volley_joining(w, node)) ||
		    write_claim_of(s, w) == CLAIM_OPEN)
			s->is_held = true;
		else if (!is_over(s, w) && !is_lost(s, w))
			fly(s, w, node);
	}
	return true;
}

static void
on_go(void *owner)
{
	struct redis_writes *s = owner;
	struct slot_queue *q, *next;
	struct redis_node *node;
	size_t looked_at = 0;
	bool goes_on = true;

	s->is_full = s->is_held = s->is_returned = false;
	for (q = LIST_FIRST(&s->busy); q != NULL && goes_on; q = next) {
		next = LIST_NEXT(q, entry);
		goes_on = go_slot(s, q, &looked_at);
		if (TAILQ_EMPTY(&q->list)) {
			LIST_REMOVE(q, entry);
			q->is_listed = false;
		}
	}
	LIST_FOREACH(node, &s->redis->nodes, entry)
		redis_volley_seal(s, node);
	if (!LIST_EMPTY(&s->busy))
		timer_set(s->again, REDIS_AGAIN_MS);
}

static void
on_soon(void *owner)
{
	struct redis_writes *s = owner;

	s->is_soon = false;
	on_go(s);
}

/* Coming in. */

static void
take(struct redis_writes *s, struct write *w)
{
	w->slot = redis_map_slot(s->redis->map, &s->key, write_key(w));
	write_claim_begin(s, w);
	write_queue(s, w);
	s->waiting += write_times(w);
	if (write_is_diary(w))
		s->diary_bytes += w->entry.record->value_n;
}

/* What is only to be looked at leaves most of the journal to what is
 * learnt. */
static bool
is_too_much(const struct redis_writes *s, const struct update *u)
{
	return u->kind == UPDATE_DIARY && s->diary_bytes + u->value_n >
	    s->redis->conf.remote.journal_bytes / DIARY_SHARE;
}

/* It became part of the last one of its key. */
static bool
is_added(struct redis_writes *s, const struct update *u)
{
	struct write *w = *write_recent(s, (struct str){ u->bytes, u->key_n });
	struct store_counts *c = &s->redis->counts;

	if (w == NULL || !journal_merge(s->journal, &w->entry, u))
		return false;
	s->waiting += u->times;
	s->kept += w->is_kept ? u->times : 0;
	c->kept += w->is_kept ? u->times : 0;
	return true;
}

static bool
add(struct redis_writes *s, const struct update *u)
{
	struct write *w = write_new(s);
	struct redis_node *node;

	if (is_too_much(s, u) || !journal_add(s->journal, &w->entry, u)) {
		s->redis->counts.dropped_full++;
		write_free(s, w);
		return false;
	}
	take(s, w);
	if (!write_is_diary(w))
		*write_recent(s, write_key(w)) = w;
	node = redis_map_node(s->redis->map, w->slot);
	if (node == NULL || node->refuses ||
	    !redis_conn_is_ready(node->write))
		write_keep(s, w);
	return true;
}

bool
redis_write(struct redis_writes *s, const struct update *u)
{
	if (!is_added(s, u) && !add(s, u))
		return false;
	if (journal_survives(s->journal))
		count_add(&s->redis->conf.ledger->kept, u->times);
	go_in(s, u->is_patient ? LATER_MS : SOON_MS);
	return true;
}

void
redis_writes_go(struct redis_writes *s)
{
	loop_ready(s->redis->loop, &s->go);
}

void
redis_writes_leave(struct redis_writes *s, const struct redis_node *node)
{
	struct slot_queue *q;
	struct write *w;

	LIST_FOREACH(q, &s->busy, entry) {
		TAILQ_FOREACH(w, &q->list, of_slot) {
			if (w->elsewhere == node)
				w->elsewhere = NULL;
		}
	}
}

void
redis_writes_told(struct redis_writes *s)
{
	journal_count(s->journal, s->kept);
}

size_t
redis_writes_waiting(const struct redis_writes *s)
{
	return s->waiting;
}

/* Left by another process: kept, so to say, by that. */
static struct journal_entry *
on_recovered(void *owner)
{
	struct redis_writes *s = owner;
	struct write *w = write_new(s);

	TAILQ_INSERT_TAIL(&s->recovered, w, of_slot);
	return &w->entry;
}

/* What a worker that is no more has counted as kept is not counted again.
 * before: how many of those in the journal were, before these came. */
static void
take_back_counted(struct redis_writes *s, uint64_t before, size_t found)
{
	uint64_t n = journal_counted(s->journal) - before;

	if (n > found)
		n = found;
	s->redis->counts.kept -= n;
	journal_count(s->journal, before + n);
}

static void
take_recovered(struct redis_writes *s, uint64_t counted)
{
	struct write_list found = TAILQ_HEAD_INITIALIZER(found);
	struct write *w;
	size_t n = 0, before = s->kept;

	TAILQ_CONCAT(&found, &s->recovered, of_slot);
	while ((w = TAILQ_FIRST(&found)) != NULL) {
		TAILQ_REMOVE(&found, w, of_slot);
		take(s, w);
		write_keep(s, w);
		n++;
	}
	take_back_counted(s, counted, s->kept - before);
	if (n != 0)
		log_info("store: %zu updates of an earlier run are still to "
		    "be sent", n);
	if (journal_damaged(s->journal) != s->damaged)
		log_warn("store: a part of a journal could not be read");
	s->damaged = journal_damaged(s->journal);
	loop_ready(s->redis->loop, &s->go);
}

/* Somebody else may have taken them meanwhile: it looks there now and then. */
static bool
waits_for_room(const struct redis_writes *s)
{
	return s->may_adopt && s->left != 0 &&
	    !journal_may_adopt(s->journal) &&
	    clock_ms() - s->adopted_ms < ADOPT_MS;
}

/* Those of workers that are no more. */
static void
on_adopt(void *owner)
{
	struct redis_writes *s = owner;
	uint64_t counted = journal_counted(s->journal);

	if (waits_for_room(s)) {
		timer_set(s->adopting, ADOPT_ROOM_MS);
		return;
	}
	s->adopted_ms = clock_ms();
	if (s->may_adopt)
		s->left = journal_adopt(s->journal, on_recovered, s);
	else
		s->left = journal_orphans(s->journal);
	take_recovered(s, counted);
	if (!s->may_adopt)
		timer_set(s->adopting, ADOPT_OWN_MS);
	else if (s->left != 0)
		timer_set(s->adopting, journal_may_adopt(s->journal) ?
		    ADOPT_AGAIN_MS : ADOPT_ROOM_MS);
	else
		timer_set(s->adopting, ADOPT_MS);
	s->may_adopt = true;
}

size_t
redis_writes_left(const struct redis_writes *s)
{
	return s->left;
}

/* In memory where it cannot be in the folder. */
static bool
open_journal(struct redis_writes *s, const struct store_remote *remote,
    struct err *e)
{
	struct journal_conf conf = { remote->journal, remote->journal_bytes,
		on_recovered, s, s->redis->conf.run };

	if (conf.folder != NULL && journal_open(&s->journal, &conf, e))
		return true;
	if (conf.folder != NULL)
		log_warn("store: updates are kept in memory alone: %s",
		    e->text);
	conf.folder = NULL;
	return journal_open(&s->journal, &conf, e);
}

bool
redis_writes_open(struct redis_writes **out, struct redis *r, struct err *e)
{
	const struct store_remote *conf = &r->conf.remote;
	struct redis_writes *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->redis = r;
	s->land = settle;
	s->n_slots = redis_map_slots(r->map);
	s->slots = calloc(s->n_slots, sizeof(*s->slots));
	if (s->slots == NULL)
		abort();
	for (unsigned i = 0; i < s->n_slots; i++)
		TAILQ_INIT(&s->slots[i].list);
	s->go = (struct task){ .run = on_go, .owner = s };
	TAILQ_INIT(&s->recovered);
	TAILQ_INIT(&s->spares);
	s->soon = timer_new(r->loop, on_soon, s);
	s->again = timer_new(r->loop, on_go, s);
	s->adopting = timer_new(r->loop, on_adopt, s);
	buf_init(&s->key, REDIS_KEY_MOST);
	s->calls = redis_calls_new(conf->prefix);
	*out = s;
	if (!open_journal(s, conf, e))
		return false;
	take_recovered(s, 0);
	timer_set(s->adopting, ADOPT_FIRST_MS);
	return true;
}

/* When no connection is left: none flies any more. */
void
redis_writes_free(struct redis_writes *s)
{
	struct write *w;

	if (s == NULL)
		return;
	for (unsigned i = 0; i < s->n_slots; i++) {
		while ((w = TAILQ_FIRST(&s->slots[i].list)) != NULL) {
			TAILQ_REMOVE(&s->slots[i].list, w, of_slot);
			free(w);
		}
	}
	while ((w = TAILQ_FIRST(&s->spares)) != NULL) {
		TAILQ_REMOVE(&s->spares, w, of_slot);
		free(w);
	}
	journal_close(s->journal);
	loop_unready(s->redis->loop, &s->go);
	timer_free(s->soon);
	timer_free(s->again);
	timer_free(s->adopting);
	redis_calls_free(s->calls);
	buf_release(&s->key);
	free(s->slots);
	free(s);
}
