/* SPDX-License-Identifier: Apache-2.0 */
/* Lint: one pack a check, and a pack that nothing is said about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "rule/lint.h"
#include "rule/packread.h"

static const char head[] =
    "pack: 1\nkind: campaign\nid: jp-sample\ntitle: x\nrevision: 1\n"
    "created: 2026-03-01\nseen: {last: 2026-03-01}\nreview_by: 2099-06-01\n"
    "severity: medium\nconfidence: low\ntlp: clear\nreferences: [x]\n";

static const char tail[] =
    "tests:\n"
    "  - {name: a, expect: match, mail: {body: x}}\n"
    "  - {name: b, expect: clean, mail: {body: y}}\n";

#define LURE "  lure: {body: お支払い情報のご確認と更新のお願い}\n"

/* The middle of a pack, and the code that it gets; "" for none. */
static const struct {
	const char *middle, *code;
} cases[] = {
	{ "groups:\n" LURE "when: lure\n", "" },
	{ "groups:\n" LURE "  idle: {body: とても長い文です, score: 0}\n"
	    "when: lure\n", "C03" },
	{ "groups:\n" LURE "when: lure and not lure\n", "C02" },
	{ "groups:\n" LURE "when: lure or not lure\n", "C02" },
	{ "groups:\n" LURE "when: not lure\n", "C06" },
	{ "groups:\n" LURE "  relay: {ip: 198.51.100.7, expires: 2026-04-01}\n"
	    "when: lure or relay\n", "C05" },
	{ "groups:\n" LURE "when: lure or brand.claimed\n", "C05" },
	{ "groups:\n" LURE "when: lure and brand.claimed\n", "" },
	{ "groups:\n" LURE "  short: {subject: 件名です}\nwhen: lure or short\n",
	    "C05" },
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
	{ "groups:\n" LURE "  a: {subject: '[spam] お支払い情報のご確認とお願い'}\n"
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
		cmocka_unit_test(test_each_check_finds_its_case),
		cmocka_unit_test(test_what_belongs_to_a_brand_is_no_sign),
		cmocka_unit_test(test_packs_that_share_a_host_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
