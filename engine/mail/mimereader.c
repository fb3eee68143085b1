/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over a text from top to bottom.  Open multiparts and nested
 * messages are levels on a stack; each line that begins with "--" is held
 * against their boundaries, innermost first.
 */
#include "mail/mimereader.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/arena.h"
#include "mail/boundary.h"
#include "mail/mimepart.h"

/* A header field costs us far more than its bytes: all parts together may
 * have this many times what one section may. */
enum { SECTIONS_SHARE = 8 };

enum { LEVELS_FIRST = 8 };

void
reader_damage(struct mime_reader *r, uint32_t part)
{
	reader_part(r, part)->is_damaged = true;
	r->out->is_damaged = true;
}

static struct arena *
beside(struct mime_reader *r)
{
	if (r->beside == NULL)
		r->beside = arena_new();
	return r->beside;
}

struct part *
reader_add(struct mime_reader *r)
{
	part_list *parts = &r->out->parts;
	struct part *p;

	p = VEC_ADD(parts->n < parts->room ? NULL : beside(r), parts);
	*p = (struct part){ .is_leaf = false };
	return p;
}

void
reader_expect_repeats(struct mime_reader *r)
{
	if (r->repeats != PART_NONE)
		return;
	r->repeats = (uint32_t)r->out->parts.n;
	map_init(&r->seen, beside(r));
}

bool
reader_is_repeat(struct mime_reader *r, uint32_t i)
{
	const struct part *p = reader_part(r, i), *first;

	if (r->repeats == PART_NONE)
		return false;
	first = reader_part(r, *map_put(&r->seen, p->bytes, i));
	return i >= r->repeats && first != p &&
	    first->is_attachment == p->is_attachment &&
	    first->is_page == p->is_page && str_eq(first->type, p->type) &&
	    str_eq(first->name, p->name) &&
	    str_eq(first->charset, p->charset);
}

/* --- boundary lines --- */

struct delimiter {
	size_t level;
	size_t begin; /* the end of the line in front belongs to it */
	size_t end;   /* of its line */
	bool is_last; /* "--boundary--" */
};

void
reader_set_lines(struct mime_reader *r, struct str s)
{
	r->lines = s;
	r->has_bare = false;
	r->feed = NULL;
}

/* Does a CR without an LF end lines here?  Takes a pass over all of them, and
 * few have one: it is asked where one stands. */
static bool
ends_at_bare(struct mime_reader *r)
{
	struct str s = r->lines;

	r->lines = STR("");
	r->has_bare = r->has_bare || (s.n != 0 && !str_has(s, '\n'));
	while (!r->has_bare && s.n != 0) {
		s = str_from(s, str_find_lone(s, '\r', '\n') + 1);
		/* CR CR LF ends one line */
		r->has_bare = s.n != 0 && s.p[0] != '\r';
	}
	return r->has_bare;
}

/* Where the next LF is.  Where lines end in CR it is far away, and it is the
 * same one for many lines. */
static size_t
next_feed(struct mime_reader *r, struct str s)
{
	const char *end = r->raw.p + r->raw.n;

	if (r->feed == NULL || s.p < r->feed_from || s.p > r->feed) {
		r->feed_from = s.p;
		r->feed = s.p + str_find_near(str_between(s.p, end), '\n');
	}
	return (size_t)(r->feed - s.p) < s.n ? (size_t)(r->feed - s.p) : s.n;
}

/* Bytes of the line at the front, its end included. */
static size_t
line_span(struct mime_reader *r, struct str s)
{
	size_t n = next_feed(r, s), cr = str_find(str_head(s, n), '\r');

	if (cr + 1 < n && ends_at_bare(r))
		n = cr;
	return n < s.n ? n + 1 : n;
}

/* Whose boundary s begins with.  Those still open come first: a multipart may
 * have the boundary of the one around it. */
static bool
level_at(const struct mime_reader *r, struct str s, bool is_closed,
    struct delimiter *d)
{
	for (size_t i = r->depth; i-- > 0;) {
		const struct mime_level *level = &r->levels[i];

		if (level->is_message || level->is_closed != is_closed ||
		    !boundary_is_at(level->boundary, s, &d->is_last))
			continue;
		d->level = i;
		return true;
	}
	return false;
}

