/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message from a description.  Text is made first, in UTF-8 (paragraphs,
 * anchors, wraps), then encoded; a message is either one text part or, where
 * plain text and mark-up are both given, the two as alternatives.
 */
#include "mail/compose.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "mail/charset.h"
#include "mail/encoding.h"

enum {
	MESSAGE_MOST = 64 << 20,
	WORD_BYTES = 30,  /* of text in an encoded word: 75 in any charset */
	WRAP_CELLS = 34,
	CUT_EVERY = 4,    /* characters of Japanese between two tags */
	QUOTED_LINE = 72,
	DAY_USUAL = 20493 /* 2026-02-09 */
};

struct composer {
	const struct compose *c;
	struct arena *arena;
	struct buf out;
	struct str charset;  /* of the bytes */
	struct str label;    /* what is said of them */
	bool is_lossy;       /* the charset could not hold it */
};

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] & 0x80) != 0)
			return false;
	return true;
}

static bool
is_escaped(struct str s)
{
	return str_has(s, '\x1b');
}

static struct str
encode(struct composer *p, struct str text)
{
	struct str bytes;

	if (charset_encode(&bytes, p->arena, text, p->charset))
		return bytes;
	p->is_lossy = true;
	return text;
}

/* Without line breaks: what stands in a field cannot begin another. */
static void
add_inline(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_add_byte(b, s.p[i] == '\r' || s.p[i] == '\n' ? ' ' :
		    s.p[i]);
}

static struct str
base64_line(struct arena *a, struct str bytes)
{
	struct str lines = encoding_to_base64(a, bytes), piece;
	struct buf b;

	buf_init_arena(&b, a, lines.n + 1);
	while (str_next(&lines, '\n', &piece))
		buf_add_str(&b, str_trim(piece));
	return buf_str(&b);
}

/* The piece of text for one encoded word: whole characters. */
static struct str
word_piece(struct str *text)
{
	size_t at = 0, last = 0;
	struct str piece;

	while (at < text->n && at <= WORD_BYTES) {
		last = at;
		utf8_next(*text, &at);
	}
	if (at <= WORD_BYTES)
		last = at;
	piece = str_head(*text, last);
	*text = str_from(*text, last);
	return piece;
}

/* RFC 2047: a word a line, each whole in itself. */
static void
add_words(struct composer *p, struct str text)
{
	const char *between = "";

	while (text.n != 0) {
		struct str bytes = encode(p, word_piece(&text));

		buf_printf(&p->out, "%s=?%" STR_FMT "?B?%" STR_FMT "?=",
		    between, STR_ARG(p->label),
		    STR_ARG(base64_line(p->arena, bytes)));
		between = "\r\n ";
	}
}

static void
add_text(struct composer *p, struct str text)
{
	if (is_ascii(text) && !is_escaped(text))
		add_inline(&p->out, text);
	else
		add_words(p, text);
}

static void
add_field(struct composer *p, const char *name, struct str text)
{
	buf_printf(&p->out, "%s: ", name);
	add_text(p, text);
	buf_add_str(&p->out, STR("\r\n"));
}

/* Quotes a name that RFC 5322 wants quoted; one with quotes of its own stays
 * as it is, odd ones being what some tests are about. */
static void
add_name(struct composer *p, struct str name)
{
	bool is_special = false;

	for (size_t i = 0; i < name.n; i++)
		is_special |= strchr("():;,@[]\\", name.p[i]) != NULL;
	if (!is_ascii(name) || !is_special || str_has(name, '"')) {
		add_text(p, name);
		return;
	}
	buf_add_byte(&p->out, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '\\')
			buf_add_byte(&p->out, '\\');
		add_inline(&p->out, str_sub(name, i, i + 1));
	}
	buf_add_byte(&p->out, '"');
}

/* A mailbox: the display name may need words, the address never.  A missing
 * blank before "<" stays missing. */
static void
add_mailbox(struct composer *p, const char *name, struct str box)
{
	size_t at = str_find_last(box, '<');
	struct str shown = str_trim(str_head(box, at));

	if (box.n == 0)
		return;
	buf_printf(&p->out, "%s: ", name);
	if (at < box.n && shown.n != 0) {
		add_name(p, shown);
		if (!is_ascii(shown) || ascii_is_space(box.p[at - 1]))
			buf_add_byte(&p->out, ' ');
	}
	add_inline(&p->out, at < box.n ? str_from(box, at) : box);
	buf_add_str(&p->out, STR("\r\n"));
}

/*
 * Several recipients may be given; only a single one with a display name
 * needs encoding, and that is all that descriptions use.
 */
static void
add_recipients(struct composer *p)
{
	if (is_ascii(p->c->to))
		add_field(p, "To", p->c->to);
	else
		add_mailbox(p, "To", p->c->to);
}

