/* SPDX-License-Identifier: Apache-2.0 */
/* One function a kind, and the guards in front of them. */
#include "check/entity.h"

#include "check/namebook.h"
#include "check/templatebook.h"
#include "mail/url.h"
#include "scan/scan.h"

enum {
	URLS_LOOKED_AT = 200,
	TARGET_MOST = 400,
	HELO_LEAST = 5,     /* letters of a name without dots */
	FILE_LEAST = 100,   /* bytes: smaller ones are anybody's */
	BAND_TEXT = 16,
	USUAL = 16          /* entities of a message */
};

struct finding {
	entity_list *out;
	struct arena *arena;
	const struct scan *scan;
	unsigned n[REPUTATION_KINDS];
	const struct entity_books *books;
	struct str host;     /* that was looked for last */
	struct named named;
};

/* Of those that are asked for of one mail. */
static bool
is_full(const struct finding *f, enum reputation_kind kind)
{
	return f->n[kind] == reputation_kinds[kind].most;
}

static void
add(struct finding *f, enum reputation_kind kind, struct str name,
    struct str shown)
{
	const struct entity *e;

	if (name.n == 0 || is_full(f, kind))
		return;
	VEC_EACH(e, f->out) {
		if (e->kind == kind && str_eq(e->name, name))
			return;
	}
	f->n[kind]++;
	*VEC_ADD(f->arena, f->out) = (struct entity){ .kind = kind,
		.name = name, .shown = shown };
}

static struct str
fact_text(const struct finding *f, uint32_t id)
{
	const struct fact *fact = facts_get(&f->scan->facts, id);

	return fact->state == FACT_KNOWN && fact->n != 0 ? fact->at[0].text
	    : STR("");
}

static bool
is_trusted(const struct finding *f, const struct addr *ip)
{
	const struct generation_conf *c = &f->scan->generation->conf;
	struct addr inner;

	return addr_net_list_has(c->trusted.at, c->trusted.n, ip) ||
	    (addr_inner(ip, &inner) &&
		addr_net_list_has(c->trusted.at, c->trusted.n, &inner));
}

static bool
is_ours(const struct finding *f, const struct addr *ip)
{
	struct addr inner;

	return addr_is_private(ip) || (addr_inner(ip, &inner) &&
	    addr_is_private(&inner)) || is_trusted(f, ip);
}

/* Names. */

/* site is "" for whoever does not know it. */
static struct named
name_of(struct finding *f, struct str host, struct str site)
{
	/* Links of one host follow each other. */
	if (host.n == 0 || !str_eq(host, f->host)) {
		f->named = namebook_find(f->books->names,
		    f->scan->generation->ruleset, host, site);
		f->host = host;
	}
	return f->named;
}

/* The guards of a kind that is a name of DNS. */
static bool
may_name(struct finding *f, enum reputation_kind kind, struct str host,
    struct str site)
{
	return (name_of(f, host, site).never &
	    reputation_kinds[kind].never) == 0;
}

/* Who hands it in. */

static void
find_helo(struct finding *f)
{
	struct str helo = str_lower(f->arena, fact_text(f, FACT_HELO));
	struct str rdns = fact_text(f, FACT_RDNS);
	bool is_single = str_is(fact_text(f, FACT_HELO_CLASS), "single-label");
	unsigned never;

	/* A name with dots may be a stranger's, unless the address has it. */
	if (is_single ? helo.n < HELO_LEAST || str_is(helo, "localhost") :
	    !str_case_eq(helo, rdns))
		return;
	never = name_of(f, helo, STR("")).never;
	/* The list takes any single label for a suffix. */
	if (is_single)
		never &= ~(unsigned)NEVER_SUFFIX;
	if ((never & reputation_kinds[REPUTATION_HELO].never) == 0)
		add(f, REPUTATION_HELO, helo, helo);
}

static void
find_peer(struct finding *f)
{
	const struct fact *ip = facts_get(&f->scan->facts, FACT_IP);
	const struct fact *asn = facts_get(&f->scan->facts, FACT_ASN);
	struct str net, number;

	if (ip->state != FACT_KNOWN || is_ours(f, fact_addr(&ip->at[0])))
		return;
	add(f, REPUTATION_IP, ip->at[0].text, ip->at[0].text);
	net = reputation_net(f->arena, fact_addr(&ip->at[0]));
	add(f, REPUTATION_NET, net, net);
	if (asn->state == FACT_KNOWN) {
		number = str_cat(f->arena, STR("AS"), asn->at[0].text);
		add(f, REPUTATION_ASN, number, number);
	}
	find_helo(f);
}

