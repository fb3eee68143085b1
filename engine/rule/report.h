/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_REPORT_H
#define RULE_REPORT_H

/*
 * A text that somebody wrote about a campaign, cut into cells: lines, and
 * what stands between pipes, tabs or wide gaps inside one.  Any bytes are a
 * report; what is over a limit is left out and said.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;

enum {
	REPORT_BYTES = 4 << 20,
	REPORT_CELLS = 50000,
	REPORT_CELL_BYTES = 8192
};

struct report_cell {
	struct str text;   /* as written, entities and invisible characters
	                      undone */
	struct str plain;  /* the same with addresses undone: for machines */
	uint32_t line;     /* from 1 */
	bool is_first;     /* of its line */
	bool is_ruler;     /* "-----": text and plain are empty */
	bool is_quoted;    /* stood behind "> " */
	bool ends_table;   /* a pipe came behind it */
};

struct report {
	VEC(struct report_cell) cells;
	struct str title;  /* of a page, or "" */
	bool is_machine;   /* says that a machine wrote it */
	bool is_japanese;
	bool is_cut;       /* longer than is read */
};

void report_read(struct report *out, struct arena *a, struct str bytes);

/* Full-width letters and odd dots inside names as ASCII, then refang(). */
struct str report_plain(struct arena *a, struct str text);

#endif
