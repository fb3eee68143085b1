/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes about networks: whose the sender's address is and those of the sites,
 * whether they are one, and the countries side by side.  Which tables say so,
 * and of when they are, stands beside it.
 */
#include "rule/note.h"

#include "base/addr.h"
#include "base/arena.h"
#include "mail/message.h"
#include "rule/wording.h"

/* A mail may name many sites beside the one that matters: each host has room
 * of its own (of hosts there are few, check/sites.c), and so have addresses
 * that stand in links as such. */
enum { OF_HOST_MOST = 4, BARE_MOST = 24, COUNTRIES_MOST = 4,
	SOURCES_MOST = 3 };

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
		if (f->at[i].place.kind == PLACE_URL &&
		    f->at[i].place.offset == number)
			return f->at[i].text;
	}
	return STR("");
}

/* "AS64500 Example Hosting, US"; "" when no table has the address. */
static struct str
network(struct note_job *j, struct str asn, struct str operator,
    struct str country)
{
	struct str owner = operator.n == 0 ? asn : str_cat(j->arena, asn,
	    asn.n == 0 ? STR("") : STR(" "),
	    wording_show(j->wording, operator));

	return str_cat(j->arena, owner,
	    owner.n == 0 || country.n == 0 ? STR("") : STR(", "), country);
}

/* A gateway that says it itself, as a test of a pack does, has no table. */
static struct str
show_source(struct note_job *j, struct str source)
{
	return source.n == 0 ? STR("-") : note_show(j, source);
}

/* Of the client's network; those of links have places. */
static struct str
source_of_sender(struct note_job *j)
{
	const struct fact *f = facts_get(j->facts, FACT_NETWORKS_SOURCE);

	return show_source(j, f->n == 0 ||
	    f->at[0].place.kind == PLACE_URL ? STR("") : f->at[0].text);
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
	    show_addr(j, fact_addr(ip)), whole, source_of_sender(j));
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
		    show_addr(j, fact_addr(site)), whole, show_source(j,
		    value_at(j, FACT_NETWORKS_SOURCE, number)));
	return whole.n != 0;
}

static bool
stands_before(const struct fact *sites, size_t number)
{
	for (size_t i = 0; i < number; i++) {
		if (addr_eq(fact_addr(&sites->at[i]),
		    fact_addr(&sites->at[number])))
			return true;
	}
	return false;
}

/* Those of one host follow each other. */
static void
about_sites(struct note_job *j)
{
	const struct fact *sites = facts_get(j->facts, FACT_URL_IP);
	size_t of_host = 0, bare = 0;
	uint32_t host = URL_NONE;

	for (size_t i = 0; i < sites->n; i++) {
		const struct place *at = &sites->at[i].place;

		if (at->kind != PLACE_URL)
			continue;
		if (j->message->urls.at[at->index].is_ip) {
			if (bare < BARE_MOST && !stands_before(sites, i))
				bare += about_site(j, &sites->at[i], i);
			continue;
		}
		if (at->index != host)
			of_host = 0;
		host = at->index;
		if (of_host < OF_HOST_MOST)
			of_host += about_site(j, &sites->at[i], i);
	}
}

static void
about_machine(struct note_job *j)
{
	const struct fact *sites = facts_get(j->facts, FACT_URL_IP);
	const struct fact_value *ip = note_fact(j, FACT_IP);

	/* Every host has some at home: they are not one. */
	if (ip == NULL || addr_is_private(fact_addr(ip)))
		return;
	for (size_t i = 0; i < sites->n; i++) {
		if (!addr_eq(fact_addr(&sites->at[i]), fact_addr(ip)))
			continue;
		NOTE_ADD(j, NOTE_LINK_MACHINE, sites->at[i].place,
		    show_addr(j, fact_addr(ip)));
		return;
	}
}

/* Genuine links are shown to be believed, and most of them in front. */
static bool
is_of_brand(const struct brand *b, struct str host)
{
	return note_is_below_any(host, b->official.at, b->official.n) ||
	    note_is_below_any(host, b->related.at, b->related.n);
}

