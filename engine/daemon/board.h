/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_BOARD_H
#define DAEMON_BOARD_H

/*
 * Memory that the master and all workers share, made before the first fork: a
 * seat for each worker.  A worker writes its own, and the master clears it
 * when that worker is gone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/ledger.h"
#include "front/front.h"
#include "scan/inhand.h"
#include "scan/keptcount.h"

struct err;

struct board {
	size_t n;
	struct front_seat *fronts;  /* one a seat */
	struct counts_names *names;
	struct front_house *house;  /* the master writes it */
	struct inhand *inhands;     /* one a seat */
	struct deadly *deadly;
	struct keptcount *bounded;  /* counts of reporters */
	size_t room;                /* bytes noted of a message */
	struct ledger *ledgers;     /* one a seat */
	int before;                 /* of an earlier run, not counted yet; or
	                             * -1 */
	uint64_t lost;              /* updates of stores, of all who have
	                               left */
	struct backoff *backoff;    /* who guesses waits, whoever answers */
	int64_t started_ms;         /* on the monotonic clock */
	uint64_t seed;              /* of hashes that all are to agree on */
};

/* room: bytes of the longest message; folder: of the state, or NULL. */
bool board_open(struct board *b, size_t seats, size_t room,
    const char *folder, struct err *e);
void board_close(struct board *b);

/* Nobody sits there any more: what was counted there stays, bounds are given
 * back. */
void board_leave(struct board *b, size_t seat);
/* Counts what an earlier run has lost, once the last of it is gone. */
void board_look_back(struct board *b);
/* Updates of its store that are lost with it. */
uint64_t board_lost(const struct board *b, size_t seat);

/* Of all who have ever sat there. */
void board_counts(const struct board *b, struct counts *sum);

#endif
