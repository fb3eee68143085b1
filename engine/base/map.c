/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing, linear probing, at most half full.  The seed differs by
 * process, so no peer can choose keys that collide. */
#include "base/map.h"

#include <stdatomic.h>

#include "base/arena.h"
#include "base/chance.h"
#include "base/hash.h"

enum { ROOM_FIRST = 16 };

struct map_slot {
	struct str key; /* p is NULL: free */
	uint64_t hash;
	uint32_t value;
};

uint64_t
map_seed(void)
{
	static atomic_uint_fast64_t kept;
	uint_fast64_t none = 0;

	if (kept != 0)
		return kept;
	/* Another thread may have been first. */
	atomic_compare_exchange_strong(&kept, &none, chance_number());
	return kept;
}

void
map_init(struct map *m, struct arena *a)
{
	*m = (struct map){ .arena = a, .seed = map_seed() };
}

/* The slot of key, or the free one where it belongs. */
static struct map_slot *
slot_of(struct map_slot *slots, size_t room, struct str key, uint64_t hash)
{
	size_t i = hash & (room - 1);

	while (slots[i].key.p != NULL &&
	    (slots[i].hash != hash || !str_eq(slots[i].key, key)))
		i = (i + 1) & (room - 1);
	return &slots[i];
}

static void
grow(struct map *m)
{
	size_t room = m->room == 0 ? ROOM_FIRST : m->room * 2;
	struct map_slot *slots = ARENA_MANY(m->arena, struct map_slot, room);

	for (size_t i = 0; i < m->room; i++) {
		struct map_slot *old = &m->slots[i];

		if (old->key.p != NULL)
			*slot_of(slots, room, old->key, old->hash) = *old;
	}
	m->slots = slots;
	m->room = room;
}

uint32_t *
map_get(const struct map *m, struct str key)
{
	struct map_slot *slot;

	if (m->n == 0)
		return NULL;
	slot = slot_of(m->slots, m->room, key, hash_bytes(key, m->seed));
	return slot->key.p == NULL ? NULL : &slot->value;
}

uint32_t *
map_put(struct map *m, struct str key, uint32_t first)
{
	uint64_t hash = hash_bytes(key, m->seed);
	struct map_slot *slot;

	if (key.p == NULL)
		key.p = "";
	if (2 * (m->n + 1) > m->room)
		grow(m);
	slot = slot_of(m->slots, m->room, key, hash);
	if (slot->key.p == NULL) {
		*slot = (struct map_slot){ key, hash, first };
		m->n++;
	}
	return &slot->value;
}
