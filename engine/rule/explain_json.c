/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A verdict in words, for programs: both languages always, evidence as it
 * stands in the mail (recipients taken out).
 */
#include "rule/explain.h"

#include "base/clock.h"
#include "base/json.h"
#include "mail/message.h"
#include "rule/list.h"
#include "rule/note.h"
#include "rule/wording.h"

enum { EVIDENCE_MOST = 32, FOUND_MOST = 4096 };

static const char *const place_kinds[] = {
	[PLACE_NOWHERE] = "message", [PLACE_ENVELOPE] = "envelope",
	[PLACE_HEADER] = "header", [PLACE_HOP] = "received",
	[PLACE_PART] = "part", [PLACE_URL] = "url",
};

static void
put_both(struct json *j, const char *key, struct str ja, struct str en)
{
	json_key(j, key);
	json_open_object(j);
	json_put_str(j, "ja", ja);
	json_put_str(j, "en", en);
	json_close_object(j);
}

static void
put_strings(struct json *j, const char *key, const struct str *at, size_t n)
{
	json_key(j, key);
	json_open_array(j);
	for (size_t i = 0; i < n; i++)
		json_str(j, at[i]);
	json_close_array(j);
}

/* "" for a day that the pack does not name. */
static void
put_day(struct json *j, const char *key, int32_t day)
{
	char text[16] = "";

	if (day != DAY_NONE)
		day_format(day, text);
	json_put_str(j, key, str_of(text));
}

static void
put_place(struct json *j, const struct place *p)
{
	json_key(j, "place");
	json_open_object(j);
	json_put_str(j, "kind", str_of(place_kinds[p->kind]));
	if (p->name.n != 0)
		json_put_str(j, "name", p->name);
	if (p->kind == PLACE_HOP || p->kind == PLACE_URL)
		json_put_int(j, "index", p->index);
	if (p->kind == PLACE_PART || p->kind == PLACE_HEADER)
		json_put_int(j, "offset", p->offset);
	json_close_object(j);
}

static void
put_advice(struct json *j, const struct campaign *c)
{
	const struct brand *b = c->brand != NULL ? c->brand->brand
	    : c->rule != NULL && c->rule->brand != NULL
	    ? c->rule->brand->brand : NULL;
	struct str url = c->pack->advice_url;
	const struct say *text = &c->pack->advice;

	if (b != NULL && url.n == 0)
		url = b->advice_url;
	if (b != NULL && text->texts.n == 0)
		text = &b->advice;
	json_key(j, "advice");
	json_open_object(j);
	json_put_str(j, "url", url);
	json_put_str(j, "ja", say_in(text, STR("ja")));
	json_put_str(j, "en", say_in(text, STR("en")));
	if (b != NULL)
		put_strings(j, "official", b->official.at, b->official.n);
	json_close_object(j);
}

static void
put_campaign(struct json *j, const struct campaign *c)
{
	bool is_brand = c->rule == NULL && c->brand != NULL;

	json_open_object(j);
	json_put_str(j, "symbol", c->symbol);
	json_put_str(j, "id", is_brand ? c->brand->brand->id : c->pack->id);
	json_put_str(j, "pack", c->pack->id);
	json_put_int(j, "revision", c->pack->revision);
	put_day(j, "created", c->pack->created);
	put_day(j, "updated", c->pack->updated);
	put_day(j, "expires", c->pack->expires);
	put_both(j, "title", campaign_title(c, LANG_JA),
	    campaign_title(c, LANG_EN));
	json_put_points(j, "points", c->points);
	json_put_points(j, "would", c->would);
	json_put_bool(j, "observed", c->is_observed);
	json_put_bool(j, "beaten", c->is_beaten);
	json_key(j, "age_days");
	if (c->age_days < 0)
		json_nothing(j);
	else
		json_int(j, c->age_days);
	json_put_str(j, "severity", is_brand ? STR("")
	    : str_of(severity_texts[c->pack->severity][LANG_EN]));
	json_put_str(j, "confidence", str_of(
	    confidence_texts[c->pack->confidence][LANG_EN]));
	put_strings(j, "references", c->pack->references.at,
	    c->pack->references.n);
	put_advice(j, c);
	json_close_object(j);
}

/* The row of an external list that told it. */
static void
put_list(struct json *j, struct wording *w, const struct list_hit *l)
{
	char day[16];

	day_format(l->day, day);
	json_key(j, "list");
	json_open_object(j);
	json_put_str(j, "id", l->list->id);
	json_put_str(j, "row", wording_plain(w, l->key));
	json_put_int(j, "line", l->line);
	json_put_str(j, "date", str_of(day));
	json_put_str(j, "note", l->note);
	json_put_str(j, "ref", l->ref);
	json_put_bool(j, "stale", l->is_stale);
	json_close_object(j);
}

