/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows side by side, and open addressing over them, at most three quarters
 * full.  A slot holds enough of the hash that a key which is not there costs
 * one look into memory.  A row's note and reference stand behind its key, if
 * it has any.
 */
#include "rule/listtable.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"

enum {
	UNIT = 4,         /* rows begin at multiples */
	SLOTS_LEAST = 16,
	AHEAD = 16        /* slots asked for before they are looked into */
};

struct list_slot {
	uint32_t tag; /* upper half of the hash */
	uint32_t at;  /* of the row, in units, from 1; 0: free */
};

/* In front of each row; the key follows, or, where the row says more, that
 * and then the key. */
struct row_head {
	uint32_t line;
	uint16_t key_n;
	uint16_t has_more;
};

struct more {
	int32_t expires;
	uint16_t note_n, ref_n;
};

void
list_maker_init(struct list_maker *m)
{
	*m = (struct list_maker){ 0 };
	buf_init(&m->rows, (size_t)UINT32_MAX * UNIT);
}

void
list_maker_release(struct list_maker *m)
{
	buf_release(&m->rows);
	free(m->slots);
	m->slots = NULL;
}

static size_t
in_units(size_t n)
{
	return (n + UNIT - 1) / UNIT * UNIT;
}

static void
pad(struct buf *b)
{
	buf_add(b, "\0\0\0", in_units(b->n) - b->n);
}

uint32_t
list_maker_next(const struct list_maker *m)
{
	return (uint32_t)(m->rows.n / UNIT) + 1;
}

bool
list_maker_add(struct list_maker *m, const struct list_row *row)
{
	struct str note = str_head(row->note, LIST_FIELD_MOST);
	struct str ref = str_head(row->ref, LIST_FIELD_MOST);
	struct row_head head = { row->line, (uint16_t)row->key.n,
		row->expires != DAY_NONE || note.n != 0 || ref.n != 0 };
	struct more more = { row->expires, (uint16_t)note.n,
		(uint16_t)ref.n };

	if (row->key.n > UINT16_MAX)
		return false;
	buf_add(&m->rows, &head, sizeof(head));
	if (head.has_more)
		buf_add(&m->rows, &more, sizeof(more));
	buf_add_str(&m->rows, row->key);
	if (head.has_more) {
		buf_add_str(&m->rows, note);
		buf_add_str(&m->rows, ref);
	}
	pad(&m->rows);
	m->n++;
	return true;
}

/* The row that begins there, and how long it is; 0: there is none. */
static size_t
read_row(struct str rows, size_t at, struct list_row *out)
{
	struct str rest = str_from(rows, at);
	struct more more = { .expires = DAY_NONE };
	struct row_head head;
	size_t begin = sizeof(head), n;

	if (rest.n < sizeof(head))
		return 0;
	memcpy(&head, rest.p, sizeof(head));
	if (head.has_more) {
		if (rest.n < sizeof(head) + sizeof(more))
			return 0;
		memcpy(&more, rest.p + sizeof(head), sizeof(more));
		begin += sizeof(more);
	}
	n = begin + head.key_n + more.note_n + more.ref_n;
	if (n > rest.n)
		return 0;
	out->line = head.line;
	out->expires = more.expires;
	out->key = (struct str){ rest.p + begin, head.key_n };
	out->note = (struct str){ out->key.p + head.key_n, more.note_n };
	out->ref = (struct str){ out->note.p + more.note_n, more.ref_n };
	return in_units(n);
}

static size_t
place_of(const struct list_slot *slot)
{
	return (size_t)(slot->at - 1) * UNIT;
}

/* A day without an end is the last of all. */
static int64_t
lasts_until(const struct list_row *row)
{
	return row->expires == DAY_NONE ? INT64_MAX : row->expires;
}

bool
list_row_outlasts(const struct list_row *row, const struct list_row *other)
{
	return lasts_until(row) > lasts_until(other);
}

