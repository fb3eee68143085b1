/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of the tests in a pack: what they leave out, and what must not stand
 * in them. */
#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/url.h"
#include "rule/lint.h"
#include "rule/packread.h"

/* T03: one test of each kind, unless the pack is a draft.  What rows a feed
 * has tomorrow nobody can promise. */
static void
missing_kind(struct pack_reader *r)
{
	struct pack *p = r->pack;
	bool has[2] = { false, false };
	const struct pack_test *test;

	VEC_EACH(test, &p->tests)
		has[test->expects_match] = true;
	for (size_t i = 0; i < nitems(has); i++)
		if (!has[i] && (i == 0 || p->kind != PACK_LISTS))
			diag_add(r->diags, DIAG_WARNING, p->tests.at[0].mark,
			    "T03", "tests: none expects \"%s\"",
			    i == 0 ? "clean" : "match");
}

static bool
has_japanese(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t point = utf8_next(s, &at);

		if ((point >= 0x3040 && point < 0x3100) ||
		    (point >= 0x4e00 && point < 0xa000))
			return true;
	}
	return false;
}

static bool
is_japanese(const struct pack *p)
{
	const struct group *g;
	const struct value *v;

	VEC_EACH(g, &p->groups)
		VEC_EACH(v, &g->values)
			if (lint_is_phrase(v) && has_japanese(v->text))
				return true;
	return false;
}

static bool
is_varied(const struct pack *p, const char *charset)
{
	const struct pack_test *test;
	const struct str *vary;

	VEC_EACH(test, &p->tests)
		VEC_EACH(vary, &test->vary)
			if (test->expects_match && str_is(*vary, charset))
				return true;
	return false;
}

/* T05: half of Japanese mail. */
static void
missing_charset(struct pack_reader *r)
{
	struct pack *p = r->pack;

	if (!is_japanese(p) || (is_varied(p, "iso-2022-jp") &&
	    is_varied(p, "shift_jis")))
		return;
	diag_add(r->diags, DIAG_WARNING, p->tests.at[0].mark, "T05",
	    "tests: no phrase is tried in ISO-2022-JP and Shift_JIS");
	diag_hint(r->diags, "vary: [iso-2022-jp, shift_jis]");
}

/* RFC 2606 and 6761: names that nobody can have. */
static bool
is_reserved(struct str host)
{
	static const struct str tops[] = { STR_INIT("example"),
		STR_INIT("test"), STR_INIT("invalid"), STR_INIT("localhost"),
		STR_INIT("example.com"), STR_INIT("example.net"),
		STR_INIT("example.org"), STR_INIT("example.jp"),
		STR_INIT("example.co.jp"), STR_INIT("example.ne.jp") };

	for (size_t i = 0; i < nitems(tops); i++)
		if (host_is_below(host, tops[i]))
			return true;
	return false;
}

static bool
ends_name(struct str s, size_t at)
{
	return at >= s.n || (!ascii_is_alnum(s.p[at]) && s.p[at] != '-' &&
	    (s.p[at] != '.' || at + 1 >= s.n ||
	    !ascii_is_alnum(s.p[at + 1])));
}

/* The host with nothing defanged: "bad.example", not "bad[.]example". */
static bool
stands_live(struct str text, struct str host)
{
	size_t from = 0, at;

	while (from < text.n) {
		at = from + str_case_find_str(str_from(text, from), host);
		if (at >= text.n)
			return false;
		if ((at == 0 || (!ascii_is_alnum(text.p[at - 1]) &&
		    text.p[at - 1] != '-')) && ends_name(text, at + host.n))
			return true;
		from = at + 1;
	}
	return false;
}

static bool
test_has(const struct pack_test *t, struct str host)
{
	const struct str texts[] = { t->from, t->mail_from, t->reply_to,
		t->subject, t->body, t->html };
	const struct pack_test_link *link;

	for (size_t i = 0; i < nitems(texts); i++)
		if (stands_live(texts[i], host))
			return true;
	VEC_EACH(link, &t->links)
		if (stands_live(link->href, host))
			return true;
	return false;
}

/* Every dot of it, those of an address too. */
static struct str
bracketed(struct arena *a, struct str host)
{
	struct str label, out = STR("");

	while (str_next(&host, '.', &label))
		out = str_cat(a, out, out.n == 0 ? STR("") : STR("[.]"),
		    label);
	return out;
}

static void
live_host(struct pack_reader *r, const struct value *v)
{
	const struct pack_test *test;
	struct str host = lint_host(v);

	/* The domain of an address may be an innocent provider's. */
	if (host.n == 0 || v->is_spoofed || is_reserved(host) ||
	    !str_has(host, '.') || v->field->kind == FIELD_MAILBOX)
		return;
	VEC_EACH(test, &r->pack->tests) {
		if (!test_has(test, host))
			continue;
		diag_add(r->diags, DIAG_ERROR, test->mark, "T06",
		    "tests: \"%" STR_FMT "\" of this pack stands live in the "
		    "test \"%" STR_FMT "\"", STR_ARG(host),
		    STR_ARG(test->name));
		diag_hint(r->diags, "write it defanged: %" STR_FMT,
		    STR_ARG(bracketed(r->arena, host)));
	}
}

/* T06 */
static void
live_indicator(struct pack_reader *r)
{
	const struct group *g;
	const struct value *v;

	VEC_EACH(g, &r->pack->groups)
		VEC_EACH(v, &g->values)
			if (!g->is_exception)
				live_host(r, v);
}

/* T07: an address to which mail could be sent. */
static void
personal_data(struct pack_reader *r)
{
	const struct pack_test *test;

	VEC_EACH(test, &r->pack->tests) {
		struct str host = str_from(refang(r->arena, test->to),
		    str_find_last(test->to, '@') + 1);
		size_t n = 0;

		while (n < host.n && (ascii_is_alnum(host.p[n]) ||
		    str_has(STR("-."), host.p[n])))
			n++;
		host = str_lower(r->arena, str_head(host, n));
		if (test->to.n == 0 || !str_has(test->to, '@') ||
		    !str_has(host, '.') || is_reserved(host))
			continue;
		diag_add(r->diags, DIAG_WARNING, test->mark, "T07",
		    "tests: \"%" STR_FMT "\" is sent to somebody's address",
		    STR_ARG(test->name));
		diag_hint(r->diags, "to: taro@example.jp");
	}
}

void
tests_lint(struct pack_reader *r)
{
	if (r->pack->tests.n == 0)
		return;
	if (r->pack->status != PACK_DRAFT) {
		missing_kind(r);
		missing_charset(r);
	}
	live_indicator(r);
	personal_data(r);
}
