/* SPDX-License-Identifier: Apache-2.0 */
/* Lint: each code's own example gets it, the mended one does not; and the
 * cases that examples are too few for. */
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
#include "base/map.h"
#include "base/vec.h"
#include "rule/lint.h"
#include "rule/lintcode.h"
#include "rule/packread.h"

static const char head[] =
    "pack: 1\nkind: campaign\nid: jp-sample\ntitle: x\nrevision: 1\n"
    "created: 2026-03-01\nseen: {last: 2026-03-01}\nreview_by: 2099-06-01\n"
    "severity: medium\nconfidence: low\ntlp: clear\nreferences: [x]\n";

static const char tail[] =
    "tests:\n"
    "  - {name: a, expect: match, vary: [iso-2022-jp, shift_jis], "
    "mail: {body: x}}\n"
    "  - {name: b, expect: clean, mail: {body: y}}\n";

#define LURE "  lure: {body: お支払い情報のご確認と更新のお願い}\n"

/* What an example does not say itself. */
static const char *const usual[] = {
	"pack: 1\n", "kind: campaign\n", "id: jp-sample\n", "title: 見本\n",
	"revision: 1\n", "created: 2026-03-01\n",
	"seen: {first: 2026-03-01, last: 2026-03-01}\n",
	"review_by: 2099-06-01\n", "severity: medium\n",
	"confidence: medium\n", "tlp: clear\n", "references: [見本]\n",
	"groups:\n" LURE, "when: lure\n", tail,
};

static const char *const usual_brands[] = {
	"pack: 1\n", "kind: brands\n", "id: jp-others\n", "title: 見本\n",
	"revision: 1\n", "created: 2026-03-01\n", "review_by: 2099-06-01\n",
	"tlp: clear\n", tail,
};

static const char neighbour[] =
    "pack: 1\nkind: campaign\nid: jp-neighbour\ntitle: x\nrevision: 1\n"
    "created: 2026-03-01\nexpires: 2099-06-01\nseverity: medium\n"
    "confidence: medium\ntlp: clear\nreferences: [x]\ngroups:\n"
    "  a: {url.host: shared.example, from.domain: mail.shared.example, "
    "expires: 2026-04-01}\n" LURE "when: a or lure\n";

static const char neighbour_brands[] =
    "pack: 1\nkind: brands\nid: jp-brands\ntitle: x\nrevision: 1\n"
    "created: 2026-03-01\nreview_by: 2099-06-01\ntlp: clear\nbrands:\n"
    "  sample:\n    name: x\n    names: [見本社]\n    tokens: [kagoya]\n"
    "    official: [brand.example]\n    phones: [0120-000-111]\n"
    "    basis: official\n    source: x\n";

/* Whether text sets the top-level key that begins line. */
static bool
sets_key(struct str text, struct str line)
{
	struct str key = str_head(line, str_find(line, ':') + 1), one;

	while (str_next(&text, '\n', &one))
		if (str_starts(one, key))
			return true;
	return false;
}

/* A whole pack around an example. */
static struct str
pack_around(struct arena *a, struct str example)
{
	bool is_brands = str_find_str(example, STR("kind: brands")) <
	    example.n;
	const char *const *lines = is_brands ? usual_brands : usual;
	size_t n = is_brands ? nitems(usual_brands) : nitems(usual);
	struct str all = STR("");

	if (str_starts(example, STR("  ")))
		example = str_cat(a, STR("groups:\n" LURE), example,
		    STR("when: lure or a\n"));
	for (size_t i = 0; i < n; i++)
		if (!sets_key(example, str_of(lines[i])))
			all = str_cat(a, all, str_of(lines[i]));
	return str_cat(a, all, example);
}

