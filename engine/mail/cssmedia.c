/* SPDX-License-Identifier: Apache-2.0 */
/* Media queries, asked for three screens. */
#include "mail/cssmedia.h"

#include "base/vec.h"
#include "mail/cssskip.h"
#include "mail/stylebox.h"

enum { EM = 16, ONE = 1000, VALUE_MOST = 32 };

/* UNSURE: on some screens; NEVER: it is no query that anyone knows. */
enum answer { NO, YES, UNSURE, NEVER };

/* Those that are asked for, a bit each. */
enum { DESK = 1, PHONE = 2, NIGHT = 4, SCREENS = 3 };

static const struct screen {
	unsigned is;
	int64_t width;
} screens[SCREENS] = {
	{ DESK, 1280 }, { PHONE, 360 }, { NIGHT, 360 }, /* a dark phone */
};

/* A length in pixels, as far as queries use them. */
static bool
pixels_of(struct str value, int64_t *n)
{
	char plain[VALUE_MOST];
	struct str unit;

	value = str_trim(value);
	if (value.n > sizeof(plain))
		return false;
	for (size_t i = 0; i < value.n; i++)
		plain[i] = ascii_lower(value.p[i]);
	if (!style_number((struct str){ plain, value.n }, n, &unit))
		return false;
	if (str_is(unit, "em") || str_is(unit, "rem"))
		*n *= EM;
	else if (!str_is(unit, "px") && !(unit.n == 0 && *n == 0))
		return false;
	return true;
}

static enum answer
answer_of(bool is_met)
{
	return is_met ? YES : NO;
}

/* What has a word for its value, or none. */
static const struct {
	struct str name, value;
	unsigned on; /* which screens; what is not told differs */
} features[] = {
	{ STR_INIT("hover"), STR_INIT("hover"), DESK },
	{ STR_INIT("hover"), STR_INIT("none"), PHONE | NIGHT },
	{ STR_INIT("any-hover"), STR_INIT("hover"), DESK },
	{ STR_INIT("any-hover"), STR_INIT("none"), PHONE | NIGHT },
	{ STR_INIT("pointer"), STR_INIT("fine"), DESK },
	{ STR_INIT("pointer"), STR_INIT("coarse"), PHONE | NIGHT },
	{ STR_INIT("any-pointer"), STR_INIT("fine"), DESK },
	{ STR_INIT("any-pointer"), STR_INIT("coarse"), PHONE | NIGHT },
	{ STR_INIT("prefers-color-scheme"), STR_INIT("light"), DESK | PHONE },
	{ STR_INIT("prefers-color-scheme"), STR_INIT("dark"), NIGHT },
	{ STR_INIT("orientation"), STR_INIT("landscape"), DESK },
	{ STR_INIT("orientation"), STR_INIT("portrait"), PHONE | NIGHT },
	{ STR_INIT("hover"), STR_INIT(""), DESK },
	{ STR_INIT("any-hover"), STR_INIT(""), DESK },
	{ STR_INIT("pointer"), STR_INIT(""), DESK | PHONE | NIGHT },
	{ STR_INIT("width"), STR_INIT(""), DESK | PHONE | NIGHT },
	{ STR_INIT("height"), STR_INIT(""), DESK | PHONE | NIGHT },
	{ STR_INIT("color"), STR_INIT(""), DESK | PHONE | NIGHT },
};

/* Is it one that clients know, with whatever value? */
static bool
is_feature(struct str name)
{
	static const struct str others[] = {
		STR_INIT("height"), STR_INIT("device-height"),
		STR_INIT("aspect-ratio"), STR_INIT("device-aspect-ratio"),
		STR_INIT("resolution"), STR_INIT("color"),
		STR_INIT("color-index"), STR_INIT("color-gamut"),
		STR_INIT("monochrome"), STR_INIT("grid"), STR_INIT("update"),
		STR_INIT("scan"), STR_INIT("scripting"), STR_INIT("width"),
		STR_INIT("device-width"), STR_INIT("overflow-block"),
		STR_INIT("overflow-inline"), STR_INIT("display-mode"),
		STR_INIT("dynamic-range"), STR_INIT("video-dynamic-range"),
		STR_INIT("forced-colors"), STR_INIT("inverted-colors"),
		STR_INIT("prefers-contrast"),
		STR_INIT("prefers-reduced-motion"),
		STR_INIT("prefers-reduced-data"),
		STR_INIT("prefers-reduced-transparency"),
	};

	if (str_starts(name, STR("-")))
		return true;
	if (!str_case_skip(&name, STR("min-")))
		str_case_skip(&name, STR("max-"));
	for (size_t i = 0; i < nitems(features); i++)
		if (str_case_eq(name, features[i].name))
			return true;
	return str_case_is_any(name, others, nitems(others));
}

static enum answer
answer_of_words(struct str name, struct str value, const struct screen *screen)
{
	for (size_t i = 0; i < nitems(features); i++)
		if (str_case_eq(name, features[i].name) &&
		    str_case_eq(value, features[i].value))
			return answer_of((features[i].on & screen->is) != 0);
	return is_feature(name) ? UNSURE : NEVER;
}

/* "min-width: 100px", "hover", "hover: none" */
static enum answer
plain_of(struct str s, const struct screen *screen)
{
	struct str name, value;
	int64_t n;

	str_cut(s, ':', &name, &value);
	name = str_trim(name);
	value = str_trim(value);
	if (str_case_is(name, "-webkit-min-device-pixel-ratio") &&
	    str_is(value, "0"))
		return YES;
	if (!pixels_of(value, &n))
		return answer_of_words(name, value, screen);
	if (str_case_is(name, "min-width") ||
	    str_case_is(name, "min-device-width"))
		return answer_of(screen->width * ONE >= n);
	if (str_case_is(name, "max-width") ||
	    str_case_is(name, "max-device-width"))
		return answer_of(screen->width * ONE <= n);
	return is_feature(name) ? UNSURE : NEVER;
}

