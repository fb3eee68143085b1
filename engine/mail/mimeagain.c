/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Multiparts once more: those that can be read in more than one way are read
 * in each, since mail programs differ.
 */
#include "mail/mimeagain.h"

#include "base/arena.h"
#include "mail/boundary.h"
#include "mail/encoding.h"

/* Where the text of one is read from. */
struct again {
	uint32_t part;
	uint32_t source;
	struct str raw; /* ends with its text */
	size_t at;      /* where that begins */
};

static bool
may_spend(struct mime_reader *r, size_t bytes)
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
read_by(struct mime_reader *r, const struct again *g, struct str boundary)
{
	struct str body = str_from(g->raw, g->at);
	size_t parts = r->out->parts.n;
	bool was_leaf = reader_part(r, g->part)->is_leaf;

	if (!may_spend(r, body.n / 16) ||
	    boundary_count(boundary, body, r->arena, 1) == 0 ||
	    !may_spend(r, body.n))
		return;
	r->raw = g->raw;
	r->source = g->source;
	r->floor = reader_part(r, g->part)->depth;
	r->at = g->at;
	reader_set_lines(r, body);
	reader_expect_repeats(r);
	reader_push(r, (struct mime_level){ .part = g->part,
	    .boundary = boundary });
	reader_run(r);
	reader_part(r, g->part)->is_leaf = was_leaf && parts == r->out->parts.n;
	reader_damage(r, g->part);
}

/* Was one of the parts from first on read by this boundary? */
static bool
is_used(struct mime_reader *r, size_t first, struct str boundary)
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
read_by_guess(struct mime_reader *r, const struct again *g)
{
	struct str body = str_from(g->raw, g->at), found[BOUNDARIES_MOST];
	size_t first = r->out->parts.n, n;

	if (!may_spend(r, body.n / 4))
		return;
	n = boundaries_guess(found, body, str_has(body, '\n') ? '\n' : '\r');
	for (size_t i = 0; i < n; i++)
		if (!is_used(r, first, found[i]))
			read_by(r, g, found[i]);
}

/* RFC 2045 6.4 forbids to encode a multipart, and some undo it all the same:
 * if there are boundaries then that were not there before. */
static bool
decode_whole(struct mime_reader *r, struct again *g, struct str boundary)
{
	struct part *p = reader_part(r, g->part);
	size_t most = p->encoding == ENCODING_BASE64 ? 0 : SIZE_MAX;
	struct arena *trial;
	struct str bytes;

	if (p->encoding == ENCODING_NONE || !may_spend(r, p->body.n))
		return false;
	trial = arena_new();
	bytes = encoding_decode(trial, p->body, p->encoding);
	if (boundary.n != 0 && boundary_count(boundary, bytes, trial,
	    SIZE_MAX) <= boundary_count(boundary, p->body, trial, most)) {
		arena_free(trial);
		return false;
	}
	arena_take_over(r->arena, trial);
	p->bytes = bytes;
	*g = (struct again){ .part = g->part, .source = g->part,
		.raw = bytes };
	return true;
}

bool
mime_is_in_doubt(const struct part *p)
{
	return (p->is_leaf || p->has_two_boundaries ||
	    p->encoding != ENCODING_NONE) &&
	    str_starts(p->type, STR("multipart/"));
}

void
mime_read_again(struct mime_reader *r, uint32_t i)
{
	const struct part *p = reader_part(r, i);
	struct str in = p->source == PART_NONE ? r->message :
	    reader_part(r, p->source)->bytes;
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
		read_by(r, &g, all[k]);
	if (is_leaf && reader_part(r, i)->is_leaf)
		read_by_guess(r, &g);
	if (!decode_whole(r, &g, n == 0 ? STR("") : all[0]))
		return;
	for (size_t k = 0; k < n; k++)
		read_by(r, &g, all[k]);
	if (is_leaf && reader_part(r, i)->is_leaf)
		read_by_guess(r, &g);
}
