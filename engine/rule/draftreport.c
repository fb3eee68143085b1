/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks over the cells of a report.  A label says what follows; where there
 * is none, the words before say which side an address is on, and whether the
 * report speaks of the campaign or of the one it imitates.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "rule/draftbody.h"
#include "rule/draftday.h"
#include "rule/draftquote.h"
#include "rule/draftrelay.h"
#include "rule/draftsort.h"
#include "rule/phone.h"
#include "rule/reportlabel.h"
#include "rule/sighting.h"

enum { CUE_BYTES = 40, JOINED_MOST = 3, PHONES_MOST = 8,
	HOST_BACK_CELLS = 12, OPENING_MOST = 128 << 10 };

struct walk {
	struct draft_maker *m;
	const struct report *report;
	sighting_list sightings;
	size_t next;           /* sighting */
	enum role pending;     /* its value is in the next cell */
	bool is_list;          /* ... and in those below, with bullets */
	bool has_value;        /* ... of which one was read */
	uint32_t heading;      /* the line of a label alone, or the last of
	                          its values; 0: none */
	size_t skip;           /* cells joined to one before */
	struct body_walk body;
	struct draft_days days;
};

/* The cells behind one in its line: what a table says of it. */
static struct str
note_behind(const struct walk *w, uint32_t number)
{
	const struct report_cell *cells = w->report->cells.at;
	struct str note = STR("");

	for (size_t i = number + 1; i < w->report->cells.n &&
	    cells[i].line == cells[number].line; i++)
		note = str_cat(w->m->arena, note, STR(" "), cells[i].plain);
	return note;
}

/* Somebody else's house, which the fraud moved into. */
static bool
is_called_hacked(const struct walk *w, const struct sighting *s)
{
	static const struct str cues[] = { STR_INIT("hacked"),
	    STR_INIT("compromised"), STR_INIT("改ざん"), STR_INIT("乗っ取"),
	    STR_INIT("侵害された") };

	return str_case_has_any(w->report->cells.at[s->cell].plain, cues,
	    nitems(cues)) ||
	    str_case_has_any(note_behind(w, s->cell), cues, nitems(cues));
}

static struct draft_seen
seen_of(const struct walk *w, const struct sighting *s, enum role role)
{
	const struct report_cell *cell = &w->report->cells.at[s->cell];

	return (struct draft_seen){
		.text = s->text,
		.line = cell->line,
		.is_link = role == ROLE_LINK,
		.is_genuine = role == ROLE_GENUINE || (role == ROLE_NONE &&
		    !s->is_defanged && !s->is_masked &&
		    is_called_genuine(cell->plain, s->begin)),
	};
}

/* Said before in the same cell: this is where the link leads. */
static bool
is_called_link(const struct walk *w, const struct sighting *s)
{
	static const struct str cues[] = { STR_INIT("リンク"), STR_INIT("誘導"),
	    STR_INIT("偽サイト"), STR_INIT("偽のサイト"),
	    STR_INIT("フィッシングサイト"), STR_INIT("url"),
	    STR_INIT("phishing"), STR_INIT("landing"), STR_INIT("leads to"),
	    STR_INIT("redirect"), STR_INIT("links to"), STR_INIT("アクセス"),
	    STR_INIT("fake"), STR_INIT("malicious"), STR_INIT("詐欺サイト"),
	    STR_INIT("hosted") };
	struct str before = str_head(w->report->cells.at[s->cell].plain,
	    s->begin);

	return str_case_has_any(before, cues, nitems(cues));
}

static bool
is_loose(const struct walk *w, const struct sighting *s, enum role role)
{
	if (s->is_defanged || s->is_masked || w->body.is_inside ||
	    role == ROLE_LINK || role == ROLE_BODY)
		return false;
	return w->m->has_defanged || !is_called_link(w, s);
}

static void
take_url(struct walk *w, const struct sighting *s, enum role role)
{
	struct draft_seen seen = seen_of(w, s, role);

	seen.is_loose = is_loose(w, s, role);
	seen.is_hacked = is_called_hacked(w, s);
	draft_url(w->m, &seen);
}

