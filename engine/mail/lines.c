/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of visible text, put together from the pieces between tags. */
#include "mail/lines.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const bool blanks[256] = {
	[' '] = true, ['\t'] = true, ['\n'] = true, ['\f'] = true,
	['\r'] = true,
};

static bool
is_blank(char c)
{
	return blanks[(unsigned char)c];
}

static char
last_byte(const struct lines *l)
{
	return l->text.n == 0 ? '\n' : l->text.p[l->text.n - 1];
}

static void
flush(struct lines *l)
{
	if (last_byte(l) != '\n' && (l->wants_line || l->wants_space))
		buf_add_byte(&l->text, l->wants_line ? '\n' : ' ');
	l->wants_line = l->wants_space = false;
}

/* Where the words that begin at at end which are set as they are written: one
 * space between them, and nothing else. */
static size_t
words_end(struct str s, size_t at)
{
	while (at < s.n && (!is_blank(s.p[at]) || (s.p[at] == ' ' &&
	    at + 1 < s.n && !is_blank(s.p[at + 1]))))
		at++;
	return at;
}

#ifdef __SSE2__
/* Of the sixteen bytes at p: which is the space, and which another blank.  9
 * to 13 are taken for such, 11 among them: it is rare, and who finds one looks
 * again. */
static __m128i
other_blanks(__m128i bytes)
{
	return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(8)),
	    _mm_cmplt_epi8(bytes, _mm_set1_epi8(14)));
}

/* Where words end among sixteen bytes, a bit each, with those that stand one
 * place further on. */
static unsigned
stops_of(__m128i here, __m128i next)
{
	const __m128i space = _mm_set1_epi8(' ');
	__m128i is_next = _mm_or_si128(_mm_cmpeq_epi8(next, space),
	    other_blanks(next));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(other_blanks(here),
	    _mm_and_si128(_mm_cmpeq_epi8(here, space), is_next)));
}

static unsigned
stops_at(const char *p)
{
	return stops_of(_mm_loadu_si128((const void *)p),
	    _mm_loadu_si128((const void *)(p + 1)));
}

/* The last bytes of a text, sixteen at most, as if a line ended behind them:
 * most texts are so short, and a loop over them ends where nobody guesses. */
static bool
add_last(struct lines *l, struct str s, size_t *at)
{
	struct str last = str_from(s, *at);
	__m128i here = str_short_row(last);
	unsigned stops = stops_of(here, _mm_srli_si128(here, 1)) |
	    (unsigned)(last.p[last.n - 1] == ' ') << (last.n - 1) |
	    1u << last.n;
	size_t words = (unsigned)__builtin_ctz(stops);

	_mm_storeu_si128((void *)(l->text.p + l->text.n), here);
	l->text.n += words;
	*at += words;
	last = str_from(last, words);
	return last.n == 0 || (last.p[0] != '\v' &&
	    (last.n == 1 || last.p[1] != '\v'));
}

/* Adds words sixteen bytes at a time, as long as there is room; true where
 * they end at *at. */
static bool
add_by_sixteen(struct lines *l, struct str s, size_t *at)
{
	for (; *at + 17 <= s.n && l->text.room - l->text.n >= 16; *at += 16) {
		unsigned stops = stops_at(s.p + *at);
		unsigned words = stops == 0 ? 16 :
		    (unsigned)__builtin_ctz(stops);

		memcpy(l->text.p + l->text.n, s.p + *at, 16);
		l->text.n += words;
		if (stops != 0) {
			*at += words;
			return s.p[*at] != '\v' && s.p[*at + 1] != '\v';
		}
	}
	return *at + 17 > s.n && l->text.room - l->text.n >= 16 &&
	    add_last(l, s, at);
}
#else
static bool
add_by_sixteen(struct lines *l, struct str s, size_t *at)
{
	(void)l, (void)s, (void)at;
	return false;
}
#endif

/* Adds the words that begin at at; gives where they end. */
static size_t
add_words(struct lines *l, struct str s, size_t at)
{
	size_t begin;

	if (add_by_sixteen(l, s, &at))
		return at;
	begin = at;
	at = words_end(s, at);
	buf_add(&l->text, s.p + begin, at - begin);
	return at;
}

#ifdef __SSE2__
/* Blanks at the front, sixteen at a time. */
static size_t
pass_blanks(struct str s)
{
	size_t at = 0;

	for (; at + 16 <= s.n; at += 16) {
		__m128i here = _mm_loadu_si128((const void *)(s.p + at));
		__m128i is = _mm_or_si128(other_blanks(here),
		    _mm_cmpeq_epi8(here, _mm_set1_epi8(' ')));

		is = _mm_andnot_si128(_mm_cmpeq_epi8(here,
		    _mm_set1_epi8('\v')), is);
		if (_mm_movemask_epi8(is) != 0xffff)
			break;
	}
	return at;
}
#else
static size_t
pass_blanks(struct str s)
{
	(void)s;
	return 0;
}
#endif

bool
lines_is_gap(struct str s)
{
	size_t at;

	/* what begins with a blank and is no gap ends with a word, mostly */
	if (s.n == 0 || !is_blank(s.p[0]) || !is_blank(s.p[s.n - 1]))
		return false;
	at = pass_blanks(s);
	while (at < s.n && is_blank(s.p[at]))
		at++;
	return at == s.n;
}

void
lines_gap(struct lines *l)
{
	l->wants_space = true;
}

void
lines_add(struct lines *l, struct str s)
{
	size_t at = 0, begin;

	while (at < s.n) {
		begin = at;
		while (at < s.n && is_blank(s.p[at]))
			at++;
		if (at != begin)
			l->wants_space = true;
		if (at == s.n)
			break;
		flush(l);
		at = add_words(l, s, at);
	}
}

void
lines_add_pre(struct lines *l, struct str s)
{
	if (s.n == 0)
		return;
	flush(l);
	for (size_t n; s.n != 0; s = str_from(s, n + 1)) {
		n = str_find(s, '\r');
		buf_add_str(&l->text, str_head(s, n));
	}
}

void
lines_block(struct lines *l)
{
	l->wants_line = true;
}

void
lines_br(struct lines *l)
{
	struct str text;

	l->wants_space = false;
	flush(l);
	text = buf_str(&l->text);
	if (text.n != 0 && !str_ends(text, STR("\n\n")))
		buf_add_byte(&l->text, '\n');
}

struct str
lines_done(const struct lines *l)
{
	struct str text = buf_str(&l->text);

	while (text.n > 0 && is_blank(text.p[text.n - 1]))
		text.n--;
	return text;
}

void
lines_empty(struct lines *l)
{
	buf_empty(&l->text);
	l->wants_space = l->wants_line = false;
}
