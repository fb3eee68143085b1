/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_NAMESERVER_H
#define CLI_NAMESERVER_H

/*
 * Name servers for a program without a daemon: answers are looked up while
 * the caller waits, and remembered.  An evaluation (check/names.h) runs,
 * nameserver_wait fetches what it missed, and it runs again.
 */

#include <stdbool.h>

#include "base/str.h"
#include "check/names.h"

struct arena;
struct err;
struct nameserver;

/* where is "192.0.2.53", "192.0.2.53:5353", "[::1]:53", or empty: those of
 * the system. */
bool nameserver_open(struct nameserver **out, struct arena *a,
    struct str where, struct err *e);
void nameserver_close(struct nameserver *n);

struct names nameserver_names(struct nameserver *n);

/* Until what was missing is there, or has failed. */
void nameserver_wait(struct nameserver *n);

#endif
