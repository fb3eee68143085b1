/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho schema: the JSON Schema of packs, for editors. */
#include "base/buf.h"
#include "cli/command.h"
#include "cli/optionrows.h"
#include "rule/schema.h"

enum { OUTPUT_MOST = 16 << 20 };

struct schema_args {
	struct str color;
	bool is_json;
};

static const struct option_row rows[] = {
	ROW_JSON(struct schema_args, "as without it: a schema is JSON"),
	ROW_COLOR(struct schema_args),
	{ 0 }
};

static enum status
run(struct call *call)
{
	struct buf b;

	if (call->operands.n != 0)
		return command_fail(call, "takes no file");
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	schema_write(&b, call->arena);
	buf_add_byte(&b, '\n');
	return command_print(buf_str(&b));
}

const struct command command_schema = {
	.name = "schema",
	.operands = "",
	.summary = "print the JSON Schema of packs, for editors",
	.detail = "Prints the JSON Schema (draft 2020-12) of rule packs, made "
	    "from the tables that\npacks are read by. contrib/editor tells how "
	    "editors use it.",
	.rows = rows,
	.args_size = sizeof(struct schema_args),
	.run = run,
};
