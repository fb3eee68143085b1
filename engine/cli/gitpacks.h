/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_GITPACKS_H
#define CLI_GITPACKS_H

/*
 * The files of a revision that git keeps, in a folder that goes away again.
 * Git itself writes them: neither its index nor the work tree is touched.
 */

#include <stdbool.h>

#include "cli/options.h"

struct err;

struct gitpacks {
	struct str folder;     /* "" until there is one */
};

/* Writes what the revision holds in the folders of the paths named.  False:
 * they are in no work tree, or there is no such revision. */
bool gitpacks_take(struct gitpacks *g, struct arena *a,
    const word_list *named, struct str revision, struct err *e);
void gitpacks_release(struct gitpacks *g);

#endif
