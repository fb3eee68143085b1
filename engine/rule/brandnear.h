/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_BRANDNEAR_H
#define RULE_BRANDNEAR_H

/*
 * Words that are nearly a brand's: one letter more, fewer, another, or two
 * changed over ("kagoyaa", "kagyoa").  Every word is kept with each of its
 * letters left out once, so a look-up costs as many probes as the word asked
 * for has letters, whatever the number of brands.  Letters that only look
 * alike are no matter of this file: skeletons (mail/fold.h) see them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"

struct arena;

/* Shorter words have too many neighbours that are words themselves. */
enum { NEAR_LEAST = 6, NEAR_MOST = 32 };

struct near_word {
	uint32_t brand;
	struct str text;
	uint32_t next;  /* kept under the same piece, or UINT32_MAX */
};

struct near_index {
	struct arena *arena;
	struct map pieces;
	struct map words;  /* all that are kept, as they are */
	VEC(struct near_word) list;
};

void near_init(struct near_index *n, struct arena *a);

/* A word in lower-case ASCII letters and digits; others are left out. */
void near_add(struct near_index *n, uint32_t brand, struct str word);

/* A brand whose word is one edit away; never for a word that is kept itself,
 * whoever's it is. */
bool near_find(const struct near_index *n, struct arena *scratch,
    struct str word, uint32_t *brand, struct str *meant);

/* One letter put in, taken out, changed, or two neighbours changed over. */
bool near_is_one_edit(struct str a, struct str b);

#endif
