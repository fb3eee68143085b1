/* SPDX-License-Identifier: Apache-2.0 */
/* Notes about the host that handed the message in: its address, the name it
 * gave and the name it has. */
#include "rule/note.h"

#include "mail/message.h"
#include "rule/wording.h"

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

static struct str
relay_name(struct note_job *j)
{
	char text[ADDR_TEXT];

	addr_format(&j->message->relay, text);
	return wording_show(j->wording, str_copy(j->arena, str_of(text)));
}

/* Our own host wrote the line, or the relay that handed the message to us. */
static void
add_relay(struct note_job *j, struct note *note)
{
	static const struct str words[LANGS] = { STR_INIT("、中継 "),
		STR_INIT(", told by relay ") };
	static const struct str ends[LANGS] = { STR_INIT(" の記録"),
		STR_INIT("") };
	struct str relay = relay_name(j);

	if (relay.n == 0)
		return;
	for (int lang = 0; lang < LANGS; lang++)
		note->args[lang][3] = str_cat(j->arena, note->args[lang][3],
		    words[lang], relay, ends[lang]);
}

/* Its line could be of two clients. */
static void
about_hidden(struct note_job *j)
{
	const struct message *m = j->message;
	const struct place place = { .kind = PLACE_HOP,
		.index = m->peer_hop < m->hops.n ? m->peer_hop : 0 };
	struct note *note = NOTE_ADD(j, NOTE_ROUTE_HIDDEN, place,
	    relay_name(j));

	if (m->relay.family == 0)
		note_set_words(note, 0, "受信ホスト", "our own host");
}

/* Lines below that of a private client are not believed: he may be a proxy. */
static void
about_inside(struct note_job *j, struct str ip)
{
	const struct message *m = j->message;

	if ((m->relay.family != 0 || m->peer_hop < m->hops.n) &&
	    addr_is_private(&m->peer_ip) && !addr_is_loopback(&m->peer_ip) &&
	    m->hops.n > 1)
		NOTE_ADD(j, NOTE_ROUTE_INSIDE, nowhere, ip);
}

/* {3} of both notes where it is no name. */
static void
set_rdns(struct note_job *j, struct note *note)
{
	bool is_none = facts_get(j->facts, FACT_RDNS)->state == FACT_ABSENT;

	if (note_fact(j, FACT_RDNS) == NULL)
		note_set_words(note, 2, is_none ? "なし" : "不明",
		    is_none ? "none" : "unknown");
}

static void
about_peer(struct note_job *j)
{
	const struct message *m = j->message;
	struct place place = { .kind = PLACE_ENVELOPE, .name = STR("ip") };
	struct str ip = note_fact_text(j, FACT_IP), by = STR("");
	struct note *note;

	if (m->is_peer_hidden) {
		about_hidden(j);
		return;
	}
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
	    note_show(j, note_fact_text(j, FACT_HELO)),
	    note_show(j, note_fact_text(j, FACT_RDNS)), by);
	if (note_fact(j, FACT_HELO) == NULL)
		note_set_words(note, 1, "不明", "unknown");
	set_rdns(j, note);
	if (by.n == 0)
		note_set_words(note, 3, "ゲートウェイの申告",
		    "said by the gateway");
	add_relay(j, note);
	add_rdns_source(j, note);
	about_inside(j, ip);
}

static void
about_helo(struct note_job *j)
{
	const struct fact_value *helo = note_fact(j, FACT_HELO);
	struct str class = note_fact_text(j, FACT_HELO_CLASS);
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
	if (str_case_eq(helo->text, note_fact_text(j, FACT_FROM_DOMAIN)))
		NOTE_ADD(j, NOTE_HELO_IS_FROM, helo->place,
		    note_show(j, helo->text));
	VEC_EACH (f, &j->verdict->hits->brands) {
		struct note *note;

		if ((*f)->facts[BRAND_HELO_FORGED] != TRUTH_TRUE)
			continue;
		note = NOTE_ADD(j, NOTE_HELO_BRAND, helo->place, helo->text,
		    (*f)->brand->name,
		    note_show(j, note_fact_text(j, FACT_RDNS)));
		set_rdns(j, note);
	}
}

static void
about_rdns(struct note_job *j)
{
	const struct fact *f = facts_get(j->facts, FACT_RDNS);
	struct str from = note_fact_text(j, FACT_FROM_DOMAIN);

	if (f->state == FACT_ABSENT)
		NOTE_ADD(j, NOTE_RDNS_NONE, nowhere, STR(""));
	else if (f->state != FACT_KNOWN || f->n == 0)
		NOTE_ADD(j, NOTE_RDNS_UNKNOWN, nowhere, STR(""));
	else if (str_is(note_fact_text(j, FACT_RDNS_CLASS), "dynamic"))
		NOTE_ADD(j, NOTE_RDNS_DYNAMIC, f->at[0].place,
		    note_show(j, f->at[0].text));
	else if (note_is_set(j, FACT_RDNS_GENERIC))
		NOTE_ADD(j, NOTE_RDNS_GENERIC, f->at[0].place,
		    note_show(j, f->at[0].text));
	else if (from.n != 0 && !str_case_eq(host_registrable(from),
	    host_registrable(f->at[0].text)))
		NOTE_ADD(j, NOTE_RDNS_DIFFERS, f->at[0].place,
		    note_show(j, f->at[0].text), note_show(j, from));
}

void
notes_about_route(struct note_job *j)
{
	about_peer(j);
	about_helo(j);
	about_rdns(j);
}
