/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho check: are these packs right?  Loads and compiles them. */
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/loader.h"
#include "rule/ruleset.h"

enum { OUTPUT_MOST = 16 << 20 };

struct check_args {
	bool is_json;
	bool is_strict;
	bool is_quiet;
	struct str color;
	word_list folders;
};

static const struct option_row rows[] = {
	{ "json", 0, OPTION_FLAG, offsetof(struct check_args, is_json), NULL,
	    "one JSON object" },
	{ "strict", 0, OPTION_FLAG, offsetof(struct check_args, is_strict),
	    NULL, "warnings are errors" },
	{ "packs", 0, OPTION_MANY, offsetof(struct check_args, folders),
	    "DIR", "where brands not among the packs are" },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct check_args, is_quiet),
	    NULL, "no summary" },
	ROW_COLOR(struct check_args),
	{ 0 }
};

static size_t
count_indicators(const struct loaded *loaded)
{
	size_t n = 0;

	for (size_t i = 0; i < loaded->n_named; i++) {
		const struct pack *pack = loaded->packs.at[i];
		const struct group *group;

		VEC_EACH(group, &pack->groups)
			n += group->values.n;
	}
	return n;
}

/* What only the compiler of all patterns together can say. */
static void
compile(struct loaded *loaded, struct arena *a)
{
	struct ruleset *ruleset;
	struct fact_table table;
	struct err e;
	struct diag *diag;

	fact_table_init(&table, a);
	if (ruleset_build(&ruleset, &loaded->packs, &table, &e)) {
		ruleset_free(ruleset);
		return;
	}
	diag = VEC_ADD(a, &loaded->diags.list);
	diag->level = DIAG_ERROR;
	diag->code = "P01";
	diag->text = str_copy(a, str_of(e.text));
	loaded->diags.errors++;
}

/* A warning stays a finding: its code was no obstacle to reading. */
static bool
add_strictly(struct diags *d)
{
	struct diag *diag;
	bool is_any = d->warnings != 0;

	VEC_EACH(diag, &d->list)
		if (diag->level == DIAG_WARNING)
			diag->level = DIAG_ERROR;
	d->errors += d->warnings;
	d->warnings = 0;
	return is_any;
}

static void
print_json(struct buf *b, const struct loaded *loaded, size_t indicators)
{
	const struct diag *diag;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_int(&j, "packs", (int64_t)loaded->n_named);
	json_put_int(&j, "indicators", (int64_t)indicators);
	json_put_int(&j, "errors", (int64_t)loaded->diags.errors);
	json_put_int(&j, "warnings", (int64_t)loaded->diags.warnings);
	json_key(&j, "findings");
	json_open_array(&j);
	VEC_EACH(diag, &loaded->diags.list)
		diag_json(&j, diag);
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void
print_summary(struct buf *b, const struct loaded *loaded, size_t indicators)
{
	const struct diags *d = &loaded->diags;

	buf_printf(b, "%zu pack%s, %zu indicator%s, %zu error%s, "
	    "%zu warning%s\n", loaded->n_named, plural(loaded->n_named),
	    indicators, plural(indicators), d->errors, plural(d->errors),
	    d->warnings, plural(d->warnings));
}

/* Of the codes those of syntax (Y) and schema (S) mean that the pack cannot
 * be read at all; what has none is about the file itself. */
static enum status
status_of(const struct diags *d)
{
	const struct diag *diag;

	VEC_EACH(diag, &d->list)
		if (diag->level == DIAG_ERROR && (diag->code[0] == '\0' ||
		    diag->code[0] == 'Y' || diag->code[0] == 'S'))
			return STATUS_UNREADABLE;
	return d->errors != 0 ? STATUS_FINDINGS : STATUS_FINE;
}

static enum status
run(struct call *call)
{
	const struct check_args *args = call->args;
	struct loaded loaded;
	enum status status;
	size_t indicators;
	struct err e;
	struct buf b;

	if (!loader_read(&loaded, call->arena, &call->operands,
	    &args->folders, &e))
		return command_fail(call, "%s", e.text);
	compile(&loaded, call->arena);
	status = status_of(&loaded.diags);
	if (args->is_strict && add_strictly(&loaded.diags) &&
	    status == STATUS_FINE)
		status = STATUS_FINDINGS;
	indicators = count_indicators(&loaded);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	if (args->is_json) {
		print_json(&b, &loaded, indicators);
	} else {
		loader_print(&loaded.diags, args->color, DIAG_NOTE);
		if (!args->is_quiet)
			print_summary(&b, &loaded, indicators);
	}
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	return status;
}

const struct command command_check = {
	.name = "check",
	.operands = "PACK...",
	.summary = "check rule packs and name every mistake",
	.detail = "Reads packs (files or folders), compiles their patterns "
	    "and prints every mistake\nwith its place and what was probably "
	    "meant.",
	.rows = rows,
	.args_size = sizeof(struct check_args),
	.needs_operand = true,
	.run = run,
};
