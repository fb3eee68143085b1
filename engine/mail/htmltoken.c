/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tokenizer.  The states of the standard that read one construct are one
 * function here; each begins where the construct does and leaves t->at behind
 * it.
 */
#include "mail/htmltoken.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* What a byte is inside a tag. */
enum {
	BLANK = 1,
	ENDS_NAME = 2,
	ENDS_ATTR = 4,
	ENDS_VALUE = 8 /* one without quotes */
};

static const uint8_t classes[256] = {
	[' '] = BLANK | ENDS_NAME | ENDS_ATTR | ENDS_VALUE,
	['\t'] = BLANK | ENDS_NAME | ENDS_ATTR | ENDS_VALUE,
	['\n'] = BLANK | ENDS_NAME | ENDS_ATTR | ENDS_VALUE,
	['\f'] = BLANK | ENDS_NAME | ENDS_ATTR | ENDS_VALUE,
	['\r'] = BLANK | ENDS_NAME | ENDS_ATTR | ENDS_VALUE,
	['/'] = ENDS_NAME | ENDS_ATTR,
	['>'] = ENDS_NAME | ENDS_ATTR | ENDS_VALUE,
	['='] = ENDS_ATTR,
};

static bool
is_of(char c, unsigned class)
{
	return (classes[(unsigned char)c] & class) != 0;
}

#ifdef __SSE2__
/* The sixteen bytes at p that may be of a class, a bit each: 9 to 13 are taken
 * for blanks, 11 among them. */
static unsigned
class_places(const char *p, unsigned class)
{
	__m128i here = _mm_loadu_si128((const void *)p);
	__m128i is = _mm_or_si128(
	    _mm_cmpeq_epi8(here, _mm_set1_epi8(' ')), _mm_and_si128(
	    _mm_cmpgt_epi8(here, _mm_set1_epi8(8)),
	    _mm_cmplt_epi8(here, _mm_set1_epi8(14))));

	is = _mm_or_si128(is, _mm_cmpeq_epi8(here, _mm_set1_epi8('>')));
	if (class != ENDS_VALUE)
		is = _mm_or_si128(is, _mm_cmpeq_epi8(here,
		    _mm_set1_epi8('/')));
	if (class == ENDS_ATTR)
		is = _mm_or_si128(is, _mm_cmpeq_epi8(here,
		    _mm_set1_epi8('=')));
	return (unsigned)_mm_movemask_epi8(is);
}
#endif

/* The first byte at or behind at that ends a name or value. */
static inline size_t
to_class(struct str s, size_t at, unsigned class)
{
#ifdef __SSE2__
	unsigned places = at + 16 <= s.n ? class_places(s.p + at, class) : 0;

	if (places != 0)
		at += (unsigned)__builtin_ctz(places);
#endif
	while (at < s.n && !is_of(s.p[at], class))
		at++;
	return at;
}

void
html_tokens_init(struct html_tokens *t, struct str html)
{
	*t = (struct html_tokens){ .html = html };
}

void
html_tokens_enter(struct html_tokens *t, struct str name, enum html_mode mode)
{
	t->mode = mode;
	t->raw_name = name;
}

struct str
html_clean(struct arena *a, struct str s, bool keeps_nul)
{
	struct buf b;

	if (!str_has(s, '\r') && (keeps_nul || !str_has(s, '\0')))
		return s;
	buf_init_arena(&b, a, s.n * 3);
	while (s.n != 0) {
		size_t n = str_find_any(s, '\r', keeps_nul ? '\r' : '\0',
		    '\r');

		buf_add_str(&b, str_head(s, n));
		if (n == s.n)
			break;
		if (s.p[n] == '\0')
			utf8_add(&b, UTF8_BAD);
		else if (n + 1 == s.n || s.p[n + 1] != '\n')
			buf_add_byte(&b, '\n');
		s = str_from(s, n + 1);
	}
	return buf_str(&b);
}

static struct str
rest_of(const struct html_tokens *t)
{
	return str_from(t->html, t->at);
}

static inline size_t
skip_blanks(struct str s, size_t at)
{
	while (at < s.n && is_of(s.p[at], BLANK))
		at++;
	return at;
}

/* The value whose first byte or quote stands at at; gives where it ends.  A
 * quote that is never closed ends behind the page: then there is no tag. */
static inline size_t
attr_value(struct str html, size_t at, struct str *value)
{
	size_t end;

	if (html.p[at] != '"' && html.p[at] != '\'') {
		end = to_class(html, at, ENDS_VALUE);
		*value = (struct str){ html.p + at, end - at };
		return end;
	}
	*value = (struct str){ html.p + at + 1, html.n - at - 1 };
	value->n = str_find_near(*value, html.p[at]);
	return at + value->n + 2;
}

