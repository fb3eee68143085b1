/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a message: read in one pass, then what they carry (messages,
 * files in texts, what is signed), each behind all others.
 */
#include "mail/mime.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/cms.h"
#include "mail/inlinefile.h"
#include "mail/mimeagain.h"
#include "mail/mimepart.h"
#include "mail/mimereader.h"

/* Messages inside the decoded bytes of messages: each may be as large as the
 * one around it. */
enum { SOURCES_DEEP = 3 };

/* Files in one text: each is looked for in all that is left. */
enum { INLINE_FILES = 64 };

/* A file that stands in the text of part i. */
static void
add_inline_file(struct mime_reader *r, uint32_t i, const struct inline_file *f)
{
	struct part *p = reader_add(r);
	const struct part *carrier = reader_part(r, i);

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
take_inline_files(struct mime_reader *r, uint32_t i)
{
	struct str bytes = reader_part(r, i)->bytes;
	size_t at = 0, files = 0;
	struct inline_file f;
	struct buf b;

	if (!str_is(reader_part(r, i)->type, "text/plain") ||
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
	reader_part(r, i)->text = buf_str(&b);
	reader_part(r, i)->has_files = true;
}

/* Goes on with what part i carries, as if it were nested in it. */
static void
read_source(struct mime_reader *r, uint32_t i)
{
	struct part *p = reader_part(r, i);

	r->raw = p->bytes;
	r->source = i;
	r->floor = p->depth;
	r->at = 0;
	reader_set_lines(r, r->raw);
	reader_push(r, (struct mime_level){ .part = i, .is_message = true });
	reader_run(r);
}

/* The same text under another encoding: of those that are named, mail programs
 * take the first or the last. */
static void
add_twin(struct mime_reader *r, uint32_t i, enum encoding encoding)
{
	struct part *twin;

	if (r->out->parts.n >= r->limits->parts) {
		r->out->is_parts_over = true;
		return;
	}
	reader_damage(r, i);
	twin = reader_add(r);
	*twin = *reader_part(r, i);
	twin->encoding = encoding;
	twin->others = 0;
	twin->is_again = true;
	if (i == 0) /* nothing else is the top */
		twin->parent = 0;
}

static void
add_twins(struct mime_reader *r, uint32_t i)
{
	unsigned others = reader_part(r, i)->others;

	for (unsigned k = 0; others >> k != 0; k++)
		if ((others >> k & 1) != 0)
			add_twin(r, i, (enum encoding)k);
}

/* A message in its own signature, which is then read as one that is carried. */
static void
open_signed(struct mime_reader *r, uint32_t i)
{
	const struct part *p = reader_part(r, i);
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
	inside = reader_add(r);
	p = reader_part(r, i);
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
is_open_to(struct mime_reader *r, uint32_t i)
{
	unsigned sources = 0;

	if (r->is_over)
		return false;
	while ((i = reader_part(r, i)->source) != PART_NONE)
		sources++;
	if (sources < SOURCES_DEEP)
		return true;
	r->out->is_depth_over = true;
	return false;
}

/* All that part i carries, added behind all others. */
static void
read_carried(struct mime_reader *r, uint32_t i)
{
	struct part *p = reader_part(r, i);

	part_finish(p, r->arena);
	if (p->others != 0)
		reader_expect_repeats(r);
	if (p->is_leaf && reader_is_repeat(r, i)) {
		p->is_leaf = p->is_attachment = false;
		p->headers.strays = STR("");
	}
	if (!p->is_leaf)
		return;
	add_twins(r, i);
	if (reader_part(r, i)->is_attachment)
		open_signed(r, i);
	else
		take_inline_files(r, i);
	if (is_carrier(reader_part(r, i), r->arena) && is_open_to(r, i))
		read_source(r, i);
}

/* All are there: the list gets as much room as it needs. */
static void
keep_parts(struct mime_reader *r)
{
	part_list *parts = &r->out->parts;
	const struct part *first = parts->at;

	parts->room = parts->n;
	parts->at = arena_take_raw_many(r->arena, parts->n, sizeof(*first));
	if (parts->n != 0)
		memcpy(parts->at, first, parts->n * sizeof(*first));
	arena_free(r->beside);
}

void
mime_read(struct mime *out, struct arena *a, struct str raw,
    const struct mime_limits *limits)
{
	struct part first[PARTS_FIRST];
	struct mime_reader r = { .out = out, .arena = a, .message = raw,
		.raw = raw, .lines = raw, .source = PART_NONE,
		.limits = limits, .again = raw.n * MIME_AGAIN_SHARE,
		.leaf = PART_NONE, .repeats = PART_NONE };

	*out = (struct mime){ .parts = { .at = first,
		.room = PARTS_FIRST } };
	reader_begin(&r);
	reader_run(&r);
	for (uint32_t i = 0; i < out->parts.n; i++) {
		if (mime_is_in_doubt(reader_part(&r, i)))
			mime_read_again(&r, i);
		read_carried(&r, i);
	}
	keep_parts(&r);
}
