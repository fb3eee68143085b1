/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A verdict in words, for a person: the sections of a report, each with what
 * the message shows and what is to be known about it, then every point with
 * its evidence, then what the brand itself says.
 */
#include "rule/explain.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/utf8.h"
#include "mail/message.h"
#include "rule/note.h"
#include "rule/pattern.h"
#include "rule/wording.h"

enum {
	WIDTH_LEAST = 40,
	WIDTH_USUAL = 80,
	LABEL_CELLS = 12,
	NAME_CELLS = 19,
	POINTS_CELLS = 6,
	LINKS_MOST = 10,
	EVIDENCE_MOST = 4,
	EVIDENCE_SCANNED = 64,
	EVIDENCE_INDENT = 10,
	REFERENCES_MOST = 4
};

struct page {
	struct buf *to;
	struct arena *arena;
	struct wording wording;
	note_list notes;
	const struct verdict *verdict;
	const struct facts *facts;
	const struct message *message;
	enum lang lang;
	bool is_coloured;
	size_t width;
};

enum tone { TONE_PLAIN, TONE_TITLE, TONE_BAD, TONE_GOOD, TONE_DIM };

static const char *const tones[] = {
	[TONE_PLAIN] = "\033[0m", [TONE_TITLE] = "\033[1m",
	[TONE_BAD] = "\033[31m", [TONE_GOOD] = "\033[32m",
	[TONE_DIM] = "\033[2m",
};

static const char *
word(const struct page *p, const char *ja, const char *en)
{
	return p->lang == LANG_JA ? ja : en;
}

static void
begin_tone(struct page *p, enum tone tone)
{
	if (p->is_coloured)
		buf_add_str(p->to, str_of(tones[tone]));
}

static void
end_tone(struct page *p)
{
	begin_tone(p, TONE_PLAIN);
}

static void
pad(struct page *p, size_t cells)
{
	while (cells-- > 0)
		buf_add_byte(p->to, ' ');
}

/* s in a column of so many cells, at least one blank behind it. */
static void
column(struct page *p, struct str s, size_t cells)
{
	size_t width = utf8_width(s);

	buf_add_str(p->to, s);
	pad(p, width < cells ? cells - width : 1);
}

/* Signs that no line begins with, and those that none ends with. */
static bool
is_closing(uint32_t point)
{
	return point == 0x3001 || point == 0x3002 || point == 0x300d ||
	    point == 0x300f || point == 0x3011 || point == 0xff09 ||
	    point == 0xff01 || point == 0xff1f || point == 0x30fc ||
	    point == ')' || point == ']' || point == ',' || point == '.' ||
	    point == ':' || point == 0x2026;
}

static bool
is_opening(uint32_t point)
{
	return point == 0x300c || point == 0x300e || point == 0x3010 ||
	    point == 0xff08 || point == '(' || point == '[';
}

/* Where a line of so many cells can end: behind a blank, or beside a wide
 * character; at the last cell when there is no such place. */
static size_t
break_at(struct str s, size_t cells)
{
	size_t at = 0, used = 0, best = 0, before = 0;

	while (at < s.n) {
		size_t begin = at;
		uint32_t point = utf8_next(s, &at);

		if (is_closing(point) && best == begin)
			best = before;
		used += utf8_width(str_sub(s, begin, at));
		/* Behind a long address one hangs over the edge. */
		if (used == cells + 1 && best == 0 && is_closing(point))
			continue;
		if (used > cells)
			return best != 0 ? best : begin != 0 ? begin : at;
		if (point != ' ' && (!utf8_is_wide(point) ||
		    is_opening(point)))
			continue;
		before = best;
		best = at;
	}
	return s.n;
}

/* Text that goes on below itself; indent is where the cursor stands. */
static void
wrapped(struct page *p, struct str s, size_t indent)
{
	size_t room = p->width > indent + 20 ? p->width - indent : 20;

	for (;;) {
		size_t n = break_at(s, room);

		buf_add_str(p->to, n == s.n ? s : str_trim(str_head(s, n)));
		buf_add_byte(p->to, '\n');
		s = str_trim(str_from(s, n));
		if (s.n == 0)
			return;
		pad(p, indent);
	}
}

static void
row(struct page *p, const char *ja, const char *en, struct str value)
{
	if (value.n == 0)
		return;
	pad(p, 2);
	column(p, str_of(word(p, ja, en)), LABEL_CELLS);
	wrapped(p, value, LABEL_CELLS + 2);
}

