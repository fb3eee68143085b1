/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_LINE_H
#define FRONT_LINE_H

/*
 * The lines of a request that comes in pieces: whole ones are read where they
 * are, of others the beginning is kept until the rest has come.
 */

#include <stdbool.h>

#include "base/str.h"

struct buf;

/* What of bytes belongs to the line under way, with its end if that is here.
 * Who bounds lines looks at its length before it is taken. */
struct str line_piece(struct str bytes);

/* False: the line goes on.  Else it stands in line, without "\n", and is to be
 * read before begun is emptied for the next one. */
bool line_take(struct buf *begun, struct str piece, struct str *line);

#endif
