/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho stat: what a running sekishod has counted since it was started. */
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/numbersview.h"
#include "cli/optionrows.h"

enum { OUTPUT_MOST = 16 << 20, NAMES_SHOWN = 10 };

struct stat_args {
	struct str server, token, color;
	bool is_json;
};

#define ARG(name) offsetof(struct stat_args, name)

static const struct option_row rows[] = {
	ROW_CONTROL(struct stat_args),
	ROW_TOKEN(struct stat_args, "read"),
	ROW_JSON(struct stat_args, "one JSON object, all there is"),
	ROW_COLOR(struct stat_args),
	{ 0 }
};

static enum status
run(struct call *call)
{
	const struct stat_args *args = call->args;
	const struct numbers_source from = { args->server, args->token };
	struct terminal t;
	struct numbers n;
	struct buf b;
	struct err e;

	if (call->operands.n != 0)
		return command_fail(call, "takes no file");
	if (!numbers_fetch(&n, call->arena, &from, &e))
		return command_fail(call, "%s", e.text);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	terminal_init(&t, STDOUT_FILENO, args->color);
	if (args->is_json)
		buf_add_str(&b, n.text);
	else
		numbers_view(&(struct numbers_view){ .to = &b,
		    .arena = call->arena, .terminal = &t, .numbers = &n,
		    .names = NAMES_SHOWN });
	return command_print(buf_str(&b));
}

const struct command command_stat = {
	.name = "stat",
	.operands = "",
	.summary = "what a running sekishod has counted",
	.detail = "Messages by action, latency, campaigns, connections, store, "
	    "name servers, lists and\nworkers, since sekishod was started. "
	    "sekisho top shows them as they change, /metrics\nof the control "
	    "port has them for Prometheus.",
	.rows = rows,
	.args_size = sizeof(struct stat_args),
	.run = run,
};
