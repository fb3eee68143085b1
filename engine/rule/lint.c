/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lint: what a reader accepts and a colleague would not.  Each check looks at
 * one pack that was read without errors; its code is its name to the author.
 * Checks of single values are in lintvalue.c, checks between packs in
 * lintpacks.c; here is what is about the condition and the dates.
 */
#include "base/arena.h"
#include "base/vec.h"
#include "rule/lint.h"
#include "rule/packread.h"

enum { NAMES_TRIED = 12, DRAWS = 4096, EXPIRY_NEAR = 14, SUBJECT_SHORT = 36 };

void
lint_warn(struct pack_reader *r, struct mark mark, const char *code,
    const char *text)
{
	diag_add(r->diags, DIAG_WARNING, mark, code, "%s", text);
}

/* C03: a group without points that no condition names. */
static void
unused_group(struct pack_reader *r)
{
	struct pack *p = r->pack;
	bool *used = ARENA_MANY(r->arena, bool, p->names.n + 1);
	const struct bonus *bonus;

	condition_uses(p->when, used, p->names.n);
	VEC_EACH(bonus, &p->bonuses)
		condition_uses(bonus->condition, used, p->names.n);
	for (size_t i = 0; i < p->n_groups; i++)
		if (!used[i] && p->groups.at[i].points == 0)
			diag_add(r->diags, DIAG_WARNING, p->groups.at[i].mark,
			    "C03", "group \"%" STR_FMT "\" is in no condition "
			    "and has no points",
			    STR_ARG(p->groups.at[i].name));
}

/* C02: brand.claimed and the rest are false for ever in a pack without one. */
static void
brandless_fact(struct pack_reader *r)
{
	struct pack *p = r->pack;
	bool *used = ARENA_MANY(r->arena, bool, p->names.n + 1);
	const struct bonus *bonus;

	if (p->brand.n != 0)
		return;
	condition_uses(p->when, used, p->names.n);
	VEC_EACH(bonus, &p->bonuses)
		condition_uses(bonus->condition, used, p->names.n);
	for (size_t i = p->groups.n; i < p->names.n; i++) {
		if (!used[i])
			continue;
		diag_add(r->diags, DIAG_WARNING, r->when->mark, "C02",
		    "\"%" STR_FMT "\" can never be true: the pack names no "
		    "brand", STR_ARG(p->names.at[i]));
		diag_hint(r->diags, "say which one, such as brand: kagoya");
	}
}

/* Draw number n over the names in use: bits of n, or of its hash. */
static void
draw(enum truth *values, const uint32_t *used, size_t n_used, uint32_t n)
{
	uint64_t bits = n;

	if (n_used > NAMES_TRIED && n > 1)
		bits = (n * UINT64_C(0x9e3779b97f4a7c15)) >> 7;
	for (size_t i = 0; i < n_used; i++)
		values[used[i]] = n == 1 || (bits >> (i % 57) & 1) != 0
		    ? TRUTH_TRUE : TRUTH_FALSE;
}

/* C02, C06: a condition that says the same whatever the mail. */
static void
constant_condition(struct pack_reader *r)
{
	struct pack *p = r->pack;
	bool *is_used = ARENA_MANY(r->arena, bool, p->names.n + 1);
	uint32_t *used = ARENA_MANY(r->arena, uint32_t, p->names.n + 1);
	enum truth *values = ARENA_MANY(r->arena, enum truth, p->names.n + 1);
	bool was[3] = { false, false, false }, is_silent;
	size_t n = 0;

	condition_uses(p->when, is_used, p->names.n);
	for (size_t i = 0; i < p->names.n; i++)
		if (is_used[i])
			used[n++] = (uint32_t)i;
	is_silent = condition_eval(p->when, values) == TRUTH_FALSE;
	for (uint32_t i = 0; i < DRAWS; i++) {
		draw(values, used, n, i);
		was[condition_eval(p->when, values)] = true;
	}
	if (!was[TRUTH_TRUE])
		lint_warn(r, r->when->mark, "C02", "when: can never be true");
	else if (!was[TRUTH_FALSE])
		lint_warn(r, r->when->mark, "C02", "when: is always true");
	else if (!is_silent)
		lint_warn(r, r->when->mark, "C06",
		    "when: is true of a mail that has none of its signs");
}

