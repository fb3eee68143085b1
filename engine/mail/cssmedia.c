/* SPDX-License-Identifier: Apache-2.0 */
/* Media queries, asked for two screens. */
#include "mail/cssmedia.h"

#include "base/vec.h"
#include "mail/stylebox.h"

enum { PHONE = 360, DESK = 1280, EM = 16, ONE = 1000, VALUE_MOST = 32 };

enum answer { NO, YES, UNKNOWN };

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

/* What stands in one pair of parentheses. */
static enum answer
feature_of(struct str s, int64_t width)
{
	struct str name, value;
	int64_t n;

	if (!str_cut(s, ':', &name, &value))
		return UNKNOWN;
	name = str_trim(name);
	if (str_case_is(name, "-webkit-min-device-pixel-ratio"))
		return str_is(str_trim(value), "0") ? YES : UNKNOWN;
	if (!pixels_of(value, &n))
		return UNKNOWN;
	if (str_case_is(name, "min-width") ||
	    str_case_is(name, "min-device-width"))
		return answer_of(width * ONE >= n);
	if (str_case_is(name, "max-width") ||
	    str_case_is(name, "max-device-width"))
		return answer_of(width * ONE <= n);
	return UNKNOWN;
}

/* The word or the parentheses at the front of *s. */
static bool
next_part(struct str *s, struct str *part)
{
	size_t n = 0;

	*s = str_trim(*s);
	if (s->n == 0)
		return false;
	if (s->p[0] == '(') {
		n = str_find(*s, ')') + 1;
	} else {
		while (n < s->n && !ascii_is_space(s->p[n]) && s->p[n] != '(')
			n++;
	}
	*part = str_head(*s, n);
	*s = str_from(*s, n);
	return true;
}

static enum answer
part_of(struct str part, int64_t width)
{
	if (part.p[0] == '(')
		return feature_of(str_sub(part, 1, part.n -
		    (part.p[part.n - 1] == ')')), width);
	if (str_case_is(part, "screen") || str_case_is(part, "all"))
		return YES;
	/* all others are media that are no screen, or no word at all */
	return str_case_is(part, "or") || str_case_is(part, "not") ||
	    str_case_is(part, "only") ? UNKNOWN : NO;
}

/* "only screen and (min-width: 1px)", "not print" */
static enum answer
query_of(struct str query, int64_t width)
{
	enum answer all = YES, one;
	bool is_not = false;
	struct str part;

	for (size_t n = 0; next_part(&query, &part); n++) {
		if (n == 0 && (str_case_is(part, "only") ||
		    str_case_is(part, "not"))) {
			is_not = str_case_is(part, "not");
			continue;
		}
		if (str_case_is(part, "and"))
			continue;
		one = part_of(part, width);
		if (one == UNKNOWN)
			return UNKNOWN;
		if (one == NO)
			all = NO;
	}
	return is_not ? answer_of(all == NO) : all;
}

static bool
list_holds(struct str queries, int64_t width)
{
	struct str query;

	while (str_next(&queries, ',', &query))
		if (query_of(query, width) == YES)
			return true;
	return false;
}

bool
css_media_holds(struct str queries)
{
	return list_holds(queries, PHONE) && list_holds(queries, DESK);
}

bool
css_media_holds_somewhere(struct str queries)
{
	return list_holds(queries, PHONE) || list_holds(queries, DESK);
}

bool
css_support_holds(struct str condition)
{
	static const struct str values[] = {
		STR_INIT("block"), STR_INIT("inline"), STR_INIT("none"),
		STR_INIT("inline-block"), STR_INIT("table"), STR_INIT("flex"),
		STR_INIT("grid"),
	};
	struct str name, value;

	condition = str_trim(condition);
	if (!str_skip(&condition, STR("(")) ||
	    !str_cut(condition, ')', &condition, &value) ||
	    str_trim(value).n != 0 ||
	    !str_cut(condition, ':', &name, &value) ||
	    !str_case_is(str_trim(name), "display"))
		return false;
	return str_case_is_any(str_trim(value), values, nitems(values));
}
