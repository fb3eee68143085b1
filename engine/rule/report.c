/* SPDX-License-Identifier: Apache-2.0 */
/* From the bytes of a report to its cells. */
#include "rule/report.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "mail/charset.h"
#include "mail/html.h"
#include "rule/pattern.h"

enum { RULER_LEAST = 5, HEAD_BYTES = 2048, ENTITY_MOST = 34,
	JOINED_BYTES = 1000, JOINED_LINES = 8 };

static bool
is_page(struct str bytes)
{
	static const struct str tags[] = { STR_INIT("<!doctype html"),
		STR_INIT("<html"), STR_INIT("<body"), STR_INIT("<p>"),
		STR_INIT("<div"), STR_INIT("<table") };
	struct str head = str_head(bytes, HEAD_BYTES);

	for (size_t i = 0; i < nitems(tags); i++)
		if (str_case_find_str(head, tags[i]) < head.n)
			return true;
	return false;
}

static struct str
page_text(struct report *r, struct arena *a, struct str utf8)
{
	struct html_page page;
	url_list links = { 0 };

	html_read(&page, &links, a, utf8, 0, 0);
	r->title = str_trim(page.title);
	return str_cat(a, r->title, STR("\n"), page.visible);
}

/* "&#46;" and "&amp;" in text; 0: none begins here. */
static size_t
entity_span(struct str rest)
{
	size_t n = 1;

	if (rest.p[0] != '&')
		return 0;
	while (n < rest.n && n < ENTITY_MOST &&
	    (ascii_is_alnum(rest.p[n]) || rest.p[n] == '#'))
		n++;
	return n > 2 && n < rest.n && rest.p[n] == ';' ? n + 1 : 0;
}

/* What a reader does not see and a search stumbles over. */
static size_t
unseen_span(struct str rest)
{
	static const struct str unseen[] = {
		STR_INIT("\xe2\x80\x8b"), STR_INIT("\xe2\x80\x8c"),
		STR_INIT("\xe2\x80\x8d"), STR_INIT("\xe2\x81\xa0"),
		STR_INIT("\xef\xbb\xbf"), STR_INIT("\xc2\xad"),
		STR_INIT("<wbr>"), STR_INIT("<wbr/>"), STR_INIT("\r"),
	};

	for (size_t i = 0; i < nitems(unseen); i++)
		if (str_starts(rest, unseen[i]))
			return unseen[i].n;
	return 0;
}

/* Triangles that hide what packs hide behind dots: two and more of them, or
 * one inside an address ("▲1,000円" is a number below zero). */
static size_t
triangles(struct str s, size_t at)
{
	static const struct str signs[] = { STR_INIT("▲"), STR_INIT("△"),
		STR_INIT("〓") };
	struct str rest = str_from(s, at);
	size_t n = 0;

	for (size_t i = 0; n == 0 && i < nitems(signs); i++)
		while (str_starts(str_from(rest, n), signs[i]))
			n += signs[i].n;
	if (n > signs[0].n)
		return n;
	return n != 0 && ((at > 0 && str_has(STR("@./"), s.p[at - 1])) ||
	    (n < rest.n && str_has(STR("@./["), rest.p[n]))) ? n : 0;
}

static struct str
clean(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, s.n * 2 + 8);
	for (size_t at = 0; at < s.n;) {
		struct str rest = str_from(s, at);
		size_t n = unseen_span(rest), hidden = triangles(s, at);

		for (size_t i = 0; i < hidden; i += STR("▲").n)
			buf_add_str(&b, STR("●"));
		n += hidden;
		if (n != 0) {
			at += n;
			continue;
		}
		n = entity_span(rest);
		if (n != 0)
			buf_add_str(&b, html_unescape(a, str_head(rest, n)));
		else if (str_starts(rest, STR("\xc2\xa0")))
			buf_add_byte(&b, ' ');
		else
			buf_add_byte(&b, s.p[at]);
		at += n != 0 ? n : str_starts(rest, STR("\xc2\xa0")) ? 2 : 1;
	}
	return buf_str(&b);
}

