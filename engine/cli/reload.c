/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho reload: asks the daemon to load what is there now, and tells. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/optionrows.h"

enum { ANSWER_MOST = 1 << 20, PIECE = 4096 };

struct reload_args {
	struct str socket, state;
	bool is_json;
};

#define ARG(name) offsetof(struct reload_args, name)

static const struct option_row rows[] = {
	{ "state", 0, OPTION_TEXT, ARG(state), "DIR",
	    "folder for what the daemon remembers (" SEKISHO_STATEDIR ")" },
	{ "socket", 0, OPTION_TEXT, ARG(socket), "PATH",
	    "where it is asked (control.sock in that folder)" },
	ROW_JSON(struct reload_args, "one JSON object"),
	{ 0 }
};

static struct str
path_of(struct call *call)
{
	const struct reload_args *args = call->args;

	if (args->socket.n != 0)
		return args->socket;
	return str_cat(call->arena, args->state.n != 0 ? args->state
	    : STR(SEKISHO_STATEDIR), STR("/control.sock"));
}

/* False with errno. */
static bool
call_daemon(int *fd, struct str path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (path.n >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(to.sun_path, path.p, path.n);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return *fd >= 0 &&
	    connect(*fd, (const struct sockaddr *)&to, sizeof(to)) == 0;
}

static bool
exchange(struct buf *answer, int fd)
{
	static const char word[] = "reload\n";
	char piece[PIECE];
	ssize_t n;

	if (send(fd, word, sizeof(word) - 1, MSG_NOSIGNAL) < 0)
		return false;
	while ((n = recv(fd, piece, sizeof(piece), 0)) > 0)
		buf_add(answer, piece, (size_t)n);
	return n == 0 && answer->n != 0;
}

/* The lines of the log without the time, or "" behind the last. */
static struct str
next_line(struct str *answer)
{
	struct str line, time, rest;

	while (str_next(answer, '\n', &line))
		if (str_cut(line, ' ', &time, &rest))
			return rest;
	return STR("");
}

/* What lists hold is told as well. */
static bool
is_problem(struct str line)
{
	return !str_starts(line, STR("info "));
}

static enum status
tell_json(struct call *call, struct str head, bool is_done, struct str answer)
{
	bool is_complete = true;
	struct str line;
	struct json j;
	struct buf b;

	buf_init_arena(&b, call->arena, 8 * ANSWER_MOST);
	json_init(&j, &b);
	json_open_object(&j);
	json_put_bool(&j, "loaded", is_done);
	json_put_str(&j, "text", head);
	json_key(&j, "problems");
	json_open_array(&j);
	while ((line = next_line(&answer)).n != 0) {
		if (!is_problem(line))
			continue;
		json_str(&j, line);
		is_complete = false;
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(&b, '\n');
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	return !is_done ? STATUS_UNREADABLE :
	    is_complete ? STATUS_FINE : STATUS_FINDINGS;
}

/* The head to standard output; below it, lines of the log without the time. */
static enum status
tell(struct call *call, struct str answer)
{
	const struct reload_args *args = call->args;
	struct str head, line;
	struct buf out, said;
	bool is_done;

	buf_init_arena(&out, call->arena, ANSWER_MOST);
	buf_init_arena(&said, call->arena, ANSWER_MOST);
	str_next(&answer, '\n', &head);
	is_done = str_skip(&head, STR("ok "));
	if (!is_done)
		str_skip(&head, STR("failed "));
	if (args->is_json)
		return tell_json(call, head, is_done, answer);
	terminal_text(is_done ? &out : &said, head);
	buf_add_byte(is_done ? &out : &said, '\n');
	while ((line = next_line(&answer)).n != 0) {
		struct buf *to = is_problem(line) ? &said : &out;

		terminal_text(to, line);
		buf_add_byte(to, '\n');
	}
	if (!terminal_write(STDOUT_FILENO, buf_str(&out)) ||
	    !terminal_write(STDERR_FILENO, buf_str(&said)))
		return STATUS_INTERNAL;
	if (!is_done)
		return STATUS_UNREADABLE;
	return said.n == 0 ? STATUS_FINE : STATUS_FINDINGS;
}

static enum status
run(struct call *call)
{
	struct str path = path_of(call);
	struct buf answer;
	enum status status;
	int fd = -1;

	if (call->operands.n != 0)
		return command_fail(call, "takes no file");
	buf_init_arena(&answer, call->arena, ANSWER_MOST);
	if (!call_daemon(&fd, path))
		status = command_fail(call, "%" STR_FMT ": %s; is sekishod "
		    "running, with a state folder?", STR_ARG(path),
		    strerror(errno));
	else if (!exchange(&answer, fd))
		status = command_fail(call, "%" STR_FMT ": no answer; the log "
		    "of sekishod may say why", STR_ARG(path));
	else
		status = tell(call, buf_str(&answer));
	if (fd >= 0)
		close(fd);
	return status;
}

const struct command command_reload = {
	.name = "reload",
	.operands = "",
	.summary = "have sekishod load packs and settings again",
	.detail = "Waits until the new packs serve or are refused, and tells "
	    "what was wrong with them.\nExit status: 0 all was loaded, 1 some "
	    "of it was not, 2 what served before goes on\nserving.",
	.rows = rows,
	.args_size = sizeof(struct reload_args),
	.run = run,
};
