/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_LISTREAD_H
#define RULE_LISTREAD_H

/*
 * The rows of an external list: text with one value a line, CSV with a column
 * of values, or JSON with an object a line.  What feeds do besides is borne:
 * BOM, CRLF, comments, lines of a hosts file, a header behind "#".  What is no
 * list at all (a page of HTML where a feed should be) is told at once.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct err;

enum list_format { LIST_TEXT, LIST_CSV, LIST_JSON, LIST_FORMATS };

extern const char *const list_format_names[LIST_FORMATS];

enum { LIST_FIELDS_MOST = 64, LIST_LINE_MOST = 64 * 1024 };

/* What a row may say beside its value. */
enum list_column { LIST_VALUE, LIST_EXPIRES, LIST_NOTE, LIST_REF,
	LIST_COLUMNS };

struct list_line {
	uint32_t line;  /* from 1 */
	struct str at[LIST_COLUMNS]; /* "" for what there is not */
	bool is_whole;  /* false: an open quote, too long, too few fields */
};

struct list_reader {
	struct arena *scratch;
	struct str rest;
	uint32_t line;
	enum list_format format;
	char separator;
	int column[LIST_COLUMNS]; /* number of the field, or -1 */
	struct str names[LIST_COLUMNS]; /* of members, for JSON */
};

/* How the rows of a list are written. */
struct list_layout {
	enum list_format format;
	struct str column; /* of the values.  CSV: a name in its header, or a
	                      number from 1; "" is the first.  JSON: the
	                      name of a member, "" is "value" */
	bool skip_header;
};

/* Finds the columns.  False when text is no such list. */
bool list_reader_init(struct list_reader *r, const struct list_layout *layout,
    struct str text, struct err *e);

/* The next row; it lives until scratch is emptied.  False at the end. */
bool list_reader_next(struct list_reader *r, struct arena *scratch,
    struct list_line *line);

#endif
