/* SPDX-License-Identifier: Apache-2.0 */
/* Where ISO-2022-JP begins and ends among other bytes. */
#include "mail/escapes.h"

#include "base/arena.h"
#include "base/buf.h"

bool
escapes_are_in(struct str s)
{
	for (size_t at = 0; (at += str_find(str_from(s, at), '\x1b')) < s.n;
	    at++) {
		struct str rest = str_from(s, at + 1);

		if (str_starts(rest, STR("$B")) ||
		    str_starts(rest, STR("$@")) ||
		    str_starts(rest, STR("$(")) ||
		    str_starts(rest, STR("(I")))
			return true;
	}
	return false;
}

static bool
is_to_ascii(struct str s)
{
	return str_starts(s, STR("\x1b(B")) || str_starts(s, STR("\x1b(J"));
}

bool
escapes_are_odd(struct str s)
{
	struct str run;

	if (str_has(s, '\x0e'))
		return true;
	while ((s = str_from(s, str_find(s, '\x1b'))).n != 0) {
		bool is_set = str_starts(s, STR("\x1b$B")) ||
		    str_starts(s, STR("\x1b$@")) ||
		    str_starts(s, STR("\x1b(I"));

		if (!is_set && !is_to_ascii(s))
			return true;
		s = str_from(s, 3);
		run = str_head(s, str_find(s, '\x1b'));
		if (is_set && str_find_any(run, '\n', '\r', '\r') < run.n)
			return true;
	}
	return false;
}

struct str
escapes_take(struct str *s, bool *is_run)
{
	struct str all = *s, rest;
	size_t n = 0;

	*is_run = all.p[0] == '\x1b';
	if (!*is_run)
		n = str_find(all, '\x1b');
	for (; *is_run && n < all.n && all.p[n] != '\n' &&
	    (unsigned char)all.p[n] < 0x80; n++) {
		rest = str_from(all, n);
		if (is_to_ascii(rest)) {
			n += 3;
			break;
		}
	}
	*s = str_from(all, n);
	return str_head(all, n);
}

/*
 * Bytes of pairs at the front of s up to "(B" or "(J", or 0: something else is
 * in between.  dead is where the last search of that kind ended in vain: what
 * begins in front of it, a whole number of pairs away, ends there too.
 */
static size_t
pairs_span(struct str s, const char **dead)
{
	size_t n = 0;

	if (*dead != NULL && s.p < *dead)
		return 0;
	while (n + 1 < s.n && s.p[n] > ' ' && s.p[n] < 0x7f &&
	    s.p[n + 1] > ' ' && s.p[n + 1] < 0x7f) {
		if (s.p[n] == '(' && (s.p[n + 1] == 'B' || s.p[n + 1] == 'J'))
			return n;
		n += 2;
	}
	*dead = s.p + n;
	return 0;
}

/* Rows of kana: no word of ASCII letters has one. */
static bool
has_kana(struct str pairs)
{
	for (size_t i = 0; i < pairs.n; i += 2)
		if (pairs.p[i] == '$' || pairs.p[i] == '%')
			return true;
	return false;
}

bool
escapes_mend(struct str *out, struct arena *a, struct str s, bool is_labelled)
{
	const char *begin = s.p, *dead[2] = { NULL, NULL };
	bool is_found = false;
	struct buf b;
	size_t at, n;

	buf_init_arena(&b, a, SIZE_MAX);
	for (; s.n != 0; s = str_from(s, at)) {
		at = str_find_str(s, STR("$B"));
		n = at == s.n ? 0 : pairs_span(str_from(s, at + 2),
		    &dead[(size_t)(s.p + at - begin) % 2]);
		if (at < s.n && n != 0 && (is_labelled ||
		    has_kana(str_sub(s, at + 2, at + 2 + n)))) {
			is_found = true;
			buf_add_str(&b, str_head(s, at));
			buf_add_byte(&b, 0x1b);
			buf_add_str(&b, str_sub(s, at, at + 2 + n));
			buf_add_byte(&b, 0x1b);
			at += 2 + n;
		} else {
			at = at == s.n ? at : at + 2;
			buf_add_str(&b, str_head(s, at));
		}
	}
	*out = buf_str(&b);
	return is_found;
}
