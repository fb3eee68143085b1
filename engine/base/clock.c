/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks, and days as numbers (the civil calendar, computed in eras). */
#include "base/clock.h"

#include <time.h>

enum { DAY_SECONDS = 86400 };

static int64_t
us_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_us(void)
{
	return us_of(CLOCK_MONOTONIC);
}

int64_t
clock_cpu_us(void)
{
	return us_of(CLOCK_THREAD_CPUTIME_ID);
}

int64_t
clock_ms(void)
{
	return clock_us() / 1000;
}

int64_t
clock_tick_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_wall(void)
{
	return (int64_t)time(NULL);
}

int32_t
day_today(void)
{
	return day_of(clock_wall());
}

int32_t
day_of(int64_t wall)
{
	int64_t day = wall / DAY_SECONDS;

	/* Rounded down also before 1970. */
	return (int32_t)(wall % DAY_SECONDS < 0 ? day - 1 : day);
}

/* Days before a year that begins in March, so that leap days come last. */
static int32_t
day_from_civil(int32_t year, int32_t month, int32_t day)
{
	int32_t era, of_era, of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	of_era = year - era * 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

static void
day_to_civil(int32_t days, int32_t *year, int32_t *month, int32_t *day)
{
	int32_t era, doe, yoe, doy, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

bool
day_parse(struct str s, int32_t *day)
{
	int64_t year, month, date;
	int32_t y, m, d;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
	    !str_to_int(str_head(s, 4), &year) ||
	    !str_to_int(str_sub(s, 5, 7), &month) ||
	    !str_to_int(str_from(s, 8), &date))
		return false;
	if (year < 1000 || month < 1 || date < 1)
		return false;
	*day = day_from_civil((int32_t)year, (int32_t)month, (int32_t)date);
	day_to_civil(*day, &y, &m, &d);
	return y == year && m == month && d == date;
}

static void
put_two(char *to, int32_t n)
{
	to[0] = (char)('0' + n / 10);
	to[1] = (char)('0' + n % 10);
}

void
day_format(int32_t day, char text[static 16])
{
	int32_t year, month, date;

	day_to_civil(day, &year, &month, &date);
	year = (year % 10000 + 10000) % 10000;
	put_two(text, year / 100);
	put_two(text + 2, year % 100);
	text[4] = text[7] = '-';
	put_two(text + 5, month);
	put_two(text + 8, date);
	text[10] = '\0';
}

struct str
day_text(struct arena *a, int32_t day)
{
	char text[16];

	day_format(day, text);
	return str_copy(a, str_of(text));
}
