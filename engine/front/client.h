/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_CLIENT_H
#define FRONT_CLIENT_H

/*
 * The other end of one connection: who it is, and where it came in.  Made by
 * the door; a session uses its connection and lets go of it with
 * client_leave, as the last thing it does in the handler's gone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#include "base/addr.h"
#include "base/str.h"

struct conn;
struct door;
struct front;
struct front_listener;
struct front_protocol;

struct client {
	TAILQ_ENTRY(client) entry;
	struct door *door;
	struct front *front;
	struct conn *conn;
	const struct front_listener *listener;
	const struct front_protocol *protocol; /* NULL: not chosen yet */
	void *session;                         /* of the protocol */
	struct addr peer;                      /* family 0: a unix socket */
	size_t held;        /* bytes of the request in hand */
	uint16_t *calls;    /* of its address, where it is counted; or NULL */
	bool is_announced;  /* a balancer says that this is the peer */
	bool is_awaited;    /* the balancer has not said so yet */
};

enum { CLIENT_TEXT = 64 };

/* "192.0.2.1", or "local": for the log. */
void client_text(const struct client *c, char text[static CLIENT_TEXT]);

/* Loopback, unix sockets, networks of ours: believed in what it says of
 * others' findings, and exempt from the bound on connections. */
bool client_is_trusted(const struct client *c);

enum permission {
	CLIENT_MAY,
	CLIENT_NEEDS_TOKEN, /* shows none, or one that is not known */
	CLIENT_MAY_NOT,     /* this one does not allow it */
	CLIENT_MUST_WAIT    /* has shown too many wrong ones */
};

/* token: what it shows, or "". */
enum permission client_may(const struct client *c, unsigned role,
    struct str token);

/* Bytes of its request that are held now, of which there is a bound for all:
 * see front_is_full.  Who leaves holds none. */
void client_hold(struct client *c, size_t bytes);

/* The daemon is ending: no request after the one in hand. */
bool client_is_last(const struct client *c);

void client_leave(struct client *c);

#endif
