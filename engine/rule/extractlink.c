/* SPDX-License-Identifier: Apache-2.0 */
/* Links to facts, and how many different ones there are. */
#include "rule/extractjob.h"

#include "base/arena.h"
#include "base/map.h"
#include "mail/message.h"
#include "rule/pattern.h"

static struct place
at_url(size_t index)
{
	return (struct place){ .kind = PLACE_URL, .index = (uint32_t)index };
}

/* A link that the reader may follow; an image or a style is fetched without
 * asking and is none. */
static bool
is_link(const struct url *u)
{
	switch (u->source) {
	case URL_TEXT:
	case URL_A:
	case URL_AREA:
	case URL_FORM:
	case URL_REFRESH:
	case URL_SCRIPT:
		return true;
	default:
		return false;
	}
}

/* Different ones among the hosts, or the whole, of links. */
static size_t
count_different(const struct message *m, struct arena *scratch,
    struct str (*key)(const struct url *u))
{
	const struct url *u;
	struct map seen;

	map_init(&seen, scratch);
	VEC_EACH(u, &m->urls)
		if (is_link(u))
			map_put(&seen, key(u), 0);
	return seen.n;
}

static struct str
whole_of(const struct url *u)
{
	return u->normalized;
}

static struct str
host_of(const struct url *u)
{
	return u->host;
}

void
extract_link_counts(struct extract_job *j)
{
	facts_give_int(j->facts, FACT_COUNT_LINKS,
	    (int64_t)count_different(j->message, j->scratch, whole_of),
	    nowhere);
	arena_empty(j->scratch);
	facts_give_int(j->facts, FACT_COUNT_URL_HOSTS,
	    (int64_t)count_different(j->message, j->scratch, host_of),
	    nowhere);
	arena_empty(j->scratch);
}

/* A list with one value a link. */
static void
give_urls(struct extract_job *j, enum fact_id id,
    struct str (*value)(struct arena *a, const struct url *u))
{
	const struct message *m = j->message;

	if (m->urls.n != 0)
		facts_expect(j->facts, id, m->urls.n);
	for (size_t i = 0; i < m->urls.n; i++)
		facts_give_str(j->facts, id, value(j->arena, &m->urls.at[i]),
		    at_url(i));
	extract_close(j, id);
}

static struct str
form_of(struct arena *a, const struct url *u)
{
	return pattern_url_form(a, u->scheme, u->host, u->path, u->query);
}

void
extract_urls(struct extract_job *j)
{
	give_urls(j, FACT_URL, form_of);
}

static struct str
domain_of(struct arena *a, const struct url *u)
{
	(void)a;
	return u->host;
}

void
extract_url_domains(struct extract_job *j)
{
	give_urls(j, FACT_URL_DOMAIN, domain_of);
}

static struct str
query_of(struct arena *a, const struct url *u)
{
	(void)a;
	return u->query;
}

void
extract_url_queries(struct extract_job *j)
{
	give_urls(j, FACT_URL_QUERY, query_of);
}

static struct str
text_of(struct arena *a, const struct url *u)
{
	(void)a;
	return u->text;
}

void
extract_link_texts(struct extract_job *j)
{
	give_urls(j, FACT_LINK_TEXT, text_of);
}

static struct str
path_of(struct arena *a, const struct url *u)
{
	(void)a;
	return u->path;
}

void
extract_rcpt_in_urls(struct extract_job *j)
{
	const struct message *m = j->message;
	bool has_rcpt = false;

	for (size_t i = 0; i < m->urls.n && !has_rcpt; i++) {
		has_rcpt = recipients_in(&j->recipients, j->scratch,
		    m->urls.at[i].raw);
		arena_empty(j->scratch);
	}
	facts_give_bool(j->facts, FACT_RCPT_IN_URL, has_rcpt, nowhere);
}

/* An address written as host is known; what a name leads to only the world
 * can tell. */
static void
give_url_ip(struct extract_job *j, const struct url *u, struct place where,
    bool *has_names)
{
	struct addr addr;

	if (u->is_ip && addr_parse(u->host, &addr))
		facts_give_addr(j->facts, FACT_URL_IP, &addr, where);
	else
		*has_names = true;
}

void
extract_links(struct extract_job *j)
{
	const struct message *m = j->message;
	bool is_lent = j->facts->table->is_lent[FACT_URL_IP];
	bool has_names = false;

	give_urls(j, FACT_URL_HOST, domain_of);
	give_urls(j, FACT_URL_PATH, path_of);
	for (size_t i = 0; i < m->urls.n && !is_lent; i++)
		give_url_ip(j, &m->urls.at[i], at_url(i), &has_names);
	if (has_names)
		facts_give_failed(j->facts, FACT_URL_IP);
	if (!is_lent)
		extract_close(j, FACT_URL_IP);
	extract_leave_to_world(j, FACT_URL_ASN);
	extract_leave_to_world(j, FACT_URL_COUNTRY);
	extract_leave_to_world(j, FACT_URL_OPERATOR);
	extract_leave_to_world(j, FACT_NETWORKS_SOURCE);
	extract_leave_to_world(j, FACT_FROM_AGE);
	extract_leave_to_world(j, FACT_FROM_REGISTERED);
	extract_leave_to_world(j, FACT_URL_AGE);
	extract_leave_to_world(j, FACT_URL_REGISTERED);
	extract_leave_to_world(j, FACT_URL_VERDICT);
	extract_leave_to_world(j, FACT_URL_VERDICT_WORD);
	extract_leave_to_world(j, FACT_DNSLIST);
	extract_leave_to_world(j, FACT_DNSLIST_SAID);
	facts_give_int(j->facts, FACT_DEFANGED, (int64_t)m->defanged,
	    nowhere);
}
