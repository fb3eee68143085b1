/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs to tables.  Every value is led to by an index where it can be: exact
 * keys, networks, or the regexes of a fact.  What is left (header fields,
 * results, counts, absence) is loose: tried only for packs that something
 * else leads to, or that could fire on loose values alone.
 */
#include "rule/ruleset.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/err.h"
#include "rule/ruleset_parts.h"
#include "rule/same.h"

struct build {
	struct ruleset *ruleset;
	struct err *err;
	struct str name;   /* of the value in hand, for messages */
	uint32_t indicator;
};

static struct channel *
channel_of(struct ruleset *r, uint32_t fact, enum pattern_form form)
{
	struct channel **c = &r->index[fact].channels[form];

	if (*c == NULL) {
		*c = ARENA_ONE(r->arena, struct channel);
		(*c)->matcher = matcher_new();
		matcher_share((*c)->matcher, r->room);
		map_init(&(*c)->by_text, r->arena);
	}
	return *c;
}

/* The same regex in several packs is matched once. */
static void
index_regex(struct build *b, uint32_t fact, const struct pattern *p)
{
	struct ruleset *r = b->ruleset;
	struct channel *c = channel_of(r, fact, p->form);
	uint32_t next = (uint32_t)c->regexes.n;
	uint32_t id = *map_put(&c->by_text, str_cat(r->arena,
	    p->is_caseless ? STR("i") : STR("-"),
	    p->has_rcpt ? STR("r") : STR("-"), p->regex), next);

	if (id == next) {
		VEC_ADD(r->arena, &c->regexes)->has_rcpt = p->has_rcpt;
		matcher_add(c->matcher, id, p->regex, p->is_caseless,
		    b->name);
	}
	*VEC_ADD(r->arena, &c->regexes.at[id].indicators) = b->indicator;
}

static bool
index_number(struct build *b, uint32_t fact, const struct pattern *p)
{
	struct ruleset *r = b->ruleset;

	if (p->first != p->last)
		return false;
	r->index[fact].has_whole = true;
	set_add(&r->keys, KEY_KIND(fact, KEY_WHOLE),
	    str_printf(r->arena, "%" PRId64, p->first), b->indicator);
	return true;
}

/* False: no index leads to such a pattern. */
static bool
index_pattern(struct build *b, uint32_t fact, const struct pattern *p)
{
	struct ruleset *r = b->ruleset;
	struct fact_index *index = &r->index[fact];

	switch (p->kind) {
	case PATTERN_KEY:
		index->has_whole = true;
		set_add(&r->keys, KEY_KIND(fact, KEY_WHOLE),
		    probe_key(r->arena, fact, p->key), b->indicator);
		return true;
	case PATTERN_BELOW:
		index->has_below = true;
		set_add(&r->keys, KEY_KIND(fact, KEY_BELOW),
		    str_lower(r->arena, p->key), b->indicator);
		return true;
	case PATTERN_NET:
		index->has_nets = true;
		nets_add(&r->nets, fact, &p->net, b->indicator);
		return true;
	case PATTERN_NUMBER:
		return index_number(b, fact, p);
	case PATTERN_REGEX:
		index_regex(b, fact, p);
		return true;
	case PATTERN_LIST:
		*VEC_ADD(r->arena, &index->lists) = b->indicator;
		return true;
	default:
		return false;
	}
}

static bool
index_list(struct build *b, uint32_t fact, const struct pattern *at, size_t n)
{
	bool is_indexed = n != 0;

	for (size_t i = 0; i < n; i++)
		is_indexed &= index_pattern(b, fact, &at[i]);
	return is_indexed;
}

/* A link is found by one of its keys, the most telling first. */
static bool
index_link(struct build *b, const struct link_pattern *l)
{
	if (l->hosts.n != 0)
		return index_list(b, FACT_URL_HOST, l->hosts.at, l->hosts.n);
	if (l->domains.n != 0)
		return index_list(b, FACT_URL_DOMAIN, l->domains.at,
		    l->domains.n);
	if (l->has_path)
		return index_list(b, FACT_URL_PATH, &l->path, 1);
	if (l->has_text)
		return index_list(b, FACT_LINK_TEXT, &l->text, 1);
	if (l->has_query)
		return index_list(b, FACT_URL_QUERY, &l->query, 1);
	return false;
}

