/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mailboxes.  The value is made UTF-8 first, then cut at commas that stand
 * outside quotes, brackets and comments; what stands before "<" is the
 * display name.  One pass; each look ahead for a closing sign is done at most
 * once in vain.
 */
#include "mail/address.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "mail/bidi.h"
#include "mail/header.h"
#include "mail/url.h"

/* --- quotes --- */

static bool
is_curly(uint32_t point)
{
	return (point >= 0x201c && point <= 0x201f) || point == 0xff02 ||
	    (point >= 0x301d && point <= 0x301f) || point == 0x275d ||
	    point == 0x275e;
}

/* Bytes of the curly quote at the front, or 0. */
static size_t
curly_span(struct str s)
{
	size_t at = 0;

	if (s.n == 0 || (unsigned char)s.p[0] < 0x80)
		return 0;
	return is_curly(utf8_next(s, &at)) ? at : 0;
}

/* Bytes of the curly quote at the end, or 0. */
static size_t
curly_tail(struct str s)
{
	return s.n >= 3 && curly_span(str_from(s, s.n - 3)) == 3 ? 3 : 0;
}

/* Half a pair: no other straight quote is there to be its partner. */
static bool
is_alone(struct str s)
{
	return str_find(s, '"') == str_find_last(s, '"');
}

/* Takes off the quotes around a name, also where one of the two is missing or
 * of another kind, and tells whether they were odd. */
static bool
take_outer(struct str *s, bool *is_odd)
{
	size_t head = curly_span(*s), tail = curly_tail(*s);
	bool is_one_curly = head != 0 || tail != 0;
	bool is_first = str_starts(*s, STR("\""));
	bool is_last = str_ends(*s, STR("\""));

	if (is_first && (is_last || tail != 0 || is_alone(*s)))
		head = 1;
	if (is_last && (is_first || head != 0 || is_alone(*s)))
		tail = 1;
	if ((head == 0 && tail == 0) || s->n <= 1)
		return false;
	*is_odd |= is_one_curly || head == 0 || tail == 0;
	*s = str_trim(str_sub(*s, head,
	    s->n > head + tail ? s->n - tail : s->n));
	return true;
}

/* From the phrase or the comment that it stands in. */
static void
read_name(struct address *to, struct arena *a)
{
	struct str name = header_text(a, to->name);

	/* "“name”", as a quoted string and a word decoded may both be. */
	if (take_outer(&name, &to->has_odd_quotes))
		take_outer(&name, &to->has_odd_quotes);
	if (name.n > 2 && name.p[0] == '\'' && name.p[name.n - 1] == '\'')
		name = str_trim(str_sub(name, 1, name.n - 1));
	to->name = bidi_turn(a, name);
}

/* --- the address itself --- */

/* Nothing in it that squeeze would take out, or look at twice. */
static bool
is_plain(struct str s)
{
	static const bool odd[256] = {
		['"'] = true, ['('] = true, [')'] = true, ['<'] = true,
		['>'] = true,
	};
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] > ' ' &&
	    !odd[(unsigned char)s.p[n]])
		n++;
	return n == s.n;
}

/* Blanks and comments have no place in an address: "a @ b (c)", except in
 * quotes: "\"a b\"@c". */
static struct str
squeeze(struct arena *a, struct str s)
{
	bool has_quotes, is_quoted = false;
	unsigned depth = 0;
	struct buf b;

	if (is_plain(s))
		return s;
	has_quotes = !is_alone(s);
	buf_init_arena(&b, a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '"' && has_quotes && depth == 0)
			is_quoted = !is_quoted;
		if (is_quoted)
			buf_add_byte(&b, c);
		else if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (depth == 0 && (unsigned char)c > ' ' && c != '<' &&
		    c != '>')
			buf_add_byte(&b, c);
	}
	return buf_str(&b);
}

/* "@one,@two:user@host": the route is no use to anyone (RFC 5322 4.4). */
static struct str
without_route(struct str s)
{
	if (!str_starts(s, STR("@")) || !str_has(s, ':'))
		return s;
	return str_from(s, str_find(s, ':') + 1);
}

/* "\"a\"@b" is the mailbox a@b (RFC 5321 4.1.2): quotes that nothing inside
 * needs. */
static bool
is_quoted_atom(struct str local)
{
	size_t n = 1;

	if (local.n < 3 || local.p[0] != '"' || local.p[local.n - 1] != '"')
		return false;
	while (n + 1 < local.n && (ascii_is_alnum(local.p[n]) ||
	    str_has(STR("-_.+"), local.p[n])))
		n++;
	return n + 1 == local.n;
}

