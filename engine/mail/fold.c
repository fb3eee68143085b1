/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folding, in one pass.  A run of ASCII is copied by a table of bytes.  Other
 * text goes code point by code point through the pages of foldtable.c; only
 * where one joins its predecessor (an accent, a voiced mark) is a small
 * segment handed to ICU.  Segments end where normalisation cannot reach
 * over, so the whole is what ICU would make of it at once.
 */
#include "mail/fold.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/arena.h"
#include "base/vec.h"
#include "mail/foldtable.h"
#include "mail/skeleton.h"

enum {
	/* Marks beyond this on one letter are dropped (UAX 15, stream-safe
	 * text): sorting them is not linear. */
	SEGMENT_POINTS = 32,
	SEGMENT_BYTES = 256,
	SPARE_LEAST = 4096
};

struct point {
	uint32_t code;
	uint32_t length; /* bytes of the source; 0: the end */
	const struct fold_page *page;
	const struct fold_point *is;
};

struct output {
	struct arena *arena;
	char *text;
	uint32_t *from;
	size_t n;
	size_t room;
	uint32_t space;    /* where the pending white space began */
	bool has_space;
	bool has_break;    /* the pending space holds an end of line */
	bool has_any;      /* something stands before it */
	enum fold_side side; /* of what stands before it */
};

struct fold {
	struct str s;
	size_t spare; /* bytes by which the text may still grow */
	enum fold_form form;
	const struct fold_page *page; /* of the last code point */
	uint32_t page_number;
	struct output out;
};

static void
output_grow(struct output *o, size_t n)
{
	size_t room = o->room * 2 + n;
	char *text = arena_take_raw(o->arena, room);
	uint32_t *from = arena_take_raw_many(o->arena, room, sizeof(*from));

	if (o->n != 0) {
		memcpy(text, o->text, o->n);
		memcpy(from, o->from, o->n * sizeof(*from));
	}
	o->text = text;
	o->from = from;
	o->room = room;
}

static inline void
output_reserve(struct output *o, size_t n)
{
	if (o->room - o->n < n)
		output_grow(o, n);
}

static bool
space_vanishes(const struct output *o, enum fold_side next)
{
	if (o->has_any && o->side == FOLD_JAPANESE)
		return true;
	return next == FOLD_JAPANESE || (o->has_break && o->has_any &&
	    o->side == FOLD_WIDE && next == FOLD_WIDE);
}

static void
put_space(struct output *o, enum fold_side next)
{
	o->has_space = false;
	if (space_vanishes(o, next))
		return;
	output_reserve(o, 1);
	o->text[o->n] = ' ';
	o->from[o->n++] = o->space;
}

static inline void
put(struct output *o, const char *bytes, size_t n, uint32_t from,
    enum fold_side side)
{
	if (o->has_space)
		put_space(o, side);
	output_reserve(o, n);
	for (size_t i = 0; i < n; i++) {
		o->text[o->n + i] = bytes[i];
		o->from[o->n + i] = from;
	}
	o->n += n;
	o->has_any = true;
	o->side = side;
}

static void
note_space(struct output *o, uint32_t from, bool is_break)
{
	if (!o->has_space) {
		o->has_space = true;
		o->has_break = false;
		o->space = from;
	}
	o->has_break |= is_break;
}

/* A space that carries an accent is a letter, not a gap; those before it
 * are one with it. */
static void
put_carrier(struct output *o, uint32_t from)
{
	uint32_t at = o->has_space ? o->space : from;

	o->has_space = false;
	put(o, " ", 1, at, FOLD_PLAIN);
}

/* s is valid UTF-8; if it is not, bytes are read as odd code points, but
 * never past the end. */
