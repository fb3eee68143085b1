/* SPDX-License-Identifier: Apache-2.0 */
/* Finding object streams by the word that begins them, and their filters. */
#include "mail/pdfstream.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "mail/pdffilter.h"

enum { DICT_MOST = 2048, NAME_MOST = 48, FILTERS_MOST = 5 };

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

size_t
pdf_find(struct str s, struct str word)
{
	size_t before = word.n - 2, at = before;

	while ((at += str_find_pair(str_from(s, at), word.p[before],
	    word.p[before + 1])) < s.n) {
		if (str_starts(str_from(s, at - before), word))
			return at - before;
		at++;
	}
	return s.n;
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

bool
pdf_number(struct str *s, size_t *value)
{
	size_t n = 0;

	*s = pdf_skip_blank(*s);
	for (*value = 0; n < s->n && n < 8 && ascii_is_digit(s->p[n]); n++)
		*value = *value * 10 + (size_t)(s->p[n] - '0');
	*s = str_from(*s, n);
	return n != 0;
}

/* How a stream was packed, as its dictionary says. */
struct packing {
	pdf_filter filters[FILTERS_MOST];
	size_t n;
	struct pdf_predictor predictor;
};

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
unpack(struct buf *to, struct str s, const struct packing *packing,
    struct inflate_budget *budget)
{
	struct buf text[2];
	size_t taken = 0, used;

	buf_init(&text[0], SIZE_MAX);
	buf_init(&text[1], SIZE_MAX);
	for (size_t i = 0; i < packing->n; i++) {
		struct buf *next = &text[i % 2];

		buf_empty(next);
		used = packing->filters[i](next, s, budget);
		taken = i == 0 ? used : taken;
		s = buf_str(next);
	}
	if (is_zlib(s)) {
		used = inflate_add(to, s, budget);
		taken = packing->n == 0 ? used : taken;
	} else if (packing->n != 0) {
		buf_add_str(to, s);
	}
	pdf_unpredict(to, &packing->predictor);
	buf_release(&text[0]);
	buf_release(&text[1]);
	return taken;
}

/* --- the streams --- */

static size_t *
number_of(struct pdf_predictor *p, struct str name)
{
	if (str_is(name, "Predictor"))
		return &p->kind;
	if (str_is(name, "Columns"))
		return &p->columns;
	if (str_is(name, "Colors"))
		return &p->colors;
	return str_is(name, "BitsPerComponent") ? &p->bits : NULL;
}

/* Is it one of objects, and how was it packed? */
static bool
read_dict(struct str dict, struct arena *a, struct packing *packing)
{
	bool is_objects = false;
	size_t at, *number;
	struct str name;

	*packing = (struct packing){ .n = 0 };
	while ((at = str_find(dict, '/')) < dict.n) {
		dict = str_from(dict, at);
		name = pdf_name(a, &dict);
		is_objects |= str_is(name, "ObjStm") || str_is(name, "First");
		number = number_of(&packing->predictor, name);
		if (number != NULL)
			pdf_number(&dict, number);
		packing->filters[packing->n] = pdf_filter_of(name);
		packing->n += packing->filters[packing->n] != NULL &&
		    packing->n + 1 < FILTERS_MOST;
	}
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
	for (rest = s; (found = pdf_find(rest, STR("obj"))) < rest.n;)
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
	struct packing packing;
	struct arena *a = arena_new();
	size_t from = *at, found;
	bool is_found = false;

	while (!is_found) {
		found = from + pdf_find(str_from(bytes, from),
		    STR("stream"));
		if (found >= bytes.n)
			break;
		is_found = !str_ends(str_sub(bytes, from, found),
		    STR("end")) && read_dict(dict_before(bytes, from, found),
		    a, &packing);
		from = found + 6;
	}
	arena_free(a);
	if (!is_found)
		return false;
	buf_empty(objects);
	*begin = skip_line_end(bytes, from);
	*at = *begin + unpack(objects, str_from(bytes, *begin), &packing,
	    budget);
	return true;
}
