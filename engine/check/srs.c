/* SPDX-License-Identifier: Apache-2.0 */
#include "check/srs.h"

#include "base/arena.h"

/* Up to the next "=", which may be missing. */
static struct str
take_piece(struct str *s)
{
	size_t n = str_find(*s, '=');
	struct str piece = str_head(*s, n);

	*s = str_from(*s, n + 1);
	return piece;
}

static bool
is_separator(struct str s, size_t at)
{
	return at < s.n && (s.p[at] == '=' || s.p[at] == '+' ||
	    s.p[at] == '-');
}

bool
srs_sender(struct str *out, struct arena *a, struct str mail_from)
{
	struct str s = str_head(mail_from, str_find_last(mail_from, '@'));
	struct str domain;
	bool is_first = str_case_starts(s, STR("SRS0"));

	if ((!is_first && !str_case_starts(s, STR("SRS1"))) ||
	    !is_separator(s, 4))
		return false;
	s = str_from(s, 5);
	take_piece(&s);         /* the hash */
	if (is_first)
		take_piece(&s); /* the day */
	domain = take_piece(&s);
	if (domain.n == 0 || s.n == 0)
		return false;
	*out = str_cat(a, is_first ? STR("") : STR("SRS0"), s, STR("@"),
	    domain);
	return true;
}
