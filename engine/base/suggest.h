/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

/* "Did you mean ...?": the nearest right word for a mistyped one. */

#include <stddef.h>

#include "base/str.h"

/* Edits (insert, delete, replace, swap of neighbours) between two words, at
 * most 64 bytes each; longer words are infinitely far apart. */
size_t suggest_distance(struct str a, struct str b);

/* Keeps in *best the candidate nearest to word, if it is near enough to be
 * what was meant.  Start with an empty *best and call for each candidate. */
void suggest_try(struct str word, struct str candidate, struct str *best);

#endif
