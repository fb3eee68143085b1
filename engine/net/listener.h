/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

/*
 * A listening socket.  listener_open binds it, before any worker is there
 * and while the privilege for low ports is; listener_new serves it on a
 * loop.
 */

#include "base/addr.h"
#include "base/str.h"

struct err;
struct listener;
struct loop;

enum { LISTENER_NAME = 80 };

enum listener_result {
	LISTENER_OPEN,
	LISTENER_MISTYPED,    /* this is no address and port */
	LISTENER_NOT_ALLOWED, /* a port that needs privilege */
	LISTENER_UNAVAILABLE  /* in use, or no such address here */
};

/* "127.0.0.1:11333", "[::1]:11333", "*:11333"; port 0 lets the system
 * choose.  All but LISTENER_OPEN come with e. */
enum listener_result listener_open(int *fd, struct str where, struct err *e);

/* "127.0.0.1:11333": what it is bound to. */
void listener_name(int fd, char name[static LISTENER_NAME]);

/* The new socket is the callee's; peer is who called. */
typedef void listener_call(void *owner, int fd, const struct addr *peer);

struct listener *listener_new(struct loop *l, int fd, listener_call *call,
    void *owner);
/* Closes the socket too. */
void listener_free(struct listener *li);

#endif
