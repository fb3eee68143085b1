/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/recordline.h"

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "mail/host.h"

static bool
wrong(struct record_reader *r, struct err *e, const char *what)
{
	return err_set(e, "%s:%zu: %s", r->path, r->line, what);
}

static bool
is_right(struct record_reader *r, struct record_line *row, struct err *e)
{
	struct record *rec = &row->record;
	struct host host;

	if (!host_read(&host, r->arena, row->name, false))
		return err_set(e, "%s:%zu: name: \"%" STR_FMT "\" is no "
		    "domain or host", r->path, r->line, STR_ARG(row->name));
	row->name = host.name;
	if (rec->registered.n != 0 &&
	    !record_when(rec->registered, &rec->first, &rec->last))
		return err_set(e, "%s:%zu: registered: \"%" STR_FMT "\" is no "
		    "date like 2026-02-09, 2026-02, early 2026-02 or 2026",
		    r->path, r->line, STR_ARG(rec->registered));
	if (rec->registered.n != 0 && rec->first > day_today() + 1)
		return err_set(e, "%s:%zu: registered: \"%" STR_FMT "\" lies "
		    "ahead", r->path, r->line, STR_ARG(rec->registered));
	return rec->registered.n != 0 || rec->n != 0 ||
	    wrong(r, e, "neither \"registered\" nor a verdict");
}

void
record_verdict_add(struct record *to, const struct record_verdict *v)
{
	size_t i = 0;

	while (i < to->n && !str_case_eq(to->verdicts[i].vendor, v->vendor))
		i++;
	if (i == RECORD_VERDICTS)
		return;
	to->verdicts[i] = *v;
	if (i == to->n)
		to->n++;
}

/* JSON lines. */

static struct str
text_of(struct record_reader *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return STR("");
	return str_copy(r->arena, (struct str){
	    json_string_value(value), json_string_length(value) });
}

/* A number where a date is wanted is not passed over in silence. */
static bool
has_texts(struct record_reader *r, const json_t *object, struct err *e)
{
	static const char *const keys[] = { "name", "registered", "source",
		"fetched", "vendor", "verdict", "seen", "note" };

	for (size_t i = 0; i < nitems(keys); i++) {
		const json_t *value = json_object_get(object, keys[i]);

		if (value != NULL && !json_is_null(value) &&
		    !json_is_string(value))
			return err_set(e, "%s:%zu: %s: expected a text",
			    r->path, r->line, keys[i]);
	}
	return true;
}

static void
read_verdict(struct record_reader *r, struct record *to, const json_t *object)
{
	struct record_verdict v = { text_of(r, object, "vendor"),
		text_of(r, object, "verdict"), text_of(r, object, "seen"),
		text_of(r, object, "note") };

	if (v.vendor.n != 0 && v.says.n != 0)
		record_verdict_add(to, &v);
}

static bool
read_object(struct record_reader *r, struct record_line *row, struct str line,
    struct err *e)
{
	json_t *root = json_loadb(line.p, line.n, 0, NULL);
	const json_t *verdicts, *each;
	struct record *to = &row->record;
	bool is_text;
	size_t i;

	if (!json_is_object(root)) {
		json_decref(root);
		return wrong(r, e, "no object of JSON");
	}
	row->name = text_of(r, root, "name");
	to->registered = text_of(r, root, "registered");
	to->source = text_of(r, root, "source");
	to->fetched = text_of(r, root, "fetched");
	read_verdict(r, to, root);
	is_text = has_texts(r, root, e);
	verdicts = json_object_get(root, "verdicts");
	json_array_foreach(verdicts, i, each) {
		is_text = is_text && has_texts(r, each, e);
		read_verdict(r, to, each);
	}
	json_decref(root);
	return is_text && is_right(r, row, e);
}

/* CSV, its columns named by the first line. */

/* "a, b" or a "quoted ""field"""; *line goes on behind the comma.  A quote
 * that nobody closes makes *is_whole false. */
static struct str
take_field(struct record_reader *r, struct str *line, bool *is_whole)
{
	struct str field;
	struct buf b;
	size_t i = 1;

	if (line->n == 0 || line->p[0] != '"') {
		str_cut(*line, ',', &field, line);
		return str_trim(field);
	}
	buf_init_arena(&b, r->arena, line->n + 1);
	for (; i < line->n; i++) {
		if (line->p[i] == '"' &&
		    (i + 1 == line->n || line->p[++i] != '"'))
			break;
		buf_add_byte(&b, line->p[i]);
	}
	*is_whole = i < line->n;
	str_cut(str_from(*line, i), ',', &field, line);
	return buf_str(&b);
}

static bool
read_columns(struct record_reader *r, struct str line)
{
	bool is_whole = true;

	while (is_whole && line.n != 0 && r->n < RECORD_COLUMNS_MOST)
		r->column[r->n++] = take_field(r, &line, &is_whole);
	return is_whole;
}

static bool
read_fields(struct record_reader *r, struct record_line *row, struct str line,
    struct err *e)
{
	struct record_verdict v = { 0 };
	const struct { const char *name; struct str *to; } all[] = {
		{ "name", &row->name },
		{ "registered", &row->record.registered },
		{ "source", &row->record.source },
		{ "fetched", &row->record.fetched },
		{ "vendor", &v.vendor }, { "verdict", &v.says },
		{ "seen", &v.seen }, { "note", &v.note }
	};

	for (size_t i = 0; i < r->n && line.n != 0; i++) {
		bool is_whole = true;
		struct str field = take_field(r, &line, &is_whole);

		if (!is_whole)
			return wrong(r, e, "a quote that is not closed");
		for (size_t k = 0; k < nitems(all); k++)
			if (str_is(r->column[i], all[k].name))
				*all[k].to = field;
	}
	if (v.vendor.n != 0 && v.says.n != 0)
		record_verdict_add(&row->record, &v);
	return is_right(r, row, e);
}

/* Whether one of the columns is that of names. */
static bool
has_names(const struct record_reader *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_is(r->column[i], "name"))
			return true;
	return false;
}

bool
record_line_read(struct record_reader *r, struct record_line *out,
    struct str line, struct err *e)
{
	*out = (struct record_line){ 0 };
	/* Spreadsheets begin a file with a mark of its encoding. */
	if (r->line++ == 0)
		str_skip(&line, STR("\xef\xbb\xbf"));
	line = str_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return true;
	if (line.p[0] == '{')
		return read_object(r, out, line, e);
	if (r->n != 0)
		return read_fields(r, out, line, e);
	return (read_columns(r, line) && has_names(r)) || wrong(r, e,
	    "expected a JSON object, or the names of columns with \"name\" "
	    "among them");
}