static struct str
fact_text(struct page *p, uint32_t id)
{
	const struct fact *f = facts_get(p->facts, id);

	if (f->state != FACT_KNOWN || f->n == 0)
		return STR("");
	return wording_show(&p->wording, f->at[0].text);
}

static void
title(struct page *p, enum section section)
{
	buf_add_byte(p->to, '\n');
	begin_tone(p, TONE_TITLE);
	buf_add_str(p->to, str_of(section_titles[section][p->lang]));
	end_tone(p);
	buf_add_byte(p->to, '\n');
}

static void
section_notes(struct page *p, enum section section)
{
	const struct note *n;

	VEC_EACH (n, &p->notes) {
		if (note_texts[n->code].section != section)
			continue;
		buf_add_str(p->to, STR("  - "));
		wrapped(p, note_say(p->arena, n, p->lang), 4);
	}
}

/* Head */

static void
head(struct page *p)
{
	const struct verdict *v = p->verdict;
	struct str points = wording_points(p->arena, v->points, false);
	char day[16];

	day_format(v->day, day);
	begin_tone(p, v->action == ACTION_NONE ? TONE_GOOD : TONE_BAD);
	buf_add_str(p->to, str_of(action_name(v->action)));
	end_tone(p);
	if (p->lang == LANG_JA)
		buf_printf(p->to, " (%s)", action_texts[v->action][LANG_JA]);
	buf_printf(p->to, "  %" STR_FMT "%s", STR_ARG(points),
	    word(p, " 点", " points"));
	if (v->conf->add_header != INT32_MAX)
		buf_printf(p->to, "  add header %" STR_FMT, STR_ARG(
		    wording_points(p->arena, v->conf->add_header, false)));
	if (v->conf->reject != INT32_MAX)
		buf_printf(p->to, "  reject %" STR_FMT, STR_ARG(
		    wording_points(p->arena, v->conf->reject, false)));
	buf_printf(p->to, "  %s %s\n", word(p, "判定日", "as of"), day);
}

/* Links */

static void
links(struct page *p)
{
	const struct message *m = p->message;
	struct map seen;
	size_t told = 0;

	map_init(&seen, p->arena);
	for (uint32_t i = 0; i < m->urls.n; i++) {
		const struct url *u = &m->urls.at[i];
		struct str text = wording_show(&p->wording, str_trim(u->text));

		if (url_source_is_loaded(u->source) ||
		    u->source == URL_NESTED ||
		    *map_put(&seen, u->normalized, i) != i)
			continue;
		if (told++ == LINKS_MOST) {
			buf_add_str(p->to, STR("  ...\n"));
			return;
		}
		pad(p, 2);
		column(p, str_printf(p->arena, "%u", i + 1), 4);
		wrapped(p, text.n == 0 ? wording_show(&p->wording, u->raw)
		    : str_cat(p->arena, str_of(word(p, "「", "\"")), text,
		        str_of(word(p, "」 → ", "\" -> ")),
		        wording_show(&p->wording, u->raw)), 6);
	}
}

/* Points */

/* How often this stands in the list from here on; 0: it stood before. */
static size_t
times(const evidence_list *list, size_t at)
{
	const struct evidence *e = &list->at[at];
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (list->at[i].value != e->value ||
		    !str_eq(list->at[i].found, e->found))
			continue;
		if (i < at)
			return 0;
		n++;
	}
	return n;
}

/* The source of a campaign or brand stands at its head, once. */
static struct str
own_source(const struct campaign *c, const struct evidence *e)
{
	if (e->value == NULL || e->value->source.n == 0 ||
	    (c->pack->references.n != 0 &&
	        str_eq(e->value->source, c->pack->references.at[0])))
		return STR("");
	return e->value->source;
}

/* " [From] x3 indicator ..., source ... (2026-02-09)": what there is. */
static struct str
whereabouts(struct page *p, const struct campaign *c,
    const struct evidence *e, size_t n)
{
	struct str pattern = indicator_say(&p->wording, e, p->lang);
	struct str source = own_source(c, e);
	struct buf b;

	buf_init_arena(&b, p->arena, 8192);
	buf_printf(&b, " [%" STR_FMT "%s%s]", STR_ARG(place_say(p->arena,
	    &e->place, p->message, p->lang)), e->field == NULL ? "" : ", ",
	    e->field == NULL ? "" : e->field->name);
	if (n > 1)
		buf_printf(&b, " x%zu", n);
	if (pattern.n != 0)
		buf_printf(&b, " %s %" STR_FMT, word(p, "指標", "indicator"),
		    STR_ARG(pattern));
	if (source.n != 0)
		buf_printf(&b, " %s %" STR_FMT, word(p, "出典", "source"),
		    STR_ARG(source));
	if (e->value != NULL && e->value->seen.n != 0)
		buf_printf(&b, " (%" STR_FMT ")", STR_ARG(e->value->seen));
	if (e->is_quoted)
		buf_add_str(&b, str_of(word(p, " 引用", " quoted")));
	return buf_str(&b);
}