static struct str
write_file(struct arena *a, const char *folder, const char *name,
    struct str text)
{
	struct str path = str_cat(a, str_of(folder), STR("/"), str_of(name),
	    STR(".pack.yaml"));
	FILE *f = fopen(str_cstr(a, path), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	assert_int_equal(fclose(f), 0);
	return path;
}

/* What is said about an example beside other packs. */
static void
examine(struct diags *d, struct arena *a, const char *example)
{
	char folder[] = "/tmp/lint-XXXXXX";
	struct str texts[3] = { STR(neighbour_brands),
		str_cat(a, STR(neighbour), STR(tail)),
		pack_around(a, str_of(example)) };
	const char *names[3] = { "brands", "neighbour", "own" };
	pack_list packs = { 0 };
	struct str paths[3];

	assert_non_null(mkdtemp(folder));
	texts[0] = str_cat(a, texts[0], STR(tail));
	for (size_t i = 0; i < 3; i++)
		paths[i] = write_file(a, folder, names[i], texts[i]);
	diags_init(d, a);
	packs_load(&packs, a, paths, 3, d);
	for (size_t i = 0; i < 3; i++)
		unlink(str_cstr(a, paths[i]));
	rmdir(folder);
}

/* The middle of a pack, and the code that it gets; "" for none. */
static const struct {
	const char *middle, *code;
} cases[] = {
	{ "groups:\n" LURE "when: lure\n", "" },
	{ "groups:\n" LURE "  idle: {body: とても長い文です, score: 0}\n"
	    "when: lure\n", "C03" },
	{ "groups:\n" LURE "when: lure and not lure\n", "C02" },
	{ "groups:\n" LURE "when: lure or not lure\n", "C02" },
	/* without "brand" nothing was said, and the pack never fired */
	{ "groups:\n" LURE "when: lure and brand.claimed\n", "C02" },
	{ "groups:\n" LURE "when: lure\nscore:\n  bonus:\n"
	    "    - {if: brand.in_url, add: 1}\n", "C02" },
	{ "groups:\n" LURE "when: not lure\n", "C06" },
	{ "groups:\n" LURE "  relay: {ip: 198.51.100.7, expires: 2026-04-01}\n"
	    "when: lure or relay\n", "C05" },
	{ "brand: sample\ngroups:\n" LURE
	    "when: lure or brand.claimed\n", "C05" },
	{ "brand: sample\ngroups:\n" LURE
	    "when: lure and brand.claimed\n", "" },
	{ "groups:\n" LURE "  short: {subject: 件名です}\n"
	    "when: lure or short\n", "C05" },
	{ "groups:\n" LURE "when: lure\nscore: {cap: 5.5}\n", "G04" },
	{ "groups:\n" LURE "when: lure\nscore: {cap: 12.5}\n", "G01" },
	{ "groups:\n" LURE "  a: {url.domain: co.jp, expires: 2026-04-01}\n"
	    "when: lure or a\n", "I04" },
	{ "groups:\n" LURE "  a: {ip: 10.1.2.3, expires: 2026-04-01}\n"
	    "when: lure and a\n", "I03" },
	{ "groups:\n" LURE "  a: {ip: 198.51.0.0/16, expires: 2026-04-01}\n"
	    "when: lure and a\n", "I05" },
	{ "groups:\n" LURE "  a:\n    url.domain: {value: a.example, "
	    "hacked_site: true, expires: 2026-12-01}\nwhen: lure or a\n",
	    "I07" },
	{ "groups:\n" LURE "  a: {url.host: a.example, expires: 2028-01-01}\n"
	    "when: lure or a\n", "S08" },
	{ "groups:\n" LURE "  a: {from.name: ○○様}\nwhen: lure and a\n",
	    "I09" },
	{ "groups:\n" LURE
	    "  a: {subject: '[spam] お支払い情報のご確認とお願い'}\n"
	    "when: lure or a\n", "I12" },
	{ "groups:\n" LURE "  a: {url.path: /wp-content/}\nwhen: lure or a\n",
	    "I16" },
	{ "groups:\n" LURE "  a: {url.path: /abc}\nwhen: lure or a\n", "I16" },
	{ "groups:\n" LURE "  a: {body: 至急}\nwhen: lure or a\n", "P06" },
	{ "groups:\n" LURE "  a: {url.host: [a.example], "
	    "expires: 2026-04-01}\nwhen: lure or a\n", "Y04" },
	{ "groups:\n" LURE "  a: {body: urgent now}\nwhen: lure or a\n", "" },
	{ "groups:\n" LURE "  a: {body: 2026年2月9日に停止します}\n"
	    "when: lure or a\n", "P07" },
	{ "groups:\n" LURE "  a: {body: 're:a.*b'}\nwhen: lure or a\n",
	    "P03" },
	{ "groups:\n" LURE "  a: {body: 're:abcd.*efgh'}\nwhen: lure or a\n",
	    "P04" },
	{ "groups:\n" LURE "  a: {body: 're:(c+)+defg'}\nwhen: lure or a\n",
	    "P02" },
	{ "groups:\n" LURE "  a: {body: 're:([a-z]+)*@example'}\n"
	    "when: lure or a\n", "P02" },
	{ "groups:\n" LURE "  a: {body: 're:abc[0-9]{1,20}def'}\n"
	    "when: lure or a\n", "" },
	{ "groups:\n" LURE "  a: {body: 'hxxp は大切なお知らせ'}\n"
	    "when: lure or a\n", "P08" },
	{ "groups:\n" LURE "  a: {subject: 're: your new invoice'}\n"
	    "when: lure or a\n", "P05" },
	{ "groups:\n" LURE "  a: {url: 're:^http://x[0-9]+abc'}\n"
	    "when: lure or a\n", "P05" },
	{ "groups:\n" LURE "  a: {body: [かきくけこさし, かきくけこさし]}\n"
	    "when: lure or a\n", "I15" },
	{ "groups:\n  lure: {body: とても長い文です, want: 2}\nwhen: lure\n",
	    "C04" },
	{ "groups:\n  lure: {body: 障害 <datum> のお知らせです}\nwhen: lure\n",
	    "P10" },
};

static bool
has_code(const struct diags *d, const char *code)
{
	const struct diag *one;

	VEC_EACH(one, &d->list)
		if (strcmp(one->code, code) == 0)
			return true;
	return false;
}

static const struct diag *
find_code(const struct diags *d, const char *code)
{
	const struct diag *one;

	VEC_EACH(one, &d->list)
		if (strcmp(one->code, code) == 0 && str_ends(one->file,
		    STR("/own.pack.yaml")))
			return one;
	return NULL;
}

static void
test_the_example_of_each_code_gets_it_and_the_mended_one_does_not(void **state)
{
	bool is_fine = true;

	(void)state;
	for (size_t i = 0; i < n_lint_codes; i++) {
		const struct lint_code *c = &lint_codes[i];
		struct arena *a = arena_new();
		const struct diag *found;
		struct diags d;

		if (c->by != NULL) {
			arena_free(a);
			continue;
		}
		examine(&d, a, c->before);
		found = find_code(&d, c->code);
		if (found == NULL || found->level != c->level) {
			print_error("%s: %s, got %s %.*s\n", c->code,
			    found == NULL ? "missing" : "wrong level",
			    d.list.n == 0 ? "nothing" : d.list.at[0].code,
			    STR_ARG(d.list.n == 0 ? STR("")
			    : d.list.at[0].text));
			is_fine = false;
		} else if (found->mark.line == 0 || found->line.n == 0) {
			print_error("%s: has no place\n", c->code);
			is_fine = false;
		}
		examine(&d, a, c->after);
		VEC_EACH(found, &d.list) {
			if (!str_ends(found->file, STR("/own.pack.yaml")) ||
			    (found->level != DIAG_ERROR &&
			    strcmp(found->code, c->code) != 0))
				continue;
			print_error("%s: the mended one gets %s %.*s\n",
			    c->code, found->code, STR_ARG(found->text));
			is_fine = false;
		}
		arena_free(a);
	}
	assert_true(is_fine);
}

static void
test_codes_have_a_name_a_reason_and_stand_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_lint_codes; i++) {
		const struct lint_code *c = &lint_codes[i];

		assert_ptr_equal(lint_code_find(str_of(c->code)), c);
		assert_true(strlen(c->text) >= 7 && strlen(c->text) < 72);
		assert_true(strlen(c->why) > 10);
		assert_true(c->by != NULL || (c->before[0] != '\0' &&
		    c->after[0] != '\0'));
	}
	assert_null(lint_code_find(STR("Z99")));
}

