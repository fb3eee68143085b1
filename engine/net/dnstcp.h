/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_DNSTCP_H
#define NET_DNSTCP_H

/*
 * Questions to one name server over TCP (RFC 7766), each over a connection
 * of its own: a server may close a connection behind any answer (6.2.3), and
 * what others had asked over the same one would be lost.  What is more than
 * a few dozen waits for one of them to end; who has many gives one up to who
 * has fewer, and waits for it again, so that no message keeps them all.
 */

#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"

struct dnstcp;
struct loop;

enum { DNSTCP_OPEN_MOST = 64 };

/* timeout_ms: from dnstcp_ask on, waiting included. */
struct dnstcp *dnstcp_new(struct loop *l, const struct addr *addr,
    uint16_t port, int timeout_ms);
/* Whoever waits gets a reply, an empty one, before this returns. */
void dnstcp_free(struct dnstcp *t);

/* packet has the id of the question, and stays until this returns; it is
 * empty if nothing came in time.  What is in it nobody has looked at. */
typedef void dnstcp_reply(void *asker, struct str packet);

/* question: a DNS message of at least its id, which is copied.  whose: those
 * of one owner share; it is compared alone.  The reply comes once, from the
 * loop. */
void dnstcp_ask(struct dnstcp *t, struct str question, const void *whose,
    dnstcp_reply *reply, void *asker);

#endif
