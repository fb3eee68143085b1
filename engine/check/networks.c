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

enum { DAY_BYTES = 16 };

enum { ASN, COUNTRY, OPERATOR, URL_ASN, URL_COUNTRY, URL_OPERATOR, DAY,
	SOURCE };
static const struct fact_def gives[] = {
	[ASN] = { .name = "asn" },
	[COUNTRY] = { .name = "country" },
	[OPERATOR] = { .name = "operator" },
	[URL_ASN] = { .name = "url.asn" },
	[URL_COUNTRY] = { .name = "url.country" },
	[URL_OPERATOR] = { .name = "url.operator" },
	[DAY] = { .name = "networks.day" },
	[SOURCE] = { "networks.source", FACT_STR,
	    "the tables that networks are looked up in, each with its day",
	    true },
	{ 0 }
};

static const struct place nowhere = { .kind = PLACE_NOWHERE };

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
}

/* "GeoLite2-ASN, 2026-11-01" */
static void
give_sources(struct check_run *r)
{
	char text[DAY_BYTES];
	struct str name;
	int32_t day;

	for (size_t i = 0; i < net_tables_count(r->opened); i++) {
		name = net_tables_name(r->opened, i, &day);
		day_format(day, text);
		check_give_str(r, SOURCE, str_cat(r->arena, name,
		    name.n == 0 ? STR("") : STR(", "), str_of(text)));
	}
}

static enum check_next
run(struct check_run *r)
{
	/* Without tables nothing is known: failed. */
	if (r->opened == NULL)
		return CHECK_DONE;
	about_client(r);
	about_sites(r);
	give_sources(r);
	facts_give_str(&r->scan->facts, r->gives[DAY],
	    day_text(r->arena, net_tables_day(r->opened)), nowhere);
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
	.run = run
};
