/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho test: runs the tests that stand in packs. */
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/loader.h"
#include "rule/lists.h"
#include "rule/ruleset.h"
#include "rule/trial.h"

enum { OUTPUT_MOST = 64 << 20 };

struct test_args {
	bool is_json;
	bool is_quiet;
	bool is_verbose;
	struct str like;
	struct str vary;
	struct str at;
	struct str color;
	word_list folders;
};

static const struct option_row rows[] = {
	{ "name", 'k', OPTION_TEXT, offsetof(struct test_args, like), "NAME",
	    "only tests whose name holds NAME" },
	{ "vary", 0, OPTION_TEXT, offsetof(struct test_args, vary),
	    "all|written", "every variant, or those the tests name" },
	{ "at", 0, OPTION_TEXT, offsetof(struct test_args, at), "DATE",
	    "the date to pretend (default: as the tests say)" },
	{ "packs", 0, OPTION_MANY, offsetof(struct test_args, folders),
	    "DIR", "where brands not among the packs are" },
	{ "json", 0, OPTION_FLAG, offsetof(struct test_args, is_json), NULL,
	    "one JSON object" },
	{ "verbose", 'v', OPTION_FLAG, offsetof(struct test_args, is_verbose),
	    NULL, "a line for every test" },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct test_args, is_quiet),
	    NULL, "failures only" },
	ROW_COLOR(struct test_args),
	{ 0 }
};

struct tally {
	size_t run, failed, skipped;
};

/* The line that says how far we are; only for a person who waits. */
struct progress {
	struct terminal terminal;
	struct arena *arena;
	size_t n;
	bool is_shown;
};

