/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a message: parts that a person reads, as UTF-8. */
#include "mail/assemble.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/bidi.h"
#include "mail/charset.h"
#include "mail/plaintext.h"

/* The label inside a page counts when the part has none: <meta charset=x> or
 * content="text/html; charset=x", near its beginning. */
static struct str
page_label(struct arena *a, struct str html)
{
	struct str s = str_head(html, 2048), label;
	size_t n = 0;

	s = str_from(s, str_case_find_str(s, STR("<meta")));
	s = str_from(s, str_case_find_str(s, STR("charset")));
	if (!str_case_skip(&s, STR("charset")))
		return STR("");
	s = str_trim(s);
	if (!str_skip(&s, STR("=")))
		return STR("");
	s = str_trim(s);
	if (s.n != 0 && (s.p[0] == '"' || s.p[0] == '\''))
		s = str_from(s, 1);
	while (n < s.n && !ascii_is_space(s.p[n]) && s.p[n] != '"' &&
	    s.p[n] != '\'' && s.p[n] != '>' && s.p[n] != ';')
		n++;
	label = str_head(s, n);
	/* What can be read so far is ASCII: the label cannot be right. */
	return charset_is_wide(a, label) ? STR("utf-8") : label;
}

/* A mark of byte order of UTF-16 under a label that says otherwise. */
static bool
is_marked_otherwise(struct str bytes, struct str label)
{
	return charset_has_mark(bytes) &&
	    !str_case_starts(label, STR("utf-16")) &&
	    !str_case_starts(label, STR("utf-32"));
}

/* Bytes that only say they are in this charset: a mark of byte order goes
 * before any other label (WHATWG Encoding, 6.1), and seven-bit text that has
 * escapes to kanji is ISO-2022-JP.  What they are is then found out. */
static bool
is_mislabelled(struct str bytes, struct str label)
{
	if (label.n == 0)
		return false;
	if (is_marked_otherwise(bytes, label))
		return true;
	if (str_case_is(label, "utf-8") || !str_has(bytes, '\x1b') ||
	    str_case_find_str(label, STR("2022")) < label.n ||
	    str_case_starts(label, STR("utf-")))
		return false;
	return (str_find_str(bytes, STR("\x1b$B")) < bytes.n ||
	    str_find_str(bytes, STR("\x1b$@")) < bytes.n) &&
	    utf8_is_ascii(bytes);
}

static bool
is_calendar(const struct part *p)
{
	return str_is(p->type, "text/calendar") ||
	    str_is(p->type, "application/ics") ||
	    str_is(p->type, "text/x-vcalendar") ||
	    str_is(p->type, "text/vcard") ||
	    str_case_ends(p->name, STR(".ics"));
}

/* What a person reads of a text that is no page; of a page links.c tells. */
static struct str
visible_of(struct arena *a, const struct part *p, const struct text *t)
{
	struct str value;

	if (t->is_html)
		return t->utf8;
	if (is_calendar(p))
		return plaintext_unfolded(a, t->utf8);
	if (!header_param(a, p->content_type, "format", &value) ||
	    !str_case_is(value, "flowed"))
		return t->utf8;
	return plaintext_flowed(a, t->utf8,
	    header_param(a, p->content_type, "delsp", &value) &&
	    str_case_is(value, "yes"));
}

static struct str
without(struct arena *a, struct str s, char byte)
{
	struct str piece;
	struct buf b;

	if (!str_has(s, byte))
		return s;
	buf_init_arena(&b, a, s.n);
	while (str_next(&s, byte, &piece))
		buf_add_str(&b, piece);
	return buf_str(&b);
}

/* Beginning and end of what is too long: padding in front of a lure is cheaper
 * than padding on both sides, of which one is seen. */
static struct str
cut_middle(struct arena *a, struct str s, size_t most)
{
	if (s.n <= most || most < 1024)
		return str_head(s, most);
	most = most / 2 & ~(size_t)3; /* UTF-16 and UTF-32 stay in step */
	return str_cat(a, str_head(s, most),
	    str_from(s, (s.n - most) & ~(size_t)3));
}

static void
add_text(struct message *m, struct arena *a, uint32_t i,
    struct charset_text decoded)
{
	const struct part *p = &m->parts.at[i];
	struct text *t = VEC_ADD(a, &m->texts);

	t->part = i;
	t->is_html = p->is_page;
	/* mail programs do not show it, and no phrase or address has one */
	t->utf8 = without(a, decoded.utf8, '\0');
	t->visible = visible_of(a, p, t);
	if (!t->is_html) {
		t->typed = t->visible;
		t->visible = bidi_turn(a, t->visible);
		if (t->visible.p == t->typed.p)
			t->typed = STR("");
		quoted_find(&t->quoted, a, t->visible, NULL);
	}
	t->charset = decoded.charset;
	t->is_guess = decoded.is_guess;
	t->is_damaged = decoded.is_damaged;
}

static void
read_as(struct message *m, struct arena *a, uint32_t i, struct str bytes,
    struct str label)
{
	add_text(m, a, i, charset_decode(a, bytes, label));
}

/*
 * A label that means something else of ASCII, if another stands beside it:
 * that of a second Content-Type field, or in a page that a browser opens, who
 * knows no field.
 */
static bool
find_other_label(struct str *other, struct arena *a, const struct part *p,
    struct str bytes, struct str label)
{
	const struct header *h = headers_find(&p->headers, "Content-Type");

