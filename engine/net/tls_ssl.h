/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_TLS_SSL_H
#define NET_TLS_SSL_H

/* What the other files of this folder see of TLS. */

#include <stdbool.h>

struct err;
struct ssl_ctx_st;
struct ssl_st;
struct tls;

/* For one connection that comes in; the caller's. */
struct ssl_st *tls_accept(struct tls *t);

/* What one shows of oneself, as PEM; key NULL: in the same file. */
bool tls_load_key(struct ssl_ctx_st *context, const char *certificate,
    const char *key, struct err *e);

/* Always false: with what OpenSSL says of the file. */
bool tls_refuse(struct err *e, const char *what, const char *path);

#endif
