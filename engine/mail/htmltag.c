/* SPDX-License-Identifier: Apache-2.0 */
/* The elements of HTML that read otherwise than a span of text. */
#include "mail/htmltag.h"

#include <stdint.h>

#include "base/vec.h"
#include "mail/htmlname.h"

#define P (TAG_BLOCK | TAG_CLOSES_P | TAG_SPECIAL)
#define S (TAG_SPECIAL | TAG_SCOPE)
#define K (S | TAG_KEEPS)
#define T (TAG_SPECIAL | TAG_TABLE)
#define F TAG_FORMAT
#define V TAG_VOID
#define VS (TAG_VOID | TAG_SPECIAL)
#define VR (VS | TAG_RUNS)
#define GH (TAG_GONE | TAG_HEAD)

#define NAME(text) .name = (text), .n = sizeof(text) - 1

const struct html_tag html_tags[] = {
	{ NAME("a"), .traits = F, .kin = KIN_A },
	{ NAME("address"), .traits = P | TAG_LOOSE },
	{ NAME("applet"), .traits = K | TAG_RUNS },
	{ NAME("area"), .traits = VR },
	{ NAME("article"), .traits = P },
	{ NAME("aside"), .traits = P },
	{ NAME("b"), .traits = F },
	{ NAME("base"), .traits = VS | TAG_HEAD },
	{ NAME("basefont"), .traits = VS | TAG_HEAD },
	{ NAME("bdo"), .is = NAME_BDO },
	{ NAME("bgsound"), .traits = VS | TAG_HEAD },
	{ NAME("big"), .traits = F },
	{ NAME("blockquote"), .traits = P, .is = NAME_BLOCKQUOTE },
	{ NAME("body"), .traits = TAG_PAGE | TAG_BLOCK | TAG_SPECIAL,
	    .is = NAME_BODY },
	{ NAME("br"), .traits = VR, .is = NAME_BR },
	{ NAME("button"), .traits = TAG_SPECIAL | TAG_RUNS | TAG_LOOK,
	    .kin = KIN_BUTTON },
	{ NAME("caption"), .traits = T | K | TAG_BLOCK, .depth = DEPTH_CELL,
	    .into = DEPTH_TABLE },
	{ NAME("center"), .traits = P },
	{ NAME("code"), .traits = F },
	{ NAME("col"), .traits = VS, .into = DEPTH_TABLE },
	{ NAME("colgroup"), .traits = VS, .into = DEPTH_TABLE },
	{ NAME("datalist"), .traits = TAG_GONE },
	{ NAME("dd"), .traits = P | TAG_IMPLIED, .kin = KIN_TERM },
	{ NAME("details"), .traits = P, .is = NAME_DETAILS },
	{ NAME("dialog"), .traits = P },
	{ NAME("dir"), .traits = P },
	{ NAME("div"), .traits = P | TAG_LOOSE },
	{ NAME("dl"), .traits = P },
	{ NAME("dt"), .traits = P | TAG_IMPLIED, .kin = KIN_TERM },
	{ NAME("em"), .traits = F },
	{ NAME("embed"), .traits = VR },
	{ NAME("fieldset"), .traits = P, .is = NAME_FIELDSET },
	{ NAME("figcaption"), .traits = P },
	{ NAME("figure"), .traits = P },
	{ NAME("font"), .traits = F, .is = NAME_FONT },
	{ NAME("footer"), .traits = P },
	{ NAME("form"), .traits = P, .kin = KIN_FORM },
	{ NAME("frame"), .traits = VS },
	{ NAME("frameset"), .traits = TAG_PAGE | TAG_SPECIAL },
	{ NAME("h1"), .traits = P, .kin = KIN_HEADING },
	{ NAME("h2"), .traits = P, .kin = KIN_HEADING },
	{ NAME("h3"), .traits = P, .kin = KIN_HEADING },
	{ NAME("h4"), .traits = P, .kin = KIN_HEADING },
	{ NAME("h5"), .traits = P, .kin = KIN_HEADING },
	{ NAME("h6"), .traits = P, .kin = KIN_HEADING },
	{ NAME("head"), .traits = TAG_PAGE | TAG_SPECIAL },
	{ NAME("header"), .traits = P },
	{ NAME("hgroup"), .traits = P },
	{ NAME("hr"), .traits = P | V, .is = NAME_HR },
	{ NAME("html"), .traits = TAG_PAGE | TAG_SPECIAL, .is = NAME_HTML },
	{ NAME("i"), .traits = F },
	{ NAME("iframe"), .traits = TAG_GONE, .mode = HTML_MODE_RAW },
	{ NAME("img"), .traits = VR, .is = NAME_IMG },
	{ NAME("input"), .traits = VR | TAG_LEAVES_SELECT | TAG_LOOK,
	    .is = NAME_INPUT },
	{ NAME("keygen"), .traits = VR | TAG_LEAVES_SELECT },
	{ NAME("legend"), .traits = TAG_BLOCK },
	{ NAME("li"), .traits = P | TAG_IMPLIED, .kin = KIN_ITEM },
	{ NAME("link"), .traits = VS | TAG_HEAD },
	{ NAME("listing"), .traits = P | TAG_PRE },
	{ NAME("main"), .traits = P },
	{ NAME("marquee"), .traits = K | TAG_RUNS },
	{ NAME("math"), .traits = TAG_FOREIGN },
	{ NAME("menu"), .traits = P },
	{ NAME("meta"), .traits = VS | TAG_HEAD },
	{ NAME("nav"), .traits = P },
	{ NAME("nobr"), .traits = F, .kin = KIN_NOBR },
	{ NAME("noembed"), .traits = TAG_GONE, .mode = HTML_MODE_RAW },
	{ NAME("noframes"), .traits = GH, .mode = HTML_MODE_RAW },
	{ NAME("object"), .traits = K | TAG_RUNS, .is = NAME_OBJECT },
	{ NAME("ol"), .traits = P | TAG_LIST },
	{ NAME("optgroup"), .traits = TAG_BLOCK | TAG_IMPLIED,
	    .kin = KIN_OPTGROUP },
	{ NAME("option"), .traits = TAG_BLOCK | TAG_IMPLIED,
	    .kin = KIN_OPTION },
	{ NAME("p"), .traits = P | TAG_LOOSE | TAG_IMPLIED, .kin = KIN_P },
	{ NAME("param"), .traits = VS },
	{ NAME("plaintext"), .traits = P | TAG_PRE, .mode = HTML_MODE_PLAIN },
	{ NAME("pre"), .traits = P | TAG_PRE },
	{ NAME("rp"), .traits = TAG_GONE | TAG_IMPLIED, .kin = KIN_READING },
	{ NAME("s"), .traits = F },
	{ NAME("script"), .traits = GH, .mode = HTML_MODE_SCRIPT,
	    .is = NAME_SCRIPT },
	{ NAME("search"), .traits = P },
	{ NAME("section"), .traits = P },
	{ NAME("select"), .traits = TAG_SPECIAL | TAG_RUNS | TAG_LOOK,
	    .kin = KIN_SELECT },
	{ NAME("small"), .traits = F },
	{ NAME("source"), .traits = VS },
	{ NAME("strike"), .traits = F },
	{ NAME("strong"), .traits = F },
	{ NAME("style"), .traits = GH, .mode = HTML_MODE_RAW,
	    .is = NAME_STYLE },
	{ NAME("summary"), .traits = P, .is = NAME_SUMMARY },
	{ NAME("svg"), .traits = TAG_FOREIGN },
	{ NAME("table"), .traits = P | T | S, .kin = KIN_TABLE,
	    .is = NAME_TABLE, .depth = DEPTH_TABLE },
	{ NAME("tbody"), .traits = T | TAG_BLOCK, .depth = DEPTH_ROWS,
	    .into = DEPTH_TABLE },
	{ NAME("td"), .traits = T | K | TAG_CELL, .depth = DEPTH_CELL,
	    .into = DEPTH_ROW },
	{ NAME("template"), .traits = K | GH, .is = NAME_TEMPLATE },
	{ NAME("textarea"), .traits = TAG_SPECIAL | TAG_PRE | TAG_BLOCK |
	    TAG_LEAVES_SELECT | TAG_LOOK,
	    .mode = HTML_MODE_RCDATA },
	{ NAME("tfoot"), .traits = T | TAG_BLOCK, .depth = DEPTH_ROWS,
	    .into = DEPTH_TABLE },
	{ NAME("th"), .traits = T | K | TAG_CELL, .depth = DEPTH_CELL,
	    .into = DEPTH_ROW },
	{ NAME("thead"), .traits = T | TAG_BLOCK, .depth = DEPTH_ROWS,
	    .into = DEPTH_TABLE },
	{ NAME("title"), .traits = GH, .mode = HTML_MODE_RCDATA,
	    .is = NAME_TITLE },
	{ NAME("tr"), .traits = T | TAG_BLOCK, .depth = DEPTH_ROW,
	    .into = DEPTH_ROWS },
	{ NAME("track"), .traits = VS },
	{ NAME("tt"), .traits = F },
	{ NAME("u"), .traits = F },
	{ NAME("ul"), .traits = P | TAG_LIST },
	{ NAME("wbr"), .traits = VR },
	{ NAME("xmp"), .traits = P | TAG_RUNS | TAG_PRE,
	    .mode = HTML_MODE_RAW },
	{ NAME("rb"), .traits = TAG_IMPLIED, .kin = KIN_RUBY_PART },
	{ NAME("rt"), .traits = TAG_IMPLIED, .kin = KIN_READING },
	{ NAME("rtc"), .traits = TAG_IMPLIED, .kin = KIN_RUBY_PART,
	    .is = NAME_RTC },
	{ NAME("ruby"), .is = NAME_RUBY },
	{ NAME("image"), .traits = VR, .is = NAME_IMG },
	{ NAME("mark"), .traits = TAG_LOOK, .is = NAME_MARK },
	{ NAME("noscript"), .traits = TAG_SPECIAL | TAG_HEAD },
	{ .name = "" }, /* all others */
};

