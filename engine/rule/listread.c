/* SPDX-License-Identifier: Apache-2.0 */
/* Lines and fields of external lists. */
#include "rule/listread.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "rule/listjson.h"

enum { SNIFF_MOST = 512 };

const char *const list_format_names[LIST_FORMATS] = {
	[LIST_TEXT] = "text",
	[LIST_CSV] = "csv",
	[LIST_JSON] = "json-lines",
};

static const struct str column_names[LIST_COLUMNS] = {
	[LIST_VALUE] = STR_INIT("value"),
	[LIST_EXPIRES] = STR_INIT("expires"),
	[LIST_NOTE] = STR_INIT("note"),
	[LIST_REF] = STR_INIT("ref"),
};

/* One record of a CSV as fields; those beyond the limit are left out. */
struct record {
	struct str at[LIST_FIELDS_MOST];
	int n;
	bool is_whole;
};

static bool
is_comment(struct str line)
{
	return str_starts(line, STR("#")) || str_starts(line, STR(";")) ||
	    str_starts(line, STR("//"));
}

static bool
next_line(struct list_reader *r, struct str *line)
{
	if (!str_next(&r->rest, '\n', line))
		return false;
	r->line++;
	*line = str_trim(*line);
	return true;
}

/* A field in quotes; "" is one quote.  Copied only where it has those. */
static struct str
quoted_field(struct list_reader *r, bool *is_whole)
{
	struct str rest = str_from(r->rest, 1), field;
	size_t at = 0, n = 0;
	bool has_pairs = false;
	char *p;

	while (at < rest.n && at < LIST_LINE_MOST) {
		if (rest.p[at] == '\n')
			r->line++;
		if (rest.p[at] != '"') {
			at++;
		} else if (at + 1 < rest.n && rest.p[at + 1] == '"') {
			has_pairs = true;
			at += 2;
		} else {
			break;
		}
	}
	*is_whole &= at < rest.n && rest.p[at] == '"';
	field = str_head(rest, at);
	r->rest = str_from(rest, at + 1);
	if (!has_pairs)
		return field;
	p = arena_take(r->scratch, field.n);
	for (size_t i = 0; i < field.n; i++) {
		p[n++] = field.p[i];
		i += field.p[i] == '"';
	}
	return (struct str){ p, n };
}

static struct str
plain_field(struct list_reader *r)
{
	size_t at = 0;
	struct str field;

	while (at < r->rest.n && r->rest.p[at] != r->separator &&
	    r->rest.p[at] != '\n')
		at++;
	field = str_trim(str_head(r->rest, at));
	r->rest = str_from(r->rest, at);
	return field;
}

/* From here to the end of the record's line. */
static void
read_record(struct list_reader *r, struct record *record)
{
	bool goes_on = true;

	record->n = 0;
	record->is_whole = true;
	while (goes_on) {
		struct str field;

		while (str_starts(r->rest, STR(" ")))
			r->rest = str_from(r->rest, 1);
		if (str_starts(r->rest, STR("\""))) {
			field = quoted_field(r, &record->is_whole);
			plain_field(r);
		} else {
			field = plain_field(r);
		}
		record->is_whole &= field.n <= LIST_LINE_MOST;
		if (record->n < LIST_FIELDS_MOST)
			record->at[record->n++] = field;
		goes_on = r->rest.n != 0 && r->rest.p[0] == r->separator;
		r->rest = str_from(r->rest, 1);
	}
	r->line++;
}

static int
field_of(const struct record *record, struct str name)
{
	for (int i = 0; i < record->n; i++)
		if (str_case_eq(record->at[i], name))
			return i;
	return -1;
}

static void
find_columns(struct list_reader *r, const struct record *head)
{
	for (int i = LIST_EXPIRES; i < LIST_COLUMNS; i++)
		r->column[i] = field_of(head, column_names[i]);
}

/* The separator that the first line of fields has most of. */
static char
find_separator(struct str line)
{
	static const char signs[] = ",;\t";
	size_t most = 0;
	char best = ',';

	for (size_t s = 0; signs[s] != '\0'; s++) {
		size_t n = 0;

		for (size_t i = 0; i < line.n; i++)
			n += line.p[i] == signs[s];
		if (n > most) {
			most = n;
			best = signs[s];
		}
	}
	return best;
}

/* The head stands in the first line that is no comment, or, as some feeds
 * have it, in the last comment before. */
static bool
read_head(struct list_reader *r, struct str column, struct record *head)
{
	struct list_reader before;
	struct str line;

	for (;;) {
		before = *r;
		if (!next_line(r, &line))
			return false;
		if (line.n == 0)
			continue;
		if (!is_comment(line))
			break;
		before.rest = str_trim(str_from(line, 1));
		before.separator = find_separator(line);
		read_record(&before, head);
		if (field_of(head, column) < 0)
			continue;
		r->separator = before.separator;
		return true;
	}
	*r = before;
	r->separator = find_separator(line);
	read_record(r, head);
	return true;
}

