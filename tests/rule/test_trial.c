/* SPDX-License-Identifier: Apache-2.0 */
/* Tests inside packs: those that hold pass, the others say what was found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "conf/diag.h"
#include "mail/message.h"
#include "rule/fact.h"
#include "rule/rebuild.h"
#include "rule/ruleset.h"
#include "rule/trial.h"

static const char campaign_head[] =
    "pack: 1\n"
    "kind: campaign\n"
    "id: jp-sample-2026-03\n"
    "title: 見本\n"
    "revision: 1\n"
    "status: test\n"
    "mode: observe\n"
    "created: 2026-03-01\n"
    "seen: {first: 2026-03-01, last: 2026-03-05}\n"
    "expires: 2026-06-01\n"
    "severity: high\n"
    "confidence: medium\n"
    "tlp: clear\n"
    "references: [sample]\n"
    "groups:\n"
    "  relay:\n"
    "    ip: 192.0.2.7\n"
    "    from: ○○@kir.example\n"
    "    score: 2\n"
    "  lure:\n"
    "    want: 2\n"
    "    body: |\n"
    "      カゴヤのご利用料金\n"
    "      ABC一括払い更新失敗\n"
    "    score: 3\n"
    "  landing:\n"
    "    url: hxxps://www.bad[.]example/login/…\n"
    "    score: 5\n"
    "when: landing or (lure and relay)\n"
    "tests:\n";

static const char clean_test[] =
    "  - name: unrelated\n"
    "    expect: clean\n"
    "    mail: {from: 'A <a@b[.]example>', subject: x, body: hello}\n";

struct bench {
	struct arena *arena;
	struct diags diags;
	struct fact_table table;
	pack_list packs;
	struct ruleset *ruleset;
	trial_list trials;
};

static void
bench_pack(struct bench *b, const char *head, const char *tests)
{
	struct pack *pack;
	struct str yaml;
	struct err e;

	b->arena = arena_new();
	diags_init(&b->diags, b->arena);
	fact_table_init(&b->table, b->arena);
	b->packs = (pack_list){ 0 };
	b->trials = (trial_list){ 0 };
	yaml = str_printf(b->arena, "%s%s", head, tests);
	if (!pack_read(&pack, b->arena, STR("sample.pack.yaml"), yaml,
	    &b->diags))
		fail_msg("%u: %" STR_FMT, b->diags.list.at[0].mark.line,
		    STR_ARG(b->diags.list.at[0].text));
	*VEC_ADD(b->arena, &b->packs) = pack;
	if (!ruleset_build(&b->ruleset, &b->packs, &b->table, NULL, &e))
		fail_msg("%s", e.text);
}

static void
bench_run(struct bench *b, const struct trial_conf *conf)
{
	static const struct trial_conf as_written = { .day = DAY_NONE };

	trials_run(&b->trials, b->arena, b->ruleset, &b->table,
	    b->packs.at[0], conf == NULL ? &as_written : conf);
}

static void
bench_end(struct bench *b)
{
	ruleset_free(b->ruleset);
	arena_free(b->arena);
}

/* What the only test of a pack, beside the clean one, says. */
static void
assert_found(const char *test, const char *wanted)
{
	struct bench b;
	char yaml[2048];

	snprintf(yaml, sizeof(yaml), "%s%s", test, clean_test);
	bench_pack(&b, campaign_head, yaml);
	bench_run(&b, NULL);
	assert_true(b.trials.n >= 2);
	if (wanted == NULL && !b.trials.at[0].is_passed)
		fail_msg("%" STR_FMT, STR_ARG(b.trials.at[0].found));
	if (wanted != NULL && str_find_str(b.trials.at[0].found,
	    str_of(wanted)) == b.trials.at[0].found.n)
		fail_msg("wanted \"%s\", found \"%" STR_FMT "\"", wanted,
		    STR_ARG(b.trials.at[0].found));
	assert_true(b.trials.at[0].is_passed == (wanted == NULL));
	assert_true(b.trials.at[b.trials.n - 1].is_passed);
	bench_end(&b);
}

