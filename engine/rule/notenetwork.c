/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes about networks: whose the sender's address is and those of the sites,
 * whether they are one, and the countries side by side.  Where a table says
 * so, its date stands beside it.
 */
#include "rule/note.h"

#include "base/addr.h"
#include "base/arena.h"
#include "mail/message.h"
#include "rule/wording.h"

enum { SITES_MOST = 12 };

static struct str
show_addr(struct note_job *j, const struct addr *addr)
{
	char text[ADDR_TEXT];

	addr_format(addr, text);
	return wording_show(j->wording, str_copy(j->arena, str_of(text)));
}

/* The first value of a fact. */
static struct str
value_of(const struct note_job *j, uint32_t id)
{
	const struct fact *f = facts_get(j->facts, id);

	return f->n == 0 ? STR("") : f->at[0].text;
}

/* What is said of the address whose number among those of links this is
 * (check/networks.c). */
static struct str
value_at(const struct note_job *j, uint32_t id, size_t number)
{
	const struct fact *f = facts_get(j->facts, id);

	for (size_t i = 0; i < f->n; i++) {
		if (f->at[i].place.offset == number)
			return f->at[i].text;
	}
	return STR("");
}

/* "GeoLite2-ASN, 2026-11-01; GeoLite2-Country, 2026-10-01" */
static struct str
sources(struct note_job *j)
{
	struct str all = STR("");
	const struct fact *f;
	uint32_t id;

	if (!fact_table_find(j->facts->table, STR("networks.source"), &id))
		return all;
	f = facts_get(j->facts, id);
	for (size_t i = 0; i < f->n; i++)
		all = str_cat(j->arena, all, i == 0 ? STR("") : STR("; "),
		    wording_show(j->wording, f->at[i].text));
	return all;
}

/* "AS64500 Example Hosting, US (GeoLite2-ASN, 2026-11-01)"; "" when no table
 * has the address. */
static struct str
network(struct note_job *j, struct str asn, struct str operator,
    struct str country)
{
	struct str from = sources(j), owner = operator.n == 0 ? asn : str_cat(j->arena, asn,
	    asn.n == 0 ? STR("") : STR(" "),
	    wording_show(j->wording, operator));
	struct str whole = str_cat(j->arena, owner,
	    owner.n == 0 || country.n == 0 ? STR("") : STR(", "), country);

	if (whole.n == 0 || from.n == 0)
		return whole;
	return str_cat(j->arena, whole, STR(" ("), from, STR(")"));
}

/* The first brand that somebody claims to be, if it is known whence it sends;
 * NULL: none. */
static const struct brand *
claimed(const struct note_job *j)
{
	const struct brand_finding **f;

	VEC_EACH (f, &j->verdict->hits->brands) {
		if ((*f)->signs.n != 0 && (*f)->brand->countries.n != 0)
			return (*f)->brand;
	}
	return NULL;
}

static bool
is_home(const struct brand *b, struct str country)
{
	const struct str *home;

	VEC_EACH (home, &b->countries) {
		if (str_case_eq(*home, country))
			return true;
	}
	return false;
}

