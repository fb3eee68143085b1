/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho explain: what a code means, how values are read, why a message was
 * scored as it was and what was missing for more. */
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/loader.h"
#include "cli/nearmiss.h"
#include "cli/optionrows.h"
#include "rule/lintcode.h"

enum { OUTPUT_MOST = 64 << 20 };

struct explain_args {
	bool is_json;
	bool is_patterns;
	struct str mail;
	struct str ip, helo, rdns, from;
	struct str at;
	struct str lang;
	struct str color;
	word_list folders;
};

#define ARG(name) offsetof(struct explain_args, name)

static const struct option_row rows[] = {
	{ "patterns", 0, OPTION_FLAG, ARG(is_patterns), NULL,
	    "every value of packs as the engine reads it" },
	{ "mail", 0, OPTION_TEXT, ARG(mail), "FILE",
	    "a message (- is standard input): what fired or nearly did" },
	{ "ip", 0, OPTION_TEXT, ARG(ip), "ADDRESS", "its client address" },
	{ "helo", 0, OPTION_TEXT, ARG(helo), "NAME",
	    "what the client called itself" },
	{ "rdns", 0, OPTION_TEXT, ARG(rdns), "NAME", "its reverse name" },
	{ "from", 0, OPTION_TEXT, ARG(from), "ADDRESS", "its envelope sender" },
	ROW_AT(struct explain_args, "the date to pretend (default: today)"),
	ROW_LANG(struct explain_args, "language of the answer"),
	ROW_PACKS(struct explain_args, "where packs are"),
	ROW_JSON(struct explain_args, "one JSON object"),
	ROW_COLOR(struct explain_args),
	{ 0 }
};

static const char *const levels[] = {
	[DIAG_ERROR] = "error",
	[DIAG_WARNING] = "warning",
	[DIAG_NOTE] = "note",
};

static void
add_example(struct buf *b, const struct terminal *t, const char *title,
    const char *text)
{
	struct str rest = str_of(text), line;

	if (rest.n == 0)
		return;
	buf_printf(b, "\n%s%s%s\n\n", terminal_ink(t, INK_BOLD), title,
	    terminal_ink(t, INK_PLAIN));
	while (str_next(&rest, '\n', &line)) {
		if (line.n == 0 && rest.n == 0)
			break;
		buf_add_str(b, STR("    "));
		terminal_text(b, line);
		buf_add_byte(b, '\n');
	}
}

static void
code_text(struct buf *b, const struct terminal *t, const struct lint_code *c)
{
	buf_printf(b, "%s%s%s (%s): %s\n\n", terminal_ink(t, INK_BOLD),
	    c->code, terminal_ink(t, INK_PLAIN), levels[c->level], c->text);
	terminal_lines(b, t, str_of(c->why), 0);
	buf_add_byte(b, '\n');
	if (c->by != NULL)
		buf_printf(b, "\nFound by: %s\n", c->by);
	add_example(b, t, "So it is found:", c->before);
	add_example(b, t, "So it is mended:", c->after);
}

static void
code_json(struct json *j, const struct lint_code *c)
{
	json_open_object(j);
	json_put_str(j, "code", str_of(c->code));
	json_put_str(j, "level", str_of(levels[c->level]));
	json_put_str(j, "text", str_of(c->text));
	json_put_str(j, "why", str_of(c->why));
	json_put_str(j, "before", str_of(c->before));
	json_put_str(j, "after", str_of(c->after));
	json_put_str(j, "by", c->by == NULL ? STR("sekisho check")
	    : str_of(c->by));
	json_close_object(j);
}

static void
list_codes(struct buf *b, bool is_json)
{
	struct json j;

	json_init(&j, b);
	if (is_json)
		json_open_array(&j);
	for (size_t i = 0; i < n_lint_codes; i++) {
		const struct lint_code *c = &lint_codes[i];

		if (is_json)
			code_json(&j, c);
		else
			buf_printf(b, "%s  %-8s %s\n", c->code,
			    levels[c->level], c->text);
	}
	if (!is_json)
		return;
	json_close_array(&j);
	buf_add_byte(b, '\n');
}

static enum status
refuse_code(struct call *call, struct str word)
{
	struct str best = { 0 };

	for (size_t i = 0; i < n_lint_codes; i++)
		suggest_try(word, str_of(lint_codes[i].code), &best);
	return command_fail(call, "there is no code \"%" STR_FMT "\"%s%"
	    STR_FMT "%s; --patterns FILE and --mail FILE explain files",
	    STR_ARG(word), best.n == 0 ? "" : "; did you mean \"",
	    STR_ARG(best), best.n == 0 ? "" : "\"?");
}

static enum status
explain_codes(struct call *call, struct buf *b, const struct terminal *t)
{
	const struct explain_args *args = call->args;
	const struct str *word;
	struct json j;

	if (call->operands.n == 0)
		list_codes(b, args->is_json);
	VEC_EACH(word, &call->operands) {
		const struct lint_code *c = lint_code_find(*word);

		if (c == NULL)
			return refuse_code(call, *word);
		if (word != call->operands.at && !args->is_json)
			buf_add_byte(b, '\n');
		json_init(&j, b);
		if (args->is_json)
			code_json(&j, c);
		else
			code_text(b, t, c);
		if (args->is_json)
			buf_add_byte(b, '\n');
	}
	return STATUS_FINE;
}

