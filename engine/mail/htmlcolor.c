/* SPDX-License-Identifier: Apache-2.0 */
/* Colours of CSS and of old attributes, as far as mails use them. */
#include "mail/htmlcolor.h"

#include "base/vec.h"
#include "mail/colorname.h"
#include "mail/stylebox.h"

#define OPAQUE 0xff000000U

enum {
	NEAR = 4,         /* steps of 255 in each of the three */
	CLEAR_ALPHA = 12, /* 0.05: no eye reads that */
	CLEAR_PART = 50   /* the same, in thousandths */
};

/* "fff", "ffff", "ffffff", "ffffffff" */
static uint32_t
hex_read(struct str s)
{
	size_t step = s.n == 3 || s.n == 4 ? 1 : 2;
	uint32_t color = OPAQUE;
	int alpha = 255;

	if (s.n != 3 && s.n != 4 && s.n != 6 && s.n != 8)
		return COLOR_UNKNOWN;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_hex(s.p[i]))
			return COLOR_UNKNOWN;
	for (size_t i = 0; i < 3; i++) {
		const char *p = s.p + i * step;

		color |= (uint32_t)(ascii_hex(p[0]) << 4 |
		    ascii_hex(p[step - 1])) << (16 - 8 * i);
	}
	if (s.n == 4 || s.n == 8)
		alpha = ascii_hex(s.p[s.n - step]) << 4 |
		    ascii_hex(s.p[s.n - 1]);
	if (alpha <= CLEAR_ALPHA)
		return COLOR_CLEAR;
	return color;
}

/* The numbers of a call: parted by commas, or by blanks and the last one by a
 * slash. */
struct parts {
	int64_t n[4];
	bool is_percent[4];
	size_t count;
	char parting;
};

/* Nothing but numbers, units and what parts them: no "none", no "calc(". */
static bool
is_of_numbers(struct str s)
{
	char before = ' ';

	for (size_t i = 0; i < s.n; before = s.p[i++])
		if (s.p[i] == '(' || (ascii_is_alpha(s.p[i]) &&
		    !ascii_is_alnum(before) && before != '.'))
			return false;
	return true;
}

/* Past what parts two numbers; false when that is not what must. */
static bool
skip_parting(struct parts *p, struct str *s)
{
	char is = s->p[0] == ',' || s->p[0] == '/' ? s->p[0] : ' ';

	if (p->count == 1)
		p->parting = is;
	if (is != ' ')
		*s = str_trim(str_from(*s, 1));
	return s->n != 0 && is == (p->count < 3 || p->parting == ',' ?
	    p->parting : '/') && p->parting != '/';
}

/* Three numbers or four. */
static bool
parts_read(struct parts *p, struct str s)
{
	struct str unit;

	*p = (struct parts){ .count = 0 };
	s = str_trim(s);
	while (p->count < nitems(p->n) && style_number(s, &p->n[p->count],
	    &unit)) {
		p->is_percent[p->count] = str_skip(&unit, STR("%"));
		while (unit.n != 0 && ascii_is_alpha(unit.p[0]))
			unit = str_from(unit, 1);
		s = str_trim(unit);
		p->count++;
		if (s.n == 0)
			return p->count >= 3;
		if (!skip_parting(p, &s))
			return false;
	}
	return false;
}

/* Is there an alpha, and is it next to nothing? */
static bool
is_clear(const struct parts *p)
{
	return p->count == 4 && p->n[3] <= (p->is_percent[3] ?
	    100 * CLEAR_PART : CLEAR_PART);
}

/* "255, 255, 255, 0.5" of rgb() and rgba(), or three percents. */
static uint32_t
rgb_of(const struct parts *p)
{
	uint32_t color = OPAQUE;

	for (unsigned i = 0; i < 3; i++) {
		int64_t part = p->n[i];

		if (p->is_percent[i] != p->is_percent[0])
			return COLOR_UNKNOWN;
		if (p->is_percent[i])
			part = part * 255 / 100;
		part = part < 0 ? 0 : part > 255000 ? 255000 : part;
		color |= (uint32_t)(part / 1000) << (16 - 8 * i);
	}
	return is_clear(p) ? COLOR_CLEAR : color;
}

/* Greys of "hsl(0, 0%, 100%)", black and white; of others only whether they
 * are clear is told. */
static uint32_t
hsl_of(const struct parts *p)
{
	uint32_t light = (uint32_t)(p->n[2] < 0 ? 0 : p->n[2] > 100000 ?
	    100000 : p->n[2]) * 255 / 100000;

	if (!p->is_percent[1] || !p->is_percent[2])
		return COLOR_UNKNOWN;
	if (is_clear(p))
		return COLOR_CLEAR;
	return p->n[1] == 0 || light == 0 || light == 255 ?
	    OPAQUE | light * 0x010101 : COLOR_UNKNOWN;
}

/* "#ffffff" with nothing around it, as most of them; else COLOR_UNSET. */
static uint32_t
plain_read(struct str value)
{
	uint32_t rgb = 0;

	if (value.n != 7 || value.p[0] != '#')
		return COLOR_UNSET;
	for (size_t i = 1; i < 7; i++) {
		char c = value.p[i];

		if (!ascii_is_hex(c))
			return COLOR_UNSET;
		/* letters of both cases end in 1 to 6, and are worth 10 on */
		rgb = rgb << 4 | ((uint32_t)(c & 15) +
		    ((c & 0x40) != 0 ? 9 : 0));
	}
	return OPAQUE | rgb;
}

