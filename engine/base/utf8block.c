/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each byte is held against the one before it: the halves of both say, a bit
 * for each way, how the two may be wrong together, and what all three halves
 * say is wrong.  Only that a third or fourth byte is owed takes more.
 */
#include "base/utf8block.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <tmmintrin.h>

/*
 * The ways, as bits: 1 a character is cut short, 2 and 128 it goes on after
 * ASCII or where it is over; 32, 4 and 64 it is longer than it has to be, in
 * two, three and four bytes; 16 half a pair of UTF-16; 8 and 64 behind the
 * last code point.
 */
#define FIRST_UPPER 2, 2, 2, 2, 2, 2, 2, 2, -128, -128, -128, -128, 33, 1, \
	21, 73
#define FIRST_LOWER -25, -93, -125, -125, -117, -53, -53, -53, -53, -53, \
	-53, -53, -53, -37, -53, -53
#define SECOND_UPPER 1, 1, 1, 1, 1, 1, 1, 1, -26, -82, -70, -70, 1, 1, 1, 1

enum { BLOCK = 16, ROW = 4 * BLOCK };

/* Not 0 where the bytes are wrong, which follow before. */
__attribute__((target("ssse3"))) static __m128i
wrongs(__m128i in, __m128i before)
{
	const __m128i half = _mm_set1_epi8(15);
	__m128i first = _mm_alignr_epi8(in, before, 15);
	__m128i ways = _mm_and_si128(_mm_and_si128(
	    _mm_shuffle_epi8(_mm_setr_epi8(FIRST_UPPER),
	    _mm_and_si128(_mm_srli_epi32(first, 4), half)),
	    _mm_shuffle_epi8(_mm_setr_epi8(FIRST_LOWER),
	    _mm_and_si128(first, half))),
	    _mm_shuffle_epi8(_mm_setr_epi8(SECOND_UPPER),
	    _mm_and_si128(_mm_srli_epi32(in, 4), half)));
	__m128i third = _mm_subs_epu8(_mm_alignr_epi8(in, before, 14),
	    _mm_set1_epi8(0xe0 - 0x80));
	__m128i fourth = _mm_subs_epu8(_mm_alignr_epi8(in, before, 13),
	    _mm_set1_epi8(0xf0 - 0x80));

	return _mm_xor_si128(ways, _mm_and_si128(_mm_or_si128(third, fourth),
	    _mm_set1_epi8(-128)));
}

__attribute__((target("ssse3"))) static inline __m128i
load(const char *p)
{
	return _mm_loadu_si128((const void *)p);
}

/* The row at p and what stands before it: all of it ASCII? */
__attribute__((target("ssse3"))) static inline bool
is_ascii(const char *p, __m128i before)
{
	__m128i all = _mm_or_si128(_mm_or_si128(load(p), load(p + 16)),
	    _mm_or_si128(load(p + 32), load(p + 48)));

	return _mm_movemask_epi8(_mm_or_si128(all, before)) == 0;
}

/* Blocks up to end, each behind *before, which becomes the last of them. */
__attribute__((target("ssse3"))) static inline __m128i
wrongs_until(const char *p, const char *end, __m128i *before)
{
	__m128i wrong = _mm_setzero_si128(), in;

	for (; p < end; p += BLOCK, *before = in) {
		in = load(p);
		if (_mm_movemask_epi8(_mm_or_si128(in, *before)) != 0)
			wrong = _mm_or_si128(wrong, wrongs(in, *before));
	}
	return wrong;
}

/* What is left at the end goes with as many NUL as make a block: one at least,
 * which a character that is not over does not have.  ASCII is all one. */
__attribute__((target("ssse3"))) static bool
blocks_are_valid(struct str s)
{
	__m128i before = _mm_setzero_si128(), wrong = before;
	char last[BLOCK] = { 0 };
	const char *p = s.p, *end = s.p + s.n / BLOCK * BLOCK;

	for (; end - p >= ROW; p += ROW) {
		if (is_ascii(p, before))
			before = _mm_setzero_si128();
		else
			wrong = _mm_or_si128(wrong, wrongs_until(p, p + ROW,
			    &before));
	}
	wrong = _mm_or_si128(wrong, wrongs_until(p, end, &before));
	if (s.n % BLOCK != 0)
		memcpy(last, end, s.n % BLOCK);
	wrong = _mm_or_si128(wrong, wrongs(load(last), before));
	return _mm_movemask_epi8(_mm_cmpeq_epi8(wrong,
	    _mm_setzero_si128())) == 0xffff;
}

bool
utf8_blocks(struct str s, bool *is_valid)
{
	if (!__builtin_cpu_supports("ssse3"))
		return false;
	*is_valid = blocks_are_valid(s);
	return true;
}

#else

bool
utf8_blocks(struct str s, bool *is_valid)
{
	(void)s, (void)is_valid;
	return false;
}

#endif
