/* SPDX-License-Identifier: Apache-2.0 */
/* One message to the numbers it changes. */
#include "front/counts.h"

#include <assert.h>

#include "base/count.h"
#include "rule/brand.h"
#include "scan/scan.h"

const char *const refusal_names[REFUSALS] = {
	[REFUSED_REQUEST] = "request",
	[REFUSED_CROWD] = "crowd",
	[REFUSED_ADDRESS] = "address",
	[REFUSED_PROXY] = "proxy",
	[REFUSED_TOKEN] = "token",
};

const char *const campaign_effect_names[CAMPAIGN_EFFECTS] = {
	[CAMPAIGN_COUNTED] = "counted",
	[CAMPAIGN_BEATEN] = "beaten",
	[CAMPAIGN_OBSERVED] = "observed",
};

const char *const mirrored_names[MIRRORED] = {
	[MIRRORED_SAME] = "same",
	[MIRRORED_DIFFERING] = "differing",
	[MIRRORED_FAILED] = "failed",
	[MIRRORED_DROPPED] = "dropped",
};

const char *const drop_names[DROPS] = {
	[DROP_FULL] = "full",
	[DROP_OLD] = "old",
	[DROP_UNSURE] = "unsure",
	[DROP_REFUSED] = "refused",
	[DROP_QUEUE] = "queue",
	[DROP_LOST] = "lost",
};

static_assert(sizeof(struct counts) % sizeof(uint64_t) == 0,
    "nothing but numbers");

void
counts_sum(struct counts *to, const struct counts *from)
{
	count_sum((uint64_t *)to, (const uint64_t *)from,
	    sizeof(*to) / sizeof(uint64_t));
}

uint64_t
counts_measure(const struct counts *c, enum measure measure)
{
	uint64_t n = 0;

	for (int i = 0; i < COUNTS_FRONTS; i++)
		n += count_get(&c->messages[i][measure]);
	return n;
}

uint64_t
counts_scanned(const struct counts *c)
{
	uint64_t n = 0;

	for (int i = 0; i < MEASURES; i++)
		n += counts_measure(c, (enum measure)i);
	return n;
}

uint64_t
counts_refused(const struct counts *c)
{
	uint64_t n = 0;

	for (int i = 0; i < REFUSALS; i++)
		n += count_get(&c->refused[i]);
	return n;
}

static struct str
brand_of(const struct campaign *c)
{
	return c->brand != NULL ? c->brand->brand->id : c->pack->brand;
}

/* A brand counts once a message, however many packs speak of it. */
static bool
is_first_of_brand(const struct verdict *v, const struct campaign *c)
{
	const struct campaign *before;

	if (brand_of(c).n == 0)
		return false;
	for (before = v->campaigns.at; before != c; before++)
		if (str_eq(brand_of(before), brand_of(c)))
			return false;
	return true;
}

static enum campaign_effect
effect_of(const struct campaign *c)
{
	return c->is_observed ? CAMPAIGN_OBSERVED :
	    c->is_beaten ? CAMPAIGN_BEATEN : CAMPAIGN_COUNTED;
}

static void
count_campaigns(struct counts *c, struct counts_names *names,
    const struct verdict *v)
{
	bool is_observed = false;
	const struct campaign *each;

	VEC_EACH(each, &v->campaigns) {
		is_observed = is_observed || each->is_observed;
		if (each->rule != NULL)
			count_add(&c->campaigns[roll_number(&names->campaigns,
			    each->pack->id)][effect_of(each)], 1);
		if (is_first_of_brand(v, each))
			count_add(&c->brands[roll_number(&names->brands,
			    brand_of(each))], 1);
	}
	if (is_observed)
		count_add(&c->observed[verdict_would(v)], 1);
}

static void
count_limits(struct counts *c, struct counts_names *names,
    const struct scan *s)
{
	const struct fact *limits = facts_get(&s->facts, FACT_LIMIT);

	for (size_t i = 0; limits->state == FACT_KNOWN && i < limits->n; i++)
		count_add(&c->limits[roll_number(&names->limits,
		    limits->at[i].text)], 1);
}

void
counts_verdict(struct counts *c, struct counts_names *names, size_t front,
    const struct scan *s)
{
	enum measure done =
	    (enum measure)s->policy->measures[s->verdict.action];

	assert(front < COUNTS_FRONTS);
	count_add(&c->messages[front][done], 1);
	count_add(&c->bytes, s->raw.n);
	count_add(&c->degraded, s->hits.is_degraded);
	count_add(&c->cut, s->is_cut);
	count_campaigns(c, names, &s->verdict);
	count_limits(c, names, s);
}