static inline struct point
point_at(struct fold *f, size_t at)
{
	struct point p = { 0 };
	const unsigned char *s;
	size_t left = f->s.n - at;

	if (left == 0)
		return p;
	s = (const unsigned char *)f->s.p + at;
	p.code = s[0];
	p.length = 1;
	if (s[0] >= 0xf0 && left >= 4) {
		p.code = (s[0] & 7U) << 18 | (s[1] & 63U) << 12 |
		    (s[2] & 63U) << 6 | (s[3] & 63U);
		p.length = 4;
	} else if (s[0] >= 0xe0 && left >= 3) {
		p.code = (s[0] & 15U) << 12 | (s[1] & 63U) << 6 |
		    (s[2] & 63U);
		p.length = 3;
	} else if (s[0] >= 0xc0 && left >= 2) {
		p.code = (s[0] & 31U) << 6 | (s[1] & 63U);
		p.length = 2;
	}
	if (f->page == NULL || f->page_number != p.code >> 8) {
		f->page = fold_page(f->form, p.code);
		f->page_number = p.code >> 8;
	}
	p.page = f->page;
	p.is = &f->page->at[p.code & 255];
	return p;
}

/* Text made from one place of the source, code point by code point. */
static void
put_text(struct fold *f, struct str text, uint32_t from, enum fold_side side)
{
	struct fold made = { .s = text, .form = f->form };
	struct point p = point_at(&made, 0), next;

	for (size_t at = 0; p.length != 0; at += p.length, p = next) {
		enum fold_side own = (enum fold_side)p.is->side;

		next = point_at(&made, at + p.length);
		if (p.code != ' ')
			put(&f->out, text.p + at, p.length, from,
			    own > side ? own : side);
		else if (next.length != 0 && next.is->joins)
			put_carrier(&f->out, from);
		else
			note_space(&f->out, from, false);
	}
}

/* One letter can stand for eighteen, and a text of nothing else would take
 * the memory of eleven: what is over is left as it is. */
static bool
may_grow(struct fold *f, const struct point *p)
{
	size_t more = p->is->n > p->length ? p->is->n - p->length : 0;

	if (p->is->kind != FOLD_MAP || more > f->spare)
		return p->is->kind != FOLD_MAP;
	f->spare -= more;
	return true;
}

static void
put_point(struct fold *f, const struct point *p, size_t at)
{
	enum fold_side side = (enum fold_side)p->is->side;
	const char *text = p->page->text + p->is->offset;

	switch ((enum fold_kind)p->is->kind) {
	case FOLD_COPY:
		put(&f->out, f->s.p + at, p->length, (uint32_t)at, side);
		break;
	case FOLD_MAP:
		if (!may_grow(f, p))
			put(&f->out, f->s.p + at, p->length, (uint32_t)at,
			    side);
		else if (p->is->n == 1 && text[0] != ' ')
			put(&f->out, text, 1, (uint32_t)at, side);
		else
			put_text(f, (struct str){ text, p->is->n },
			    (uint32_t)at, side);
		break;
	case FOLD_SPACE:
		note_space(&f->out, (uint32_t)at,
		    p->code != ' ' && p->code != '\t' && p->code != 0x3000);
		break;
	case FOLD_DROP:
		break;
	}
}

static struct str
point_text(struct fold *f, const struct point *p, size_t at)
{
	if (p->is->kind == FOLD_COPY || !may_grow(f, p))
		return str_sub(f->s, at, at + p->length);
	return (struct str){ p->page->text + p->is->offset, p->is->n };
}

/* What stands around a letter with accents is as around the letter, whichever
 * it was made of. */
static enum fold_side
side_of(enum fold_form form, struct str text)
{
	struct fold made = { .s = text, .form = form };
	enum fold_side side = FOLD_PLAIN;
	struct point p;

	for (size_t at = 0; at < text.n; at += p.length) {
		p = point_at(&made, at);
		if (p.is->side > side)
			side = (enum fold_side)p.is->side;
	}
	return side;
}

