/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_SETTING_H
#define CONF_SETTING_H

/*
 * Configuration as a table: a row says a setting's name, what it is, and
 * where in a struct it goes.  The reader, its errors and the manual are made
 * from the rows; nobody reads options by hand.
 *
 * A name with a dot, "limits.message", is the entry "message" of the mapping
 * "limits".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "conf/diag.h"

struct arena;
struct node;

enum setting_type {
	SETTING_IS_STR,    /* struct str */
	SETTING_IS_LINE,   /* the same, for a line of a protocol: UTF-8
	                      without control characters */
	SETTING_IS_INT,    /* int64_t, from least to most */
	SETTING_IS_COUNT,  /* size_t, the same */
	SETTING_IS_SIZE,   /* size_t: "50MB", bytes */
	SETTING_IS_TIME,   /* int64_t: "8s", milliseconds */
	SETTING_IS_POINTS, /* int32_t, hundredths: "6.5"; "off": INT32_MAX */
	SETTING_IS_WORD,   /* int: its place among words */
	SETTING_IS_STRS,   /* VEC(struct str): one or a list */
	SETTING_IS_NETS,   /* VEC(struct addr_net): the same */
	SETTING_TYPES
};

struct setting {
	const char *name;       /* NULL at the end of a table */
	enum setting_type type;
	size_t offset;
	int64_t least, most;    /* both 0: any that is not negative */
	const char *const *words;
	const char *first;      /* what it is when nothing is said, or NULL */
	const char *help;       /* one line, English */
	bool is_secret;         /* not to be shown */
};

/* Rows for a plugin whose settings bear the names of its struct. */
#define SETTING_ROW(type_, struct_, member_, first_, help_)  \
	{                                                    \
		.name = #member_, .type = (type_),           \
		.offset = offsetof(struct_, member_),        \
		.first = (first_), .help = (help_)           \
	}
#define SETTING_STR(struct_, member_, first_, help_) \
	SETTING_ROW(SETTING_IS_STR, struct_, member_, first_, help_)
#define SETTING_INT(struct_, member_, first_, help_) \
	SETTING_ROW(SETTING_IS_INT, struct_, member_, first_, help_)
#define SETTING_TIME(struct_, member_, first_, help_) \
	SETTING_ROW(SETTING_IS_TIME, struct_, member_, first_, help_)

/* Writes each row's first value; they are ours, so they must be right. */
void settings_first(void *conf, struct arena *a, const struct setting *table);

/*
 * Writes what the mapping says.  What is wrong goes to d, all of it; false
 * then, and what was right has been written.
 */
bool settings_read(void *conf, struct arena *a, const struct setting *table,
    const struct node *map, struct diags *d);

/* Takes everything out of a list; other settings stay. */
void setting_empty(void *conf, const struct setting *row);

/* A list, that is: several texts. */
bool setting_is_list(const struct setting *row);

/* What stands there, as setting_set takes it: one text, of a list each. */
typedef VEC(struct str) setting_texts;
void setting_tell(setting_texts *out, struct arena *a, const void *conf,
    const struct setting *row);

/* One value, as on a command line.  False: *expected says what it must be. */
bool setting_set(void *conf, struct arena *a, const struct setting *row,
    struct str text, struct str *expected);

#endif