static bool
is_known(const struct walk *w, struct str text)
{
	const struct draft_value *v;

	VEC_EACH(v, &w->m->draft->values)
		if (str_case_eq(v->text, text))
			return true;
	return false;
}

/* The name in front of the address, the label left out. */
static void
take_name(struct walk *w, const struct sighting *s, struct str value)
{
	const struct report_cell *cell = &w->report->cells.at[s->cell];
	size_t at = str_find(value, '<');
	struct str name;

	if (at == value.n)
		at = str_find_str(value, str_head(s->text,
		    str_find(s->text, '@') + 1));
	if (at == value.n || at == 0 || str_starts(value, STR("「")))
		return;
	name = str_trim(str_head(value, at));
	if (str_ends(name, STR("＜")))
		name.n -= 3;
	draft_name(w->m, name, cell->line);
}

/* "The envelope sender is bounce@..." in a sentence. */
static enum role
role_in_prose(const struct walk *w, const struct sighting *s)
{
	static const struct str envelope[] = { STR_INIT("envelope sender"),
	    STR_INIT("envelope from"), STR_INIT("return-path"),
	    STR_INIT("エンベロープ") };
	struct str before = str_head(w->report->cells.at[s->cell].plain,
	    s->begin);

	before = str_from(before, before.n > CUE_BYTES ?
	    before.n - CUE_BYTES : 0);
	return str_case_has_any(before, envelope, nitems(envelope)) ?
	    ROLE_ENVELOPE : ROLE_NONE;
}

static void
take_mailbox(struct walk *w, const struct sighting *s, enum role role,
    struct str value)
{
	struct draft_seen seen = seen_of(w, s, role);
	struct draft *d = w->m->draft;
	bool is_official;

	if (role == ROLE_ASIDE || role == ROLE_RECEIVED)
		return;
	if (role == ROLE_NONE)
		role = role_in_prose(w, s);
	if (role == ROLE_ENVELOPE || role == ROLE_REPLY_TO) {
		if (role == ROLE_ENVELOPE && d->mail_from.n == 0)
			d->mail_from = s->text;
		else if (role == ROLE_REPLY_TO && d->reply_to.n == 0)
			d->reply_to = s->text;
		draft_sender(w->m, &seen, role == ROLE_ENVELOPE ?
		    "mail_from" : "reply_to");
		return;
	}
	if (role == ROLE_SENDER || role == ROLE_NAME) {
		if (d->from.n == 0)
			d->from = s->text;
		draft_sender(w->m, &seen, "from");
		take_name(w, s, value);
		return;
	}
	if (is_known(w, s->text))
		return;
	if (draft_owner(w->m, s->host, STR(""), &is_official) != NULL &&
	    is_official) {
		draft_drop(w->m, draft_add(w->m, DRAFT_SENDER, "from", s->text,
		    seen.line), STR("the brand's own address, quoted"));
		return;
	}
	seen.is_loose = true;
	draft_sender(w->m, &seen, "from");
}

/* "from 192.0.2.1 (host.example.net)": its name by reverse look-up. */
static bool
is_rdns(const struct walk *w, const struct sighting *s)
{
	if (s == w->sightings.at)
		return false;
	return s[-1].kind == SIGHT_ADDR && s->cell - s[-1].cell <= 1 &&
	    str_ends(str_trim(str_head(w->report->cells.at[s->cell].plain,
	    s->begin)), STR("(")) && side_of(w->m->arena, w->report, s->cell,
	    s->begin) == SIDE_RELAY;
}

static void
take_host(struct walk *w, const struct sighting *s, enum role role)
{
	struct draft_seen seen = seen_of(w, s, role);
	bool is_official;

	switch (role) {
	case ROLE_ASIDE:
	case ROLE_RECEIVED:
		return;
	case ROLE_RDNS:
	case ROLE_RELAY:
		draftrelay_add(w->m, "rdns", s->text, seen.line);
		return;
	case ROLE_HELO:
		draftrelay_add(w->m, "helo", s->text, seen.line);
		return;
	case ROLE_SENDER:
	case ROLE_SENT_FROM:
		if (draft_owner(w->m, s->host, STR(""), &is_official) ==
		    NULL && !is_known(w, s->host))
			draft_add(w->m, DRAFT_SENDER, "from.domain", s->host,
			    seen.line);
		return;
	default:
		if (is_rdns(w, s)) {
			draftrelay_add(w->m, "rdns", s->text, seen.line);
			return;
		}
		seen.is_loose = is_loose(w, s, role);
		draft_host(w->m, &seen);
	}
}

