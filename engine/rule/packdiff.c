/* SPDX-License-Identifier: Apache-2.0 */
/* The pack, then its groups with their values, then its brands. */
#include "rule/packdiff.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/clock.h"

const char *const pack_way_names[WAYS] = {
	[WAY_WIDENS] = "widens",
	[WAY_NARROWS] = "narrows",
	[WAY_EITHER] = "either",
};

struct differ {
	pack_change_list *out;
	struct arena *arena;
	struct str where;
	bool is_turned;  /* in an exception: more of it is less */
};

static void
add(struct differ *d, enum pack_way way, const char *what, struct str old,
    struct str now)
{
	if (d->is_turned && way != WAY_EITHER)
		way = way == WAY_WIDENS ? WAY_NARROWS : WAY_WIDENS;
	*VEC_ADD(d->arena, d->out) = (struct pack_change){ .way = way,
		.where = d->where, .what = str_of(what), .old = old,
		.now = now };
}

static void
diff_text(struct differ *d, const char *what, struct str old, struct str now)
{
	if (!str_eq(old, now))
		add(d, WAY_EITHER, what, old, now);
}

static void
diff_flag(struct differ *d, const char *what, bool old, bool now)
{
	if (old != now)
		add(d, now ? WAY_NARROWS : WAY_WIDENS, what,
		    old ? STR("true") : STR("false"),
		    now ? STR("true") : STR("false"));
}

static struct str
shown_points(struct arena *a, int32_t points)
{
	return points == INT32_MAX ? STR("none") : str_printf(a,
	    "%" PRId32 ".%02" PRId32, points / 100, points % 100);
}

static void
diff_points(struct differ *d, const char *what, int32_t old, int32_t now)
{
	if (old != now)
		add(d, now > old ? WAY_WIDENS : WAY_NARROWS, what,
		    shown_points(d->arena, old), shown_points(d->arena, now));
}

static struct str
shown_day(struct arena *a, int32_t day)
{
	return day == DAY_NONE ? STR("never") : day_text(a, day);
}

/* Later is wider; never is latest. */
static void
diff_expiry(struct differ *d, int32_t old, int32_t now)
{
	bool is_later = now == DAY_NONE || (old != DAY_NONE && now > old);

	if (old != now)
		add(d, is_later ? WAY_WIDENS : WAY_NARROWS, "expires",
		    shown_day(d->arena, old), shown_day(d->arena, now));
}

/* What it does to mail: nothing, observe, score. */
static int
weight(const struct pack *p)
{
	if (p->status == PACK_DRAFT || p->status == PACK_RETIRED)
		return 0;
	return p->mode == PACK_SCORE ? 2 : 1;
}

static struct str
shown_state(struct arena *a, const struct pack *p)
{
	static const char *const states[] = {
		[PACK_TEST] = "test", [PACK_DRAFT] = "draft",
		[PACK_STABLE] = "stable", [PACK_RETIRED] = "retired",
	};

	return str_printf(a, "%s, %s", states[p->status],
	    p->mode == PACK_SCORE ? "score" : "observe");
}

static void
diff_state(struct differ *d, const struct pack *old, const struct pack *now)
{
	int before = weight(old), after = weight(now);

	if (before != after)
		add(d, after > before ? WAY_WIDENS : WAY_NARROWS, "status",
		    shown_state(d->arena, old), shown_state(d->arena, now));
}

static struct str
shown_value(struct arena *a, const struct value *v)
{
	return v->header.n == 0 ? v->text
	    : str_cat(a, v->header, STR(": "), v->text);
}

/* The engine reads both alike: "a[.]example" and "a.example". */
static bool
is_read_alike(const struct value *a, const struct value *b)
{
	const struct pattern *p = &a->pattern, *q = &b->pattern;

	if (a->link != NULL || b->link != NULL || p->kind != q->kind)
		return false;
	return (p->kind == PATTERN_KEY || p->kind == PATTERN_BELOW)
	    ? str_eq(p->key, q->key) : p->kind == PATTERN_REGEX &&
	    str_eq(p->regex, q->regex) && p->form == q->form;
}

static const struct value *
find_value(const struct group *g, const struct value *like)
{
	const struct value *v;

	VEC_EACH(v, &g->values)
		if (v->field == like->field &&
		    str_eq(v->header, like->header) &&
		    (str_eq(v->text, like->text) || is_read_alike(v, like)))
			return v;
	return NULL;
}

