/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sekisho replay: the same verdict once more, with the day of then and the
 * answers that were kept.  Nobody is asked.
 */
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "check/auth.h"
#include "check/networks.h"
#include "check/reputationrows.h"
#include "check/shipped.h"
#include "cli/command.h"
#include "cli/history.h"
#include "cli/loader.h"
#include "cli/optionrows.h"
#include "daemon/config.h"
#include "daemon/said.h"
#include "rule/explain.h"
#include "scan/inhand.h"
#include "scan/scan.h"

#define USUAL_CONFIG "/etc/sekisho/sekisho.yaml"

enum { OUTPUT_MOST = 64 << 20, MESSAGE_MOST = 256 << 20 };

struct replay_args {
	struct str config, state, lang, color, from;
	word_list folders, rcpt;
	bool is_quiet;
};

#define ARG(name) offsetof(struct replay_args, name)

static const struct option_row rows[] = {
	ROW_CONFIG(struct replay_args, ""),
	ROW_STATE(struct replay_args, ""),
	ROW_PACKS(struct replay_args,
	    "rule packs in place of those; may be repeated"),
	{ "from", 0, OPTION_TEXT, ARG(from), "ADDRESS",
	    "the envelope sender, where mailboxes are hidden" },
	{ "rcpt", 0, OPTION_MANY, ARG(rcpt), "ADDRESS",
	    "a recipient, the same; may be repeated" },
	{ "quiet", 0, OPTION_FLAG, ARG(is_quiet), NULL,
	    "what differs alone, without the reasons" },
	ROW_LANG(struct replay_args, "language (default: of the locale)"),
	ROW_COLOR(struct replay_args),
	{ 0 }
};

/*
 * As sekishod reads it, whose options on its own command line nobody knows
 * here.  Packs that were there before anybody named some are looked for as
 * other commands do.
 */
static bool
read_settings(struct daemon_conf *conf, struct arena *a, struct str config,
    struct err *e)
{
	const char *path = config.n != 0 ? str_cstr(a, config) : USUAL_CONFIG;
	const override_list none = { 0 };
	struct conf_text file;
	const struct said said = { &file, &none };
	struct diags d;

	if (config.n == 0 && access(path, R_OK) != 0)
		path = NULL;
	diags_init(&d, a);
	if (!conf_text_read(&file, a, path, e))
		return false;
	file.is_view = true;
	if (!daemon_conf_read(conf, a, &said, &d, e))
		return false;
	if (conf->generation.packs.n == 1 &&
	    str_is(conf->generation.packs.at[0], SEKISHO_DATADIR "/rules"))
		conf->generation.packs.n = 0;
	/* Nothing is made, nothing proved. */
	conf->generation.image = STR("");
	conf->generation.proof_ms = 0;
	return true;
}

struct work {
	struct call *call;
	const struct replay_args *args;
	struct arena *arena;
	struct reputation_store store;
	struct daemon_conf conf;
	struct history_entry entry;
	struct generation *generation;
	struct str raw;
	struct buf out, differs;
	struct terminal terminal;
};

/* What cannot be done as it was: with what the reader should know. */
static void
note(struct work *w, const char *what, struct str name)
{
	buf_printf(&w->differs, "  %s", what);
	terminal_text(&w->differs, name);
	buf_add_byte(&w->differs, '\n');
}

static bool
find_entry(struct work *w, struct err *e)
{
	struct history_search search = { .id = w->call->operands.at[0],
		.most = 1 };
	history_list found = { 0 };

	if (!history_find(&found, &w->store, STR(HISTORY_DIARY), &search, e))
		return false;
	search = (struct history_search){ .queue = w->call->operands.at[0],
		.most = 1 };
	if (found.n == 0 && !history_find(&found, &w->store,
	    STR(HISTORY_DIARY), &search, e))
		return false;
	if (found.n == 0)
		return err_set(e, "there is no verdict \"%" STR_FMT "\"",
		    STR_ARG(w->call->operands.at[0]));
	w->entry = found.at[0];
	return true;
}

/* The message of then, or one that differs in what relays put on top. */
static bool
find_message(struct work *w, struct err *e)
{
	struct arena *a = w->arena;
	uint64_t same;

	if (w->call->operands.n > 1) {
		if (!file_read(&w->raw, a,
		    str_cstr(a, w->call->operands.at[1]), MESSAGE_MOST, e))
			return false;
	} else if (!history_message(&w->raw, &w->store, w->entry.id, e)) {
		return err_wrap(e, "name its file: replay ID FILE");
	}
	same = inhand_hash(w->raw);
	if (inhand_whole(w->raw, same) == w->entry.hash)
		return true;
	if (same != w->entry.same)
		return err_set(e, "this is not the message that was scored: "
		    "its hash is another one");
	note(w, "lines on top of the message are not those of then", STR(""));
	return true;
}

/* Of those that the configuration asks for now. */
static const struct check_use *
configured(const check_use_list *all, struct str name)
{
	const struct check_use *use;

	VEC_EACH(use, all) {
		if (str_is(name, use->check->name))
			return use;
	}
	return NULL;
}

