/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points (pack-format 2.7).  Each pack that fired becomes a draft with lines
 * of its own, capped by itself; then the drafts of one brand or family are
 * held against each other, and at last the ceiling against all of them.
 * Whatever takes points away is a line, so the sum never has to be trusted.
 */
#include "rule/verdict.h"

#include <assert.h>
#include <stdlib.h>

#include "base/map.h"

enum {
	BRAND_MOST = 1200,  /* of one brand's signs together */
	POINTS_MOST = 1000000
};

const struct verdict_conf verdict_conf_default = {
	.add_header = 600,
	.greylist = INT32_MAX,
	.rewrite = INT32_MAX,
	.soft_reject = INT32_MAX,
	.reject = 1500,
	.ceiling = 3000,
	.reputation = 500,
	.dnslists = 800,
	.refuse = 1500,
};

const char *const line_kind_names[LINES] = {
	[LINE_GROUP] = "group",
	[LINE_BONUS] = "bonus",
	[LINE_SIGN] = "sign",
	[LINE_CAP] = "cap",
	[LINE_FAMILY] = "family",
	[LINE_CEILING] = "ceiling",
	[LINE_OBSERVE] = "observe",
	[LINE_REPUTATION] = "reputation",
	[LINE_PIVOT] = "pivot",
	[LINE_DNSLIST] = "dnslist",
};

/* A campaign under construction. */
struct draft {
	struct campaign campaign;
	VEC(struct verdict_line) lines;
	int32_t points;  /* sum of the lines */
	uint32_t order;
	uint32_t family; /* index of a draft of the same family; itself for
	                    the first of them */
};

struct drafts {
	struct arena *arena;
	VEC(struct draft) list;
};

const char *
action_name(enum action action)
{
	static const char *const names[ACTIONS] = {
		[ACTION_NONE] = "no action",
		[ACTION_GREYLIST] = "greylist",
		[ACTION_ADD_HEADER] = "add header",
		[ACTION_REWRITE_SUBJECT] = "rewrite subject",
		[ACTION_SOFT_REJECT] = "soft reject",
		[ACTION_REJECT] = "reject",
	};

	return names[action];
}

static struct verdict_line *
add_line(struct drafts *all, struct draft *d, enum line_kind kind,
    struct str name, int64_t points)
{
	struct verdict_line *line = VEC_ADD(all->arena, &d->lines);

	if (points > POINTS_MOST)
		points = POINTS_MOST;
	line->kind = kind;
	line->name = name;
	line->points = (int32_t)points;
	d->points += line->points;
	return line;
}

/* What a group gives before any cap. */
static int64_t
group_points(const struct group_hit *hit)
{
	const struct group *g = hit->group;
	int64_t beyond = (int64_t)hit->hits - (int64_t)g->want;

	if (hit->truth != TRUTH_TRUE || hit->is_expired || g->is_exception)
		return 0;
	return g->points + (beyond > 0 ? beyond * (int64_t)g->more : 0);
}

/* Writes what each group gives to left, its own cap regarded. */
static void
add_groups(struct drafts *all, struct draft *d, int32_t *left)
{
	const struct rule_hit *rule = d->campaign.rule;

	for (size_t i = 0; i < rule->pack->n_groups; i++) {
		const struct group_hit *hit = &rule->groups[i];
		const struct group *g = &rule->pack->groups.at[i];
		struct verdict_line *line;

		if (hit->group == NULL || hit->truth != TRUTH_TRUE)
			continue;
		line = add_line(all, d, LINE_GROUP, g->name,
		    group_points(hit));
		line->group = hit;
		left[i] = line->points;
		if (left[i] <= g->cap)
			continue;
		add_line(all, d, LINE_CAP, g->name,
		    (int64_t)g->cap - left[i]);
		left[i] = g->cap;
	}
}

static struct str
cap_name(struct arena *a, const struct pack *pack, const struct cap *cap)
{
	struct str *names = ARENA_MANY(a, struct str, cap->of.n);

	for (size_t i = 0; i < cap->of.n; i++)
		names[i] = pack->groups.at[cap->of.at[i]].name;
	return str_join(a, names, cap->of.n, STR(", "));
}

