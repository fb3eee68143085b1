/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare URLs in text that a person reads.  The text is walked once: whatever a
 * candidate has taken is not looked at again, found or not.
 */
#include "mail/urlfind.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <unicode/uchar.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "mail/barelink.h"
#include "mail/host.h"
#include "mail/hostcut.h"
#include "mail/reach.h"

enum {
	BEYOND_MOST = 2048, /* bytes of a link behind a user in disguise */
	BEYOND_MISSES_MOST = 16 /* that led to no host, and are read anew */
};

enum start {
	START_NONE,
	START_LINK,    /* "https://" */
	START_WWW,     /* "www." */
	START_DEFANGED /* "hxxp://" */
};

static enum start
scheme_start(struct str s, size_t *length)
{
	static const struct {
		struct str word;
		bool is_plain;
	} words[] = {
		{ STR_INIT("http"), true }, { STR_INIT("ftp"), true },
		{ STR_INIT("hxxp"), false }, { STR_INIT("h**p"), false },
		{ STR_INIT("h++p"), false }, { STR_INIT("ttp"), false },
	};
	struct str rest = s;
	size_t i = 0;
	bool is_plain;

	while (i < nitems(words) && !str_case_skip(&rest, words[i].word))
		i++;
	if (i == nitems(words))
		return START_NONE;
	is_plain = words[i].is_plain;
	str_case_skip(&rest, STR("s"));
	if (str_skip(&rest, STR("[:]//")) || str_skip(&rest, STR("[://]")) ||
	    str_skip(&rest, STR("(:)//")))
		is_plain = false;
	else if (!str_skip(&rest, STR("://")) &&
	    !str_skip(&rest, STR(":\\\\")))
		return START_NONE;
	*length = s.n - rest.n;
	return is_plain ? START_LINK : START_DEFANGED;
}

/* Most letters that could begin one do not: the second tells. */
static bool
may_start(struct str s)
{
	char second = s.n < 2 ? '\0' : ascii_lower(s.p[1]);

	switch (ascii_lower(s.p[0])) {
	case 'h':
		return second == 't' || second == 'x' || second == '*' ||
		    second == '+';
	case 'w':
		return second == 'w';
	case 'f':
	case 't':
		return second == 't';
	default:
		return false;
	}
}

static enum start
start_at(const struct urlfind *f, size_t at, size_t *length)
{
	struct str s = str_from(f->text, at);
	char c = ascii_lower(s.p[0]);

	if (!may_start(s))
		return START_NONE;
	/* "xhttp://" is a link to a mail program, "xwww." is not. */
	if (c != 'h' && at > 0 && (ascii_is_alnum(f->text.p[at - 1]) ||
	    strchr("@./-_", f->text.p[at - 1]) != NULL))
		return START_NONE;
	if (c != 'w')
		return scheme_start(s, length);
	*length = 0;
	return str_case_starts(s, STR("www.")) ? START_WWW : START_NONE;
}

/* What ends at a place: a host that is sure to be whole, one that may go on,
 * or none whatever follows, unless that makes a user of it. */
enum whole { WHOLE_YES, WHOLE_NO, WHOLE_NEVER };

static enum whole
whole_of(struct urlfind *f, size_t begin, size_t end)
{
	struct str url = reach_trim(str_sub(f->text, begin, end));
	struct url *u = &f->read;
	uint32_t next = utf8_next(f->text, &end);
	bool is_whole;

	if (!url_read(u, f->arena, url)) {
		u->raw = STR("");
		return WHOLE_NEVER;
	}
	is_whole = u->is_ip ? !reach_is_host_dot(next) &&
	    !u_isdigit((UChar32)next) : host_has_known_suffix(u->host);
	return is_whole ? WHOLE_YES : str_starts(u->host, STR(".")) ?
	    WHOLE_NEVER : WHOLE_NO;
}

/*
 * Where the host ends: before Japanese letters if what stands there is a host
 * already, else with them.  What is wrong with a name so far stays wrong where
 * it is longer, so that few places are read.
 */
