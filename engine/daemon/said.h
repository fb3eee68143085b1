/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SAID_H
#define DAEMON_SAID_H

/*
 * Where a setting was said, for what is found wrong with it once all are
 * read: a line of the file, or an option of the command line.
 */

#include "daemon/config.h"

struct arena;
struct err;
struct node;

struct said {
	const struct conf_text *file;
	const override_list *overrides;
};

/*
 * Puts "FILE:LINE:COLUMN: " in front of what was said in the file, or makes of
 * the setting's name an option; what nobody said stays as it is.  Always
 * false.
 */
bool said_wrap(struct err *e, struct arena *a, const struct said *s,
    const char *setting);

/* The same of the setting whose name the text begins with, "name: ". */
bool said_wrap_named(struct err *e, struct arena *a, const struct said *s);

/* The option that says so, or NULL. */
const struct override *said_option(const override_list *overrides,
    const char *setting);

/* The entry of a file's mapping: "limits.message" stands in the map of that
 * name, or as it is; NULL: nowhere. */
const struct node *said_node(const struct node *root, const char *setting);

#endif
