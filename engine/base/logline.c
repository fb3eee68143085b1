/* SPDX-License-Identifier: Apache-2.0 */
/* Four ways to write the same event. */
#include "base/logline.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"

enum { TIME_TEXT = 40, FACILITY_MAIL = 2 << 3, NAME_MOST = 60 };

static const struct level {
	const char *name;
	int priority;         /* syslog(3) */
} levels[] = {
	[LOG_LEVEL_ERROR] = { "error", 3 },
	[LOG_LEVEL_WARN] = { "warning", 4 },
	[LOG_LEVEL_INFO] = { "info", 6 },
	[LOG_LEVEL_DEBUG] = { "debug", 7 }
};

/* So many digits of a number, and a mark behind them. */
static char *
put_digits(char *to, long n, int digits, char mark)
{
	for (int i = digits; i-- > 0; n /= 10)
		to[i] = (char)('0' + n % 10);
	to[digits] = mark;
	return to + digits + 1;
}

/* "2026-02-09T08:07:06.543Z" */
static struct str
time_text(char room[static TIME_TEXT], const struct timespec *when)
{
	struct tm utc;
	char *to = room;

	gmtime_r(&when->tv_sec, &utc);
	to = put_digits(to, utc.tm_year + 1900, 4, '-');
	to = put_digits(to, utc.tm_mon + 1, 2, '-');
	to = put_digits(to, utc.tm_mday, 2, 'T');
	to = put_digits(to, utc.tm_hour, 2, ':');
	to = put_digits(to, utc.tm_min, 2, ':');
	to = put_digits(to, utc.tm_sec, 2, '.');
	to = put_digits(to, when->tv_nsec / 1000000, 3, 'Z');
	return str_between(room, to);
}

/* Bytes that are no UTF-8. */
static void
add_bytes(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_printf(b, "\\x%02x", (unsigned char)s.p[i]);
}

/* Whoever reads the log in a terminal sees what was written, not what it makes
 * of the terminal. */
static void
add_clean(struct buf *b, struct str s)
{
	size_t at = utf8_print_run(s);

	buf_add(b, s.p, at);
	while (at < s.n) {
		size_t begin = at, run;
		uint32_t point = utf8_next(s, &at);
		struct str raw = str_sub(s, begin, at);

		if (!utf8_is_valid(raw) || point < 0x20 || point == 0x7f)
			add_bytes(b, raw);
		else if (utf8_is_unsafe(point))
			buf_printf(b, "\\u%04x", (unsigned)point);
		else
			buf_add_str(b, raw);
		run = utf8_print_run(str_from(s, at));
		buf_add(b, s.p + at, run);
		at += run;
	}
}

/* What could end or imitate a field. */
static const bool breaks[256] = {
	[' '] = true, ['"'] = true, ['<'] = true, ['>'] = true,
};

/* A word: what could end or imitate a field is replaced. */
static void
add_word(struct buf *b, struct str s)
{
	size_t n;

	if (s.n == 0)
		buf_add_byte(b, '-');
	while (s.n != 0) {
		for (n = 0; n < s.n && !breaks[(unsigned char)s.p[n]]; n++)
			;
		add_clean(b, str_head(s, n));
		if (n < s.n)
			buf_add_byte(b, '_');
		s = str_from(s, n < s.n ? n + 1 : n);
	}
}

/* Between quotes, in which a quote and a backslash have one before them. */
static void
add_quoted(struct buf *b, struct str s)
{
	size_t n;

	buf_add_byte(b, '"');
	while (s.n != 0) {
		n = str_find_any(s, '"', '\\', '"');
		add_clean(b, str_head(s, n));
		if (n < s.n) {
			buf_add_byte(b, '\\');
			buf_add_byte(b, s.p[n]);
		}
		s = str_from(s, n < s.n ? n + 1 : n);
	}
	buf_add_byte(b, '"');
}

static void
add_field(struct buf *b, const struct log_field *f)
{
	buf_add_str(b, str_of(f->name));
	if (f->kind == LOG_FLAG)
		return;
	buf_add_byte(b, '=');
	if (f->kind == LOG_QUOTED)
		add_quoted(b, f->value);
	else
		add_word(b, f->value);
	if (f->kind == LOG_US)
		buf_add_str(b, STR("us"));
}

