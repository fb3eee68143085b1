/* SPDX-License-Identifier: Apache-2.0 */
/* The mail's own text inside a report. */
#include "rule/draftbody.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "mail/fold.h"
#include "rule/brandindex.h"

enum { PHRASE_CHARS = 8, PHRASE_CHARS_ASCII = 16, PHRASE_MOST = 110,
	PHRASES_MOST = 24, LINES_MOST = 200, REGION_LINES = 120,
	BUTTON_CHARS = 5, BUTTON_MOST = 40, QUOTED_MOST = 60, TITLE_LEAST = 5,
	NAME_LINE_MOST = 24 };

void
body_init(struct body_walk *w, struct draft_maker *m,
    const struct report *report)
{
	*w = (struct body_walk){ .m = m, .report = report };
}

static void
enter(struct body_walk *w)
{
	w->is_inside = true;
	w->lines = 0;
}

static void
leave(struct body_walk *w)
{
	w->is_inside = false;
	w->is_block = false;
}

void
body_ruler(struct body_walk *w)
{
	if (w->is_inside && !w->is_block)
		return; /* part of the mail */
	leave(w);
	w->has_labels = false;
	if (w->has_samples) {
		enter(w);
		w->is_block = true;
	}
}

/* "KAGOYA Internet Routing": a name and little else. */
static bool
is_name_line(struct draft_maker *m, struct str line)
{
	const struct brand_known *known;
	const struct str *name;
	struct str text;

	if (m->conf->brands == NULL || utf8_count(line) > NAME_LINE_MOST)
		return false;
	text = fold(m->arena, line).text;
	VEC_EACH(known, &m->conf->brands->brands)
		VEC_EACH(name, &known->brand->names) {
			struct str folded = fold(m->arena, *name).text;

			if (folded.n > 3 && str_find_str(text, folded) <
			    text.n)
				return true;
		}
	return false;
}

bool
body_is_phrase(struct draft_maker *m, struct str line)
{
	static const struct str stock[] = { STR_INIT("ありがとうございます"),
		STR_INIT("よろしくお願い"), STR_INIT("お世話になって"),
		STR_INIT("お問い合わせ"), STR_INIT("問合せ"),
		STR_INIT("copyright"), STR_INIT("all rights reserved"),
		STR_INIT("受付時間"), STR_INIT("©"), STR_INIT("お客様各位"),
		STR_INIT("平日"), STR_INIT("dear "), STR_INIT("regards"),
		STR_INIT("thank you"), STR_INIT("sincerely"),
		STR_INIT("ご不便を"), STR_INIT("株式会社"),
		STR_INIT("サポートセンター"), STR_INIT("ご理解"),
		STR_INIT("お気軽に"), STR_INIT("運営"), STR_INIT("下記"),
		STR_INIT("unsubscribe"), STR_INIT("privacy policy"),
		STR_INIT("kagoya注"), STR_INIT("誠にありがとう"),
		STR_INIT("重要なお知らせです"), STR_INIT("http"),
		STR_INIT("://"), STR_INIT("@"), STR_INIT("[at]"),
		STR_INIT("tel "), STR_INIT("電話"), STR_INIT("電 話"),
		STR_INIT("フリーダイヤル") };
	size_t n = utf8_count(line);

	if (n < (utf8_is_ascii(line) ? PHRASE_CHARS_ASCII : PHRASE_CHARS))
		return false;
	return !str_case_has_any(line, stock, nitems(stock)) &&
	    !is_name_line(m, line);
}

/* Without "- ", "1. ", "■ " in front. */
static struct str
skip_bullet(struct str s)
{
	static const struct str bullets[] = { STR_INIT("- "), STR_INIT("* "),
		STR_INIT("・"), STR_INIT("■"), STR_INIT("□"), STR_INIT("●"),
		STR_INIT("○"), STR_INIT("◆"), STR_INIT("• ") };
	size_t n;

	for (size_t i = 0; i < nitems(bullets); i++)
		if (str_skip(&s, bullets[i]))
			return str_trim(s);
	n = str_digits(str_head(s, 2));
	return n != 0 && str_starts(str_from(s, n), STR(". ")) ?
	    str_from(s, n + 2) : s;
}

