/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DRAW_H
#define TESTS_DRAW_H

/* Numbers that are the same at every run. */

#include <stdint.h>

static uint64_t draw_seed = 88172645463325252u;

/* xorshift64 */
static inline uint64_t
draw_step(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Below most. */
static inline uint32_t
draw(uint32_t most)
{
	return (uint32_t)(draw_step(&draw_seed) >> 33) % most;
}

/* From a small seed of the caller's. */
static inline uint32_t
draw_with(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

#endif
