/* SPDX-License-Identifier: Apache-2.0 */
/* One mapping, cut into seats. */
#include "daemon/board.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/chance.h"
#include "base/clock.h"
#include "base/count.h"
#include "base/err.h"
#include "front/token.h"

enum { PAGE = 4096 };

/* What is shared, in its order; the messages lie behind it. */
struct table {
	struct deadly deadly;
	struct keptcount bounded;
	struct counts_names names;
	struct front_house house;
};

static size_t
whole_pages(size_t n)
{
	return (n + PAGE - 1) / PAGE * PAGE;
}

static size_t
head_of(size_t seats)
{
	return whole_pages(sizeof(struct table) +
	    seats * sizeof(struct front_seat) +
	    seats * sizeof(struct inhand));
}

static size_t
size_of(const struct board *b)
{
	return head_of(b->n) + b->n * (INHAND_NOTED + b->room);
}

bool
board_open(struct board *b, size_t seats, size_t room, const char *folder,
    struct err *e)
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
	b->bounded = &table->bounded;
	b->names = &table->names;
	b->house = &table->house;
	b->fronts = (void *)(table + 1);
	b->inhands = (void *)(b->fronts + seats);
	b->ledgers = ledgers_open(folder, seats, &b->before);
	if (b->ledgers == NULL)
		return err_set(e, "mmap: %s", strerror(errno));
	board_look_back(b);
	for (size_t i = 0; i < seats; i++) {
		b->inhands[i].notes = p + head_of(seats) +
		    i * (INHAND_NOTED + b->room);
		b->inhands[i].room = b->inhands[i].notes + INHAND_NOTED;
		b->inhands[i].most = b->room;
	}
	b->backoff = backoff_new();
	b->started_ms = clock_ms();
	b->seed = chance_number();
	return true;
}

void
board_look_back(struct board *b)
{
	uint64_t lost;

	if (b->before >= 0 && ledgers_lost(&b->before, &lost))
		count_add(&b->fronts[0].counts.store.dropped[DROP_LOST], lost);
}

void
board_close(struct board *b)
{
	if (b->deadly != NULL)
		munmap(b->deadly, size_of(b));
	b->deadly = NULL;
	backoff_free(b->backoff);
}

uint64_t
board_lost(const struct board *b, size_t seat)
{
	return store_ledger_lost(&b->ledgers[seat].now);
}

/* What was done since it was told last is known all the same. */
static void
close_ledger(struct board *b, size_t seat)
{
	struct counts *counts = &b->fronts[seat].counts;
	struct ledger *l = &b->ledgers[seat];
	uint64_t lost = store_ledger_lost(&l->now);

	l->taken += l->now.taken;
	l->written += l->now.written;
	count_set(&counts->store.puts, l->taken);
	count_set(&counts->store.written, l->written);
	count_add(&counts->store.dropped[DROP_LOST], lost);
	b->lost += lost + l->now.told;
	memset(&l->now, 0, sizeof(l->now));
}

void
board_leave(struct board *b, size_t seat)
{
	struct front_seat *left = &b->fronts[seat];

	close_ledger(b, seat);
	memset(&left->now, 0, sizeof(left->now));
	memset(left->callers, 0, sizeof(left->callers));
	/* What it noted must not be taken for the next one's. */
	inhand_clear(&b->inhands[seat]);
}

void
board_counts(const struct board *b, struct counts *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (size_t i = 0; i < b->n; i++)
		counts_sum(sum, &b->fronts[i].counts);
}
