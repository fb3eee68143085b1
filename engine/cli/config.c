/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho config: what sekishod goes by, and who said so. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/configask.h"
#include "cli/loader.h"
#include "cli/optionrows.h"
#include "conf/scalar.h"
#include "daemon/options.h"
#include "daemon/origin.h"
#include "daemon/said.h"

#define USUAL_FILE SEKISHO_SYSCONFDIR "/sekisho.yaml"

/* Origins stand in one column up to there. */
enum { PAGE_MOST = 16 << 20, COLUMN_MOST = 44 };

struct config_args {
	struct str file, color, state, socket;
	bool is_changed, is_json, is_running;
};

#define ARG(name) offsetof(struct config_args, name)

static const struct option_row rows[] = {
	{ "config", 'c', OPTION_TEXT, ARG(file), "FILE",
	    "what sekishod reads (" USUAL_FILE " where there is one; none: "
	    "no file)" },
	{ "changed", 0, OPTION_FLAG, ARG(is_changed), NULL,
	    "only what is not as it is when nothing is said" },
	{ "running", 0, OPTION_FLAG, ARG(is_running), NULL,
	    "file and options of the sekishod that runs here" },
	{ "state", 0, OPTION_TEXT, ARG(state), "DIR",
	    "its folder (" SEKISHO_STATEDIR ")" },
	{ "socket", 0, OPTION_TEXT, ARG(socket), "PATH",
	    "where it is asked (control.sock in that folder)" },
	ROW_JSON(struct config_args, "one JSON object"),
	ROW_COLOR(struct config_args),
	{ 0 }
};

static const char *const origins[] = {
	[ORIGIN_DEFAULT] = "default",
	[ORIGIN_FILE] = "file",
	[ORIGIN_OPTION] = "command line",
};

/* Options of sekishod: those given here, or those of the one that runs. */
static bool
read_options(struct options *o, struct call *call, struct err *e)
{
	const struct config_args *args = call->args;
	word_list words = call->operands;
	struct str folder, socket = args->socket;
	char **at;

	if (socket.n == 0)
		socket = str_cat(call->arena, args->state.n != 0 ?
		    args->state : STR(SEKISHO_STATEDIR),
		    STR("/control.sock"));
	if (args->is_running) {
		if (words.n != 0 || args->file.n != 0)
			return err_set(e, "--running has its own file and "
			    "options");
		if (!configask_running(&words, &folder, call->arena, socket,
			e))
			return false;
		if (chdir(str_cstr(call->arena, folder)) != 0)
			return err_set(e, "%" STR_FMT ": %s",
			    STR_ARG(folder), strerror(errno));
	}
	at = ARENA_MANY(call->arena, char *, words.n + 1);
	for (size_t i = 0; i < words.n; i++)
		at[i] = (char *)str_cstr(call->arena, words.at[i]);
	return daemon_options_read(o, call->arena, (int)words.n, at, e);
}

/* The file that counts, or NULL. */
static const char *
file_of(struct call *call, const struct options *o)
{
	const struct config_args *args = call->args;

	if (args->is_running || o->config != NULL)
		return o->config;
	if (str_is(args->file, "none"))
		return NULL;
	if (args->file.n != 0)
		return str_cstr(call->arena, args->file);
	return access(USUAL_FILE, R_OK) == 0 ? USUAL_FILE : NULL;
}

static void
add_value(struct buf *to, const struct origin_entry *entry)
{
	const struct str *text;
	const char *between = "";

	if (entry->is_list)
		buf_add_byte(to, '[');
	VEC_EACH(text, &entry->texts) {
		buf_printf(to, "%s", between);
		scalar_add(to, *text);
		between = ", ";
	}
	if (entry->is_list)
		buf_add_byte(to, ']');
}

static void
add_origin(struct buf *to, const struct terminal *t,
    const struct origin_entry *entry, const char *file)
{
	static const enum ink inks[] = { [ORIGIN_DEFAULT] = INK_DIM,
		[ORIGIN_FILE] = INK_GREEN, [ORIGIN_OPTION] = INK_YELLOW };

	buf_printf(to, "%s# ", terminal_ink(t, inks[entry->origin]));
	if (entry->origin == ORIGIN_FILE) {
		terminal_text(to, str_of(file));
		buf_printf(to, ":%u", entry->line);
	} else {
		buf_printf(to, "%s", origins[entry->origin]);
	}
	buf_printf(to, "%s\n", terminal_ink(t, INK_PLAIN));
}

