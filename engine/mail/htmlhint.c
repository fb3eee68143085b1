/* SPDX-License-Identifier: Apache-2.0 */
/* Colours and directions of old attributes. */
#include "mail/htmlhint.h"

#include "mail/htmlcolor.h"
#include "mail/htmllink.h"

/* "text": of all that has no colour of its own. */
static uint32_t
body_color(const struct html_token *token)
{
	for (size_t i = 0; i < token->n_attrs; i++)
		if (str_case_is(token->attrs[i].name, "text"))
			return color_read(token->attrs[i].value);
	return COLOR_UNSET;
}

static uint8_t
direction_of(const struct html_token *token)
{
	const struct html_attr *attr = html_attr(token, ATTR_DIR);

	if (attr != NULL && str_case_is(attr->value, "rtl"))
		return DIRECTION_RIGHT;
	return attr != NULL && (str_case_is(attr->value, "ltr") ||
	    str_case_is(attr->value, "auto")) ?
	    DIRECTION_LEFT : DIRECTION_UNSET;
}

/* The colours of buttons and fields are those of the system. */
void
html_hint_look(struct style *out, const struct html_tag *tag)
{
	if (tag->is == NAME_MARK) {
		out->color = color_read(STR("black"));
		out->ground = color_read(STR("yellow"));
		return;
	}
	out->color = out->ground = COLOR_UNKNOWN;
	out->size = STYLE_SHOWS;
}

void
html_hint_read(struct style *out, struct arena *a,
    const struct html_token *token, const struct html_tag *tag)
{
	const struct html_attr *attr = html_attr(token, ATTR_BGCOLOR);

	if (attr != NULL)
		out->ground =
		    color_read(html_attr_text(a, token, ATTR_BGCOLOR));
	if (html_attr(token, ATTR_BACKGROUND) != NULL)
		out->ground = COLOR_UNKNOWN;
	if (tag->is == NAME_FONT && html_attr(token, ATTR_COLOR) != NULL)
		out->color = color_read(html_attr_text(a, token, ATTR_COLOR));
	if (tag->is == NAME_BODY)
		out->color = body_color(token);
	/* "<a name=x>" is no link and has not the colour of one */
	if (tag->kin == KIN_A && html_attr(token, ATTR_HREF) == NULL)
		out->color = COLOR_AROUND;
	out->direction = direction_of(token);
	if (out->direction != DIRECTION_UNSET && tag->is != NAME_BDO)
		out->bidi = BIDI_APART;
}
