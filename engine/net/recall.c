/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is there stands in a row of two lines of a processor's cache, one for
 * each key, and is compared, never believed.  Most of what is asked for is not
 * there: that is a hash, of which nobody outside knows the seed, in one of five
 * gaps of a line.
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
	LINES = 4096,
	GAPS = 5,          /* of a line */
	OURS = 64,
	ROW_BYTES = 109,   /* for key and value; most need 80 */
	LINE = 64          /* of a processor's cache */
};

/* States count from the first, which is 1. */
struct row {
	uint32_t read;     /* 0: never */
	atomic_uint_least32_t changed;
	int64_t ends;
	uint16_t value_n;
	uint8_t key_n;
	char bytes[ROW_BYTES];
};

/* Where there is none. */
struct line {
	atomic_uint_least32_t changed;
	uint32_t read[GAPS];
	uint32_t low[GAPS], high[GAPS]; /* of the hash */
};

struct recall {
	struct row rows[ROWS];
	struct line lines[LINES];
	atomic_uint_least32_t ours[OURS]; /* states that were made here */
	uint64_t before;   /* the first */
	uint32_t now;      /* 0: they have become too many */
	uint32_t since;    /* the last that somebody else made */
	void *room;        /* in which it stands */
};

static_assert(sizeof(struct row) == 2 * LINE, "no row stands in three lines");
static_assert(sizeof(struct line) == LINE, "gaps stand in one");

static uint32_t
number_of(const struct recall *r, uint64_t state)
{
	uint64_t n = state - r->before;

	return n < UINT32_MAX ? (uint32_t)n : 0;
}

struct recall *
recall_new(uint64_t state)
{
	/* What nobody uses of it takes no memory. */
	char *room = calloc(1, sizeof(struct recall) + LINE);
	struct recall *r;

	if (room == NULL)
		abort();
	r = (void *)(room + (LINE - (uintptr_t)room % LINE) % LINE);
	r->room = room;
	r->before = state - 1;
	r->now = r->since = 1;
	return r;
}

void
recall_free(struct recall *r)
{
	if (r != NULL)
		free(r->room);
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

	__builtin_prefetch(&r->lines[hash % LINES]);
	__builtin_prefetch(row);
	__builtin_prefetch((const char *)row + LINE);
}

static bool
is_good(const struct recall *r, uint32_t read,
    const atomic_uint_least32_t *changed)
{
	return read >= r->since && read >= atomic_load_explicit(changed,
	    memory_order_relaxed);
}

static bool
is_gap(const struct recall *r, uint64_t hash)
{
	const struct line *l = &r->lines[hash % LINES];

	for (int i = 0; i < GAPS; i++)
		if (l->low[i] == (uint32_t)hash && l->high[i] == hash >> 32)
			return is_good(r, l->read[i], &l->changed);
	return false;
}

bool
recall_get(const struct recall *r, struct store_key key, struct recalled *out)
{
	const struct row *row = &r->rows[key.hash % ROWS];

	if (is_gap(r, key.hash)) {
		*out = (struct recalled){ 0 };
		return r->now != 0;
	}
	if (!is_good(r, row->read, &row->changed) ||
	    row->key_n != key.text.n ||
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
	row->read = r->now;
	row->ends = what->ends;
	row->key_n = (uint8_t)key.n;
	row->value_n = (uint16_t)what->value.n;
	memcpy(row->bytes, key.p, key.n);
	if (what->value.n != 0)
		memcpy(row->bytes + key.n, what->value.p, what->value.n);
}

/* Its own place, or that of the one which was read longest ago; of those of one
 * state, any. */
static void
put_gap(struct recall *r, struct line *l, uint64_t hash)
{
	int at = (int)((hash >> 32) % GAPS);

	for (int i = 0; i < GAPS; i++) {
		if (l->low[i] == (uint32_t)hash && l->high[i] == hash >> 32) {
			at = i;
			break;
		}
		if (l->read[i] < l->read[at])
			at = i;
	}
	l->read[at] = r->now;
	l->low[at] = (uint32_t)hash;
	l->high[at] = (uint32_t)(hash >> 32);
}

void
recall_put(struct recall *r, struct store_key key, const struct recalled *what)
{
	if (what->is_there)
		put_row(r, &r->rows[key.hash % ROWS], key.text, what);
	else
		put_gap(r, &r->lines[key.hash % LINES], key.hash);
}

void
recall_change(struct recall *r, uint64_t state, uint64_t hash, bool is_new)
{
	uint32_t n = number_of(r, state);

	atomic_store_explicit(&r->rows[hash % ROWS].changed, n,
	    memory_order_relaxed);
	if (is_new)
		atomic_store_explicit(&r->lines[hash % LINES].changed, n,
		    memory_order_relaxed);
}

void
recall_changed(struct recall *r, uint64_t state)
{
	uint32_t n = number_of(r, state);

	atomic_store_explicit(&r->ours[n % OURS], n, memory_order_release);
}
