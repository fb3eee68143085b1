/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns tried one at a time. */
#include "rule/probe.h"

#include "base/arena.h"
#include "base/err.h"
#include "mail/fold.h"
#include "mail/message.h"

enum { RCPT_TRIES = 16, HOST_MOST = 255 };

bool
probe_make(struct probe *p, const struct probe_maker *m,
    const struct pattern *pattern, struct err *e)
{
	*p = (struct probe){ .pattern = pattern };
	if (pattern->kind != PATTERN_REGEX)
		return true;
	if (!regex_new(&p->regex, pattern->regex, pattern->is_caseless,
	        m->name, e))
		return false;
	*VEC_ADD(m->arena, m->made) = p->regex;
	return true;
}

static bool
is_kept_in_case(uint32_t fact)
{
	return fact == FACT_URL || fact == FACT_URL_PATH ||
	    fact == FACT_URL_QUERY;
}

static bool
is_host_name(uint32_t fact)
{
	return fact == FACT_HELO || fact == FACT_RDNS || fact == FACT_RELAY ||
	    fact == FACT_URL_HOST || fact == FACT_URL_DOMAIN;
}

bool
probe_is_mailbox(uint32_t fact)
{
	return fact == FACT_FROM || fact == FACT_MAIL_FROM ||
	    fact == FACT_REPLY_TO;
}

struct str
probe_key(struct arena *a, uint32_t fact, struct str text)
{
	if (is_kept_in_case(fact))
		return text;
	if (is_host_name(fact) && text.n > 1 && str_ends(text, STR(".")))
		text.n--;
	text = str_lower(a, text);
	if (fact == FACT_URL_HOST)
		str_skip(&text, STR("www."));
	return text;
}

/* A pattern with a recipient in it matches only where the capture is one. */
static bool
is_for_us(const struct probe *p, const struct probe_ground *g,
    struct str text, const struct regex_span *span)
{
	return !p->pattern->has_rcpt ||
	    recipients_in(g->recipients, g->arena,
	        str_sub(text, span->capture_begin, span->capture_end));
}

static bool
find(const struct probe *p, const struct probe_ground *g, struct str text,
    struct regex_span *span)
{
	size_t from = 0;

	for (int i = 0; i < RCPT_TRIES; i++) {
		if (regex_find(p->regex, g->room, text, from, span) !=
		    REGEX_HIT)
			return false;
		if (is_for_us(p, g, text, span))
			return true;
		from = span->begin + 1;
		while (from < text.n &&
		    ((unsigned char)text.p[from] & 0xc0) == 0x80)
			from++;
	}
	return false;
}

static bool
try_regex(const struct probe *p, const struct probe_ground *g,
    struct str text, struct str *found)
{
	struct str clean = regex_text(g->arena, text);
	struct regex_span span;
	struct folded folded;

	if (p->pattern->form == FORM_PLAIN) {
		if (!find(p, g, clean, &span))
			return false;
		*found = str_sub(text, span.begin, span.end);
		return true;
	}
	folded = fold(g->arena, clean);
	if (!find(p, g, folded.text, &span))
		return false;
	*found = fold_source(&folded, text, span.begin, span.end);
	return true;
}

static bool
find_phrase(const struct list_state *s, const struct probe_ground *g,
    struct str text, struct list_row *row)
{
	struct folded folded = fold(g->arena, regex_text(g->arena, text));
	match_list matches = { 0 };
	const struct match *match;

	list_scan(s->list, folded.text, &matches, g->arena);
	VEC_EACH(match, &matches)
		if (list_row(s->list, match->id, g->listing->day, row))
			return true;
	return false;
}

static bool
try_list(const struct probe *p, const struct probe_ground *g,
    const struct fact_value *value)
{
	struct probe_listing *l = g->listing;
	const struct list_state *s = lists_at(l->lists, p->pattern->list);
	struct list_row row;
	bool is_held;

	if (s == NULL || s->list == NULL || lists_age(s, l->now) == LIST_DEAD)
		return false;
	is_held = s->conf->type == LIST_PHRASE
	    ? find_phrase(s, g, value->text, &row)
	    : list_find(s->list, value, l->day, g->arena, &row);
	if (is_held && (l->hit == NULL || lists_age(s, l->now) == LIST_STALE))
		l->hit = lists_hit(s, l->arena, &row, l->now);
	return is_held;
}

static bool
is_key(struct str text, struct str key, uint32_t fact)
{
	if (probe_is_mailbox(fact) && str_starts(key, STR("@")))
		text = str_from(text, str_find_last(text, '@'));
	return str_eq(text, key);
}

bool
probe_try(const struct probe *p, const struct probe_ground *g, uint32_t fact,
    const struct fact_value *value, struct str *found)
{
	const struct pattern *pattern = p->pattern;

	*found = value->text;
	if (pattern == NULL)
		return true;
	switch (pattern->kind) {
	case PATTERN_KEY:
		return is_key(probe_key(g->arena, fact, value->text),
		    probe_key(g->arena, fact, pattern->key), fact);
	case PATTERN_BELOW:
		return host_is_below(probe_key(g->arena, fact, value->text),
		    pattern->key);
	case PATTERN_NET:
		return addr_net_has(&pattern->net, fact_addr(value));
	case PATTERN_NUMBER:
		return value->number >= pattern->first &&
		    value->number <= pattern->last;
	case PATTERN_REGEX:
		return try_regex(p, g, value->text, found);
	case PATTERN_ANY:
		return true;
	case PATTERN_LIST:
		return try_list(p, g, value);
	case PATTERN_NONE:
		break;
	}
	return false;
}

