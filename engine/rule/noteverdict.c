/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes about what of a verdict is not in its lines: the age of a campaign,
 * what kept a pack silent, what is unknown; and what the brand advises.
 */
#include "rule/note.h"

#include "base/clock.h"
#include "rule/wording.h"

static void
about_expired(struct note_job *j, const struct campaign *c)
{
	const struct pack *p = c->pack;
	struct str *names = ARENA_MANY(j->arena, struct str, p->groups.n);
	size_t n = 0;

	for (size_t i = 0; i < p->groups.n; i++)
		if (c->rule->groups[i].is_expired &&
		    c->rule->groups[i].evidence.n != 0)
			names[n++] = p->groups.at[i].name;
	if (n != 0)
		NOTE_ADD(j, NOTE_GROUP_EXPIRED, nowhere, c->symbol,
		    note_names(j, names, n));
}

static void
about_campaign(struct note_job *j, const struct campaign *c)
{
	const struct pack *p = c->pack;
	char day[16];

	if (c->age_days >= 0) {
		day_format(p->seen_last, day);
		NOTE_ADD(j, NOTE_CAMPAIGN_AGE, nowhere, c->symbol,
		    str_copy(j->arena, str_of(day)),
		    note_number(j, c->age_days));
	}
	if (c->is_observed)
		NOTE_ADD(j, NOTE_CAMPAIGN_OBSERVED, nowhere, c->symbol,
		    wording_points(j->arena, c->would, false));
	if (c->is_beaten)
		NOTE_ADD(j, NOTE_CAMPAIGN_BEATEN, nowhere, c->symbol,
		    wording_points(j->arena, c->would, false));
	if (c->rule != NULL)
		about_expired(j, c);
}

/* The rows of lists too old to count that a pack would have fired by. */
static void
about_old_lists(struct note_job *j, const struct rule_hit *rule)
{
	struct str rows[LANGS][NOTE_NAMES_MOST + 1];
	const struct evidence *e;
	struct note *note;
	size_t n = 0;

	for (size_t i = 0; i < rule->pack->groups.n; i++) {
		VEC_EACH (e, &rule->groups[i].evidence) {
			if (e->listed == NULL || !e->listed->is_stale ||
			    n == nitems(rows[0]))
				continue;
			for (int lang = 0; lang < LANGS; lang++)
				rows[lang][n] = list_hit_say(j->wording,
				    e->listed, (enum lang)lang);
			n++;
		}
	}
	note = NOTE_ADD(j, NOTE_LIST_OLD, nowhere, rule->pack->symbol);
	for (int lang = 0; lang < LANGS; lang++)
		note->args[lang][1] = note_names(j, rows[lang], n);
}

static void
about_silence(struct note_job *j)
{
	const struct rule_hit *rule;

	VEC_EACH (rule, &j->verdict->hits->rules) {
		if (rule->pack->is_site && rule->pack->site_of.n == 0 &&
		    j->verdict->hits->silenced_by != NULL)
			NOTE_ADD(j, NOTE_VERDICT_SILENCED_ALL, nowhere,
			    j->verdict->hits->silenced_by->name);
		else if (rule->silenced_by != NULL)
			NOTE_ADD(j, NOTE_VERDICT_SILENCED, nowhere,
			    rule->pack->id, rule->silenced_by->name);
		else if (rule->is_authentic)
			NOTE_ADD(j, NOTE_VERDICT_AUTHENTIC, nowhere,
			    rule->pack->id);
		else if (rule->is_outdated && rule->effect != EFFECT_NONE &&
		    rule->pack->kind == PACK_CAMPAIGN)
			about_old_lists(j, rule);
		else if (rule->truth == TRUTH_UNDECIDED)
			NOTE_ADD(j, NOTE_VERDICT_UNDECIDED, nowhere,
			    rule->pack->id);
	}
}

static void
about_verdict(struct note_job *j)
{
	const struct hits *hits = j->verdict->hits;
	const struct fact *limits = facts_get(j->facts, FACT_LIMIT);
	const struct campaign *c;

	VEC_EACH (c, &j->verdict->campaigns)
		about_campaign(j, c);
	about_silence(j);
	if (hits->is_degraded)
		NOTE_ADD(j, NOTE_VERDICT_DEGRADED, nowhere, STR(""));
	if (hits->failed.n != 0)
		NOTE_ADD(j, NOTE_VERDICT_UNKNOWN, nowhere,
		    note_names(j, hits->failed.at, hits->failed.n));
	for (size_t i = 0; limits->state == FACT_KNOWN && i < limits->n; i++) {
		if (str_is(limits->at[i].text, "regex"))
			NOTE_ADD(j, NOTE_LIMIT_REGEX, nowhere, STR(""));
		else
			NOTE_ADD(j, NOTE_LIMIT, nowhere, limits->at[i].text);
	}
}

static bool
is_concerned(const struct verdict *v, const struct brand_finding *f)
{
	const struct campaign *c;

	if (f->signs.n != 0)
		return true;
	VEC_EACH (c, &v->campaigns)
		if (str_eq(c->pack->brand, f->brand->id))
			return true;
	return false;
}

static void
add_advice(struct note_job *j, struct str url, const struct say *text,
    struct str who)
{
	struct note *note;

	if (url.n != 0)
		NOTE_ADD(j, NOTE_ADVICE_PAGE, nowhere, who, url);
	if (text->texts.n == 0)
		return;
	note = NOTE_ADD(j, NOTE_ADVICE_TEXT, nowhere, say_in(text, STR("ja")));
	note->args[LANG_EN][0] = say_in(text, STR("en"));
}

static void
about_advice(struct note_job *j)
{
	const struct brand_finding **f;
	const struct campaign *c;

	VEC_EACH (f, &j->verdict->hits->brands) {
		const struct brand *b = (*f)->brand;

		if (!is_concerned(j->verdict, *f))
			continue;
		NOTE_ADD(j, NOTE_ADVICE_OFFICIAL, nowhere, b->name,
		    note_names(j, b->official.at, b->official.n));
		if (b->never_sends.n != 0)
			NOTE_ADD(j, NOTE_ADVICE_NEVER, nowhere, b->name,
			    note_names(j, b->never_sends.at, b->never_sends.n));
		add_advice(j, b->advice_url, &b->advice, b->name);
	}
	VEC_EACH (c, &j->verdict->campaigns) {
		struct str url = c->pack->advice_url;

		if (c->rule == NULL)
			continue;
		if (c->rule->brand != NULL && str_eq(url,
		    c->rule->brand->brand->advice_url))
			url = STR("");
		add_advice(j, url, &c->pack->advice, c->symbol);
	}
}

void
notes_about_verdict(struct note_job *j)
{
	about_verdict(j);
	about_advice(j);
}
