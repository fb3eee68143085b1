/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_LISTEN_H
#define DAEMON_LISTEN_H

/*
 * The setting listen: where gateways call, what is spoken there, and who may.
 * Each entry is a text, "http=127.0.0.1:11333" or the address alone, or a
 * mapping that says more.
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"
#include "conf/diag.h"
#include "front/front.h"
#include "net/listener.h"
#include "net/tls.h"

struct err;
struct node;

struct listen_conf {
	struct front_listener front;
	struct listener_rights rights;
	struct tls_conf tls;    /* certificate NULL: none */
	struct mark mark;       /* in the file; 0: of the command line */
	bool is_open;           /* one of the two words it takes to let the
	                           world in */
};
typedef VEC(struct listen_conf) listen_list;

enum { LISTENERS_MOST = 64 };

/* What is wrong goes to d. */
void listen_read(listen_list *out, struct arena *a, const struct node *list,
    struct diags *d);

/* The short form, as on a command line. */
bool listen_add(listen_list *out, struct arena *a, struct str spec,
    struct err *e);

/*
 * False, with e: strangers could come in and nothing keeps them out, neither
 * TLS nor networks nor tokens.  is_open: the other of the two words.
 */
bool listen_is_safe(const struct listen_conf *c, bool is_public, bool is_open,
    struct err *e);

#endif
