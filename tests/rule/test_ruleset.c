/* SPDX-License-Identifier: Apache-2.0 */
/* Packs written here, messages written here: what hits, and what must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "mail/message.h"
#include "rule/brand.h"
#include "rule/extract.h"
#include "rule/ruleset.h"

/* One message against a few packs. */
struct scene {
	struct arena *arena;
	struct fact_table table;
	pack_list packs;
	struct ruleset *ruleset;
	struct envelope envelope;
	struct message message;
	struct facts facts;
	struct hits hits;
	bool is_report;
};

static int
setup(void **state)
{
	struct arena *a = arena_new();
	struct scene *s = ARENA_ONE(a, struct scene);

	s->arena = a;
	fact_table_init(&s->table, a);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *s = *state;

	ruleset_free(s->ruleset);
	arena_free(s->arena);
	return 0;
}

static void
add_yaml(struct scene *s, struct str yaml)
{
	struct pack *p;
	struct diags d;

	diags_init(&d, s->arena);
	if (!pack_read(&p, s->arena, STR("test.pack.yaml"), yaml, &d)) {
		for (size_t i = 0; i < d.list.n; i++)
			print_error("%u:%u: %.*s\n", d.list.at[i].mark.line,
			    d.list.at[i].mark.column,
			    STR_ARG(d.list.at[i].text));
		fail();
	}
	*VEC_ADD(s->arena, &s->packs) = p;
}

static void
add_pack(struct scene *s, const char *id, const char *body)
{
	add_yaml(s, str_printf(s->arena,
	    "pack: 1\nkind: campaign\nid: %s\ntitle: x\nrevision: 1\n"
	    "status: stable\nmode: score\ncreated: 2026-01-01\n"
	    "expires: 2026-12-31\nseverity: high\nconfidence: high\n"
	    "tlp: clear\nreferences: [x]\n%s"
	    "tests:\n"
	    "  - {name: a, expect: match, mail: {from: a@b.example, "
	    "subject: x, body: x}}\n"
	    "  - {name: b, expect: clean, mail: {from: a@b.example, "
	    "subject: y, body: y}}\n", id, body));
}

static void
add_brand(struct scene *s)
{
	add_yaml(s, STR("pack: 1\nkind: brands\nid: brands\ntitle: x\n"
	    "revision: 1\nstatus: stable\nmode: score\ncreated: 2026-01-01\n"
	    "review_by: 2030-01-01\ntlp: clear\nbrands:\n  kagoya:\n"
	    "    name: カゴヤ\n    names: [KAGOYA, カゴヤ]\n"
	    "    tokens: [kagoya]\n    official: [kagoya.jp]\n"
	    "    basis: official\n    source: https://www.kagoya.jp/\n"
	    "tests:\n"
	    "  - {name: a, expect: match, mail: {from: KAGOYA <a@b.example>, "
	    "subject: x, body: 'hxxp://kagoya.jp.b[.]example/'}}\n"
	    "  - {name: b, expect: clean, mail: {from: a@b.example, "
	    "subject: y, body: y}}\n"));
}

static void
read_mail(struct scene *s, const char *raw)
{
	static const struct message_conf conf;

	message_read(&s->message, s->arena, str_of(raw), &s->envelope, &conf);
}

static void
match_on(struct scene *s, const char *day)
{
	struct err e = { "" };
	int32_t as_of;

	assert_true(day_parse(str_of(day), &as_of));
	if (s->ruleset == NULL && !ruleset_build(&s->ruleset, &s->packs,
	        &s->table, NULL, &e))
		fail_msg("%s", e.text);
	facts_init(&s->facts, s->arena, &s->table);
	extract_facts(&s->facts, &s->message, &s->envelope, NULL);
	if (s->is_report)
		facts_give_bool(&s->facts, FACT_REPORT, true,
		    (struct place){ .kind = PLACE_NOWHERE });
	ruleset_match(&s->hits, s->arena, s->ruleset, &s->facts, &s->message,
	    as_of);
}

static void
match_mail(struct scene *s, const char *raw)
{
	read_mail(s, raw);
	match_on(s, "2026-02-10");
}

