/* SPDX-License-Identifier: Apache-2.0 */
/* A kept verdict for a person. */
#include "cli/history.h"

#include <inttypes.h>
#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "cli/terminal.h"

enum { SUBJECT_CELLS = 40, INDENT = 11 };

static struct str
first_rcpt(const struct history_entry *e)
{
	return e->envelope.rcpt.n == 0 ? STR("-") : e->envelope.rcpt.at[0];
}

static struct str
sender(const struct history_entry *e)
{
	return e->header_from.n != 0 ? e->header_from :
	    e->envelope.mail_from.n != 0 ? e->envelope.mail_from : STR("-");
}

static enum ink
ink_of(const struct history_entry *e)
{
	return str_is(e->action, "no action") ||
	    str_is(e->action, "greylist") ? INK_GREEN :
	    str_is(e->action, "reject") ? INK_RED : INK_YELLOW;
}

void
history_view_line(struct buf *to, const struct history_entry *e,
    const struct terminal *t)
{
	const struct history_campaign *c;
	struct arena *a = arena_new();

	buf_printf(to, "%" STR_FMT "  %" STR_FMT "  %s",
	    STR_ARG(history_time_text(a, e->time)), STR_ARG(e->id),
	    terminal_ink(t, ink_of(e)));
	terminal_text(to, e->action);
	buf_printf(to, "%s %.2f  ", terminal_ink(t, INK_PLAIN),
	    (double)e->points / 100);
	terminal_text(to, e->queue.n != 0 ? e->queue : STR("-"));
	buf_add_byte(to, ' ');
	terminal_text(to, sender(e));
	buf_add_str(to, STR(" > "));
	terminal_text(to, first_rcpt(e));
	if (e->rcpts > 1)
		buf_printf(to, " and %" PRId64 " more", e->rcpts - 1);
	buf_add_str(to, STR("  \""));
	terminal_text(to, utf8_head(e->subject, 2 * SUBJECT_CELLS));
	buf_add_byte(to, '"');
	VEC_EACH(c, &e->campaigns) {
		buf_add_byte(to, ' ');
		terminal_text(to, c->id);
		buf_add_str(to, c->is_observed ? STR("?") : STR(""));
	}
	buf_add_byte(to, '\n');
	arena_free(a);
}

void
history_view_differs(struct buf *to, const struct history_entry *e)
{
	buf_add_str(to, STR("    "));
	terminal_text(to, e->mirror);
	buf_add_str(to, STR(" says "));
	terminal_text(to, e->their_action);
	buf_printf(to, " %.2f: ", (double)e->their_points / 100);
	terminal_text(to, e->differs);
	buf_add_byte(to, '\n');
}

static void
add_row(struct buf *to, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	buf_printf(to, "%-12s", name);
	terminal_text(to, value);
	buf_add_byte(to, '\n');
}

static void
add_basics(struct buf *to, const struct history_entry *e, struct arena *a)
{
	const struct str *rcpt;
	const struct history_list *l;

	add_row(to, "id", e->id);
	add_row(to, "time", history_time_text(a, e->time));
	add_row(to, "queue id", e->queue);
	add_row(to, "message id", e->message_id);
	add_row(to, "by", str_cat(a, e->front, STR(" "), e->client));
	add_row(to, "peer", e->peer);
	add_row(to, "helo", e->envelope.helo);
	add_row(to, "from", e->envelope.mail_from);
	VEC_EACH(rcpt, &e->envelope.rcpt)
		add_row(to, "to", *rcpt);
	add_row(to, "user", e->envelope.user);
	add_row(to, "From", e->header_from);
	add_row(to, "Subject", e->subject);
	buf_printf(to, "%-12s%" PRId64 " bytes, %" PRId64 " us, generation %"
	    PRId64 "%s%s\n", "message", e->bytes, e->time_us, e->generation,
	    e->is_cut ? ", cut short" : "",
	    e->is_degraded ? ", degraded" : "");
	VEC_EACH(l, &e->lists)
		add_row(to, "list", str_printf(a, "%" STR_FMT " of %"
		    STR_FMT ", %" PRId64 " rows", STR_ARG(l->id),
		    STR_ARG(history_time_text(a, l->mtime)), l->rows));
}

