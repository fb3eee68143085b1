/* SPDX-License-Identifier: Apache-2.0 */
/* Dates of less than a day, and fields between tabs. */
#include "check/record.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/vec.h"

enum { FIELDS = 5, DATE_TEXT = 16, DAY_TEXT = 10 };

static bool
day_from(struct str year, struct str month, const char *day, int32_t *out)
{
	char text[DATE_TEXT];
	struct buf b;
	bool is_day;

	buf_init(&b, sizeof(text));
	buf_add_str(&b, year);
	buf_add_byte(&b, '-');
	buf_add_str(&b, month);
	buf_add_str(&b, str_of(day));
	is_day = day_parse(buf_str(&b), out);
	buf_release(&b);
	return is_day;
}

/* The day before the first of the month that follows. */
static int32_t
last_of_month(int32_t first)
{
	int32_t day = first + 27;
	char text[DATE_TEXT];

	do
		day_format(++day, text);
	while (!(text[8] == '0' && text[9] == '1'));
	return day - 1;
}

static bool
month_of(struct str text, int32_t *first, int32_t *last)
{
	struct str year, month;

	if (text.n != 7 || !str_cut(text, '-', &year, &month) ||
	    !day_from(year, month, "-01", first))
		return false;
	*last = last_of_month(*first);
	return true;
}

bool
record_when(struct str text, int32_t *first, int32_t *last)
{
	static const struct part {
		const char *word;
		int32_t from, to; /* days of the month, from 0; 0: its end */
	} parts[] = { { "early ", 0, 9 }, { "mid ", 10, 19 },
		{ "late ", 20, 0 } };
	struct str rest = text;

	for (size_t i = 0; i < nitems(parts); i++) {
		if (!str_skip(&rest, str_of(parts[i].word)))
			continue;
		if (!month_of(rest, first, last))
			return false;
		if (parts[i].to != 0)
			*last = *first + parts[i].to;
		*first += parts[i].from;
		return true;
	}
	if (day_parse(text, first)) {
		*last = *first;
		return true;
	}
	if (text.n == 4)
		return day_from(text, STR("01"), "-01", first) &&
		    day_from(text, STR("12"), "-31", last);
	return month_of(text, first, last);
}

bool
record_day(struct str text, int32_t *day)
{
	int32_t last;

	if (record_when(text, day, &last))
		return true;
	return text.n > DAY_TEXT && (text.p[DAY_TEXT] == 'T' ||
	    text.p[DAY_TEXT] == ' ') && day_parse(str_head(text, DAY_TEXT),
	    day);
}

struct str
record_key(struct arena *a, struct str name)
{
	return str_cat(a, STR("record:"), str_lower(a, name));
}

struct str
record_word(struct arena *a, struct str text)
{
	char *to = arena_take_raw(a, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (ascii_is_alnum(text.p[i]) || (text.p[i] & 0x80) != 0)
			to[n++] = ascii_lower(text.p[i]);
		else if (n != 0 && to[n - 1] != '-')
			to[n++] = '-';
	}
	if (n != 0 && to[n - 1] == '-')
		n--;
	return (struct str){ to, n };
}

static size_t
cut_fields(struct str line, struct str fields[static FIELDS])
{
	size_t n = 0;
	bool has_more = true;

	while (n < FIELDS && has_more) {
		has_more = str_cut(line, '\t', &fields[n], &line);
		if (fields[n++].n > RECORD_FIELD_MOST)
			return 0;
	}
	return n;
}

void
record_read(struct record *out, struct str value)
{
	struct str line, f[FIELDS];
	int32_t first, last;

	*out = (struct record){ 0 };
	while (str_next(&value, '\n', &line)) {
		size_t n = cut_fields(line, f);

		if (n < 4 || f[1].n == 0 || f[2].n == 0 || f[3].n == 0)
			continue;
		if (str_is(f[0], "registered") &&
		    record_when(f[1], &first, &last)) {
			out->first = first;
			out->last = last;
			out->registered = f[1];
			out->source = f[2];
			out->fetched = f[3];
		} else if (str_is(f[0], "verdict") &&
		    out->n < RECORD_VERDICTS) {
			out->verdicts[out->n++] = (struct record_verdict){
				f[1], f[2], f[3], n > 4 ? f[4] : STR("") };
		}
	}
}

/* What would end a field or a line becomes a blank. */
static void
add_field(struct buf *to, struct str s, char end)
{
	s = str_head(s, RECORD_FIELD_MOST);
	for (size_t i = 0; i < s.n; i++)
		buf_add_byte(to, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
	buf_add_byte(to, end);
}

void
record_write(struct buf *to, const struct record *r)
{
	if (r->registered.n != 0) {
		buf_add_str(to, STR("registered\t"));
		add_field(to, r->registered, '\t');
		add_field(to, r->source, '\t');
		add_field(to, r->fetched, '\n');
	}
	for (size_t i = 0; i < r->n; i++) {
		buf_add_str(to, STR("verdict\t"));
		add_field(to, r->verdicts[i].vendor, '\t');
		add_field(to, r->verdicts[i].says, '\t');
		add_field(to, r->verdicts[i].seen, '\t');
		add_field(to, r->verdicts[i].note, '\n');
	}
}
