/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho draft: from a report, or a message, to a pack with questions. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "cli/bench.h"
#include "cli/brands.h"
#include "cli/command.h"
#include "cli/interview.h"
#include "cli/loader.h"
#include "cli/optionrows.h"
#include "rule/brandindex.h"
#include "rule/draft.h"
#include "rule/drafttest.h"
#include "rule/pattern.h"
#include "rule/trial.h"

enum { REPORT_MOST = 32 << 20, OUTPUT_MOST = 16 << 20,
	VALUE_CELLS = 44 };

struct draft_args {
	bool is_json;
	bool is_quiet;
	bool is_silent;
	struct str answers;
	struct str lines;
	struct str output;
	struct str id;
	struct str brand;
	struct str seen;
	struct str at;
	struct str as;
	struct str color;
	word_list folders;
};

#define ARG(name) offsetof(struct draft_args, name)

static const struct option_row rows[] = {
	{ "output", 'o', OPTION_TEXT, ARG(output), "FILE",
	    "write the pack there (must not exist)" },
	{ "id", 0, OPTION_TEXT, ARG(id), "ID",
	    "id of the pack (default: brand and month)" },
	{ "brand", 0, OPTION_TEXT, ARG(brand), "ID",
	    "the brand imitated (default: auto, guessed)" },
	{ "seen", 0, OPTION_TEXT, ARG(seen), "DATE",
	    "when the campaign was seen (default: as the report says)" },
	{ "as", 0, OPTION_TEXT, ARG(as), "report|message",
	    "what the file is (default: by its looks)" },
	ROW_AT(struct draft_args, "the date to pretend"),
	{ "lines", 0, OPTION_TEXT, ARG(lines), "FROM-TO",
	    "only these lines of the report: one of its parts" },
	{ "answers", 0, OPTION_TEXT, ARG(answers), "FILE",
	    "answers to the questions, a line each" },
	{ "no-questions", 0, OPTION_FLAG, ARG(is_silent), NULL,
	    "print questions, even to a terminal" },
	ROW_PACKS(struct draft_args, "where brands are"),
	ROW_JSON(struct draft_args,
	    "one JSON object: the pack, its values, the questions"),
	ROW_QUIET(struct draft_args, "no list of questions"),
	ROW_COLOR(struct draft_args),
	{ 0 }
};

struct work {
	struct call *call;
	struct brands brands;
	struct draft draft;
	struct str yaml;
	trial_list trials;
	size_t failed;
	struct diags diags;     /* of the pack just made */
};

static bool
check_words(const struct draft_args *args, struct draft_conf *conf,
    struct err *e)
{
	conf->today = day_today();
	conf->seen = DAY_NONE;
	if (!options_day("at", args->at, &conf->today, e))
		return false;
	if (!options_day("seen", args->seen, &conf->seen, e))
		return false;
	if (args->id.n != 0 && !command_is_id(args->id))
		return err_set(e, "--id: \"%" STR_FMT "\" is no id such as "
		    "jp-bank-2026-02", STR_ARG(args->id));
	conf->as = str_is(args->as, "report") ? DRAFT_AS_REPORT :
	    str_is(args->as, "message") ? DRAFT_AS_MESSAGE :
	    DRAFT_AS_GUESSED;
	return true;
}

static bool
check_brand(const struct work *w, struct str id, struct err *e)
{
	struct str best = { 0 };
	const struct brand_known *known;

	if (id.n == 0 || str_is(id, "auto") || str_is(id, "none"))
		return true;
	VEC_EACH(known, &w->brands.index->brands) {
		if (str_eq(known->brand->id, id))
			return true;
		suggest_try(id, known->brand->id, &best);
	}
	return err_set(e, "--brand: no brand \"%" STR_FMT "\"%s%" STR_FMT
	    "%s", STR_ARG(id), best.n == 0 ? "; \"sekisho brand who\" knows "
	    "them" : "; did you mean \"", STR_ARG(best),
	    best.n == 0 ? "" : "\"?");
}

/* The last part of a path, as provenance names it. */
static struct str
base_name(struct str path)
{
	size_t slash = str_find_last(path, '/');

	if (str_is(path, "-"))
		return STR("standard input");
	return slash == path.n ? path : str_from(path, slash + 1);
}