static bool
is_known(struct check_use *use, struct work *w, struct str name)
{
	for (size_t i = 0; i < n_checks_shipped; i++) {
		const struct check *c = checks_shipped[i];

		/* Without its tables it knows nothing. */
		if (!str_is(name, c->name) || c == &check_networks)
			continue;
		*use = (struct check_use){ .check = c };
		if (c == &check_auth)
			use->conf = &w->conf.auth;
		else if (c == &check_reputation)
			use->conf = &w->conf.reputation;
		return true;
	}
	return false;
}

static void
add_check(struct work *w, const check_use_list *all, struct str name)
{
	const struct check_use *found = configured(all, name);
	struct check_use use;

	if (is_known(&use, w, name))
		*VEC_ADD(w->arena, &w->conf.generation.checks) = use;
	else if (found != NULL)
		*VEC_ADD(w->arena, &w->conf.generation.checks) = *found;
	else if (str_is(name, "dnslists") || str_is(name, "networks"))
		note(w, "not replayed, its facts are unknown, since the "
		    "configuration has none now: ", name);
	else
		note(w, "not replayed, its facts are unknown, since it is a "
		    "plugin: ", name);
	if (found != NULL && str_is(name, "networks"))
		note(w, "tables of networks are those of today", STR(""));
}

/* Those of then are checked again, and no others. */
static void
add_checks(struct work *w)
{
	check_use_list all = w->conf.generation.checks;
	const struct str *each;

	w->conf.generation.checks = (check_use_list){ 0 };
	VEC_EACH(each, &w->entry.checks)
		add_check(w, &all, *each);
}

static void
set_thresholds(struct verdict_conf *c, const struct history_entry *e)
{
	c->greylist = e->thresholds[0];
	c->add_header = e->thresholds[1];
	c->rewrite = e->thresholds[2];
	c->soft_reject = e->thresholds[3];
	c->reject = e->thresholds[4];
	c->ceiling = e->ceiling;
	c->reputation = e->reputation;
	c->refuse = e->refuse;
}

/* Whatever a rule says of thresholds, those of then hold; what else it says
 * (packs, language) is looked up anew. */
static void
settle_policy(struct work *w)
{
	struct policy_rule *rule;
	bool is_by_rcpt = false;

	set_thresholds(&w->conf.generation.policy.verdict, &w->entry);
	VEC_EACH(rule, &w->conf.generation.rules) {
		set_thresholds(&rule->policy.verdict, &w->entry);
		is_by_rcpt = is_by_rcpt || rule->rcpt.n != 0;
	}
	if (is_by_rcpt && w->entry.is_hidden && w->args->rcpt.n == 0)
		note(w, "which rules of settings are for its recipients is "
		    "not known; --rcpt tells them", STR(""));
}

static bool
load(struct work *w, struct err *e)
{
	struct generation_conf *conf = &w->conf.generation;
	const word_list *folders = &w->args->folders;
	const struct str *each;
	word_list usual = { 0 };
	struct diags d;

	if (folders->n != 0)
		conf->packs.n = 0;
	VEC_EACH(each, folders)
		*VEC_ADD(w->arena, &conf->packs) = *each;
	if (conf->packs.n == 0) {
		loader_folders(&usual, w->arena);
		VEC_EACH(each, &usual)
			*VEC_ADD(w->arena, &conf->packs) = *each;
	}
	w->conf.reputation.secret = w->store.secret;
	add_checks(w);
	settle_policy(w);
	diags_init(&d, w->arena);
	if (!generation_load(&w->generation, conf, &d, e))
		return false;
	w->generation->conf.policy.verdict.refuse = w->entry.refuse;
	return true;
}

static void
fill_envelope(struct work *w, struct scan *s)
{
	const struct str *rcpt;

	s->envelope = w->entry.envelope;
	if (w->args->from.p != NULL) {
		s->envelope.mail_from = w->args->from;
		s->envelope.has_mail_from = true;
	}
	if (w->args->rcpt.n != 0)
		s->envelope.rcpt.n = s->envelope.rcpt.room = 0;
	VEC_EACH(rcpt, &w->args->rcpt)
		envelope_add_rcpt(&s->envelope, s->arena, *rcpt);
	if (w->entry.is_hidden && w->args->from.p == NULL &&
	    str_starts(s->envelope.mail_from, STR("~")))
		note(w, "mailboxes of the envelope are hidden; --from and "
		    "--rcpt tell them", STR(""));
}

static const struct history_campaign *
campaign_then(const struct history_entry *e, struct str symbol)
{
	const struct history_campaign *c;

	VEC_EACH(c, &e->campaigns) {
		if (str_eq(c->symbol, symbol))
			return c;
	}
	return NULL;
}

static const struct campaign *
campaign_now(const struct verdict *v, struct str symbol)
{
	const struct campaign *c;

	VEC_EACH(c, &v->campaigns) {
		if (str_eq(c->symbol, symbol))
			return c;
	}
	return NULL;
}

