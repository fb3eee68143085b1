/* SPDX-License-Identifier: Apache-2.0 */
/* Conditional comments, as Outlook reads them. */
#include "mail/htmloffice.h"

#include "mail/entity.h"
#include "mail/htmltag.h"

struct reading {
	struct html_office *office;
	struct html_links *links;
	struct html_tokens tokens;
	bool is_shown;   /* or only its links are taken */
	bool is_gone;    /* text up to the next end tag is never shown */
	size_t anchor;   /* the link whose text is being read */
	size_t begin;    /* of it */
};

void
html_office_init(struct html_office *o, struct arena *a, size_t most)
{
	*o = (struct html_office){ .text = { .wants_line = false } };
	buf_init_arena(&o->text.text, a, most);
	buf_init_arena(&o->scratch, a, most);
}

/* Drawings of buttons, which lead somewhere, begin with "v:". */
static bool
is_anchor_end(struct str name)
{
	return str_case_is(name, "a") || str_case_starts(name, STR("v:"));
}

static void
end_anchor(struct reading *r)
{
	struct str all = buf_str(&r->office->text.text);

	if (r->anchor != HTML_LINK_NONE)
		r->links->found.at[r->anchor].text = str_copy(
		    r->links->arena, str_trim(str_from(all, r->begin)));
	r->anchor = HTML_LINK_NONE;
}

static void
on_start(struct reading *r, const struct html_token *token)
{
	const struct html_tag *tag = html_tag_of(token->name);
	size_t anchor = html_links_tag(r->links, token, NULL);

	if (anchor != HTML_LINK_NONE) {
		end_anchor(r);
		r->anchor = anchor;
		r->begin = r->office->text.text.n;
	}
	if (tag->is == NAME_BR)
		lines_br(&r->office->text);
	if ((tag->traits & TAG_BLOCK) != 0)
		lines_block(&r->office->text);
	if ((tag->traits & TAG_CELL) != 0)
		lines_add(&r->office->text, STR(" "));
	/* settings of the document: "<o:PixelsPerInch>96" */
	r->is_gone = !token->is_closed && ((tag->traits & TAG_GONE) != 0 ||
	    str_case_starts(token->name, STR("o:")) ||
	    str_case_starts(token->name, STR("w:")));
	if (tag->mode != HTML_MODE_DATA)
		html_tokens_enter(&r->tokens, token->name, tag->mode);
}

static void
on_end(struct reading *r, const struct html_token *token)
{
	r->is_gone = false;
	if (is_anchor_end(token->name))
		end_anchor(r);
	if ((html_tag_of(token->name)->traits & TAG_BLOCK) != 0)
		lines_block(&r->office->text);
}

static void
on_text(struct reading *r, const struct html_token *token)
{
	struct buf *b = &r->office->scratch;
	struct str text = html_clean(r->links->arena, token->text, false);

	if (r->is_gone || !r->is_shown)
		return;
	if (!token->is_raw && str_has(text, '&')) {
		buf_empty(b);
		entities_add(b, text, false);
		text = buf_str(b);
	}
	lines_add(&r->office->text, text);
}

void
html_office_read(struct html_office *o, struct html_links *links,
    struct str comment, struct html_token *token)
{
	struct reading r = { .office = o, .links = links,
		.anchor = HTML_LINK_NONE };
	struct str condition;

	if (!str_case_skip(&comment, STR("[if")) ||
	    !str_cut(comment, '>', &condition, &comment))
		return;
	r.is_shown = !str_starts(str_trim(condition), STR("!"));
	lines_block(&o->text);
	html_tokens_init(&r.tokens, comment);
	while (html_tokens_next(&r.tokens, token)) {
		if (token->kind == HTML_START)
			on_start(&r, token);
		else if (token->kind == HTML_END)
			on_end(&r, token);
		else if (token->kind == HTML_TEXT)
			on_text(&r, token);
	}
	end_anchor(&r);
}
