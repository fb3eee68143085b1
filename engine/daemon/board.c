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

/* Behind the seats there is one that nobody sits on: what was counted by
 * those who left. */
static size_t
size_of(size_t seats)
{
	return (seats + 1) * sizeof(struct front_seat) + sizeof(uint64_t);
}

bool
board_open(struct board *b, size_t seats, struct err *e)
{
	char *p = mmap(NULL, size_of(seats), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return err_set(e, "mmap: %s", strerror(errno));
	b->backoff = backoff_new();
	b->started_ms = clock_ms();
	b->n = seats;
	b->fronts = (void *)p;
	b->lost = (void *)(p + (seats + 1) * sizeof(struct front_seat));
	if (getrandom(&b->seed, sizeof(b->seed), GRND_NONBLOCK) < 0)
		return err_set(e, "getrandom: %s", strerror(errno));
	return true;
}

void
board_close(struct board *b)
{
	if (b->fronts != NULL)
		munmap(b->fronts, size_of(b->n));
	b->fronts = NULL;
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
	for (int i = 0; i < MEASURES; i++)
		to->measures[i] += from->counts.measures[i];
	memset(from, 0, sizeof(*from));
}
