/* SPDX-License-Identifier: Apache-2.0 */
/* Notes about who sent the message, and who says so. */
#include "rule/note.h"

#include "mail/auth.h"
#include "mail/message.h"

static bool
has_name_claim(const struct brand_finding *f)
{
	const struct evidence *e;

	VEC_EACH (e, &f->claims)
		if (e->place.kind == PLACE_HEADER &&
		    str_case_is(e->place.name, "From"))
			return true;
	return false;
}

/* The address in From that is the brand's, of several. */
static struct str
official_addr(const struct note_job *j, const struct brand *b)
{
	const struct address *from;

	VEC_EACH (from, &j->message->from) {
		if (note_is_below_any(from->domain, b->official.at,
		    b->official.n))
			return from->addr;
	}
	return j->message->from.at[0].addr;
}

static void
about_from_brand(struct note_job *j, const struct brand_finding *f)
{
	const struct address *from = &j->message->from.at[0];
	const struct brand *b = f->brand;
	struct place place = { .kind = PLACE_HEADER, .name = STR("From") };
	bool is_customer = note_is_below_any(from->domain, b->customer_space.at,
	    b->customer_space.n);

	if (f->facts[BRAND_AUTHENTIC] == TRUTH_TRUE) {
		NOTE_ADD(j, NOTE_FROM_AUTHENTIC, place, from->addr, b->name);
		return;
	}
	if (is_customer)
		NOTE_ADD(j, NOTE_FROM_CUSTOMER, place,
		    note_show(j, from->domain), b->name);
	else if (f->facts[BRAND_FORGED_FROM] == TRUTH_TRUE)
		NOTE_ADD(j, NOTE_FROM_FORGED, place, official_addr(j, b),
		    b->name);
	else if (f->facts[BRAND_FORGED_FROM] == TRUTH_UNDECIDED)
		NOTE_ADD(j, NOTE_FROM_UNKNOWN_AUTH, place,
		    official_addr(j, b), b->name);
	else if (f->facts[BRAND_NEVER_SENDS] == TRUTH_TRUE)
		NOTE_ADD(j, NOTE_FROM_NEVER_SENDS, place,
		    note_show(j, from->domain), b->name, b->source);
	else if (has_name_claim(f) && !note_is_below_any(from->domain,
	    b->official.at, b->official.n))
		NOTE_ADD(j, NOTE_FROM_CLAIMS, place, b->name,
		    note_show(j, from->addr),
		    note_names(j, b->official.at, b->official.n));
}

static bool
is_brands_own(const struct brand *b, struct str addr)
{
	struct str host = str_from(addr, str_find_last(addr, '@') + 1);

	return note_is_below_any(host, b->official.at, b->official.n) ||
	    note_is_below_any(host, b->never_sends.at, b->never_sends.n) ||
	    note_is_below_any(host, b->customer_space.at, b->customer_space.n);
}

/* Names of innocent parties that a campaign has borrowed. */
static void
about_bystanders(struct note_job *j)
{
	const struct verdict_line *line;

	VEC_EACH (line, &j->verdict->lines) {
		const struct evidence *e;

		if (line->kind != LINE_GROUP)
			continue;
		VEC_EACH (e, &line->group->evidence) {
			const struct campaign *c = &j->verdict->campaigns.at[
			    line->campaign];
			const struct brand_finding *f = c->rule == NULL
			    ? NULL : c->rule->brand;

			if (e->value == NULL || !e->value->is_spoofed ||
			    !str_has(e->found, '@') || (f != NULL &&
			    is_brands_own(f->brand, e->found)))
				continue;
			NOTE_ADD(j, NOTE_FROM_BYSTANDER, e->place,
			    note_show(j, e->found));
			return;
		}
	}
}

/* Most are the same to the letter, and the list of suffixes is long. */
static bool
is_of_one(struct str domain, struct str other)
{
	return str_eq(domain, other) || str_eq(host_registrable(domain),
	    host_registrable(other));
}

static void
about_other_senders(struct note_job *j)
{
	struct str from = note_fact_text(j, FACT_FROM_DOMAIN);
	const struct fact_value *envelope = note_fact(j, FACT_MAIL_FROM);
	const struct fact_value *reply = note_fact(j, FACT_REPLY_TO);

	if (facts_get(j->facts, FACT_MAIL_FROM)->state == FACT_ABSENT)
		NOTE_ADD(j, NOTE_ENVELOPE_EMPTY, nowhere, STR(""));
	if (envelope != NULL && from.n != 0 &&
	    !is_of_one(from, note_fact_text(j, FACT_MAIL_FROM_DOMAIN)))
		NOTE_ADD(j, NOTE_ENVELOPE_DIFFERS, envelope->place,
		    note_show(j, envelope->text),
		    note_show(j, note_fact_text(j, FACT_FROM)));
	if (reply != NULL && from.n != 0 &&
	    !is_of_one(from, note_fact_text(j, FACT_REPLY_TO_DOMAIN)))
		NOTE_ADD(j, NOTE_REPLY_TO_DIFFERS, reply->place,
		    note_show(j, reply->text),
		    note_show(j, note_fact_text(j, FACT_FROM)));
}

