/* SPDX-License-Identifier: Apache-2.0 */
/* Digits, runs, LZW and deflate, each from its first byte to its end mark. */
#include "mail/pdffilter.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"

enum {
	CODE_CLEAR = 256,
	CODE_END = 257,
	CODE_NONE = 4096, /* and how many there are */
	BITS_FIRST = 9,
	BITS_MOST = 12,
	ROW_MOST = 1 << 16
};

/* Room for n bytes that swell; what was taken is paid for. */
static bool
spend(struct buf *to, size_t n, struct inflate_budget *budget)
{
	if (n > budget->left || !buf_reserve(to, n)) {
		budget->is_over = true;
		return false;
	}
	budget->left -= n;
	return true;
}

/* 7.4.2: to ">". */
static size_t
add_hex(struct buf *to, struct str s, struct inflate_budget *budget)
{
	unsigned value = 0, digits = 0;
	size_t i;

	(void)budget;
	for (i = 0; i < s.n && s.p[i] != '>'; i++) {
		if (!ascii_is_hex(s.p[i]))
			continue;
		value = value << 4 | (unsigned)ascii_hex(s.p[i]);
		if (++digits % 2 == 0)
			buf_add_byte(to, (char)(value & 0xff));
	}
	return i;
}

/* A group of digits, 5 if it is whole; n of them make n - 1 bytes. */
static void
add_group85(struct buf *to, uint32_t value, unsigned n)
{
	for (unsigned i = n; i < 5; i++)
		value = value * 85 + 84;
	for (unsigned i = 1; i < n; i++, value <<= 8)
		buf_add_byte(to, (char)(value >> 24));
}

/* 7.4.3: to "~". */
static size_t
add_base85(struct buf *to, struct str s, struct inflate_budget *budget)
{
	uint32_t value = 0;
	unsigned n = 0;
	size_t i;

	for (i = 0; i < s.n && s.p[i] != '~'; i++) {
		if (s.p[i] == 'z' && n == 0 && spend(to, 4, budget))
			buf_add(to, "\0\0\0\0", 4);
		if (s.p[i] < '!' || s.p[i] > 'u')
			continue;
		value = value * 85 + (uint32_t)(s.p[i] - '!');
		if (++n < 5)
			continue;
		add_group85(to, value, n);
		value = n = 0;
	}
	if (n > 1)
		add_group85(to, value, n);
	return i;
}

/* 7.4.5: a length and bytes, or a length and one byte to be said again. */
static size_t
add_runs(struct buf *to, struct str s, struct inflate_budget *budget)
{
	size_t i = 0;

	while (i + 1 < s.n && (unsigned char)s.p[i] != 128) {
		size_t length = (unsigned char)s.p[i++];
		struct str run = str_head(str_from(s, i), length + 1);

		if (!spend(to, length < 128 ? run.n : 257 - length, budget))
			break;
		if (length < 128) {
			buf_add_str(to, run);
			i += run.n;
			continue;
		}
		for (size_t n = 257 - length; n > 0; n--)
			buf_add_byte(to, s.p[i]);
		i++;
	}
	return i;
}

struct lzw {
	uint16_t prefix[CODE_NONE];
	uint32_t length[CODE_NONE];
	char last[CODE_NONE];
	size_t next;
	size_t previous;
	unsigned bits;
};

static void
lzw_clear(struct lzw *z)
{
	z->next = CODE_END + 1;
	z->previous = CODE_NONE;
	z->bits = BITS_FIRST;
}

static struct lzw *
lzw_new(void)
{
	struct lzw *z = calloc(1, sizeof(*z));

	if (z == NULL)
		abort();
	for (size_t i = 0; i < CODE_CLEAR; i++) {
		z->last[i] = (char)i;
		z->length[i] = 1;
	}
	lzw_clear(z);
	return z;
}

/* The code of so many bits at a place that is counted in bits. */
static size_t
code_at(struct str s, size_t at, unsigned bits)
{
	uint32_t value = 0;

	for (size_t i = at / 8; i < at / 8 + 3; i++)
		value = value << 8 | (i < s.n ? (unsigned char)s.p[i] : 0);
	return value >> (24 - at % 8 - bits) & ((1U << bits) - 1);
}

/* Writes the string of code from its end; gives its first byte. */
static char
put_string(struct lzw *z, char *p, size_t code)
{
	size_t n = z->length[code];

	while (n-- > 1) {
		p[n] = z->last[code];
		code = z->prefix[code];
	}
	p[0] = z->last[code];
	return p[0];
}

static bool
add_code(struct lzw *z, struct buf *to, size_t code,
    struct inflate_budget *budget)
{
	bool is_new = code == z->next && z->previous != CODE_NONE;
	size_t known = is_new ? z->previous : code, n;
	char first;

