/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frozen hash tables: open addressing, at most half full.  A slot holds
 * enough of the hash that a key which is not there costs one look into
 * memory.  The keys are those of packs and lists, so nobody who sends mail
 * can choose any that collide.
 */
#include "rule/set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

enum { BITS4 = 32, BITS6 = 128, SLOTS_LEAST = 16,
	ALIGNMENT = 8 };

/* In front of the frozen set; slots, rows, values, keys follow. */
struct set_head {
	uint32_t slots; /* a power of two */
	uint32_t rows;
	uint32_t values;
	uint32_t keys;  /* bytes */
};

struct set_slot {
	uint32_t tag; /* upper half of the hash */
	uint32_t row; /* from 1; 0: free */
};

struct set_row {
	uint32_t kind;
	uint32_t key; /* where it begins */
	uint32_t key_n;
	uint32_t begin; /* in values */
	uint32_t n;
};

/* In front of frozen networks; their set follows. */
struct nets_head {
	uint64_t lengths4;
	uint64_t lengths6[3];
};

void
set_init(struct set *s, struct arena *a)
{
	*s = (struct set){ .arena = a };
}

void
set_add(struct set *s, uint32_t kind, struct str key, uint32_t value)
{
	*VEC_ADD(s->arena, &s->entries) = (struct set_entry){
		.kind = kind,
		.value = value,
		.key = key,
	};
}

static uint64_t
size_of(const struct set_head *h)
{
	return sizeof(*h) + (uint64_t)h->slots * sizeof(struct set_slot) +
	    (uint64_t)h->rows * sizeof(struct set_row) +
	    (uint64_t)h->values * sizeof(uint32_t) + h->keys;
}

/* The parts behind the head. */
static void
point(struct set *s, struct str bytes, const struct set_head *h)
{
	s->bytes = bytes;
	s->slots = (const void *)(bytes.p + sizeof(*h));
	s->rows = (const void *)(s->slots + h->slots);
	s->values = (const void *)(s->rows + h->rows);
	s->keys = (const char *)(s->values + h->values);
	s->mask = h->slots - 1;
}

static bool
is_same(const struct set *s, const struct set_slot *slot, uint32_t tag,
    uint32_t kind, struct str key)
{
	const struct set_row *row;

	if (slot->tag != tag)
		return false;
	row = &s->rows[slot->row - 1];
	return row->kind == kind && row->key_n == key.n &&
	    (key.n == 0 || memcmp(s->keys + row->key, key.p, key.n) == 0);
}

/* The slot of a key, or the free one where it belongs. */
static const struct set_slot *
slot_of(const struct set *s, uint32_t kind, struct str key, uint64_t hash)
{
	uint32_t i = (uint32_t)hash & s->mask;

	while (s->slots[i].row != 0 &&
	    !is_same(s, &s->slots[i], (uint32_t)(hash >> 32), kind, key))
		i = (i + 1) & s->mask;
	return &s->slots[i];
}

/* The parts of a set in the making, which point() gives for reading only. */
struct making {
	struct set_slot *slots;
	struct set_row *rows;
	uint32_t *values;
	char *keys;
	uint32_t n_rows;
	uint32_t n_keys;
	uint32_t *row_of; /* of each entry */
};

static void
make_row(struct making *m, const struct set *s, size_t i)
{
	const struct set_entry *e = &s->entries.at[i];
	uint64_t hash = hash_bytes(e->key, e->kind);
	struct set_slot *slot = m->slots +
	    (slot_of(s, e->kind, e->key, hash) - s->slots);

	if (slot->row == 0) {
		*slot = (struct set_slot){ (uint32_t)(hash >> 32),
			m->n_rows + 1 };
		m->rows[m->n_rows++] = (struct set_row){ .kind = e->kind,
			.key = m->n_keys, .key_n = (uint32_t)e->key.n };
		if (e->key.n != 0)
			memcpy(m->keys + m->n_keys, e->key.p, e->key.n);
		m->n_keys += (uint32_t)e->key.n;
	}
	m->row_of[i] = slot->row - 1;
	m->rows[slot->row - 1].n++;
}