static void
compare_campaigns(struct work *w, const struct verdict *v)
{
	const struct history_campaign *then;
	const struct campaign *now;

	VEC_EACH(then, &w->entry.campaigns) {
		now = campaign_now(v, then->symbol);
		if (now == NULL)
			note(w, "not recognised any more: ", then->id);
		else if (now->points != then->points ||
		    now->would != then->would)
			note(w, "gives other points: ", str_printf(w->arena,
			    "%" STR_FMT ", %.2f then, %.2f now",
			    STR_ARG(then->id), (double)then->points / 100,
			    (double)now->points / 100));
		if (now != NULL && now->pack->revision != then->revision)
			note(w, "another revision of the pack: ", then->id);
	}
	VEC_EACH(now, &v->campaigns) {
		if (campaign_then(&w->entry, now->symbol) == NULL)
			note(w, "recognised now alone: ", now->pack->id);
	}
}

static void
compare(struct work *w, const struct scan *s)
{
	const struct str *question;

	if (s->verdict.points != w->entry.points)
		note(w, "score: ", str_printf(w->arena, "%.2f then, %.2f now",
		    (double)w->entry.points / 100,
		    (double)s->verdict.points / 100));
	compare_campaigns(w, &s->verdict);
	VEC_EACH(question, &w->entry.trace.missing)
		note(w, "no answer is kept, counts as failed: ", *question);
	if (w->entry.trace.is_cut)
		note(w, "answers were cut when they were kept", STR(""));
	for (size_t i = 0; i < w->entry.lists.n; i++)
		note(w, "an external list served, and may be another now: ",
		    w->entry.lists.at[i].id);
}

static void
on_answer(struct scan *s)
{
	struct work *w = s->client;
	const struct explain_conf conf = {
		.lang = w->args->lang.n != 0 ? w->args->lang :
		    terminal_lang(),
		.is_coloured = w->terminal.is_coloured,
		.width = w->terminal.width
	};

	if (!w->args->is_quiet)
		explain_text(&w->out, &s->verdict, &s->facts, &s->message,
		    &conf);
	compare(w, s);
}

/* True: it comes to what it came to then. */
static bool
replay(struct work *w)
{
	struct scan *s = scan_new(w->generation, on_answer, w);
	bool is_same;

	s->raw = w->raw;
	s->day = (int32_t)w->entry.day;
	s->now = w->entry.time;
	s->told = &w->entry.trace;
	s->listener = w->entry.listener;
	s->asked = w->entry.settings;
	fill_envelope(w, s);
	is_same = scan_run(s) && s->verdict.points == w->entry.points &&
	    str_is(w->entry.verdict, action_name(s->verdict.action));
	buf_printf(&w->out, "%s%s: %s %.2f, then ",
	    w->args->is_quiet ? "" : "\n", is_same ? "the same" : "not the "
	    "same", action_name(s->verdict.action),
	    (double)s->verdict.points / 100);
	terminal_text(&w->out, w->entry.verdict);
	buf_printf(&w->out, " %.2f\n", (double)w->entry.points / 100);
	buf_add_str(&w->out, buf_str(&w->differs));
	scan_free(s);
	return is_same;
}

static bool
prepare(struct work *w, struct err *e)
{
	return find_entry(w, e) && find_message(w, e) &&
	    read_settings(&w->conf, w->arena, w->args->config, e) &&
	    load(w, e);
}

static enum status
run(struct call *call)
{
	struct work w = { .call = call, .args = call->args,
		.arena = call->arena };
	enum status status = STATUS_FINE;
	bool is_ready;
	struct err e;

	if (call->operands.n > 2)
		return command_fail(call, "takes an id and a file");
	if (!reputation_open(&w.store, call->arena, w.args->config,
	    w.args->state, &e))
		return command_fail(call, "%s", e.text);
	terminal_init(&w.terminal, STDOUT_FILENO, w.args->color);
	buf_init_arena(&w.out, call->arena, OUTPUT_MOST);
	buf_init_arena(&w.differs, call->arena, OUTPUT_MOST);
	is_ready = prepare(&w, &e);
	reputation_close(&w.store);
	if (!is_ready)
		return command_fail(call, "%s", e.text);
	if (!replay(&w))
		status = STATUS_FINDINGS;
	generation_drop(w.generation);
	return terminal_write(STDOUT_FILENO, buf_str(&w.out)) ? status :
	    STATUS_INTERNAL;
}

const struct command command_replay = {
	.name = "replay",
	.operands = "ID [FILE]",
	.summary = "come to a kept verdict once more, offline",
	.detail = "Scores a message again as of the day of then, with the "
	    "answers of name servers and store that were\nkept with its "
	    "verdict, and tells what differs.  The message is its FILE, or "
	    "was kept too.  What is asked\nand has no answer there counts as "
	    "failed, and is told.  Exit status 0: it comes to the same.",
	.rows = rows,
	.args_size = sizeof(struct replay_args),
	.needs_operand = true,
	.run = run,
};
