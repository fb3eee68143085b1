/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key is told by its hash, of which nobody outside knows the seed.  What is
 * there stands in a row, one for each key: a line of a processor's cache, and
 * another one for the few whose value is longer.  Most of what is asked for is
 * not there: that is a hash in one of five gaps of a line.
 *
 * Each place says in which state it was read; and there stands in which it was
 * changed last.  The latter is written before anybody can see that state, and
 * who reads believes none before he has seen in `ours` that all of it was
 * written.
 */
#include "net/recall.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROWS = 16384,      /* powers of two */
	TAILS = 1024,
	LINES = 4096,
	GAPS = 5,          /* of a line */
	OURS = 64,
	ROW_BYTES = 47,    /* of a value; a tally of good mail alone has 46 */
	TAIL_BYTES = 56,
	VALUE_MOST = ROW_BYTES + TAIL_BYTES,
	LINE = 64          /* of a processor's cache */
};

/* States count from the first, which is 1. */
struct row {
	uint64_t hash;
	uint32_t read;     /* 0: never */
	uint32_t ends;
	uint8_t value_n;
	char bytes[ROW_BYTES];
};

/* What a row has no room for.  Who comes last stays. */
struct tail {
	uint64_t hash;
	char bytes[TAIL_BYTES];
};

/* Where there is none. */
struct line {
	atomic_uint_least32_t changed;
	uint32_t read[GAPS];
	uint32_t low[GAPS], high[GAPS]; /* of the hash */
};

struct recall {
	struct row rows[ROWS];
	struct tail tails[TAILS];
	struct line lines[LINES];
	atomic_uint_least32_t changed[ROWS];
	atomic_uint_least32_t ours[OURS]; /* states that were made here */
	uint64_t before;   /* the first */
	uint32_t now;      /* 0: they have become too many */
	uint32_t since;    /* the last that somebody else made */
	void *room;        /* in which it stands */
	char value[VALUE_MOST]; /* one with a tail */
};

static_assert(sizeof(struct row) == LINE, "a row is one line");
static_assert(sizeof(struct tail) == LINE, "and so is its tail");
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
	__builtin_prefetch(&r->lines[hash % LINES]);
	__builtin_prefetch(&r->rows[hash % ROWS]);
	__builtin_prefetch(&r->changed[hash % ROWS]);
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

/* False: another one stands in its place. */
static bool
value_of(struct recall *r, const struct row *row, struct str *out)
{
	const struct tail *t = &r->tails[row->hash % TAILS];

	*out = (struct str){ row->bytes, row->value_n };
	if (row->value_n <= ROW_BYTES)
		return true;
	memcpy(r->value, row->bytes, ROW_BYTES);
	memcpy(r->value + ROW_BYTES, t->bytes, row->value_n - ROW_BYTES);
	out->p = r->value;
	return t->hash == row->hash;
}

bool
recall_get(struct recall *r, uint64_t hash, struct recalled *out)
{
	const struct row *row = &r->rows[hash % ROWS];

	if (is_gap(r, hash)) {
		*out = (struct recalled){ 0 };
		return r->now != 0;
	}
	if (row->hash != hash ||
	    !is_good(r, row->read, &r->changed[hash % ROWS]))
		return false;
	*out = (struct recalled){ .is_there = true, .ends = row->ends };
	return value_of(r, row, &out->value) && r->now != 0;
}

static void
put_row(struct recall *r, uint64_t hash, const struct recalled *what)
{
	struct row *row = &r->rows[hash % ROWS];
	struct str value = what->value;
	struct tail *t;

	if (value.n > VALUE_MOST || what->ends < 0 || what->ends > UINT32_MAX)
		return;
	row->hash = hash;
	row->read = r->now;
	row->ends = (uint32_t)what->ends;
	row->value_n = (uint8_t)value.n;
	if (value.n != 0)
		memcpy(row->bytes, value.p,
		    value.n < ROW_BYTES ? value.n : ROW_BYTES);
	if (value.n <= ROW_BYTES)
		return;
	t = &r->tails[hash % TAILS];
	t->hash = hash;
	memcpy(t->bytes, value.p + ROW_BYTES, value.n - ROW_BYTES);
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
recall_put(struct recall *r, uint64_t hash, const struct recalled *what)
{
	if (what->is_there)
		put_row(r, hash, what);
	else
		put_gap(r, &r->lines[hash % LINES], hash);
}

void
recall_change(struct recall *r, uint64_t state, uint64_t hash, bool is_new)
{
	uint32_t n = number_of(r, state);

	atomic_store_explicit(&r->changed[hash % ROWS], n,
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
