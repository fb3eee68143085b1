/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fields of one part say of it: type, charset, name, encoding; and
 * its bytes decoded.
 */
#include "mail/mimepart.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/binhex.h"

enum { NAMES_MOST = 4 };

static struct str
field(const struct part *p, const char *name)
{
	const struct header *h = headers_find(&p->headers, name);

	return h == NULL ? STR("") : h->value;
}

static bool
is_type(struct str type)
{
	size_t slash = str_find(type, '/');

	if (slash == 0 || slash + 1 >= type.n)
		return false;
	for (size_t i = 0; i < type.n; i++)
		if ((unsigned char)type.p[i] <= ' ' || type.p[i] == ',')
			return false;
	return true;
}

/* Without comments and blanks, which may stand anywhere in it (RFC 2045
 * 5.1); a multipart is one however its name goes on. */
static struct str
odd_type(struct arena *a, struct str value, struct str word)
{
	struct buf b;
	size_t depth = 0;

	buf_init_arena(&b, a, SIZE_MAX);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c == '\\' && depth != 0) {
			i++;
			continue;
		}
		depth -= c == ')' && depth != 0;
		if (depth == 0 && b.n != 0 && (c == ';' || c == ','))
			break;
		depth += c == '(';
		if (depth == 0 && !str_has(STR(" \t\";)"), c))
			buf_add_byte(&b, ascii_lower(c));
	}
	if (str_starts(buf_str(&b), STR("multipart")))
		return is_type(buf_str(&b)) ? buf_str(&b) :
		    STR("multipart/mixed");
	return str_starts(str_trim(value), STR("(")) && is_type(buf_str(&b)) ?
	    buf_str(&b) : word;
}

/* The type a field names.  "text/html charset=utf-8" has lost its ";". */
static struct str
type_word(struct arena *a, struct str value)
{
	struct str word = header_word(a, value);
	struct str head = str_head(word, str_find_any(word, ' ', '\t', ' '));

	return is_type(head) ? head : odd_type(a, value, word);
}

static bool
is_text_to_read(struct str type)
{
	return str_starts(type, STR("text/")) ||
	    str_is(type, "application/xhtml+xml");
}

/* "attachment filename=a.exe" has lost its ";", and "filename=a.exe" the word
 * in front of that: mail programs find the name all the same. */
static bool
find_name(struct str *out, struct arena *a, struct str value,
    const char *param)
{
	struct str word;
	size_t at;

	if (value.n == 0)
		return false;
	if (header_param(a, value, param, out))
		return true;
	word = str_head(value, str_find(value, ';'));
	at = str_case_find_str(word, str_of(param));
	if (at == word.n || (at != 0 && word.p[at - 1] > ' '))
		return false;
	return header_param(a, str_cat(a, STR(";"), str_from(value, at)),
	    param, out);
}

static void
read_disposition(struct part *p, struct arena *a, struct str content_type)
{
	struct str value = field(p, "Content-Disposition");
	struct str word = header_word(a, value);

	/* An unknown word means attachment (RFC 2183 2.8). */
	if (word.n != 0)
		p->disposition = str_is(word, "inline") ? STR("inline") :
		    STR("attachment");
	if (!find_name(&p->name, a, value, "filename") &&
	    !find_name(&p->name, a, content_type, "name") &&
	    !find_name(&p->name, a, value, "name"))
		p->name = STR("");
}

bool
part_is_params_over(const struct part *p)
{
	return header_params_over(field(p, "Content-Type")) ||
	    header_params_over(field(p, "Content-Disposition"));
}

bool
part_is_words_over(const struct part *p)
{
	return header_words_over(field(p, "Content-Type")) ||
	    header_words_over(field(p, "Content-Disposition"));
}

/*
 * Of several Content-Type fields mail programs take one or the other: the
 * first that is a type counts, but a multipart before all, so that no part
 * goes unread.  *type is what type_word makes of it.
 */
static struct str
content_type_of(const struct part *p, struct arena *a, struct str *type)
{
	const struct header *first = headers_find(&p->headers,
	    "Content-Type"), *h = first;
	struct str value = STR(""), word;
	bool is_multipart = false;

	*type = STR("");
	for (; h != NULL && !is_multipart; h = headers_next(&p->headers, h)) {
		word = type_word(a, h->value);
		is_multipart = str_starts(word, STR("multipart/"));
		if (is_multipart || h == first ||
		    (!is_type(*type) && is_type(word))) {
			value = h->value;
			*type = word;
		}
	}
	return value;
}

