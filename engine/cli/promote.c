/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho promote: a pack one step up, if it has earned it. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/suggest.h"
#include "cli/bench.h"
#include "cli/command.h"
#include "cli/ladder.h"
#include "cli/loader.h"
#include "cli/optionrows.h"
#include "cli/packedit.h"
#include "cli/trialview.h"
#include "rule/lists.h"

enum { OUTPUT_MOST = 4 << 20, PACK_MOST = 1 << 20 };

struct promote_args {
	bool is_dry, is_json, is_quiet;
	struct str to, at, color;
	word_list folders, corpus, authserv;
};

#define ARG(name) offsetof(struct promote_args, name)

static const struct option_row rows[] = {
	{ "to", 0, OPTION_TEXT, ARG(to), "draft|observe|score|stable|retired",
	    "which step (default: the next one)" },
	{ "corpus", 0, OPTION_MANY, ARG(corpus), "DIR",
	    "kept mail to try it on" },
	{ "authserv", 0, OPTION_MANY, ARG(authserv), "HOST",
	    "whose Authentication-Results count" },
	ROW_PACKS(struct promote_args, "where the other packs are"),
	ROW_AT(struct promote_args, "the date to pretend (default: today)"),
	{ "dry-run", 'n', OPTION_FLAG, ARG(is_dry), NULL,
	    "judge, change nothing" },
	ROW_JSON(struct promote_args, "one JSON object"),
	ROW_QUIET(struct promote_args, "only what is missing"),
	ROW_COLOR(struct promote_args),
	{ 0 }
};

struct promotion {
	struct call *call;
	const struct promote_args *args;
	word_list folders;
	struct str path;
	struct loaded loaded;
	struct pack *pack;
	int32_t today;
	enum rung from, to;
	wish_list wishes;
	bool is_earned;
	struct str text;     /* of the pack, changed */
};

/* The file of an id, in the folders of packs. */
static bool
find_id(struct promotion *p, struct str id, struct err *e)
{
	struct str best = { 0 };
	struct loaded all;

	if (!loader_read(&all, p->call->arena, &p->folders, &p->folders, e))
		return false;
	for (size_t i = 0; i < all.packs.n; i++) {
		suggest_try(id, all.packs.at[i]->id, &best);
		if (str_eq(all.packs.at[i]->id, id)) {
			p->path = all.packs.at[i]->file;
			return true;
		}
	}
	return err_set(e, "%" STR_FMT " is neither a file nor the id of a "
	    "pack%s%" STR_FMT "%s", STR_ARG(id), best.n == 0 ? ""
	    : "; did you mean \"", STR_ARG(best), best.n == 0 ? "" : "\"?");
}

static bool
find_pack(struct promotion *p, struct err *e)
{
	struct str named = p->call->operands.at[0];
	struct stat st;

	p->path = named;
	if (str_is(named, "-") ||
	    stat(str_cstr(p->call->arena, named), &st) == 0)
		return true;
	return find_id(p, named, e);
}

/* The pack, and beside it the others that its mails might fire. */
static bool
load(struct promotion *p, struct err *e)
{
	struct arena *a = p->call->arena;
	word_list named = { 0 };
	const struct loader_ask ask = { .named = &named,
		.folders = &p->args->folders };

	*VEC_ADD(a, &named) = p->path;
	if (!loader_ask(&p->loaded, a, &ask, e))
		return false;
	if (p->loaded.n_named != 1) {
		loader_print(&p->loaded.diags, p->args->color, DIAG_ERROR);
		return err_set(e, "%" STR_FMT ": one pack that can be read is "
		    "wanted", STR_ARG(p->path));
	}
	p->pack = p->loaded.packs.at[0];
	p->text = p->pack->yaml;
	return true;
}

static bool
choose_rung(struct promotion *p, struct err *e)
{
	p->from = rung_of(p->pack);
	p->to = p->from + 1;
	for (int i = 0; i < RUNGS; i++)
		if (str_is(p->args->to, rung_names[i]))
			p->to = i;
	if (p->args->to.n == 0 && p->from >= RUNG_STABLE)
		return err_set(e, "%" STR_FMT " is %s: there is no next step; "
		    "name one with --to", STR_ARG(p->pack->id),
		    rung_names[p->from]);
	if (p->to == p->from)
		return err_set(e, "%" STR_FMT " is %s already",
		    STR_ARG(p->pack->id), rung_names[p->from]);
	if (p->to == RUNG_STABLE && p->from != RUNG_SCORE)
		return err_set(e, "%" STR_FMT " is %s: only a pack that "
		    "scores can become stable; --to score comes first",
		    STR_ARG(p->pack->id), rung_names[p->from]);
	if (p->to == RUNG_SCORE && p->from == RUNG_DRAFT)
		return err_set(e, "%" STR_FMT " is a draft: it has to observe "
		    "before it may score; --to observe comes first",
		    STR_ARG(p->pack->id));
	return true;
}

