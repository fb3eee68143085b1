/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_LEDGER_H
#define DAEMON_LEDGER_H

/*
 * What the stores of all workers have taken and written, a row a seat, in a
 * file of the state folder that is mapped into memory: whoever starts after
 * the daemon was killed as a whole finds there what that has lost.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/storeledger.h"

struct ledger {
	struct store_ledger now;
	uint64_t taken, written;    /* by those who sat there before */
};

/* Empty rows.  Without a folder (NULL), or where its file cannot be had, they
 * end with the daemon.  before: what an earlier run has left, or -1; NULL: no
 * memory. */
struct ledger *ledgers_open(const char *folder, size_t seats, int *before);
/* Updates that the earlier run has lost; false: its workers have outlived their
 * master and still write.  To be asked again until it is true. */
bool ledgers_lost(int *before, uint64_t *lost);

#endif
