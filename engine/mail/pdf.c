/* SPDX-License-Identifier: Apache-2.0 */
/* Strings that lead somewhere, in a PDF and in its object streams. */
#include "mail/pdf.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mail/charset.h"
#include "mail/pdfstream.h"

enum { HEAD = 1024, URI_MOST = 8192 };

bool
pdf_is(struct str bytes)
{
	struct str head = str_head(bytes, HEAD);

	return str_find_str(head, STR("%PDF-")) != head.n;
}

/* "\n", "\(", "\101", and a line end that is none. */
static size_t
add_escape(struct buf *b, struct str s)
{
	unsigned value = 0;
	size_t n = 1;

	if (s.n < 2)
		return 1;
	while (n < s.n && n < 4 && s.p[n] >= '0' && s.p[n] <= '7')
		value = value * 8 + (unsigned)(s.p[n++] - '0');
	if (n > 1)
		buf_add_byte(b, (char)value);
	else if (s.p[1] != '\n' && s.p[1] != '\r' &&
	    !str_has(STR("nrtbf"), s.p[1]))
		buf_add_byte(b, s.p[1]);
	return n > 1 ? n : 2;
}

/* "(text)", with brackets in pairs inside; *s goes on behind it. */
static void
read_text(struct buf *b, struct str *rest)
{
	struct str s = *rest;
	size_t depth = 1, at = 1;

	while (at < s.n && !b->is_full) {
		if (s.p[at] == '\\') {
			at += add_escape(b, str_from(s, at));
			continue;
		}
		depth += s.p[at] == '(';
		depth -= s.p[at] == ')';
		if (depth == 0)
			break;
		buf_add_byte(b, s.p[at++]);
	}
	*rest = str_from(s, at);
}

/* "<68747470>" */
static void
read_hex(struct buf *b, struct str *rest)
{
	unsigned value = 0, digits = 0;
	struct str s = *rest;
	size_t at;

	for (at = 1; at < s.n && s.p[at] != '>' && !b->is_full; at++) {
		if (!ascii_is_hex(s.p[at]))
			continue;
		value = value << 4 | (unsigned)ascii_hex(s.p[at]);
		if (++digits % 2 == 0)
			buf_add_byte(b, (char)(value & 0xff));
	}
	*rest = str_from(s, at);
}

/* What is being read: the file, or what a stream of it holds. */
struct place {
	const struct pdf *pdf;
	struct arena *arena;
	struct str bytes;
	struct buf *text; /* of the string in hand */
	size_t offset;    /* of a stream */
	bool is_stream;
};

/* The string at the front of *s, which goes on behind it. */
static bool
take_text(const struct place *place, struct str *raw, struct str *s)
{
	buf_empty(place->text);
	if (str_starts(*s, STR("(")))
		read_text(place->text, s);
	else if (str_starts(*s, STR("<")) && !str_starts(*s, STR("<<")))
		read_hex(place->text, s);
	else
		return false;
	*raw = buf_str(place->text);
	return true;
}

/* What the string says, in the arena of the links. */
static struct str
decoded(const struct place *place, struct str raw)
{
	return str_trim(charset_decode(place->arena, str_copy(place->arena,
	    raw), STR("")).utf8);
}

static size_t
offset_of(const struct place *place, struct str s)
{
	return place->is_stream ? place->offset : place->bytes.n - s.n;
}

static void
add_link(const struct place *place, struct str raw, size_t offset,
    enum url_source source)
{
	struct url url = { .host = STR("") };

	if (place->pdf->out->n >= place->pdf->most ||
	    !url_read(&url, place->arena, decoded(place, raw)))
		return;
	url.source = source;
	url.part = place->pdf->part;
	url.offset = (uint32_t)offset;
	url.outer = URL_NONE;
	*VEC_ADD(place->arena, place->pdf->out) = url;
}

