/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes about what the message says of its sender, its route and in its text.
 * Links and the verdict have files of their own.
 */
#include "rule/note.h"

#include <inttypes.h>

#include "base/clock.h"
#include "mail/auth.h"
#include "mail/fold.h"
#include "mail/message.h"
#include "rule/hostclass.h"
#include "rule/quote.h"
#include "rule/wording.h"

enum {
	BODY_MOST = 64 * 1024, /* bytes searched for the subject */
	SUBJECT_LEAST = 12,    /* bytes; shorter ones are in any text */
	CLAIMS_MOST = 8,
	NAMES_MOST = 16        /* of a list in one note */
};

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

static void
set_words(struct note *note, size_t arg, const char *ja, const char *en)
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

const struct place nowhere = { .kind = PLACE_NOWHERE };

const struct fact_value *
note_fact(const struct note_job *j, uint32_t id)
{
	const struct fact *f = facts_get(j->facts, id);

	return f->state == FACT_KNOWN && f->n != 0 ? &f->at[0] : NULL;
}

static struct str
text_of(const struct note_job *j, uint32_t id)
{
	const struct fact_value *v = note_fact(j, id);

	return v == NULL ? STR("") : v->text;
}

static bool
is_set(const struct note_job *j, uint32_t id)
{
	const struct fact_value *v = note_fact(j, id);

	return v != NULL && v->number != 0;
}

struct str
note_names(struct note_job *j, const struct str *at, size_t n)
{
	size_t most = n < NAMES_MOST ? n : NAMES_MOST;

	return str_cat(j->arena, str_join(j->arena, at, most, STR(", ")),
	    n > most ? STR(", ...") : STR(""));
}

/* Basics */

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
	if (is_set(j, FACT_CHARSET_GUESSED))
		NOTE_ADD(j, NOTE_CHARSET_GUESSED, nowhere,
		    note_show(j, text_of(j, FACT_CHARSET)));
	if (is_set(j, FACT_MIME_DAMAGED))
		NOTE_ADD(j, NOTE_MIME_DAMAGED, nowhere, STR(""));
}

/* Sender */

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

/* The address in From that is the brand's, of several. */
static struct str
official_addr(const struct note_job *j, const struct brand *b)
{
	const struct address *from;

	VEC_EACH (from, &j->message->from) {
		if (note_is_below_any(from->domain, b->official.at, b->official.n))
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
	struct str from = text_of(j, FACT_FROM_DOMAIN);
	const struct fact_value *envelope = note_fact(j, FACT_MAIL_FROM);
	const struct fact_value *reply = note_fact(j, FACT_REPLY_TO);

	if (facts_get(j->facts, FACT_MAIL_FROM)->state == FACT_ABSENT)
		NOTE_ADD(j, NOTE_ENVELOPE_EMPTY, nowhere, STR(""));
	if (envelope != NULL && from.n != 0 &&
	    !is_of_one(from, text_of(j, FACT_MAIL_FROM_DOMAIN)))
		NOTE_ADD(j, NOTE_ENVELOPE_DIFFERS, envelope->place,
		    note_show(j, envelope->text),
		    note_show(j, text_of(j, FACT_FROM)));
	if (reply != NULL && from.n != 0 &&
	    !is_of_one(from, text_of(j, FACT_REPLY_TO_DOMAIN)))
		NOTE_ADD(j, NOTE_REPLY_TO_DIFFERS, reply->place,
		    note_show(j, reply->text),
		    note_show(j, text_of(j, FACT_FROM)));
}

/* A fact that a check has declared, in a word; "" where there is none. */
static struct str
text_by_name(const struct note_job *j, const char *name)
{
	uint32_t id;

	return fact_table_find(j->facts->table, str_of(name), &id)
	    ? text_of(j, id) : STR("");
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
		set_words(note, 3, "sekisho の検証", "checks of sekisho");
		return;
	}
	if (auth->source.n == 0)
		set_words(note, 3, "ゲートウェイ", "the gateway");
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
	note = NOTE_ADD(j, NOTE_AUTH_RESULTS, nowhere, text_of(j, ids[0]),
	    text_of(j, ids[1]), text_of(j, ids[2]),
	    note_show(j, j->message->auth.source));
	for (size_t i = 0; i < nitems(ids); i++)
		if (note_fact(j, ids[i]) == NULL)
			set_words(note, i, "不明", "unknown");
	set_source(j, note);
}

