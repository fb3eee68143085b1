/* SPDX-License-Identifier: Apache-2.0 */
/* A line a matter: what it is, then its numbers. */
#include "cli/numbersview.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

enum { LABEL_CELLS = 14, NAME_CELLS = 34, AMOUNT_CELLS = 12, NAME_MOST = 100,
	NAME_LEAST = 8, PAGE_MOST = 16 << 20,
	ROW_CELLS = 2 + AMOUNT_CELLS + 9, /* beside the name */
	LIST_CELLS = LABEL_CELLS + AMOUNT_CELLS + 5,
	MINUTE = 60,
	HOUR = 3600, DAY = 86400 };

static void
ink(const struct numbers_view *v, enum ink colour)
{
	buf_add_str(v->to, str_of(terminal_ink(v->terminal, colour)));
}

static void
label(const struct numbers_view *v, const char *text)
{
	ink(v, INK_BOLD);
	terminal_cell(v->to, str_of(text), LABEL_CELLS);
	ink(v, INK_PLAIN);
}

static void put(const struct numbers_view *v, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(const struct numbers_view *v, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_add_str(v->to, str_of(text));
}

/* "1,234,567" */
static struct str
grouped(struct arena *a, double value)
{
	struct str digits = str_printf(a, "%.0f", value), done = STR("");

	while (digits.n > 3) {
		done = str_cat(a, STR(","), str_from(digits, digits.n - 3),
		    done);
		digits.n -= 3;
	}
	return str_cat(a, digits, done);
}

/* "1,234", or of a while "12.3/s". */
static struct str
amount(const struct numbers_view *v, double value)
{
	if (v->seconds <= 0)
		return grouped(v->arena, value);
	return str_printf(v->arena, "%.1f/s", value / v->seconds);
}

/* As a terminal may see it: another program says it. */
static struct str
name(const struct numbers_view *v, struct str said)
{
	struct buf b;

	buf_init_arena(&b, v->arena, NAME_MOST);
	terminal_text(&b, said);
	return buf_str(&b);
}

static double
sum(const struct numbers_view *v, const char *family)
{
	return numbers_sum(v->numbers, family, NULL, NULL);
}

static double
part(const struct numbers_view *v, const char *family, const char *by,
    const char *value)
{
	return numbers_sum(v->numbers, family, by, value);
}

static struct str
time_text(struct arena *a, double us)
{
	if (us < 1000)
		return str_printf(a, "%.0f us", us);
	if (us < 1e6)
		return str_printf(a, us < 1e4 ? "%.2f ms" : "%.1f ms",
		    us / 1000);
	return str_printf(a, "%.2f s", us / 1e6);
}

/* "3 d 4 h", "5 min" */
static struct str
span_text(struct arena *a, double seconds)
{
	if (seconds < 2 * MINUTE)
		return str_printf(a, "%.0f s", seconds);
	if (seconds < 2 * HOUR)
		return str_printf(a, "%.0f min", floor(seconds / MINUTE));
	if (seconds < 2 * DAY)
		return str_printf(a, "%.0f h", floor(seconds / HOUR));
	return str_printf(a, "%.0f d %.0f h", floor(seconds / DAY),
	    floor(fmod(seconds, DAY) / HOUR));
}

static struct str
bytes_text(struct arena *a, double bytes)
{
	static const char *const units[] = { "B", "KB", "MB", "GB", "TB" };
	size_t i = 0;

	for (; bytes >= 1024 && i + 1 < nitems(units); i++)
		bytes /= 1024;
	return str_printf(a, i == 0 ? "%.0f %s" : "%.1f %s", bytes,
	    units[i]);
}

/* ", 3 late" in a colour, where there are any. */
static void
fault(const struct numbers_view *v, double value, const char *text)
{
	if (value <= 0)
		return;
	put(v, ", ");
	ink(v, INK_RED);
	put(v, "%" STR_FMT " %s", STR_ARG(amount(v, value)), text);
	ink(v, INK_PLAIN);
}

static struct str
version(const struct numbers_view *v)
{
	const struct number *n;

	VEC_EACH(n, &v->numbers->all)
		if (str_is(n->family, "sekisho_build"))
			return number_label(n, "version");
	return STR("");
}

static void
view_head(const struct numbers_view *v)
{
	double workers = sum(v, "sekisho_worker_up");
	double wanted = sum(v, "sekisho_workers");

	label(v, "sekisho");
	terminal_text(v->to, version(v));
	put(v, ", up %" STR_FMT ", ", STR_ARG(span_text(v->arena,
	    sum(v, "sekisho_uptime_seconds"))));
	ink(v, workers < wanted ? INK_RED : INK_PLAIN);
	put(v, "%.0f workers", workers);
	ink(v, INK_PLAIN);
	put(v, "\n");
	label(v, "ruleset");
	put(v, "generation %.0f for %" STR_FMT ": %" STR_FMT " packs, %"
	    STR_FMT " indicators", sum(v, "sekisho_generation"),
	    STR_ARG(span_text(v->arena,
	    sum(v, "sekisho_generation_age_seconds"))),
	    STR_ARG(grouped(v->arena, sum(v, "sekisho_packs"))),
	    STR_ARG(grouped(v->arena, sum(v, "sekisho_indicators"))));
	fault(v, part(v, "sekisho_reloads", "result", "refused"),
	    "reloads refused");
	if (sum(v, "sekisho_packs_held") > 0) {
		ink(v, INK_RED);
		put(v, ", %.0f pack files are broken",
		    sum(v, "sekisho_packs_held"));
		ink(v, INK_PLAIN);
	}
	put(v, "\n");
}

static enum ink
ink_of(struct str action)
{
	return str_is(action, "no action") ? INK_GREEN :
	    str_is(action, "reject") || str_is(action, "discard") ? INK_RED :
	    INK_YELLOW;
}

/* What a narrow terminal leaves for a name. */
static unsigned
name_cells(const struct numbers_view *v, unsigned beside)
{
	unsigned width = v->terminal->width;

	if (width >= beside + NAME_CELLS)
		return NAME_CELLS;
	return width > beside + NAME_LEAST ? width - beside : NAME_LEAST;
}

/* A name, how many, which share. */
static void
row(const struct numbers_view *v, struct str what, enum ink colour,
    double value, double all)
{
	struct str text = amount(v, value);

	put(v, "  ");
	ink(v, colour);
	terminal_cell(v->to, what, name_cells(v, ROW_CELLS));
	ink(v, INK_PLAIN);
	put(v, "%*s%" STR_FMT "%7.1f %%\n",
	    text.n < AMOUNT_CELLS ? AMOUNT_CELLS - (int)text.n : 0, "",
	    STR_ARG(text), all > 0 ? 100 * value / all : 0);
}

static void
view_messages(const struct numbers_view *v)
{
	double all = sum(v, "sekisho_messages");
	const struct number_sum *each;
	number_sums actions, fronts;

	label(v, "messages");
	put(v, "%" STR_FMT ", %" STR_FMT "%s", STR_ARG(amount(v, all)),
	    STR_ARG(bytes_text(v->arena, sum(v, "sekisho_message_bytes"))),
	    v->seconds > 0 ? " in that while" : "");
	numbers_by(&fronts, v->arena, v->numbers, "sekisho_messages",
	    "front");
	VEC_EACH(each, &fronts)
		put(v, ", %" STR_FMT " by %" STR_FMT,
		    STR_ARG(amount(v, each->value)),
		    STR_ARG(name(v, each->name)));
	fault(v, sum(v, "sekisho_busy_messages"), "told to come later");
	fault(v, sum(v, "sekisho_degraded_messages"), "without the store");
	fault(v, sum(v, "sekisho_cut_messages"), "cut short");
	fault(v, sum(v, "sekisho_limits"), "over a limit");
	put(v, "\n");
	numbers_by(&actions, v->arena, v->numbers, "sekisho_messages",
	    "action");
	VEC_EACH(each, &actions)
		row(v, each->name, ink_of(each->name), each->value, all);
}

static void
view_names(const struct numbers_view *v, const char *title,
    const char *family, const char *by)
{
	double all = sum(v, "sekisho_messages");
	number_sums names;

	numbers_by(&names, v->arena, v->numbers, family, by);
	if (names.n == 0)
		return;
	label(v, title);
	put(v, "%zu of them\n", names.n);
	for (size_t i = 0; i < names.n && i < v->names; i++)
		row(v, names.at[i].name, INK_PLAIN, names.at[i].value, all);
}

static void
view_observed(const struct numbers_view *v)
{
	const struct number_sum *each;
	const char *between = "";
	number_sums actions;

	numbers_by(&actions, v->arena, v->numbers,
	    "sekisho_observed_messages", "action");
	if (actions.n == 0)
		return;
	label(v, "observed");
	VEC_EACH(each, &actions) {
		put(v, "%s%" STR_FMT " would have been \"%" STR_FMT "\"",
		    between, STR_ARG(amount(v, each->value)),
		    STR_ARG(name(v, each->name)));
		between = ", ";
	}
	put(v, "\n");
}

static void
view_times(const struct numbers_view *v)
{
	const struct number *n = numbers_times(v->numbers,
	    "sekisho_message_duration_seconds", NULL, NULL);
	double count = number_times_count(n);

	if (count <= 0)
		return;
	label(v, "latency");
	put(v, "p50 %" STR_FMT ", p90 %" STR_FMT ", p99 %" STR_FMT
	    ", mean %" STR_FMT "\n",
	    STR_ARG(time_text(v->arena, number_quantile(n, 0.5))),
	    STR_ARG(time_text(v->arena, number_quantile(n, 0.9))),
	    STR_ARG(time_text(v->arena, number_quantile(n, 0.99))),
	    STR_ARG(time_text(v->arena, n->us / count)));
	label(v, "stations");
	VEC_EACH(n, &v->numbers->all)
		if (str_is(n->family, "sekisho_station_duration_seconds"))
			put(v, "%" STR_FMT " %" STR_FMT "  ",
			    STR_ARG(name(v, number_label(n, "station"))),
			    STR_ARG(time_text(v->arena, n->us / count)));
	put(v, "\n");
}

static void
view_connections(const struct numbers_view *v)
{
	label(v, "connections");
	put(v, "%.0f now, %" STR_FMT " taken, %.0f scans under way",
	    sum(v, "sekisho_connections"),
	    STR_ARG(amount(v, sum(v, "sekisho_connections_accepted"))),
	    sum(v, "sekisho_scans"));
	fault(v, sum(v, "sekisho_refused"), "refused");
	put(v, "\n");
}

static struct str
engine_of(const struct numbers_view *v)
{
	const struct number *n;

	VEC_EACH(n, &v->numbers->all)
		if (str_is(n->family, "sekisho_store"))
			return number_label(n, "engine");
	return STR("");
}

static const char *
store_word(const struct numbers_view *v)
{
	if (sum(v, "sekisho_store_ready") <= 0)
		return "away";
	return sum(v, "sekisho_store_writable") > 0 ? "ok" : "not written";
}

static void
view_store(const struct numbers_view *v)
{
	const char *word = store_word(v);
	struct str engine = engine_of(v);

	if (engine.n == 0 || str_is(engine, "none"))
		return;
	label(v, "store");
	terminal_text(v->to, engine);
	put(v, " ");
	ink(v, strcmp(word, "ok") == 0 ? INK_GREEN : INK_RED);
	put(v, "%s", word);
	ink(v, INK_PLAIN);
	put(v, ", look-ups %" STR_FMT " (found %" STR_FMT ", cached %" STR_FMT
	    ")", STR_ARG(amount(v, sum(v, "sekisho_store_lookups"))),
	    STR_ARG(amount(v, sum(v, "sekisho_store_found"))),
	    STR_ARG(amount(v, sum(v, "sekisho_store_cached"))));
	fault(v, sum(v, "sekisho_store_late"), "late");
	fault(v, sum(v, "sekisho_store_away"), "not asked");
	put(v, ", updates %" STR_FMT,
	    STR_ARG(amount(v, sum(v, "sekisho_store_updates"))));
	if (sum(v, "sekisho_store_updates_waiting") > 0)
		put(v, " (%.0f wait)",
		    sum(v, "sekisho_store_updates_waiting"));
	fault(v, sum(v, "sekisho_store_updates_dropped"), "dropped");
	fault(v, sum(v, "sekisho_store_failed"), "failed");
	put(v, "\n");
}

static void
view_dns(const struct numbers_view *v)
{
	if (sum(v, "sekisho_dns_questions") <= 0)
		return;
	label(v, "names");
	put(v, "%" STR_FMT " asked, %" STR_FMT " cached, %.0f open",
	    STR_ARG(amount(v, sum(v, "sekisho_dns_questions"))),
	    STR_ARG(amount(v, sum(v, "sekisho_dns_cached"))),
	    sum(v, "sekisho_dns_questions_open"));
	fault(v, sum(v, "sekisho_dns_timeouts"), "timed out");
	fault(v, sum(v, "sekisho_dns_failed"), "failed");
	put(v, "\n");
}

static double
of_list(const struct numbers_view *v, const char *family, struct str list)
{
	const struct number *n;

	VEC_EACH(n, &v->numbers->all)
		if (str_is(n->family, family) &&
		    str_eq(number_label(n, "list"), list))
			return n->value;
	return 0;
}

static void
view_lists(const struct numbers_view *v)
{
	const struct number *n;
	const char *title = "lists";

	VEC_EACH(n, &v->numbers->all) {
		struct str list = number_label(n, "list");

		if (!str_is(n->family, "sekisho_list_rows"))
			continue;
		label(v, title);
		title = "";
		terminal_cell(v->to, list, name_cells(v, LIST_CELLS));
		put(v, "%*" STR_FMT " rows, %" STR_FMT " old", AMOUNT_CELLS,
		    STR_ARG(grouped(v->arena, n->value)),
		    STR_ARG(span_text(v->arena, of_list(v,
		    "sekisho_list_age_seconds", list))));
		ink(v, INK_RED);
		if (of_list(v, "sekisho_list_alarm", list) > 0)
			put(v, ", its last file was refused");
		if (of_list(v, "sekisho_list_fresh", list) <= 0)
			put(v, ", counts for nothing");
		ink(v, INK_PLAIN);
		put(v, "\n");
	}
}

static void
view_dnslist(const struct numbers_view *v, struct str list)
{
	const struct number *n;
	double sums[2] = { 0 }; /* asked, listed */
	double refused = 0, failed = 0;

	VEC_EACH(n, &v->numbers->all) {
		struct str result = number_label(n, "result");

		if (!str_is(n->family, "sekisho_dnslist_questions") ||
		    !str_eq(number_label(n, "list"), list))
			continue;
		sums[0] += n->value;
		sums[1] += str_is(result, "listed") ? n->value : 0;
		refused += str_is(result, "refused") ? n->value : 0;
		failed += str_is(result, "failed") ? n->value : 0;
	}
	put(v, "%*" STR_FMT " asked, %" STR_FMT " listed", AMOUNT_CELLS,
	    STR_ARG(amount(v, sums[0])), STR_ARG(amount(v, sums[1])));
	fault(v, refused, "refused");
	fault(v, failed, "failed");
}

static void
view_dnslists(const struct numbers_view *v)
{
	const struct number *n;
	const char *title = "DNS lists";

	VEC_EACH(n, &v->numbers->all) {
		struct str list = number_label(n, "list");

		if (!str_is(n->family, "sekisho_dnslist_resting"))
			continue;
		label(v, title);
		title = "";
		terminal_cell(v->to, list, name_cells(v, LIST_CELLS));
		view_dnslist(v, list);
		if (n->value > 0) {
			ink(v, INK_RED);
			put(v, ", not asked now");
			ink(v, INK_PLAIN);
		}
		put(v, "\n");
	}
}

static void
view_workers(const struct numbers_view *v)
{
	double restarts = sum(v, "sekisho_worker_restarts");
	const char *between;
	const struct number *n;

	label(v, "workers");
	put(v, "cpu");
	VEC_EACH(n, &v->numbers->all)
		if (str_is(n->family, "sekisho_worker_cpu_seconds") &&
		    n->value > 0)
			put(v, v->seconds > 0 ? " %.0f %%" : " %.1f s",
			    v->seconds > 0 ? 100 * n->value / v->seconds
			    : n->value);
	between = ", messages ";
	VEC_EACH(n, &v->numbers->all) {
		if (!str_is(n->family, "sekisho_worker_messages") ||
		    n->value <= 0)
			continue;
		put(v, "%s%" STR_FMT, between, STR_ARG(amount(v, n->value)));
		between = " ";
	}
	fault(v, restarts, "restarts");
	fault(v, sum(v, "sekisho_messages_set_aside"), "messages set aside");
	fault(v, sum(v, "sekisho_log_lines_lost"), "lines of the log lost");
	put(v, "\n");
}

static void
view_all(const struct numbers_view *v)
{
	view_head(v);
	view_messages(v);
	view_times(v);
	view_names(v, "campaigns", "sekisho_campaign_messages", "campaign");
	view_names(v, "brands", "sekisho_brand_messages", "brand");
	view_observed(v);
	view_connections(v);
	view_store(v);
	view_dns(v);
	view_lists(v);
	view_dnslists(v);
	view_workers(v);
}

void
numbers_view(const struct numbers_view *v)
{
	struct numbers_view wide = *v;
	struct buf page;

	if (!v->terminal->is_terminal) {
		view_all(v);
		return;
	}
	buf_init_arena(&page, v->arena, PAGE_MOST);
	wide.to = &page;
	view_all(&wide);
	terminal_fold(v->to, v->terminal, buf_str(&page), LABEL_CELLS);
}
