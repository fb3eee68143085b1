/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_COUNT_H
#define BASE_COUNT_H

/*
 * Numbers in memory that processes share.  Each has one writer, so adding
 * needs no lock; whoever reads sees the old number or the new one, never a
 * mixture.  Structs of nothing but such numbers are summed as arrays of them.
 */

#include <stddef.h>
#include <stdint.h>

static inline uint64_t
count_get(const uint64_t *c)
{
	return __atomic_load_n(c, __ATOMIC_RELAXED);
}

static inline void
count_set(uint64_t *c, uint64_t n)
{
	__atomic_store_n(c, n, __ATOMIC_RELAXED);
}

static inline void
count_add(uint64_t *c, uint64_t n)
{
	count_set(c, count_get(c) + n);
}

/* Adds from[0] to from[n - 1] to those of to, which nobody shares. */
static inline void
count_sum(uint64_t *to, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += count_get(&from[i]);
}

#endif
