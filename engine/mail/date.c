/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates, word by word: whatever looks like a day, a month, a year, a time or
 * a zone is taken as one, in any order that leaves no doubt.
 */
#include "mail/date.h"

#include "base/vec.h"

enum { WORDS_MOST = 16 };

struct date {
	int64_t year, month, day, hour, minute, second;
	int64_t zone; /* minutes east of Greenwich */
	bool has_day, has_time, has_zone;
	bool has_half; /* AM or PM was said */
};

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

/* The minutes of a zone by its name (RFC 5322 4.3); others are unknown. */
static const struct {
	const char *name;
	int minutes;
} zones[] = {
	{ "ut", 0 }, { "utc", 0 }, { "gmt", 0 }, { "z", 0 },
	{ "est", -300 }, { "edt", -240 }, { "cst", -360 }, { "cdt", -300 },
	{ "mst", -420 }, { "mdt", -360 }, { "pst", -480 }, { "pdt", -420 },
	{ "jst", 540 }, { "cet", 60 }, { "cest", 120 }, { "bst", 60 },
};

/* "10 : 00": is the blank at at beside a colon? */
static bool
is_in_time(struct str s, size_t at)
{
	if (at > 0 && s.p[at - 1] == ':')
		return true;
	return at + 1 < s.n && s.p[at + 1] == ':';
}

static struct str
take_word(struct str *s)
{
	struct str word;
	size_t n = 0;

	*s = str_trim(*s);
	while (n < s->n && s->p[n] != ',' && (!ascii_is_space(s->p[n]) ||
	    is_in_time(*s, n)))
		n++;
	word = str_head(*s, n);
	*s = str_from(*s, n < s->n && s->p[n] == ',' ? n + 1 : n);
	return word;
}

static bool
take_number(struct str *s, int64_t *value)
{
	int64_t number = 0;
	size_t n = 0;

	*s = str_trim(*s);
	for (; n < s->n && n < 9 && ascii_is_digit(s->p[n]); n++)
		number = number * 10 + (s->p[n] - '0');
	if (n == 0)
		return false;
	*value = number;
	*s = str_from(*s, n);
	return true;
}

static bool
read_month(struct date *d, struct str word)
{
	if (d->month != 0 || word.n < 3)
		return false;
	for (size_t i = 0; i < 12; i++)
		if (str_case_starts(word, (struct str){ months + 3 * i, 3 })) {
			d->month = (int64_t)i + 1;
			return true;
		}
	return false;
}

/* A colon or, behind the day, a full stop: "10.00.00" */
static bool
skip_colon(const struct date *d, struct str *s, bool *has_stop)
{
	*s = str_trim(*s);
	if (d->has_day && str_skip(s, STR("."))) {
		*has_stop = true;
		return true;
	}
	return !*has_stop && str_skip(s, STR(":"));
}

/* "12:03:04" and "12:03"; what is behind stays. */
static bool
take_time(struct date *d, struct str *s)
{
	int64_t hour, minute, second = 0;
	bool has_stop = false, has_seconds;
	struct str rest = *s;

	if (d->has_time || !take_number(&rest, &hour) ||
	    !skip_colon(d, &rest, &has_stop) || !take_number(&rest, &minute))
		return false;
	has_seconds = skip_colon(d, &rest, &has_stop) &&
	    take_number(&rest, &second);
	if (hour > 24 || minute > 59 || second > 61 ||
	    (has_stop && !has_seconds))
		return false;
	d->hour = hour;
	d->minute = minute;
	d->second = second;
	d->has_time = true;
	*s = rest;
	return true;
}

/* "PM" and "a.m." behind the time */
static bool
read_half(struct date *d, struct str word)
{
	bool is_late = str_case_starts(word, STR("P"));

	if (!d->has_time || d->has_half || d->hour > 12 ||
	    (!str_case_is(word, "am") && !str_case_is(word, "pm") &&
	    !str_case_is(word, "a.m.") && !str_case_is(word, "p.m.")))
		return false;
	d->hour = d->hour % 12 + (is_late ? 12 : 0);
	d->has_half = true;
	return true;
}

/* "+0900", "-07:00", "+9"; none is further from Greenwich than fourteen
 * hours. */
