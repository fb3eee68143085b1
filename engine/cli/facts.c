/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho facts: what the engine knows about a message, by name. */
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "check/shipped.h"
#include "cli/command.h"
#include "cli/optionrows.h"
#include "rule/fact.h"

enum { OUTPUT_MOST = 4 << 20, NAME_CELLS = 28, TYPE_CELLS = 9 };

struct facts_args {
	bool is_json;
	struct str color;
};

static const struct option_row rows[] = {
	ROW_JSON(struct facts_args, "one JSON array"),
	ROW_COLOR(struct facts_args),
	{ 0 }
};

static const char *
type_name(enum fact_type type)
{
	static const char *const names[] = { "yes/no", "number", "text",
		"address" };

	return names[type];
}

static void
add_text(struct buf *b, const struct fact_table *t,
    const struct terminal *terminal)
{
	for (size_t i = 0; i < t->defs.n; i++) {
		const struct fact_def *def = t->defs.at[i];

		buf_add_str(b, str_of(terminal_ink(terminal, INK_BOLD)));
		terminal_cell(b, str_of(def->name), NAME_CELLS);
		buf_add_str(b, str_of(terminal_ink(terminal, INK_PLAIN)));
		buf_printf(b, " %-*s", TYPE_CELLS, type_name(def->type));
		buf_printf(b, "%-5s %s\n", def->is_many ? "list" : "",
		    def->help);
	}
}

static void
add_json(struct buf *b, const struct fact_table *t)
{
	struct json j;

	json_init(&j, b);
	json_open_array(&j);
	for (size_t i = 0; i < t->defs.n; i++) {
		const struct fact_def *def = t->defs.at[i];

		json_open_object(&j);
		json_put_str(&j, "name", str_of(def->name));
		json_put_str(&j, "type", str_of(type_name(def->type)));
		json_put_bool(&j, "list", def->is_many);
		json_put_str(&j, "help", str_of(def->help));
		json_close_object(&j);
	}
	json_close_array(&j);
	buf_add_byte(b, '\n');
}

static enum status
run(struct call *call)
{
	const struct facts_args *args = call->args;
	struct terminal terminal;
	struct fact_table table;
	struct buf b;

	if (call->operands.n != 0)
		return command_fail(call, "takes no file");
	terminal_init(&terminal, STDOUT_FILENO, args->color);
	fact_table_init(&table, call->arena);
	checks_declare(&table);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	if (args->is_json)
		add_json(&b, &table);
	else
		add_text(&b, &table, &terminal);
	return command_print(buf_str(&b));
}

const struct command command_facts = {
	.name = "facts",
	.operands = "",
	.summary = "print the table of facts about a message",
	.detail = "Prints every fact the engine and its checks can know about a "
	    "message: its name, type and meaning. Each list under "
	    "\"dnslists\" has one more, dnslist.NAME: its codes for what "
	    "stands in the message.",
	.rows = rows,
	.args_size = sizeof(struct facts_args),
	.run = run,
};
