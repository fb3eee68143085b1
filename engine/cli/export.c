/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho export: packs for those who read other formats. */
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/exchange.h"
#include "cli/loader.h"
#include "cli/optionrows.h"
#include "rule/expand.h"

enum { OUTPUT_MOST = 256 << 20 };

struct export_args {
	struct str to;
	struct str kind;
	struct str tlp;
	struct str at;
	bool no_masks;
	bool is_quiet;
	bool is_json;
	struct str color;
	word_list folders;
};

#define ARG(name) offsetof(struct export_args, name)

static const struct option_row rows[] = {
	{ "to", 0, OPTION_TEXT, ARG(to),
	    "stix|misp|csv|rpz|rspamd-map|spamassassin", "the format" },
	{ "kind", 0, OPTION_TEXT, ARG(kind), "domain|url|ip|email",
	    "what a map holds (default: domain)" },
	{ "tlp", 0, OPTION_TEXT, ARG(tlp), EXCHANGE_TLPS,
	    "the most that those who get it may see (default: green)" },
	{ "no-masks", 0, OPTION_FLAG, ARG(no_masks), NULL,
	    "leave masked values out" },
	ROW_AT(struct export_args, "the date to pretend"),
	ROW_PACKS_BESIDE(struct export_args),
	ROW_JSON(struct export_args,
	    "one JSON object: the text, and how much was left out"),
	ROW_QUIET(struct export_args, "do not say what was left out"),
	ROW_COLOR(struct export_args),
	{ 0 }
};

static const struct {
	const char *name;
	export_fn *write;
} formats[] = {
	{ "stix", export_stix },
	{ "misp", export_misp },
	{ "csv", export_csv },
	{ "rpz", export_rpz },
	{ "rspamd-map", export_rspamd_map },
	{ "spamassassin", export_spamassassin },
};

static int32_t
end_of(const struct pack *p, const struct group *g, const struct value *v)
{
	int32_t days[] = { v->expires, g->expires, p->expires };
	int32_t end = DAY_NONE;

	for (size_t i = 0; i < nitems(days); i++)
		if (days[i] != DAY_NONE && (end == DAY_NONE || days[i] < end))
			end = days[i];
	return end;
}

/* The value as a thing elsewhere: "is:" and "lit:" taken off. */
static struct str
live_text(struct arena *a, const struct value *v)
{
	struct str s = v->text;

	if (v->link != NULL || str_starts(s, STR("re:")) ||
	    str_starts(s, STR("raw:")) || str_starts(s, STR("list:")))
		return STR("");
	str_skip(&s, STR("is:"));
	str_skip(&s, STR("lit:"));
	/* A line break would begin a rule of its own over there. */
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ')
			return STR("");
	return refang(a, s);
}

static bool
is_pattern(const struct value *v, struct str text)
{
	return text.n == 0 || pattern_has_mask(text, true) ||
	    str_has(text, '<') || str_find_str(text, STR("…")) < text.n ||
	    v->pattern.kind == PATTERN_NONE || v->pattern.kind == PATTERN_ANY;
}

static void
add_row(export_list *list, struct arena *a, const struct pack *p,
    const struct group *g, const struct value *v)
{
	struct export_row *row = VEC_ADD(a, list);

	row->pack = p;
	row->group = g;
	row->value = v;
	row->text = live_text(a, v);
	row->field = exchange_field(str_of(v->field->name));
	row->expires = end_of(p, g, v);
	row->is_exact = !is_pattern(v, row->text);
	row->is_blockable = row->is_exact && !v->is_spoofed &&
	    !v->is_hacked_site;
}

static void
add_group(export_list *list, struct arena *a, const struct pack *p,
    const struct group *g)
{
	const struct value *v;

	VEC_EACH(v, &g->values)
		add_row(list, a, p, g, v);
}

static void
collect(export_list *list, struct arena *a, const struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->n_named; i++) {
		const struct pack *p = loaded->packs.at[i];
		const struct group *g;

		VEC_EACH(g, &p->groups)
			if (!g->is_exception)
				add_group(list, a, p, g);
	}
}

