/* SPDX-License-Identifier: Apache-2.0 */
/* What the lines of a verdict say, and where their evidence stands. */
#include "rule/note.h"

#include "base/clock.h"
#include "mail/message.h"
#include "rule/list.h"
#include "rule/wording.h"

static const char *const lang_names[LANGS] = { "ja", "en" };

/* The first piece of evidence that counts. */
static const struct evidence *
first_evidence(const struct group_hit *hit)
{
	const struct evidence *e;

	VEC_EACH (e, &hit->evidence)
		if (!e->is_quoted)
			return e;
	return NULL;
}

static struct str
say_group(struct wording *w, const struct verdict_line *line, enum lang lang)
{
	const struct evidence *e = first_evidence(line->group);
	struct str template = say_in(&line->group->group->say,
	    str_of(lang_names[lang]));
	struct str found = e == NULL ? STR("")
	    : wording_show(w, e->found);

	if (template.n == 0 && e != NULL && e->field != NULL)
		template = str_of(lang == LANG_JA ? e->field->say_ja
		    : e->field->say_en);
	if (template.n == 0)
		template = str_cat(w->arena, line->name, STR(": {match}"));
	return wording_fill(w->arena, template, &found, 1);
}

static struct str
say_sign(struct wording *w, const struct campaign *c,
    const struct brand_sign *sign, enum lang lang)
{
	bool is_theirs = sign->kind == SIGN_OFFICIAL_IN_PATH ||
	    sign->kind == SIGN_SHOWN_OFFICIAL ||
	    sign->kind == SIGN_TOKEN_IN_HOST ||
	    sign->kind == SIGN_TOKEN_IN_PATH ||
	    sign->kind == SIGN_LOOKALIKE ||
	    sign->kind == SIGN_NEVER_SENDS;
	/* Domains of the brand stay as they are, others are defanged. */
	struct str args[] = {
		wording_show(w, sign->evidence.found),
		is_theirs ? wording_plain(w, sign->detail)
		    : wording_show(w, sign->detail),
		c->brand->brand->name,
	};

	return wording_fill(w->arena, str_of(sign_texts[sign->kind][lang]),
	    args, nitems(args));
}

struct str
line_say(struct wording *w, const struct verdict *v,
    const struct verdict_line *line, enum lang lang)
{
	struct str own;

	switch (line->kind) {
	case LINE_GROUP:
		return say_group(w, line, lang);
	case LINE_SIGN:
		return say_sign(w, &v->campaigns.at[line->campaign],
		    line->sign, lang);
	case LINE_BONUS:
		own = say_in(&line->bonus->say, str_of(lang_names[lang]));
		if (own.n != 0)
			return own;
		break;
	default:
		break;
	}
	return wording_fill(w->arena, str_of(line_texts[line->kind][lang]),
	    &line->name, 1);
}

struct str
campaign_title(const struct campaign *c, enum lang lang)
{
	if (c->rule == NULL && c->brand != NULL)
		return c->brand->brand->name;
	return say_in(&c->pack->title, str_of(lang_names[lang]));
}

struct str
place_say(struct arena *a, const struct place *p, const struct message *m,
    enum lang lang)
{
	switch (p->kind) {
	case PLACE_ENVELOPE:
		return str_cat(a, lang == LANG_JA ? STR("封筒 ")
		    : STR("envelope "), p->name);
	case PLACE_HEADER:
		return p->name;
	case PLACE_HOP:
		return str_printf(a, "Received %u", p->index + 1);
	case PLACE_PART:
		return str_printf(a, lang == LANG_JA
		    ? "本文 %" STR_FMT ", %u バイト目"
		    : "part %" STR_FMT ", byte %u", STR_ARG(p->name),
		    p->offset);
	case PLACE_URL:
		if (p->index < m->urls.n &&
		    m->urls.at[p->index].source == URL_NESTED)
			return str_printf(a, lang == LANG_JA
			    ? "リンク %u (転送先)" : "link %u (carried)",
			    p->index + 1);
		return str_printf(a, lang == LANG_JA ? "リンク %u" : "link %u",
		    p->index + 1);
	default:
		return lang == LANG_JA ? STR("全体") : STR("whole message");
	}
}

struct str
evidence_source(const struct campaign *c, const struct evidence *e)
{
	const struct pack *pack = c->pack;

	if (e->listed != NULL)
		return e->listed->list->id;
	if (e->value != NULL && e->value->source.n != 0)
		return e->value->source;
	if (c->rule == NULL && c->brand != NULL &&
	    c->brand->brand->source.n != 0)
		return c->brand->brand->source;
	return pack->references.n == 0 ? STR("") : pack->references.at[0];
}

struct str
evidence_seen(struct arena *a, const struct campaign *c,
    const struct evidence *e)
{
	const struct pack *pack = c->pack;
	char day[16];

	if (e->listed != NULL) {
		day_format(e->listed->day, day);
		return str_copy(a, str_of(day));
	}
	if (e->value != NULL && e->value->seen.n != 0)
		return e->value->seen;
	if (pack->seen_last == DAY_NONE || pack->seen_last == 0)
		return STR("");
	day_format(pack->seen_last, day);
	return str_copy(a, str_of(day));
}
