/* SPDX-License-Identifier: Apache-2.0 */
/* Each key has a few rows to stand in.  Two that take a free row at the same
 * moment may lose one count: nobody waits for that. */
#include "scan/keptcount.h"

#include "base/hash.h"

enum { WAYS = 8, SOON = 10 };

/* What is over, or soon will be, makes room for what lasts. */
static bool
is_less(const struct keptcount_row *a, const struct keptcount_row *b,
    int64_t now)
{
	if ((a->ends > now) != (b->ends > now))
		return a->ends <= now;
	if ((a->ends > now + SOON) != (b->ends > now + SOON))
		return a->ends <= now + SOON;
	return a->count < b->count;
}

/* The row of a key, or the one it would get. */
static struct keptcount_row *
row_of(struct keptcount *k, uint64_t hash, int64_t now)
{
	struct keptcount_row *first, *least;

	first = least = &k->rows[hash % (KEPTCOUNT_ROWS / WAYS) * WAYS];
	for (struct keptcount_row *r = first; r < first + WAYS; r++) {
		if (r->hash == hash && r->ends > now)
			return r;
		if (is_less(r, least, now))
			least = r;
	}
	return least;
}

int64_t
keptcount_get(struct keptcount *k, struct str key, int64_t now)
{
	uint64_t hash = hash_bytes(key, 0);
	struct keptcount_row *r = row_of(k, hash, now);

	return r->hash == hash && r->ends > now ? r->count : 0;
}

void
keptcount_add(struct keptcount *k, struct str key, int64_t now, int64_t ends)
{
	uint64_t hash = hash_bytes(key, 0);
	struct keptcount_row *r = row_of(k, hash, now);

	if (r->hash != hash || r->ends <= now) {
		r->count = 0;
		r->hash = hash;
	}
	r->count++;
	r->ends = ends;
}