/* Nothing stands around it, nor in it, that has no place there. */
static void
set_plain(struct address *to, struct arena *a, struct str s)
{
	size_t at = str_find_last(s, '@');
	struct str domain;

	to->local = str_head(s, at);
	domain = str_from(s, at + 1);
	if (at == s.n) {
		to->addr = to->local;
		return;
	}
	if (!host_normalize(&to->domain, a, domain))
		to->domain = str_lower(a, domain);
	if (is_quoted_atom(to->local)) {
		to->local = str_sub(to->local, 1, to->local.n - 1);
		to->addr = str_cat(a, to->local, STR("@"), to->domain);
	} else if (str_eq(to->domain, domain)) {
		arena_trim(a, to->domain.p, domain.n, 0);
		to->domain = domain;
		to->addr = s;
	} else {
		to->addr = str_cat(a, to->local, STR("@"), to->domain);
	}
}

static void
set_addr(struct address *to, struct arena *a, struct str text)
{
	struct str s = without_route(squeeze(a, text));

	if (str_case_skip(&s, STR("[mailto:")))
		s = str_head(s, str_find(s, ']'));
	str_case_skip(&s, STR("mailto:"));
	set_plain(to, a, s);
}

/* A local user, as in "From: root". */
static bool
is_atom(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	return header_word_span(s) == 0;
}

static size_t
skip_back(struct str s, size_t at)
{
	while (at > 0 && ascii_is_space(s.p[at - 1]))
		at--;
	return at;
}

static size_t
skip_on(struct str s, size_t at)
{
	while (at < s.n && ascii_is_space(s.p[at]))
		at++;
	return at;
}

/* Where the word around at begins.  Dots with a blank in front of them hold
 * words together (RFC 5322 4.4): "a . b". */
static size_t
word_begin(struct str s, size_t at)
{
	size_t i = skip_back(s, at), before;

	for (;;) {
		while (i > 0 && !ascii_is_space(s.p[i - 1]))
			i--;
		before = skip_back(s, i);
		if (before == i || before == 0)
			return i;
		if (s.p[i] != '.' && !(s.p[before - 1] == '.' &&
		    skip_back(s, before - 1) != before - 1))
			return i;
		i = before;
	}
}

static size_t
word_end(struct str s, size_t at)
{
	size_t i = skip_on(s, at + 1), behind;
	bool is_dot;

	for (;;) {
		is_dot = i < s.n && s.p[i] == '.';
		while (i < s.n && !ascii_is_space(s.p[i]))
			i++;
		behind = skip_on(s, i);
		if (behind == s.n || (s.p[behind] != '.' &&
		    !(is_dot && s.p[i - 1] == '.')))
			return i;
		i = behind;
	}
}

/* What clients show of "Name (more) <a@b>" is all of it. */
static struct str
name_of(struct arena *a, struct str phrase, struct str comment)
{
	if (phrase.n == 0 || comment.n == 0)
		return phrase.n != 0 ? phrase : comment;
	return str_cat(a, phrase, STR(" ("), comment, STR(")"));
}

/* "PayPal ＜a@b＞": brackets that a Japanese keyboard makes. */
static void
skip_wide(struct str s, size_t at, size_t *begin, size_t *end)
{
	const struct str open = STR("＜"), close = STR("＞");
	size_t last = *begin;

	for (size_t i = *begin; i + open.n <= at; i++)
		if (str_starts(str_from(s, i), open))
			last = i;
	if (!str_starts(str_from(s, last), open))
		return;
	*begin = last;
	*end = at + str_find_str(str_sub(s, at, *end), close);
}

/* No brackets: "a@b", "Name a@b", "a@b (Name)".  quoted is where a local part
 * in quotes begins, if there is one. */
static void
set_bare(struct address *to, struct arena *a, struct str phrase,
    struct str comment, size_t quoted)
{
	struct str s = phrase, before;
	size_t at = str_find_last(s, '@'), begin, end;

	if (at == s.n) {
		if (is_atom(s))
			set_addr(to, a, s);
		else
			to->name = s;
		return;
	}
	begin = quoted < at ? quoted : word_begin(s, at);
	end = word_end(s, at);
	skip_wide(s, at, &begin, &end);
	before = str_trim(str_head(s, begin));
	s = str_sub(s, begin, end);
	str_skip(&s, STR("＜"));
	set_addr(to, a, s);
	to->name = name_of(a, before, comment);
}

struct address
address_read(struct arena *a, struct str text)
{
	struct address out = { .raw = text };
	struct str s = str_trim(header_utf8(a, text));
	size_t open = str_find_last(s, '<');

	if (open != s.n)
		s = str_head(str_from(s, open + 1),
		    str_find(str_from(s, open + 1), '>'));
	set_addr(&out, a, s);
	return out;
}

/* --- cutting the list --- */