static void
test_an_observed_campaign_that_fires_is_a_match(void **state)
{
	(void)state;
	assert_found(
	    "  - name: link\n"
	    "    expect: match\n"
	    "    mail: {from: 'A <a@b[.]example>', subject: x, body: "
	    "'hxxps://www.bad[.]example/login/1'}\n"
	    "    evidence: [landing]\n"
	    "    not_evidence: [relay, lure]\n"
	    "    score: '>=5'\n", NULL);
}

static void
test_failures_say_what_was_found_instead(void **state)
{
	static const struct {
		const char *test, *wanted;
	} cases[] = {
		{ "  - {name: a, expect: match, mail: {from: a@b.example, "
		  "subject: x, body: hello}}\n",
		  "expected a match, did not fire; nothing matched" },
		{ "  - {name: a, expect: match, mail: {from: a@b.example, "
		  "subject: x, ip: 192.0.2.7, body: カゴヤのご利用料金}}\n",
		  "lure has 1 of 2 values; there is: relay" },
		{ "  - {name: a, expect: clean, mail: {from: a@b.example, "
		  "subject: x, body: 'hxxps://bad[.]example/login/'}}\n",
		  "expected clean, but it fires with 5.00 points; "
		  "there is: landing" },
		{ "  - {name: a, expect: match, evidence: [relay], mail: {from:"
		  " a@b.example, body: 'hxxps://bad[.]example/login/'}}\n",
		  "no evidence \"relay\"; there is: landing" },
		{ "  - {name: a, expect: match, not_evidence: [landing], mail: "
		  "{from: a@b.example, body: 'hxxps://bad[.]example/login/'}}"
		  "\n", "evidence \"landing\" must not be there" },
		{ "  - {name: a, expect: match, score: '>=9', mail: {from: "
		  "a@b.example, body: 'hxxps://bad[.]example/login/'}}\n",
		  "score 5.00, expected at least 9.00" },
		{ "  - {name: a, expect: match, at: 2027-01-01, mail: {from: "
		  "a@b.example, body: 'hxxps://bad[.]example/login/'}}\n",
		  "the pack has no effect on 2027-01-01" },
		{ "  - {name: a, expect: match, eml: no/such.eml}\n",
		  "No such file" },
		{ "  - {name: a, expect: match, eml: /etc/passwd}\n",
		  "must be a path from the pack's folder" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		assert_found(cases[i].test, cases[i].wanted);
}

static void
test_a_masked_mailbox_is_any_name_of_its_domain(void **state)
{
	static const struct {
		const char *from;
		bool is_hit;
	} cases[] = {
		{ "X <admin@kir.example>", true },
		{ "X <ADMIN@KIR.example>", true },
		{ "X <admin@sub.kir.example>", false },
		{ "X <kir.example@b.example>", false },
	};
	struct bench b;
	char yaml[2048];

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		snprintf(yaml, sizeof(yaml), "  - {name: a, expect: clean, "
		    "evidence: [relay], mail: {from: '%s', subject: x, body: "
		    "y}}\n%s", cases[i].from, clean_test);
		bench_pack(&b, campaign_head, yaml);
		bench_run(&b, NULL);
		assert_int_equal(b.trials.at[0].is_passed, cases[i].is_hit);
		bench_end(&b);
	}
}

static void
test_defanged_text_stays_so_when_asked(void **state)
{
	(void)state;
	assert_found(
	    "  - name: a newsletter\n"
	    "    expect: clean\n"
	    "    mail: {from: a@b.example, refang: false, body: "
	    "'hxxps://www.bad[.]example/login/1'}\n", NULL);
}

static const char varied_test[] =
    "  - name: varied\n"
    "    expect: match\n"
    "    mail:\n"
    "      from: カゴヤ <a@b[.]example>\n"
    "      subject: x\n"
    "      ip: 192.0.2.7\n"
    "      body: 日頃よりカゴヤのご利用料金をABC一括払い更新失敗しました\n"
    "    evidence: [lure, relay]\n";

static void
test_every_variant_is_run_and_matches(void **state)
{
	struct trial_conf conf = { .day = DAY_NONE,
		.is_every_variant = true };
	const struct trial *t;
	struct bench b;
	char yaml[2048];

	(void)state;
	snprintf(yaml, sizeof(yaml), "%s%s", varied_test, clean_test);
	bench_pack(&b, campaign_head, yaml);
	bench_run(&b, &conf);
	assert_int_equal(b.trials.n, 2 * n_rebuild_variants);
	VEC_EACH(t, &b.trials)
		if (!t->is_passed)
			fail_msg("%" STR_FMT ": %" STR_FMT,
			    STR_ARG(t->variant), STR_ARG(t->found));
	bench_end(&b);
}

static void
test_only_the_variants_written_are_run(void **state)
{
	struct trial_conf conf = { .day = DAY_NONE, .like = STR("vari") };
	struct bench b;
	char yaml[2048];

	(void)state;
	snprintf(yaml, sizeof(yaml),
	    "%s    vary: [utf-8, shift_jis, html]\n%s", varied_test,
	    clean_test);
	bench_pack(&b, campaign_head, yaml);
	bench_run(&b, &conf);
	assert_int_equal(b.trials.n, 3);
	assert_int_equal(b.trials.at[0].variant.n, 0);
	assert_true(str_is(b.trials.at[1].variant, "shift_jis"));
	assert_true(str_is(b.trials.at[2].variant, "html"));
	bench_end(&b);
}

static void
test_a_charset_that_cannot_hold_the_text_is_skipped(void **state)
{
	struct bench b;
	char yaml[2048];

	(void)state;
	snprintf(yaml, sizeof(yaml),
	    "  - {name: hangul, expect: clean, vary: [shift_jis], mail: "
	    "{from: a@b.example, subject: x, body: 한국어}}\n%s", clean_test);
	bench_pack(&b, campaign_head, yaml);
	bench_run(&b, NULL);
	assert_int_equal(b.trials.n, 3);
	assert_true(b.trials.at[1].is_skipped && b.trials.at[1].is_passed);
	assert_true(str_is(b.trials.at[1].found,
	    "shift_jis cannot hold the text"));
	bench_end(&b);
}

static void
test_a_date_can_be_forced_on_all(void **state)
{
	struct trial_conf conf = { .day = DAY_NONE };
	struct bench b;
	char yaml[2048];

	(void)state;
	assert_true(day_parse(STR("2030-01-01"), &conf.day));
	snprintf(yaml, sizeof(yaml), "%s%s", varied_test, clean_test);
	bench_pack(&b, campaign_head, yaml);
	bench_run(&b, &conf);
	assert_false(b.trials.at[0].is_passed);
	assert_true(b.trials.at[1].is_passed);
	bench_end(&b);
}

static const char brands_head[] =
    "pack: 1\n"
    "kind: brands\n"
    "id: sample-brands\n"
    "title: brands\n"
    "revision: 1\n"
    "status: stable\n"
    "mode: score\n"
    "created: 2026-03-01\n"
    "review_by: 2030-01-01\n"
    "tlp: clear\n"
    "brands:\n"
    "  kagoya:\n"
    "    name: KAGOYA\n"
    "    names: [KAGOYA, カゴヤ]\n"
    "    tokens: [kagoya]\n"
    "    official: [kagoya.jp]\n"
    "    basis: official\n"
    "    source: https://www.kagoya.jp/\n"
    "tests:\n";

static void
test_a_brand_is_matched_by_its_signs(void **state)
{
	struct bench b;

	(void)state;
	bench_pack(&b, brands_head,
	    "  - name: named by a stranger\n"
	    "    expect: match\n"
	    "    brand: kagoya\n"
	    "    mail: {from: 'KAGOYA <a@b[.]example>', subject: x, body: "
	    "'hxxps://c[.]example/x'}\n"
	    "    evidence: [brand.claimed, brand.offsite_link]\n"
	    "  - name: told of\n"
	    "    expect: clean\n"
	    "    brand: kagoya\n"
	    "    mail: {from: 'A <a@b[.]example>', subject: x, body: KAGOYA}\n"
	    "  - name: not told of\n"
	    "    expect: match\n"
	    "    brand: kagoya\n"
	    "    mail: {from: 'A <a@b[.]example>', subject: x, body: y}\n");
	bench_run(&b, NULL);
	assert_int_equal(b.trials.n, 3);
	if (!b.trials.at[0].is_passed)
		fail_msg("%" STR_FMT, STR_ARG(b.trials.at[0].found));
	assert_true(b.trials.at[0].points > 0);
	assert_true(b.trials.at[1].is_passed);
	assert_false(b.trials.at[2].is_passed);
	bench_end(&b);
}

static void
test_a_file_brings_its_envelope_on_top(void **state)
{
	char folder[] = "/tmp/sekisho-test-XXXXXX", path[64], yaml[512];
	struct rebuilt mail;
	struct bench b;
	struct err e;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/x.eml", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("X-Test-IP: 192.0.2.7\nX-Test-Helo: h\nFrom: a@b.example\n\n",
	    file);
	fclose(file);
	snprintf(yaml, sizeof(yaml),
	    "  - {name: a, expect: match, eml: x.eml}\n%s", clean_test);
	bench_pack(&b, campaign_head, yaml);
	b.packs.at[0]->file = str_printf(b.arena, "%s/p.pack.yaml", folder);
	assert_true(rebuild_test(&mail, b.arena, &(struct rebuild){
	    .pack = b.packs.at[0], .test = &b.packs.at[0]->tests.at[0] }, &e));
	assert_true(str_is(mail.raw, "From: a@b.example\n\n"));
	assert_true(str_is(mail.envelope.helo, "h"));
	assert_int_equal(mail.envelope.ip.family, 4);
	unlink(path);
	rmdir(folder);
	bench_end(&b);
}

