/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho record: what others have found out about domains, into the store
 * and out of it. */
#include <jansson.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "check/record.h"
#include "cli/command.h"
#include "cli/reputation.h"
#include "mail/host.h"

enum {
	INPUT_MOST = 1 << 30,
	OUTPUT_MOST = 1 << 26,
	BATCH = 2000,         /* changes before the store is waited for */
	COLUMNS_MOST = 16
};

struct record_args {
	struct str config, state;
};

#define ARG(field) offsetof(struct record_args, field)

static const struct option_row rows[] = {
	{ "config", 'c', OPTION_TEXT, ARG(config), "FILE",
	    "of sekishod (/etc/sekisho/sekisho.yaml)" },
	{ "state", 0, OPTION_TEXT, ARG(state), "DIR",
	    "state folder, in place of the one it names" },
	{ 0 }
};

struct work {
	struct call *call;
	struct reputation_store store;
	struct buf out;
	const char *path;
	size_t line;
	struct map seen;      /* from names to places in records */
	VEC(struct record) records;
	size_t n;             /* lines taken */
};

/* What one line or object says of one name. */
struct row {
	struct str name;
	struct record record;
};

static bool
wrong(struct work *w, struct err *e, const char *what)
{
	return err_set(e, "%s:%zu: %s", w->path, w->line, what);
}

static bool
is_right(struct work *w, struct row *row, struct err *e)
{
	struct record *r = &row->record;
	struct host host;

	if (!host_read(&host, w->call->arena, row->name, false))
		return err_set(e, "%s:%zu: name: \"%" STR_FMT "\" is no "
		    "domain or host", w->path, w->line, STR_ARG(row->name));
	row->name = host.name;
	if (r->registered.n != 0 &&
	    !record_when(r->registered, &r->first, &r->last))
		return err_set(e, "%s:%zu: registered: \"%" STR_FMT "\" is no "
		    "date like 2026-02-09, 2026-02, early 2026-02 or 2026",
		    w->path, w->line, STR_ARG(r->registered));
	return r->registered.n != 0 || r->n != 0 ||
	    wrong(w, e, "neither \"registered\" nor a verdict");
}

/* A vendor's new word takes the place of his last. */
static void
add_verdict(struct record *to, const struct record_verdict *v)
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

/* As it stands in the store, or what lines before made of it: those may still
 * be on their way there. */
static struct record *
record_of(struct work *w, struct str key, struct err *e)
{
	const uint32_t *there = map_get(&w->seen, key);
	struct record *record;
	struct str value;

	if (there != NULL)
		return &w->records.at[*there];
	if (!reputation_ask(&value, &w->store, key, e))
		return NULL;
	map_put(&w->seen, key, (uint32_t)w->records.n);
	record = VEC_ADD(w->call->arena, &w->records);
	record_read(record, value);
	return record;
}

static bool
settle(struct work *w, struct err *e)
{
	return reputation_settle(&w->store) ||
	    err_set(e, "the store does not take it");
}

static bool
write_row(struct work *w, const struct row *row, struct err *e)
{
	struct str key = record_key(w->call->arena, row->name);
	struct record *record = record_of(w, key, e);
	struct buf text;

	if (record == NULL)
		return false;
	if (row->record.registered.n != 0) {
		record->registered = row->record.registered;
		record->source = row->record.source;
		record->fetched = row->record.fetched;
	}
	for (size_t i = 0; i < row->record.n; i++)
		add_verdict(record, &row->record.verdicts[i]);
	buf_init(&text, STORE_VALUE_MOST);
	record_write(&text, record);
	store_put(w->store.store, key, buf_str(&text), RECORD_LIFE);
	buf_release(&text);
	return ++w->n % BATCH != 0 || settle(w, e);
}

/* JSON lines. */

static struct str
text_of(struct work *w, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return STR("");
	return str_copy(w->call->arena, (struct str){
	    json_string_value(value), json_string_length(value) });
}

static void
read_verdict(struct work *w, struct record *r, const json_t *object)
{
	struct record_verdict v = { text_of(w, object, "vendor"),
		text_of(w, object, "verdict"), text_of(w, object, "seen"),
		text_of(w, object, "note") };

	if (v.vendor.n != 0 && v.says.n != 0)
		add_verdict(r, &v);
}

static bool
read_object(struct work *w, struct row *row, struct str line, struct err *e)
{
	json_t *root = json_loadb(line.p, line.n, 0, NULL);
	const json_t *verdicts, *each;
	struct record *r = &row->record;
	size_t i;

	if (!json_is_object(root)) {
		json_decref(root);
		return wrong(w, e, "no object of JSON");
	}
	row->name = text_of(w, root, "name");
	r->registered = text_of(w, root, "registered");
	r->source = text_of(w, root, "source");
	r->fetched = text_of(w, root, "fetched");
	read_verdict(w, r, root);
	verdicts = json_object_get(root, "verdicts");
	json_array_foreach(verdicts, i, each)
		read_verdict(w, r, each);
	json_decref(root);
	return is_right(w, row, e);
}

/* CSV, its columns named by the first line. */

