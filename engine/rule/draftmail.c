/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message of the campaign itself: nothing to be guessed about what is
 * what, only about whose it is.
 */
#include "base/addr.h"
#include "base/arena.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "mail/message.h"
#include "rule/draftbody.h"
#include "rule/draftsort.h"
#include "rule/phone.h"

enum { PHRASES_MOST = 12, LINES_MOST = 60, URLS_MOST = 40, FILES_MOST = 20,
	PHONES_MOST = 4, BUTTON_CHARS = 5, BUTTON_MOST = 40 };

static void
take_senders(struct draft_maker *m, const struct message *msg)
{
	struct draft *d = m->draft;
	const struct address *from;
	struct draft_seen seen = { 0 };

	VEC_EACH(from, &msg->from) {
		if (from->addr.n == 0)
			continue;
		if (d->from.n == 0)
			d->from = from->addr;
		seen.text = from->addr;
		draft_sender(m, &seen, "from");
		if (from->name.n != 0)
			draft_name(m, from->name, 0);
	}
	VEC_EACH(from, &msg->reply_to)
		if (from->addr.n != 0 && !str_eq(from->addr, d->from)) {
			d->reply_to = seen.text = from->addr;
			draft_sender(m, &seen, "reply_to");
		}
	if (msg->has_mail_from && msg->mail_from.n != 0 &&
	    !str_case_eq(msg->mail_from, d->from)) {
		d->mail_from = seen.text = msg->mail_from;
		draft_sender(m, &seen, "mail_from");
	}
}

static void
take_relay(struct draft_maker *m, const struct message *msg)
{
	struct draft *d = m->draft;
	struct draft_seen seen = { 0 };
	char text[ADDR_TEXT];

	if (msg->peer_ip.family == 0 || addr_is_private(&msg->peer_ip))
		return;
	addr_format(&msg->peer_ip, text);
	seen.text = d->ip = str_copy(m->arena, str_of(text));
	draft_relay(m, &seen, "ip");
	if (msg->peer_helo.n != 0 && msg->peer_helo.p[0] != '[') {
		seen.text = d->helo = msg->peer_helo;
		draft_relay(m, &seen, "helo");
	}
	if (msg->peer_rdns.n != 0) {
		seen.text = d->rdns = msg->peer_rdns;
		draft_relay(m, &seen, "rdns");
	}
}

static void
take_button(struct draft_maker *m, struct str text)
{
	size_t n = utf8_count(str_trim(text));

	if (n >= BUTTON_CHARS && n <= BUTTON_MOST && !str_has(text, '/') &&
	    !str_has(text, '.') && !str_has(text, '\n'))
		draft_add(m, DRAFT_BUTTON, "link.text", str_trim(text), 0);
}

/* "uid=taro@victim.example" is another in every mail. */
static struct str
without_rcpt(struct draft_maker *m, const struct url *url)
{
	struct str s = str_cat(m->arena, url->scheme, STR("://"), url->host,
	    url->path.n == 0 ? STR("/") : url->path);
	struct str query = url->query, piece, key, value;
	bool is_first = true;

	while (query.n != 0 && str_next(&query, '&', &piece)) {
		str_cut(piece, '=', &key, &value);
		s = str_cat(m->arena, s, is_first ? STR("?") : STR("&"), key,
		    piece.n == key.n ? STR("") : STR("="),
		    str_has(value, '@') ? STR("***@***.***") :
		    value.n >= 12 ? STR("…") : value);
		is_first = false;
		if (value.n >= 12 && !str_has(value, '@'))
			break;
	}
	return s;
}

static void
take_urls(struct draft_maker *m, const struct message *msg)
{
	const struct url *url;
	bool is_official;
	size_t n = 0;

	VEC_EACH(url, &msg->urls) {
		struct draft_seen seen = { 0 };

		if (url_source_is_loaded(url->source) || url->host.n == 0 ||
		    n++ >= URLS_MOST)
			continue;
		if (!url->is_ip && url->registrable.n == 0)
			continue;
		seen.text = without_rcpt(m, url);
		draft_url(m, &seen);
		if (draft_owner(m, url->host, url->path, &is_official) ==
		    NULL)
			take_button(m, url->text);
	}
}

static void
take_line(struct draft_maker *m, struct str line, size_t *phrases)
{
	struct draft *d = m->draft;

	if (line.n == 0 || d->body.n >= LINES_MOST)
		return;
	*VEC_ADD(m->arena, &d->body) = line;
	if (*phrases < PHRASES_MOST && utf8_count(line) <= 110 &&
	    body_is_phrase(m, line)) {
		draft_phrase(m, line, 0);
		(*phrases)++;
	}
}

static void
take_texts(struct draft_maker *m, const struct message *msg)
{
	const struct text *text;
	phone_list phones = { 0 };
	const struct phone *phone;
	size_t phrases = 0;

	VEC_EACH(text, &msg->texts) {
		struct str rest = text->visible;

		if (text->is_stripped)
			continue;
		while (rest.n != 0)
			take_line(m, str_trim(str_take_line(&rest)), &phrases);
		phones_find(&phones, m->arena, m->arena, text->visible,
		    PHONES_MOST);
	}
	VEC_EACH(phone, &phones) {
		struct draft_seen seen = { .text = phone->digits,
			.is_loose = true };

		draft_phone(m, &seen);
	}
}

static void
take_files(struct draft_maker *m, const struct message *msg)
{
	const struct part *part;
	size_t n = 0;

	VEC_EACH(part, &msg->parts) {
		char sum[SHA256_TEXT];

		if (!part->is_leaf || !part->is_attachment ||
		    part->bytes.n == 0 || n++ >= FILES_MOST)
			continue;
		hash_sha256(part->bytes, sum);
		draft_add(m, DRAFT_FILE, "file.sha256", str_copy(m->arena,
		    str_of(sum)), 0);
	}
}

void
draft_from_message(struct draft_maker *m, const struct message *msg)
{
	struct draft *d = m->draft;

	d->is_message = true;
	if (m->conf->seen != DAY_NONE)
		d->first = d->last = m->conf->seen;
	else if (msg->has_received || msg->has_date)
		d->first = d->last = day_of(msg->has_received ?
		    msg->received : msg->date);
	if (d->last != DAY_NONE && d->last > d->today)
		d->first = d->last = d->today;
	take_senders(m, msg);
	draft_subject(m, msg->subject, 0);
	take_relay(m, msg);
	take_texts(m, msg);
	take_urls(m, msg);
	take_files(m, msg);
	draft_settle(m, msg->texts.n == 0 ? STR("") :
	    msg->texts.at[0].visible);
}
