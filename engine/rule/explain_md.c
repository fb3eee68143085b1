/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A verdict in words, as Markdown: for a ticket, a wiki, a mail to whoever
 * asks.  The sections are those of the text; every point has a row, every
 * piece of evidence what it is, where it stands and where it comes from.
 */
#include "rule/explain.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "mail/message.h"
#include "rule/note.h"
#include "rule/wording.h"

enum { LINKS_MOST = 20, EVIDENCE_MOST = 16 };

struct sheet {
	struct buf *to;
	struct arena *arena;
	struct wording wording;
	note_list notes;
	const struct verdict *verdict;
	const struct facts *facts;
	const struct message *message;
	enum lang lang;
};

static struct str
word(const struct sheet *s, const char *ja, const char *en)
{
	return str_of(s->lang == LANG_JA ? ja : en);
}

/* Text of others: nothing in it is mark-up, and it stays on its line. */
static void
put(struct sheet *s, struct str text)
{
	static const struct str signs = STR_INIT("\\`*_[]<>|#~&!");

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (str_has(signs, c))
			buf_add_byte(s->to, '\\');
		buf_add_byte(s->to, c == '\n' || c == '\r' ? ' ' : c);
	}
}

static void
put_row(struct sheet *s, const char *ja, const char *en, struct str value)
{
	if (value.n == 0)
		return;
	buf_add_str(s->to, STR("- "));
	buf_add_str(s->to, word(s, ja, en));
	buf_add_str(s->to, STR(": "));
	put(s, value);
	buf_add_byte(s->to, '\n');
}

static struct str
fact_text(struct sheet *s, uint32_t id)
{
	const struct fact *f = facts_get(s->facts, id);

	if (f->state != FACT_KNOWN || f->n == 0)
		return STR("");
	return wording_show(&s->wording, f->at[0].text);
}

static void
put_head(struct sheet *s)
{
	const struct verdict *v = s->verdict;
	char day[16];

	day_format(v->day, day);
	buf_printf(s->to, "# %s", action_name(v->action));
	if (s->lang == LANG_JA)
		buf_printf(s->to, " (%s)", action_texts[v->action][LANG_JA]);
	buf_printf(s->to, ": %" STR_FMT, STR_ARG(wording_points(s->arena,
	    v->points, false)));
	buf_add_str(s->to, word(s, " 点", " points"));
	buf_add_str(s->to, word(s, "\n\n判定日 ", "\n\nAs of "));
	buf_printf(s->to, "%s", day);
	if (v->conf->add_header != INT32_MAX)
		buf_printf(s->to, ", add header %" STR_FMT, STR_ARG(
		    wording_points(s->arena, v->conf->add_header, false)));
	if (v->conf->reject != INT32_MAX)
		buf_printf(s->to, ", reject %" STR_FMT, STR_ARG(
		    wording_points(s->arena, v->conf->reject, false)));
	buf_add_byte(s->to, '\n');
}

static void
put_links(struct sheet *s)
{
	const struct message *m = s->message;
	struct map seen;
	size_t told = 0;

	map_init(&seen, s->arena);
	for (uint32_t i = 0; i < m->urls.n && told < LINKS_MOST; i++) {
		const struct url *u = &m->urls.at[i];
		struct str text = wording_show(&s->wording, str_trim(u->text));

		if (url_source_is_loaded(u->source) ||
		    u->source == URL_NESTED ||
		    *map_put(&seen, u->normalized, i) != i)
			continue;
		told++;
		buf_printf(s->to, "- %u: ", i + 1);
		if (text.n != 0) {
			put(s, text);
			buf_add_str(s->to, STR(" → "));
		}
		put(s, wording_show(&s->wording, u->raw));
		buf_add_byte(s->to, '\n');
	}
}

static void
put_named(struct sheet *s, const char *ja, const char *en, struct str value)
{
	if (value.n == 0)
		return;
	buf_add_str(s->to, STR("; "));
	buf_add_str(s->to, word(s, ja, en));
	buf_add_byte(s->to, ' ');
	put(s, value);
}

/* "- found [link 1, url.host]; indicator ...; source ...; date ...". */
static void
put_evidence(struct sheet *s, const struct campaign *c,
    const struct evidence *e)
{
	buf_add_str(s->to, STR("    - "));
	put(s, wording_show(&s->wording, e->found));
	buf_add_str(s->to, STR(" ("));
	put(s, place_say(s->arena, &e->place, s->message, s->lang));
	if (e->field != NULL) {
		buf_add_str(s->to, STR(", "));
		put(s, str_of(e->field->name));
	}
	buf_add_byte(s->to, ')');
	put_named(s, "指標", "indicator", indicator_say(&s->wording, e,
	    s->lang));
	if (e->value != NULL && e->value->library != NULL)
		put_named(s, "ライブラリ", "library", pack_say(s->arena,
		    e->value->library, s->lang));
	put_named(s, "出典", "source", wording_plain(&s->wording,
	    evidence_source(c, e)));
	put_named(s, "確認日", "seen", evidence_seen(s->arena, c, e));
	if (e->is_quoted)
		put_named(s, "引用", "quoted", word(s, "(点なし)",
		    "(no points)"));
	buf_add_byte(s->to, '\n');
}