bool
part_is_message(const struct part *p, struct arena *a)
{
	struct str number;

	if (!str_starts(p->type, STR("message/")))
		return false;
	return str_is(p->type, "message/rfc822") ||
	    str_is(p->type, "message/global") ||
	    str_is(p->type, "message/news") ||
	    (str_is(p->type, "message/partial") &&
	    (!header_param(a, p->content_type, "number", &number) ||
	    str_is(number, "1")));
}

/* Dots and blanks at the end are gone once the file is saved. */
static bool
is_page_name(struct str name)
{
	static const char *const tails[] = { ".htm", ".html", ".shtml",
		".xhtml", ".xht", ".svg", ".hta" };

	while (name.n != 0 && str_has(STR(". "), name.p[name.n - 1]))
		name.n--;
	for (size_t i = 0; i < nitems(tails) && name.n != 0; i++)
		if (str_case_ends(name, str_of(tails[i])))
			return true;
	return false;
}

/* Has one of the values of a parameter the name of a page? */
static bool
names_page(struct arena *a, struct str value, const char *param)
{
	struct str all[NAMES_MOST];
	size_t n = header_param_all(all, NAMES_MOST, a, value, param);

	while (n-- > 0)
		if (is_page_name(header_text(a, all[n])))
			return true;
	return false;
}

/* A file may have as many names as it has parameters; each is taken by some
 * mail program. */
static bool
has_page_name(const struct part *p, struct arena *a)
{
	static const struct {
		const char *field, *param;
	} places[] = {
		{ "Content-Disposition", "filename" },
		{ "Content-Type", "name" },
	};
	const struct header *h;

	if (p->name.n == 0 || is_page_name(p->name))
		return p->name.n != 0;
	for (size_t i = 0; i < nitems(places); i++)
		for (h = headers_find(&p->headers, places[i].field);
		    h != NULL; h = headers_next(&p->headers, h))
			if (names_page(a, h->value, places[i].param))
				return true;
	return false;
}

/* known is what type_word makes of p->content_type. */
static bool
is_page(const struct part *p, struct arena *a, struct str known)
{
	const struct header *h = headers_find(&p->headers, "Content-Type");
	struct str word;

	for (; h != NULL; h = headers_next(&p->headers, h)) {
		word = h->value.p == p->content_type.p ? known :
		    type_word(a, h->value);
		if (str_is(word, "text/html") ||
		    str_is(word, "application/xhtml+xml") ||
		    str_is(word, "image/svg+xml"))
			return true;
	}
	return has_page_name(p, a);
}

bool
part_is_page(const struct part *p, struct arena *a)
{
	return is_page(p, a, type_word(a, p->content_type));
}

/* A label, be it in quotes or behind a comment. */
static enum encoding
encoding_in(struct arena *a, struct str value, bool *is_guess)
{
	struct str word = str_trim(value);

	if (str_starts(word, STR("(")))
		word = str_from(word, str_find(word, ')') + 1);
	word = header_word(a, word);
	if (str_skip(&word, STR("\"")))
		word = str_head(word, str_find(word, '"'));
	return encoding_of(word, is_guess);
}

/* The first label that means anything, and all that mean something else.
 * Plain text is much the same in quoted-printable. */
static void
read_encoding(struct part *p, struct arena *a)
{
	const struct header *h = headers_find(&p->headers,
	    "Content-Transfer-Encoding");

	unsigned all = 0;
	bool is_guess;

	for (; h != NULL; h = headers_next(&p->headers, h)) {
		enum encoding encoding = encoding_in(a, h->value, &is_guess);

		if (p->encoding == ENCODING_NONE)
			p->encoding = encoding;
		all |= 1U << encoding | is_guess << ENCODING_NONE;
	}
	if (p->encoding == ENCODING_QUOTED)
		all &= ~(1U << ENCODING_NONE);
	p->others = (uint8_t)(all & ~(1U << p->encoding));
}

