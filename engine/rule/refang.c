/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses as reports print them, and back.  Brackets around dots are
 * undone wherever letters stand on both sides; full-width letters and
 * Japanese full stops only inside a host, so that sentences stay as they
 * are.
 */
#include "rule/pattern.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "rule/refang.h"

enum needs {
	NEEDS_NOTHING, /* no sentence has this */
	NEEDS_WORDS,   /* a letter, digit or mask on both sides */
	NEEDS_ADDRESS  /* that, in what is an address as a whole */
};

static const struct piece {
	struct str from;
	struct str to;
	enum needs needs;
} pieces[] = {
	{ STR_INIT("[.]"), STR_INIT("."), NEEDS_NOTHING },
	{ STR_INIT("{.}"), STR_INIT("."), NEEDS_WORDS },
	{ STR_INIT("(.)"), STR_INIT("."), NEEDS_WORDS },
	{ STR_INIT("[dot]"), STR_INIT("."), NEEDS_NOTHING },
	{ STR_INIT("(dot)"), STR_INIT("."), NEEDS_WORDS },
	{ STR_INIT("{dot}"), STR_INIT("."), NEEDS_WORDS },
	{ STR_INIT("[ドット]"), STR_INIT("."), NEEDS_NOTHING },
	{ STR_INIT("(ドット)"), STR_INIT("."), NEEDS_WORDS },
	{ STR_INIT("\\."), STR_INIT("."), NEEDS_WORDS },
	{ STR_INIT("[@]"), STR_INIT("@"), NEEDS_NOTHING },
	{ STR_INIT("(@)"), STR_INIT("@"), NEEDS_WORDS },
	{ STR_INIT("[at]"), STR_INIT("@"), NEEDS_WORDS },
	{ STR_INIT("(at)"), STR_INIT("@"), NEEDS_WORDS },
	{ STR_INIT("{at}"), STR_INIT("@"), NEEDS_WORDS },
	{ STR_INIT("[アットマーク]"), STR_INIT("@"), NEEDS_NOTHING },
	{ STR_INIT("(アットマーク)"), STR_INIT("@"), NEEDS_WORDS },
	{ STR_INIT("＠"), STR_INIT("@"), NEEDS_WORDS },
	{ STR_INIT(" . "), STR_INIT("."), NEEDS_ADDRESS },
	{ STR_INIT(" [.] "), STR_INIT("."), NEEDS_ADDRESS },
	{ STR_INIT("・"), STR_INIT("."), NEEDS_ADDRESS },
	{ STR_INIT("[://]"), STR_INIT("://"), NEEDS_WORDS },
	{ STR_INIT("[:]//"), STR_INIT("://"), NEEDS_WORDS },
	{ STR_INIT("：／／"), STR_INIT("://"), NEEDS_WORDS },
};

static const struct str weak_dots[] = {
	STR_INIT("．"), STR_INIT("。"), STR_INIT("｡"),
};

static const struct str unseen[] = {
	STR_INIT("\xe2\x80\x8b"), STR_INIT("\xe2\x80\x8c"),
	STR_INIT("\xe2\x80\x8d"), STR_INIT("\xe2\x81\xa0"),
	STR_INIT("\xef\xbb\xbf"), STR_INIT("\xc2\xad"),
};

static const struct str masks[] = {
	STR_INIT("*"), STR_INIT("＊"), STR_INIT("●"), STR_INIT("○"),
	STR_INIT("◯"), STR_INIT("■"), STR_INIT("□"), STR_INIT("×"),
	STR_INIT("〇"),
};

size_t
mask_at(struct str s, size_t at, bool is_url)
{
	struct str rest;

	if (at < s.n && s.p[at] != '*' && (unsigned char)s.p[at] < 0x80)
		return 0;
	rest = str_from(s, at);
	for (size_t i = 0; i + !is_url < nitems(masks); i++)
		if (str_starts(rest, masks[i]))
			return masks[i].n;
	return 0;
}

static size_t
one_of(const struct str *set, size_t n, struct str rest)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts(rest, set[i]))
			return set[i].n;
	return 0;
}