/* Who sends it. */

static bool
passes(struct finding *f, enum auth_method m, struct str domain)
{
	const struct auth *auth = &f->scan->message.auth;
	struct str passed = auth->domain[m];
	size_t at = str_find_last(passed, '@');

	if (at < passed.n)
		passed = str_from(passed, at + 1);
	return auth->result[m] == AUTH_PASS && passed.n != 0 &&
	    (str_case_eq(passed, domain) || str_eq(
		name_of(f, str_lower(f->arena, passed), STR("")).site,
		name_of(f, domain, STR("")).site));
}

/* RFC 7489, or what comes to the same where nobody looked for DMARC. */
static bool
is_proven(struct finding *f, struct str from)
{
	return f->scan->message.auth.result[AUTH_DMARC] == AUTH_PASS ||
	    (name_of(f, from, STR("")).site.n != 0 &&
		(passes(f, AUTH_DKIM, from) || passes(f, AUTH_SPF, from)));
}

/* A sender's name stands for all below the domain that he rents. */
static bool
add_sender(struct finding *f, enum reputation_kind kind, struct str domain)
{
	struct named named = name_of(f, domain, STR(""));
	struct str site = named.site.n == 0 ? domain : named.site;

	if ((named.never & reputation_kinds[kind].never) != 0 ||
	    !may_name(f, kind, site, named.site))
		return false;
	add(f, kind, site, site);
	return true;
}

static void
find_from(struct finding *f)
{
	struct str domain = str_lower(f->arena,
	    fact_text(f, FACT_FROM_DOMAIN));
	struct str address = str_lower(f->arena, fact_text(f, FACT_FROM));

	/* Of several mailboxes nobody proves more than one. */
	if (f->scan->message.from.n != 1 || domain.n == 0 ||
	    !is_proven(f, domain))
		return;
	if (!add_sender(f, REPUTATION_FROM, domain) &&
	    may_name(f, REPUTATION_MAILBOX, domain, domain))
		add(f, REPUTATION_MAILBOX, address, address);
}

static void
find_sender(struct finding *f)
{
	const struct auth *auth = &f->scan->message.auth;
	struct str envelope = str_lower(f->arena,
	    fact_text(f, FACT_MAIL_FROM_DOMAIN));
	struct str signer = str_lower(f->arena, auth->domain[AUTH_DKIM]);

	/* Of a forwarder's sender another passed, or nobody said who. */
	if (envelope.n != 0 && (passes(f, AUTH_SPF, envelope) ||
	    (auth->result[AUTH_SPF] == AUTH_PASS &&
		auth->domain[AUTH_SPF].n == 0)))
		add_sender(f, REPUTATION_ENVELOPE, envelope);
	if (signer.n != 0 && auth->result[AUTH_DKIM] == AUTH_PASS)
		add_sender(f, REPUTATION_DKIM, signer);
	find_from(f);
}

/* Where it leads. */

/* A nested URL is what the one around it is: fetched, or followed. */
static bool
is_followed(const struct message *m, const struct url *u)
{
	for (unsigned i = 0; u->outer != URL_NONE && i < 8; i++)
		u = &m->urls.at[u->outer];
	return !url_source_is_loaded(u->source);
}

/* "docs.google.com/forms/d/1A2b": on a shared host only the page is one. */
static void
find_target(struct finding *f, const struct url *u)
{
	struct str site = u->registrable, name;

	if (u->path.n < 2 || is_full(f, REPUTATION_TARGET) ||
	    (u->outer == URL_NONE &&
	    (name_of(f, u->host, site).never & NEVER_SHARED) == 0))
		return;
	if (!may_name(f, REPUTATION_TARGET, u->host, site))
		return;
	name = str_cat(f->arena, u->host, str_head(u->path, TARGET_MOST));
	add(f, REPUTATION_TARGET, name, name);
}

/* "www" in front of a domain is the domain. */
static bool
is_bare(const struct url *u)
{
	return u->host.n == u->registrable.n ||
	    (u->host.n == u->registrable.n + 4 &&
		str_starts(u->host, STR("www.")));
}

static void
find_site(struct finding *f, const struct url *u)
{
	struct addr ip;

	if (u->is_ip) {
		if (addr_parse(u->host, &ip) && !is_ours(f, &ip))
			add(f, REPUTATION_HOST, u->host, u->host);
		return;
	}
	if (u->registrable.n != 0 && !is_full(f, REPUTATION_DOMAIN) &&
	    may_name(f, REPUTATION_DOMAIN, u->registrable, u->registrable))
		add(f, REPUTATION_DOMAIN, u->registrable, u->registrable);
	if (!is_bare(u) && !is_full(f, REPUTATION_HOST) &&
	    may_name(f, REPUTATION_HOST, u->host, u->registrable))
		add(f, REPUTATION_HOST, u->host, u->host);
}

