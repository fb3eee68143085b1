/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

/* The command line of sekishod. */

#include <stdbool.h>

#include "daemon/config.h"

struct err;

struct options {
	bool is_foreground;
	bool is_check;
	bool wants_help;
	bool wants_version;
	const char *config;      /* NULL: none */
	override_list overrides;
};

/* False: a usage error, in e. */
bool daemon_options_read(struct options *o, struct arena *a, int n,
    char **words, struct err *e);

void daemon_options_help(struct buf *to);

#endif
