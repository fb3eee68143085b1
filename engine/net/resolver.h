/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_RESOLVER_H
#define NET_RESOLVER_H

/*
 * One recursive name server: questions go out to it over UDP, again over TCP
 * when the answer was cut or when asked for so, and what comes back is
 * handed on as it came.  The only user of c-ares, which sees to ids, ports,
 * EDNS (RFC 6891) and time-outs of UDP.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "net/dnswire.h"

struct err;
struct loop;
struct resolver;

enum { RESOLVERS_MOST = 8 };

struct resolver_at {
	struct addr addr;
	uint16_t port;
};

/* "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:53" */
bool resolver_at_read(struct resolver_at *at, struct str where);

/* Those of the system (resolv.conf), at most most of them; how many. */
size_t resolver_system(struct resolver_at *at, size_t most);

bool resolver_new(struct resolver **out, struct loop *l,
    const struct resolver_at *at, int timeout_ms, struct err *e);
/* Open questions get their reply, an empty one, before this returns. */
void resolver_free(struct resolver *r);

/* An empty packet: nothing came in time, or it could not be sent. */
typedef void resolver_reply(void *asker, struct str packet);

struct resolver_question {
	enum dns_type type;
	const char *name;  /* stays until the reply */
	const void *whose; /* those of one owner share what there is of TCP */
	bool by_tcp;
};

/* The reply comes once, maybe before this returns. */
void resolver_send(struct resolver *r, const struct resolver_question *q,
    resolver_reply *reply, void *asker);

#endif