/* "app.launchURL('https://...')": whatever it holds. */
static void
add_script(const struct place *place, struct str raw, size_t offset)
{
	url_list *out = place->pdf->out;
	size_t i = out->n, defanged = 0;

	urls_find(out, place->arena, decoded(place, raw), place->pdf->most,
	    &defanged);
	for (; i < out->n; i++) {
		out->at[i].source = URL_SCRIPT;
		out->at[i].part = place->pdf->part;
		out->at[i].offset = (uint32_t)offset;
		out->at[i].outer = URL_NONE;
	}
}

static bool
is_absolute(struct str raw)
{
	return str_case_starts(raw, STR("http://")) ||
	    str_case_starts(raw, STR("https://"));
}

/* Of the name behind the "/" at the front: how those begin that are wanted,
 * and any name with its first letter in digits. */
static bool
may_be_wanted(struct str s)
{
	return s.n > 1 && (s.p[1] == 'U' || s.p[1] == 'F' || s.p[1] == 'J' ||
	    s.p[1] == '#');
}

/* The links behind names: /URI (http://...), and a form's /F (http://...). */
static void
read_names(const struct place *place)
{
	struct str s = place->bytes, name, raw;

	while (place->pdf->out->n < place->pdf->most) {
		size_t offset;

		s = str_from(s, str_find(s, '/'));
		if (s.n == 0)
			return;
		if (!may_be_wanted(s)) {
			s = str_from(s, 1);
			continue;
		}
		name = pdf_name(place->arena, &s);
		if (!str_is(name, "URI") && !str_is(name, "F") &&
		    !str_is(name, "JS"))
			continue;
		s = pdf_skip_blank(s);
		offset = offset_of(place, s);
		if (!take_text(place, &raw, &s))
			continue;
		if (str_is(name, "JS"))
			add_script(place, raw, offset);
		else if (str_is(name, "URI"))
			add_link(place, raw, offset, URL_A);
		else if (is_absolute(raw))
			add_link(place, raw, offset, URL_FORM);
	}
}

/* "12 0 obj (http://...)", for a "/URI 12 0 R" somewhere. */
static void
read_lone(const struct place *place)
{
	struct str s = place->bytes, raw;

	while (place->pdf->out->n < place->pdf->most) {
		size_t offset;

		s = str_from(s, pdf_find(s, STR(" obj")));
		if (!str_skip(&s, STR(" obj")))
			return;
		s = pdf_skip_blank(s);
		offset = offset_of(place, s);
		if (take_text(place, &raw, &s) && is_absolute(raw))
			add_link(place, raw, offset, URL_A);
	}
}

/*
 * The same in a stream: in front of the objects stand the number and the
 * place of each (7.5.7), the first one's place being 0.
 */
static void
read_lone_packed(const struct place *place)
{
	struct str s = place->bytes, objects, raw;
	size_t number, at, left = place->bytes.n;

	while (pdf_number(&s, &number) && pdf_number(&s, &at))
		continue;
	objects = s;
	for (s = place->bytes; place->pdf->out->n < place->pdf->most &&
	    pdf_number(&s, &number) && pdf_number(&s, &at);) {
		struct str object = str_from(objects, at);

		if (!take_text(place, &raw, &object))
			continue;
		/* all may claim to stand in one place */
		if (raw.n >= left)
			return;
		left -= raw.n;
		if (is_absolute(raw))
			add_link(place, raw, place->offset, URL_A);
	}
}

void
pdf_links(const struct pdf *pdf, struct arena *a, struct str bytes)
{
	struct buf objects, text;
	struct place file = { .pdf = pdf, .arena = a, .bytes = bytes,
		.text = &text };
	struct place stream = { .pdf = pdf, .arena = a, .text = &text,
		.is_stream = true };
	size_t at = 0;

	buf_init(&text, URI_MOST);
	buf_init(&objects, SIZE_MAX);
	read_names(&file);
	read_lone(&file);
	if (pdf_find(bytes, STR("/Encrypt")) < bytes.n)
		pdf->budget->is_locked = true;
	while (pdf_stream_next(&objects, &at, &stream.offset, bytes,
	    pdf->budget)) {
		stream.bytes = buf_str(&objects);
		read_names(&stream);
		read_lone_packed(&stream);
	}
	buf_release(&objects);
	buf_release(&text);
}
