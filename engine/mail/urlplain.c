/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "https://www.example.com/a/b?c=d": no user, no port, no letter that would
 * have to be changed.  Whatever is in doubt is left to url.c.
 */
#include "mail/urlplain.h"

#include <stdint.h>

#include "mail/url.h"

enum { HOST_PLAIN_MOST = 253, PLAIN_MOST = 4096 };

/* Where a byte stands for itself. */
enum { IN_HOST = 1, IN_PATH = 2, IN_QUERY = 4, IN_FRAGMENT = 8 };

#define WORD (IN_HOST | IN_PATH | IN_QUERY | IN_FRAGMENT)
#define SIGN (IN_PATH | IN_QUERY | IN_FRAGMENT)
#define BEHIND (IN_QUERY | IN_FRAGMENT)
#define FOUR(c, in) \
	[(c)] = (in), [(c) + 1] = (in), [(c) + 2] = (in), [(c) + 3] = (in)

/* In a path "%" is to be undone, and "/" begins another segment. */
static const uint8_t places[256] = {
	['!'] = SIGN, ['#'] = IN_FRAGMENT, ['$'] = SIGN, ['%'] = BEHIND,
	['&'] = SIGN, ['\''] = IN_PATH | IN_FRAGMENT, ['('] = SIGN,
	[')'] = SIGN, ['*'] = SIGN, ['+'] = SIGN, [','] = SIGN, ['-'] = WORD,
	['.'] = WORD, ['/'] = BEHIND, FOUR('0', WORD), FOUR('4', WORD),
	['8'] = WORD, ['9'] = WORD, [':'] = SIGN, [';'] = SIGN, ['='] = SIGN,
	['?'] = BEHIND, FOUR('@', SIGN), FOUR('D', SIGN), FOUR('H', SIGN),
	FOUR('L', SIGN), FOUR('P', SIGN), FOUR('T', SIGN), FOUR('X', SIGN),
	['\\'] = BEHIND, [']'] = SIGN, ['^'] = BEHIND, ['_'] = WORD,
	['`'] = IN_QUERY, FOUR('a', WORD), FOUR('e', WORD), FOUR('i', WORD),
	FOUR('m', WORD), FOUR('q', WORD), FOUR('u', WORD), ['y'] = WORD,
	['z'] = WORD, ['{'] = BEHIND, ['|'] = SIGN, ['}'] = BEHIND,
	['~'] = SIGN,
};

/* Where the bytes from at on end that may stand in a place. */
static size_t
pass(struct str s, size_t at, unsigned place)
{
	while (at < s.n && (places[(unsigned char)s.p[at]] & place) != 0)
		at++;
	return at;
}

/* A last label that begins with a letter is no number, and behind a last dot
 * stands the path; "--" may begin what is shown in other letters. */
static bool
is_plain_host(struct str host)
{
	size_t dot;

	if (host.n == 0 || host.n > HOST_PLAIN_MOST)
		return false;
	dot = str_find_last(host, '.');
	return ascii_is_alpha(host.p[dot == host.n ? 0 : dot + 1]) &&
	    str_find_pair(host, '-', '-') == host.n;
}

/* The segments from at on, none of them empty, but for the last, or dots; 0:
 * there is another. */
static size_t
pass_path(struct str s, size_t at)
{
	while (at < s.n && s.p[at] == '/') {
		at++;
		if (at < s.n && (s.p[at] == '.' || s.p[at] == '/'))
			return 0;
		at = pass(s, at, IN_PATH);
	}
	return at;
}

static struct str
scheme_of(struct str s)
{
	static const struct str schemes[] = { STR_INIT("https"),
		STR_INIT("http") };

	for (size_t i = 0; i < 2; i++)
		if (str_starts(s, schemes[i]) &&
		    str_starts(str_from(s, schemes[i].n), STR("://")))
			return schemes[i];
	return STR("");
}

/* What follows a sign at at, if that is there; gives where it ends. */
static size_t
take_behind(struct str *out, struct str s, size_t at, unsigned place)
{
	char sign = place == IN_QUERY ? '?' : '#';
	size_t end;

	*out = (struct str){ NULL, 0 };
	if (at == s.n || s.p[at] != sign)
		return at;
	end = pass(s, at + 1, place);
	*out = str_sub(s, at + 1, end);
	return end;
}

bool
url_read_plain(struct url *out, struct str raw)
{
	struct str scheme = scheme_of(raw), host, path, query, fragment;
	size_t begin = scheme.n + 3, at;

	if (scheme.n == 0 || raw.n > PLAIN_MOST)
		return false;
	at = pass(raw, begin, IN_HOST);
	host = str_sub(raw, begin, at);
	if (at == raw.n || raw.p[at] != '/' || !is_plain_host(host))
		return false;
	begin = at;
	at = pass_path(raw, at);
	path = str_sub(raw, begin, at);
	at = take_behind(&query, raw, at, IN_QUERY);
	at = take_behind(&fragment, raw, at, IN_FRAGMENT);
	if (path.n == 0 || at != raw.n)
		return false;
	*out = (struct url){ .raw = raw, .normalized = raw, .scheme = scheme,
		.host = host, .host_shown = host,
		.registrable = host_registrable(host), .path = path,
		.query = query, .fragment = fragment, .outer = URL_NONE };
	return true;
}