static void
run_tests(struct work *w, struct pack *pack, int32_t today)
{
	pack_list packs = { 0 };
	const struct bench_one one = { .packs = &packs, .pack = pack,
		.conf = { .day = pack->seen_last == DAY_NONE ? today
		    : DAY_NONE } };
	const struct trial *t;
	struct err e;

	for (size_t i = 0; i < w->brands.packs.n; i++)
		*VEC_ADD(w->call->arena, &packs) = w->brands.packs.at[i];
	*VEC_ADD(w->call->arena, &packs) = pack;
	pack->status = PACK_TEST;
	if (!bench_try(&w->trials, w->call->arena, &one, &e))
		w->failed++;
	VEC_EACH(t, &w->trials)
		w->failed += !t->is_passed;
}

static void
check_pack(struct work *w, int32_t today)
{
	struct pack *pack;

	struct diags d;

	diags_init(&d, w->call->arena);
	if (pack_read(&pack, w->call->arena, STR("draft"), w->yaml, &d))
		run_tests(w, pack, today);
}

static void
add_line(struct buf *b, const struct terminal *t, char mark,
    const struct draft_value *v)
{
	buf_printf(b, "%s%c%s ", terminal_ink(t, mark == '?' ? INK_YELLOW :
	    INK_DIM), mark, terminal_ink(t, INK_PLAIN));
	if (v->line != 0)
		buf_printf(b, "line %-5u", (unsigned)v->line);
	terminal_cell(b, v->text, VALUE_CELLS);
	buf_printf(b, "  %s", v->field);
	buf_add_str(b, STR("\n    "));
	terminal_lines(b, t, v->why, 4);
	buf_add_byte(b, '\n');
}

static void
add_values(struct buf *b, const struct terminal *t, const struct draft *d)
{
	const struct draft_value *v;

	VEC_EACH(v, &d->values)
		if (v->fate == DRAFT_ASK)
			add_line(b, t, '?', v);
	VEC_EACH(v, &d->values)
		if (v->fate == DRAFT_DROP)
			add_line(b, t, '!', v);
}

static void
add_trials(struct buf *b, const struct terminal *t, const struct work *w)
{
	const struct trial *trial;
	const struct diag *diag;

	VEC_EACH(diag, &w->diags.list)
		if (diag->level != DIAG_NOTE)
			diag_print(b, diag, t->is_coloured);
	VEC_EACH(trial, &w->trials) {
		if (trial->is_passed)
			continue;
		buf_add_str(b, STR("test fails: "));
		terminal_text(b, trial->name);
		buf_add_str(b, STR(": "));
		terminal_text(b, trial->found);
		buf_add_byte(b, '\n');
	}
	if (w->trials.n != 0)
		buf_printf(b, "%zu test runs, %zu failed\n", w->trials.n,
		    w->failed);
}

static void
print_questions(const struct work *w)
{
	const struct draft_args *args = w->call->args;
	const struct draft *d = &w->draft;
	const struct draft_question *q;
	struct terminal t;
	struct buf b;

	terminal_init(&t, STDERR_FILENO, args->color);
	buf_init_arena(&b, w->call->arena, OUTPUT_MOST);
	buf_printf(&b, "kept %zu  asked %zu  dropped %zu\n",
	    draft_count(d, DRAFT_KEEP), draft_count(d, DRAFT_ASK),
	    draft_count(d, DRAFT_DROP));
	add_values(&b, &t, d);
	VEC_EACH(q, &d->questions) {
		buf_printf(&b, "%s?%s %" STR_FMT ": ",
		    terminal_ink(&t, INK_YELLOW), terminal_ink(&t, INK_PLAIN),
		    STR_ARG(q->about));
		terminal_lines(&b, &t, q->text, 4);
		buf_add_byte(&b, '\n');
	}
	add_trials(&b, &t, w);
	terminal_write(STDERR_FILENO, buf_str(&b));
}

static void
json_value(struct json *j, const struct draft_value *v)
{
	json_open_object(j);
	json_put_str(j, "group", str_of(draft_group_name(v->group)));
	json_put_str(j, "field", str_of(v->field));
	json_put_str(j, "value", v->text);
	json_put_int(j, "line", v->line);
	json_put_str(j, "fate", str_of(draft_fate_names[v->fate]));
	json_put_str(j, "why", v->why);
	json_put_bool(j, "spoofed", v->is_spoofed);
	json_put_bool(j, "hacked_site", v->is_hacked);
	json_close_object(j);
}

static void
json_day(struct json *j, const char *key, int32_t day)
{
	char text[16];

	json_key(j, key);
	if (day == DAY_NONE) {
		json_nothing(j);
		return;
	}
	day_format(day, text);
	json_str(j, str_of(text));
}

