/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

/*
 * Where the output goes and what it may hold: colours only for a person at a
 * terminal who did not refuse them, widths in cells, the language of the
 * locale.  What a mail holds is written so that it cannot drive the terminal.
 */

#include <stdbool.h>

#include "base/str.h"

struct buf;

struct terminal {
	bool is_terminal;
	bool is_coloured;
	unsigned width;    /* cells; 80 where nobody knows */
	unsigned height;   /* lines; 0 where nobody knows */
};

/* color is "auto" (or ""), "always" or "never"; fd is 1 or 2. */
void terminal_init(struct terminal *t, int fd, struct str color);

/* "ja" where LC_ALL, LC_MESSAGES or LANG begins so, else "en". */
struct str terminal_lang(void);

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_RED, INK_YELLOW, INK_GREEN,
	INK_BLUE, INKS };

/* The escape that begins it; "" without colours.  INK_PLAIN ends all. */
const char *terminal_ink(const struct terminal *t, enum ink ink);

/* Text of a mail: valid UTF-8, control and direction characters as \x1b or
 * \u202e, line breaks as blanks. */
void terminal_text(struct buf *to, struct str s);

/* The same cut to cells with "…"; a cell is filled up with blanks too. */
void terminal_cut(struct buf *to, struct str s, unsigned cells);
void terminal_cell(struct buf *to, struct str s, unsigned cells);

/* The same in lines that fit the terminal, broken at blanks and between
 * Japanese characters; all but the first begin with indent blanks. */
void terminal_lines(struct buf *to, const struct terminal *t, struct str s,
    unsigned indent);

/* Pages of ours, colours and all: a line that is too long goes on in the
 * next, indent blanks in; a word longer than a line is broken. */
void terminal_fold(struct buf *to, const struct terminal *t, struct str page,
    unsigned indent);

/* A whole page that another program laid out: lines are kept, and colours
 * where the terminal has them. */
void terminal_page(struct buf *to, const struct terminal *t, struct str s);

/* Writes all of it; false when the reader has gone, or when it cannot be
 * written, which is told on standard error. */
bool terminal_write(int fd, struct str s);

#endif
