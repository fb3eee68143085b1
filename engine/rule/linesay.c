/* SPDX-License-Identifier: Apache-2.0 */
/* What the lines of a verdict say, and where their evidence stands. */
#include "rule/note.h"

#include "base/buf.h"
#include "base/clock.h"
#include "mail/message.h"
#include "rule/list.h"
#include "rule/pattern.h"
#include "rule/wording.h"

enum { LIST_SAY_MOST = 4096 };

static const char *const lang_names[LANGS] = { "ja", "en" };

/* The first piece of evidence that counts. */
static const struct evidence *
first_evidence(const struct group_hit *hit)
{
	const struct evidence *e;

	VEC_EACH(e, &hit->evidence)
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
say_remembered(struct wording *w, const struct remembered *r, enum lang lang)
{
	struct str args[nitems(r->args)];

	args[0] = wording_show(w, r->args[0]);
	for (size_t i = 1; i < nitems(args); i++)
		args[i] = wording_plain(w, r->args[i]);
	return wording_fill(w->arena, r->say[lang], args, nitems(args));
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
	case LINE_REPUTATION:
	case LINE_PIVOT:
	case LINE_DNSLIST:
		return say_remembered(w, line->remembered, lang);
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
line_label(const struct verdict_line *line)
{
	if (line->kind == LINE_GROUP || line->kind == LINE_SIGN)
		return line->name;
	return line->remembered != NULL ? line->remembered->symbol
	    : str_of(line_kind_names[line->kind]);
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
list_hit_say(struct wording *w, const struct list_hit *l, enum lang lang)
{
	struct buf b;
	char day[16];

	day_format(l->day, day);
	buf_init_arena(&b, w->arena, LIST_SAY_MOST);
	buf_printf(&b, "list:%" STR_FMT ": %" STR_FMT,
	    STR_ARG(l->list->id), STR_ARG(wording_show(w, l->key)));
	buf_printf(&b, lang == LANG_JA ? " (%u 行目、%s の版)"
	    : " (line %u, as of %s)", l->line, day);
	if (l->note.n != 0)
		buf_printf(&b, " %" STR_FMT,
		    STR_ARG(wording_show(w, l->note)));
	if (l->ref.n != 0)
		buf_printf(&b, " %" STR_FMT,
		    STR_ARG(wording_plain(w, l->ref)));
	if (l->is_stale)
		buf_add_str(&b, lang == LANG_JA ? STR(" 期限切れのリスト")
		    : STR(" the list is too old to count"));
	return buf_str(&b);
}

struct str
indicator_say(struct wording *w, const struct evidence *e, enum lang lang)
{
	struct str text, bare, before;

	if (e->value == NULL)
		return STR("");
	if (e->listed != NULL)
		return list_hit_say(w, e->listed, lang);
	text = refang(w->arena, e->value->text);
	bare = text;
	if (str_starts(text, STR("is:")) || str_starts(text, STR("lit:")))
		str_cut(text, ':', &before, &bare);
	if (str_eq(wording_show(w, bare), wording_show(w, e->found)))
		return STR("");
	return wording_show(w, text);
}

struct str
pack_say(struct arena *a, const struct pack *p, enum lang lang)
{
	int32_t made = p->updated != DAY_NONE ? p->updated : p->created;
	char day[16], end[16];
	struct str s;

	s = str_printf(a, "%" STR_FMT " r%lld", STR_ARG(p->id),
	    (long long)p->revision);
	if (made != DAY_NONE) {
		day_format(made, day);
		s = str_cat(a, s, STR(" ("), str_of(day), STR(")"));
	}
	if (p->expires == DAY_NONE)
		return s;
	day_format(p->expires, end);
	return str_cat(a, s, lang == LANG_JA ? STR("、有効期限 ")
	    : STR(", until "), str_of(end));
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

	if (e->listed != NULL)
		return day_text(a, e->listed->day);
	if (e->value != NULL && e->value->seen.n != 0)
		return e->value->seen;
	if (pack->seen_last == DAY_NONE || pack->seen_last == 0)
		return STR("");
	return day_text(a, pack->seen_last);
}
