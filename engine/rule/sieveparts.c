/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a sieve read and checked, before Vectorscan sees any. */
#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "rule/sieve.h"
#include "rule/sievehs.h"

/* An array inside the bytes, or NULL. */
static const void *
array_at(struct str bytes, uint64_t offset, uint64_t n, size_t size)
{
	if (offset % SIEVE_ALIGNMENT != 0 || offset > bytes.n ||
	    n > (bytes.n - offset) / size)
		return NULL;
	return bytes.p + offset;
}

static bool
are_below(const uint32_t *at, uint64_t n, uint64_t below, bool may_be_gone)
{
	for (uint64_t i = 0; i < n; i++)
		if (at[i] >= below && !(may_be_gone && at[i] == SIEVE_GONE))
			return false;
	return true;
}

uint64_t
sieve_sum(struct str database)
{
	return hash_bytes(database, SIEVE_ALIGNMENT);
}

static bool
read_base(struct sieve_base *out, struct str bytes,
    const struct sieve_head *h, uint32_t i)
{
	uint64_t n = h->bases[i].n, size = h->bases[i].size;
	const char *database = array_at(bytes, h->bases[i].database, size, 1);

	*out = (struct sieve_base){
		.prints = array_at(bytes, h->bases[i].prints, n,
		    sizeof(*out->prints)),
		.places = array_at(bytes, h->bases[i].places, n,
		    sizeof(*out->places)),
		.n = (uint32_t)n,
		.database = { database, size },
	};
	return n <= UINT32_MAX && out->prints != NULL &&
	    out->places != NULL && database != NULL &&
	    are_below(out->places, n, h->n, true) &&
	    h->bases[i].sum == sieve_sum(out->database);
}

bool
sieve_parts_read(struct sieve_parts *out, struct str bytes, size_t n,
    struct err *e)
{
	struct sieve_head h;

	*out = (struct sieve_parts){ .n_bases = 0 };
	if (bytes.n < sizeof(h) ||
	    (uintptr_t)bytes.p % SIEVE_ALIGNMENT != 0)
		return err_set(e, "a sieve without a head");
	memcpy(&h, bytes.p, sizeof(h));
	if (h.n != n || h.n_bases > SIEVE_BASES)
		return err_set(e, "a sieve of %u patterns instead of %zu", h.n,
		    n);
	out->always = array_at(bytes, h.always, h.n_always, sizeof(uint32_t));
	out->n_always = h.n_always;
	out->n_bases = h.n_bases;
	if (out->always == NULL || h.n_always > n ||
	    !are_below(out->always, h.n_always, n, false))
		return err_set(e, "a sieve that points outside itself");
	for (uint32_t i = 0; i < h.n_bases; i++)
		if (!read_base(&out->bases[i], bytes, &h, i))
			return err_set(e, "a sieve that is damaged or "
			    "points outside itself");
	return true;
}
