/* SPDX-License-Identifier: Apache-2.0 */
/* From the words of the configuration to addresses that are asked. */
#include "daemon/nameservers.h"

#include "base/addr.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/config.h"
#include "net/dns.h"
#include "net/dnsprivate.h"

static bool
read_servers(struct resolver_at at[static RESOLVERS_MOST], size_t *n,
    const struct daemon_conf *conf, struct err *e)
{
	const struct str *text;

	VEC_EACH(text, &conf->dns.servers) {
		if (*n == RESOLVERS_MOST)
			return err_set(e, "dns.servers: more than %d",
			    RESOLVERS_MOST);
		if (str_is(*text, "system"))
			*n += resolver_system(at + *n, RESOLVERS_MOST - *n);
		else if (resolver_at_read(&at[*n], *text))
			(*n)++;
	}
	return *n != 0 || err_set(e, "dns.servers: the system names no name "
	    "server");
}

static void
tell_public(const struct resolver_at *at, size_t n)
{
	char text[ADDR_TEXT];
	const char *who;

	for (size_t i = 0; i < n; i++) {
		who = dns_public_resolver(&at[i].addr);
		if (who == NULL)
			continue;
		addr_format(&at[i].addr, text);
		log_warn("dns.servers: %s is the public resolver of %s; many "
		    "lists of the DNS do not answer it: run one of your own",
		    text, who);
	}
}

bool
nameservers_open(struct dns **out, struct loop *l,
    const struct daemon_conf *conf, bool is_telling, struct err *e)
{
	struct resolver_at at[RESOLVERS_MOST];
	struct dns_conf dns = { .resolvers = at,
		.timeout_ms = (int)conf->dns.timeout_ms,
		.cache_bytes = conf->dns.cache,
		.never = conf->dns.never.at, .n_never = conf->dns.never.n,
		.asks_private = conf->dns.private != 0 };

	if (conf->dns.servers.n == 0)
		return true;
	if (!read_servers(at, &dns.n_resolvers, conf, e) ||
	    !dns_open(out, l, &dns, e))
		return false;
	if (is_telling && conf->dnslists.n != 0)
		tell_public(at, dns.n_resolvers);
	return true;
}
