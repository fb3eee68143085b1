/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LAYOUT_H
#define CLI_LAYOUT_H

/*
 * The one layout of a pack's text: two blanks a level, top-level keys in
 * order, lists of awkward values as | blocks, tags sorted.  Lines are moved
 * and indented, never written anew, so that values and comments stay as they
 * are; what comes out is read again and held against what went in.
 */

#include <stdbool.h>

#include "base/str.h"
#include "conf/diag.h"

struct arena;
struct node;

/* False when yaml cannot be read (why is in d), or, with nothing new in d,
 * when its layout is beyond us; then it is best left alone. */
bool layout_make(struct str *out, struct arena *a, struct str file,
    struct str yaml, struct diags *d);

/* Both say the same: keys in any order, tags too, and the values of a field
 * in a list or in a block. */
bool layout_is_same(struct arena *a, const struct node *x,
    const struct node *y);

/* The reader that layout is for. */
bool layout_read(struct node **out, struct arena *a, struct str file,
    struct str yaml, struct diags *d);

/* A list of values that may become a block: texts of one line. */
bool layout_is_values(const struct node *list);

#endif
