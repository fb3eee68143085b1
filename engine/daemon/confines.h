/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_CONFINES_H
#define DAEMON_CONFINES_H

/*
 * What a worker shuts itself in with: the folders it has to read later, its
 * memory and its calls, as far as the settings want it and the kernel lets
 * us.  Files and memory before its first thread, calls before it serves.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/sandbox.h"

struct arena;
struct daemon_conf;
struct generation;
struct lists;

struct confines {
	struct sandbox_paths paths;
	uint64_t closed;            /* of enum sandbox_part */
};

void confines_bound_memory(const struct daemon_conf *conf);

/* The paths are in the arena. */
void confines_close_files(struct confines *c, struct arena *a,
    const struct daemon_conf *conf, const struct lists *lists);
void confines_close_calls(struct confines *c, const struct daemon_conf *conf);

/* Feeds are read again whenever they change; a generation with one elsewhere
 * than those before takes another worker. */
bool confines_reach(const struct confines *c, const struct generation *g);

#endif
