/* SPDX-License-Identifier: Apache-2.0 */
/* Packs: what they become, and what broken ones say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "rule/fact.h"
#include "rule/pack.h"

static const char good[] =
    "pack: 1\n"
    "kind: campaign\n"
    "id: jp-sample-2096-03\n"
    "title: 見本\n"
    "revision: 1\n"
    "created: 2096-03-01\n"
    "expires: 2096-06-01\n"
    "severity: medium\n"
    "confidence: medium\n"
    "tlp: clear\n"
    "references: [社内報告 2096-03-01]\n"
    "groups:\n"
    "  landing:\n"
    "    url: |\n"
    "      hxxps://www.bad[.]example/login/…\n"
    "  lure:\n"
    "    subject: お支払い情報のご確認と更新\n"
    "    score: 2.5\n"
    "when: landing or lure\n"
    "score:\n"
    "  cap: 12\n"
    "tests:\n"
    "  - name: 本文\n"
    "    expect: match\n"
    "    mail: {from: \"A <a@b[.]example>\", subject: x, body: y}\n"
    "    vary: [iso-2022-jp, shift_jis]\n"
    "  - name: 無関係\n"
    "    expect: clean\n"
    "    mail: {from: \"A <a@b[.]example>\", subject: x, body: z}\n";

struct fixture {
	struct arena *arena;
	struct diags diags;
	struct pack *pack;
	bool is_ok;
};

static void
start(struct fixture *f, struct str yaml)
{
	f->is_ok = pack_read(&f->pack, f->arena, STR("x.pack.yaml"), yaml,
	    &f->diags);
}

static void
fresh(struct fixture *f)
{
	f->arena = arena_new();
	diags_init(&f->diags, f->arena);
}

/* The good pack with a piece of it replaced. */
static struct str
changed(struct arena *a, const char *from, const char *to)
{
	struct str all = STR(good);
	size_t at = str_find_str(all, str_of(from));

	if (at == all.n)
		fail_msg("\"%s\" is not in the pack", from);
	return str_cat(a, str_head(all, at), str_of(to),
	    str_from(all, at + strlen(from)));
}

static void
test_the_smallest_pack_is_read(void **state)
{
	const struct group *g;
	struct fixture f;

	(void)state;
	fresh(&f);
	start(&f, STR(good));
	assert_true(f.is_ok);
	assert_int_equal(f.diags.list.n, 0);
	assert_true(str_is(f.pack->symbol, "JP_SAMPLE_2096_03"));
	assert_int_equal(f.pack->severity, SEVERITY_MEDIUM);
	assert_int_equal(f.pack->status, PACK_TEST);
	assert_int_equal(f.pack->mode, PACK_OBSERVE);
	assert_int_equal(f.pack->cap, 1200);
	assert_int_equal(f.pack->n_groups, 2);
	assert_int_equal(f.pack->names.n, 2 + BRAND_FACTS);
	assert_int_equal(f.pack->tests.n, 2);
	assert_true(f.pack->tests.at[0].expects_match);
	assert_true(f.pack->tests.at[0].refang);
	g = &f.pack->groups.at[0];
	assert_int_equal(g->points, 100);
	assert_int_equal(g->want, 1);
	assert_int_equal(g->cap, INT32_MAX);
	assert_int_equal(g->values.n, 1);
	assert_int_equal(g->values.at[0].mark.line, 15);
	assert_int_equal(g->values.at[0].mark.column, 7);
	assert_int_equal(f.pack->groups.at[1].points, 250);
	arena_free(f.arena);
}