static void
put_evidence(struct json *j, struct wording *w, const struct campaign *c,
    const struct evidence *e, const char *sign)
{
	struct str source = evidence_source(c, e);
	struct str seen = evidence_seen(w->arena, c, e);

	json_open_object(j);
	json_put_str(j, "fact", e->field != NULL ? str_of(e->field->name)
	    : str_of(sign));
	json_put_str(j, "found",
	    wording_plain(w, str_head(e->found, FOUND_MOST)));
	put_place(j, &e->place);
	json_put_str(j, "indicator", e->value == NULL ? STR("")
	    : e->value->text);
	if (e->value != NULL && e->value->library != NULL) {
		json_put_str(j, "library", e->value->library->id);
		json_put_int(j, "library_revision",
		    e->value->library->revision);
	}
	if (e->listed != NULL)
		put_list(j, w, e->listed);
	json_put_str(j, "source", source);
	json_put_str(j, "seen", seen);
	if (e->is_quoted)
		json_put_bool(j, "quoted", true);
	json_close_object(j);
}

static void
put_line(struct json *j, struct wording *w, const struct verdict *v,
    const struct verdict_line *line)
{
	const struct campaign *c = line->campaign < v->campaigns.n
	    ? &v->campaigns.at[line->campaign] : NULL;

	json_open_object(j);
	json_put_str(j, "kind", str_of(line_kind_names[line->kind]));
	json_put_points(j, "points", line->points);
	if (c != NULL)
		json_put_str(j, "campaign", c->symbol);
	json_put_str(j, "name", line->name);
	if (line->remembered != NULL) {
		json_put_str(j, "symbol", line->remembered->symbol);
		json_put_str(j, "found",
		    wording_plain(w, line->remembered->args[0]));
	}
	put_both(j, "say", line_say(w, v, line, LANG_JA),
	    line_say(w, v, line, LANG_EN));
	if (line->group != NULL) {
		json_put_int(j, "hits", line->group->hits);
		json_put_int(j, "want", line->group->group->want);
		json_put_int(j, "of",
		    (int64_t)line->group->group->values.n);
	}
	json_key(j, "evidence");
	json_open_array(j);
	if (line->group != NULL && c != NULL)
		for (size_t i = 0; i < line->group->evidence.n &&
		    i < EVIDENCE_MOST; i++)
			put_evidence(j, w, c,
			    &line->group->evidence.at[i], "");
	if (line->sign != NULL && c != NULL)
		put_evidence(j, w, c, &line->sign->evidence,
		    brand_sign_names[line->sign->kind]);
	json_close_array(j);
	json_close_object(j);
}

static void
put_notes(struct json *j, struct wording *w, const note_list *notes)
{
	const struct note *n;

	json_key(j, "notes");
	json_open_array(j);
	VEC_EACH (n, notes) {
		const struct note_text *text = &note_texts[n->code];

		json_open_object(j);
		json_put_str(j, "code", str_of(text->code));
		json_put_str(j, "section",
		    str_of(section_names[text->section]));
		json_key(j, "ja");
		note_put(j, w->arena, n, LANG_JA);
		json_key(j, "en");
		note_put(j, w->arena, n, LANG_EN);
		if (n->place.kind != PLACE_NOWHERE)
			put_place(j, &n->place);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_limits(struct json *j, const struct facts *facts)
{
	const struct fact *f = facts_get(facts, FACT_LIMIT);

	json_key(j, "limits");
	json_open_array(j);
	for (size_t i = 0; f->state == FACT_KNOWN && i < f->n; i++)
		json_str(j, f->at[i].text);
	json_close_array(j);
}

/* Notes are for whoever wonders about a mail, and cost as much as the rest of
 * the reply: nearly all mail is of no interest to anybody. */
static bool
wants_notes(const struct verdict *v, const struct explain_conf *conf)
{
	return !conf->is_brief || v->action != ACTION_NONE ||
	    v->campaigns.n != 0;
}

void
explain_json(struct json *j, const struct verdict *v,
    const struct facts *facts, const struct message *m,
    const struct explain_conf *conf)
{
	bool has_notes = wants_notes(v, conf);
	struct wording w;
	note_list notes = { 0 };
	const struct campaign *c;
	const struct verdict_line *line;

	if (has_notes || v->lines.n != 0)
		wording_init(&w, facts->arena, facts, m);
	json_open_object(j);
	json_put_str(j, "action", str_of(action_name(v->action)));
	json_put_points(j, "score", v->points);
	json_put_bool(j, "degraded", v->hits->is_degraded);
	json_put_str(j, "lang", lang_of(conf->lang) == LANG_EN ? STR("en")
	    : STR("ja"));
	json_key(j, "campaigns");
	json_open_array(j);
	VEC_EACH (c, &v->campaigns)
		put_campaign(j, c);
	json_close_array(j);
	json_key(j, "lines");
	json_open_array(j);
	VEC_EACH (line, &v->lines)
		put_line(j, &w, v, line);
	json_close_array(j);
	if (has_notes) {
		notes_collect(&notes, &w, v, facts, m);
		put_notes(j, &w, &notes);
	}
	put_strings(j, "unknown", v->hits->failed.at, v->hits->failed.n);
	put_limits(j, facts);
	json_close_object(j);
}
