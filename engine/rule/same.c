/* SPDX-License-Identifier: Apache-2.0 */
/* The table of pairs, and how each is compared. */
#include "rule/same.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/vec.h"
#include "mail/fold.h"
#include "mail/message.h"
#include "mail/url.h"

enum {
	VALUES_MOST = 64,         /* of a fact that are looked at */
	INSIDE_LEAST = 12,        /* bytes: shorter texts stand anywhere */
	TEXT_MOST = 64 * 1024
};

const struct same_pair same_pairs[] = {
	{ "from = rcpt", { FACT_FROM, FACT_RCPT }, SAME_TEXT,
	    "the mail says that its recipient wrote it" },
	{ "from.domain = rcpt.domain", { FACT_FROM_DOMAIN, FACT_RCPT },
	    SAME_SITE, "sender and recipient are of one house" },
	{ "from.name = rcpt", { FACT_FROM_NAME, FACT_RCPT }, SAME_RCPT,
	    "the display name holds the recipient's address" },
	{ "from = mail_from", { FACT_FROM, FACT_MAIL_FROM }, SAME_TEXT,
	    "header and envelope name one sender" },
	{ "from.domain = mail_from.domain",
	    { FACT_FROM_DOMAIN, FACT_MAIL_FROM_DOMAIN }, SAME_SITE,
	    "header and envelope name one house" },
	{ "from = reply_to", { FACT_FROM, FACT_REPLY_TO }, SAME_TEXT,
	    "answers go to the sender" },
	{ "from.domain = reply_to.domain",
	    { FACT_FROM_DOMAIN, FACT_REPLY_TO_DOMAIN }, SAME_SITE,
	    "answers go to the sender's house" },
	{ "from.domain = helo", { FACT_FROM_DOMAIN, FACT_HELO }, SAME_TEXT,
	    "the client called itself by the sender's domain" },
	{ "helo = rdns", { FACT_HELO, FACT_RDNS }, SAME_TEXT,
	    "the client called itself by its reverse name" },
	{ "mail_from = rcpt", { FACT_MAIL_FROM, FACT_RCPT }, SAME_TEXT,
	    "the envelope goes from the recipient to the recipient" },
	{ "reply_to = rcpt", { FACT_REPLY_TO, FACT_RCPT }, SAME_TEXT,
	    "answers go to the recipient" },
	{ "url = rcpt", { FACT_URL, FACT_RCPT }, SAME_RCPT,
	    "a link carries the recipient's address: plain, %40, base64" },
	{ "url.domain = from.domain", { FACT_URL_DOMAIN, FACT_FROM_DOMAIN },
	    SAME_SITE, "a link goes to the sender's house" },
	{ "url.domain = rcpt.domain", { FACT_URL_DOMAIN, FACT_RCPT },
	    SAME_SITE, "a link goes to the recipient's house" },
	{ "url.ip = ip", { FACT_URL_IP, FACT_IP }, SAME_ADDR,
	    "mail and site come from one machine" },
	{ "url.asn = asn", { FACT_URL_ASN, FACT_ASN }, SAME_NUMBER,
	    "mail and site come from one network" },
	{ "subject = rcpt", { FACT_SUBJECT, FACT_RCPT }, SAME_RCPT,
	    "the subject holds the recipient's address" },
	{ "subject = body", { FACT_SUBJECT, FACT_BODY }, SAME_INSIDE,
	    "the subject stands in the text once more" },
	{ "body = rcpt", { FACT_BODY, FACT_RCPT }, SAME_RCPT,
	    "the text holds the recipient's address" },
};

const size_t n_same_pairs = nitems(same_pairs);

static bool
is_pair(const struct same_pair *pair, struct str a, struct str b)
{
	struct str first, second;

	str_cut(str_of(pair->name), '=', &first, &second);
	first = str_trim(first);
	second = str_trim(second);
	return (str_eq(first, a) && str_eq(second, b)) ||
	    (str_eq(first, b) && str_eq(second, a));
}

const struct same_pair *
same_find(struct str name)
{
	struct str a, b;

	if (!str_cut(name, '=', &a, &b))
		return NULL;
	for (size_t i = 0; i < nitems(same_pairs); i++)
		if (is_pair(&same_pairs[i], str_trim(a), str_trim(b)))
			return &same_pairs[i];
	return NULL;
}

/* The registrable domain of a host or of an address's domain. */
static struct str
site_of(struct arena *a, struct str s)
{
	struct str host = str_from(s, str_find_last(s, '@') == s.n ? 0
	    : str_find_last(s, '@') + 1);

	return host_registrable(str_lower(a, host));
}

static bool
is_same(enum same_how how, struct arena *a, const struct fact_value *x,
    const struct fact_value *y)
{
	struct str site, text, other;

	switch (how) {
	case SAME_TEXT:
		return x->text.n != 0 && str_case_eq(x->text, y->text);
	case SAME_SITE:
		site = site_of(a, x->text);
		return site.n != 0 && str_eq(site, site_of(a, y->text));
	case SAME_ADDR:
		return addr_eq(fact_addr(x), fact_addr(y)) &&
		    !addr_is_private(fact_addr(x));
	case SAME_NUMBER:
		return x->number == y->number;
	case SAME_INSIDE:
		text = str_trim(fold(a, str_head(x->text, TEXT_MOST)).text);
		other = fold(a, str_head(y->text, TEXT_MOST)).text;
		return text.n >= INSIDE_LEAST &&
		    str_find_str(other, text) < other.n;
	case SAME_RCPT:
		break;
	}
	return false;
}

static bool
any_same(const struct same_pair *pair, struct arena *a,
    const struct fact_value *x, const struct fact *others)
{
	for (size_t i = 0; i < others->n && i < VALUES_MOST; i++)
		if (is_same(pair->how, a, x, &others->at[i]))
			return true;
	return false;
}

/* A link as it stands: the form that is compared has no fragment. */
static struct str
whole_text(const struct fact_value *value, const struct message *m)
{
	struct str text = value->text;

	if (value->place.kind == PLACE_URL && value->place.index < m->urls.n)
		text = m->urls.at[value->place.index].raw;
	return str_head(text, TEXT_MOST);
}

const struct fact_value *
same_try(const struct same_pair *pair, const struct facts *facts,
    const struct message *m, struct recipients *recipients,
    struct arena *scratch)
{
	const struct fact *first = facts_get(facts, pair->facts[0]);
	const struct fact *second = facts_get(facts, pair->facts[1]);

	for (size_t i = 0; i < first->n && i < VALUES_MOST; i++) {
		const struct fact_value *value = &first->at[i];
		bool is_so = pair->how == SAME_RCPT
		    ? recipients_in(recipients, scratch,
		        whole_text(value, m))
		    : any_same(pair, scratch, value, second);

		if (is_so)
			return value;
	}
	return NULL;
}
