/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_LOOKOUT_H
#define DAEMON_LOOKOUT_H

/*
 * Looks from time to time whether packs or configuration have changed since
 * they were loaded, and whether whoever changes them has come to an end: two
 * looks that see the same.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

struct daemon_conf;

struct lookout {
	const struct daemon_conf *conf;
	const char *path;       /* of the configuration, or NULL */
	int64_t next_ms;
	char loaded[SHA256_TEXT], seen[SHA256_TEXT];
};

void lookout_init(struct lookout *l, const struct daemon_conf *conf,
    const char *path);

/* What is there now is about to be loaded. */
void lookout_loaded(struct lookout *l);

/* True: it is time to load. */
bool lookout_turn(struct lookout *l, int64_t now_ms);

#endif
