/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

/*
 * The bytes of one socket, as they are or through TLS.  Nothing here waits:
 * what cannot be done now is tried again when the socket is ready.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct bio_st;
struct ssl_st;
struct tls;
struct tls_client;

struct wire {
	int fd;
	struct ssl_st *ssl;    /* or NULL */
	struct bio_st *sealed; /* what came and TLS has yet to read; ssl's */
	bool wants_room;       /* TLS has to send before it can read on, */
	bool wants_peer;       /* or its peer has, before it can send */
};

enum wire_result {
	WIRE_DONE,
	WIRE_LATER,
	WIRE_END,    /* the peer sends no more */
	WIRE_BROKEN
};

/* early: what has come already. */
void wire_secure(struct wire *w, struct tls *t, struct str early);
/* Here is who called; at is whom, as "host:port". */
void wire_secure_to(struct wire *w, const struct tls_client *t,
    struct str at);
/* Closes the socket. */
void wire_release(struct wire *w);

/* Up to most bytes, *n of them when done. */
enum wire_result wire_receive(struct wire *w, char *to, size_t most,
    size_t *n);
/* There may be more, though the socket does not say so. */
bool wire_has_more(const struct wire *w);
/* Takes as many bytes as it can off the front.  is_last: wire_shut or
 * wire_close follows once all are taken, and the end goes with them. */
enum wire_result wire_send(struct wire *w, struct str *bytes, bool is_last);
/* Nothing is waiting to be read, which a close would answer with a reset. */
bool wire_is_empty(const struct wire *w);
/* Closes the socket already. */
void wire_close(struct wire *w);
/* Tells the peer that no more is sent. */
void wire_shut(struct wire *w);
/* What comes from now on is nobody's: *n bytes of it, to be thrown away. */
enum wire_result wire_waste(struct wire *w, char *room, size_t most,
    size_t *n);

#endif