static void
add_text(struct buf *to, const struct terminal *t, const json_t *text,
    unsigned indent)
{
	if (!json_is_string(text))
		return;
	terminal_lines(to, t, (struct str){ json_string_value(text),
	    json_string_length(text) }, indent);
	buf_add_byte(to, '\n');
}

static void
add_lines(struct buf *to, const struct terminal *t, const json_t *lines,
    const char *lang)
{
	const json_t *line, *evidence;
	size_t i, k;

	json_array_foreach(lines, i, line) {
		buf_printf(to, "  %+7.2f  ", json_number_value(
		    json_object_get(line, "points")));
		add_text(to, t, json_object_get(json_object_get(line, "say"),
		    lang), INDENT);
		json_array_foreach(json_object_get(line, "evidence"), k,
		    evidence) {
			buf_printf(to, "%*s", INDENT + 2, "");
			add_text(to, t, json_object_get(evidence, "found"),
			    INDENT + 2);
		}
	}
}

static void
add_campaigns(struct buf *to, const struct terminal *t,
    const json_t *campaigns, const char *lang)
{
	const json_t *c;
	size_t i;

	json_array_foreach(campaigns, i, c)
		add_text(to, t, json_object_get(json_object_get(c, "title"),
		    lang), 0);
}

static void
add_notes(struct buf *to, const struct terminal *t, const json_t *notes,
    const char *lang)
{
	const json_t *note;
	size_t i;

	json_array_foreach(notes, i, note) {
		buf_add_str(to, STR("  - "));
		add_text(to, t, json_object_get(note, lang), 4);
	}
}

static void
add_answers(struct buf *to, const struct history_entry *e)
{
	const struct trace_answer *t;

	buf_printf(to, "\n%zu answers kept%s\n", e->trace.answers.n,
	    e->trace.is_cut ? ", others cut" : "");
	VEC_EACH(t, &e->trace.answers) {
		buf_printf(to, "  %s ", trace_type_name(t->type));
		terminal_text(to, t->key);
		buf_printf(to, ": %s", t->state == ASK_FAILED ? "failed" :
		    t->state == ASK_NONE ? "none" : "");
		for (size_t i = 0; i < t->n; i++) {
			buf_add_str(to, i == 0 ? STR("") : STR(", "));
			terminal_text(to, t->type == DNS_A ||
			    t->type == DNS_AAAA ? STR("address") :
			    utf8_is_valid(t->at[i]) ? t->at[i] : STR("?"));
		}
		buf_add_byte(to, '\n');
	}
}

/* Of a verdict whose reasons are not told: nothing was done, and no campaign
 * known. */
static void
add_symbols(struct buf *to, const struct history_entry *e)
{
	const struct history_symbol *s;

	VEC_EACH(s, &e->symbols) {
		buf_printf(to, "%+8.2f  ", (double)s->points / 100);
		terminal_text(to, s->name);
		buf_add_byte(to, '\n');
	}
}

void
history_view(struct buf *to, const struct history_entry *e,
    const struct terminal *t, struct str lang)
{
	const char *in = str_is(lang, "ja") ? "ja" : "en";
	json_t *root = json_loadb(e->json.p, e->json.n, JSON_ALLOW_NUL, NULL);
	const json_t *why = json_object_get(root, "sekisho");
	struct arena *a = arena_new();

	buf_add_str(to, str_of(terminal_ink(t, ink_of(e))));
	terminal_text(to, e->action);
	buf_printf(to, "%s  %.2f / %.2f\n", terminal_ink(t, INK_PLAIN),
	    (double)e->points / 100, (double)e->required / 100);
	add_campaigns(to, t, json_object_get(why, "campaigns"), in);
	buf_add_byte(to, '\n');
	add_basics(to, e, a);
	buf_add_byte(to, '\n');
	add_lines(to, t, json_object_get(why, "lines"), in);
	add_notes(to, t, json_object_get(why, "notes"), in);
	if (json_is_true(json_object_get(root, "explanation_cut")))
		buf_add_str(to, STR("the reasons were too long to be kept\n"));
	else if (why == NULL)
		add_symbols(to, e);
	add_answers(to, e);
	arena_free(a);
	json_decref(root);
}
