/* SPDX-License-Identifier: Apache-2.0 */
/* PTR, then the addresses of the first names it gives. */
#include "check/reverse.h"

#include <string.h>

#include "base/arena.h"
#include "check/lookups.h"
#include "net/dns.h"
#include "rule/hostclass.h"
#include "scan/scan.h"

enum { NAMES_MOST = 5 };

enum { IP };
static const char *const needs[] = {
	[IP] = "ip",
	NULL
};

enum { RDNS, RDNS_GENERIC, RDNS_CLASS, RDNS_CLAIMED };
static const struct fact_def gives[] = {
	[RDNS] = { .name = "rdns" },
	[RDNS_GENERIC] = { .name = "rdns.generic" },
	[RDNS_CLASS] = { .name = "rdns.class" },
	[RDNS_CLAIMED] = { "rdns.claimed", FACT_STR,
	    "names the address says it has when none of them leads back to "
	    "it; while rdns is not known, those that may", true },
	{ 0 }
};

struct state {
	struct lookups lookups;
};

enum found { FOUND, FOUND_NONE, FOUND_PENDING, FOUND_FAILED };

static bool
leads_back(const struct dns_answer *back, const struct addr *ip)
{
	for (size_t i = 0; i < back->n; i++) {
		struct addr at = { .family = ip->family };

		memcpy(at.bytes, back->at[i].p, back->at[i].n);
		if (addr_eq(&at, ip))
			return true;
	}
	return false;
}

static enum dns_type
address_type(const struct addr *ip)
{
	return ip->family == 6 ? DNS_AAAA : DNS_A;
}

static const struct dns_answer *
names_of(const struct names *names, struct arena *a, const struct addr *ip)
{
	return names->find(names->owner, DNS_PTR, dns_reverse(a, ip,
	    STR("in-addr.arpa"), STR("ip6.arpa")));
}

/* What is not known of one name is no reason to take none. */
static enum found
find_name(struct check_run *r, const struct addr *ip, struct str *name)
{
	struct state *st = r->state;
	struct names names = lookups_names(&st->lookups, r);
	const struct dns_answer *ptr = names_of(&names, r->arena, ip), *back;
	enum found found = FOUND_NONE;

	if (ptr == NULL)
		return FOUND_PENDING;
	if (ptr->result == DNS_FAILED)
		return FOUND_FAILED;
	for (size_t i = 0; i < ptr->n && i < NAMES_MOST; i++) {
		back = names.find(names.owner, address_type(ip), ptr->at[i]);
		if (back == NULL) {
			found = FOUND_PENDING;
		} else if (leads_back(back, ip)) {
			*name = ptr->at[i];
			return FOUND;
		} else if (back->result == DNS_FAILED &&
		    found == FOUND_NONE) {
			found = FOUND_FAILED;
		}
	}
	return found;
}

static void
give_name(struct check_run *r, const struct addr *ip, struct str name)
{
	check_give_str(r, RDNS, name);
	facts_give_bool(&r->scan->facts, r->gives[RDNS_GENERIC],
	    hostclass_is_generic(name, ip), nowhere);
	check_give_str(r, RDNS_CLASS, hostclass_rdns(name, ip));
}

/* Anybody can give his address any name: only what none vouches for. */
static void
give_none(struct check_run *r, const struct addr *ip)
{
	struct state *st = r->state;
	struct names names = lookups_names(&st->lookups, r);
	const struct dns_answer *ptr = names_of(&names, r->arena, ip);

	check_give_absent(r, RDNS);
	check_give_absent(r, RDNS_GENERIC);
	check_give_str(r, RDNS_CLASS, STR("none"));
	for (size_t i = 0; i < ptr->n && i < NAMES_MOST; i++)
		check_give_str(r, RDNS_CLAIMED, ptr->at[i]);
	if (ptr->n == 0)
		check_give_absent(r, RDNS_CLAIMED);
}

/* Only one whose address nobody could say may still be the right one: whoever
 * chose a name with silent servers is not known for that to be a brand. */
static void
give_unknown(struct check_run *r, const struct addr *ip)
{
	struct state *st = r->state;
	struct names names = lookups_names(&st->lookups, r);
	const struct dns_answer *ptr = names_of(&names, r->arena, ip), *back;

	for (size_t i = 0; i < ptr->n && i < NAMES_MOST; i++) {
		back = names.find(names.owner, address_type(ip), ptr->at[i]);
		if (back != NULL && back->result == DNS_FAILED)
			check_give_str(r, RDNS_CLAIMED, ptr->at[i]);
	}
}

static enum check_next
run(struct check_run *r)
{
	const struct fact *ip = check_need(r, IP);
	struct facts *f = &r->scan->facts;
	struct str name = { 0 };

	if (facts_get(f, r->gives[RDNS])->state != FACT_OPEN ||
	    ip->state != FACT_KNOWN || addr_is_private(fact_addr(&ip->at[0])))
		return CHECK_DONE;
	switch (find_name(r, fact_addr(&ip->at[0]), &name)) {
	case FOUND_PENDING:
		return CHECK_WAIT;
	case FOUND:
		give_name(r, fact_addr(&ip->at[0]), name);
		check_give_absent(r, RDNS_CLAIMED);
		break;
	case FOUND_NONE:
		give_none(r, fact_addr(&ip->at[0]));
		break;
	case FOUND_FAILED: /* what is left open: failed */
		give_unknown(r, fact_addr(&ip->at[0]));
		break;
	}
	return CHECK_DONE;
}

const struct check check_reverse = {
	.name = "reverse",
	.needs = needs,
	.gives = gives,
	.state_size = sizeof(struct state),
	.run = run
};