static struct str
rest_of(const struct mailboxes *r)
{
	return str_from(r->s, r->at);
}

static void
begin_mailbox(struct mailboxes *r)
{
	r->begin = r->at;
	buf_empty(&r->phrase);
	r->comment = r->angle = STR("");
	r->has_angle = r->has_curly = r->is_name_behind = false;
	r->quoted = SIZE_MAX;
}

/* Mostly the phrase is what stands in the field, and need not be copied. */
static struct str
keep_phrase(const struct mailboxes *r, struct str phrase, struct str raw)
{
	raw = str_head(raw, phrase.n);
	return str_eq(phrase, raw) ? raw : str_copy(r->arena, phrase);
}

static void
end_mailbox(struct mailboxes *r)
{
	struct str raw = str_trim(str_sub(r->s, r->begin, r->at));
	struct str phrase = str_trim(buf_str(&r->phrase));
	size_t lead = phrase.n == 0 ? 0 : (size_t)(phrase.p - r->phrase.p);
	struct address *to = r->out;

	if (phrase.n == 0 && !r->has_angle && r->comment.n == 0)
		return;
	phrase = keep_phrase(r, phrase, raw);
	*to = (struct address){ .raw = raw };
	r->is_out = true;
	if (r->has_angle) {
		set_addr(to, r->arena, r->angle);
		to->name = r->is_nameless ? STR("") :
		    name_of(r->arena, phrase, r->comment);
	} else {
		set_bare(to, r->arena, phrase, r->comment,
		    r->quoted == SIZE_MAX ? SIZE_MAX : r->quoted - lead);
	}
	if (r->is_nameless)
		to->name = STR("");
	else if (to->name.n != 0)
		read_name(to, r->arena);
}

/* Where a quoted string that begins at r->at ends.  False: nowhere, or at a
 * curly quote in front of "<", for people mix them; *end is how far that was
 * looked for. */
static bool
quote_end(const struct mailboxes *r, size_t *end)
{
	size_t i, span;

	for (i = r->at + 1; i < r->s.n; i++) {
		*end = i;
		if (r->s.p[i] == '"')
			return true;
		span = curly_span(str_from(r->s, i));
		if (r->s.p[i] == '\\')
			i++;
		else if (span != 0 && str_starts(str_trim(str_sub(r->s,
		    i + span, i + span + 8)), STR("<")))
			return false;
	}
	*end = r->s.n;
	return false;
}

/* A quote that closes nothing, or closes a curly one, stays in the phrase for
 * set_name to see. */
static void
take_quote(struct mailboxes *r)
{
	bool is_literal = r->has_curly || r->at < r->literal, is_local;
	size_t end;

	if (!is_literal && !quote_end(r, &end)) {
		r->literal = end;
		is_literal = true;
	}
	if (is_literal) {
		buf_add_byte(&r->phrase, '"');
		r->at++;
		return;
	}
	is_local = end > r->at + 1 && end + 1 < r->s.n &&
	    r->s.p[end + 1] == '@';
	if (is_local) {
		r->quoted = r->phrase.n;
		buf_add_byte(&r->phrase, '"');
	}
	for (r->at++; r->at < end; r->at++) {
		if (r->s.p[r->at] == '\\' && r->at + 1 < end)
			r->at++;
		buf_add_byte(&r->phrase, r->s.p[r->at]);
	}
	if (is_local)
		buf_add_byte(&r->phrase, '"');
	r->at = end + 1;
}

/* Unclosed, the bracket is text. */
static void
take_comment(struct mailboxes *r)
{
	size_t depth = 0, i;

	for (i = r->at; i < r->s.n && !r->is_comment_over; i++) {
		if (r->s.p[i] == '(')
			depth++;
		else if (r->s.p[i] == ')' && --depth == 0)
			break;
		else if (r->s.p[i] == '\\')
			i++;
	}
	if (r->is_comment_over || i >= r->s.n) {
		r->is_comment_over = true;
		buf_add_byte(&r->phrase, '(');
		r->at++;
		return;
	}
	if (r->comment.n == 0)
		r->comment = str_sub(r->s, r->at + 1, i);
	r->at = i + 1;
	buf_add_byte(&r->phrase, ' ');
}

/* "<a@b,>" */
static struct str
without_comma(struct str s)
{
	while (str_ends(s, STR(",")) || str_ends(s, STR(";")) ||
	    str_ends(s, STR(" ")))
		s.n--;
	return s;
}

/* From the last "<" before ">"; what is in front of it is name.  A bracket
 * that is never closed reaches to the comma. */
