/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho fmt: one layout for all packs, values and comments untouched. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crew.h"
#include "base/err.h"
#include "base/json.h"
#include "base/file.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/layout.h"
#include "cli/linediff.h"
#include "cli/loader.h"
#include "cli/optionrows.h"

enum { FILE_MOST = 1 << 20, OUTPUT_MOST = 256 << 20, FILES_SHOWN = 64 };

struct fmt_args {
	bool is_check;
	bool is_diff;
	bool is_quiet;
	bool is_json;
	struct str color;
};

#define ARG(name) offsetof(struct fmt_args, name)

static const struct option_row rows[] = {
	{ "check", 0, OPTION_FLAG, ARG(is_check), NULL,
	    "change nothing, name the files that would be" },
	{ "diff", 0, OPTION_FLAG, ARG(is_diff), NULL,
	    "change nothing, print what would be changed" },
	ROW_JSON(struct fmt_args,
	    "one JSON object: the files changed, and those left"),
	ROW_QUIET(struct fmt_args, "no names of files"),
	ROW_COLOR(struct fmt_args),
	{ 0 }
};

/* One file, laid out apart from the others. */
struct fmt_file {
	struct str path;
	struct arena *arena;
	struct diags diags;
	struct str before, after;
	bool is_done;      /* after is there */
	bool is_beyond;    /* readable, and yet no layout */
	struct str failed; /* what could not be done with the file */
};

struct fmt {
	const struct fmt_args *args;
	VEC(struct fmt_file) files;
	bool is_watched;
};

/* The new text beside the old one, then in its place: never half a file. */
static bool
replace(struct fmt_file *f)
{
	const char *path = str_cstr(f->arena, f->path);
	const char *beside = str_cstr(f->arena, str_cat(f->arena, f->path,
	    STR(".new")));
	struct stat st;
	int fd = -1;

	if (stat(path, &st) == 0)
		fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    st.st_mode & 0777);
	if (fd >= 0 && terminal_write(fd, f->after) && fsync(fd) == 0 &&
	    close(fd) == 0 && rename(beside, path) == 0)
		return true;
	f->failed = str_printf(f->arena, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		unlink(beside);
	return false;
}

static bool
is_input(const struct fmt_file *f)
{
	return str_is(f->path, "-");
}

static void
format_file(void *client, size_t i)
{
	struct fmt *fmt = client;
	struct fmt_file *f = &fmt->files.at[i];
	struct err e;

	f->arena = arena_new();
	diags_init(&f->diags, f->arena);
	if (!file_read(&f->before, f->arena, str_cstr(f->arena, f->path),
	    FILE_MOST, &e)) {
		f->failed = str_copy(f->arena, str_of(e.text));
		return;
	}
	f->is_done = layout_make(&f->after, f->arena, f->path, f->before,
	    &f->diags);
	f->is_beyond = !f->is_done && f->diags.errors == 0;
	if (f->is_done && !is_input(f) && !fmt->args->is_check &&
	    !fmt->args->is_diff && !str_eq(f->before, f->after))
		replace(f);
}

