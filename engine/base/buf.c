/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded byte buffer, on the heap or in an arena. */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* In an arena it grows where it stands, mostly. */
enum { ROOM_FIRST = 256, ROOM_IN_ARENA = 64 };

void
buf_init(struct buf *b, size_t most)
{
	*b = (struct buf){ .most = most };
}

void
buf_init_arena(struct buf *b, struct arena *a, size_t most)
{
	*b = (struct buf){ .most = most, .arena = a };
}

void
buf_lend(struct buf *b, char *room, size_t n, bool *lent)
{
	assert(b->p == NULL && b->arena == NULL);
	b->p = room;
	b->room = n < b->most ? n : b->most;
	b->lent = lent;
	*lent = true;
}

void
buf_release(struct buf *b)
{
	if (b->lent != NULL)
		*b->lent = false;
	else if (b->arena == NULL)
		free(b->p);
	*b = (struct buf){ .most = b->most, .arena = b->arena };
}

void
buf_empty(struct buf *b)
{
	b->n = 0;
	b->is_full = false;
}

static char *
heap_move(struct buf *b, size_t room)
{
	char *p = realloc(b->lent != NULL ? NULL : b->p, room);

	if (p == NULL) {
		fputs("sekisho: out of memory\n", stderr);
		abort();
	}
	if (b->lent != NULL) {
		memcpy(p, b->p, b->n);
		*b->lent = false;
		b->lent = NULL;
	}
	return p;
}

static void
move_to(struct buf *b, size_t room)
{
	b->p = b->arena == NULL ? heap_move(b, room) :
	    arena_move(b->arena, b->p, b->room, room);
	b->room = room;
}

bool
buf_reserve(struct buf *b, size_t n)
{
	size_t room;

	if (n > b->most - b->n) {
		b->is_full = true;
		return false;
	}
	if (b->room - b->n >= n)
		return true;
	room = b->room != 0 ? b->room * 2 :
	    b->arena != NULL ? ROOM_IN_ARENA : ROOM_FIRST;
	if (room < b->n + n)
		room = b->n + n;
	if (room > b->most)
		room = b->most;
	move_to(b, room);
	return true;
}

void
buf_fit(struct buf *b)
{
	if (b->arena == NULL || b->room == 0)
		return;
	arena_trim(b->arena, b->p, b->room, b->n);
	b->room = b->n;
}

void
buf_add_slowly(struct buf *b, const void *bytes, size_t n)
{
	size_t left = b->most - b->n;

	if (n > left) {
		b->is_full = true;
		n = left;
	}
	if (n == 0 || !buf_reserve(b, n))
		return;
	memcpy(b->p + b->n, bytes, n);
	b->n += n;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	assert(n >= 0);
	if ((size_t)n < sizeof(small)) {
		buf_add(b, small, (size_t)n);
	} else {
		char *large = malloc((size_t)n + 1);

		if (large == NULL)
			abort();
		vsnprintf(large, (size_t)n + 1, fmt, again);
		buf_add(b, large, (size_t)n);
		free(large);
	}
	va_end(again);
}

void
buf_drop(struct buf *b, size_t n)
{
	assert(n <= b->n);
	if (n != 0 && n < b->n)
		memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->n == 0 ? "" : b->p, b->n };
}
