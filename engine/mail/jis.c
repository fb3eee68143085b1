/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows and cells of JIS to Unicode and back.  The tables are made from ICU's
 * converters on first use (under a millisecond), once a process, and never
 * written again: this is the only state here.
 *
 * A pointer is row * 94 + cell, both from 0; CP932 has rows up to 119, the
 * others up to 93.
 */
#include "mail/jis.h"

#include <string.h>
#include <unicode/ucnv.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/jisplane.h"

enum { CELLS = 94, ROWS = 120, ROWS_2022 = 94, ESC = 0x1b };
enum { HALF_FIRST = 0xff61, HALF_LAST = 0xff9f };

static struct {
	bool is_made;
	uint16_t x0208[ROWS * CELLS]; /* 0: nothing there */
	uint16_t x0212[CELLS * CELLS];
	uint16_t back[0x10000]; /* pointer + 1 */
} table;

static uint16_t
icu_point(UConverter *cnv, const char *bytes, int32_t n)
{
	UErrorCode err = U_ZERO_ERROR;
	UChar to[4];
	int32_t got = ucnv_toUChars(cnv, to, 4, bytes, n, &err);

	if (U_FAILURE(err) || got != 1 || to[0] == 0xfffd || to[0] == 0x1a)
		return 0;
	return to[0];
}

static size_t
cp932_bytes(unsigned pointer, char bytes[static 2])
{
	unsigned lead = pointer / 188, trail = pointer % 188;

	bytes[0] = (char)(lead + (lead < 31 ? 0x81 : 0xc1));
	bytes[1] = (char)(trail + (trail < 63 ? 0x40 : 0x41));
	return 2;
}

static void
make_x0208(UConverter *cnv)
{
	char bytes[2];

	for (unsigned i = 0; i < ROWS * CELLS; i++) {
		cp932_bytes(i, bytes);
		table.x0208[i] = icu_point(cnv, bytes, 2);
	}
}

static void
make_x0212(UConverter *cnv)
{
	for (unsigned i = 0; i < CELLS * CELLS; i++) {
		char bytes[3] = { (char)0x8f, (char)(0xa1 + i / CELLS),
			(char)(0xa1 + i % CELLS) };

		table.x0212[i] = icu_point(cnv, bytes, 3);
	}
}

/* The first of several places wins: rows that all three charsets have. */
static void
make_back(void)
{
	/* What Unicode text has where CP932 has the full-width form. */
	static const uint16_t same[][2] = {
		{ 0x2014, 0x2015 }, { 0x301c, 0xff5e }, { 0x2016, 0x2225 },
		{ 0x2212, 0xff0d }, { 0x00a2, 0xffe0 }, { 0x00a3, 0xffe1 },
		{ 0x00ac, 0xffe2 },
	};

	for (unsigned i = 0; i < ROWS * CELLS; i++)
		if (table.x0208[i] != 0 && table.back[table.x0208[i]] == 0)
			table.back[table.x0208[i]] = (uint16_t)(i + 1);
	for (size_t i = 0; i < nitems(same); i++)
		table.back[same[i][0]] = table.back[same[i][1]];
}

static void
make_table(void)
{
	UErrorCode err = U_ZERO_ERROR;
	UConverter *cnv;

	if (table.is_made)
		return;
	table.is_made = true;
	cnv = ucnv_open("ibm-943_P15A-2003", &err);
	if (U_SUCCESS(err))
		make_x0208(cnv);
	ucnv_close(cnv);
	err = U_ZERO_ERROR;
	cnv = ucnv_open("EUC-JP", &err);
	if (U_SUCCESS(err))
		make_x0212(cnv);
	ucnv_close(cnv);
	make_back();
}

/* --- reading --- */

struct reader {
	struct buf *out;
	struct str s;
	size_t at;
	size_t last; /* where the last good character ended */
	struct jis_count count;
	bool is_2004;
	bool is_web;
	unsigned single; /* enum set: what ESC N takes from */
};

static unsigned
byte_at(const struct reader *r, size_t ahead)
{
	size_t at = r->at + ahead;

	return at < r->s.n ? (unsigned char)r->s.p[at] : 0;
}

/* 0 is a bad piece. */
static void
put(struct reader *r, uint32_t point, size_t bytes)
{
	bool is_next = r->count.good != 0 && r->last == r->at;

	r->at += bytes;
	if (point == 0) {
		r->count.bad++;
		utf8_add(r->out, UTF8_BAD);
		return;
	}
	r->last = r->at;
	r->count.good++;
	r->count.next += is_next;
	r->count.half += point >= HALF_FIRST && point <= HALF_LAST;
	r->count.gaiji += point >= 0xe000 && point <= 0xf8ff;
	utf8_add(r->out, point);
}

