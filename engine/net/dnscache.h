/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_DNSCACHE_H
#define NET_DNSCACHE_H

/*
 * Answers kept as long as their TTL says, and no longer than a bound of
 * ours; what nobody has asked for longest makes room.  Nothing is kept as
 * long as RFC 2308 has it, failures for some seconds, so that a dead domain
 * does not hold up every message that names it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/dnswire.h"

struct dnscache;

enum {
	DNSCACHE_TTL_MOST = 24 * 60 * 60,
	DNSCACHE_NEGATIVE_MOST = 15 * 60,
	DNSCACHE_FAILED = 5
};

/* bytes bounds what the answers and their names take. */
struct dnscache *dnscache_new(size_t bytes);
void dnscache_free(struct dnscache *c);

/* now_ms is clock_ms().  The answer stays until the next call here. */
const struct dns_answer *dnscache_get(struct dnscache *c, enum dns_type type,
    struct str name, int64_t now_ms);
/* Copies.  A TTL of 0 is not kept. */
void dnscache_put(struct dnscache *c, enum dns_type type, struct str name,
    const struct dns_answer *answer, int64_t now_ms);

size_t dnscache_used(const struct dnscache *c);

#endif
