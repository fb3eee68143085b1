/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups of digits with little between them.  Which groups belong together
 * nobody can say ("tel 03-1234-5678 2026"), so every beginning that looks
 * like a number is joined with the groups behind it, each length a number.
 */
#include "rule/phone.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/arena.h"
#include "base/utf8.h"

enum {
	DIGITS_LEAST = 9,
	DIGITS_MOST = 13,
	GROUPS_MOST = 5,         /* of one number */
	GROUPS_READ = 10 * 1000, /* of a text; a mail has a few */
	BETWEEN_MOST = 2
};

struct digits {
	uint32_t begin, end; /* of the group in the text */
	uint32_t from, to;   /* of its digits in all digits */
	bool has_plus;
	bool is_joined;      /* hangs together with the group before it */
};

struct reading {
	struct arena *arena; /* for what is below */
	struct str text;
	VEC(char) all;  /* digits of all groups in a row */
	VEC(struct digits) groups;
};

static int
digit_of(uint32_t point)
{
	if (point >= '0' && point <= '9')
		return (int)point - '0';
	if (point >= 0xff10 && point <= 0xff19)
		return (int)point - 0xff10;
	return -1;
}

/* Hyphens of all kinds, brackets, dots and blanks, any width. */
static bool
is_between(uint32_t point)
{
	switch (point) {
	case ' ':
	case '-':
	case '.':
	case '(':
	case ')':
	case 0xa0:
	case 0x3000:
	case 0x30fc:
	case 0xff08:
	case 0xff09:
	case 0xff0d:
	case 0xff0e:
	case 0x2212:
		return true;
	default:
		return point >= 0x2010 && point <= 0x2015;
	}
}

static bool
is_plus(uint32_t point)
{
	return point == '+' || point == 0xff0b;
}

/* Past everything that neither is a digit nor a plus, in any width: most of
 * a text goes by in single bytes. */
static size_t
skip_words(struct str text, size_t at)
{
	static const bool begins[256] = {
		['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true,
		['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true,
		['8'] = true, ['9'] = true, ['+'] = true, [0xef] = true,
	};

#ifdef __SSE2__
	for (; at + 16 <= text.n; at += 16) {
		__m128i here = _mm_loadu_si128((const void *)(text.p + at));
		__m128i is = _mm_or_si128(_mm_or_si128(
		    _mm_cmpeq_epi8(here, _mm_set1_epi8('+')),
		    _mm_cmpeq_epi8(here, _mm_set1_epi8('\xef'))),
		    _mm_and_si128(_mm_cmpgt_epi8(here, _mm_set1_epi8('0' - 1)),
		    _mm_cmplt_epi8(here, _mm_set1_epi8('9' + 1))));
		unsigned places = (unsigned)_mm_movemask_epi8(is);

		if (places != 0)
			return at + (unsigned)__builtin_ctz(places);
	}
#endif
	while (at < text.n && !begins[(unsigned char)text.p[at]])
		at++;
	return at;
}

/* One more digit than a number may have tells that it is none. */
static void
add_digit(struct reading *r, int digit, size_t end)
{
	struct digits *group = &r->groups.at[r->groups.n - 1];

	if (r->all.n - group->from <= DIGITS_MOST)
		*VEC_ADD(r->arena, &r->all) = (char)('0' + digit);
	group->end = (uint32_t)end;
	group->to = (uint32_t)r->all.n;
}

static void
read_groups(struct reading *r)
{
	size_t between = BETWEEN_MOST + 1; /* since the last digit */
	bool has_plus = false, is_inside = false;

	for (size_t at = skip_words(r->text, 0);
	     at < r->text.n && r->groups.n < GROUPS_READ;) {
		size_t begin = at;
		uint32_t point = utf8_next(r->text, &at);
		int digit = digit_of(point);

		if (digit < 0) {
			between = is_between(point) ? between + 1
			                            : BETWEEN_MOST + 1;
			has_plus = is_plus(point);
			is_inside = false;
			if (between > BETWEEN_MOST && !has_plus)
				at = skip_words(r->text, at);
			continue;
		}
		if (!is_inside)
			*VEC_ADD(r->arena, &r->groups) = (struct digits){
				.begin = (uint32_t)begin,
				.from = (uint32_t)r->all.n,
				.has_plus = has_plus,
				.is_joined = between <= BETWEEN_MOST };
		add_digit(r, digit, at);
		is_inside = true;
		has_plus = false;
		between = 0;
	}
}

static struct str
in_country(struct arena *a, struct str digits, bool has_plus)
{
	if (!has_plus || !str_skip(&digits, STR("81")))
		return digits;
	/* "+81 (0)50": the zero is there already. */
	return str_starts(digits, STR("0")) ? digits
	    : str_cat(a, STR("0"), digits);
}

static void
add_from(phone_list *out, struct arena *a, struct reading *r, size_t first)
{
	const struct digits *head = &r->groups.at[first];

	for (size_t i = first; i < r->groups.n && i - first < GROUPS_MOST;
	     i++) {
		const struct digits *last = &r->groups.at[i];
		struct str digits = { r->all.at + head->from,
			last->to - head->from };

		if ((i != first && !last->is_joined) || digits.n > DIGITS_MOST)
			return;
		digits = in_country(r->arena, digits, head->has_plus);
		if (digits.n >= DIGITS_LEAST)
			*VEC_ADD(a, out) = (struct phone){
				.digits = str_copy(a, digits),
				.begin = head->begin,
				.end = last->end,
			};
	}
}

void
phones_find(phone_list *out, struct arena *a, struct arena *scratch,
    struct str text, size_t most)
{
	struct reading r = { .arena = scratch,
		.text = str_head(text, UINT32_MAX) };

	read_groups(&r);
	for (size_t i = 0; i < r.groups.n && out->n < most; i++)
		if (r.groups.at[i].has_plus ||
		    r.all.at[r.groups.at[i].from] == '0')
			add_from(out, a, &r, i);
}