static bool
csv_columns(struct list_reader *r, const struct list_layout *layout,
    struct err *e)
{
	const struct str column = layout->column;
	struct list_reader before = *r;
	struct record head;
	int64_t number = 1;
	bool is_number = column.n == 0 || str_to_int(column, &number);

	if (!read_head(r, column, &head))
		return true;
	if (is_number) {
		if (number < 1 || number > LIST_FIELDS_MOST)
			return err_set(e, "column %" STR_FMT " is not between "
			    "1 and %d", STR_ARG(column), LIST_FIELDS_MOST);
		r->column[LIST_VALUE] = (int)number - 1;
	} else {
		r->column[LIST_VALUE] = field_of(&head, column);
	}
	if (r->column[LIST_VALUE] < 0)
		return err_set(e, "line %u: no column \"%" STR_FMT "\" in the "
		    "head of the file; was its format changed?", r->line,
		    STR_ARG(column));
	if (!is_number || layout->skip_header) {
		find_columns(r, &head);
		return true;
	}
	before.separator = r->separator;
	before.column[LIST_VALUE] = r->column[LIST_VALUE];
	*r = before;
	return true;
}

static bool
looks_like_list(struct str text, struct err *e)
{
	struct str head = str_trim(str_head(text, SNIFF_MOST));

	for (size_t i = 0; i < head.n; i++)
		if (head.p[i] == '\0')
			return err_set(e, "is no text: a zero byte stands in "
			    "it");
	if (str_starts(head, STR("<")))
		return err_set(e, "looks like a page of HTML or XML, not like "
		    "a list");
	return true;
}

bool
list_reader_init(struct list_reader *r, const struct list_layout *layout,
    struct str text, struct err *e)
{
	const struct str column = layout->column;
	struct arena *scratch;
	struct str line;
	bool is_fine = true;

	*r = (struct list_reader){ .rest = text, .format = layout->format,
		.separator = ',', .column = { 0, -1, -1, -1 } };
	str_skip(&r->rest, STR("\xef\xbb\xbf"));
	if (!looks_like_list(r->rest, e))
		return false;
	if (layout->format == LIST_CSV) {
		scratch = r->scratch = arena_new();
		is_fine = csv_columns(r, layout, e);
		arena_free(scratch);
	} else if (layout->skip_header) {
		next_line(r, &line);
	}
	for (int i = 0; i < LIST_COLUMNS; i++)
		r->names[i] = i == LIST_VALUE && column.n != 0 ? column
		    : column_names[i];
	r->scratch = NULL;
	return is_fine;
}

/* "0.0.0.0 bad.example" of a hosts file is its name; behind " #" stands a
 * comment. */
static struct str
value_of_line(struct str line)
{
	struct str first, second;
	size_t at = str_find_str(line, STR(" #"));

	line = str_trim(str_head(line, at));
	if (!str_cut(line, ' ', &first, &second) &&
	    !str_cut(line, '\t', &first, &second))
		return line;
	if (str_is(first, "0.0.0.0") || str_is(first, "127.0.0.1") ||
	    str_is(first, "::") || str_is(first, "::1"))
		return str_trim(second);
	return line;
}

static bool
next_text(struct list_reader *r, struct list_line *line)
{
	struct str text;

	do {
		if (!next_line(r, &text))
			return false;
	} while (text.n == 0 || is_comment(text));
	*line = (struct list_line){ .line = r->line,
		.at = { [LIST_VALUE] = value_of_line(text) },
		.is_whole = text.n <= LIST_LINE_MOST };
	return true;
}

static bool
next_csv(struct list_reader *r, struct list_line *line)
{
	struct record record;
	struct str skipped;

	for (;;) {
		struct str peek = r->rest, text;

		if (!str_next(&peek, '\n', &text))
			return false;
		text = str_trim(text);
		if (text.n != 0 && !str_starts(text, STR("#")))
			break;
		next_line(r, &skipped);
	}
	*line = (struct list_line){ .line = r->line + 1 };
	read_record(r, &record);
	line->is_whole = record.is_whole &&
	    r->column[LIST_VALUE] < record.n;
	for (int i = 0; i < LIST_COLUMNS; i++)
		if (r->column[i] >= 0 && r->column[i] < record.n)
			line->at[i] = record.at[r->column[i]];
	return true;
}

static bool
next_json(struct list_reader *r, struct list_line *line)
{
	struct str text;

	do {
		if (!next_line(r, &text))
			return false;
	} while (text.n == 0);
	*line = (struct list_line){ .line = r->line };
	line->is_whole = text.n <= LIST_LINE_MOST && listjson_read(line->at,
	    r->scratch, text, r->names, LIST_COLUMNS);
	if (!line->is_whole)
		line->at[LIST_VALUE] = text;
	return true;
}

bool
list_reader_next(struct list_reader *r, struct arena *scratch,
    struct list_line *line)
{
	r->scratch = scratch;
	switch (r->format) {
	case LIST_CSV:
		return next_csv(r, line);
	case LIST_JSON:
		return next_json(r, line);
	default:
		return next_text(r, line);
	}
}
