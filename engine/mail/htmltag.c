/* SPDX-License-Identifier: Apache-2.0 */
/* The elements of HTML that read otherwise than a span of text. */
#include "mail/htmltag.h"

#include <limits.h>
#include <stdint.h>

#include "base/vec.h"

#define P (TAG_BLOCK | TAG_CLOSES_P | TAG_SPECIAL)
#define S (TAG_SPECIAL | TAG_SCOPE)
#define T (TAG_SPECIAL | TAG_TABLE)
#define F TAG_FORMAT
#define V TAG_VOID
#define VS (TAG_VOID | TAG_SPECIAL)

/* In the order of bytes. */
static const struct html_tag tags[] = {
	{ .name = "a", .traits = F, .kin = KIN_A },
	{ .name = "address", .traits = P },
	{ .name = "applet", .traits = S },
	{ .name = "area", .traits = VS },
	{ .name = "article", .traits = P },
	{ .name = "aside", .traits = P },
	{ .name = "b", .traits = F },
	{ .name = "base", .traits = VS },
	{ .name = "basefont", .traits = VS },
	{ .name = "bgsound", .traits = VS },
	{ .name = "big", .traits = F },
	{ .name = "blockquote", .traits = P, .is = NAME_BLOCKQUOTE },
	{ .name = "body", .traits = TAG_PAGE | TAG_BLOCK | TAG_SPECIAL },
	{ .name = "br", .traits = VS, .is = NAME_BR },
	{ .name = "button", .traits = TAG_SPECIAL, .kin = KIN_BUTTON },
	{ .name = "caption", .traits = T | S | TAG_BLOCK },
	{ .name = "center", .traits = P },
	{ .name = "code", .traits = F },
	{ .name = "col", .traits = VS },
	{ .name = "colgroup", .traits = T },
	{ .name = "datalist", .traits = TAG_GONE },
	{ .name = "dd", .traits = P, .kin = KIN_TERM },
	{ .name = "details", .traits = P },
	{ .name = "dialog", .traits = P },
	{ .name = "dir", .traits = P | TAG_LIST },
	{ .name = "div", .traits = P },
	{ .name = "dl", .traits = P | TAG_LIST },
	{ .name = "dt", .traits = P, .kin = KIN_TERM },
	{ .name = "em", .traits = F },
	{ .name = "embed", .traits = VS },
	{ .name = "fieldset", .traits = P },
	{ .name = "figcaption", .traits = P },
	{ .name = "figure", .traits = P },
	{ .name = "font", .traits = F, .is = NAME_FONT },
	{ .name = "footer", .traits = P },
	{ .name = "form", .traits = P },
	{ .name = "frame", .traits = VS },
	{ .name = "frameset", .traits = TAG_SPECIAL },
	{ .name = "h1", .traits = P },
	{ .name = "h2", .traits = P },
	{ .name = "h3", .traits = P },
	{ .name = "h4", .traits = P },
	{ .name = "h5", .traits = P },
	{ .name = "h6", .traits = P },
	{ .name = "head", .traits = TAG_PAGE | TAG_SPECIAL },
	{ .name = "header", .traits = P },
	{ .name = "hgroup", .traits = P },
	{ .name = "hr", .traits = P | V },
	{ .name = "html", .traits = TAG_PAGE | TAG_SPECIAL },
	{ .name = "i", .traits = F },
	{ .name = "iframe", .traits = TAG_GONE, .mode = HTML_MODE_RAW },
	{ .name = "img", .traits = VS, .is = NAME_IMG },
	{ .name = "input", .traits = VS, .is = NAME_INPUT },
	{ .name = "keygen", .traits = VS },
	{ .name = "legend", .traits = TAG_BLOCK },
	{ .name = "li", .traits = P, .kin = KIN_ITEM },
	{ .name = "link", .traits = VS },
	{ .name = "listing", .traits = P | TAG_PRE },
	{ .name = "main", .traits = P },
	{ .name = "marquee", .traits = S },
	{ .name = "math", .traits = TAG_FOREIGN },
	{ .name = "menu", .traits = P | TAG_LIST },
	{ .name = "meta", .traits = VS },
	{ .name = "nav", .traits = P },
	{ .name = "nobr", .traits = F, .kin = KIN_NOBR },
	{ .name = "noembed", .traits = TAG_GONE, .mode = HTML_MODE_RAW },
	{ .name = "noframes", .traits = TAG_GONE, .mode = HTML_MODE_RAW },
	{ .name = "object", .traits = S },
	{ .name = "ol", .traits = P | TAG_LIST },
	{ .name = "optgroup", .traits = TAG_BLOCK, .kin = KIN_OPTGROUP },
	{ .name = "option", .traits = TAG_BLOCK, .kin = KIN_OPTION },
	{ .name = "p", .traits = P, .kin = KIN_P },
	{ .name = "param", .traits = VS },
	{ .name = "plaintext", .traits = P | TAG_PRE, .mode = HTML_MODE_PLAIN },
	{ .name = "pre", .traits = P | TAG_PRE },
	{ .name = "rp", .traits = TAG_GONE },
	{ .name = "s", .traits = F },
	{ .name = "script", .traits = TAG_GONE, .mode = HTML_MODE_SCRIPT,
	    .is = NAME_SCRIPT },
	{ .name = "search", .traits = P },
	{ .name = "section", .traits = P },
	{ .name = "select", .traits = TAG_SPECIAL, .kin = KIN_SELECT },
	{ .name = "small", .traits = F },
	{ .name = "source", .traits = VS },
	{ .name = "strike", .traits = F },
	{ .name = "strong", .traits = F },
	{ .name = "style", .traits = TAG_GONE, .mode = HTML_MODE_RAW,
	    .is = NAME_STYLE },
	{ .name = "summary", .traits = P },
	{ .name = "svg", .traits = TAG_FOREIGN },
	{ .name = "table", .traits = P | T | S, .is = NAME_TABLE },
	{ .name = "tbody", .traits = T | TAG_BLOCK, .kin = KIN_ROWS },
	{ .name = "td", .traits = T | S | TAG_CELL, .kin = KIN_CELL },
	{ .name = "template", .traits = S | TAG_GONE },
	{ .name = "textarea", .traits = TAG_SPECIAL | TAG_PRE | TAG_BLOCK,
	    .mode = HTML_MODE_RCDATA },
	{ .name = "tfoot", .traits = T | TAG_BLOCK, .kin = KIN_ROWS },
	{ .name = "th", .traits = T | S | TAG_CELL, .kin = KIN_CELL },
	{ .name = "thead", .traits = T | TAG_BLOCK, .kin = KIN_ROWS },
	{ .name = "title", .traits = TAG_GONE, .mode = HTML_MODE_RCDATA,
	    .is = NAME_TITLE },
	{ .name = "tr", .traits = T | TAG_BLOCK, .kin = KIN_ROW },
	{ .name = "track", .traits = VS },
	{ .name = "tt", .traits = F },
	{ .name = "u", .traits = F },
	{ .name = "ul", .traits = P | TAG_LIST },
	{ .name = "wbr", .traits = VS },
	{ .name = "xmp", .traits = P | TAG_PRE, .mode = HTML_MODE_RAW },
};

