/* SPDX-License-Identifier: Apache-2.0 */
/* The elements of HTML that read otherwise than a span of text. */
#include "mail/htmltag.h"

#include <stdint.h>

#include "base/vec.h"
#include "mail/htmlname.h"

#define P (TAG_BLOCK | TAG_CLOSES_P | TAG_SPECIAL)
#define S (TAG_SPECIAL | TAG_SCOPE)
#define T (TAG_SPECIAL | TAG_TABLE)
#define F TAG_FORMAT
#define V TAG_VOID
#define VS (TAG_VOID | TAG_SPECIAL)

#define NAME(text) .name = (text), .n = sizeof(text) - 1

const struct html_tag html_tags[] = {
	{ NAME("a"), .traits = F, .kin = KIN_A },
	{ NAME("address"), .traits = P },
	{ NAME("applet"), .traits = S },
	{ NAME("area"), .traits = VS },
	{ NAME("article"), .traits = P },
	{ NAME("aside"), .traits = P },
	{ NAME("b"), .traits = F },
	{ NAME("base"), .traits = VS },
	{ NAME("basefont"), .traits = VS },
	{ NAME("bdo"), .is = NAME_BDO },
	{ NAME("bgsound"), .traits = VS },
	{ NAME("big"), .traits = F },
	{ NAME("blockquote"), .traits = P, .is = NAME_BLOCKQUOTE },
	{ NAME("body"), .traits = TAG_PAGE | TAG_BLOCK | TAG_SPECIAL,
	    .is = NAME_BODY },
	{ NAME("br"), .traits = VS, .is = NAME_BR },
	{ NAME("button"), .traits = TAG_SPECIAL, .kin = KIN_BUTTON },
	{ NAME("caption"), .traits = T | S | TAG_BLOCK },
	{ NAME("center"), .traits = P },
	{ NAME("code"), .traits = F },
	{ NAME("col"), .traits = VS },
	{ NAME("colgroup"), .traits = T },
	{ NAME("datalist"), .traits = TAG_GONE },
	{ NAME("dd"), .traits = P, .kin = KIN_TERM },
	{ NAME("details"), .traits = P, .is = NAME_DETAILS },
	{ NAME("dialog"), .traits = P },
	{ NAME("dir"), .traits = P | TAG_LIST },
	{ NAME("div"), .traits = P },
	{ NAME("dl"), .traits = P | TAG_LIST },
	{ NAME("dt"), .traits = P, .kin = KIN_TERM },
	{ NAME("em"), .traits = F },
	{ NAME("embed"), .traits = VS },
	{ NAME("fieldset"), .traits = P },
	{ NAME("figcaption"), .traits = P },
	{ NAME("figure"), .traits = P },
	{ NAME("font"), .traits = F, .is = NAME_FONT },
	{ NAME("footer"), .traits = P },
	{ NAME("form"), .traits = P },
	{ NAME("frame"), .traits = VS },
	{ NAME("frameset"), .traits = TAG_SPECIAL },
	{ NAME("h1"), .traits = P },
	{ NAME("h2"), .traits = P },
	{ NAME("h3"), .traits = P },
	{ NAME("h4"), .traits = P },
	{ NAME("h5"), .traits = P },
	{ NAME("h6"), .traits = P },
	{ NAME("head"), .traits = TAG_PAGE | TAG_SPECIAL },
	{ NAME("header"), .traits = P },
	{ NAME("hgroup"), .traits = P },
	{ NAME("hr"), .traits = P | V },
	{ NAME("html"), .traits = TAG_PAGE | TAG_SPECIAL },
	{ NAME("i"), .traits = F },
	{ NAME("iframe"), .traits = TAG_GONE, .mode = HTML_MODE_RAW },
	{ NAME("img"), .traits = VS, .is = NAME_IMG },
	{ NAME("input"), .traits = VS, .is = NAME_INPUT },
	{ NAME("keygen"), .traits = VS },
	{ NAME("legend"), .traits = TAG_BLOCK },
	{ NAME("li"), .traits = P, .kin = KIN_ITEM },
	{ NAME("link"), .traits = VS },
	{ NAME("listing"), .traits = P | TAG_PRE },
	{ NAME("main"), .traits = P },
	{ NAME("marquee"), .traits = S },
	{ NAME("math"), .traits = TAG_FOREIGN },
	{ NAME("menu"), .traits = P | TAG_LIST },
	{ NAME("meta"), .traits = VS },
	{ NAME("nav"), .traits = P },
	{ NAME("nobr"), .traits = F, .kin = KIN_NOBR },
	{ NAME("noembed"), .traits = TAG_GONE, .mode = HTML_MODE_RAW },
	{ NAME("noframes"), .traits = TAG_GONE, .mode = HTML_MODE_RAW },
	{ NAME("object"), .traits = S },
	{ NAME("ol"), .traits = P | TAG_LIST },
	{ NAME("optgroup"), .traits = TAG_BLOCK, .kin = KIN_OPTGROUP },
	{ NAME("option"), .traits = TAG_BLOCK, .kin = KIN_OPTION },
	{ NAME("p"), .traits = P, .kin = KIN_P },
	{ NAME("param"), .traits = VS },
	{ NAME("plaintext"), .traits = P | TAG_PRE, .mode = HTML_MODE_PLAIN },
	{ NAME("pre"), .traits = P | TAG_PRE },
	{ NAME("rp"), .traits = TAG_GONE, .kin = KIN_READING },
	{ NAME("s"), .traits = F },
	{ NAME("script"), .traits = TAG_GONE, .mode = HTML_MODE_SCRIPT,
	    .is = NAME_SCRIPT },
	{ NAME("search"), .traits = P },
	{ NAME("section"), .traits = P },
	{ NAME("select"), .traits = TAG_SPECIAL, .kin = KIN_SELECT },
	{ NAME("small"), .traits = F },
	{ NAME("source"), .traits = VS },
	{ NAME("strike"), .traits = F },
	{ NAME("strong"), .traits = F },
	{ NAME("style"), .traits = TAG_GONE, .mode = HTML_MODE_RAW,
	    .is = NAME_STYLE },
	{ NAME("summary"), .traits = P, .is = NAME_SUMMARY },
	{ NAME("svg"), .traits = TAG_FOREIGN },
	{ NAME("table"), .traits = P | T | S, .is = NAME_TABLE },
	{ NAME("tbody"), .traits = T | TAG_BLOCK, .kin = KIN_ROWS },
	{ NAME("td"), .traits = T | S | TAG_CELL, .kin = KIN_CELL },
	{ NAME("template"), .traits = S | TAG_GONE },
	{ NAME("textarea"), .traits = TAG_SPECIAL | TAG_PRE | TAG_BLOCK,
	    .mode = HTML_MODE_RCDATA },
	{ NAME("tfoot"), .traits = T | TAG_BLOCK, .kin = KIN_ROWS },
	{ NAME("th"), .traits = T | S | TAG_CELL, .kin = KIN_CELL },
	{ NAME("thead"), .traits = T | TAG_BLOCK, .kin = KIN_ROWS },
	{ NAME("title"), .traits = TAG_GONE, .mode = HTML_MODE_RCDATA,
	    .is = NAME_TITLE },
	{ NAME("tr"), .traits = T | TAG_BLOCK, .kin = KIN_ROW },
	{ NAME("track"), .traits = VS },
	{ NAME("tt"), .traits = F },
	{ NAME("u"), .traits = F },
	{ NAME("ul"), .traits = P | TAG_LIST },
	{ NAME("wbr"), .traits = VS },
	{ NAME("xmp"), .traits = P | TAG_PRE, .mode = HTML_MODE_RAW },
	{ NAME("rt"), .kin = KIN_READING },
	{ .name = "" }, /* all others */
};

