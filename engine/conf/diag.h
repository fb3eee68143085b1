/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_DIAG_H
#define CONF_DIAG_H

/*
 * What is wrong with files that people write: each with its place, what was
 * expected, what was found and a hint.  A reader collects all it finds, up
 * to a limit a file, so that one run shows everything.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct json;
struct buf;

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

/* "error", "warning", "note" */
const char *diag_level_name(enum diag_level level);

/* From 1; columns count characters.  A line of 0: the whole file. */
struct mark {
	uint32_t line;
	uint32_t column;
};

struct diag {
	enum diag_level level;
	struct str file;
	struct mark mark;
	const char *code; /* "S01", stable; "" for none */
	struct str text;
	struct str hint;  /* "" for none */
	struct str line;  /* the source line, to put a caret under; or "" */
};

enum { DIAGS_PER_FILE = 50 };

struct diags {
	struct arena *arena;
	VEC(struct diag) list;
	size_t errors;
	size_t warnings;
	/* Where the file now being read comes from, for diag_add. */
	struct str file;
	struct str source;
	size_t in_file;        /* errors */
	size_t others_in_file; /* warnings and notes */
	size_t first_in_file;  /* in list */
	bool is_dropped;       /* the last one was not kept: over the limit,
	                          or ignored by a comment */
	VEC(uint32_t) lines;   /* where the lines of source begin */
};

void diags_init(struct diags *d, struct arena *a);

/* From here on, diags are about this file.  Both must outlive d. */
void diags_file(struct diags *d, struct str file, struct str source);

/*
 * Adds one about the current file; always false.  The hint is set by
 * diag_hint right after.  A warning, a note or an error about the choice of
 * an indicator (I02 and on) is left out where the line above is a comment
 * "# sekisho: ignore CODE (reason)".
 */
bool diag_add(struct diags *d, enum diag_level level, struct mark mark,
    const char *code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Gives the diag added last a hint. */
void diag_hint(struct diags *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds all that another found, about files of its own. */
void diags_join(struct diags *d, const struct diags *other);

/* Puts those of the current file in the order of their places. */
void diags_sort(struct diags *d);

/* A line of the current source, "" for none; where its text begins. */
struct str diag_line(struct diags *d, uint32_t line);
struct mark diag_line_mark(struct diags *d, uint32_t line);

/*
 * The place of text[offset], when text begins at mark and may have been
 * folded from several lines: blanks aside, both hold the same characters.
 */
struct mark diag_place(struct diags *d, struct mark mark, struct str text,
    size_t offset);

/* "file:line:column: error: text [code]", hint, source line and caret, the
 * caret padded by display width. */
void diag_print(struct buf *to, const struct diag *d, bool is_coloured);
/* To the log, where each line is one event: all errors and the first twenty
 * warnings, the rest as a number.  Notes are for the authors of packs:
 * sekisho check tells them. */
void diags_log(const struct diags *d);
void diag_json(struct json *j, const struct diag *d);

#endif