/* The trials of a kind, and how many of them fail. */
static size_t
count_kind(const struct bench *b, enum trial_kind kind, size_t *failed)
{
	const struct trial *t;
	size_t n = 0;

	*failed = 0;
	VEC_EACH(t, &b->trials) {
		n += t->kind == kind && !t->is_note;
		*failed += t->kind == kind && !t->is_note && !t->is_passed;
	}
	return n;
}

static const struct trial *
find_trial(const struct bench *b, enum trial_kind kind, const char *name)
{
	const struct trial *t;

	VEC_EACH(t, &b->trials)
		if (t->kind == kind && str_is(t->name, name))
			return t;
	fail_msg("no trial \"%s\"", name);
	return NULL;
}

static void
test_every_indicator_is_hit_by_the_mail_made_of_it(void **state)
{
	static const struct trial_conf conf = { .day = DAY_NONE,
		.has_self = true };
	struct bench b;
	size_t failed;

	(void)state;
	bench_pack(&b, campaign_head, clean_test);
	bench_run(&b, &conf);
	assert_int_equal(count_kind(&b, TRIAL_SELF, &failed), 5);
	assert_int_equal(failed, 0);
	bench_end(&b);
}

/* One of each field, prefix, mask and placeholder, as authors write them. */
static void
test_values_of_all_fields_have_mails(void **state)
{
	static const char groups[] =
	    "groups:\n"
	    "  each:\n"
	    "    ip: [192.0.2.0/24, '2001:db8::/32', 198.51.100.***]\n"
	    "    helo: new194\n"
	    "    rdns: mail.bad[.]example\n"
	    "    relay: ['relay.bad[.]example', 192.0.2.77]\n"
	    "    mail_from: bounce@bad[.]example\n"
	    "    mail_from.domain: bad2[.]example\n"
	    "    from: ['○○@kir.example', 'x(at)bad[.]example']\n"
	    "    from.domain: bad3[.]example\n"
	    "    from.name: ['is:えきねっと', 'say \"hi\"']\n"
	    "    reply_to: r@bad[.]example\n"
	    "    reply_to.domain: bad4[.]example\n"
	    "    subject: ['is:お知らせ', '<num>件の通知 <date>', '至急…']\n"
	    "    body: ['＊＊＊様のお支払い', 'lit:re: <any>', "
	    "'<email> です']\n"
	    "    text: 「サーバの使用料金」\n"
	    "    html: <font color=red>\n"
	    "    link.text: ログインはこちら\n"
	    "    url:\n"
	    "      - hxxps://www.bad[.]example/a/…\n"
	    "      - hxxp://bad[.]example/?uid=***@***.net\n"
	    "      - {host: bad.example, path: /kit2/, mismatch: true}\n"
	    "    url.host: '****.pages.example'\n"
	    "    url.domain: bad5[.]example\n"
	    "    url.path: ['^/kit', '/end.php$', '/wp-****/x']\n"
	    "    url.query: login=*****@*******.***\n"
	    "    url.ip: 203.0.113.9\n"
	    "    header: {X-Mailer: 'FoxMail <num>', List-Id: none}\n"
	    "    auth: [spf=fail, dmarc=none]\n"
	    "    count: {links: 2..3, body_chars: '>100', references: 0}\n"
	    "    file.name: invoice.zip\n"
	    "    phone: 0120-123-456\n"
	    "    charset: iso-2022-jp\n"
	    "when: each\n"
	    "tests:\n";
	static const struct trial_conf conf = { .day = DAY_NONE,
		.has_self = true };
	char head[4096];
	const struct trial *t;
	struct bench b;
	size_t failed;

	(void)state;
	snprintf(head, sizeof(head), "%.*s%s",
	    (int)(strstr(campaign_head, "groups:\n") - campaign_head),
	    campaign_head, groups);
	bench_pack(&b, head, clean_test);
	bench_run(&b, &conf);
	assert_true(count_kind(&b, TRIAL_SELF, &failed) > 40);
	VEC_EACH(t, &b.trials)
		if (t->kind == TRIAL_SELF && (!t->is_passed || t->is_skipped))
			fail_msg("%" STR_FMT ": %" STR_FMT, STR_ARG(t->name),
			    STR_ARG(t->found));
	bench_end(&b);
}

