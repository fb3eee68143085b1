/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of the codes: EUC-KR has its syllables in 0xb0 to 0xc8, GB 2312 its
 * common characters in 0xb0 to 0xd7, Japanese kana in 0xa4 and 0xa5 and common
 * kanji up to 0xcf; only Big5 of them has second bytes below 0x80, and Shift
 * JIS first bytes below 0xa1.
 */
#include "mail/charsetguess.h"

#include <stdint.h>

enum { SAMPLE = 8192, PAIRS_LEAST = 8, LETTERS_LEAST = 16 };

/* Of text that is read as pairs. */
struct pairs {
	size_t all;
	size_t kana;     /* rows of kana in EUC-JP and GB 2312 */
	size_t marks;    /* rows of punctuation */
	size_t korean;   /* rows of syllables */
	size_t kanji;    /* rows up to 0xcf */
	size_t hanzi;    /* rows 0xd0 to 0xf7 */
	size_t big5;     /* rows of common characters in Big5 */
	size_t low;      /* second bytes below 0x80 */
	size_t blanks;   /* between two of them */
	size_t broken;   /* bytes that belong to none */
};

static bool
is_in(unsigned char c, unsigned char from, unsigned char to)
{
	return c >= from && c <= to;
}

static void
count_pair(struct pairs *p, unsigned char first, unsigned char second)
{
	p->all++;
	p->low += second < 0x80;
	p->kana += is_in(first, 0xa4, 0xa5) && second >= 0xa1;
	p->marks += is_in(first, 0xa1, 0xa3);
	p->korean += is_in(first, 0xb0, 0xc8);
	p->kanji += is_in(first, 0xb0, 0xcf);
	p->hanzi += is_in(first, 0xd0, 0xf7);
	p->big5 += is_in(first, 0xa4, 0xc6);
}

static struct pairs
pairs_of(struct str s)
{
	struct pairs p = { .all = 0 };
	bool was_pair = false;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char first = (unsigned char)s.p[i], second;

		if (first < 0x80) {
			p.blanks += was_pair && first == ' ' &&
			    i + 1 < s.n && (unsigned char)s.p[i + 1] >= 0x80;
			was_pair = false;
			continue;
		}
		second = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
		was_pair = is_in(first, 0xa1, 0xf9) &&
		    (is_in(second, 0x40, 0x7e) || is_in(second, 0xa1, 0xfe));
		if (was_pair) {
			count_pair(&p, first, second);
			i++;
		} else if (i + 1 < s.n) {
			p.broken++;
		}
	}
	return p;
}

/* percent of all or more */
static bool
is_share(size_t n, size_t all, size_t percent)
{
	return n * 100 >= all * percent;
}

static bool
is_big5(const struct pairs *p)
{
	return is_share(p->low, p->all, 15) &&
	    is_share(p->big5 + p->marks, p->all, 85);
}

static bool
is_korean(const struct pairs *p)
{
	size_t letters = p->all - p->marks;

	return p->low == 0 && is_share(p->korean, letters, 95) &&
	    is_share(p->blanks, letters, 8);
}

static bool
is_chinese(const struct pairs *p)
{
	size_t letters = p->all - p->marks;

	return p->low == 0 && is_share(p->hanzi, letters, 12) &&
	    is_share(p->kanji, letters, 30) &&
	    is_share(p->kanji + p->hanzi, letters, 95) &&
	    !is_share(p->kana, letters, 3);
}

/* --- one byte a letter --- */

/* Russian has its letters in two rows of 0x20, small ones in one of them, in
 * words of nothing else: those of Western text stand between plain ones. */
static const char *
cyrillic(struct str s)
{
	size_t all = 0, next = 0, blanks = 0, rows[2] = { 0, 0 };

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		blanks += c == ' ' || c == '\n';
		if (c < 0x80)
			continue;
		all++;
		next += i > 0 && (unsigned char)s.p[i - 1] >= 0xc0;
		if (c >= 0xc0)
			rows[c >= 0xe0]++;
	}
	if (!is_share(rows[0] + rows[1], all, 92) ||
	    !is_share(next, all, 60) || !is_share(blanks, all, 4))
		return NULL;
	if (is_share(rows[1], all, 75))
		return "windows-1251";
	return is_share(rows[0], all, 75) ? "koi8-r" : NULL;
}

