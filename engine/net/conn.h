/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_CONN_H
#define NET_CONN_H

/*
 * One connection.  Bytes that come are offered piece by piece; its owner
 * takes as many as it wants now.  What it leaves stays with the connection
 * (and, past a bound, with the peer) until conn_resume.
 *
 * A handler may call anything here but conn_free; conn_close is how it ends
 * things, and gone tells it once that the connection is no more.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct conn;
struct loop;
struct tls;
struct tls_client;

#define CONN_NEVER INT64_MAX

/* Given back by data: none taken, but offer it again, in one piece, once
 * there is more.  Up to a bound: then it counts as none. */
#define CONN_MORE SIZE_MAX

struct conn_handler {
	/* How many of the bytes were taken; fewer than all: wait for
	 * conn_resume. */
	size_t (*data)(void *owner, struct str bytes);
	/* The peer has sent its last byte but may still read. */
	void (*half_closed)(void *owner);
	/* The time given to conn_alarm is over. */
	void (*alarm)(void *owner);
	/* The connection is gone; the owner lets go of it. */
	void (*gone)(void *owner);
};

/* Owns fd.  send_ms: how long the peer may leave a reply unread. */
struct conn *conn_new(struct loop *l, int fd, const struct conn_handler *h,
    void *owner, int64_t send_ms);
/* Of one that has just come in: reads what is here already, and calls the
 * handler.  Most peers send their request right behind their call, so that
 * nobody has to wait for it. */
void conn_begin(struct conn *c);
/* From here on it speaks TLS, its peer first.  Before anything is sent. */
void conn_secure(struct conn *c, struct tls *t);
/* The same where we have called, and begin; at is whom, as "host:port". */
void conn_secure_to(struct conn *c, const struct tls_client *t,
    struct str at);
/* At once, without calling gone.  Not from inside a handler. */
void conn_free(struct conn *c);

/* What comes from now on is another owner's; it is offered afresh what was not
 * taken.  From inside a handler the rest of that call is the old one's. */
void conn_hand(struct conn *c, const struct conn_handler *h, void *owner);

/* In data, which then gives back 0: takes so many bytes away at once. */
void conn_skip(struct conn *c, size_t n);

/* Leaves in the next turn of the loop, with what else is sent until then. */
void conn_send(struct conn *c, struct str bytes);
/* Now, unless there is more of the peer's to be answered along with it. */
void conn_push(struct conn *c);
void conn_resume(struct conn *c);
/* Tells the peer at once that all has come that has.  One that sends small
 * pieces and waits for that before the next (RFC 896) is not kept waiting
 * for a reply that it will not get. */
void conn_acknowledge(struct conn *c);
/* The alarm rings once, this late from now; CONN_NEVER stops it. */
void conn_alarm(struct conn *c, int64_t ms);

/*
 * Once all is sent.  What the peer still sends is read and thrown away for a
 * while, so that the reply is not lost in a reset.
 */
void conn_close(struct conn *c);
/* For a peer that has said that it sends no more: without the while, unless
 * more is here (or, inside data, what that has yet to say it took). */
void conn_end(struct conn *c);

/* At once, gone is called from the loop. */
void conn_drop(struct conn *c);

#endif
