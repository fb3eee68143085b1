/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_LINES_H
#define MAIL_LINES_H

/*
 * Text as a browser sets it: white space collapsed, blocks on lines of their
 * own.  A gap is written when something follows it.
 */

#include <stdbool.h>

#include "base/buf.h"

struct lines {
	struct buf text;
	bool wants_space;
	bool wants_line;
};

void lines_add(struct lines *l, struct str s);

/* Only white space, as most of what stands between tags; and what adding such
 * comes to. */
bool lines_is_gap(struct str s);
void lines_gap(struct lines *l);

/* Forgets all of it. */
void lines_empty(struct lines *l);

/* With white space as it stands. */
void lines_add_pre(struct lines *l, struct str s);

/* What follows begins a line, if anything does. */
void lines_block(struct lines *l);

/* A line is ended; no more than one empty line is kept. */
void lines_br(struct lines *l);

/* The text so far, without white space at its end. */
struct str lines_done(const struct lines *l);

#endif
