/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho check: are these packs right? */
#include "cli/check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "cli/exchange.h"
#include "cli/findings.h"
#include "cli/optionrows.h"
#include "rule/lint.h"
#include "rule/lintcode.h"

enum { OUTPUT_MOST = 256 << 20, FILES_SHOWN = 64 };

struct check_args {
	bool is_json;
	bool is_strict;
	bool is_quiet;
	bool has_no_tests;
	bool is_online;
	struct str format;
	struct str color;
	struct str against;
	struct str channel;
	struct str server;
	word_list select;
	word_list ignore;
	word_list folders;
	word_list corpus;
};

#define ARG(name) offsetof(struct check_args, name)

static const struct option_row rows[] = {
	{ "format", 0, OPTION_TEXT, ARG(format), FINDINGS_FORMATS,
	    "for people, or for other tools" },
	ROW_JSON(struct check_args, "the same as --format json"),
	{ "strict", 0, OPTION_FLAG, ARG(is_strict), NULL,
	    "warnings are errors" },
	{ "select", 0, OPTION_MANY, ARG(select), "CODES",
	    "only warnings of these: I,B03" },
	{ "ignore", 0, OPTION_MANY, ARG(ignore), "CODES",
	    "no warnings of these: T,I11" },
	{ "no-tests", 0, OPTION_FLAG, ARG(has_no_tests), NULL,
	    "do not run the tests of the packs" },
	{ "against", 0, OPTION_TEXT, ARG(against), "PACKS",
	    "the packs of before (or git:HEAD): ids, revisions" },
	{ "corpus", 0, OPTION_MANY, ARG(corpus), "DIR",
	    "recent mail: packs that it does not need any more" },
	{ "channel", 0, OPTION_TEXT, ARG(channel), EXCHANGE_TLPS,
	    "who will see the packs, at most" },
	{ "online", 0, OPTION_FLAG, ARG(is_online), NULL,
	    "ask name servers too: B05, L04" },
	{ "server", 0, OPTION_TEXT, ARG(server), "ADDR[:PORT]",
	    "the name server of --online (that of the system)" },
	ROW_PACKS_BESIDE(struct check_args),
	ROW_QUIET(struct check_args, "no summary"),
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

/* "I,B03": a code begins with one of them. */
static bool
has_code(const word_list *lists, const char *code)
{
	const struct str *list;
	struct str rest, one;

	VEC_EACH(list, lists) {
		rest = *list;
		while (str_next(&rest, ',', &one))
			if (one.n != 0 && str_starts(str_of(code), one))
				return true;
	}
	return false;
}

/* A misspelt one would leave nothing out, or all. */
static bool
are_codes(const word_list *lists, const char *option, struct err *e)
{
	const struct str *list;
	struct str rest, one;

	VEC_EACH(list, lists) {
		rest = *list;
		while (str_next(&rest, ',', &one))
			if (one.n != 0 && !lint_code_begins(one))
				return err_set(e, "--%s: no code begins with "
				    "\"%" STR_FMT "\"; \"sekisho explain\" "
				    "lists them", option, STR_ARG(one));
	}
	return true;
}

static bool
are_usable(const struct check_args *args, struct err *e)
{
	if (args->server.n != 0 && !args->is_online)
		return err_set(e, "--server is asked with --online only");
	return are_codes(&args->select, "select", e) &&
	    are_codes(&args->ignore, "ignore", e);
}

/* Errors stay: what they are about cannot be used. */
static void
choose(struct diags *d, const struct check_args *args)
{
	size_t kept = 0;

	d->warnings = 0;
	for (size_t i = 0; i < d->list.n; i++) {
		const struct diag *one = &d->list.at[i];

		if (one->level != DIAG_ERROR && one->code[0] != '\0' &&
		    (has_code(&args->ignore, one->code) ||
		    (args->select.n != 0 &&
		    !has_code(&args->select, one->code))))
			continue;
		d->warnings += one->level == DIAG_WARNING;
		d->list.at[kept++] = *one;
	}
	d->list.n = kept;
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

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void
print_summary(struct buf *b, const struct findings *f)
{
	const struct diags *d = f->diags;

	buf_printf(b, "%zu pack%s, %zu indicator%s, %zu error%s, "
	    "%zu warning%s\n", f->packs, plural(f->packs), f->indicators,
	    plural(f->indicators), d->errors, plural(d->errors), d->warnings,
	    plural(d->warnings));
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

/* The line that says how far we are; only for a person who waits. */
static void
on_file(void *client, size_t done, size_t of)
{
	struct buf b;

	(void)client;
	if (of < FILES_SHOWN || (done % FILES_SHOWN != 0 && done != of))
		return;
	buf_init(&b, 64);
	buf_printf(&b, "\r%zu of %zu ", done, of);
	terminal_write(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
}

void
check_turn(const struct check_more *c, const struct pack *p)
{
	diags_file(&c->loaded->diags, p->file, p->yaml);
}

struct mark
check_place(const struct pack *p, const char *key)
{
	struct str rest = p->yaml, line;

	for (uint32_t n = 1; str_next(&rest, '\n', &line); n++)
		if (str_skip(&line, str_of(key)) && str_starts(line, STR(":")))
			return (struct mark){ n, 1 };
	return p->id_mark;
}

/* R01: what goes to all must not be what few may see. */
static void
check_channel(const struct check_more *c)
{
	int most = exchange_tlp_rank(c->channel);

	for (size_t i = 0; i < c->loaded->n_named; i++) {
		const struct pack *p = c->loaded->packs.at[i];

		if (exchange_tlp_rank(p->tlp) <= most)
			continue;
		check_turn(c, p);
		diag_add(&c->loaded->diags, DIAG_ERROR, check_place(p, "tlp"),
		    "R01", "tlp: %" STR_FMT " is above what \"%" STR_FMT "\" "
		    "may carry", STR_ARG(p->tlp), STR_ARG(c->channel));
		diag_hint(&c->loaded->diags, "leave the pack out, or ask its "
		    "author whether it may be tlp: %" STR_FMT,
		    STR_ARG(c->channel));
	}
}

/* A finding and where it belongs among the others. */
struct placed {
	struct diag diag;
	uint32_t file;
	size_t at;
};

static int
by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->diag.mark.line != y->diag.mark.line)
		return x->diag.mark.line < y->diag.mark.line ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

/* What was found later stands with the rest about its file. */
static void
put_in_order(struct loaded *loaded, struct arena *a)
{
	struct diags *d = &loaded->diags;
	struct placed *all = ARENA_MANY(a, struct placed, d->list.n + 1);
	struct map files;

	map_init(&files, a);
	for (size_t i = 0; i < loaded->files.n; i++)
		map_put(&files, loaded->files.at[i], (uint32_t)i);
	for (size_t i = 0; i < d->list.n; i++) {
		const uint32_t *file = map_get(&files, d->list.at[i].file);

		all[i] = (struct placed){ d->list.at[i],
		    file == NULL ? UINT32_MAX : *file, i };
	}
	qsort(all, d->list.n, sizeof(*all), by_place);
	for (size_t i = 0; i < d->list.n; i++)
		d->list.at[i] = all[i].diag;
}

static bool
look_online(const struct check_more *c, const struct check_args *args,
    struct err *e)
{
	size_t unknown;

	if (!check_online(c, args->server, &unknown, e))
		return false;
	if (unknown != 0 && !args->is_quiet)
		command_fail(c->call, "--online: name servers said nothing "
		    "of %zu name%s", unknown, plural(unknown));
	return true;
}

/* Packs that cannot be read are not tried, nor others beside them. */
static bool
look_further(struct check_more *c, const struct check_args *args,
    struct err *e)
{
	size_t before = c->loaded->diags.list.n;

	never_lint(&c->loaded->packs, c->loaded->n_named, &c->loaded->diags);
	if (c->channel.n != 0)
		check_channel(c);
	if (c->against.n != 0 && !check_old(c, e))
		return false;
	if (c->loaded->diags.errors == 0 && c->corpus->n != 0 &&
	    !check_mail(c, e))
		return false;
	if (args->is_online && !look_online(c, args, e))
		return false;
	if (!args->has_no_tests && !check_trials(c, e) &&
	    c->loaded->diags.errors == 0)
		return false;
	if (c->loaded->diags.list.n != before)
		put_in_order(c->loaded, c->call->arena);
	return true;
}

static bool
load(struct loaded *out, struct call *call, bool *is_watched,
    struct err *e)
{
	const struct check_args *args = call->args;
	struct packs_watch watch = { .on_file = on_file };
	struct terminal terminal;
	struct loader_ask ask = { .named = &call->operands,
		.folders = &args->folders };
	bool done;

	terminal_init(&terminal, STDERR_FILENO, args->color);
	*is_watched = terminal.is_terminal && !args->is_quiet;
	if (*is_watched)
		ask.watch = &watch;
	done = loader_ask(out, call->arena, &ask, e);
	if (ask.watch != NULL)
		terminal_write(STDERR_FILENO, STR("\r\x1b[K"));
	return done;
}

static enum status
run(struct call *call)
{
	const struct check_args *args = call->args;
	findings_write *write = findings_writer(args->is_json ? STR("json")
	    : args->format);
	struct findings f = { 0 };
	struct loaded loaded;
	struct check_more more = { .call = call, .loaded = &loaded,
		.folders = &args->folders, .corpus = &args->corpus,
		.against = args->against, .channel = args->channel };
	enum status status;
	struct err e;
	struct buf b;

	if (!are_usable(args, &e) ||
	    !load(&loaded, call, &more.is_watched, &e) ||
	    !look_further(&more, args, &e))
		return command_fail(call, "%s", e.text);
	choose(&loaded.diags, args);
	status = status_of(&loaded.diags);
	if (args->is_strict && add_strictly(&loaded.diags) &&
	    status == STATUS_FINE)
		status = STATUS_FINDINGS;
	f = (struct findings){ .diags = &loaded.diags,
		.files = &loaded.files, .packs = loaded.n_named,
		.indicators = count_indicators(&loaded) };
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	if (write != NULL)
		write(&b, &f);
	else
		loader_print(&loaded.diags, args->color, DIAG_NOTE);
	if (write == NULL && !args->is_quiet)
		print_summary(&b, &f);
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	return status;
}

const struct command command_check = {
	.name = "check",
	.operands = "PACK|-...",
	.summary = "check rule packs and name every mistake",
	.detail = "Reads packs (files or folders, - is standard input) and "
	    "prints every mistake with\nits place and what was probably "
	    "meant. \"sekisho explain CODE\" says more about one.\n"
	    "The tests in the packs are run too; --against, --corpus, "
	    "--channel and --online find\nwhat needs older packs, mail, a "
	    "word about who will read them, or a name server.",
	.rows = rows,
	.args_size = sizeof(struct check_args),
	.needs_operand = true,
	.run = run,
};