/* "a, b" or a "quoted ""field"""; *line goes on behind the comma. */
static struct str
take_field(struct work *w, struct str *line)
{
	struct str field;
	struct buf b;
	size_t i = 1;

	if (line->n == 0 || line->p[0] != '"') {
		str_cut(*line, ',', &field, line);
		return str_trim(field);
	}
	buf_init_arena(&b, w->call->arena, line->n + 1);
	for (; i < line->n; i++) {
		if (line->p[i] == '"' &&
		    (i + 1 == line->n || line->p[++i] != '"'))
			break;
		buf_add_byte(&b, line->p[i]);
	}
	str_cut(str_from(*line, i), ',', &field, line);
	return buf_str(&b);
}

struct columns {
	size_t n;
	struct str at[COLUMNS_MOST];
};

static void
read_columns(struct work *w, struct columns *c, struct str line)
{
	while (line.n != 0 && c->n < COLUMNS_MOST)
		c->at[c->n++] = take_field(w, &line);
}

static bool
read_fields(struct work *w, struct row *row, const struct columns *c,
    struct str line, struct err *e)
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

	for (size_t i = 0; i < c->n && line.n != 0; i++) {
		struct str field = take_field(w, &line);

		for (size_t k = 0; k < nitems(all); k++)
			if (str_is(c->at[i], all[k].name))
				*all[k].to = field;
	}
	if (v.vendor.n != 0 && v.says.n != 0)
		add_verdict(&row->record, &v);
	return is_right(w, row, e);
}

static bool
read_line(struct work *w, struct columns *c, struct str line, struct err *e)
{
	struct row row = { 0 };

	if (line.n == 0 || line.p[0] == '#')
		return true;
	if (line.p[0] == '{')
		return read_object(w, &row, line, e) && write_row(w, &row, e);
	if (c->n == 0) {
		read_columns(w, c, line);
		for (size_t i = 0; i < c->n; i++)
			if (str_is(c->at[i], "name"))
				return true;
		return wrong(w, e, "expected a JSON object, or the names of "
		    "columns with \"name\" among them");
	}
	return read_fields(w, &row, c, line, e) && write_row(w, &row, e);
}

static enum status
do_import(struct work *w, struct str path)
{
	struct columns columns = { 0 };
	struct str text, line;
	struct err e;

	w->path = str_cstr(w->call->arena, path);
	if (!file_read(&text, w->call->arena, w->path, INPUT_MOST, &e))
		return command_fail(w->call, "%s", e.text);
	for (w->line = 1; text.n != 0; w->line++) {
		line = str_trim(str_take_line(&text));
		if (!read_line(w, &columns, line, &e))
			return command_fail(w->call, "%s", e.text);
	}
	return settle(w, &e) ? STATUS_FINE :
	    command_fail(w->call, "%s", e.text);
}

static enum status
do_get(struct work *w, struct str name)
{
	struct str value;
	struct host host;
	struct err e;

	if (!host_read(&host, w->call->arena, name, false))
		return command_fail(w->call, "\"%" STR_FMT "\" is no domain "
		    "or host", STR_ARG(name));
	if (!reputation_ask(&value, &w->store,
	    record_key(w->call->arena, host.name), &e))
		return command_fail(w->call, "%s", e.text);
	terminal_text(&w->out, host.name);
	buf_add_str(&w->out, value.n == 0 ? STR(": no record\n") :
	    STR("\n"));
	buf_add_str(&w->out, value);
	return STATUS_FINE;
}

static enum status
run(struct call *call)
{
	const struct record_args *args = call->args;
	bool imports = str_is(call->operands.at[0], "import");
	struct work w = { .call = call };
	enum status status = STATUS_FINE;
	struct err e;

	if (!imports && !str_is(call->operands.at[0], "get"))
		return command_fail(call, "import or get, not \"%" STR_FMT
		    "\"", STR_ARG(call->operands.at[0]));
	if (call->operands.n < 2)
		return command_fail(call, "%s", imports ? "which file?" :
		    "of which domain?");
	if (!reputation_open(&w.store, call->arena, args->config, args->state,
	    &e))
		return command_fail(call, "%s", e.text);
	map_init(&w.seen, call->arena);
	buf_init(&w.out, OUTPUT_MOST);
	for (size_t i = 1; i < call->operands.n && status == STATUS_FINE; i++)
		status = imports ? do_import(&w, call->operands.at[i]) :
		    do_get(&w, call->operands.at[i]);
	if (imports)
		buf_printf(&w.out, "%zu lines taken\n", w.n);
	reputation_close(&w.store);
	if (!terminal_write(STDOUT_FILENO, buf_str(&w.out)))
		status = STATUS_UNREADABLE;
	buf_release(&w.out);
	return status;
}

const struct command command_record = {
	.name = "record",
	.operands = "import|get FILE|-|DOMAIN...",
	.summary = "ages of domains and verdicts of vendors, into the store",
	.detail = "Opens the store that the configuration of sekishod names, "
	    "while it runs or not; sekishod looks there where it says "
	    "\"records: yes\".\n\n"
	    "  import FILE|-...   JSON, an object a line, or CSV whose first "
	    "line names the columns:\n"
	    "                     name, registered, source, fetched; vendor, "
	    "verdict, seen, note\n"
	    "  get DOMAIN...      what is written there\n\n"
	    "A date is as exact as it is known: 2026-02-09, 2026-02, early "
	    "2026-02, 2026.",
	.rows = rows,
	.args_size = sizeof(struct record_args),
	.needs_operand = true,
	.run = run,
};