static const struct rule_hit *
rule(const struct scene *s, const char *id)
{
	const struct rule_hit *hit;

	VEC_EACH(hit, &s->hits.rules)
		if (str_is(hit->pack->id, id))
			return hit;
	return NULL;
}

static bool
fires(const struct scene *s, const char *id)
{
	const struct rule_hit *hit = rule(s, id);

	return hit != NULL && hit->truth == TRUTH_TRUE;
}

static const struct group_hit *
group(const struct scene *s, const char *id, const char *name)
{
	const struct rule_hit *hit = rule(s, id);

	assert_non_null(hit);
	for (size_t i = 0; i < hit->pack->groups.n; i++)
		if (str_is(hit->pack->groups.at[i].name, name))
			return &hit->groups[i];
	fail();
	return NULL;
}

static bool
has_failed(const struct scene *s, const char *name)
{
	for (size_t i = 0; i < s->hits.failed.n; i++)
		if (str_is(s->hits.failed.at[i], name))
			return true;
	return false;
}

#define MAIL(body)                                               \
	"From: =?UTF-8?B?44GI44GN?= <a@mail.bad.example>\r\n"    \
	"To: taro@victim.example\r\n"                            \
	"Subject: [spam] Billing\r\n"                            \
	"Content-Type: text/plain; charset=utf-8\r\n"            \
	"\r\n" body "\r\n"

static void
test_one_value_of_each_kind_of_field_hits(void **state)
{
	static const char *const values[] = {
		"ip: 192.0.2.0/24", "helo: new194", "rdns: none",
		"mail_from: x@env.example", "mail_from.domain: env.example",
		"from: a@mail.bad.example", "from.domain: bad.example",
		"from: ○○@mail.bad.example", "from.name: えき",
		"reply_to: none", "subject: is:billing",
		"body: ご登録の カード", "text: billing",
		"url: hxxps://www.land[.]example/kit/…",
		"url.host: land.example", "url.host: '*.example'",
		"url.domain: land.example", "url.path: /kit/",
		"url.query: u=taro",
		"auth: spf=fail", "count: {links: \"1..3\"}",
		"header: {X-Mailer: none}", "header: {Subject: any}",
		"header: {Subject: Billing}", "phone: 050-1234-5678",
		"charset: utf-8",
	};
	struct scene *s = *state;

	for (size_t i = 0; i < nitems(values); i++)
		add_pack(s, (const char *)str_printf(s->arena, "p%zu", i).p,
		    (const char *)str_printf(s->arena,
		        "groups:\n  g:\n    %s\nwhen: g\n", values[i]).p);
	s->envelope = (struct envelope){
		.helo = STR("new194"), .has_rdns = true,
		.mail_from = STR("x@env.example"), .has_mail_from = true,
		.auth.result = { [AUTH_SPF] = AUTH_FAIL },
	};
	assert_true(addr_parse(STR("192.0.2.9"), &s->envelope.ip));
	match_mail(s, MAIL("ご登録のカード ０５０-1234-5678 "
	    "https://www.land.example/kit/a?u=taro"));
	for (size_t i = 0; i < nitems(values); i++) {
		char id[16];

		snprintf(id, sizeof(id), "p%zu", i);
		if (!fires(s, id))
			print_error("%s\n", values[i]);
		assert_true(fires(s, id));
		assert_int_equal(group(s, id, "g")->hits, 1);
	}
}

static void
test_other_mail_touches_nothing(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    url.domain: bad.example\n"
	    "    subject: x y z\n  c:\n    count: {links: \"0..9\"}\n"
	    "when: g and c\n");
	match_mail(s, MAIL("https://notbad.example/ https://bad.example.org/"));
	assert_int_equal(s->hits.rules.n, 0);
	assert_int_equal(s->hits.failed.n, 0);
}

