/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

/*
 * A hash table from slices to numbers, in an arena.  Keys are not copied:
 * they must outlive the map.  Nothing is ever removed.  A zeroed struct with
 * its arena set is an empty map.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct map_slot;

struct map {
	struct arena *arena;
	struct map_slot *slots;
	size_t n;
	size_t room;
	uint64_t seed;
};

/* Of this process, for tables of other shapes. */
uint64_t map_seed(void);

void map_init(struct map *m, struct arena *a);

/* The number kept under key, or NULL: there is none. */
uint32_t *map_get(const struct map *m, struct str key);

/* The place of key, made with value first when it was not there. */
uint32_t *map_put(struct map *m, struct str key, uint32_t first);

#endif