/* All kinds of tests, in the company of the packs in the folders. */
static bool
run_trials(struct promotion *p, trial_list *trials, struct err *e)
{
	struct arena *a = p->call->arena;
	struct bench_one one = { .conf = { .day = DAY_NONE, .has_self = true,
		.has_mutants = true, .has_cross = true } };
	word_list named = { 0 };
	const struct str *folder;
	struct lists *lists;
	struct loaded all;
	bool is_tried;

	*VEC_ADD(a, &named) = p->path;
	VEC_EACH(folder, &p->args->folders)
		*VEC_ADD(a, &named) = *folder;
	if (str_is(p->path, "-"))
		all = p->loaded;
	else if (!loader_read(&all, a, &named, &p->args->folders, e))
		return false;
	for (size_t i = 0; i < all.packs.n; i++)
		if (str_eq(all.packs.at[i]->id, p->pack->id))
			p->pack = all.packs.at[i];
	if (p->pack->status == PACK_DRAFT || p->pack->status == PACK_RETIRED)
		p->pack->status = PACK_TEST;
	lists = lists_open(&all.packs);
	one.conf.lists = lists;
	one.packs = &all.packs;
	one.pack = p->pack;
	is_tried = bench_try(trials, a, &one, e);
	lists_free(lists);
	return is_tried;
}

static bool
judge(struct promotion *p, struct err *e)
{
	const struct promote_args *args = p->args;
	trial_list trials = { 0 };
	word_list named = { 0 };
	struct trial_view view = { .trials = &trials };
	struct backtest_conf conf = { .named = &named,
		.corpus = &args->corpus, .folders = &args->folders,
		.authserv = &args->authserv, .day = p->today, .most = -1,
		.is_quiet = args->is_quiet, .color = args->color };
	struct backtest backtest = { .conf = &conf };
	struct ladder_ask ask = { .to = p->to, .diags = &p->loaded.diags,
		.trials = &view, .today = p->today };

	*VEC_ADD(p->call->arena, &named) = p->path;
	if (!run_trials(p, &trials, e))
		return false;
	trial_view_count(&view);
	ask.pack = p->pack;
	if (args->corpus.n != 0) {
		if (!backtest_try(&backtest, p->call, e))
			return false;
		ask.backtest = &backtest;
	}
	p->is_earned = ladder_judge(&p->wishes, p->call->arena, &ask);
	return true;
}

/* Status, mode, the day, and a higher revision: nothing else. */
static bool
edit(struct promotion *p, struct err *e)
{
	static const struct {
		const char *status, *mode;
	} words[RUNGS] = {
		[RUNG_DRAFT] = { "draft", "observe" },
		[RUNG_OBSERVE] = { "test", "observe" },
		[RUNG_SCORE] = { "test", "score" },
		[RUNG_STABLE] = { "stable", "score" },
		[RUNG_RETIRED] = { "retired", NULL },
	};
	struct arena *a = p->call->arena;
	const struct packedit edits[] = {
		{ "revision", str_of_int(a, p->pack->revision + 1), "id" },
		{ "status", str_of(words[p->to].status), "revision" },
		{ "mode", str_of(words[p->to].mode), "status" },
		{ "updated", day_text(a, p->today), "created" },
	};

	for (size_t i = 0; i < nitems(edits); i++)
		if (edits[i].value.n != 0 &&
		    !packedit_set(&p->text, a, &edits[i], e))
			return err_wrap(e, "%" STR_FMT, STR_ARG(p->path));
	return true;
}

/* Read again, it is what was meant. */
static bool
is_as_meant(struct promotion *p, struct err *e)
{
	struct pack *again;
	struct diags d;

	diags_init(&d, p->call->arena);
	if (pack_read(&again, p->call->arena, p->path, p->text, &d) &&
	    rung_of(again) == p->to &&
	    again->revision == p->pack->revision + 1)
		return true;
	return err_set(e, "%" STR_FMT ": its layout is unusual, so it is left "
	    "as it is", STR_ARG(p->path));
}