static void
test_evidence_quotes_the_mail_as_it_stands(void **state)
{
	const struct group_hit *g;
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    body: カゴヤ(株)のABC\n"
	    "  l:\n    link:\n      - path: Kit\n        "
	    "domain: bad.example\nwhen: g\n");
	match_mail(s, MAIL("はい、ｶｺﾞﾔ㈱のＡＢＣです "
	    "HTTPS://WWW.bad.example//Kit/"));
	g = group(s, "a", "g");
	assert_int_equal(g->evidence.n, 1);
	assert_true(str_is(g->evidence.at[0].found, "ｶｺﾞﾔ㈱のＡＢＣ"));
	assert_int_equal(g->evidence.at[0].place.kind, PLACE_PART);
	assert_int_equal(g->evidence.at[0].place.offset, 9);
	g = group(s, "a", "l");
	assert_int_equal(g->evidence.n, 1);
	assert_true(str_is(g->evidence.at[0].found,
	    "HTTPS://WWW.bad.example//Kit/"));
}

static void
test_hits_are_different_values_not_places(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    want: 2\n    body: |\n"
	    "      one word\n      two words\n      three words\n"
	    "    url.domain: bad.example\nwhen: g\n");
	match_mail(s, MAIL("http://bad.example/1 http://bad.example/2 "
	    "http://x.bad.example/3"));
	assert_int_equal(group(s, "a", "g")->hits, 1);
	assert_int_equal(group(s, "a", "g")->truth, TRUTH_FALSE);
	match_mail(s, MAIL("http://bad.example/1 three words"));
	assert_int_equal(group(s, "a", "g")->hits, 2);
	assert_true(fires(s, "a"));
}

static void
test_the_keys_of_a_link_hold_for_one_link(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    link:\n"
	    "      - path: kagoya.net\n"
	    "        not: {domain: [kagoya.net, kagoya.jp]}\n"
	    "      - domain: bad.example\n        query: uid=<rcpt>\n"
	    "when: g\n");
	match_mail(s, MAIL("http://kagoya.jp/kagoya.net/ http://x.example/"));
	assert_null(rule(s, "a"));
	match_mail(s, MAIL("http://x.example/kagoya.net/"));
	assert_true(fires(s, "a"));
	match_mail(s, MAIL("http://bad.example/?uid=jiro@other.example"));
	assert_null(rule(s, "a"));
	match_mail(s, MAIL("http://bad.example/?uid=taro@victim.example"));
	assert_true(fires(s, "a"));
}

static void
test_a_link_may_be_told_by_showing_another_site(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    link:\n"
	    "      - mismatch: true\n        scheme: https\nwhen: g\n");
	read_mail(s, MAIL("https://login.bad.example/"));
	assert_int_equal(s->message.urls.n, 1);
	s->message.urls.at[0].source = URL_A;
	s->message.urls.at[0].text = STR("https://www.good.example/");
	match_on(s, "2026-02-10");
	assert_true(fires(s, "a"));
	s->message.urls.at[0].text = STR("www.bad.example");
	match_on(s, "2026-02-10");
	assert_null(rule(s, "a"));
	s->message.urls.at[0].text = STR("ここをクリック");
	match_on(s, "2026-02-10");
	assert_null(rule(s, "a"));
}

static void
test_a_recipient_in_a_phrase_must_be_one(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    body: <rcpt> 様\nwhen: g\n");
	match_mail(s, MAIL("jiro@other.example 様"));
	assert_null(rule(s, "a"));
	match_mail(s, MAIL("jiro@other.example 様 Taro@Victim.example 様"));
	assert_true(fires(s, "a"));
	assert_true(str_is(group(s, "a", "g")->evidence.at[0].found,
	    "Taro@Victim.example 様"));
}

static void
test_values_groups_and_packs_expire_at_the_end_of_a_day(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  v:\n    url.domain:\n"
	    "      - value: bad.example\n        expires: 2026-03-01\n"
	    "    body: phrase\n"
	    "  g:\n    url.path: /kit/\n    expires: 2026-04-01\n"
	    "when: v or g\n");
	read_mail(s, MAIL("http://bad.example/kit/"));
	match_on(s, "2026-03-01");
	assert_int_equal(group(s, "a", "v")->truth, TRUTH_TRUE);
	match_on(s, "2026-03-02");
	assert_int_equal(group(s, "a", "v")->truth, TRUTH_FALSE);
	assert_true(group(s, "a", "v")->is_expired);
	assert_int_equal(group(s, "a", "v")->hits, 0);
	assert_int_equal(group(s, "a", "g")->truth, TRUTH_TRUE);
	match_on(s, "2026-04-02");
	assert_int_equal(group(s, "a", "g")->truth, TRUTH_FALSE);
	assert_false(fires(s, "a"));
	match_on(s, "2027-01-15");
	assert_int_equal(rule(s, "a")->effect, EFFECT_OBSERVE);
	match_on(s, "2027-03-01");
	assert_int_equal(rule(s, "a")->effect, EFFECT_NONE);
}

