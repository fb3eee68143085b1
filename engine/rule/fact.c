/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of facts and the facts of one message.  The engine's own are
 * described here and nowhere else; the manual prints this table.
 */
#include "rule/fact.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

enum { VALUES_MOST = (1 << 29) - 1 }; /* of a fact: what fits in room */

#define ONE(name, type, help) { (name), (type), (help), false }
#define MANY(name, type, help) { (name), (type), (help), true }

static const struct fact_def own[FACTS_OWN] = {
	[FACT_IP] = ONE("ip", FACT_ADDR, "address of the connecting client"),
	[FACT_ASN] = ONE("asn", FACT_INT,
	    "number of the network the client connects from"),
	[FACT_COUNTRY] = ONE("country", FACT_STR,
	    "country of the client's address, two letters"),
	[FACT_OPERATOR] = ONE("operator", FACT_STR,
	    "who runs the network the client connects from"),
	[FACT_HELO] = ONE("helo", FACT_STR, "what the client called itself"),
	[FACT_HELO_CLASS] = ONE("helo.class", FACT_STR,
	    "shape of helo: fqdn, generic, single-label, literal or invalid"),
	[FACT_RDNS] = ONE("rdns", FACT_STR,
	    "reverse name of the client's address; absent: it has none"),
	[FACT_RDNS_GENERIC] = ONE("rdns.generic", FACT_BOOL,
	    "the reverse name is made of the address itself"),
	[FACT_RDNS_CLASS] = ONE("rdns.class", FACT_STR,
	    "shape of rdns: none, named, generic, dynamic or static"),
	[FACT_RELAY] = MANY("relay", FACT_STR,
	    "names and addresses in Received, our own hosts left out"),
	[FACT_MAIL_FROM] = ONE("mail_from", FACT_STR,
	    "envelope sender; absent: the null sender"),
	[FACT_MAIL_FROM_DOMAIN] = ONE("mail_from.domain", FACT_STR,
	    "domain of the envelope sender"),
	[FACT_FROM] = MANY("from", FACT_STR, "address in From"),
	[FACT_FROM_DOMAIN] = MANY("from.domain", FACT_STR,
	    "domain of the address in From"),
	[FACT_FROM_AGE] = ONE("from.domain.age", FACT_INT,
	    "days since the domain in From was registered, at the mail's "
	    "date, by a record"),
	[FACT_FROM_REGISTERED] = ONE("from.domain.registered", FACT_STR,
	    "when that was, who says so, and when that was found out"),
	[FACT_FROM_NAME] = MANY("from.name", FACT_STR,
	    "display name in From, as a person sees it"),
	[FACT_FROM_ODD_QUOTES] = ONE("from.odd_quotes", FACT_BOOL,
	    "the display name has curly quotes, or one of two"),
	[FACT_FROM_ROLE] = ONE("from.role", FACT_BOOL,
	    "the local part in From names an office, not a person"),
	[FACT_FROM_RANDOM] = ONE("from.random", FACT_BOOL,
	    "local part of From looks drawn by lot"),
	[FACT_REPLY_TO] = MANY("reply_to", FACT_STR, "address in Reply-To"),
	[FACT_REPLY_TO_DOMAIN] = MANY("reply_to.domain", FACT_STR,
	    "domain of the address in Reply-To"),
	[FACT_RCPT] = MANY("rcpt", FACT_STR,
	    "recipients: of the envelope, then of To and Cc"),
	[FACT_USER] = ONE("user", FACT_STR, "authenticated user"),
	[FACT_SUBJECT] = MANY("subject", FACT_STR,
	    "subject, decoded, without the tags of gateways"),
	[FACT_SUBJECT_TAG] = ONE("subject.tag", FACT_STR,
	    "the gateway tag in front of the subject"),
	[FACT_BODY] = MANY("body", FACT_STR,
	    "visible text, one value a text part"),
	[FACT_HIDDEN] = MANY("hidden", FACT_STR,
	    "text of HTML parts that the reader does not see"),
	[FACT_HTML] = MANY("html", FACT_STR, "source of HTML parts"),
	[FACT_URL] = MANY("url", FACT_STR, "links, in their matching form"),
	[FACT_URL_HOST] = MANY("url.host", FACT_STR, "hosts of links"),
	[FACT_URL_DOMAIN] = MANY("url.domain", FACT_STR,
	    "hosts of links, matched with all below a name"),
	[FACT_URL_PATH] = MANY("url.path", FACT_STR, "paths of links"),
	[FACT_URL_QUERY] = MANY("url.query", FACT_STR,
	    "parameters of links"),
	[FACT_URL_IP] = MANY("url.ip", FACT_ADDR,
	    "addresses of the hosts of links, literal or resolved"),
	[FACT_URL_ASN] = MANY("url.asn", FACT_INT,
	    "numbers of the networks that the hosts of links are in"),
	[FACT_URL_COUNTRY] = MANY("url.country", FACT_STR,
	    "countries of the addresses of the hosts of links"),
	[FACT_URL_OPERATOR] = MANY("url.operator", FACT_STR,
	    "who runs the networks that the hosts of links are in"),
	[FACT_NETWORKS_SOURCE] = MANY("networks.source", FACT_STR,
	    "tables that said so, and the days on which they were made"),
	[FACT_URL_AGE] = MANY("url.domain.age", FACT_INT,
	    "the same days for the domains of links"),
	[FACT_URL_REGISTERED] = MANY("url.domain.registered", FACT_STR,
	    "when they were registered, who says so, when found out"),
	[FACT_URL_VERDICT] = MANY("url.verdict", FACT_STR,
	    "what vendors say of the sites of links, by records"),
	[FACT_URL_VERDICT_WORD] = MANY("url.verdict.word", FACT_STR,
	    "the same as words: google=dangerous, and dangerous alone"),
	[FACT_DNSLIST] = MANY("dnslist", FACT_STR,
	    "lists of the DNS that have something of the message: the list, "
	    "then list=code"),
	[FACT_DNSLIST_SAID] = MANY("dnslist.said", FACT_STR,
	    "the same in full: list=code, its answer, when, what it has"),
	[FACT_LINK_TEXT] = MANY("link.text", FACT_STR,
	    "what the reader sees of a link"),
	[FACT_AUTH_SPF] = ONE("auth.spf", FACT_STR, "result of SPF"),
	[FACT_AUTH_DKIM] = ONE("auth.dkim", FACT_STR, "result of DKIM"),
	[FACT_AUTH_DMARC] = ONE("auth.dmarc", FACT_STR, "result of DMARC"),
	[FACT_AUTH_ARC] = ONE("auth.arc", FACT_STR, "result of ARC"),
	[FACT_COUNT_LINKS] = ONE("count.links", FACT_INT,
	    "different links a reader can follow"),
	[FACT_COUNT_URL_HOSTS] = ONE("count.url_hosts", FACT_INT,
	    "different hosts of these links"),
	[FACT_COUNT_RECIPIENTS] = ONE("count.recipients", FACT_INT,
	    "recipients of the envelope, or else in To and Cc"),
	[FACT_COUNT_ATTACHMENTS] = ONE("count.attachments", FACT_INT,
	    "attached files"),
	[FACT_COUNT_BODY_CHARS] = ONE("count.body_chars", FACT_INT,
	    "characters in the longest visible text"),
	[FACT_COUNT_REFERENCES] = ONE("count.references", FACT_INT,
	    "messages this one refers to; 0: it answers nothing"),
	[FACT_FILE_NAME] = MANY("file.name", FACT_STR,
	    "names of attached files"),
	[FACT_FILE_TYPE] = MANY("file.type", FACT_STR,
	    "types of attached files by their first bytes"),
	[FACT_FILE_SHA256] = MANY("file.sha256", FACT_STR,
	    "SHA-256 of attached files, in hex"),
	[FACT_PHONE] = MANY("phone", FACT_STR,
	    "telephone numbers in the visible text, digits only"),
	[FACT_CHARSET] = MANY("charset", FACT_STR,
	    "charsets the texts were read as"),
	[FACT_CHARSET_GUESSED] = ONE("charset.guessed", FACT_BOOL,
	    "the label of a charset was missing, unknown or wrong"),
	[FACT_DEFANGED] = ONE("defanged", FACT_INT,
	    "addresses of sites written so that none can click"),
	[FACT_RCPT_IN_URL] = ONE("rcpt_in_url", FACT_BOOL,
	    "a link carries the address of a recipient"),
	[FACT_ORIGIN_IP] = MANY("origin.ip", FACT_ADDR,
	    "addresses in X-Originating-IP and its like, proven by nobody"),
	[FACT_DATE_OFFSET] = ONE("date.offset", FACT_INT,
	    "seconds by which Date is later than Received"),
	[FACT_HEADER_DUPLICATE] = MANY("header.duplicate", FACT_STR,
	    "fields that stand twice though one is all there may be"),
	[FACT_MIME_DAMAGED] = ONE("mime.damaged", FACT_BOOL,
	    "the structure of the message is broken"),
	[FACT_REPORT] = ONE("report", FACT_BOOL,
	    "the text tells about phishing and quotes it"),
	[FACT_WARNING] = ONE("warning", FACT_BOOL,
	    "the text warns of phishing that it shows masked or defanged"),
	[FACT_TEXT_QUOTED] = MANY("text.quoted", FACT_STR,
	    "visible text that is quoted or forwarded, one value a text part"),
	[FACT_LIMIT] = MANY("limit", FACT_STR,
	    "limits of the reader that the message reached"),
	[FACT_REPUTATION_IP] = ONE("reputation.ip", FACT_INT,
	    "probability (per cent) that mail from the connecting address is "
	    "bad"),
	[FACT_REPUTATION_NET] = ONE("reputation.net", FACT_INT,
	    "the same of the network around it, /24 or /64"),
	[FACT_REPUTATION_ASN] = ONE("reputation.asn", FACT_INT,
	    "the same of the provider's network"),
	[FACT_REPUTATION_HELO] = ONE("reputation.helo", FACT_INT,
	    "the same of the HELO name"),
	[FACT_REPUTATION_MAIL_FROM] = ONE("reputation.mail_from", FACT_INT,
	    "the same of the envelope sender's domain, where SPF passes"),
	[FACT_REPUTATION_FROM] = ONE("reputation.from", FACT_INT,
	    "the same of the domain in From, where it is authenticated"),
	[FACT_REPUTATION_MAILBOX] = ONE("reputation.mailbox", FACT_INT,
	    "the same of the address in From, at a provider of mailboxes"),
	[FACT_REPUTATION_DKIM] = ONE("reputation.dkim", FACT_INT,
	    "the same of the domain whose DKIM signature passes"),
	[FACT_REPUTATION_HOST] = ONE("reputation.host", FACT_INT,
	    "the same of the hosts of links; the worst"),
	[FACT_REPUTATION_DOMAIN] = ONE("reputation.domain", FACT_INT,
	    "the same of the registrable domains of links; the worst"),
	[FACT_REPUTATION_TARGET] = ONE("reputation.target", FACT_INT,
	    "the same of the pages where links through others end; the worst"),
	[FACT_REPUTATION_FILE] = ONE("reputation.file", FACT_INT,
	    "the same of attached files, by their hash; the worst"),
	[FACT_REPUTATION_TEMPLATE] = ONE("reputation.template", FACT_INT,
	    "the same of the template the text is made from"),
	[FACT_REPUTATION_CAMPAIGN] = MANY("reputation.campaign", FACT_STR,
	    "campaigns that the sender, links, files or text were seen with"),
};

