/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_LISTTABLE_H
#define RULE_LISTTABLE_H

/*
 * The rows of a list as two pieces of memory without a pointer in them: the
 * rows one behind the other, and slots that lead to them by hash.  Filled
 * row by row into the form that serves, nothing is kept beside it; then
 * frozen and only looked into, where it was made or mapped from a file.
 *
 * A key stands in it once: of rows with the same the one that lasts longest,
 * the first of equals.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct err;
struct list_slot;

/* A row; texts live as long as the table. */
struct list_row {
	struct str key;
	uint32_t line;
	int32_t expires;       /* day, or DAY_NONE */
	struct str note, ref;  /* at most LIST_FIELD_MOST bytes each */
};

enum { LIST_FIELD_MOST = 400 };

bool list_row_outlasts(const struct list_row *row,
    const struct list_row *other);

struct list_maker {
	struct buf rows;
	uint32_t n;
	struct list_slot *slots;
	uint32_t n_slots;
};

void list_maker_init(struct list_maker *m);
void list_maker_release(struct list_maker *m);
/* The id of the row that is added next. */
uint32_t list_maker_next(const struct list_maker *m);
/* False when the key is too long to be one. */
bool list_maker_add(struct list_maker *m, const struct list_row *row);
void list_maker_freeze(struct list_maker *m);
/* What was frozen, until the maker is released. */
struct str list_maker_slots(const struct list_maker *m);
struct str list_maker_rows(const struct list_maker *m);

struct list_table {
	const struct list_slot *slots;
	uint32_t mask;
	struct str rows;
};

/* The pieces must outlive it.  Whatever they hold, a look-up stays in them
 * and ends. */
bool list_table_open(struct list_table *t, struct str slots, struct str rows,
    struct err *e);
/* False: no row has this id. */
bool list_table_row(const struct list_table *t, uint32_t id,
    struct list_row *out);
bool list_table_find(const struct list_table *t, struct str key,
    struct list_row *out);

#endif
