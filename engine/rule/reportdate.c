/* SPDX-License-Identifier: Apache-2.0 */
/* Days in reports. */
#include "rule/reportdate.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/vec.h"

enum { ERA_BEFORE = 2018 }; /* the year before 令和元年 */

static const char *const months[] = { "jan", "feb", "mar", "apr", "may",
	"jun", "jul", "aug", "sep", "oct", "nov", "dec" };

/* Up to most digits at the front, at least one. */
static bool
take_number(struct str *s, size_t most, int64_t *out)
{
	size_t n = str_digits(str_head(*s, most));

	if (n == 0 || !str_to_int(str_head(*s, n), out))
		return false;
	*s = str_from(*s, n);
	return true;
}

static bool
day_make(int64_t y, int64_t m, int64_t d, int32_t *day)
{
	char text[16];

	if (y < 2000 || y > 2099 || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	snprintf(text, sizeof(text), "%04d-%02d-%02d", (int)y, (int)m,
	    (int)d);
	return day_parse(str_of(text), day);
}

/* "2026", "令和8", "令和元". */
static bool
take_year(struct str *s, int64_t *y)
{
	if (!str_skip(s, STR("令和")))
		return take_number(s, 4, y) && *y >= 2000;
	*y = 1;
	if (!str_skip(s, STR("元")) && !take_number(s, 2, y))
		return false;
	*y += ERA_BEFORE;
	return true;
}

/* Bytes of a day in digits at the front of s, or 0. */
static size_t
digits_span(struct str s, int32_t *day)
{
	static const struct str marks[][3] = {
		{ STR_INIT("年"), STR_INIT("月"), STR_INIT("日") },
		{ STR_INIT("/"), STR_INIT("/"), STR_INIT("") },
		{ STR_INIT("-"), STR_INIT("-"), STR_INIT("") },
		{ STR_INIT("."), STR_INIT("."), STR_INIT("") },
	};
	int64_t y, m, d;

	for (size_t i = 0; i < nitems(marks); i++) {
		struct str rest = s, behind;

		if (!take_year(&rest, &y) ||
		    !str_skip(&rest, marks[i][0]) ||
		    !take_number(&rest, 2, &m) ||
		    !str_skip(&rest, marks[i][1]))
			continue;
		behind = rest;
		if (take_number(&rest, 2, &d) &&
		    str_skip(&rest, marks[i][2]) && day_make(y, m, d, day))
			return s.n - rest.n;
		if (i == 0 && day_make(y, m, 1, day))
			return s.n - behind.n;
	}
	return 0;
}

/* "Feb", "February"; bytes, and its number from 1. */
static size_t
month_at(struct str s, int64_t *month)
{
	size_t n = 0;

	while (n < s.n && ascii_is_alpha(s.p[n]))
		n++;
	for (size_t i = 0; n >= 3 && n <= 9 && i < nitems(months); i++)
		if (str_case_starts(s, str_of(months[i]))) {
			*month = (int64_t)i + 1;
			return n;
		}
	return 0;
}

static void
skip_gap(struct str *s)
{
	while (s->n != 0 && (s->p[0] == ' ' || s->p[0] == ',' ||
	    s->p[0] == '.'))
		*s = str_from(*s, 1);
	str_case_skip(s, STR("of "));
}

/* "9 Feb 2026" */
static bool
day_first(struct str s, int32_t *day, struct str *rest)
{
	int64_t y, m = 0, d;
	size_t n;

	if (!take_number(&s, 2, &d))
		return false;
	if (!str_case_skip(&s, STR("th")) && !str_case_skip(&s, STR("st")) &&
	    !str_case_skip(&s, STR("nd")))
		str_case_skip(&s, STR("rd"));
	skip_gap(&s);
	n = month_at(s, &m);
	s = str_from(s, n);
	skip_gap(&s);
	*rest = s;
	return n != 0 && take_number(rest, 4, &y) && day_make(y, m, d, day);
}

/* "February 9, 2026", "February 2026" */
static bool
month_first(struct str s, int32_t *day, struct str *rest)
{
	int64_t y, m = 0, d;
	size_t n = month_at(s, &m);

	if (n == 0)
		return false;
	s = str_from(s, n);
	skip_gap(&s);
	*rest = s;
	if (take_number(rest, 4, &y) && y >= 2000)
		return day_make(y, m, 1, day);
	if (!take_number(&s, 2, &d))
		return false;
	skip_gap(&s);
	*rest = s;
	return take_number(rest, 4, &y) && day_make(y, m, d, day);
}

bool
reportdate_next(struct str *text, int32_t *day)
{
	bool is_inside = false;

	for (; text->n != 0; *text = str_from(*text, 1)) {
		struct str rest;
		size_t n;

		if (!is_inside && (n = digits_span(*text, day)) != 0) {
			*text = str_from(*text, n);
			return true;
		}
		if (!is_inside && (day_first(*text, day, &rest) ||
		    month_first(*text, day, &rest))) {
			*text = rest;
			return true;
		}
		is_inside = ascii_is_alnum(text->p[0]);
	}
	return false;
}

bool
reportdate_yearless(struct str text, int32_t today, int32_t *day)
{
	char year[16];
	int64_t y, m, d;

	day_format(today, year);
	for (; text.n != 0; text = str_from(text, 1)) {
		struct str rest = text;

		if (!take_number(&rest, 2, &m) ||
		    !str_skip(&rest, STR("月")) ||
		    !take_number(&rest, 2, &d) || !str_skip(&rest, STR("日")))
			continue;
		if (!str_to_int(str_head(str_of(year), 4), &y) ||
		    !day_make(y, m, d, day))
			return false;
		return *day <= today || day_make(y - 1, m, d, day);
	}
	return false;
}
