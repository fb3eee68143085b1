/* SPDX-License-Identifier: Apache-2.0 */
/* The form in which text is compared. */
#include "mail/fold.h"

#include "base/arena.h"

struct folded
fold(struct arena *a, struct str s)
{
	uint32_t *from = ARENA_MANY(a, uint32_t, s.n + 1);

	for (size_t i = 0; i <= s.n; i++)
		from[i] = (uint32_t)i;
	return (struct folded){ str_lower(a, s), from };
}

struct folded
fold_skeleton(struct arena *a, struct str s)
{
	return fold(a, s);
}

struct str
fold_source(const struct folded *f, struct str original, size_t begin,
    size_t end)
{
	return str_sub(original, f->from[begin], f->from[end]);
}
