/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

/* The arena that a test, or a group of them, works in; it is the state of
 * each too. */

#include "base/arena.h"

static struct arena *arena;

static inline int
scratch_open(void **state)
{
	*state = arena = arena_new();
	return 0;
}

static inline int
scratch_close(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

#endif
