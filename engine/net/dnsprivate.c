/* SPDX-License-Identifier: Apache-2.0 */
/* Tables. */
#include "net/dnsprivate.h"

#include "base/vec.h"

static const struct str names[] = {
	STR_INIT("local"), STR_INIT("localhost"), STR_INIT("localdomain"),
	STR_INIT("test"), STR_INIT("invalid"), STR_INIT("example"),
	STR_INIT("onion"), STR_INIT("alt"), STR_INIT("internal"),
	STR_INIT("intranet"), STR_INIT("lan"), STR_INIT("home"),
	STR_INIT("corp"), STR_INIT("home.arpa"),
	/* IPv4: this network, private, loopback, link-local, shared,
	 * broadcast. */
	STR_INIT("0.in-addr.arpa"), STR_INIT("10.in-addr.arpa"),
	STR_INIT("127.in-addr.arpa"), STR_INIT("254.169.in-addr.arpa"),
	STR_INIT("168.192.in-addr.arpa"),
	STR_INIT("255.255.255.255.in-addr.arpa"),
	/* IPv6: unique local, link-local. */
	STR_INIT("c.f.ip6.arpa"), STR_INIT("d.f.ip6.arpa"),
	STR_INIT("8.e.f.ip6.arpa"), STR_INIT("9.e.f.ip6.arpa"),
	STR_INIT("a.e.f.ip6.arpa"), STR_INIT("b.e.f.ip6.arpa"),
	/* Unspecified, loopback. */
	STR_INIT("0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "0.0.ip6.arpa"),
	STR_INIT("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "0.0.ip6.arpa"),
};

bool
dns_is_below(struct str name, struct str tail)
{
	return str_ends(name, tail) && (name.n == tail.n ||
	    name.p[name.n - tail.n - 1] == '.');
}

/* The second label of 16.172.in-addr.arpa to 31, 64.100 to 127: ranges that
 * are no zone. */
static bool
is_in_range(struct str name, struct str tail, int64_t least, int64_t most)
{
	struct str front;
	int64_t n;

	if (!str_ends(name, tail) || name.n == tail.n)
		return false;
	front = str_head(name, name.n - tail.n);
	front = str_from(front, front.n == str_find_last(front, '.') ? 0 :
	    str_find_last(front, '.') + 1);
	return str_to_int(front, &n) && n >= least && n <= most;
}

bool
dns_is_private(struct str name)
{
	for (size_t i = 0; i < nitems(names); i++) {
		if (dns_is_below(name, names[i]))
			return true;
	}
	/* A host beside us, or a domain of the top, which has no mail. */
	if (name.n != 0 && !str_has(name, '.'))
		return true;
	return is_in_range(name, STR(".172.in-addr.arpa"), 16, 31) ||
	    is_in_range(name, STR(".100.in-addr.arpa"), 64, 127);
}

static const struct {
	const char *who;
	struct str net;
} public_resolvers[] = {
	{ "Google", STR_INIT("8.8.8.8") }, { "Google", STR_INIT("8.8.4.4") },
	{ "Google", STR_INIT("2001:4860:4860::/48") },
	{ "Cloudflare", STR_INIT("1.1.1.0/29") },
	{ "Cloudflare", STR_INIT("1.0.0.0/29") },
	{ "Cloudflare", STR_INIT("2606:4700:4700::/48") },
	{ "Quad9", STR_INIT("9.9.9.0/24") },
	{ "Quad9", STR_INIT("149.112.112.0/24") },
	{ "Quad9", STR_INIT("2620:fe::/48") },
	{ "OpenDNS", STR_INIT("208.67.220.0/24") },
	{ "OpenDNS", STR_INIT("208.67.222.0/24") },
	{ "OpenDNS", STR_INIT("2620:119::/32") },
	{ "Level 3", STR_INIT("4.2.2.0/29") },
	{ "Comodo", STR_INIT("8.26.56.0/24") },
	{ "AdGuard", STR_INIT("94.140.14.0/23") },
	{ "CleanBrowsing", STR_INIT("185.228.168.0/23") },
	{ "Yandex", STR_INIT("77.88.8.0/24") },
	{ "Verisign", STR_INIT("64.6.64.0/23") },
	{ "DNS.WATCH", STR_INIT("84.200.69.80") },
	{ "DNS.WATCH", STR_INIT("84.200.70.40") },
};

const char *
dns_public_resolver(const struct addr *addr)
{
	struct addr_net net;

	for (size_t i = 0; i < nitems(public_resolvers); i++) {
		if (addr_net_parse(public_resolvers[i].net, &net) &&
		    addr_net_has(&net, addr))
			return public_resolvers[i].who;
	}
	return NULL;
}
