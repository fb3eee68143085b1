/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.ip: as written in a link, or as name servers say; and what they say of
 * the domain in From.
 */
#include "check/sites.h"

#include <string.h>

#include "base/arena.h"
#include "check/lookups.h"
#include "scan/scan.h"

enum { HOSTS_MOST = 8, ADDRESSES_MOST = 8 };

enum { URL_HOST, FROM_DOMAIN, IP };
static const char *const needs[] = {
	[URL_HOST] = "url.host",
	[FROM_DOMAIN] = "from.domain",
	[IP] = "ip",
	NULL
};

enum { URL_IP, FROM_IP };
static const struct fact_def gives[] = {
	[URL_IP] = { .name = "url.ip" },
	[FROM_IP] = { "from.domain.ip", FACT_ADDR,
	    "addresses of the domain in From; honest mail often comes from "
	    "others", true },
	{ 0 }
};

/* Different hosts that links lead to, in their order; the first ones. */
struct site {
	struct str host;
	struct place place;
};

struct state {
	struct lookups lookups;
	struct site sites[HOSTS_MOST];
	size_t n;
	bool has_more;
	bool is_listed;
	bool is_sender_known; /* there is nothing to ask of the sender */
	uint8_t family;       /* of the client's address */
};

static void
add_site(struct state *st, struct str host, size_t url)
{
	for (size_t i = 0; i < st->n; i++)
		if (str_case_eq(st->sites[i].host, host))
			return;
	if (st->n == HOSTS_MOST) {
		st->has_more = true;
		return;
	}
	st->sites[st->n++] = (struct site){ host,
		{ .kind = PLACE_URL, .index = (uint32_t)url } };
}

static void
list_sites(struct check_run *r, struct state *st)
{
	const struct message *m = &r->scan->message;

	st->is_listed = true;
	for (size_t i = 0; i < m->urls.n; i++) {
		const struct url *u = &m->urls.at[i];

		if (!u->is_ip && u->host.n != 0)
			add_site(st, u->host, i);
	}
}

/* What stands in links as an address.  It is not given before the rest is
 * there: whoever needs the fact would take it for the whole. */
static void
give_bare(struct check_run *r)
{
	const struct message *m = &r->scan->message;
	struct addr addr;

	for (size_t i = 0; i < m->urls.n; i++) {
		const struct url *u = &m->urls.at[i];
		struct place where = { .kind = PLACE_URL,
			.index = (uint32_t)i };

		if (u->is_ip && addr_parse(u->host, &addr))
			facts_give_addr(&r->scan->facts, r->gives[URL_IP],
			    &addr, where);
	}
}

/* The client's is read as IPv4 too where it is one in IPv6's clothes. */
static struct addr
address_of(struct str bytes, uint8_t family)
{
	static const char mapped[12] = { [10] = (char)0xff,
		[11] = (char)0xff };
	struct addr addr = { .family = family };

	if (family == 6 && memcmp(bytes.p, mapped, sizeof(mapped)) == 0) {
		addr.family = 4;
		bytes = str_from(bytes, sizeof(mapped));
	}
	memcpy(addr.bytes, bytes.p, bytes.n);
	return addr;
}

static void
give_addresses(struct check_run *r, uint32_t give, struct place place,
    const struct dns_answer *answer, uint8_t family)
{
	for (size_t i = 0; i < answer->n && i < ADDRESSES_MOST; i++) {
		struct addr addr = address_of(answer->at[i], family);

		facts_give_addr(&r->scan->facts, r->gives[give], &addr,
		    place);
	}
}

/* Null answers: still on their way. */
struct found {
	const struct dns_answer *four, *six;
};

static bool
find_all(struct check_run *r, struct state *st,
    struct found found[static HOSTS_MOST])
{
	struct names names = lookups_names(&st->lookups, r);
	bool is_whole = true;

	for (size_t i = 0; i < st->n; i++) {
		struct str host = st->sites[i].host;

		found[i].four = names.find(names.owner, DNS_A, host);
		found[i].six = names.find(names.owner, DNS_AAAA, host);
		is_whole = is_whole && found[i].four != NULL &&
		    found[i].six != NULL;
	}
	return is_whole;
}

static void
settle(struct check_run *r, const struct state *st, bool has_failed)
{
	struct facts *f = &r->scan->facts;

	if (has_failed || st->has_more)
		facts_give_failed(f, r->gives[URL_IP]);
	else if (facts_get(f, r->gives[URL_IP])->state == FACT_OPEN)
		facts_give_absent(f, r->gives[URL_IP]);
}

/* What the domain in From says of itself, for who wonders; it proves nothing
 * (authentication does).  NULL: its answer is on its way, or not asked for. */
static const struct dns_answer *
find_sender(struct check_run *r, struct state *st)
{
	struct names names = lookups_names(&st->lookups, r);
	const struct fact *from = check_need(r, FROM_DOMAIN);
	const struct fact *ip = check_need(r, IP);

	st->is_sender_known = from->state != FACT_KNOWN || from->n != 1 ||
	    ip->state != FACT_KNOWN;
	if (st->is_sender_known)
		return NULL;
	st->family = fact_addr(&ip->at[0])->family;
	return names.find(names.owner, st->family == 6 ? DNS_AAAA : DNS_A,
	    from->at[0].text);
}

static void
settle_sender(struct check_run *r, const struct state *st,
    const struct dns_answer *sender)
{
	if (sender != NULL && sender->result == DNS_FAILED)
		return; /* left open: failed */
	if (sender != NULL)
		give_addresses(r, FROM_IP,
		    check_need(r, FROM_DOMAIN)->at[0].place, sender,
		    st->family);
	if (facts_get(&r->scan->facts, r->gives[FROM_IP])->state == FACT_OPEN)
		check_give_absent(r, FROM_IP);
}

static enum check_next
run(struct check_run *r)
{
	struct found found[HOSTS_MOST];
	const struct dns_answer *sender;
	struct state *st = r->state;
	bool has_failed = false;

	if (!st->is_listed)
		list_sites(r, st);
	sender = find_sender(r, st);
	if (!find_all(r, st, found) ||
	    (sender == NULL && !st->is_sender_known))
		return CHECK_WAIT;
	give_bare(r);
	for (size_t i = 0; i < st->n; i++) {
		give_addresses(r, URL_IP, st->sites[i].place, found[i].four,
		    4);
		give_addresses(r, URL_IP, st->sites[i].place, found[i].six,
		    6);
		has_failed = has_failed ||
		    found[i].four->result == DNS_FAILED ||
		    found[i].six->result == DNS_FAILED;
	}
	settle(r, st, has_failed);
	settle_sender(r, st, sender);
	return CHECK_DONE;
}

const struct check check_sites = {
	.name = "sites",
	.needs = needs,
	.gives = gives,
	.state_size = sizeof(struct state),
	.run = run,
	.tells = true
};