/* A pair that means nothing: its second byte is kept when it is ASCII, so
 * that no quote or bracket behind a stray lead byte is swallowed. */
static void
put_pair(struct reader *r, uint32_t point)
{
	put(r, point, point == 0 && byte_at(r, 1) < 0x80 ? 1 : 2);
}

static void
put_ascii(struct reader *r)
{
	size_t begin = r->at;

	while (r->at < r->s.n && (unsigned char)r->s.p[r->at] < 0x80 &&
	    r->s.p[r->at] != ESC)
		r->at++;
	buf_add_str(r->out, str_sub(r->s, begin, r->at));
}

static uint32_t
cp932_point(unsigned lead, unsigned trail)
{
	unsigned row, cell;

	if (trail < 0x40 || trail == 0x7f || trail > 0xfc)
		return 0;
	row = lead - (lead < 0xa0 ? 0x81 : 0xc1);
	cell = trail - (trail < 0x7f ? 0x40 : 0x41);
	return table.x0208[row * 188 + cell];
}

static uint32_t
jis_point(const uint16_t *rows, unsigned row, unsigned cell)
{
	if (row < 0x21 || row > 0x7e || cell < 0x21 || cell > 0x7e)
		return 0;
	return rows[(row - 0x21) * CELLS + (cell - 0x21)];
}

/* A place of a plane in so many bytes.  JIS X 0213 is JIS X 0208 where its
 * table says nothing else; its second plane has left free the rows of JIS X
 * 0212, and EUC writes both alike. */
static void
put_place(struct reader *r, enum jis_plane plane, unsigned row, unsigned cell,
    size_t bytes)
{
	uint32_t second, point = jisplane_point(plane, row, cell, &second);

	if (point == 0 && plane == JIS_PLANE_ONE)
		point = jis_point(table.x0208, row, cell);
	if (point == 0 && bytes == 3)
		point = jis_point(table.x0212, row, cell);
	if (bytes == 2)
		put_pair(r, point);
	else
		put(r, point, point == 0 ? 1 : bytes);
	if (second != 0)
		utf8_add(r->out, second);
}

/* Lead bytes from 0xf0 on have rows of plane two, of which some are missing
 * (JIS X 0213 appendix 1). */
static void
put_shifted_2004(struct reader *r, unsigned lead, unsigned trail)
{
	static const uint8_t rows[][2] = {
		{ 1, 8 }, { 3, 4 }, { 5, 12 }, { 13, 14 }, { 15, 78 },
	};
	unsigned is_even = trail >= 0x9f, i = lead - 0xf0, row;
	unsigned cell = is_even ? trail - 0x9f : trail - 0x40 - (trail > 0x7f);

	if (trail < 0x40 || trail == 0x7f || trail > 0xfc) {
		put_pair(r, 0);
	} else if (lead < 0xf0) {
		row = (lead - (lead < 0xa0 ? 0x81 : 0xc1)) * 2 + is_even;
		put_place(r, JIS_PLANE_ONE, row + 0x21, cell + 0x21, 2);
	} else {
		row = i < nitems(rows) ? rows[i][is_even] :
		    79 + (i - nitems(rows)) * 2 + is_even;
		put_place(r, JIS_PLANE_TWO, row + 0x20, cell + 0x21, 2);
	}
}

static void
read_cp932(struct reader *r)
{
	while (r->at < r->s.n) {
		unsigned c = byte_at(r, 0);

		if (c == ESC) {
			buf_add_byte(r->out, ESC);
			r->at++;
		} else if (c < 0x80) {
			put_ascii(r);
		} else if (c >= 0xa1 && c <= 0xdf) {
			put(r, HALF_FIRST + (c - 0xa1), 1);
		} else if ((c >= 0x81 && c <= 0x9f) ||
		    (c >= 0xe0 && c <= 0xfc)) {
			if (r->is_2004)
				put_shifted_2004(r, c, byte_at(r, 1));
			else
				put_pair(r, cp932_point(c, byte_at(r, 1)));
		} else {
			put(r, 0, 1);
		}
	}
}

static uint32_t
euc_point(const uint16_t *rows, unsigned row, unsigned cell)
{
	return jis_point(rows, row ^ 0x80, cell ^ 0x80);
}

static void
put_euc_2004(struct reader *r, unsigned c, unsigned c2)
{
	if (c == 0x8f)
		put_place(r, JIS_PLANE_TWO, c2 ^ 0x80, byte_at(r, 2) ^ 0x80,
		    3);
	else
		put_place(r, JIS_PLANE_ONE, c ^ 0x80, c2 ^ 0x80, 2);
}

