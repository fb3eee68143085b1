/* SPDX-License-Identifier: Apache-2.0 */
/* Full-width letters and half-width kana, token by token. */
#include "mail/restyle.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"

enum { TEXT_MOST = 64 << 20 };

enum {
	FULLWIDTH_SHIFT = 0xfee0, /* from "!" (U+0021) to U+FF01 */
	HALF_VOICED = 0xff9e,
	HALF_SEMI_VOICED = 0xff9f
};

/*
 * U+FF66 to U+FF9D in order, as the full-width kana each stands for.  A
 * voiced kana is the one after its plain form (カ U+30AB, ガ U+30AC), a
 * semi-voiced one the second after (ハ, バ, パ).
 */
static const uint16_t halves[] = {
	0x30f2, 0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5,
	0x30e7, 0x30c3, 0x30fc, 0x30a2, 0x30a4, 0x30a6, 0x30a8, 0x30aa,
	0x30ab, 0x30ad, 0x30af, 0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9,
	0x30bb, 0x30bd, 0x30bf, 0x30c1, 0x30c4, 0x30c6, 0x30c8, 0x30ca,
	0x30cb, 0x30cc, 0x30cd, 0x30ce, 0x30cf, 0x30d2, 0x30d5, 0x30d8,
	0x30db, 0x30de, 0x30df, 0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6,
	0x30e8, 0x30e9, 0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3,
};

static uint32_t
half_of(uint32_t kana)
{
	for (size_t i = 0; i < nitems(halves); i++)
		if (halves[i] == kana)
			return (uint32_t)(0xff66 + i);
	return 0;
}

static bool
takes_mark(uint32_t kana)
{
	return (kana >= 0x30ab && kana <= 0x30c8) ||
	    (kana >= 0x30cf && kana <= 0x30db);
}

static void
add_half(struct buf *b, uint32_t point)
{
	uint32_t half = half_of(point);

	if (half != 0) {
		utf8_add(b, half);
	} else if (point == 0x30f4) { /* ヴ, far from its ウ */
		utf8_add(b, half_of(0x30a6));
		utf8_add(b, HALF_VOICED);
	} else if (takes_mark(point - 1) && half_of(point - 1) != 0) {
		utf8_add(b, half_of(point - 1));
		utf8_add(b, HALF_VOICED);
	} else if (point >= 0x30d1 && point <= 0x30dd &&
	    half_of(point - 2) != 0) {
		utf8_add(b, half_of(point - 2));
		utf8_add(b, HALF_SEMI_VOICED);
	} else {
		utf8_add(b, point);
	}
}

static void
add_full(struct buf *b, uint32_t point)
{
	bool is_alnum = point < 0x80 && ascii_is_alnum((char)point);

	utf8_add(b, is_alnum ? point + FULLWIDTH_SHIFT : point);
}

/* Of a run of visible ASCII: something to click or to write to. */
static bool
is_address(struct str run)
{
	return str_find_str(run, STR("://")) < run.n || str_has(run, '@') ||
	    str_case_starts(run, STR("www."));
}

static size_t
run_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] > ' ' && s.p[n] <= '~')
		n++;
	return n;
}

static struct str
restyle(struct arena *a, struct str s, void (*add)(struct buf *, uint32_t))
{
	struct buf b;

	buf_init_arena(&b, a, TEXT_MOST);
	for (size_t at = 0; at < s.n;) {
		struct str run = str_sub(s, at, at + run_length(
		    str_from(s, at)));

		if (run.n != 0 && is_address(run)) {
			buf_add_str(&b, run);
			at += run.n;
			continue;
		}
		for (size_t end = at + run.n; at < end;)
			add(&b, utf8_next(s, &at));
		if (run.n == 0)
			add(&b, utf8_next(s, &at));
	}
	return buf_str(&b);
}

struct str
restyle_fullwidth(struct arena *a, struct str s)
{
	return restyle(a, s, add_full);
}

struct str
restyle_halfkana(struct arena *a, struct str s)
{
	return restyle(a, s, add_half);
}
