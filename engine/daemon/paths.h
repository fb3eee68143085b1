/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_PATHS_H
#define DAEMON_PATHS_H

/*
 * The files, folders and sockets that a start would make or write to, looked
 * at without making any: for who only checks a configuration.
 */

#include <stdbool.h>

struct arena;
struct daemon_conf;
struct said;

/* False: the daemon would not start.  All that is wrong goes to the log, in
 * the words of the start. */
bool paths_check(const struct daemon_conf *conf, struct arena *a,
    const struct said *said);

/* The files alone that TLS with others needs, which have to be readable for who
 * asks: for a start, and for a reload while the old ones serve. */
bool paths_check_tls(const struct daemon_conf *conf, struct arena *a,
    const struct said *said);

#endif