static void
test_a_group_that_no_test_misses_survives(void **state)
{
	static const struct trial_conf conf = { .day = DAY_NONE,
		.has_mutants = true };
	struct bench b;
	size_t failed;

	(void)state;
	bench_pack(&b, campaign_head,
	    "  - name: link\n"
	    "    expect: match\n"
	    "    mail: {from: 'A <a@b[.]example>', subject: x, body: "
	    "'hxxps://www.bad[.]example/login/1'}\n"
	    "    evidence: [landing]\n"
	    "  - name: unrelated\n"
	    "    expect: clean\n"
	    "    mail: {from: 'A <a@b[.]example>', subject: x, body: hello}\n");
	bench_run(&b, &conf);
	assert_int_equal(count_kind(&b, TRIAL_MUTANT, &failed), 3);
	assert_int_equal(failed, 2);
	assert_true(find_trial(&b, TRIAL_MUTANT, "landing")->is_passed);
	assert_false(find_trial(&b, TRIAL_MUTANT, "relay")->is_passed);
	/* Nothing of it stays: the pack is as it was. */
	assert_int_equal(b.packs.at[0]->groups.at[2].expires, DAY_NONE);
	assert_int_equal(b.packs.at[0]->groups.at[2].values.at[0].expires,
	    DAY_NONE);
	bench_end(&b);
}

