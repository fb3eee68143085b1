/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of entries, one behind the other as they came: all live as long, so
 * the oldest are the first that are over, and the first that make room.  Once
 * those at its front are over it begins again there, so that no more memory is
 * gone through than what is alive takes.  A table of slots says where the entry
 * of a hash stands; who comes last has the slot, and what it had before is not
 * found any more.
 */
#include "net/storecache.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum {
	SLOTS_LEAST = 64,
	SLOTS_MOST = 1 << 20,
	ENTRY_USUAL = 256,     /* bytes */
	SOON = 32,             /* keys that are brought near together */
	LINE = 64              /* of a processor's cache, and of an entry */
};

struct entry {
	uint64_t hash;
	int64_t ends_ms;
	uint32_t key_n, value_n;
	enum store_result result;
	char bytes[];          /* the key, the value */
};

struct store_cache {
	/* Of the last entry of each hash: how many lines came before it;
	 * modulo the ring's lines its place. */
	uint64_t *slots;
	size_t n_slots;        /* a power of two */
	char *ring;
	uint64_t lines;        /* of the ring */
	uint64_t first, next;  /* lines: the oldest that is as it was, the one
	                        * to come */
	int64_t front_ends_ms; /* when the entry at the ring's front is over */
	int64_t life_ms;
	uint64_t soon[SOON];   /* hashes: their slots are on the way */
	size_t n_soon;
};

static struct entry *
entry_at(const struct store_cache *c, uint64_t line)
{
	return (struct entry *)(void *)(c->ring + line % c->lines * LINE);
}

static uint64_t
lines_of(size_t key_n, size_t value_n)
{
	return (sizeof(struct entry) + key_n + value_n + LINE - 1) / LINE;
}

/* The entry of a key, or NULL. */
static struct entry *
find(const struct store_cache *c, struct store_key key)
{
	uint64_t line = c->slots[key.hash % c->n_slots];
	struct entry *e;

	if (line < c->first)
		return NULL;
	e = entry_at(c, line);
	if (e->hash != key.hash || e->key_n != key.text.n ||
	    memcmp(e->bytes, key.text.p, key.text.n) != 0)
		return NULL;
	return e;
}

void
store_cache_near(struct store_cache *c, uint64_t hash)
{
	if (c == NULL || c->n_soon == SOON)
		return;
	__builtin_prefetch(&c->slots[hash % c->n_slots]);
	c->soon[c->n_soon++] = hash;
}

/* The entries, once the slots are here. */
static void
bring_near(struct store_cache *c)
{
	for (size_t i = 0; i < c->n_soon; i++) {
		uint64_t line = c->slots[c->soon[i] % c->n_slots];
		const char *at = (const char *)entry_at(c, line);

		if (line < c->first)
			continue;
		__builtin_prefetch(at);
		__builtin_prefetch(at + LINE);
	}
	c->n_soon = 0;
}

enum store_result
store_cache_get(struct store_cache *c, struct store_key key,
    struct str *value)
{
	const struct entry *e;

	if (c == NULL)
		return STORE_FAILED;
	if (c->n_soon != 0)
		bring_near(c);
	e = find(c, key);
	if (e == NULL || e->ends_ms <= clock_tick_ms())
		return STORE_FAILED;
	*value = (struct str){ e->bytes + e->key_n, e->value_n };
	return e->result;
}

/* Room for so many lines in a row; what stood there is gone. */
static uint64_t
take_lines(struct store_cache *c, uint64_t n, int64_t now)
{
	uint64_t line, left = c->lines - c->next % c->lines;

	if (left < n || c->front_ends_ms <= now)
		c->next += left % c->lines;
	line = c->next;
	if (line % c->lines == 0)
		c->front_ends_ms = now + c->life_ms;
	c->next += n;
	if (c->next > c->lines && c->first < c->next - c->lines)
		c->first = c->next - c->lines;
	return line;
}

void
store_cache_put(struct store_cache *c, struct store_key of,
    enum store_result result, struct str value)
{
	const struct str key = of.text;
	uint64_t n = lines_of(key.n, value.n), line;
	int64_t now = clock_tick_ms();
	struct entry *e;

	if (c == NULL || result == STORE_FAILED || n > c->lines / 2)
		return;
	line = take_lines(c, n, now);
	e = entry_at(c, line);
	*e = (struct entry){ .hash = of.hash, .ends_ms = now + c->life_ms,
		.result = result,
		.key_n = (uint32_t)key.n, .value_n = (uint32_t)value.n };
	memcpy(e->bytes, key.p, key.n);
	if (value.n != 0)
		memcpy(e->bytes + key.n, value.p, value.n);
	c->slots[of.hash % c->n_slots] = line;
}

void
store_cache_drop(struct store_cache *c, struct store_key key)
{
	if (c != NULL && find(c, key) != NULL)
		c->slots[key.hash % c->n_slots] = 0;
}

static size_t
slots_for(size_t bytes)
{
	size_t n = SLOTS_LEAST;

	while (n < SLOTS_MOST && n < bytes / ENTRY_USUAL)
		n *= 2;
	return n;
}

struct store_cache *
store_cache_new(size_t bytes, int64_t life_ms)
{
	struct store_cache *c;

	if (bytes < LINE || life_ms <= 0)
		return NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		abort();
	c->life_ms = life_ms;
	c->n_slots = slots_for(bytes);
	c->slots = calloc(c->n_slots, sizeof(*c->slots));
	c->lines = bytes / LINE;
	c->ring = aligned_alloc(LINE, c->lines * LINE);
	c->first = c->next = c->lines;
	if (c->slots == NULL || c->ring == NULL)
		abort();
	return c;
}

void
store_cache_free(struct store_cache *c)
{
	if (c == NULL)
		return;
	free(c->slots);
	free(c->ring);
	free(c);
}
