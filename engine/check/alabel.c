/* SPDX-License-Identifier: Apache-2.0 */
#include "check/alabel.h"

#include "base/arena.h"
#include "mail/host.h"

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((s.p[i] & 0x80) != 0)
			return false;
	}
	return true;
}

struct str
alabel_name(struct arena *a, struct str name)
{
	struct host host;

	return is_ascii(name) || !host_read(&host, a, name, false) ||
	    host.is_ip ? name : host.name;
}

struct str
alabel_address(struct arena *a, struct str address)
{
	size_t at = str_find_last(address, '@');
	struct str domain = str_from(address, at + 1);

	if (at == address.n || is_ascii(domain))
		return address;
	return str_cat(a, str_head(address, at + 1),
	    alabel_name(a, domain));
}