/* A row on its way to its slot. */
struct waiting {
	struct list_slot slot;
	uint32_t first; /* slot to be looked into */
};

static void
place(struct list_maker *m, const struct waiting *w)
{
	struct list_row own = { 0 }, other = { 0 };
	uint32_t i = w->first;

	for (; m->slots[i].at != 0; i = (i + 1) & (m->n_slots - 1)) {
		if (m->slots[i].tag != w->slot.tag)
			continue;
		read_row(buf_str(&m->rows), place_of(&w->slot), &own);
		read_row(buf_str(&m->rows), place_of(&m->slots[i]), &other);
		if (!str_eq(own.key, other.key))
			continue;
		if (!list_row_outlasts(&own, &other))
			return;
		break;
	}
	m->slots[i] = w->slot;
}

static void
make_slots(struct list_maker *m)
{
	assert(m->n < UINT32_MAX / 4);
	for (m->n_slots = SLOTS_LEAST; m->n_slots / 2 * 3 / 2 < m->n;)
		m->n_slots *= 2;
	m->slots = calloc(m->n_slots, sizeof(*m->slots));
	if (m->slots == NULL) {
		fputs("sekisho: out of memory\n", stderr);
		abort();
	}
}

/* Slots lie all over the memory: each is asked for some rows before it is
 * needed. */
void
list_maker_freeze(struct list_maker *m)
{
	struct str rows = buf_str(&m->rows);
	struct waiting ring[AHEAD];
	struct list_row row;
	size_t n = 0, size;

	make_slots(m);
	for (size_t at = 0; at < rows.n; at += size) {
		struct waiting *w = &ring[n % AHEAD];
		uint64_t hash;

		if (n++ >= AHEAD)
			place(m, w);
		size = read_row(rows, at, &row);
		assert(size != 0);
		hash = hash_bytes(row.key, 0);
		w->slot = (struct list_slot){ (uint32_t)(hash >> 32),
			(uint32_t)(at / UNIT) + 1 };
		w->first = (uint32_t)hash & (m->n_slots - 1);
		__builtin_prefetch(&m->slots[w->first], 1);
	}
	for (size_t i = n < AHEAD ? 0 : n - AHEAD; i < n; i++)
		place(m, &ring[i % AHEAD]);
}

struct str
list_maker_slots(const struct list_maker *m)
{
	return (struct str){ (const char *)m->slots,
		m->n_slots * sizeof(*m->slots) };
}

struct str
list_maker_rows(const struct list_maker *m)
{
	return buf_str(&m->rows);
}

bool
list_table_open(struct list_table *t, struct str slots, struct str rows,
    struct err *e)
{
	size_t n = slots.n / sizeof(struct list_slot);

	if (slots.n % sizeof(struct list_slot) != 0 || n < SLOTS_LEAST ||
	    n > (size_t)UINT32_MAX / 2 + 1 || (n & (n - 1)) != 0 ||
	    (uintptr_t)slots.p % sizeof(struct list_slot) != 0)
		return err_set(e, "%zu bytes are no table of rows", slots.n);
	*t = (struct list_table){ (const void *)slots.p, (uint32_t)(n - 1),
		rows };
	return true;
}

bool
list_table_row(const struct list_table *t, uint32_t id, struct list_row *out)
{
	return id != 0 && read_row(t->rows, (size_t)(id - 1) * UNIT, out) != 0;
}

bool
list_table_find(const struct list_table *t, struct str key,
    struct list_row *out)
{
	uint64_t hash = hash_bytes(key, 0);

	for (uint32_t n = 0; n <= t->mask; n++) {
		const struct list_slot *slot =
		    &t->slots[((uint32_t)hash + n) & t->mask];

		if (slot->at == 0)
			return false;
		if (slot->tag == (uint32_t)(hash >> 32) &&
		    read_row(t->rows, place_of(slot), out) != 0 &&
		    str_eq(out->key, key))
			return true;
	}
	return false;
}