static void
diff_value(struct differ *d, const struct group *g, const struct value *old,
    const struct value *now)
{
	struct differ inner = *d;

	inner.where = str_cat(d->arena, g->name, STR(": "),
	    shown_value(d->arena, now));
	diff_expiry(&inner, old->expires, now->expires);
	diff_flag(&inner, "spoofed", old->is_spoofed, now->is_spoofed);
	diff_flag(&inner, "hacked_site", old->is_hacked_site,
	    now->is_hacked_site);
}

/* More values are wider, unless all of them are wanted. */
static void
diff_values(struct differ *d, const struct group *old,
    const struct group *now)
{
	enum pack_way more = now->wants_all ? WAY_NARROWS : WAY_WIDENS;
	enum pack_way less = old->wants_all ? WAY_WIDENS : WAY_NARROWS;
	const struct value *v, *other;

	VEC_EACH(v, &now->values) {
		other = find_value(old, v);
		if (other != NULL)
			diff_value(d, now, other, v);
		else
			add(d, more, v->field->name, STR(""),
			    shown_value(d->arena, v));
	}
	VEC_EACH(v, &old->values)
		if (find_value(now, v) == NULL)
			add(d, less, v->field->name,
			    shown_value(d->arena, v), STR(""));
}

static struct str
shown_want(struct arena *a, const struct group *g)
{
	return g->wants_all ? STR("all") : str_printf(a, "%" PRIu32,
	    g->want == 0 ? 1 : g->want);
}

static void
diff_want(struct differ *d, const struct group *old, const struct group *now)
{
	struct str before = shown_want(d->arena, old);
	struct str after = shown_want(d->arena, now);

	if (!str_eq(before, after))
		add(d, now->wants_all || (!old->wants_all &&
		    now->want > old->want) ? WAY_NARROWS : WAY_WIDENS, "want",
		    before, after);
}

static void
diff_group(struct differ *d, const struct group *old,
    const struct group *now)
{
	d->where = now->name;
	d->is_turned = now->is_exception;
	diff_want(d, old, now);
	diff_points(d, "score", old->points, now->points);
	diff_points(d, "more", old->more, now->more);
	diff_points(d, "cap", old->cap, now->cap);
	diff_expiry(d, old->expires, now->expires);
	diff_values(d, old, now);
	d->is_turned = false;
}

static const struct group *
find_group(const struct pack *p, const struct group *like)
{
	const struct group *g;

	VEC_EACH(g, &p->groups)
		if (str_eq(g->name, like->name) &&
		    g->is_exception == like->is_exception)
			return g;
	return NULL;
}

static void
add_group(struct differ *d, const struct group *g, bool is_new)
{
	struct str n = str_printf(d->arena, "%zu value%s", g->values.n,
	    g->values.n == 1 ? "" : "s");

	d->where = g->name;
	d->is_turned = g->is_exception;
	add(d, is_new ? WAY_WIDENS : WAY_NARROWS, g->is_exception
	    ? "exception" : "group", is_new ? STR("") : n,
	    is_new ? n : STR(""));
	d->is_turned = false;
}

static void
diff_groups(struct differ *d, const struct pack *old, const struct pack *now)
{
	const struct group *g, *other;

	VEC_EACH(g, &now->groups) {
		other = find_group(old, g);
		if (other != NULL)
			diff_group(d, other, g);
		else
			add_group(d, g, true);
	}
	VEC_EACH(g, &old->groups)
		if (find_group(now, g) == NULL)
			add_group(d, g, false);
}

static bool
has_text(const str_list *list, struct str text)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->at[i], text))
			return true;
	return false;
}

static void
diff_list(struct differ *d, const char *what, enum pack_way way,
    const str_list *old, const str_list *now)
{
	enum pack_way back = way == WAY_EITHER ? way : way == WAY_WIDENS
	    ? WAY_NARROWS : WAY_WIDENS;
	const struct str *text;

	VEC_EACH(text, now)
		if (!has_text(old, *text))
			add(d, way, what, STR(""), *text);
	VEC_EACH(text, old)
		if (!has_text(now, *text))
			add(d, back, what, *text, STR(""));
}

/* What a brand calls its own is not foreign: more of that is narrower. */
static void
diff_brand(struct differ *d, const struct brand *old,
    const struct brand *now)
{
	d->where = now->id;
	diff_list(d, "names", WAY_WIDENS, &old->names, &now->names);
	diff_list(d, "tokens", WAY_WIDENS, &old->tokens, &now->tokens);
	diff_list(d, "not_tokens", WAY_NARROWS, &old->not_tokens,
	    &now->not_tokens);
	diff_list(d, "official", WAY_NARROWS, &old->official,
	    &now->official);
	diff_list(d, "related", WAY_NARROWS, &old->related, &now->related);
	diff_list(d, "customer_space", WAY_EITHER, &old->customer_space,
	    &now->customer_space);
	diff_list(d, "never_sends", WAY_WIDENS, &old->never_sends,
	    &now->never_sends);
	diff_points(d, "score", old->points, now->points);
	if (old->basis != now->basis)
		add(d, now->basis > old->basis ? WAY_WIDENS : WAY_NARROWS,
		    "basis", STR(""), STR(""));
}

