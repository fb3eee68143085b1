/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_BRANDNEAR_H
#define RULE_BRANDNEAR_H

/*
 * Words that are nearly a brand's: one letter more, fewer, another, or two
 * changed over ("kagoyaa", "kagyoa"); or the same to the eye ("rnybank",
 * "アマゾソ"), or but for a dash or blank ("my-bank").  Every word is kept
 * with each of its letters left out once, so a look-up costs as many probes
 * as the word asked for has letters, whatever the number of brands.  On both
 * sides letters are those that the eye takes them for (nearlook.c).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"

struct arena;

/*
 * Letters.  Shorter words have too many neighbours that are words themselves
 * (Yamato and Yamada are both carriers); the same to the eye is known from
 * four on.  One kanji for another makes an honest name of a short one (Tokyo
 * Gas, Toho Gas), whatever form of company follows.
 */
enum { NEAR_LEAST = 6, NEAR_LEAST_ALIKE = 4, NEAR_MOST = 32 };

struct near_word {
	uint32_t brand;
	struct str text;
	struct str look; /* as the eye takes it */
	uint32_t next;   /* kept under the same piece, or UINT32_MAX */
};

struct near_index {
	struct arena *arena;
	struct map pieces;
	struct map words;  /* all that are kept, as they are */
	VEC(struct near_word) list;
};

struct near_hit {
	uint32_t brand;
	struct str meant;
	bool is_alike;   /* the same to the eye, not only near */
};

void near_init(struct near_index *n, struct arena *a);

/* A folded word of letters and digits, with single dashes or blanks; others
 * are left out. */
void near_add(struct near_index *n, uint32_t brand, struct str word);

/* A brand whose word is one edit away; never for a word that is kept itself,
 * whoever's it is.  A word with dashes or blanks must be the brand's but for
 * them. */
bool near_find(const struct near_index *n, struct arena *scratch,
    struct str word, struct near_hit *hit);

/* One letter put in, taken out, changed, or two neighbours changed over. */
bool near_is_one_edit(struct str a, struct str b);

/* The scripts a name's words are cut at; nearlook.c. */
enum near_script { NEAR_NONE, NEAR_ALPHABET, NEAR_HIRAGANA, NEAR_KATAKANA,
	NEAR_KANJI };

/* NEAR_NONE: no letter of a word. */
enum near_script near_script_of(uint32_t point);

/* The word with each letter as the eye takes it, dashes and blanks dropped; in
 * a, where it is not the word itself. */
struct str near_look(struct arena *a, struct str word);

#endif
