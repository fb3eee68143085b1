/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho: the table of subcommands and the way to them. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "cli/command.h"

enum { HELP_MOST = 64 * 1024, ID_MOST = 64 };

static const struct command *const commands[] = {
	&command_scan,
	&command_inspect,
	&command_check,
	&command_test,
	&command_promote,
	&command_diff,
	&command_stats,
	&command_sample,
	&command_draft,
	&command_brand,
	&command_list,
	&command_import,
	&command_export,
	&command_explain,
	&command_fmt,
	&command_new,
	&command_schema,
	&command_facts,
	&command_reload,
	&command_stat,
	&command_top,
	&command_config,
	&command_token,
	&command_learn,
	&command_reputation,
	&command_history,
	&command_replay,
	&command_record,
	&command_auth,
};

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < nitems(commands); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

enum status
command_fail(const struct call *call, const char *fmt, ...)
{
	struct buf b;
	va_list ap;
	char text[1024];

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_init(&b, HELP_MOST);
	buf_printf(&b, "sekisho %s: ", call->command->name);
	terminal_text(&b, str_of(text));
	buf_add_byte(&b, '\n');
	terminal_write(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
	return STATUS_UNREADABLE;
}

bool
command_is_id(struct str s)
{
	if (s.n == 0 || s.n > ID_MOST || s.p[0] == '-' ||
	    s.p[s.n - 1] == '-' || str_find_str(s, STR("--")) < s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '-' && !ascii_is_digit(s.p[i]) &&
		    (s.p[i] < 'a' || s.p[i] > 'z'))
			return false;
	return true;
}

enum status
command_print(struct str text)
{
	return terminal_write(STDOUT_FILENO, text) ? STATUS_FINE :
	    STATUS_INTERNAL;
}

static enum status
show(struct buf *b)
{
	enum status status = command_print(buf_str(b));

	buf_release(b);
	return status;
}

static enum status
show_help(void)
{
	struct buf b;

	buf_init(&b, HELP_MOST);
	buf_add_str(&b, STR("Usage: sekisho COMMAND [OPTION...] [FILE...]\n\n"
	    "Scores mail against rule packs and works on the packs.\n\n"));
	for (size_t i = 0; i < nitems(commands); i++)
		buf_printf(&b, "  %-12s%s\n", commands[i]->name,
		    commands[i]->summary);
	buf_add_str(&b, STR("\n\"sekisho COMMAND --help\" tells the options of "
	    "one, \"sekisho --version\" the version.\nExit status: 0 fine, "
	    "1 findings, 2 cannot read, 3 internal error.\n"));
	return show(&b);
}

/* Lines of a paragraph are one text, whatever their ends in the source; what
 * is indented stands as it does. */
static void
add_detail(struct buf *b, const struct terminal *t, struct str detail)
{
	struct arena *a = arena_new();
	struct str paragraph = STR(""), line;

	while (str_next(&detail, '\n', &line)) {
		bool is_text = line.n != 0 && line.p[0] != ' ';

		if (is_text) {
			paragraph = paragraph.n == 0 ? line :
			    str_cat(a, paragraph, STR(" "), line);
			if (detail.n != 0)
				continue;
		}
		terminal_lines(b, t, paragraph, 0);
		if (paragraph.n != 0)
			buf_add_byte(b, '\n');
		paragraph = STR("");
		if (!is_text)
			buf_printf(b, "%" STR_FMT "\n", STR_ARG(line));
	}
	buf_add_byte(b, '\n');
	arena_free(a);
}

static enum status
show_command(const struct command *c)
{
	struct terminal t;
	struct buf b;

	terminal_init(&t, STDOUT_FILENO, STR("never"));
	buf_init(&b, HELP_MOST);
	buf_printf(&b, "Usage: sekisho %s [OPTION...]%s%s\n\n", c->name,
	    c->operands[0] == '\0' ? "" : " ", c->operands);
	add_detail(&b, &t, str_of(c->detail));
	options_help(&b, &t, c->rows);
	buf_printf(&b, "      %-22s%s\n", "--help", "this text");
	return show(&b);
}

static enum status
show_version(void)
{
	struct buf b;

	buf_init(&b, HELP_MOST);
	buf_add_str(&b, STR("sekisho " SEKISHO_VERSION "\n"));
	return show(&b);
}

static enum status
refuse(const char *name)
{
	struct str best = { 0 };
	struct buf b;

	for (size_t i = 0; i < nitems(commands); i++)
		suggest_try(str_of(name), str_of(commands[i]->name), &best);
	buf_init(&b, HELP_MOST);
	buf_add_str(&b, STR("sekisho: there is no command \""));
	terminal_text(&b, str_of(name));
	buf_add_byte(&b, '"');
	if (best.n != 0)
		buf_printf(&b, "; did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
	buf_add_str(&b, STR("\nTry \"sekisho --help\".\n"));
	terminal_write(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
	return STATUS_UNREADABLE;
}

static bool
asks_for_help(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static enum status
run(const struct command *c, int argc, char **argv)
{
	struct arena *a = arena_new();
	struct call call = { .command = c, .arena = a };
	struct option_goal goal = { .rows = c->rows,
		.operands = &call.operands, .arena = a };
	enum status status;
	struct err e;

	goal.args = call.args = arena_take(a, c->args_size);
	if (!options_read(&goal, argc, argv, &e)) {
		status = command_fail(&call, "%s", e.text);
	} else if (c->needs_operand && call.operands.n == 0) {
		status = command_fail(&call, "%s is missing; try \"sekisho %s "
		    "--help\"", c->operands, c->name);
	} else {
		status = c->run(&call);
	}
	arena_free(a);
	return status;
}

int
main(int argc, char **argv)
{
	const struct command *c;

	/* A pager that is closed early is no reason to die unheard. */
	signal(SIGPIPE, SIG_IGN);
	log_set_level(LOG_LEVEL_WARN);
	if (argc < 2) {
		fprintf(stderr, "sekisho: which command? Try \"sekisho "
		    "--help\".\n");
		return STATUS_UNREADABLE;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return show_version();
	if (strcmp(argv[1], "help") == 0 && argc > 2) {
		c = command_find(argv[2]);
		return c == NULL ? refuse(argv[2]) : show_command(c);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return show_help();
	c = command_find(argv[1]);
	if (c == NULL)
		return refuse(argv[1]);
	if (asks_for_help(argc - 2, argv + 2))
		return show_command(c);
	return run(c, argc - 2, argv + 2);
}
