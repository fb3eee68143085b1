/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_LISTEN_H
#define DAEMON_LISTEN_H

/*
 * The setting listen: where gateways call and what is spoken there.  Each
 * entry is a text, "http=127.0.0.1:11333" or the address alone, or a mapping
 * that says more.
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"
#include "front/front.h"

struct diags;
struct err;
struct node;

typedef VEC(struct front_listener) listener_list;

enum { LISTENERS_MOST = 64 };

/* What is wrong goes to d. */
void listen_read(listener_list *out, struct arena *a, const struct node *list,
    struct diags *d);

/* The short form, as on a command line. */
bool listen_add(listener_list *out, struct arena *a, struct str spec,
    struct err *e);

#endif