/*
 * A ceiling of several groups.  Taken from the last of them first, so that a
 * group under two ceilings does not pay twice.
 */
static void
add_cap(struct drafts *all, struct draft *d, const struct cap *cap,
    int32_t *left)
{
	const struct pack *pack = d->campaign.pack;
	int64_t sum = 0, over;

	for (size_t i = 0; i < cap->of.n; i++)
		sum += left[cap->of.at[i]];
	if (sum <= cap->most)
		return;
	over = sum - cap->most;
	add_line(all, d, LINE_CAP, cap_name(all->arena, pack, cap), -over);
	for (size_t i = cap->of.n; i-- > 0 && over > 0;) {
		int32_t *one = &left[cap->of.at[i]];
		int32_t take = over < *one ? (int32_t)over : *one;

		*one -= take;
		over -= take;
	}
}

static void
add_bonuses(struct drafts *all, struct draft *d)
{
	const struct rule_hit *rule = d->campaign.rule;
	const struct bonus *b;

	VEC_EACH(b, &rule->pack->bonuses) {
		if (condition_eval(b->condition, rule->names) != TRUTH_TRUE)
			continue;
		add_line(all, d, LINE_BONUS, b->text, b->points)->bonus = b;
	}
}

static void
cap_draft(struct drafts *all, struct draft *d, int32_t most)
{
	if (d->points > most)
		add_line(all, d, LINE_CAP, d->campaign.symbol,
		    (int64_t)most - d->points);
}

static struct draft *
add_draft(struct drafts *all, const struct pack *pack, struct str symbol,
    int32_t day)
{
	struct draft *d = VEC_ADD(all->arena, &all->list);

	d->order = d->family = (uint32_t)all->list.n - 1;
	d->campaign.pack = pack;
	d->campaign.symbol = symbol;
	d->campaign.age_days = -1;
	if (pack->seen_last != DAY_NONE && pack->seen_last > 0 &&
	    pack->seen_last <= day)
		d->campaign.age_days = day - pack->seen_last;
	return d;
}

static void
draft_rule(struct drafts *all, const struct rule_hit *rule, int32_t day)
{
	const struct pack *pack = rule->pack;
	struct draft *d;
	int32_t *left;
	const struct cap *cap;

	if (rule->truth != TRUTH_TRUE || rule->effect == EFFECT_NONE ||
	    pack->kind != PACK_CAMPAIGN)
		return;
	d = add_draft(all, pack, pack->symbol, day);
	d->campaign.rule = rule;
	d->campaign.is_observed = rule->effect == EFFECT_OBSERVE;
	left = ARENA_MANY(all->arena, int32_t, pack->groups.n);
	add_groups(all, d, left);
	VEC_EACH(cap, &pack->caps)
		add_cap(all, d, cap, left);
	add_bonuses(all, d);
	cap_draft(all, d, pack->cap);
}

static void
draft_brand(struct drafts *all, const struct brand_finding *f, int32_t day)
{
	enum pack_effect effect = pack_effect_on(f->pack, day);
	const struct brand_sign *sign;
	struct draft *d;

	if (f->signs.n == 0 || effect == EFFECT_NONE)
		return;
	d = add_draft(all, f->pack, str_symbol(all->arena, str_cat(all->arena,
	    STR("BRAND_"), f->brand->id)), day);
	d->campaign.brand = f;
	d->campaign.age_days = -1;
	d->campaign.is_observed = effect == EFFECT_OBSERVE;
	VEC_EACH(sign, &f->signs)
		add_line(all, d, LINE_SIGN,
		    str_of(brand_sign_names[sign->kind]),
		    sign->points)->sign = sign;
	cap_draft(all, d, BRAND_MOST);
}

