/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_BRANDS_H
#define CLI_BRANDS_H

/* The brand profiles for commands that ask whose a domain is. */

#include <stdbool.h>

#include "cli/options.h"
#include "rule/pack.h"

struct err;
struct brand_index;

struct brands {
	pack_list packs;
	struct brand_index *index;
};

/* From the folders given, or the usual ones.  A folder that is not there has
 * no brands; a pack that is broken is an error. */
bool brands_load(struct brands *out, struct arena *a,
    const word_list *folders, struct err *e);
void brands_release(struct brands *b);

#endif