/* s begins with "--". */
static bool
delimiter_at(struct mime_reader *r, size_t at, struct delimiter *d)
{
	struct str s = str_from(r->raw, at + 2), rest;

	if (!level_at(r, s, false, d) && !level_at(r, s, true, d))
		return false;
	rest = str_from(s, r->levels[d->level].boundary.n);
	d->end = r->raw.n - rest.n + line_span(r, rest);
	return true;
}

static size_t
before_line_end(const struct mime_reader *r, size_t at)
{
	if (at > 0 && r->raw.p[at - 1] == '\n')
		at--;
	if (at > 0 && r->raw.p[at - 1] == '\r')
		at--;
	return at;
}

#ifdef __SSE2__
/* Which of the sixteen bytes at p may end a line with a dash behind it: what
 * is no ASCII, and other controls, are among them. */
static __m128i
dash_piece(const char *p)
{
	return _mm_and_si128(_mm_cmpeq_epi8(_mm_set1_epi8('-'),
	    _mm_loadu_si128((const void *)(p + 1))), _mm_cmplt_epi8(
	    _mm_loadu_si128((const void *)p), _mm_set1_epi8('\r' + 1)));
}

/* Bytes at the front that end no line with a dash behind it, a row at a time:
 * few lines begin with one. */
static size_t
pass_rows(struct str s)
{
	size_t i = 0;

	for (; i + STR_ROW < s.n; i += STR_ROW) {
		const char *p = s.p + i;
		__m128i any = _mm_or_si128(
		    _mm_or_si128(dash_piece(p), dash_piece(p + 16)),
		    _mm_or_si128(dash_piece(p + 32), dash_piece(p + 48)));

		if (_mm_movemask_epi8(any) != 0)
			break;
	}
	return i;
}
#else
static size_t
pass_rows(struct str s)
{
	(void)s;
	return 0;
}
#endif

/* Where the next line that begins with "--" does, behind at.  Any CR ends one:
 * where a bare one ends none, no dash stands behind it. */
static size_t
next_dashes(const struct mime_reader *r, size_t at)
{
	const char *p = r->raw.p;
	size_t n = r->raw.n;

	while (at + 2 < n) {
		size_t end;

		at += pass_rows(str_from(r->raw, at));
		for (end = at + STR_ROW; at + 2 < n && at < end; at++)
			if (p[at + 1] == '-' && p[at + 2] == '-' &&
			    (p[at] == '\n' || p[at] == '\r'))
				return at + 1;
	}
	return n;
}

/* The next boundary line at or behind from, which begins a line. */
static bool
find_delimiter(struct mime_reader *r, size_t from, struct delimiter *d)
{
	size_t at = from;

	if (r->depth == 0)
		return false;
	if (!str_starts(str_from(r->raw, at), STR("--")))
		at = next_dashes(r, at);
	while (at < r->raw.n) {
		if (delimiter_at(r, at, d)) {
			d->begin = before_line_end(r, at);
			if (d->begin < from)
				d->begin = from;
			return true;
		}
		at = next_dashes(r, at);
	}
	return false;
}

/* --- one part --- */

static struct mime_level *
innermost(struct mime_reader *r)
{
	return r->depth == 0 ? NULL : &r->levels[r->depth - 1];
}

/* The number of a new part below the innermost level (RFC 3501 6.4.5): a
 * message that is no multipart has the one part "1", and a multipart right
 * below a message stands for it. */
static struct str
number_of(struct mime_reader *r, bool is_multipart)
{
	struct mime_level *top = innermost(r);
	bool is_root = top == NULL || top->is_message;
	struct str prefix = top == NULL ? STR("") : reader_part(r,
	    top->part)->number;
	char room[STR_INT];

	if (is_root && is_multipart)
		return prefix;
	if (is_root && prefix.n == 0)
		return STR("1");
	return str_cat(r->arena, prefix, prefix.n == 0 ? STR("") : STR("."),
	    str_int(room, is_root ? 1 : top->children));
}

void
reader_push(struct mime_reader *r, struct mime_level level)
{
	struct mime_level *old = r->levels;

	if (r->depth == r->room) {
		r->room = r->room == 0 ? LEVELS_FIRST : r->room * 2;
		r->levels = arena_take_raw_many(r->depth == 0 ? r->arena :
		    beside(r), r->room, sizeof(*old));
		if (r->depth != 0)
			memcpy(r->levels, old, r->depth * sizeof(*old));
	}
	level.is_digest = str_is(reader_part(r, level.part)->type,
	    "multipart/digest");
	r->levels[r->depth++] = level;
}

