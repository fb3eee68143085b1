/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LINEDIFF_H
#define CLI_LINEDIFF_H

/* Two texts as a unified diff, three lines of context; "" where they are the
 * same. */

#include "base/str.h"

struct arena;
struct buf;
struct terminal;

void linediff(struct buf *to, struct arena *scratch, struct str name,
    struct str before, struct str after);

/* The same for a reader: colours where there are any, nothing that could
 * drive a terminal. */
void linediff_show(struct buf *to, const struct terminal *t,
    struct str diff);

#endif
