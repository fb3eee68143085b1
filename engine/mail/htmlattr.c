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
	[ATTR_TITLE] = STR_INIT("title"),
	[ATTR_TO] = STR_INIT("to"),
	[ATTR_TYPE] = STR_INIT("type"),
	[ATTR_VALUE] = STR_INIT("value"),
	[ATTR_VALUES] = STR_INIT("values"),
	[ATTR_XLINK_HREF] = STR_INIT("xlink:href"),
};

/* By two letters and the length of the name; no two fall on one place. */
static const uint8_t slots[64] = {
	[0] = ATTR_BACKGROUND, [4] = ATTR_IMAGESRCSET, [14] = ATTR_HIDDEN,
	[16] = ATTR_XLINK_HREF, [17] = ATTR_TO, [19] = ATTR_ACTION,
	[25] = ATTR_FORMACTION, [26] = ATTR_ID, [28] = ATTR_CLASS,
	[34] = ATTR_SRCDOC, [35] = ATTR_COLOR, [36] = ATTR_DATA,
	[37] = ATTR_ALT, [39] = ATTR_SRC, [41] = ATTR_HREF,
	[44] = ATTR_BGCOLOR, [46] = ATTR_POSTER, [47] = ATTR_VALUE,
	[48] = ATTR_TYPE, [49] = ATTR_PLACEHOLDER, [51] = ATTR_VALUES,
	[53] = ATTR_SRCSET, [55] = ATTR_TITLE, [57] = ATTR_CONTENT,
	[58] = ATTR_SIZE, [59] = ATTR_HTTP_EQUIV, [60] = ATTR_STYLE,
};

enum html_attr_name
html_attr_name_of(struct str name)
{
	unsigned slot = (name.p[name.n - 1] & 31U) * 4 +
	    (name.p[name.n / 2] & 31U) + (unsigned)name.n * 3;
	enum html_attr_name found = (enum html_attr_name)slots[slot & 63];

	if (found != ATTR_OTHER && html_name_is(name, names[found]))
		return found;
	return str_case_starts(name, names[ATTR_ON]) ? ATTR_ON : ATTR_OTHER;
}