/* The first draft of d's family; the ways there are cut short on the way. */
static uint32_t
root(struct drafts *all, uint32_t i)
{
	struct draft *at = all->list.at;

	while (at[i].family != i) {
		at[i].family = at[at[i].family].family;
		i = at[i].family;
	}
	return i;
}

static void
join(struct drafts *all, struct map *keys, struct str kind, struct str id,
    uint32_t i)
{
	uint32_t *first, other, own;

	if (id.n == 0)
		return;
	first = map_put(keys, str_cat(all->arena, kind, id), i);
	other = root(all, *first);
	own = root(all, i);
	if (own < other)
		all->list.at[other].family = own;
	else
		all->list.at[own].family = other;
}

static void
find_families(struct drafts *all)
{
	struct map keys;

	map_init(&keys, all->arena);
	for (uint32_t i = 0; i < all->list.n; i++) {
		const struct campaign *c = &all->list.at[i].campaign;

		if (c->rule == NULL) {
			join(all, &keys, STR("brand "), c->brand->brand->id,
			    i);
			continue;
		}
		join(all, &keys, STR("brand "), c->pack->brand, i);
		join(all, &keys, STR("family "), c->pack->family, i);
	}
}

/* What a draft would add, taken back by a line of its own. */
static void
take_back(struct drafts *all, struct draft *d, enum line_kind kind,
    struct str name)
{
	d->campaign.would = d->points;
	if (d->points != 0)
		add_line(all, d, kind, name, -(int64_t)d->points);
}

/* Of each family only the highest counts, the earliest of equals. */
static void
settle_families(struct drafts *all)
{
	uint32_t *best = ARENA_MANY(all->arena, uint32_t, all->list.n);
	struct draft *d;

	for (uint32_t i = 0; i < all->list.n; i++)
		best[i] = UINT32_MAX;
	for (uint32_t i = 0; i < all->list.n; i++) {
		uint32_t *top = &best[root(all, i)];

		d = &all->list.at[i];
		if (d->campaign.is_observed)
			continue;
		if (*top == UINT32_MAX ||
		    all->list.at[*top].points < d->points)
			*top = i;
	}
	for (uint32_t i = 0; i < all->list.n; i++) {
		uint32_t top = best[root(all, i)];

		d = &all->list.at[i];
		if (d->campaign.is_observed) {
			take_back(all, d, LINE_OBSERVE, d->campaign.symbol);
			continue;
		}
		d->campaign.would = d->points;
		if (top == i)
			continue;
		d->campaign.is_beaten = true;
		take_back(all, d, LINE_FAMILY,
		    all->list.at[top].campaign.symbol);
	}
}

