/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho reputation: looks into the store, and changes what is there. */
#include "cli/optionrows.h"
#include "cli/reputation.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "cli/command.h"

enum {
	OUTPUT_MOST = 1 << 30,
	INPUT_MOST = 1 << 30,
	TOP_USUAL = 20,
	BATCH = 2000,      /* entries, of some changes each */
	TIME_TEXT = 16
};

struct reputation_args {
	struct str config, state, most;
	bool is_json, replaces;
};

#define ARG(name) offsetof(struct reputation_args, name)

static const struct option_row rows[] = {
	ROW_CONFIG(struct reputation_args, ""),
	ROW_STATE(struct reputation_args, ""),
	ROW_JSON(struct reputation_args, "one JSON object a line"),
	{ "most", 0, OPTION_TEXT, ARG(most), "NUMBER",
	    "of top: so many (20)" },
	{ "replace", 0, OPTION_FLAG, ARG(replaces), NULL,
	    "of import: in place of what is there, not added to it" },
	{ 0 }
};

/* What an action works with. */
struct work {
	struct call *call;
	const struct reputation_args *args;
	struct reputation_store *store;
	const struct str *words;  /* behind the action */
	size_t n;
	struct buf out;
};

static enum status
fail(struct work *w, const struct err *e)
{
	return command_fail(w->call, "%s", e->text);
}

static void
add_day(struct buf *b, int64_t when)
{
	char text[TIME_TEXT];

	day_format(day_of(when), text);
	buf_add_str(b, str_of(text));
}

/* "domain bad.example  87%  +1.62  12.0 bad, 1.0 good, 2026-02-01 to ..." */
static void
show(struct work *w, const struct reputation_entry *entry)
{
	const struct store_tally *t = &entry->tally;
	struct buf *b = &w->out;

	if (w->args->is_json) {
		reputation_write(b, entry);
		return;
	}
	buf_printf(b, "%-9s ", reputation_kinds[entry->kind].name);
	terminal_text(b, entry->name);
	if (!entry->is_there) {
		buf_add_str(b, STR("  nothing is known"));
	} else {
		buf_printf(b, "  %.0f%%  %+.2f  %.1f bad, %.1f good, ",
		    100 * reputation_probability(entry->kind, t),
		    (double)reputation_points(entry->kind, t) / 100, t->bad,
		    t->good);
		add_day(b, t->first);
		buf_add_str(b, STR(" to "));
		add_day(b, t->last);
	}
	if (entry->mark.campaign.n != 0) {
		buf_add_str(b, STR("  seen with "));
		terminal_text(b, entry->mark.campaign);
		buf_add_byte(b, ' ');
		add_day(b, entry->mark.last);
	}
	buf_add_byte(b, '\n');
}

static enum status
do_get(struct work *w)
{
	struct reputation_entry entry;
	struct err e;

	for (size_t i = 0; i < w->n; i++) {
		if (!reputation_entry_of(&entry, w->store, w->words[i], &e) ||
		    !reputation_look(w->store, &entry, &e))
			return fail(w, &e);
		show(w, &entry);
	}
	return STATUS_FINE;
}

static bool
read_count(double *out, struct arena *a, struct str word)
{
	const char *text = str_cstr(a, word);
	char *end;

	*out = strtod(text, &end);
	return word.n != 0 && *end == '\0' && *out >= 0 && *out < 1e15;
}

static enum status
do_set(struct work *w)
{
	struct reputation_entry entry;
	struct err e;

	if (w->n != 3)
		return command_fail(w->call, "set takes KIND:NAME and two "
		    "numbers, of bad and of good messages");
	if (!reputation_entry_of(&entry, w->store, w->words[0], &e))
		return fail(w, &e);
	if (!read_count(&entry.tally.bad, w->call->arena, w->words[1]) ||
	    !read_count(&entry.tally.good, w->call->arena, w->words[2]))
		return command_fail(w->call, "how many messages?");
	entry.tally.at = w->store->now;
	store_forget(w->store->store, entry.key);
	reputation_set(w->store, &entry);
	return STATUS_FINE;
}

static enum status
do_forget(struct work *w)
{
	struct reputation_entry entry;
	struct err e;

	for (size_t i = 0; i < w->n; i++) {
		if (!reputation_entry_of(&entry, w->store, w->words[i], &e))
			return fail(w, &e);
		reputation_forget(w->store, &entry);
	}
	return STATUS_FINE;
}

static int
by_points(const void *a, const void *b)
{
	const struct reputation_entry *x = a, *y = b;
	int32_t px = reputation_points(x->kind, &x->tally);
	int32_t py = reputation_points(y->kind, &y->tally);

	if (px != py)
		return px > py ? -1 : 1;
	return x->tally.bad > y->tally.bad ? -1 :
	    x->tally.bad < y->tally.bad;
}

/* Of one kind where one is named. */
static bool
list(reputation_entries *out, struct work *w, struct err *e)
{
	enum reputation_kind kind = REPUTATION_KINDS;

	if (w->n > 1 || (w->n == 1 &&
	    !reputation_kind_of(w->words[0], &kind)))
		return err_set(e, "there is no kind \"%" STR_FMT "\"",
		    STR_ARG(w->words[w->n - 1]));
	return reputation_list(out, w->store, kind, e);
}

