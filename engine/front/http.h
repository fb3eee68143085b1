/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_HTTP_H
#define FRONT_HTTP_H

/*
 * HTTP towards gateways: POST /checkv2 and GET /ping on keep-alive
 * connections.  Requests of one connection are answered one after the other,
 * in their order; a peer that has shut its side is answered all the same.
 */

#include <stdbool.h>

#include "base/addr.h"

struct front;
struct http;

struct http *http_new(struct front *f);
/* Drops the connections that are left. */
void http_free(struct http *h);

/* A listener_call: the socket is taken over. */
void http_call(void *http, int fd, const struct addr *peer);

/* Finish what was begun, then close; drained is called when none is left. */
void http_drain(struct http *h, void (*drained)(void *owner), void *owner);

#endif
