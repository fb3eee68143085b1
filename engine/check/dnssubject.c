/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a message lists are asked about.  Nobody is told of hosts at home,
 * of private addresses, of our own networks and of brands' own names, which
 * no list should have.
 */
#include "check/dnslist.h"

#include "base/arena.h"
#include "base/hash.h"
#include "mail/host.h"
#include "net/dns.h"
#include "net/dnsprivate.h"
#include "scan/scan.h"

enum { URLS_LOOKED_AT = 500, BASE32_BITS = 5 };

struct finding {
	dnssubject_list *out;
	struct arena *arena;
	const struct scan *scan;
	unsigned whats;
	const struct dnsnever *never;
	size_t counts[DNSLIST_WHATS];
	bool is_over;
};

static bool
wants(const struct finding *f, enum dnslist_what what)
{
	return (f->whats & 1U << what) != 0;
}

static void
add(struct finding *f, const struct dnssubject *new)
{
	const struct dnssubject *old;

	VEC_EACH(old, f->out) {
		if (old->what == new->what && (new->addr.family != 0
		    ? addr_eq(&old->addr, &new->addr)
		    : str_eq(old->text, new->text)))
			return;
	}
	if (f->counts[new->what]++ < DNSSUBJECTS_MOST)
		*VEC_ADD(f->arena, f->out) = *new;
	else
		f->is_over = true;
}

/* Addresses. */

static void
add_addr(struct finding *f, enum dnslist_what what, const struct addr *addr,
    struct place place)
{
	const struct generation_conf *c = &f->scan->generation->conf;
	char text[ADDR_TEXT];

	if (!wants(f, what) || addr->family == 0 || addr_is_private(addr) ||
	    addr_net_list_has(c->trusted.at, c->trusted.n, addr))
		return;
	addr_format(addr, text);
	add(f, &(struct dnssubject){ .what = what, .addr = *addr,
	    .shown = str_copy(f->arena, str_of(text)), .place = place });
}

static void
find_addresses(struct finding *f)
{
	const struct fact *ip = facts_get(&f->scan->facts, FACT_IP);
	const struct fact *sites = facts_get(&f->scan->facts, FACT_URL_IP);
	const struct message *m = &f->scan->message;
	size_t first = m->peer_hop < m->hops.n ? m->peer_hop + 1 : 0;

	if (ip->state == FACT_KNOWN)
		add_addr(f, DNSLIST_IP, fact_addr(&ip->at[0]),
		    ip->at[0].place);
	for (size_t i = first; i < m->hops.n; i++)
		add_addr(f, DNSLIST_RECEIVED_IP, &m->hops.at[i].ip,
		    (struct place){ .kind = PLACE_HOP,
			.index = (uint32_t)i & 0xffff });
	/* Some may be known though not all are. */
	for (size_t i = 0; i < sites->n; i++)
		add_addr(f, DNSLIST_URL_IP, fact_addr(&sites->at[i]),
		    sites->at[i].place);
}

/* Names. */

static bool
is_ours(const struct finding *f, struct str name)
{
	for (size_t i = 0; i < f->never->n; i++) {
		if (dns_is_below(name, f->never->at[i]))
			return true;
	}
	return dns_is_private(name) ||
	    ruleset_is_brands(f->scan->generation->ruleset, name);
}

static void
add_name(struct finding *f, enum dnslist_what what, struct str name,
    struct place place)
{
	struct str normal;
	struct addr addr;

	if (!wants(f, what) || name.n == 0 || addr_parse(name, &addr) ||
	    !host_normalize(&normal, f->arena, name) ||
	    !str_has(normal, '.') || !dns_is_name(normal) ||
	    is_ours(f, normal))
		return;
	add(f, &(struct dnssubject){ .what = what, .text = normal,
	    .shown = normal, .place = place });
}

static struct str
registrable(struct finding *f, struct str host)
{
	struct str normal;

	return host_normalize(&normal, f->arena, host)
	    ? host_registrable(normal) : STR("");
}

static void
add_host(struct finding *f, struct str host, struct place place)
{
	if (wants(f, DNSLIST_DOMAIN))
		add_name(f, DNSLIST_DOMAIN, registrable(f, host), place);
	add_name(f, DNSLIST_HOST, host, place);
}

static void
find_names(struct finding *f)
{
	static const enum fact_id senders[] = { FACT_FROM_DOMAIN,
		FACT_MAIL_FROM_DOMAIN, FACT_REPLY_TO_DOMAIN };
	const struct facts *facts = &f->scan->facts;
	const struct fact *fact = facts_get(facts, FACT_HELO);
	const struct auth *auth = &f->scan->message.auth;

	for (size_t i = 0; i < fact->n; i++)
		add_name(f, DNSLIST_HELO, fact->at[i].text,
		    fact->at[i].place);
	fact = facts_get(facts, FACT_RDNS);
	for (size_t i = 0; i < fact->n; i++)
		add_name(f, DNSLIST_RDNS, fact->at[i].text,
		    (struct place){ .kind = PLACE_ENVELOPE,
			.name = STR("rdns") });
	for (size_t i = 0; i < nitems(senders); i++) {
		fact = facts_get(facts, senders[i]);
		for (size_t k = 0; k < fact->n; k++)
			add_host(f, fact->at[k].text, fact->at[k].place);
	}
	if (auth->result[AUTH_DKIM] == AUTH_PASS && wants(f, DNSLIST_DKIM))
		add_name(f, DNSLIST_DKIM,
		    registrable(f, auth->domain[AUTH_DKIM]),
		    (struct place){ .kind = PLACE_HEADER,
			.name = STR("DKIM-Signature") });
}

