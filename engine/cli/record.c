/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho record: what others have found out about domains, into the store
 * and out of it. */
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "check/record.h"
#include "cli/command.h"
#include "cli/optionrows.h"
#include "cli/recordline.h"
#include "cli/reputation.h"
#include "mail/host.h"

enum {
	INPUT_MOST = 1 << 30,
	OUTPUT_MOST = 1 << 26,
	TOLD_MOST = 20,       /* wrong lines */
	BATCH = 2000          /* changes before the store is waited for */
};

struct record_args {
	struct str config, state;
};

#define ARG(name) offsetof(struct record_args, name)

static const struct option_row rows[] = {
	ROW_CONFIG(struct record_args, ""),
	ROW_STATE(struct record_args, ""),
	{ 0 }
};

struct work {
	struct call *call;
	struct reputation_store store;
	struct buf out;
	struct map seen;      /* from names to places in records */
	VEC(struct record) records;
	size_t n_written;     /* changes that the store was told of */
	size_t n_taken;       /* lines of which all is kept, or a part */
	size_t n_partly;
	size_t n_older;       /* lines of which nothing is: older */
	size_t n_refused;
	size_t n_dropped;     /* verdicts that newer ones had no room beside */
};

/* What became of a line: its age and its verdicts, each for itself. */
struct outcome {
	size_t kept, older;
};

/* As it stands in the store, or what lines before made of it: those may still
 * be on their way there. */
static struct record *
record_of(struct work *w, struct str key, struct err *e)
{
	const uint32_t *there = map_get(&w->seen, key);
	struct record *record;
	struct str value;

	if (there != NULL)
		return &w->records.at[*there];
	if (!reputation_ask(&value, &w->store, key, e))
		return NULL;
	map_put(&w->seen, key, (uint32_t)w->records.n);
	record = VEC_ADD(w->call->arena, &w->records);
	record_read(record, value);
	return record;
}

static bool
settle(struct work *w, struct err *e)
{
	return reputation_settle(&w->store) ||
	    err_set(e, "the store does not take it");
}

/* Whether what is there was found out later than what comes.  What has no
 * date that can be read is of no day. */
static bool
is_newer(struct str there, struct str coming)
{
	int32_t a, b;

	return record_day(there, &a) && record_day(coming, &b) && a > b;
}

static void
put_age(struct outcome *o, struct record *to, const struct record *from)
{
	if (from->registered.n == 0)
		return;
	if (to->registered.n != 0 && is_newer(to->fetched, from->fetched)) {
		o->older++;
		return;
	}
	o->kept++;
	to->registered = from->registered;
	to->source = from->source;
	to->fetched = from->fetched;
}

/* The vendor's own place, a free one, or that of the oldest word. */
static struct record_verdict *
place_of(struct record *to, struct str vendor)
{
	struct record_verdict *oldest = &to->verdicts[0];

	for (size_t i = 0; i < to->n; i++) {
		if (str_case_eq(to->verdicts[i].vendor, vendor))
			return &to->verdicts[i];
		if (is_newer(oldest->seen, to->verdicts[i].seen))
			oldest = &to->verdicts[i];
	}
	if (to->n == RECORD_VERDICTS)
		return oldest;
	to->verdicts[to->n] = (struct record_verdict){ 0 };
	return &to->verdicts[to->n++];
}

static void
put_verdict(struct work *w, struct outcome *o, struct record *to,
    const struct record_verdict *v)
{
	struct record_verdict *there = place_of(to, v->vendor);

	if (there->vendor.n != 0 && is_newer(there->seen, v->seen)) {
		o->older++;
		return;
	}
	o->kept++;
	if (there->vendor.n != 0 && !str_case_eq(there->vendor, v->vendor))
		w->n_dropped++;
	*there = *v;
}

static bool
write_row(struct work *w, const struct record_line *row, struct err *e)
{
	struct str key = record_key(w->call->arena, row->name);
	struct record *record = record_of(w, key, e);
	struct outcome o = { 0 };
	struct buf text;

	if (record == NULL)
		return false;
	put_age(&o, record, &row->record);
	for (size_t i = 0; i < row->record.n; i++)
		put_verdict(w, &o, record, &row->record.verdicts[i]);
	if (o.kept == 0) {
		w->n_older++;
		return true;
	}
	w->n_taken++;
	w->n_partly += o.older != 0;
	buf_init(&text, STORE_VALUE_MOST);
	record_write(&text, record);
	store_put(w->store.store, key, buf_str(&text), RECORD_LIFE);
	buf_release(&text);
	return ++w->n_written % BATCH != 0 || settle(w, e);
}

