/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts as names with points. */
#include "front/symbol.h"

#include "rule/explain.h"
#include "scan/check.h"
#include "scan/scan.h"

enum { OPTIONS_MOST = 50 };

struct str
points_text(struct arena *a, int32_t points)
{
	char room[STR_INT];

	return str_copy(a, str_hundredths(room, points));
}

static struct symbol *
symbol_get(symbol_list *out, struct arena *a, struct str name)
{
	struct symbol *symbol;

	VEC_EACH(symbol, out) {
		if (str_eq(symbol->name, name))
			return symbol;
	}
	symbol = VEC_ADD(a, out);
	symbol->name = name;
	return symbol;
}

static void
add_option(struct symbol *symbol, struct arena *a, struct str text)
{
	if (symbol->options.n < OPTIONS_MOST)
		*VEC_ADD(a, &symbol->options) = text;
}

static struct str
title_of(const struct campaign *c, struct str lang)
{
	if (c->brand != NULL && c->rule == NULL)
		return c->brand->brand->name;
	return say_in(&c->pack->title, lang);
}

static void
add_campaign(symbol_list *out, struct arena *a, const struct scan *s,
    size_t i, struct str lang)
{
	const struct verdict *v = &s->verdict;
	const struct campaign *c = &v->campaigns.at[i];
	struct symbol *symbol = symbol_get(out, a, c->symbol);
	const struct verdict_line *line;

	symbol->points += c->points;
	symbol->description = title_of(c, lang);
	if (c->is_observed)
		add_option(symbol, a, str_printf(a, "observed, would be "
		    "%" STR_FMT, STR_ARG(points_text(a, c->would))));
	VEC_EACH(line, &v->lines) {
		if (line->campaign == i)
			add_option(symbol, a, explain_line(a, v, line,
			    &s->facts, &s->message, lang));
	}
}

static struct str
upper(struct arena *a, const char *name)
{
	struct str copy = str_copy(a, str_of(name));
	char *p = (char *)(uintptr_t)copy.p;

	for (size_t i = 0; i < copy.n; i++)
		p[i] = ascii_is_alnum(p[i]) ? ascii_upper(p[i]) : '_';
	return copy;
}

/* What is remembered, and what of that is over its bound. */
static void
add_remembered(symbol_list *out, struct arena *a, const struct scan *s,
    struct str lang)
{
	const struct verdict *v = &s->verdict;
	const struct verdict_line *line;
	struct symbol *symbol;

	VEC_EACH(line, &v->lines) {
		if (line->campaign != UINT32_MAX || line->kind == LINE_CEILING)
			continue;
		symbol = symbol_get(out, a, line->remembered != NULL
		    ? line->remembered->symbol
		    : str_is(line->name, "dnslists") ? STR("DNSLIST_CAP")
		    : STR("REPUTATION_CAP"));
		symbol->points += line->points;
		add_option(symbol, a, explain_line(a, v, line, &s->facts,
		    &s->message, lang));
	}
	if (v->hits->is_degraded)
		symbol_get(out, a, STR("REPUTATION_DEGRADED"))->description =
		    STR("what is remembered could not be looked up");
}

/* Facts that a check found out, shown as information. */
static void
add_check(symbol_list *out, struct arena *a, const struct scan *s,
    const struct check_plan *plan)
{
	const struct fact_def *defs = plan->check->gives;

	for (size_t i = 0; i < plan->n_gives; i++) {
		const struct fact *f = facts_get(&s->facts, plan->gives[i]);
		struct symbol *symbol;

		if (f->state != FACT_KNOWN || f->n == 0)
			continue;
		symbol = symbol_get(out, a, upper(a, plan->check->name));
		add_option(symbol, a, str_printf(a, "%s=%" STR_FMT,
		    defs[i].name, STR_ARG(f->at[0].text)));
	}
}

static void
add_failed(struct symbol *symbol, struct arena *a, const struct scan *s,
    const struct check_plan *plan)
{
	const struct fact_def *defs = plan->check->gives;

	for (size_t i = 0; i < plan->n_gives; i++) {
		if (facts_get(&s->facts, plan->gives[i])->state ==
		    FACT_FAILED)
			add_option(symbol, a, str_printf(a, "failed %s",
			    defs[i].name));
	}
}

/* A verdict on less than all of the message says so, in every protocol. */
static void
add_partial(symbol_list *out, struct arena *a, const struct scan *s)
{
	const struct generation *g = s->generation;
	struct symbol *symbol;

	if (!s->is_cut && s->message.limits == 0)
		return;
	symbol = symbol_get(out, a, STR("SCAN_PARTIAL"));
	symbol->description = STR("not all of the message was looked at");
	for (unsigned i = 0; i < LIMITS; i++) {
		if ((s->message.limits & 1U << i) != 0)
			add_option(symbol, a, str_printf(a, "limit.%s",
			    limit_name((enum limit)i)));
	}
	if (!s->is_cut)
		return;
	add_option(symbol, a, STR("deadline or memory"));
	for (size_t i = 0; i < g->conf.checks.n; i++)
		add_failed(symbol, a, s, &g->checks[i]);
}

static void
add_rest(symbol_list *out, struct arena *a, const struct scan *s)
{
	int64_t rest = s->verdict.points;
	struct symbol *symbol;

	VEC_EACH(symbol, out)
		rest -= symbol->points;
	if (rest == 0)
		return;
	symbol = symbol_get(out, a, STR("CAMPAIGN_CEILING"));
	symbol->points += (int32_t)rest;
	symbol->description = STR("ceiling of all campaigns together");
}

void
symbols_of(symbol_list *out, struct arena *a, const struct scan *s,
    struct str lang)
{
	const struct generation *g = s->generation;

	for (size_t i = 0; i < s->verdict.campaigns.n; i++)
		add_campaign(out, a, s, i, lang);
	add_remembered(out, a, s, lang);
	for (size_t i = 0; i < g->conf.checks.n; i++)
		if (!g->checks[i].check->is_quiet)
			add_check(out, a, s, &g->checks[i]);
	add_partial(out, a, s);
	add_rest(out, a, s);
}
