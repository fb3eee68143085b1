/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_TLS_H
#define NET_TLS_H

/*
 * What a listener needs to speak TLS 1.2 or 1.3: its certificate, and whose
 * certificates it takes.  Made before the worker runs, while the key can be
 * read; it
 * outlives the connections.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct err;
struct tls;

struct tls_conf {
	const char *certificate;  /* PEM, the chain behind it */
	const char *key;          /* PEM; NULL: in the same file */
	const char *client_ca;    /* PEM; NULL: clients need no certificate */
	const struct str *names;  /* a client's must bear one; none: any of
	                             that CA */
	size_t n_names;
};

/* Of conf the texts are kept, not copied. */
bool tls_new(struct tls **out, const struct tls_conf *conf, struct err *e);
/* Reads the same files again, for connections to come.  False: the old ones
 * go on serving. */
bool tls_renew(struct tls *t, struct err *e);
/* Whether a file is another one than when it was read. */
bool tls_has_changed(const struct tls *t);
void tls_free(struct tls *t);

#endif