static void
test_a_comment_with_a_reason_silences_one_code(void **state)
{
	static const struct {
		const char *example;
		const char *code;
		bool is_silent;
	} ignored[] = {
		{ "  # sekisho: ignore I04 (it is ours)\n"
		    "  a: {url.domain: workers.dev, expires: 2026-04-01}\n",
		    "I04", true },
		{ "  # sekisho: ignore I04\n"
		    "  a: {url.domain: workers.dev, expires: 2026-04-01}\n",
		    "I04", false },
		{ "  # sekisho: ignore I05 (it is ours)\n"
		    "  a: {url.domain: workers.dev, expires: 2026-04-01}\n",
		    "I04", false },
		{ "  a:\n    expires: 2026-04-01\n"
		    "    # sekisho: ignore P06, I04 "
		    "(a block holds no comment)\n"
		    "    url.domain: |\n      a.example\n      workers.dev\n",
		    "I04", true },
		{ "  # sekisho: ignore I01 (no choice)\n"
		    "  a: {ip: 1.2.3.400, expires: 2026-04-01}\n", "I01",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < nitems(ignored); i++) {
		struct arena *a = arena_new();
		struct diags d;

		examine(&d, a, ignored[i].example);
		if ((find_code(&d, ignored[i].code) == NULL) !=
		    ignored[i].is_silent)
			fail_msg("%s", ignored[i].example);
		arena_free(a);
	}
}

static void
test_each_check_finds_its_case(void **state)
{
	bool is_fine = true;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct arena *a = arena_new();
		struct pack *pack;
		struct diags d;

		diags_init(&d, a);
		pack_read(&pack, a, STR("x"), str_cat(a, STR(head),
		    str_of(cases[i].middle), STR(tail)), &d);
		if (cases[i].code[0] == '\0' ? d.list.n != 0
		    : !has_code(&d, cases[i].code)) {
			print_error("%s wants %s, got %s %.*s\n",
			    cases[i].middle, cases[i].code,
			    d.list.n == 0 ? "nothing" : d.list.at[0].code,
			    STR_ARG(d.list.n == 0 ? STR("")
			    : d.list.at[0].text));
			is_fine = false;
		}
		arena_free(a);
	}
	assert_true(is_fine);
}