/* A fact that a check has declared, in a word; "" where there is none. */
static struct str
text_by_name(const struct note_job *j, const char *name)
{
	uint32_t id;

	return fact_table_find(j->facts->table, str_of(name), &id)
	    ? note_fact_text(j, id) : STR("");
}

static void
about_forwarders(struct note_job *j)
{
	struct str sealer = text_by_name(j, "auth.arc.sealer");
	struct str override = text_by_name(j, "auth.dmarc.override");

	if (sealer.n != 0)
		NOTE_ADD(j, NOTE_AUTH_ARC, nowhere, note_show(j, sealer));
	if (override.n != 0)
		NOTE_ADD(j, NOTE_AUTH_OVERRIDE, nowhere,
		    note_show(j, override));
}

/* Who found out what: sekisho, hosts of ours, or each a part. */
static void
set_source(struct note_job *j, struct note *note)
{
	static const struct { enum auth_method method; struct str name; }
	    told[] = { { AUTH_SPF, STR_INIT("SPF") },
	    { AUTH_DKIM, STR_INIT("DKIM") },
	    { AUTH_DMARC, STR_INIT("DMARC") } };
	const struct auth *auth = &j->message->auth;
	struct str ours[nitems(told)], which;
	size_t n = 0, n_known = 0;

	for (size_t i = 0; i < nitems(told); i++) {
		n_known += auth->result[told[i].method] != AUTH_UNKNOWN;
		if (auth->is_found_here[told[i].method])
			ours[n++] = told[i].name;
	}
	if (n == n_known && n != 0) {
		note_set_words(note, 3, "sekisho の検証", "checks of sekisho");
		return;
	}
	if (auth->source.n == 0)
		note_set_words(note, 3, "ゲートウェイ", "the gateway");
	if (n == 0)
		return;
	which = str_join(j->arena, ours, n, STR(", "));
	note->args[LANG_JA][3] = str_cat(j->arena, note->args[LANG_JA][3],
	    STR("、"), which, STR(" は sekisho の検証"));
	note->args[LANG_EN][3] = str_cat(j->arena, note->args[LANG_EN][3],
	    STR("; "), which, STR(" by checks of sekisho"));
}

static void
about_auth(struct note_job *j)
{
	static const uint32_t ids[] = { FACT_AUTH_SPF, FACT_AUTH_DKIM,
		FACT_AUTH_DMARC };
	struct note *note;
	bool is_known = false;

	for (size_t i = 0; i < nitems(ids); i++)
		is_known |= note_fact(j, ids[i]) != NULL;
	if (!is_known) {
		NOTE_ADD(j, NOTE_AUTH_UNKNOWN, nowhere, STR(""));
		return;
	}
	note = NOTE_ADD(j, NOTE_AUTH_RESULTS, nowhere,
	    note_fact_text(j, ids[0]), note_fact_text(j, ids[1]),
	    note_fact_text(j, ids[2]),
	    note_show(j, j->message->auth.source));
	for (size_t i = 0; i < nitems(ids); i++)
		if (note_fact(j, ids[i]) == NULL)
			note_set_words(note, i, "不明", "unknown");
	if (str_is(j->message->auth.source, "the command line"))
		note_set_words(note, nitems(ids), "コマンドライン",
		    "the command line");
	set_source(j, note);
}

void
notes_about_sender(struct note_job *j)
{
	const struct message *m = j->message;
	const struct fact_value *from = note_fact(j, FACT_FROM);

	if (m->from.n != 0 && from != NULL) {
		const struct address *a = &m->from.at[0];

		for (size_t i = 0; i < j->verdict->hits->brands.n; i++)
			about_from_brand(j, j->verdict->hits->brands.at[i]);
		if (note_is_set(j, FACT_FROM_ODD_QUOTES))
			NOTE_ADD(j, NOTE_FROM_ODD_QUOTES, from->place,
			    note_show(j, a->raw));
		if (note_is_set(j, FACT_FROM_ROLE))
			NOTE_ADD(j, NOTE_FROM_ROLE, from->place,
			    note_show(j, a->local));
		if (note_is_set(j, FACT_FROM_RANDOM))
			NOTE_ADD(j, NOTE_FROM_RANDOM, from->place,
			    note_show(j, a->local));
	}
	about_bystanders(j);
	about_other_senders(j);
	about_auth(j);
	about_forwarders(j);
}
