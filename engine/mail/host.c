/* SPDX-License-Identifier: Apache-2.0 */
/* Host names: as DNS has them, and what of them is registered. */
#include "mail/url.h"

#include "base/arena.h"

bool
host_normalize(struct str *out, struct arena *a, struct str host)
{
	*out = str_lower(a, host);
	return host.n != 0;
}

struct str
host_registrable(struct str host)
{
	size_t dot = str_find_last(host, '.');

	if (dot == host.n)
		return STR("");
	dot = str_find_last(str_head(host, dot), '.');
	return str_has(host, '.') ? str_from(host, dot + 1) : host;
}

bool
host_is_suffix(struct str host)
{
	return !str_has(host, '.');
}

bool
host_is_below(struct str host, struct str domain)
{
	if (domain.n == 0 || !str_case_ends(host, domain))
		return false;
	return host.n == domain.n ||
	    host.p[host.n - domain.n - 1] == '.';
}
