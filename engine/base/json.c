/* SPDX-License-Identifier: Apache-2.0 */
/* JSON out.  Reading JSON is a library's work. */
#include "base/json.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* Whether a byte stands in JSON as it is; in UTF-8. */
static bool
is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

#ifdef __SSE2__
enum { ROW = 16 };

/* Which of a row do not, a bit for each place. */
static unsigned
odd_in_row(const char *p)
{
	const __m128i low = _mm_set1_epi8(0x1f);
	__m128i in = _mm_loadu_si128((const void *)p);
	__m128i odd = _mm_cmpeq_epi8(_mm_min_epu8(in, low), in);

	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(in, _mm_set1_epi8('"')));
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(in, _mm_set1_epi8('\\')));
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(in, _mm_set1_epi8(0x7f)));
	return (unsigned)_mm_movemask_epi8(odd);
}
#endif

/* How many bytes from at on stand in JSON as they are. */
static size_t
plain_run(struct str s, size_t at)
{
	size_t i = at;

#ifdef __SSE2__
	for (; s.n - i >= ROW; i += ROW) {
		unsigned odd = odd_in_row(s.p + i);

		if (odd != 0)
			return i + (unsigned)__builtin_ctz(odd) - at;
	}
#endif
	while (i < s.n && is_plain(s.p[i]))
		i++;
	return i - at;
}

static void
add_text(struct json *j, struct str s)
{
	bool is_valid = utf8_is_valid(s);

	buf_add_byte(j->to, '"');
	for (size_t at = 0; at < s.n;) {
		size_t n = is_valid ? plain_run(s, at) : 0;

		buf_add(j->to, s.p + at, n);
		at += n;
		if (at < s.n)
			add_escaped(j->to, utf8_next(s, &at));
	}
	buf_add_byte(j->to, '"');
}

void
json_key_plain(struct json *j, struct str key)
{
	struct buf *b = j->to;

	before_value(j);
	buf_add_byte(b, '"');
	buf_add_str(b, key);
	buf_add_str(b, STR("\":"));
	j->has_value = false;
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
json_str(struct json *j, struct str s)
{
	before_value(j);
	add_text(j, s);
}

void
json_int(struct json *j, int64_t n)
{
	char room[STR_INT];

	before_value(j);
	buf_add_str(j->to, str_int(room, n));
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
	char room[STR_INT];
	struct str text = str_hundredths(room, hundredths);

	before_value(j);
	if (hundredths % 100 == 0)
		text.n -= 3;
	else if (hundredths % 10 == 0)
		text.n--;
	buf_add_str(j->to, text);
}

void
json_raw(struct json *j, struct str value)
{
	before_value(j);
	buf_add_str(j->to, value);
}