static size_t
host_end(struct urlfind *f, const struct reach *r, size_t begin)
{
	bool is_number = true, was_odd = false;

	for (size_t i = 0; i < r->n_cuts; i++) {
		size_t end = r->cuts[i], behind = end;
		enum hostcut kind = hostcut_of(str_sub(f->text, begin, end),
		    utf8_next(f->text, &behind), &was_odd);
		enum whole whole;

		if (kind == HOSTCUT_NOT ||
		    (kind == HOSTCUT_NUMBER && !is_number))
			continue;
		whole = whole_of(f, begin, end);
		if (whole == WHOLE_YES)
			return end;
		if (whole == WHOLE_NO || kind == HOSTCUT_OTHER ||
		    str_has(str_sub(f->text, end, r->end), '@'))
			continue;
		if (kind == HOSTCUT_NAME)
			break;
		is_number = false;
	}
	return r->end;
}

/* "https://example.com**" is a link in bold type, no masked one. */
static bool
is_hidden(struct urlfind *f, struct reach *r, size_t begin)
{
	size_t at = r->mask;
	uint32_t c = '*';

	while (at < r->end && reach_is_mask(c))
		c = utf8_next(f->text, &at);
	if (!reach_is_mask(c) || whole_of(f, begin, r->mask) != WHOLE_YES)
		return true;
	r->end = r->mask;
	return false;
}

/* What was read of raw, the words of the text. */
struct url *
urlfind_put(struct urlfind *f, const struct url *u, struct str raw)
{
	struct url *added = VEC_ADD(f->arena, f->out);

	*added = *u;
	added->raw = raw;
	added->source = URL_TEXT;
	added->offset = (uint32_t)(raw.p - f->text.p);
	return added;
}

static void
add(struct urlfind *f, struct str raw, enum start start)
{
	struct url *u = &f->read;
	bool is_read;

	raw = reach_trim(raw);
	is_read = raw.n != 0 && raw.p == u->raw.p && raw.n == u->raw.n;
	if ((is_read || url_read(u, f->arena, raw)) && u->host.n != 0 &&
	    (start != START_WWW || host_has_known_suffix(u->host)))
		urlfind_put(f, u, raw);
	u->raw = STR("");
}

/* "https://example.com／@example.org/x": what looks like the end of the host
 * is its user to those who link up to the blank.  To them what begins in that
 * link is a part of it, so that no text is read so twice. */
static void
add_beyond(struct urlfind *f, size_t at, size_t end)
{
	size_t n = end, next;
	uint32_t c = 0;
	struct str raw;
	struct url u;

	if (at < f->beyond || end >= f->text.n ||
	    (unsigned char)f->text.p[end] < 0x80)
		return;
	for (; n < f->text.n && n - end < REACH_HOST_MOST; n = next) {
		next = n;
		c = utf8_next(f->text, &next);
		if (c == '@' || c == '/' || c == 0x3000 ||
		    (c < 0x80 && reach_is_end((unsigned char)c)))
			break;
	}
	if (c != '@')
		return;
	while (n < f->text.n && n - end < BEYOND_MOST &&
	    !reach_is_end((unsigned char)f->text.p[n]))
		n++;
	raw = reach_trim(str_sub(f->text, at, n));
	if (url_read(&u, f->arena, raw) &&
	    (u.is_ip || host_has_known_suffix(u.host)))
		urlfind_put(f, &u, raw);
	else if (f->beyond_misses++ < BEYOND_MISSES_MOST)
		return;
	f->beyond = n;
}

/* Takes the candidate at at, whose host begins behind length bytes; gives
 * where the walk goes on. */
static size_t
take(struct urlfind *f, size_t at, size_t length, enum start start)
{
	struct reach r;
	size_t end;

	reach_host(&r, f->text, at + length);
	if (start == START_DEFANGED ||
	    (r.is_masked && is_hidden(f, &r, at))) {
		f->defanged++;
		return reach_tail(f->text, r.end);
	}
	end = host_end(f, &r, at);
	if (end == r.end && end < f->text.n &&
	    strchr("/?#\\", f->text.p[end]) != NULL)
		end = reach_tail(f->text, end);
	add(f, str_sub(f->text, at, end), start);
	if (f->out->n < f->most)
		add_beyond(f, at, end);
	return end > at ? end : at + 1;
}

/* "example[.]com" without a scheme: the rest of the word goes with it. */
static bool
skip_defanged_word(struct urlfind *f, size_t *at)
{
	struct str rest = str_from(f->text, *at);
	struct reach r;

	if (*at == 0 || !reach_skip_dot(&rest) ||
	    !ascii_is_alnum(f->text.p[*at - 1]) || rest.n == 0 ||
	    !ascii_is_alnum(rest.p[0]))
		return false;
	f->defanged++;
	reach_host(&r, f->text, f->text.n - rest.n);
	*at = reach_tail(f->text, r.end);
	return true;
}

