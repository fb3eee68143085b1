/* SPDX-License-Identifier: Apache-2.0 */
/* A piece in lower case, and a bit for each byte of it that parts. */
#include "mail/stylepiece.h"

#include <string.h>

#ifdef __SSE2__
/* Copies sixteen bytes; which of them are one of ":;!'/\"([{\\\v", a bit
 * each. */
static inline uint64_t
copy_row(char *to, const char *from)
{
	__m128i in = _mm_loadu_si128((const void *)from);
	__m128i is_upper = _mm_and_si128(
	    _mm_cmpgt_epi8(in, _mm_set1_epi8('A' - 1)),
	    _mm_cmplt_epi8(in, _mm_set1_epi8('Z' + 1)));
	/* two signs a bit apart are found by one comparison */
	__m128i parts = _mm_cmpeq_epi8(_mm_or_si128(in, _mm_set1_epi8(1)),
	    _mm_set1_epi8(':' | 1));

	parts = _mm_or_si128(parts, _mm_cmpeq_epi8(_mm_or_si128(in,
	    _mm_set1_epi8('/' - '\'')), _mm_set1_epi8('/')));
	parts = _mm_or_si128(parts, _mm_cmpeq_epi8(in, _mm_set1_epi8('"')));
	parts = _mm_or_si128(parts, _mm_cmpeq_epi8(in, _mm_set1_epi8('(')));
	parts = _mm_or_si128(parts, _mm_cmpeq_epi8(in, _mm_set1_epi8('!')));
	parts = _mm_or_si128(parts, _mm_cmpeq_epi8(in, _mm_set1_epi8('\\')));
	parts = _mm_or_si128(parts, _mm_cmpeq_epi8(in, _mm_set1_epi8('\v')));
	parts = _mm_or_si128(parts, _mm_cmpeq_epi8(_mm_or_si128(in,
	    _mm_set1_epi8('{' - '[')), _mm_set1_epi8('{')));
	_mm_storeu_si128((void *)to, _mm_or_si128(in,
	    _mm_and_si128(is_upper, _mm_set1_epi8('a' - 'A'))));
	return (unsigned)_mm_movemask_epi8(parts);
}
#else
static uint64_t
copy_row(char *to, const char *from)
{
	uint64_t parts = 0;

	for (unsigned i = 0; i < 16; i++) {
		to[i] = ascii_lower(from[i]);
		parts |= (uint64_t)(memchr(":;!'/\"([{\\\v", from[i], 11) != NULL)
		    << i;
	}
	return parts;
}
#endif

void
style_piece_read(struct style_piece *p, struct str css)
{
	char tail[16] = { 0 };
	size_t at = 0;

	p->n = css.n < STYLE_PIECE ? css.n : STYLE_PIECE;
	memset(p->places, 0, sizeof(p->places));
	for (; at + 16 <= p->n; at += 16)
		p->places[at / 64] |= copy_row(p->text + at, css.p + at) <<
		    at % 64;
	if (at == p->n)
		return;
	memcpy(tail, css.p + at, p->n - at);
	p->places[at / 64] |= copy_row(p->text + at, tail) << at % 64;
}
