/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a message, read in one pass from top to bottom.  Open
 * multiparts and nested messages are levels on a stack; each line that begins
 * with "--" is held against their boundaries, innermost first.
 */
#include "mail/mime.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/boundary.h"
#include "mail/cms.h"
#include "mail/inlinefile.h"
#include "mail/mimepart.h"

/* A header field costs us far more than its bytes: all parts together may
 * have this many times what one section may. */
enum { SECTIONS_SHARE = 8 };

/* Messages inside the decoded bytes of messages: each may be as large as the
 * one around it. */
enum { SOURCES_DEEP = 3 };

/* Multiparts that can be read in more than one way are read in each, until
 * this many times the message has been. */
enum { AGAIN_SHARE = 4 };

/* Files in one text: each is looked for in all that is left. */
enum { INLINE_FILES = 64 };

enum { LEVELS_FIRST = 8 };

struct level {
	struct str boundary;
	size_t end;          /* behind its last delimiter, or 0 */
	uint32_t part;
	uint32_t children;
	bool is_message;     /* nested, and without a boundary */
	bool is_digest;
	bool is_closed;      /* the last boundary was seen; one that begins a
	                        part opens it once more */
};

struct reader {
	struct mime *out;
	struct arena *arena;
	struct str message;
	struct str raw;       /* it, or what a part carries */
	uint32_t source;      /* that part, or PART_NONE */
	size_t floor;         /* its depth */
	const struct mime_limits *limits;
	struct level *levels; /* limits->depth + 1 at most */
	size_t depth;         /* in use */
	size_t room;
	size_t fields;        /* read so far in all sections */
	size_t again;         /* bytes that may be read once more */
	size_t at;
	uint32_t leaf;        /* whose body is being read, or PART_NONE */
	char line_end;        /* '\n', or '\r' where there is no other; '\0':
	                         nobody had to know */
	bool is_mixed;        /* a bare CR ends a line too */
	bool is_over;
};

static struct part *
part_at(struct reader *r, uint32_t i)
{
	return &r->out->parts.at[i];
}

static void
set_damaged(struct reader *r, uint32_t part)
{
	part_at(r, part)->is_damaged = true;
	r->out->is_damaged = true;
}

/* --- boundary lines --- */

struct delimiter {
	size_t level;
	size_t begin; /* the end of the line in front belongs to it */
	size_t end;   /* of its line */
	bool is_last; /* "--boundary--" */
};

/* Takes a pass over s, and few have a bare CR. */
static void
set_line_end(struct reader *r, struct str s)
{
	r->line_end = str_has(s, '\n') ? '\n' : '\r';
	r->is_mixed = false;
	s = str_from(s, str_find(s, '\r'));
	while (r->line_end == '\n' && !r->is_mixed && s.n != 0) {
		s = str_from(s, str_find_lone(s, '\r', '\n') + 1);
		/* CR CR LF ends one line */
		r->is_mixed = s.n != 0 && s.p[0] != '\r';
	}
}

/* Bytes of the line at the front, its end included. */
static size_t
line_span(const struct reader *r, struct str s)
{
	size_t n = str_find(s, r->line_end), cr;

	if (r->is_mixed && (cr = str_find(str_head(s, n), '\r')) + 1 < n)
		n = cr;
	return n < s.n ? n + 1 : n;
}

/* Whose boundary s begins with.  Those still open come first: a multipart may
 * have the boundary of the one around it. */
