/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

/*
 * A listening socket.  listener_open binds it, before any worker is there
 * and while the privilege for low ports is; listener_new serves it on a
 * loop.
 */

#include <stdbool.h>

#include "base/addr.h"
#include "base/str.h"

struct err;
struct listener;
struct loop;

enum { LISTENER_NAME = 128 };

enum listener_result {
	LISTENER_OPEN,
	LISTENER_MISTYPED,    /* this is no address and port */
	LISTENER_NOT_ALLOWED, /* a port that needs privilege */
	LISTENER_UNAVAILABLE  /* in use, or no such address here */
};

/* A unix socket's, once it is bound. */
struct listener_rights {
	unsigned mode;     /* 0660 */
	const char *owner; /* a user's name, or NULL: as we are */
	const char *group;
};

/*
 * "127.0.0.1:11333", "[::1]:11333", "*:11333", where port 0 lets the system
 * choose; "/run/x.sock"; or "systemd:NAME", a socket that systemd hands over
 * under that name or number (sd_listen_fds(3)).  rights: NULL for the usual.
 * All but LISTENER_OPEN come with e.
 */
enum listener_result listener_open(int *fd, struct str where,
    const struct listener_rights *rights, struct err *e);

/* Whether it is one of these as far as one sees; false: with e. */
bool listener_is_address(struct str where, struct err *e);

/*
 * A further socket at the same address, for a process of its own: the system
 * shares calls out among them.  Where it has only one (a path, systemd) the
 * same one again.
 */
bool listener_share(int *out, int fd, struct err *e);

/* Whether strangers can reach an open socket: it is bound to something else
 * than loopback or a path. */
bool listener_is_public(int fd);

/* The same before it is open; a name of systemd's may be anything. */
bool listener_may_be_public(struct str where);

/* "127.0.0.1:11333" or "/run/x.sock": what it is bound to. */
void listener_name(int fd, char name[static LISTENER_NAME]);

/* The new socket is the callee's; peer is who called, of family 0 on a unix
 * socket. */
typedef void listener_call(void *owner, int fd, const struct addr *peer);

struct listener *listener_new(struct loop *l, int fd, listener_call *call,
    void *owner);
/* Closes the socket too. */
void listener_free(struct listener *li);

#endif
