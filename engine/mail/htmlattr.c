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
	[ATTR_DIR] = STR_INIT("dir"),
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
	[0] = ATTR_SRCDOC, [2] = ATTR_XLINK_HREF, [4] = ATTR_TYPE,
	[8] = ATTR_VALUE, [11] = ATTR_FORMACTION, [12] = ATTR_POSTER,
	[14] = ATTR_SIZE, [15] = ATTR_BGCOLOR, [16] = ATTR_TITLE,
	[17] = ATTR_VALUES, [19] = ATTR_SRCSET, [21] = ATTR_STYLE,
	[27] = ATTR_TO, [28] = ATTR_CONTENT, [36] = ATTR_ID,
	[40] = ATTR_PLACEHOLDER, [41] = ATTR_DIR, [44] = ATTR_HIDDEN,
	[45] = ATTR_HTTP_EQUIV, [49] = ATTR_ACTION, [50] = ATTR_BACKGROUND,
	[52] = ATTR_ALT, [53] = ATTR_CLASS, [54] = ATTR_SRC, [56] = ATTR_DATA,
	[59] = ATTR_IMAGESRCSET, [60] = ATTR_COLOR, [61] = ATTR_HREF,
};

enum html_attr_name
html_attr_name_of(struct str name)
{
	unsigned slot = (name.p[name.n - 1] & 31U) * 4 +
	    (name.p[name.n / 2] & 31U) + (unsigned)name.n * 8;
	enum html_attr_name found = (enum html_attr_name)slots[slot & 63];

	if (found != ATTR_OTHER && html_name_is(name, names[found]))
		return found;
	return str_case_starts(name, names[ATTR_ON]) ? ATTR_ON : ATTR_OTHER;
}