/* A part in which no empty line ends the header: what is no field of a part
 * begins its body. */
static struct str
fields_alone(struct mime_reader *r, struct str section)
{
	static const struct str names[] = { STR_INIT("Content-"),
		STR_INIT("X-"), STR_INIT("MIME-Version:") };
	size_t at = 0, i;

	while (at < section.n) {
		struct str line = str_from(section, at);

		for (i = 0; i < nitems(names); i++)
			if (str_case_starts(line, names[i]))
				break;
		if (i == nitems(names) && line.p[0] != ' ' &&
		    line.p[0] != '\t')
			break;
		at += line_span(r, line);
	}
	return str_head(section, at);
}

static bool
is_at_part(const struct mime_reader *r)
{
	return r->depth != 0 && !r->levels[r->depth - 1].is_message;
}

/* A line of nothing but blanks in front of the fields ends nothing. */
static bool
is_blank_on_top(struct mime_reader *r, size_t at, size_t line)
{
	const char *p = r->raw.p + at;

	return at == r->at && line > 0 && (p[0] == ' ' || p[0] == '\t') &&
	    str_case_starts(str_from(r->raw, at + line), STR("Content-"));
}

/* Bytes of the header section that begins at r->at: to the empty line or to
 * a boundary, whichever comes first. */
static struct str
section_at(struct mime_reader *r)
{
	size_t at = r->at, line;
	struct delimiter d;
	struct str section;

	while (r->depth != 0 && at < r->raw.n) {
		line = line_span(r, str_from(r->raw, at));
		if (str_trim(str_sub(r->raw, at, at + line)).n == 0 &&
		    !is_blank_on_top(r, at, line))
			return str_sub(r->raw, r->at, at + line);
		if (str_starts(str_from(r->raw, at), STR("--")) &&
		    delimiter_at(r, at, &d))
			break;
		at += line;
	}
	if (r->depth == 0)
		return str_from(r->raw, r->at);
	section = str_sub(r->raw, r->at, at);
	return is_at_part(r) ? fields_alone(r, section) : section;
}

static void
read_headers(struct mime_reader *r, struct part *p)
{
	struct header_limits limits = r->limits->headers;
	struct str section = section_at(r), body;
	size_t most = limits.count * SECTIONS_SHARE;

	if (limits.count > most - r->fields)
		limits.count = most - r->fields;
	if (!headers_read(&p->headers, r->arena, section, r->at, &limits,
	    &body))
		r->out->is_headers_over = true;
	if (p->headers.strays.n != 0 || p->headers.is_indented)
		p->is_damaged = r->out->is_damaged = true;
	r->fields += p->headers.n;
	r->at += section.n - body.n;
	p->offset = r->at;
}

/* Of several boundaries mail programs take one or the other: the first now,
 * the others when all has been read once. */
static struct str
boundary_of(struct mime_reader *r, uint32_t i)
{
	struct str all[BOUNDARIES_MOST];
	size_t n = boundaries_declared(all, r->arena, reader_part(r, i));

	reader_part(r, i)->has_two_boundaries = n > 1;
	if (n != 1)
		reader_damage(r, i);
	return n == 0 ? STR("") : all[0];
}

/* What a part is to the structure: a level of its own, or a leaf. */
static void
open_part(struct mime_reader *r, uint32_t i)
{
	struct part *p = reader_part(r, i);
	bool is_multipart = str_starts(p->type, STR("multipart/"));
	struct str boundary = STR("");

	p->number = number_of(r, is_multipart);
	r->leaf = i;
	if (!is_multipart && (!part_is_message(p, r->arena) ||
	    p->encoding != ENCODING_NONE))
		return;
	if (is_multipart && (boundary = boundary_of(r, i)).n == 0)
		return;
	if (r->floor + r->depth >= r->limits->depth) {
		r->out->is_depth_over = true;
		return;
	}
	p->is_leaf = false;
	reader_push(r, (struct mime_level){ .part = i, .boundary = boundary,
	    .is_message = !is_multipart });
	r->leaf = PART_NONE;
}

