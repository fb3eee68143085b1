/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims in a cluster: a receipt is on another server than what it is for, so
 * no script sees both.  The receipt goes first; what it is for waits for what
 * has become of it.  Of a few hundred receipts that is remembered, the others
 * are taken for their writer's.
 */
#include "base/hash.h"
#include "net/redis.h"
#include "net/rediswrite.h"

static struct str
value_of(const struct write *w)
{
	const struct journal_record *r = w->entry.record;

	return (struct str){ r->text + r->key_n, r->value_n };
}

static struct redis_claim *
find(struct redis_writes *s, struct str key, struct str token)
{
	uint64_t hash = hash_bytes(token, hash_bytes(key, 0));
	struct redis_claim *c = &s->claims[hash % REDIS_CLAIMS];

	return c->hash == hash ? c : NULL;
}

static bool
is_receipt(const struct redis_writes *s, const struct write *w)
{
	const struct journal_record *r = w->entry.record;

	return redis_map_follows(s->redis->map) && r->kind == UPDATE_PUT &&
	    r->more == PUT_NEW;
}

static struct str
token_of(const struct write *w)
{
	struct str value = value_of(w);

	return str_from(value, str_find_last(value, '\n') + 1);
}

void
write_claim_begin(struct redis_writes *s, const struct write *w)
{
	uint64_t hash;

	if (!is_receipt(s, w))
		return;
	hash = hash_bytes(token_of(w), hash_bytes(write_key(w), 0));
	s->claims[hash % REDIS_CLAIMS] = (struct redis_claim){ hash,
		CLAIM_OPEN };
}

void
write_claim_end(struct redis_writes *s, const struct write *w, bool is_lost)
{
	struct redis_claim *c = is_receipt(s, w) ?
	    find(s, write_key(w), token_of(w)) : NULL;

	if (c != NULL && c->state == CLAIM_OPEN)
		c->state = is_lost ? CLAIM_LOST : CLAIM_WON;
}

enum redis_claim_state
write_claim_of(struct redis_writes *s, const struct write *w)
{
	struct store_claim claim;
	struct redis_claim *c;

	if (!redis_map_follows(s->redis->map) ||
	    w->entry.record->kind != UPDATE_TEACH ||
	    !claim_read(&claim, value_of(w)))
		return CLAIM_WON;
	c = find(s, claim.key, claim.token);
	if (c == NULL || (c->state == CLAIM_LOST && claim.is_last_word))
		return CLAIM_WON;
	return c->state;
}
