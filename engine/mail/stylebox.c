/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes that nobody sees. */
#include "mail/stylebox.h"

#include "base/vec.h"

enum {
	ARGS_MOST = 8,
	ONE = 1000,        /* numbers are thousandths */
	NEARLY_CLEAR = 50, /* 0.05: no eye reads that */
	FAR_PIXELS = 999 * ONE,
	FAR_LETTERS = 60 * ONE,
	ALL = 100 * ONE    /* percent */
};

struct length {
	int64_t n;
	struct str unit;
};

bool
style_number(struct str s, int64_t *value, struct str *unit)
{
	bool is_negative = str_skip(&s, STR("-")), has_digit = false;
	int64_t n = 0, place = ONE;
	size_t at = str_starts(s, STR("+"));

	for (; at < s.n && (ascii_is_digit(s.p[at]) ||
	    (s.p[at] == '.' && place == ONE)); at++) {
		if (s.p[at] == '.') {
			place = ONE / 10;
			continue;
		}
		has_digit = true;
		if (place == ONE && n < 100000000)
			n = n * 10 + (s.p[at] - '0') * ONE;
		else if (place < ONE) {
			n += (s.p[at] - '0') * place;
			place /= 10;
		}
	}
	*value = is_negative ? -n : n;
	*unit = str_from(s, at);
	return has_digit;
}

/* The numbers of "inset(50% 0" or "0, 0", up to the first word that is none. */
static size_t
args_read(struct length args[static ARGS_MOST], struct str s)
{
	size_t n = 0, end;

	while (n < ARGS_MOST) {
		while (s.n != 0 && (ascii_is_space(s.p[0]) || s.p[0] == ','))
			s = str_from(s, 1);
		for (end = 0; end < s.n && !ascii_is_space(s.p[end]) &&
		    s.p[end] != ',';)
			end++;
		if (!style_number(str_head(s, end), &args[n].n, &args[n].unit))
			break;
		n++;
		s = str_from(s, end);
	}
	return n;
}

/* What stands behind "name" and its parenthesis in value. */
static bool
call_find(struct str value, struct str name, struct str *inside)
{
	size_t at = str_find_str(value, name);

	*inside = str_from(value, at + name.n);
	*inside = str_from(*inside, str_find(*inside, '(') + 1);
	return at < value.n;
}

static bool
is_nothing(struct str value)
{
	struct str unit;
	int64_t n;

	/* A pixel, as those have who write for the blind alone. */
	return style_number(value, &n, &unit) && n <= (unit.n == 0 ||
	    str_starts(unit, STR("px")) ? ONE : 0) && n >= 0;
}

/* Percents are of the page for some, of the text itself for others. */
static bool
is_far(const struct length *l, bool is_of_page)
{
	if (l->unit.n == 0 || str_starts(l->unit, STR("p")))
		return l->n <= -FAR_PIXELS;
	if (str_starts(l->unit, STR("%")) || str_starts(l->unit, STR("v")))
		return is_of_page && l->n <= -ALL;
	return l->n <= -FAR_LETTERS;
}

static bool
is_far_value(struct str value)
{
	struct length l;

	return style_number(value, &l.n, &l.unit) && is_far(&l, true);
}

static bool
is_clear(struct str value)
{
	struct str unit;
	int64_t n;

	if (!style_number(value, &n, &unit))
		return false;
	return str_starts(unit, STR("%")) ? n <= 5 * ONE : n <= NEARLY_CLEAR;
}

static bool
filter_clears(struct str value)
{
	struct str inside, percent;

	if (str_has(value, '=')) { /* alpha(opacity=0) */
		percent = str_from(value, str_find(value, '=') + 1);
		return call_find(value, STR("alpha"), &inside) &&
		    is_nothing(percent);
	}
	return call_find(value, STR("opacity"), &inside) && is_clear(inside);
}

/* rect(top, right, bottom, left) with no room between two of them. */
static bool
is_cut_rect(struct str value)
{
	struct length args[ARGS_MOST];
	struct str inside;

	return call_find(value, STR("rect"), &inside) &&
	    args_read(args, inside) >= 4 &&
	    (args[0].n >= args[2].n || args[3].n >= args[1].n);
}

