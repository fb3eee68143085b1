/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sieve that Vectorscan (or Hyperscan) is, in use: databases where they
 * lie in memory, what they find brought to numbers of patterns.
 */
#include <stdlib.h>

#include <hs/hs.h>

#include "base/arena.h"
#include "base/err.h"
#include "rule/sieve.h"
#include "rule/sievehs.h"

struct sieve {
	struct arena *arena;
	struct sieve_parts parts;
	hs_scratch_t *scratch;
	size_t n;
	uint32_t *found;          /* room for every pattern */
	size_t n_found;
	const struct sieve_base *base; /* in hand */
};

static const hs_database_t *
database_of(const struct sieve_base *base)
{
	return (const void *)base->database.p;
}

static bool
open_base(struct sieve *s, const struct sieve_base *base, struct err *e)
{
	size_t size = 0;

	if (hs_database_size(database_of(base), &size) != HS_SUCCESS ||
	    size > base->database.n)
		return err_set(e, "a database that is none of Vectorscan's");
	if (hs_alloc_scratch(database_of(base), &s->scratch) != HS_SUCCESS)
		return err_set(e, "Vectorscan does not take its database");
	return true;
}

static bool
open_parts(struct sieve *s, struct str bytes, struct err *e)
{
	if (!sieve_parts_read(&s->parts, bytes, s->n, e))
		return false;
	for (uint32_t i = 0; i < s->parts.n_bases; i++)
		if (!open_base(s, &s->parts.bases[i], e))
			return false;
	return true;
}

bool
sieve_open(struct sieve **out, struct str bytes, size_t n, struct err *e)
{
	struct arena *a = arena_new();
	struct sieve *s = ARENA_ONE(a, struct sieve);

	s->arena = a;
	s->n = n;
	s->found = ARENA_MANY(a, uint32_t, n);
	if (bytes.n == 0) {
		for (size_t i = 0; i < n; i++)
			s->found[i] = (uint32_t)i;
		s->n_found = n;
	} else if (!open_parts(s, bytes, e)) {
		sieve_free(s);
		return false;
	}
	*out = s;
	return true;
}

void
sieve_free(struct sieve *s)
{
	if (s == NULL)
		return;
	hs_free_scratch(s->scratch);
	arena_free(s->arena);
}

static void
add(struct sieve *s, uint32_t place)
{
	/* Once a pattern is promised; not taken on trust. */
	if (place < s->n && s->n_found < s->n)
		s->found[s->n_found++] = place;
}

static int
on_match(unsigned id, unsigned long long from, unsigned long long to,
    unsigned flags, void *context)
{
	struct sieve *s = context;

	(void)from;
	(void)to;
	(void)flags;
	if (id < s->base->n)
		add(s, s->base->places[id]);
	return 0;
}

static bool
run_base(struct sieve *s, const struct sieve_base *base, struct str text)
{
	s->base = base;
	return text.n <= UINT32_MAX && hs_scan(database_of(base),
	    text.n == 0 ? "" : text.p, (unsigned)text.n, 0, s->scratch,
	    on_match, s) == HS_SUCCESS;
}

static int
order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
add_all(struct sieve *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->found[i] = (uint32_t)i;
	s->n_found = s->n;
}

const uint32_t *
sieve_run(struct sieve *s, struct str text, size_t *n)
{
	bool is_done = true;

	*n = s->n;
	if (s->parts.n_bases == 0 && s->parts.always == NULL)
		return s->found;
	s->n_found = 0;
	for (uint32_t i = 0; i < s->parts.n_bases; i++)
		is_done &= run_base(s, &s->parts.bases[i], text);
	for (uint32_t i = 0; i < s->parts.n_always; i++)
		add(s, s->parts.always[i]);
	if (!is_done)
		add_all(s);
	if (s->n_found > 1)
		qsort(s->found, s->n_found, sizeof(*s->found), order);
	*n = s->n_found;
	return s->found;
}

struct str
sieve_stamp(struct arena *a)
{
	hs_platform_info_t here = { .tune = 0 };

	hs_populate_platform(&here);
	return str_printf(a, "Vectorscan %s %x-%llx", hs_version(), here.tune,
	    here.cpu_features);
}