static const char brands[] =
    "pack: 1\nkind: brands\nid: b\ntitle: t\nrevision: 1\n"
    "created: 2026-01-01\nreview_by: 2099-12-01\ntlp: clear\nbrands:\n"
    "  kagoya:\n    name: x\n    names: [KAGOYA]\n    tokens: [kagoya]\n"
    "    official: [kagoya.jp, docomo.ne.jp]\n"
    "    customer_space: [users.kagoya.jp, \"=docomo.ne.jp\"]\n"
    "    basis: official\n"
    "tests:\n  - {name: a, expect: match, mail: {from: x}}\n"
    "  - {name: b, expect: clean, mail: {from: x}}\n";

static void
test_what_belongs_to_a_brand_is_no_sign(void **state)
{
	static const struct {
		const char *value;
		bool is_fair;
	} fair[] = {
		{ "url.domain: kagoya.jp", false },
		{ "url.host: www.kagoya.jp", false },
		{ "url: https://support.kagoya.jp/x", false },
		{ "from: info@kagoya.jp", false },
		{ "from: {value: info@kagoya.jp, spoofed: true}", true },
		{ "from: x@docomo.ne.jp", true },
		{ "from: x@mail.docomo.ne.jp", false },
		{ "url: https://users.kagoya.jp/bad/", true },
		{ "url.domain: kagoya.jp.evil.example", true },
		{ "link: {path: abcdef, not: {domain: kagoya.jp}}", true },
	};
	struct arena *a = arena_new();
	struct pack *brand_pack, *pack;
	struct map domains;
	pack_list packs = { 0 };
	struct diags d;

	(void)state;
	diags_init(&d, a);
	assert_true(pack_read(&brand_pack, a, STR("b"), STR(brands), &d));
	*VEC_ADD(a, &packs) = brand_pack;
	brand_domains(&domains, a, &packs);
	for (size_t i = 0; i < nitems(fair); i++) {
		assert_true(pack_read(&pack, a, STR("x"), str_cat(a,
		    STR(head), STR("groups:\n" LURE
		    "  a:\n    expires: 2026-04-01\n    "),
		    str_of(fair[i].value), STR("\nwhen: lure or a\n"),
		    STR(tail)), &d));
		if (official_lint(pack, &domains, &d) != fair[i].is_fair)
			fail_msg("%s", fair[i].value);
	}
	arena_free(a);
}

static void
test_packs_that_share_a_host_are_told(void **state)
{
	static const char *const middles[] = {
		"groups:\n  a: {url.host: a.example, expires: 2026-04-01}\n"
		    "when: a\n",
		"groups:\n  b: {url.host: 'www.a[.]example', "
		    "expires: 2026-04-01}\nwhen: b\n",
		"groups:\n  c: {phone: 0120-022-234, body: 長い文句です}\n"
		    "when: c\n",
	};
	struct arena *a = arena_new();
	pack_list packs = { 0 };
	struct pack *pack;
	struct diags d;
	struct str with_phone = str_cat(a, STR(brands));
	size_t at = str_find_str(with_phone, STR("    basis:"));

	(void)state;
	diags_init(&d, a);
	assert_true(pack_read(&pack, a, STR("b"), str_cat(a,
	    str_head(with_phone, at), STR("    phones: [0120022234]\n"),
	    str_from(with_phone, at)), &d));
	*VEC_ADD(a, &packs) = pack;
	for (size_t i = 0; i < nitems(middles); i++) {
		assert_true(pack_read(&pack, a, STR("x"), str_cat(a,
		    STR(head), str_of(middles[i]), STR(tail)), &d));
		*VEC_ADD(a, &packs) = pack;
	}
	assert_false(has_code(&d, "X01") || has_code(&d, "I17"));
	packs_lint(&packs, a, &d);
	assert_true(has_code(&d, "X01"));
	assert_true(has_code(&d, "I17"));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_example_of_each_code_gets_it_and_the_mended_one_does_not),
		cmocka_unit_test(
		    test_codes_have_a_name_a_reason_and_stand_once),
		cmocka_unit_test(
		    test_a_comment_with_a_reason_silences_one_code),
		cmocka_unit_test(test_each_check_finds_its_case),
		cmocka_unit_test(test_what_belongs_to_a_brand_is_no_sign),
		cmocka_unit_test(test_packs_that_share_a_host_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