/* One piece of evidence, and how often it stands there. */
struct exhibit {
	const struct evidence *evidence;
	size_t times;
};

typedef VEC(struct exhibit) exhibit_list;

/* What a line rests on, each once; one more than will be told. */
static void
find_exhibits(exhibit_list *out, struct page *p, const struct verdict_line *l)
{
	const evidence_list *list;

	if (l->sign != NULL)
		*VEC_ADD(p->arena, out) = (struct exhibit){
			&l->sign->evidence, 1 };
	if (l->group == NULL)
		return;
	list = &l->group->evidence;
	for (size_t i = 0; i < list->n && i < EVIDENCE_SCANNED &&
	    out->n <= EVIDENCE_MOST; i++) {
		size_t n = times(list, i);

		if (n != 0)
			*VEC_ADD(p->arena, out) = (struct exhibit){
				&list->at[i], n };
	}
}

static void
show_exhibits(struct page *p, const struct campaign *c,
    const exhibit_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct exhibit *x = &list->at[i];

		pad(p, EVIDENCE_INDENT);
		if (i == EVIDENCE_MOST) {
			buf_add_str(p->to, STR("...\n"));
			return;
		}
		begin_tone(p, TONE_DIM);
		wrapped(p, str_cat(p->arena, wording_show(&p->wording,
		    x->evidence->found), whereabouts(p, c, x->evidence,
		    x->times)), EVIDENCE_INDENT);
		end_tone(p);
	}
}

/* " (2 of 5 hit, 2 needed)", where more than one is needed or hit. */
static struct str
counted(struct page *p, const struct verdict_line *l)
{
	const struct group *g;

	if (l->group == NULL || l->group->group->values.n < 2 ||
	    (l->group->group->want < 2 && l->group->hits < 2))
		return STR("");
	g = l->group->group;
	if (p->lang == LANG_JA)
		return str_printf(p->arena,
		    " (%zu 個中 %u 個一致、%u 個で成立)",
		    g->values.n, l->group->hits, g->want);
	return str_printf(p->arena, " (%u of %zu hit, %u needed)",
	    l->group->hits, g->values.n, g->want);
}

/* "   +2.5  "; the cursor is then where the name of a line begins. */
static void
show_points(struct page *p, int32_t points, bool has_sign)
{
	struct str s = wording_points(p->arena, points, has_sign);
	size_t width = utf8_width(s);

	pad(p, 2 + (width < POINTS_CELLS ? POINTS_CELLS - width : 0));
	begin_tone(p, points > 0 ? TONE_BAD : TONE_DIM);
	buf_add_str(p->to, s);
	end_tone(p);
	pad(p, 2);
}

/* A single piece of evidence that the text quotes already adds only where it
 * stands. */
static void
line(struct page *p, const struct verdict_line *l)
{
	struct str name = line_label(l);
	const struct campaign *c = l->campaign < p->verdict->campaigns.n
	    ? &p->verdict->campaigns.at[l->campaign] : NULL;
	struct str text = line_say(&p->wording, p->verdict, l, p->lang);
	exhibit_list exhibits = { 0 };

	if (c != NULL)
		find_exhibits(&exhibits, p, l);
	if (exhibits.n == 1 && str_find_str(text, wording_show(&p->wording,
	    exhibits.at[0].evidence->found)) < text.n) {
		text = str_cat(p->arena, text, whereabouts(p, c,
		    exhibits.at[0].evidence, exhibits.at[0].times));
		exhibits.n = 0;
	}
	show_points(p, l->points, true);
	column(p, name, NAME_CELLS);
	wrapped(p, str_cat(p->arena, text, counted(p, l)),
	    2 + POINTS_CELLS + 2 + NAME_CELLS);
	show_exhibits(p, c, &exhibits);
}