static void
test_severity_gives_the_ceiling(void **state)
{
	static const struct {
		const char *line;
		int32_t cap;
	} cases[] = {
		{ "severity: info\n", 0 }, { "severity: low\n", 300 },
		{ "severity: medium\n", 800 }, { "severity: high\n", 1500 },
		{ "severity: critical\n", 2000 },
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str yaml;
		size_t at;

		fresh(&f);
		yaml = changed(f.arena, "severity: medium\n", cases[i].line);
		at = str_find_str(yaml, STR("score:\n  cap: 12\n"));
		yaml = str_cat(f.arena, str_head(yaml, at),
		    str_from(yaml, at + 17));
		start(&f, yaml);
		assert_true(f.is_ok);
		assert_int_equal(f.pack->cap, cases[i].cap);
		arena_free(f.arena);
	}
}

static const struct {
	const char *from, *to;
	unsigned line, column;
	const char *code, *text, *hint;
} mistakes[] = {
	{ "severity: medium", "severity: hgih", 8, 11, "S04",
	    "severity: \"hgih\" is not one of info, low, medium, high, "
	    "critical", "did you mean \"high\"?" },
	{ "    subject:", "    from_domain:", 17, 5, "S01",
	    "unknown key \"from_domain\" in group \"lure\"",
	    "did you mean \"from.domain\"?" },
	{ "subject: お支払い情報のご確認と更新",
	    "subject:\n      Re: お知らせ", 18, 7,
	    "S03", "lure.subject: expected text, found a mapping",
	    "quote a value that contains \": \"" },
	{ "subject: お支払い情報のご確認と更新",
	    "subject:\n      - Re: お知らせ", 18, 9,
	    "S03", "lure.subject: expected text, found a mapping",
	    "quote a value that contains \": \"" },
	{ "when: landing or lure", "when: landing or lur", 19, 18, "C01",
	    "when: no group named \"lur\"", "did you mean \"lure\"?" },
	{ "when: landing or lure", "when: >-\n  landing\n  or lur", 21, 6,
	    "C01", "when: no group named \"lur\"", "did you mean \"lure\"?" },
	{ "when: landing or lure", "when: \"landing or lur\"", 19, 19, "C01",
	    "no group named \"lur\"", "" },
	{ "  lure:\n", "  landing:\n", 16, 3, "Y02",
	    "duplicate key \"landing\"", "first set on line 13" },
	{ "pack: 1", "pack: 2", 1, 7, "S04", "a format other than 1", "" },
	{ "pack: 1\n", "", 1, 1, "S02", "missing key \"pack\"",
	    "begins with" },
	{ "kind: campaign", "kind: campain", 2, 7, "S04",
	    "kind: \"campain\" is not one of", "\"campaign\"" },
	{ "id: jp-sample-2096-03", "id: JP_Sample", 3, 5, "S04",
	    "id: \"JP_Sample\" is no id", "lower-case" },
	{ "id: jp-sample-2096-03\n", "", 1, 1, "S02", "missing key \"id\"",
	    "" },
	{ "title: 見本", "titel: 見本", 1, 1, "S02", "missing key \"title\"",
	    "" },
	{ "revision: 1", "revision: 0", 5, 11, "S03", "no number from 1",
	    "" },
	{ "created: 2096-03-01", "created: 2096-02-30", 6, 10, "S05",
	    "created: \"2096-02-30\" is no date", "2026-02-09" },
	{ "expires: 2096-06-01", "expires: 2096-01-01", 7, 10, "S07",
	    "expires: before created", "" },
	{ "expires: 2096-06-01\n", "", 1, 1, "S02",
	    "missing key \"expires\"", "review_by" },
	{ "    score: 2.5", "    expires: 2096-06-02", 16, 3, "S07",
	    "a group expires after its pack", "" },
	/* Was taken, and never matched. */
	{ "    score: 2.5", "    header: {'X Mailer': y}", 18, 14, "I01",
	    "expected the name of a field", "" },
	{ "score: 2.5", "score: 10.5", 18, 12, "S04", "is more than 10",
	    "" },
	{ "score: 2.5", "score: -1", 18, 12, "S03", "is no number",
	    "never below 0" },
	{ "score: 2.5", "score: 2.555", 18, 12, "S03", "is no number",
	    "two digits" },
	{ "cap: 12", "cap: 21", 21, 8, "S04", "score.cap: 21 is more than 20",
	    "" },
	{ "cap: 12", "caps: [{of: [lure, landng], max: 3}]", 21, 22, "C01",
	    "no group named \"landng\"", "did you mean \"landing\"?" },
	{ "cap: 12", "caps: [{of: [lure, lure], max: 3}]", 21, 22, "S04",
	    "score.caps.of: names a group twice", "" },
	{ "cap: 12", "bonus: [{if: lure and, add: 1}]", 21, 24, "C01",
	    "expected a name", "" },
	{ "  lure:\n", "  not:\n", 16, 3, "S04",
	    "cannot be the name of a group", "" },
	{ "  lure:\n", "  Lure:\n", 16, 3, "S04",
	    "cannot be the name of a group", "" },
	{ "    subject: お支払い情報のご確認と更新\n", "", 17, 5, "S02",
	    "lure: has no values", "" },
	{ "subject: お支払い情報のご確認と更新", "html: list:feeds/x", 17, 11,
	    "S04", "html: no list has values of this field", "" },
	{ "subject: お支払い情報のご確認と更新",
	    "url: list:Feeds", 17, 10, "S04",
	    "\"list:Feeds\" names no list", "list:feeds/openphish" },
	{ "subject: お支払い情報のご確認と更新", "same: from = rcpts", 17, 11,
	    "S04", "is no pair that is compared", "\"from = rcpt\"" },
	{ "tlp: clear", "tlp: clear\nmin_engine: 99", 11, 13, "R04",
	    "the pack needs sekisho 99 or later", "update" },
	{ "tlp: clear", "tlp: clear\nmin_engine: new", 11, 13, "S03",
	    "\"new\" is no version", "" },
	{ "subject: お支払い情報のご確認と更新",
	    "subject: re:(x", 17, 14, "P01",
	    "regular expression", "" },
	{ "subject: お支払い情報のご確認と更新", "subject:", 17, 13, "S03",
	    "expected text, found nothing", "" },
	{ "subject: お支払い情報のご確認と更新",
	    "want: some\n    subject: xxxxxx", 17, 11, "S04",
	    "lure.want: \"some\" is not any, all or a number", "" },
	{ "subject: お支払い情報のご確認と更新",
	    "count: {link: 1}", 17, 13, "S01",
	    "unknown key \"link\" in \"count\"", "\"links\"" },
	{ "subject: お支払い情報のご確認と更新",
	    "auth: spf=failed", 17, 11, "S04",
	    "is no result of authentication", "spf=fail" },
	{ "subject: お支払い情報のご確認と更新",
	    "from: [{value: a@b.example, spoof: true}]", 17, 33, "S01",
	    "unknown key \"spoof\"", "\"spoofed\"" },
	{ "subject: お支払い情報のご確認と更新",
	    "link: [{txt: x}]", 17, 13, "S01",
	    "unknown key \"txt\" in a link", "\"text\"" },
	{ "subject: お支払い情報のご確認と更新",
	    "link: [{text: x, not: {not: {text: y}}}]", 17, 28, "S01",
	    "unknown key \"not\"", "" },
	{ "subject: お支払い情報のご確認と更新", "link: [{}]", 17, 12, "S02",
	    "says nothing about a link", "" },
	{ "tlp: clear", "tlp: clear\nlists: {a: {file: x, type: urls}}", 11,
	    28, "S04", "lists.a.type: \"urls\" is not one of", "\"url\"" },
	{ "tlp: clear", "tlp: clear\nlists: {a: {file: /x, type: url}}", 11,
	    19, "S04", "must be a path from the pack's folder",
	    "packs of kind lists" },
	{ "tlp: clear",
	    "tlp: clear\nlists: {a: {file: x, type: url, max_age: 3}}", 11,
	    42, "S03", "\"3\" is no age", "" },
	{ "tlp: clear", "tlp: clear\nbrands: {}", 11, 1, "S01",
	    "key \"brands\" is not for packs of kind campaign", "" },
	{ "kind: campaign", "kind: lists", 1, 1, "S02",
	    "missing key \"lists\"", "" },
	{ "kind: campaign", "kind: library", 8, 1, "S01",
	    "key \"severity\" is not for packs of kind library", "" },
	{ "    expect: match", "    expect: yes", 24, 13, "S04",
	    "tests.expect: \"yes\" is not one of clean, match", "" },
	{ "    expect: match", "    expect: match\n    evidence: [lur]", 25, 15,
	    "C01", "no group or brand fact named \"lur\"", "\"lure\"" },
	{ "    expect: match", "    expect: match\n    score: \"=>3\"", 25, 12,
	    "S03", "is no score", "" },
	{ "    expect: match", "    expect: match\n    vary: [utf8]", 25, 12,
	    "S04", "\"utf8\" is not one of", "\"utf-8\"" },
	{ "body: y}", "body: y, auth: {spf: bad}}", 25, 72, "S04",
	    "is no result of authentication", "" },
	{ "body: y}", "boody: y}", 25, 51, "S01",
	    "unknown key \"boody\" in \"mail\"", "\"body\"" },
	{ "      hxxps://www.bad[.]example/login/…",
	    "      hxxps://www.bad[.]example/login/…\n      mailto:x", 16, 7,
	    "I01", "url: \"mailto:x\"", "" },
};