/* A sentence of a long line; the line itself where it is short. */
static struct str
first_sentence(struct str s)
{
	size_t end;

	if (utf8_count(s) <= PHRASE_MOST)
		return s;
	end = str_find_str(s, STR("。"));
	if (end < s.n && utf8_count(str_head(s, end)) >= PHRASE_CHARS &&
	    utf8_count(str_head(s, end)) <= PHRASE_MOST)
		return str_head(s, end + 3);
	end = str_find_str(s, STR(". "));
	if (end < s.n && end >= PHRASE_CHARS_ASCII && end <= PHRASE_MOST)
		return str_head(s, end + 1);
	return utf8_head(s, PHRASE_MOST);
}

/* The first of two or more, or "". */
static struct str
opening_sentence(struct str s)
{
	size_t end = str_find_str(s, STR("。"));

	return end + 3 < s.n ? str_head(s, end + 3) : STR("");
}

static void
add_line(struct body_walk *w, struct str text, uint32_t line)
{
	struct body_line *l;

	if (w->texts.n >= LINES_MOST)
		return;
	l = VEC_ADD(w->m->arena, &w->texts);
	l->text = text;
	l->line = line;
}

void
body_button(struct body_walk *w, struct str text, uint32_t line)
{
	struct body_line *l;
	size_t n = utf8_count(text);

	if (n < BUTTON_CHARS || n > BUTTON_MOST)
		return;
	VEC_EACH(l, &w->buttons)
		if (str_eq(l->text, text))
			return;
	l = VEC_ADD(w->m->arena, &w->buttons);
	l->text = text;
	l->line = line;
}

/* "1. 中央部分の「支払い方法を追加する": entries of a list of links. */
static void
listed_button(struct body_walk *w, const struct report_cell *cell)
{
	size_t open = str_find_str(cell->text, STR("「"));
	struct str text;

	if (ascii_is_digit(cell->text.p[0]) && w->speaks_of_links &&
	    open < cell->text.n) {
		text = str_from(cell->text, open + 3);
		body_button(w, str_head(text, str_find_str(text, STR("」"))),
		    cell->line);
		return;
	}
	w->speaks_of_links = str_ends(cell->text, STR("リンクは")) ||
	    (w->speaks_of_links && ascii_is_digit(cell->text.p[0]));
}

/* "「...」から hxxp://..." */
static bool
is_linked(struct str after)
{
	return str_starts(after, STR("から ")) &&
	    (str_case_find_str(after, STR("xxp")) < after.n ||
	    str_case_find_str(after, STR("ttp")) < after.n ||
	    str_find_str(after, STR("ｘｘｐ")) < after.n);
}

/* "「...」という詐欺メール", "メール「...」": a subject in passing. */
static void
title_in(struct body_walk *w, const struct report_cell *cell)
{
	static const struct str mails[] = { STR_INIT("メール"),
		STR_INIT("mail") };
	static const struct str bad[] = { STR_INIT("詐欺"), STR_INIT("偽"),
		STR_INIT("フィッシング"), STR_INIT("迷惑"),
		STR_INIT("不審"), STR_INIT("スパム"), STR_INIT("という"),
		STR_INIT("件名"), STR_INIT("と題") };
	size_t open = str_find_str(cell->text, STR("「"));
	struct str rest = str_from(cell->text, open + 3), after, before;
	size_t end = str_find_str(rest, STR("」"));
	struct body_line *l;

	if (open >= cell->text.n || end >= rest.n ||
	    utf8_count(str_head(rest, end)) < TITLE_LEAST)
		return;
	after = utf8_head(str_from(rest, end + 3), 40);
	before = str_head(cell->text, open);
	before = str_from(before, before.n > 30 ? before.n - 30 : 0);
	if ((!str_case_has_any(after, mails, nitems(mails)) ||
	    !str_case_has_any(after, bad, nitems(bad))) &&
	    !is_linked(after) && (!str_ends(before, STR("メール")) ||
	    !str_case_has_any(before, bad, nitems(bad))))
		return;
	l = VEC_ADD(w->m->arena, &w->titles);
	l->text = str_head(rest, end);
	l->line = cell->line;
}