static void
about_sender(struct note_job *j)
{
	const struct message *m = j->message;
	const struct fact_value *from = note_fact(j, FACT_FROM);

	if (m->from.n != 0 && from != NULL) {
		const struct address *a = &m->from.at[0];

		for (size_t i = 0; i < j->verdict->hits->brands.n; i++)
			about_from_brand(j, j->verdict->hits->brands.at[i]);
		if (is_set(j, FACT_FROM_ODD_QUOTES))
			NOTE_ADD(j, NOTE_FROM_ODD_QUOTES, from->place,
			    note_show(j, a->raw));
		if (is_set(j, FACT_FROM_ROLE))
			NOTE_ADD(j, NOTE_FROM_ROLE, from->place,
			    note_show(j, a->local));
		if (is_set(j, FACT_FROM_RANDOM))
			NOTE_ADD(j, NOTE_FROM_RANDOM, from->place,
			    note_show(j, a->local));
	}
	about_bystanders(j);
	about_other_senders(j);
	about_auth(j);
	about_forwarders(j);
}

/* Route */

/* What neither gateway nor Received line said, checks may have asked for. */
static void
add_rdns_source(struct note_job *j, struct note *note)
{
	static const char *const words[][LANGS] = {
		{ "、逆引きは DNS による", "; the reverse name by DNS" },
		{ "、逆引きは Received による",
		  "; the reverse name by Received" },
		{ "、逆引きは誰も述べていません",
		  "; the reverse name by nobody" },
	};
	enum fact_state state = facts_get(j->facts, FACT_RDNS)->state;
	size_t who = state != FACT_KNOWN && state != FACT_ABSENT ? 2
	    : j->message->is_peer_nameless &&
	    !j->facts->table->is_lent[FACT_RDNS];

	if (j->message->has_peer_rdns)
		return;
	for (int lang = 0; lang < LANGS; lang++)
		note->args[lang][3] = str_cat(j->arena, note->args[lang][3],
		    str_of(words[who][lang]));
}

/* Our own host wrote the line, or the relay that handed the message to us. */
static void
add_relay(struct note_job *j, struct note *note)
{
	static const struct str words[LANGS] = { STR_INIT("、中継 "),
		STR_INIT(", told by relay ") };
	static const struct str ends[LANGS] = { STR_INIT(" の記録"),
		STR_INIT("") };
	char text[ADDR_TEXT];
	struct str relay;

	if (j->message->relay.family == 0)
		return;
	addr_format(&j->message->relay, text);
	relay = wording_show(j->wording, str_copy(j->arena, str_of(text)));
	for (int lang = 0; lang < LANGS; lang++)
		note->args[lang][3] = str_cat(j->arena, note->args[lang][3],
		    words[lang], relay, ends[lang]);
}

static void
about_peer(struct note_job *j)
{
	const struct message *m = j->message;
	struct place place = { .kind = PLACE_ENVELOPE, .name = STR("ip") };
	struct str ip = text_of(j, FACT_IP), by = STR("");
	struct note *note;

	if (ip.n == 0) {
		NOTE_ADD(j, NOTE_ROUTE_UNKNOWN, nowhere, STR(""));
		return;
	}
	if (m->peer_hop < m->hops.n) {
		place = (struct place){ .kind = PLACE_HOP,
			.index = m->peer_hop };
		by = str_cat(j->arena, STR("Received "),
		    note_number(j, m->peer_hop + 1), STR(": "),
		    note_show(j, m->hops.at[m->peer_hop].by));
	}
	note = NOTE_ADD(j, NOTE_ROUTE_PEER, place, ip,
	    note_show(j, text_of(j, FACT_HELO)),
	    note_show(j, text_of(j, FACT_RDNS)), by);
	if (note_fact(j, FACT_HELO) == NULL)
		set_words(note, 1, "不明", "unknown");
	if (note_fact(j, FACT_RDNS) == NULL)
		set_words(note, 2, facts_get(j->facts, FACT_RDNS)->state ==
		    FACT_ABSENT ? "なし" : "不明", facts_get(j->facts,
		    FACT_RDNS)->state == FACT_ABSENT ? "none" : "unknown");
	if (by.n == 0)
		set_words(note, 3, "ゲートウェイの申告", "said by the gateway");
	add_relay(j, note);
	add_rdns_source(j, note);
}