static const struct html_tag *const ordinary =
    &html_tags[nitems(html_tags) - 1];

/*
 * Where in the table a tag stands, counted from 1, by three of its letters and
 * its length.  The factor is one of those by which no two fall on one place;
 * tests/mail/test_htmltoken.c asks for every tag.
 */
enum { SLOTS = 512, FACTOR = 0x1f26d233 };

static const uint8_t slots[SLOTS] = {
	[6] = 76, [14] = 106, [15] = 64, [21] = 61, [31] = 62, [33] = 104,
	[36] = 81,
	[39] = 28, [42] = 48, [52] = 44, [58] = 12, [63] = 17, [71] = 21,
	[74] = 103, [77] = 18, [86] = 74, [94] = 69, [96] = 59, [99] = 10,
	[103] = 84, [105] = 57, [110] = 68, [116] = 14, [122] = 86, [125] = 66,
	[128] = 49, [133] = 41, [139] = 101, [148] = 8, [152] = 25, [156] = 97,
	[161] = 63, [166] = 29, [170] = 22, [176] = 1, [177] = 20, [178] = 2,
	[179] = 89, [182] = 38, [186] = 31, [196] = 45, [197] = 73, [199] = 6,
	[204] = 102, [212] = 70, [213] = 3, [222] = 58, [230] = 91, [235] = 98,
	[239] = 88, [243] = 47, [244] = 75, [245] = 30, [251] = 33, [252] = 79,
	[263] = 100, [264] = 36, [266] = 15, [270] = 13, [276] = 42,
	[281] = 72, [290] = 51, [291] = 65, [292] = 95, [297] = 94, [304] = 78,
	[306] = 71, [310] = 56, [327] = 39, [328] = 93, [334] = 55, [343] = 82,
	[346] = 37, [353] = 26, [363] = 99, [367] = 11, [370] = 24, [372] = 16,
	[377] = 34, [382] = 7, [383] = 46, [387] = 60, [391] = 90, [392] = 67,
	[396] = 92, [402] = 53, [406] = 105, [419] = 50, [420] = 43,
	[423] = 23, [425] = 19, [437] = 85, [439] = 9, [442] = 87, [454] = 35,
	[460] = 96, [463] = 77, [476] = 80, [478] = 32, [479] = 54, [481] = 5,
	[495] = 83, [501] = 40, [507] = 4, [508] = 27, [509] = 52,
};

static uint32_t
slot_of(struct str name)
{
	uint32_t key = (uint32_t)(name.p[0] | 0x20) & 0x7f;

	key |= ((uint32_t)(name.p[name.n - 1] | 0x20) & 0x7f) << 7;
	key |= ((uint32_t)(name.p[name.n / 2] | 0x20) & 0x7f) << 14;
	key |= (uint32_t)(name.n & 0x7f) << 21;
	return key * (uint32_t)FACTOR / (UINT32_MAX / SLOTS + 1);
}

const struct html_tag *
html_tag_of(struct str name)
{
	const struct html_tag *tag;
	unsigned at = name.n == 0 ? 0 : slots[slot_of(name)];

	if (at == 0)
		return ordinary;
	tag = &html_tags[at - 1];
	return html_name_is(name, (struct str){ tag->name, tag->n }) ? tag :
	    ordinary;
}

_Static_assert(nitems(html_tags) <= HTML_TAGS_MOST, "a number for each tag");
