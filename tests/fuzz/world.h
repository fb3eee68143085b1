/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_WORLD_H
#define TESTS_FUZZ_WORLD_H

/* Name servers whose records are the lines of the input, in turn, whoever
 * asks for what. */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "check/names.h"

struct world {
	struct arena *arena;
	struct str lines;
	size_t asked, most;   /* questions: more are a fault */
};

static inline struct world
world_open(const uint8_t *data, size_t size, size_t most)
{
	return (struct world){ .arena = arena_new(),
		.lines = { (const char *)data, size }, .most = most };
}

/* An answer with room for two records; false: there are no more lines, else
 * the first is the next one. */
static inline bool
world_next(struct world *w, struct str name, struct dns_answer **answer,
    struct str **at)
{
	*answer = ARENA_ONE(w->arena, struct dns_answer);
	(*answer)->at = *at = ARENA_MANY(w->arena, struct str, 2);
	assert(dns_is_name(name));
	assert(++w->asked < w->most);
	return w->lines.p != NULL && str_next(&w->lines, '\n', *at);
}

#endif