static void
read_euc(struct reader *r)
{
	while (r->at < r->s.n) {
		unsigned c = byte_at(r, 0), c2 = byte_at(r, 1);
		uint32_t point;

		if (c == ESC) {
			buf_add_byte(r->out, ESC);
			r->at++;
		} else if (c < 0x80) {
			put_ascii(r);
		} else if (c == 0x8e) {
			put_pair(r, c2 >= 0xa1 && c2 <= 0xdf ?
			    HALF_FIRST + (c2 - 0xa1) : 0);
		} else if (r->is_2004 && c >= 0x8f) {
			put_euc_2004(r, c, c2);
		} else if (c == 0x8f) {
			point = euc_point(table.x0212, c2, byte_at(r, 2));
			put(r, point, point == 0 ? 1 : 3);
		} else if (c >= 0xa1 && c <= 0xfe) {
			put_pair(r, euc_point(table.x0208, c, c2));
		} else {
			put(r, 0, 1);
		}
	}
}

/* Behind SET_PLANE stand the planes of jisplane.h. */
enum set {
	SET_ASCII,
	SET_KANA,
	SET_0208,
	SET_0212,
	SET_SAME,
	SET_LATIN,  /* not a set of its own: what ESC N takes from */
	SET_GREEK,
	SET_PLANE
};

/* RFC 1468, RFC 1554, RFC 2237, JIS X 0213, and the sets of ISO-2022-JP-MS;
 * the first WEB_ESCAPES are those that browsers know. */
enum { WEB_ESCAPES = 5 };

static const struct {
	struct str bytes;
	enum set set;
} escapes[] = {
	{ STR_INIT("\x1b(B"), SET_ASCII },
	{ STR_INIT("\x1b(J"), SET_ASCII },
	{ STR_INIT("\x1b(I"), SET_KANA },
	{ STR_INIT("\x1b$B"), SET_0208 },
	{ STR_INIT("\x1b$@"), SET_0208 },
	{ STR_INIT("\x1b(H"), SET_ASCII },
	{ STR_INIT("\x1b$(B"), SET_0208 },
	{ STR_INIT("\x1b$(@"), SET_0208 },
	{ STR_INIT("\x1b$(O"), SET_PLANE + JIS_PLANE_ONE },
	{ STR_INIT("\x1b$(Q"), SET_PLANE + JIS_PLANE_ONE },
	{ STR_INIT("\x1b$(P"), SET_PLANE + JIS_PLANE_TWO },
	{ STR_INIT("\x1b$A"), SET_PLANE + JIS_PLANE_GB },
	{ STR_INIT("\x1b$(A"), SET_PLANE + JIS_PLANE_GB },
	{ STR_INIT("\x1b$(C"), SET_PLANE + JIS_PLANE_KS },
	{ STR_INIT("\x1b$(?"), SET_PLANE + JIS_PLANE_USER },
	{ STR_INIT("\x1b.A"), SET_LATIN },
	{ STR_INIT("\x1b.F"), SET_GREEK },
	{ STR_INIT("\x1b$(D"), SET_0212 },
	{ STR_INIT("\x1b&@"), SET_SAME },
};

/* The upper half of ISO-8859-1 or -7, for one character. */
static void
read_single(struct reader *r)
{
	unsigned c = byte_at(r, 2) | 0x80;
	bool is_greek = r->single == SET_GREEK && c >= 0xb4 && c != 0xb7 &&
	    c != 0xbb && c != 0xbd;

	if (r->single == SET_ASCII || c < 0xa0)
		put(r, 0, 2);
	else
		put(r, is_greek ? c + 0x2d0 : c, 3);
}

static enum set
read_escape(struct reader *r, enum set now)
{
	size_t known = r->is_web ? WEB_ESCAPES : nitems(escapes);
	struct str rest = str_from(r->s, r->at);

	if (!r->is_web && str_starts(rest, STR("\x1bN"))) {
		read_single(r);
		return now;
	}
	for (size_t i = 0; i < known; i++)
		if (str_starts(rest, escapes[i].bytes)) {
			enum set set = escapes[i].set;

			r->at += escapes[i].bytes.n;
			if (set != SET_LATIN && set != SET_GREEK)
				return set == SET_SAME ? now : set;
			r->single = set;
			return now;
		}
	put(r, 0, 1);
	return now;
}

/* One character outside ASCII mode; c is no control character. */
static void
read_shifted(struct reader *r, enum set set, unsigned c)
{
	if (set == SET_KANA)
		put(r, c >= 0x21 && c <= 0x5f ? HALF_FIRST + (c - 0x21) : 0,
		    1);
	else if (set >= SET_PLANE)
		put_place(r, (enum jis_plane)(set - SET_PLANE), c,
		    byte_at(r, 1), 2);
	else
		put_pair(r, jis_point(set == SET_0208 ? table.x0208 :
		    table.x0212, c, byte_at(r, 1)));
}

