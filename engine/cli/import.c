/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho import: what others found, as a draft of a pack or as a list. */
#include "cli/import.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/brands.h"
#include "cli/command.h"
#include "cli/optionrows.h"
#include "rule/draftsort.h"
#include "rule/pattern.h"

enum { INPUT_MOST = 256 << 20, OUTPUT_MOST = 256 << 20, PACK_ROWS = 50,
	VALUES_MOST = 600 };

struct import_args {
	struct str from;
	struct str as;
	struct str id;
	struct str kind;
	struct str at;
	bool is_quiet;
	bool is_json;
	struct str color;
	word_list folders;
};

#define ARG(name) offsetof(struct import_args, name)

static const struct option_row rows[] = {
	{ "from", 0, OPTION_TEXT, ARG(from),
	    "stix|misp|csv|openphish|phishtank|urlhaus", "the format" },
	{ "as", 0, OPTION_TEXT, ARG(as), "list|pack",
	    "what to make (default: feeds and 50 or more indicators a list)" },
	{ "kind", 0, OPTION_TEXT, ARG(kind), "url|domain|ip|email|sha256",
	    "what the list holds (default: what there is most of)" },
	{ "id", 0, OPTION_TEXT, ARG(id), "ID", "id of the pack" },
	ROW_AT(struct import_args, "the date to pretend"),
	ROW_PACKS(struct import_args, "where brands are"),
	ROW_JSON(struct import_args,
	    "one JSON object: the pack or list as text, what was left out"),
	ROW_QUIET(struct import_args, "do not say what was left out"),
	ROW_COLOR(struct import_args),
	{ 0 }
};

static const struct format {
	const char *name;
	import_fn *read;
	bool is_feed;
} formats[] = {
	{ "stix", import_stix, false },
	{ "misp", import_misp, false },
	{ "csv", import_csv, false },
	{ "openphish", import_openphish, true },
	{ "phishtank", import_phishtank, true },
	{ "urlhaus", import_urlhaus, true },
};

static const struct {
	const char *field;
	enum draft_group group;
	const char *kind; /* of a list, or NULL */
} places[] = {
	{ "url", DRAFT_LANDING, "url" }, { "link", DRAFT_LANDING, "url" },
	{ "url.domain", DRAFT_LANDING, "domain" },
	{ "url.host", DRAFT_LANDING, "domain" },
	{ "url.path", DRAFT_PATH, NULL }, { "url.query", DRAFT_PATH, NULL },
	{ "url.ip", DRAFT_SITE_IP, "ip" }, { "ip", DRAFT_RELAY, "ip" },
	{ "helo", DRAFT_RELAY, NULL }, { "rdns", DRAFT_RELAY, NULL },
	{ "relay", DRAFT_RELAY, NULL }, { "asn", DRAFT_RELAY, NULL },
	{ "from", DRAFT_SENDER, "email" },
	{ "mail_from", DRAFT_SENDER, "email" },
	{ "reply_to", DRAFT_SENDER, "email" },
	{ "from.domain", DRAFT_SENDER, "domain" },
	{ "mail_from.domain", DRAFT_SENDER, "domain" },
	{ "reply_to.domain", DRAFT_SENDER, "domain" },
	{ "from.name", DRAFT_NAME, NULL },
	{ "subject", DRAFT_SUBJECT, NULL }, { "body", DRAFT_BODY, NULL },
	{ "text", DRAFT_BODY, NULL }, { "html", DRAFT_BODY, NULL },
	{ "link.text", DRAFT_BUTTON, NULL }, { "phone", DRAFT_PHONE, NULL },
	{ "file.name", DRAFT_FILE, NULL }, { "file.type", DRAFT_FILE, NULL },
	{ "file.sha256", DRAFT_FILE, "sha256" },
};

struct work {
	struct call *call;
	const struct format *format;
	struct import in;
	int32_t today;
	struct str source;
};

static size_t
place_of(struct str field)
{
	size_t i = 0;

	while (i < nitems(places) && !str_is(field, places[i].field))
		i++;
	return i;
}

/* The host that a row is about, for the brands to claim. */
static struct str
host_of(struct arena *a, const struct import_row *row)
{
	struct str s = refang(a, row->text);
	size_t at = str_find_str(s, STR("://"));

	if (place_of(row->field) >= nitems(places) ||
	    places[place_of(row->field)].kind == NULL)
		return STR("");
	if (at < s.n)
		s = str_from(s, at + 3);
	if (str_has(s, '@'))
		s = str_from(s, str_find_last(s, '@') + 1);
	return str_lower(a, str_head(s, str_find_any(s, '/', '?', ':')));
}

