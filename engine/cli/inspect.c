/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho inspect: what was read in a message. */
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/optionrows.h"
#include "cli/view.h"
#include "mail/message.h"
#include "mail/xtest.h"

enum { INPUT_MOST = 256 << 20, OUTPUT_MOST = 1 << 30 };

struct inspect_args {
	bool is_json;
	bool has_test_headers;
	bool is_url;
	bool is_html;
	struct str decode;
	struct str color;
	word_list trusted;
	word_list authserv;
};

#define ARG(name) offsetof(struct inspect_args, name)

static const struct option_row rows[] = {
	ROW_JSON(struct inspect_args, "one JSON object a message, a line each"),
	{ "trusted", 0, OPTION_MANY, ARG(trusted), "NET",
	    "a network of ours, whose Received lines hold" },
	{ "authserv", 0, OPTION_MANY, ARG(authserv), "HOST",
	    "whose Authentication-Results hold" },
	{ "test-headers", 0, OPTION_FLAG, ARG(has_test_headers), NULL,
	    "take the envelope from X-Test- fields on top" },
	{ "url", 0, OPTION_FLAG, ARG(is_url), NULL,
	    "read URLs, one a line, from standard input" },
	{ "html", 0, OPTION_FLAG, ARG(is_html), NULL,
	    "read one HTML page from standard input" },
	{ "decode", 0, OPTION_TEXT, ARG(decode), "LABEL",
	    "read text in a charset from standard input" },
	ROW_COLOR(struct inspect_args),
	{ 0 }
};

struct inspector {
	struct call *call;
	const struct inspect_args *args;
	struct terminal terminal;
	struct message_conf conf;
};

static bool
read_nets(struct inspector *in, struct err *e)
{
	VEC(struct addr_net) nets = { 0 };
	const struct str *text;

	VEC_EACH(text, &in->args->trusted)
		if (!addr_net_parse(*text, VEC_ADD(in->call->arena, &nets)))
			return err_set(e, "--trusted: \"%" STR_FMT "\" is no "
			    "network such as 192.0.2.0/24", STR_ARG(*text));
	in->conf.trusted = nets.at;
	in->conf.n_trusted = nets.n;
	in->conf.authserv = in->args->authserv.at;
	in->conf.n_authserv = in->args->authserv.n;
	return true;
}

static bool
inspect_file(struct inspector *in, struct buf *b, struct arena *a,
    struct str file, struct err *e)
{
	struct envelope env = { 0 };
	struct view view = { .file = file, .terminal = &in->terminal };
	struct message m;
	struct str bad;

	if (!file_read(&view.raw, a, str_cstr(a, file), INPUT_MOST, e))
		return false;
	if (in->args->has_test_headers &&
	    !xtest_take(&env, a, &view.raw, &bad))
		return err_set(e, "%" STR_FMT ": cannot read \"%" STR_FMT "\"",
		    STR_ARG(file), STR_ARG(bad));
	message_read(&m, a, view.raw, &env, &in->conf);
	view.message = &m;
	if (in->args->is_json)
		view_json(b, &view);
	else
		view_text(b, &view);
	return true;
}

static enum status
inspect_one(struct inspector *in, size_t i)
{
	struct str file = in->call->operands.at[i];
	struct arena *a = arena_new();
	enum status status = STATUS_FINE;
	struct err e;
	struct buf b;

	buf_init(&b, OUTPUT_MOST);
	if (i != 0 && !in->args->is_json)
		buf_add_byte(&b, '\n');
	if (!inspect_file(in, &b, a, file, &e))
		status = command_fail(in->call, "%s", e.text);
	else if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		status = STATUS_INTERNAL;
	buf_release(&b);
	arena_free(a);
	return status;
}

/* Tables of cases: lines or bytes in, JSON out. */
static enum status
inspect_input(struct inspector *in)
{
	const struct inspect_args *args = in->args;
	struct arena *a = in->call->arena;
	struct str input;
	struct err e;
	struct buf b;
	bool done;

	if (in->call->operands.n > 1 || (in->call->operands.n == 1 &&
	    !str_is(in->call->operands.at[0], "-")))
		return command_fail(in->call, "--url, --html and --decode "
		    "read standard input");
	if (!file_read(&input, a, "-", INPUT_MOST, &e))
		return command_fail(in->call, "%s", e.text);
	buf_init(&b, OUTPUT_MOST);
	if (args->is_url)
		view_urls(&b, input);
	else if (args->is_html)
		view_html(&b, a, input);
	else
		view_decode(&b, a, input, args->decode);
	done = terminal_write(STDOUT_FILENO, buf_str(&b));
	buf_release(&b);
	return done ? STATUS_FINE : STATUS_INTERNAL;
}

static enum status
run(struct call *call)
{
	const struct inspect_args *args = call->args;
	struct inspector in = { .call = call, .args = args };
	enum status worst = STATUS_FINE;
	struct err e;

	terminal_init(&in.terminal, STDOUT_FILENO, args->color);
	if (args->is_url || args->is_html || args->decode.p != NULL)
		return inspect_input(&in);
	if (call->operands.n == 0)
		return command_fail(call, "FILE|-... is missing; try "
		    "\"sekisho inspect --help\"");
	if (!read_nets(&in, &e))
		return command_fail(call, "%s", e.text);
	for (size_t i = 0; i < call->operands.n; i++) {
		enum status status = inspect_one(&in, i);

		if (status > worst)
			worst = status;
	}
	return worst;
}

const struct command command_inspect = {
	.name = "inspect",
	.operands = "FILE|-...",
	.summary = "show what was read in messages",
	.detail = "Shows what the reader found in messages: headers, hops, "
	    "parts, texts, links,\nattachments, and the limits that were "
	    "reached.",
	.rows = rows,
	.args_size = sizeof(struct inspect_args),
	.run = run,
};