static void
on_file(void *client, size_t done)
{
	const struct fmt *fmt = client;
	struct buf b;

	if (!fmt->is_watched || done % FILES_SHOWN != 0)
		return;
	buf_init(&b, 64);
	buf_printf(&b, "\r%zu of %zu ", done, fmt->files.n);
	terminal_write(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
}

static bool
find_files(struct fmt *fmt, struct call *call, struct err *e)
{
	const struct str *path, *file;

	VEC_EACH(path, &call->operands) {
		file_list found = { 0 };

		if (str_is(*path, "-"))
			*VEC_ADD(call->arena, &found) = *path;
		else if (!file_walk(&found, call->arena, str_cstr(call->arena,
		    *path), STR(".pack.yaml"), e))
			return false;
		if (found.n == 0)
			return err_set(e, "%" STR_FMT ": no *.pack.yaml in it",
			    STR_ARG(*path));
		VEC_EACH(file, &found)
			VEC_ADD(call->arena, &fmt->files)->path = *file;
	}
	return true;
}

static void
report_diff(struct buf *b, struct fmt_file *f, const struct terminal *t)
{
	struct buf diff;

	buf_init_arena(&diff, f->arena, OUTPUT_MOST);
	linediff(&diff, f->arena, f->path, f->before, f->after);
	linediff_show(b, t, buf_str(&diff));
}

static enum status
report_file(struct buf *b, const struct call *call, struct fmt_file *f,
    const struct terminal *t)
{
	const struct fmt_args *args = call->args;

	if (f->failed.n != 0)
		return command_fail(call, "%" STR_FMT, STR_ARG(f->failed));
	loader_print(&f->diags, args->color, DIAG_ERROR);
	if (f->is_beyond)
		return command_fail(call, "%" STR_FMT ": its layout is "
		    "unusual, so it is left as it is", STR_ARG(f->path));
	if (!f->is_done)
		return STATUS_UNREADABLE;
	if (is_input(f) && !args->is_check && !args->is_diff) {
		buf_add_str(b, f->after);
		return STATUS_FINE;
	}
	if (str_eq(f->before, f->after))
		return STATUS_FINE;
	if (args->is_json)
		;
	else if (args->is_diff)
		report_diff(b, f, t);
	else if (!args->is_quiet)
		buf_printf(b, "%" STR_FMT "\n", STR_ARG(f->path));
	return args->is_check || args->is_diff ? STATUS_FINDINGS
	    : STATUS_FINE;
}

static void
json_paths(struct json *j, const char *key, const struct fmt *fmt,
    bool is_of_changed)
{
	const struct fmt_file *f;

	json_key(j, key);
	json_open_array(j);
	VEC_EACH(f, &fmt->files) {
		bool is_good = f->is_done && f->failed.n == 0;

		if (is_of_changed ? is_good && !str_eq(f->before, f->after)
		    : !is_good)
			json_str(j, f->path);
	}
	json_close_array(j);
}

static void
report_json(struct buf *b, const struct fmt *fmt)
{
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_paths(&j, "changed", fmt, true);
	json_paths(&j, "left", fmt, false);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

static bool
has_input(const struct call *call)
{
	const struct str *path;

	VEC_EACH(path, &call->operands)
		if (str_is(*path, "-"))
			return true;
	return false;
}

static enum status
run(struct call *call)
{
	const struct fmt_args *args = call->args;
	struct fmt fmt = { .args = args };
	struct terminal terminal;
	struct crew_job job = { .work = format_file, .watch = on_file,
		.client = &fmt };
	enum status worst = STATUS_FINE, status;
	struct fmt_file *f;
	struct err e;
	struct buf b;

	if (args->is_json && !args->is_check && has_input(call))
		return command_fail(call, "--json: the new text of standard "
		    "input goes to standard output; add --check");
	if (!find_files(&fmt, call, &e))
		return command_fail(call, "%s", e.text);
	terminal_init(&terminal, STDERR_FILENO, args->color);
	fmt.is_watched = terminal.is_terminal && !args->is_quiet;
	job.n = fmt.files.n;
	crew_run(&job);
	if (fmt.is_watched)
		terminal_write(STDERR_FILENO, STR("\r\x1b[K"));
	terminal_init(&terminal, STDOUT_FILENO, args->color);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	VEC_EACH(f, &fmt.files) {
		status = report_file(&b, call, f, &terminal);
		worst = status > worst ? status : worst;
	}
	if (args->is_json)
		report_json(&b, &fmt);
	VEC_EACH(f, &fmt.files)
		arena_free(f->arena);
	return terminal_write(STDOUT_FILENO, buf_str(&b)) ? worst
	    : STATUS_INTERNAL;
}

const struct command command_fmt = {
	.name = "fmt",
	.operands = "PACK|-...",
	.summary = "lay packs out the one way",
	.detail = "Rewrites packs (files or folders; - goes from standard "
	    "input to standard output)\nin one layout: top-level keys in "
	    "order, two blanks a level, awkward lists as |\nblocks, tags "
	    "sorted. Never touches a value or a comment. Prints the names of "
	    "what\nit changed.",
	.rows = rows,
	.args_size = sizeof(struct fmt_args),
	.needs_operand = true,
	.run = run,
};
