/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts as names with points. */
#include "front/symbol.h"

#include "base/buf.h"
#include "rule/explain.h"
#include "rule/wording.h"
#include "scan/check.h"
#include "scan/scan.h"

enum { OPTIONS_MOST = 50 };

struct str
points_text(struct arena *a, int32_t points)
{
	char room[STR_INT];

	return str_copy(a, str_hundredths(room, points));
}

void
points_add(struct buf *b, int32_t points)
{
	char room[STR_INT];

	buf_add_str(b, str_hundredths(room, points));
}

/* What is made of a scan, and how much of it. */
struct listing {
	symbol_list *out;
	struct arena *arena;
	const struct scan *scan;
	struct str lang;
	struct wording *words; /* NULL: only points are wanted */
};

static struct symbol *
symbol_get(struct listing *l, struct str name)
{
	struct symbol *symbol;

	VEC_EACH(symbol, l->out) {
		if (str_eq(symbol->name, name))
			return symbol;
	}
	symbol = VEC_ADD(l->arena, l->out);
	symbol->name = name;
	return symbol;
}

static void
add_option(struct listing *l, struct symbol *symbol, struct str text)
{
	if (symbol->options.n < OPTIONS_MOST)
		*VEC_ADD(l->arena, &symbol->options) = text;
}

static struct str
title_of(const struct campaign *c, struct str lang)
{
	if (c->brand != NULL && c->rule == NULL)
		return c->brand->brand->name;
	return say_in(&c->pack->title, lang);
}

static struct str
line_text(const struct listing *l, const struct verdict_line *line)
{
	return explain_line(l->words, &l->scan->verdict, line, l->lang);
}

static void
add_campaign(struct listing *l, size_t i)
{
	const struct verdict *v = &l->scan->verdict;
	const struct campaign *c = &v->campaigns.at[i];
	struct symbol *symbol = symbol_get(l, c->symbol);
	const struct verdict_line *line;

	symbol->points += c->points;
	if (l->words == NULL)
		return;
	symbol->description = title_of(c, l->lang);
	if (c->is_observed)
		add_option(l, symbol, str_cat(l->arena,
		    STR("observed, would be "),
		    points_text(l->arena, c->would)));
	VEC_EACH(line, &v->lines) {
		if (line->campaign == i)
			add_option(l, symbol, line_text(l, line));
	}
}

/* What is remembered, and what of that is over its bound. */
static void
add_remembered(struct listing *l)
{
	const struct verdict *v = &l->scan->verdict;
	const struct verdict_line *line;
	struct symbol *symbol;

	VEC_EACH(line, &v->lines) {
		if (line->campaign != UINT32_MAX || line->kind == LINE_CEILING)
			continue;
		symbol = symbol_get(l, line->remembered != NULL
		    ? line->remembered->symbol
		    : str_is(line->name, "dnslists") ? STR("DNSLIST_CAP")
		    : STR("REPUTATION_CAP"));
		symbol->points += line->points;
		if (l->words != NULL)
			add_option(l, symbol, line_text(l, line));
	}
	if (v->hits->is_degraded)
		symbol_get(l, STR("REPUTATION_DEGRADED"))->description =
		    STR("what is remembered could not be looked up");
}

/* Facts that a check found out, shown as information. */
static void
add_check(struct listing *l, const struct check_plan *plan)
{
	const struct fact_def *defs = plan->check->gives;
	struct symbol *symbol = NULL;

	for (size_t i = 0; i < plan->n_gives; i++) {
		const struct fact *f = facts_get(&l->scan->facts,
		    plan->gives[i]);

		if (f->state != FACT_KNOWN || f->n == 0)
			continue;
		if (symbol == NULL)
			symbol = symbol_get(l,
			    str_symbol(l->arena, str_of(plan->check->name)));
		if (l->words == NULL)
			return;
		add_option(l, symbol, str_cat(l->arena, str_of(defs[i].name),
		    STR("="), f->at[0].text));
	}
}

static void
add_failed(struct listing *l, struct symbol *symbol,
    const struct check_plan *plan)
{
	const struct fact_def *defs = plan->check->gives;

	for (size_t i = 0; i < plan->n_gives; i++) {
		if (facts_get(&l->scan->facts, plan->gives[i])->state ==
		    FACT_FAILED)
			add_option(l, symbol, str_cat(l->arena,
			    STR("failed "), str_of(defs[i].name)));
	}
}

/* A verdict on less than all of the message says so, in every protocol. */
static void
add_partial(struct listing *l)
{
	const struct scan *s = l->scan;
	const struct generation *g = s->generation;
	struct symbol *symbol;

	if (!s->is_cut && s->message.limits == 0)
		return;
	symbol = symbol_get(l, STR("SCAN_PARTIAL"));
	symbol->description = STR("not all of the message was looked at");
	for (unsigned i = 0; i < LIMITS; i++) {
		if ((s->message.limits & 1U << i) != 0)
			add_option(l, symbol, str_cat(l->arena, STR("limit."),
			    str_of(limit_name((enum limit)i))));
	}
	if (!s->is_cut)
		return;
	add_option(l, symbol, STR("deadline or memory"));
	for (size_t i = 0; i < g->conf.checks.n; i++)
		add_failed(l, symbol, &g->checks[i]);
}

static void
add_rest(struct listing *l)
{
	int64_t rest = l->scan->verdict.points;
	struct symbol *symbol;

	VEC_EACH(symbol, l->out)
		rest -= symbol->points;
	if (rest == 0)
		return;
	symbol = symbol_get(l, STR("CAMPAIGN_CEILING"));
	symbol->points += (int32_t)rest;
	symbol->description = STR("ceiling of all campaigns together");
}

static void
list_symbols(struct listing *l)
{
	const struct generation *g = l->scan->generation;

	for (size_t i = 0; i < l->scan->verdict.campaigns.n; i++)
		add_campaign(l, i);
	add_remembered(l);
	for (size_t i = 0; i < g->conf.checks.n; i++)
		if (!g->checks[i].check->is_quiet)
			add_check(l, &g->checks[i]);
	add_partial(l);
	add_rest(l);
}

void
symbols_of(symbol_list *out, struct arena *a, const struct scan *s,
    struct str lang)
{
	struct wording words;

	wording_init(&words, a, &s->facts, &s->message);
	list_symbols(&(struct listing){ .out = out, .arena = a, .scan = s,
		.lang = lang, .words = &words });
}

void
symbols_with_points(symbol_list *out, struct arena *a, const struct scan *s)
{
	list_symbols(&(struct listing){ .out = out, .arena = a, .scan = s });
}
