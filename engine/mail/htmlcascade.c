/* SPDX-License-Identifier: Apache-2.0 */
/* What says how an element is shown, from what weighs least on. */
#include "mail/htmlcascade.h"

#include "base/arena.h"
#include "mail/htmlhint.h"

enum { SIBLINGS_MOST = 16384 }; /* kept for rules of what is behind others */

void
html_cascade_init(struct html_cascade *c, struct arena *a, size_t bytes,
    struct html_inlines *inlines)
{
	*c = (struct html_cascade){ .arena = a, .inlines = inlines };
	html_sheet_init(&c->sheet, a, bytes);
}

void
html_cascade_again(struct html_cascade *c)
{
	c->siblings = 0;
}

/* That of "<span>", and what "display: inline" makes of other tags. */
static enum style_flow
flow_of(const struct html_tag *tag, const struct style *style)
{
	if ((tag->traits & TAG_PAGE) != 0)
		return STYLE_FLOW_PAGE;
	if (style->display == STYLE_SHOWS)
		return (enum style_flow)style->flow;
	if (tag->depth != DEPTH_NONE)
		return tag->depth == DEPTH_TABLE ? STYLE_FLOW_TABLE :
		    STYLE_FLOW_CELL;
	if (tag->is == NAME_FIELDSET || tag->kin == KIN_BUTTON)
		return STYLE_FLOW_TABLE;
	return (tag->traits & (TAG_BLOCK | TAG_CELL | TAG_TABLE |
	    TAG_SPECIAL | TAG_FOREIGN)) == 0 || tag->is == NAME_OBJECT ?
	    STYLE_FLOW_LINE : STYLE_FLOW_BLOCK;
}

/* Of the child that begins: of what stands in the body. */
static uint32_t
place_of(const struct html_element *e, const struct html_element *parent)
{
	bool is_of_body = parent->named.tag.n != 0 &&
	    ((parent->tag->traits & TAG_PAGE) == 0 ||
	    parent->tag->is == NAME_BODY);

	return is_of_body && !e->is_fostered ? parent->children : 0;
}

/* What sheets say of an element, which is one more child of what it is in.
 * Siblings are kept where a rule asks for them. */
static void
find_rules(struct html_cascade *c, const struct html_open *open,
    struct html_element *e, const struct html_token *token)
{
	struct html_element *around = html_open_parent(open, e);
	struct html_named *kept;

	e->named.before = c->siblings == SIBLINGS_MOST ? NULL :
	    around->youngest;
	html_sheet_find(&c->sheet, &e->own, &e->named, token,
	    (struct html_around){ &open->at[0].named,
	    (uint32_t)(around - open->at) + 1, sizeof(*open->at) });
	if (!c->sheet.has_siblings || e->named.nth == 0)
		return;
	if (c->siblings == SIBLINGS_MOST) {
		c->is_cut = true;
		return;
	}
	c->siblings++;
	kept = arena_take_raw(c->arena, sizeof(*kept));
	*kept = e->named;
	around->youngest = kept;
}

/* What its kind of box makes of one that is moved, where styles are stripped
 * and where not. */
static void
settle_moved(struct style *own, enum style_flow flow, bool is_stripped)
{
	struct style_box stripped = own->box;

	own->is_aside = style_box_is_aside(&own->box);
	if (style_box_strip(&stripped)) {
		style_box_flow(&stripped, flow);
		own->is_moved = !style_box_hides(&stripped);
		if (is_stripped)
			own->box = stripped;
	}
	style_box_flow(&own->box, flow);
}

void
html_cascade_find(struct html_cascade *c, const struct html_open *open,
    struct html_element *e, const struct html_token *token)
{
	const struct html_tag *tag = e->tag;
	struct style *own = &e->own;

	if ((tag->traits & TAG_LOOK) != 0)
		html_hint_look(own, tag);
	if (html_hint_may_be(token, tag))
		html_hint_read(own, c->arena, token, tag);
	e->named.nth = place_of(e, html_open_parent(open, e));
	if (c->sheet.list.n != 0 || tag->is == NAME_BODY)
		find_rules(c, open, e, token);
	if (c->said != NULL)
		style_merge(own, html_inline_style(c->said, c->arena, token));
	html_sheet_overrule(&c->sheet, own);
	if (html_tag_stays_gone(tag) || (own->display != STYLE_SHOWS &&
	    ((tag->traits & TAG_GONE) != 0 ||
	    html_attr(token, ATTR_HIDDEN) != NULL)))
		own->display = STYLE_HIDES;
	if ((own->box.tells & style_box_moving) != 0)
		settle_moved(own, flow_of(tag, own), c->is_stripped);
	else if (own->box.tells != 0)
		style_box_flow(&own->box, flow_of(tag, own));
	if (c->is_stripped && own->visibility == STYLE_HIDES)
		own->visibility = STYLE_UNSET;
	/* <font size> is never nothing, whatever surrounds it. */
	if (tag->is == NAME_FONT && own->size == STYLE_UNSET &&
	    html_attr(token, ATTR_SIZE) != NULL)
		own->size = STYLE_SHOWS;
}

bool
html_cascade_may_be_of(const struct html_cascade *c,
    const struct html_element *e)
{
	const struct html_sheet *sheet = &c->sheet;

	if (e->tag->is != NAME_BODY)
		return (e->tag->traits & (TAG_PAGE | TAG_GONE)) == 0;
	return sheet->has_universal ||
	    (sheet->keys.tags & e->named.own.tags) != 0 ||
	    (sheet->keys.names & e->named.own.names) != 0;
}