static void
test_a_spoofed_name_counts_only_without_authentication(void **state)
{
	static const struct {
		enum auth_result result[3]; /* spf, dkim, dmarc */
		const char *dkim_domain;
		enum truth wanted;
	} cases[] = {
		{ { AUTH_FAIL, AUTH_NONE, AUTH_NONE },
		    "", TRUTH_TRUE },
		{ { AUTH_FAIL, AUTH_FAIL, AUTH_PASS },
		    "", TRUTH_FALSE },
		{ { AUTH_PASS, AUTH_PASS, AUTH_NONE },
		    "", TRUTH_FALSE },
		{ { AUTH_PASS, AUTH_PASS, AUTH_NONE },
		    "bad.example", TRUTH_FALSE },
		{ { AUTH_PASS, AUTH_PASS, AUTH_NONE },
		    "other.example", TRUTH_TRUE },
		{ { AUTH_PASS, AUTH_FAIL, AUTH_FAIL },
		    "", TRUTH_TRUE },
		{ { AUTH_UNKNOWN, AUTH_UNKNOWN, AUTH_UNKNOWN },
		    "", TRUTH_UNDECIDED },
		{ { AUTH_FAIL, AUTH_UNKNOWN, AUTH_FAIL },
		    "", TRUTH_TRUE },
		{ { AUTH_PASS, AUTH_UNKNOWN, AUTH_NONE },
		    "", TRUTH_UNDECIDED },
		{ { AUTH_FAIL, AUTH_NONE, AUTH_UNKNOWN },
		    "", TRUTH_UNDECIDED },
	};
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    from:\n"
	    "      - value: ○○@mail.bad.example\n        spoofed: true\n"
	    "  l:\n    body: lure\nwhen: g and l\n");
	for (size_t i = 0; i < nitems(cases); i++) {
		for (int k = AUTH_SPF; k <= AUTH_DMARC; k++)
			s->envelope.auth.result[k] = cases[i].result[k];
		s->envelope.auth.domain[AUTH_DKIM] =
		    str_of(cases[i].dkim_domain);
		match_mail(s, MAIL("the lure"));
		assert_int_equal(group(s, "a", "g")->truth, cases[i].wanted);
		assert_int_equal(fires(s, "a"),
		    cases[i].wanted == TRUTH_TRUE);
		assert_int_equal(has_failed(s, "auth.dmarc") ||
		    has_failed(s, "auth.dkim"),
		    cases[i].wanted == TRUTH_UNDECIDED);
	}
}

static void
test_a_forged_helo_is_told_by_the_reverse_name(void **state)
{
	static const struct {
		bool has_rdns;
		const char *rdns;
		enum truth wanted;
	} cases[] = {
		{ true, "", TRUTH_TRUE },
		{ true, "vps.rented.example", TRUTH_TRUE },
		{ true, "noreply0.jcom.co.jp", TRUTH_FALSE },
		{ true, "a.noreply0.jcom.co.jp", TRUTH_FALSE },
		{ true, "mx7.jcom.co.jp", TRUTH_FALSE },
		{ false, "", TRUTH_UNDECIDED },
	};
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    helo:\n"
	    "      - value: noreply0.jcom.co.jp\n        spoofed: true\n"
	    "  l:\n    body: lure\nwhen: g and l\n");
	s->envelope.helo = STR("noreply0.jcom.co.jp");
	assert_true(addr_parse(STR("192.0.2.1"), &s->envelope.ip));
	for (size_t i = 0; i < nitems(cases); i++) {
		s->envelope.has_rdns = cases[i].has_rdns;
		s->envelope.rdns = str_of(cases[i].rdns);
		match_mail(s, MAIL("the lure"));
		assert_int_equal(group(s, "a", "g")->truth, cases[i].wanted);
	}
	assert_true(has_failed(s, "rdns"));
}

