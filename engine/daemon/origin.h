/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_ORIGIN_H
#define DAEMON_ORIGIN_H

/*
 * The configuration in force, each value with where it comes from: what the
 * program does when nothing is said, a line of the file, or an option of the
 * command line.  Secrets are not in it.
 */

#include <stdbool.h>

#include "daemon/config.h"

enum conf_origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_OPTION };

/*
 * A value, or the head of others (has_value false).  Settings that are
 * mappings of their own (listen, tokens, settings, plugins) are told as the
 * file has them, an entry each, below their head.
 */
struct origin_entry {
	struct str name;      /* "limits.message", "listen[0].address" */
	struct str shown;     /* the last piece of it, with its indent */
	bool has_value;
	bool is_list;
	setting_texts texts;
	enum conf_origin origin;
	unsigned line;        /* of the file */
	bool is_secret;       /* texts say something else */
	bool is_changed;      /* not what it is when nothing is said */
};
typedef VEC(struct origin_entry) origin_list;

#define ORIGIN_HIDDEN "(hidden)"

/*
 * False, with e, as daemon_conf_read.  Nothing is made and no plugin loaded,
 * so settings of plugins are not looked at.
 */
bool origins_read(origin_list *out, struct arena *a,
    const struct said *said, struct diags *d, struct err *e);

#endif