static void
print_wishes(struct buf *b, const struct promotion *p,
    const struct terminal *t)
{
	const struct wish *w;

	VEC_EACH(w, &p->wishes) {
		if (p->args->is_quiet && w->is_met)
			continue;
		buf_printf(b, "%s%s%s %s", terminal_ink(t, w->is_met
		    ? INK_GREEN : INK_RED), w->is_met ? "yes" : "no ",
		    terminal_ink(t, INK_PLAIN), w->text);
		if (w->found.n != 0) {
			buf_add_str(b, STR(" ("));
			terminal_text(b, w->found);
			buf_add_byte(b, ')');
		}
		buf_add_byte(b, '\n');
	}
}

static void
print_text(struct buf *b, const struct promotion *p,
    const struct terminal *t)
{
	print_wishes(b, p, t);
	buf_printf(b, "%s%" STR_FMT "%s: %s", terminal_ink(t, INK_BOLD),
	    STR_ARG(p->pack->id), terminal_ink(t, INK_PLAIN),
	    rung_names[p->from]);
	if (!p->is_earned)
		buf_printf(b, ", not yet %s\n", rung_names[p->to]);
	else
		buf_printf(b, " -> %s, revision %lld%s\n", rung_names[p->to],
		    (long long)p->pack->revision + 1, p->args->is_dry
		    ? " (nothing was written)" : "");
}

static void
print_json(struct buf *b, const struct promotion *p)
{
	const struct wish *w;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_str(&j, "pack", p->pack->id);
	json_put_str(&j, "file", p->path);
	json_put_str(&j, "from", str_of(rung_names[p->from]));
	json_put_str(&j, "to", str_of(rung_names[p->to]));
	json_put_bool(&j, "earned", p->is_earned);
	json_put_bool(&j, "written", p->is_earned && !p->args->is_dry);
	json_key(&j, "wanted");
	json_open_array(&j);
	VEC_EACH(w, &p->wishes) {
		json_open_object(&j);
		json_put_str(&j, "what", str_of(w->text));
		json_put_bool(&j, "met", w->is_met);
		json_put_str(&j, "found", w->found);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

/* From standard input the pack goes to standard output, the rest beside. */
static enum status
report(const struct promotion *p)
{
	bool is_input = str_is(p->path, "-");
	bool goes_out = is_input && p->is_earned && !p->args->is_dry;
	int fd = is_input ? STDERR_FILENO : STDOUT_FILENO;
	struct terminal t;
	struct buf b;

	terminal_init(&t, fd, p->args->color);
	buf_init_arena(&b, p->call->arena, OUTPUT_MOST);
	if (p->args->is_json)
		print_json(&b, p);
	else
		print_text(&b, p, &t);
	if (!terminal_write(fd, buf_str(&b)) || (goes_out &&
	    !terminal_write(STDOUT_FILENO, p->text)))
		return STATUS_INTERNAL;
	return p->is_earned ? STATUS_FINE : STATUS_FINDINGS;
}

static bool
promote(struct promotion *p, struct err *e)
{
	if (!find_pack(p, e) || !load(p, e) || !choose_rung(p, e))
		return false;
	p->is_earned = true;
	/* Down the ladder and out of use nothing has to be shown. */
	if (p->to > p->from && p->to != RUNG_RETIRED && !judge(p, e))
		return false;
	if (!p->is_earned)
		return true;
	return edit(p, e) && is_as_meant(p, e) && (p->args->is_dry ||
	    str_is(p->path, "-") ||
	    packedit_save(p->call->arena, p->path, p->text, e));
}

static enum status
run(struct call *call)
{
	const struct promote_args *args = call->args;
	struct promotion p = { .call = call, .args = args,
		.folders = args->folders, .today = day_today() };
	struct err e;

	if (call->operands.n != 1)
		return command_fail(call, "one pack at a time");
	if (!options_day("at", args->at, &p.today, &e))
		return command_fail(call, "%s", e.text);
	if (p.folders.n == 0)
		loader_folders(&p.folders, call->arena);
	if (!promote(&p, &e))
		return command_fail(call, "%s", e.text);
	return report(&p);
}

const struct command command_promote = {
	.name = "promote",
	.operands = "PACK|ID|-",
	.summary = "take a pack a step up: observe, score, stable",
	.detail = "Takes a pack from draft to observe, score, stable or "
	    "retired, if it has earned the\nstep, and says what is missing if "
	    "not.  Changes its status, mode, revision and\nupdated, and not "
	    "another byte.",
	.rows = rows,
	.args_size = sizeof(struct promote_args),
	.needs_operand = true,
	.run = run,
};
