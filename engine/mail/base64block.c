/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both halves of a byte are looked up at once: together they tell whether it
 * is a letter, and the upper one how far it is from what it stands for.
 */
#include "mail/base64block.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <tmmintrin.h>

/* Which letters are in the row of an upper half, as one bit a row, and for a
 * lower half the rows in which there is none. */
#define ROWS 16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16
#define HOLES 21, 17, 17, 17, 17, 17, 17, 17, 17, 17, 19, 26, 27, 27, 27, 26
/* From a byte to its six bits, by the upper half; "/" has the second place. */
#define STEPS 0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0

/* Twelve bytes and four that do not count, of sixteen letters; gives how many
 * at the front are letters. */
__attribute__((target("ssse3"))) static inline unsigned
decode_block(char *to, const char *p)
{
	const __m128i half = _mm_set1_epi8(15), slash = _mm_set1_epi8('/');
	const __m128i order = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14,
	    13, 12, -1, -1, -1, -1);
	__m128i in = _mm_loadu_si128((const void *)p);
	__m128i upper = _mm_and_si128(_mm_srli_epi32(in, 4), half);
	__m128i odd = _mm_and_si128(
	    _mm_shuffle_epi8(_mm_setr_epi8(ROWS), upper),
	    _mm_shuffle_epi8(_mm_setr_epi8(HOLES), _mm_and_si128(in, half)));
	unsigned letters = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(odd,
	    _mm_setzero_si128()));
	__m128i six;

	if (letters != 0xffff)
		return (unsigned)__builtin_ctz(~letters);
	six = _mm_add_epi8(in, _mm_shuffle_epi8(_mm_setr_epi8(STEPS),
	    _mm_add_epi8(_mm_cmpeq_epi8(in, slash), upper)));
	/* twice two neighbours become one */
	six = _mm_maddubs_epi16(six, _mm_set1_epi32(0x01400140));
	six = _mm_madd_epi16(six, _mm_set1_epi32(0x00011000));
	_mm_storeu_si128((void *)to, _mm_shuffle_epi8(six, order));
	return 16;
}

/* The letters at the front of s.  A line is no multiple of sixteen: its last
 * groups are decoded together with some that were before. */
__attribute__((target("ssse3"))) static inline size_t
decode_line(char *to, struct str s)
{
	size_t i = 0, rest = 0;

	for (; i + 16 <= s.n; i += 16) {
		rest = decode_block(to + i / 4 * 3, s.p + i) & ~3U;
		if (rest != 16)
			break;
	}
	if (i == 0 || rest == 0 || rest == 16)
		return i;
	i += rest;
	decode_block(to + (i - 16) / 4 * 3, s.p + i - 16);
	return i;
}

__attribute__((target("ssse3"))) static size_t
decode_lines(char **out, struct str s)
{
	char *to = *out; /* what is written could be *out, to a compiler */
	size_t i = 0, n;

	while ((n = decode_line(to, str_from(s, i))) != 0) {
		to += n / 4 * 3;
		i += n;
		/* told by branches: the next line waits for no sum */
		if (i + 1 < s.n && s.p[i] == '\r' && s.p[i + 1] == '\n')
			i += 2;
		else if (i < s.n && s.p[i] == '\n')
			i++;
		else
			break;
	}
	*out = to;
	return i;
}

size_t
base64_lines(char **to, struct str s)
{
	return __builtin_cpu_supports("ssse3") ? decode_lines(to, s) : 0;
}

#else

size_t
base64_lines(char **to, struct str s)
{
	(void)to, (void)s;
	return 0;
}

#endif
