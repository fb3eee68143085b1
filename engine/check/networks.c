/* SPDX-License-Identifier: Apache-2.0 */
/* One look a table for each address of a message. */
#include "check/networks.h"

#include "base/arena.h"
#include "check/nettable.h"
#include "scan/scan.h"

enum { IP, URL_IP };
static const char *const needs[] = {
	[IP] = "ip",
	[URL_IP] = "url.ip",
	NULL
};

enum { ASN, COUNTRY, OPERATOR, URL_ASN, URL_COUNTRY, URL_OPERATOR, SOURCE };
static const struct fact_def gives[] = {
	[ASN] = { .name = "asn" },
	[COUNTRY] = { .name = "country" },
	[OPERATOR] = { .name = "operator" },
	[URL_ASN] = { .name = "url.asn" },
	[URL_COUNTRY] = { .name = "url.country" },
	[URL_OPERATOR] = { .name = "url.operator" },
	[SOURCE] = { .name = "networks.source" },
	{ 0 }
};


/* Neither a network nor a country of its own. */
static void
give_nothing(struct check_run *r)
{
	check_give_absent(r, ASN);
	check_give_absent(r, COUNTRY);
	check_give_absent(r, OPERATOR);
}

static void
give_text(struct check_run *r, uint32_t give, struct str text)
{
	if (text.n == 0)
		check_give_absent(r, give);
	else
		check_give_str(r, give, str_copy(r->arena, text));
}

/* Which tables have said so; asked: who was asked for the address, or "". */
static void
give_source(struct check_run *r, const struct net_entry *entry,
    struct str asked, struct place place)
{
	struct str network = entry->network_source;
	struct str country = entry->country_source;
	struct str all[3];
	size_t n = 0;

	if (network.n == 0 && country.n == 0)
		return;
	if (asked.n != 0)
		all[n++] = asked;
	if (network.n != 0)
		all[n++] = network;
	if (country.n != 0 && !str_eq(country, network))
		all[n++] = country;
	facts_give_str(&r->scan->facts, r->gives[SOURCE],
	    str_join(r->arena, all, n, STR(", ")), place);
}

static void
about_client(struct check_run *r)
{
	const struct fact *ip = check_need(r, IP);
	struct net_entry entry;

	if (ip->state == FACT_FAILED)
		return;
	if (ip->state != FACT_KNOWN || addr_is_private(fact_addr(&ip->at[0]))) {
		give_nothing(r);
		return;
	}
	net_tables_find(r->opened, fact_addr(&ip->at[0]), &entry);
	if (entry.asn == 0)
		check_give_absent(r, ASN);
	else
		facts_give_asn(&r->scan->facts, r->gives[ASN], entry.asn,
		    nowhere);
	give_text(r, COUNTRY, entry.country);
	give_text(r, OPERATOR, entry.operator);
	give_source(r, &entry, STR(""), nowhere);
}

/* The address of a host was asked for today. */
static struct str
look_up_of(struct check_run *r, struct place place)
{
	const struct url *url = &r->scan->message.urls.at[place.index];

	return place.kind != PLACE_URL || url->is_ip ? STR("") :
	    str_cat(r->arena, STR("DNS "), day_text(r->arena, r->scan->day));
}

/* What is known of one site; of others nothing is said.  A host may have
 * several addresses: the place says by its offset of which of all in url.ip
 * this is told. */
static void
about_site(struct check_run *r, const struct fact_value *at, size_t number)
{
	struct facts *f = &r->scan->facts;
	struct place place = at->place;
	struct net_entry entry;

	if (addr_is_private(fact_addr(at)))
		return;
	place.offset = (uint32_t)number;
	net_tables_find(r->opened, fact_addr(at), &entry);
	if (entry.asn != 0)
		facts_give_asn(f, r->gives[URL_ASN], entry.asn, place);
	if (entry.country.n != 0)
		facts_give_str(f, r->gives[URL_COUNTRY],
		    str_copy(r->arena, entry.country), place);
	if (entry.operator.n != 0)
		facts_give_str(f, r->gives[URL_OPERATOR],
		    str_copy(r->arena, entry.operator), place);
	give_source(r, &entry, look_up_of(r, place), place);
}

/* As long as a site was not found, what nobody said of it is not known. */
static void
about_sites(struct check_run *r)
{
	static const unsigned own[] = { URL_ASN, URL_COUNTRY, URL_OPERATOR };
	const struct fact *ip = check_need(r, URL_IP);
	struct facts *f = &r->scan->facts;

	for (size_t i = 0; i < ip->n; i++)
		about_site(r, &ip->at[i], i);
	for (size_t i = 0; i < nitems(own); i++) {
		if (facts_get(f, r->gives[own[i]])->state != FACT_OPEN)
			continue;
		if (ip->state == FACT_FAILED)
			facts_give_failed(f, r->gives[own[i]]);
		else
			facts_give_absent(f, r->gives[own[i]]);
	}
	if (facts_get(f, r->gives[SOURCE])->state == FACT_OPEN)
		check_give_absent(r, SOURCE);
}

static enum check_next
run(struct check_run *r)
{
	/* Without tables nothing is known: failed. */
	if (r->opened == NULL)
		return CHECK_DONE;
	about_client(r);
	about_sites(r);
	return CHECK_DONE;
}

static bool
open_tables(void **opened, const void *conf, struct err *e)
{
	const struct networks_conf *c = conf;
	struct net_tables *t;

	if (!net_tables_open(&t, c->tables.at, c->tables.n, e))
		return false;
	*opened = t;
	return true;
}

static void
close_tables(void *opened)
{
	net_tables_close(opened);
}

const struct check check_networks = {
	.name = "networks",
	.needs = needs,
	.gives = gives,
	.conf_size = sizeof(struct networks_conf),
	.open = open_tables,
	.close = close_tables,
	.may_lack = true,
	.run = run,
	.tells = true,
	.tells_from = URL_ASN,
	.tells_grounded = true
};
