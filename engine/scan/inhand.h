/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_INHAND_H
#define SCAN_INHAND_H

/*
 * The message that a worker works on, noted in memory that outlives it: if it
 * ends the worker, others find out which it was.  And the messages that have
 * done so before, which get no third worker.
 *
 * Messages that wait for answers take turns: the notes of some that are not
 * very long stay until they are over, so that each is noted once.  What comes
 * is received where it would be noted: a message that comes whole is never
 * copied.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

enum { INHAND_NOTES = 16, INHAND_NOTE = 256 * 1024,
	INHAND_NOTED = INHAND_NOTES * INHAND_NOTE };

struct inhand_note {
	uint64_t hash;
	size_t n;                  /* bytes noted */
	bool is_busy;              /* its message waits for answers */
	bool is_lent;              /* a buffer has its bytes in here */
};

struct inhand {
	atomic_uint_fast64_t turn; /* odd: a message is in hand */
	uint64_t hash;             /* of the one noted last */
	size_t n;
	const char *bytes;
	/* In the same memory: */
	char *notes;               /* INHAND_NOTED bytes; NULL: none */
	char *room;                /* for one that is longer */
	size_t most;               /* of that */
	struct inhand_note note[INHAND_NOTES];
	struct inhand_note in_room;
	struct inhand_note *now;
};

enum { DEADLY_MOST = 1024, DEADLY_DEATHS = 2 };

struct deadly {
	struct deadly_row {
		uint64_t hash;
		uint32_t deaths;   /* 0: a free row */
	} rows[DEADLY_MOST];
};

/* Of what stays the same when a message is sent again: all but the lines on
 * top that each relay adds. */
uint64_t inhand_hash(struct str raw);
/* Of all of it: hash is inhand_hash of the same bytes, which are not read
 * again. */
uint64_t inhand_whole(struct str raw, uint64_t hash);

/* INHAND_NOTE bytes to receive in, until the next call or the next turn of a
 * scan; NULL: all are in use.  h may be NULL. */
char *inhand_room(struct inhand *h);
/* An empty buffer gets bytes that stand there as its own, where they stand,
 * until it is released.  False: they stand elsewhere. */
bool inhand_keep(struct inhand *h, struct buf *b, struct str bytes);

/* Around each turn of a scan; h may be NULL. */
void inhand_take(struct inhand *h, uint64_t hash, struct str raw);
/* is_over: it was the last turn. */
void inhand_leave(struct inhand *h, bool is_over);
/* Forgets all, and gives the memory back. */
void inhand_clear(struct inhand *h);
bool inhand_is_taken(const struct inhand *h);

/* One death more; how many there are now. */
uint32_t deadly_add(struct deadly *d, uint64_t hash, uint32_t deaths);
/* Has ended as many workers as it may; d may be NULL. */
bool deadly_has(const struct deadly *d, uint64_t hash);

#endif