static void
test_a_group_may_be_excused_with_a_reason(void **state)
{
	static const struct trial_conf conf = { .day = DAY_NONE,
		.has_mutants = true };
	char head[2048];
	const char *at = strstr(campaign_head, "  relay:\n");
	struct bench b;

	(void)state;
	snprintf(head, sizeof(head), "%.*s  # sekisho: ignore T04 (rented)\n%s",
	    (int)(at - campaign_head), campaign_head, at);
	bench_pack(&b, head, clean_test);
	bench_run(&b, &conf);
	assert_true(find_trial(&b, TRIAL_MUTANT, "relay")->is_skipped);
	assert_false(find_trial(&b, TRIAL_MUTANT, "lure")->is_passed);
	bench_end(&b);
}

static void
test_a_mail_that_fires_another_pack_is_told(void **state)
{
	static const struct trial_conf conf = { .day = DAY_NONE,
		.has_cross = true };
	struct bench b;
	struct pack *other;
	struct str yaml;
	const struct trial *t;
	struct err e;

	(void)state;
	bench_pack(&b, campaign_head,
	    "  - name: link\n"
	    "    expect: match\n"
	    "    mail: {from: 'A <a@b[.]example>', subject: x, body: "
	    "'hxxps://www.bad[.]example/login/1'}\n");
	yaml = str_printf(b.arena, "%s%s", campaign_head, clean_test);
	memcpy(strstr((char *)(uintptr_t)yaml.p, "jp-sample"), "jp-second",
	    strlen("jp-second"));
	assert_true(pack_read(&other, b.arena, STR("b.pack.yaml"), yaml,
	    &b.diags));
	*VEC_ADD(b.arena, &b.packs) = other;
	ruleset_free(b.ruleset);
	assert_true(ruleset_build(&b.ruleset, &b.packs, &b.table, NULL, &e));
	bench_run(&b, &conf);
	t = find_trial(&b, TRIAL_CROSS, "link");
	assert_false(t->is_passed);
	assert_true(str_find_str(t->found,
	    STR("jp-second-2026-03 fires too, by landing")) < t->found.n);
	other->family = b.packs.at[0]->family = STR("sample");
	b.trials = (trial_list){ 0 };
	bench_run(&b, &conf);
	assert_true(find_trial(&b, TRIAL_CROSS, "link")->is_passed);
	bench_end(&b);
}