static bool
is_new_host(const struct message *m, size_t at)
{
	return at == 0 || !str_eq(m->urls.at[at].host,
	    m->urls.at[at - 1].host);
}

static void
find_links(struct finding *f)
{
	const struct message *m = &f->scan->message;

	for (size_t i = 0; i < m->urls.n && i < URLS_LOOKED_AT; i++) {
		const struct url *u = &m->urls.at[i];

		if (!is_followed(m, u))
			continue;
		if (is_new_host(m, i))
			find_site(f, u);
		find_target(f, u);
	}
}

/* What is in it. */

static void
add_file(struct finding *f, struct str bytes, struct str sum)
{
	const struct entity *e;

	if (bytes.n < FILE_LEAST || is_full(f, REPUTATION_FILE))
		return;
	VEC_EACH(e, f->out) {
		if (e->kind == REPUTATION_FILE && str_eq(e->bytes, bytes))
			return;
	}
	f->n[REPUTATION_FILE]++;
	*VEC_ADD(f->arena, f->out) = (struct entity){
		.kind = REPUTATION_FILE, .name = sum, .shown = sum,
		.bytes = bytes };
}

/* Facts about files, where there are any, stand in the order of their
 * parts. */
static void
find_files(struct finding *f)
{
	const struct fact *sums = facts_get(&f->scan->facts,
	    FACT_FILE_SHA256);
	const struct part *p;
	size_t n = 0;

	VEC_EACH(p, &f->scan->message.parts) {
		bool is_summed = sums->state == FACT_KNOWN && n < sums->n;

		if (!p->is_leaf || !p->is_attachment)
			continue;
		add_file(f, p->bytes, is_summed ? sums->at[n].text : STR(""));
		n++;
	}
}

/* Sixteen hex digits. */
static struct str
band_name(struct arena *a, uint64_t band)
{
	char text[BAND_TEXT];

	for (size_t i = BAND_TEXT; i-- > 0; band >>= 4)
		text[i] = "0123456789abcdef"[band & 15];
	return str_copy(a, (struct str){ text, BAND_TEXT });
}

static void
find_template(struct finding *f)
{
	const struct fact *body = facts_get(&f->scan->facts, FACT_BODY);
	struct str longest = STR("");
	struct template t;

	for (size_t i = 0; i < body->n; i++)
		if (body->at[i].text.n > longest.n)
			longest = body->at[i].text;
	if (!templatebook_find(f->books->templates, &t, longest))
		return;
	for (size_t i = 0; i < TEMPLATE_BANDS; i++) {
		struct str name = band_name(f->arena, t.bands[i]);

		add(f, REPUTATION_TEMPLATE, name, name);
	}
}

/* A host of ours says so of the client.  While a message comes in its top line
 * may be the client's own; once it is delivered, and reported, it is not. */
static bool
is_users(const struct scan *s)
{
	const struct message *m = &s->message;
	const struct hop *hop;

	if (m->peer_hop < m->hops.n)
		return hop_is_of_user(&m->hops.at[m->peer_hop]);
	if (s->lesson == NULL)
		return false;
	VEC_EACH(hop, &m->hops)
		if (addr_eq(&hop->ip, &m->peer_ip))
			return hop_is_of_user(hop);
	return false;
}

/* Somebody of ours writes: a user, or a host that no stranger came by. */
static bool
is_own(const struct finding *f)
{
	const struct scan *s = f->scan;

	return s->envelope.user.n != 0 || is_users(s) ||
	    (s->message.peer_ip.family != 0 &&
		is_trusted(f, &s->message.peer_ip));
}

void
entities_find(entity_list *out, struct arena *a, const struct scan *s,
    const struct entity_books *books)
{
	struct finding f = { .out = out, .arena = a, .scan = s,
		.books = books };
	const struct fact *report = facts_get(&s->facts, FACT_REPORT);

	if (is_own(&f))
		return;
	VEC_ROOM(a, out, USUAL);
	find_peer(&f);
	find_sender(&f);
	/* Who warns of a lure shows its links and words. */
	if (report->state == FACT_KNOWN && report->at[0].number != 0)
		return;
	find_links(&f);
	find_files(&f);
	find_template(&f);
}