void
fact_table_init(struct fact_table *t, struct arena *a)
{
	uint32_t id;

	*t = (struct fact_table){ .arena = a };
	map_init(&t->by_name, a);
	for (size_t i = 0; i < nitems(own); i++) {
		bool is_new = fact_table_add(t, &own[i], &id);

		assert(is_new && id == i);
		(void)is_new;
	}
}

/* What a check may give in the engine's place. */
static bool
is_of_the_world(uint32_t id)
{
	if (id >= FACT_REPUTATION_IP && id <= FACT_REPUTATION_CAMPAIGN)
		return true;
	switch (id) {
	case FACT_ASN:
	case FACT_COUNTRY:
	case FACT_RDNS:
	case FACT_RDNS_GENERIC:
	case FACT_RDNS_CLASS:
	case FACT_URL_IP:
	case FACT_URL_ASN:
	case FACT_URL_COUNTRY:
	case FACT_URL_OPERATOR:
	case FACT_NETWORKS_SOURCE:
	case FACT_OPERATOR:
	case FACT_FROM_AGE:
	case FACT_FROM_REGISTERED:
	case FACT_URL_AGE:
	case FACT_URL_REGISTERED:
	case FACT_URL_VERDICT:
	case FACT_URL_VERDICT_WORD:
	case FACT_DNSLIST:
	case FACT_DNSLIST_SAID:
	case FACT_AUTH_SPF:
	case FACT_AUTH_DKIM:
	case FACT_AUTH_DMARC:
	case FACT_AUTH_ARC:
		return true;
	default:
		return false;
	}
}

