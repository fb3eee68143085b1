/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk asks for the records of a domain and of those above it, and says
 * which of them is the organizational domain.
 */
#include "check/dmarc.h"

#include "base/arena.h"
#include "check/alabel.h"
#include "check/names.h"
#include "check/taglist.h"
#include "net/dnswire.h"

/* RFC 9989 4.10: names of a walk; a long one goes on with seven labels. */
enum { WALK_MOST = 8, LABELS_ABOVE = 7 };

enum psd { PSD_UNKNOWN, PSD_YES, PSD_NO };

struct record {
	struct str text;
	struct taglist tags;
	enum psd psd;
	bool is_there;
};

enum found { FOUND_NONE, FOUND_ONE, FOUND_SEVERAL, FOUND_PENDING,
	FOUND_FAILED };

struct walk {
	enum found found;       /* pending and failed: of any step */
	size_t n;
	struct str name[WALK_MOST];
	struct record record[WALK_MOST];
	size_t organization;    /* which of them it is */
};

struct dmarc {
	struct arena *arena;
	const struct names *names;
	const struct dmarc_query *query;
	struct dmarc_verdict *out;
};

static const char *const policies[] = {
	[DMARC_NONE] = "none",
	[DMARC_QUARANTINE] = "quarantine",
	[DMARC_REJECT] = "reject",
};

const char *
dmarc_policy_name(enum dmarc_policy policy)
{
	return policies[policy];
}

static bool
policy_of(const struct record *r, const char *tag, enum dmarc_policy *policy)
{
	struct str value;

	if (!taglist_get(&r->tags, tag, &value))
		return false;
	for (size_t i = 0; i < nitems(policies); i++) {
		if (str_case_is(value, policies[i])) {
			*policy = (enum dmarc_policy)i;
			return true;
		}
	}
	return false;
}

/* "v=DMARC1" first, in this case: RFC 7489 6.4.  Whatever else is wrong does
 * not make it no record. */
static bool
read_record(struct record *r, struct arena *a, struct str text)
{
	struct str value;

	r->text = text;
	if (!str_is(str_trim(str_head(text, str_find(text, '='))), "v") ||
	    !taglist_read_leniently(&r->tags, a, text) ||
	    !str_is(r->tags.tags.at[0].value, "DMARC1"))
		return false;
	taglist_get(&r->tags, "psd", &value);
	if (str_case_is(value, "y"))
		r->psd = PSD_YES;
	else if (str_case_is(value, "n"))
		r->psd = PSD_NO;
	r->is_there = true;
	return true;
}

/* Several records are as good as none: RFC 9989 4.10 step 2. */
static enum found
find_record(struct dmarc *d, struct record *out, struct str name)
{
	const struct dns_answer *texts;
	struct record one;
	size_t n = 0;

	name = str_cat(d->arena, STR("_dmarc."), name);
	texts = !dns_is_name(name) ? NULL : d->names->find(d->names->owner,
	    DNS_TXT, name);
	if (texts == NULL)
		return dns_is_name(name) ? FOUND_PENDING : FOUND_NONE;
	if (texts->result == DNS_FAILED)
		return FOUND_FAILED;
	for (size_t i = 0; i < texts->n; i++) {
		one = (struct record){ 0 };
		if (read_record(&one, d->arena, texts->at[i]) && n++ == 0)
			*out = one;
	}
	if (n > 1)
		*out = (struct record){ 0 };
	return n == 0 ? FOUND_NONE : n == 1 ? FOUND_ONE : FOUND_SEVERAL;
}

static size_t
labels_of(struct str name)
{
	size_t n = 1;

	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '.';
	return n;
}

/* The next name of a walk: one label less, or many. */
static struct str
above(struct str name)
{
	size_t n = labels_of(name);

	do
		name = str_from(name, str_find(name, '.') + 1);
	while (--n > LABELS_ABOVE);
	return name;
}

