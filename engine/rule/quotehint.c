/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a text names fraud at all, before anything of it is folded: one
 * pass that asks of three bytes at a time whether they may begin a word.
 */
#include "rule/quote.h"

#include "base/vec.h"

struct hint {
	const char *text;
	unsigned kind; /* those of one begin alike */
};

static const struct hint hints[] = {
	{ "詐", 0 }, { "欺", 0 }, { "偽", 0 }, { "騙", 0 },
	{ "フィッシング", 1 }, { "なりすまし", 1 },
	{ "phish", 2 }, { "Phish", 2 }, { "PHISH", 2 },
	{ "scam", 3 }, { "Scam", 3 }, { "fraud", 4 }, { "Fraud", 4 },
	{ "spoof", 5 }, { "malicious", 6 }, { "impersonat", 7 },
};

static bool
is_hint(struct str s)
{
	for (size_t i = 0; i < nitems(hints); i++)
		if (s.p[0] == hints[i].text[0] &&
		    str_starts(s, str_of(hints[i].text)))
			return true;
	return false;
}

#if defined(__x86_64__) && defined(__GNUC__)

#include <tmmintrin.h>

enum { HEAD = 3, PLACES = 16 };

/* The kinds that a half of one of their first bytes may belong to. */
struct halves {
	uint8_t lower[HEAD][PLACES], upper[HEAD][PLACES];
};

static void
halves_make(struct halves *h)
{
	*h = (struct halves){ 0 };
	for (size_t i = 0; i < nitems(hints); i++)
		for (size_t k = 0; k < HEAD; k++) {
			unsigned char c = (unsigned char)hints[i].text[k];

			h->lower[k][c & 15] |= (uint8_t)(1U << hints[i].kind);
			h->upper[k][c >> 4] |= (uint8_t)(1U << hints[i].kind);
		}
}

/* Where in the sixteen places at p a hint may begin, a bit each. */
__attribute__((target("ssse3"))) static unsigned
places_of(const struct halves *h, const char *p)
{
	const __m128i half = _mm_set1_epi8(15);
	__m128i kinds = _mm_set1_epi8(-1);

	for (size_t k = 0; k < HEAD; k++) {
		__m128i in = _mm_loadu_si128((const void *)(p + k));
		__m128i lower = _mm_shuffle_epi8(
		    _mm_loadu_si128((const void *)h->lower[k]),
		    _mm_and_si128(in, half));
		__m128i upper = _mm_shuffle_epi8(
		    _mm_loadu_si128((const void *)h->upper[k]),
		    _mm_and_si128(_mm_srli_epi32(in, 4), half));

		kinds = _mm_and_si128(kinds, _mm_and_si128(lower, upper));
	}
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(kinds,
	    _mm_setzero_si128())) ^ 0xffff;
}

/* Looks at the front of *s, which goes on behind what holds none. */
__attribute__((target("ssse3"))) static bool
has_hint_near(struct str *s)
{
	struct halves h;

	halves_make(&h);
	for (; s->n >= PLACES + HEAD - 1; *s = str_from(*s, PLACES)) {
		unsigned places = places_of(&h, s->p);

		for (; places != 0; places &= places - 1)
			if (is_hint(str_from(*s,
			    (unsigned)__builtin_ctz(places))))
				return true;
	}
	return false;
}

static bool
is_able(void)
{
	return __builtin_cpu_supports("ssse3");
}

#else

static bool
has_hint_near(struct str *s)
{
	(void)s;
	return false;
}

static bool
is_able(void)
{
	return false;
}

#endif

bool
quote_has_hint(struct str s)
{
	if (is_able() && has_hint_near(&s))
		return true;
	for (; s.n != 0; s = str_from(s, 1))
		if (is_hint(s))
			return true;
	return false;
}