static bool
level_at(const struct reader *r, struct str s, bool is_closed,
    struct delimiter *d)
{
	for (size_t i = r->depth; i-- > 0;) {
		const struct level *level = &r->levels[i];

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
delimiter_at(struct reader *r, size_t at, struct delimiter *d)
{
	struct str s = str_from(r->raw, at + 2), rest;

	if (!level_at(r, s, false, d) && !level_at(r, s, true, d))
		return false;
	rest = str_from(s, r->levels[d->level].boundary.n);
	d->end = r->raw.n - rest.n + line_span(r, rest);
	return true;
}

static size_t
before_line_end(const struct reader *r, size_t at)
{
	if (at > 0 && r->raw.p[at - 1] == '\n')
		at--;
	if (at > 0 && r->raw.p[at - 1] == '\r')
		at--;
	return at;
}

/* Few lines begin with a dash: two bytes are looked for. */
static size_t
next_dashes_plain(const struct reader *r, size_t at)
{
	const char *p = r->raw.p;
	size_t n = r->raw.n;

	while (at < n) {
		at += str_find_pair(str_from(r->raw, at), r->line_end, '-') + 1;
		if (at + 1 < n && p[at + 1] == '-')
			return at;
	}
	return n;
}

/* Where the next line that begins with "--" does, behind at. */
static size_t
next_dashes(const struct reader *r, size_t at)
{
	if (!r->is_mixed)
		return next_dashes_plain(r, at);
	for (size_t i = at + 1; i + 1 < r->raw.n; i++) {
		i += str_find_str(str_from(r->raw, i), STR("--"));
		if (i < r->raw.n &&
		    (r->raw.p[i - 1] == '\n' || r->raw.p[i - 1] == '\r'))
			return i;
	}
	return r->raw.n;
}

/* The next boundary line at or behind from, which begins a line. */
static bool
find_delimiter(struct reader *r, size_t from, struct delimiter *d)
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

/* The number of a new part below the innermost level (RFC 3501 6.4.5): a
 * message that is no multipart has the one part "1", and a multipart right
 * below a message stands for it. */
static struct str
number_of(struct reader *r, bool is_multipart)
{
	struct level *top = r->depth == 0 ? NULL : &r->levels[r->depth - 1];
	bool is_root = top == NULL || top->is_message;
	struct str prefix = top == NULL ? STR("") : part_at(r,
	    top->part)->number;
	char room[STR_INT];

	if (is_root && is_multipart)
		return prefix;
	if (is_root && prefix.n == 0)
		return STR("1");
	return str_cat(r->arena, prefix, prefix.n == 0 ? STR("") : STR("."),
	    str_int(room, is_root ? 1 : top->children));
}

static void
push(struct reader *r, struct level level)
{
	struct level *old = r->levels;

	if (r->depth == r->room) {
		r->room = r->room == 0 ? LEVELS_FIRST : r->room * 2;
		r->levels = arena_take_raw_many(r->arena, r->room,
		    sizeof(*old));
		if (r->depth != 0)
			memcpy(r->levels, old, r->depth * sizeof(*old));
	}
	level.is_digest = str_is(part_at(r, level.part)->type,
	    "multipart/digest");
	r->levels[r->depth++] = level;
}

/* A part in which no empty line ends the header: what is no field of a part
 * begins its body. */
static struct str
fields_alone(const struct reader *r, struct str section)
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
is_at_part(const struct reader *r)
{
	return r->depth != 0 && !r->levels[r->depth - 1].is_message;
}

/* Bytes of the header section that begins at r->at: to the empty line or to
 * a boundary, whichever comes first. */
static struct str
section_at(struct reader *r)
{
	size_t at = r->at, line;
	struct delimiter d;
	struct str section;

	while (r->depth != 0 && at < r->raw.n) {
		line = line_span(r, str_from(r->raw, at));
		if (str_trim(str_sub(r->raw, at, at + line)).n == 0)
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
read_headers(struct reader *r, struct part *p)
{
	struct header_limits limits = r->limits->headers;
	struct str section = section_at(r), body;
	size_t most = limits.count * SECTIONS_SHARE;

	if (limits.count > most - r->fields)
		limits.count = most - r->fields;
	if (!headers_read(&p->headers, r->arena, section, r->at, &limits,
	    &body))
		r->out->is_headers_over = true;
	r->fields += p->headers.n;
	r->at += section.n - body.n;
	p->offset = r->at;
}

/* Of several boundaries mail programs take one or the other: the first now,
 * the others when all has been read once. */
static struct str
boundary_of(struct reader *r, uint32_t i)
{
	struct str all[BOUNDARIES_MOST];
	size_t n = boundaries_declared(all, r->arena, part_at(r, i));

	part_at(r, i)->has_two_boundaries = n > 1;
	if (n != 1)
		set_damaged(r, i);
	return n == 0 ? STR("") : all[0];
}

/* What a part is to the structure: a level of its own, or a leaf. */
static void
open_part(struct reader *r, uint32_t i)
{
	struct part *p = part_at(r, i);
	bool is_multipart = str_starts(p->type, STR("multipart/"));
	struct str boundary = STR("");

	p->number = number_of(r, is_multipart);
	r->leaf = i;
	if (!is_multipart && (!part_is_message(p, r->arena) ||
	    p->encoding != ENCODING_NONE))
		return;
	if (r->line_end == '\0')
		set_line_end(r, r->raw);
	if (is_multipart && (boundary = boundary_of(r, i)).n == 0)
		return;
	if (r->floor + r->depth >= r->limits->depth) {
		r->out->is_depth_over = true;
		return;
	}
	p->is_leaf = false;
	push(r, (struct level){ .part = i, .boundary = boundary,
	    .is_message = !is_multipart });
	r->leaf = PART_NONE;
}

static void
begin_part(struct reader *r)
{
	struct level *top = r->depth == 0 ? NULL : &r->levels[r->depth - 1];
	uint32_t i = (uint32_t)r->out->parts.n;
	struct part *p;

	if (i >= r->limits->parts) {
		r->out->is_parts_over = r->is_over = true;
		return;
	}
	p = VEC_ADD(r->arena, &r->out->parts);
	p->is_leaf = true;
	p->parent = top == NULL ? PART_NONE : top->part;
	p->depth = (uint16_t)(r->floor + r->depth);
	p->source = r->source;
	if (top != NULL)
		top->children++;
	read_headers(r, p);
	part_read_fields(p, r->arena, top != NULL && top->is_digest);
	r->out->is_params_over |= part_is_params_over(p);
	open_part(r, i);
}

/* --- the pass --- */

static void
end_body(struct reader *r, uint32_t part, size_t end)
{
	struct part *p = part_at(r, part);

	p->body = str_sub(r->raw, p->offset, end < p->offset ? p->offset :
	    end);
}

static void
end_leaf(struct reader *r, size_t end)
{
	if (r->leaf != PART_NONE)
		end_body(r, r->leaf, end);
	r->leaf = PART_NONE;
}

/* A multipart in which no boundary was ever found is shown as text. */
static void
close_level(struct reader *r, size_t end)
{
	struct level *top = &r->levels[--r->depth];

	if (top->part != r->source) /* or its body is no part of r->raw */
		end_body(r, top->part, end);
	if (top->is_closed)
		part_at(r, top->part)->epilogue = str_sub(r->raw, top->end,
		    end);
	if (!top->is_message && top->children == 0)
		part_at(r, top->part)->is_leaf = true;
}

static bool
is_unclosed(const struct level *level)
{
	return !level->is_message && !level->is_closed;
}

/* Levels above the one a boundary belongs to have lost theirs. */
static void
close_above(struct reader *r, size_t level, size_t end)
{
	while (r->depth > level + 1) {
		if (is_unclosed(&r->levels[r->depth - 1]))
			set_damaged(r, r->levels[r->depth - 1].part);
		close_level(r, end);
	}
}

static void
take_delimiter(struct reader *r, const struct delimiter *d)
{
	struct level *level = &r->levels[d->level];

	end_leaf(r, d->begin);
	close_above(r, d->level, d->begin);
	if (level->children == 0)
		part_at(r, level->part)->preamble = str_sub(r->raw,
		    level->part == r->source ? 0 :
		    part_at(r, level->part)->offset, d->begin);
	r->at = d->end;
	if (d->is_last) {
		level->end = level->is_closed ? level->end : d->end;
		level->is_closed = true;
		return;
	}
	if (level->is_closed)
		set_damaged(r, level->part);
	level->is_closed = false;
	begin_part(r);
}

/* A nested message begins where the headers of its carrier end. */
static bool
is_at_nested(const struct reader *r)
{
	const struct level *top;

	if (r->depth == 0)
		return false;
	top = &r->levels[r->depth - 1];
	return top->is_message && top->children == 0;
}

static void
read_parts(struct reader *r)
{
	struct delimiter d;

	while (!r->is_over) {
		if (is_at_nested(r))
			begin_part(r);
		else if (find_delimiter(r, r->at, &d))
			take_delimiter(r, &d);
		else
			break;
	}
	end_leaf(r, r->raw.n);
	while (r->depth > 0) {
		if (!r->is_over && is_unclosed(&r->levels[r->depth - 1]))
			set_damaged(r, r->levels[r->depth - 1].part);
		close_level(r, r->raw.n);
	}
}

/* A file that stands in the text of part i. */
static void
add_inline_file(struct reader *r, uint32_t i, const struct inline_file *f)
{
	struct part *p = VEC_ADD(r->arena, &r->out->parts);
	const struct part *carrier = part_at(r, i);

	*p = (struct part){
		.number = carrier->number,
		.type = STR("application/octet-stream"),
		.name = header_text(r->arena, f->name),
		.disposition = STR("attachment"),
		.body = str_sub(carrier->bytes, f->begin, f->end),
		.bytes = f->bytes,
		.offset = f->begin,
		.source = i,
		.parent = i,
		.depth = (uint16_t)(carrier->depth + 1),
		.is_leaf = true,
		.is_attachment = true,
		.is_inline_file = true,
	};
	p->is_page = part_is_page(p, r->arena);
}

/* Takes files out of the text of part i: what is in front of them and behind
 * them stays. */
static void
take_inline_files(struct reader *r, uint32_t i)
{
	struct str bytes = part_at(r, i)->bytes;
	size_t at = 0, files = 0;
	struct inline_file f;
	struct buf b;

	if (!str_is(part_at(r, i)->type, "text/plain") ||
	    !inline_file_find(&f, r->arena, bytes, 0))
		return;
	buf_init_arena(&b, r->arena, bytes.n);
	do {
		if (r->out->parts.n >= r->limits->parts ||
		    files++ == INLINE_FILES) {
			r->out->is_parts_over = true;
			break;
		}
		buf_add_str(&b, str_sub(bytes, at, f.is_shown ? f.end :
		    f.begin));
		add_inline_file(r, i, &f);
		at = f.end;
	} while (inline_file_find(&f, r->arena, bytes, at));
	buf_add_str(&b, str_from(bytes, at));
	part_at(r, i)->text = buf_str(&b);
	part_at(r, i)->has_files = true;
}

/* Goes on with what part i carries, as if it were nested in it. */
static void
read_source(struct reader *r, uint32_t i)
{
	struct part *p = part_at(r, i);

	r->raw = p->bytes;
	r->source = i;
	r->floor = p->depth;
	r->at = 0;
	set_line_end(r, r->raw);
	push(r, (struct level){ .part = i, .is_message = true });
	read_parts(r);
}

/* The same text under another encoding: of those that are named, mail programs
 * take the first or the last. */
static void
add_twin(struct reader *r, uint32_t i, enum encoding encoding)
{
	struct part *twin;

	if (r->out->parts.n >= r->limits->parts) {
		r->out->is_parts_over = true;
		return;
	}
	set_damaged(r, i);
	twin = VEC_ADD(r->arena, &r->out->parts);
	*twin = *part_at(r, i);
	twin->encoding = encoding;
	twin->others = 0;
	if (i == 0) /* nothing else is the top */
		twin->parent = 0;
}

static void
add_twins(struct reader *r, uint32_t i)
{
	unsigned others = part_at(r, i)->others;

	for (unsigned k = 0; others >> k != 0; k++)
		if ((others >> k & 1) != 0)
			add_twin(r, i, (enum encoding)k);
}

/* A message in its own signature, which is then read as one that is carried. */
static void
open_signed(struct reader *r, uint32_t i)
{
	const struct part *p = part_at(r, i);
	struct str bytes, where;
	struct part *inside;

	if ((!str_is(p->type, "application/pkcs7-mime") &&
	    !str_is(p->type, "application/x-pkcs7-mime") &&
	    !str_case_ends(p->name, STR(".p7m"))) ||
	    !cms_signed(&bytes, &where, r->arena, p->bytes))
		return;
	if (r->out->parts.n >= r->limits->parts) {
		r->out->is_parts_over = true;
		return;
	}
	inside = VEC_ADD(r->arena, &r->out->parts);
	p = part_at(r, i);
	*inside = (struct part){
		.number = p->number,
		.type = STR("message/rfc822"),
		.disposition = STR("inline"),
		.body = where,
		.bytes = bytes,
		.offset = (size_t)(where.p - p->bytes.p),
		.source = i,
		.parent = i,
		.depth = (uint16_t)(p->depth + 1),
		.is_leaf = true,
		.is_attachment = true,
		.is_inline_file = true,
	};
}

/* A page saved with all it needs is a message as well. */
static bool
is_carrier(const struct part *p, struct arena *a)
{
	return p->is_leaf && p->bytes.n != 0 &&
	    (part_is_message(p, a) || str_case_ends(p->name, STR(".eml")) ||
	    str_case_ends(p->name, STR(".mht")) ||
	    str_case_ends(p->name, STR(".mhtml")));
}

/* May what part i carries be read, or is it a source too deep? */
static bool
is_open_to(struct reader *r, uint32_t i)
{
	unsigned sources = 0;

	if (r->is_over)
		return false;
	while ((i = part_at(r, i)->source) != PART_NONE)
		sources++;
	if (sources < SOURCES_DEEP)
		return true;
	r->out->is_depth_over = true;
	return false;
}

/* --- multiparts once more --- */

/* Where the text of one is read from. */
struct again {
	uint32_t part;
	uint32_t source;
	struct str raw; /* ends with its text */
	size_t at;      /* where that begins */
};

static bool
may_spend(struct reader *r, size_t bytes)
{
	if (bytes > r->again || r->is_over) {
		r->out->is_depth_over = true;
		return false;
	}
	r->again -= bytes;
	return true;
}

/* Parts follow behind all others, as those of a message in a part do. */
static void
read_again(struct reader *r, const struct again *g, struct str boundary)
{
	struct str body = str_from(g->raw, g->at);
	size_t parts = r->out->parts.n;
	bool was_leaf = part_at(r, g->part)->is_leaf;

	if (!may_spend(r, body.n / 16) ||
	    boundary_count(boundary, body, r->arena, 1) == 0 ||
	    !may_spend(r, body.n))
		return;
	r->raw = g->raw;
	r->source = g->source;
	r->floor = part_at(r, g->part)->depth;
	r->at = g->at;
	set_line_end(r, body);
	push(r, (struct level){ .part = g->part, .boundary = boundary });
	read_parts(r);
	part_at(r, g->part)->is_leaf = was_leaf && parts == r->out->parts.n;
	set_damaged(r, g->part);
}

/* Was one of the parts from first on read by this boundary? */
static bool
is_used(struct reader *r, size_t first, struct str boundary)
{
	struct str own[BOUNDARIES_MOST];

	for (; first < r->out->parts.n; first++) {
		const struct part *p = &r->out->parts.at[first];
		size_t n = p->is_leaf ? 0 :
		    boundaries_declared(own, r->arena, p);

		if (n != 0 && str_eq(own[0], boundary))
			return true;
	}
	return false;
}

/* A multipart whose boundary is missing or never comes: by the lines that
 * look like one. */
static void
read_by_guess(struct reader *r, const struct again *g)
{
	struct str body = str_from(g->raw, g->at), found[BOUNDARIES_MOST];
	size_t first = r->out->parts.n, n;

	if (!may_spend(r, body.n / 4))
		return;
	set_line_end(r, body);
	n = boundaries_guess(found, body, r->line_end);
	for (size_t i = 0; i < n; i++)
		if (!is_used(r, first, found[i]))
			read_again(r, g, found[i]);
}

/* RFC 2045 6.4 forbids to encode a multipart, and some undo it all the same:
 * if there are boundaries then that were not there before. */
static bool
decode_whole(struct reader *r, struct again *g, struct str boundary)
{
	struct part *p = part_at(r, g->part);
	size_t most = p->encoding == ENCODING_BASE64 ? 0 : SIZE_MAX;

	if (p->encoding == ENCODING_NONE || !may_spend(r, p->body.n))
		return false;
	p->bytes = encoding_decode(r->arena, p->body, p->encoding);
	*g = (struct again){ .part = g->part, .source = g->part,
		.raw = p->bytes };
	return boundary.n == 0 || boundary_count(boundary, p->bytes, r->arena,
	    SIZE_MAX) > boundary_count(boundary, p->body, r->arena, most);
}

/* Is there a way to read this multipart that was not tried? */
static bool
is_in_doubt(const struct part *p)
{
	return (p->is_leaf || p->has_two_boundaries ||
	    p->encoding != ENCODING_NONE) &&
	    str_starts(p->type, STR("multipart/"));
}

static void
reread(struct reader *r, uint32_t i)
{
	const struct part *p = part_at(r, i);
	struct str in = p->source == PART_NONE ? r->message :
	    part_at(r, p->source)->bytes;
	struct again g = { .part = i, .source = p->source,
		.raw = str_head(in, p->offset + p->body.n), .at = p->offset };
	struct str all[BOUNDARIES_MOST];
	size_t n = boundaries_declared(all, r->arena, p);
	bool is_leaf = p->is_leaf;

	if (p->depth >= r->limits->depth) {
		r->out->is_depth_over = true;
		return;
	}
	for (size_t k = 1; k < n; k++)
		read_again(r, &g, all[k]);
	if (is_leaf && part_at(r, i)->is_leaf)
		read_by_guess(r, &g);
	if (!decode_whole(r, &g, n == 0 ? STR("") : all[0]))
		return;
	for (size_t k = 0; k < n; k++)
		read_again(r, &g, all[k]);
	if (is_leaf && part_at(r, i)->is_leaf)
		read_by_guess(r, &g);
}

void
mime_read(struct mime *out, struct arena *a, struct str raw,
    const struct mime_limits *limits)
{
	struct reader r = { .out = out, .arena = a, .message = raw,
		.raw = raw, .source = PART_NONE, .limits = limits,
		.again = raw.n * AGAIN_SHARE, .leaf = PART_NONE };

	*out = (struct mime){ .is_damaged = false };
	begin_part(&r);
	read_parts(&r);
	for (uint32_t i = 0; i < out->parts.n; i++) {
		if (is_in_doubt(part_at(&r, i)))
			reread(&r, i);
		part_finish(part_at(&r, i), a);
		if (part_at(&r, i)->is_leaf)
			add_twins(&r, i);
		if (part_at(&r, i)->is_leaf && !part_at(&r, i)->is_attachment)
			take_inline_files(&r, i);
		else if (part_at(&r, i)->is_leaf)
			open_signed(&r, i);
		if (is_carrier(part_at(&r, i), a) && is_open_to(&r, i))
			read_source(&r, i);
	}
}