static void
test_failures_show_what_the_mail_had(void **state)
{
	(void)state;
	assert_found(
	    "  - name: other site\n"
	    "    expect: match\n"
	    "    mail: {from: 'A <a@b[.]example>', subject: x, body: "
	    "'hxxps://www.good[.]example/login/1'}\n"
	    "    evidence: [landing]\n",
	    "landing is missing; url in the mail: "
	    "\"hxxps://good[.]example/login/1\"");
	assert_found(
	    "  - name: should be clean\n"
	    "    expect: clean\n"
	    "    mail: {from: 'A <a@b[.]example>', subject: x, body: "
	    "'hxxps://www.bad[.]example/login/1'}\n",
	    "landing by url \"hxxps://www[.]bad[.]example/login/1\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_an_observed_campaign_that_fires_is_a_match),
		cmocka_unit_test(test_failures_say_what_was_found_instead),
		cmocka_unit_test(
		    test_a_masked_mailbox_is_any_name_of_its_domain),
		cmocka_unit_test(test_defanged_text_stays_so_when_asked),
		cmocka_unit_test(test_every_variant_is_run_and_matches),
		cmocka_unit_test(test_only_the_variants_written_are_run),
		cmocka_unit_test(
		    test_a_charset_that_cannot_hold_the_text_is_skipped),
		cmocka_unit_test(test_a_date_can_be_forced_on_all),
		cmocka_unit_test(test_a_brand_is_matched_by_its_signs),
		cmocka_unit_test(test_a_file_brings_its_envelope_on_top),
		cmocka_unit_test(
		    test_every_indicator_is_hit_by_the_mail_made_of_it),
		cmocka_unit_test(test_values_of_all_fields_have_mails),
		cmocka_unit_test(test_a_group_that_no_test_misses_survives),
		cmocka_unit_test(test_a_group_may_be_excused_with_a_reason),
		cmocka_unit_test(test_a_mail_that_fires_another_pack_is_told),
		cmocka_unit_test(test_failures_show_what_the_mail_had),
	};

	return cmocka_run_group_tests_name("rule/trial", tests, NULL, NULL);
}