static void
take_angle(struct mailboxes *r)
{
	struct str rest = rest_of(r), inside;
	size_t end, last;

	if (r->has_angle) { /* "<a@b> <c@d>": the comma is missing */
		end_mailbox(r);
		begin_mailbox(r);
	}
	end = r->is_angle_over ? rest.n : str_find(rest, '>');
	if (end == rest.n) {
		r->is_angle_over = true;
		end = str_find(rest, ',');
	}
	inside = str_head(rest, end);
	last = str_find_last(inside, '<');
	if (last != 0)
		buf_add_str(&r->phrase, str_sub(inside, 1, last));
	r->angle = without_comma(str_from(inside, last + 1));
	r->has_angle = true;
	r->is_name_behind = str_trim(buf_str(&r->phrase)).n == 0;
	r->at += end + (end < rest.n && rest.p[end] == '>' ? 1 : 0);
}

/* "Group: a@b, c@d;": the name of the group is no mailbox.  Without the ";"
 * the colon is part of a name. */
static void
take_colon(struct mailboxes *r)
{
	r->at++;
	if (r->has_group && !r->has_angle && !str_has(buf_str(&r->phrase), '@'))
		begin_mailbox(r);
	else
		buf_add_byte(&r->phrase, ':');
}

/* Bytes at the front that mean nothing but themselves. */
static size_t
plain_span(struct str s)
{
	static const bool means[256] = {
		[','] = true, [';'] = true, ['"'] = true, ['('] = true,
		['<'] = true, [':'] = true, ['='] = true,
	};
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] < 0x80 &&
	    !means[(unsigned char)s.p[n]])
		n++;
	return n;
}

static void
take_text(struct mailboxes *r)
{
	struct str rest = rest_of(r);
	size_t span = plain_span(rest), curly = 0;

	if (span == 0)
		span = header_word_span(rest);
	if (span == 0) {
		curly = curly_span(rest);
		span = curly != 0 ? curly : 1;
	}
	r->has_curly |= curly != 0;
	/* Behind ">" there is nothing to read, but a name that is nowhere
	 * else. */
	if (!r->has_angle || r->is_name_behind)
		buf_add_str(&r->phrase, str_head(rest, span));
	r->at += span;
}

static void
step(struct mailboxes *r)
{
	switch (r->s.p[r->at]) {
	case ',':
	case ';':
		end_mailbox(r);
		r->at++;
		begin_mailbox(r);
		break;
	case '"':
		take_quote(r);
		break;
	case '(':
		take_comment(r);
		break;
	case '<':
		take_angle(r);
		break;
	case ':':
		take_colon(r);
		break;
	default:
		take_text(r);
		break;
	}
}

void
mailboxes_begin(struct mailboxes *r, struct arena *a, struct str value)
{
	*r = (struct mailboxes){ .arena = a, .s = header_utf8(a, value) };
	buf_init_arena(&r->phrase, a, SIZE_MAX);
	r->has_group = str_has(r->s, ';');
	begin_mailbox(r);
}

/* Signs of an address that mean nothing else. */
static const bool signs[256] = {
	['@'] = true, ['.'] = true, ['-'] = true, ['_'] = true, ['+'] = true,
};

/* "a@b" and no more, up to a comma or the end, as most of many recipients
 * are.  False: there is none, or more to it. */
static bool
take_bare(struct mailboxes *r)
{
	struct str s = rest_of(r), addr;
	size_t begin = skip_on(s, 0), end = begin, behind;

	while (end < s.n && (ascii_is_alnum(s.p[end]) ||
	    signs[(unsigned char)s.p[end]]))
		end++;
	addr = str_sub(s, begin, end);
	behind = skip_on(s, end);
	if ((behind < s.n && s.p[behind] != ',') || !str_has(addr, '@'))
		return false;
	*r->out = (struct address){ .raw = addr, .name = STR("") };
	set_plain(r->out, r->arena, addr);
	r->at += behind + (behind < s.n);
	begin_mailbox(r);
	return true;
}

bool
mailboxes_next(struct mailboxes *r, struct address *out)
{
	r->out = out;
	if (r->at == r->begin && take_bare(r))
		return true;
	r->is_out = false;
	while (r->at < r->s.n && !r->is_out)
		step(r);
	if (!r->is_out && !r->is_over) {
		end_mailbox(r);
		r->is_over = true;
	}
	return r->is_out;
}

void
addresses_read(address_list *out, struct arena *a, struct str value,
    size_t limit)
{
	struct mailboxes r;
	struct address one;

	mailboxes_begin(&r, a, value);
	while (out->n < limit && mailboxes_next(&r, &one))
		*VEC_ADD(a, out) = one;
}

struct str
address_unbracket(struct str text)
{
	if (text.n >= 2 && text.p[0] == '<' && text.p[text.n - 1] == '>')
		return str_sub(text, 1, text.n - 1);
	return text;
}
