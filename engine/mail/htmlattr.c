/* SPDX-License-Identifier: Apache-2.0 */
/* Names of attributes to numbers: by the first letter, then by comparing. */
#include "mail/htmlattr.h"

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

/* First and last of those that begin with a letter. */
static const uint8_t letters[26][2] = {
	['a' - 'a'] = { ATTR_ACTION, ATTR_ALT },
	['b' - 'a'] = { ATTR_BACKGROUND, ATTR_BGCOLOR },
	['c' - 'a'] = { ATTR_CLASS, ATTR_CONTENT },
	['d' - 'a'] = { ATTR_DATA, ATTR_DATA },
	['f' - 'a'] = { ATTR_FORMACTION, ATTR_FORMACTION },
	['h' - 'a'] = { ATTR_HIDDEN, ATTR_HTTP_EQUIV },
	['i' - 'a'] = { ATTR_ID, ATTR_IMAGESRCSET },
	['p' - 'a'] = { ATTR_PLACEHOLDER, ATTR_POSTER },
	['s' - 'a'] = { ATTR_SIZE, ATTR_STYLE },
	['t' - 'a'] = { ATTR_TYPE, ATTR_TYPE },
	['v' - 'a'] = { ATTR_VALUE, ATTR_VALUE },
	['x' - 'a'] = { ATTR_XLINK_HREF, ATTR_XLINK_HREF },
};

enum html_attr_name
html_attr_name_of(struct str name)
{
	unsigned char letter = (unsigned char)((name.p[0] | 0x20) - 'a');

	if (letter >= 26)
		return ATTR_OTHER;
	for (unsigned i = letters[letter][0]; i != 0 &&
	     i <= letters[letter][1]; i++)
		if (str_case_eq(names[i], name))
			return (enum html_attr_name)i;
	return str_case_starts(name, names[ATTR_ON]) ? ATTR_ON : ATTR_OTHER;
}