static bool
has(struct str s, const char *piece)
{
	return piece[0] == '\0' || str_find_str(s, str_of(piece)) < s.n;
}

static void
test_every_mistake_has_its_place_code_and_hint(void **state)
{
	bool is_fine = true;
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < nitems(mistakes); i++) {
		const struct diag *d;

		fresh(&f);
		start(&f, changed(f.arena, mistakes[i].from, mistakes[i].to));
		assert_false(f.is_ok);
		assert_null(f.pack);
		d = &f.diags.list.at[0];
		if (d->mark.line != mistakes[i].line ||
		    d->mark.column != mistakes[i].column ||
		    strcmp(d->code, mistakes[i].code) != 0 ||
		    !has(d->text, mistakes[i].text) ||
		    !has(d->hint, mistakes[i].hint)) {
			print_error("%s: %u:%u %s %.*s (%.*s)\n",
			    mistakes[i].to, d->mark.line, d->mark.column,
			    d->code, STR_ARG(d->text), STR_ARG(d->hint));
			is_fine = false;
		}
		arena_free(f.arena);
	}
	assert_true(is_fine);
}

static void
test_all_mistakes_of_a_file_come_in_one_run_and_in_order(void **state)
{
	struct fixture f;

	(void)state;
	fresh(&f);
	start(&f, STR("pack: 1\nkind: campaign\nid: a\ntitle: x\n"
	    "revision: x\ncreated: 2096-03-01\nexpires: 2096-06-01\n"
	    "severity: hgih\nconfidence: medium\ntlp: clear\n"
	    "references: [x]\nfoo: 1\ngroups:\n  g:\n    from_domain: x\n"
	    "    subject: [a]\nwhen: h\n"
	    "tests: [{name: a, expect: b, mail: {}}]\n"));
	assert_false(f.is_ok);
	assert_int_equal(f.diags.errors, 6);
	for (size_t i = 1; i < f.diags.list.n; i++)
		assert_true(f.diags.list.at[i - 1].mark.line <=
		    f.diags.list.at[i].mark.line);
	arena_free(f.arena);
}