/* A configuration again, with the origin of each line as a comment. */
static void
add_line(struct buf *to, const struct terminal *t,
    const struct origin_entry *entry, const char *file)
{
	const char *ink = terminal_ink(t, entry->is_changed ? INK_BOLD :
	    INK_PLAIN);
	bool is_item = entry->shown.n != 0 &&
	    entry->shown.p[entry->shown.n - 1] == '-';
	size_t from, width;

	buf_printf(to, "%s", ink);
	from = to->n;
	terminal_text(to, entry->shown);
	buf_printf(to, "%s%s", is_item ? "" : ":",
	    entry->has_value ? " " : "");
	if (entry->has_value)
		add_value(to, entry);
	width = to->n - from;
	buf_printf(to, "%s%*s", terminal_ink(t, INK_PLAIN),
	    width < COLUMN_MOST ? (int)(COLUMN_MOST - width) : 1, "");
	add_origin(to, t, entry, file);
}

static void
put_entry(struct json *j, const struct origin_entry *entry, const char *file)
{
	const struct str *text;

	json_open_object(j);
	json_put_str(j, "name", entry->name);
	json_key(j, "value");
	if (entry->is_list)
		json_open_array(j);
	VEC_EACH(text, &entry->texts)
		json_str(j, *text);
	if (entry->is_list)
		json_close_array(j);
	json_put_str(j, "origin", str_of(origins[entry->origin]));
	if (entry->origin == ORIGIN_FILE) {
		json_put_str(j, "file", str_of(file));
		json_put_int(j, "line", entry->line);
	}
	json_put_bool(j, "changed", entry->is_changed);
	if (entry->is_secret)
		json_put_bool(j, "secret", true);
	json_close_object(j);
}

static void
add_json(struct buf *to, const origin_list *list, const char *file,
    bool is_changed)
{
	const struct origin_entry *entry;
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_key(&j, "file");
	if (file != NULL)
		json_str(&j, str_of(file));
	else
		json_nothing(&j);
	json_key(&j, "settings");
	json_open_array(&j);
	VEC_EACH(entry, list) {
		if (entry->has_value && (entry->is_changed || !is_changed))
			put_entry(&j, entry, file);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

static enum status
show(struct call *call, const origin_list *list, const char *file)
{
	const struct config_args *args = call->args;
	const struct origin_entry *entry;
	struct terminal t;
	struct buf b;

	terminal_init(&t, STDOUT_FILENO, args->color);
	buf_init_arena(&b, call->arena, PAGE_MOST);
	if (args->is_json)
		add_json(&b, list, file, args->is_changed);
	else
		VEC_EACH(entry, list) {
			if (entry->is_changed || !args->is_changed)
				add_line(&b, &t, entry, file);
		}
	return command_print(buf_str(&b));
}

static enum status
run(struct call *call)
{
	const struct config_args *args = call->args;
	origin_list list = { 0 };
	struct conf_text text;
	struct options options;
	const struct said said = { &text, &options.overrides };
	struct diags d;
	bool is_read;
	struct err e;

	diags_init(&d, call->arena);
	if (!read_options(&options, call, &e) ||
	    !conf_text_read(&text, call->arena, file_of(call, &options), &e))
		return command_fail(call, "%s", e.text);
	is_read = origins_read(&list, call->arena, &said, &d, &e);
	loader_print(&d, args->color, DIAG_WARNING);
	if (!is_read)
		return command_fail(call, "%s", e.text);
	return show(call, &list, text.path);
}

const struct command command_config = {
	.name = "config",
	.operands = "[-- OPTION-OF-SEKISHOD...]",
	.summary = "show the configuration in force and where it comes from",
	.detail = "Reads a file and options as sekishod does and prints every "
	    "setting with its value\nand with its origin: default, FILE:LINE, "
	    "or the command line. The text is itself a\nconfiguration. "
	    "Passwords and hashes of tokens are not shown. Of listen, tokens,\n"
	    "settings and plugins, it shows what the file says. It changes "
	    "nothing; packs are not\nread: sekishod -t does that.\nExit "
	    "status: 0 fine, 2 the configuration is not usable.",
	.rows = rows,
	.args_size = sizeof(struct config_args),
	.run = run,
};