/* What a value became: its kind and its key or expression. */
static struct str
reading_of(struct arena *a, const struct value *v, const char **kind)
{
	static const char *const kinds[] = {
		[PATTERN_KEY] = "exactly",
		[PATTERN_BELOW] = "and below",
		[PATTERN_NET] = "network",
		[PATTERN_NUMBER] = "number",
		[PATTERN_REGEX] = "regex",
		[PATTERN_NONE] = "absent",
		[PATTERN_ANY] = "present",
	};
	const struct pattern *p = &v->pattern;
	char net[ADDR_TEXT];

	*kind = v->link != NULL ? "link" : kinds[p->kind];
	if (v->link != NULL)
		return v->text;
	switch (p->kind) {
	case PATTERN_NET:
		addr_format(&p->net.addr, net);
		return str_printf(a, "%s/%u", net, (unsigned)p->net.bits);
	case PATTERN_NUMBER:
		if (p->last == INT64_MAX)
			return str_printf(a, "%lld and more",
			    (long long)p->first);
		return str_printf(a, "%lld to %lld", (long long)p->first,
		    (long long)p->last);
	case PATTERN_REGEX:
		if (p->literal.n == 0)
			return p->regex;
		*kind = p->form == FORM_FOLDED ? "text, folded" : "text";
		return p->literal;
	default:
		return p->key;
	}
}

static void
pattern_text(struct buf *b, const struct explain_args *args, struct arena *a,
    const struct group *g, const struct value *v)
{
	const char *kind;
	struct str reading = reading_of(a, v, &kind);
	struct json j;

	if (!args->is_json) {
		buf_printf(b, "%6u  %" STR_FMT ".%s\n        ",
		    (unsigned)v->mark.line, STR_ARG(g->name), v->field->name);
		terminal_text(b, v->text);
		buf_printf(b, "\n        = %s: ", kind);
		terminal_text(b, reading);
		buf_add_byte(b, '\n');
		return;
	}
	json_init(&j, b);
	json_open_object(&j);
	json_put_int(&j, "line", v->mark.line);
	json_put_str(&j, "group", g->name);
	json_put_str(&j, "field", str_of(v->field->name));
	json_put_str(&j, "value", v->text);
	json_put_str(&j, "kind", str_of(kind));
	json_put_str(&j, "reading", reading);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

static enum status
explain_patterns(struct call *call, struct buf *b)
{
	const struct explain_args *args = call->args;
	struct loaded loaded;
	const struct group *g;
	const struct value *v;
	struct err e;

	if (call->operands.n == 0)
		return command_fail(call, "--patterns needs a pack; try "
		    "\"sekisho explain --help\"");
	if (!loader_read(&loaded, call->arena, &call->operands,
	    &args->folders, &e))
		return command_fail(call, "%s", e.text);
	loader_print(&loaded.diags, args->color, DIAG_ERROR);
	for (size_t i = 0; i < loaded.n_named; i++) {
		const struct pack *p = loaded.packs.at[i];

		if (!args->is_json)
			buf_printf(b, "%" STR_FMT "\n", STR_ARG(p->file));
		VEC_EACH(g, &p->groups)
			VEC_EACH(v, &g->values)
				pattern_text(b, args, call->arena, g, v);
	}
	return loaded.diags.errors != 0 ? STATUS_UNREADABLE : STATUS_FINE;
}

static enum status
explain_mail(struct call *call, struct buf *b, const struct terminal *t)
{
	const struct explain_args *args = call->args;
	struct nearmiss_ask ask = { .mail = args->mail,
		.folders = args->folders, .is_json = args->is_json,
		.lang = args->lang.n == 0 ? terminal_lang() : args->lang,
		.color = args->color, .terminal = t, .day = DAY_NONE };
	const struct str *path;
	struct err e;

	VEC_EACH(path, &call->operands)
		*VEC_ADD(call->arena, &ask.folders) = *path;
	if (!options_day("at", args->at, &ask.day, &e))
		return command_fail(call, "%s", e.text);
	if (args->ip.n != 0 && !addr_parse(args->ip, &ask.envelope.ip))
		return command_fail(call, "--ip: \"%" STR_FMT "\" is no "
		    "address", STR_ARG(args->ip));
	ask.envelope.helo = args->helo;
	ask.envelope.rdns = args->rdns;
	ask.envelope.mail_from = args->from;
	ask.envelope.has_mail_from = args->from.n != 0;
	if (!nearmiss_explain(b, call->arena, &ask, &e))
		return command_fail(call, "%s", e.text);
	return STATUS_FINE;
}

static enum status
run(struct call *call)
{
	const struct explain_args *args = call->args;
	struct terminal terminal;
	enum status status;
	struct buf b;

	terminal_init(&terminal, STDOUT_FILENO, args->color);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	if (args->mail.n != 0)
		status = explain_mail(call, &b, &terminal);
	else if (args->is_patterns)
		status = explain_patterns(call, &b);
	else
		status = explain_codes(call, &b, &terminal);
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	return status;
}

const struct command command_explain = {
	.name = "explain",
	.operands = "[CODE|PACK|-]...",
	.summary = "explain a code, a pack's patterns or a message",
	.detail = "Says what a code of \"sekisho check\" means and what mends "
	    "it (without one: lists\nall), how the values of packs are read "
	    "(--patterns), or why a message fired and\nwhat was missing where "
	    "it nearly did (--mail).",
	.rows = rows,
	.args_size = sizeof(struct explain_args),
	.run = run,
};
