/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_BIDI_H
#define MAIL_BIDI_H

/*
 * Text that is forced to run from right to left, as a person reads it: who
 * writes "nozamA" behind a right-to-left override shows "Amazon".  Letters
 * that run so by themselves are left alone, and so are all lines that nothing
 * is forced in.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena;

/* s as it is painted, line by line (UAX 9, overrides alone).  Of the same
 * length: all marks of direction become U+200B.  Where nothing is forced it
 * is s itself. */
struct str bidi_turn(struct arena *a, struct str s);

/*
 * Turns the letters of each line round where they stand; accents stay with
 * their letters, brackets go on embracing, and words that run to the left by
 * themselves keep their order.  is_forced: the text is forced to the left, and
 * marks in it tell which of it is not; else it stands as it should and is
 * turned for the sake of what is around it, which turns it back.
 */
void bidi_reverse(char *text, size_t n, bool is_forced);

#endif
