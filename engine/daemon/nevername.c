/* SPDX-License-Identifier: Apache-2.0 */
/* Names are compared as they are asked for: whatever else is refused. */
#include "daemon/nevername.h"

#include "base/addr.h"
#include "base/err.h"
#include "mail/host.h"
#include "net/dns.h"

/* A host of a URL may have a "*" in it, and be an address; a question not. */
static bool
is_name(struct str *out, struct arena *a, struct str text)
{
	struct host host;

	if (!host_read(&host, a, text, false) || host.is_ip ||
	    str_has(host.name, '*') || !dns_is_name(host.name))
		return false;
	*out = host.name;
	return true;
}

/* "https://a@www.example.jp:8080/x" and "*example.jp"; "" if it is no clear
 * name either. */
static struct str
meant(struct arena *a, struct str text)
{
	struct str scheme, rest, name = STR("");
	struct addr addr;

	if (addr_parse(text, &addr))
		return dns_reverse(a, &addr, STR("in-addr.arpa"),
		    STR("ip6.arpa"));
	rest = text;
	if (str_cut(text, ':', &scheme, &rest) && str_skip(&rest, STR("//")))
		text = rest;
	str_cut(text, '/', &text, &rest);
	if (str_has(text, '@'))
		text = str_from(text, str_find_last(text, '@') + 1);
	str_cut(text, ':', &text, &rest);
	while (text.n != 0 && (text.p[0] == '*' || text.p[0] == '.'))
		text = str_from(text, 1);
	return is_name(&name, a, text) ? name : STR("");
}

bool
nevername_read(struct str *out, struct arena *a, struct str text,
    struct err *e)
{
	struct str bare = text, best;

	if (!str_skip(&bare, STR("*.")))
		str_skip(&bare, STR("."));
	if (is_name(out, a, bare))
		return true;
	best = meant(a, text);
	if (best.n == 0)
		return err_set(e, "dns.never: \"%" STR_FMT "\" is no domain "
		    "like example.jp", STR_ARG(text));
	return err_set(e, "dns.never: \"%" STR_FMT "\" is no domain; did you "
	    "mean \"%" STR_FMT "\"?", STR_ARG(text), STR_ARG(best));
}
