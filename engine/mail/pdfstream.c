/* SPDX-License-Identifier: Apache-2.0 */
/* Finding object streams by the word that begins them, and their filters. */
#include "mail/pdfstream.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "mail/inflate.h"

enum { DICT_MOST = 2048, NAME_MOST = 48, FILTERS_MOST = 4 };

static bool
is_blank(char c)
{
	return c == '\0' || ascii_is_space(c);
}

static bool
is_name_end(char c)
{
	static const bool ends[256] = {
		['\0'] = true, ['\t'] = true, ['\n'] = true, ['\v'] = true,
		['\f'] = true, ['\r'] = true, [' '] = true, ['('] = true,
		[')'] = true, ['<'] = true, ['>'] = true, ['['] = true,
		[']'] = true, ['{'] = true, ['}'] = true, ['/'] = true,
		['%'] = true,
	};

	return ends[(unsigned char)c];
}

struct str
pdf_skip_blank(struct str s)
{
	while (s.n != 0 && (is_blank(s.p[0]) || s.p[0] == '%'))
		s = str_from(s, s.p[0] == '%' ? str_find_any(s, '\r', '\n',
		    '\n') : 1);
	return s;
}

/* "/Obj#53tm" is "ObjStm" too (7.3.5). */
static struct str
undo_hex(struct arena *a, struct str name)
{
	char *p = arena_take_raw(a, name.n);
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '#' && i + 2 < name.n &&
		    ascii_is_hex(name.p[i + 1]) &&
		    ascii_is_hex(name.p[i + 2])) {
			p[n++] = (char)(ascii_hex(name.p[i + 1]) << 4 |
			    ascii_hex(name.p[i + 2]));
			i += 2;
		} else {
			p[n++] = name.p[i];
		}
	}
	return (struct str){ p, n };
}

struct str
pdf_name(struct arena *a, struct str *s)
{
	struct str name = str_head(str_from(*s, 1), NAME_MOST);
	size_t n = 0;

	while (n < name.n && !is_name_end(name.p[n]))
		n++;
	name = str_head(name, n);
	*s = str_from(*s, 1 + n);
	return str_has(name, '#') ? undo_hex(a, name) : name;
}

/* --- filters --- */

/* 7.4.2: to ">"; gives how much of s it took. */
static size_t
add_hex(struct buf *to, struct str s)
{
	unsigned value = 0, digits = 0;
	size_t i;

	for (i = 0; i < s.n && s.p[i] != '>'; i++) {
		if (!ascii_is_hex(s.p[i]))
			continue;
		value = value << 4 | (unsigned)ascii_hex(s.p[i]);
		if (++digits % 2 == 0)
			buf_add_byte(to, (char)(value & 0xff));
	}
	return i;
}

/* A group of digits, 5 if it is whole; n of them make n - 1 bytes. */
static void
add_group85(struct buf *to, uint32_t value, unsigned n)
{
	for (unsigned i = n; i < 5; i++)
		value = value * 85 + 84;
	for (unsigned i = 1; i < n; i++, value <<= 8)
		buf_add_byte(to, (char)(value >> 24));
}

/* 7.4.3: to "~". */
static size_t
add_base85(struct buf *to, struct str s)
{
	uint32_t value = 0;
	unsigned n = 0;
	size_t i;

	for (i = 0; i < s.n && s.p[i] != '~'; i++) {
		if (s.p[i] == 'z' && n == 0)
			buf_add(to, "\0\0\0\0", 4);
		if (s.p[i] < '!' || s.p[i] > 'u')
			continue;
		value = value * 85 + (uint32_t)(s.p[i] - '!');
		if (++n < 5)
			continue;
		add_group85(to, value, n);
		value = n = 0;
	}
	if (n > 1)
		add_group85(to, value, n);
	return i;
}

typedef size_t (*text_filter)(struct buf *to, struct str s);

static text_filter
text_filter_of(struct str name)
{
	if (str_is(name, "ASCIIHexDecode") || str_is(name, "AHx"))
		return add_hex;
	if (str_is(name, "ASCII85Decode") || str_is(name, "A85"))
		return add_base85;
	return NULL;
}

/* RFC 1950 2.2: deflate with a window of up to 32 KB, and a check. */
static bool
is_zlib(struct str s)
{
	return s.n > 2 && (s.p[0] & 0x8f) == 0x08 &&
	    ((unsigned char)s.p[0] << 8 | (unsigned char)s.p[1]) % 31 == 0;
}

/*
 * The data at the front of s through its filters in their order; gives how
 * much of s was taken.  Filters nobody names are told by the first byte, since
 * they may stand in another object.
 */
static size_t
unpack(struct buf *to, struct str s, const text_filter *filters,
    struct inflate_budget *budget)
{
	struct buf text[2];
	size_t taken = 0, n = 0, used;

	buf_init(&text[0], s.n + 1);
	buf_init(&text[1], s.n + 1);
	for (; n < FILTERS_MOST && filters[n] != NULL; n++) {
		struct buf *next = &text[n % 2];

		buf_empty(next);
		used = filters[n](next, s);
		taken = n == 0 ? used : taken;
		s = buf_str(next);
	}
	if (is_zlib(s)) {
		used = inflate_add(to, s, budget);
		taken = n == 0 ? used : taken;
	} else if (n != 0) {
		buf_add_str(to, s);
	}
	buf_release(&text[0]);
	buf_release(&text[1]);
	return taken;
}

/* --- the streams --- */

/* Is it one of objects, and through which filters was it packed? */
static bool
read_dict(struct str dict, struct arena *a, text_filter *filters)
{
	bool is_objects = false;
	size_t n = 0, at;

	while ((at = str_find(dict, '/')) < dict.n) {
		struct str name;

		dict = str_from(dict, at);
		name = pdf_name(a, &dict);
		is_objects |= str_is(name, "ObjStm") || str_is(name, "First");
		filters[n] = text_filter_of(name);
		n += filters[n] != NULL && n + 1 < FILTERS_MOST;
	}
	filters[n] = NULL;
	return is_objects;
}

/* Between the word "obj" and at: no further back than from. */
static struct str
dict_before(struct str bytes, size_t from, size_t at)
{
	struct str s = str_sub(bytes, from, at), rest;
	size_t found;

	if (s.n > DICT_MOST)
		s = str_from(s, s.n - DICT_MOST);
	for (rest = s; (found = str_find_str(rest, STR("obj"))) < rest.n;)
		s = rest = str_from(rest, found + 3);
	return s;
}

static size_t
skip_line_end(struct str bytes, size_t at)
{
	while (at < bytes.n && bytes.p[at] == ' ')
		at++;
	if (at < bytes.n && bytes.p[at] == '\r')
		at++;
	if (at < bytes.n && bytes.p[at] == '\n')
		at++;
	return at;
}

bool
pdf_stream_next(struct buf *objects, size_t *at, size_t *begin,
    struct str bytes, struct inflate_budget *budget)
{
	text_filter filters[FILTERS_MOST];
	struct arena *a = arena_new();
	size_t from = *at, found;
	bool is_found = false;

	while (!is_found) {
		found = from + str_find_str(str_from(bytes, from),
		    STR("stream"));
		if (found >= bytes.n)
			break;
		is_found = !str_ends(str_sub(bytes, from, found),
		    STR("end")) && read_dict(dict_before(bytes, from, found),
		    a, filters);
		from = found + 6;
	}
	arena_free(a);
	if (!is_found)
		return false;
	buf_empty(objects);
	*begin = skip_line_end(bytes, from);
	*at = *begin + unpack(objects, str_from(bytes, *begin), filters,
	    budget);
	return true;
}
