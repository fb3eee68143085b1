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
wrong_value(struct record_reader *r, struct err *e, const char *name,
    struct str value, const char *what)
{
	return err_set(e, "%s:%zu: %s: \"%" STR_FMT "\" %s", r->path,
	    r->line, name, STR_ARG(str_head(value, RECORD_FIELD_MOST)), what);
}

/* What is said without who says so and when is worth nothing. */
static bool
is_there(struct record_reader *r, struct err *e, const char *name,
    struct str value, const char *of)
{
	if (value.n == 0)
		return err_set(e, "%s:%zu: \"%s\" is missing: %s", r->path,
		    r->line, name, of);
	return value.n <= RECORD_FIELD_MOST || wrong_value(r, e, name, value,
	    "is longer than 200 bytes");
}

static bool
is_past(struct record_reader *r, struct err *e, const char *name,
    struct str value)
{
	int32_t day;

	if (!record_day(value, &day))
		return wrong_value(r, e, name, value, "is no date like "
		    "2026-02-09, 2026-02, early 2026-02 or 2026");
	return day <= day_today() + 1 || wrong_value(r, e, name, value,
	    "lies ahead");
}

static bool
is_right_age(struct record_reader *r, const struct record *rec,
    struct err *e)
{
	static const char of[] = "who says since when it is registered, and "
	    "when that was found out";
	int32_t first, last;

	if (rec->registered.n == 0)
		return true;
	if (!record_when(rec->registered, &first, &last))
		return wrong_value(r, e, "registered", rec->registered,
		    "is no date like 2026-02-09, 2026-02, early 2026-02 or "
		    "2026");
	return is_past(r, e, "registered", rec->registered) &&
	    is_there(r, e, "source", rec->source, of) &&
	    is_there(r, e, "fetched", rec->fetched, of) &&
	    is_past(r, e, "fetched", rec->fetched);
}

static bool
is_right_verdict(struct record_reader *r, const struct record_verdict *v,
    struct err *e)
{
	static const char of[] = "a verdict has a vendor, a word and the day "
	    "it was seen";

	return is_there(r, e, "vendor", v->vendor, of) &&
	    is_there(r, e, "verdict", v->says, of) &&
	    is_there(r, e, "seen", v->seen, of) &&
	    is_past(r, e, "seen", v->seen) &&
	    (v->note.n <= RECORD_FIELD_MOST || wrong_value(r, e, "note",
	    v->note, "is longer than 200 bytes"));
}

static bool
is_right(struct record_reader *r, struct record_line *row, struct err *e)
{
	struct record *rec = &row->record;
	struct host host;

	/* "*.example.jp" is a host to a browser, and no link leads there. */
	if (!host_read(&host, r->arena, row->name, false) ||
	    str_has(host.name, '*'))
		return wrong_value(r, e, "name", row->name,
		    "is no domain or host");
	row->name = host.name;
	if (!is_right_age(r, rec, e))
		return false;
	for (size_t i = 0; i < rec->n; i++) {
		if (!is_right_verdict(r, &rec->verdicts[i], e))
			return false;
	}
	return rec->registered.n != 0 || rec->n != 0 ||
	    wrong(r, e, "neither \"registered\" nor a verdict");
}

/* Half a verdict is looked at too.  False: there are too many. */
static bool
add_verdict(struct record *to, struct record_verdict v)
{
	if (v.vendor.n == 0 && v.says.n == 0)
		return true;
	if (to->n == RECORD_VERDICTS)
		return false;
	to->verdicts[to->n++] = v;
	return true;
}

static const char too_many[] = "more than eight verdicts";

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

static bool
read_verdict(struct record_reader *r, struct record *to, const json_t *object,
    struct err *e)
{
	struct record_verdict v = { text_of(r, object, "vendor"),
		text_of(r, object, "verdict"), text_of(r, object, "seen"),
		text_of(r, object, "note") };

	return has_texts(r, object, e) &&
	    (add_verdict(to, v) || wrong(r, e, too_many));
}

static bool
read_object(struct record_reader *r, struct record_line *row, struct str line,
    struct err *e)
{
	json_t *root = json_loadb(line.p, line.n, 0, NULL);
	const json_t *verdicts, *each;
	struct record *to = &row->record;
	bool is_good;
	size_t i;

	if (!json_is_object(root)) {
		json_decref(root);
		return wrong(r, e, "no object of JSON");
	}
	row->name = text_of(r, root, "name");
	to->registered = text_of(r, root, "registered");
	to->source = text_of(r, root, "source");
	to->fetched = text_of(r, root, "fetched");
	is_good = read_verdict(r, to, root, e);
	verdicts = json_object_get(root, "verdicts");
	json_array_foreach(verdicts, i, each)
		is_good = is_good && read_verdict(r, to, each, e);
	json_decref(root);
	return is_good && is_right(r, row, e);
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
	return (add_verdict(&row->record, v) || wrong(r, e, too_many)) &&
	    is_right(r, row, e);
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
	if (read_columns(r, line) && has_names(r))
		return true;
	r->n = 0;
	return wrong(r, e,
	    "expected a JSON object, or the names of columns with \"name\" "
	    "among them");
}