/* with the subject "Your parcel is waiting" */
static void
english_title(struct body_walk *w, const struct report_cell *cell)
{
	static const struct str cues[] = { STR_INIT("subject \""),
		STR_INIT("subject line \""), STR_INIT("titled \""),
		STR_INIT("subject: \""), STR_INIT("subject “"),
		STR_INIT("subject line “"), STR_INIT("titled “"),
		STR_INIT("subject '"), STR_INIT("件名「"),
		STR_INIT("件名は「"), STR_INIT("subject of \"") };
	static const struct str ends[] = { STR_INIT("\""), STR_INIT("”"),
		STR_INIT("' "), STR_INIT("'."), STR_INIT("」") };

	for (size_t i = 0; i < nitems(cues); i++) {
		size_t at = str_case_find_str(cell->text, cues[i]);
		struct str rest = str_from(cell->text, at + cues[i].n);
		size_t end = rest.n;
		struct body_line *l;

		for (size_t k = 0; k < nitems(ends); k++)
			if (str_find_str(rest, ends[k]) < end)
				end = str_find_str(rest, ends[k]);
		if (at >= cell->text.n || end == rest.n ||
		    utf8_count(str_head(rest, end)) < TITLE_LEAST)
			continue;
		l = VEC_ADD(w->m->arena, &w->titles);
		l->text = str_head(rest, end);
		l->line = cell->line;
		return;
	}
}

/* "と断言されて ...": the line before was quoted from the mail. */
static void
quoted_before(struct body_walk *w, const struct report_cell *cell)
{
	static const struct str heads[] = { STR_INIT("と断言"),
		STR_INIT("と書かれ"), STR_INIT("と表示"), STR_INIT("とあり"),
		STR_INIT("と言われ"), STR_INIT("という文") };

	if (w->before == NULL || w->is_inside)
		return;
	for (size_t i = 0; i < nitems(heads); i++)
		if (str_starts(cell->text, heads[i]) &&
		    utf8_count(w->before->text) <= QUOTED_MOST)
			add_line(w, w->before->text, w->before->line);
}

/* 本文には「...」と書かれています */
static void
quoted_text(struct body_walk *w, const struct report_cell *cell)
{
	static const struct str cues[] = { STR_INIT("本文には「"),
		STR_INIT("本文に「"), STR_INIT("本文は「"),
		STR_INIT("文面は「") };

	for (size_t i = 0; i < nitems(cues); i++) {
		size_t at = str_find_str(cell->text, cues[i]);
		struct str rest = str_from(cell->text, at + cues[i].n);
		size_t end = str_find_str(rest, STR("」"));

		if (at < cell->text.n && end < rest.n)
			add_line(w, str_head(rest, end), cell->line);
	}
}

/* Labels that no lure has: the report's own table goes on. */
static bool
is_report_role(enum role role)
{
	return role == ROLE_RELAY || role == ROLE_RDNS ||
	    role == ROLE_SITE_IP || role == ROLE_SENT_FROM ||
	    role == ROLE_HELO || role == ROLE_ASIDE ||
	    role == ROLE_RECEIVED || role == ROLE_ADDR;
}

static bool
is_end(const struct body_walk *w, const struct report_cell *cell,
    enum role role)
{
	return w->lines >= REGION_LINES || is_report_role(role) ||
	    is_end_heading(cell->text) ||
	    str_starts(cell->text, STR("※")) ||
	    str_starts(cell->text, STR("## ")) ||
	    (w->before != NULL && w->before->is_quoted && !cell->is_quoted);
}