static int
order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The values of each row side by side. */
static void
make_values(struct making *m, const struct set *s)
{
	uint32_t begin = 0;

	for (uint32_t i = 0; i < m->n_rows; i++) {
		m->rows[i].begin = begin;
		begin += m->rows[i].n;
		m->rows[i].n = 0;
	}
	for (size_t i = 0; i < s->entries.n; i++) {
		struct set_row *row = &m->rows[m->row_of[i]];

		m->values[row->begin + row->n++] = s->entries.at[i].value;
	}
	for (uint32_t i = 0; i < m->n_rows; i++)
		if (m->rows[i].n > 1)
			qsort(m->values + m->rows[i].begin, m->rows[i].n,
			    sizeof(uint32_t), order);
}

/* How large everything can become: no key twice. */
static struct set_head
measure(const struct set *s)
{
	struct set_head h = { .slots = SLOTS_LEAST };
	uint64_t keys = 0;

	assert(s->entries.n < UINT32_MAX / 4);
	while (h.slots < 2 * s->entries.n)
		h.slots *= 2;
	for (size_t i = 0; i < s->entries.n; i++)
		keys += s->entries.at[i].key.n;
	assert(keys <= UINT32_MAX);
	h.rows = h.values = (uint32_t)s->entries.n;
	h.keys = (uint32_t)keys;
	return h;
}

/* Rows and keys have become fewer: values and keys move up. */
static struct str
close_up(struct making *m, char *p, struct set_head *h)
{
	char *values = (char *)(m->rows + m->n_rows);
	size_t n = h->values * sizeof(uint32_t);

	memmove(values, m->values, n);
	memmove(values + n, m->keys, m->n_keys);
	h->rows = m->n_rows;
	h->keys = m->n_keys;
	memcpy(p, h, sizeof(*h));
	return (struct str){ p, size_of(h) };
}

void
set_freeze(struct set *s)
{
	struct set_head h = measure(s);
	char *p = arena_take(s->arena, size_of(&h));
	struct making m = {
		.row_of = ARENA_MANY(s->arena, uint32_t, s->entries.n) };

	point(s, (struct str){ p, 0 }, &h);
	m.slots = (void *)(p + sizeof(h));
	m.rows = (void *)(m.slots + h.slots);
	m.values = (void *)(m.rows + h.rows);
	m.keys = (char *)(m.values + h.values);
	for (size_t i = 0; i < s->entries.n; i++)
		make_row(&m, s, i);
	make_values(&m, s);
	point(s, close_up(&m, p, &h), &h);
	s->entries.n = 0;
}

struct set_values
set_find(const struct set *s, uint32_t kind, struct str key)
{
	const struct set_slot *slot;
	const struct set_row *row;

	if (s->slots == NULL)
		return (struct set_values){ NULL, 0 };
	slot = slot_of(s, kind, key, hash_bytes(key, kind));
	if (slot->row == 0)
		return (struct set_values){ NULL, 0 };
	row = &s->rows[slot->row - 1];
	return (struct set_values){ s->values + row->begin, row->n };
}

struct str
set_bytes(const struct set *s)
{
	return s->bytes;
}

static bool
read_head(struct set_head *h, struct str bytes)
{
	if (bytes.n < sizeof(*h) || (uintptr_t)bytes.p % ALIGNMENT != 0)
		return false;
	memcpy(h, bytes.p, sizeof(*h));
	return h->slots >= SLOTS_LEAST && (h->slots & (h->slots - 1)) == 0 &&
	    size_of(h) == bytes.n;
}

/* A look-up ends at a free slot, so there must be one. */
static bool
slots_are_sound(const struct set *s, const struct set_head *h)
{
	uint32_t taken = 0;

	for (uint32_t i = 0; i < h->slots; i++) {
		if (s->slots[i].row > h->rows)
			return false;
		taken += s->slots[i].row != 0;
	}
	return taken < h->slots;
}

static bool
rows_are_sound(const struct set *s, const struct set_head *h)
{
	for (uint32_t i = 0; i < h->rows; i++) {
		const struct set_row *row = &s->rows[i];

		if (row->key > h->keys || row->key_n > h->keys - row->key ||
		    row->begin > h->values ||
		    row->n > h->values - row->begin)
			return false;
	}
	return true;
}

