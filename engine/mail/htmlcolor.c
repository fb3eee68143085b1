/* SPDX-License-Identifier: Apache-2.0 */
/* Colours of CSS and of old attributes, as far as mails use them. */
#include "base/vec.h"
#include "mail/htmlstyle.h"
#include "mail/stylebox.h"

#define OPAQUE 0xff000000U

enum {
	NEAR = 4,         /* steps of 255 in each of the three */
	CLEAR_ALPHA = 12, /* 0.05: no eye reads that */
	CLEAR_PART = 50   /* the same, in thousandths */
};

static const struct {
	const char *name;
	uint32_t rgb;
} names[] = {
	{ "white", 0xffffff }, { "black", 0x000000 }, { "red", 0xff0000 },
	{ "blue", 0x0000ff }, { "green", 0x008000 }, { "gray", 0x808080 },
	{ "grey", 0x808080 }, { "silver", 0xc0c0c0 }, { "yellow", 0xffff00 },
	{ "snow", 0xfffafa }, { "ivory", 0xfffff0 }, { "navy", 0x000080 },
	{ "ghostwhite", 0xf8f8ff }, { "whitesmoke", 0xf5f5f5 },
	{ "floralwhite", 0xfffaf0 }, { "mintcream", 0xf5fffa },
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

/* Units of numbers, and what parts them. */
static struct str
skip_between(struct str s)
{
	while (s.n > 0 && (ascii_is_space(s.p[0]) || ascii_is_alpha(s.p[0]) ||
	    s.p[0] == ',' || s.p[0] == '/' || s.p[0] == '%'))
		s = str_from(s, 1);
	return s;
}

/* Is it an alpha, and next to nothing? */
static bool
is_clear(struct str s)
{
	struct str unit;
	int64_t n;

	return style_number(s, &n, &unit) &&
	    n <= (str_starts(unit, STR("%")) ? 100 * CLEAR_PART : CLEAR_PART);
}

/* "255, 255, 255, 0.5" of rgb() and rgba(), or three percents. */
static uint32_t
rgb_read(struct str s)
{
	uint32_t color = OPAQUE;
	struct str unit = { 0 };
	int64_t part;

	s = str_trim(s);
	for (unsigned n = 0; n < 3; n++) {
		if (!style_number(s, &part, &unit))
			return COLOR_UNKNOWN;
		if (str_starts(unit, STR("%")))
			part = part * 255 / 100;
		else if (unit.n != 0 && ascii_is_alpha(unit.p[0]))
			return COLOR_UNKNOWN;
		part = part < 0 ? 0 : part > 255000 ? 255000 : part;
		color |= (uint32_t)(part / 1000) << (16 - 8 * n);
		s = skip_between(unit);
	}
	return is_clear(s) ? COLOR_CLEAR : color;
}

/* Greys of "hsl(0, 0%, 100%)", black and white; of others only whether they
 * are clear is told. */
static uint32_t
hsl_read(struct str s)
{
	int64_t part[4] = { 0, 0, 0, 0 };
	struct str unit = { 0 };
	uint32_t light;
	size_t n = 0;

	for (; n < 3 && style_number(s, &part[n], &unit); n++)
		s = skip_between(unit);
	if (n < 3)
		return COLOR_UNKNOWN;
	if (is_clear(s))
		return COLOR_CLEAR;
	light = (uint32_t)(part[2] < 0 ? 0 : part[2] > 100000 ? 100000 :
	    part[2]) * 255 / 100000;
	return part[1] == 0 || light == 0 || light == 255 ?
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

static uint32_t
function_read(struct str value)
{
	struct str inside;

	if (call_read(value, "rgb", &inside) ||
	    call_read(value, "rgba", &inside))
		return rgb_read(inside);
	if (call_read(value, "hsl", &inside) ||
	    call_read(value, "hsla", &inside))
		return hsl_read(inside);
	return COLOR_UNKNOWN;
}

uint32_t
color_read(struct str value)
{
	uint32_t plain = plain_read(value);

	if (plain != COLOR_UNSET)
		return plain;
	value = str_trim(value);
	value = str_trim(str_head(value, str_find(value, '!')));
	if (str_skip(&value, STR("#")))
		return hex_read(value);
	if (str_has(value, '('))
		return function_read(value);
	if (str_case_is(value, "transparent") || str_case_is(value, "none"))
		return COLOR_CLEAR;
	if (str_case_is(value, "inherit"))
		return COLOR_UNSET;
	for (size_t i = 0; i < nitems(names); i++)
		if (str_case_is(value, names[i].name))
			return OPAQUE | names[i].rgb;
	/* bgcolor="ffffff" */
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
