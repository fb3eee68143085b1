/* SPDX-License-Identifier: Apache-2.0 */
/* The strings behind /URI of a PDF. */
#include "mail/pdf.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mail/charset.h"

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
static struct str
read_text(struct arena *a, struct str *rest)
{
	struct str s = *rest;
	size_t depth = 1, at = 1;
	struct buf b;

	buf_init_arena(&b, a, URI_MOST);
	while (at < s.n && !b.is_full) {
		if (s.p[at] == '\\') {
			at += add_escape(&b, str_from(s, at));
			continue;
		}
		depth += s.p[at] == '(';
		depth -= s.p[at] == ')';
		if (depth == 0)
			break;
		buf_add_byte(&b, s.p[at++]);
	}
	*rest = str_from(s, at);
	return buf_str(&b);
}

/* "<68747470>" */
static struct str
read_hex(struct arena *a, struct str *rest)
{
	unsigned value = 0, digits = 0;
	struct str s = *rest;
	size_t at;
	struct buf b;

	buf_init_arena(&b, a, URI_MOST);
	for (at = 1; at < s.n && s.p[at] != '>' && !b.is_full; at++) {
		if (!ascii_is_hex(s.p[at]))
			continue;
		value = value << 4 | (unsigned)ascii_hex(s.p[at]);
		if (++digits % 2 == 0)
			buf_add_byte(&b, (char)(value & 0xff));
	}
	*rest = str_from(s, at);
	return buf_str(&b);
}

static void
add_link(url_list *out, struct arena *a, struct str raw, uint32_t part,
    size_t offset)
{
	struct url url = { .host = STR("") };

	if (!url_read(&url, a, str_trim(charset_decode(a, raw,
	    STR("")).utf8)))
		return;
	url.source = URL_A;
	url.part = part;
	url.offset = (uint32_t)offset;
	url.outer = URL_NONE;
	*VEC_ADD(a, out) = url;
}

void
pdf_links(url_list *out, struct arena *a, struct str bytes, uint32_t part,
    size_t most)
{
	struct str s = bytes, raw;
	size_t offset;

	while (out->n < most) {
		s = str_from(s, str_find_str(s, STR("/URI")));
		if (!str_skip(&s, STR("/URI")))
			return;
		s = str_trim(s);
		offset = bytes.n - s.n;
		if (str_starts(s, STR("(")))
			raw = read_text(a, &s);
		else if (str_starts(s, STR("<")))
			raw = read_hex(a, &s);
		else
			continue;
		add_link(out, a, raw, part, offset);
	}
}