void
logline_words(struct buf *to, const struct log_line *l)
{
	if (l->event == NULL) {
		add_clean(to, l->text);
		return;
	}
	for (size_t i = 0; i < l->n; i++) {
		if (i != 0)
			buf_add_byte(to, ' ');
		add_field(to, &l->fields[i]);
	}
}

/* The line end comes whatever was cut. */
static void
end_line(struct buf *b)
{
	if (b->n == b->most)
		b->n--;
	buf_add_byte(b, '\n');
}

void
logline_text(struct buf *to, const struct log_line *l)
{
	char room[TIME_TEXT];

	buf_add_str(to, time_text(room, &l->when));
	buf_add_byte(to, ' ');
	buf_add_str(to, str_of(levels[l->level].name));
	buf_add_byte(to, ' ');
	logline_words(to, l);
	end_line(to);
}

static void
put_field(struct json *j, const struct log_field *f)
{
	json_key(j, f->key != NULL ? f->key : f->name);
	if (f->kind == LOG_FLAG)
		json_bool(j, true);
	else if (f->json.n != 0)
		json_raw(j, f->json);
	else if (f->kind == LOG_NUMBER || f->kind == LOG_US)
		json_raw(j, f->value);
	else
		json_str(j, f->value);
}

void
logline_json(struct buf *to, const struct log_line *l)
{
	char room[TIME_TEXT];
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_put_str(&j, "time", time_text(room, &l->when));
	json_put_str(&j, "level", str_of(levels[l->level].name));
	json_put_int(&j, "pid", l->pid);
	if (l->event == NULL)
		json_put_str(&j, "message", l->text);
	else
		json_put_str(&j, "event", str_of(l->event));
	for (size_t i = 0; i < l->n; i++)
		put_field(&j, &l->fields[i]);
	json_close_object(&j);
	end_line(to);
}

/* "<22>Feb  9 08:07:06 sekishod[123]: ", in local time as all there are. */
void
logline_syslog(struct buf *to, const struct log_line *l, struct str said)
{
	char room[TIME_TEXT];
	struct tm local;
	size_t n;

	localtime_r(&l->when.tv_sec, &local);
	n = strftime(room, sizeof(room), "%b %e %H:%M:%S", &local);
	buf_printf(to, "<%d>%.*s sekishod[%ld]: ",
	    FACILITY_MAIL | levels[l->level].priority, (int)n, room, l->pid);
	buf_add_str(to, said);
}

/* "NAME=value\n"; with a line end in it, NAME, the length as eight bytes, the
 * lowest first, and the value. */
static void
add_entry(struct buf *b, struct str name, struct str value)
{
	buf_add_str(b, name);
	if (!str_has(value, '\n')) {
		buf_add_byte(b, '=');
	} else {
		buf_add_byte(b, '\n');
		for (int i = 0; i < 8; i++)
			buf_add_byte(b, (char)(value.n >> (8 * i) & 0xff));
	}
	buf_add_str(b, value);
	buf_add_byte(b, '\n');
}

static void
add_own_entry(struct buf *b, const struct log_field *f)
{
	const char *key = f->key != NULL ? f->key : f->name;
	char name[NAME_MOST] = "SEKISHO_";
	size_t n = strlen(name);

	for (; *key != '\0' && n + 1 < sizeof(name); key++)
		name[n++] = ascii_upper(*key);
	add_entry(b, (struct str){ name, n },
	    f->kind == LOG_FLAG ? STR("yes") : f->value);
}

void
logline_journal(struct buf *to, const struct log_line *l, struct str said)
{
	add_entry(to, STR("MESSAGE"), said);
	buf_printf(to, "PRIORITY=%d\nSYSLOG_IDENTIFIER=sekishod\n"
	    "SYSLOG_FACILITY=%d\nSYSLOG_PID=%ld\n", levels[l->level].priority,
	    FACILITY_MAIL >> 3, l->pid);
	if (l->event != NULL)
		add_entry(to, STR("SEKISHO_EVENT"), str_of(l->event));
	for (size_t i = 0; i < l->n; i++)
		add_own_entry(to, &l->fields[i]);
}