static void
test_a_hacked_host_alone_never_fires(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  hosts:\n    url.domain:\n"
	    "      - value: bad.example\n        hacked_site: true\n"
	    "        expires: 2026-06-01\n"
	    "    body: lure\n"
	    "  kit:\n    url.path: /kit/\n  words:\n    subject: billing\n"
	    "when: hosts\n");
	match_mail(s, MAIL("http://bad.example/"));
	assert_false(fires(s, "a"));
	assert_int_equal(group(s, "a", "hosts")->hits, 0);
	match_mail(s, MAIL("http://bad.example/kit/"));
	assert_true(fires(s, "a"));
	match_mail(s, MAIL("http://bad.example/ lure"));
	assert_int_equal(group(s, "a", "hosts")->hits, 2);
	assert_true(fires(s, "a"));
}

static void
test_an_exception_silences_and_is_told(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    body: lure\n"
	    "exceptions:\n  training:\n    from.domain: bad.example\n"
	    "    note: our own drill\nwhen: g\n");
	match_mail(s, MAIL("the lure"));
	assert_int_equal(group(s, "a", "g")->truth, TRUTH_TRUE);
	assert_int_equal(rule(s, "a")->truth, TRUTH_FALSE);
	assert_true(str_is(rule(s, "a")->silenced_by->name, "training"));
}

static void
test_a_failed_fact_leaves_its_group_undecided(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  net:\n    url.ip: 192.0.2.1\n"
	    "    ip: 192.0.2.7\n  l:\n    body: lure\n"
	    "when: l and not net\n");
	match_mail(s, MAIL("lure http://x.example/"));
	assert_int_equal(group(s, "a", "net")->truth, TRUTH_UNDECIDED);
	assert_int_equal(rule(s, "a")->truth, TRUTH_UNDECIDED);
	assert_true(has_failed(s, "url.ip"));
	assert_true(has_failed(s, "ip"));
	match_mail(s, MAIL("lure http://192.0.2.1/ http://x.example/"));
	assert_int_equal(group(s, "a", "net")->truth, TRUTH_TRUE);
	assert_true(addr_parse(STR("192.0.2.9"), &s->envelope.ip));
	match_mail(s, MAIL("lure"));
	assert_int_equal(group(s, "a", "net")->truth, TRUTH_FALSE);
	assert_true(fires(s, "a"));
}

static void
test_absence_alone_may_fire_a_pack(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    header: {List-Id: none}\n"
	    "  c:\n    count: {links: \"1\"}\nwhen: g and c\n");
	add_pack(s, "b", "groups:\n  g:\n    body: never said\n"
	    "when: not g\n");
	match_mail(s, MAIL("http://x.example/"));
	assert_true(fires(s, "a"));
	assert_true(fires(s, "b"));
	match_mail(s, MAIL("http://x.example/ http://y.example/"));
	assert_false(fires(s, "a"));
}

static void
test_a_report_quotes_and_a_lure_does_not(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  u:\n    url.domain: land.example\n"
	    "  b:\n    body: lure\n  f:\n    from.domain: bad.example\n"
	    "when: u or b\n");
	s->is_report = true;
	match_mail(s, MAIL("the lure https://www.land.example/x"));
	assert_true(s->hits.is_report);
	assert_int_equal(group(s, "a", "u")->truth, TRUTH_FALSE);
	assert_true(group(s, "a", "u")->evidence.at[0].is_quoted);
	assert_true(group(s, "a", "b")->evidence.at[0].is_quoted);
	assert_int_equal(group(s, "a", "f")->truth, TRUTH_TRUE);
	assert_false(group(s, "a", "f")->evidence.at[0].is_quoted);
	assert_false(fires(s, "a"));

	s->message.urls.at[0].source = URL_A;
	s->message.urls.at[0].text = STR("land.example/x");
	match_on(s, "2026-02-10");
	assert_int_equal(group(s, "a", "u")->truth, TRUTH_FALSE);
	s->message.urls.at[0].text = STR("こちら");
	match_on(s, "2026-02-10");
	assert_int_equal(group(s, "a", "u")->truth, TRUTH_TRUE);
	assert_true(fires(s, "a"));
}