static void
test_private_keys_and_comments_are_free(void **state)
{
	struct fixture f;

	(void)state;
	fresh(&f);
	start(&f, changed(f.arena, "tlp: clear\n", "tlp: clear\n"
	    "x-ticket: {a: [1]}\n# sekisho: ignore I04 (why not)\n"));
	assert_true(f.is_ok);
	start(&f, changed(f.arena, "    score: 2.5", "    x-why: because"));
	assert_true(f.is_ok);
	assert_int_equal(f.diags.list.n, 0);
	arena_free(f.arena);
}

static void
test_values_have_properties_of_their_own(void **state)
{
	const struct group *g;
	const struct value *v;
	struct fixture f;

	(void)state;
	fresh(&f);
	start(&f, changed(f.arena, "    score: 2.5\n",
	    "    want: all\n    more: 0.5\n    cap: 3\n"
	    "    say: {ja: 件名, en: subject}\n    note: 借り物\n"
	    "    from:\n      - value: info@bad[.]example\n"
	    "        spoofed: true\n        note: 無関係の会社\n"
	    "        source: https://a.example/report\n"
	    "        seen: 2096-03-01\n        expires: 2096-04-01\n"
	    "    url.domain: {value: \"bad[.]example\", hacked_site: true}\n"
	    "    header:\n      X-Mailer: [PHPMailer, none]\n"
	    "    count: {links: \"1..3\", references: 0}\n"
	    "    auth: [spf=fail, dmarc=none]\n"
	    "    link:\n      - text: こちら\n        mismatch: true\n"
	    "        not: {domain: [a.example, b.example]}\n"));
	assert_true(f.is_ok);
	g = &f.pack->groups.at[1];
	assert_int_equal(g->values.n, 10);
	assert_int_equal(g->want, 10);
	assert_int_equal(g->more, 50);
	assert_int_equal(g->cap, 300);
	assert_true(str_is(say_in(&g->say, STR("en")), "subject"));
	assert_true(str_is(say_in(&g->say, STR("ja-JP")), "件名"));
	assert_true(str_is(say_in(&g->say, STR("fr")), "subject"));
	v = &g->values.at[1];
	assert_true(v->is_spoofed);
	assert_true(str_is(v->pattern.key, "info@bad.example"));
	assert_true(str_is(v->source, "https://a.example/report"));
	assert_true(str_is(v->seen, "2096-03-01"));
	assert_true(str_is(v->note, "無関係の会社"));
	assert_int_not_equal(v->expires, DAY_NONE);
	assert_true(g->values.at[2].is_hacked_site);
	assert_true(str_is(g->values.at[3].header, "X-Mailer"));
	assert_int_equal(g->values.at[4].pattern.kind, PATTERN_NONE);
	assert_int_equal(g->values.at[5].fact, FACT_COUNT_LINKS);
	assert_int_equal(g->values.at[6].fact, FACT_COUNT_REFERENCES);
	assert_int_equal(g->values.at[7].fact, FACT_AUTH_SPF);
	assert_int_equal(g->values.at[8].fact, FACT_AUTH_DMARC);
	v = &g->values.at[9];
	assert_non_null(v->link);
	assert_true(v->link->has_text && v->link->is_mismatch);
	assert_int_equal(v->link->none->domains.n, 2);
	arena_free(f.arena);
}