static void
put_line(struct sheet *s, const struct verdict_line *l)
{
	const struct campaign *c = l->campaign < s->verdict->campaigns.n
	    ? &s->verdict->campaigns.at[l->campaign] : NULL;

	buf_printf(s->to, "- **%" STR_FMT "** ", STR_ARG(wording_points(
	    s->arena, l->points, true)));
	put(s, line_label(l));
	buf_add_str(s->to, STR(": "));
	put(s, line_say(&s->wording, s->verdict, l, s->lang));
	buf_add_byte(s->to, '\n');
	if (c != NULL && l->sign != NULL)
		put_evidence(s, c, &l->sign->evidence);
	for (size_t i = 0; c != NULL && l->group != NULL &&
	    i < l->group->evidence.n && i < EVIDENCE_MOST; i++)
		put_evidence(s, c, &l->group->evidence.at[i]);
}

static struct str
said(struct sheet *s, const struct say *say)
{
	return wording_plain(&s->wording, say_in(say, word(s, "ja", "en")));
}

static void
put_campaign(struct sheet *s, uint32_t index)
{
	const struct campaign *c = &s->verdict->campaigns.at[index];
	const struct verdict_line *l;

	buf_add_str(s->to, STR("\n### "));
	put(s, c->symbol);
	buf_printf(s->to, " %" STR_FMT "\n\n", STR_ARG(wording_points(
	    s->arena, c->points, false)));
	put_row(s, "名称", "title", campaign_title(c, s->lang));
	put_row(s, "ルール", "pack", pack_say(s->arena, c->pack, s->lang));
	if (c->rule != NULL) {
		put_row(s, "手口", "what it is", said(s, &c->pack->say));
		put_row(s, "重大度", "severity",
		    str_of(severity_texts[c->pack->severity][s->lang]));
	}
	put_row(s, "出典", "source", c->rule == NULL ? c->brand->brand->source
	    : str_join(s->arena, c->pack->references.at,
	        c->pack->references.n, STR(", ")));
	if (c->rule != NULL)
		put_row(s, "報告の事実", "reported", said(s, &c->pack->facts));
	buf_add_byte(s->to, '\n');
	VEC_EACH (l, &s->verdict->lines)
		if (l->campaign == index)
			put_line(s, l);
}

static void
put_verdict(struct sheet *s)
{
	const struct verdict_line *l;

	for (uint32_t i = 0; i < s->verdict->campaigns.n; i++)
		put_campaign(s, i);
	buf_add_byte(s->to, '\n');
	VEC_EACH (l, &s->verdict->lines)
		if (l->campaign == UINT32_MAX)
			put_line(s, l);
	buf_printf(s->to, "- **%" STR_FMT "** ", STR_ARG(wording_points(
	    s->arena, s->verdict->points, false)));
	buf_add_str(s->to, word(s, "合計\n", "in all\n"));
}

static void
put_section(struct sheet *s, enum section section)
{
	const struct note *n;

	if (!section_is_shown(&s->notes, section))
		return;
	buf_printf(s->to, "\n## %s\n\n", section_titles[section][s->lang]);
	if (section == SECTION_BASICS) {
		put_row(s, "件名", "subject", wording_show(&s->wording,
		    s->message->subject));
	} else if (section == SECTION_SENDER) {
		put_row(s, "表示名", "name", fact_text(s, FACT_FROM_NAME));
		put_row(s, "アドレス", "address", fact_text(s, FACT_FROM));
		put_row(s, "封筒", "envelope", fact_text(s, FACT_MAIL_FROM));
		put_row(s, "返信先", "reply to", fact_text(s, FACT_REPLY_TO));
	} else if (section == SECTION_LINKS) {
		put_links(s);
	} else if (section == SECTION_TEXT) {
		put_row(s, "文字コード", "charset",
		    fact_text(s, FACT_CHARSET));
	} else if (section == SECTION_VERDICT) {
		put_verdict(s);
	}
	VEC_EACH (n, &s->notes) {
		if (note_texts[n->code].section != section)
			continue;
		buf_add_str(s->to, STR("- "));
		put(s, note_say(s->arena, n, s->lang));
		buf_add_byte(s->to, '\n');
	}
}

void
explain_markdown(struct buf *to, const struct verdict *v,
    const struct facts *facts, const struct message *m,
    const struct explain_conf *conf)
{
	struct sheet s = {
		.to = to, .arena = facts->arena, .verdict = v,
		.facts = facts, .message = m, .lang = lang_of(conf->lang),
	};

	wording_init(&s.wording, s.arena, facts, m);
	notes_collect(&s.notes, &s.wording, v, facts, m);
	put_head(&s);
	for (int section = 0; section < SECTIONS; section++)
		put_section(&s, (enum section)section);
}
