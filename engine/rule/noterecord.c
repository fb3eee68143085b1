/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes about what others have written down: how old domains were, what
 * vendors and lists of the DNS say.
 */
#include "rule/note.h"

#include "mail/host.h"
#include "mail/message.h"
#include "rule/wording.h"

enum { TOLD_MOST = 8 };

static void
about_sender(struct note_job *j)
{
	const struct fact_value *age = note_fact(j, FACT_FROM_AGE);
	const struct fact_value *when = note_fact(j, FACT_FROM_REGISTERED);
	const struct fact_value *from = note_fact(j, FACT_FROM_DOMAIN);

	if (age != NULL && when != NULL && from != NULL)
		NOTE_ADD(j, NOTE_FROM_AGE, age->place,
		    note_show(j, host_registrable(from->text)),
		    note_show(j, when->text), age->text);
}

static struct str
host_at(const struct note_job *j, const struct place *place)
{
	return j->message->urls.at[place->index].host;
}

/* The two facts are given in step. */
static void
about_ages(struct note_job *j)
{
	const struct fact *ages = facts_get(j->facts, FACT_URL_AGE);
	const struct fact *when = facts_get(j->facts, FACT_URL_REGISTERED);

	for (size_t i = 0; i < ages->n && i < when->n && i < TOLD_MOST; i++) {
		const struct place *place = &ages->at[i].place;

		NOTE_ADD(j, NOTE_LINK_AGE, *place,
		    note_show(j, host_registrable(host_at(j, place))),
		    note_show(j, when->at[i].text), ages->at[i].text);
	}
}

/* A list that is asked about hosts and about domains says the same of both
 * where they share a name; once is enough. */
static bool
is_told(const struct note_job *j, const struct fact *f, size_t i,
    bool is_of_host)
{
	const struct fact_value *v = &f->at[i];

	for (size_t k = 0; k < i; k++) {
		if (str_eq(f->at[k].text, v->text) && (!is_of_host ||
		    str_eq(host_at(j, &f->at[k].place),
		    host_at(j, &v->place))))
			return true;
	}
	return false;
}

static void
about_verdicts(struct note_job *j)
{
	const struct fact *says = facts_get(j->facts, FACT_URL_VERDICT);

	for (size_t i = 0, n = 0; i < says->n && n < TOLD_MOST; i++) {
		if (is_told(j, says, i, true))
			continue;
		n++;
		NOTE_ADD(j, NOTE_LINK_VERDICT, says->at[i].place,
		    note_show(j, host_at(j, &says->at[i].place)),
		    note_show(j, says->at[i].text));
	}
}

/* "zen=sbl 127.0.0.2 2026-11-22 198.51.100.7" */
static void
about_lists(struct note_job *j)
{
	const struct fact *said = facts_get(j->facts, FACT_DNSLIST_SAID);

	for (size_t i = 0, n = 0; i < said->n && n < TOLD_MOST; i++) {
		const struct fact_value *v = &said->at[i];
		struct str name, answer, day, what, list, code;

		if (is_told(j, said, i, false))
			continue;
		n++;
		str_cut(v->text, ' ', &name, &what);
		str_cut(what, ' ', &answer, &what);
		str_cut(what, ' ', &day, &what);
		str_cut(name, '=', &list, &code);
		NOTE_ADD(j, NOTE_LISTED, v->place, note_show(j, what), list,
		    code, str_cat(j->arena, answer, STR(", "), day));
	}
}

void
notes_about_records(struct note_job *j)
{
	about_lists(j);
	about_sender(j);
	about_ages(j);
	about_verdicts(j);
}