static void
test_exceptions_come_behind_groups_whatever_the_order(void **state)
{
	struct fixture f;

	(void)state;
	fresh(&f);
	start(&f, changed(f.arena, "groups:\n", "exceptions:\n  archive:\n"
	    "    ip: 192.0.2.0/24\n    note: 再配送\ngroups:\n"));
	assert_true(f.is_ok);
	assert_int_equal(f.pack->n_groups, 2);
	assert_int_equal(f.pack->groups.n, 3);
	assert_true(f.pack->groups.at[2].is_exception);
	assert_true(str_is(f.pack->names.at[2], "archive"));
	arena_free(f.arena);
}

static void
test_review_by_serves_where_what_is_rented_expires(void **state)
{
	struct fixture f;
	struct str yaml;
	size_t at;

	(void)state;
	fresh(&f);
	start(&f, changed(f.arena, "expires: 2096-06-01",
	    "review_by: 2097-06-01"));
	assert_false(f.is_ok);
	assert_int_equal(f.diags.errors, 1);
	assert_int_equal(f.diags.list.at[0].mark.line, 15);
	assert_string_equal(f.diags.list.at[0].code, "S02");
	arena_free(f.arena);
	fresh(&f);
	yaml = changed(f.arena, "expires: 2096-06-01",
	    "review_by: 2097-06-01");
	at = str_find_str(yaml, STR("    url: |\n"));
	start(&f, str_cat(f.arena, str_head(yaml, at),
	    STR("    expires: 2096-04-01\n"), str_from(yaml, at)));
	assert_true(f.is_ok);
	assert_int_equal(f.pack->expires, DAY_NONE);
	arena_free(f.arena);
}

