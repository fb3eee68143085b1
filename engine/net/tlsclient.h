/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_TLSCLIENT_H
#define NET_TLSCLIENT_H

/*
 * What who calls a server needs to speak TLS 1.2 or 1.3 with it.  The
 * server's certificate must be of a CA that is believed, and bear the name
 * that was called.
 */

#include <stdbool.h>

#include "base/str.h"

struct err;
struct ssl_st;
struct tls_client;

struct tls_client_conf {
	const char *ca;           /* PEM; NULL: the system's */
	const char *certificate;  /* PEM, ours; NULL: none is shown */
	const char *key;          /* PEM; NULL: in the same file */
	struct str name;          /* "": the one that is called */
};

bool tls_client_new(struct tls_client **out,
    const struct tls_client_conf *conf, struct err *e);
void tls_client_free(struct tls_client *t);

/* For one connection to "host:port"; the caller's. */
struct ssl_st *tls_client_connect(const struct tls_client *t, struct str at);

/* Why it could not be made or was lost, in OpenSSL's words: the certificate of
 * the server, or else the error; NULL: neither says anything. */
const char *tls_client_why(const struct ssl_st *ssl, unsigned long error);

#endif
