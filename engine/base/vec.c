/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where arrays grow. */
#include "base/vec.h"

#include <string.h>

void *
vec_grow(struct arena *a, const void *at, size_t n, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 8 : *room * 2;
	char *grown = arena_take_raw_many(a, more, size);

	if (n != 0)
		memcpy(grown, at, n * size);
	memset(grown + n * size, 0, (more - n) * size);
	*room = more;
	return grown;
}
