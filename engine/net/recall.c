/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two tables in which each key has one place.  What is there stands in a row of
 * two lines of a processor's cache, and is compared, never believed.  Most of
 * what is asked for is not there: that is a hash, of which nobody outside knows
 * the seed.
 *
 * Each place says in which state it was read, and in which it was changed last.
 * The latter is written before anybody can see that state, and who reads
 * believes none before he has seen in `ours` that all of it was written.
 */
#include "net/recall.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROWS = 4096,       /* powers of two */
	GAPS = 16384,
	OURS = 64,
	ROW_BYTES = 109,   /* for key and value; most need 80 */
	LINE = 64          /* of a processor's cache */
};

/* States count from the first, which is 1. */
struct when {
	uint32_t read;     /* 0: never */
	atomic_uint_least32_t changed;
};

struct row {
	struct when when;
	int64_t ends;
	uint16_t value_n;
	uint8_t key_n;
	char bytes[ROW_BYTES];
};

/* Where there is none. */
struct gap {
	struct when when;
	uint64_t hash;
};

struct recall {
	struct row rows[ROWS];
	struct gap gaps[GAPS];
	atomic_uint_least32_t ours[OURS]; /* states that were made here */
	uint64_t before;   /* the first */
	uint32_t now;      /* 0: they have become too many */
	uint32_t since;    /* the last that somebody else made */
};

static_assert(sizeof(struct row) == 2 * LINE, "no row stands in three lines");
static_assert(sizeof(struct gap) * 4 == LINE, "no gap stands in two");

static uint32_t
number_of(const struct recall *r, uint64_t state)
{
	uint64_t n = state - r->before;

	return n < UINT32_MAX ? (uint32_t)n : 0;
}

struct recall *
recall_new(uint64_t state)
{
	struct recall *r = aligned_alloc(LINE, (sizeof(*r) + LINE - 1) /
	    LINE * LINE);

	if (r == NULL)
		abort();
	memset(r, 0, sizeof(*r));
	r->before = state - 1;
	r->now = r->since = 1;
	return r;
}

void
recall_free(struct recall *r)
{
	free(r);
}

void
recall_turn(struct recall *r, uint64_t state)
{
	uint32_t now = number_of(r, state);

	if (now - r->now > OURS)
		r->since = now;
	else for (uint32_t n = r->now + 1; n != now + 1; n++)
		if (atomic_load_explicit(&r->ours[n % OURS],
		    memory_order_acquire) != n)
			r->since = n;
	r->now = now;
}

void
recall_near(const struct recall *r, uint64_t hash)
{
	const struct row *row = &r->rows[hash % ROWS];

	__builtin_prefetch(&r->gaps[hash % GAPS]);
	__builtin_prefetch(row);
	__builtin_prefetch((const char *)row + LINE);
}

static bool
is_good(const struct recall *r, const struct when *w)
{
	return w->read >= r->since && w->read >= atomic_load_explicit(
	    &w->changed, memory_order_relaxed);
}

bool
recall_get(const struct recall *r, struct store_key key, struct recalled *out)
{
	const struct gap *gap = &r->gaps[key.hash % GAPS];
	const struct row *row = &r->rows[key.hash % ROWS];

	if (gap->hash == key.hash && is_good(r, &gap->when)) {
		*out = (struct recalled){ 0 };
		return r->now != 0;
	}
	if (!is_good(r, &row->when) || row->key_n != key.text.n ||
	    memcmp(row->bytes, key.text.p, key.text.n) != 0)
		return false;
	*out = (struct recalled){ true, row->ends,
		{ row->bytes + row->key_n, row->value_n } };
	return r->now != 0;
}

static void
put_row(struct recall *r, struct row *row, struct str key,
    const struct recalled *what)
{
	if (key.n == 0 || key.n > ROW_BYTES ||
	    what->value.n > ROW_BYTES - key.n)
		return;
	row->when.read = r->now;
	row->ends = what->ends;
	row->key_n = (uint8_t)key.n;
	row->value_n = (uint16_t)what->value.n;
	memcpy(row->bytes, key.p, key.n);
	if (what->value.n != 0)
		memcpy(row->bytes + key.n, what->value.p, what->value.n);
}

void
recall_put(struct recall *r, struct store_key key, const struct recalled *what)
{
	struct gap *gap = &r->gaps[key.hash % GAPS];

	if (what->is_there) {
		put_row(r, &r->rows[key.hash % ROWS], key.text, what);
		return;
	}
	gap->when.read = r->now;
	gap->hash = key.hash;
}

void
recall_change(struct recall *r, uint64_t state, uint64_t hash)
{
	uint32_t n = number_of(r, state);

	atomic_store_explicit(&r->rows[hash % ROWS].when.changed, n,
	    memory_order_relaxed);
	atomic_store_explicit(&r->gaps[hash % GAPS].when.changed, n,
	    memory_order_relaxed);
}

void
recall_changed(struct recall *r, uint64_t state)
{
	uint32_t n = number_of(r, state);

	atomic_store_explicit(&r->ours[n % OURS], n, memory_order_release);
}
