/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a lure as a pack writes them: names, subjects and phrases,
 * without quotes, tags of gateways, and what no second mail repeats.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "rule/draftsort.h"

enum { SUBJECT_CHARS = 200 };

/* Quotes of any kind and mark-up at both ends. */
static struct str
unquote(struct str s)
{
	static const struct str marks[] = { STR_INIT("\""), STR_INIT("'"),
		STR_INIT("“"), STR_INIT("”"), STR_INIT("『"), STR_INIT("』"),
		STR_INIT("「"), STR_INIT("」"), STR_INIT("‘"), STR_INIT("’"),
		STR_INIT("`"), STR_INIT(" "), STR_INIT("　"), STR_INIT("*"),
		STR_INIT("<"), STR_INIT("＜"), STR_INIT("＂") };
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < nitems(marks); i++) {
			if (str_skip(&s, marks[i]))
				more = true;
			if (s.n != 0 && str_ends(s, marks[i])) {
				s.n -= marks[i].n;
				more = true;
			}
		}
	}
	return s;
}

/* What would be found in many a mail if it might stand anywhere. */
static bool
is_short(struct str s)
{
	return utf8_count(s) < (utf8_is_ascii(s) ? 6 : 5);
}

void
draft_name(struct draft_maker *m, struct str name, uint32_t line)
{
	struct draft_value *v;

	name = unquote(str_trim(name));
	if (utf8_count(name) < 2 || utf8_count(name) > 80 ||
	    str_has(name, '@'))
		return;
	v = draft_add(m, DRAFT_NAME, "from.name", is_short(name) ?
	    str_cat(m->arena, STR("is:"), name) : name, line);
	if (v != NULL && m->draft->from_name.n == 0)
		m->draft->from_name = name;
}

/* "[spam]", "***SPAM***" in front, which the receiving side added. */
static struct str
drop_tags(struct str s)
{
	static const struct str tags[] = { STR_INIT("[spam]"),
		STR_INIT("***spam***"), STR_INIT("[meiwaku]"),
		STR_INIT("[phishing]"), STR_INIT("[external]"),
		STR_INIT("【spam】"), STR_INIT("[迷惑メール]"),
		STR_INIT("[virus]"), STR_INIT("(spam)"),
		STR_INIT("[suspicious]"), STR_INIT("＜spam＞") };
	bool more = true;

	while (more) {
		more = false;
		s = str_trim(s);
		for (size_t i = 0; i < nitems(tags); i++)
			more = more || str_case_skip(&s, tags[i]);
	}
	return s;
}

/* "2026年2月9日", "2026/02/09", "2026年2月": bytes, or 0. */
static size_t
date_span(struct str s)
{
	static const struct str marks[3][4] = {
		{ STR_INIT("年"), STR_INIT("/"), STR_INIT("-"),
		    STR_INIT(".") },
		{ STR_INIT("月"), STR_INIT("/"), STR_INIT("-"),
		    STR_INIT(".") },
		{ STR_INIT("日"), STR_INIT(""), STR_INIT(""), STR_INIT("") },
	};
	struct str rest = str_from(s, 4);
	size_t kind, n;

	if (str_digits(s) != 4 || s.p[0] != '2' || s.p[1] != '0')
		return 0;
	for (kind = 0; kind < 4; kind++)
		if (str_skip(&rest, marks[0][kind]))
			break;
	for (size_t i = 1; kind < 4 && i < 3; i++) {
		n = str_digits(rest);
		if (n < 1 || n > 2 || !str_starts(str_from(rest, n),
		    marks[i][kind]))
			return i == 2 && kind == 0 ?
			    (size_t)(rest.p - s.p) : 0;
		rest = str_from(rest, n + marks[i][kind].n);
	}
	return kind < 4 ? (size_t)(rest.p - s.p) : 0;
}

/* "kir363552", "1,234,567": what no second mail repeats. */
static size_t
number_span(struct str s, char before)
{
	size_t n = 0;

	if (ascii_is_digit(before))
		return 0;
	while (n < s.n && (ascii_is_digit(s.p[n]) || (n > 0 &&
	    s.p[n] == ',' && n + 1 < s.n && ascii_is_digit(s.p[n + 1]))))
		n++;
	return n >= 5 ? n : 0;
}

struct str
draft_wording(struct arena *a, struct str text)
{
	struct str s = drop_tags(str_trim(text));
	struct buf b;

	buf_init_arena(&b, a, s.n * 6 + 16);
	for (size_t at = 0; at < s.n;) {
		struct str rest = str_from(s, at);
		char before = at == 0 ? ' ' : s.p[at - 1];
		size_t n = ascii_is_digit(before) ? 0 : date_span(rest);

		if (n != 0) {
			buf_add_str(&b, STR("<date>"));
		} else if ((n = number_span(rest, before)) != 0) {
			buf_add_str(&b, STR("<num>"));
		} else {
			n = 1;
			buf_add_byte(&b, s.p[at]);
		}
		at += n;
	}
	return buf_str(&b);
}

/* A text that begins like a prefix of the format is taken literally. */
static struct str
literal(struct arena *a, struct str s)
{
	static const struct str prefixes[] = { STR_INIT("is:"),
		STR_INIT("re:"), STR_INIT("raw:"), STR_INIT("list:"),
		STR_INIT("lit:") };

	for (size_t i = 0; i < nitems(prefixes); i++)
		if (str_starts(s, prefixes[i]))
			return str_cat(a, STR("lit:"), s);
	return s;
}

void
draft_subject(struct draft_maker *m, struct str subject, uint32_t line)
{
	size_t tag = str_find_str(subject, STR("</"));
	struct draft_value *v;
	struct str text;

	subject = str_trim(tag != 0 ? str_head(subject, tag) : subject);
	text = draft_wording(m->arena, unquote(drop_tags(subject)));
	if (utf8_count(text) < 3 || utf8_count(text) > SUBJECT_CHARS)
		return;
	v = draft_add(m, DRAFT_SUBJECT, "subject", is_short(text) ?
	    str_cat(m->arena, STR("is:"), text) : literal(m->arena, text),
	    line);
	if (v != NULL && m->draft->subject.n == 0)
		m->draft->subject = unquote(subject);
	if (is_short(text))
		draft_ask(m, v, STR("a short subject that other mail may "
		    "have too"));
}

void
draft_phrase(struct draft_maker *m, struct str line, uint32_t number)
{
	struct str text = draft_wording(m->arena, line);

	draft_add(m, DRAFT_BODY, "body", literal(m->arena, text), number);
}