static const struct html_tag *const ordinary =
    &html_tags[nitems(html_tags) - 1];

/*
 * Where in the table a tag stands, counted from 1, by three of its letters and
 * its length.  The factor is one of those by which no two fall on one place;
 * tests/mail/test_htmltoken.c asks for every tag.
 */
enum { SLOTS = 512, FACTOR = 0x13a556f7 };

static const uint8_t slots[SLOTS] = {
	[0] = 88, [3] = 91, [7] = 110, [15] = 69, [24] = 112, [30] = 96,
	[31] = 12, [33] = 17, [35] = 14, [40] = 39, [41] = 6, [42] = 111,
	[43] = 11, [45] = 44, [55] = 9, [60] = 16, [74] = 73, [79] = 93,
	[86] = 77, [91] = 94, [96] = 13, [97] = 37, [99] = 90, [102] = 23,
	[112] = 31, [113] = 98, [125] = 46, [126] = 45, [131] = 15, [134] = 20,
	[136] = 26, [138] = 22, [145] = 62, [150] = 81, [153] = 3, [157] = 70,
	[163] = 102, [170] = 85, [171] = 67, [172] = 82, [177] = 84,
	[181] = 34, [182] = 2, [192] = 97, [194] = 104, [195] = 54, [215] = 61,
	[219] = 92, [220] = 72, [232] = 55, [234] = 40, [237] = 28, [249] = 18,
	[253] = 105, [257] = 51, [258] = 76, [261] = 47, [267] = 64,
	[271] = 68, [274] = 60, [277] = 83, [281] = 48, [286] = 27, [287] = 66,
	[290] = 33, [295] = 4, [309] = 57, [313] = 35, [314] = 41, [320] = 1,
	[321] = 109, [323] = 56, [325] = 8, [327] = 99, [331] = 65, [340] = 58,
	[346] = 79, [349] = 108, [352] = 19, [357] = 30, [366] = 36,
	[367] = 49, [368] = 89, [372] = 29, [374] = 75, [381] = 32,
	[393] = 103, [395] = 42, [401] = 38, [407] = 100, [410] = 107,
	[417] = 80, [419] = 87, [420] = 5, [424] = 74, [425] = 25, [426] = 71,
	[433] = 50, [434] = 78, [440] = 7, [453] = 52, [456] = 95, [457] = 24,
	[466] = 21, [476] = 43, [480] = 53, [488] = 101, [491] = 106,
	[496] = 10, [497] = 63, [505] = 86, [509] = 59,
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