/* The host named last before a sighting, if it is near. */
static struct str
host_before(const struct walk *w, const struct sighting *s)
{
	size_t i = (size_t)(s - w->sightings.at);

	while (i-- > 0) {
		const struct sighting *other = &w->sightings.at[i];

		if (other->cell + HOST_BACK_CELLS < s->cell)
			break;
		if (other->host.n != 0)
			return other->host;
	}
	return STR("");
}

static bool
is_sender_host(const struct walk *w, struct str host)
{
	struct str from = w->m->draft->from;

	return host.n != 0 && str_case_ends(from, host);
}

/* "... の登録情報 ... 割当てているIPアドレス": what a name resolves to. */
static bool
is_resolved(const struct walk *w, const struct sighting *s)
{
	static const struct str cues[] = { STR_INIT("割当"),
	    STR_INIT("割り当て"), STR_INIT("a record"), STR_INIT("aレコード"),
	    STR_INIT("正引き"), STR_INIT("登録情報") };

	return str_case_has_any(w->report->cells.at[s->cell].plain, cues,
	    nitems(cues));
}

/* What the rest of its row calls an address. */
static enum side
side_noted(const struct walk *w, const struct sighting *s)
{
	static const struct str relays[] = { STR_INIT("sending"),
	    STR_INIT("sender"), STR_INIT("smtp"), STR_INIT("mail server"),
	    STR_INIT("relay"), STR_INIT("送信") };
	static const struct str sites[] = { STR_INIT("landing"),
	    STR_INIT("hosting"), STR_INIT("web"), STR_INIT("phishing site"),
	    STR_INIT("誘導"), STR_INIT("サイト") };
	struct str note = note_behind(w, s->cell);
	bool is_relay = str_case_has_any(note, relays, nitems(relays));

	if (is_relay == str_case_has_any(note, sites, nitems(sites)))
		return SIDE_UNKNOWN;
	return is_relay ? SIDE_RELAY : SIDE_SITE;
}

static void
take_addr(struct walk *w, const struct sighting *s, enum role role)
{
	struct draft_seen seen = seen_of(w, s, role);
	enum side side = role == ROLE_RELAY || role == ROLE_SENT_FROM ||
	    role == ROLE_HELO || role == ROLE_SENDER ? SIDE_RELAY :
	    role == ROLE_SITE_IP || role == ROLE_LINK ? SIDE_SITE :
	    side_noted(w, s);

	if (side == SIDE_UNKNOWN)
		side = side_of(w->m->arena, w->report, s->cell, s->begin);
	if (role == ROLE_ASIDE || role == ROLE_RECEIVED ||
	    role == ROLE_GENUINE)
		return;
	if (role == ROLE_NONE && is_known(w, s->text))
		return;
	if (is_resolved(w, s)) {
		if (is_sender_host(w, host_before(w, s))) {
			draft_drop(w->m, draft_add(w->m, DRAFT_RELAY, "ip",
			    s->text, seen.line), STR("what the sender's name "
			    "resolves to, not where the mail came from"));
			return;
		}
		side = SIDE_SITE;
	}
	if (side == SIDE_SITE) {
		draft_site_ip(w->m, &seen);
		return;
	}
	seen.is_loose = side == SIDE_UNKNOWN;
	if (w->m->draft->ip.n == 0 && !seen.is_loose)
		w->m->draft->ip = s->text;
	draft_relay(w->m, &seen, "ip");
}

