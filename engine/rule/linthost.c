/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of hosts and URLs: whose they were before, how they are spelled, and
 * what in them the next mail will not have. */
#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/url.h"
#include "rule/expand.h"
#include "rule/lint.h"
#include "rule/packread.h"

enum { OWNED_DAYS = 365, NEAR_BYTES = 160 };

/* A date in a text; DAY_NONE: there is none. */
static int32_t
date_in(struct str s)
{
	int32_t day;

	for (size_t i = 0; i + 10 <= s.n; i++)
		if (ascii_is_digit(s.p[i]) &&
		    day_parse(str_sub(s, i, i + 10), &day))
			return day;
	return DAY_NONE;
}

/* Words that tell of an earlier owner. */
static bool
tells_of_owner(const struct pack *p, struct str text)
{
	static const struct str hacked[] = {
		STR_INIT("hacked"), STR_INIT("compromised"),
		STR_INIT("改ざん"), STR_INIT("乗っ取"), STR_INIT("侵害"),
		STR_INIT("正規サイト"),
	};
	static const struct str registered[] = {
		STR_INIT("registered"), STR_INIT("登録"), STR_INIT("取得"),
	};
	static const struct str denied[] = {
		STR_INIT("not hacked"), STR_INIT("未確定"),
		STR_INIT("not known"),
	};
	int32_t day;

	if (str_case_has_any(text, denied, nitems(denied)))
		return false;
	if (str_case_has_any(text, hacked, nitems(hacked)))
		return true;
	day = date_in(text);
	return str_case_has_any(text, registered, nitems(registered)) &&
	    day != DAY_NONE && p->seen_first != DAY_NONE &&
	    day + OWNED_DAYS < p->seen_first;
}

/* The sentence around a name in a text, or "". */
static struct str
sentence_of(struct arena *a, struct str text, struct str name)
{
	struct str plain = refang(a, text), rest;
	size_t at = str_case_find_str(plain, name), end;

	if (at >= plain.n)
		return STR("");
	rest = str_from(plain, at);
	end = str_find_str(rest, STR("。"));
	if (str_find(rest, '\n') < end)
		end = str_find(rest, '\n');
	if (str_find_str(rest, STR(". ")) < end)
		end = str_find_str(rest, STR(". "));
	return str_head(rest, end < NEAR_BYTES ? end : NEAR_BYTES);
}

/* I06: the pack's own words say that the host had an owner before. */
static void
had_owner(const struct lint_seen *s)
{
	const struct value *v = s->value;
	const struct pack *p = s->r->pack;
	struct str host = lint_host(v), notes[] = { v->note, s->group->note };
	const struct say_text *text;
	bool is_told = false;

	if (host.n == 0 || v->is_hacked_site || v->is_spoofed ||
	    s->group->is_exception || (v->field->kind != FIELD_HOST &&
	    v->field->kind != FIELD_DOMAIN))
		return;
	for (size_t i = 0; i < nitems(notes); i++)
		is_told |= notes[i].n != 0 && tells_of_owner(p, notes[i]);
	VEC_EACH(text, &p->facts.texts)
		is_told |= tells_of_owner(p, sentence_of(s->r->arena,
		    text->text, host));
	if (!is_told)
		return;
	lint_say(s, DIAG_WARNING, "I06", "had an owner before the campaign, "
	    "by the words of this pack");
	diag_hint(s->r->diags, "{value: ..., hacked_site: true, expires: ...} "
	    "and a path or phrase beside it");
}

/* 1: Latin, 2: Greek, 4: Cyrillic; the scripts whose letters look alike. */
static unsigned
scripts_of(struct str label)
{
	unsigned scripts = 0;

	for (size_t at = 0; at < label.n;) {
		uint32_t point = utf8_next(label, &at);

		if (point < 0x250 && (point >= 0xc0 || (point < 0x80 &&
		    ascii_is_alpha((char)point))))
			scripts |= 1;
		else if (point >= 0x370 && point < 0x400)
			scripts |= 2;
		else if (point >= 0x400 && point < 0x530)
			scripts |= 4;
	}
	return scripts;
}