/* One wrong line does not keep the others out. */
static void
refuse(struct work *w, const struct err *e)
{
	if (w->n_refused++ < TOLD_MOST)
		command_fail(w->call, "%s", e->text);
}

static enum status
do_import(struct work *w, struct str path)
{
	struct record_reader r = { .arena = w->call->arena,
		.path = str_cstr(w->call->arena, path) };
	struct record_line row;
	struct str text;
	struct err e;

	if (!file_read(&text, r.arena, r.path, INPUT_MOST, &e))
		return command_fail(w->call, "%s", e.text);
	while (text.n != 0) {
		if (!record_line_read(&r, &row, str_take_line(&text), &e))
			refuse(w, &e);
		else if (row.name.n != 0 && !write_row(w, &row, &e))
			return command_fail(w->call, "%s", e.text);
	}
	return settle(w, &e) ? STATUS_FINE :
	    command_fail(w->call, "%s", e.text);
}

/* How many lines came to what; STATUS_UNREADABLE if some were refused. */
static enum status
tell_import(struct work *w)
{
	buf_printf(&w->out, "%zu lines taken", w->n_taken);
	if (w->n_partly != 0)
		buf_printf(&w->out, " (%zu in part)", w->n_partly);
	if (w->n_older != 0)
		buf_printf(&w->out, ", %zu older than what is there",
		    w->n_older);
	if (w->n_dropped != 0)
		buf_printf(&w->out, ", %zu old verdicts dropped (eight a "
		    "name are kept)", w->n_dropped);
	if (w->n_refused != 0)
		buf_printf(&w->out, ", %zu refused", w->n_refused);
	buf_add_byte(&w->out, '\n');
	return w->n_refused == 0 ? STATUS_FINE : STATUS_UNREADABLE;
}

static enum status
do_get(struct work *w, struct str name)
{
	struct str value;
	struct host host;
	struct err e;

	if (!host_read(&host, w->call->arena, name, false))
		return command_fail(w->call, "\"%" STR_FMT "\" is no domain "
		    "or host", STR_ARG(name));
	if (!reputation_ask(&value, &w->store,
	    record_key(w->call->arena, host.name), &e))
		return command_fail(w->call, "%s", e.text);
	terminal_text(&w->out, host.name);
	buf_add_str(&w->out, value.n == 0 ? STR(": no record\n") :
	    STR("\n"));
	buf_add_str(&w->out, value);
	return STATUS_FINE;
}

static enum status
run(struct call *call)
{
	const struct record_args *args = call->args;
	bool imports = str_is(call->operands.at[0], "import");
	struct work w = { .call = call };
	enum status status = STATUS_FINE;
	struct err e;

	if (!imports && !str_is(call->operands.at[0], "get"))
		return command_fail(call, "import or get, not \"%" STR_FMT
		    "\"", STR_ARG(call->operands.at[0]));
	if (call->operands.n < 2)
		return command_fail(call, "%s", imports ? "which file?" :
		    "of which domain?");
	if (!reputation_open(&w.store, call->arena, args->config, args->state,
	    &e))
		return command_fail(call, "%s", e.text);
	map_init(&w.seen, call->arena);
	buf_init(&w.out, OUTPUT_MOST);
	for (size_t i = 1; i < call->operands.n && status == STATUS_FINE; i++)
		status = imports ? do_import(&w, call->operands.at[i]) :
		    do_get(&w, call->operands.at[i]);
	if (imports && tell_import(&w) != STATUS_FINE)
		status = STATUS_UNREADABLE;
	reputation_close(&w.store);
	if (!terminal_write(STDOUT_FILENO, buf_str(&w.out)))
		status = STATUS_UNREADABLE;
	buf_release(&w.out);
	return status;
}

const struct command command_record = {
	.name = "record",
	.operands = "import|get FILE|-|DOMAIN...",
	.summary = "ages of domains and verdicts of vendors, into the store",
	.detail = "Opens the store that the configuration of sekishod names, "
	    "while it runs or not; sekishod looks there where it says "
	    "\"records: yes\".\n\n"
	    "  import FILE|-...   JSON, an object a line, or CSV whose first "
	    "line names the columns:\n"
	    "                     name, registered, source, fetched; vendor, "
	    "verdict, seen, note\n"
	    "  get DOMAIN...      what is written there\n\n"
	    "A date is as exact as it is known: 2026-02-09, 2026-02, early "
	    "2026-02, 2026. An age has a source and a day on which it was "
	    "fetched, a verdict a vendor and a day on which it was seen: of "
	    "two the later counts. Lines that are wrong are told and passed "
	    "over; the others are taken, and the exit status is 2.",
	.rows = rows,
	.args_size = sizeof(struct record_args),
	.needs_operand = true,
	.run = run,
};
