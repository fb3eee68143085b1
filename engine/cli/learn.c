/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho learn: reports messages to a running sekishod. */
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/vec.h"
#include "cli/client.h"
#include "cli/command.h"
#include "cli/optionrows.h"
#include "cli/replyview.h"

enum { MESSAGE_MOST = 256 << 20, OUTPUT_MOST = 1 << 20 };

struct learn_args {
	struct str server, token, ip, user;
	bool is_json;
};

#define ARG(name) offsetof(struct learn_args, name)

static const struct option_row rows[] = {
	ROW_CONTROL(struct learn_args),
	ROW_TOKEN(struct learn_args, "learn"),
	{ "ip", 0, OPTION_TEXT, ARG(ip), "ADDRESS",
	    "the client that had handed the message in" },
	{ "user", 0, OPTION_TEXT, ARG(user), "NAME",
	    "who reports; with a token, whose mail it is" },
	ROW_JSON(struct learn_args, "one JSON object a message"),
	{ 0 }
};

static const struct {
	const char *word, *path;
} lessons[] = {
	{ "spam", "/learnspam" },
	{ "ham", "/learnham" },
	{ "forget", "/learnforget" },
};

static const char *
path_of(struct str word)
{
	for (size_t i = 0; i < nitems(lessons); i++)
		if (str_is(word, lessons[i].word))
			return lessons[i].path;
	return NULL;
}

static void
show(struct buf *b, struct str file, const struct client_reply *reply,
    struct arena *a, bool is_json)
{
	struct str why;

	if (is_json) {
		buf_add_str(b, reply->body);
		return;
	}
	why = reply_error_text(a, reply->body);
	terminal_text(b, file);
	buf_add_str(b, STR(": "));
	terminal_text(b, why.n != 0 ? why : reply->status == 200 ?
	    STR("done") : str_printf(a, "status %u", reply->status));
	buf_add_byte(b, '\n');
}

/* What was learnt before is no failure: it is as it was asked to be. */
static enum status
learn_one(struct call *call, const char *path, struct str file, struct buf *b)
{
	const struct learn_args *args = call->args;
	struct arena *a = call->arena;
	struct client_request r = { .server = args->server,
		.path = str_of(path) };
	struct client_reply reply;
	struct err e;

	if (r.server.n == 0)
		r.server = STR("127.0.0.1:11334");
	if (!file_read(&r.body, a, str_cstr(a, file), MESSAGE_MOST, &e))
		return command_fail(call, "%s", e.text);
	client_show_token(&r, a, args->token);
	client_add(&r, a, "IP", args->ip);
	client_add(&r, a, "User", args->user);
	if (!client_post(&reply, a, &r, &e))
		return command_fail(call, "%s", e.text);
	show(b, file, &reply, a, args->is_json);
	return reply.status == 200 || reply.status == 208 ? STATUS_FINE :
	    STATUS_FINDINGS;
}

static enum status
run(struct call *call)
{
	const char *path = path_of(call->operands.at[0]);
	enum status worst = STATUS_FINE, status;
	struct buf b;

	if (path == NULL)
		return command_fail(call, "spam, ham or forget comes first, "
		    "not \"%" STR_FMT "\"", STR_ARG(call->operands.at[0]));
	if (call->operands.n == 1)
		return command_fail(call, "which message? \"-\" is standard "
		    "input");
	for (size_t i = 1; i < call->operands.n; i++) {
		buf_init_arena(&b, call->arena, OUTPUT_MOST);
		status = learn_one(call, path, call->operands.at[i], &b);
		if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
			return STATUS_INTERNAL;
		if (status > worst)
			worst = status;
	}
	return worst;
}

const struct command command_learn = {
	.name = "learn",
	.operands = "spam|ham|forget FILE|-...",
	.summary = "report messages to a running sekishod",
	.detail = "Tells sekishod that messages are bad (spam) or good (ham), "
	    "or that it is to take back\nwhat it learnt of them (forget). A "
	    "message counts once, whoever reports it how often.",
	.rows = rows,
	.args_size = sizeof(struct learn_args),
	.needs_operand = true,
	.run = run,
};