/* I08: letters of several scripts in one label. */
static void
mixed_scripts(const struct lint_seen *s)
{
	struct str rest = s->value->text, label;
	unsigned scripts;

	if (lint_host(s->value).n == 0)
		return;
	while (str_next(&rest, '.', &label)) {
		scripts = scripts_of(label);
		if ((scripts & (scripts - 1)) == 0)
			continue;
		lint_say(s, DIAG_WARNING, "I08",
		    "mixes letters of several scripts");
		diag_hint(s->r->diags, "write what DNS has: %" STR_FMT,
		    STR_ARG(lint_host(s->value)));
		return;
	}
}

/* "uid=***@***.net": masked on both sides of the "@", and letters behind. */
static bool
has_masked_victim(struct str s)
{
	size_t at = str_find(s, '@'), begin = at, end = at + 1, n, run;

	if (at == s.n || at == 0)
		return false;
	while (begin > 0 && !str_has(STR("=&?/#:"), s.p[begin - 1]))
		begin--;
	if (!pattern_has_mask(str_sub(s, begin, at), true))
		return false;
	run = expand_mask_run(s, end, true, &n);
	end += run;
	return run != 0 && end + 1 < s.n && s.p[end] == '.' &&
	    ascii_is_alpha(s.p[end + 1]);
}

/* I10: what the report hides cannot be matched. */
static void
masked_victim(const struct lint_seen *s)
{
	enum field_kind kind = s->value->field->kind;

	if (s->value->link == NULL && (kind == FIELD_URL ||
	    kind == FIELD_QUERY) && has_masked_victim(s->value->text))
		lint_say(s, DIAG_WARNING, "I10", "hides an address: it is "
		    "read as any address, whatever its end");
}

static bool
has_port(struct arena *a, struct str text)
{
	struct str host = refang(a, text);
	size_t from = str_find_str(host, STR("://"));

	if (from == host.n)
		return false;
	host = str_from(host, from + 3);
	host = str_head(host, str_find(host, '/'));
	host = str_from(host, str_find_last(host, ':') + 1);
	return host.n != 0 && ascii_is_digit(host.p[0]);
}

/* I11: a part of a URL that the next mail will not have. */
static void
passing_part(const struct lint_seen *s)
{
	static const struct str marks[] = {
		STR_INIT("utm_"), STR_INIT("fbclid="), STR_INIT("gclid="),
		STR_INIT("phpsessid="), STR_INIT("jsessionid="),
		STR_INIT("mc_eid="), STR_INIT("yclid="), STR_INIT("sessionid="),
	};
	const struct value *v = s->value;

	if (v->link != NULL || v->field->kind != FIELD_URL ||
	    lint_is_regex(v->text))
		return;
	if (str_case_has_any(v->text, marks, nitems(marks)))
		lint_say(s, DIAG_NOTE, "I11", "holds a tracking parameter or "
		    "session id that will not repeat");
	else if (has_port(s->r->arena, v->text))
		lint_say(s, DIAG_NOTE, "I11", "names a port");
}

/* I13: written by the receiver, not by the sender. */
static void
receiver_host(const struct lint_seen *s)
{
	static const struct str first[] = { STR_INIT("mx"), STR_INIT("mgw"),
		STR_INIT("mailgw"), STR_INIT("imx"), STR_INIT("inbound"),
		STR_INIT("antispam"), STR_INIT("spamfilter"),
		STR_INIT("mailfilter") };
	const char *field = s->value->field->name;
	struct str label = s->value->text;
	size_t n = 0;

	if (!str_is(str_of(field), "relay") && !str_is(str_of(field), "helo"))
		return;
	str_skip(&label, STR("is:"));
	label = str_head(label, str_find(label, '.'));
	if (label.n == s->value->text.n)
		return;
	while (n < label.n && (ascii_is_alpha(label.p[n])))
		n++;
	for (size_t i = n; i < label.n; i++)
		if (!ascii_is_digit(label.p[i]) && label.p[i] != '-')
			return;
	label.n = n;
	/* A HELO is the sender's word: many a bulk mailer says "mx3". */
	for (size_t i = str_is(str_of(field), "helo"); i < nitems(first); i++)
		if (str_eq(label, first[i]))
			lint_say(s, DIAG_WARNING, "I13", "looks like a host of "
			    "the receiving side");
}

void
host_lint(const struct lint_seen *s)
{
	had_owner(s);
	mixed_scripts(s);
	masked_victim(s);
	passing_part(s);
	receiver_host(s);
}
