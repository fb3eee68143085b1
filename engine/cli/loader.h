/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LOADER_H
#define CLI_LOADER_H

/*
 * Packs named on the command line, and where packs are when none is named.
 */

#include <stdbool.h>

#include "base/file.h"
#include "cli/options.h"
#include "conf/diag.h"
#include "rule/pack.h"

struct err;

/*
 * The folder of packs: SEKISHO_PACKS (several with ":" between), the rules of
 * the source tree we are run from, else the installed ones.
 */
void loader_folders(word_list *out, struct arena *a);

struct loaded {
	pack_list packs;    /* those named, then those they need */
	size_t n_named;     /* how many of them were named */
	struct diags diags; /* about the named ones */
	file_list files;    /* the named ones, "-" for standard input */
};

struct loader_ask {
	const word_list *named;   /* "-" is standard input */
	const word_list *folders;
	const struct packs_watch *watch; /* or NULL */
};

/*
 * Reads the packs named.  Those that name brands or libraries that are not
 * among them get brands and common of the folders given, or of the usual
 * ones.  False with e: a path could not be read at all.
 */
bool loader_ask(struct loaded *out, struct arena *a,
    const struct loader_ask *ask, struct err *e);
bool loader_read(struct loaded *out, struct arena *a, const word_list *named,
    const word_list *folders, struct err *e);

/* The diags down to a level, for a person, on standard error.  Notes are for
 * those who check a pack. */
void loader_print(const struct diags *d, struct str color,
    enum diag_level least);

#endif
