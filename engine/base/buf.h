/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

/*
 * The one growing byte buffer: texts under construction, requests coming in,
 * replies going out.  Either on the heap (buf_init, then buf_release) or in
 * an arena (buf_init_arena, nothing to release).
 *
 * A buffer has a bound.  What would not fit is dropped and is_full says so;
 * nothing is ever written past it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/str.h"

struct arena;

struct buf {
	char *p;
	size_t n;
	size_t room;
	size_t most;
	struct arena *arena; /* NULL: the heap */
	bool *lent;          /* p is another's, who waits for this to be false */
	bool is_full;        /* something was dropped */
};

void buf_init(struct buf *b, size_t most);
void buf_init_arena(struct buf *b, struct arena *a, size_t most);
void buf_release(struct buf *b);
/*
 * An empty one for the heap begins in memory of somebody else.  *lent is true
 * until that is free again: the buffer is released, or has outgrown it.
 */
void buf_lend(struct buf *b, char *room, size_t n, bool *lent);
void buf_empty(struct buf *b);

/* For buf_add: where there is no room yet. */
void buf_add_slowly(struct buf *b, const void *bytes, size_t n);

static inline void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (n == 0)
		return;
	if (n > b->room - b->n) {
		buf_add_slowly(b, bytes, n);
		return;
	}
	memcpy(b->p + b->n, bytes, n);
	b->n += n;
}

static inline void
buf_add_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

static inline void
buf_add_byte(struct buf *b, char byte)
{
	if (b->n < b->room)
		b->p[b->n++] = byte;
	else
		buf_add_slowly(b, &byte, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for n more bytes at b->p + b->n, or false: the bound is reached. */
bool buf_reserve(struct buf *b, size_t n);

/* Gives back what an arena holds behind the bytes, when they are the last that
 * was taken: for what is whole. */
void buf_fit(struct buf *b);

/* Takes n bytes away from the front. */
void buf_drop(struct buf *b, size_t n);

/* What is in it, valid until the next change. */
struct str buf_str(const struct buf *b);

#endif
