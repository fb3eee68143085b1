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

enum {
	CALLS_MOST = 4,
	NAME_MOST = 64,   /* bytes of a variable's name */
	NAMES_MOST = 8    /* variables looked for in one script */
};

/* What stands between a word and the value it gets. */
enum giving {
	GIVES_VALUE,  /* "=" or "(", members before it */
	GIVES_CALL,   /* "(" alone */
	GIVES_SECOND, /* "('POST', " or the like */
	GIVES_PAIR    /* ":" */
};

static const struct word {
	struct str text;
	enum script_act act;
	enum giving giving;
} words[] = {
	{ STR_INIT("location"), SCRIPT_GOES, GIVES_VALUE },
	{ STR_INIT("window.open"), SCRIPT_GOES, GIVES_CALL },
	{ STR_INIT(".navigate"), SCRIPT_GOES, GIVES_CALL },
	{ STR_INIT("document.writeln"), SCRIPT_WRITES, GIVES_CALL },
	{ STR_INIT("document.write"), SCRIPT_WRITES, GIVES_CALL },
	{ STR_INIT(".href"), SCRIPT_GOES, GIVES_VALUE },
	{ STR_INIT(".action"), SCRIPT_GOES, GIVES_VALUE },
	{ STR_INIT("eval"), SCRIPT_RUNS, GIVES_CALL },
	{ STR_INIT("Function"), SCRIPT_RUNS, GIVES_CALL },
	{ STR_INIT("setTimeout"), SCRIPT_RUNS, GIVES_CALL },
	/* where a page sends what is typed into it */
	{ STR_INIT("fetch"), SCRIPT_GOES, GIVES_CALL },
	{ STR_INIT(".post"), SCRIPT_GOES, GIVES_CALL },
	{ STR_INIT(".ajax"), SCRIPT_GOES, GIVES_CALL },
	{ STR_INIT(".getJSON"), SCRIPT_GOES, GIVES_CALL },
	{ STR_INIT(".sendBeacon"), SCRIPT_GOES, GIVES_CALL },
	{ STR_INIT(".src"), SCRIPT_GOES, GIVES_VALUE },
	{ STR_INIT(".innerHTML"), SCRIPT_WRITES, GIVES_VALUE },
	{ STR_INIT(".open"), SCRIPT_GOES, GIVES_SECOND },
	{ STR_INIT(".setAttribute"), SCRIPT_GOES, GIVES_SECOND },
	{ STR_INIT("url"), SCRIPT_GOES, GIVES_PAIR },
	/* what a mail program shows as a button */
	{ STR_INIT("\"url\""), SCRIPT_GOES, GIVES_PAIR },
	{ STR_INIT("\"target\""), SCRIPT_GOES, GIVES_PAIR },
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
		rest = str_trim_front(rest);
		*call = calls[i].call;
		if (!str_skip(&rest, STR("(")))
			return false;
		*s = str_trim_front(rest);
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

/* "'a' + 'b'"; false: it begins otherwise. */
static bool
add_sum(struct buf *b, struct str *s)
{
	if (!add_literal(b, s))
		return false;
	for (;;) {
		struct str rest = str_trim_front(*s);

		if (!str_skip(&rest, STR("+")))
			return true;
		rest = str_trim_front(rest);
		if (!add_literal(b, &rest))
			return true;
		*s = rest;
	}
}

static bool
is_name_byte(char c)
{
	return ascii_is_alnum(c) || c == '_' || c == '$';
}

/* What "name = " gives it where that first is more than nothing. */
static bool
add_named(struct buf *b, struct str text, struct str name)
{
	struct str s = text;
	size_t at;

	while ((at = str_find_str(s, name)) < s.n) {
		bool is_inside = at > 0 && is_name_byte(s.p[at - 1]);
		struct str rest = str_trim_front(str_from(s, at + name.n));

		s = str_from(s, at + name.n);
		if (is_inside || !str_skip(&rest, STR("=")))
			continue;
		rest = str_trim_front(rest);
		buf_empty(b);
		if (add_sum(b, &rest) && buf_str(b).n > 0)
			return true;
	}
	return false;
}

/* A variable at the front of rest, for what it holds. */
static bool
add_variable(struct buf *b, struct script *s, struct str *rest)
{
	size_t n = 0;

	while (n < rest->n && n <= NAME_MOST && is_name_byte(rest->p[n]))
		n++;
	if (n == 0 || n > NAME_MOST || ascii_is_digit(rest->p[0]))
		return false;
	if (s->names >= NAMES_MOST) {
		s->is_cut = true;
		return false;
	}
	s->names++;
	if (!add_named(b, s->text, str_head(*rest, n)))
		return false;
	*rest = str_from(*rest, n);
	return true;
}

/* A sum or a variable, and the same inside calls. */
static bool
read_term(struct script *s, struct arena *a, struct str *rest,
    struct str *value)
{
	enum call open[CALLS_MOST + 1];
	size_t n = 0;
	struct buf b;

	while (n <= CALLS_MOST && skip_call(rest, &open[n]))
		n++;
	if (n > CALLS_MOST) {
		s->is_cut = true;
		return false;
	}
	buf_init_arena(&b, a, s->text.n);
	if (!add_sum(&b, rest) && !add_variable(&b, s, rest))
		return false;
	*value = buf_str(&b);
	while (n > 0) {
		*value = call_undo(a, *value, open[--n]);
		*rest = str_trim_front(*rest);
		str_skip(rest, STR(")"));
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
	struct str rest = str_trim_front(*s);

	if (!str_skip(&rest, STR(".")) && !str_skip(&rest, STR("[")))
		return false;
	rest = str_trim_front(rest);
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
	struct str rest = str_trim_front(*s);

	if (rest.n > 0 && is_quote(rest.p[0]))
		rest = str_from(rest, 1);
	if (str_skip(&rest, STR("]")))
		*s = rest;
}

/* "('POST', ". */
static bool
skip_first(struct str *s)
{
	struct str rest = *s;
	size_t n;

	if (!str_skip(&rest, STR("(")))
		return false;
	rest = str_trim_front(rest);
	if (rest.n == 0 || !is_quote(rest.p[0]))
		return false;
	n = str_find(str_from(rest, 1), rest.p[0]);
	rest = str_trim_front(str_from(rest, n + 2));
	if (!str_skip(&rest, STR(",")))
		return false;
	*s = str_trim_front(rest);
	return true;
}

static bool
skip_giving(struct str *s, enum giving giving)
{
	struct str rest = str_trim_front(*s);

	if (giving == GIVES_SECOND) {
		*s = rest;
		return skip_first(s);
	}
	if (giving == GIVES_VALUE) {
		skip_bracket(&rest);
		while (skip_member(&rest))
			skip_bracket(&rest);
		rest = str_trim_front(rest);
	}
	if (giving == GIVES_PAIR) {
		if (!str_skip(&rest, STR(":")))
			return false;
	} else if (!str_skip(&rest, STR("(")) &&
	    (giving == GIVES_CALL || !str_skip(&rest, STR("=")) ||
	    str_starts(rest, STR("=")))) {
		return false;
	}
	*s = str_trim_front(rest);
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

static bool
may_begin_word(struct str s)
{
	char c = s.p[0];

	if (c == 'e' || c == 's')
		return s.n > 4 && (s.p[1] == 'v' || s.p[3] == 'T');
	if (c == 'u')
		return str_starts(s, STR("url"));
	return c == 'l' || c == 'w' || c == 'd' || c == '.' || c == '"' ||
	    c == 'F' || c == 'f';
}

enum script_act
script_next(struct script *s, struct arena *a, struct str *value)
{
	while (s->at < s->text.n) {
		struct str rest = str_from(s->text, s->at);
		const struct word *word = may_begin_word(rest)
		    ? word_at(rest) : NULL;

		s->at += word == NULL ? 1 : word->text.n;
		if (word == NULL)
			continue;
		rest = str_from(rest, word->text.n);
		if (!skip_giving(&rest, word->giving) ||
		    !read_term(s, a, &rest, value))
			continue;
		s->at = s->text.n - rest.n;
		return word->act;
	}
	return SCRIPT_NOTHING;
}
