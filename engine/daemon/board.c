/* SPDX-License-Identifier: Apache-2.0 */
/* One mapping, cut into seats. */
#include "daemon/board.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/err.h"
#include "front/token.h"

enum { PAGE = 4096 };

/* What is shared, in its order; the messages lie behind it. */
struct table {
	struct deadly deadly;
	_Atomic uint64_t lost;
};

static size_t
whole_pages(size_t n)
{
	return (n + PAGE - 1) / PAGE * PAGE;
}

/* Behind the seats there is one that nobody sits on: what was counted by
 * those who left. */
static size_t
head_of(size_t seats)
{
	return whole_pages(sizeof(struct table) +
	    (seats + 1) * sizeof(struct front_seat) +
	    seats * sizeof(struct inhand));
}

static size_t
size_of(const struct board *b)
{
	return head_of(b->n) + b->n * b->room;
}

bool
board_open(struct board *b, size_t seats, size_t room, struct err *e)
{
	struct table *table;
	char *p;

	b->n = seats;
	b->room = whole_pages(room);
	p = mmap(NULL, size_of(b), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return err_set(e, "mmap: %s", strerror(errno));
	table = (void *)p;
	b->deadly = &table->deadly;
	b->lost = &table->lost;
	b->fronts = (void *)(table + 1);
	b->inhands = (void *)(b->fronts + seats + 1);
	for (size_t i = 0; i < seats; i++) {
		b->inhands[i].room = b->room;
		b->inhands[i].bytes = p + head_of(seats) + i * b->room;
	}
	b->backoff = backoff_new();
	b->started_ms = clock_ms();
	if (getrandom(&b->seed, sizeof(b->seed), GRND_NONBLOCK) < 0)
		return err_set(e, "getrandom: %s", strerror(errno));
	return true;
}

void
board_close(struct board *b)
{
	if (b->deadly != NULL)
		munmap(b->deadly, size_of(b));
	b->deadly = NULL;
	backoff_free(b->backoff);
}

void
board_leave(const struct board *b, size_t seat)
{
	struct front_sum *to = &b->fronts[b->n].counts;
	struct front_seat *from = &b->fronts[seat];

	to->connections += from->counts.connections;
	to->controls += from->counts.controls;
	to->scanned += from->counts.scanned;
	to->refused += from->counts.refused;
	to->learnt += from->counts.learnt;
	to->degraded += from->counts.degraded;
	for (int i = 0; i < MEASURES; i++)
		to->measures[i] += from->counts.measures[i];
	memset(from, 0, sizeof(*from));
	/* What it noted must not be taken for the next one's. */
	b->inhands[seat].turn = 0;
	b->inhands[seat].n = 0;
	b->inhands[seat].hash = 0;
	madvise(b->inhands[seat].bytes, b->room, MADV_REMOVE);
}
