/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Updates that wait: in the queue of their slot, in the order of their
 * numbers; and what is counted of them until they leave the journal.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "net/rediswrite.h"
#include "net/storeledger.h"

enum { SPARES_MOST = 8192 };

struct str
write_key(const struct write *w)
{
	return (struct str){ w->entry.record->text, w->entry.record->key_n };
}

/* Updates that it stands for. */
size_t
write_times(const struct write *w)
{
	return journal_times(w->entry.record);
}

static uint64_t *
bucket_of(struct redis_writes *s, const struct write *w)
{
	return &s->flies[hash_bytes(write_key(w), 0) % REDIS_KEY_BUCKETS];
}

/* Of a diary many fly at a time: the order there is nobody's promise. */
bool
write_is_diary(const struct write *w)
{
	return w->entry.record->kind == UPDATE_DIARY;
}

bool
write_must_wait(struct redis_writes *s, const struct write *w, uint64_t call)
{
	uint64_t flies = write_is_diary(w) ? 0 : *bucket_of(s, w);

	return flies != 0 && flies != call;
}

void
write_mark_flying(struct redis_writes *s, const struct write *w, uint64_t call)
{
	if (!write_is_diary(w))
		*bucket_of(s, w) = call;
}

struct write **
write_recent(struct redis_writes *s, struct str key)
{
	return &s->recent[hash_bytes(key, 0) % REDIS_RECENT];
}

/* Nothing can be added to it any more. */
void
write_close_sum(struct redis_writes *s, const struct write *w)
{
	struct write **recent = write_recent(s, write_key(w));

	if (*recent == w)
		*recent = NULL;
}

/* Its server is not there, or has said no for now. */
void
write_keep(struct redis_writes *s, struct write *w)
{
	if (w->is_kept)
		return;
	w->is_kept = true;
	s->kept += write_times(w);
	s->redis->counts.kept += write_times(w);
}

/* Behind those with smaller numbers: those that come back come first. */
void
write_queue(struct redis_writes *s, struct write *w)
{
	struct slot_queue *q = &s->slots[w->slot];
	struct write *before = TAILQ_LAST(&q->list, write_list);
	uint64_t number = w->entry.record->number;

	if (before != NULL && before->entry.record->number > number) {
		TAILQ_FOREACH(before, &q->list, of_slot) {
			if (before->entry.record->number > number)
				break;
		}
		TAILQ_INSERT_BEFORE(before, w, of_slot);
	} else {
		TAILQ_INSERT_TAIL(&q->list, w, of_slot);
	}
	if (!q->is_listed)
		LIST_INSERT_HEAD(&s->busy, q, entry);
	q->is_listed = true;
}

/* Between buffers that come and go with each message they would keep those
 * from growing where they are: some stay where they are. */
struct write *
write_new(struct redis_writes *s)
{
	struct write *w = TAILQ_FIRST(&s->spares);

	if (w == NULL) {
		w = calloc(1, sizeof(*w));
	} else {
		TAILQ_REMOVE(&s->spares, w, of_slot);
		s->n_spares--;
		memset(w, 0, sizeof(*w));
	}
	if (w == NULL)
		abort();
	return w;
}

void
write_free(struct redis_writes *s, struct write *w)
{
	if (s->n_spares == SPARES_MOST) {
		free(w);
		return;
	}
	s->n_spares++;
	TAILQ_INSERT_HEAD(&s->spares, w, of_slot);
}

static void
settle_kept(struct redis_writes *s, const struct write *w)
{
	uint64_t counted = journal_counted(s->journal);
	size_t times = write_times(w);

	if (!w->is_kept)
		return;
	s->kept -= times;
	journal_count(s->journal, counted > times ? counted - times : 0);
	if (s->kept != 0 || s->left != 0)
		return;
	log_info("store: all updates that were kept have been sent: %" PRIu64
	    " kept, %" PRIu64 " replayed, %" PRIu64 " of them were there "
	    "already, %" PRIu64 " dropped", s->redis->counts.kept,
	    s->redis->counts.replayed, s->redis->counts.doubles,
	    count_get(&s->redis->conf.ledger->failed));
}

void
write_finish(struct redis_writes *s, struct write *w)
{
	settle_kept(s, w);
	write_claim_end(s, w, false);
	s->waiting -= write_times(w);
	if (write_is_diary(w))
		s->diary_bytes -= w->entry.record->value_n;
	journal_done(s->journal, &w->entry);
	write_free(s, w);
}

void
write_drop(struct redis_writes *s, struct write *w, uint64_t *why)
{
	*why += write_times(w);
	count_add(&s->redis->conf.ledger->failed, write_times(w));
	write_finish(s, w);
}
