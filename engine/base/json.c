/* SPDX-License-Identifier: Apache-2.0 */
/* JSON out.  Reading JSON is a library's work. */
#include "base/json.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/utf8.h"

void
json_init(struct json *j, struct buf *to)
{
	*j = (struct json){ .to = to };
}

static void
before_value(struct json *j)
{
	if (j->has_value)
		buf_add_byte(j->to, ',');
	j->has_value = true;
}

static void
open_with(struct json *j, char bracket)
{
	before_value(j);
	buf_add_byte(j->to, bracket);
	j->has_value = false;
	j->depth++;
}

static void
close_with(struct json *j, char bracket)
{
	buf_add_byte(j->to, bracket);
	j->has_value = true;
	j->depth--;
}

void
json_open_object(struct json *j)
{
	open_with(j, '{');
}

void
json_close_object(struct json *j)
{
	close_with(j, '}');
}

void
json_open_array(struct json *j)
{
	open_with(j, '[');
}

void
json_close_array(struct json *j)
{
	close_with(j, ']');
}

static void
add_escaped(struct buf *b, uint32_t point)
{
	switch (point) {
	case '"':
		buf_add_str(b, STR("\\\""));
		break;
	case '\\':
		buf_add_str(b, STR("\\\\"));
		break;
	case '\n':
		buf_add_str(b, STR("\\n"));
		break;
	case '\r':
		buf_add_str(b, STR("\\r"));
		break;
	case '\t':
		buf_add_str(b, STR("\\t"));
		break;
	case 0:
		/* Legal, but readers in C refuse it or stop there. */
		utf8_add(b, UTF8_BAD);
		break;
	default:
		if (point < 0x20 || point == 0x7f)
			buf_printf(b, "\\u%04x", (unsigned)point);
		else
			utf8_add(b, point);
	}
}

/* Bytes at the front that stand in JSON as they are; in UTF-8. */
static size_t
plain_run(struct str s)
{
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] >= 0x20 && s.p[n] != '"' &&
	    s.p[n] != '\\' && s.p[n] != 0x7f)
		n++;
	return n;
}

static void
add_text(struct json *j, struct str s)
{
	bool is_valid = utf8_is_valid(s);

	buf_add_byte(j->to, '"');
	for (size_t at = 0; at < s.n;) {
		size_t n = is_valid ? plain_run(str_from(s, at)) : 0;

		buf_add(j->to, s.p + at, n);
		at += n;
		if (at < s.n)
			add_escaped(j->to, utf8_next(s, &at));
	}
	buf_add_byte(j->to, '"');
}

void
json_key_str(struct json *j, struct str key)
{
	before_value(j);
	add_text(j, key);
	buf_add_byte(j->to, ':');
	j->has_value = false;
}

void
json_key(struct json *j, const char *key)
{
	json_key_str(j, str_of(key));
}

void
json_str(struct json *j, struct str s)
{
	before_value(j);
	add_text(j, s);
}

void
json_int(struct json *j, int64_t n)
{
	before_value(j);
	buf_printf(j->to, "%" PRId64, n);
}

void
json_bool(struct json *j, bool b)
{
	before_value(j);
	buf_add_str(j->to, b ? STR("true") : STR("false"));
}

void
json_nothing(struct json *j)
{
	before_value(j);
	buf_add_str(j->to, STR("null"));
}

void
json_points(struct json *j, int64_t hundredths)
{
	int64_t n = hundredths < 0 ? -hundredths : hundredths;
	const char *sign = hundredths < 0 ? "-" : "";

	before_value(j);
	if (n % 100 == 0)
		buf_printf(j->to, "%s%" PRId64, sign, n / 100);
	else if (n % 10 == 0)
		buf_printf(j->to, "%s%" PRId64 ".%" PRId64, sign, n / 100,
		    n % 100 / 10);
	else
		buf_printf(j->to, "%s%" PRId64 ".%02" PRId64, sign, n / 100,
		    n % 100);
}

void
json_raw(struct json *j, struct str value)
{
	before_value(j);
	buf_add_str(j->to, value);
}

void
json_put_str(struct json *j, const char *key, struct str s)
{
	json_key(j, key);
	json_str(j, s);
}

void
json_put_int(struct json *j, const char *key, int64_t n)
{
	json_key(j, key);
	json_int(j, n);
}

void
json_put_bool(struct json *j, const char *key, bool b)
{
	json_key(j, key);
	json_bool(j, b);
}

void
json_put_points(struct json *j, const char *key, int64_t hundredths)
{
	json_key(j, key);
	json_points(j, hundredths);
}