void
reader_begin(struct mime_reader *r)
{
	struct mime_level *top = innermost(r);
	uint32_t i = (uint32_t)r->out->parts.n;
	struct part *p;

	if (i >= r->limits->parts) {
		r->out->is_parts_over = r->is_over = true;
		/* looked through for links, if no more */
		if (i != 0 && reader_part(r, 0)->epilogue.n == 0)
			reader_part(r, 0)->epilogue = str_from(r->raw, r->at);
		return;
	}
	p = reader_add(r);
	p->is_leaf = true;
	p->parent = top == NULL ? PART_NONE : top->part;
	p->depth = (uint16_t)(r->floor + r->depth);
	p->source = r->source;
	if (top != NULL)
		top->children++;
	read_headers(r, p);
	part_read_fields(p, r->arena, top != NULL && top->is_digest);
	r->out->is_params_over |= part_is_params_over(p);
	r->out->is_words_over |= part_is_words_over(p);
	open_part(r, i);
}

/* --- the pass --- */

static void
end_body(struct mime_reader *r, uint32_t part, size_t end)
{
	struct part *p = reader_part(r, part);

	p->body = str_sub(r->raw, p->offset, end < p->offset ? p->offset :
	    end);
}

static void
end_leaf(struct mime_reader *r, size_t end)
{
	if (r->leaf != PART_NONE)
		end_body(r, r->leaf, end);
	r->leaf = PART_NONE;
}

/* What stands behind the first end that had anything behind it; if more parts
 * followed that, all of it. */
static void
set_epilogue(struct mime_reader *r, struct mime_level *level, size_t end)
{
	struct str *epilogue = &reader_part(r, level->part)->epilogue;

	*epilogue = str_sub(r->raw, level->end, end);
	if (epilogue->n == 0)
		level->end = 0;
}

/* A multipart in which no boundary was ever found is shown as text. */
static void
close_level(struct mime_reader *r, size_t end)
{
	struct mime_level *top = &r->levels[--r->depth];

	if (top->part != r->source) /* or its body is no part of r->raw */
		end_body(r, top->part, end);
	if (top->is_closed)
		set_epilogue(r, top, end);
	if (!top->is_message && top->children == 0)
		reader_part(r, top->part)->is_leaf = true;
}

static bool
is_unclosed(const struct mime_level *level)
{
	return !level->is_message && !level->is_closed;
}

/* Levels above the one a boundary belongs to have lost theirs. */
static void
close_above(struct mime_reader *r, size_t level, size_t end)
{
	while (r->depth > level + 1) {
		if (is_unclosed(&r->levels[r->depth - 1]))
			reader_damage(r, r->levels[r->depth - 1].part);
		close_level(r, end);
	}
}

static void
take_delimiter(struct mime_reader *r, const struct delimiter *d)
{
	struct mime_level *level = &r->levels[d->level];

	end_leaf(r, d->begin);
	close_above(r, d->level, d->begin);
	if (level->children == 0)
		reader_part(r, level->part)->preamble = str_sub(r->raw,
		    level->part == r->source ? 0 :
		    reader_part(r, level->part)->offset, d->begin);
	r->at = d->end;
	if (d->is_last) {
		level->end = level->end != 0 ? level->end : d->end;
		level->is_closed = true;
		return;
	}
	if (level->is_closed) {
		set_epilogue(r, level, d->begin);
		reader_damage(r, level->part);
	}
	level->is_closed = false;
	reader_begin(r);
}

/* A nested message begins where the headers of its carrier end. */
static bool
is_at_nested(const struct mime_reader *r)
{
	const struct mime_level *top;

	if (r->depth == 0)
		return false;
	top = &r->levels[r->depth - 1];
	return top->is_message && top->children == 0;
}

void
reader_run(struct mime_reader *r)
{
	struct delimiter d;

	while (!r->is_over) {
		if (is_at_nested(r))
			reader_begin(r);
		else if (find_delimiter(r, r->at, &d))
			take_delimiter(r, &d);
		else
			break;
	}
	end_leaf(r, r->raw.n);
	while (r->depth > 0) {
		if (!r->is_over && is_unclosed(&r->levels[r->depth - 1]))
			reader_damage(r, r->levels[r->depth - 1].part);
		close_level(r, r->raw.n);
	}
}