void
part_read_fields(struct part *p, struct arena *a, bool is_digest)
{
	struct str word, content_type = content_type_of(p, a, &word);

	p->type = word;
	if (str_skip(&p->type, STR("\"")))
		p->type = str_head(p->type, str_find(p->type, '"'));
	if (!is_type(p->type))
		p->type = is_digest ? STR("message/rfc822") :
		    STR("text/plain");
	if (!header_param(a, content_type, "charset", &p->charset))
		p->charset = STR("");
	read_encoding(p, a);
	read_disposition(p, a, content_type);
	p->content_type = content_type;
	p->is_page = is_page(p, a, word);
	p->has_two_types = field(p, "Content-Type").p != content_type.p;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Blanks between words: base64 has none, if nobody put them there. */
static bool
has_words(struct str s)
{
	size_t words = 0;

	for (size_t i = 1; i + 1 < s.n; i++)
		words += is_blank(s.p[i]) && s.p[i + 1] > ' ';
	return words > s.n / 32;
}

/* More bytes of s than chance would have it are no text. */
static bool
is_noise(struct str s, bool is_utf8)
{
	size_t odd = 0;
	uint32_t point;

	for (size_t at = 0; at < s.n;) {
		if (is_utf8) {
			point = utf8_next(s, &at);
		} else {
			point = (unsigned char)s.p[at++];
		}
		odd += point == UTF8_BAD || (point < ' ' && point != 0x1b &&
		    !ascii_is_space((char)point));
	}
	return odd > s.n / 24;
}

/*
 * Text that only says it is in base64.  Blanks alone prove nothing, for mail
 * programs skip them; but what they make of words is noise.
 */
static bool
is_no_base64(const struct part *p, struct arena *a)
{
	/* a message begins with a field, and what is decoded with none */
	if (p->encoding == ENCODING_BASE64 && part_is_message(p, a))
		return header_colon(p->body) != 0 &&
		    header_colon(p->bytes) == 0;
	return p->encoding == ENCODING_BASE64 && !p->is_attachment &&
	    has_words(str_head(p->body, 512)) &&
	    is_noise(str_head(p->bytes, 256), p->charset.n == 0 ||
	        str_case_is(p->charset, "utf-8"));
}

/* A part that is a file in BinHex as a whole. */
static void
read_binhex(struct part *p, struct arena *a)
{
	struct binhex file;
	size_t at;

	if (!str_is(p->type, "application/mac-binhex40") &&
	    !str_is(p->type, "application/binhex") &&
	    !str_case_ends(p->name, STR(".hqx")))
		return;
	at = str_find_str(p->bytes, STR(BINHEX_HEAD));
	if (!binhex_read(&file, a, str_from(p->bytes, at)))
		return;
	p->bytes = file.bytes;
	if (p->name.n == 0 || str_case_ends(p->name, STR(".hqx")))
		p->name = header_text(a, file.name);
	p->is_page = part_is_page(p, a);
}

/* A file without a type and a name: who opens it sees what it is. */
static bool
is_page_inside(const struct part *p)
{
	static const char *const heads[] = { "<!doctype html", "<html",
		"<head", "<body", "<meta", "<script", "<table", "<div",
		"<svg" };
	struct str s = p->bytes;

	if (p->name.n != 0 || (!str_is(p->type, "application/octet-stream") &&
	    !str_is(p->type, "binary/octet-stream") &&
	    !str_is(p->type, "application/unknown")))
		return false;
	str_skip(&s, STR("\xef\xbb\xbf"));
	s = str_trim(str_head(s, 1024));
	for (size_t i = 0; i < nitems(heads); i++)
		if (str_case_starts(s, str_of(heads[i])))
			return true;
	return false;
}

void
part_finish(struct part *p, struct arena *a)
{
	if (!p->is_leaf || p->is_inline_file)
		return;
	if (p->number.n == 0)
		p->number = STR("1");
	if (str_starts(p->type, STR("multipart/")))
		p->type = STR("text/plain");
	p->bytes = encoding_decode(a, p->body, p->encoding);
	read_binhex(p, a);
	p->is_page |= is_page_inside(p);
	if (str_is(p->type, "application/octet-stream") &&
	    str_starts(p->bytes, STR("\x78\x9f\x3e\x22")))
		p->type = STR("application/ms-tnef");
	p->is_attachment = str_is(p->disposition, "attachment") ||
	    !is_text_to_read(p->type);
	if (is_no_base64(p, a)) {
		p->bytes = p->body;
		p->is_damaged = true;
	}
}