static void
add_value(struct draft_maker *m, const struct import_row *row)
{
	size_t place = place_of(row->field);
	struct draft_value *v;
	const struct brand *owner;
	bool is_official;

	v = draft_add(m, places[place].group, places[place].field,
	    places[place].kind != NULL ? refang(m->arena, row->text) :
	    row->text, 0);
	if (v == NULL)
		return;
	v->is_spoofed = row->is_spoofed;
	v->is_hacked = row->is_hacked;
	owner = draft_owner(m, host_of(m->arena, row), STR(""),
	    &is_official);
	if (owner != NULL && is_official && !row->is_spoofed)
		draft_drop(m, v, str_printf(m->arena, "belongs to %" STR_FMT
		    ", the genuine one", STR_ARG(owner->id)));
	else if (row->is_unsure)
		draft_ask(m, v, STR("its source keeps it from detection: why?"
		    ));
}

static void
make_draft(struct work *w, struct draft_maker *m)
{
	struct draft *d = m->draft;
	const struct import_row *row;
	struct str subject = STR("");

	d->source = w->source;
	d->today = w->today;
	d->first = w->in.first;
	d->last = w->in.last != DAY_NONE && w->in.last > w->today ?
	    w->today : w->in.last;
	if (d->first != DAY_NONE && d->first > d->last)
		d->first = d->last;
	VEC_EACH(row, &w->in.rows) {
		if (place_of(row->field) == nitems(places)) {
			w->in.lost++;
			continue;
		}
		add_value(m, row);
		if (str_is(row->field, "subject") && subject.n == 0) {
			subject = row->text;
			str_skip(&subject, STR("is:"));
		}
		if (str_is(row->field, "body"))
			*VEC_ADD(m->arena, &d->body) = row->text;
	}
	d->subject = subject;
	d->tlp = draft_tlp(w->in.tlp);
	draft_settle(m, w->in.title);
	if (w->in.title.n != 0)
		d->title = w->in.title;
}

/* The text itself, or an object around it. */
static enum status
answer(const struct work *w, const struct draft *d, size_t left,
    struct str text)
{
	const struct import_args *args = w->call->args;
	const struct draft_value *v;
	struct json j;
	struct buf b;