/* A dot in another dress, between two letters or digits. */
static size_t
odd_dot(struct str s, size_t at)
{
	static const struct str dots[] = { STR_INIT("。"), STR_INIT("｡"),
		STR_INIT("．"), STR_INIT("・"), STR_INIT(" . "),
		STR_INIT(" [.] "), STR_INIT(" (.) ") };
	struct str rest = str_from(s, at);

	if (at == 0 || !ascii_is_alnum(s.p[at - 1]))
		return 0;
	for (size_t i = 0; i < nitems(dots); i++)
		if (str_starts(rest, dots[i]) && rest.n > dots[i].n &&
		    ascii_is_alnum(rest.p[dots[i].n]))
			return dots[i].n;
	return 0;
}

static void
add_narrow(struct buf *b, uint32_t point)
{
	if (point >= 0xff01 && point <= 0xff5e)
		buf_add_byte(b, (char)(point - 0xfee0));
	else if (point == 0x3000)
		buf_add_byte(b, ' ');
	else
		utf8_add(b, point);
}

static struct str
narrow(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, s.n * 3 + 8);
	for (size_t at = 0; at < s.n;)
		add_narrow(&b, utf8_next(s, &at));
	return buf_str(&b);
}

/* "**hxxps://...**": bold, not masked; blanks instead. */
static void
unbold(struct buf *b)
{
	for (size_t i = 0; i + 6 < b->n; i++) {
		size_t end = i + 2;

		if (b->p[i] != '*' || b->p[i + 1] != '*' ||
		    ascii_lower(b->p[i + 2]) != 'h' ||
		    ascii_lower(b->p[i + 5]) != 'p')
			continue;
		while (end < b->n && b->p[end] != ' ')
			end++;
		b->p[i] = b->p[i + 1] = ' ';
		if (b->p[end - 1] == '*' && b->p[end - 2] == '*')
			b->p[end - 1] = b->p[end - 2] = ' ';
	}
}

struct str
report_plain(struct arena *a, struct str text)
{
	struct str s = narrow(a, text);
	struct buf b;

	buf_init_arena(&b, a, s.n + 8);
	for (size_t at = 0; at < s.n;) {
		size_t n = odd_dot(s, at);

		buf_add_byte(&b, n != 0 ? '.' : s.p[at]);
		at += n != 0 ? n : 1;
	}
	unbold(&b);
	return refang(a, buf_str(&b));
}

/* "-----", "――――", "=====": one character, again and again. */
static bool
is_ruler(struct str s)
{
	static const char marks[] = "-=_*~#+";
	size_t at = 0, n = 0;

	while (at < s.n) {
		uint32_t point = utf8_next(s, &at);

		if (point < 0x80 ? !str_has(str_of(marks), (char)point) :
		    (point < 0x2010 || point > 0x2015) && point != 0x2500 &&
		    point != 0x2501 && point != 0x30fc && point != 0xff0d &&
		    point != 0xff1d && point != 0x2212)
			return false;
		n++;
	}
	return n >= RULER_LEAST;
}

struct cutter {
	struct report *report;
	struct arena *arena;
	uint32_t line;
	uint32_t joined;       /* lines taken into the one before */
	bool is_first;
	bool is_quoted;
	bool is_csv;
};

static void
add_cell(struct cutter *c, struct str text, bool ends_table)
{
	struct report *r = c->report;
	struct report_cell *cell;

	text = str_trim(text);
	if (text.n > REPORT_CELL_BYTES) {
		text = utf8_head(text, REPORT_CELL_BYTES);
		r->is_cut = true;
	}
	if (r->cells.n >= REPORT_CELLS) {
		r->is_cut = true;
		return;
	}
	if (text.n == 0) {
		if (ends_table && r->cells.n != 0)
			r->cells.at[r->cells.n - 1].ends_table = true;
		return;
	}
	cell = VEC_ADD(c->arena, &r->cells);
	cell->line = c->line;
	cell->is_first = c->is_first;
	cell->is_quoted = c->is_quoted;
	cell->ends_table = ends_table;
	cell->is_ruler = is_ruler(text);
	c->is_first = false;
	if (cell->is_ruler)
		return;
	cell->text = text;
	cell->plain = report_plain(c->arena, text);
}