static void
json_draft(struct json *j, const struct work *w)
{
	const struct draft *d = &w->draft;
	const struct draft_value *v;
	const struct draft_question *q;

	json_put_str(j, "id", d->id);
	json_put_str(j, "title", d->title);
	json_put_str(j, "brand", d->brand == NULL ? STR("") : d->brand->id);
	json_put_str(j, "kind", d->is_machine ? STR("machine") :
	    d->is_message ? STR("message") : STR("report"));
	json_day(j, "first_seen", d->first);
	json_day(j, "last_seen", d->last);
	for (int f = DRAFT_KEEP; f <= DRAFT_DROP; f++)
		json_put_int(j, draft_fate_names[f],
		    (int64_t)draft_count(d, (enum draft_fate)f));
	json_key(j, "values");
	json_open_array(j);
	VEC_EACH(v, &d->values)
		json_value(j, v);
	json_close_array(j);
	json_key(j, "questions");
	json_open_array(j);
	VEC_EACH(q, &d->questions) {
		json_open_object(j);
		json_put_str(j, "about", q->about);
		json_put_str(j, "text", q->text);
		json_close_object(j);
	}
	json_close_array(j);
}

static struct str
as_json(const struct work *w)
{
	const struct diag *diag;
	struct json j;
	struct buf b;

	buf_init_arena(&b, w->call->arena, OUTPUT_MOST);
	json_init(&j, &b);
	json_open_object(&j);
	json_draft(&j, w);
	json_put_int(&j, "tests_run", (int64_t)w->trials.n);
	json_put_int(&j, "tests_failed", (int64_t)w->failed);
	json_key(&j, "findings");
	json_open_array(&j);
	VEC_EACH(diag, &w->diags.list)
		diag_json(&j, diag);
	json_close_array(&j);
	json_put_str(&j, "pack", w->yaml);
	json_close_object(&j);
	buf_add_byte(&b, '\n');
	return buf_str(&b);
}

/* Never over what an author has worked on. */
static bool
write_file(struct call *call, struct str path, struct str text,
    struct err *e)
{
	const char *name = str_cstr(call->arena, path);
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool done;

	if (fd < 0)
		return err_set(e, "%s: %s", name, strerror(errno));
	done = terminal_write(fd, text);
	if (close(fd) != 0 || !done)
		return err_set(e, "%s: could not be written", name);
	return true;
}

static enum status
report(struct work *w)
{
	const struct draft_args *args = w->call->args;
	struct err e;

	if (!args->is_quiet && !args->is_json)
		print_questions(w);
	if (args->output.n != 0 &&
	    !write_file(w->call, args->output, w->yaml, &e))
		return command_fail(w->call, "%s", e.text);
	if (args->is_json || args->output.n == 0) {
		if (!terminal_write(STDOUT_FILENO, args->is_json ?
		    as_json(w) : w->yaml))
			return STATUS_INTERNAL;
	}
	return w->failed != 0 || w->diags.errors != 0 ? STATUS_FINDINGS :
	    STATUS_FINE;
}

static bool
is_empty(const struct draft *d)
{
	return draft_count(d, DRAFT_KEEP) + draft_count(d, DRAFT_ASK) == 0;
}

/* A range of lines, the others empty: numbers stay what they are. */
static bool
cut_lines(struct str *bytes, struct arena *a, struct str range,
    struct err *e)
{
	struct str first, last, rest = *bytes;
	int64_t from, to, n = 0;
	struct buf b;

	if (!str_cut(range, '-', &first, &last) ||
	    !str_to_int(first, &from) || !str_to_int(last, &to) ||
	    from < 1 || to < from)
		return err_set(e, "--lines: \"%" STR_FMT "\" is no range such "
		    "as 3-20", STR_ARG(range));
	buf_init_arena(&b, a, bytes->n + 1);
	while (rest.n != 0) {
		struct str line = str_take_line(&rest);

		if (++n >= from && n <= to)
			buf_add_str(&b, line);
		buf_add_byte(&b, '\n');
	}
	*bytes = buf_str(&b);
	return true;
}

