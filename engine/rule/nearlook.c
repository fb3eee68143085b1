/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the eye takes letters for, where names of brands are imitated: the
 * twins that fonts make nearly the same, beyond what Unicode lists as
 * confusable for the skeleton (mail/fold.h).
 */
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "rule/brandnear.h"

enum { LOOK_MOST = 256 };

struct twin {
	uint32_t seen, taken;
};

/* By the first of them. */
static const struct twin twins[] = {
	{ 0x3b1, 'a' }, { 0x3b9, 'i' }, { 0x3ba, 'k' }, { 0x3bd, 'v' },
	{ 0x3bf, 'o' }, { 0x3c1, 'p' }, { 0x3c4, 't' },
	{ 0x430, 'a' }, { 0x432, 'b' }, { 0x435, 'e' }, { 0x43a, 'k' },
	{ 0x43c, 'm' }, { 0x43d, 'h' }, { 0x43e, 'o' }, { 0x43f, 'n' },
	{ 0x440, 'p' }, { 0x441, 'c' }, { 0x442, 't' }, { 0x443, 'y' },
	{ 0x445, 'x' }, { 0x455, 's' }, { 0x456, 'i' }, { 0x458, 'j' },
	/* small kana: ぁぃぅぇぉ っ ゃゅょ ゎ */
	{ 0x3041, 0x3042 }, { 0x3043, 0x3044 }, { 0x3045, 0x3046 },
	{ 0x3047, 0x3048 }, { 0x3049, 0x304a }, { 0x3063, 0x3064 },
	/* へべぺ */
	{ 0x3078, 0x30d8 }, { 0x3079, 0x30d9 }, { 0x307a, 0x30da },
	{ 0x3083, 0x3084 }, { 0x3085, 0x3086 }, { 0x3087, 0x3088 },
	{ 0x308a, 0x30ea }, /* り */
	{ 0x308e, 0x308f },
	{ 0x30a1, 0x30a2 }, { 0x30a3, 0x30a4 }, { 0x30a5, 0x30a6 },
	{ 0x30a7, 0x30a8 }, { 0x30a9, 0x30aa },
	{ 0x30bd, 0x30f3 }, /* ソ ン */
	{ 0x30c3, 0x30b7 }, { 0x30c4, 0x30b7 }, /* ッ ツ シ */
	{ 0x30e3, 0x30e4 }, { 0x30e5, 0x30e6 }, { 0x30e7, 0x30e8 },
	{ 0x30f5, 0x30ab }, { 0x30f6, 0x30b1 },
	/* 一 for the long vowel; 二八力千卜口夕工 for katakana */
	{ 0x4e00, 0x30fc }, { 0x4e8c, 0x30cb }, { 0x516b, 0x30cf },
	{ 0x529b, 0x30ab }, { 0x5343, 0x30c1 }, { 0x535c, 0x30c8 },
	{ 0x53cd, 0x53cb }, /* 反 友 */
	{ 0x53e3, 0x30ed }, { 0x571f, 0x58eb }, { 0x5915, 0x30bf },
	{ 0x5de5, 0x30a8 },
	{ 0x66f0, 0x65e5 }, { 0x672a, 0x672b }, /* 曰 日, 未 末 */
};

static uint32_t
taken_for(uint32_t point)
{
	size_t low = 0, high = nitems(twins);

	if (point < 0x80)
		return point == '0' ? 'o' : point == '1' ? 'l' : point;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (twins[middle].seen == point)
			return twins[middle].taken;
		if (twins[middle].seen < point)
			low = middle + 1;
		else
			high = middle;
	}
	return point;
}

enum near_script
near_script_of(uint32_t point)
{
	if (point < 0x80)
		return ascii_is_alnum((char)point) ? NEAR_ALPHABET : NEAR_NONE;
	if (point >= 0x3041 && point <= 0x309f)
		return NEAR_HIRAGANA;
	if (point >= 0x30a1 && point <= 0x30ff)
		return point == 0x30fb ? NEAR_NONE : NEAR_KATAKANA;
	if (point == 0x3005 || (point >= 0x3400 && point <= 0x9fff) ||
	    (point >= 0xf900 && point <= 0xfaff) || point >= 0x20000)
		return NEAR_KANJI;
	return (point >= 0xc0 && point < 0x2000) ||
	    (point >= 0xac00 && point <= 0xd7a3) ? NEAR_ALPHABET : NEAR_NONE;
}

/* "rn" and "nn" are taken for m, "vv" for w. */
static char
pair_taken_for(char a, char b)
{
	if (b == 'n' && (a == 'r' || a == 'n'))
		return 'm';
	return a == 'v' && b == 'v' ? 'w' : '\0';
}

static bool
is_plain(struct str word)
{
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if ((unsigned char)c >= 0x80 || c < '2' || (i > 0 &&
		    pair_taken_for(word.p[i - 1], c) != '\0'))
			return false;
	}
	return true;
}

struct str
near_look(struct arena *a, struct str word)
{
	struct buf b;
	size_t at = 0;

	if (is_plain(word))
		return word;
	buf_init_arena(&b, a, LOOK_MOST);
	while (at < word.n) {
		char pair = at + 1 < word.n
		    ? pair_taken_for(word.p[at], word.p[at + 1]) : '\0';

		if (pair != '\0') {
			buf_add_byte(&b, pair);
			at += 2;
		} else if (word.p[at] == '-' || word.p[at] == ' ') {
			at++;
		} else {
			utf8_add(&b, taken_for(utf8_next(word, &at)));
		}
	}
	return buf_str(&b);
}
