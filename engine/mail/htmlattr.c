/* SPDX-License-Identifier: Apache-2.0 */
/* Names of attributes to numbers: one look, one comparison. */
#include "mail/htmlattr.h"

#include "mail/htmlname.h"

static const struct str names[ATTR_NAMES] = {
	[ATTR_ACTION] = STR_INIT("action"),
	[ATTR_ALT] = STR_INIT("alt"),
	[ATTR_BACKGROUND] = STR_INIT("background"),
	[ATTR_BGCOLOR] = STR_INIT("bgcolor"),
	[ATTR_CLASS] = STR_INIT("class"),
	[ATTR_COLOR] = STR_INIT("color"),
	[ATTR_CONTENT] = STR_INIT("content"),
	[ATTR_DATA] = STR_INIT("data"),
	[ATTR_FORMACTION] = STR_INIT("formaction"),
	[ATTR_HIDDEN] = STR_INIT("hidden"),
	[ATTR_HREF] = STR_INIT("href"),
	[ATTR_HTTP_EQUIV] = STR_INIT("http-equiv"),
	[ATTR_ID] = STR_INIT("id"),
	[ATTR_IMAGESRCSET] = STR_INIT("imagesrcset"),
	[ATTR_ON] = STR_INIT("on"),
	[ATTR_PLACEHOLDER] = STR_INIT("placeholder"),
	[ATTR_POSTER] = STR_INIT("poster"),
	[ATTR_SIZE] = STR_INIT("size"),
	[ATTR_SRC] = STR_INIT("src"),
	[ATTR_SRCDOC] = STR_INIT("srcdoc"),
	[ATTR_SRCSET] = STR_INIT("srcset"),
	[ATTR_STYLE] = STR_INIT("style"),
	[ATTR_TYPE] = STR_INIT("type"),
	[ATTR_VALUE] = STR_INIT("value"),
	[ATTR_XLINK_HREF] = STR_INIT("xlink:href"),
};

/* By three letters and the length of the name; no two fall on one place. */
static const uint8_t slots[64] = {
	[1] = ATTR_HREF, [4] = ATTR_STYLE, [6] = ATTR_POSTER, [10] = ATTR_SIZE,
	[15] = ATTR_ACTION, [16] = ATTR_IMAGESRCSET, [17] = ATTR_ALT,
	[19] = ATTR_VALUE, [24] = ATTR_DATA, [26] = ATTR_SRCDOC,
	[28] = ATTR_CLASS, [31] = ATTR_COLOR, [33] = ATTR_PLACEHOLDER,
	[35] = ATTR_HTTP_EQUIV, [36] = ATTR_BGCOLOR, [40] = ATTR_BACKGROUND,
	[45] = ATTR_CONTENT, [46] = ATTR_ID, [49] = ATTR_SRCSET,
	[52] = ATTR_TYPE, [54] = ATTR_HIDDEN, [55] = ATTR_SRC,
	[56] = ATTR_XLINK_HREF, [57] = ATTR_FORMACTION,
};

enum html_attr_name
html_attr_name_of(struct str name)
{
	unsigned slot = (name.p[0] & 31U) * 52 +
	    (name.p[name.n - 1] & 31U) * 8 + (name.p[name.n / 2] & 31U) +
	    (unsigned)name.n * 59;
	enum html_attr_name found = (enum html_attr_name)slots[slot & 63];

	if (found != ATTR_OTHER && html_name_is(name, names[found]))
		return found;
	return str_case_starts(name, names[ATTR_ON]) ? ATTR_ON : ATTR_OTHER;
}