/* Whether this cell changes where we are. */
static bool
is_border(struct body_walk *w, const struct report_cell *cell,
    enum role role)
{
	if (role == ROLE_BODY || (!w->is_inside &&
	    is_body_heading(cell->text))) {
		enter(w);
		w->is_block = false;
		return true;
	}
	if (role == ROLE_SUBJECT || role == ROLE_SENDER ||
	    role == ROLE_NAME || role == ROLE_REPLY_TO) {
		w->has_labels = true;
		/* A heading, then the head of the mail, then its text. */
		w->is_inside = w->is_inside && w->lines == 0;
		return true;
	}
	if (w->is_inside && is_end(w, cell, role)) {
		w->has_samples = w->has_samples &&
		    !str_starts(cell->text, STR("※"));
		leave(w);
		return true;
	}
	return role != ROLE_NONE && !w->is_inside;
}

/* A labelled head that a ruler opened, or "> " lines: text follows. */
static bool
begins_text(const struct body_walk *w, const struct report_cell *cell,
    size_t number)
{
	if (w->is_inside || !w->has_labels || !cell->is_first)
		return false;
	if (cell->is_quoted)
		return true;
	/* Between rulers: some line above is one, and a ruler follows. */
	for (size_t i = number; i < w->report->cells.n &&
	    i < number + REGION_LINES; i++)
		if (w->report->cells.at[i].is_ruler)
			return w->before != NULL;
	return false;
}

static bool
has_ruler_above(const struct body_walk *w, size_t number)
{
	for (size_t i = number; i > 0 && i + 12 > number; i--)
		if (w->report->cells.at[i - 1].is_ruler)
			return true;
	return false;
}

static void
step(struct body_walk *w, const struct report_cell *cell, enum role role)
{
	size_t number = (size_t)(cell - w->report->cells.at);

	if (is_border(w, cell, role))
		return;
	if (begins_text(w, cell, number) && (cell->is_quoted ||
	    has_ruler_above(w, number))) {
		enter(w);
		w->is_block = !cell->is_quoted;
		w->has_samples = w->has_samples || w->is_block;
	}
	if (!w->is_inside)
		return;
	add_line(w, cell->text, cell->line);
	w->lines++;
	if (cell->ends_table)
		leave(w);
}

void
body_cell(struct body_walk *w, const struct report_cell *cell,
    enum role role, bool is_part)
{
	if (is_part)
		return;
	quoted_before(w, cell);
	quoted_text(w, cell);
	listed_button(w, cell);
	title_in(w, cell);
	english_title(w, cell);
	step(w, cell, role);
	w->before = cell;
}

static bool
has_subject(const struct draft *d)
{
	const struct draft_value *v;

	VEC_EACH(v, &d->values)
		if (v->group == DRAFT_SUBJECT)
			return true;
	return false;
}

static bool
is_subject(const struct draft *d, struct str text)
{
	const struct draft_value *v;

	VEC_EACH(v, &d->values)
		if (v->group == DRAFT_SUBJECT && str_eq(v->text, text))
			return true;
	return false;
}

/* Lines that are the name of a brand, or the test's own subject. */
static bool
is_worth(struct body_walk *w, struct str text)
{
	return body_is_phrase(w->m, text) &&
	    !is_subject(w->m->draft, draft_wording(w->m->arena, text));
}

void
body_settle(struct body_walk *w)
{
	struct draft *d = w->m->draft;
	const struct body_line *l;
	size_t n = 0;

	if (!has_subject(d))
		VEC_EACH(l, &w->titles)
			draft_subject(w->m, l->text, l->line);
	VEC_EACH(l, &w->texts) {
		struct str text = first_sentence(skip_bullet(l->text));

		*VEC_ADD(w->m->arena, &d->body) = l->text;
		if (!is_worth(w, text))
			text = opening_sentence(text);
		if (n < PHRASES_MOST && is_worth(w, text)) {
			draft_phrase(w->m, text, l->line);
			n++;
		}
	}
	VEC_EACH(l, &w->buttons)
		draft_add(w->m, DRAFT_BUTTON, "link.text", l->text, l->line);
}
