/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_DISGUISE_H
#define RULE_DISGUISE_H

/*
 * Where a text can hold a word in disguise: letters of other scripts, digits
 * for letters, letters written apart, kanji among katakana.  Finding these
 * places is cheap, so the skeleton has to be made of them alone.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* The next such place at or behind *at with its surroundings, and moves *at
 * behind it; false: there is none.  text is valid UTF-8. */
bool disguise_next(struct str text, size_t *at, struct str *piece);

#endif