/* False: a pack may not be seen by those who get this. */
static bool
check_tlp(const struct loaded *loaded, struct str most, struct err *e)
{
	int rank = exchange_tlp_rank(most.n == 0 ? STR("green") : most);

	for (size_t i = 0; i < loaded->n_named; i++) {
		const struct pack *p = loaded->packs.at[i];

		if (exchange_tlp_rank(p->tlp) > rank)
			return err_set(e, "%" STR_FMT " is tlp: %" STR_FMT
			    "; --tlp %" STR_FMT " says that they may see it",
			    STR_ARG(p->file), STR_ARG(p->tlp),
			    STR_ARG(p->tlp));
	}
	return true;
}

static void
tell_loss(const struct call *call, const struct export_loss *loss)
{
	struct buf b;

	if (loss->spoofed + loss->patterns + loss->fields + loss->expired ==
	    0)
		return;
	buf_init_arena(&b, call->arena, 4096);
	buf_printf(&b, "left out: %zu spoofed or hacked, %zu patterns, %zu "
	    "of fields the format lacks, %zu expired\n", loss->spoofed,
	    loss->patterns, loss->fields, loss->expired);
	terminal_write(STDERR_FILENO, buf_str(&b));
}

static enum status
answer_json(const struct call *call, struct str text,
    const struct export_loss *loss)
{
	struct json j;
	struct buf b;

	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	json_init(&j, &b);
	json_open_object(&j);
	json_put_int(&j, "spoofed_or_hacked", (int64_t)loss->spoofed);
	json_put_int(&j, "patterns", (int64_t)loss->patterns);
	json_put_int(&j, "without_field", (int64_t)loss->fields);
	json_put_int(&j, "expired", (int64_t)loss->expired);
	json_put_str(&j, "text", text);
	json_close_object(&j);
	buf_add_byte(&b, '\n');
	return command_print(buf_str(&b));
}

static export_fn *
format_named(struct str name)
{
	for (size_t i = 0; i < nitems(formats); i++)
		if (str_is(name, formats[i].name))
			return formats[i].write;
	return NULL;
}

static enum status
write_rows(struct call *call, const struct loaded *loaded,
    struct export_conf *conf)
{
	const struct export_args *args = call->args;
	export_fn *write = format_named(args->to);
	struct export_loss loss = { 0 };
	export_list list = { 0 };
	struct buf b;

	collect(&list, call->arena, loaded);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	write(&b, &list, conf, &loss);
	if (b.is_full)
		return command_fail(call, "more than can be written at once");
	if (args->is_json)
		return answer_json(call, buf_str(&b), &loss);
	if (!args->is_quiet)
		tell_loss(call, &loss);
	return command_print(buf_str(&b));
}

static enum status
run(struct call *call)
{
	const struct export_args *args = call->args;
	struct export_conf conf = { .arena = call->arena,
		.no_masks = args->no_masks, .kind = args->kind,
		.today = day_today() };
	struct loaded loaded;
	struct err e;

	if (args->to.n == 0)
		return command_fail(call, "--to is missing: stix, misp, csv, "
		    "rpz, rspamd-map or spamassassin");
	if (!options_day("at", args->at, &conf.today, &e))
		return command_fail(call, "%s", e.text);
	if (!loader_read(&loaded, call->arena, &call->operands,
	    &args->folders, &e))
		return command_fail(call, "%s", e.text);
	loader_print(&loaded.diags, args->color, DIAG_ERROR);
	if (loaded.diags.errors != 0)
		return STATUS_UNREADABLE;
	if (!check_tlp(&loaded, args->tlp, &e))
		return command_fail(call, "%s", e.text);
	return write_rows(call, &loaded, &conf);
}

const struct command command_export = {
	.name = "export",
	.operands = "PACK|-...",
	.summary = "write packs as STIX, MISP, CSV, RPZ, maps or rules",
	.detail = "Writes the indicators of packs in a format of others. "
	    "Spoofed names stay out, and\nwhat a format has no room for is "
	    "counted on standard error.",
	.rows = rows,
	.args_size = sizeof(struct export_args),
	.needs_operand = true,
	.run = run,
};
