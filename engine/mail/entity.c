/* SPDX-License-Identifier: Apache-2.0 */
/* Character references, by the rules of the WHATWG tokenizer. */
#include "mail/entity.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/entity_table.h"

/* The entries lo to hi - 1 share their first depth bytes; narrows them to
 * those that have c next. */
static void
narrow(size_t *lo, size_t *hi, size_t depth, char c)
{
	size_t first = *lo, last = *hi, middle;

	while (first < last) {
		middle = first + (last - first) / 2;
		if ((unsigned char)entities[middle].name[depth] <
		    (unsigned char)c)
			first = middle + 1;
		else
			last = middle;
	}
	*lo = first;
	last = *hi;
	while (first < last) {
		middle = first + (last - first) / 2;
		if ((unsigned char)entities[middle].name[depth] <=
		    (unsigned char)c)
			first = middle + 1;
		else
			last = middle;
	}
	*hi = first;
}

/* Nearly all that pages use; false: it is another. */
static bool
common_add(struct buf *to, struct str *s)
{
	static const struct {
		struct str name, text;
	} common[] = {
		{ STR_INIT("nbsp;"), STR_INIT("\xc2\xa0") },
		{ STR_INIT("amp;"), STR_INIT("&") },
		{ STR_INIT("lt;"), STR_INIT("<") },
		{ STR_INIT("gt;"), STR_INIT(">") },
		{ STR_INIT("quot;"), STR_INIT("\"") },
	};

	for (size_t i = 0; i < nitems(common); i++)
		if (str_skip(s, common[i].name)) {
			buf_add_str(to, common[i].text);
			return true;
		}
	return false;
}

/* The longest name that s begins with, or NULL. */
static const struct entity *
entity_find(struct str s, size_t *length)
{
	const struct entity *found = NULL;
	size_t lo = 0, hi = nitems(entities), depth = 0;

	while (depth < s.n && s.p[depth] != '\0') {
		narrow(&lo, &hi, depth, s.p[depth]);
		if (lo == hi)
			break;
		depth++;
		/* A name stands before those that it begins. */
		if (entities[lo].name[depth] == '\0') {
			found = &entities[lo];
			*length = depth;
		}
	}
	return found;
}

/* What pages that thought in Windows-1252 mean by 128 to 159. */
static uint32_t
repair(uint32_t c)
{
	static const uint16_t windows[32] = {
		0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
		0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
		0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
	};

	if (c >= 0x80 && c < 0xa0)
		return windows[c - 0x80];
	return c == 0 || c > 0x10ffff ? UTF8_BAD : c;
}

/* Reads what follows "&#"; false when no digit does. */
static bool
number_read(struct str *s, uint32_t *point)
{
	struct str rest = *s;
	bool is_hex = str_case_skip(&rest, STR("x"));
	size_t n = 0;

	*point = 0;
	while (n < rest.n && (is_hex ? ascii_is_hex(rest.p[n])
	    : ascii_is_digit(rest.p[n]))) {
		if (*point <= 0x10ffff)
			*point = *point * (is_hex ? 16 : 10) +
			    (uint32_t)ascii_hex(rest.p[n]);
		n++;
	}
	if (n == 0)
		return false;
	*s = str_from(rest, n);
	str_skip(s, STR(";"));
	return true;
}

/* s begins behind "&".  False: the "&" stands for itself. */
static bool
reference_add(struct buf *to, struct str *s, bool is_attribute)
{
	struct str rest = *s;
	const struct entity *found;
	uint32_t point;
	size_t n = 0;

	if (str_skip(&rest, STR("#"))) {
		if (!number_read(&rest, &point))
			return false;
		utf8_add(to, repair(point));
		*s = rest;
		return true;
	}
	if (common_add(to, s))
		return true;
	found = entity_find(rest, &n);
	if (found == NULL)
		return false;
	if (is_attribute && rest.p[n - 1] != ';' && n < rest.n &&
	    (rest.p[n] == '=' || ascii_is_alnum(rest.p[n])))
		return false;
	buf_add(to, found->text, strlen(found->text));
	*s = str_from(rest, n);
	return true;
}

void
entities_add(struct buf *to, struct str s, bool is_attribute)
{
	while (s.n > 0) {
		size_t at = str_find(s, '&');

		buf_add_str(to, str_head(s, at));
		if (at == s.n)
			break;
		s = str_from(s, at + 1);
		if (!reference_add(to, &s, is_attribute))
			buf_add_byte(to, '&');
	}
}
