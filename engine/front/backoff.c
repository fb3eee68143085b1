/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slot an address, by its hash.  Two that meet in one share its waiting
 * time until it is over: better than to be forgotten.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "front/token.h"

enum {
	SLOTS = 1024,
	FREE_FAILURES = 3,
	WAIT_FIRST_MS = 1000,
	WAIT_MOST_MS = 5 * 60 * 1000,
	FORGET_MS = 10 * 60 * 1000
};

struct slot {
	struct addr who;
	unsigned failures;
	int64_t last_ms;
	int64_t until_ms;
};

struct backoff {
	uint64_t seed;   /* nobody can aim at somebody else's slot */
	struct slot slots[SLOTS];
	uint64_t proved[SLOTS]; /* hashes of an address with a token */
};

struct backoff *
backoff_new(void)
{
	struct backoff *b = mmap(NULL, sizeof(*b), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char text[TOKEN_TEXT] = "";

	if (b == MAP_FAILED)
		abort();
	token_make(text);
	b->seed = hash_bytes(str_of(text), 0);
	return b;
}

void
backoff_free(struct backoff *b)
{
	if (b != NULL)
		munmap(b, sizeof(*b));
}

/* In IPv6 a customer has a /64 to himself. */
static struct addr
whose(const struct addr *who)
{
	struct addr net = *who;

	if (net.family == 6)
		memset(net.bytes + 8, 0, 8);
	return net;
}

static size_t
slot_of(const struct backoff *b, const struct addr *net)
{
	struct str bytes = { (const char *)net->bytes, sizeof(net->bytes) };

	return hash_bytes(bytes, b->seed) % SLOTS;
}

bool
backoff_waits(const struct backoff *b, const struct addr *who, int64_t now_ms)
{
	struct addr net = whose(who);

	return now_ms < b->slots[slot_of(b, &net)].until_ms;
}

void
backoff_failed(struct backoff *b, const struct addr *who, int64_t now_ms)
{
	struct addr net = whose(who);
	struct slot *slot = &b->slots[slot_of(b, &net)];
	int64_t wait = WAIT_FIRST_MS;

	if (!addr_eq(&slot->who, &net) || now_ms - slot->last_ms > FORGET_MS)
		*slot = (struct slot){ .who = net };
	slot->failures++;
	slot->last_ms = now_ms;
	if (slot->failures <= FREE_FAILURES)
		return;
	for (unsigned i = FREE_FAILURES + 1; i < slot->failures &&
	    wait < WAIT_MOST_MS; i++)
		wait *= 2;
	slot->until_ms = now_ms + (wait < WAIT_MOST_MS ? wait : WAIT_MOST_MS);
}

static uint64_t
proof_of(const struct backoff *b, const struct addr *who, const struct token *t)
{
	struct addr net = whose(who);
	struct str bytes = { (const char *)net.bytes, sizeof(net.bytes) };

	return hash_bytes(str_of(t->hash), hash_bytes(bytes, b->seed));
}

void
backoff_proved(struct backoff *b, const struct addr *who, const struct token *t)
{
	uint64_t proof = proof_of(b, who, t);

	b->proved[proof % SLOTS] = proof;
}

bool
backoff_knows(const struct backoff *b, const struct addr *who,
    const struct token *t)
{
	uint64_t proof = proof_of(b, who, t);

	return b->proved[proof % SLOTS] == proof;
}
