/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes that nobody sees. */
#include "mail/stylebox.h"

#include "base/vec.h"

enum {
	ARGS_MOST = 8,
	NUMBER_MOST = 100000000,
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

/* "e2" behind a number, which is not an "em". */
static int64_t
scale_by_exponent(int64_t n, struct str *s)
{
	struct str rest = str_from(*s, 1);
	bool is_negative;
	unsigned power = 0;

	is_negative = str_skip(&rest, STR("-"));
	if (!is_negative)
		str_skip(&rest, STR("+"));
	if (rest.n == 0 || !ascii_is_digit(rest.p[0]))
		return n;
	for (; rest.n > 0 && ascii_is_digit(rest.p[0]);
	     rest = str_from(rest, 1))
		power = power > 99 ? 99 : power * 10 +
		    (unsigned)(rest.p[0] - '0');
	for (; power > 0 && n != 0; power--)
		n = is_negative ? n / 10 : n < NUMBER_MOST ? n * 10 : n;
	*s = rest;
	return n;
}

bool
style_number(struct str s, int64_t *value, struct str *unit)
{
	bool is_negative = str_skip(&s, STR("-")), has_digit = false;
	int64_t n = 0, place = ONE;
	size_t at = str_starts(s, STR("+"));

	for (; at < s.n && (ascii_is_digit(s.p[at]) ||
	    (s.p[at] == '.' && place == ONE && at + 1 < s.n &&
	    ascii_is_digit(s.p[at + 1]))); at++) {
		if (s.p[at] == '.') {
			place = ONE / 10;
			continue;
		}
		has_digit = true;
		if (place == ONE && n < NUMBER_MOST)
			n = n * 10 + (s.p[at] - '0') * ONE;
		else if (place < ONE) {
			n += (s.p[at] - '0') * place;
			place /= 10;
		}
	}
	*unit = str_from(s, at);
	if (has_digit && unit->n > 1 && (unit->p[0] | 0x20) == 'e')
		n = scale_by_exponent(n, unit);
	*value = is_negative ? -n : n;
	return has_digit;
}

static bool
is_pixels(struct str unit)
{
	return unit.n == 2 && unit.p[0] == 'p' && unit.p[1] == 'x';
}

static bool
is_unit(struct str unit)
{
	static const struct str units[] = {
		STR_INIT("em"), STR_INIT("%"), STR_INIT("pt"), STR_INIT("rem"),
		STR_INIT("vw"), STR_INIT("vh"),
		STR_INIT("ex"), STR_INIT("ch"), STR_INIT("cm"), STR_INIT("mm"),
		STR_INIT("in"), STR_INIT("pc"), STR_INIT("q"),
		STR_INIT("vmin"), STR_INIT("vmax"), STR_INIT("lh"),
		STR_INIT("vi"), STR_INIT("vb"), STR_INIT("svw"),
		STR_INIT("svh"), STR_INIT("lvw"), STR_INIT("lvh"),
		STR_INIT("dvw"), STR_INIT("dvh"), STR_INIT("cqw"),
		STR_INIT("cqh"), STR_INIT("cqi"), STR_INIT("cqb"),
		STR_INIT("cap"), STR_INIT("ic"), STR_INIT("rlh"),
		STR_INIT("rex"), STR_INIT("rch"), STR_INIT("ric"),
	};

	if (is_pixels(unit))
		return true;
	for (size_t i = 0; unit.n != 0 && i < nitems(units); i++)
		if (str_eq(unit, units[i]))
			return true;
	return unit.n == 0;
}

bool
style_length(struct str s, int64_t *value, struct str *unit)
{
	return style_number(s, value, unit) && is_unit(*unit);
}

bool
style_is_word(struct str s)
{
	if (s.n == 0 || !(ascii_is_alpha(s.p[0]) || s.p[0] == '-'))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '-' &&
		    s.p[i] != '(' && s.p[i] != ')')
			return false;
	return true;
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

/* The call at the front of *value: its name and what stands in parentheses,
 * which the end of a style may leave open. */
static bool
call_next(struct str *value, struct str *name, struct str *inside)
{
	if (!str_has(*value, '('))
		return false;
	str_cut(*value, '(', name, value);
	str_cut(*value, ')', inside, value);
	*name = str_trim(*name);
	*value = str_trim(*value);
	return true;
}

/* A pixel, as those have who write for the blind alone. */
static bool
is_nothing(const struct length *l)
{
	return l->n >= 0 && l->n <= (l->unit.n == 0 ||
	    is_pixels(l->unit) ? ONE : 0);
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

static const struct str globals[] = {
	STR_INIT("initial"), STR_INIT("inherit"), STR_INIT("unset"),
	STR_INIT("revert"), STR_INIT("revert-layer"),
};

/* What a value makes of its property: STYLE_UNSET as it is none. */
static enum style_seen
told(bool hides)
{
	return hides ? STYLE_HIDES : STYLE_SHOWS;
}

/* A word for the property, or a call that makes one of anything ("var()").
 * What begins with "-" some client may know. */
static bool
is_word_of(struct str value, const struct str *words, size_t n)
{
	return str_is_any(value, words, n) ||
	    str_is_any(value, globals, nitems(globals)) ||
	    (style_is_word(value) && (value.p[0] == '-' ||
	    str_has(value, '(')));
}

/* Of a value that is no number: words for all else leave the box shown. */
static enum style_seen
shown_by(struct str value, const struct str *words, size_t n)
{
	return is_word_of(value, words, n) ? STYLE_SHOWS : STYLE_UNSET;
}

static enum style_seen
opacity_of(struct str value)
{
	struct str unit;
	int64_t n;

	if (!style_number(value, &n, &unit))
		return shown_by(value, NULL, 0);
	if (unit.n == 0)
		return told(n <= NEARLY_CLEAR);
	return str_is(unit, "%") ? told(n <= 5 * ONE) : STYLE_UNSET;
}

/* "alpha(opacity=0)", or a row of calls of which one is "opacity(0)". */
static enum style_seen
filter_of(struct str value)
{
	static const struct str words[] = { STR_INIT("none") };
	enum style_seen seen = STYLE_SHOWS;
	struct str name, inside;

	if (!str_has(value, '('))
		return shown_by(value, words, nitems(words));

	while (call_next(&value, &name, &inside)) {
		if (str_is(name, "alpha") && str_skip(&inside, STR("opacity=")))
			return told(str_is(inside, "0"));
		if (!ascii_is_alpha(name.n == 0 ? ' ' : name.p[0]))
			return STYLE_UNSET;
		if (str_is(name, "opacity") &&
		    opacity_of(str_trim(inside)) == STYLE_HIDES)
			seen = STYLE_HIDES;
	}
	return value.n == 0 ? seen : STYLE_UNSET;
}

/* rect(top, right, bottom, left) with no room between two of them. */
static enum style_seen
clip_of(struct str value)
{
	static const struct str words[] = { STR_INIT("auto") };
	struct length args[ARGS_MOST];
	struct str name, inside;

	if (!call_next(&value, &name, &inside))
		return shown_by(value, words, nitems(words));
	return told(value.n == 0 && str_is(name, "rect") &&
	    args_read(args, inside) == 4 &&
	    (args[0].n >= args[2].n || args[3].n >= args[1].n));
}

/* inset(top right bottom left), of which the later ones may be left out. */
static bool
is_cut_inset(const struct length *args, size_t n)
{
	int64_t top, right, bottom, left;

	if (n == 0 || !str_is(args[0].unit, "%"))
		return false;
	top = args[0].n;
	right = n > 1 ? args[1].n : top;
	bottom = n > 2 ? args[2].n : top;
	left = n > 3 ? args[3].n : right;
	return top + bottom >= ALL || left + right >= ALL;
}

static bool
is_point(const struct length *args, size_t n)
{
	for (size_t i = 2; i < n; i++)
		if (args[i].n != args[i % 2].n)
			return false;
	return n >= 2;
}

static enum style_seen
path_of(struct str value)
{
	static const struct str words[] = {
		STR_INIT("none"), STR_INIT("border-box"),
		STR_INIT("padding-box"), STR_INIT("content-box"),
		STR_INIT("margin-box"), STR_INIT("fill-box"),
		STR_INIT("stroke-box"), STR_INIT("view-box"),
	};
	struct length args[ARGS_MOST];
	struct str name, inside;
	size_t n;

	if (!call_next(&value, &name, &inside))
		return shown_by(value, words, nitems(words));
	if (value.n != 0)
		return STYLE_SHOWS;
	n = args_read(args, inside);
	if (str_is(name, "inset"))
		return told(is_cut_inset(args, n));
	if (str_is(name, "circle") || str_is(name, "ellipse"))
		return told(n > 0 && args[0].n == 0);
	return told(str_is(name, "polygon") && is_point(args, n));
}

/* "scale(0)" and a move off the page; of what is none of the known calls
 * nothing is valid. */
static bool
call_moves(struct str name, struct str inside, bool *is_known)
{
	static const struct str others[] = {
		STR_INIT("rotate"), STR_INIT("skew"), STR_INIT("matrix"),
		STR_INIT("perspective"), STR_INIT("var"), STR_INIT("env"),
	};
	struct length args[ARGS_MOST];
	size_t n = args_read(args, inside);
	bool is_scale = str_starts(name, STR("scale"));
	bool moves = false;

	for (size_t i = 0; i < nitems(others); i++)
		if (str_starts(name, others[i]))
			return false;
	if (!is_scale && !str_starts(name, STR("translate")))
		*is_known = false;
	for (size_t i = 0; i < n && i < 2; i++) {
		*is_known &= is_scale ? args[i].unit.n == 0 ||
		    str_is(args[i].unit, "%") : is_unit(args[i].unit);
		moves |= is_scale ? args[i].n == 0 : is_far(&args[i], false);
	}
	return moves;
}

static enum style_seen
transform_of(struct str value)
{
	static const struct str words[] = { STR_INIT("none") };
	struct str name, inside;
	bool moves = false, is_known = true;

	if (!str_has(value, '('))
		return shown_by(value, words, nitems(words));
	while (is_known && call_next(&value, &name, &inside))
		moves |= call_moves(name, inside, &is_known);
	return is_known && value.n == 0 ? told(moves) : STYLE_UNSET;
}

static enum style_seen
overflow_of(struct str value)
{
	static const struct str hide[] = {
		STR_INIT("hidden"), STR_INIT("clip"), STR_INIT("scroll"),
		STR_INIT("auto"), STR_INIT("overlay"),
	};

	static const struct str show[] = { STR_INIT("visible") };

	return str_is_any(value, hide, nitems(hide)) ? STYLE_HIDES :
	    shown_by(value, show, nitems(show));
}

/* "sticky" moves nothing off the page. */
static enum style_seen
position_of(struct str value)
{
	static const struct str moved[] = {
		STR_INIT("absolute"), STR_INIT("fixed"), STR_INIT("relative"),
	};
	static const struct str kept[] = {
		STR_INIT("static"), STR_INIT("sticky"),
	};

	return str_is_any(value, moved, nitems(moved)) ? STYLE_HIDES :
	    shown_by(value, kept, nitems(kept));
}

/* A box beside the text, whatever it was in it. */
static enum style_seen
float_of(struct str value)
{
	static const struct str sides[] = {
		STR_INIT("left"), STR_INIT("right"), STR_INIT("inline-start"),
		STR_INIT("inline-end"),
	};
	static const struct str none[] = { STR_INIT("none") };

	return str_is_any(value, sides, nitems(sides)) ? STYLE_HIDES :
	    shown_by(value, none, nitems(none));
}

/* Two pixels or more, whatever its unit: most lengths are. */
static bool
is_some(struct str value)
{
	return value.n > 1 && ascii_is_digit(value.p[0]) &&
	    (value.p[0] > '1' || (value.p[0] == '1' &&
	    ascii_is_digit(value.p[1])));
}

/* As wide as what is in it. */
static const struct str contents[] = {
	STR_INIT("fit-content"), STR_INIT("max-content"),
	STR_INIT("min-content"), STR_INIT("stretch"), STR_INIT("intrinsic"),
	STR_INIT("min-intrinsic"),
};

static bool
is_word_of_size(enum property property, struct str value)
{
	bool is_most = property == PROPERTY_MAX_HEIGHT ||
	    property == PROPERTY_MAX_WIDTH;

	return str_is(value, is_most ? "none" : "auto") ||
	    is_word_of(value, contents, nitems(contents));
}

/* Lengths.  A height in percent is of one that is not known, and none. */
static enum style_seen
size_of(enum property property, struct str value)
{
	bool is_high = property == PROPERTY_HEIGHT ||
	    property == PROPERTY_MAX_HEIGHT;
	struct length l;

	if (is_some(value))
		return STYLE_SHOWS;
	if (!style_length(value, &l.n, &l.unit))
		return is_word_of_size(property, value) ? STYLE_SHOWS :
		    STYLE_UNSET;
	return l.n < 0 ? STYLE_UNSET : told(is_nothing(&l) &&
	    !(is_high && str_is(l.unit, "%")));
}

static enum style_seen
place_of(struct str value)
{
	static const struct str words[] = { STR_INIT("auto") };
	struct length l;

	if (is_some(value))
		return STYLE_SHOWS;
	if (!style_length(value, &l.n, &l.unit))
		return shown_by(value, words, nitems(words));
	return told(is_far(&l, true));
}

/* Whether there is room for something to be seen in: not where it is a word
 * that says nothing of it. */
static enum style_seen
room_of(enum property property, struct str value)
{
	bool is_least = property == PROPERTY_MIN_HEIGHT ||
	    property == PROPERTY_MIN_WIDTH;
	struct length l;

	if (is_some(value))
		return STYLE_HIDES;
	if (!style_length(value, &l.n, &l.unit))
		return (is_least && str_is(value, "auto")) ||
		    str_is_any(value, globals, nitems(globals)) ?
		    STYLE_SHOWS : is_word_of(value, contents, is_least ?
		    nitems(contents) : 0) ? STYLE_HIDES : STYLE_UNSET;
	return told(l.n > 0 && !is_nothing(&l));
}

static enum style_seen
told_of(enum property property, struct str value)
{
	switch (property) {
	case PROPERTY_CLIP:
		return clip_of(value);
	case PROPERTY_CLIP_PATH:
		return path_of(value);
	case PROPERTY_FILTER:
		return filter_of(value);
	case PROPERTY_FLOAT:
		return float_of(value);
	case PROPERTY_HEIGHT:
	case PROPERTY_WIDTH:
	case PROPERTY_MAX_HEIGHT:
	case PROPERTY_MAX_WIDTH:
		return size_of(property, value);
	case PROPERTY_OPACITY:
		return opacity_of(value);
	case PROPERTY_OVERFLOW_X:
	case PROPERTY_OVERFLOW_Y:
		return overflow_of(value);
	case PROPERTY_POSITION:
		return position_of(value);
	case PROPERTY_TRANSFORM:
		return transform_of(value);
	case PROPERTY_MIN_HEIGHT:
	case PROPERTY_MIN_WIDTH:
	case PROPERTY_PADDING_BOTTOM:
	case PROPERTY_PADDING_LEFT:
	case PROPERTY_PADDING_RIGHT:
	case PROPERTY_PADDING_TOP:
		return room_of(property, value);
	default:
		return place_of(value);
	}
}

/* Two bits more: cut by "clip", and brought back from far to the left. */
#define BIT(name) (UINT32_C(1) << (PROPERTY_##name - PROPERTY_INSET))
#define BIT_APART BIT(INSET)
#define BIT_WIDE BIT(MARGIN)

_Static_assert(PROPERTIES - PROPERTY_INSET <= 32, "a bit for each");

static void
say(struct style_box *box, uint32_t bit, bool tells)
{
	box->said |= bit;
	box->tells = tells ? box->tells | bit : box->tells & ~bit;
}

/* What one value says of more than its own property. */
static void
say_more(struct style_box *box, enum property property, struct str value)
{
	struct length l;

	if (property == PROPERTY_POSITION)
		say(box, BIT_APART, str_is(value, "absolute") ||
		    str_is(value, "fixed"));
	if (property == PROPERTY_PADDING_LEFT)
		say(box, BIT_WIDE, style_length(value, &l.n, &l.unit) &&
		    l.n >= FAR_PIXELS);
}

static bool
apply_one(struct style_box *box, enum property property, struct str value)
{
	enum style_seen seen = told_of(property, value);

	if (seen == STYLE_UNSET)
		return false;
	say(box, UINT32_C(1) << (property - PROPERTY_INSET),
	    seen == STYLE_HIDES);
	say_more(box, property, value);
	return true;
}

/* "0 0 0 -9999px": top, right, bottom, left; the later ones may be left out. */
struct sides {
	struct str at[4];
};

static bool
sides_read(struct sides *sides, struct str value)
{
	static const uint8_t same[4] = { 0, 0, 0, 1 };
	size_t n = 0;

	while (n < 4 && (value = str_trim(value)).n != 0) {
		size_t end = 0;

		while (end < value.n && !ascii_is_space(value.p[end]))
			end++;
		sides->at[n++] = str_head(value, end);
		value = str_from(value, end);
	}
	if (n == 0 || value.n != 0)
		return false;
	for (; n < 4; n++)
		sides->at[n] = sides->at[same[n]];
	return true;
}

/* A property for several, each of which must be valid. */
static bool
apply_sides(struct style_box *box, enum property property, struct str value)
{
	static const uint8_t each[][4] = {
		{ PROPERTY_TOP, PROPERTY_RIGHT, 0, PROPERTY_LEFT },
		{ PROPERTY_MARGIN_TOP, 0, 0, PROPERTY_MARGIN_LEFT },
		{ PROPERTY_OVERFLOW_X, PROPERTY_OVERFLOW_Y, 0, 0 },
		{ PROPERTY_PADDING_TOP, PROPERTY_PADDING_RIGHT,
		    PROPERTY_PADDING_BOTTOM, PROPERTY_PADDING_LEFT },
	};
	const uint8_t *to = each[property - PROPERTY_INSET];
	struct style_box all = *box;
	struct sides sides;

	if (!sides_read(&sides, value))
		return false;
	for (size_t i = 0; i < 4; i++)
		if (to[i] != 0 && !apply_one(&all, (enum property)to[i],
		    sides.at[i]))
			return false;
	*box = all;
	return true;
}

/* Of most nothing is far, and all sides are alike or none. */
static bool
apply_plain(struct style_box *box, enum property property, struct str value)
{
	size_t digits = 0;

	if (property == PROPERTY_MARGIN && !str_has(value, '-')) {
		say(box, BIT(MARGIN_TOP) | BIT(MARGIN_LEFT), false);
		return true;
	}
	if (property != PROPERTY_PADDING || value.n > 4)
		return false;
	while (digits < value.n && value.p[digits] == '0')
		digits++;
	if (digits == 0 || (digits < value.n &&
	    !is_unit(str_from(value, digits))))
		return false;
	say(box, BIT(PADDING_TOP) | BIT(PADDING_RIGHT) | BIT(PADDING_BOTTOM) |
	    BIT(PADDING_LEFT) | BIT_WIDE, false);
	return true;
}

bool
style_box_apply(struct style_box *box, enum property property,
    struct str value)
{
	if (property >= PROPERTY_CLIP)
		return apply_one(box, property, value);
	return apply_plain(box, property, value) ||
	    apply_sides(box, property, value);
}

void
style_box_flow(struct style_box *box, enum style_flow flow)
{
	static const uint32_t sizes = BIT(HEIGHT) | BIT(MAX_HEIGHT) |
	    BIT(WIDTH) | BIT(MAX_WIDTH);
	static const uint32_t nothing[] = {
		[STYLE_FLOW_NONE] = UINT32_MAX,
		[STYLE_FLOW_LINE] = sizes | BIT(TEXT_INDENT) |
		    BIT(TRANSFORM) | BIT(MARGIN_TOP),
		[STYLE_FLOW_BLOCK] = 0,
		[STYLE_FLOW_TABLE] = sizes,
		[STYLE_FLOW_CELL] = sizes | BIT(MARGIN_LEFT) | BIT(MARGIN_TOP),
		[STYLE_FLOW_PAGE] = sizes,
	};

	if ((box->tells & BIT(FLOAT)) != 0 &&
	    (flow == STYLE_FLOW_LINE || flow == STYLE_FLOW_CELL))
		flow = STYLE_FLOW_BLOCK;
	/* What is placed apart is a block whatever it was. */
	if ((box->tells & BIT_APART) == 0 || flow == STYLE_FLOW_NONE)
		box->tells &= ~nothing[flow];
}

#define STRIPPED (BIT(POSITION) | BIT_APART | BIT(LEFT) | BIT(TOP) | \
	BIT(RIGHT) | BIT(CLIP) | BIT(CLIP_PATH) | BIT(FILTER) | \
	BIT(TRANSFORM) | BIT(TEXT_INDENT) | BIT(MARGIN_LEFT) | BIT(MARGIN_TOP))

const uint32_t style_box_moving = STRIPPED | BIT(FLOAT);

bool
style_box_strip(struct style_box *box)
{
	bool is_any = (box->tells & STRIPPED) != 0;

	box->tells &= ~STRIPPED;
	return is_any;
}

void
style_box_reset(struct style_box *box)
{
	box->said = UINT32_MAX;
	box->tells = 0;
}

/* What a box shows something in, whatever else is said. */
static const uint32_t room = BIT(MIN_HEIGHT) | BIT(MIN_WIDTH) |
    BIT(PADDING_TOP) | BIT(PADDING_RIGHT) | BIT(PADDING_BOTTOM) |
    BIT(PADDING_LEFT) | BIT_WIDE;

uint32_t
style_box_hiding(const struct style_box *box)
{
	return box->tells & ~room;
}

void
style_box_keep_shown(struct style_box *box)
{
	box->said &= (box->tells & room) | ~(box->tells | room);
	box->tells &= box->said;
	box->important &= box->said;
}

void
style_box_merge(struct style_box *box, const struct style_box *over)
{
	uint32_t taken = over->said & (over->important | ~box->important);

	box->said |= taken;
	box->tells = (box->tells & ~taken) | (over->tells & taken);
	box->important |= over->important;
}

static bool
has(const struct style_box *box, uint32_t bits)
{
	return (box->tells & bits) != 0;
}

bool
style_box_hides(const struct style_box *box)
{
	static const uint32_t alone = BIT(OPACITY) | BIT(FILTER) |
	    BIT(CLIP_PATH) | BIT(TEXT_INDENT) | BIT(TRANSFORM);
	static const uint32_t placed = BIT(LEFT) | BIT(TOP) | BIT(RIGHT);
	static const uint32_t high = BIT(MIN_HEIGHT) | BIT(PADDING_TOP) |
	    BIT(PADDING_BOTTOM);
	static const uint32_t wide = BIT(MIN_WIDTH) | BIT(PADDING_LEFT) |
	    BIT(PADDING_RIGHT);

	if (has(box, alone) || (has(box, BIT(POSITION)) && has(box, placed)) ||
	    (has(box, BIT_APART) && has(box, BIT(CLIP))))
		return true;
	if (has(box, BIT(MARGIN_LEFT) | BIT(MARGIN_TOP)) &&
	    !has(box, BIT_WIDE))
		return true;
	return has(box, BIT(OVERFLOW_X) | BIT(OVERFLOW_Y)) &&
	    ((has(box, BIT(HEIGHT) | BIT(MAX_HEIGHT)) && !has(box, high)) ||
	    (has(box, BIT(WIDTH) | BIT(MAX_WIDTH)) && !has(box, wide)));
}

bool
style_box_is_sized(const struct style_box *box)
{
	return (box->said & (BIT(HEIGHT) | BIT(MAX_HEIGHT) | BIT(WIDTH) |
	    BIT(MAX_WIDTH))) != 0;
}

bool
style_box_is_aside(const struct style_box *box)
{
	return has(box, BIT(FLOAT) | BIT_APART);
}
