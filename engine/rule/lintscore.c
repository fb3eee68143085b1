/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of what a pack is worth: points, ceilings, and what is left of its
 * condition once values have expired. */
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "rule/lint.h"
#include "rule/packread.h"

enum { POINTS_UNSURE = 500, POINTS_LEAST = 100, DRAWS = 4096,
	NAMES_TRIED = 12 };

/* G01, G04: more points than severity and confidence carry. */
static void
high_cap(struct pack_reader *r)
{
	static const int32_t usual[] = { 0, 300, 800, 1500, 2000 };
	struct pack *p = r->pack;

	if (r->score == NULL)
		return;
	if (p->cap * 2 > usual[p->severity] * 3)
		lint_warn(r, r->score->mark, "G01", "score.cap: above one and "
		    "a half times what the severity gives");
	if (p->confidence == CONFIDENCE_LOW && p->cap > POINTS_UNSURE)
		lint_warn(r, r->score->mark, "G04",
		    "score.cap: above 5, with a low confidence");
}

/* G02: all of it together changes nothing. */
static void
hardly_scores(struct pack_reader *r)
{
	struct pack *p = r->pack;
	const struct bonus *bonus;
	int64_t sum = 0;

	for (size_t i = 0; i < p->n_groups; i++)
		sum += p->groups.at[i].points;
	VEC_EACH(bonus, &p->bonuses)
		sum += bonus->points;
	if (p->n_groups != 0 && sum < POINTS_LEAST && p->cap != 0)
		lint_warn(r, p->groups.at[0].mark, "G02",
		    "all groups together give less than one point");
}

static bool
is_about_urls(const struct group *g)
{
	const struct value *v;

	VEC_EACH(v, &g->values)
		if (v->field->kind == FIELD_URL ||
		    v->field->kind == FIELD_PATH ||
		    v->field->kind == FIELD_QUERY ||
		    str_starts(str_of(v->field->name), STR("url.")))
			return true;
	return false;
}

static bool
is_capped(const struct pack *p, uint32_t group)
{
	const struct cap *cap;
	const uint32_t *of;

	VEC_EACH(cap, &p->caps)
		VEC_EACH(of, &cap->of)
			if (*of == group)
				return true;
	return false;
}

/* G03: host, path and URL of one link in groups that add up. */
static void
pays_twice(struct pack_reader *r)
{
	struct pack *p = r->pack;
	const struct group *first = NULL;

	for (uint32_t i = 0; i < p->n_groups; i++) {
		const struct group *g = &p->groups.at[i];

		if (g->points == 0 || !is_about_urls(g) || is_capped(p, i))
			continue;
		if (first == NULL) {
			first = g;
			continue;
		}
		diag_add(r->diags, DIAG_WARNING, g->mark, "G03",
		    "one URL can pay in \"%" STR_FMT "\" and \"%" STR_FMT "\"",
		    STR_ARG(first->name), STR_ARG(g->name));
		diag_hint(r->diags, "score: {caps: [{of: [%" STR_FMT ", %"
		    STR_FMT "], max: ...}]}", STR_ARG(first->name),
		    STR_ARG(g->name));
		return;
	}
}

static bool
has_expired(const struct group *g, int32_t today)
{
	const struct value *v;

	if (g->expires != DAY_NONE && g->expires < today)
		return true;
	VEC_EACH(v, &g->values)
		if (v->expires == DAY_NONE || v->expires >= today)
			return false;
	return g->values.n != 0;
}

/* What may still be true: 0 nothing, 1 weak, 2 strong. */
static void
rate_names(const struct pack *p, int32_t today, uint8_t *rates)
{
	for (size_t i = 0; i < p->names.n; i++) {
		const struct group *g = i < p->groups.n ? &p->groups.at[i]
		    : NULL;

		if (g == NULL)
			rates[i] = 1;
		else if (!g->is_exception && !has_expired(g, today))
			rates[i] = lint_is_weak(g) ? 1 : 2;
	}
}

/* True when some draw over what is left fires with something strong in it. */
static bool
fires_strongly(struct pack_reader *r, const uint8_t *rates)
{
	struct pack *p = r->pack;
	enum truth *values = ARENA_MANY(r->arena, enum truth, p->names.n + 1);

	for (uint64_t n = 0; n < DRAWS; n++) {
		uint64_t bits = n < 2 ? ~n + 1
		    : p->names.n > NAMES_TRIED
		    ? (n * UINT64_C(0x9e3779b97f4a7c15)) >> 7 : n;
		bool is_strong = false;

		for (size_t i = 0; i < p->names.n; i++) {
			bool is_on = rates[i] != 0 && (bits >> (i % 57) & 1);

			values[i] = is_on ? TRUTH_TRUE : TRUTH_FALSE;
			is_strong |= is_on && rates[i] == 2;
		}
		if (is_strong && condition_eval(p->when, values) == TRUTH_TRUE)
			return true;
	}
	return false;
}

/* C07: not for a pack that never was strong, which C05 tells. */
static void
nothing_left(struct pack_reader *r)
{
	struct pack *p = r->pack;
	uint8_t *then = ARENA_MANY(r->arena, uint8_t, p->names.n + 1);
	uint8_t *now = ARENA_MANY(r->arena, uint8_t, p->names.n + 1);
	int32_t today = day_today();

	if (p->status == PACK_RETIRED ||
	    (p->expires != DAY_NONE && p->expires < today))
		return;
	rate_names(p, INT32_MIN + 1, then);
	rate_names(p, today, now);
	if (memcmp(then, now, p->names.n) != 0 && fires_strongly(r, then) &&
	    !fires_strongly(r, now))
		lint_warn(r, r->when->mark, "C07",
		    "when: nothing strong is left after what has expired");
}

void
score_lint(struct pack_reader *r)
{
	high_cap(r);
	hardly_scores(r);
	pays_twice(r);
	if (r->pack->when != NULL)
		nothing_left(r);
}