static void
test_brand_facts_stand_beside_groups(void **state)
{
	struct scene *s = *state;

	add_brand(s);
	add_pack(s, "a", "brand: kagoya\ngroups:\n  g:\n"
	    "    subject: billing\nwhen: g and brand.offsite_link\n");
	add_pack(s, "b", "brand: kagoya\ngroups:\n  g:\n"
	    "    body: never said\nwhen: brand.in_url and not g\n");
	match_mail(s, MAIL("カゴヤです http://x.example/kagoya/"));
	assert_true(fires(s, "a"));
	assert_true(fires(s, "b"));
	assert_non_null(rule(s, "a")->brand);
	match_mail(s, MAIL("http://x.example/"));
	assert_false(fires(s, "a"));
	assert_null(rule(s, "b"));
}

static void
test_the_same_value_in_many_packs_hits_all(void **state)
{
	struct scene *s = *state;

	for (int i = 0; i < 50; i++)
		add_pack(s, (const char *)str_printf(s->arena, "p%d", i).p,
		    "groups:\n  g:\n    subject: billing\n"
		    "    url.path: /kit/\nwhen: g\n");
	match_mail(s, MAIL("http://x.example/kit/"));
	assert_int_equal(s->hits.rules.n, 50);
	assert_int_equal(group(s, "p49", "g")->hits, 2);
	assert_int_equal(ruleset_indicators(s->ruleset), 100);
}

static void
test_a_message_does_not_see_the_hits_of_another(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  g:\n    want: 2\n    body: |\n"
	    "      one word\n      two words\nwhen: g\n");
	match_mail(s, MAIL("one word"));
	assert_int_equal(group(s, "a", "g")->hits, 1);
	match_mail(s, MAIL("two words"));
	assert_int_equal(group(s, "a", "g")->hits, 1);
	match_mail(s, MAIL("neither"));
	assert_int_equal(s->hits.rules.n, 0);
}

static void
test_a_ruleset_knows_what_its_packs_ask_for(void **state)
{
	struct scene *s = *state;

	add_pack(s, "a", "groups:\n  x: {subject: [x], score: 1}\n"
	    "  y: {file.sha256: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa], score: 1}\nwhen: x or y\n");
	match_mail(s, "From: a@b.example\r\n\r\nx\r\n");
	assert_true(ruleset_asks(s->ruleset, FACT_SUBJECT));
	assert_true(ruleset_asks(s->ruleset, FACT_FILE_SHA256));
	assert_false(ruleset_asks(s->ruleset, FACT_FILE_NAME));
	assert_false(ruleset_asks(s->ruleset, FACT_HELO));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_value_of_each_kind_of_field_hits),
		TEST(test_other_mail_touches_nothing),
		TEST(test_evidence_quotes_the_mail_as_it_stands),
		TEST(test_hits_are_different_values_not_places),
		TEST(test_the_keys_of_a_link_hold_for_one_link),
		TEST(test_a_link_may_be_told_by_showing_another_site),
		TEST(test_a_recipient_in_a_phrase_must_be_one),
		TEST(test_values_groups_and_packs_expire_at_the_end_of_a_day),
		TEST(test_a_spoofed_name_counts_only_without_authentication),
		TEST(test_a_forged_helo_is_told_by_the_reverse_name),
		TEST(test_a_hacked_host_alone_never_fires),
		TEST(test_an_exception_silences_and_is_told),
		TEST(test_a_failed_fact_leaves_its_group_undecided),
		TEST(test_absence_alone_may_fire_a_pack),
		TEST(test_a_report_quotes_and_a_lure_does_not),
		TEST(test_brand_facts_stand_beside_groups),
		TEST(test_the_same_value_in_many_packs_hits_all),
		TEST(test_a_ruleset_knows_what_its_packs_ask_for),
		TEST(test_a_message_does_not_see_the_hits_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
