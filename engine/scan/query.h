/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_QUERY_H
#define SCAN_QUERY_H

/*
 * The look-ups that a worker has under way, at its store and its name servers.
 * Who asks for what is being looked for waits for the same answer.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/str.h"
#include "net/dnswire.h"
#include "net/store.h"
#include "net/storekey.h"
#include "scan/ask.h"

struct dns;
struct query;

enum { QUERY_BUCKETS = 256 };

LIST_HEAD(query_list, query);

struct queries {
	struct store *store; /* or NULL: then nobody may ask it */
	struct dns *dns;     /* the same */
	struct query_list under_way[QUERY_BUCKETS];
	struct query_list spares;
	size_t n_spares;
};

/* What there is to know, as long as the reply lasts. */
struct query_answer {
	enum ask_state state; /* not ASK_OPEN */
	bool is_no_name;
	bool is_never;
	const struct str *at;
	size_t n;
	uint32_t ttl;
};

/* One who waits, a part of whoever that is. */
struct query_waiter {
	TAILQ_ENTRY(query_waiter) entry;
	struct query *query;
	/* Called once, from the loop, never from inside query_join; it waits
	 * no longer. */
	void (*settled)(struct query_waiter *waiter,
	    const struct query_answer *answer);
};

/* Nobody waits any more. */
void queries_release(struct queries *all);

/* Waits for the answer to key; of the store when type is 0.  whose is as
 * dns_share has it.  True: it was under way. */
bool query_join(struct queries *all, struct query_waiter *waiter,
    enum dns_type type, struct store_key key, const void *whose);

/* Waits no more; without a last one there is nothing to look for. */
void query_leave(struct query_waiter *waiter);

/* How an ask is settled that the store has answered so. */
enum ask_state query_state(enum store_result result);

#endif