static bool
make_list(probe_list *out, const struct probe_maker *m,
    const struct pattern *at, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!probe_make(VEC_ADD(m->arena, out), m, &at[i], e))
			return false;
	return true;
}

static bool
make_one(struct probe *p, const struct probe_maker *m, bool is_there,
    const struct pattern *pattern, struct err *e)
{
	return !is_there || probe_make(p, m, pattern, e);
}

bool
link_probe_make(struct link_probe **out, const struct probe_maker *m,
    const struct link_pattern *link, struct err *e)
{
	for (; link != NULL; link = link->none) {
		struct link_probe *p = ARENA_ONE(m->arena, struct link_probe);

		p->link = link;
		*out = p;
		out = &p->none;
		if (!make_one(&p->text, m, link->has_text, &link->text, e) ||
		    !make_one(&p->scheme, m, link->has_scheme, &link->scheme,
		        e) ||
		    !make_one(&p->path, m, link->has_path, &link->path, e) ||
		    !make_one(&p->query, m, link->has_query, &link->query,
		        e) ||
		    !make_list(&p->hosts, m, link->hosts.at, link->hosts.n,
		        e) ||
		    !make_list(&p->domains, m, link->domains.at,
		        link->domains.n, e))
			return false;
	}
	return true;
}

static bool
holds(const struct probe *p, const struct probe_ground *g, uint32_t fact,
    struct str text)
{
	struct fact_value value = { .text = text };
	struct str found;

	return probe_try(p, g, fact, &value, &found);
}

static bool
any_holds(const probe_list *list, const struct probe_ground *g,
    uint32_t fact, struct str text)
{
	const struct probe *p;

	VEC_EACH(p, list)
		if (holds(p, g, fact, text))
			return true;
	return list->n == 0;
}

/* The host that a piece of text shows, when it is an address and no more. */
static bool
shown_host(struct str *host, struct arena *a, struct str text)
{
	struct url u = { 0 };

	text = str_trim(text);
	if (text.n == 0 || text.n > 4096)
		return false;
	text = refang(a, text);
	if (url_read(&u, a, text)) {
		*host = u.host;
		return true;
	}
	text = str_head(text, str_find(text, '/'));
	if (text.n > HOST_MOST || !str_has(text, '.') ||
	    str_has(text, ' ') || str_has(text, '@') ||
	    !host_normalize(host, a, text))
		return false;
	return host_registrable(*host).n != 0;
}

/* The anchor shows an address, and its site is not the target's. */
static bool
link_is_mismatch(struct arena *a, const struct message *m, size_t i)
{
	const struct url *u = &m->urls.at[i];
	struct str host, site;

	if (!shown_host(&host, a, u->text))
		return false;
	site = host_registrable(host);
	if (site.n == 0 || u->registrable.n == 0)
		return !str_eq(host, u->host);
	return !str_eq(site, u->registrable);
}

/* The cheap keys first. */
static bool
keys_hold(const struct link_probe *p, const struct probe_ground *g,
    const struct message *m, size_t i)
{
	const struct url *u = &m->urls.at[i];

	return any_holds(&p->domains, g, FACT_URL_DOMAIN, u->host) &&
	    any_holds(&p->hosts, g, FACT_URL_HOST, u->host) &&
	    holds(&p->scheme, g, FACT_URL_HOST, u->scheme) &&
	    holds(&p->path, g, FACT_URL_PATH, u->path) &&
	    holds(&p->query, g, FACT_URL_QUERY, u->query) &&
	    holds(&p->text, g, FACT_LINK_TEXT, u->text) &&
	    (!p->link->has_mismatch || p->link->is_mismatch ==
	        link_is_mismatch(g->arena, m, i));
}

/* "a, not (b, not c)": up to the first of the chain that fails, each turns
 * the answer of the next round.  What is told is a list of the first. */
bool
link_probe_try(const struct link_probe *p, const struct probe_ground *g,
    const struct message *m, size_t i)
{
	const struct list_hit *hit;
	bool is_so;

	is_so = keys_hold(p, g, m, i);
	if (!is_so)
		return false;
	hit = g->listing->hit;
	while ((p = p->none) != NULL && keys_hold(p, g, m, i))
		is_so = !is_so;
	g->listing->hit = hit;
	return is_so;
}

static struct str
bare(struct str host)
{
	str_skip(&host, STR("www."));
	return host;
}

bool
link_shows_itself(struct arena *a, const struct message *m, size_t i)
{
	const struct url *u = &m->urls.at[i];
	struct str host;

	return shown_host(&host, a, u->text) &&
	    str_eq(bare(host), bare(u->host));
}
