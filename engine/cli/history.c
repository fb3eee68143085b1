/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho history: what became of a mail, found again. */
#include "cli/history.h"

#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/optionrows.h"

enum { OUTPUT_MOST = 1 << 30, MOST_USUAL = 50 };

struct history_args {
	struct str config, state, most, lang, color;
	struct str id, queue, message_id, from, rcpt, campaign, action, subject,
	    ip, since, until;
	bool is_json, is_differs;
};

#define ARG(name) offsetof(struct history_args, name)

static const struct option_row rows[] = {
	ROW_CONFIG(struct history_args, ""),
	ROW_STATE(struct history_args, ""),
	{ "queue", 'q', OPTION_TEXT, ARG(queue), "ID", "queue id" },
	{ "message-id", 'm', OPTION_TEXT, ARG(message_id), "ID",
	    "Message-ID, with or without brackets" },
	{ "from", 0, OPTION_TEXT, ARG(from), "ADDRESS",
	    "sender, or his domain; of the envelope or in From" },
	{ "rcpt", 0, OPTION_TEXT, ARG(rcpt), "ADDRESS",
	    "recipient, or his domain" },
	{ "campaign", 0, OPTION_TEXT, ARG(campaign), "ID",
	    "pack, brand or symbol" },
	{ "action", 0, OPTION_TEXT, ARG(action), "ACTION",
	    "such as reject or \"add header\"" },
	{ "ip", 0, OPTION_TEXT, ARG(ip), "ADDRESS",
	    "who handed it to us" },
	{ "subject", 0, OPTION_TEXT, ARG(subject), "TEXT",
	    "a piece of the subject" },
	{ "since", 0, OPTION_TEXT, ARG(since), "TIME",
	    "2026-02-09, 2026-02-09T08:07 (UTC), 30m, 2h, 7d" },
	{ "until", 0, OPTION_TEXT, ARG(until), "TIME", "the same" },
	{ "differs", 0, OPTION_FLAG, ARG(is_differs), NULL,
	    "those of which the mirror says something else" },
	{ "most", 0, OPTION_TEXT, ARG(most), "NUMBER",
	    "so many (50); 0: all" },
	ROW_JSON(struct history_args, "one JSON object a line"),
	ROW_LANG(struct history_args,
	    "language of show (default: of the locale)"),
	ROW_COLOR(struct history_args),
	{ 0 }
};

static bool
read_time(int64_t *when, struct str text, const char *name, struct err *e)
{
	return text.n == 0 || history_time(text, clock_wall(), when) ||
	    err_set(e, "--%s: \"%" STR_FMT "\" is no time such as 2026-02-09, "
	    "2026-02-09T08:07 or 2h", name, STR_ARG(text));
}

static bool
read_search(struct history_search *s, const struct history_args *args,
    struct err *e)
{
	int64_t most = MOST_USUAL;

	*s = (struct history_search){ .id = args->id, .queue = args->queue,
		.message_id = args->message_id, .from = args->from,
		.rcpt = args->rcpt, .campaign = args->campaign,
		.action = args->action, .subject = args->subject,
		.ip = args->ip };
	if (args->most.n != 0 && (!str_to_int(args->most, &most) || most < 0))
		return err_set(e, "--most must be a number");
	s->most = (size_t)most;
	return read_time(&s->since, args->since, "since", e) &&
	    read_time(&s->until, args->until, "until", e);
}

static void
add_entry(struct buf *out, const struct history_args *args,
    const struct history_entry *entry, const struct terminal *t)
{
	if (args->is_json) {
		buf_add_str(out, entry->json);
		buf_add_byte(out, '\n');
		return;
	}
	history_view_line(out, entry, t);
	if (args->is_differs)
		history_view_differs(out, entry);
}

static bool
list(struct buf *out, const struct history_args *args,
    struct reputation_store *store, struct err *e)
{
	struct history_search search;
	const struct history_entry *entry;
	history_list found = { 0 };
	struct terminal t;

	terminal_init(&t, STDOUT_FILENO, args->color);
	if (!read_search(&search, args, e) ||
	    !history_find(&found, store, args->is_differs ?
	    STR(HISTORY_DIFFERS) : STR(HISTORY_DIARY), &search, e))
		return false;
	VEC_EACH(entry, &found)
		add_entry(out, args, entry, &t);
	return true;
}

/* By the id of the verdict, or the queue's. */
static bool
show(struct buf *out, const struct history_args *args,
    struct reputation_store *store, struct str id, struct err *e)
{
	struct history_search search = { .id = id, .most = 1 };
	history_list found = { 0 };
	struct terminal t;

	if (!history_find(&found, store, STR(HISTORY_DIARY), &search, e))
		return false;
	search = (struct history_search){ .queue = id, .most = 1 };
	if (found.n == 0 && !history_find(&found, store, STR(HISTORY_DIARY),
	    &search, e))
		return false;
	if (found.n == 0)
		return err_set(e, "there is no verdict \"%" STR_FMT "\"; "
		    "history.keep says how many are kept", STR_ARG(id));
	terminal_init(&t, STDOUT_FILENO, args->color);
	if (args->is_json)
		add_entry(out, args, &found.at[0], &t);
	else
		history_view(out, &found.at[0], &t, args->lang.n != 0 ?
		    args->lang : terminal_lang());
	return true;
}

static enum status
run(struct call *call)
{
	const struct history_args *args = call->args;
	bool is_show = call->operands.n == 2 &&
	    str_is(call->operands.at[0], "show");
	struct reputation_store store;
	struct buf out;
	bool is_done;
	struct err e;

	if (call->operands.n != 0 && !is_show)
		return command_fail(call, "takes options alone, or show ID");
	if (!reputation_open(&store, call->arena, args->config, args->state,
	    &e))
		return command_fail(call, "%s", e.text);
	buf_init(&out, OUTPUT_MOST);
	is_done = is_show ? show(&out, args, &store, call->operands.at[1], &e)
	    : list(&out, args, &store, &e);
	reputation_close(&store);
	if (is_done && !terminal_write(STDOUT_FILENO, buf_str(&out)))
		return STATUS_INTERNAL;
	buf_release(&out);
	return is_done ? STATUS_FINE : command_fail(call, "%s", e.text);
}

const struct command command_history = {
	.name = "history",
	.operands = "[show ID]",
	.summary = "what became of messages, and why",
	.detail = "Lists the last verdicts that sekishod has kept in its "
	    "store, the newest first, or those that\nare looked for.  show "
	    "tells the whole of one, by its id or the queue's.  Opens the "
	    "store that the\nconfiguration of sekishod names, while it runs "
	    "or not.",
	.rows = rows,
	.args_size = sizeof(struct history_args),
	.run = run,
};