/* What is hashed. */

static void
add_text(struct finding *f, enum dnslist_what what, struct str text,
    struct str shown, struct place place)
{
	if (wants(f, what) && text.n != 0)
		add(f, &(struct dnssubject){ .what = what, .text = text,
		    .shown = shown, .place = place });
}

static void
find_mailboxes(struct finding *f)
{
	static const enum fact_id ids[] = { FACT_FROM, FACT_MAIL_FROM,
		FACT_REPLY_TO };

	for (size_t i = 0; i < nitems(ids); i++) {
		const struct fact *fact = facts_get(&f->scan->facts, ids[i]);

		for (size_t k = 0; k < fact->n; k++) {
			struct str text = str_lower(f->arena,
			    fact->at[k].text);
			size_t at = str_find_last(text, '@');

			if (at < text.n && !is_ours(f, str_from(text,
			    at + 1)))
				add_text(f, DNSLIST_EMAIL, text, text,
				    fact->at[k].place);
		}
	}
}

/* "host/path?query" */
static struct str
page_of(const struct url *u)
{
	struct str page = u->normalized;
	size_t at = str_find_str(page, STR("://"));

	if (at < page.n)
		page = str_from(page, at + 3);
	return str_head(page, str_find(page, '#'));
}

static void
find_links(struct finding *f)
{
	const struct message *m = &f->scan->message;

	for (size_t i = 0; i < m->urls.n && i < URLS_LOOKED_AT; i++) {
		const struct url *u = &m->urls.at[i];
		struct place where = { .kind = PLACE_URL,
			.index = (uint32_t)i & 0xffff };

		if (!u->is_ip) {
			add_name(f, DNSLIST_URL_DOMAIN, u->registrable,
			    where);
			add_name(f, DNSLIST_URL_HOST, u->host, where);
			if (is_ours(f, u->host))
				continue;
		}
		add_text(f, DNSLIST_URL, page_of(u), u->normalized, where);
	}
}

static void
find_files(struct finding *f)
{
	const struct part *p;

	VEC_EACH(p, &f->scan->message.parts) {
		if (p->is_leaf && p->is_attachment)
			add_text(f, DNSLIST_FILE, p->bytes, p->name,
			    (struct place){ .kind = PLACE_PART,
				.name = p->number });
	}
}

bool
dnssubjects_find(dnssubject_list *out, struct arena *a, const struct scan *s,
    unsigned whats, const struct dnsnever *never)
{
	struct finding f = { .out = out, .arena = a, .scan = s,
		.whats = whats, .never = never };

	find_addresses(&f);
	find_names(&f);
	if (wants(&f, DNSLIST_EMAIL))
		find_mailboxes(&f);
	find_links(&f);
	if (wants(&f, DNSLIST_FILE))
		find_files(&f);
	return !f.is_over;
}

/* As they are asked for. */

static struct str
hex_of(struct arena *a, const unsigned char *bytes, size_t n)
{
	char *text = arena_take(a, 2 * n);

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	return (struct str){ text, 2 * n };
}

/* RFC 4648 6, without padding; names know no case. */
static struct str
base32_of(struct arena *a, const unsigned char *bytes, size_t n)
{
	char *text = arena_take(a, 2 * n);
	unsigned held = 0, bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		held = (held << 8 | bytes[i]) & 0xfff;
		for (bits += 8; bits >= BASE32_BITS;) {
			bits -= BASE32_BITS;
			text[at++] = "abcdefghijklmnopqrstuvwxyz234567"[
			    held >> bits & 31];
		}
	}
	if (bits != 0)
		text[at++] = "abcdefghijklmnopqrstuvwxyz234567"[
		    held << (BASE32_BITS - bits) & 31];
	return (struct str){ text, at };
}

static struct str
hash_of(struct arena *a, struct str text, const struct dnslist *list)
{
	unsigned char bytes[SHA256_BYTES];
	size_t n = SHA1_BYTES;

	if (list->hash == DNSLIST_SHA1) {
		hash_sha1(text, bytes);
	} else {
		struct sha256 *sum = sha256_new();

		sha256_add(sum, text);
		sha256_end(sum, bytes);
		n = SHA256_BYTES;
	}
	return list->digits == DNSLIST_BASE32 ? base32_of(a, bytes, n)
	    : hex_of(a, bytes, n);
}

struct str
dnssubject_name(struct arena *a, const struct dnssubject *subject,
    const struct dnslist *list)
{
	struct str front = subject->text, name;

	if (subject->addr.family != 0)
		return dns_reverse(a, &subject->addr, list->zone,
		    list->zone);
	if (subject->what >= DNSLIST_EMAIL) {
		front = hash_of(a, subject->text, list);
		/* A label has room for 63. */
		if (front.n > DNS_LABEL_MOST)
			return STR("");
	}
	name = str_cat(a, front, STR("."), list->zone);
	return dns_is_name(name) ? name : STR("");
}
