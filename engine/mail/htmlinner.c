/* SPDX-License-Identifier: Apache-2.0 */
/* Pages inside a page, taken out of what they are packed in. */
#include "mail/htmlinner.h"

#include "base/arena.h"
#include "mail/charset.h"
#include "mail/encoding.h"
#include "mail/url.h"

enum {
	DEPTH_MOST = 16,
	BYTES_LEAST = 64 * 1024, /* of all of them that are read, */
	BYTES_FACTOR = 2         /* or so many times the page */
};

void
html_inners_empty(struct html_inners *in)
{
	in->list.n = in->bytes = 0;
}

/* Asked before a page of n bytes is taken out of what it is packed in. */
static bool
has_room(struct html_inners *in, size_t n)
{
	bool is_room = in->list.n < HTML_INNER_MOST &&
	    n <= in->most - in->bytes;

	in->is_cut |= !is_room;
	return is_room;
}

struct html_inner *
html_inners_add(struct html_inners *in, struct arena *a, struct str html,
    uint32_t offset)
{
	struct html_inner *inner;

	if (html.n == 0 || !has_room(in, html.n))
		return NULL;
	in->bytes += html.n;
	inner = VEC_ADD(a, &in->list);
	*inner = (struct html_inner){ .offset = offset, .is_shown = true,
		.is_kin = true };
	inner->html = charset_decode(a, html, STR("utf-8")).utf8;
	return inner;
}

/* "data:text/html;charset=utf-8;base64,..." */
void
html_inners_open(struct html_inners *in, struct arena *a, struct str data,
    uint32_t offset, bool is_shown)
{
	struct html_inner *inner;
	struct str head, body;

	if (!str_cut(data, ',', &head, &body) ||
	    (!str_case_starts(head, STR("text/html")) &&
	    !str_case_starts(head, STR("image/svg")) &&
	    !str_case_starts(head, STR("application/xhtml"))) ||
	    !has_room(in, body.n))
		return;
	body = url_decode(a, body);
	if (str_case_ends(str_trim(head), STR("base64")))
		body = encoding_decode(a, body, ENCODING_BASE64);
	inner = html_inners_add(in, a, body, offset);
	if (inner == NULL)
		return;
	inner->is_shown = is_shown;
	inner->is_kin = false;
}

void
html_inner_queue_init(struct html_inner_queue *q, size_t bytes)
{
	q->n = 0;
	q->left = bytes * BYTES_FACTOR + BYTES_LEAST;
}

bool
html_inner_queue_add(struct html_inner_queue *q, const struct html_inners *in,
    struct str base, const struct html_inner *outer)
{
	unsigned depth = outer == NULL ? 1 : outer->depth + 1;
	const struct html_inner *inner;
	struct html_inner *added;

	q->left -= in->bytes;
	VEC_EACH(inner, &in->list) {
		if (q->n == HTML_INNER_MOST || depth > DEPTH_MOST)
			return false;
		added = &q->at[q->n++];
		*added = *inner;
		added->depth = depth;
		added->base = inner->is_kin ? base : STR("");
		if (outer == NULL)
			continue;
		added->offset = outer->offset;
		added->is_shown &= outer->is_shown;
	}
	return true;
}
