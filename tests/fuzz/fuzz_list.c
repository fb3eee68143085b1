/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a list: its rows are counted, and every row that was taken is
 * found again.  Any bytes are the table of an image as well: looking into it
 * stays in it and ends.  The first byte chooses type and format. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "rule/fact.h"
#include "rule/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The value as a fact of a message would have it. */
static void
assert_found(const struct list *list, struct arena *a, enum list_type type,
    const struct list_line *line)
{
	struct fact_value value = { 0 };
	struct list_row row;
	struct list_key key;

	if (!line->is_whole ||
	    !list_key_read(&key, a, type, line->at[LIST_VALUE]))
		return;
	value.text = key.text;
	value.addr = &key.range.first;
	/* A row may have expired; by then it is no other's. */
	if (list_find(list, &value, INT32_MIN + 1, a, &row))
		assert(row.line != 0);
	else
		assert(line->at[LIST_EXPIRES].n != 0);
}

static void
try_list(struct arena *a, const struct list_conf *conf, struct str text)
{
	const struct list_source from = { conf, text, NULL };
	struct arena *scratch = arena_new();
	struct list_report report;
	struct list_reader reader;
	struct list_line line;
	struct list *list;
	struct err e;

	if (list_read(&list, a, &from, &report, &e)) {
		assert(list_rows(list) == report.rows);
		assert(list_reader_init(&reader, &(struct list_layout){
		    conf->format, conf->column, false }, text, &e));
		while (list_reader_next(&reader, scratch, &line)) {
			assert_found(list, a, conf->type, &line);
			arena_empty(scratch);
		}
		list_drop(list);
	}
	arena_free(scratch);
}

/* Slots of sixteen, then rows; some of the slots lead somewhere. */
static void
try_table(struct arena *a, struct str bytes)
{
	enum { SLOTS = 16 * 8 };
	struct list_table table;
	struct list_row row;
	struct str slots, rows;
	struct err e;
	size_t n = 0;

	slots = str_copy(a, str_head(bytes, SLOTS));
	rows = str_from(bytes, SLOTS);
	if (!list_table_open(&table, slots, rows, &e))
		return;
	for (size_t at = 0; at < rows.n; at++)
		for (size_t most = 0; most < 4; most++)
			n += list_table_find(&table, str_sub(rows, at,
			    at + most), &row) &&
			    row.key.p + row.key.n + row.note.n + row.ref.n <=
			    rows.p + rows.n;
	assert(n <= rows.n * 4);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct list_conf conf = { .max_rows = LIST_ROWS_DEFAULT };

	if (size != 0) {
		conf.type = (data[0] & 0x10) != 0 ? LIST_PHRASE
		    : data[0] % LIST_PHRASE;
		conf.format = (data[0] & 0x80) != 0 ? LIST_CSV
		    : (data[0] & 0x20) != 0 ? LIST_JSON : LIST_TEXT;
		conf.column = (data[0] & 0x40) != 0 ? STR("url") : STR("");
		try_list(a, &conf, (struct str){ (const char *)data + 1,
		    size - 1 });
		try_table(a, (struct str){ (const char *)data + 1,
		    size - 1 });
	}
	arena_free(a);
	return 0;
}
