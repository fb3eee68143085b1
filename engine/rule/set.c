/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frozen hash tables: open addressing, at most half full, all values in one
 * array.  The keys are those of packs, so nobody who sends mail can choose
 * any that collide.
 */
#include "rule/set.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"

enum { NET_KEY = 18, BITS4 = 32, BITS6 = 128 };

struct set_slot {
	uint64_t hash;
	struct str key;
	uint32_t kind;
	uint32_t begin; /* in values */
	uint32_t n;     /* 0: free */
};

void
set_init(struct set *s, struct arena *a)
{
	*s = (struct set){ .arena = a };
}

static uint64_t
hash_of(uint32_t kind, struct str key)
{
	return hash_bytes(key, kind);
}

void
set_add(struct set *s, uint32_t kind, struct str key, uint32_t value)
{
	*VEC_ADD(s->arena, &s->entries) = (struct set_entry){
		.hash = hash_of(kind, key),
		.kind = kind,
		.value = value,
		.key = key,
	};
}

static int
order(const void *a, const void *b)
{
	const struct set_entry *x = a, *y = b;
	int rc;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	rc = str_order(x->key, y->key);
	if (rc != 0)
		return rc;
	return (x->value > y->value) - (x->value < y->value);
}

static bool
is_same(const struct set_slot *slot, uint64_t hash, uint32_t kind,
    struct str key)
{
	return slot->hash == hash && slot->kind == kind &&
	    str_eq(slot->key, key);
}

/* The slot of a key, or the free one where it belongs. */
static struct set_slot *
slot_of(const struct set *s, uint64_t hash, uint32_t kind, struct str key)
{
	size_t i = hash & s->mask;

	while (s->slots[i].n != 0 && !is_same(&s->slots[i], hash, kind, key))
		i = (i + 1) & s->mask;
	return &s->slots[i];
}

void
set_freeze(struct set *s)
{
	size_t room = 16, n = s->entries.n;

	while (room < 2 * n)
		room *= 2;
	s->slots = ARENA_MANY(s->arena, struct set_slot, room);
	s->mask = room - 1;
	s->values = ARENA_MANY(s->arena, uint32_t, n);
	if (n != 0)
		qsort(s->entries.at, n, sizeof(*s->entries.at), order);
	for (size_t i = 0; i < n; i++) {
		const struct set_entry *e = &s->entries.at[i];
		struct set_slot *slot = slot_of(s, e->hash, e->kind, e->key);

		s->values[i] = e->value;
		if (slot->n == 0)
			*slot = (struct set_slot){ .hash = e->hash,
				.key = e->key, .kind = e->kind,
				.begin = (uint32_t)i };
		slot->n++;
	}
	s->entries.n = 0;
}

struct set_values
set_find(const struct set *s, uint32_t kind, struct str key)
{
	const struct set_slot *slot;

	if (s->slots == NULL)
		return (struct set_values){ NULL, 0 };
	slot = slot_of(s, hash_of(kind, key), kind, key);
	return (struct set_values){ s->values + slot->begin, slot->n };
}

void
nets_init(struct nets *n, struct arena *a)
{
	*n = (struct nets){ .arena = a };
	set_init(&n->set, a);
}

/* Family, length, and the address with everything behind the prefix zero. */
static struct str
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
	    str_copy(n->arena, net_key(key, &net->addr, bits)), value);
}

void
nets_freeze(struct nets *n)
{
	set_freeze(&n->set);
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
