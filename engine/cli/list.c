/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho list: are the rows of a feed read, and is a value among them?  And
 * the image of a feed, made ahead. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/loader.h"
#include "cli/optionrows.h"
#include "rule/list.h"
#include "rule/pattern.h"

enum { OUTPUT_MOST = 64 << 20, LIST_BYTES = 1 << 30, GUESS_ROWS = 50 };

struct list_args {
	bool is_json;
	struct str type;
	struct str format;
	struct str column;
	bool skip_header;
	struct str color;
};

#define ARG(name) offsetof(struct list_args, name)

static const struct option_row rows[] = {
	{ "type", 0, OPTION_TEXT, ARG(type),
	    "domain|host|url|ip|email|sha256|phrase",
	    "what the rows are (default: by the first ones)" },
	{ "format", 0, OPTION_TEXT, ARG(format), "text|csv|json-lines",
	    "how they are written (default: by the name)" },
	{ "column", 0, OPTION_TEXT, ARG(column), "NAME|N",
	    "where the values are in a CSV, or in an object of JSON" },
	{ "skip-header", 0, OPTION_FLAG, ARG(skip_header), NULL,
	    "the first line of the CSV names its columns" },
	ROW_JSON(struct list_args, "one JSON object"),
	ROW_COLOR(struct list_args),
	{ 0 }
};

struct work {
	struct call *call;
	struct list_conf conf;
	struct str text;
	struct list *list;
	struct list_report report;
	bool builds;
	VEC(struct list_conf) confs;
};

static bool
type_named(struct str name, enum list_type *type)
{
	for (int i = 0; i < LIST_TYPES; i++)
		if (str_is(name, list_type_names[i])) {
			*type = (enum list_type)i;
			return true;
		}
	return false;
}

static bool
read_rows(struct list_reader *reader, const struct work *w, struct err *e)
{
	return list_reader_init(reader, &(struct list_layout){ w->conf.format,
	    w->conf.column, w->conf.skip_header }, w->text, e);
}

/* A network is no URL, though it would be read as one, and a row that goes on
 * behind its address is one of addresses that are badly written. */
static bool
seems_to_be(struct arena *a, enum list_type type, struct str value)
{
	struct str first = str_head(value, str_find(value, ' '));
	struct list_key key;
	bool is_net = list_key_read(&key, a, LIST_IP, str_head(first,
	    str_find(first, '\t')));

	return is_net ? type == LIST_IP : list_key_read(&key, a, type, value);
}

/* The type that most of the first rows are; the more exact on a tie. */
static enum list_type
guess_type(struct work *w)
{
	static const enum list_type order[] = { LIST_SHA256, LIST_IP,
		LIST_EMAIL, LIST_URL, LIST_DOMAIN };
	struct arena *a = w->call->arena;
	enum list_type best = LIST_DOMAIN;
	size_t most = 0;

	for (size_t i = 0; i < nitems(order); i++) {
		struct list_reader reader;
		struct list_line line;
		size_t n = 0, rows_read = 0;
		struct err e;

		if (!read_rows(&reader, w, &e))
			return best;
		while (rows_read++ < GUESS_ROWS &&
		    list_reader_next(&reader, a, &line))
			n += seems_to_be(a, order[i], line.at[LIST_VALUE]);
		if (n > most) {
			most = n;
			best = order[i];
		}
	}
	return best;
}

static enum list_format
format_of(const struct list_args *args, struct str path)
{
	static const struct {
		const char *tail;
		enum list_format format;
	} tails[] = { { ".csv", LIST_CSV }, { ".jsonl", LIST_JSON },
		{ ".ndjson", LIST_JSON }, { ".json", LIST_JSON } };

	for (int i = 0; i < LIST_FORMATS; i++)
		if (str_is(args->format, list_format_names[i]))
			return (enum list_format)i;
	for (size_t i = 0; i < nitems(tails); i++)
		if (str_case_ends(path, str_of(tails[i].tail)))
			return tails[i].format;
	return LIST_TEXT;
}