/* Bytes of what parts two cells at the front of rest, or 0. */
static size_t
gap(const struct cutter *c, struct str rest, bool *is_pipe)
{
	size_t n = 0;

	*is_pipe = str_starts(rest, STR("|")) || str_starts(rest, STR("｜"));
	if (*is_pipe)
		return rest.p[0] == '|' ? 1 : 3;
	if (rest.p[0] == '\t' || (c->is_csv && rest.p[0] == ','))
		return 1;
	while (n < rest.n && rest.p[n] == ' ')
		n++;
	return n >= 2 ? n : 0;
}

static void
cut_line(struct cutter *c, struct str line)
{
	size_t begin = 0;
	bool is_pipe;

	c->is_first = true;
	c->is_quoted = str_starts(line, STR("> ")) ||
	    str_starts(line, STR("| > "));
	while (str_skip(&line, STR("> ")))
		;
	for (size_t at = 0; at < line.n;) {
		size_t n = gap(c, str_from(line, at), &is_pipe);

		if (n != 0) {
			add_cell(c, str_sub(line, begin, at), is_pipe);
			begin = at + n;
		}
		at += n != 0 ? n : 1;
	}
	add_cell(c, str_from(line, begin), false);
}

/* A table with commas says so in its first line. */
static bool
is_csv(struct str text)
{
	static const struct str heads[] = { STR_INIT("type"),
		STR_INIT("indicator"), STR_INIT("ioc"), STR_INIT("kind"),
		STR_INIT("種別"), STR_INIT("種類"), STR_INIT("category") };
	struct str line = str_trim(str_take_line(&text));

	while (line.n == 0 && text.n != 0)
		line = str_trim(str_take_line(&text));
	if (!str_has(line, ',') || line.n > 200)
		return false;
	for (size_t i = 0; i < nitems(heads); i++)
		if (str_case_starts(line, heads[i]))
			return true;
	return false;
}

static bool
has_kana(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t point = utf8_next(s, &at);

		if (point >= 0x3041 && point <= 0x30fe)
			return true;
	}
	return false;
}

static bool
is_header(struct str line)
{
	static const struct str names[] = { STR_INIT("from:"),
		STR_INIT("to:"), STR_INIT("reply-to:"), STR_INIT("subject:"),
		STR_INIT("received:"), STR_INIT("return-path:"),
		STR_INIT("sender:"), STR_INIT("message-id:") };

	for (size_t i = 0; i < nitems(names); i++)
		if (str_case_starts(line, names[i]))
			return true;
	return false;
}

static size_t
count(struct str s, struct str mark)
{
	size_t n = 0, at;

	while ((at = str_find_str(s, mark)) < s.n) {
		s = str_from(s, at + mark.n);
		n++;
	}
	return n;
}

/* A field folded as in RFC 5322 2.2.3, or a quotation over two lines. */
static bool
goes_on(struct str line, struct str next)
{
	struct str text = str_trim(next);

	if (text.n == 0 || line.n + next.n > JOINED_BYTES)
		return false;
	if (is_header(line))
		return ascii_is_space(next.p[0]) && text.p[0] != '-' &&
		    text.p[0] != '*';
	if (count(line, STR("「")) == count(line, STR("」")) + 1)
		return count(next, STR("「")) + 1 == count(next, STR("」"));
	return count(line, STR("\"")) % 2 == 1 &&
	    count(next, STR("\"")) % 2 == 1;
}

/* The last word of line is an address that was cut at its width: next is the
 * rest of it, and nothing beside. */