#ifdef __SSE2__
/* Which of sixteen bytes are one of two. */
static __m128i
are(__m128i bytes, char one, char two)
{
	return _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(one)),
	    _mm_cmpeq_epi8(bytes, _mm_set1_epi8(two)));
}

/* Letters in lower case; nothing else becomes a letter. */
static __m128i
to_lower(__m128i bytes)
{
	return _mm_or_si128(bytes, _mm_set1_epi8(0x20));
}

static __m128i
are_letters(__m128i lower)
{
	return _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
	    _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
}

/* How many bytes at the front are passed over sixteen at a time: what begins a
 * link stands behind them, or little is left.  Finds "ht", "hx", "h*", "h+",
 * "ww", "ft", "tt", "." before a letter, and the signs. */
static size_t
pass_dull(struct str s)
{
	size_t i = 0;

	for (; i + 17 <= s.n; i += 16) {
		__m128i one = _mm_loadu_si128((const void *)(s.p + i));
		__m128i two = _mm_loadu_si128((const void *)(s.p + i + 1));
		__m128i first = to_lower(one), second = to_lower(two);
		__m128i is_t = _mm_cmpeq_epi8(second, _mm_set1_epi8('t'));
		__m128i is_w = _mm_set1_epi8('w');
		__m128i h = _mm_and_si128(
		    _mm_cmpeq_epi8(first, _mm_set1_epi8('h')), _mm_or_si128(
		    _mm_or_si128(is_t, _mm_cmpeq_epi8(second,
		    _mm_set1_epi8('x'))), are(two, '*', '+')));
		__m128i w = _mm_and_si128(_mm_cmpeq_epi8(first, is_w),
		    _mm_cmpeq_epi8(second, is_w));
		__m128i t = _mm_and_si128(is_t, are(first, 'f', 't'));
		__m128i dot = _mm_and_si128(are_letters(second),
		    _mm_cmpeq_epi8(one, _mm_set1_epi8('.')));
		__m128i signs = _mm_or_si128(_mm_or_si128(dot,
		    are(one, '[', '(')), are(one, '{', '/'));
		unsigned places = (unsigned)_mm_movemask_epi8(_mm_or_si128(
		    _mm_or_si128(h, w), _mm_or_si128(t, signs)));

		if (places != 0)
			return i + (unsigned)__builtin_ctz(places);
	}
	return i;
}
#else
static size_t
pass_dull(struct str s)
{
	(void)s;
	return 0;
}
#endif

/* The next byte at which anything of interest may begin: a sign, or two
 * letters that may. */
static size_t
skip_dull(struct str s, size_t at)
{
	enum { H = 1, W = 2, FT = 4, ALONE = 8 };
	static const uint8_t firsts[256] = {
		['h'] = H, ['H'] = H, ['w'] = W, ['W'] = W, ['f'] = FT,
		['F'] = FT, ['t'] = FT, ['T'] = FT, ['['] = ALONE,
		['('] = ALONE, ['{'] = ALONE, ['/'] = ALONE,
	};
	static const uint8_t seconds[256] = {
		['t'] = H | FT, ['T'] = H | FT, ['x'] = H, ['X'] = H,
		['*'] = H, ['+'] = H, ['w'] = W, ['W'] = W,
	};

	at += pass_dull(str_from(s, at));
	for (; at + 1 < s.n; at++)
		if ((firsts[(unsigned char)s.p[at]] & (ALONE |
		    seconds[(unsigned char)s.p[at + 1]])) != 0 ||
		    (s.p[at] == '.' && ascii_is_alpha(s.p[at + 1])))
			return at;
	return at < s.n && firsts[(unsigned char)s.p[at]] != ALONE ? s.n : at;
}

void
urls_find(url_list *out, struct arena *a, struct str text, size_t most,
    size_t *defanged)
{
	struct urlfind f = {
		.out = out, .arena = a, .text = text, .most = most
	};
	size_t at = 0, length = 0;

	while ((at = skip_dull(text, at)) < text.n && out->n < most) {
		enum start start = start_at(&f, at, &length);

		if (start != START_NONE)
			f.from = at = take(&f, at, length, start);
		else if (text.p[at] == '/')
			at = barelink_slash(&f, at);
		else if (text.p[at] == '.')
			at = barelink_dot(&f, at);
		else if (skip_defanged_word(&f, &at))
			f.from = at;
		else
			at++;
	}
	*defanged += f.defanged;
}
