/* SPDX-License-Identifier: Apache-2.0 */
/* The host that handed a mail in. */
#include "rule/draftrelay.h"

#include "base/addr.h"
#include "mail/received.h"

void
draftrelay_add(struct draft_maker *m, const char *field, struct str text,
    uint32_t line)
{
	struct draft_seen seen = { .text = text, .line = line };
	struct draft *d = m->draft;

	if (text.n == 0 || str_case_is(text, "unknown"))
		return;
	if (str_is(str_of(field), "ip") && d->ip.n == 0)
		d->ip = text;
	else if (str_is(str_of(field), "helo") && d->helo.n == 0)
		d->helo = text;
	else if (str_is(str_of(field), "rdns") && d->rdns.n == 0)
		d->rdns = text;
	draft_relay(m, &seen, field);
}

static bool
looks_like_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '.' || ascii_is_digit(s.p[i]))
			return true;
	return false;
}

/* The name at the front of s, what is said of it and quotes left out. */
static struct str
name_at(struct str s)
{
	size_t n = 0;

	str_case_skip(&s, STR("was "));
	str_case_skip(&s, STR("is "));
	while (s.n != 0 && str_has(STR("\"'`"), s.p[0]))
		s = str_from(s, 1);
	while (n < s.n && (ascii_is_alnum(s.p[n]) ||
	    str_has(STR("-._"), s.p[n])))
		n++;
	while (n != 0 && s.p[n - 1] == '.')
		n--;
	return str_head(s, n);
}

void
draftrelay_sent_from(struct draft_maker *m, struct str value, uint32_t line,
    bool is_prose)
{
	static const struct str marks[] = { STR_INIT("helo="),
		STR_INIT("helo: "), STR_INIT("helo:"), STR_INIT("helo "),
		STR_INIT("ehlo "), STR_INIT("(from ") };

	for (size_t i = 0; i + is_prose < nitems(marks); i++) {
		size_t at = str_case_find_str(value, marks[i]);
		struct str name;

		if (at == value.n)
			continue;
		name = name_at(str_from(value, at + marks[i].n));
		if (!is_prose || looks_like_name(name))
			draftrelay_add(m, "helo", name, line);
		return;
	}
}

/* Reports put the line into quotes, and go on behind them. */
static struct str
before_quote(struct str line)
{
	static const struct str ends[] = { STR_INIT("』"), STR_INIT("」"),
		STR_INIT("”") };

	for (size_t i = 0; i < nitems(ends); i++)
		line = str_head(line, str_find_str(line, ends[i]));
	return line;
}

void
draftrelay_received(struct draft_maker *m, struct str value, uint32_t line)
{
	size_t from = str_case_find_str(value, STR("from "));
	char text[ADDR_TEXT];
	struct hop hop;

	if (from == value.n)
		return;
	received_read(&hop, m->arena, before_quote(str_from(value, from)));
	if (hop.ip.family == 0 || addr_is_private(&hop.ip))
		return;
	addr_format(&hop.ip, text);
	draftrelay_add(m, "ip", str_copy(m->arena, str_of(text)), line);
	draftrelay_add(m, "helo", hop.helo, line);
	draftrelay_add(m, "rdns", hop.rdns, line);
	if (hop.by.n != 0)
		draft_drop(m, draft_add(m, DRAFT_RELAY, "relay", hop.by,
		    line), STR("stands after \"by\": the receiver"));
}