/* The code points from begin to end combine; begin is where they come from. */
static void
put_segment(struct fold *f, size_t begin, size_t end)
{
	char text[SEGMENT_BYTES], composed[SEGMENT_BYTES * 2];
	enum fold_side side = FOLD_PLAIN, own;
	size_t n = 0, count = 0, made;

	for (size_t at = begin; at < end && count < SEGMENT_POINTS;) {
		struct point p = point_at(f, at);
		struct str is = point_text(f, &p, at);

		at += p.length;
		if (n + is.n > sizeof(text))
			break;
		if (p.is->side > side)
			side = (enum fold_side)p.is->side;
		if (is.n == 0)
			continue;
		memcpy(text + n, is.p, is.n);
		count++;
		n += is.n;
	}
	if (!fold_compose((struct str){ text, n }, composed, sizeof(composed),
	    &made))
		return;
	own = side_of(f->form, (struct str){ composed, made });
	put_text(f, (struct str){ composed, made }, (uint32_t)begin,
	    own > side ? own : side);
}

static inline bool
is_plain(unsigned char c)
{
	return c > 0x20 && c < 0x7f;
}

/* Printable, or a blank with what is printable behind it. */
static inline bool
is_run(const unsigned char *p, size_t left)
{
	return is_plain(p[0]) ||
	    (p[0] == ' ' && left > 1 && is_plain(p[1]));
}

/* One byte of a run; there is room for it. */
static inline void
put_byte(struct output *o, char c, size_t from)
{
	o->text[o->n] = ascii_lower(c);
	o->from[o->n++] = (uint32_t)from;
}

#ifdef __SSE2__
enum { ROW = 16 };

/* How many of a row belong to the run, which are put; one more byte follows
 * it, and there is room for the row. */
static size_t
put_row(struct output *o, const char *p, size_t from)
{
	const __m128i blank = _mm_set1_epi8(' '), four = _mm_set1_epi32(4);
	const __m128i delete = _mm_set1_epi8(0x7f);
	__m128i in = _mm_loadu_si128((const void *)p);
	__m128i next = _mm_loadu_si128((const void *)(p + 1));
	__m128i run = _mm_andnot_si128(_mm_cmpeq_epi8(in, delete),
	    _mm_or_si128(_mm_cmpgt_epi8(in, blank), _mm_and_si128(
	    _mm_cmpeq_epi8(in, blank), _mm_cmpgt_epi8(next, blank))));
	__m128i upper = _mm_and_si128(
	    _mm_cmpgt_epi8(in, _mm_set1_epi8('A' - 1)),
	    _mm_cmpgt_epi8(_mm_set1_epi8('Z' + 1), in));
	__m128i where = _mm_add_epi32(_mm_set1_epi32((int)from),
	    _mm_setr_epi32(0, 1, 2, 3));
	unsigned ends = ~(unsigned)_mm_movemask_epi8(run);

	_mm_storeu_si128((void *)(o->text + o->n), _mm_add_epi8(in,
	    _mm_and_si128(upper, _mm_set1_epi8('a' - 'A'))));
	for (size_t i = 0; i < ROW; i += 4) {
		_mm_storeu_si128((void *)(o->from + o->n + i), where);
		where = _mm_add_epi32(where, four);
	}
	return (unsigned)__builtin_ctz(ends);
}

static size_t
put_rows(struct fold *f, size_t at)
{
	size_t n = ROW;

	while (n == ROW && f->s.n - at > ROW) {
		output_reserve(&f->out, ROW);
		n = put_row(&f->out, f->s.p + at, at);
		f->out.n += n;
		at += n;
	}
	return at;
}
#else
static size_t
put_rows(struct fold *f, size_t at)
{
	(void)f;
	return at;
}
#endif

/* Behind it nothing joins what is in front: not even past a control, which is
 * dropped. */
static inline bool
is_end(unsigned char c)
{
	return is_plain(c) || ascii_is_space((char)c);
}

/* A run of printable ASCII with single blanks between can begin here, and is
 * not over at once because something joins its only byte. */
static bool
run_begins(struct str s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.p + at;

	return is_plain(p[0]) && (at + 1 == s.n || is_end(p[1]));
}

/* Gives where the run ends.  What a code point behind it might join to is
 * left out, and so is a blank before that: it is pending again. */