static bool
is_weak_value(const struct value *v)
{
	static const char *const weak[] = { "ip", "country", "asn",
		"from.name", "url.ip" };

	if (v->link != NULL)
		return false;
	for (size_t i = 0; i < nitems(weak); i++)
		if (str_is(str_of(v->field->name), weak[i]))
			return true;
	/* Twelve kanji. */
	return str_is(str_of(v->field->name), "subject") &&
	    v->text.n < SUBJECT_SHORT;
}

bool
lint_is_weak(const struct group *g)
{
	const struct value *v;

	if (g->want > 1)
		return false;
	VEC_EACH(v, &g->values)
		if (is_weak_value(v))
			return true;
	return false;
}

static bool
is_network_group(const struct group *g)
{
	const struct value *v;

	VEC_EACH(v, &g->values)
		if (v->link != NULL || !v->field->is_network)
			return false;
	return g->values.n != 0;
}

/* C06: what a look-up did not find, nobody knows without a network. */
static void
denied_lookup(struct pack_reader *r)
{
	struct pack *p = r->pack;
	struct str rest = p->when_text, word;
	bool is_denied = false;

	while (str_next(&rest, ' ', &word)) {
		while (str_skip(&word, STR("(")))
			;
		while (str_ends(word, STR(")")))
			word.n--;
		for (size_t i = 0; is_denied && i < p->n_groups; i++)
			if (str_eq(p->groups.at[i].name, word) &&
			    is_network_group(&p->groups.at[i]))
				diag_add(r->diags, DIAG_WARNING,
				    r->when->mark, "C06", "when: \"not %"
				    STR_FMT "\" rests on a network look-up",
				    STR_ARG(word));
		is_denied = str_is(word, "not");
	}
}

/* C05: one weak sign alone is enough. */
static void
weak_alone(struct pack_reader *r)
{
	struct pack *p = r->pack;
	enum truth *values = ARENA_MANY(r->arena, enum truth, p->names.n + 1);

	if (condition_eval(p->when, values) == TRUTH_TRUE)
		return;
	for (size_t i = 0; i < p->names.n; i++) {
		bool is_weak = i < p->n_groups
		    ? lint_is_weak(&p->groups.at[i]) : i >= p->groups.n;

		values[i] = TRUTH_TRUE;
		if (is_weak && condition_eval(p->when, values) == TRUTH_TRUE)
			diag_add(r->diags, DIAG_WARNING, r->when->mark, "C05",
			    "when: \"%" STR_FMT "\" alone is enough, and is a "
			    "weak sign", STR_ARG(p->names.at[i]));
		values[i] = TRUTH_FALSE;
	}
}

/* L01, L03: time has come. */
static void
out_of_date(struct pack_reader *r)
{
	struct pack *p = r->pack;
	int32_t today = day_today();

	if (p->expires != DAY_NONE && p->status != PACK_RETIRED) {
		if (today > p->expires)
			lint_warn(r, p->id_mark, "L01", "the pack has expired");
		else if (p->expires - today <= EXPIRY_NEAR)
			lint_warn(r, p->id_mark, "L01",
			    "the pack expires within 14 days");
	}
	if (p->review_by != DAY_NONE && today > p->review_by)
		lint_warn(r, p->id_mark, "L03", "review_by has passed");
}

static void
all_values(struct pack_reader *r)
{
	const struct group *g;
	const struct value *v;

	VEC_EACH(g, &r->pack->groups)
		VEC_EACH(v, &g->values)
			value_lint(r, g, v);
}

static const struct {
	void (*run)(struct pack_reader *r);
	bool is_about_when;
} checks[] = {
	{ unused_group, true },
	{ constant_condition, true },
	{ brandless_fact, true },
	{ denied_lookup, true },
	{ weak_alone, true },
	{ all_values, false },
	{ values_twice, false },
	{ score_lint, false },
	{ brands_lint, false },
	{ out_of_date, false },
	{ tests_lint, false },
};

void
pack_lint(struct pack_reader *r)
{
	for (size_t i = 0; i < nitems(checks); i++)
		if (!checks[i].is_about_when || r->pack->when != NULL)
			checks[i].run(r);
}
