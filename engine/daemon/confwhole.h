/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_CONFWHOLE_H
#define DAEMON_CONFWHOLE_H

/*
 * What a configuration comes to once all of it is read: settings that are
 * right for themselves must go together, what nobody said follows from the
 * rest, and the checks that run are those that have what they need.
 */

#include <stdbool.h>

struct arena;
struct daemon_conf;
struct err;
struct said;

/* False, with e that says where the setting stands: they do not go together.
 * What is settled lives in a. */
bool confwhole_settle(struct daemon_conf *conf, struct arena *a,
    const struct said *said, struct err *e);

#endif