static enum status
do_top(struct work *w)
{
	reputation_entries entries = { 0 };
	int64_t most = TOP_USUAL;
	struct err e;

	if (w->args->most.n != 0 && (!str_to_int(w->args->most, &most) ||
	    most < 1))
		return command_fail(w->call, "--most must be a number");
	if (!list(&entries, w, &e))
		return fail(w, &e);
	if (entries.n != 0)
		qsort(entries.at, entries.n, sizeof(entries.at[0]),
		    by_points);
	for (size_t i = 0; i < entries.n && i < (size_t)most; i++) {
		if (!reputation_look(w->store, &entries.at[i], &e))
			return fail(w, &e);
		show(w, &entries.at[i]);
	}
	return STATUS_FINE;
}

static enum status
do_export(struct work *w)
{
	reputation_entries entries = { 0 };
	reputation_receipts receipts = { 0 };
	const struct reputation_receipt *receipt;
	const struct reputation_entry *entry;
	struct err e;

	if (!list(&entries, w, &e) ||
	    !reputation_list_marks(&entries, w->store, &e) ||
	    (w->n == 0 && !reputation_list_receipts(&receipts, w->store, &e)))
		return fail(w, &e);
	VEC_EACH(entry, &entries)
		reputation_write(&w->out, entry);
	VEC_EACH(receipt, &receipts)
		reputation_write_receipt(&w->out, receipt);
	return STATUS_FINE;
}

typedef VEC(struct reputation_line) reputation_lines;

/* All of a file or nothing of it. */
static bool
read_all(reputation_lines *out, struct work *w, struct str file,
    struct err *e)
{
	struct arena *a = w->call->arena;
	struct str text, line;
	size_t number = 0;

	if (!file_read(&text, a, str_cstr(a, file), INPUT_MOST, e))
		return false;
	while (text.n != 0) {
		line = str_trim(str_take_line(&text));
		number++;
		if (line.n != 0 && !reputation_read(VEC_ADD(a, out),
		    w->store, line, e))
			return err_wrap(e, "%" STR_FMT ":%zu", STR_ARG(file),
			    number);
	}
	return true;
}

/* False: there is nothing in it any more. */
static bool
take_in(struct work *w, const struct reputation_line *line)
{
	const struct reputation_entry *entry = &line->entry;

	if (line->receipt.key.n != 0)
		return reputation_set_receipt(w->store, &line->receipt);
	if (w->args->replaces)
		store_forget(w->store->store, entry->key);
	if (entry->tally.bad + entry->tally.good <= 0)
		return false;
	reputation_set(w->store, entry);
	return true;
}

static enum status
do_import(struct work *w)
{
	reputation_lines lines = { 0 };
	const struct reputation_line *line;
	size_t n = 0, taken = 0;
	struct err e;

	for (size_t i = 0; i < w->n; i++)
		if (!read_all(&lines, w, w->words[i], &e))
			return fail(w, &e);
	VEC_EACH(line, &lines) {
		taken += take_in(w, line);
		if (++n % BATCH == 0 && !reputation_settle(w->store))
			break;
	}
	buf_printf(&w->out, "%zu taken in\n", taken);
	if (taken != lines.n)
		buf_printf(&w->out, "%zu of nothing, or over\n",
		    lines.n - taken);
	return STATUS_FINE;
}

static const struct action {
	const char *name;
	size_t least; /* words */
	enum status (*run)(struct work *w);
} actions[] = {
	{ "get", 1, do_get },
	{ "set", 3, do_set },
	{ "forget", 1, do_forget },
	{ "top", 0, do_top },
	{ "export", 0, do_export },
	{ "import", 1, do_import },
};

static const struct action *
action_find(struct str name)
{
	for (size_t i = 0; i < nitems(actions); i++)
		if (str_is(name, actions[i].name))
			return &actions[i];
	return NULL;
}

static enum status
act(struct work *w, const struct action *action)
{
	enum status status = action->run(w);

	if (!reputation_settle(w->store))
		return command_fail(w->call, "the store has not taken all of "
		    "it");
	if (!terminal_write(STDOUT_FILENO, buf_str(&w->out)))
		return STATUS_INTERNAL;
	return status;
}

static enum status
run(struct call *call)
{
	const struct reputation_args *args = call->args;
	const struct action *action = action_find(call->operands.at[0]);
	struct reputation_store store;
	struct work w = { .call = call, .args = args, .store = &store,
		.words = call->operands.at + 1, .n = call->operands.n - 1 };
	enum status status;
	struct err e;

	if (action == NULL)
		return command_fail(call, "get, set, forget, top, export or "
		    "import, not \"%" STR_FMT "\"",
		    STR_ARG(call->operands.at[0]));
	if (w.n < action->least)
		return command_fail(call, "%s of what?", action->name);
	if (!reputation_open(&store, call->arena, args->config, args->state,
	    &e))
		return fail(&w, &e);
	buf_init(&w.out, OUTPUT_MOST);
	status = act(&w, action);
	reputation_close(&store);
	buf_release(&w.out);
	return status;
}

const struct command command_reputation = {
	.name = "reputation",
	.operands = "get|set|forget|top|export|import [KIND:NAME|KIND|FILE...]",
	.summary = "what sekishod has learnt of senders, links and files",
	.detail = "Opens the store that the configuration of sekishod names, "
	    "while it runs or not.\n\n"
	    "  get KIND:NAME...         what is known of ip:192.0.2.1, "
	    "domain:bad.example\n"
	    "  set KIND:NAME BAD GOOD   so many bad and good messages\n"
	    "  forget KIND:NAME...\n"
	    "  top [KIND]               the worst\n"
	    "  export [KIND]            all, a JSON object a line\n"
	    "  import FILE|-...         the same the other way round, added "
	    "to what is there\n\n"
	    "Kinds: ip net asn helo mail_from from mailbox dkim host domain "
	    "target file template.",
	.rows = rows,
	.args_size = sizeof(struct reputation_args),
	.needs_operand = true,
	.run = run,
};