static bool
index_value(struct build *b, const struct value *v)
{
	bool is_indexed = v->field->n_facts != 0;

	if (v->link != NULL)
		return index_link(b, v->link);
	/* Names are looked for in the hosts of links. */
	if (v->list != NULL && v->field->kind == FIELD_URL &&
	    v->list->type != LIST_URL)
		return index_pattern(b, FACT_URL_HOST, &v->pattern);
	for (uint8_t i = 0; i < v->field->n_facts; i++)
		is_indexed &= index_pattern(b, v->field->facts[i],
		    &v->pattern);
	return is_indexed;
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
add_need(struct ruleset *r, struct group_info *info, uint32_t fact,
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
	*VEC_ADD(r->arena, &info->needs) = (struct group_need){
		.fact = fact, .values = 1, .expires = expires };
}

static bool
build_value(struct build *b, uint32_t pack, uint32_t group,
    const struct value *v)
{
	struct ruleset *r = b->ruleset;
	struct pack_info *info = &r->infos[pack];
	struct indicator *in;
	uint32_t fact;

	b->indicator = (uint32_t)r->indicators.n;
	b->name = str_cat(r->arena, info->pack->id, STR("/"),
	    info->pack->groups.at[group].name, STR(": "), v->text);
	in = VEC_ADD(r->arena, &r->indicators);
	*in = (struct indicator){ .value = v, .pack = pack, .group = group };
	if (v->link != NULL && !link_probe_make(&in->link, v->link, b->name,
	        r->arena, &r->made, b->err))
		return false;
	for (uint8_t i = 0; fact_of(v, i, &fact); i++)
		add_need(r, &info->groups[group], fact, v->expires);
	if (index_value(b, v))
		return true;
	in = &r->indicators.at[b->indicator];
	info->groups[group].loose++;
	*VEC_ADD(r->arena, &info->loose) = b->indicator;
	return v->link != NULL || probe_make(&in->probe, &v->pattern,
	    b->name, r->arena, &r->made, b->err);
}

static int
brand_fact_of(struct str name)
{
	for (int i = 0; i < BRAND_FACTS; i++)
		if (str_is(name, brand_fact_names[i]))
			return i;
	return -1;
}

static bool
build_pack(struct build *b, uint32_t pack)
{
	struct ruleset *r = b->ruleset;
	struct pack_info *info = &r->infos[pack];
	const struct pack *p = info->pack;

	if (p->brand.n != 0)
		info->brand = packs_brand(&r->packs, p->brand);
	info->groups = ARENA_MANY(r->arena, struct group_info, p->groups.n);
	info->brand_facts = ARENA_MANY(r->arena, int, p->names.n);
	for (size_t i = 0; i < p->names.n; i++)
		info->brand_facts[i] = i < p->groups.n ? -1
		    : brand_fact_of(p->names.at[i]);
	for (uint32_t g = 0; g < p->groups.n; g++) {
		const struct group *group = &p->groups.at[g];

		for (size_t v = 0; v < group->values.n; v++)
			if (!build_value(b, pack, g, &group->values.at[v]))
				return false;
	}
	return true;
}

/* Whether a pack may fire although no index led to it. */
static bool
may_fire(struct ruleset *r, uint32_t pack, enum truth brand)
{
	const struct pack_info *info = &r->infos[pack];
	const struct pack *p = info->pack;
	enum truth *names = ARENA_MANY(r->arena, enum truth, p->names.n);

	for (size_t i = 0; i < p->names.n; i++) {
		if (i >= p->groups.n)
			names[i] = brand;
		else if (info->groups[i].loose != 0 &&
		    info->groups[i].loose >= p->groups.at[i].want)
			names[i] = TRUTH_UNDECIDED;
	}
	return condition_eval(p->when, names) != TRUTH_FALSE;
}

static void
sort_pack(struct ruleset *r, uint32_t pack)
{
	const struct pack_info *info = &r->infos[pack];
	uint32_t at;

	if (may_fire(r, pack, TRUTH_FALSE)) {
		*VEC_ADD(r->arena, &r->always) = pack;
		return;
	}
	if (info->brand == NULL || !may_fire(r, pack, TRUTH_UNDECIDED))
		return;
	at = *map_put(&r->by_brand, info->brand->id,
	    (uint32_t)r->branded.n);
	if (at == r->branded.n)
		(void)VEC_ADD(r->arena, &r->branded);
	*VEC_ADD(r->arena, &r->branded.at[at]) = pack;
}

/* Brands and lists have no condition, and libraries only lend groups. */
static bool
is_campaign(const struct pack *p)
{
	return p->kind == PACK_CAMPAIGN && p->when != NULL;
}

static bool
compile_channels(struct ruleset *r, struct err *e)
{
	for (uint32_t fact = 0; fact < FACTS_OWN; fact++)
		for (int form = 0; form < FORMS; form++) {
			struct channel *c = r->index[fact].channels[form];

			if (c != NULL && !matcher_compile(c->matcher,
			    &(struct matcher_conf){
			        .is_folded = form == FORM_FOLDED }, e))
				return false;
		}
	return true;
}

static bool
build(struct ruleset *r, const pack_list *packs, struct err *e)
{
	struct build b = { .ruleset = r, .err = e };

	for (size_t i = 0; i < packs->n; i++)
		*VEC_ADD(r->arena, &r->packs) = packs->at[i];
	r->infos = ARENA_MANY(r->arena, struct pack_info, packs->n);
	for (uint32_t i = 0; i < packs->n; i++) {
		r->infos[i].pack = packs->at[i];
		if (!is_campaign(packs->at[i]))
			continue;
		if (!build_pack(&b, i))
			return false;
		sort_pack(r, i);
	}
	set_freeze(&r->keys);
	nets_freeze(&r->nets);
	r->pack_marks = ARENA_MANY(r->arena, struct mark_at, packs->n);
	r->indicator_marks = ARENA_MANY(r->arena, struct mark_at,
	    r->indicators.n);
	return compile_channels(r, e) &&
	    brand_index_build(&r->brands, packs, e);
}

bool
ruleset_build(struct ruleset **out, const pack_list *packs,
    const struct fact_table *table, struct err *e)
{
	struct arena *a = arena_new();
	struct ruleset *r = ARENA_ONE(a, struct ruleset);

	r->arena = a;
	r->table = table;
	r->room = regex_room_new();
	r->scratch = arena_new();
	r->index = ARENA_MANY(a, struct fact_index, FACTS_OWN);
	set_init(&r->keys, a);
	nets_init(&r->nets, a);
	map_init(&r->by_brand, a);
	if (!build(r, packs, e)) {
		ruleset_free(r);
		return false;
	}
	*out = r;
	return true;
}

void
ruleset_free(struct ruleset *r)
{
	struct regex **regex;

	if (r == NULL)
		return;
	for (uint32_t fact = 0; fact < FACTS_OWN; fact++)
		for (int form = 0; form < FORMS; form++) {
			struct channel *c = r->index[fact].channels[form];

			if (c != NULL)
				matcher_free(c->matcher);
		}
	VEC_EACH(regex, &r->made)
		regex_free(*regex);
	regex_room_free(r->room);
	arena_free(r->scratch);
	brand_index_free(r->brands);
	arena_free(r->arena);
}

uint64_t
ruleset_limited(const struct ruleset *r)
{
	return regex_room_limited(r->room);
}

void
ruleset_use_lists(struct ruleset *r, const struct lists *lists)
{
	r->lists = lists;
}

size_t
ruleset_indicators(const struct ruleset *r)
{
	return r->indicators.n;
}
