/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to a message, in which order, and where it may have to wait:
 * begin with the table of steps.
 */
#include "scan/scan.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "rule/extract.h"
#include "rule/ruleset.h"
#include "scan/asks.h"
#include "scan/check.h"

/* LATER: the next step begins in another turn of the loop. */
enum next { NEXT, WAIT, LATER };

/* There is no bad message here, only odd ones: damage becomes a fact. */
static enum next
step_parse(struct scan *s)
{
	message_read(&s->message, s->arena, s->raw, &s->envelope,
	    &s->generation->message);
	return NEXT;
}

static enum next
step_extract(struct scan *s)
{
	struct extract_conf conf = s->generation->extract;

	conf.scratch = s->scratch;
	conf.is_lazy = true;
	facts_init(&s->facts, s->arena, &s->generation->facts);
	extract_facts(&s->facts, &s->message, &s->envelope, &conf);
	s->checks = checks_new(s);
	return NEXT;
}

/* Comes back when answers are in, as long as a check waits for more. */
static enum next
step_check(struct scan *s)
{
	bool is_over = checks_run(s->checks);

	asks_look_away(s);
	if (is_over)
		return NEXT;
	asks_wait(s);
	return WAIT;
}

static void
tell_unknown(struct scan *s, uint32_t id)
{
	struct str name = str_of(s->facts.table->defs.at[id]->name);
	const struct str *told;

	if (facts_get(&s->facts, id)->state != FACT_FAILED)
		return;
	VEC_EACH(told, &s->hits.failed) {
		if (str_eq(*told, name))
			return;
	}
	*VEC_ADD(s->arena, &s->hits.failed) = name;
}

static bool
has_ground(const struct scan *s, const struct check_plan *p)
{
	for (size_t i = 0; i < p->n_needs; i++) {
		if (fact_table_lacks(s->facts.table, p->needs[i]))
			return false;
	}
	return true;
}

/* Beside what packs asked for in vain. */
static void
tell_all_unknown(struct scan *s)
{
	const struct generation *g = s->generation;

	for (size_t i = 0; i < g->conf.checks.n; i++) {
		const struct check_plan *p = &g->checks[i];
		size_t k = p->check->tells ? p->check->tells_from : p->n_gives;

		if (p->check->tells_grounded && !has_ground(s, p))
			continue;
		for (; k < p->n_gives; k++)
			tell_unknown(s, p->gives[k]);
	}
}

/* A regex that runs into its limits matches nothing: nobody should have to
 * find that out from a lure that came through. */
static enum next
step_match(struct scan *s)
{
	struct ruleset *r = s->generation->ruleset;
	uint64_t limited = ruleset_limited(r);

	ruleset_use_lists(r, s->generation->lists);
	ruleset_match(&s->hits, s->arena, r, &s->facts, &s->message, s->day);
	tell_all_unknown(s);
	limited = ruleset_limited(r) - limited;
	if (limited == 0)
		return NEXT;
	facts_give_str(&s->facts, FACT_LIMIT, STR("regex"), nowhere);
	log_warn("scan %" STR_FMT ": %" PRIu64 " regexes ran into their "
	    "limits and are undecided", STR_ARG(s->id), limited);
	return NEXT;
}

static enum next
step_decide(struct scan *s)
{
	s->policy = policy_choose(s);
	policy_weigh(s->policy, &s->hits);
	s->hits.remembered = s->remembered;
	s->hits.is_degraded = s->is_degraded;
	verdict_decide(&s->verdict, s->arena, &s->hits,
	    &s->policy->verdict, s->day);
	return NEXT;
}

/* The reply leaves before anything is learnt. */
static enum next
step_answer(struct scan *s)
{
	s->answer(s);
	asks_answered(s);
	return s->asks == NULL ? NEXT : LATER;
}

static enum next
step_after(struct scan *s)
{
	if (s->after != NULL)
		s->after(s);
	return NEXT;
}

static enum next
step_learn(struct scan *s)
{
	bool is_over = checks_learn(s->checks);

	asks_look_away(s);
	if (is_over)
		return NEXT;
	asks_wait(s);
	return WAIT;
}

struct step {
	const char *name; /* NULL at the end of a table */
	enum next (*run)(struct scan *s);
	enum station station;
};