bool
fact_table_add(struct fact_table *t, const struct fact_def *def, uint32_t *id)
{
	struct str name = str_of(def->name);
	uint32_t there;

	if (fact_table_find(t, name, &there)) {
		if (!is_of_the_world(there) || t->is_lent[there])
			return false;
		t->is_lent[there] = true;
		*id = there;
		return true;
	}
	*id = (uint32_t)t->defs.n;
	*VEC_ADD(t->arena, &t->defs) = def;
	map_put(&t->by_name, name, *id);
	return true;
}

bool
fact_table_find(const struct fact_table *t, struct str name, uint32_t *id)
{
	const uint32_t *found = map_get(&t->by_name, name);

	if (found == NULL)
		return false;
	*id = *found;
	return true;
}

bool
fact_table_lacks(const struct fact_table *t, uint32_t id)
{
	return is_of_the_world(id) && !t->is_lent[id];
}

void
facts_init(struct facts *f, struct arena *a, const struct fact_table *table)
{
	*f = (struct facts){
		.arena = a,
		.table = table,
		.at = ARENA_MANY(a, struct fact, table->defs.n),
	};
}

const struct fact *
facts_get(const struct facts *f, uint32_t id)
{
	struct fact *fact;

	assert(id < f->table->defs.n);
	fact = &f->at[id];
	if (fact->state == FACT_LATER) {
		fact->state = FACT_OPEN;
		f->finder->find(f->finder, id);
	}
	return fact;
}