static void
test_a_pack_ages(void **state)
{
	static const struct {
		enum pack_status status;
		enum pack_mode mode;
		int32_t day;
		enum pack_effect effect;
	} cases[] = {
		{ PACK_STABLE, PACK_SCORE, 100, EFFECT_SCORE },
		{ PACK_STABLE, PACK_SCORE, 101, EFFECT_OBSERVE },
		{ PACK_STABLE, PACK_SCORE, 130, EFFECT_OBSERVE },
		{ PACK_STABLE, PACK_SCORE, 131, EFFECT_NONE },
		{ PACK_TEST, PACK_OBSERVE, 100, EFFECT_OBSERVE },
		{ PACK_TEST, PACK_OBSERVE, 130, EFFECT_OBSERVE },
		{ PACK_TEST, PACK_OBSERVE, 131, EFFECT_NONE },
		{ PACK_DRAFT, PACK_SCORE, 1, EFFECT_NONE },
		{ PACK_RETIRED, PACK_SCORE, 1, EFFECT_NONE },
	};
	struct pack p = { .expires = 100 };

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		p.status = cases[i].status;
		p.mode = cases[i].mode;
		assert_int_equal(pack_effect_on(&p, cases[i].day),
		    cases[i].effect);
	}
	p = (struct pack){ .expires = DAY_NONE, .mode = PACK_SCORE };
	assert_int_equal(pack_effect_on(&p, 1 << 30), EFFECT_SCORE);
}

static const char brands[] =
    "pack: 1\nkind: brands\nid: b\ntitle: t\nrevision: 1\n"
    "created: 2096-01-01\nreview_by: 2096-12-01\ntlp: clear\nbrands:\n"
    "  kagoya:\n    name: カゴヤ\n    names: [KAGOYA, \"カゴヤ\"]\n"
    "    tokens: [kagoya]\n    official: [kagoya.jp, \"kagoya[.]com\"]\n"
    "    customer_space: [\"=kir.jp\", zaq.ne.jp]\n"
    "    never_sends: [kagoya.net]\n"
    "    vendor_senders: [{domain: a.example}, {from: X@B.example}]\n"
    "    countries: [JP]\n    asns: [AS64500]\n    phones: [0120-022-234]\n"
    "    basis: official\n    source: https://www.kagoya.jp/\n"
    "    advice: {url: \"https://www.kagoya.jp/news/\", text: 注意}\n"
    "    score: 3\n"
    "tests:\n  - {name: a, expect: match, brand: kagoya, mail: {from: x}}\n"
    "  - {name: b, expect: clean, eml: b.eml}\n";

static void
test_brands_are_read(void **state)
{
	const struct brand *b;
	struct fixture f;

	(void)state;
	fresh(&f);
	start(&f, STR(brands));
	assert_true(f.is_ok);
	assert_int_equal(f.pack->brands.n, 1);
	b = &f.pack->brands.at[0];
	assert_true(str_is(b->id, "kagoya"));
	assert_int_equal(b->names.n, 2);
	assert_true(str_is(b->official.at[1], "kagoya.com"));
	assert_true(str_is(b->customer_space.at[0], "=kir.jp"));
	assert_true(str_is(b->customer_space.at[1], "zaq.ne.jp"));
	assert_true(str_is(b->vendors.at[0].domain, "a.example"));
	assert_true(str_is(b->vendors.at[1].from, "x@b.example"));
	assert_true(str_is(b->countries.at[0], "jp"));
	assert_int_equal(b->asns.at[0], 64500);
	assert_true(str_is(b->phones.at[0], "0120022234"));
	assert_int_equal(b->basis, BASIS_OFFICIAL);
	assert_true(str_is(b->advice_url, "https://www.kagoya.jp/news/"));
	assert_int_equal(b->points, 300);
	arena_free(f.arena);
}

