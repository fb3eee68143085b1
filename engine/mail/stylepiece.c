/* SPDX-License-Identifier: Apache-2.0 */
/* A piece in lower case, and a bit for each byte of it that parts. */
#include "mail/stylepiece.h"

#include <string.h>

#ifdef __SSE2__
/* Copies up to sixteen bytes and fills them up with zeros; which of them are
 * one of ":;!'/\"([{\\\v", a bit each. */
static inline uint64_t
copy_row(char *to, struct str from)
{
	__m128i in = from.n < 16 ? str_short_row(from) :
	    _mm_loadu_si128((const void *)from.p);
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
copy_row(char *to, struct str from)
{
	uint64_t parts = 0;

	memset(to, 0, 16);
	for (unsigned i = 0; i < 16 && i < from.n; i++) {
		to[i] = ascii_lower(from.p[i]);
		parts |= (uint64_t)str_has(STR(":;!'/\"([{\\\v"), from.p[i]) << i;
	}
	return parts;
}
#endif

void
style_piece_read(struct style_piece *p, struct str css)
{
	p->n = css.n < STYLE_PIECE ? css.n : STYLE_PIECE;
	memset(p->places, 0, sizeof(p->places));
	for (size_t at = 0; at < p->n; at += 16)
		p->places[at / 64] |= copy_row(p->text + at,
		    str_sub(css, at, p->n)) << at % 64;
}
