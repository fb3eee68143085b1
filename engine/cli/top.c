/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho top: what a running sekishod does, from one moment to the next. */
#include <math.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/numbersview.h"
#include "cli/optionrows.h"

enum { OUTPUT_MOST = 16 << 20, NAMES_SHOWN = 5, INTERVAL_USUAL = 2,
	INTERVAL_MOST = 3600 };

struct top_args {
	struct str server, token, color, interval;
	bool is_json, is_once;
};

#define ARG(name) offsetof(struct top_args, name)

static const struct option_row rows[] = {
	ROW_CONTROL(struct top_args),
	ROW_TOKEN(struct top_args, "read"),
	{ "interval", 0, OPTION_TEXT, ARG(interval), "SECONDS",
	    "between two looks (2)" },
	{ "once", 0, OPTION_FLAG, ARG(is_once), NULL,
	    "one interval, then the end" },
	ROW_JSON(struct top_args, "one JSON object an interval"),
	ROW_COLOR(struct top_args),
	{ 0 }
};

/* That n is of. */
static double
seconds_of(const struct numbers *n)
{
	return n->at_ms > 0 ? (double)n->at_ms / 1000 : 1;
}

static void
put_rate(struct json *j, const char *key, double value)
{
	json_put_points(j, key, llround(value * 100));
}

/* By one label, per second. */
static void
put_rates(struct json *j, struct arena *a, const struct numbers *n,
    const char *family, const char *label)
{
	double seconds = seconds_of(n);
	const struct number_sum *each;
	number_sums sums;

	numbers_by(&sums, a, n, family, label);
	json_key(j, label);
	json_open_object(j);
	VEC_EACH(each, &sums) {
		json_key_str(j, each->name);
		json_points(j, llround(each->value / seconds * 100));
	}
	json_close_object(j);
}

static void
put_json(struct buf *b, struct arena *a, const struct numbers *n)
{
	double seconds = seconds_of(n);
	const struct number *times = numbers_times(n,
	    "sekisho_message_duration_seconds", NULL, NULL);
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	put_rate(&j, "seconds", seconds);
	put_rate(&j, "messages",
	    numbers_sum(n, "sekisho_messages", NULL, NULL) / seconds);
	put_rates(&j, a, n, "sekisho_messages", "action");
	json_put_int(&j, "p50_us", llround(number_quantile(times, 0.5)));
	json_put_int(&j, "p99_us", llround(number_quantile(times, 0.99)));
	put_rates(&j, a, n, "sekisho_campaign_messages", "campaign");
	put_rates(&j, a, n, "sekisho_worker_messages", "seat");
	put_rate(&j, "cpu", numbers_sum(n, "sekisho_worker_cpu_seconds",
	    NULL, NULL) / seconds);
	put_rate(&j, "connections",
	    numbers_sum(n, "sekisho_connections", NULL, NULL));
	put_rate(&j, "refused",
	    numbers_sum(n, "sekisho_refused", NULL, NULL) / seconds);
	json_put_bool(&j, "store_ready",
	    numbers_sum(n, "sekisho_store_ready", NULL, NULL) > 0);
	json_put_bool(&j, "store_writable",
	    numbers_sum(n, "sekisho_store_writable", NULL, NULL) > 0);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

/* Those that a terminal has room for: more would push the first ones out.
 * The last line has no end, which would do the same. */
static struct str
first_lines(struct str page, unsigned height)
{
	size_t at = 0;

	for (unsigned n = 0; n < height && at < page.n; n++)
		at += str_find(str_from(page, at), '\n') + 1;
	return height == 0 || at >= page.n ? page : str_head(page, at - 1);
}

static bool
show(const struct top_args *args, struct arena *a, const struct numbers *now,
    const struct numbers *before)
{
	struct numbers since;
	struct terminal t;
	struct str page;
	struct buf b;

	numbers_since(&since, a, now, before);
	buf_init_arena(&b, a, OUTPUT_MOST);
	terminal_init(&t, STDOUT_FILENO, args->color);
	if (args->is_json) {
		put_json(&b, a, &since);
		return terminal_write(STDOUT_FILENO, buf_str(&b));
	}
	/* To the corner, and whatever stood there goes. */
	if (t.is_terminal && !args->is_once)
		buf_add_str(&b, STR("\x1b[H\x1b[2J"));
	numbers_view(&(struct numbers_view){ .to = &b, .arena = a,
	    .terminal = &t, .numbers = &since,
	    .seconds = seconds_of(&since), .names = NAMES_SHOWN });
	if (!t.is_terminal && !args->is_once)
		buf_add_byte(&b, '\n');
	page = buf_str(&b);
	if (t.is_terminal && !args->is_once)
		page = first_lines(page, t.height);
	return terminal_write(STDOUT_FILENO, page);
}

static bool
read_interval(int64_t *seconds, struct str text)
{
	*seconds = INTERVAL_USUAL;
	return text.n == 0 || (str_to_int(text, seconds) && *seconds > 0 &&
	    *seconds <= INTERVAL_MOST);
}

/* Two arenas in turn: each look needs the one before it. */
static enum status
look(struct call *call, struct arena *arenas[static 2], int64_t seconds)
{
	const struct top_args *args = call->args;
	const struct numbers_source from = { args->server, args->token };
	const struct timespec pause = { .tv_sec = (time_t)seconds };
	struct numbers seen[2];
	struct err e;

	if (!numbers_fetch(&seen[0], arenas[0], &from, &e))
		return command_fail(call, "%s", e.text);
	for (unsigned turn = 1;; turn ^= 1) {
		nanosleep(&pause, NULL);
		arena_empty(arenas[turn]);
		if (!numbers_fetch(&seen[turn], arenas[turn], &from, &e))
			return command_fail(call, "%s", e.text);
		if (!show(args, arenas[turn], &seen[turn], &seen[turn ^ 1]))
			return STATUS_INTERNAL;
		if (args->is_once)
			return STATUS_FINE;
	}
}

static enum status
run(struct call *call)
{
	const struct top_args *args = call->args;
	struct arena *arenas[2];
	enum status status;
	int64_t seconds;

	if (call->operands.n != 0)
		return command_fail(call, "takes no file");
	if (!read_interval(&seconds, args->interval))
		return command_fail(call, "--interval must be seconds from 1 "
		    "to %d, not \"%" STR_FMT "\"", INTERVAL_MOST,
		    STR_ARG(args->interval));
	arenas[0] = arena_new();
	arenas[1] = arena_new();
	status = look(call, arenas, seconds);
	arena_free(arenas[0]);
	arena_free(arenas[1]);
	return status;
}

const struct command command_top = {
	.name = "top",
	.operands = "",
	.summary = "what a running sekishod does just now",
	.detail = "Messages a second, actions, latency, the busiest campaigns, "
	    "workers and store, over the\nlast interval, again and again "
	    "until it is interrupted. Where standard output is no\nterminal "
	    "one page follows the other.",
	.rows = rows,
	.args_size = sizeof(struct top_args),
	.run = run,
};
