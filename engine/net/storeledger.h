/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_STORELEDGER_H
#define NET_STORELEDGER_H

/*
 * What a store has taken and what has become of it, in memory that may outlive
 * its process: whoever finds the process killed knows how many updates went
 * with it.  Zeroed it is empty.  Each number has one writer (base/count.h).
 */

#include <stdint.h>

#include "base/count.h"

struct store_ledger {
	uint64_t taken;    /* updates */
	uint64_t dropped;  /* of those, at once: they were none, or there was no
	                      room */
	uint64_t kept;     /* in a journal that survives; all others are */
	uint64_t written;  /* done */
	uint64_t failed;   /* given up later */
	uint64_t told;     /* of those dropped or given up, counted elsewhere */
};

static inline uint64_t
store_ledger_less(uint64_t n, uint64_t done)
{
	return n > done ? n - done : 0;
}

/* When its process is no more: what nobody has any longer, and what nobody
 * else has counted. */
static inline uint64_t
store_ledger_lost(const struct store_ledger *l)
{
	uint64_t dropped = count_get(&l->dropped);
	uint64_t failed = count_get(&l->failed);
	uint64_t safe = count_get(&l->kept);

	if (safe == 0)
		safe = count_get(&l->written) + failed;
	return store_ledger_less(count_get(&l->taken), dropped + safe) +
	    store_ledger_less(dropped + failed, count_get(&l->told));
}

#endif
