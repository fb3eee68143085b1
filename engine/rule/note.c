/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All notes about a message, and what those who add them share.  Each section
 * has a file of its own; the words are in notetext.c.
 */
#include "rule/note.h"

#include "mail/message.h"
#include "rule/wording.h"

enum lang
lang_of(struct str name)
{
	return str_case_starts(name, STR("en")) ? LANG_EN : LANG_JA;
}

struct note *
note_add(struct note_job *j, enum note_code code, struct place place,
    const struct str *args, size_t n)
{
	struct note *note = VEC_ADD(j->arena, j->out);

	note->code = code;
	note->place = place;
	for (size_t i = 0; i < n && i < NOTE_ARGS; i++)
		note->args[LANG_JA][i] = note->args[LANG_EN][i] = args[i];
	return note;
}

void
note_set_words(struct note *note, size_t arg, const char *ja, const char *en)
{
	note->args[LANG_JA][arg] = str_of(ja);
	note->args[LANG_EN][arg] = str_of(en);
}

struct str
note_say(struct arena *a, const struct note *n, enum lang lang)
{
	return wording_fill(a, str_of(note_texts[n->code].text[lang]),
	    n->args[lang], NOTE_ARGS);
}

void
note_put(struct json *j, struct arena *a, const struct note *n,
    enum lang lang)
{
	wording_put(j, a, str_of(note_texts[n->code].text[lang]),
	    n->args[lang], NOTE_ARGS);
}

struct str
note_show(struct note_job *j, struct str s)
{
	return wording_show(j->wording, s);
}

struct str
note_number(struct note_job *j, int64_t n)
{
	return str_of_int(j->arena, n);
}

const struct fact_value *
note_fact(const struct note_job *j, uint32_t id)
{
	const struct fact *f = facts_get(j->facts, id);

	return f->state == FACT_KNOWN && f->n != 0 ? &f->at[0] : NULL;
}

struct str
note_fact_text(const struct note_job *j, uint32_t id)
{
	const struct fact_value *v = note_fact(j, id);

	return v == NULL ? STR("") : v->text;
}

bool
note_is_set(const struct note_job *j, uint32_t id)
{
	const struct fact_value *v = note_fact(j, id);

	return v != NULL && v->number != 0;
}

struct str
note_names(struct note_job *j, const struct str *at, size_t n)
{
	size_t most = n < NOTE_NAMES_MOST ? n : NOTE_NAMES_MOST;

	return str_cat(j->arena, str_join(j->arena, at, most, STR(", ")),
	    n > most ? STR(", ...") : STR(""));
}

bool
note_is_below_any(struct str host, const struct str *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str name = at[i];

		if (str_skip(&name, STR("=")) ? str_eq(host, name)
		    : host_is_below(host, name))
			return true;
	}
	return false;
}

static void
about_basics(struct note_job *j)
{
	const struct message *m = j->message;
	const struct fact_value *tag = note_fact(j, FACT_SUBJECT_TAG);

	if (m->hops.n != 0) {
		uint32_t i = m->peer_hop < m->hops.n ? m->peer_hop : 0;
		const struct hop *hop = &m->hops.at[i];

		if (hop->date.n != 0)
			NOTE_ADD(j, NOTE_DATE_RECEIVED,
			    ((struct place){ .kind = PLACE_HOP,
			        .index = i }),
			    note_show(j, hop->date), note_show(j, hop->by));
	}
	if (tag != NULL && tag->text.n != 0)
		NOTE_ADD(j, NOTE_SUBJECT_TAG, tag->place,
		    note_show(j, tag->text));
	if (note_is_set(j, FACT_CHARSET_GUESSED))
		NOTE_ADD(j, NOTE_CHARSET_GUESSED, nowhere,
		    note_show(j, note_fact_text(j, FACT_CHARSET)));
	if (note_is_set(j, FACT_MIME_DAMAGED))
		NOTE_ADD(j, NOTE_MIME_DAMAGED, nowhere, STR(""));
}

/* Lines come after the notes: what they will mask has to be told here. */
static void
look_for_masks(struct note_job *j)
{
	const struct verdict_line *line;
	const struct evidence *e;

	VEC_EACH (line, &j->verdict->lines) {
		if (line->sign != NULL)
			note_show(j, line->sign->evidence.found);
		if (line->group != NULL)
			VEC_EACH (e, &line->group->evidence)
				note_show(j, e->found);
	}
}

void
notes_collect(note_list *out, struct wording *w, const struct verdict *v,
    const struct facts *facts, const struct message *m)
{
	struct note_job j = {
		.out = out, .wording = w, .arena = w->arena,
		.verdict = v, .facts = facts, .message = m,
	};

	about_basics(&j);
	notes_about_sender(&j);
	notes_about_route(&j);
	notes_about_networks(&j);
	notes_about_records(&j);
	notes_about_links(&j);
	notes_about_text(&j);
	notes_about_verdict(&j);
	if (!w->has_masked)
		look_for_masks(&j);
	if (w->has_masked)
		NOTE_ADD(&j, NOTE_MASKED, nowhere, STR(""));
}

static bool
stands_in(const note_list *notes, enum section section)
{
	const struct note *n;

	VEC_EACH (n, notes)
		if (note_texts[n->code].section == section)
			return true;
	return false;
}

bool
section_is_shown(const note_list *notes, enum section section)
{
	return (section != SECTION_ADVICE && section != SECTION_SITE &&
	    section != SECTION_OTHERS) || stands_in(notes, section);
}