static void
add_date(struct composer *p)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon",
		"Tue", "Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		"May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int32_t day = p->c->day == DAY_NONE || p->c->day <= 0 ? DAY_USUAL :
	    p->c->day;
	char text[16];
	int year, month, date;

	day_format(day, text);
	if (sscanf(text, "%d-%d-%d", &year, &month, &date) != 3)
		return;
	buf_printf(&p->out, "Date: %s, %02d %s %04d 05:08:00 +0900\r\n",
	    days[day % 7], date, months[(month - 1) % 12], year);
}

static bool
has_field(const struct compose *c, const char *name)
{
	const struct compose_header *h;

	VEC_EACH(h, &c->headers)
		if (str_case_is(h->name, name))
			return true;
	return false;
}

static uint64_t
fingerprint(const struct compose *c)
{
	uint64_t h = hash_bytes(c->from, 1);

	h = hash_bytes(c->to, h);
	h = hash_bytes(c->subject, h);
	h = hash_bytes(c->body, h);
	h = hash_bytes(c->html, h);
	return hash_bytes(c->charset, h);
}

static bool
is_field_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] == ':' || name.p[i] > '~')
			return false;
	return name.n != 0;
}

static void
add_header_section(struct composer *p)
{
	const struct compose *c = p->c;
	const struct compose_header *h;

	VEC_EACH(h, &c->headers) {
		if (!is_field_name(h->name))
			continue;
		add_field(p, str_cstr(p->arena, h->name), h->value);
	}
	add_mailbox(p, "From", c->from);
	add_mailbox(p, "Reply-To", c->reply_to);
	if (c->to.n != 0)
		add_recipients(p);
	if (c->subject.n != 0)
		add_field(p, "Subject", c->subject);
	if (!has_field(c, "Date"))
		add_date(p);
	if (!has_field(c, "Message-ID"))
		buf_printf(&p->out, "Message-ID: <%016llx@sample.invalid>\r\n",
		    (unsigned long long)fingerprint(c));
	if (!has_field(c, "MIME-Version"))
		buf_add_str(&p->out, STR("MIME-Version: 1.0\r\n"));
}

/* Breaks a line between two wide characters, as mail programs do that count
 * cells and know nothing of words. */
static void
wrap_line(struct buf *b, struct str line)
{
	size_t cells = 0;
	bool was_wide = false;

	for (size_t at = 0; at < line.n;) {
		size_t from = at;
		bool is_wide = utf8_is_wide(utf8_next(line, &at));

		if (cells >= WRAP_CELLS && was_wide && is_wide) {
			buf_add_byte(b, '\n');
			cells = 0;
		}
		buf_add_str(b, str_sub(line, from, at));
		cells += is_wide ? 2 : 1;
		was_wide = is_wide;
	}
}

static struct str
wrap(struct arena *a, struct str text)
{
	struct str line;
	struct buf b;

	buf_init_arena(&b, a, MESSAGE_MOST);
	for (bool is_first = true; str_next(&text, '\n', &line);
	    is_first = false) {
		if (!is_first)
			buf_add_byte(&b, '\n');
		wrap_line(&b, line);
	}
	return buf_str(&b);
}

static void
add_escaped(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '<':
			buf_add_str(b, STR("&lt;"));
			break;
		case '>':
			buf_add_str(b, STR("&gt;"));
			break;
		case '&':
			buf_add_str(b, STR("&amp;"));
			break;
		case '"':
			buf_add_str(b, STR("&quot;"));
			break;
		default:
			buf_add_byte(b, s.p[i]);
		}
}

static void
add_anchor(struct buf *b, struct str href, struct str text)
{
	buf_add_str(b, STR("<a href=\""));
	add_escaped(b, href);
	buf_add_str(b, STR("\">"));
	add_escaped(b, text.n == 0 ? href : text);
	buf_add_str(b, STR("</a>"));
}

/* How many bytes of a bare URL stand here; 0: none. */
static size_t
bare_url(struct str s)
{
	size_t n = 0;

	if (!str_case_starts(s, STR("http://")) &&
	    !str_case_starts(s, STR("https://")))
		return 0;
	while (n < s.n && s.p[n] > ' ' && s.p[n] <= '~' &&
	    strchr("<>\"'", s.p[n]) == NULL)
		n++;
	return n;
}

/* A line of text as mark-up: bare URLs as anchors, and if cut every few
 * Japanese characters one in a tag of its own, which the eye does not see. */
static void
add_line(struct buf *b, struct str line, bool is_cut)
{
	unsigned wide = 0;

	for (size_t at = 0; at < line.n;) {
		size_t from = at, url = bare_url(str_from(line, at));
		struct str piece;
		bool is_apart;

		if (url != 0) {
			piece = str_sub(line, at, at + url);
			add_anchor(b, piece, piece);
			at += url;
			continue;
		}
		is_apart = utf8_is_wide(utf8_next(line, &at)) && is_cut &&
		    ++wide % CUT_EVERY == 0;
		if (is_apart)
			buf_add_str(b, STR("<span>"));
		add_escaped(b, str_sub(line, from, at));
		if (is_apart)
			buf_add_str(b, STR("</span>"));
	}
}

