/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_TLS_SSL_H
#define NET_TLS_SSL_H

/* What the other files of this folder see of TLS. */

struct ssl_st;
struct tls;

/* For one connection that comes in; the caller's. */
struct ssl_st *tls_accept(struct tls *t);

#endif
