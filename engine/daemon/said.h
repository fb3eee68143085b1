/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SAID_H
#define DAEMON_SAID_H

/*
 * Where a setting was said: a line of the file, or an option of the command line.
 */

#include "daemon/config.h"

struct node;

/* The option that says so, or NULL. */
const struct override *said_option(const override_list *overrides,
    const char *setting);

/* The entry of a file's mapping: "limits.message" stands in the map of that
 * name, or as it is; NULL: nowhere. */
const struct node *said_node(const struct node *root, const char *setting);

#endif