bool
set_open(struct set *s, struct str bytes, struct err *e)
{
	struct set_head h;

	*s = (struct set){ 0 };
	if (!read_head(&h, bytes))
		return err_set(e, "a set of %zu bytes is not as long as its "
		    "head says", bytes.n);
	point(s, bytes, &h);
	if (slots_are_sound(s, &h) && rows_are_sound(s, &h))
		return true;
	*s = (struct set){ 0 };
	return err_set(e, "a set points outside itself");
}

bool
set_values_below(const struct set *s, uint32_t below)
{
	size_t n = s->bytes.n == 0 ? 0
	    : ((const struct set_head *)(const void *)s->bytes.p)->values;

	for (size_t i = 0; i < n; i++)
		if (s->values[i] >= below)
			return false;
	return true;
}

void
nets_init(struct nets *n, struct arena *a)
{
	*n = (struct nets){ 0 };
	set_init(&n->set, a);
}

struct str
net_key(unsigned char key[static NET_KEY], const struct addr *addr,
    unsigned bits)
{
	size_t whole = bits / 8;

	memset(key, 0, NET_KEY);
	key[0] = addr->family;
	key[1] = (unsigned char)bits;
	memcpy(key + 2, addr->bytes, whole);
	if (bits % 8 != 0)
		key[2 + whole] = (unsigned char)(addr->bytes[whole] &
		    (0xff00U >> bits % 8));
	return (struct str){ (const char *)key, NET_KEY };
}

void
nets_add(struct nets *n, uint32_t kind, const struct addr_net *net,
    uint32_t value)
{
	unsigned most = net->addr.family == 4 ? BITS4 : BITS6;
	unsigned bits = net->bits < most ? net->bits : most;
	unsigned char key[NET_KEY];

	if (net->addr.family == 4)
		n->lengths4 |= UINT64_C(1) << bits;
	else
		n->lengths6[bits / 64] |= UINT64_C(1) << bits % 64;
	set_add(&n->set, kind,
	    str_copy(n->set.arena, net_key(key, &net->addr, bits)), value);
}

void
nets_freeze(struct nets *n)
{
	struct nets_head h = { .lengths4 = n->lengths4 };
	struct str set;
	char *p;

	set_freeze(&n->set);
	set = set_bytes(&n->set);
	memcpy(h.lengths6, n->lengths6, sizeof(h.lengths6));
	p = arena_take_raw(n->set.arena, sizeof(h) + set.n);
	memcpy(p, &h, sizeof(h));
	memcpy(p + sizeof(h), set.p, set.n);
	n->bytes = (struct str){ p, sizeof(h) + set.n };
}

struct str
nets_bytes(const struct nets *n)
{
	return n->bytes;
}

bool
nets_open(struct nets *n, struct str bytes, struct err *e)
{
	struct nets_head h;

	*n = (struct nets){ 0 };
	if (bytes.n < sizeof(h))
		return err_set(e, "networks of %zu bytes have no head",
		    bytes.n);
	memcpy(&h, bytes.p, sizeof(h));
	n->bytes = bytes;
	n->lengths4 = h.lengths4;
	memcpy(n->lengths6, h.lengths6, sizeof(h.lengths6));
	return set_open(&n->set, str_from(bytes, sizeof(h)), e);
}

static bool
occurs(const struct nets *n, const struct addr *addr, unsigned bits)
{
	if (addr->family == 4)
		return (n->lengths4 >> bits & 1) != 0;
	return (n->lengths6[bits / 64] >> bits % 64 & 1) != 0;
}

void
nets_find(const struct nets *n, uint32_t kind, const struct addr *addr,
    net_values *out, struct arena *a)
{
	int most = addr->family == 4 ? BITS4 : BITS6;
	unsigned char key[NET_KEY];
	struct set_values found;

	if (addr->family == 0)
		return;
	for (int bits = most; bits >= 0; bits--) {
		if (!occurs(n, addr, (unsigned)bits))
			continue;
		found = set_find(&n->set, kind,
		    net_key(key, addr, (unsigned)bits));
		for (size_t i = 0; i < found.n; i++)
			*VEC_ADD(a, out) = found.at[i];
	}
}