static const struct html_tag ordinary = { .name = "" };

/* The first letter is known to be the same. */
static int
order(struct str name, const char *other)
{
	for (size_t i = 1; i < name.n; i++) {
		int c = (unsigned char)ascii_lower(name.p[i]) -
		    (unsigned char)other[i];

		if (c != 0 || other[i] == '\0')
			return c == 0 ? 1 : c;
	}
	return other[name.n] == '\0' ? 0 : -1;
}

/* Where in the table those stand that begin with a letter; and their end. */
static const uint8_t letters[26][2] = {
	['a' - 'a'] = { 0, 6 }, ['b' - 'a'] = { 6, 15 },
	['c' - 'a'] = { 15, 20 }, ['d' - 'a'] = { 20, 28 },
	['e' - 'a'] = { 28, 30 }, ['f' - 'a'] = { 30, 38 },
	['h' - 'a'] = { 38, 49 }, ['i' - 'a'] = { 49, 53 },
	['k' - 'a'] = { 53, 54 }, ['l' - 'a'] = { 54, 58 },
	['m' - 'a'] = { 58, 63 }, ['n' - 'a'] = { 63, 67 },
	['o' - 'a'] = { 67, 71 }, ['p' - 'a'] = { 71, 75 },
	['r' - 'a'] = { 75, 76 }, ['s' - 'a'] = { 76, 88 },
	['t' - 'a'] = { 88, 100 }, ['u' - 'a'] = { 100, 102 },
	['w' - 'a'] = { 102, 103 }, ['x' - 'a'] = { 103, 104 },
};

const struct html_tag *
html_tag_of(struct str name)
{
	unsigned char letter = name.n == 0 ? UCHAR_MAX :
	    (unsigned char)(ascii_lower(name.p[0]) - 'a');
	size_t first, last;

	if (letter >= 26)
		return &ordinary;
	first = letters[letter][0];
	last = letters[letter][1];
	while (first < last) {
		size_t middle = first + (last - first) / 2;
		int c = order(name, tags[middle].name);

		if (c == 0)
			return &tags[middle];
		if (c < 0)
			last = middle;
		else
			first = middle + 1;
	}
	return &ordinary;
}

size_t
html_tag_number(const struct html_tag *tag)
{
	return tag == &ordinary ? nitems(tags) : (size_t)(tag - tags);
}

_Static_assert(nitems(tags) < HTML_TAGS_MOST, "a number for each tag");