static void
write_file(const char *folder, const char *name, struct str text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fwrite(text.p, 1, text.n, file);
	fclose(file);
}

static void
drop_file(const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

static void
test_a_folder_of_packs_is_held_against_itself(void **state)
{
	char folder[] = "/tmp/sekisho-test-XXXXXX";
	pack_list packs = { 0 };
	struct fixture f;
	struct str path;

	(void)state;
	fresh(&f);
	assert_non_null(mkdtemp(folder));
	path = str_of(folder);
	write_file(folder, "a.pack.yaml", STR(good));
	write_file(folder, "b.pack.yaml", STR(good));
	write_file(folder, "c.pack.yaml", STR(brands));
	write_file(folder, "d.pack.yaml", changed(f.arena,
	    "id: jp-sample-2096-03\n", "id: d\nbrand: kagoja\n"));
	write_file(folder, "e.pack.yaml", STR("pack: [1\n"));
	write_file(folder, "f.pack.yaml", changed(f.arena,
	    "id: jp-sample-2096-03\n", "id: f\nbrand: kagoya\n"));
	write_file(folder, "notes.yaml", STR("not: [a pack\n"));
	assert_false(packs_load(&packs, f.arena, &path, 1, &f.diags));
	assert_int_equal(f.diags.errors, 3);
	assert_string_equal(f.diags.list.at[0].code, "Y01");
	assert_string_equal(f.diags.list.at[1].code, "X03");
	assert_true(str_ends(f.diags.list.at[1].file, STR("b.pack.yaml")));
	assert_string_equal(f.diags.list.at[2].code, "B01");
	assert_true(has(f.diags.list.at[2].hint, "\"kagoya\""));
	assert_int_equal(f.diags.list.at[2].mark.line, 4);
	assert_int_equal(packs.n, 3);
	assert_non_null(packs_brand(&packs, STR("kagoya")));
	assert_null(packs_brand(&packs, STR("nobody")));
	for (char c = 'a'; c <= 'f'; c++) {
		char name[] = "x.pack.yaml";

		name[0] = c;
		drop_file(folder, name);
	}
	drop_file(folder, "notes.yaml");
	rmdir(folder);
	arena_free(f.arena);
}

/* Once a pipe kept the reader waiting for somebody to write. */
static void
test_a_pipe_is_no_pack(void **state)
{
	char folder[] = "/tmp/sekisho-test-XXXXXX", pipe[64];
	pack_list packs = { 0 };
	struct fixture f;
	struct str path;

	(void)state;
	fresh(&f);
	assert_non_null(mkdtemp(folder));
	path = str_of(folder);
	write_file(folder, "a.pack.yaml", STR(good));
	snprintf(pipe, sizeof(pipe), "%s/b.pack.yaml", folder);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_true(packs_load(&packs, f.arena, &path, 1, &f.diags));
	assert_int_equal(packs.n, 1);
	path = str_of(pipe);
	assert_false(packs_load(&packs, f.arena, &path, 1, &f.diags));
	assert_int_equal(f.diags.errors, 1);
	drop_file(folder, "a.pack.yaml");
	drop_file(folder, "b.pack.yaml");
	rmdir(folder);
	arena_free(f.arena);
}

static void
test_a_path_that_is_not_there_is_an_error(void **state)
{
	pack_list packs = { 0 };
	struct fixture f;
	struct str path = STR("/nowhere/at/all");

	(void)state;
	fresh(&f);
	assert_false(packs_load(&packs, f.arena, &path, 1, &f.diags));
	assert_int_equal(f.diags.errors, 1);
	assert_true(has(f.diags.list.at[0].text, "No such file"));
	arena_free(f.arena);
}

static void
test_limits_are_errors(void **state)
{
	struct fixture f;
	struct buf b;

	(void)state;
	fresh(&f);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 1001; i++)
		buf_printf(&b, "      - 192.0.%d.%d\n", i / 250, i % 250);
	start(&f, changed(f.arena, "    score: 2.5\n", str_cstr(f.arena,
	    str_cat(f.arena, STR("    ip:\n"), buf_str(&b)))));
	assert_false(f.is_ok);
	assert_int_equal(f.diags.errors, 1);
	assert_true(has(f.diags.list.at[0].text, "more than 1,000 values"));
	buf_empty(&b);
	for (int i = 0; i < 1001; i++)
		buf_printf(&b, "      - {host: h%d.evil.example}\n", i);
	start(&f, changed(f.arena, "    score: 2.5\n", str_cstr(f.arena,
	    str_cat(f.arena, STR("    url:\n"), buf_str(&b)))));
	assert_false(f.is_ok);
	assert_true(has(f.diags.list.at[1].text, "more than 1,000 values"));
	buf_empty(&b);
	for (int i = 0; i < 65; i++)
		buf_printf(&b, "      - re:abc%d\n", i);
	start(&f, changed(f.arena, "    score: 2.5\n", str_cstr(f.arena,
	    str_cat(f.arena, STR("    body:\n"), buf_str(&b)))));
	assert_false(f.is_ok);
	assert_true(has(f.diags.list.at[2].text, "more than 64 regular"));
	buf_empty(&b);
	for (int i = 0; i < 31; i++)
		buf_printf(&b, "  g%d:\n    ip: 192.0.2.1\n", i);
	start(&f, changed(f.arena, "when:", str_cstr(f.arena,
	    str_cat(f.arena, buf_str(&b), STR("when:")))));
	assert_false(f.is_ok);
	assert_true(has(f.diags.list.at[3].text, "more than 32 groups"));
	buf_release(&b);
	arena_free(f.arena);
}