/* The attribute at at; gives where it ends. */
static inline size_t
read_attr(struct html_token *token, struct str html, size_t at)
{
	size_t begin = at;
	struct str name, value = STR("");
	enum html_attr_name is;

	/* A name may begin with "=", and only begin. */
	at = to_class(html, begin + 1, ENDS_ATTR);
	name = (struct str){ html.p + begin, at - begin };
	at = skip_blanks(html, at);
	if (at < html.n && html.p[at] == '=') {
		at = skip_blanks(html, at + 1);
		if (at < html.n)
			at = attr_value(html, at, &value);
	}
	is = html_attr_name_of(name);
	if (token->n_attrs >= HTML_ATTRS_OTHER && (is == ATTR_OTHER ||
	    (token->has & ATTR_BIT(is)) != 0 ||
	    token->n_attrs == HTML_ATTRS_MOST))
		return at;
	if ((token->has & ATTR_BIT(is)) == 0)
		token->first[is] = (uint8_t)token->n_attrs;
	token->has |= ATTR_BIT(is);
	token->attrs[token->n_attrs++] = (struct html_attr){ name, value, is };
	return at;
}

/* The letter that begins the name is at begin, behind "<" or "</".  False: the
 * page ends in the tag, and then there is none. */
static bool
read_tag(struct html_tokens *t, struct html_token *token, size_t begin)
{
	struct str html = t->html;
	size_t at = to_class(html, begin, ENDS_NAME);

	token->kind = html.p[begin - 1] == '/' ? HTML_END : HTML_START;
	token->name = (struct str){ html.p + begin, at - begin };
	while ((at = skip_blanks(html, at)) < html.n) {
		if (html.p[at] == '>') {
			token->is_closed = html.p[at - 1] == '/' &&
			    token->is_closed;
			t->at = at + 1;
			return true;
		}
		token->is_closed = html.p[at] == '/';
		at = token->is_closed ? at + 1 : read_attr(token, html, at);
	}
	t->at = html.n;
	return false;
}

/* Where a comment that begins at the front of s ends: before "-->" or "--!>";
 * *after is behind it. */
static size_t
comment_end(struct str s, size_t *after)
{
	size_t at = 0, end;

	if (str_starts(s, STR(">")) || str_starts(s, STR("->"))) {
		*after = s.p[0] == '>' ? 1 : 2;
		return 0;
	}
	while ((at += str_find(str_from(s, at), '>')) < s.n) {
		*after = at + 1;
		end = at > 0 && s.p[at - 1] == '!' ? at - 1 : at;
		if (end >= 2 && s.p[end - 1] == '-' && s.p[end - 2] == '-')
			return end - 2;
		at++;
	}
	*after = s.n;
	if (str_ends(s, STR("--!")))
		return s.n - 3;
	if (str_ends(s, STR("--")))
		return s.n - 2;
	return str_ends(s, STR("-")) ? s.n - 1 : s.n;
}

static void
read_comment(struct html_tokens *t, struct html_token *token)
{
	struct str rest = rest_of(t);
	size_t after;

	token->kind = HTML_COMMENT;
	token->text = str_head(rest, comment_end(rest, &after));
	t->at += after;
}

/* To the next ">": doctypes, "<?", "<!" and "</" before something odd. */
static void
read_bogus(struct html_tokens *t, struct html_token *token,
    enum html_kind kind)
{
	struct str rest = rest_of(t);

	token->kind = kind;
	token->text = str_head(rest, str_find(rest, '>'));
	t->at += token->text.n;
	if (t->at < t->html.n)
		t->at++;
}

/* At "<!". */
static bool
read_declaration(struct html_tokens *t, struct html_token *token)
{
	struct str rest = str_from(rest_of(t), 2);

	t->at += 2;
	if (str_starts(rest, STR("--"))) {
		t->at += 2;
		read_comment(t, token);
		return true;
	}
	if (t->has_cdata && str_starts(rest, STR("[CDATA["))) {
		t->at += 7;
		t->mode = HTML_MODE_CDATA;
		return false;
	}
	read_bogus(t, token, str_case_starts(rest, STR("doctype"))
	    ? HTML_DOCTYPE : HTML_COMMENT);
	return true;
}

/* At "<" that begins no tag and is not in text: true with a token, false when
 * it is none. */
static bool
read_markup(struct html_tokens *t, struct html_token *token)
{
	struct str rest = str_from(rest_of(t), 1);

	if (rest.p[0] == '!')
		return read_declaration(t, token);
	if (rest.p[0] == '?') {
		t->at++;
		read_bogus(t, token, HTML_COMMENT);
		return true;
	}
	t->at += 2;
	if (rest.p[1] == '>') {
		t->at++;
		return false;
	}
	read_bogus(t, token, HTML_COMMENT);
	return true;
}