/* What counts comes first, then what would count most. */
static int
by_weight(const void *a, const void *b)
{
	const struct draft *x = a, *y = b;

	if (x->points != y->points)
		return x->points > y->points ? -1 : 1;
	if (x->campaign.would != y->campaign.would)
		return x->campaign.would > y->campaign.would ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static void
publish(struct verdict *v, struct drafts *all)
{
	int64_t sum = 0;
	struct draft *d;

	if (all->list.n != 0)
		qsort(all->list.at, all->list.n, sizeof(struct draft),
		    by_weight);
	VEC_EACH(d, &all->list) {
		uint32_t index = (uint32_t)v->campaigns.n;
		struct verdict_line *line;

		d->campaign.points = d->points;
		*VEC_ADD(all->arena, &v->campaigns) = d->campaign;
		VEC_EACH(line, &d->lines) {
			line->campaign = index;
			*VEC_ADD(all->arena, &v->lines) = *line;
		}
		sum += d->points;
	}
	if (sum > v->conf->ceiling) {
		struct verdict_line *line = VEC_ADD(all->arena, &v->lines);

		line->kind = LINE_CEILING;
		line->campaign = UINT32_MAX;
		line->name = STR("ceiling");
		line->points = (int32_t)(v->conf->ceiling - sum);
		sum = v->conf->ceiling;
	}
	v->points = (int32_t)sum;
}

static struct verdict_line *
add_last(struct verdict *v, struct arena *a, enum line_kind kind,
    struct str name, int32_t points)
{
	struct verdict_line *line = VEC_ADD(a, &v->lines);

	line->kind = kind;
	line->campaign = UINT32_MAX;
	line->name = name;
	line->points = points;
	v->remembered += points;
	return line;
}

/* A campaign that the message is recognised as needs nobody to remember it. */
static bool
is_recognised(const struct verdict *v, const struct remembered *r)
{
	const struct campaign *c;

	VEC_EACH(c, &v->campaigns)
		if (r->is_pivot && c->points > 0 &&
		    str_eq(c->pack->id, r->name))
			return true;
	return false;
}

/* Lines of one kind, and what they give together above their bound. */
static void
add_told(struct verdict *v, struct arena *a, bool is_list, int32_t most)
{
	int32_t before = v->remembered, over;
	const struct remembered *r;

	VEC_EACH(r, &v->hits->remembered) {
		enum line_kind kind = r->is_list ? LINE_DNSLIST
		    : r->is_pivot ? LINE_PIVOT : LINE_REPUTATION;

		if (r->is_list == is_list && !is_recognised(v, r))
			add_last(v, a, kind, r->name, r->points)->remembered =
			    r;
	}
	over = v->remembered - before - (most < 0 ? 0 : most);
	if (over > 0)
		add_last(v, a, LINE_CAP, is_list ? STR("dnslists")
		    : STR("reputation"), -over);
}

/*
 * Each thing that is remembered is a line; what they give together above
 * their bound is taken back.  The bound is below what keeps a message from
 * arriving, whatever is configured: names are easily blackened.  What lists
 * of the DNS may give is their operator's affair.
 */
static void
add_remembered(struct verdict *v, struct arena *a)
{
	const struct verdict_conf *conf = v->conf;
	int32_t most = conf->reputation < conf->refuse ? conf->reputation
	    : conf->refuse - 1;

	add_told(v, a, false, most);
	add_told(v, a, true, conf->dnslists);
	v->points += v->remembered;
}

/* The severest action whose threshold is reached. */
static enum action
action_of(const struct verdict_conf *conf, int32_t points)
{
	const int32_t thresholds[ACTIONS] = {
		[ACTION_NONE] = INT32_MIN,
		[ACTION_GREYLIST] = conf->greylist,
		[ACTION_ADD_HEADER] = conf->add_header,
		[ACTION_REWRITE_SUBJECT] = conf->rewrite,
		[ACTION_SOFT_REJECT] = conf->soft_reject,
		[ACTION_REJECT] = conf->reject,
	};
	enum action action = ACTION_REJECT;

	while (action != ACTION_NONE && (thresholds[action] == INT32_MAX ||
	    points < thresholds[action]))
		action--;
	return action;
}

void
verdict_decide(struct verdict *v, struct arena *a, const struct hits *hits,
    const struct verdict_conf *conf, int32_t day)
{
	struct drafts all = { .arena = a };
	const struct rule_hit *rule;
	const struct brand_finding **brand;

	*v = (struct verdict){
		.conf = conf == NULL ? &verdict_conf_default : conf,
		.hits = hits,
		.day = day,
	};
	if (hits->silenced_by == NULL) {
		VEC_EACH(rule, &hits->rules)
			draft_rule(&all, rule, day);
		VEC_EACH(brand, &hits->brands)
			draft_brand(&all, *brand, day);
	}
	find_families(&all);
	settle_families(&all);
	publish(v, &all);
	if (hits->silenced_by == NULL)
		add_remembered(v, a);
	v->action = action_of(v->conf, v->points);
}

enum action
verdict_would(const struct verdict *v)
{
	const struct campaign *c;
	int64_t points = 0;

	VEC_EACH(c, &v->campaigns)
		points += c->is_observed ? c->would : c->points;
	if (points > v->conf->ceiling)
		points = v->conf->ceiling;
	return action_of(v->conf, (int32_t)(points + v->remembered));
}

bool
verdict_is_caught(const struct verdict *v)
{
	return v->action >= ACTION_ADD_HEADER;
}
