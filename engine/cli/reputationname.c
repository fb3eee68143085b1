/* SPDX-License-Identifier: Apache-2.0 */
/* One function a way of writing, one row a kind. */
#include "cli/reputationname.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/err.h"
#include "mail/url.h"

enum {
	SHA256_DIGITS = 64,
	BAND_DIGITS = 16,
	ASN_MOST = 10      /* digits */
};

static bool
is_hex(struct str s, size_t n)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_hex(s.p[i]))
			return false;
	return s.n == n;
}

static struct str
address_text(struct arena *a, const struct addr *addr)
{
	char text[ADDR_TEXT];

	addr_format(addr, text);
	return str_copy(a, str_of(text));
}

static bool
name_address(struct str *name, struct arena *a, struct err *e)
{
	struct addr addr;

	if (!addr_parse(*name, &addr))
		return err_set(e, "\"%" STR_FMT "\" is no address: "
		    "ip:192.0.2.1 or ip:2001:db8::1", STR_ARG(*name));
	*name = address_text(a, &addr);
	return true;
}

static bool
name_net(struct str *name, struct arena *a, struct err *e)
{
	struct addr_net net;
	struct str address, bits;
	uint8_t wanted;

	if (!str_cut(*name, '/', &address, &bits) ||
	    !addr_net_parse(*name, &net))
		return err_set(e, "\"%" STR_FMT "\" is no network: "
		    "net:192.0.2.0/24 or net:2001:db8::/64", STR_ARG(*name));
	address = reputation_net(a, &net.addr);
	wanted = net.addr.family == 4 ? 24 : 64;
	if (net.bits != wanted)
		return err_set(e, "networks are kept by the /%u: net:%"
		    STR_FMT, wanted, STR_ARG(address));
	*name = address;
	return true;
}

static bool
name_asn(struct str *name, struct arena *a, struct err *e)
{
	struct str digits = *name;
	int64_t number;

	str_case_skip(&digits, STR("AS"));
	if (digits.n > ASN_MOST || !str_to_int(digits, &number) ||
	    number < 0 || number > UINT32_MAX)
		return err_set(e, "\"%" STR_FMT "\" is no number of a "
		    "network: asn:AS64500", STR_ARG(*name));
	*name = str_cat(a, STR("AS"), str_of_int(a, number));
	return true;
}

/* What is no name of DNS is kept as it came, as sekishod does. */
static void
lower_host(struct str *name, struct arena *a)
{
	struct str normal;

	if (host_normalize(&normal, a, *name))
		*name = normal;
	else
		*name = str_lower(a, *name);
}

static bool
name_helo(struct str *name, struct arena *a, struct err *e)
{
	(void)e;
	lower_host(name, a);
	return true;
}

/* All below a domain that somebody rents is his. */
static bool
name_domain(struct str *name, struct arena *a, struct err *e)
{
	struct str site;
	struct addr addr;

	if (addr_parse(*name, &addr))
		return err_set(e, "\"%" STR_FMT "\" is an address, no "
		    "domain", STR_ARG(*name));
	lower_host(name, a);
	site = host_registrable(*name);
	if (site.n == 0 && host_is_suffix(*name))
		return err_set(e, "\"%" STR_FMT "\" is a public suffix: "
		    "nothing is kept of it", STR_ARG(*name));
	if (site.n != 0)
		*name = site;
	return true;
}

static bool
name_host(struct str *name, struct arena *a, struct err *e)
{
	struct str site, rest;
	struct addr addr;

	if (addr_parse(*name, &addr)) {
		*name = address_text(a, &addr);
		if (addr.family == 6)
			*name = str_cat(a, STR("["), *name, STR("]"));
		lower_host(name, a);
		return true;
	}
	lower_host(name, a);
	site = host_registrable(*name);
	rest = *name;
	str_skip(&rest, STR("www."));
	if (site.n == 0 && host_is_suffix(*name))
		return err_set(e, "\"%" STR_FMT "\" is a public suffix: "
		    "nothing is kept of it", STR_ARG(*name));
	if (str_eq(*name, site) || str_eq(rest, site))
		return err_set(e, "a host that is its domain is kept as that: "
		    "domain:%" STR_FMT, STR_ARG(site));
	return true;
}

/* "docs.example.com/forms/1A2b" */
static bool
name_target(struct str *name, struct arena *a, struct err *e)
{
	size_t at = str_find(*name, '/');
	struct str host = str_head(*name, at);

	if (at < 1 || name->n < at + 2)
		return err_set(e, "\"%" STR_FMT "\" is no host and path: "
		    "target:docs.example.com/forms/1A2b", STR_ARG(*name));
	lower_host(&host, a);
	*name = str_cat(a, host, str_from(*name, at));
	return true;
}

static bool
name_mailbox(struct str *name, struct arena *a, struct err *e)
{
	size_t at = str_find_last(*name, '@');
	struct str domain;

	if (reputation_is_hidden(*name))
		return true;
	if (at < 1 || at + 1 >= name->n)
		return err_set(e, "\"%" STR_FMT "\" is no address: "
		    "mailbox:somebody@example.com", STR_ARG(*name));
	domain = str_from(*name, at + 1);
	lower_host(&domain, a);
	*name = str_cat(a, str_lower(a, str_head(*name, at + 1)), domain);
	return true;
}

static bool
name_file(struct str *name, struct arena *a, struct err *e)
{
	if (!is_hex(*name, SHA256_DIGITS))
		return err_set(e, "files are named by their SHA-256, 64 hex "
		    "digits");
	*name = str_lower(a, *name);
	return true;
}

static bool
name_template(struct str *name, struct arena *a, struct err *e)
{
	if (!is_hex(*name, BAND_DIGITS))
		return err_set(e, "templates are named by 16 hex digits, as "
		    "\"export template\" shows them");
	*name = str_lower(a, *name);
	return true;
}

static bool (*const kinds[REPUTATION_KINDS])(struct str *, struct arena *,
    struct err *) = {
	[REPUTATION_IP] = name_address,
	[REPUTATION_NET] = name_net,
	[REPUTATION_ASN] = name_asn,
	[REPUTATION_HELO] = name_helo,
	[REPUTATION_ENVELOPE] = name_domain,
	[REPUTATION_FROM] = name_domain,
	[REPUTATION_MAILBOX] = name_mailbox,
	[REPUTATION_DKIM] = name_domain,
	[REPUTATION_HOST] = name_host,
	[REPUTATION_DOMAIN] = name_domain,
	[REPUTATION_TARGET] = name_target,
	[REPUTATION_FILE] = name_file,
	[REPUTATION_TEMPLATE] = name_template,
};

/* "#" and a SHA-256 is what stands for a long name, and is what export gives
 * of it. */
bool
reputation_name(struct str *name, struct arena *a, enum reputation_kind kind,
    struct err *e)
{
	if (name->n == SHA256_DIGITS + 1 && name->p[0] == '#' &&
	    is_hex(str_from(*name, 1), SHA256_DIGITS))
		return true;
	return kinds[kind](name, a, e);
}
