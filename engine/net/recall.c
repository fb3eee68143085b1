/* SPDX-License-Identifier: Apache-2.0 */
/* A table in which each key has one row, of two lines of a processor's
 * cache: what stands there is compared, never believed. */
#include "net/recall.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROWS = 4096,       /* a power of two */
	ROW_BYTES = 106,   /* for key and value; most need 80 */
	LINE = 64          /* of a processor's cache */
};

struct row {
	uint64_t state;    /* 0: nothing is here */
	int64_t ends;
	uint16_t value_n;
	uint8_t key_n;
	bool is_there;
	char bytes[ROW_BYTES];
};

struct recall {
	struct row rows[ROWS];
};

static_assert(sizeof(struct row) == 2 * LINE, "no row stands in three lines");

struct recall *
recall_new(void)
{
	struct recall *r = aligned_alloc(LINE, sizeof(*r));

	if (r == NULL)
		abort();
	memset(r, 0, sizeof(*r));
	return r;
}

void
recall_free(struct recall *r)
{
	free(r);
}

void
recall_near(const struct recall *r, uint64_t hash)
{
	const struct row *row = &r->rows[hash % ROWS];

	__builtin_prefetch(row);
	__builtin_prefetch((const char *)row + LINE);
}

bool
recall_get(const struct recall *r, uint64_t state, struct store_key key,
    struct recalled *out)
{
	const struct row *row = &r->rows[key.hash % ROWS];

	if (row->state != state || row->key_n != key.text.n ||
	    memcmp(row->bytes, key.text.p, key.text.n) != 0)
		return false;
	*out = (struct recalled){ row->is_there, row->ends,
		{ row->bytes + row->key_n, row->value_n } };
	return true;
}

void
recall_put(struct recall *r, uint64_t state, struct store_key of,
    const struct recalled *what)
{
	struct row *row = &r->rows[of.hash % ROWS];
	const struct str key = of.text;

	if (key.n == 0 || key.n > ROW_BYTES ||
	    what->value.n > ROW_BYTES - key.n)
		return;
	row->state = state;
	row->ends = what->ends;
	row->key_n = (uint8_t)key.n;
	row->value_n = (uint16_t)what->value.n;
	row->is_there = what->is_there;
	memcpy(row->bytes, key.p, key.n);
	if (what->value.n != 0)
		memcpy(row->bytes + key.n, what->value.p, what->value.n);
}
