/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

/*
 * A growing array in an arena.  VEC(struct hop) hops; is an empty one; its
 * entries are hops.at[0] to hops.at[hops.n - 1].  Growing moves the entries:
 * keep indexes, not pointers, while adding.
 */

#include "base/arena.h"

#define VEC(type)            \
	struct {             \
		type *at;    \
		size_t n;    \
		size_t room; \
	}

/* Adds a zeroed entry and gives a pointer to it. */
#define VEC_ADD(a, v)                                                     \
	((v)->n == (v)->room                                              \
	    ? (void)((v)->at = vec_grow((a), (v)->at, (v)->n, &(v)->room, \
	        sizeof(*(v)->at)))                                        \
	    : (void)0,                                                    \
	    &(v)->at[(v)->n++])

/* Makes room for so many more, where their number is known ahead. */
#define VEC_ROOM(a, v, more)                                               \
	((v)->room - (v)->n < (more)                                      \
	    ? (void)((v)->at = vec_room((a), (v)->at, (v)->n, &(v)->room, \
	        sizeof(*(v)->at), (v)->n + (more)))                       \
	    : (void)0)

/* for each entry, with a pointer to it */
#define VEC_EACH(p, v) \
	for ((p) = (v)->at; (p) != NULL && (p) < (v)->at + (v)->n; (p)++)

void *vec_grow(struct arena *a, void *at, size_t n, size_t *room,
    size_t size);
void *vec_room(struct arena *a, void *at, size_t n, size_t *room,
    size_t size, size_t wanted);

#define nitems(array) (sizeof(array) / sizeof((array)[0]))

#endif
