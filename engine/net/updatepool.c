/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that are filled from front to end, and free when all that stands in
 * one has been given back.  What is large has room of its own. */
#include "net/updatepool.h"

#include <assert.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "net/storeengine.h"

enum {
	BLOCK_BYTES = 256 * 1024,
	LARGE = BLOCK_BYTES / 4,
	SPARES_MOST = 8
};

struct block {
	struct block *next;    /* of the spare ones */
	atomic_size_t users;   /* updates; one more while it is filled */
	size_t used;           /* bytes */
	alignas(max_align_t) char bytes[];
};

struct updatepool {
	struct block *open;    /* or NULL: the taker's */
	pthread_mutex_t lock;
	struct block *spares;  /* under it */
	size_t n_spares;
};

struct updatepool *
updatepool_new(void)
{
	struct updatepool *p = calloc(1, sizeof(*p));

	if (p == NULL)
		abort();
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

static struct block *
block_spare(struct updatepool *p)
{
	struct block *b;

	pthread_mutex_lock(&p->lock);
	b = p->spares;
	if (b != NULL) {
		p->spares = b->next;
		p->n_spares--;
	}
	pthread_mutex_unlock(&p->lock);
	return b;
}

static struct block *
block_take(struct updatepool *p)
{
	struct block *b = block_spare(p);

	if (b == NULL)
		b = mmap(NULL, BLOCK_BYTES, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		abort();
	b->users = 1;
	b->used = sizeof(*b);
	return b;
}

static void
block_leave(struct updatepool *p, struct block *b)
{
	bool is_kept;

	if (b == NULL || atomic_fetch_sub(&b->users, 1) != 1)
		return;
	pthread_mutex_lock(&p->lock);
	is_kept = p->n_spares < SPARES_MOST;
	if (is_kept) {
		b->next = p->spares;
		p->spares = b;
		p->n_spares++;
	}
	pthread_mutex_unlock(&p->lock);
	if (!is_kept)
		munmap(b, BLOCK_BYTES);
}

static struct update *
take(struct updatepool *p, size_t n)
{
	size_t room = (n + alignof(max_align_t) - 1) /
	    alignof(max_align_t) * alignof(max_align_t);
	struct update *u;

	if (p->open == NULL || p->open->used + room > BLOCK_BYTES) {
		block_leave(p, p->open);
		p->open = block_take(p);
	}
	u = (void *)((char *)p->open + p->open->used);
	p->open->used += room;
	atomic_fetch_add(&p->open->users, 1);
	return u;
}

struct update *
updatepool_copy(struct updatepool *p, const struct update *u)
{
	size_t n = sizeof(*u) + u->key_n + u->value_n;
	bool is_large = n > LARGE;
	struct update *copy = is_large ? malloc(n) : take(p, n);

	if (copy == NULL)
		abort();
	memcpy(copy, u, n);
	copy->room = is_large ? NULL : p->open;
	return copy;
}

void
updatepool_give_back(struct updatepool *p, struct update *u)
{
	if (u->room == NULL)
		free(u);
	else
		block_leave(p, u->room);
}

void
updatepool_free(struct updatepool *p)
{
	struct block *b;

	block_leave(p, p->open);
	while ((b = block_spare(p)) != NULL)
		munmap(b, BLOCK_BYTES);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
