/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_JOURNAL_H
#define NET_JOURNAL_H

/*
 * Updates on their way to a store elsewhere, in a file of fixed size that is
 * mapped into memory: what stands in it survives the process, though not the
 * loss of power.  Every update goes through it; those that the store has
 * confirmed make room for new ones.
 *
 * One process writes one journal; it bears a name of its own, the writer, and
 * numbers its records upwards.  The store keeps both with what was updated,
 * so a record that may have arrived already can be sent again (redisscript.c
 * says how).  A number is made of the time, in microseconds since 1970, so it
 * goes on upwards if the file is lost.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "net/store.h"

struct err;
struct journal;
struct update;

enum { JOURNAL_LEAST = 1024 * 1024, JOURNAL_WRITER = 7 };

enum journal_state {
	JOURNAL_NEW,    /* nobody has seen it */
	JOURNAL_SENT,   /* an answer is awaited */
	JOURNAL_UNSURE, /* an answer was lost: it may have arrived */
	JOURNAL_DONE    /* its room is free */
};

/* As it stands in the file, on this kind of machine. */
struct journal_record {
	uint32_t bytes;
	uint32_t state;        /* enum journal_state */
	uint64_t check;        /* over all that follows */
	uint64_t number;
	uint32_t kind;         /* enum update_kind */
	uint32_t key_n, value_n;
	uint32_t times;        /* as journal_times tells it; 0: 1 */
	char writer[JOURNAL_WRITER + 1]; /* who numbered it */
	int64_t ends;
	int64_t more;
	struct store_lesson lesson;
	char text[];           /* the key, the value */
};

/* Updates that it stands for. */
static inline uint32_t
journal_times(const struct journal_record *r)
{
	return r->times == 0 ? 1 : r->times;
}

/* Embedded in what waits for the store.  The record moves. */
struct journal_entry {
	TAILQ_ENTRY(journal_entry) entry;
	struct journal_record *record;
};

typedef struct journal_entry *journal_found(void *owner);

struct journal_conf {
	const char *folder;    /* NULL: it is in memory alone */
	size_t bytes;
	journal_found *found;  /* makes a zeroed entry */
	void *owner;
	uint64_t run;          /* of the daemon: who counts together; 0: who
	                          counts for himself */
};

/*
 * The first in the folder that nobody else has open, made when there is none.
 * Those still to be sent come out of found in the order of their numbers, each
 * into an entry of its own.
 */
bool journal_open(struct journal **out, const struct journal_conf *conf,
    struct err *e);
/* The entries are the owner's. */
void journal_close(struct journal *j);

/* Takes over what stands in journals that nobody has open any more, as long as
 * half of its own room is free, and removes those that are empty then.  How
 * many updates are left there. */
size_t journal_adopt(struct journal *j, journal_found *found, void *owner);
/* The same, and nothing is taken over. */
size_t journal_orphans(struct journal *j);
bool journal_may_adopt(const struct journal *j);

/* False: it is full. */
bool journal_add(struct journal *j, struct journal_entry *entry,
    const struct update *u);
/* Adds u to one that is new; false: it is of another kind or key, or it would
 * not come to the same, or there is no room. */
bool journal_merge(struct journal *j, struct journal_entry *entry,
    const struct update *u);
void journal_done(struct journal *j, struct journal_entry *entry);

/* How many of the updates that stand in it have been counted, in this run: it
 * goes with them to whoever takes them over. */
void journal_count(struct journal *j, uint64_t n);
uint64_t journal_counted(const struct journal *j);

/* What stands in it outlives the process. */
bool journal_survives(const struct journal *j);

/* How many records could not be read when it was opened. */
size_t journal_damaged(const struct journal *j);

#endif