/* Lines of a folded field, until one that is none of it. */
static struct str
joined(struct walk *w, size_t number, struct str value)
{
	static const char *const heads[] = { "by ", "for ", "id ", "with ",
		"(", "from " };
	struct arena *a = w->m->arena;

	for (size_t i = 1; i <= JOINED_MOST &&
	    number + i < w->report->cells.n; i++) {
		struct str next = w->report->cells.at[number + i].plain;
		bool is_more = false;

		for (size_t k = 0; k < nitems(heads); k++)
			is_more = is_more || str_case_starts(next,
			    str_of(heads[k]));
		if (!is_more)
			break;
		value = str_cat(a, value, STR(" "), next);
		w->skip = number + i + 1;
	}
	return value;
}

static void
take_sightings(struct walk *w, size_t number, enum role role,
    struct str value)
{
	while (w->next < w->sightings.n &&
	    w->sightings.at[w->next].cell <= number) {
		const struct sighting *s = &w->sightings.at[w->next++];

		if (s->cell < number || role == ROLE_SUBJECT)
			continue;
		if (s->kind == SIGHT_URL && role != ROLE_ASIDE)
			take_url(w, s, role);
		else if (s->kind == SIGHT_MAILBOX)
			take_mailbox(w, s, role, value);
		else if (s->kind == SIGHT_HOST)
			take_host(w, s, role);
		else if (s->kind == SIGHT_ADDR)
			take_addr(w, s, role);
		else if (s->kind == SIGHT_HASH)
			draft_add(w->m, DRAFT_FILE, "file.sha256",
			    str_lower(w->m->arena, s->text),
			    w->report->cells.at[number].line);
	}
}

static void
take_phones(struct walk *w, const struct report_cell *cell, enum role role)
{
	static const struct str cues[] = { STR_INIT("電話"), STR_INIT("tel"),
	    STR_INIT("phone"), STR_INIT("call "), STR_INIT("フリーダイヤル"),
	    STR_INIT("電 話") };
	phone_list list = { 0 };
	const struct phone *phone;

	if (role != ROLE_PHONE && (!w->body.is_inside ||
	    !str_case_has_any(cell->plain, cues, nitems(cues))))
		return;
	phones_find(&list, w->m->arena, w->m->arena, cell->text, PHONES_MOST);
	VEC_EACH(phone, &list) {
		struct draft_seen seen = { .text = phone->digits,
			.line = cell->line, .is_loose = role != ROLE_PHONE };

		draft_phone(w->m, &seen);
	}
}

/* "invoice.zip", not the sentence behind a table. */
static bool
looks_like_file(struct str s)
{
	size_t dot = str_find_last(s, '.');

	return utf8_count(s) <= 100 && dot + 1 < s.n && dot + 7 > s.n &&
	    str_find(str_from(s, dot), ' ') == s.n - dot &&
	    str_find_str(s, STR("://")) == s.n;
}

static void
take_texts(struct walk *w, const struct report_cell *cell, enum role role,
    struct str value)
{
	switch (role) {
	case ROLE_SUBJECT:
		/* A remark about them is none. */
		if (str_starts(value, STR("※")))
			break;
		draftquote_subjects(w->m, value, cell->line);
		break;
	case ROLE_SENDER:
		if (str_starts(value, STR("「")) && !str_has(
		    draftquote_inside(value), '@'))
			draft_name(w->m, draftquote_inside(value), cell->line);
		break;
	case ROLE_NAME:
		if (!str_has(value, '@'))
			draft_name(w->m, draftquote_inside(value), cell->line);
		break;
	case ROLE_HELO:
		if (!str_has(value, '.') && !str_has(value, ' '))
			draftrelay_add(w->m, "helo", value, cell->line);
		break;
	case ROLE_NONE:
	case ROLE_ADDR:
	case ROLE_RELAY:
	case ROLE_SENT_FROM:
		draftrelay_sent_from(w->m, cell->plain, cell->line,
		    role != ROLE_SENT_FROM);
		draftquote_names(w->m, cell->text, cell->line);
		draftquote_files(w->m, cell->text, cell->line);
		break;
	case ROLE_BUTTON:
		if (str_ends(value, STR("**")) &&
		    str_find(value, '*') == value.n - 2)
			value.n -= 2;
		body_button(&w->body, draftquote_inside(value), cell->line);
		break;
	case ROLE_FILE:
		if (looks_like_file(value))
			draft_add(w->m, DRAFT_FILE, "file.name", value,
			    cell->line);
		break;
	default:
		break;
	}
}