	/* the field that the part's own label is from says no other */
	for (; h != NULL; h = headers_next(&p->headers, h))
		if (h->value.p != p->content_type.p &&
		    header_param(a, h->value, "charset", other) &&
		    !str_case_eq(*other, p->charset))
			break;
	if (h == NULL && p->is_page && (p->is_attachment || p->name.n != 0))
		*other = page_label(a, bytes);
	else if (h == NULL)
		return false;
	return other->n != 0 && !str_case_eq(*other, label) &&
	    (!charset_has_ascii(a, label) || !charset_has_ascii(a, *other));
}

/* Is there more between escapes to kanji than kanji, or could it be read as
 * links?  Few of those who guess wrong do so to such a text. */
static bool
has_other_reading(struct str s)
{
	static const struct str signs[] = {
		STR_INIT("://"), STR_INIT("www."), STR_INIT("href"),
		STR_INIT("src="), STR_INIT("<form"),
	};
	struct str run;
	size_t end, width;

	while ((s = str_from(s, str_find(s, '\x1b'))).n != 0) {
		width = str_starts(s, STR("\x1b$")) ? 2 : 1;
		if (width == 1 && !str_starts(s, STR("\x1b(I"))) {
			s = str_from(s, 1);
			continue;
		}
		s = str_from(s, 2);
		str_skip(&s, STR("("));
		run = s = str_from(s, 1);
		end = str_find(run, '\x1b');
		run = str_head(run, end);
		if (end == s.n || end % width != 0 ||
		    str_find_any(run, ' ', '\n', '\t') < end ||
		    str_case_has_any(run, signs, nitems(signs)))
			return true;
	}
	return false;
}

/* Another control in their place, of which as little is seen. */
static struct str
without_escapes(struct arena *a, struct str s)
{
	char *p = arena_take(a, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '\x1b' ? '\x01' : s.p[i];
	return (struct str){ p, s.n };
}

/* UTF-16 that need not be: mail programs go by the label, browsers by the
 * mark, and letters of ASCII make pairs too. */
static bool
is_doubtful(struct str bytes, const struct text *t, struct str label)
{
	return str_case_starts(t->charset, STR("utf-16")) &&
	    (is_marked_otherwise(bytes, label) || !str_has(bytes, '\0'));
}

static void
read_unmarked(struct message *m, struct arena *a, uint32_t i,
    struct str bytes, struct str label)
{
	read_as(m, a, i, charset_has_mark(bytes) ? str_from(bytes, 2) : bytes,
	    is_marked_otherwise(bytes, label) ? label : STR(""));
}

/*
 * Escapes that only look like ISO-2022-JP are not painted, and what stands
 * between them is read as it is by all who believe the label.  Where two
 * readings are both somebody's, both are read.
 */
static void
read_otherwise(struct message *m, struct arena *a, uint32_t i,
    struct str bytes, struct str label)
{
	const struct text *t = &m->texts.at[m->texts.n - 1];
	size_t before = m->texts.n;
	struct charset_text labelled;
	struct str other;

	if (is_doubtful(bytes, t, label)) {
		read_unmarked(m, a, i, bytes, label);
	} else if (charset_decode_web(&labelled, a, bytes, label)) {
		add_text(m, a, i, labelled);
	} else if (t->is_guess && str_is(t->charset, "iso-2022-jp")) {
		if (has_other_reading(bytes))
			read_as(m, a, i, without_escapes(a, bytes), label);
	} else if (t->is_guess && (t->is_damaged ||
	    !str_is(t->charset, "utf-8")) &&
	    charset_decode_labelled(&labelled, a, bytes, label)) {
		/* a guess for some of it must not take the rest along */
		add_text(m, a, i, labelled);
	} else if (t->is_html && str_is(t->charset, "utf-7")) {
		/* which few mail programs read any more */
		read_as(m, a, i, bytes, STR("us-ascii"));
	} else if (find_other_label(&other, a, &m->parts.at[i], bytes, label)) {
		read_as(m, a, i, charset_has_ascii(a, other) ?
		    without_escapes(a, bytes) : bytes, other);
	}
	if (m->texts.n == before)
		return;
	if (str_eq(m->texts.at[before].utf8, m->texts.at[before - 1].utf8))
		m->texts.n--;
	else
		m->texts.at[before].is_again = true;
}

static void
read_text(struct message *m, struct arena *a, uint32_t i, struct str whole,
    const struct message_limits *limits)
{
	const struct part *p = &m->parts.at[i];
	struct str bytes = cut_middle(a, whole, limits->decoded);
	struct str label = p->charset;

	if (label.n == 0 && p->is_page)
		label = page_label(a, bytes);
	message_limit(m, LIMIT_DECODED, bytes.n < whole.n);
	read_as(m, a, i, bytes, is_mislabelled(bytes, label) ? STR("") :
	    label);
	read_otherwise(m, a, i, bytes, label);
}

void
texts_read(struct message *m, struct arena *a,
    const struct message_limits *limits)
{
	for (size_t i = 0; i < m->parts.n; i++) {
		const struct part *p = &m->parts.at[i];

		/* the only part is shown whatever it calls itself */
		if (p->is_leaf && (!p->is_attachment || p->is_page ||
		    is_calendar(p) || (i == 0 &&
		    str_starts(p->type, STR("text/")))))
			read_text(m, a, (uint32_t)i, p->has_files ?
			    p->text : p->bytes, limits);
		else if (p->has_two_types && str_trim(p->preamble).n != 0)
			read_text(m, a, (uint32_t)i, p->preamble, limits);
		if (p->headers.strays.n != 0)
			read_text(m, a, (uint32_t)i, p->headers.strays,
			    limits);
	}
}