static size_t
put_run(struct fold *f, size_t at)
{
	struct output *o = &f->out;
	const unsigned char *p = (const unsigned char *)f->s.p;
	size_t end;

	if (o->has_space)
		put_space(o, FOLD_PLAIN);
	output_reserve(o, 1);
	put_byte(o, f->s.p[at], at);
	end = put_rows(f, at + 1);
	while (end < f->s.n && is_run(p + end, f->s.n - end)) {
		output_reserve(o, 1);
		put_byte(o, f->s.p[end], end);
		end++;
	}
	at = end;
	if (end < f->s.n && !is_end(p[end]))
		end--;
	if (p[end - 1] == ' ')
		end--;
	o->n -= at - end;
	o->has_any = true;
	o->side = FOLD_PLAIN;
	return end;
}

/* Between lines, most of all.  What is behind it tells that nothing joins. */
static bool
is_lone_space(struct str s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.p + at;

	return ascii_is_space(s.p[at]) && at + 1 < s.n &&
	    (is_plain(p[1]) || ascii_is_space(s.p[at + 1]));
}

/* Takes the code points at at that belong together; gives where they end. */
static size_t
fold_one(struct fold *f, size_t at)
{
	struct point first = point_at(f, at), next;
	size_t end = at + first.length;
	bool is_segment = false;

	for (;;) {
		next = point_at(f, end);
		if (next.length == 0)
			break;
		if (next.is->joins)
			is_segment = true;
		else if (next.is->kind != FOLD_DROP)
			break;
		end += next.length;
	}
	if (is_segment)
		put_segment(f, at, end);
	else
		put_point(f, &first, at);
	return end;
}

static void
fold_run(struct fold *f, struct arena *a)
{
	struct output *o = &f->out;
	size_t at = 0;

	o->arena = a;
	f->spare = f->s.n > SPARE_LEAST ? f->s.n : SPARE_LEAST;
	output_grow(o, f->s.n + 16);
	while (at < f->s.n) {
		if (f->form != FOLD_TEXT) {
			at = fold_one(f, at);
		} else if (run_begins(f->s, at)) {
			at = put_run(f, at);
		} else if (is_lone_space(f->s, at)) {
			note_space(o, (uint32_t)at, f->s.p[at] != ' ' &&
			    f->s.p[at] != '\t');
			at++;
		} else {
			at = fold_one(f, at);
		}
	}
	if (o->has_space)
		put_space(o, FOLD_PLAIN);
	output_reserve(o, 1);
	o->from[o->n] = (uint32_t)f->s.n;
}

struct folded
fold(struct arena *a, struct str s)
{
	struct fold f = { .s = s, .form = FOLD_TEXT };

	fold_run(&f, a);
	return (struct folded){ { f.out.text, f.out.n }, f.out.from };
}

struct folded
fold_skeleton(struct arena *a, struct str s)
{
	struct fold f = { .s = s, .form = FOLD_SKELETON };
	struct folded spelled;

	fold_run(&f, a);
	spelled = (struct folded){ { f.out.text, f.out.n }, f.out.from };
	return skeleton_squeeze(a, &spelled);
}

void
fold_prepare(void)
{
	static const struct {
		uint32_t first, last;
	} pages[] = {
		{ 0x00, 0x04 }, { 0x20, 0x26 }, { 0x30, 0x33 },
		{ 0x4e, 0x9f }, { 0xff, 0xff },
	};

	for (size_t i = 0; i < nitems(pages); i++)
		for (uint32_t k = pages[i].first; k <= pages[i].last; k++) {
			fold_page(FOLD_TEXT, k << 8);
			fold_page(FOLD_SKELETON, k << 8);
		}
}

struct str
fold_source(const struct folded *f, struct str original, size_t begin,
    size_t end)
{
	struct str piece;

	if (begin > f->text.n)
		begin = f->text.n;
	if (end > f->text.n)
		end = f->text.n;
	/* "㈱" is one character of the source and three of ours. */
	while (end > begin && end < f->text.n &&
	    f->from[end] == f->from[end - 1])
		end++;
	piece = str_sub(original, f->from[begin], f->from[end]);
	/* White space that vanished behind the piece is not part of it. */
	if (end > begin && f->text.p[end - 1] != ' ')
		while (piece.n > 0 && ascii_is_space(piece.p[piece.n - 1]))
			piece.n--;
	return piece;
}
