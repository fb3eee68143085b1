/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What judging a pack wants to know beyond what its author wrote: how each
 * value is led to, what groups rest on.  Every value is led to by an index
 * where it can be: exact keys, networks, or the regexes of a fact.  What is
 * left (header fields, results, counts, absence) is loose: tried only for
 * packs that something else leads to, or that could fire on loose values
 * alone.
 */
#include "base/arena.h"
#include "base/err.h"
#include "rule/ruleset_parts.h"
#include "rule/same.h"

static bool
has_index(const struct pattern *p)
{
	switch (p->kind) {
	case PATTERN_KEY:
	case PATTERN_BELOW:
	case PATTERN_NET:
	case PATTERN_REGEX:
	case PATTERN_LIST:
		return true;
	case PATTERN_NUMBER:
		return p->first == p->last;
	default:
		return false;
	}
}

static void
lead_by(struct leads *out, uint32_t fact, const struct pattern *at, size_t n)
{
	*out = (struct leads){ .at = at, .n = n, .facts = { fact },
		.n_facts = 1 };
}

/* A link is found by one of its keys, the most telling first. */
static void
link_leads(struct leads *out, const struct link_pattern *l)
{
	if (l->hosts.n != 0)
		lead_by(out, FACT_URL_HOST, l->hosts.at, l->hosts.n);
	else if (l->domains.n != 0)
		lead_by(out, FACT_URL_DOMAIN, l->domains.at, l->domains.n);
	else if (l->has_path)
		lead_by(out, FACT_URL_PATH, &l->path, 1);
	else if (l->has_text)
		lead_by(out, FACT_LINK_TEXT, &l->text, 1);
	else if (l->has_query)
		lead_by(out, FACT_URL_QUERY, &l->query, 1);
}

void
value_leads(struct leads *out, const struct value *v)
{
	*out = (struct leads){ .n_facts = 0 };
	if (v->link != NULL)
		link_leads(out, v->link);
	/* Names are looked for in the hosts of links. */
	else if (v->pattern.list != NULL && v->field->kind == FIELD_URL &&
	    v->pattern.list->type != LIST_URL)
		lead_by(out, FACT_URL_HOST, &v->pattern, 1);
	else
		*out = (struct leads){ .at = &v->pattern, .n = 1,
			.facts = { v->field->facts[0], v->field->facts[1] },
			.n_facts = v->field->n_facts };
	for (size_t i = 0; i < out->n; i++)
		if (!has_index(&out->at[i]))
			out->n_facts = 0;
}

/* auth and count name their fact themselves; header reads no fact. */
static bool
fact_of(const struct value *v, uint8_t i, uint32_t *fact)
{
	if (v->field->kind == FIELD_HEADER)
		return false;
	if (v->pair != NULL) {
		*fact = v->pair->facts[i < 2 ? i : 0];
		return i < 2;
	}
	if (v->field->n_facts == 0) {
		*fact = v->fact;
		return i == 0;
	}
	*fact = v->field->facts[i < 2 ? i : 0];
	return i < v->field->n_facts;
}

static void
add_need(struct group_info *info, struct arena *a, uint32_t fact,
    int32_t expires)
{
	struct group_need *need;

	if (expires == DAY_NONE)
		expires = INT32_MAX;
	VEC_EACH(need, &info->needs) {
		if (need->fact != fact)
			continue;
		need->values++;
		if (expires > need->expires)
			need->expires = expires;
		return;
	}
	*VEC_ADD(a, &info->needs) = (struct group_need){ .fact = fact,
		.values = 1, .expires = expires };
}

static int
brand_fact_of(struct str name)
{
	for (int i = 0; i < BRAND_FACTS; i++)
		if (str_is(name, brand_fact_names[i]))
			return i;
	return -1;
}

/* What a pack is made into, and where. */
struct making {
	struct pack_info *info;
	struct arena *arena;
	regex_list *made;
	struct err *err;
};

static bool
make_indicator(struct making *m, uint32_t number, uint32_t group,
    const struct value *v)
{
	struct pack_info *info = m->info;
	struct indicator *in = &info->indicators[number];
	struct probe_maker maker = {
		.arena = m->arena,
		.made = m->made,
		.name = str_cat(m->arena, info->pack->id, STR("/"),
		    info->pack->groups.at[group].name, STR(": "), v->text),
	};
	struct leads leads;
	uint32_t fact;

	*in = (struct indicator){ .value = v, .group = group };
	if (v->link != NULL && !link_probe_make(&in->link, &maker,
	        v->link, m->err))
		return false;
	for (uint8_t i = 0; fact_of(v, i, &fact); i++)
		add_need(&info->groups[group], m->arena, fact, v->expires);
	value_leads(&leads, v);
	if (leads.n_facts != 0)
		return true;
	info->groups[group].loose++;
	*VEC_ADD(m->arena, &info->loose) = number;
	return v->link != NULL || probe_make(&in->probe, &maker,
	    &v->pattern, m->err);
}

bool
pack_info_make(struct pack_info *out, struct arena *a, const struct pack *p,
    regex_list *made, struct err *e)
{
	struct making m = { out, a, made, e };
	uint32_t n = 0;

	*out = (struct pack_info){ .pack = p };
	for (size_t g = 0; g < p->groups.n; g++)
		out->n_indicators += p->groups.at[g].values.n;
	out->groups = ARENA_MANY(a, struct group_info, p->groups.n);
	out->indicators = ARENA_MANY(a, struct indicator, out->n_indicators);
	out->brand_facts = ARENA_MANY(a, int, p->names.n);
	for (size_t i = 0; i < p->names.n; i++)
		out->brand_facts[i] = i < p->groups.n ? -1
		    : brand_fact_of(p->names.at[i]);
	for (uint32_t g = 0; g < p->groups.n; g++) {
		const struct group *group = &p->groups.at[g];

		for (size_t v = 0; v < group->values.n; v++)
			if (!make_indicator(&m, n++, g,
			        &group->values.at[v]))
				return false;
	}
	return true;
}