/* What stands in the parentheses of the name at the front, with nothing
 * behind them. */
static bool
call_read(struct str value, const char *name, struct str *inside)
{
	if (!str_case_skip(&value, str_of(name)) ||
	    !str_skip(&value, STR("(")))
		return false;
	return !str_cut(value, ')', inside, &value) || value.n == 0;
}

/* False: it is one of the known calls, and not what must stand in it. */
static bool
function_read(uint32_t *color, struct str value)
{
	struct parts parts;
	struct str inside;
	bool is_rgb = call_read(value, "rgb", &inside) ||
	    call_read(value, "rgba", &inside);

	*color = COLOR_UNKNOWN;
	if (!is_rgb && !call_read(value, "hsl", &inside) &&
	    !call_read(value, "hsla", &inside))
		return true;
	if (!is_of_numbers(inside))
		return true;
	if (!parts_read(&parts, inside))
		return false;
	*color = is_rgb ? rgb_of(&parts) : hsl_of(&parts);
	return true;
}

/* Words that stand for a colour which is not known. */
static bool
is_hidden_behind(struct str word)
{
	static const struct str words[] = {
		STR_INIT("initial"), STR_INIT("revert"),
		STR_INIT("revert-layer"), STR_INIT("currentcolor"),
		STR_INIT("accentcolor"), STR_INIT("accentcolortext"),
		STR_INIT("activeborder"), STR_INIT("activecaption"),
		STR_INIT("activetext"), STR_INIT("appworkspace"),
		STR_INIT("background"), STR_INIT("buttonborder"),
		STR_INIT("buttonface"), STR_INIT("buttonhighlight"),
		STR_INIT("buttonshadow"), STR_INIT("buttontext"),
		STR_INIT("canvas"), STR_INIT("canvastext"),
		STR_INIT("captiontext"), STR_INIT("field"),
		STR_INIT("fieldtext"), STR_INIT("graytext"),
		STR_INIT("highlight"), STR_INIT("highlighttext"),
		STR_INIT("inactiveborder"), STR_INIT("inactivecaption"),
		STR_INIT("inactivecaptiontext"), STR_INIT("infobackground"),
		STR_INIT("infotext"), STR_INIT("linktext"), STR_INIT("mark"),
		STR_INIT("marktext"), STR_INIT("menu"), STR_INIT("menutext"),
		STR_INIT("scrollbar"), STR_INIT("selecteditem"),
		STR_INIT("selecteditemtext"), STR_INIT("threeddarkshadow"),
		STR_INIT("threedface"), STR_INIT("threedhighlight"),
		STR_INIT("threedlightshadow"), STR_INIT("threedshadow"),
		STR_INIT("visitedtext"), STR_INIT("window"),
		STR_INIT("windowframe"), STR_INIT("windowtext"),
	};
	size_t n = 0;

	if (str_starts(word, STR("-")) ||
	    str_case_is_any(word, words, nitems(words)))
		return true;
	/* a page without a DOCTYPE takes "fff" and "12" */
	while (n < word.n && ascii_is_hex(word.p[n]))
		n++;
	return n == word.n && n != 0 && n <= 6;
}

bool
color_read_style(uint32_t *color, struct str value)
{
	uint32_t rgb;

	*color = plain_read(value);
	if (*color != COLOR_UNSET)
		return true;
	if (str_skip(&value, STR("#"))) {
		*color = hex_read(value);
		return *color != COLOR_UNKNOWN;
	}
	if (str_has(value, '('))
		return function_read(color, value);
	*color = COLOR_UNKNOWN;
	if (str_case_is(value, "transparent"))
		*color = COLOR_CLEAR;
	else if (str_case_is(value, "inherit") || str_case_is(value, "unset"))
		*color = COLOR_AROUND;
	else if (color_name_read(&rgb, value))
		*color = OPAQUE | rgb;
	else
		return is_hidden_behind(value);
	return true;
}

/* All is a colour there, though mostly not the one that was meant. */
uint32_t
color_read(struct str value)
{
	uint32_t color = plain_read(value), rgb;

	if (color != COLOR_UNSET)
		return color;
	value = str_trim(value);
	if (value.n == 0 || str_case_is(value, "transparent"))
		return COLOR_UNSET;
	if (color_name_read(&rgb, value))
		return OPAQUE | rgb;
	if (str_skip(&value, STR("#")))
		return value.n == 3 || value.n == 6 ? hex_read(value) :
		    COLOR_UNKNOWN;
	return value.n == 6 ? hex_read(value) : COLOR_UNKNOWN;
}

bool
color_is_lost(uint32_t color, uint32_t ground)
{
	if (color == COLOR_CLEAR)
		return true;
	if (color < OPAQUE || ground < OPAQUE)
		return false;
	for (unsigned shift = 0; shift <= 16; shift += 8) {
		int one = (int)(color >> shift & 255);
		int other = (int)(ground >> shift & 255);

		if (one - other > NEAR || other - one > NEAR)
			return false;
	}
	return true;
}