	if (known >= z->next || known == CODE_CLEAR || known == CODE_END)
		return false;
	n = z->length[known] + is_new;
	if (!spend(to, n, budget))
		return false;
	first = put_string(z, to->p + to->n, known);
	if (is_new)
		to->p[to->n + n - 1] = first;
	to->n += n;
	if (z->previous != CODE_NONE && z->next < CODE_NONE) {
		z->prefix[z->next] = (uint16_t)z->previous;
		z->length[z->next] = z->length[z->previous] + 1;
		z->last[z->next++] = first;
	}
	z->previous = code;
	/* a code earlier than need be, as all do who write them */
	if (z->bits < BITS_MOST && z->next + 1 >= (size_t)1 << z->bits)
		z->bits++;
	return true;
}

/* 7.4.4.2 */
static size_t
add_lzw(struct buf *to, struct str s, struct inflate_budget *budget)
{
	struct lzw *z;
	size_t at = 0, code;

	if (budget->times == 0) {
		budget->is_over = true;
		return 0;
	}
	budget->times--;
	z = lzw_new();
	while (at + z->bits <= s.n * 8) {
		code = code_at(s, at, z->bits);
		at += z->bits;
		if (code == CODE_CLEAR)
			lzw_clear(z);
		else if (code == CODE_END || !add_code(z, to, code, budget))
			break;
	}
	free(z);
	return (at + 7) / 8;
}

pdf_filter
pdf_filter_of(struct str name)
{
	static const struct {
		struct str names[2];
		pdf_filter add;
	} filters[] = {
		{ { STR_INIT("ASCIIHexDecode"), STR_INIT("AHx") }, add_hex },
		{ { STR_INIT("ASCII85Decode"), STR_INIT("A85") },
		    add_base85 },
		{ { STR_INIT("FlateDecode"), STR_INIT("Fl") }, inflate_add },
		{ { STR_INIT("LZWDecode"), STR_INIT("LZW") }, add_lzw },
		{ { STR_INIT("RunLengthDecode"), STR_INIT("RL") }, add_runs },
	};

	for (size_t i = 0; i < nitems(filters); i++)
		if (str_eq(name, filters[i].names[0]) ||
		    str_eq(name, filters[i].names[1]))
			return filters[i].add;
	return NULL;
}

/* --- predictors --- */

static unsigned
paeth(int left, int up, int corner)
{
	int p = left + up - corner;

	if (abs(p - left) <= abs(p - up) && abs(p - left) <= abs(p - corner))
		return (unsigned)left;
	return (unsigned)(abs(p - up) <= abs(p - corner) ? up : corner);
}

/* RFC 2083 6: a row by the one before it, which is NULL for the first. */
static void
undo_row(unsigned char *row, const unsigned char *before, size_t n,
    size_t apart, unsigned kind)
{
	for (size_t i = 0; i < n; i++) {
		unsigned left = i < apart ? 0 : row[i - apart];
		unsigned up = before == NULL ? 0 : before[i];
		unsigned corner = before == NULL || i < apart ? 0
		    : before[i - apart];

		if (kind == 1)
			row[i] = (unsigned char)(row[i] + left);
		else if (kind == 2)
			row[i] = (unsigned char)(row[i] + up);
		else if (kind == 3)
			row[i] = (unsigned char)(row[i] + (left + up) / 2);
		else if (kind == 4)
			row[i] = (unsigned char)(row[i] + paeth((int)left,
			    (int)up, (int)corner));
	}
}

void
pdf_unpredict(struct buf *bytes, const struct pdf_predictor *p)
{
	size_t colors = p->colors == 0 ? 1 : p->colors;
	size_t bits = p->bits == 0 ? 8 : p->bits;
	size_t columns = p->columns == 0 ? 1 : p->columns;
	size_t mark = p->kind >= 10, row, apart, to = 0;
	unsigned char *b = (unsigned char *)bytes->p, *before = NULL;

	if (p->kind < 2 || colors > 32 || bits > 32 || columns > ROW_MOST ||
	    bytes->n == 0)
		return;
	row = (columns * colors * bits + 7) / 8;
	apart = colors * bits < 8 ? 1 : colors * bits / 8;
	for (size_t at = 0; at + mark < bytes->n; at += row) {
		/* in TIFF each byte is told by the one on its left */
		unsigned kind = mark != 0 ? b[at++] : 1;
		size_t n = bytes->n - at < row ? bytes->n - at : row;

		memmove(b + to, b + at, n);
		undo_row(b + to, before, n, apart, kind);
		before = b + to;
		to += n;
	}
	bytes->n = to;
}