static void
on_trial(void *client, const struct trial *t)
{
	struct progress *p = client;
	struct buf b;

	p->n++;
	if (!p->is_shown)
		return;
	buf_init(&b, OUTPUT_MOST);
	buf_printf(&b, "\r%5zu ", p->n);
	terminal_cell(&b, t->test->name, p->terminal.width - 8);
	terminal_write(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
}

static void
end_progress(const struct progress *p)
{
	if (p->is_shown)
		terminal_write(STDERR_FILENO, STR("\r\x1b[K"));
}

static void
count(struct tally *tally, const trial_list *trials)
{
	const struct trial *t;

	VEC_EACH(t, trials) {
		tally->skipped += t->is_skipped;
		tally->failed += !t->is_passed;
		tally->run += !t->is_skipped;
	}
}

static void
print_trial(struct buf *b, const struct trial *t,
    const struct terminal *terminal)
{
	enum ink ink = !t->is_passed ? INK_RED : t->is_skipped ? INK_YELLOW :
	    INK_GREEN;

	buf_printf(b, "%s%s%s %" STR_FMT ":%u: ", terminal_ink(terminal, ink),
	    !t->is_passed ? "FAIL" : t->is_skipped ? "skip" : "pass",
	    terminal_ink(terminal, INK_PLAIN), STR_ARG(t->pack->file),
	    t->test->mark.line);
	terminal_text(b, t->test->name);
	if (t->variant.n != 0)
		buf_printf(b, " [%" STR_FMT "]", STR_ARG(t->variant));
	buf_add_byte(b, '\n');
	if (t->found.n == 0)
		return;
	buf_add_str(b, STR("     "));
	terminal_text(b, t->found);
	buf_add_byte(b, '\n');
}

static void
print_text(struct buf *b, const trial_list *trials, const struct tally *tally,
    const struct test_args *args, size_t packs)
{
	struct terminal terminal;
	const struct trial *t;

	terminal_init(&terminal, STDOUT_FILENO, args->color);
	VEC_EACH(t, trials)
		if (!t->is_passed || args->is_verbose)
			print_trial(b, t, &terminal);
	if (args->is_quiet)
		return;
	buf_printf(b, "%zu pack%s, %zu test%s", packs, packs == 1 ? "" : "s",
	    tally->run, tally->run == 1 ? "" : "s");
	if (tally->skipped != 0)
		buf_printf(b, ", %zu skipped", tally->skipped);
	if (tally->failed != 0)
		buf_printf(b, ", %s%zu failed%s\n",
		    terminal_ink(&terminal, INK_RED), tally->failed,
		    terminal_ink(&terminal, INK_PLAIN));
	else
		buf_printf(b, ", %sall passed%s\n",
		    terminal_ink(&terminal, INK_GREEN),
		    terminal_ink(&terminal, INK_PLAIN));
}

static void
json_trial(struct json *j, const struct trial *t)
{
	json_open_object(j);
	json_put_str(j, "pack", t->pack->id);
	json_put_str(j, "file", t->pack->file);
	json_put_int(j, "line", t->test->mark.line);
	json_put_str(j, "test", t->test->name);
	json_put_str(j, "variant", t->variant);
	json_put_str(j, "result", !t->is_passed ? STR("failed") :
	    t->is_skipped ? STR("skipped") : STR("passed"));
	json_put_points(j, "score", t->points);
	json_put_str(j, "found", t->found);
	json_close_object(j);
}

static void
print_json(struct buf *b, const trial_list *trials, const struct tally *tally,
    size_t packs)
{
	const struct trial *t;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_int(&j, "packs", (int64_t)packs);
	json_put_int(&j, "run", (int64_t)tally->run);
	json_put_int(&j, "failed", (int64_t)tally->failed);
	json_put_int(&j, "skipped", (int64_t)tally->skipped);
	json_key(&j, "tests");
	json_open_array(&j);
	VEC_EACH(t, trials)
		json_trial(&j, t);
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

/* Drafts and retired packs are for tools, and that is us. */
static void
wake_all(struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->n_named; i++) {
		struct pack *pack = loaded->packs.at[i];

		if (pack->status == PACK_DRAFT ||
		    pack->status == PACK_RETIRED)
			pack->status = PACK_TEST;
	}
}

static bool
run_trials(trial_list *trials, struct call *call, struct loaded *loaded,
    const struct trial_conf *conf, struct err *e)
{
	struct ruleset *ruleset;
	struct fact_table table;
	struct trial_conf own = *conf;
	struct lists *lists;

	wake_all(loaded);
	fact_table_init(&table, call->arena);
	if (!ruleset_build(&ruleset, &loaded->packs, &table, NULL, e))
		return false;
	lists = lists_open(&loaded->packs);
	ruleset_use_lists(ruleset, lists);
	own.lists = lists;
	for (size_t i = 0; i < loaded->n_named; i++)
		trials_run(trials, call->arena, ruleset, &table,
		    loaded->packs.at[i], &own);
	ruleset_free(ruleset);
	lists_free(lists);
	return true;
}

static enum status
report(struct call *call, const struct loaded *loaded,
    const trial_list *trials)
{
	const struct test_args *args = call->args;
	struct tally tally = { 0 };
	struct buf b;

	count(&tally, trials);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	if (args->is_json)
		print_json(&b, trials, &tally, loaded->n_named);
	else
		print_text(&b, trials, &tally, args, loaded->n_named);
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	if (args->like.n != 0 && trials->n == 0)
		return command_fail(call, "no test has \"%" STR_FMT "\" in "
		    "its name", STR_ARG(args->like));
	return tally.failed != 0 ? STATUS_FINDINGS : STATUS_FINE;
}

static enum status
run(struct call *call)
{
	const struct test_args *args = call->args;
	struct progress progress = { .arena = call->arena };
	struct trial_conf conf = { .day = DAY_NONE, .like = args->like,
		.is_every_variant = str_is(args->vary, "all"),
		.done = on_trial, .client = &progress };
	trial_list trials = { 0 };
	struct loaded loaded;
	struct err e;
	bool done;

	if (args->at.n != 0 && !day_parse(args->at, &conf.day))
		return command_fail(call, "--at: \"%" STR_FMT "\" is no date "
		    "such as 2026-02-09", STR_ARG(args->at));
	if (!loader_read(&loaded, call->arena, &call->operands,
	    &args->folders, &e))
		return command_fail(call, "%s", e.text);
	loader_print(&loaded.diags, args->color, DIAG_WARNING);
	if (loaded.diags.errors != 0)
		return STATUS_UNREADABLE;
	terminal_init(&progress.terminal, STDERR_FILENO, args->color);
	progress.is_shown = progress.terminal.is_terminal && !args->is_quiet;
	done = run_trials(&trials, call, &loaded, &conf, &e);
	end_progress(&progress);
	if (!done)
		return command_fail(call, "%s", e.text);
	return report(call, &loaded, &trials);
}

const struct command command_test = {
	.name = "test",
	.operands = "PACK...",
	.summary = "run the tests that stand in rule packs",
	.detail = "Builds the messages that the tests of packs (files or "
	    "folders) describe, scores\nthem and tells where the outcome is "
	    "not what the test expects.",
	.rows = rows,
	.args_size = sizeof(struct test_args),
	.needs_operand = true,
	.run = run,
};