void
facts_leave(struct facts *f, uint32_t id, struct facts_finder *finder)
{
	assert(f->at[id].state == FACT_OPEN);
	assert(f->finder == NULL || f->finder == finder);
	f->finder = finder;
	f->at[id].state = FACT_LATER;
}

void
facts_take_up(struct facts *f, uint32_t id)
{
	if (f->at[id].state == FACT_LATER)
		f->at[id].state = FACT_OPEN;
}

const struct fact *
facts_find(const struct facts *f, struct str name)
{
	uint32_t id;

	return fact_table_find(f->table, name, &id) ? facts_get(f, id) : NULL;
}

const struct addr *
fact_addr(const struct fact_value *value)
{
	static const struct addr none;

	return value->addr == NULL ? &none : value->addr;
}

/* What at points to where it is ours. */
static struct fact_value *
own_values(const struct fact *fact)
{
	return fact->room == 0 ? NULL : (struct fact_value *)fact->at;
}

static void
make_room(struct facts *f, struct fact *fact, size_t n)
{
	struct fact_value *at = own_values(fact);

	assert(n <= VALUES_MOST);
	fact->at = arena_move(f->arena, at, fact->room * sizeof(*at),
	    n * sizeof(*at));
	fact->room = (uint32_t)n & VALUES_MOST;
}

void
facts_expect(struct facts *f, uint32_t id, size_t n)
{
	struct fact *fact = &f->at[id];

	assert(id < f->table->defs.n && f->table->defs.at[id]->is_many);
	if (n > 1 && fact->n + n > fact->room)
		make_room(f, fact, fact->n + n);
}

static struct fact *
known(struct facts *f, uint32_t id, enum fact_type type)
{
	const struct fact_def *def;
	struct fact *fact;

	assert(id < f->table->defs.n);
	def = f->table->defs.at[id];
	fact = &f->at[id];
	assert(def->type == type && fact->state != FACT_LATER);
	(void)type;
	/* The second value of a fact that has only one takes the first one's
	 * place: a check knows better than the message. */
	if (!def->is_many)
		fact->n = 0;
	fact->state = FACT_KNOWN;
	return fact;
}

