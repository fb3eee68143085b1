/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks that double in size up to a bound, each filled from its start.  A
 * large request gets a block of its own, which can grow alone.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
	BLOCK_FIRST = 1000, /* with its head malloc has it at hand */
	BLOCK_MOST = 1024 * 1024,
	LARGE = 256 * 1024,
	ALIGN = 8 /* nothing here has vectors or long doubles in it */
};

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *blocks; /* the one being filled comes first */
	struct block *large;  /* each holds one thing */
	size_t next_size;
	size_t used;
};

static void
die_without_memory(void)
{
	fputs("sekisho: out of memory\n", stderr);
	abort();
}

struct arena *
arena_new(void)
{
	struct arena *a = memory_new(sizeof(*a));

	a->next_size = BLOCK_FIRST;
	return a;
}

static void
blocks_free(struct block *b)
{
	struct block *next;

	for (; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	blocks_free(a->blocks);
	blocks_free(a->large);
	free(a);
}

/* Keeps the newest block: a scratch arena that is emptied after every step
 * should not go to malloc each time. */
void
arena_empty(struct arena *a)
{
	struct block *keep = a->blocks;

	a->used = 0;
	blocks_free(a->large);
	a->large = NULL;
	if (keep == NULL)
		return;
	blocks_free(keep->next);
	keep->next = NULL;
	keep->used = 0;
}

/* A block of a size, in place of old or new where that is NULL. */
static struct block *
block_make(struct block *old, size_t size)
{
	struct block *b = size > SIZE_MAX - sizeof(*b) ? NULL :
	    realloc(old, sizeof(*b) + size);

	if (b == NULL)
		die_without_memory();
	b->size = size;
	return b;
}

static struct block *
block_add(struct arena *a, size_t least)
{
	struct block *b = block_make(NULL,
	    a->next_size > least ? a->next_size : least);

	b->used = 0;
	if (a->next_size < BLOCK_MOST)
		a->next_size *= 2;
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

static void *
large_take(struct arena *a, size_t size)
{
	struct block *b = block_make(NULL, size);

	b->used = size;
	b->next = a->large;
	a->large = b;
	a->used += size;
	return b->bytes;
}

/* Where the block is linked that holds this alone, or NULL. */
static struct block **
large_find(struct arena *a, const void *taken)
{
	for (struct block **b = &a->large; *b != NULL; b = &(*b)->next)
		if ((*b)->bytes == taken)
			return b;
	return NULL;
}

static size_t
round_up(size_t size)
{
	if (size > SIZE_MAX - ALIGN)
		die_without_memory();
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

void *
arena_take_raw(struct arena *a, size_t size)
{
	struct block *b = a->blocks;
	void *p;

	size = round_up(size);
	if (size >= LARGE)
		return large_take(a, size);
	if (b == NULL || b->size - b->used < size)
		b = block_add(a, size);
	p = b->bytes + b->used;
	b->used += size;
	a->used += size;
	return p;
}

void *
arena_take(struct arena *a, size_t size)
{
	void *p = arena_take_raw(a, size);

	memset(p, 0, size);
	return p;
}

void
arena_trim(struct arena *a, const void *taken, size_t had, size_t size)
{
	const unsigned char *p = taken;
	struct block *b = a->blocks;
	size_t over = round_up(had) - round_up(size);

	if (b == NULL || size > had ||
	    p + round_up(had) != b->bytes + b->used)
		return;
	b->used -= over;
	a->used -= over;
}

bool
arena_extend(struct arena *a, const void *taken, size_t had, size_t size)
{
	const unsigned char *p = taken;
	size_t was = round_up(had), is = round_up(size);
	struct block *b = a->blocks;

	if (b == NULL || p == NULL || p + was != b->bytes + b->used ||
	    is < was || b->size - b->used < is - was)
		return false;
	b->used += is - was;
	a->used += is - was;
	return true;
}

void *
arena_move(struct arena *a, void *taken, size_t had, size_t size)
{
	size_t was = round_up(had), is = round_up(size);
	struct block **large;
	void *to;

	if (is < LARGE && arena_extend(a, taken, had, size))
		return taken;
	if (was >= LARGE && (large = large_find(a, taken)) != NULL) {
		*large = block_make(*large, is);
		(*large)->used = is;
		a->used += is - was;
		return (*large)->bytes;
	}
	to = arena_take_raw(a, size);
	if (had != 0)
		memcpy(to, taken, had);
	return to;
}

void *
arena_take_raw_many(struct arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		die_without_memory();
	return arena_take_raw(a, n * size);
}

void *
arena_take_many(struct arena *a, size_t n, size_t size)
{
	void *p = arena_take_raw_many(a, n, size);

	memset(p, 0, n * size);
	return p;
}

static struct block *
last_of(struct block *b)
{
	while (b != NULL && b->next != NULL)
		b = b->next;
	return b;
}

/* The newest block of a stays the one being filled. */
void
arena_take_over(struct arena *a, struct arena *other)
{
	struct block *last = last_of(other->large);

	a->used += other->used;
	if (last != NULL) {
		last->next = a->large;
		a->large = other->large;
	}
	last = last_of(other->blocks);
	if (last != NULL && a->blocks != NULL) {
		last->next = a->blocks->next;
		a->blocks->next = other->blocks;
	} else if (last != NULL) {
		a->blocks = other->blocks;
	}
	free(other);
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}
