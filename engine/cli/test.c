/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho test: runs the tests that stand in packs. */
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "cli/backtest.h"
#include "cli/bench.h"
#include "cli/check.h"
#include "cli/findings.h"
#include "cli/optionrows.h"
#include "cli/trialview.h"

enum { OUTPUT_MOST = 256 << 20 };

struct test_args {
	bool is_json;
	bool is_quiet;
	bool is_verbose;
	bool has_self, has_mutants, has_cross;
	struct str format;
	struct str like;
	struct str vary;
	struct str at;
	struct str color;
	word_list folders;
	word_list corpus;
	word_list authserv;
	struct str against;
	struct str most;
};

#define ARG(name) offsetof(struct test_args, name)

static const struct option_row rows[] = {
	{ "name", 'k', OPTION_TEXT, ARG(like), "NAME",
	    "only tests whose name holds NAME" },
	{ "vary", 0, OPTION_TEXT, ARG(vary), "all|written",
	    "every variant, or those the tests name" },
	{ "self", 0, OPTION_FLAG, ARG(has_self), NULL,
	    "a mail made of each indicator must hit it" },
	{ "mutate", 0, OPTION_FLAG, ARG(has_mutants), NULL,
	    "take each group away; a test must miss it" },
	{ "cross", 0, OPTION_FLAG, ARG(has_cross), NULL,
	    "the tests' mails must fire no other pack" },
	ROW_AT(struct test_args,
	    "the date to pretend (default: as the tests say)"),
	{ "corpus", 0, OPTION_MANY, ARG(corpus), "DIR",
	    "try the packs on kept mail instead" },
	{ "against", 0, OPTION_TEXT, ARG(against), "PACKS",
	    "what other packs say otherwise of it" },
	{ "max-hits", 0, OPTION_TEXT, ARG(most), "N",
	    "more hits on genuine mail are a finding" },
	{ "authserv", 0, OPTION_MANY, ARG(authserv), "HOST",
	    "whose Authentication-Results count" },
	ROW_PACKS_BESIDE(struct test_args),
	{ "format", 0, OPTION_TEXT, ARG(format), TRIAL_FORMATS,
	    "for people, or for other tools" },
	ROW_JSON(struct test_args, "the same as --format json"),
	{ "verbose", 'v', OPTION_FLAG, ARG(is_verbose), NULL,
	    "a line for every test" },
	ROW_QUIET(struct test_args, "failures only"),
	ROW_COLOR(struct test_args),
	{ 0 }
};

/* Formats that know places and no tests: what failed is a finding. */
static bool
is_of_findings(const struct test_args *args)
{
	return !args->is_json && (str_is(args->format, "sarif") ||
	    str_is(args->format, "github"));
}

static void
add_findings(struct buf *b, struct call *call, struct loaded *loaded,
    const trial_list *trials)
{
	const struct test_args *args = call->args;
	const struct check_more more = { .call = call, .loaded = loaded };
	const struct findings f = { .diags = &loaded->diags,
		.files = &loaded->files, .packs = loaded->n_named };

	diags_init(&loaded->diags, call->arena);
	check_told(&more, trials, true);
	findings_writer(args->format)(b, &f);
}

static enum status
report(struct call *call, struct loaded *loaded,
    const trial_list *trials)
{
	const struct test_args *args = call->args;
	struct terminal terminal;
	struct trial_view view = { .trials = trials,
		.packs = loaded->n_named, .is_quiet = args->is_quiet,
		.is_verbose = args->is_verbose, .terminal = &terminal };
	struct buf b;

	terminal_init(&terminal, STDOUT_FILENO, args->color);
	if (args->like.n != 0 && trials->n == 0)
		return command_fail(call, "no test has \"%" STR_FMT "\" in "
		    "its name", STR_ARG(args->like));
	trial_view_count(&view);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	if (is_of_findings(args))
		add_findings(&b, call, loaded, trials);
	else
		trial_writer(args->is_json ? STR("json") : args->format)(&b,
		    &view);
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	return view.all_failed != 0 ? STATUS_FINDINGS : STATUS_FINE;
}