static struct fact_value *
give(struct facts *f, uint32_t id, enum fact_type type, struct place where)
{
	struct fact *fact = known(f, id, type);
	struct fact_value *value;

	/* Most lists have one value as well. */
	if (fact->n >= fact->room)
		make_room(f, fact, fact->n == 0 ? 1 : 2 * (size_t)fact->n);
	value = &own_values(fact)[fact->n++];
	*value = (struct fact_value){ .place = where };
	return value;
}

const struct place nowhere = { .kind = PLACE_NOWHERE };

/* What stands nowhere is the same in every message. */
static bool
share(struct facts *f, uint32_t id, enum fact_type type,
    const struct fact_value *value, struct place where)
{
	struct fact *fact;

	if (where.kind != PLACE_NOWHERE || f->table->defs.at[id]->is_many)
		return false;
	fact = known(f, id, type);
	fact->at = value;
	fact->room = 0;
	fact->n = 1;
	return true;
}

struct fact_value *
facts_give_str(struct facts *f, uint32_t id, struct str text,
    struct place where)
{
	struct fact_value *value = give(f, id, FACT_STR, where);

	value->text = text;
	return value;
}

void
facts_give_int(struct facts *f, uint32_t id, int64_t number,
    struct place where)
{
	static const struct fact_value small[] = {
		{ .text = STR_INIT("0"), .number = 0 },
		{ .text = STR_INIT("1"), .number = 1 },
		{ .text = STR_INIT("2"), .number = 2 },
		{ .text = STR_INIT("3"), .number = 3 },
	};
	struct fact_value *value;

	if (number >= 0 && number < (int64_t)nitems(small) &&
	    share(f, id, FACT_INT, &small[number], where))
		return;
	value = give(f, id, FACT_INT, where);
	value->number = number;
	value->text = str_of_int(f->arena, number);
}

void
facts_give_asn(struct facts *f, uint32_t id, int64_t number,
    struct place where)
{
	struct fact_value *value = give(f, id, FACT_INT, where);

	value->number = number;
	value->text = str_cat(f->arena, STR("AS"),
	    str_of_int(f->arena, number));
}

static bool
is_at(const struct fact_value *value, struct place where)
{
	const struct place *p = &value->place;

	return p->kind == where.kind && p->index == where.index &&
	    p->offset == where.offset && str_eq(p->name, where.name);
}

/* Several things are so, or are not, of the same field: one value tells all
 * of them, and is none's own. */
static void
give_bool(struct facts *f, uint32_t id, const struct fact_value *value,
    struct place where)
{
	const struct fact_value *last = f->last_bool;
	struct fact *fact = known(f, id, FACT_BOOL);
	struct fact_value *made;

	if (last == NULL || last->number != value->number ||
	    !is_at(last, where)) {
		made = ARENA_ONE(f->arena, struct fact_value);
		*made = *value;
		made->place = where;
		f->last_bool = last = made;
	}
	fact->at = last;
	fact->room = 0;
	fact->n = 1;
}

void
facts_give_bool(struct facts *f, uint32_t id, bool is, struct place where)
{
	static const struct fact_value both[] = {
		{ .text = STR_INIT("false"), .number = false },
		{ .text = STR_INIT("true"), .number = true },
	};
	struct fact_value *value;

	if (share(f, id, FACT_BOOL, &both[is], where))
		return;
	if (!f->table->defs.at[id]->is_many) {
		give_bool(f, id, &both[is], where);
		return;
	}
	value = give(f, id, FACT_BOOL, where);
	value->number = is;
	value->text = both[is].text;
}

void
facts_give_addr(struct facts *f, uint32_t id, const struct addr *addr,
    struct place where)
{
	struct fact_value *value = give(f, id, FACT_ADDR, where);
	struct addr *copy = ARENA_ONE(f->arena, struct addr);
	char text[ADDR_TEXT];

	*copy = *addr;
	addr_format(addr, text);
	value->addr = copy;
	value->text = str_copy(f->arena, str_of(text));
}

void
facts_give_absent(struct facts *f, uint32_t id)
{
	assert(id < f->table->defs.n);
	f->at[id].state = FACT_ABSENT;
	f->at[id].n = 0;
}

/* Values given before stay: what is known of a fact is true although not all
 * of it could be found out. */
void
facts_give_failed(struct facts *f, uint32_t id)
{
	assert(id < f->table->defs.n);
	f->at[id].state = FACT_FAILED;
}