static void
test_the_example_packs_load_without_a_word(void **state)
{
	const char *shared = getenv("SEKISHO_SHARED");
	pack_list packs = { 0 };
	struct fixture f;
	struct str path;

	(void)state;
	if (shared == NULL) {
		print_message("SEKISHO_SHARED is not set: no examples\n");
		skip();
	}
	fresh(&f);
	path = str_printf(f.arena, "%s/packs", shared);
	assert_true(packs_load(&packs, f.arena, &path, 1, &f.diags));
	assert_int_equal(f.diags.errors, 0);
	assert_int_equal(packs.n, 6);
	arena_free(f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_smallest_pack_is_read),
		cmocka_unit_test(test_severity_gives_the_ceiling),
		cmocka_unit_test(
		    test_every_mistake_has_its_place_code_and_hint),
		cmocka_unit_test(
		    test_all_mistakes_of_a_file_come_in_one_run_and_in_order),
		cmocka_unit_test(test_private_keys_and_comments_are_free),
		cmocka_unit_test(test_values_have_properties_of_their_own),
		cmocka_unit_test(
		    test_exceptions_come_behind_groups_whatever_the_order),
		cmocka_unit_test(
		    test_review_by_serves_where_what_is_rented_expires),
		cmocka_unit_test(test_a_pack_ages),
		cmocka_unit_test(test_brands_are_read),
		cmocka_unit_test(
		    test_a_folder_of_packs_is_held_against_itself),
		cmocka_unit_test(test_a_pipe_is_no_pack),
		cmocka_unit_test(test_a_path_that_is_not_there_is_an_error),
		cmocka_unit_test(test_limits_are_errors),
		cmocka_unit_test(test_the_example_packs_load_without_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