static struct str
upper(struct arena *a, struct str s)
{
	char *p = arena_take(a, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'a' && s.p[i] <= 'z' ? s.p[i] - 32 : s.p[i];
	return (struct str){ p, s.n };
}

static struct str
homes(struct note_job *j, const struct brand *b)
{
	return upper(j->arena, note_names(j, b->countries.at, b->countries.n));
}

static void
about_sender(struct note_job *j, const struct brand *brand)
{
	const struct fact_value *ip = note_fact(j, FACT_IP);
	struct str country = value_of(j, FACT_COUNTRY);
	struct str whole = network(j, value_of(j, FACT_ASN),
	    value_of(j, FACT_OPERATOR), country);

	if (ip == NULL || whole.n == 0)
		return;
	NOTE_ADD(j, NOTE_ROUTE_NETWORK, ip->place,
	    show_addr(j, fact_addr(ip)), whole);
	if (brand != NULL && country.n != 0 && !is_home(brand, country))
		NOTE_ADD(j, NOTE_ROUTE_ABROAD, ip->place, brand->name,
		    homes(j, brand), country);
}

/* False: no table has it. */
static bool
about_site(struct note_job *j, const struct fact_value *site, size_t number)
{
	struct str whole = network(j,
	    value_at(j, FACT_URL_ASN, number),
	    value_at(j, FACT_URL_OPERATOR, number),
	    value_at(j, FACT_URL_COUNTRY, number));
	struct str host = j->message->urls.at[site->place.index].host;

	if (whole.n != 0)
		NOTE_ADD(j, NOTE_LINK_NETWORK, site->place,
		    wording_show(j->wording, host),
		    show_addr(j, fact_addr(site)), whole);
	return whole.n != 0;
}

static void
about_sites(struct note_job *j)
{
	const struct fact *sites = facts_get(j->facts, FACT_URL_IP);
	const struct fact_value *ip = note_fact(j, FACT_IP);
	size_t n_told = 0;
	bool is_one = false;

	for (size_t i = 0; i < sites->n; i++) {
		const struct fact_value *site = &sites->at[i];

		if (site->place.kind == PLACE_URL && n_told < SITES_MOST)
			n_told += about_site(j, site, i);
		if (ip == NULL || is_one ||
		    !addr_eq(fact_addr(site), fact_addr(ip)))
			continue;
		is_one = true;
		NOTE_ADD(j, NOTE_LINK_MACHINE, site->place,
		    show_addr(j, fact_addr(ip)));
	}
}

static bool
is_of_brand(const struct brand *b, struct str host)
{
	return note_is_below_any(host, b->official.at, b->official.n);
}

/* Whoever lures shows genuine links too, and in front: of several countries
 * one that is not the brand's home tells more. */
static void
prefer(struct str *best, const struct brand *b, struct str country)
{
	if (best->n == 0 || (is_home(b, *best) && !is_home(b, country)))
		*best = country;
}

static struct str
country_of_site(const struct note_job *j, const struct brand *b)
{
	const struct fact *f = facts_get(j->facts, FACT_URL_COUNTRY);
	struct str best = STR("");

	for (size_t i = 0; i < f->n; i++) {
		const struct place *p = &f->at[i].place;

		if (p->kind != PLACE_URL ||
		    !is_of_brand(b, j->message->urls.at[p->index].host))
			prefer(&best, b, f->at[i].text);
	}
	return best;
}

/* "CN" of a host that ends in a country's own domain. */
static struct str
country_of_domain(struct note_job *j, const struct brand *b)
{
	struct str best = STR("");

	for (size_t i = 0; i < j->message->urls.n; i++) {
		const struct url *u = &j->message->urls.at[i];
		struct str last = str_from(u->host,
		    str_find_last(u->host, '.') + 1);

		if (!u->is_ip && last.n == 2 && !is_of_brand(b, u->host))
			prefer(&best, b, last);
	}
	return upper(j->arena, best);
}

static struct str
or_dash(struct str s)
{
	return s.n == 0 ? STR("-") : s;
}

/* Side by side, where one of them is not at home. */
static void
about_countries(struct note_job *j, const struct brand *brand)
{
	struct str sender = value_of(j, FACT_COUNTRY);
	struct str site, domain;

	if (brand == NULL)
		return;
	site = country_of_site(j, brand);
	domain = country_of_domain(j, brand);
	if (sender.n == 0 && site.n == 0)
		return;
	if ((sender.n == 0 || is_home(brand, sender)) &&
	    (site.n == 0 || is_home(brand, site)))
		return;
	NOTE_ADD(j, NOTE_LINK_COUNTRIES, nowhere, or_dash(sender),
	    or_dash(site), or_dash(domain),
	    str_cat(j->arena, brand->name, STR(" "), homes(j, brand)));
}

/* Where reports take it for a proof, it is told what it is worth. */
static void
about_record(struct note_job *j)
{
	const struct fact_value *ip = note_fact(j, FACT_IP);
	const struct fact_value *from = note_fact(j, FACT_FROM_DOMAIN);
	const struct fact *own;
	uint32_t id;

	if (ip == NULL || from == NULL || !fact_table_find(j->facts->table,
	    STR("from.domain.ip"), &id))
		return;
	own = facts_get(j->facts, id);
	for (size_t i = 0; i < own->n; i++) {
		if (addr_eq(fact_addr(&own->at[i]), fact_addr(ip)))
			return;
	}
	if (own->n != 0)
		NOTE_ADD(j, NOTE_AUTH_RECORD, from->place,
		    note_show(j, from->text),
		    show_addr(j, fact_addr(&own->at[0])),
		    show_addr(j, fact_addr(ip)));
}

void
notes_about_networks(struct note_job *j)
{
	const struct brand *brand = claimed(j);

	about_record(j);
	about_sender(j, brand);
	about_sites(j);
	about_countries(j, brand);
}