/* How often each byte stands in a text of single bytes, and how many of those
 * that are not ASCII follow another. */
struct bytes {
	size_t n[256];
	size_t all;
	size_t next;
};

static struct bytes
bytes_of(struct str s)
{
	struct bytes b = { .all = 0 };

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		b.n[c]++;
		b.all += c >= 0x80;
		b.next += c >= 0x80 && i > 0 &&
		    (unsigned char)s.p[i - 1] >= 0x80;
	}
	return b;
}

static size_t
between(const struct bytes *b, unsigned from, unsigned to)
{
	size_t n = 0;

	for (; from <= to; from++)
		n += b->n[from];
	return n;
}

/* Alef and lam are a fifth of any Arabic; the second of them tells the two
 * codes apart. */
static const char *
arabic(const struct bytes *b)
{
	if (!is_share(b->n[0xc7], b->all, 7) || !is_share(b->next, b->all, 60))
		return NULL;
	if (is_share(b->n[0xe4], b->all, 6) &&
	    is_share(between(b, 0xc1, 0xf2), b->all, 92))
		return "iso-8859-6";
	return is_share(b->n[0xe1], b->all, 6) &&
	    is_share(between(b, 0xc0, 0xed), b->all, 92) ? "windows-1256" :
	    NULL;
}

/* Small letters as in Russian, but those with an accent in the row above, and
 * hardly any where Russian has its last ones. */
static const char *
greek(const struct bytes *b)
{
	return is_share(between(b, 0xdc, 0xdf), b->all, 3) &&
	    is_share(between(b, 0xdc, 0xfe), b->all, 75) &&
	    is_share(b->n[0xe1], b->all, 4) &&
	    b->n[0xff] == 0 && b->n[0xd2] == 0 &&
	    !is_share(b->n[0xfa] + b->n[0xfb], b->all, 2) &&
	    is_share(b->next, b->all, 60) ? "windows-1253" : NULL;
}

/* Consonants in one row, vowels and tones in two (half-width kana are in the
 * first of them alone), nothing behind those, and no byte as common as that of
 * the kana of Japanese. */
static const char *
thai(const struct bytes *b)
{
	size_t marks = between(b, 0xd0, 0xda) + between(b, 0xe0, 0xe9);

	return is_share(between(b, 0xa1, 0xce), b->all, 45) &&
	    is_share(marks, b->all, 30) &&
	    is_share(between(b, 0xe0, 0xe9), b->all, 3) &&
	    !is_share(between(b, 0x80, 0xa0), b->all, 1) &&
	    !is_share(between(b, 0xea, 0xff), b->all, 3) &&
	    !is_share(b->n[0xa4], b->all, 15) &&
	    is_share(b->next, b->all, 80) ? "windows-874" : NULL;
}

/* Those that are not told by pairs. */
static const char *
single(struct str s)
{
	struct bytes b = bytes_of(s);
	const char *label;

	if (b.all < LETTERS_LEAST)
		return NULL;
	label = arabic(&b);
	if (label == NULL)
		label = greek(&b);
	if (label == NULL)
		label = thai(&b);
	return label != NULL ? label : cyrillic(s);
}

const char *
charset_guess(struct str bytes)
{
	struct str s = str_head(bytes, SAMPLE);
	const char *label = single(s);
	struct pairs p;

	if (label != NULL)
		return label;
	p = pairs_of(s);
	if (p.all - p.marks < PAIRS_LEAST || is_share(p.broken, p.all, 5))
		return NULL;
	if (is_big5(&p))
		return "big5";
	if (is_korean(&p))
		return "euc-kr";
	return is_chinese(&p) ? "gb18030" : NULL;
}