static const struct brand *
find_brand(const struct pack *p, struct str id)
{
	const struct brand *b;

	VEC_EACH(b, &p->brands)
		if (str_eq(b->id, id))
			return b;
	return NULL;
}

static void
diff_brands(struct differ *d, const struct pack *old, const struct pack *now)
{
	const struct brand *b, *other;

	VEC_EACH(b, &now->brands) {
		other = find_brand(old, b->id);
		d->where = b->id;
		if (other != NULL)
			diff_brand(d, other, b);
		else
			add(d, WAY_WIDENS, "brand", STR(""), b->name);
	}
	VEC_EACH(b, &old->brands) {
		d->where = b->id;
		if (find_brand(now, b->id) == NULL)
			add(d, WAY_NARROWS, "brand", b->name, STR(""));
	}
}

static const struct bonus *
find_bonus(const struct pack *p, const struct bonus *like)
{
	const struct bonus *b;

	VEC_EACH(b, &p->bonuses)
		if (str_eq(b->text, like->text))
			return b;
	return NULL;
}

static void
diff_bonuses(struct differ *d, const struct pack *old,
    const struct pack *now)
{
	const struct bonus *b, *other;

	VEC_EACH(b, &now->bonuses) {
		other = find_bonus(old, b);
		d->where = b->text;
		diff_points(d, "bonus", other == NULL ? 0 : other->points,
		    b->points);
	}
	VEC_EACH(b, &old->bonuses) {
		d->where = b->text;
		if (find_bonus(now, b) == NULL)
			diff_points(d, "bonus", b->points, 0);
	}
}

/* The ceiling over the same groups, or none. */
static int32_t
ceiling_of(const struct pack *p, const struct pack *of,
    const struct cap *like)
{
	const struct cap *c;

	VEC_EACH(c, &p->caps) {
		bool is_same = c->of.n == like->of.n;

		for (size_t i = 0; is_same && i < c->of.n; i++)
			is_same = str_eq(p->groups.at[c->of.at[i]].name,
			    of->groups.at[like->of.at[i]].name);
		if (is_same)
			return c->most;
	}
	return INT32_MAX;
}

static void
diff_caps(struct differ *d, const struct pack *old, const struct pack *now)
{
	const struct cap *c;

	VEC_EACH(c, &now->caps) {
		d->where = now->groups.at[c->of.at[0]].name;
		diff_points(d, "caps", ceiling_of(old, now, c), c->most);
	}
	VEC_EACH(c, &old->caps) {
		d->where = old->groups.at[c->of.at[0]].name;
		if (ceiling_of(now, old, c) == INT32_MAX)
			diff_points(d, "caps", c->most, INT32_MAX);
	}
}

static void
diff_pack(struct differ *d, const struct pack *old, const struct pack *now)
{
	diff_state(d, old, now);
	diff_expiry(d, old->expires, now->expires);
	diff_points(d, "cap", old->cap, now->cap);
	diff_text(d, "brand", old->brand, now->brand);
	diff_text(d, "family", old->family, now->family);
	diff_text(d, "when", old->when_text, now->when_text);
	diff_groups(d, old, now);
	diff_bonuses(d, old, now);
	diff_caps(d, old, now);
	diff_brands(d, old, now);
}

void
packdiff(pack_change_list *out, struct arena *a, const struct pack *old,
    const struct pack *now)
{
	struct differ d = { .out = out, .arena = a };
	const struct pack *one = now != NULL ? now : old;

	if (old != NULL && now != NULL)
		diff_pack(&d, old, now);
	else
		add(&d, weight(one) == 0 ? WAY_EITHER : now != NULL
		    ? WAY_WIDENS : WAY_NARROWS, "pack", old == NULL ? STR("")
		    : shown_state(a, old), now == NULL ? STR("")
		    : shown_state(a, now));
}

enum pack_way
packdiff_way(const pack_change_list *changes)
{
	const struct pack_change *c;
	bool has[WAYS] = { false };

	VEC_EACH(c, changes)
		has[c->way] = true;
	if (has[WAY_EITHER] || (has[WAY_WIDENS] && has[WAY_NARROWS]))
		return WAY_EITHER;
	return has[WAY_WIDENS] ? WAY_WIDENS : WAY_NARROWS;
}
