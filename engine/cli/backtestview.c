/* SPDX-License-Identifier: Apache-2.0 */
/* What a back-test found, for a person and for programs. */
#include <inttypes.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/backtest.h"
#include "rule/pattern.h"

enum { SHOWN_MOST = 20, NAME_CELLS = 40 };

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void
add_points(struct buf *b, int32_t points)
{
	buf_printf(b, "%" PRId32 ".%02" PRId32, points / 100, points % 100);
}

static void
add_place(struct buf *b, const struct corpus_mail *mail)
{
	terminal_text(b, mail->file);
	if (mail->number != 0)
		buf_printf(b, ":%" PRIu32, mail->number);
}

static void
add_hits(struct buf *b, const struct backtest_says *says)
{
	for (uint32_t i = 0; i < says->n; i++) {
		const struct backtest_hit *hit = &says->hits[i];

		buf_printf(b, "%s%" STR_FMT " ", i == 0 ? "" : ", ",
		    STR_ARG(hit->brand != NULL ? hit->brand->id
		    : hit->pack->id));
		add_points(b, hit->points);
		if (hit->is_observed)
			buf_add_str(b, STR(" (observed)"));
	}
}

static void
add_subject(struct buf *b, const struct backtest *t,
    const struct backtest_mail *m)
{
	unsigned cells = t->terminal->width > 20 ? t->terminal->width - 6
	    : 60;

	buf_add_str(b, STR("    "));
	terminal_cut(b, m->subject, cells);
	buf_add_byte(b, '\n');
}

static void
print_rows(struct buf *b, const struct backtest *t)
{
	const struct terminal *term = t->terminal;
	bool has_old = t->conf->against.n != 0;
	const struct backtest_row *row;

	if (t->rows.n == 0)
		return;
	buf_printf(b, "\n%s", terminal_ink(term, INK_BOLD));
	terminal_cell(b, STR("campaign or brand"), NAME_CELLS);
	buf_printf(b, "%8s%8s%8s%8s%8s%s", "mails", "caught", "genuine",
	    "spam", "most", has_old ? "  gained    lost" : "");
	buf_printf(b, "%s\n", terminal_ink(term, INK_PLAIN));
	VEC_EACH(row, &t->rows) {
		terminal_cell(b, row->id, NAME_CELLS);
		buf_printf(b, "%8" PRIu32 "%8" PRIu32 "%s%8" PRIu32 "%s%8"
		    PRIu32 "%5" PRId32 ".%02" PRId32, row->hits, row->caught,
		    row->genuine != 0 ? terminal_ink(term, INK_RED) : "",
		    row->genuine, row->genuine != 0
		    ? terminal_ink(term, INK_PLAIN) : "", row->spam,
		    row->most / 100, row->most % 100);
		if (has_old)
			buf_printf(b, "%8" PRIu32 "%8" PRIu32, row->gained,
			    row->lost);
		buf_printf(b, "%s\n", row->is_observed ? "  observed" : "");
	}
}

/* The rest is counted, unless all of it was asked for. */
static bool
is_over(struct buf *b, const struct backtest *t, size_t n, size_t of)
{
	if (t->conf->is_verbose || n < SHOWN_MOST)
		return false;
	buf_printf(b, "  and %zu more (-v names all)\n", of - n);
	return true;
}

static void
print_genuine(struct buf *b, const struct backtest *t)
{
	const struct backtest_mail *m;
	size_t n = 0;

	if (t->genuine_hits == 0)
		return;
	buf_printf(b, "\n%sPerhaps false: %zu mail%s that look%s genuine"
	    "%s\n", terminal_ink(t->terminal, INK_RED), t->genuine_hits,
	    plural(t->genuine_hits), t->genuine_hits == 1 ? "s" : "",
	    terminal_ink(t->terminal, INK_PLAIN));
	VEC_EACH(m, &t->hits) {
		if (m->why_genuine.n == 0 || m->now.n == 0)
			continue;
		if (is_over(b, t, n, t->genuine_hits))
			break;
		n++;
		buf_add_str(b, STR("  "));
		add_place(b, m->mail);
		buf_add_str(b, STR("\n"));
		add_subject(b, t, m);
		buf_add_str(b, STR("    "));
		terminal_text(b, m->why_genuine);
		buf_add_str(b, STR("; hit by "));
		add_hits(b, &m->now);
		buf_add_byte(b, '\n');
	}
}

static void
print_change(struct buf *b, const struct backtest_mail *m)
{
	buf_add_str(b, STR("  "));
	add_place(b, m->mail);
	buf_printf(b, "\n    %s ", action_name(m->old.action));
	add_points(b, m->old.points);
	buf_printf(b, " -> %s ", action_name(m->now.action));
	add_points(b, m->now.points);
	buf_add_str(b, STR("\n    before: "));
	add_hits(b, &m->old);
	buf_printf(b, "%s\n    now:    ", m->old.n == 0 ? "nothing" : "");
	add_hits(b, &m->now);
	buf_printf(b, "%s\n", m->now.n == 0 ? "nothing" : "");
}

