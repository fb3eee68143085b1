/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_REFANG_H
#define RULE_REFANG_H

/* Reading addresses as reports print them, for pattern.c and its kin. */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena;

/* Like refang() of a text that is an address as a whole: full-width letters
 * and odd dots are made plain everywhere in it. */
struct str refang_address(struct arena *a, struct str s);

/* Bytes of the mask character at s[at], or 0.  The numeral zero "〇" is one
 * in URLs only. */
size_t mask_at(struct str s, size_t at, bool is_url);

#endif
