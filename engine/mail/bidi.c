/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Overrides of direction.  Bytes are turned round letter by letter and then
 * all of them, so that each letter is itself again.
 */
#include "mail/bidi.h"

#include <stdbool.h>
#include <string.h>

#include <unicode/uchar.h>

#include "base/arena.h"
#include "base/utf8.h"

enum {
	MARK = 3,      /* bytes of each mark */
	FIRST_ACCENT = 0x300, /* that is a letter of its own */
	FIRST_LEFTWARD = 0x590,
	GONE = 0x200b, /* what stands for a mark that has been followed */
	DEPTH_MOST = 8 /* of marks in marks: each turns its text once more */
};

enum { LRE = 0x202a, RLE, PDF, LRO, RLO };
enum { LRI = 0x2066, RLI, FSI, PDI };

static void
swap_bytes(char *p, size_t n)
{
	char c;

	for (size_t i = 0; i < n / 2; i++) {
		c = p[i];
		p[i] = p[n - 1 - i];
		p[n - 1 - i] = c;
	}
}

/* "(" is painted ")" where text runs to the left; both are neighbours. */
static void
mirror(char *p, size_t n, uint32_t point)
{
	uint32_t other;

	if (ascii_is_alnum(p[0]) || ascii_is_space(p[0]) || point == GONE)
		return;
	other = (uint32_t)u_charMirror((UChar32)point);
	if (other == point || other >> 6 != point >> 6)
		return;
	p[n - 1] = (char)(n == 1 ? other : 0x80 | (other & 63));
}

static bool
is_accent(uint32_t point)
{
	return point >= FIRST_ACCENT && point != GONE &&
	    u_hasBinaryProperty((UChar32)point, UCHAR_GRAPHEME_EXTEND);
}

static void
reverse_letters(char *text, size_t n)
{
	struct str s = { text, n };
	size_t at, end;
	uint32_t point;

	for (size_t begin = 0; begin < n; begin = end) {
		end = begin;
		point = utf8_next(s, &end);
		mirror(text + begin, end - begin, point);
		for (at = end; at < n; end = at) {
			if (!is_accent(utf8_next(s, &at)))
				break;
		}
		swap_bytes(text + begin, end - begin);
	}
	swap_bytes(text, n);
}

/* Words of letters that run to the left by themselves, from the first to the
 * last of them; false: there are no more.  *at is where to look on. */
static bool
next_leftward(struct str s, size_t *at, size_t *begin, size_t *end)
{
	size_t from;

	*begin = s.n;
	while (*at < s.n) {
		from = *at;
		uint32_t point = utf8_next(s, at);
		UCharDirection side;

		if (point < FIRST_LEFTWARD && *begin == s.n)
			continue;
		side = u_charDirection((UChar32)point);
		if (side == U_RIGHT_TO_LEFT ||
		    side == U_RIGHT_TO_LEFT_ARABIC) {
			*begin = *begin == s.n ? from : *begin;
			*end = *at;
		} else if (*begin != s.n && *end == from &&
		    is_accent(point)) {
			*end = *at;
		} else if (*begin != s.n && (side == U_LEFT_TO_RIGHT ||
		    side == U_EUROPEAN_NUMBER)) {
			break;
		}
	}
	return *begin != s.n;
}

static void
reverse_line(char *text, size_t n)
{
	struct str s = { text, n };
	size_t at = 0, begin, end = 0;

	reverse_letters(text, n);
	while (next_leftward(s, &at, &begin, &end))
		reverse_letters(text + begin, end - begin);
}

static void
reverse_lines(char *text, size_t n)
{
	for (size_t at = 0, end; at < n; at = end + 1) {
		end = at + str_find_any((struct str){ text + at, n - at },
		    '\n', '\r', '\r');
		reverse_line(text + at, end - at);
	}
}

/* Marks that are open in a line, the innermost last. */
struct open_mark {
	size_t begin; /* of what is behind it */
	bool is_turned;
	bool is_apart; /* an isolate: PDI ends it */
};

struct line {
	char *text;
	struct open_mark open[DEPTH_MOST];
	size_t n;
	size_t beyond; /* open ones that there was no room for */
	size_t begin;
	bool is_forced; /* to the left, where no mark says otherwise */
};

static bool
is_turned(const struct line *l)
{
	return l->n != 0 ? l->open[l->n - 1].is_turned : l->is_forced;
}

static void
line_close(struct line *l, size_t at)
{
	const struct open_mark *mark = &l->open[--l->n];

	if (mark->is_turned != is_turned(l))
		reverse_line(l->text + mark->begin, at - mark->begin);
}

static void
line_end(struct line *l, size_t at)
{
	while (l->n != 0)
		line_close(l, at);
	if (l->is_forced)
		reverse_line(l->text + l->begin, at - l->begin);
	l->beyond = 0;
	l->begin = at + 1;
}

static void
line_open(struct line *l, uint32_t mark, size_t at)
{
	if (l->n == DEPTH_MOST)
		l->beyond++;
	else
		l->open[l->n++] = (struct open_mark){ at, mark == RLO,
			mark >= LRI };
}

/* What closes more than it opened is no more than a mark. */
static void
line_mark(struct line *l, uint32_t mark, size_t at)
{
	size_t n = l->n;

	if (mark != PDF && mark != PDI) {
		line_open(l, mark, at + MARK);
		return;
	}
	if (l->beyond != 0) {
		l->beyond--;
		return;
	}
	while (mark == PDI && n != 0 && !l->open[n - 1].is_apart)
		n--;
	if (n == 0 || (mark == PDF && l->open[n - 1].is_apart))
		return;
	while (l->n >= n)
		line_close(l, at);
}

/* The mark at the front, or 0. */
static uint32_t
mark_at(struct str s)
{
	size_t at = 0;
	uint32_t point;

	if (s.n < MARK || (unsigned char)s.p[0] != 0xe2)
		return 0;
	point = utf8_next(s, &at);
	return (point >= LRE && point <= RLO) ||
	    (point >= LRI && point <= PDI) ? point : 0;
}

/* Its first byte is rare, in Japanese too; its last one every "no" has. */
static bool
has_override(struct str s)
{
	s = str_from(s, str_find(s, '\xe2'));
	return str_find_str(s, STR("\u202e")) < s.n;
}

/* As it is painted, where it stands. */
static void
paint(char *text, size_t n, bool is_forced)
{
	struct line line = { .text = text, .is_forced = is_forced };
	struct str s = { text, n };
	uint32_t mark;

	for (size_t at = 0; (at += str_find_any(str_from(s, at), '\n', '\r',
	    '\xe2')) < n; at++) {
		mark = mark_at(str_from(s, at));
		if (text[at] == '\n' || text[at] == '\r')
			line_end(&line, at);
		if (mark == 0)
			continue;
		line_mark(&line, mark, at);
		memcpy(text + at, "\u200b", MARK); /* GONE */
		at += MARK - 1;
	}
	line_end(&line, n);
}

void
bidi_reverse(char *text, size_t n, bool is_forced)
{
	paint(text, n, is_forced);
	if (!is_forced)
		reverse_lines(text, n);
}

struct str
bidi_turn(struct arena *a, struct str s)
{
	struct str out;

	if (!has_override(s))
		return s;
	out = str_copy(a, s);
	paint((char *)out.p, out.n, false);
	return out;
}
