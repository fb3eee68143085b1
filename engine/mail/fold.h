/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_FOLD_H
#define MAIL_FOLD_H

/*
 * The one form in which text is compared, of mails and of patterns alike:
 * invisible characters dropped, NFKC, case folded, dashes and tildes made
 * one, white space collapsed and dropped next to a Japanese character.
 *
 * The skeleton is a second form, for brand names: on top of folding, look-
 * alike letters are made one (UTS 39) and blanks, dots, dashes and the like
 * between single letters dropped ("k a g o y a").
 *
 * Text may grow by its own length, or some thousand bytes; letters of which it
 * would be more stay as they are.
 *
 * Both keep the way back: byte i of the folded text comes from byte from[i]
 * of the original, and from[n] is the original's end.
 */

#include <stdint.h>

#include "base/str.h"

struct arena;

struct folded {
	struct str text;
	const uint32_t *from; /* text.n + 1 entries */
};

/* s is valid UTF-8 of at most UINT32_MAX bytes. */
struct folded fold(struct arena *a, struct str s);
struct folded fold_skeleton(struct arena *a, struct str s);

/*
 * Makes the tables for the letters of everyday mail now, some milliseconds of
 * work that is else done at their first use: before a daemon forks or locks
 * itself in.
 */
void fold_prepare(void);

/* The original piece behind bytes begin to end of the folded text. */
struct str fold_source(const struct folded *f, struct str original,
    size_t begin, size_t end);

#endif
