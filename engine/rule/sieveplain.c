/* SPDX-License-Identifier: Apache-2.0 */
/* The sieve of a build without Vectorscan: it lets everything through. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "rule/sieve.h"

struct sieve {
	struct arena *arena;
	uint32_t *all;
	size_t n;
};

struct str
sieve_make(struct arena *a, const struct sieve_patterns *patterns,
    struct str old)
{
	(void)a;
	(void)patterns;
	(void)old;
	return STR("");
}

bool
sieve_open(struct sieve **out, struct str bytes, size_t n, struct err *e)
{
	struct arena *a;
	struct sieve *s;

	if (bytes.n != 0)
		return err_set(e, "a sieve of Vectorscan, which is not here");
	a = arena_new();
	s = ARENA_ONE(a, struct sieve);
	s->arena = a;
	s->all = ARENA_MANY(a, uint32_t, n);
	s->n = n;
	for (size_t i = 0; i < n; i++)
		s->all[i] = (uint32_t)i;
	*out = s;
	return true;
}

void
sieve_free(struct sieve *s)
{
	if (s != NULL)
		arena_free(s->arena);
}

const uint32_t *
sieve_run(struct sieve *s, struct str text, size_t *n)
{
	(void)text;
	*n = s->n;
	return s->all;
}

struct str
sieve_stamp(struct arena *a)
{
	(void)a;
	return STR("without Vectorscan");
}