/* Where answers come from: a file, or the person at the terminal. */
static bool
open_interview(struct interview *i, const struct work *w, struct err *e)
{
	const struct draft_args *args = w->call->args;
	bool is_input_used = str_is(w->call->operands.at[0], "-");
	bool is_asked = str_is(args->answers, "-");

	*i = (struct interview){ .arena = w->call->arena,
		.name = args->answers };
	if (is_asked && is_input_used)
		return err_set(e, "--answers: standard input is the report");
	if (args->answers.n != 0 && !is_asked) {
		i->from = fopen(str_cstr(i->arena, args->answers), "re");
		return i->from != NULL || err_set(e, "--answers: %" STR_FMT
		    ": %s", STR_ARG(args->answers), strerror(errno));
	}
	if (is_asked || (!is_input_used && !args->is_silent &&
	    !args->is_quiet && !args->is_json && isatty(STDIN_FILENO) &&
	    isatty(STDERR_FILENO)))
		i->from = stdin;
	return true;
}

/* Made, then asked about, then made again with what was answered. */
static bool
interview(struct work *w, struct interview *i, struct str bytes,
    struct draft_conf *conf, struct err *e)
{
	struct arena *a = w->call->arena;
	bool is_changed;

	if (!interview_begin(i, &w->draft, conf, &is_changed, e))
		return false;
	if (is_changed)
		draft_make(&w->draft, a, bytes, conf);
	draft_finish(&w->draft, a, &w->diags);
	return interview_finish(i, &w->draft, e);
}

/* The draft, with answers where there is somebody to give them. */
static bool
make(struct work *w, struct str bytes, struct draft_conf *conf,
    struct err *e)
{
	const struct draft_args *args = w->call->args;
	struct terminal t;
	struct interview i;
	bool done;

	draft_make(&w->draft, w->call->arena, bytes, conf);
	if (is_empty(&w->draft))
		return true;
	if (!open_interview(&i, w, e))
		return false;
	terminal_init(&t, STDERR_FILENO, args->color);
	i.terminal = &t;
	done = i.from == NULL || interview(w, &i, bytes, conf, e);
	if (i.from != NULL && i.from != stdin)
		fclose(i.from);
	w->yaml = draft_finish(&w->draft, w->call->arena, &w->diags);
	return done;
}

static enum status
tell_empty(struct call *call, struct str path)
{
	command_fail(call, "%" STR_FMT ": no indicator was found in it",
	    STR_ARG(path));
	return STATUS_FINDINGS;
}

static enum status
draft(struct work *w, struct draft_conf *conf)
{
	struct call *call = w->call;
	const struct draft_args *args = call->args;
	struct str bytes, path = call->operands.at[0];
	struct err e;

	if (!file_read(&bytes, call->arena, str_cstr(call->arena, path),
	    REPORT_MOST, &e))
		return command_fail(call, "%s", e.text);
	conf->source = base_name(path);
	conf->id = args->id;
	conf->brand = str_is(args->brand, "auto") ? STR("") : args->brand;
	conf->brands = w->brands.index;
	if ((args->lines.n != 0 &&
	    !cut_lines(&bytes, call->arena, args->lines, &e)) ||
	    !make(w, bytes, conf, &e))
		return command_fail(call, "%s", e.text);
	if (is_empty(&w->draft))
		return tell_empty(call, path);
	check_pack(w, conf->today);
	return is_empty(&w->draft) ? tell_empty(call, path) : report(w);
}

static enum status
run(struct call *call)
{
	const struct draft_args *args = call->args;
	struct work w = { .call = call };
	struct draft_conf conf = { 0 };
	enum status status;
	struct err e;

	if (call->operands.n != 1)
		return command_fail(call, "one report at a time");
	if (!check_words(args, &conf, &e) ||
	    !brands_load(&w.brands, call->arena, &args->folders, &e))
		return command_fail(call, "%s", e.text);
	if (check_brand(&w, args->brand, &e))
		status = draft(&w, &conf);
	else
		status = command_fail(call, "%s", e.text);
	brands_release(&w.brands);
	return status;
}

const struct command command_draft = {
	.name = "draft",
	.operands = "REPORT|MESSAGE|-",
	.summary = "make a draft of a pack from a campaign report or a mail",
	.detail = "Reads a report (text, HTML or mail) or a message of the "
	    "campaign, sorts what it\nfinds, leaves out what belongs to the "
	    "brand, and prints a pack with a test and\nwith questions marked "
	    "\"ask:\", which are put to whoever sits at the terminal. A draft "
	    "never scores.",
	.rows = rows,
	.args_size = sizeof(struct draft_args),
	.needs_operand = true,
	.run = run,
};