/* A line begins in ASCII whatever the one before left behind (RFC 1468), but
 * in browsers. */
static void
read_2022(struct reader *r)
{
	enum set set = SET_ASCII;

	while (r->at < r->s.n) {
		unsigned c = byte_at(r, 0);

		if (c == ESC) {
			set = read_escape(r, set);
		} else if (r->is_web && (c == 0x0e || c == 0x0f)) {
			put(r, 0, 1);
		} else if (c == 0x0e || c == 0x0f) {
			set = c == 0x0e ? SET_KANA : SET_ASCII;
			r->at++;
		} else if (c >= 0x80) {
			put(r, 0, 1);
		} else if (set != SET_ASCII && c > ' ') {
			read_shifted(r, set, c);
		} else if (set == SET_ASCII && c >= ' ') {
			buf_add_byte(r->out, (char)c);
			r->at++;
		} else {
			if (!r->is_web && (c == '\n' || c == '\r'))
				set = SET_ASCII;
			buf_add_byte(r->out, (char)c);
			r->at++;
		}
	}
}

struct jis_count
jis_decode(struct buf *out, enum jis kind, struct str bytes)
{
	struct reader r = { .out = out, .s = bytes,
		.is_2004 = kind == JIS_SHIFT_2004 || kind == JIS_EUC_2004,
		.is_web = kind == JIS_ISO2022_WEB };

	make_table();
	if (out->most != 0)
		buf_reserve(out, bytes.n + bytes.n / 2);
	switch (kind) {
	case JIS_CP932:
	case JIS_SHIFT_2004:
		read_cp932(&r);
		break;
	case JIS_EUC:
	case JIS_EUC_2004:
		read_euc(&r);
		break;
	case JIS_ISO2022:
	case JIS_ISO2022_WEB:
		read_2022(&r);
		break;
	}
	return r.count;
}

/* --- writing --- */

static void
add_pair(struct buf *out, unsigned one, unsigned two)
{
	buf_add_byte(out, (char)one);
	buf_add_byte(out, (char)two);
}

static void
write_kana(struct buf *out, enum jis kind, unsigned kana)
{
	if (kind == JIS_EUC)
		buf_add_byte(out, (char)0x8e);
	buf_add_byte(out, (char)(kind == JIS_ISO2022 ? kana + 0x21 :
	    kana + 0xa1));
}

static void
write_pointer(struct buf *out, enum jis kind, unsigned pointer)
{
	unsigned high = kind == JIS_EUC ? 0xa1 : 0x21;
	char bytes[2];

	if (kind == JIS_CP932)
		buf_add(out, bytes, cp932_bytes(pointer, bytes));
	else
		add_pair(out, pointer / CELLS + high, pointer % CELLS + high);
}

static enum set
set_of(uint32_t point)
{
	if (point < 0x80)
		return SET_ASCII;
	return point >= HALF_FIRST && point <= HALF_LAST ? SET_KANA : SET_0208;
}

static void
write_escape(struct buf *out, enum set set)
{
	buf_add_str(out, set == SET_ASCII ? STR("\x1b(B") :
	    set == SET_KANA ? STR("\x1b(I") : STR("\x1b$B"));
}

static bool
write_point(struct buf *out, enum jis kind, uint32_t point)
{
	unsigned place = point > 0xffff ? 0 : table.back[point];

	switch (set_of(point)) {
	case SET_ASCII:
		/* these would switch sets by themselves */
		if (kind == JIS_ISO2022 &&
		    (point == ESC || point == 0x0e || point == 0x0f))
			return false;
		buf_add_byte(out, (char)point);
		return true;
	case SET_KANA:
		write_kana(out, kind, point - HALF_FIRST);
		return true;
	default:
		if (place == 0 ||
		    (kind != JIS_CP932 && place > ROWS_2022 * CELLS))
			return false;
		write_pointer(out, kind, place - 1);
		return true;
	}
}

bool
jis_encode(struct buf *out, enum jis kind, struct str utf8)
{
	enum set set = SET_ASCII;

	if (kind == JIS_SHIFT_2004 || kind == JIS_EUC_2004)
		kind = kind == JIS_EUC_2004 ? JIS_EUC : JIS_CP932;
	make_table();
	for (size_t at = 0; at < utf8.n;) {
		uint32_t point = utf8_next(utf8, &at);

		if (kind == JIS_ISO2022 && set_of(point) != set) {
			set = set_of(point);
			write_escape(out, set);
		}
		if (!write_point(out, kind, point))
			return false;
	}
	if (kind == JIS_ISO2022 && set != SET_ASCII)
		write_escape(out, SET_ASCII);
	return true;
}