static bool
is_cut_address(struct str line, struct str next)
{
	static const struct str ends[] = { STR_INIT("-"), STR_INIT("[.]"),
		STR_INIT("_"), STR_INIT("="), STR_INIT("&") };
	struct str text = str_trim(next), word;
	bool is_cut = false;
	size_t i;

	line = str_trim(line);
	word = str_from(line, str_find_last(line, ' ') == line.n ? 0 :
	    str_find_last(line, ' ') + 1);
	for (i = 0; i < nitems(ends); i++)
		is_cut |= str_ends(word, ends[i]);
	if (!is_cut || (str_find_str(word, STR("://")) == word.n &&
	    str_find_str(word, STR("[.]")) == word.n && !str_has(word, '@')))
		return false;
	for (i = 0; i < text.n && text.p[i] > ' ' && text.p[i] < 0x7f; i++)
		if (text.p[i] == ':' || text.p[i] == '|')
			return false;
	return text.n != 0 && i == text.n && text.p[0] != '-';
}

/* A field of mail in a STIX pattern, as a header field would have it:
 * "[email-message:subject = 'x']". */
static struct str
from_pattern(struct arena *a, struct str line)
{
	static const struct {
		struct str object;
		const char *field;
	} known[] = {
		{ STR_INIT("email-message:subject"), "Subject: " },
		{ STR_INIT("email-message:from_ref.value"), "From: " },
		{ STR_INIT("email-message:sender_ref.value"), "From: " },
	};
	size_t at = str_find_str(line, STR("email-message:"));
	struct str rest = str_from(line, at), value;

	for (size_t i = 0; at < line.n && i < nitems(known); i++) {
		if (!str_starts(rest, known[i].object))
			continue;
		rest = str_from(rest, str_find(rest, '\'') + 1);
		value = str_head(rest, str_find(rest, '\''));
		return value.n == rest.n ? line : str_cat(a,
		    str_of(known[i].field), value);
	}
	return line;
}

/* A line with those that it goes on in. */
static struct str
take_whole(struct cutter *c, struct str *text)
{
	struct str line = str_take_line(text);
	bool is_field = is_header(line);

	c->line += 1 + c->joined;
	c->joined = 0;
	while (!c->is_csv && text->n != 0 && c->joined < JOINED_LINES) {
		struct str rest = *text, next = str_take_line(&rest);

		bool is_cut = is_cut_address(line, next);

		if (!is_cut && (!goes_on(line, next) ||
		    (!is_field && c->joined != 0)))
			break;
		line = str_cat(c->arena, str_trim(line), !is_cut &&
		    utf8_is_ascii(line) ? STR(" ") : STR(""),
		    str_trim(next));
		c->joined++;
		*text = rest;
	}
	return from_pattern(c->arena, line);
}

void
report_read(struct report *out, struct arena *a, struct str bytes)
{
	static const struct str machines[] = { STR_INIT("reported by gemini"),
		STR_INIT("generated by"), STR_INIT("written by ai"),
		STR_INIT("ai-generated"), STR_INIT("by chatgpt"),
		STR_INIT("AIが生成"), STR_INIT("AIによる自動生成"),
		STR_INIT("AIによって生成"), STR_INIT("自動生成された"),
		STR_INIT("生成AIが"), STR_INIT("automated analysis") };
	struct cutter c = { .report = out, .arena = a };
	struct str text, line;

	*out = (struct report){ .is_cut = bytes.n > REPORT_BYTES };
	bytes = str_head(bytes, REPORT_BYTES);
	text = charset_decode(a, bytes, STR("")).utf8;
	if (is_page(text))
		text = page_text(out, a, text);
	text = clean(a, text);
	c.is_csv = is_csv(text);
	out->is_machine = str_case_has_any(text, machines, nitems(machines));
	out->is_japanese = has_kana(str_head(text, 1 << 16));
	while (text.n != 0) {
		line = take_whole(&c, &text);
		cut_line(&c, line);
	}
}
