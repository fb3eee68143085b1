/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

/* UTF-8 as RFC 3629 has it: no surrogates, no overlong forms. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

#define UTF8_BAD 0xfffdU

/*
 * The code point at s[*at], moving *at behind it; call while *at < s.n.  A
 * byte that begins none gives UTF8_BAD and moves on by the ill-formed piece
 * (at least one byte).
 */
uint32_t utf8_next_slowly(struct str s, size_t *at);

static inline uint32_t
utf8_next(struct str s, size_t *at)
{
	unsigned char c = (unsigned char)s.p[*at];

	if (c >= 0x80)
		return utf8_next_slowly(s, at);
	(*at)++;
	return c;
}

/* How many bytes at the front are ASCII; of that, printable. */
size_t utf8_ascii_run(struct str s);
size_t utf8_print_run(struct str s);

static inline bool
utf8_is_ascii(struct str s)
{
	return utf8_ascii_run(s) == s.n;
}

void utf8_add(struct buf *b, uint32_t point);
bool utf8_is_valid(struct str s);
/* At most so many bytes of valid UTF-8, cut where a character ends. */
struct str utf8_head(struct str s, size_t most);
/* Where the character ends that lies across at; at itself across none. */
static inline size_t
utf8_end(struct str s, size_t at)
{
	while (at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80)
		at++;
	return at;
}

/* A copy in which every ill-formed piece is U+FFFD. */
void utf8_add_clean(struct buf *b, struct str s);

/* Code points; and cells of a terminal, where a kanji takes two. */
size_t utf8_count(struct str s);
size_t utf8_width(struct str s);

/* What a terminal should not be sent as it is: control characters, and marks
 * that turn the direction of a line or are not seen. */
bool utf8_is_unsafe(uint32_t point);
/* Writes such a one as \x1b or \u202e. */
void utf8_add_shown(struct buf *b, uint32_t point);

/* Kana, kanji, hangul, full-width forms and their punctuation. */
bool utf8_is_wide(uint32_t point);
bool utf8_has_wide(struct str s);

#endif