/* "Ａ" as "A": the ASCII character behind a full-width one, or 0. */
static char
narrow(struct str rest, size_t *n)
{
	size_t at = 0;
	uint32_t point;

	if (rest.n < 3 || (unsigned char)rest.p[0] != 0xef)
		return 0;
	point = utf8_next(rest, &at);
	*n = at;
	return point >= 0xff01 && point <= 0xff5e ? (char)(point - 0xfee0) : 0;
}

static bool
is_word_at(struct str s, size_t at)
{
	size_t n;
	char c;

	if (at >= s.n)
		return false;
	c = narrow(str_from(s, at), &n);
	return ascii_is_alnum(s.p[at]) || ascii_is_alnum(c) ||
	    mask_at(s, at, true) != 0;
}

static bool
is_word_before(struct str s, size_t at)
{
	size_t from = at;

	while (from > 0 && at - from < 4) {
		from--;
		if (((unsigned char)s.p[from] & 0xc0) != 0x80)
			return is_word_at(s, from);
	}
	return false;
}

/*
 * "hxxp", "hXXps", "h**p", "http[s]": the length of the word, when "://" in
 * any dress follows it.
 */
static size_t
scheme_at(struct str s, size_t at, bool *is_tls)
{
	struct str rest = str_from(s, at);
	struct str behind;
	char a, b;

	if (rest.n < 7 || ascii_lower(rest.p[0]) != 'h' ||
	    ascii_lower(rest.p[3]) != 'p' || is_word_before(s, at))
		return 0;
	a = ascii_lower(rest.p[1]);
	b = ascii_lower(rest.p[2]);
	if (a != b || (a != 'x' && a != 't' && a != '*'))
		return 0;
	behind = str_from(rest, 4);
	*is_tls = str_case_skip(&behind, STR("[s]")) ||
	    str_case_skip(&behind, STR("s"));
	if (!str_starts(behind, STR("://")) &&
	    !str_starts(behind, STR("[:]")) &&
	    !str_starts(behind, STR("[://]")) &&
	    !str_starts(behind, STR("：／／")))
		return 0;
	return rest.n - behind.n;
}

struct work {
	struct str s;
	size_t at;
	struct buf out;
	bool is_host;    /* inside the host of a URL or mailbox */
	bool is_address; /* the whole text is an address */
};

static bool
take_scheme(struct work *w)
{
	bool is_tls;
	size_t n = scheme_at(w->s, w->at, &is_tls);

	if (n == 0)
		return false;
	buf_add_str(&w->out, is_tls ? STR("https") : STR("http"));
	w->at += n;
	return true;
}

static bool
take_piece(struct work *w)
{
	struct str rest = str_from(w->s, w->at);

	for (size_t i = 0; i < nitems(pieces); i++) {
		const struct piece *p = &pieces[i];

		if (!str_case_starts(rest, p->from))
			continue;
		if (p->needs == NEEDS_ADDRESS && !w->is_address)
			continue;
		if (p->needs != NEEDS_NOTHING &&
		    (!is_word_before(w->s, w->at) ||
		    !is_word_at(w->s, w->at + p->from.n)))
			continue;
		buf_add_str(&w->out, p->to);
		w->at += p->from.n;
		if (p->to.p[0] != '.')
			w->is_host = true;
		return true;
	}
	return false;
}

/* What is undone only where a host stands. */
static bool
take_in_host(struct work *w)
{
	struct str rest = str_from(w->s, w->at);
	size_t n = one_of(weak_dots, nitems(weak_dots), rest);
	char c;

	if (n != 0 && is_word_before(w->s, w->at) &&
	    is_word_at(w->s, w->at + n)) {
		buf_add_byte(&w->out, '.');
		w->at += n;
		return true;
	}
	n = one_of(unseen, nitems(unseen), rest);
	if (n != 0) {
		w->at += n;
		return true;
	}
	c = narrow(rest, &n);
	if (c == 0 || (!ascii_is_alnum(c) && c != '-' && !w->is_address))
		return false;
	buf_add_byte(&w->out, c);
	w->at += n;
	return true;
}

static bool
is_host_byte(char c)
{
	return ascii_is_alnum(c) || c == '.' || c == '-' || c == '_' ||
	    c == '*';
}