/* RFC 9989 4.10.2: psd=n says so itself, below a psd=y is one, else it is
 * the highest with a record; without any it is the domain. */
static void
choose_organization(struct walk *w)
{
	for (size_t i = 0; i < w->n; i++) {
		if (!w->record[i].is_there)
			continue;
		if (w->record[i].psd == PSD_NO) {
			w->organization = i;
			return;
		}
		if (w->record[i].psd == PSD_YES && i > 0) {
			w->organization = i - 1;
			return;
		}
		w->organization = i;
	}
}

static void
walk(struct dmarc *d, struct walk *w, struct str domain)
{
	*w = (struct walk){ .found = FOUND_NONE };
	while (domain.n != 0 && w->n < WALK_MOST) {
		struct record *r = &w->record[w->n];
		enum found found = find_record(d, r, domain);

		w->name[w->n++] = domain;
		if (found == FOUND_PENDING || found == FOUND_FAILED) {
			w->found = found;
			return;
		}
		if (r->psd != PSD_UNKNOWN)
			break;
		if (!str_has(domain, '.'))
			break;
		domain = above(domain);
	}
	choose_organization(w);
}

static bool
is_at_or_below(struct str name, struct str domain)
{
	return str_case_ends(name, domain) && (name.n == domain.n ||
	    name.p[name.n - domain.n - 1] == '.');
}

/* Names that are one domain are aligned without a question, and so are not
 * those outside the organization: its name is that of any walk from below.
 * Else a stranger whose servers are silent would make a fail uncertain. */
static enum found
is_aligned(struct dmarc *d, const struct walk *from, struct str domain,
    bool is_strict, bool *out)
{
	struct str organization = from->name[from->organization];
	struct walk w;

	*out = str_case_eq(domain, d->query->from);
	if (*out || is_strict || !is_at_or_below(domain, organization))
		return FOUND_NONE;
	walk(d, &w, str_lower(d->arena, domain));
	*out = w.found == FOUND_NONE && str_case_eq(w.name[w.organization],
	    organization);
	return w.found;
}

static bool
is_strict(const struct record *r, const char *tag)
{
	struct str value;

	return taglist_get(&r->tags, tag, &value) && str_case_is(value, "s");
}

/* Pending is worse than failed: what is still to come may pass. */
static enum found
align(struct dmarc *d, const struct walk *from, const struct record *r)
{
	const struct dmarc_query *q = d->query;
	enum found worst;
	bool is_good;

	d->out->is_spf_strict = is_strict(r, "aspf");
	d->out->is_dkim_strict = is_strict(r, "adkim");
	worst = is_aligned(d, from, q->spf, d->out->is_spf_strict, &is_good);
	if (is_good)
		d->out->spf = q->spf;
	for (size_t i = 0; i < q->n_dkim; i++) {
		enum found found = is_aligned(d, from, q->dkim[i],
		    d->out->is_dkim_strict, &is_good);

		if (is_good && d->out->dkim.n == 0)
			d->out->dkim = q->dkim[i];
		if (found == FOUND_PENDING || worst == FOUND_NONE)
			worst = found;
	}
	return worst;
}

/* RFC 9989 3.2.13: only a name that the servers say is none does not exist,
 * whatever records it may lack; without an answer it does. */
static enum found
exists(struct dmarc *d, struct str domain, bool *out)
{
	const struct dns_answer *answer = d->names->find(d->names->owner,
	    DNS_A, domain);

	*out = answer == NULL || answer->result != DNS_NO_NAME;
	return answer == NULL ? FOUND_PENDING : FOUND_NONE;
}

/* Of a record above the domain: for those below it there is sp, for those
 * that are not there np. */