/* Options that say something only of kept mail, and the other way round. */
static bool
are_of_one_kind(const struct test_args *args, struct err *e)
{
	bool is_of_mail = args->against.n != 0 || args->most.n != 0 ||
	    args->authserv.n != 0;
	bool is_of_tests = args->has_self || args->has_mutants ||
	    args->has_cross || args->like.n != 0 || args->vary.n != 0;

	if (args->corpus.n == 0 && is_of_mail)
		return err_set(e, "--against, --max-hits and --authserv are "
		    "about kept mail; name it with --corpus");
	if (args->corpus.n != 0 && is_of_tests)
		return err_set(e, "--corpus tries packs on kept mail and runs "
		    "no tests; leave out --name, --vary, --self, --mutate "
		    "and --cross");
	if (args->corpus.n != 0 && args->format.n != 0 &&
	    !str_is(args->format, "json") && !str_is(args->format, "human"))
		return err_set(e, "--corpus: the format is human or json");
	return true;
}

static enum status
try_corpus(struct call *call, int32_t day)
{
	const struct test_args *args = call->args;
	struct backtest_conf conf = { .named = &call->operands,
		.corpus = &args->corpus,
		.folders = &args->folders, .authserv = &args->authserv,
		.against = args->against, .day = day, .most = -1,
		.is_json = args->is_json || str_is(args->format, "json"),
		.is_quiet = args->is_quiet, .is_verbose = args->is_verbose,
		.color = args->color };

	if (args->most.n != 0 && (!str_to_int(args->most, &conf.most) ||
	    conf.most < 0))
		return command_fail(call, "--max-hits: \"%" STR_FMT "\" is no "
		    "number", STR_ARG(args->most));
	return backtest_run(call, &conf);
}

static enum status
run(struct call *call)
{
	const struct test_args *args = call->args;
	struct loaded loaded;
	struct bench bench = { .loaded = &loaded, .conf = { .day = DAY_NONE,
		.like = args->like, .has_self = args->has_self,
		.has_mutants = args->has_mutants,
		.has_cross = args->has_cross,
		.is_every_variant = str_is(args->vary, "all") } };
	struct terminal terminal;
	trial_list trials = { 0 };
	struct err e;

	if (!options_day("at", args->at, &bench.conf.day, &e))
		return command_fail(call, "%s", e.text);
	if (!are_of_one_kind(args, &e))
		return command_fail(call, "%s", e.text);
	if (args->corpus.n != 0)
		return try_corpus(call, bench.conf.day);
	if (!loader_read(&loaded, call->arena, &call->operands,
	    &args->folders, &e))
		return command_fail(call, "%s", e.text);
	loader_print(&loaded.diags, args->color, DIAG_WARNING);
	if (loaded.diags.errors != 0)
		return STATUS_UNREADABLE;
	terminal_init(&terminal, STDERR_FILENO, args->color);
	bench.is_watched = terminal.is_terminal && !args->is_quiet;
	if (!bench_run(&trials, call->arena, &bench, &e))
		return command_fail(call, "%s", e.text);
	return report(call, &loaded, &trials);
}

const struct command command_test = {
	.name = "test",
	.operands = "PACK|-...",
	.summary = "run the tests that stand in rule packs",
	.detail = "Builds the messages that the tests of packs (files or "
	    "folders) describe, scores\nthem and tells where the outcome is "
	    "not what the test expects, and what was there\ninstead. Three "
	    "kinds of test come free: --self, --mutate and --cross.\nWith "
	    "--corpus the packs are tried on kept mail (files, Maildir, "
	    "mbox) instead.",
	.rows = rows,
	.args_size = sizeof(struct test_args),
	.needs_operand = true,
	.run = run,
};