static void
take_byte(struct work *w)
{
	size_t n = mask_at(w->s, w->at, true);
	char c = w->s.p[w->at];

	if (n != 0) {
		buf_add(&w->out, w->s.p + w->at, n);
		w->at += n;
		return;
	}
	if (str_starts(str_from(w->s, w->at), STR("://"))) {
		buf_add_str(&w->out, STR("://"));
		w->at += 3;
		w->is_host = true;
		return;
	}
	if (c == '@')
		w->is_host = true;
	else if (!is_host_byte(c))
		w->is_host = w->is_address && (unsigned char)c >= 0x80;
	buf_add_byte(&w->out, c);
	w->at++;
}

/* Nothing that is undone begins with these, nor do hosts end at them. */
static bool
is_plain(char c)
{
	return (ascii_is_alnum(c) && c != 'h' && c != 'H') || c == '.' ||
	    c == '-' || c == '_';
}

static bool
is_all_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_plain(s.p[i]) && ascii_lower(s.p[i]) != 'h')
			return false;
	return true;
}

static struct str
undo(struct arena *a, struct str s, bool is_address)
{
	struct work w = {
		.s = s,
		.is_address = is_address,
		.is_host = is_address,
	};

	/* Without a colon no "h" begins a scheme. */
	if (is_all_plain(s))
		return s;
	buf_init_arena(&w.out, a, s.n * 2 + 8);
	while (w.at < s.n)
		if (is_plain(s.p[w.at]))
			buf_add_byte(&w.out, s.p[w.at++]);
		else if (!take_scheme(&w) && !take_piece(&w) &&
		    !((w.is_host || is_address) && take_in_host(&w)))
			take_byte(&w);
	return buf_str(&w.out);
}

struct str
refang(struct arena *a, struct str s)
{
	return undo(a, s, false);
}

/* Twice: full-width brackets and colons become plain in the first round. */
struct str
refang_address(struct arena *a, struct str s)
{
	return undo(a, undo(a, s, true), true);
}

/* A dot between labels: what follows is not only digits, or a host is sure
 * to stand here. */
static bool
is_label_dot(struct str s, size_t at, bool is_host)
{
	bool has_letter = false;
	size_t i = at + 1;

	if (at == 0 || !(ascii_is_alnum(s.p[at - 1])))
		return false;
	for (; i < s.n && (ascii_is_alnum(s.p[i]) || s.p[i] == '-'); i++)
		has_letter = has_letter || ascii_is_alpha(s.p[i]);
	return i > at + 1 && (is_host || (has_letter && i > at + 2));
}

/* Bytes from at on that stand in hosts and elsewhere and begin nothing that
 * would be changed. */
static size_t
dull_run(struct str s, size_t at)
{
	size_t end = at;

	while (end < s.n && (s.p[end] | 0x20) != 'h' && s.p[end] != '.' &&
	    is_host_byte(s.p[end]))
		end++;
	return end - at;
}

struct str
defang(struct arena *a, struct str s)
{
	struct buf b;
	bool is_host = false, is_tail = false;

	buf_init_arena(&b, a, s.n * 3 + 8);
	for (size_t at = 0; at < s.n; at++) {
		size_t dull = dull_run(s, at);
		struct str rest;
		char c;

		buf_add(&b, s.p + at, dull);
		at += dull;
		if (at == s.n)
			break;
		rest = str_from(s, at);
		c = s.p[at];
		if ((c == 'h' || c == 'H') &&
		    (str_case_starts(rest, STR("http://")) ||
			str_case_starts(rest, STR("https://")))) {
			buf_add_str(&b, STR("hxxp"));
			at += 3;
			is_tail = false;
			continue;
		}
		if (c == ':' && str_starts(rest, STR("://"))) {
			buf_add_str(&b, STR("://"));
			at += 2;
			is_host = true;
			is_tail = false;
			continue;
		}
		if (ascii_is_space(c))
			is_tail = false;
		else if (is_host && (c == '/' || c == '?' || c == '#'))
			is_tail = true;
		if (c == '@')
			is_host = true;
		else if (!is_host_byte(c) && c != ':')
			is_host = false;
		if (c == '.' && !is_tail && is_label_dot(s, at, is_host))
			buf_add_str(&b, STR("[.]"));
		else
			buf_add_byte(&b, c);
	}
	return buf_str(&b);
}