/* Does s begin with "<" that is more than a sign in a text? */
static bool
is_markup(struct str s)
{
	if (s.n < 2 || s.p[0] != '<')
		return false;
	if (s.p[1] == '/')
		return s.n > 2;
	return ascii_is_alpha(s.p[1]) || s.p[1] == '!' || s.p[1] == '?';
}

static size_t
data_length(struct str s)
{
	size_t at = 0;

	while ((at += str_find_near(str_from(s, at), '<')) < s.n) {
		if (is_markup(str_from(s, at)))
			return at;
		at++;
	}
	return s.n;
}

/* "</title" and what ends a name behind it. */
static bool
is_end_tag(struct str s, struct str name)
{
	return str_skip(&s, STR("</")) && str_case_skip(&s, name) &&
	    s.n > 0 && is_of(s.p[0], ENDS_NAME);
}

static size_t
raw_length(struct str s, struct str name)
{
	size_t at = 0;

	while ((at += str_find(str_from(s, at), '<')) < s.n) {
		if (is_end_tag(str_from(s, at), name))
			return at;
		at++;
	}
	return s.n;
}

static bool
is_script_start(struct str s)
{
	return str_case_skip(&s, STR("<script")) && s.n > 0 &&
	    is_of(s.p[0], ENDS_NAME);
}

/*
 * A script may hold "<!--", and behind that "<script>": only then "</script>"
 * does not end it (the escaped states of the standard).
 */
static size_t
script_length(struct str s)
{
	enum { PLAIN, ESCAPED, TWICE } state = PLAIN;
	size_t dashes = 0;

	for (size_t at = 0; at < s.n; at++) {
		struct str rest = str_from(s, at);

		if (s.p[at] == '>' && dashes >= 2)
			state = PLAIN;
		dashes = s.p[at] == '-' ? dashes + 1 : 0;
		if (s.p[at] != '<')
			continue;
		if (state == PLAIN && str_starts(rest, STR("<!--"))) {
			state = ESCAPED;
			dashes = 2;
			at += 3;
		} else if (is_end_tag(rest, STR("script"))) {
			if (state != TWICE)
				return at;
			state = ESCAPED;
		} else if (state == ESCAPED && is_script_start(rest)) {
			state = TWICE;
		}
	}
	return s.n;
}

static size_t
text_length(const struct html_tokens *t)
{
	struct str s = rest_of(t);

	switch (t->mode) {
	case HTML_MODE_DATA:
		return data_length(s);
	case HTML_MODE_RCDATA:
	case HTML_MODE_RAW:
		return raw_length(s, t->raw_name);
	case HTML_MODE_SCRIPT:
		return script_length(s);
	case HTML_MODE_CDATA:
		return str_find_str(s, STR("]]>"));
	case HTML_MODE_PLAIN:
		break;
	}
	return s.n;
}

/* Adds text up to the next mark-up; false when there is none. */
static bool
read_text(struct html_tokens *t, struct html_token *token)
{
	size_t n = text_length(t);
	enum html_mode mode = t->mode;

	token->kind = HTML_TEXT;
	token->text = str_head(rest_of(t), n);
	token->is_raw = mode != HTML_MODE_DATA && mode != HTML_MODE_RCDATA;
	t->at += n;
	if (mode == HTML_MODE_CDATA && t->at < t->html.n)
		t->at += 3;
	t->mode = HTML_MODE_DATA;
	return n != 0;
}

/* Where the name begins of the tag at t->at, or 0: there is none. */
static inline size_t
tag_name(const struct html_tokens *t)
{
	const char *p = t->html.p + t->at;
	size_t left = t->html.n - t->at;

	if (t->mode != HTML_MODE_DATA || left < 2 || p[0] != '<')
		return 0;
	if (ascii_is_alpha(p[1]))
		return t->at + 1;
	return left > 2 && p[1] == '/' && ascii_is_alpha(p[2]) ?
	    t->at + 2 : 0;
}

bool
html_tokens_next(struct html_tokens *t, struct html_token *token)
{
	while (t->at < t->html.n) {
		size_t name = tag_name(t); /* one tag behind the other */

		token->offset = t->at;
		token->n_attrs = 0;
		token->has = 0;
		token->is_closed = false;
		if (name == 0) {
			if ((t->mode != HTML_MODE_DATA ||
			    !is_markup(rest_of(t))) && read_text(t, token))
				return true;
			name = tag_name(t); /* the mode has changed */
		}
		if (name != 0 ? read_tag(t, token, name) :
		    is_markup(rest_of(t)) && read_markup(t, token))
			return true;
	}
	return false;
}