static bool
open_list(struct work *w, struct str path, struct err *e)
{
	const struct list_args *args = w->call->args;

	w->conf = (struct list_conf){
		.id = path,
		.path = path,
		.format = format_of(args, path),
		.column = args->column,
		.skip_header = args->skip_header,
		.max_rows = LIST_ROWS_MOST,
	};
	if (!file_read(&w->text, w->call->arena, str_cstr(w->call->arena,
	    path), LIST_BYTES, e))
		return false;
	if (!type_named(args->type, &w->conf.type))
		w->conf.type = guess_type(w);
	return true;
}

static void
add_bad(struct buf *b, const struct work *w)
{
	const struct list_bad *bad;

	VEC_EACH(bad, &w->report.first_bad) {
		terminal_text(b, w->conf.path);
		buf_printf(b, ":%u: no %s: ", (unsigned)bad->line,
		    list_type_names[w->conf.type]);
		terminal_text(b, bad->text);
		buf_add_byte(b, '\n');
	}
}

static void
json_report(struct buf *b, const struct work *w, const char *failure)
{
	const struct list_bad *bad;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_str(&j, "file", w->conf.path);
	json_put_str(&j, "type", str_of(list_type_names[w->conf.type]));
	json_put_int(&j, "rows", (int64_t)w->report.rows);
	json_put_int(&j, "bad", (int64_t)w->report.bad);
	json_put_str(&j, "error", str_of(failure));
	json_key(&j, "first_bad");
	json_open_array(&j);
	VEC_EACH(bad, &w->report.first_bad) {
		json_open_object(&j);
		json_put_int(&j, "line", bad->line);
		json_put_str(&j, "text", bad->text);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

/* The lists of a pack as it reads them. */
static bool
add_pack(struct work *w, struct str path, struct err *e)
{
	const struct list_args *args = w->call->args;
	word_list named = { .at = &path, .n = 1 }, folders = { 0 };
	struct list_conf *const *conf;
	struct loaded loaded;

	if (!loader_read(&loaded, w->call->arena, &named, &folders, e))
		return false;
	loader_print(&loaded.diags, args->color, DIAG_ERROR);
	if (loaded.diags.errors != 0)
		return err_set(e, "%" STR_FMT " has errors", STR_ARG(path));
	for (size_t i = 0; i < loaded.n_named; i++)
		VEC_EACH(conf, &loaded.packs.at[i]->lists)
			*VEC_ADD(w->call->arena, &w->confs) = **conf;
	return true;
}

static bool
add_operand(struct work *w, struct str path, struct err *e)
{
	if (str_ends(path, STR(".yaml")))
		return add_pack(w, path, e);
	if (w->builds && str_is(path, "-"))
		return err_set(e, "build: standard input has no place for an "
		    "image");
	if (!open_list(w, path, e))
		return false;
	*VEC_ADD(w->call->arena, &w->confs) = w->conf;
	return true;
}

/* Whoever may read the list may read its image. */
static bool
save(struct work *w, struct err *e)
{
	struct arena *a = w->call->arena;
	const char *path = str_cstr(a, str_cat(a, w->conf.path,
	    STR(".image")));
	struct stat st;

	if (!list_save(w->list, path, e))
		return false;
	return (stat(str_cstr(a, w->conf.path), &st) == 0 &&
	    chmod(path, st.st_mode & 0644) == 0) ||
	    err_set(e, "%s: %s", path, strerror(errno));
}

static bool
read_list(struct work *w, struct err *e)
{
	struct arena *a = w->call->arena;
	struct list_source from = { .conf = &w->conf };
	bool done;

	w->report = (struct list_report){ 0 };
	if (!str_is(w->conf.path, "-") && !file_read(&w->text, a,
	    str_cstr(a, w->conf.path), LIST_BYTES, e))
		return false;
	from.text = w->text;
	if (!list_read(&w->list, a, &from, &w->report, e))
		return false;
	done = !w->builds || save(w, e);
	list_drop(w->list);
	return done;
}

static void
text_report(struct buf *b, const struct work *w, const char *failure)
{
	add_bad(b, w);
	if (failure[0] != '\0')
		buf_printf(b, "%s\n", failure);
	terminal_text(b, w->conf.path);
	buf_printf(b, "%s: %s, %llu rows, %llu bad\n",
	    w->builds && failure[0] == '\0' ? ".image" : "",
	    list_type_names[w->conf.type],
	    (unsigned long long)w->report.rows,
	    (unsigned long long)w->report.bad);
}

/* Rows that do not parse are findings; a list that would not load as well. */
static enum status
check(struct work *w)
{
	const struct list_args *args = w->call->args;
	const struct list_conf *conf;
	bool is_good = true;
	struct err e;
	struct buf b;

	for (size_t i = 1; i < w->call->operands.n; i++)
		if (!add_operand(w, w->call->operands.at[i], &e))
			return command_fail(w->call, "%s", e.text);
	buf_init_arena(&b, w->call->arena, OUTPUT_MOST);
	VEC_EACH(conf, &w->confs) {
		w->conf = *conf;
		e.text[0] = '\0';
		is_good &= read_list(w, &e) &&
		    (w->builds || w->report.bad == 0);
		if (args->is_json)
			json_report(&b, w, e.text);
		else
			text_report(&b, w, e.text);
	}
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	return is_good ? STATUS_FINE : STATUS_FINDINGS;
}

/* A row of addresses has no key in letters. */
static bool
is_found(const struct list_key *row, const struct list_key *asked,
    enum list_type type, const list_keys *keys)
{
	const struct str *one;

	if (type == LIST_IP)
		return addr_range_has(&row->range, &asked->range.first);
	VEC_EACH(one, keys)
		if (str_eq(*one, row->text))
			return true;
	return false;
}

/* The rows whose key a value would be looked up by. */
static size_t
grep_rows(struct work *w, struct buf *b, struct str value)
{
	struct arena *a = w->call->arena;
	struct list_reader reader;
	struct list_line line;
	struct list_key key, asked;
	list_keys keys = { 0 };
	size_t n = 0;
	struct err e;

	if (!list_key_read(&asked, a, w->conf.type, value) ||
	    !read_rows(&reader, w, &e))
		return 0;
	list_keys_of(&keys, a, w->conf.type, asked.text);
	while (list_reader_next(&reader, a, &line)) {
		if (!list_key_read(&key, a, w->conf.type,
		    line.at[LIST_VALUE]) ||
		    !is_found(&key, &asked, w->conf.type, &keys))
			continue;
		n++;
		terminal_text(b, w->conf.path);
		buf_printf(b, ":%u: ", (unsigned)line.line);
		terminal_text(b, defang(a, line.at[LIST_VALUE]));
		if (line.at[LIST_NOTE].n != 0)
			buf_add_str(b, STR("  "));
		terminal_text(b, line.at[LIST_NOTE]);
		buf_add_byte(b, '\n');
	}
	return n;
}

static enum status
grep(struct work *w)
{
	struct str value;
	size_t n = 0;
	struct err e;
	struct buf b;

	if (w->call->operands.n < 3)
		return command_fail(w->call, "grep: VALUE FILE...");
	value = refang(w->call->arena, w->call->operands.at[1]);
	buf_init_arena(&b, w->call->arena, OUTPUT_MOST);
	for (size_t i = 2; i < w->call->operands.n; i++) {
		if (!open_list(w, w->call->operands.at[i], &e))
			return command_fail(w->call, "%s", e.text);
		n += grep_rows(w, &b, value);
	}
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	return n != 0 ? STATUS_FINE : STATUS_FINDINGS;
}

static enum status
run(struct call *call)
{
	struct str verb = call->operands.at[0];
	struct work w = { .call = call };

	if (str_is(verb, "grep"))
		return grep(&w);
	w.builds = str_is(verb, "build");
	if (!w.builds && !str_is(verb, "check"))
		return command_fail(call, "\"%" STR_FMT "\" is none of check, "
		    "build, grep", STR_ARG(verb));
	if (call->operands.n < 2)
		return command_fail(call, "%" STR_FMT ": a file is missing",
		    STR_ARG(verb));
	return check(&w);
}

const struct command command_list = {
	.name = "list",
	.operands = "check FILE|-... | build FILE... | grep VALUE FILE|-...",
	.summary = "check the rows of a feed; look a value up in it",
	.detail = "check: reads lists as the daemon does and names the rows "
	    "that are none.\nA pack (*.yaml) stands for its lists, read as it "
	    "says.\nbuild: writes FILE.image beside each, which a daemon maps "
	    "instead of reading.\ngrep: prints the rows that hold a value, by "
	    "which it would be found.",
	.rows = rows,
	.args_size = sizeof(struct list_args),
	.needs_operand = true,
	.run = run,
};
