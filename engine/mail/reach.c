/* SPDX-License-Identifier: Apache-2.0 */
/* How far a link in text reaches, by what a person would take for it. */
#include "mail/reach.h"

#include <string.h>

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "base/vec.h"

/* "[.]" and its kin, taken off the front. */
bool
reach_skip_dot(struct str *s)
{
	static const struct str dots[] = {
		STR_INIT("[.]"), STR_INIT("(.)"), STR_INIT("{.}"),
		STR_INIT("[dot]"), STR_INIT("(dot)"), STR_INIT("{dot}"),
		STR_INIT("[ドット]"), STR_INIT("(ドット)"),
	};

	if (s->n == 0 || (s->p[0] != '[' && s->p[0] != '(' && s->p[0] != '{'))
		return false;
	for (size_t i = 0; i < nitems(dots); i++)
		if (str_case_skip(s, dots[i]))
			return true;
	return false;
}

bool
reach_is_end(unsigned char c)
{
	return c <= 0x20 || c == 0x7f || c == '"' || c == '<' || c == '>' ||
	    c == '`' || c == '|' || c == '^';
}

/* Characters that a report puts in place of what it hides. */
bool
reach_is_mask(uint32_t c)
{
	static const uint32_t masks[] = {
		0xff0a, 0x25cf, 0x25cb, 0x25ef, 0x25a0, 0x25a1, 0xd7, 0x3007,
		0x26ab, 0x26aa, 0x2715, 0x2716, 0x2605, 0x2606, 0x25b2,
		0x25b3, 0x2573, 0x2b24,
	};

	if (c < 0x80)
		return c == '*';
	for (size_t i = 0; i < nitems(masks); i++)
		if (c == masks[i])
			return true;
	return false;
}

bool
reach_is_host_dot(uint32_t c)
{
	return c == 0x3002 || c == 0xff0e || c == 0xff61;
}

/* "ⓔ" and "℡" are letters to a browser (UTS 46).  Stops and brackets of a
 * sentence are none, whatever they stand for. */
static bool
is_host_symbol(uint32_t c, int type)
{
	int32_t kind;

	if (type != U_OTHER_SYMBOL && type != U_OTHER_NUMBER)
		return false;
	kind = u_getIntPropertyValue((UChar32)c, UCHAR_DECOMPOSITION_TYPE);
	return kind != U_DT_NONE && kind != U_DT_CANONICAL;
}

/* What a host name can hold beyond ASCII, and what dropped of it leaves. */
static bool
is_host_letter(uint32_t c)
{
	int type;

	/* kana and kanji are most of them */
	if ((c >= 0x4e00 && c <= 0x9fa5) || (c >= 0x3041 && c <= 0x3096) ||
	    (c >= 0x30a1 && c <= 0x30fa) || u_isalnum((UChar32)c))
		return true;
	type = u_charType((UChar32)c);
	return is_host_symbol(c, type) ||
	    type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK ||
	    c == 0x30fb || c == 0xad || (c >= 0x200b && c <= 0x200d) ||
	    c == 0x2060 || c == 0xfeff || reach_is_host_dot(c);
}

static void
reach_mask(struct reach *r, size_t at)
{
	if (!r->is_masked)
		r->mask = at;
	r->is_masked = true;
}

static bool
reach_takes(const struct reach *r, uint32_t c)
{
	if (c < 0x80)
		return !reach_is_end((unsigned char)c) && c != '/' &&
		    c != '?' && c != '#' && c != '\\' && c != ',' &&
		    c != ';' && c != '\'' && c != '(' && c != ')';
	return r->is_masked ? reach_is_mask(c) || is_host_letter(c)
	    : is_host_letter(c);
}

void
reach_host(struct reach *r, struct str text, size_t at)
{
	const size_t from = at;
	bool was_ascii = true;

	*r = (struct reach){ .end = at };
	while (at < text.n) {
		size_t begin = at;
		uint32_t c = utf8_next(text, &at);
		struct str rest = str_from(text, begin);

		if (c < 0x80 && ascii_is_alnum((char)c)) {
			/* as most are */
		} else if (reach_skip_dot(&rest)) {
			reach_mask(r, begin);
			at = text.n - rest.n;
		} else if (reach_is_mask(c)) {
			reach_mask(r, begin);
		} else if (!reach_takes(r, c) || (c == '[' && begin != from)) {
			break;
		}
		if (c >= 0x80 && was_ascii && r->n_cuts < CUTS_MOST)
			r->cuts[r->n_cuts++] = begin;
		was_ascii = c < 0x80;
		r->end = at;
	}
}

static bool
is_half_width_kana(uint32_t c)
{
	return c >= 0xff61 && c <= 0xff9f;
}

/* A letter in which Japanese goes on, not the URL. */
static bool
ends_path(uint32_t c)
{
	if (c < 0x80)
		return reach_is_end((unsigned char)c);
	return utf8_is_wide(c) || is_half_width_kana(c) ||
	    !u_isalnum((UChar32)c);
}

size_t
reach_tail(struct str text, size_t at)
{
	while (at < text.n) {
		size_t next = at;

		if (ends_path(utf8_next(text, &next)))
			break;
		at = next;
	}
	return at;
}

/* How many more of a kind are closed in s than opened. */
static size_t
lone_closers(struct str s, char open, char close)
{
	size_t opened = str_count(s, open), closed = str_count(s, close);

	return closed > opened ? closed - opened : 0;
}

/* Stops of the sentence around the URL; brackets that the URL opened stay.
 * Most end with none, and then they are not counted. */
struct str
reach_trim(struct str url)
{
	static const char openers[] = "([{", closers[] = ")]}";
	const struct str whole = url;
	size_t lone[3];
	bool is_counted[3] = { false };
	const char *closer;

	while (url.n > 0) {
		char c = url.p[url.n - 1];

		if ((closer = strchr(closers, c)) != NULL) {
			size_t kind = (size_t)(closer - closers);

			if (!is_counted[kind])
				lone[kind] = lone_closers(whole,
				    openers[kind], c);
			is_counted[kind] = true;
			if (lone[kind] == 0)
				break;
			lone[kind]--;
		} else if (strchr(".,;:!?'\"*", c) == NULL) {
			break;
		}
		url.n--;
	}
	return url;
}
