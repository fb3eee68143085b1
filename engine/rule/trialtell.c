/* SPDX-License-Identifier: Apache-2.0 */
/* What is not as a test expects, in words, and what was there instead. */
#include <inttypes.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "rule/trial_parts.h"

enum { FOUND_MOST = 4096, SHOWN_MOST = 60, VALUES_SHOWN = 3,
	FIELDS_SHOWN = 3, GROUPS_SHOWN = 3 };

static void
add_sentence(struct buf *b)
{
	if (b->n != 0)
		buf_add_str(b, STR("; "));
}

static void
add_names(struct buf *b, const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s%" STR_FMT, i == 0 ? "" : ", ",
		    STR_ARG(names[i]));
}

static void
add_points(struct buf *b, int64_t hundredths)
{
	buf_printf(b, "%s%" PRId64 ".%02" PRId64, hundredths < 0 ? "-" : "",
	    (hundredths < 0 ? -hundredths : hundredths) / 100,
	    (hundredths < 0 ? -hundredths : hundredths) % 100);
}

static void
tell_names(struct buf *b, const struct outcome *o)
{
	add_sentence(b);
	buf_add_str(b, o->names.n == 0 ? STR("nothing matched") :
	    STR("there is: "));
	add_names(b, o->names.at, o->names.n);
	if (o->undecided.n == 0)
		return;
	buf_add_str(b, STR("; undecided: "));
	add_names(b, o->undecided.at, o->undecided.n);
}

/* Groups that want several values and had some of them. */
static void
tell_near_misses(struct buf *b, const struct outcome *o,
    const struct pack *pack)
{
	for (size_t i = 0; o->rule != NULL && i < pack->groups.n; i++) {
		const struct group_hit *hit = &o->rule->groups[i];

		if (hit->hits == 0 || hit->truth == TRUTH_TRUE)
			continue;
		add_sentence(b);
		buf_printf(b, "%" STR_FMT " has %u of %u values",
		    STR_ARG(pack->groups.at[i].name), hit->hits,
		    pack->groups.at[i].want);
	}
}

/* One value of a fact, short and with nothing to click on. */
static void
add_shown(struct buf *b, struct arena *a, struct str text)
{
	struct str shown = defang(a, utf8_head(str_trim(text), SHOWN_MOST));

	buf_add_byte(b, '"');
	for (size_t at = 0; at < shown.n;) {
		uint32_t point = utf8_next(shown, &at);

		utf8_add_shown(b, point == '\n' || point == '\r' ? ' ' : point);
	}
	buf_printf(b, shown.n < str_trim(text).n && text.n > SHOWN_MOST
	    ? "...\"" : "\"");
}

static void
add_fact(struct buf *b, struct arena *a, const struct fact *fact)
{
	if (fact->state == FACT_FAILED || fact->state == FACT_OPEN)
		buf_add_str(b, STR("unknown"));
	else if (fact->state == FACT_ABSENT || fact->n == 0)
		buf_add_str(b, STR("none"));
	for (size_t i = 0; fact->state == FACT_KNOWN && i < fact->n; i++) {
		if (i == VALUES_SHOWN) {
			buf_printf(b, " and %zu more", fact->n - i);
			break;
		}
		if (i != 0)
			buf_add_str(b, STR(", "));
		add_shown(b, a, fact->at[i].text);
	}
}

void
trial_tell_field(struct buf *b, struct arena *a, const struct sight *s,
    const struct value *v)
{
	const struct field *field = v->field;

	if (field->n_facts == 0 && v->fact == 0)
		return;
	add_sentence(b);
	buf_printf(b, "%s in the mail: ", field->name);
	if (field->n_facts == 0)
		add_fact(b, a, facts_get(&s->facts, v->fact));
	for (size_t i = 0; i < field->n_facts; i++) {
		if (i != 0)
			buf_add_str(b, STR("; "));
		add_fact(b, a, facts_get(&s->facts, field->facts[i]));
	}
}

/* It hit, by what counts for nothing on that day any more. */
static bool
has_expired(const struct trial_run *run, const struct outcome *o,
    const struct group *group)
{
	return o->rule != NULL &&
	    o->rule->groups[group - run->pack->groups.at].is_expired;
}

/* What the mail has where a group looks, a field once. */
static void
tell_group(struct buf *b, const struct trial_run *run,
    const struct outcome *o, const struct group *group)
{
	size_t told = 0;

	add_sentence(b);
	if (has_expired(run, o, group)) {
		buf_printf(b, "%" STR_FMT " has expired",
		    STR_ARG(group->name));
		return;
	}
	buf_printf(b, "%" STR_FMT " is missing", STR_ARG(group->name));
	for (size_t i = 0; i < group->values.n && told < FIELDS_SHOWN; i++) {
		bool is_told = false;

		for (size_t j = 0; j < i && !is_told; j++)
			is_told = group->values.at[j].field ==
			    group->values.at[i].field;
		if (is_told)
			continue;
		told++;
		trial_tell_field(b, run->arena, o->sight,
		    &group->values.at[i]);
	}
}