/* inset(top right bottom left), of which the later ones may be left out. */
static bool
is_cut_inset(struct str inside)
{
	struct length args[ARGS_MOST];
	size_t n = args_read(args, inside);
	int64_t top, right, bottom, left;

	if (n == 0 || !str_starts(args[0].unit, STR("%")))
		return false;
	top = args[0].n;
	right = n > 1 ? args[1].n : top;
	bottom = n > 2 ? args[2].n : top;
	left = n > 3 ? args[3].n : right;
	return top + bottom >= ALL || left + right >= ALL;
}

static bool
is_cut_path(struct str value)
{
	struct length args[ARGS_MOST];
	struct str inside;
	size_t n;

	if (call_find(value, STR("inset"), &inside))
		return is_cut_inset(inside);
	if (call_find(value, STR("circle"), &inside) ||
	    call_find(value, STR("ellipse"), &inside))
		return args_read(args, inside) > 0 && args[0].n == 0;
	if (!call_find(value, STR("polygon"), &inside))
		return false;
	n = args_read(args, inside);
	for (size_t i = 2; i < n; i++)
		if (args[i].n != args[i % 2].n)
			return false;
	return n >= 2;
}

static bool
moves_away(struct str value)
{
	struct length args[ARGS_MOST];
	struct str inside;
	size_t n;

	if (call_find(value, STR("scale"), &inside)) {
		n = args_read(args, inside);
		if ((n > 0 && args[0].n == 0) || (n > 1 && args[1].n == 0))
			return true;
	}
	if (!call_find(value, STR("translate"), &inside))
		return false;
	n = args_read(args, inside);
	return (n > 0 && is_far(&args[0], false)) ||
	    (n > 1 && is_far(&args[1], false));
}

static bool
is_wide(struct str value)
{
	struct str unit;
	int64_t n;

	return style_number(value, &n, &unit) && n >= FAR_PIXELS;
}

static bool
is_hiding(enum box_property property, struct str value)
{
	switch (property) {
	case BOX_CLIP:
		return is_cut_rect(value);
	case BOX_CLIP_PATH:
		return is_cut_path(value);
	case BOX_FILTER:
		return filter_clears(value);
	case BOX_HEIGHT:
	case BOX_WIDTH:
		return is_nothing(value);
	case BOX_MARGIN:
	case BOX_PLACE:
	case BOX_TEXT_INDENT:
		return is_far_value(value);
	case BOX_OPACITY:
		return is_clear(value);
	case BOX_OVERFLOW:
		return !str_starts(value, STR("visible"));
	case BOX_PADDING: /* brings back what a margin takes away */
		return is_wide(value);
	case BOX_POSITION:
		return !str_starts(value, STR("static"));
	case BOX_TRANSFORM:
		return moves_away(value);
	}
	return false;
}

/* Properties of which the last word counts; those of others are several. */
enum { LAST_COUNTS = 1 << BOX_CLIP | 1 << BOX_OPACITY | 1 << BOX_OVERFLOW |
    1 << BOX_POSITION };

void
style_box_apply(struct style_box *box, enum box_property property,
    struct str value)
{
	uint16_t bit = (uint16_t)(1U << property);

	box->said |= bit;
	if (is_hiding(property, value))
		box->hides |= bit;
	else if ((bit & LAST_COUNTS) != 0)
		box->hides &= (uint16_t)~bit;
}

void
style_box_merge(struct style_box *box, const struct style_box *over)
{
	uint16_t taken = over->said & (uint16_t)(over->important |
	    ~box->important);

	box->said |= taken;
	box->hides = (uint16_t)((box->hides & ~taken) | (over->hides & taken));
	box->important |= over->important;
}

bool
style_box_hides(const struct style_box *box)
{
	static const unsigned alone = 1U << BOX_OPACITY | 1U << BOX_FILTER |
	    1U << BOX_CLIP_PATH | 1U << BOX_TEXT_INDENT |
	    1U << BOX_TRANSFORM;
	static const unsigned placed = 1U << BOX_PLACE | 1U << BOX_CLIP;
	static const unsigned clipped = 1U << BOX_HEIGHT | 1U << BOX_WIDTH;
	unsigned hides = box->hides;

	return (hides & alone) != 0 ||
	    ((hides & 1U << BOX_POSITION) != 0 && (hides & placed) != 0) ||
	    ((hides & 1U << BOX_MARGIN) != 0 &&
	    (hides & 1U << BOX_PADDING) == 0) ||
	    ((hides & 1U << BOX_OVERFLOW) != 0 && (hides & clipped) != 0);
}