/* Subjects one a line under their heading. */
static bool
is_below(const struct walk *w, const struct report_cell *cell,
    enum role role)
{
	return role == ROLE_SUBJECT && w->heading != 0 &&
	    cell->line == w->heading + 1 && !cell->ends_table;
}

/* The label of this cell, or the one waiting for it. */
static enum role
role_of(struct walk *w, const struct report_cell *cell, struct str *value)
{
	static const char *const bullets[] = { "-", "*", "・", "•" };
	enum role role = label_at(w->m->arena, cell->text, value);
	bool has_bullet = false;

	if (role != ROLE_NONE) {
		w->is_list = false;
		w->pending = value->n == 0 && role != ROLE_BODY ? role :
		    ROLE_NONE;
		w->heading = value->n == 0 && !cell->ends_table ?
		    cell->line : 0;
		return value->n == 0 && role != ROLE_BODY ? ROLE_NONE : role;
	}
	for (size_t i = 0; i < nitems(bullets); i++)
		has_bullet = has_bullet || str_starts(cell->text,
		    str_of(bullets[i]));
	role = (w->is_list && !has_bullet) || (w->heading != 0 &&
	    w->pending == ROLE_SUBJECT && w->has_value &&
	    cell->line != w->heading + 1) ? ROLE_NONE : w->pending;
	w->has_value = role != ROLE_NONE;
	w->is_list = has_bullet;
	if (is_below(w, cell, role))
		w->heading = cell->line;
	else if (!has_bullet)
		w->pending = ROLE_NONE;
	*value = cell->text;
	while (has_bullet && value->n != 0 && (value->p[0] == '-' ||
	    value->p[0] == '*' || value->p[0] == ' '))
		*value = str_from(*value, 1);
	return role;
}

static void
take_cell(struct walk *w, size_t number)
{
	const struct report_cell *cell = &w->report->cells.at[number];
	struct str value = { 0 };
	enum role role;

	if (cell->is_ruler) {
		w->pending = ROLE_NONE;
		body_ruler(&w->body);
		return;
	}
	role = role_of(w, cell, &value);
	body_cell(&w->body, cell, role, number < w->skip);
	if (role == ROLE_RECEIVED)
		draftrelay_received(w->m, joined(w, number, report_plain(
		    w->m->arena, value)), cell->line);
	if (number < w->skip && role == ROLE_NONE)
		role = ROLE_RECEIVED;
	draftday_take(&w->days, number, role, w->body.is_inside);
	take_texts(w, cell, role, value);
	take_sightings(w, number, role, value);
	take_phones(w, cell, role);
}

static struct str
opening(struct arena *a, const struct report *r)
{
	struct buf b;

	buf_init_arena(&b, a, OPENING_MOST);
	for (size_t i = 0; i < r->cells.n && !b.is_full; i++) {
		buf_add_str(&b, r->cells.at[i].text);
		buf_add_byte(&b, '\n');
	}
	return buf_str(&b);
}

void
draft_from_report(struct draft_maker *m, struct str bytes)
{
	struct report report;
	struct walk w = { .m = m, .report = &report };
	const struct sighting *s;

	report_read(&report, m->arena, bytes);
	m->draft->is_machine = report.is_machine;
	m->draft->is_japanese = report.is_japanese;
	m->draft->is_cut = report.is_cut ||
	    !sightings_find(&w.sightings, m->arena, &report);
	VEC_EACH(s, &w.sightings)
		m->has_defanged = m->has_defanged || (s->is_defanged &&
		    s->kind != SIGHT_HASH);
	body_init(&w.body, m, &report);
	draftday_init(&w.days, m, &report);
	for (size_t i = 0; i < report.cells.n; i++)
		take_cell(&w, i);
	draftday_settle(&w.days);
	body_settle(&w.body);
	draft_settle(m, opening(m->arena, &report));
}
