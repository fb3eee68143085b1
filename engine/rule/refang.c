/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses as reports print them, and back.  Brackets around dots are
 * undone wherever letters stand on both sides; full-width letters and
 * Japanese full stops only inside a host, so that sentences stay as they
 * are.
 */
#include "rule/pattern.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

	if (at == 0 || !(ascii_is_alnum(s.p[at - 1])))
		return false;
	for (size_t i = at + 1; i < s.n && (ascii_is_alnum(s.p[i]) ||
	    s.p[i] == '-'); i++) {
		has_letter = has_letter || ascii_is_alpha(s.p[i]);
		if (is_host || (has_letter && i > at + 1))
			return true;
	}
	return false;
}

/* Bytes that stand in hosts and elsewhere and begin nothing that would be
 * changed: no "h", no dot. */
static const bool dull[256] = {
	['*'] = true, ['-'] = true, ['_'] = true,
	['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,
	['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
	['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true, ['E'] = true,
	['F'] = true, ['G'] = true, ['I'] = true, ['J'] = true, ['K'] = true,
	['L'] = true, ['M'] = true, ['N'] = true, ['O'] = true, ['P'] = true,
	['Q'] = true, ['R'] = true, ['S'] = true, ['T'] = true, ['U'] = true,
	['V'] = true, ['W'] = true, ['X'] = true, ['Y'] = true, ['Z'] = true,
	['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true,
	['f'] = true, ['g'] = true, ['i'] = true, ['j'] = true, ['k'] = true,
	['l'] = true, ['m'] = true, ['n'] = true, ['o'] = true, ['p'] = true,
	['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true, ['u'] = true,
	['v'] = true, ['w'] = true, ['x'] = true, ['y'] = true, ['z'] = true,
};

/* "http" where "://" or "s://" follows it. */
static bool
is_scheme(struct str rest)
{
	return rest.n >= 7 && (rest.p[1] | 0x20) == 't' &&
	    (str_case_starts(rest, STR("http://")) ||
	    str_case_starts(rest, STR("https://")));
}

struct defanging {
	struct str s;
	size_t at;
	char *to;            /* room for three bytes a byte */
	bool is_host, is_tail;
};

static void
put(struct defanging *d, struct str text)
{
	memcpy(d->to, text.p, text.n);
	d->to += text.n;
}

/* One byte or mark that is not dull. */
static void
defang_one(struct defanging *d)
{
	struct str rest = str_from(d->s, d->at);
	char c = rest.p[0];

	if ((c == 'h' || c == 'H') && is_scheme(rest)) {
		put(d, STR("hxxp"));
		d->at += 4;
		d->is_tail = false;
		return;
	}
	if (c == ':' && str_starts(rest, STR("://"))) {
		put(d, STR("://"));
		d->at += 3;
		d->is_host = true;
		d->is_tail = false;
		return;
	}
	if (ascii_is_space(c))
		d->is_tail = false;
	else if (d->is_host && (c == '/' || c == '?' || c == '#'))
		d->is_tail = true;
	if (c == '@')
		d->is_host = true;
	else if (!is_host_byte(c) && c != ':')
		d->is_host = false;
	if (c == '.' && !d->is_tail && is_label_dot(d->s, d->at, d->is_host))
		put(d, STR("[.]"));
	else
		*d->to++ = c;
	d->at++;
}

#ifdef __SSE2__
enum { ROW = 16 };

/* How many of a row are dull, but for "*". */
static unsigned
dull_in_row(__m128i in)
{
	__m128i letter = _mm_sub_epi8(_mm_or_si128(in, _mm_set1_epi8(0x20)),
	    _mm_set1_epi8('a'));
	__m128i digit = _mm_sub_epi8(in, _mm_set1_epi8('0'));
	__m128i is = _mm_andnot_si128(
	    _mm_cmpeq_epi8(letter, _mm_set1_epi8('h' - 'a')),
	    _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter));

	is = _mm_or_si128(is, _mm_cmpeq_epi8(
	    _mm_min_epu8(digit, _mm_set1_epi8(9)), digit));
	is = _mm_or_si128(is, _mm_or_si128(
	    _mm_cmpeq_epi8(in, _mm_set1_epi8('-')),
	    _mm_cmpeq_epi8(in, _mm_set1_epi8('_'))));
	return (unsigned)__builtin_ctz(~(unsigned)_mm_movemask_epi8(is));
}

/* Copies what is dull of whole rows up to end. */
static void
copy_dull(struct defanging *d, size_t end)
{
	unsigned n = ROW;

	while (n == ROW && d->at + ROW <= end) {
		__m128i in = _mm_loadu_si128(
		    (const void *)(d->s.p + d->at));

		_mm_storeu_si128((void *)d->to, in);
		n = dull_in_row(in);
		d->at += n;
		d->to += n;
	}
}
#else
static void
copy_dull(struct defanging *d, size_t end)
{
	(void)d, (void)end;
}
#endif

struct str
defang_head(struct arena *a, struct str s, size_t n)
{
	size_t most = 3 * s.n;
	char *begin = arena_take_raw_many(a, 3, s.n);
	struct defanging d = { .s = s, .to = begin };

	while (d.at < n) {
		copy_dull(&d, n);
		while (d.at < n && dull[(unsigned char)s.p[d.at]])
			*d.to++ = s.p[d.at++];
		if (d.at < n)
			defang_one(&d);
	}
	arena_trim(a, begin, most, (size_t)(d.to - begin));
	return str_between(begin, d.to);
}

struct str
defang(struct arena *a, struct str s)
{
	return defang_head(a, s, s.n);
}
