/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reply's JSON, shown: the action, what was noted section by section, each
 * campaign with the lines that make its points, what could not be known.
 */
#include "cli/replyview.h"

#include <jansson.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "cli/terminal.h"

enum {
	NAME_CELLS = 18,
	NOTE_INDENT = 4,
	SAY_INDENT = 31  /* two blanks, points, two, name, two */
};

struct view {
	struct buf *to;
	struct str lang;
	const struct terminal *terminal;
};

static const struct section {
	const char *name, *ja, *en;
} sections[] = {
	{ "basics", "基本情報", "Basics" },
	{ "sender", "差出人", "Sender" },
	{ "route", "送信経路", "Route" },
	{ "links", "リンク", "Links" },
	{ "text", "文面", "Text" },
	{ "verdict", "判定", "Verdict" },
};

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

/* {"ja": ..., "en": ...}: the language asked for, else the other. */
static const char *
say_of(const struct view *v, const json_t *say)
{
	bool is_ja = str_is(v->lang, "ja");
	const char *text = text_of(say, is_ja ? "ja" : "en");

	return text[0] != '\0' ? text : text_of(say, is_ja ? "en" : "ja");
}

static const char *
in_lang(const struct view *v, const char *ja, const char *en)
{
	return str_is(v->lang, "ja") ? ja : en;
}

static void
add_ink(struct view *v, enum ink ink)
{
	buf_add_str(v->to, str_of(terminal_ink(v->terminal, ink)));
}

static void
add_title(struct view *v, const char *title)
{
	buf_add_byte(v->to, '\n');
	add_ink(v, INK_BOLD);
	buf_add_str(v->to, str_of(title));
	add_ink(v, INK_PLAIN);
	buf_add_byte(v->to, '\n');
}

static bool
is_mild(const char *action)
{
	return strcmp(action, "no action") == 0 ||
	    strcmp(action, "greylist") == 0;
}

static void
show_head(struct view *v, const json_t *root)
{
	const char *action = text_of(root, "action");

	add_ink(v, strcmp(action, "reject") == 0 ? INK_RED :
	    is_mild(action) ? INK_GREEN : INK_YELLOW);
	terminal_text(v->to, str_of(action));
	add_ink(v, INK_PLAIN);
	buf_printf(v->to, "  %.2f / %.2f\n",
	    json_number_value(json_object_get(root, "score")),
	    json_number_value(json_object_get(root, "required_score")));
}

static void
show_notes(struct view *v, const json_t *notes, const struct section *section)
{
	bool is_first = true;
	const json_t *note;
	size_t i;

	json_array_foreach(notes, i, note) {
		if (strcmp(text_of(note, "section"), section->name) != 0)
			continue;
		if (is_first)
			add_title(v, in_lang(v, section->ja, section->en));
		is_first = false;
		buf_add_str(v->to, STR("  - "));
		terminal_lines(v->to, v->terminal, str_of(say_of(v, note)),
		    NOTE_INDENT);
		buf_add_byte(v->to, '\n');
	}
}

static void
show_line(struct view *v, const json_t *line)
{
	buf_printf(v->to, "  %+7.2f  ", json_number_value(json_object_get(
	    line, "points")));
	terminal_cell(v->to, str_of(text_of(line, "name")), NAME_CELLS, true);
	buf_add_str(v->to, STR("  "));
	terminal_lines(v->to, v->terminal, str_of(say_of(v,
	    json_object_get(line, "say"))), SAY_INDENT);
	buf_add_byte(v->to, '\n');
}

static void
show_campaign(struct view *v, const json_t *campaign, const json_t *lines)
{
	const char *symbol = text_of(campaign, "symbol");
	const json_t *line;
	size_t i;

	buf_add_byte(v->to, '\n');
	add_ink(v, INK_BOLD);
	terminal_text(v->to, str_of(symbol));
	add_ink(v, INK_PLAIN);
	buf_printf(v->to, "  %.2f  ", json_number_value(json_object_get(
	    campaign, "points")));
	terminal_text(v->to, str_of(say_of(v, json_object_get(campaign,
	    "title"))));
	buf_add_byte(v->to, '\n');
	json_array_foreach(lines, i, line)
		if (strcmp(text_of(line, "campaign"), symbol) == 0)
			show_line(v, line);
}

/* Lines that belong to no campaign: the ceiling of all together. */
static void
show_rest(struct view *v, const json_t *lines)
{
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line)
		if (text_of(line, "campaign")[0] == '\0')
			show_line(v, line);
}

static void
show_unknown(struct view *v, const json_t *unknown)
{
	const json_t *name;
	size_t i;

	if (json_array_size(unknown) == 0)
		return;
	buf_printf(v->to, "\n%s: ", in_lang(v, "分からなかった事実",
	    "could not be known"));
	json_array_foreach(unknown, i, name) {
		const char *text = json_string_value(name);

		buf_add_str(v->to, i == 0 ? STR("") : STR(", "));
		terminal_text(v->to, str_of(text));
	}
	buf_add_byte(v->to, '\n');
}

static void
show_own(struct view *v, const json_t *own)
{
	const json_t *lines = json_object_get(own, "lines");
	const json_t *campaign;
	size_t i;

	for (i = 0; i < nitems(sections); i++)
		show_notes(v, json_object_get(own, "notes"), &sections[i]);
	json_array_foreach(json_object_get(own, "campaigns"), i, campaign)
		show_campaign(v, campaign, lines);
	show_rest(v, lines);
	show_unknown(v, json_object_get(own, "unknown"));
}

static void
show_symbols(struct view *v, json_t *symbols)
{
	const char *name;
	json_t *symbol;

	json_object_foreach(symbols, name, symbol) {
		buf_printf(v->to, "  %+7.2f  ", json_number_value(
		    json_object_get(symbol, "score")));
		terminal_text(v->to, str_of(name));
		buf_add_str(v->to, STR("  "));
		terminal_text(v->to, str_of(text_of(symbol, "description")));
		buf_add_byte(v->to, '\n');
	}
}

bool
reply_view(struct buf *to, bool *is_caught, struct str body, struct str lang,
    const struct terminal *t, struct err *e)
{
	struct view v = { .to = to, .lang = lang, .terminal = t };
	json_error_t error;
	json_t *root = json_loadb(body.p, body.n, 0, &error), *own;

	if (root == NULL)
		return err_set(e, "the reply is no JSON: %s", error.text);
	if (!json_is_string(json_object_get(root, "action"))) {
		json_decref(root);
		return err_set(e, "the reply names no action");
	}
	*is_caught = !is_mild(text_of(root, "action"));
	show_head(&v, root);
	own = json_object_get(root, "sekisho");
	if (json_is_object(own))
		show_own(&v, own);
	else
		show_symbols(&v, json_object_get(root, "symbols"));
	json_decref(root);
	return true;
}

struct str
reply_error_text(struct arena *a, struct str body)
{
	json_error_t error;
	json_t *root = json_loadb(body.p, body.n, 0, &error);
	struct str text = str_copy(a, str_of(text_of(root, "error")));

	json_decref(root);
	return text;
}