/* Where all of it comes from; when it was last seen is a note. */
static void
references(struct page *p, const struct campaign *c)
{
	const str_list *list = &c->pack->references;
	size_t n = list->n < REFERENCES_MOST ? list->n : REFERENCES_MOST;

	row(p, "出典", "source", c->rule == NULL ? c->brand->brand->source
	    : str_join(p->arena, list->at, n, STR(", ")));
}

static struct str
severity(struct page *p, const struct pack *pack)
{
	return str_printf(p->arena, p->lang == LANG_JA ? "%s、確度 %s"
	    : "%s, confidence %s", severity_texts[pack->severity][p->lang],
	    confidence_texts[pack->confidence][p->lang]);
}

static struct str
said(struct page *p, const struct say *say)
{
	return wording_plain(&p->wording, say_in(say,
	    p->lang == LANG_JA ? STR("ja") : STR("en")));
}

static void
campaign(struct page *p, uint32_t index)
{
	const struct campaign *c = &p->verdict->campaigns.at[index];
	const struct verdict_line *l;

	pad(p, 2);
	begin_tone(p, TONE_TITLE);
	buf_printf(p->to, "%" STR_FMT "  %" STR_FMT "\n", STR_ARG(c->symbol),
	    STR_ARG(wording_points(p->arena, c->points, false)));
	end_tone(p);
	row(p, "名称", "title", campaign_title(c, p->lang));
	row(p, "ルール", "pack", pack_say(p->arena, c->pack, p->lang));
	if (c->rule != NULL) {
		row(p, "手口", "what it is", said(p, &c->pack->say));
		row(p, "重大度", "severity", severity(p, c->pack));
	}
	references(p, c);
	VEC_EACH (l, &p->verdict->lines)
		if (l->campaign == index)
			line(p, l);
	if (c->rule != NULL)
		row(p, "報告の事実", "reported", said(p, &c->pack->facts));
	buf_add_byte(p->to, '\n');
}

static void
verdict(struct page *p)
{
	const struct verdict_line *l;

	for (uint32_t i = 0; i < p->verdict->campaigns.n; i++)
		campaign(p, i);
	VEC_EACH (l, &p->verdict->lines)
		if (l->campaign == UINT32_MAX)
			line(p, l);
	show_points(p, p->verdict->points, false);
	begin_tone(p, TONE_TITLE);
	buf_add_str(p->to, str_of(p->verdict->campaigns.n == 0
	    ? word(p, "合計 (一致した指標はありません)",
	        "in all (nothing matched)") : word(p, "合計", "in all")));
	end_tone(p);
	buf_add_byte(p->to, '\n');
}

static void
sender_rows(struct page *p)
{
	row(p, "表示名", "name", fact_text(p, FACT_FROM_NAME));
	row(p, "アドレス", "address", fact_text(p, FACT_FROM));
	row(p, "封筒", "envelope", fact_text(p, FACT_MAIL_FROM));
	row(p, "返信先", "reply to", fact_text(p, FACT_REPLY_TO));
}

static void
section(struct page *p, enum section s)
{
	if (!section_is_shown(&p->notes, s))
		return;
	title(p, s);
	if (s == SECTION_BASICS)
		row(p, "件名", "subject", wording_show(&p->wording,
		    p->message->subject));
	else if (s == SECTION_SENDER)
		sender_rows(p);
	else if (s == SECTION_LINKS)
		links(p);
	else if (s == SECTION_TEXT)
		row(p, "文字コード", "charset", fact_text(p, FACT_CHARSET));
	else if (s == SECTION_VERDICT)
		verdict(p);
	section_notes(p, s);
}

void
explain_text(struct buf *to, const struct verdict *v,
    const struct facts *facts, const struct message *m,
    const struct explain_conf *conf)
{
	struct page p = {
		.to = to, .arena = facts->arena, .verdict = v,
		.facts = facts, .message = m, .lang = lang_of(conf->lang),
		.is_coloured = conf->is_coloured,
		.width = conf->width >= WIDTH_LEAST ? conf->width
		    : WIDTH_USUAL,
	};

	if (conf->is_markdown) {
		explain_markdown(to, v, facts, m, conf);
		return;
	}
	wording_init(&p.wording, p.arena, facts, m);
	notes_collect(&p.notes, &p.wording, v, facts, m);
	head(&p);
	for (int s = 0; s < SECTIONS; s++)
		section(&p, (enum section)s);
}

struct str
explain_line(struct wording *words, const struct verdict *v,
    const struct verdict_line *line, struct str lang)
{
	return line_say(words, v, line, lang_of(lang));
}
