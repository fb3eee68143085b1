/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PACKS_H
#define RULE_PACKS_H

/*
 * Loading many packs in two steps, for those who stand between them:
 * packs_find names the files, packs_load_files reads them, from memory where
 * a text is given, and holds them against one another.
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/pack.h"

struct pack_file {
	struct str path;
	struct str text; /* p NULL: not read, or it cannot be */
};

typedef VEC(struct pack_file) pack_file_list;

/* False, told in d, where a path cannot be walked. */
bool packs_find(pack_file_list *out, struct arena *a,
    const struct packs_paths *paths, struct diags *d);

/* As packs_load does; texts that were not there are added to files. */
bool packs_load_files(pack_list *out, struct arena *a, pack_file_list *files,
    const struct packs_watch *watch, struct diags *d);

#endif
