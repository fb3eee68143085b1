/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where arrays grow. */
#include "base/vec.h"

#include <stdint.h>
#include <string.h>

/* Most lists stay short, and what is large is not kept in store. */
static size_t
first_room(size_t size)
{
	enum { FIRST_BYTES = 128, FIRST_MOST = 8 };
	size_t room = FIRST_BYTES / size;

	return room == 0 ? 1 : room > FIRST_MOST ? FIRST_MOST : room;
}

void *
vec_grow(struct arena *a, void *at, size_t n, size_t *room, size_t size)
{
	return vec_room(a, at, n, room, size,
	    *room == 0 ? first_room(size) : *room * 2);
}

void *
vec_room(struct arena *a, void *at, size_t n, size_t *room, size_t size,
    size_t more)
{
	char *grown = at;

	if (more > SIZE_MAX / size ||
	    !arena_extend(a, at, *room * size, more * size)) {
		/* a little more, a thousand times, is still a few moves */
		if (more < *room + *room / 2)
			more = *room + *room / 2;
		grown = arena_take_raw_many(a, more, size);
		if (n != 0)
			memcpy(grown, at, n * size);
	}
	memset(grown + n * size, 0, (more - n) * size);
	*room = more;
	return grown;
}
