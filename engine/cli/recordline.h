/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RECORDLINE_H
#define CLI_RECORDLINE_H

/*
 * Lines that "sekisho record import" takes: an object of JSON each, or CSV
 * whose first line names its columns.  doc/records.md has the names.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "check/record.h"

struct arena;
struct err;

enum { RECORD_COLUMNS_MOST = 16 };

/* Zeroed but for arena and path, which errors name. */
struct record_reader {
	struct arena *arena;
	const char *path;
	size_t line; /* so far */
	size_t n;    /* columns */
	struct str column[RECORD_COLUMNS_MOST];
};

/* What one line says of one name. */
struct record_line {
	struct str name; /* as a key has it; empty: nothing on this line */
	struct record record;
};

/* False: the line is wrong, and e says where and why.  The next may be
 * read. */
bool record_line_read(struct record_reader *r, struct record_line *out,
    struct str line, struct err *e);

#endif