static enum found
choose_policy(struct dmarc *d, const struct record *r, bool is_above)
{
	enum dmarc_policy *policy = &d->out->policy, missing;
	struct str value;
	bool is_there = true;
	enum found found = FOUND_NONE;

	policy_of(r, "p", policy);
	if (is_above)
		policy_of(r, "sp", policy);
	if (is_above && policy_of(r, "np", &missing)) {
		found = exists(d, d->query->from, &is_there);
		if (!is_there)
			*policy = missing;
	}
	taglist_get(&r->tags, "t", &value);
	if (str_case_is(value, "y") && *policy != DMARC_NONE)
		(*policy)--;
	return found;
}

/* RFC 7489 6.6.3 step 6: without a policy, somebody must want reports. */
static bool
is_usable(const struct record *r)
{
	enum dmarc_policy policy;
	struct str reports;

	return policy_of(r, "p", &policy) || (taglist_get(&r->tags, "rua",
	    &reports) && str_case_starts(reports, STR("mailto:")));
}

/* The domain's own, the organization's, or that of the suffix above. */
static const struct record *
pick_record(const struct walk *w, size_t *at)
{
	const size_t order[] = { 0, w->organization, w->n - 1 };

	for (size_t i = 0; i < nitems(order); i++) {
		*at = order[i];
		if (w->record[*at].is_there && (i < 2 ||
		    w->record[*at].psd == PSD_YES))
			return &w->record[*at];
	}
	return NULL;
}

static enum found
judge(struct dmarc *d, const struct walk *w)
{
	size_t at;
	const struct record *r = pick_record(w, &at);
	enum found found, policy;

	d->out->domain = w->name[w->organization];
	if (r == NULL || !is_usable(r))
		return FOUND_NONE;
	d->out->record = r->text;
	d->out->record_domain = w->name[at];
	found = align(d, w, r);
	policy = choose_policy(d, r, at > 0);
	if (found == FOUND_PENDING || policy == FOUND_PENDING)
		return FOUND_PENDING;
	if (d->out->spf.n != 0 || d->out->dkim.n != 0)
		d->out->result = AUTH_PASS;
	else
		d->out->result = found == FOUND_FAILED ? AUTH_TEMPERROR
		    : AUTH_FAIL;
	return FOUND_NONE;
}

void
dmarc_ask(struct arena *a, const struct names *names, struct str from)
{
	struct str domain = str_lower(a, alabel_name(a, from)), name;

	for (size_t i = 0; i < WALK_MOST && dns_is_name(domain); i++) {
		name = str_cat(a, STR("_dmarc."), domain);
		if (dns_is_name(name))
			names->find(names->owner, DNS_TXT, name);
		if (!str_has(domain, '.'))
			return;
		domain = above(domain);
	}
}

static struct str
name_of(struct arena *a, struct str domain)
{
	return alabel_name(a, str_ends(domain, STR("."))
	    ? str_head(domain, domain.n - 1) : domain);
}

static struct dmarc_query
in_a_labels(struct arena *a, const struct dmarc_query *query)
{
	struct dmarc_query q = *query;

	q.from = name_of(a, q.from);
	q.spf = name_of(a, q.spf);
	for (size_t i = 0; i < q.n_dkim; i++)
		q.dkim[i] = name_of(a, q.dkim[i]);
	return q;
}

bool
dmarc_check(struct dmarc_verdict *out, struct arena *a,
    const struct names *names, const struct dmarc_query *query)
{
	const struct dmarc_query q = in_a_labels(a, query);
	struct dmarc d = { a, names, &q, out };
	struct record own = { 0 };
	struct walk w;
	enum found found;

	*out = (struct dmarc_verdict){ .result = AUTH_NONE };
	if (!dns_is_name(q.from))
		return true;
	found = find_record(&d, &own, str_lower(a, q.from));
	if (found == FOUND_SEVERAL)
		return true;
	if (found != FOUND_PENDING)
		walk(&d, &w, str_lower(a, q.from));
	if (found == FOUND_PENDING || w.found == FOUND_PENDING)
		return false;
	if (w.found == FOUND_FAILED) {
		out->result = AUTH_TEMPERROR;
		return true;
	}
	return judge(&d, &w) != FOUND_PENDING;
}
