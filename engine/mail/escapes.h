/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_ESCAPES_H
#define MAIL_ESCAPES_H

/* The escapes of ISO-2022-JP: runs of it among other bytes, and runs whose
 * escapes were lost on the way. */

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* Bytes that only ISO-2022-JP has? */
bool escapes_are_in(struct str s);

/* Do browsers read ISO-2022-JP otherwise than we do, who know more sets than
 * they (WHATWG Encoding, 12.2) and begin each line in ASCII? */
bool escapes_are_odd(struct str s);

/* A run of it, which ends where it goes back to ASCII, or with its line; or
 * what is between two of them.  The piece is taken off *s, which is not
 * empty. */
struct str escapes_take(struct str *s, bool *is_run);

/*
 * ISO-2022-JP whose escapes some gateway took for control characters:
 * "$B%+%4%d(B".  Puts them back in a copy.  is_labelled: a label says it is
 * ISO-2022-JP, and no kana need show it.  False: nothing was put back.
 */
bool escapes_mend(struct str *out, struct arena *a, struct str s,
    bool is_labelled);

#endif