static void
about_helo(struct note_job *j)
{
	const struct fact_value *helo = note_fact(j, FACT_HELO);
	struct str class = text_of(j, FACT_HELO_CLASS);
	const struct brand_finding **f;

	if (helo == NULL)
		return;
	if (str_is(class, "single-label"))
		NOTE_ADD(j, NOTE_HELO_SINGLE_LABEL, helo->place,
		    note_show(j, helo->text));
	else if (str_is(class, "literal"))
		NOTE_ADD(j, NOTE_HELO_LITERAL, helo->place,
		    note_show(j, helo->text));
	else if (str_is(class, "invalid"))
		NOTE_ADD(j, NOTE_HELO_INVALID, helo->place,
		    note_show(j, helo->text));
	else if (str_is(class, "generic"))
		NOTE_ADD(j, NOTE_HELO_GENERIC, helo->place,
		    note_show(j, helo->text));
	if (str_case_eq(helo->text, text_of(j, FACT_FROM_DOMAIN)))
		NOTE_ADD(j, NOTE_HELO_IS_FROM, helo->place,
		    note_show(j, helo->text));
	VEC_EACH (f, &j->verdict->hits->brands) {
		struct note *note;

		if ((*f)->facts[BRAND_HELO_FORGED] != TRUTH_TRUE)
			continue;
		note = NOTE_ADD(j, NOTE_HELO_BRAND, helo->place, helo->text,
		    (*f)->brand->name, note_show(j, text_of(j, FACT_RDNS)));
		if (note_fact(j, FACT_RDNS) == NULL)
			set_words(note, 2, "なし", "none");
	}
}

static void
about_rdns(struct note_job *j)
{
	const struct fact *f = facts_get(j->facts, FACT_RDNS);
	struct str from = text_of(j, FACT_FROM_DOMAIN);

	if (f->state == FACT_ABSENT)
		NOTE_ADD(j, NOTE_RDNS_NONE, nowhere, STR(""));
	else if (f->state != FACT_KNOWN || f->n == 0)
		NOTE_ADD(j, NOTE_RDNS_UNKNOWN, nowhere, STR(""));
	else if (str_is(text_of(j, FACT_RDNS_CLASS), "dynamic"))
		NOTE_ADD(j, NOTE_RDNS_DYNAMIC, f->at[0].place,
		    note_show(j, f->at[0].text));
	else if (is_set(j, FACT_RDNS_GENERIC))
		NOTE_ADD(j, NOTE_RDNS_GENERIC, f->at[0].place,
		    note_show(j, f->at[0].text));
	else if (from.n != 0 && !str_case_eq(host_registrable(from),
	    host_registrable(f->at[0].text)))
		NOTE_ADD(j, NOTE_RDNS_DIFFERS, f->at[0].place,
		    note_show(j, f->at[0].text), note_show(j, from));
}

/* Text */

static void
about_claims(struct note_job *j)
{
	static const char *const places[][LANGS] = {
		{ "表示名", "display name" },
		{ "件名", "subject" },
		{ "本文", "text" },
	};
	const struct brand_finding **f;
	struct str names[NAMES_MOST];
	size_t n = 0, told = 0;

	VEC_EACH (f, &j->verdict->hits->brands) {
		const struct evidence *e;

		if ((*f)->claims.n != 0 && n < NAMES_MOST)
			names[n++] = (*f)->brand->name;
		VEC_EACH (e, &(*f)->claims) {
			size_t at = e->place.kind == PLACE_PART ? 2
			    : str_case_is(e->place.name, "Subject") ? 1 : 0;

			if (told++ >= CLAIMS_MOST)
				break;
			set_words(NOTE_ADD(j, NOTE_TEXT_CLAIM, e->place,
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
		struct str found[NAMES_MOST];
		size_t n = 0;

		for (size_t i = 0; i < b->phones.n && n < NAMES_MOST; i++)
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

	if (is_set(j, FACT_WARNING))
		NOTE_ADD(j, NOTE_TEXT_WARNING, nowhere, STR(""));
	if (!is_set(j, FACT_REPORT))
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
	    text_of(j, FACT_SUBJECT)).text);
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

static void
about_text(struct note_job *j)
{
	const struct text *text;
	size_t hidden = 0;

	VEC_EACH (text, &j->message->texts)
		hidden += text->hidden.n;
	about_subject(j);
	about_claims(j);
	about_phones(j);
	if (hidden != 0)
		NOTE_ADD(j, NOTE_TEXT_HIDDEN, nowhere,
		    note_number(j, (int64_t)hidden));
	about_report(j);
	about_quoted(j);
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
	about_sender(&j);
	about_peer(&j);
	about_helo(&j);
	about_rdns(&j);
	notes_about_networks(&j);
	notes_about_records(&j);
	notes_about_links(&j);
	about_text(&j);
	notes_about_verdict(&j);
	if (!w->has_masked)
		look_for_masks(&j);
	if (w->has_masked)
		NOTE_ADD(&j, NOTE_MASKED, nowhere, STR(""));
}

bool
section_is_shown(const note_list *notes, enum section section)
{
	return (section != SECTION_ADVICE && section != SECTION_SITE &&
	    section != SECTION_OTHERS) || notes_have(notes, section);
}

bool
notes_have(const note_list *notes, enum section section)
{
	const struct note *n;

	VEC_EACH (n, notes)
		if (note_texts[n->code].section == section)
			return true;
	return false;
}