static bool
read_offset(struct date *d, struct str word)
{
	bool is_west = str_starts(word, STR("-"));
	size_t all = word.n;
	int64_t hours, minutes = 0;

	if (d->has_zone || !d->has_time ||
	    (!str_skip(&word, STR("+")) && !str_skip(&word, STR("-"))) ||
	    !take_number(&word, &hours))
		return false;
	if (str_skip(&word, STR(":"))) {
		take_number(&word, &minutes);
	} else if (all - word.n > 3) {
		minutes = hours % 100;
		hours /= 100;
	}
	if (minutes > 59 || hours * 60 + minutes > 14 * 60)
		return false;
	minutes += hours * 60;
	d->zone = is_west ? -minutes : minutes;
	d->has_zone = true;
	return true;
}

static bool
read_zone(struct date *d, struct str word)
{
	/* "GMT+0900" */
	if (word.n > 3 && (str_case_starts(word, STR("GMT")) ||
	    str_case_starts(word, STR("UTC"))))
		return read_offset(d, str_from(word, 3));
	for (size_t i = 0; i < nitems(zones) && !d->has_zone; i++)
		if (str_case_is(word, zones[i].name)) {
			d->zone = zones[i].minutes;
			d->has_zone = true;
		}
	return d->has_zone;
}

/* The time, and what is written right behind it: "10:00PM", "10:00:00.5Z". */
static bool
read_time(struct date *d, struct str word)
{
	int64_t fraction;

	if (!take_time(d, &word))
		return false;
	if (str_skip(&word, STR(".")))
		take_number(&word, &fraction);
	word = str_trim(word);
	if (str_starts(word, STR("+")) || str_starts(word, STR("-")))
		read_offset(d, word);
	else if (word.n != 0 && !read_half(d, word))
		read_zone(d, word);
	return true;
}

/* Two digits are of this century up to 49 (RFC 5322 4.3). */
static void
set_year(struct date *d, int64_t year, size_t digits)
{
	if (digits <= 3)
		year += digits == 2 && year < 50 ? 2000 : 1900;
	d->year = year;
}

static void
read_number(struct date *d, struct str word)
{
	size_t digits = word.n;
	int64_t value;

	if (!take_number(&word, &value) || word.n != 0)
		return;
	if (!d->has_day && digits <= 2) {
		d->day = value;
		d->has_day = true;
	} else if (d->year == 0 && digits <= 4) {
		set_year(d, value, digits);
	}
}

/* "21-Nov-2026" and "2026-11-21T12:03:04+09:00" */
static bool
read_dashes(struct date *d, struct str word)
{
	struct str rest = word, year;
	int64_t first;

	if (!take_number(&rest, &first) || !str_skip(&rest, STR("-")))
		return false;
	if (read_month(d, str_head(rest, 3))) {
		year = str_from(rest, 4);
		d->day = first;
		d->has_day = true;
		read_number(d, year);
		return true;
	}
	if (!take_number(&rest, &d->month) || !str_skip(&rest, STR("-")) ||
	    !take_number(&rest, &d->day))
		return false;
	d->has_day = true;
	d->year = first;
	if (str_skip(&rest, STR("T")))
		read_time(d, rest);
	return true;
}

/* Its first letter tells what a word may be. */
static void
read_word(struct date *d, struct str word)
{
	if (word.n == 0)
		return;
	if (word.p[0] == '+' || word.p[0] == '-')
		read_offset(d, word);
	else if (!ascii_is_digit(word.p[0]))
		(void)(read_month(d, word) || read_half(d, word) ||
		    read_zone(d, word));
	else if (!read_time(d, word) && !read_dashes(d, word) &&
	    (!d->has_zone || d->year == 0))
		read_number(d, word);
}

/* Days from 1970-01-01, by the calendar of today also before it was made. */
static int64_t
days_of(const struct date *d)
{
	int64_t year = d->year - (d->month <= 2), era = year / 400;
	int64_t of_era = year - era * 400;
	int64_t month = d->month + (d->month > 2 ? -3 : 9);
	int64_t of_year = (153 * month + 2) / 5 + d->day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

bool
date_read(struct str value, int64_t *wall, bool *has_zone)
{
	struct date d = { .year = 0 };
	struct str s = str_head(value, str_find(value, '('));

	for (size_t i = 0; i < WORDS_MOST && s.n != 0; i++)
		read_word(&d, take_word(&s));
	if (!d.has_day || d.day < 1 || d.day > 31 || d.month < 1 ||
	    d.month > 12 || d.year < 1900 || d.year > 9999)
		return false;
	*has_zone = d.has_zone;
	*wall = days_of(&d) * 86400 + d.hour * 3600 + d.minute * 60 +
	    d.second - d.zone * 60;
	return true;
}
