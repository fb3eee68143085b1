/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts, looked through for a few words.  The text is walked once; a
 * literal is taken whole or not at all.
 */
#include "mail/htmlscript.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/encoding.h"
#include "mail/url.h"

enum { CALLS_MOST = 4 };

static const struct word {
	struct str text;
	enum script_act act;
	bool is_call; /* only "(" may follow */
} words[] = {
	{ STR_INIT("location"), SCRIPT_GOES, false },
	{ STR_INIT("window.open"), SCRIPT_GOES, true },
	{ STR_INIT("document.writeln"), SCRIPT_WRITES, true },
	{ STR_INIT("document.write"), SCRIPT_WRITES, true },
	{ STR_INIT(".href"), SCRIPT_GOES, false },
};

enum call { CALL_ATOB, CALL_UNESCAPE };

static const struct {
	struct str text;
	enum call call;
} calls[] = {
	{ STR_INIT("window.atob"), CALL_ATOB },
	{ STR_INIT("atob"), CALL_ATOB },
	{ STR_INIT("decodeURIComponent"), CALL_UNESCAPE },
	{ STR_INIT("decodeURI"), CALL_UNESCAPE },
	{ STR_INIT("unescape"), CALL_UNESCAPE },
};

/* At the front alone: to look at the end each time would be quadratic. */
static struct str
skip_blanks(struct str s)
{
	while (s.n > 0 && ascii_is_space(s.p[0]))
		s = str_from(s, 1);
	return s;
}

static bool
is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

/* Digits of "\x41" and "\u0041" at the front of s. */
static bool
skip_hex(struct str *s, size_t digits, uint32_t *point)
{
	*point = 0;
	if (s->n < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (!ascii_is_hex(s->p[i]))
			return false;
		*point = *point << 4 | (uint32_t)ascii_hex(s->p[i]);
	}
	*s = str_from(*s, digits);
	return true;
}

/* What follows a backslash. */
static void
add_escape(struct buf *b, struct str *s)
{
	static const char plain[] = "nrtbfv", meant[] = "\n\r\t\b\f\v";
	struct str rest = *s;
	uint32_t point;

	if ((str_skip(&rest, STR("x")) && skip_hex(&rest, 2, &point)) ||
	    (str_skip(&rest, STR("u")) && skip_hex(&rest, 4, &point))) {
		utf8_add(b, point >= 0xd800 && point < 0xe000
		    ? UTF8_BAD : point);
		*s = rest;
		return;
	}
	for (size_t i = 0; i + 1 < sizeof(plain); i++)
		if (s->n > 0 && s->p[0] == plain[i]) {
			buf_add_byte(b, meant[i]);
			*s = str_from(*s, 1);
			return;
		}
	if (s->n > 0)
		buf_add_byte(b, s->p[0]);
	*s = str_from(*s, 1);
}

/* A literal at the front of s, added to b; false: it is none, or open. */
static bool
add_literal(struct buf *b, struct str *s)
{
	struct str rest = *s;
	char quote;

	if (rest.n == 0 || !is_quote(rest.p[0]))
		return false;
	quote = rest.p[0];
	rest = str_from(rest, 1);
	while (rest.n > 0 && rest.p[0] != quote) {
		char c = rest.p[0];

		rest = str_from(rest, 1);
		if (c == '\\')
			add_escape(b, &rest);
		else
			buf_add_byte(b, c);
	}
	*s = str_from(rest, 1);
	return rest.n > 0;
}

static bool
skip_call(struct str *s, enum call *call)
{
	struct str rest = *s;

	for (size_t i = 0; i < nitems(calls); i++) {
		if (!str_skip(&rest, calls[i].text))
			continue;
		rest = skip_blanks(rest);
		*call = calls[i].call;
		if (!str_skip(&rest, STR("(")))
			return false;
		*s = skip_blanks(rest);
		return true;
	}
	return false;
}

static struct str
call_undo(struct arena *a, struct str s, enum call call)
{
	struct str out;

	if (call == CALL_UNESCAPE)
		return url_decode(a, s);
	return encoding_base64_strict(&out, a, s) ? out : STR("");
}

/* "'a' + 'b'", and the same inside calls; false: it begins otherwise. */
static bool
read_term(struct arena *a, struct str *s, struct str *value)
{
	enum call open[CALLS_MOST];
	size_t n = 0;
	struct buf b;

	while (n < CALLS_MOST && skip_call(s, &open[n]))
		n++;
	buf_init_arena(&b, a, s->n);
	if (!add_literal(&b, s))
		return false;
	for (;;) {
		struct str rest = skip_blanks(*s);

		if (!str_skip(&rest, STR("+")))
			break;
		rest = skip_blanks(rest);
		if (!add_literal(&b, &rest))
			break;
		*s = rest;
	}
	*value = buf_str(&b);
	while (n > 0) {
		*value = call_undo(a, *value, open[--n]);
		*s = skip_blanks(*s);
		str_skip(s, STR(")"));
	}
	return true;
}

/* ".href", "['replace']" and the like behind "location". */
static bool
skip_member(struct str *s)
{
	static const struct str members[] = {
		STR_INIT("href"), STR_INIT("replace"), STR_INIT("assign"),
		STR_INIT("location"),
	};
	struct str rest = skip_blanks(*s);

	if (!str_skip(&rest, STR(".")) && !str_skip(&rest, STR("[")))
		return false;
	rest = skip_blanks(rest);
	if (rest.n > 0 && is_quote(rest.p[0]))
		rest = str_from(rest, 1);
	for (size_t i = 0; i < nitems(members); i++) {
		if (!str_skip(&rest, members[i]))
			continue;
		*s = rest;
		return true;
	}
	return false;
}

static void
skip_bracket(struct str *s)
{
	struct str rest = skip_blanks(*s);

	if (rest.n > 0 && is_quote(rest.p[0]))
		rest = str_from(rest, 1);
	if (str_skip(&rest, STR("]")))
		*s = rest;
}

/* What stands between a word and the value it gets. */
static bool
skip_giving(struct str *s, bool is_call)
{
	struct str rest = skip_blanks(*s);

	if (!is_call) {
		skip_bracket(&rest);
		while (skip_member(&rest))
			skip_bracket(&rest);
		rest = skip_blanks(rest);
	}
	if (!str_skip(&rest, STR("(")) &&
	    (is_call || !str_skip(&rest, STR("=")) || str_starts(rest,
	    STR("="))))
		return false;
	*s = skip_blanks(rest);
	return true;
}

static const struct word *
word_at(struct str s)
{
	for (size_t i = 0; i < nitems(words); i++)
		if (str_starts(s, words[i].text))
			return &words[i];
	return NULL;
}

enum script_act
script_next(struct arena *a, struct str *script, struct str *value)
{
	struct str s = *script;

	while (s.n > 0) {
		const struct word *word = NULL;

		if (s.p[0] == 'l' || s.p[0] == 'w' || s.p[0] == 'd' ||
		    s.p[0] == '.')
			word = word_at(s);
		if (word == NULL) {
			s = str_from(s, 1);
			continue;
		}
		s = str_from(s, word->text.n);
		if (!skip_giving(&s, word->is_call) ||
		    !read_term(a, &s, value))
			continue;
		*script = s;
		return word->act;
	}
	*script = s;
	return SCRIPT_NOTHING;
}