static const struct step steps[] = {
	{ "parse", step_parse, STATION_PARSE },
	{ "extract", step_extract, STATION_EXTRACT },
	{ "check", step_check, STATION_CHECK },
	{ "match", step_match, STATION_MATCH },
	{ "decide", step_decide, STATION_DECIDE },
	{ "answer", step_answer, STATION_ANSWER },
	{ "after", step_after, STATION_ANSWER },
	{ "learn", step_learn, STATION_ANSWER },
	{ 0 }
};

/* Of a message that somebody reports: the answer says what came of it. */
static const struct step report_steps[] = {
	{ "parse", step_parse, STATION_PARSE },
	{ "extract", step_extract, STATION_EXTRACT },
	{ "check", step_check, STATION_CHECK },
	{ "report", step_learn, STATION_CHECK },
	{ "answer", step_answer, STATION_ANSWER },
	{ 0 }
};

static const struct step *
steps_of(const struct scan *s)
{
	return s->lesson != NULL ? report_steps : steps;
}

/* What a message may cost: from here on it is asked no more questions. */
static void
look_at_bounds(struct scan *s)
{
	if (s->is_cut)
		return;
	s->is_cut = arena_used(s->arena) > s->generation->conf.memory ||
	    s->times.at / 1000 > s->deadline_ms;
	if (s->is_cut)
		log_debug("scan %" STR_FMT ": over its bounds in step %s",
		    STR_ARG(s->id), steps_of(s)[s->step].name);
}

/* What follows the answer keeps nobody waiting. */
static void
write_times(struct scan *s)
{
	struct meter *m = asks_meter(s);

	if (m != NULL && s->lesson == NULL)
		meter_write(m, &s->times);
}

/* Called by the event loop, or by a program that has none; nothing that runs
 * inside a step ever gets here. */
bool
scan_run(struct scan *s)
{
	const struct step *step;

	meter_spend(&s->times, s->times.waits, clock_us());
	while ((step = &steps_of(s)[s->step])->name != NULL) {
		enum next next = step->run(s);

		meter_spend(&s->times, step->station, clock_us());
		if (step->run == step_answer)
			write_times(s);
		log_debug("scan %" STR_FMT ": %s", STR_ARG(s->id),
		    step->name);
		if (next == WAIT) {
			s->times.waits = STATION_JOIN;
			return false;
		}
		look_at_bounds(s);
		arena_empty(s->scratch);
		s->step++;
		if (next == LATER) {
			asks_wake(s);
			return false;
		}
	}
	return true;
}

static struct str
make_id(struct scan *s)
{
	int64_t seed[] = { clock_wall(), s->started_us,
		(int64_t)s->generation->scans++, (int64_t)(intptr_t)s };
	struct str bytes = { (const char *)seed, sizeof(seed) };
	char text[HASH_TEXT];

	return str_copy(s->arena, hash_text(hash_bytes(bytes, 0), text));
}

static struct arena *
take_arena(struct generation *g)
{
	return g->n_spares != 0 ? g->spares[--g->n_spares] : arena_new();
}

static void
give_back(struct generation *g, struct arena *a)
{
	if (g->n_spares == GENERATION_SPARES) {
		arena_free(a);
		return;
	}
	arena_empty(a);
	g->spares[g->n_spares++] = a;
}

struct scan *
scan_new(struct generation *g, scan_answer *answer, void *client)
{
	struct arena *a = take_arena(g);
	struct scan *s = ARENA_ONE(a, struct scan);

	s->arena = a;
	s->scratch = take_arena(g);
	buf_init(&s->body, 0);
	s->generation = generation_hold(g);
	s->policy = &g->conf.policy;
	s->answer = answer;
	s->client = client;
	s->now = clock_wall();
	s->day = day_of(s->now);
	s->started_us = s->times.at = clock_us();
	s->deadline_ms = clock_ms() + g->conf.deadline_ms;
	s->id = make_id(s);
	return s;
}

void
scan_free(struct scan *s)
{
	struct generation *g;

	if (s == NULL)
		return;
	g = s->generation;
	asks_release(s);
	buf_release(&s->body);
	give_back(g, s->scratch);
	give_back(g, s->arena);
	generation_drop(g);
}
