/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

/*
 * Memory that is given back all at once.  Three arenas rule the daemon: one
 * per generation, one per scan, and a scratch that is emptied after every
 * step.  Whoever makes an arena frees it; nothing taken from it is freed
 * alone.
 *
 * Taking never fails: when the system has no memory left the process ends.
 * What a peer sends is bounded by the parsers' own limits, and arena_used
 * lets the scan see how much one message has cost so far.
 */

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);

/* Gives back everything taken; the arena itself stays usable. */
void arena_empty(struct arena *a);

/* Zeroed bytes, aligned for pointers and all numbers of 8 bytes. */
void *arena_take(struct arena *a, size_t size);

/* The same, but not zeroed: for what is about to be written from end to end. */
void *arena_take_raw(struct arena *a, size_t size);

/* Gives back all but the first size bytes of the had bytes at taken, if they
 * are what was taken last; else nothing.  For those who know only afterwards
 * how much they needed. */
void arena_trim(struct arena *a, const void *taken, size_t had, size_t size);

/* Makes the had bytes at taken size bytes where they are, the new ones not
 * zeroed, if they are what was taken last and there is room. */
bool arena_extend(struct arena *a, const void *taken, size_t had, size_t size);

/* The same for who can follow: where they are now.  What was at taken may be
 * gone, so nothing else may point there. */
void *arena_move(struct arena *a, void *taken, size_t had, size_t size);

/* What was taken from other belongs to a from now on; other is gone. */
void arena_take_over(struct arena *a, struct arena *other);

/* Bytes held by the arena now, its own book-keeping aside. */
size_t arena_used(const struct arena *a);

#define ARENA_ONE(a, type) ((type *)arena_take((a), sizeof(type)))
#define ARENA_MANY(a, type, n) \
	((type *)arena_take_many((a), (n), sizeof(type)))

/* Like arena_take for n objects of a size; ends the process on overflow. */
void *arena_take_many(struct arena *a, size_t n, size_t size);
void *arena_take_raw_many(struct arena *a, size_t n, size_t size);

#endif
