/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only the network knows of packs: whether the official domains of
 * brands have a DMARC record, and whether the hosts of references are still
 * in the DNS.  No page is fetched: a name server is all that is asked, and a
 * host that answers no more is not noticed.
 */
#include "base/arena.h"
#include "base/err.h"
#include "check/dmarc.h"
#include "cli/check.h"
#include "cli/nameserver.h"
#include "mail/url.h"
#include "rule/brand.h"

enum { AT_ONCE = 64 };

struct online {
	const struct check_more *more;
	struct nameserver *servers;
	struct names names;
	const struct pack *pack;
	size_t unknown;     /* names that nobody could say anything about */
};

/* A name that something is to be found out about. */
struct matter {
	struct online *of;
	const struct brand *brand; /* or NULL: the host of a reference */
	struct str name;
	struct str reference;
	bool is_over;
};

typedef VEC(struct matter) matter_list;

static struct diags *
diags(struct online *o)
{
	return &o->more->loaded->diags;
}

/* B05 */
static bool
ask_policy(struct matter *m)
{
	struct online *o = m->of;
	struct dmarc_query q = { .from = m->name };
	struct dmarc_verdict v;

	if (!dmarc_check(&v, o->more->call->arena, &o->names, &q))
		return false;
	o->unknown += v.result == AUTH_TEMPERROR;
	if (v.result == AUTH_TEMPERROR || v.record.n != 0)
		return true;
	diag_add(diags(o), DIAG_NOTE, m->brand->mark, "B05", "brand \"%"
	    STR_FMT "\": %" STR_FMT " has no DMARC record",
	    STR_ARG(m->brand->id), STR_ARG(m->name));
	diag_hint(diags(o), "whoever forges it is not refused: what the pack "
	    "says of the brand must do");
	return true;
}

/* L04 */
static bool
ask_host(struct matter *m)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA };
	struct online *o = m->of;
	bool is_known = true, is_there = false, is_failed = false;

	for (size_t i = 0; i < nitems(types); i++) {
		const struct dns_answer *answer = o->names.find(o->names.owner,
		    types[i], m->name);

		is_known &= answer != NULL;
		is_there |= answer != NULL && answer->result == DNS_FOUND;
		is_failed |= answer != NULL && answer->result == DNS_FAILED;
	}
	if (!is_known)
		return false;
	o->unknown += is_failed && !is_there;
	if (is_there || is_failed)
		return true;
	diag_add(diags(o), DIAG_NOTE, check_place(o->pack, "references"),
	    "L04", "reference %" STR_FMT ": its host is not in the DNS",
	    STR_ARG(m->reference));
	diag_hint(diags(o), "name where the report is kept now, or an archive");
	return true;
}

static void
add(matter_list *list, struct online *o, const struct brand *brand,
    struct str name, struct str reference)
{
	*VEC_ADD(o->more->call->arena, list) = (struct matter){ .of = o,
		.brand = brand, .name = name, .reference = reference };
}

static void
collect(matter_list *list, struct online *o)
{
	const struct brand *brand;
	const struct str *one;

	VEC_EACH(brand, &o->pack->brands)
		VEC_EACH(one, &brand->official)
			add(list, o, brand, *one, STR(""));
	VEC_EACH(one, &o->pack->references) {
		struct url url;

		if (url_read(&url, o->more->call->arena, *one) &&
		    dns_is_name(url.host))
			add(list, o, NULL, url.host, *one);
	}
}

static bool
ask(struct matter *m)
{
	if (!m->is_over)
		m->is_over = m->brand != NULL ? ask_policy(m) : ask_host(m);
	return m->is_over;
}

/* So many at a time that a name server takes no offence. */
static void
ask_all(struct online *o, matter_list *list)
{
	for (size_t from = 0; from < list->n; from += AT_ONCE) {
		size_t end = list->n - from > AT_ONCE ? from + AT_ONCE :
		    list->n;
		bool is_over;

		do {
			is_over = true;
			for (size_t i = from; i < end; i++)
				is_over &= ask(&list->at[i]);
			nameserver_wait(o->servers);
		} while (!is_over);
	}
}

bool
check_online(const struct check_more *c, struct str server, size_t *unknown,
    struct err *e)
{
	struct online o = { .more = c };

	if (!nameserver_open(&o.servers, c->call->arena, server, e))
		return err_wrap(e, "--server");
	o.names = nameserver_names(o.servers);
	for (size_t i = 0; i < c->loaded->n_named; i++) {
		matter_list list = { 0 };

		o.pack = c->loaded->packs.at[i];
		check_turn(c, o.pack);
		collect(&list, &o);
		ask_all(&o, &list);
	}
	nameserver_close(o.servers);
	*unknown = o.unknown;
	return true;
}
