/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One block of memory an answer, in a chain by hash and in a line by use.
 */
#include "net/dnscache.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "base/chance.h"
#include "base/hash.h"

enum { BUCKETS = 4096 };

struct entry {
	LIST_ENTRY(entry) by_hash;
	TAILQ_ENTRY(entry) by_use;
	size_t bytes;
	int64_t ends_ms;
	enum dns_type type;
	struct str name;
	struct dns_answer answer;
	struct str at[]; /* then the bytes of the name and of each */
};

struct dnscache {
	size_t most, used;
	uint64_t seed; /* whoever asks must not choose the chain */
	TAILQ_HEAD(entry_line, entry) line; /* the latest first */
	LIST_HEAD(chain, entry) chains[BUCKETS];
};

struct dnscache *
dnscache_new(size_t bytes)
{
	struct dnscache *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->most = bytes;
	c->seed = chance_number();
	TAILQ_INIT(&c->line);
	return c;
}

static void
drop(struct dnscache *c, struct entry *e)
{
	LIST_REMOVE(e, by_hash);
	TAILQ_REMOVE(&c->line, e, by_use);
	c->used -= e->bytes;
	free(e);
}

void
dnscache_free(struct dnscache *c)
{
	if (c == NULL)
		return;
	while (!TAILQ_EMPTY(&c->line))
		drop(c, TAILQ_FIRST(&c->line));
	free(c);
}

static struct chain *
chain_of(struct dnscache *c, enum dns_type type, struct str name)
{
	return &c->chains[hash_bytes(name, c->seed + type) % BUCKETS];
}

static struct entry *
find(struct dnscache *c, enum dns_type type, struct str name)
{
	struct entry *e;

	LIST_FOREACH(e, chain_of(c, type, name), by_hash) {
		if (e->type == type && str_eq(e->name, name))
			return e;
	}
	return NULL;
}

const struct dns_answer *
dnscache_get(struct dnscache *c, enum dns_type type, struct str name,
    int64_t now_ms)
{
	struct entry *e = find(c, type, name);

	if (e == NULL)
		return NULL;
	if (e->ends_ms <= now_ms) {
		drop(c, e);
		return NULL;
	}
	TAILQ_REMOVE(&c->line, e, by_use);
	TAILQ_INSERT_HEAD(&c->line, e, by_use);
	return &e->answer;
}

static int64_t
life(const struct dns_answer *answer)
{
	int64_t most = answer->result == DNS_FOUND ? DNSCACHE_TTL_MOST
	    : DNSCACHE_NEGATIVE_MOST;

	if (answer->result == DNS_FAILED)
		return DNSCACHE_FAILED;
	return answer->ttl < most ? answer->ttl : most;
}

static struct str
place(char **to, struct str s)
{
	struct str copy = { *to, s.n };

	if (s.n != 0)
		memcpy(*to, s.p, s.n);
	*to += s.n;
	return copy;
}

static struct entry *
entry_new(struct str name, const struct dns_answer *answer)
{
	size_t bytes = sizeof(struct entry) + name.n +
	    answer->n * sizeof(struct str);
	struct entry *e;
	char *to;

	for (size_t i = 0; i < answer->n; i++)
		bytes += answer->at[i].n;
	e = calloc(1, bytes);
	if (e == NULL)
		abort();
	to = (char *)&e->at[answer->n];
	e->bytes = bytes;
	e->name = place(&to, name);
	e->answer = *answer;
	e->answer.at = e->at;
	for (size_t i = 0; i < answer->n; i++)
		e->at[i] = place(&to, answer->at[i]);
	return e;
}

void
dnscache_put(struct dnscache *c, enum dns_type type, struct str name,
    const struct dns_answer *answer, int64_t now_ms)
{
	struct entry *old = find(c, type, name), *e;

	if (old != NULL)
		drop(c, old);
	if (life(answer) == 0)
		return;
	e = entry_new(name, answer);
	e->type = type;
	e->ends_ms = now_ms + life(answer) * 1000;
	LIST_INSERT_HEAD(chain_of(c, type, name), e, by_hash);
	TAILQ_INSERT_HEAD(&c->line, e, by_use);
	c->used += e->bytes;
	while (c->used > c->most)
		drop(c, TAILQ_LAST(&c->line, entry_line));
}

size_t
dnscache_used(const struct dnscache *c)
{
	return c->used;
}
