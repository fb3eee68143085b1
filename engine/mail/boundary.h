/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_BOUNDARY_H
#define MAIL_BOUNDARY_H

/*
 * The boundary of a multipart (RFC 2046 5.1.1): what its fields say it is,
 * what its text looks to have, and the line that it makes.  For mime*.c alone.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena;
struct part;

/* So many of one multipart are believed: the first and the last of them. */
enum { BOUNDARIES_MOST = 4 };

/* All that the Content-Type fields declare, each once, the one that counts
 * first; and how many. */
size_t boundaries_declared(struct str *out, struct arena *a,
    const struct part *p);

/*
 * Those that the lines of body look to have: what begins with "--" and stands
 * in front of a "Content-" field; if nothing does, the first that comes twice
 * or is closed.  One may be empty: a line of two dashes alone.
 */
size_t boundaries_guess(struct str *out, struct str body, char line_end);

/* s, behind the "--" of its line, is this boundary; *is_last: it has "--"
 * behind it too. */
bool boundary_is_at(struct str boundary, struct str s, bool *is_last);

/* How often "--boundary" stands anywhere in body; most are counted. */
size_t boundary_count(struct str boundary, struct str body, struct arena *a,
    size_t most);

#endif
