/* SPDX-License-Identifier: Apache-2.0 */
/* From the end backwards, up to the dot of the last label. */
#include "mail/hostcut.h"

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "mail/host.h"
#include "mail/reach.h"

enum { HOST_PLAIN_MOST = 253 }; /* bytes, as DNS has it */

/*
 * Letters of scripts of their own, which UTS 46 neither drops nor makes Latin
 * ones of: no top-level domain has them beside ASCII (ICANN's rules for the
 * root zone).
 */
static bool
is_own(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x3041, 0x3096 }, { 0x30a1, 0x30fa }, { 0x4e00, 0x9fa5 },
		{ 0x3400, 0x4db5 }, { 0xac00, 0xd7a3 }, { 0x386, 0x386 },
		{ 0x388, 0x38a }, { 0x38e, 0x3a1 }, { 0x3a3, 0x3ef },
		{ 0x400, 0x481 }, { 0x48a, 0x52f }, { 0x5d0, 0x5ea },
		{ 0x620, 0x64a }, { 0xe01, 0xe30 },
	};

	for (size_t i = 0; i < nitems(ranges) && c >= 0x386; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* The character that ends at end. */
static uint32_t
letter_before(struct str s, size_t end, size_t *begin)
{
	*begin = end - 1;
	while (*begin > 0 && end - *begin < 4 &&
	    ((unsigned char)s.p[*begin] & 0xc0) == 0x80)
		--*begin;
	end = *begin;
	return utf8_next(s, &end);
}

/* What stands at the end of a link. */
struct label {
	size_t begin;
	bool is_own; /* has letters of a script of its own */
	bool is_odd; /* or others, that something else may stand for */
};

static bool
is_before_label(char c)
{
	return c == '.' || c == '/' || c == '\\' || c == '@' || c == ':' ||
	    c == ']';
}

/* Up to its first letter that is no ASCII: this tells. */
static struct label
last_label(struct str url)
{
	struct label l = { .begin = url.n };

	while (l.begin > 0 && !l.is_own && !l.is_odd &&
	    !is_before_label(url.p[l.begin - 1])) {
		size_t begin;
		uint32_t c = letter_before(url, l.begin, &begin);

		if (reach_is_host_dot(c))
			break;
		l.is_own = is_own(c);
		l.is_odd = c == '%' || (c >= 0x80 && !l.is_own);
		l.begin = begin;
	}
	return l;
}

static bool
is_host_begin(struct str url, size_t at)
{
	char before = at == 0 ? '/' : url.p[at - 1];

	return before == '/' || before == '\\' || before == '@';
}

static bool
is_number(struct str label)
{
	return str_digits(label) == label.n ||
	    str_case_starts(label, STR("0x"));
}

static bool
ends_in_dot(struct str s)
{
	size_t begin;

	return s.n != 0 && (s.p[s.n - 1] == '.' ||
	    reach_is_host_dot(letter_before(s, s.n, &begin)));
}

/* Without ":8080" and the dots of the root. */
static struct str
without_port(struct str url)
{
	size_t n = url.n, begin;

	while (n > 0 && ascii_is_digit(url.p[n - 1]))
		n--;
	if (n > 0 && url.p[n - 1] == ':')
		url.n = n - 1;
	for (; ends_in_dot(url); url.n = begin)
		letter_before(url, url.n, &begin);
	return url;
}

/* The host that ends here where it is ASCII in plain letters, or its last label
 * that is. */
static struct str
plain_end(struct str host, size_t begin)
{
	size_t from = begin;

	while (from > 0 && (ascii_is_alnum(host.p[from - 1]) ||
	    host.p[from - 1] == '.' || host.p[from - 1] == '-'))
		from--;
	return str_from(host, is_host_begin(host, from) ? from : begin);
}

/* What a label in ASCII is worth, which begins at begin; one alone is no name
 * below a suffix, and of a plain host the list has the last word. */
static enum hostcut
kind_of(struct str host, size_t begin, uint32_t next)
{
	struct str label = str_from(host, begin), end;
	char lower[HOST_PLAIN_MOST];

	if (label.n == 0)
		return HOSTCUT_NOT;
	if (is_number(label))
		return reach_is_host_dot(next) || u_isdigit((UChar32)next) ?
		    HOSTCUT_NOT : HOSTCUT_NUMBER;
	end = plain_end(host, begin);
	if (end.n > sizeof(lower))
		return HOSTCUT_OTHER;
	for (size_t i = 0; i < end.n; i++)
		lower[i] = ascii_lower(end.p[i]);
	end.p = lower;
	return (end.n > label.n || is_host_begin(host, begin) ?
	    host_has_known_suffix(end) : host_may_end_in(end)) ?
	    HOSTCUT_NAME : HOSTCUT_NOT;
}

/* Those that end in odd letters; behind a stop they are none. */
static enum hostcut
kind_of_odd(bool is_stop, bool *was_odd)
{
	if (is_stop || *was_odd)
		return HOSTCUT_NOT;
	*was_odd = true;
	return HOSTCUT_OTHER;
}

enum hostcut
hostcut_of(struct str url, uint32_t next, bool *was_odd)
{
	struct str trimmed = reach_trim(url), host = without_port(trimmed);
	struct label l = last_label(host);
	char before = l.begin == 0 ? '/' : host.p[l.begin - 1];

	if (l.is_own)
		return (unsigned char)host.p[host.n - 1] < 0x80 ?
		    HOSTCUT_NOT : HOSTCUT_OTHER;
	if (l.is_odd)
		return kind_of_odd(trimmed.n != url.n, was_odd);
	if (before == ']')
		return str_has(host, '[') ? HOSTCUT_OTHER : HOSTCUT_NOT;
	if (before == ':')
		return HOSTCUT_NOT;
	return kind_of(host, l.begin, host.n != trimmed.n ? ' ' : next);
}