static void
print_changes(struct buf *b, const struct backtest *t)
{
	const struct backtest_mail *m;
	size_t n = 0;

	if (t->conf->against.n == 0)
		return;
	buf_printf(b, "\n%s%zu mail%s would be judged otherwise%s\n",
	    terminal_ink(t->terminal, INK_BOLD), t->changed,
	    plural(t->changed), terminal_ink(t->terminal, INK_PLAIN));
	VEC_EACH(m, &t->hits) {
		if (!m->is_changed)
			continue;
		if (is_over(b, t, n, t->changed))
			break;
		n++;
		print_change(b, m);
	}
}

static void
print_all(struct buf *b, const struct backtest *t)
{
	const struct backtest_mail *m;

	buf_add_byte(b, '\n');
	VEC_EACH(m, &t->hits) {
		if (m->now.n == 0)
			continue;
		add_place(b, m->mail);
		buf_printf(b, ": %s ", action_name(m->now.action));
		add_points(b, m->now.points);
		buf_add_str(b, STR("; "));
		add_hits(b, &m->now);
		buf_add_byte(b, '\n');
	}
}

void
backtest_print(struct buf *b, const struct backtest *t)
{
	size_t mails = t->corpus.mails.n, hit = 0;
	const struct backtest_mail *m;

	VEC_EACH(m, &t->hits)
		hit += m->now.n != 0;
	buf_printf(b, "%zu mail%s in %zu file%s, %zu pack%s: %zu hit, %zu "
	    "caught, %zu of the hits look genuine\n", mails, plural(mails),
	    t->corpus.files, plural(t->corpus.files), t->n_packs,
	    plural(t->n_packs), hit, t->caught, t->genuine_hits);
	if (t->corpus.others != 0)
		buf_printf(b, "%zu file%s no mail\n", t->corpus.others,
		    t->corpus.others == 1 ? " is" : "s are");
	if (t->unread != 0)
		buf_printf(b, "%zu mail%s could not be read\n", t->unread,
		    plural(t->unread));
	if (t->conf->is_quiet)
		return;
	buf_printf(b, "%.1f s, %.0f mails a second, %.1f MB a second\n",
	    t->seconds, t->seconds > 0 ? (double)mails / t->seconds : 0,
	    t->seconds > 0 ? (double)t->bytes / 1e6 / t->seconds : 0);
	print_rows(b, t);
	print_genuine(b, t);
	print_changes(b, t);
	if (t->conf->is_verbose)
		print_all(b, t);
}

static void
json_says(struct json *j, const char *key, const struct backtest_says *says)
{
	json_key(j, key);
	json_open_object(j);
	json_put_str(j, "action", str_of(action_name(says->action)));
	json_put_points(j, "score", says->points);
	json_key(j, "hits");
	json_open_array(j);
	for (uint32_t i = 0; i < says->n; i++) {
		const struct backtest_hit *hit = &says->hits[i];

		json_open_object(j);
		json_put_str(j, "id", hit->brand != NULL ? hit->brand->id
		    : hit->pack->id);
		json_put_points(j, "points", hit->points);
		json_put_bool(j, "observed", hit->is_observed);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void
json_mail(struct json *j, const struct backtest *t,
    const struct backtest_mail *m)
{
	json_open_object(j);
	json_put_str(j, "file", m->mail->file);
	if (m->mail->number != 0)
		json_put_int(j, "number", m->mail->number);
	json_put_str(j, "subject", m->subject);
	json_put_str(j, "genuine", m->why_genuine);
	json_says(j, "now", &m->now);
	if (t->conf->against.n != 0) {
		json_says(j, "before", &m->old);
		json_put_bool(j, "changed", m->is_changed);
	}
	json_close_object(j);
}

static void
json_row(struct json *j, const struct backtest_row *row)
{
	json_open_object(j);
	json_put_str(j, "id", row->id);
	json_put_str(j, "pack", row->pack->id);
	json_put_int(j, "mails", row->hits);
	json_put_int(j, "caught", row->caught);
	json_put_int(j, "genuine", row->genuine);
	json_put_int(j, "spam", row->spam);
	json_put_points(j, "most", row->most);
	json_put_bool(j, "observed", row->is_observed);
	json_put_int(j, "gained", row->gained);
	json_put_int(j, "lost", row->lost);
	json_close_object(j);
}

void
backtest_json(struct buf *b, const struct backtest *t)
{
	const struct backtest_mail *m;
	const struct backtest_row *row;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_int(&j, "mails", (int64_t)t->corpus.mails.n);
	json_put_int(&j, "files", (int64_t)t->corpus.files);
	json_put_int(&j, "others", (int64_t)t->corpus.others);
	json_put_int(&j, "unread", (int64_t)t->unread);
	json_put_int(&j, "packs", (int64_t)t->n_packs);
	json_put_int(&j, "bytes", (int64_t)t->bytes);
	json_put_int(&j, "milliseconds", (int64_t)(t->seconds * 1000));
	json_put_int(&j, "caught", (int64_t)t->caught);
	json_put_int(&j, "genuine", (int64_t)t->genuine_hits);
	json_put_int(&j, "changed", (int64_t)t->changed);
	json_key(&j, "campaigns");
	json_open_array(&j);
	VEC_EACH(row, &t->rows)
		json_row(&j, row);
	json_close_array(&j);
	json_key(&j, "hits");
	json_open_array(&j);
	VEC_EACH(m, &t->hits)
		json_mail(&j, t, m);
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}