/* Different countries, the brand's own only as long as there is no other. */
struct countries {
	struct str at[COUNTRIES_MOST];
	size_t n;
	bool are_home;
};

static void
add_country(struct countries *all, const struct brand *b, struct str country)
{
	bool is_at_home = is_home(b, country);

	if (all->n != 0 && all->are_home && !is_at_home)
		all->n = 0;
	if (all->n == COUNTRIES_MOST || (all->n != 0 && is_at_home))
		return;
	for (size_t i = 0; i < all->n; i++) {
		if (str_case_eq(all->at[i], country))
			return;
	}
	all->are_home = is_at_home;
	all->at[all->n++] = country;
}

static struct countries
countries_of_sites(const struct note_job *j, const struct brand *b)
{
	const struct fact *f = facts_get(j->facts, FACT_URL_COUNTRY);
	struct countries all = { .n = 0 };

	for (size_t i = 0; i < f->n; i++) {
		const struct place *p = &f->at[i].place;

		if (p->kind != PLACE_URL ||
		    !is_of_brand(b, j->message->urls.at[p->index].host))
			add_country(&all, b, f->at[i].text);
	}
	return all;
}

/* "cn" of a host that ends in a country's own domain. */
static struct countries
countries_of_domains(const struct note_job *j, const struct brand *b)
{
	struct countries all = { .n = 0 };

	for (size_t i = 0; i < j->message->urls.n; i++) {
		const struct url *u = &j->message->urls.at[i];
		struct str last = str_from(u->host,
		    str_find_last(u->host, '.') + 1);

		if (!u->is_ip && last.n == 2 && !is_of_brand(b, u->host))
			add_country(&all, b, last);
	}
	return all;
}

/* Each source once: of the sender's country, and of those of sites, which say
 * more than it. */
static struct str
sources_of_countries(struct note_job *j, const struct brand *b)
{
	const struct fact *f = facts_get(j->facts, FACT_URL_COUNTRY);
	struct str all[SOURCES_MOST];
	size_t n = 0, k;

	if (value_of(j, FACT_COUNTRY).n != 0)
		all[n++] = source_of_sender(j);
	for (size_t i = 0; i < f->n && n < SOURCES_MOST; i++) {
		const struct place *p = &f->at[i].place;
		struct str source;

		if (p->kind != PLACE_URL ||
		    is_of_brand(b, j->message->urls.at[p->index].host))
			continue;
		source = show_source(j, value_at(j, FACT_NETWORKS_SOURCE,
		    p->offset));
		for (k = 0; k < n && !str_eq(all[k], source); k++)
			;
		if (k == 1 && n == 1 && str_ends(source, all[0]))
			k = n = 0;
		if (k == n)
			all[n++] = source;
	}
	return str_join(j->arena, all, n, STR("; "));
}

/* "CN/US", or "-". */
static struct str
show_countries(struct note_job *j, const struct countries *all)
{
	return all->n == 0 ? STR("-") : upper(j->arena,
	    str_join(j->arena, all->at, all->n, STR("/")));
}

/* Side by side, where one of them is not at home. */
static void
about_countries(struct note_job *j, const struct brand *brand)
{
	struct countries sender = { .n = 0 }, sites, domains;
	struct str country = value_of(j, FACT_COUNTRY);

	if (brand == NULL)
		return;
	if (country.n != 0)
		add_country(&sender, brand, country);
	sites = countries_of_sites(j, brand);
	domains = countries_of_domains(j, brand);
	if ((sender.n == 0 || sender.are_home) &&
	    (sites.n == 0 || sites.are_home))
		return;
	NOTE_ADD(j, NOTE_LINK_COUNTRIES, nowhere, show_countries(j, &sender),
	    show_countries(j, &sites), show_countries(j, &domains),
	    str_cat(j->arena, brand->name, STR(" "), homes(j, brand)),
	    sources_of_countries(j, brand));
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
	about_machine(j);
	about_countries(j, brand);
}