/* One comparison of a width; is_below for "<", else for ">". */
static enum answer
compared(int64_t width, struct str value, bool is_below, bool may_equal)
{
	int64_t n;

	if (!pixels_of(value, &n))
		return UNSURE;
	return answer_of((is_below ? width < n : width > n) ||
	    (may_equal && width == n));
}

/* "width >= 100px", "100px < width", "100px <= width <= 600px" */
static enum answer
range_of(struct str s, const struct screen *screen)
{
	int64_t width = screen->width * ONE;
	enum answer all = YES, one;
	struct str left, right;
	size_t at;

	while ((at = str_find_any(s, '<', '>', '>')) < s.n) {
		bool is_below = s.p[at] == '<', may_equal;

		left = str_trim(str_head(s, at));
		s = str_from(s, at + 1);
		may_equal = str_skip(&s, STR("="));
		right = str_trim(str_head(s, str_find_any(s, '<', '>', '>')));
		if (str_case_is(left, "width"))
			one = compared(width, right, is_below, may_equal);
		else if (str_case_is(right, "width"))
			one = compared(width, left, !is_below, may_equal);
		else
			return UNSURE;
		if (one != YES)
			all = all == NO ? NO : one;
	}
	return all;
}

/* What stands in one pair of parentheses. */
static enum answer
feature_of(struct str s, const struct screen *screen)
{
	if (str_has(s, '('))
		return UNSURE;
	if (str_find_any(s, '<', '>', '>') < s.n)
		return range_of(s, screen);
	return str_has(s, '=') ? UNSURE : plain_of(s, screen);
}

/* The word or the parentheses at the front of *s. */
static bool
next_part(struct str *s, struct str *part)
{
	bool is_bad = false;
	size_t n = 0;

	*s = str_trim(*s);
	if (s->n == 0)
		return false;
	if (s->p[0] == '(') {
		n = str_find(*s, ')') + 1;
		if (str_has(str_sub(*s, 1, n), '('))
			n = css_piece_length(*s, &is_bad);
	} else {
		while (n < s->n && !ascii_is_space(s->p[n]) && s->p[n] != '(')
			n++;
	}
	*part = str_head(*s, n);
	*s = str_from(*s, n);
	return true;
}

static enum answer
part_of(struct str part, const struct screen *screen)
{
	if (part.p[0] == '(')
		return feature_of(str_trim(str_sub(part, 1, part.n -
		    (part.p[part.n - 1] == ')'))), screen);
	if (str_case_is(part, "screen") || str_case_is(part, "all"))
		return YES;
	if (str_case_is(part, "or"))
		return UNSURE;
	/* all others are media that are no screen, or no word at all */
	return str_case_is(part, "not") || str_case_is(part, "only") ?
	    NEVER : NO;
}

/* "only screen and (min-width: 1px)", "not print" */
static enum answer
query_of(struct str query, const struct screen *screen)
{
	enum answer all = YES, one;
	bool is_not = false, is_either = false, is_never = false;
	struct str part;

	for (size_t n = 0; next_part(&query, &part); n++) {
		if (n == 0 && (str_case_is(part, "only") ||
		    str_case_is(part, "not"))) {
			is_not = str_case_is(part, "not");
			continue;
		}
		if (str_case_is(part, "and"))
			continue;
		one = part_of(part, screen);
		is_never |= one == NEVER;
		is_either |= str_case_is(part, "or");
		if (one == NO || (one == UNSURE && all == YES))
			all = one;
	}
	if (is_never && !is_either)
		return NEVER;
	if (all == UNSURE || is_either)
		return UNSURE;
	return is_not ? answer_of(all == NO) : all;
}

/* Of queries any of which may hold. */
static enum answer
list_of(struct str queries, const struct screen *screen)
{
	enum answer any = NO, one;
	struct str query;

	while (any != YES && str_next(&queries, ',', &query)) {
		one = query_of(query, screen);
		if (one == YES || one == UNSURE)
			any = one;
	}
	return any;
}

enum css_holds
css_media_holds(struct str queries)
{
	bool is_met = false, is_missed = false;
	enum answer is;

	for (size_t i = 0; i < nitems(screens); i++) {
		is = list_of(queries, &screens[i]);
		is_met |= is != NO;
		is_missed |= is != YES;
		if (is_met && is_missed)
			return CSS_SOMEWHERE;
	}
	return is_met ? CSS_EVERYWHERE : CSS_NOWHERE;
}

/* "(display: block)", which all clients know. */
static bool
is_display(struct str condition)
{
	static const struct str values[] = {
		STR_INIT("block"), STR_INIT("inline"), STR_INIT("none"),
		STR_INIT("inline-block"), STR_INIT("table"), STR_INIT("flex"),
		STR_INIT("grid"),
	};
	struct str name, value;

	if (!str_skip(&condition, STR("(")) ||
	    !str_cut(condition, ')', &condition, &value) ||
	    str_trim(value).n != 0 ||
	    !str_cut(condition, ':', &name, &value) ||
	    !str_case_is(str_trim(name), "display"))
		return false;
	return str_case_is_any(str_trim(value), values, nitems(values));
}

enum css_holds
css_support_holds(struct str condition)
{
	condition = str_trim(condition);
	if (is_display(condition))
		return CSS_EVERYWHERE;
	return str_case_skip(&condition, STR("not")) &&
	    is_display(str_trim(condition)) ? CSS_NOWHERE : CSS_SOMEWHERE;
}
