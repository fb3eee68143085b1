/* SPDX-License-Identifier: Apache-2.0 */
/* JSON out.  Reading JSON is a library's work. */
#include "base/json.h"

#include <string.h>

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

enum { ROW = 16 };

#ifdef __SSE2__
/* Which of a row do not, a bit for each place. */
static unsigned
odd_in_row(__m128i in)
{
	const __m128i low = _mm_set1_epi8(0x1f);
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
		unsigned odd = odd_in_row(
		    _mm_loadu_si128((const void *)(s.p + i)));

		if (odd != 0)
			return i + (unsigned)__builtin_ctz(odd) - at;
	}
#endif
	while (i < s.n && is_plain(s.p[i]))
		i++;
	return i - at;
}

/* Eight bytes, of which the high bit tells in the result which are odd, or no
 * ASCII. */
static uint64_t
odd_in_eight(uint64_t in)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t quote = in ^ ones * '"', slash = in ^ ones * '\\';

	/* Below 0x80 nothing carries from one byte into the next; above, the
	 * byte itself tells. */
	return (in | (in - ones * 0x20) | (quote - ones) | (slash - ones) |
	    (in + ones)) & ones * 0x80;
}

/* Both ends of eight to sixteen bytes, which may meet, and of four to eight:
 * to copy and to look at them without a loop. */
static inline void
take_eights(uint64_t ends[static 2], char *to, const char *from, size_t n)
{
	memcpy(&ends[0], from, sizeof(ends[0]));
	memcpy(&ends[1], from + n - sizeof(ends[1]), sizeof(ends[1]));
	memcpy(to, &ends[0], sizeof(ends[0]));
	memcpy(to + n - sizeof(ends[1]), &ends[1], sizeof(ends[1]));
}

static inline void
take_fours(uint32_t ends[static 2], char *to, const char *from, size_t n)
{
	memcpy(&ends[0], from, sizeof(ends[0]));
	memcpy(&ends[1], from + n - sizeof(ends[1]), sizeof(ends[1]));
	memcpy(to, &ends[0], sizeof(ends[0]));
	memcpy(to + n - sizeof(ends[1]), &ends[1], sizeof(ends[1]));
}

/* Up to sixteen bytes. */
static bool
copy_short(char *to, const char *from, size_t n)
{
	uint64_t eights[2];
	uint32_t fours[2];

	if (n >= 8) {
		take_eights(eights, to, from, n);
		return (odd_in_eight(eights[0]) | odd_in_eight(eights[1])) ==
		    0;
	}
	if (n >= 4) {
		take_fours(fours, to, from, n);
		return odd_in_eight((uint64_t)fours[0] << 32 | fours[1]) == 0;
	}
	for (size_t i = 0; i < n; i++) {
		to[i] = from[i];
		if (!is_plain(from[i]) || (unsigned char)from[i] >= 0x80)
			return false;
	}
	return true;
}

/* The same of what is known to be plain. */
static inline void
copy_known(char *to, const char *from, size_t n)
{
	uint64_t eights[2];
	uint32_t fours[2];

	if (n > 16)
		memcpy(to, from, n);
	else if (n >= 8)
		take_eights(eights, to, from, n);
	else if (n >= 4)
		take_fours(fours, to, from, n);
	else
		for (size_t i = 0; i < n; i++)
			to[i] = from[i];
}

/* Copies what is ASCII and stands as it is, or says false. */
static bool
copy_plain(char *to, struct str s)
{
#ifdef __SSE2__
	if (s.n < ROW)
		return copy_short(to, s.p, s.n);
	for (size_t i = 0; i < s.n; i += ROW) {
		/* the last row, some of it for the second time */
		size_t at = s.n - i < ROW ? s.n - ROW : i;
		__m128i in = _mm_loadu_si128((const void *)(s.p + at));

		if ((odd_in_row(in) | (unsigned)_mm_movemask_epi8(in)) != 0)
			return false;
		_mm_storeu_si128((void *)(to + at), in);
	}
	return true;
#else
	return s.n <= 16 && copy_short(to, s.p, s.n);
#endif
}

static void
add_runs(struct buf *b, struct str s, bool is_valid)
{
	for (size_t at = 0; at < s.n;) {
		size_t n = is_valid ? plain_run(s, at) : 0;

		buf_add(b, s.p + at, n);
		at += n;
		if (at < s.n)
			add_escaped(b, utf8_next(s, &at));
	}
}

/* Most is short, plain and fits. */
static void
add_text(struct json *j, struct str s)
{
	struct buf *b = j->to;

	if (b->room - b->n < s.n + 2 || !copy_plain(b->p + b->n + 1, s)) {
		buf_add_byte(b, '"');
		add_runs(b, s, utf8_is_valid(s));
		buf_add_byte(b, '"');
		return;
	}
	b->p[b->n] = b->p[b->n + s.n + 1] = '"';
	b->n += s.n + 2;
}

void
json_open_text(struct json *j)
{
	before_value(j);
	buf_add_byte(j->to, '"');
}

void
json_close_text(struct json *j)
{
	buf_add_byte(j->to, '"');
}

void
json_text(struct json *j, struct str s)
{
	struct buf *b = j->to;

	/* more room than that: a buffer without any has no address */
	if (b->room - b->n > s.n && copy_plain(b->p + b->n, s))
		b->n += s.n;
	else
		add_runs(b, s, utf8_is_valid(s));
}

void
json_text_own(struct json *j, struct str s)
{
	struct buf *b = j->to;

#ifdef __SSE2__
	/* as copy_plain, and any character of UTF-8 */
	for (; s.n >= ROW && b->room - b->n >= ROW; s = str_from(s, ROW)) {
		__m128i in = _mm_loadu_si128((const void *)s.p);

		if (odd_in_row(in) != 0)
			break;
		_mm_storeu_si128((void *)(b->p + b->n), in);
		b->n += ROW;
	}
#endif
	if (s.n < ROW && b->room - b->n > s.n && copy_plain(b->p + b->n, s))
		b->n += s.n;
	else
		add_runs(b, s, true);
}

void
json_key_plain(struct json *j, struct str key)
{
	struct buf *b = j->to;
	char *to;

	before_value(j);
	j->has_value = false;
	if (b->room - b->n < key.n + 3) {
		buf_add_byte(b, '"');
		buf_add_str(b, key);
		buf_add_str(b, STR("\":"));
		return;
	}
	to = b->p + b->n;
	to[0] = '"';
	copy_known(to + 1, key.p, key.n);
	to[key.n + 1] = '"';
	to[key.n + 2] = ':';
	b->n += key.n + 3;
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
	/* Most are no points and first revisions. */
	if (n >= 0 && n <= 9)
		buf_add_byte(j->to, (char)('0' + n));
	else
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
	struct str text;

	if (hundredths % 100 == 0) {
		json_int(j, hundredths / 100);
		return;
	}
	before_value(j);
	text = str_hundredths(room, hundredths);
	if (hundredths % 10 == 0)
		text.n--;
	buf_add_str(j->to, text);
}

void
json_raw(struct json *j, struct str value)
{
	before_value(j);
	buf_add_str(j->to, value);
}
