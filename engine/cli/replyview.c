/* SPDX-License-Identifier: Apache-2.0 */
/* The text a daemon explains itself with; without one, its symbols. */
#include "cli/replyview.h"

#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/terminal.h"

enum { SYMBOL_INDENT = 11 };

struct view {
	struct buf *to;
	const struct terminal *terminal;
};

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

static void
add_ink(struct view *v, enum ink ink)
{
	buf_add_str(v->to, str_of(terminal_ink(v->terminal, ink)));
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
show_option(struct view *v, const json_t *option)
{
	const char *text = json_string_value(option);

	if (text == NULL)
		return;
	buf_printf(v->to, "%*s", SYMBOL_INDENT, "");
	terminal_lines(v->to, v->terminal, str_of(text), SYMBOL_INDENT);
	buf_add_byte(v->to, '\n');
}

static void
show_symbols(struct view *v, json_t *symbols)
{
	const json_t *option;
	const char *name;
	json_t *symbol;
	size_t i;

	json_object_foreach(symbols, name, symbol) {
		buf_printf(v->to, "  %+7.2f  ", json_number_value(
		    json_object_get(symbol, "score")));
		terminal_text(v->to, str_of(name));
		buf_add_str(v->to, STR("  "));
		terminal_text(v->to, str_of(text_of(symbol, "description")));
		buf_add_byte(v->to, '\n');
		json_array_foreach(json_object_get(symbol, "options"), i,
		    option)
			show_option(v, option);
	}
}

bool
reply_view(struct buf *to, bool *is_caught, struct str body,
    const struct terminal *t, struct err *e)
{
	struct view v = { .to = to, .terminal = t };
	json_error_t error;
	json_t *root = json_loadb(body.p, body.n, 0, &error);
	const char *text;

	if (root == NULL)
		return err_set(e, "the reply is no JSON: %s", error.text);
	if (!json_is_string(json_object_get(root, "action"))) {
		json_decref(root);
		return err_set(e, "the reply names no action");
	}
	*is_caught = !is_mild(text_of(root, "action"));
	text = text_of(root, "sekisho_text");
	if (text[0] != '\0') {
		terminal_page(to, t, str_of(text));
	} else {
		show_head(&v, root);
		show_symbols(&v, json_object_get(root, "symbols"));
	}
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