	if (!args->is_json)
		return command_print(text);
	buf_init_arena(&b, w->call->arena, OUTPUT_MOST);
	json_init(&j, &b);
	json_open_object(&j);
	json_put_int(&j, "read", (int64_t)w->in.rows.n);
	json_put_int(&j, "without_field", (int64_t)w->in.lost);
	json_put_int(&j, "left_out", (int64_t)left);
	json_key(&j, "dropped");
	json_open_array(&j);
	for (v = d == NULL ? NULL : d->values.at; v != NULL &&
	    v < d->values.at + d->values.n; v++) {
		if (v->fate != DRAFT_DROP)
			continue;
		json_open_object(&j);
		json_put_str(&j, "value", v->text);
		json_put_str(&j, "why", v->why);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_put_str(&j, d == NULL ? "list" : "pack", text);
	json_close_object(&j);
	buf_add_byte(&b, '\n');
	return command_print(buf_str(&b));
}

static void
tell(const struct work *w, const struct draft *d, size_t left)
{
	const struct import_args *args = w->call->args;
	const struct draft_value *v;
	struct buf b;

	if (args->is_quiet || args->is_json)
		return;
	buf_init_arena(&b, w->call->arena, OUTPUT_MOST);
	buf_printf(&b, "%zu read, %zu of kinds there is no field for, %zu "
	    "left out\n", w->in.rows.n, w->in.lost, left);
	if (d != NULL)
		VEC_EACH(v, &d->values) {
			if (v->fate != DRAFT_DROP)
				continue;
			buf_add_str(&b, STR("! "));
			terminal_text(&b, v->text);
			buf_add_str(&b, STR(": "));
			terminal_text(&b, v->why);
			buf_add_byte(&b, '\n');
		}
	terminal_write(STDERR_FILENO, buf_str(&b));
}

static enum status
as_pack(struct work *w, const struct brands *brands)
{
	const struct import_args *args = w->call->args;
	struct draft draft = { 0 };
	const struct draft_conf conf = { .source = w->source,
		.id = args->id, .today = w->today, .seen = DAY_NONE,
		.brands = brands->index };
	struct draft_maker m = { .draft = &draft, .arena = w->call->arena,
		.conf = &conf, .dateline = DAY_NONE };
	struct diags d;
	struct str yaml;

	if (w->in.rows.n > VALUES_MOST)
		return command_fail(w->call, "%zu indicators are too many "
		    "for a pack: --as list", w->in.rows.n);
	make_draft(w, &m);
	yaml = draft_finish(&draft, w->call->arena, &d);
	tell(w, &draft, draft_count(&draft, DRAFT_DROP));
	if (draft_count(&draft, DRAFT_DROP) == draft.values.n)
		return STATUS_FINDINGS;
	return answer(w, &draft, draft_count(&draft, DRAFT_DROP), yaml);
}

static const char *
kind_of(const struct import_row *row)
{
	size_t place = place_of(row->field);

	return place == nitems(places) ? NULL : places[place].kind;
}

/* What there is most of. */
static struct str
usual_kind(const struct import *in)
{
	static const char *const kinds[] = { "url", "domain", "ip", "email",
		"sha256" };
	const struct import_row *row;
	size_t most = 0;
	struct str best = STR("url");

	for (size_t i = 0; i < nitems(kinds); i++) {
		size_t n = 0;

		VEC_EACH(row, &in->rows)
			n += kind_of(row) != NULL &&
			    str_is(str_of(kind_of(row)), kinds[i]);
		if (n > most) {
			most = n;
			best = str_of(kinds[i]);
		}
	}
	return best;
}

static enum status
as_list(struct work *w)
{
	const struct import_args *args = w->call->args;
	struct str kind = args->kind.n != 0 ? args->kind :
	    usual_kind(&w->in);
	const struct import_row *row;
	size_t left = 0;
	struct buf b;

	buf_init_arena(&b, w->call->arena, OUTPUT_MOST);
	buf_printf(&b, "# %s from ", str_cstr(w->call->arena, kind));
	terminal_text(&b, w->source);
	buf_add_byte(&b, '\n');
	VEC_EACH(row, &w->in.rows) {
		if (kind_of(row) == NULL ||
		    !str_is(kind, kind_of(row)) || row->is_spoofed) {
			left++;
			continue;
		}
		terminal_text(&b, refang(w->call->arena, row->text));
		buf_add_byte(&b, '\n');
	}
	tell(w, NULL, left);
	return answer(w, NULL, left, buf_str(&b));
}

static enum status
write_out(struct work *w)
{
	const struct import_args *args = w->call->args;
	struct brands brands;
	enum status status;
	struct err e;

	if (str_is(args->as, "list") || (args->as.n == 0 &&
	    (w->format->is_feed || w->in.rows.n >= PACK_ROWS)))
		return as_list(w);
	if (!brands_load(&brands, w->call->arena, &args->folders, &e))
		return command_fail(w->call, "%s", e.text);
	status = as_pack(w, &brands);
	brands_release(&brands);
	return status;
}

static enum status
run(struct call *call)
{
	const struct import_args *args = call->args;
	struct work w = { .call = call, .in = { .arena = call->arena,
		.first = DAY_NONE, .last = DAY_NONE }, .today = day_today() };
	struct str text;
	struct err e;

	for (size_t i = 0; i < nitems(formats); i++)
		if (str_is(args->from, formats[i].name))
			w.format = &formats[i];
	if (w.format == NULL)
		return command_fail(call, "--from is missing: stix, misp, "
		    "csv, openphish, phishtank or urlhaus");
	if (!options_day("at", args->at, &w.today, &e))
		return command_fail(call, "%s", e.text);
	if (args->id.n != 0 && !command_is_id(args->id))
		return command_fail(call, "--id: \"%" STR_FMT "\" is no id "
		    "such as jp-bank-2026-02", STR_ARG(args->id));
	if (call->operands.n != 1)
		return command_fail(call, "one file at a time");
	w.source = call->operands.at[0];
	w.source = str_is(w.source, "-") ? STR("standard input") :
	    str_from(w.source, str_find_last(w.source, '/') == w.source.n ?
	    0 : str_find_last(w.source, '/') + 1);
	if (!file_read(&text, call->arena, str_cstr(call->arena,
	    call->operands.at[0]), INPUT_MOST, &e))
		return command_fail(call, "%s", e.text);
	if (!w.format->read(&w.in, text, &e))
		return command_fail(call, "%" STR_FMT ": %s",
		    STR_ARG(w.source), e.text);
	return write_out(&w);
}

const struct command command_import = {
	.name = "import",
	.operands = "FILE|-",
	.summary = "make a draft or a list of what others found",
	.detail = "Reads STIX bundles, MISP events, CSV and feeds. Few "
	    "indicators become a draft of a\npack, many a list; what there "
	    "is no field for is counted on standard error.",
	.rows = rows,
	.args_size = sizeof(struct import_args),
	.needs_operand = true,
	.run = run,
};
