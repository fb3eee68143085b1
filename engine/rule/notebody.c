/* SPDX-License-Identifier: Apache-2.0 */
/* Notes about what the text says, shows and hides. */
#include "rule/note.h"

#include "mail/fold.h"
#include "mail/message.h"
#include "rule/quote.h"

enum {
	BODY_MOST = 64 * 1024, /* bytes searched for the subject */
	SUBJECT_LEAST = 12,    /* bytes; shorter ones are in any text */
	CLAIMS_MOST = 8
};

static void
about_claims(struct note_job *j)
{
	static const char *const places[][LANGS] = {
		{ "表示名", "display name" },
		{ "件名", "subject" },
		{ "本文", "text" },
	};
	const struct brand_finding **f;
	struct str names[NOTE_NAMES_MOST];
	size_t n = 0, told = 0;

	VEC_EACH (f, &j->verdict->hits->brands) {
		const struct evidence *e;

		if ((*f)->claims.n != 0 && n < NOTE_NAMES_MOST)
			names[n++] = (*f)->brand->name;
		VEC_EACH (e, &(*f)->claims) {
			size_t at = e->place.kind == PLACE_PART ? 2
			    : str_case_is(e->place.name, "Subject") ? 1 : 0;

			if (told++ >= CLAIMS_MOST)
				break;
			note_set_words(NOTE_ADD(j, NOTE_TEXT_CLAIM, e->place,
			    (*f)->brand->name, note_show(j, e->found)), 2,
			    places[at][LANG_JA], places[at][LANG_EN]);
		}
	}
	if (n >= 2)
		NOTE_ADD(j, NOTE_TEXT_BRANDS, nowhere, note_names(j, names, n));
}

/* The same number, whatever stands between its digits. */
static bool
is_same_number(struct str a, struct str b)
{
	size_t i = 0, k = 0, digits = 0;

	for (;;) {
		while (i < a.n && !ascii_is_digit(a.p[i]))
			i++;
		while (k < b.n && !ascii_is_digit(b.p[k]))
			k++;
		if (i == a.n || k == b.n)
			return i == a.n && k == b.n && digits != 0;
		if (a.p[i++] != b.p[k++])
			return false;
		digits++;
	}
}

static bool
has_phone(const struct note_job *j, struct str phone)
{
	const struct fact *f = facts_get(j->facts, FACT_PHONE);

	for (size_t i = 0; f->state == FACT_KNOWN && i < f->n; i++)
		if (is_same_number(f->at[i].text, phone))
			return true;
	return false;
}

/* Genuine numbers make a lure look right. */
static void
about_phones(struct note_job *j)
{
	const struct brand_finding **f;

	VEC_EACH (f, &j->verdict->hits->brands) {
		const struct brand *b = (*f)->brand;
		struct str found[NOTE_NAMES_MOST];
		size_t n = 0;

		for (size_t i = 0; i < b->phones.n && n < NOTE_NAMES_MOST; i++)
			if (has_phone(j, b->phones.at[i]))
				found[n++] = b->phones.at[i];
		if (n != 0)
			NOTE_ADD(j, NOTE_TEXT_PHONE, nowhere, b->name,
			    note_names(j, found, n));
	}
}

static void
about_report(struct note_job *j)
{
	uint32_t marks;
	struct str words[LANGS][QUOTE_MARKS];
	size_t n = 0;
	struct note *note;

	if (note_is_set(j, FACT_WARNING))
		NOTE_ADD(j, NOTE_TEXT_WARNING, nowhere, STR(""));
	if (!note_is_set(j, FACT_REPORT))
		return;
	marks = quote_marks(j->message, j->arena);
	for (unsigned i = 0; i < QUOTE_MARKS; i++) {
		if (!(marks >> i & 1))
			continue;
		words[LANG_JA][n] = str_of(quote_mark_texts[i][LANG_JA]);
		words[LANG_EN][n++] = str_of(quote_mark_texts[i][LANG_EN]);
	}
	note = NOTE_ADD(j, NOTE_TEXT_REPORT, nowhere, STR(""));
	note->args[LANG_JA][0] = str_join(j->arena, words[LANG_JA], n,
	    STR("、"));
	note->args[LANG_EN][0] = str_join(j->arena, words[LANG_EN], n,
	    STR(", "));
}

static void
about_quoted(struct note_job *j)
{
	const struct rule_hit *rule;

	VEC_EACH (rule, &j->verdict->hits->rules) {
		int64_t quoted = 0;

		for (size_t i = 0; i < rule->pack->groups.n; i++) {
			const struct evidence *e;

			VEC_EACH (e, &rule->groups[i].evidence)
				quoted += e->is_quoted;
		}
		if (quoted != 0)
			NOTE_ADD(j, NOTE_TEXT_QUOTED, nowhere, rule->pack->id,
			    note_number(j, quoted));
	}
}

/* The subject's sentence in the text, however either is broken into lines. */
static void
about_subject(struct note_job *j)
{
	struct str subject = str_trim(fold(j->arena,
	    note_fact_text(j, FACT_SUBJECT)).text);
	const struct text *text;

	if (subject.n < SUBJECT_LEAST)
		return;
	VEC_EACH (text, &j->message->texts) {
		struct str body;

		if (text->visible.n > BODY_MOST)
			continue;
		body = folds_find(&j->verdict->hits->folds, j->arena,
		    text->visible).text;
		if (str_find_str(body, subject) >= body.n)
			continue;
		NOTE_ADD(j, NOTE_TEXT_SUBJECT_IN_BODY, nowhere, STR(""));
		return;
	}
}

void
notes_about_text(struct note_job *j)
{
	const struct text *text;
	bool is_unhidden = false;
	size_t hidden = 0;

	VEC_EACH (text, &j->message->texts) {
		hidden += text->is_stripped ? 0 : text->hidden.n;
		is_unhidden |= text->is_unhidden;
	}
	about_subject(j);
	about_claims(j);
	about_phones(j);
	if (hidden != 0)
		NOTE_ADD(j, NOTE_TEXT_HIDDEN, nowhere,
		    note_number(j, (int64_t)hidden));
	if (is_unhidden)
		NOTE_ADD(j, NOTE_TEXT_UNHIDDEN, nowhere, STR(""));
	about_report(j);
	about_quoted(j);
}