/* Paragraphs of the body, then the anchors. */
static struct str
page(struct arena *a, const struct compose *c, struct str body)
{
	const struct compose_link *link;
	struct str line;
	struct buf b;

	buf_init_arena(&b, a, MESSAGE_MOST);
	buf_add_str(&b, STR("<html><body>\n"));
	while (str_next(&body, '\n', &line)) {
		if (str_trim(line).n == 0)
			continue;
		buf_add_str(&b, STR("<p>"));
		add_line(&b, str_trim(line), c->is_html);
		buf_add_str(&b, STR("</p>\n"));
	}
	VEC_EACH(link, &c->links) {
		buf_add_str(&b, STR("<p>"));
		add_anchor(&b, link->href, link->text);
		buf_add_str(&b, STR("</p>\n"));
	}
	buf_add_str(&b, STR("</body></html>\n"));
	return buf_str(&b);
}

/* Line ends as they travel: CRLF, one at the end. */
static struct str
with_crlf(struct arena *a, struct str text)
{
	struct buf b;

	buf_init_arena(&b, a, MESSAGE_MOST);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n' && (i == 0 || text.p[i - 1] != '\r'))
			buf_add_byte(&b, '\r');
		buf_add_byte(&b, text.p[i]);
	}
	if (b.n != 0 && b.p[b.n - 1] != '\n')
		buf_add_str(&b, STR("\r\n"));
	return buf_str(&b);
}

static void
add_quoted(struct buf *b, struct str bytes)
{
	size_t column = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		char c = bytes.p[i];

		if (c == '\r' && i + 1 < bytes.n && bytes.p[i + 1] == '\n') {
			buf_add_str(b, STR("\r\n"));
			column = 0;
			i++;
			continue;
		}
		if (column >= QUOTED_LINE) {
			buf_add_str(b, STR("=\r\n"));
			column = 0;
		}
		if (c > ' ' && c <= '~' && c != '=') {
			buf_add_byte(b, c);
			column++;
		} else {
			buf_printf(b, "=%02X", (unsigned)(unsigned char)c);
			column += 3;
		}
	}
}

static enum compose_encoding
encoding_for(const struct composer *p, struct str bytes)
{
	if (p->c->encoding != COMPOSE_USUAL)
		return p->c->encoding;
	return is_ascii(bytes) ? COMPOSE_PLAIN : COMPOSE_BASE64;
}

static void
add_part(struct composer *p, const char *type, struct str text)
{
	struct str bytes = encode(p, with_crlf(p->arena, text));
	enum compose_encoding encoding = encoding_for(p, bytes);
	const char *name = encoding == COMPOSE_BASE64 ? "base64" :
	    encoding == COMPOSE_QUOTED ? "quoted-printable" :
	    is_ascii(bytes) ? "7bit" : "8bit";

	buf_printf(&p->out, "Content-Type: %s; charset=%" STR_FMT "\r\n"
	    "Content-Transfer-Encoding: %s\r\n\r\n", type, STR_ARG(p->label),
	    name);
	if (encoding == COMPOSE_QUOTED)
		add_quoted(&p->out, bytes);
	else if (encoding == COMPOSE_BASE64)
		buf_add_str(&p->out, with_crlf(p->arena,
		    encoding_to_base64(p->arena, bytes)));
	else
		buf_add_str(&p->out, bytes);
}

static void
add_alternatives(struct composer *p, struct str plain, struct str html)
{
	char boundary[32];

	snprintf(boundary, sizeof(boundary), "=_%016llx",
	    (unsigned long long)fingerprint(p->c));
	buf_printf(&p->out, "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
	add_part(p, "text/plain", plain);
	buf_printf(&p->out, "\r\n--%s\r\n", boundary);
	add_part(p, "text/html", html);
	buf_printf(&p->out, "\r\n--%s--\r\n", boundary);
}

static void
write_message(struct composer *p)
{
	const struct compose *c = p->c;
	struct str body = c->is_wrapped ? wrap(p->arena, c->body) : c->body;

	buf_empty(&p->out);
	add_header_section(p);
	if (c->html.n != 0 && body.n != 0)
		add_alternatives(p, body, c->html);
	else if (c->html.n != 0)
		add_part(p, "text/html", c->html);
	else if (c->is_html || c->links.n != 0)
		add_part(p, "text/html", page(p->arena, c, body));
	else
		add_part(p, "text/plain", body);
}

bool
compose_message(struct str *out, struct arena *a, const struct compose *c)
{
	struct composer p = { .c = c, .arena = a };
	bool fits;

	p.charset = c->charset.n == 0 ? STR("utf-8") : c->charset;
	p.label = c->label.n == 0 ? p.charset : c->label;
	buf_init_arena(&p.out, a, MESSAGE_MOST);
	write_message(&p);
	fits = !p.is_lossy;
	if (!fits) {
		p.charset = p.label = STR("utf-8");
		write_message(&p);
	}
	*out = buf_str(&p.out);
	return fits;
}