/* Groups that do not hold, those that the test names as evidence first of
 * all; of the others only where the test names none. */
static void
tell_missing(struct buf *b, const struct trial_run *run,
    const struct outcome *o)
{
	const struct group *group;
	size_t told = 0;

	VEC_EACH(group, &run->pack->groups) {
		bool is_named = run->test->evidence.n == 0;

		for (size_t i = 0; i < run->test->evidence.n; i++)
			is_named |= str_eq(run->test->evidence.at[i],
			    group->name);
		if (group->is_exception || !is_named ||
		    outcome_has(o, group->name) || told == GROUPS_SHOWN)
			continue;
		told++;
		tell_group(b, run, o, group);
	}
}

/* Why a group holds: the first piece of the mail that hit. */
static void
tell_hits(struct buf *b, const struct trial_run *run,
    const struct outcome *o)
{
	for (size_t i = 0; o->rule != NULL && i < run->pack->groups.n; i++) {
		const struct group_hit *hit = &o->rule->groups[i];

		if (hit->truth != TRUTH_TRUE || hit->evidence.n == 0)
			continue;
		add_sentence(b);
		buf_printf(b, "%" STR_FMT " by %s ",
		    STR_ARG(run->pack->groups.at[i].name),
		    hit->evidence.at[0].field->name);
		add_shown(b, run->arena, hit->evidence.at[0].found);
	}
}

static void
tell_silent(struct buf *b, const struct trial_run *run,
    const struct outcome *o)
{
	const struct rule_hit *hit = o->rule;
	char day[16];

	buf_add_str(b, STR("expected a match, did not fire"));
	if (hit != NULL && hit->silenced_by != NULL)
		buf_printf(b, "; silenced by exception %" STR_FMT,
		    STR_ARG(hit->silenced_by->name));
	if (hit != NULL && hit->is_authentic)
		buf_add_str(b, STR("; silenced by brand.authentic"));
	if (hit != NULL && hit->truth == TRUTH_UNDECIDED)
		buf_add_str(b, STR("; when is undecided"));
	if (pack_effect_on(run->pack, o->day) == EFFECT_NONE) {
		day_format(o->day, day);
		buf_printf(b, "; the pack has no effect on %s", day);
	}
	tell_near_misses(b, o, run->pack);
	tell_names(b, o);
	tell_missing(b, run, o);
}

static void
tell_fired(struct buf *b, const struct trial_run *run,
    const struct outcome *o)
{
	buf_add_str(b, STR("expected clean, but it fires with "));
	add_points(b, o->points);
	buf_add_str(b, STR(" points"));
	tell_names(b, o);
	tell_hits(b, run, o);
}

static void
check_evidence(struct buf *b, const struct trial_run *run,
    const struct outcome *o)
{
	const struct str *name;
	bool is_missed = false;

	VEC_EACH(name, &run->test->evidence) {
		if (outcome_has(o, *name))
			continue;
		is_missed = true;
		add_sentence(b);
		buf_printf(b, "no evidence \"%" STR_FMT "\"", STR_ARG(*name));
	}
	VEC_EACH(name, &run->test->not_evidence) {
		if (!outcome_has(o, *name))
			continue;
		add_sentence(b);
		buf_printf(b, "evidence \"%" STR_FMT "\" must not be there",
		    STR_ARG(*name));
	}
	if (is_missed) {
		tell_near_misses(b, o, run->pack);
		tell_names(b, o);
		tell_missing(b, run, o);
	}
}

static void
check_points(struct buf *b, const struct pack_test *t, int32_t points)
{
	if (!t->has_points ||
	    (points >= t->points.first && points <= t->points.last))
		return;
	add_sentence(b);
	buf_add_str(b, STR("score "));
	add_points(b, points);
	buf_add_str(b, STR(", expected "));
	if (t->points.first == t->points.last) {
		add_points(b, t->points.first);
	} else if (t->points.last >= INT32_MAX) {
		buf_add_str(b, STR("at least "));
		add_points(b, t->points.first);
	} else {
		add_points(b, t->points.first < 0 ? 0 : t->points.first);
		buf_add_str(b, STR(" to "));
		add_points(b, t->points.last);
	}
}

struct str
trial_compare(const struct trial_run *run, const struct outcome *o)
{
	struct buf b;

	buf_init_arena(&b, run->arena, FOUND_MOST);
	if (o->is_fired != run->test->expects_match) {
		if (run->test->expects_match)
			tell_silent(&b, run, o);
		else
			tell_fired(&b, run, o);
		return buf_str(&b);
	}
	check_evidence(&b, run, o);
	check_points(&b, run->test, o->points);
	return buf_str(&b);
}
