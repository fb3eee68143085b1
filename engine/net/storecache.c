/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table whose entries also stand in the order they were asked for. */
#include "net/storecache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/hash.h"

enum { BUCKETS_LEAST = 64, ENTRY_USUAL = 256, BUCKETS_MOST = 1 << 20 };

struct entry {
	LIST_ENTRY(entry) of_bucket;
	TAILQ_ENTRY(entry) by_use;
	int64_t ends_ms;
	enum store_result result;
	size_t key_n, value_n;
	char bytes[];          /* the key, the value */
};
LIST_HEAD(bucket, entry);

struct store_cache {
	struct bucket *buckets;
	size_t n_buckets;
	TAILQ_HEAD(, entry) by_use; /* the longest ago first */
	size_t bytes, most;
	int64_t life_ms;
	uint64_t seed;
};

static struct bucket *
bucket_of(struct store_cache *c, struct str key)
{
	return &c->buckets[hash_bytes(key, c->seed) % c->n_buckets];
}

static size_t
size_of(const struct entry *e)
{
	return sizeof(*e) + e->key_n + e->value_n;
}

static struct entry *
find(struct store_cache *c, struct str key)
{
	struct entry *e;

	LIST_FOREACH(e, bucket_of(c, key), of_bucket) {
		if (str_eq((struct str){ e->bytes, e->key_n }, key))
			return e;
	}
	return NULL;
}

static void
take_out(struct store_cache *c, struct entry *e)
{
	c->bytes -= size_of(e);
	LIST_REMOVE(e, of_bucket);
	TAILQ_REMOVE(&c->by_use, e, by_use);
	free(e);
}

enum store_result
store_cache_get(struct store_cache *c, struct str key, struct str *value)
{
	struct entry *e = c == NULL ? NULL : find(c, key);

	if (e == NULL)
		return STORE_FAILED;
	if (e->ends_ms <= clock_ms()) {
		take_out(c, e);
		return STORE_FAILED;
	}
	TAILQ_REMOVE(&c->by_use, e, by_use);
	TAILQ_INSERT_TAIL(&c->by_use, e, by_use);
	*value = (struct str){ e->bytes + e->key_n, e->value_n };
	return e->result;
}

void
store_cache_put(struct store_cache *c, struct str key,
    enum store_result result, struct str value)
{
	struct entry *e;

	if (c == NULL || result == STORE_FAILED)
		return;
	store_cache_drop(c, key);
	e = calloc(1, sizeof(*e) + key.n + value.n);
	if (e == NULL)
		abort();
	e->ends_ms = clock_ms() + c->life_ms;
	e->result = result;
	e->key_n = key.n;
	e->value_n = value.n;
	memcpy(e->bytes, key.p, key.n);
	if (value.n != 0)
		memcpy(e->bytes + key.n, value.p, value.n);
	c->bytes += size_of(e);
	LIST_INSERT_HEAD(bucket_of(c, key), e, of_bucket);
	TAILQ_INSERT_TAIL(&c->by_use, e, by_use);
	while (c->bytes > c->most)
		take_out(c, TAILQ_FIRST(&c->by_use));
}

void
store_cache_drop(struct store_cache *c, struct str key)
{
	struct entry *e = c == NULL ? NULL : find(c, key);

	if (e != NULL)
		take_out(c, e);
}

struct store_cache *
store_cache_new(size_t bytes, int64_t life_ms)
{
	struct store_cache *c;

	if (bytes == 0 || life_ms <= 0)
		return NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		abort();
	c->most = bytes;
	c->life_ms = life_ms;
	c->n_buckets = bytes / ENTRY_USUAL;
	if (c->n_buckets < BUCKETS_LEAST)
		c->n_buckets = BUCKETS_LEAST;
	if (c->n_buckets > BUCKETS_MOST)
		c->n_buckets = BUCKETS_MOST;
	c->buckets = calloc(c->n_buckets, sizeof(*c->buckets));
	if (c->buckets == NULL)
		abort();
	TAILQ_INIT(&c->by_use);
	if (getrandom(&c->seed, sizeof(c->seed), GRND_NONBLOCK) < 0)
		c->seed = (uint64_t)clock_us();
	return c;
}

void
store_cache_free(struct store_cache *c)
{
	if (c == NULL)
		return;
	while (!TAILQ_EMPTY(&c->by_use))
		take_out(c, TAILQ_FIRST(&c->by_use));
	free(c->buckets);
	free(c);
}
