/* SPDX-License-Identifier: Apache-2.0 */
/* Who claims to be whom, with the brands that we ship. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "rule/brand.h"
#include "rule/folds.h"
#include "rule/brandnear.h"
#include "rule/disguise.h"
#include "rule/extract.h"
#include "rule/trackers.h"
#include "mail.h"
#include "rules.h"

static struct brand_index *brands;

static int
set_up(void **state)
{
	struct err e;

	scratch_open(state);
	return rules_load("/brands") &&
	    brand_index_build(&brands, &packs, NULL, &e) ? 0 : -1;
}

static int
tear_down(void **state)
{
	brand_index_free(brands);
	return scratch_close(state);
}

enum auth_state { UNKNOWN, PASS, FAIL };

struct sample {
	struct mail mail;
	enum auth_state auth;
	const char *helo, *rdns;
	const char *mail_from; /* then nobody tells of DMARC */
	const char *said;      /* an Authentication-Results field */
};

static const struct brand_finding *
look(const struct sample *s, const char *id)
{
	static const struct extract_conf conf;
	static struct message m;
	struct envelope env = { 0 };
	struct facts facts;
	brand_findings findings = { 0 };
	static const enum auth_result results[] = {
		[UNKNOWN] = AUTH_UNKNOWN, [PASS] = AUTH_PASS,
		[FAIL] = AUTH_FAIL,
	};

	for (int i = 0; i < AUTH_ARC; i++)
		env.auth.result[i] = results[s->auth];
	if (s->said != NULL)
		auth_read(&env.auth, arena, str_of(s->said),
		    &env.auth.source);
	if (s->mail_from != NULL) {
		env.mail_from = str_of(s->mail_from);
		env.has_mail_from = true;
		env.auth.result[AUTH_DMARC] = AUTH_UNKNOWN;
	}
	if (s->helo != NULL) {
		env.helo = str_of(s->helo);
		addr_parse(STR("192.0.2.1"), &env.ip);
	}
	if (s->rdns != NULL) {
		env.rdns = str_of(s->rdns);
		env.has_rdns = true;
	}
	mail_read(&m, arena, &s->mail, &env);
	facts_init(&facts, arena, &table);
	extract_facts(&facts, &m, &env, &conf);
	brand_index_match(&findings, brands, &(struct brand_ground){
	    .arena = arena, .facts = &facts, .message = &m,
	    .folds = &(struct folds){ .arena = arena } });
	return brand_index_finding(&findings, packs_brand(&packs,
	    str_of(id)));
}

static int32_t
sum(const struct brand_finding *f)
{
	const struct brand_sign *sign;
	int32_t points = 0;

	if (f != NULL)
		VEC_EACH (sign, &f->signs)
			points += sign->points;
	return points;
}

static const struct brand_sign *
sign_of(const struct brand_finding *f, enum brand_sign_kind kind)
{
	const struct brand_sign *sign;

	if (f != NULL)
		VEC_EACH (sign, &f->signs)
			if (sign->kind == kind)
				return sign;
	return NULL;
}

static void
test_a_name_in_any_spelling_is_recognised(void **state)
{
	static const char *const names[] = {
		"カゴヤ", "ＫＡＧＯＹＡ", "ｶｺﾞﾔ", "КАGOYA",
		"K A G O Y A", "K.A.G.O.Y.A", "kagoya", "KAGOYA Japan",
		"\"KAGOYA インターネットルーティング\"", "【カゴヤ】",
		"カゴヤ・ジャパン サポート", "KAG\u00adOYA",
	};

	(void)state;
	for (size_t i = 0; i < nitems(names); i++) {
		struct sample s = { .mail = {
			.from = str_cstr(arena, str_printf(arena,
			    "%s <x@other.example>", names[i])),
			.text = STR("http://somewhere.example/a") } };
		const struct brand_finding *f = look(&s, "kagoya");

		if (sign_of(f, SIGN_NAME_AND_LINK) == NULL || sum(f) < 600)
			fail_msg("%s: %d", names[i], sum(f));
		assert_int_equal(f->facts[BRAND_CLAIMED], TRUTH_TRUE);
		assert_int_equal(f->facts[BRAND_OFFSITE_LINK], TRUTH_TRUE);
	}
}

static void
test_one_edit_makes_a_word_nearly_the_brands(void **state)
{
	static const struct {
		const char *a, *b;
		bool is;
	} cases[] = {
		{ "kagoya", "kagoyaa", true }, { "kagoya", "kagoy", true },
		{ "kagoya", "kaguya", true }, { "kagoya", "kagyoa", true },
		{ "kagoya", "akgoya", true }, { "kagoya", "kagoay", true },
		{ "kagoya", "xkagoya", true }, { "kagoya", "kagoya", false },
		{ "kagoya", "kaguyo", false }, { "kagoya", "kagoyaab", false },
		{ "kagoya", "ogakya", false }, { "kagoya", "kaoxya", false },
		{ "a", "", true }, { "", "", false }, { "ab", "ba", true },
		{ "アマゾン", "アマゾソ", true },
		{ "アマゾン", "アマン", true },
		{ "アマゾン", "マアゾン", true },
		{ "アマゾン", "アメゾソ", false },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		if (near_is_one_edit(str_of(cases[i].a), str_of(cases[i].b))
		    != cases[i].is)
			fail_msg("%s %s", cases[i].a, cases[i].b);
}

static void
test_a_near_miss_is_told_and_counts_beside_the_right_name(void **state)
{
	static const struct {
		const char *from, *subject, *text;
		bool is_near, has_points;
	} cases[] = {
		{ "x <x@other.example>", "KAGOYA からのお知らせ",
		    "http://login.kagoyaa.example/", true, true },
		{ "x <x@kagyoa.example>", "KAGOYA からのお知らせ",
		    "http://other.example/", true, true },
		{ "Kagoyya <x@other.example>", "KAGOYA からのお知らせ",
		    "http://other.example/", true, true },
		/* Words are near a brand's by chance as well. */
		{ "x <x@other.example>", "hello",
		    "http://kaguya.example/", true, false },
		{ "x <x@kagoya.jp>", "KAGOYA からのお知らせ",
		    "http://www.kagoya.jp/", false, false },
		{ "x <x@other.example>", "KAGOYA", "http://nagoya.example/ "
		    "http://kago.example/", true, true },
		/* PayPal is another brand's own word. */
		{ "x <x@paypal.example>", "hello", "x", false, false },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct sample s = { .mail = { .from = cases[i].from,
			.subject = cases[i].subject,
			.text = str_of(cases[i].text) } };
		const struct brand_finding *f = look(&s, "kagoya");
		bool is_near = f != NULL &&
		    f->facts[BRAND_LOOKALIKE] == TRUTH_TRUE;

		if (is_near != cases[i].is_near ||
		    (sign_of(f, SIGN_LOOKALIKE) != NULL) !=
		        cases[i].has_points)
			fail_msg("%s, %s", cases[i].from, cases[i].text);
	}
}

/* Only a to z and digits were compared once, and what is the same to the eye
 * was no near miss in From. */
static void
test_a_word_is_near_in_every_script_and_to_the_eye(void **state)
{
	static const struct {
		const char *word;
		bool is_near, is_alike;
	} cases[] = {
		{ "アマゾソ", true, true }, { "アマゾーン", false, false },
		{ "アマゾネ", false, false }, { "アマゾン", false, false },
		{ "アマゾ", false, false }, { "アマネソ", false, false },
		{ "アメネン", false, false },
		{ "えきねつと", true, true }, { "えきねと", false, false },
		{ "三井住反カード", true, true },
		{ "三井住反力一ド", true, true },
		{ "三井住友カート", true, false },
		{ "三井住職カード", true, false },
		/* Another house's honest name. */
		{ "東邦ガス", false, false }, { "東京ガラス", false, false },
		{ "東邦ガス株式会社", false, false },
		{ "東京ガス", false, false }, { "東京力ス", false, false },
		{ "株式会社東京ガス", false, false },
		{ "ヤマダ運輸", false, false }, { "ヤマ卜運輸", true, true },
		{ "アカウント", false, false }, { "bアカウント", false, false },
		{ "ｄアカウント", false, false },
		{ "日本郵政", false, false },
		{ "rnybank", true, true }, { "nnybank", true, true },
		{ "myba\xd0\xbf" "k", true, true }, { "myb\xc3\xa1nk", true, false },
		{ "my-bank", true, false }, { "my bank", true, false },
		{ "m-y-b-a-n-k", true, false }, { "my-bonk", false, false },
		{ "ekinet", true, false }, { "eki-net", false, false },
		{ "1ine", true, true }, { "lime", false, false },
		{ "line", false, false }, { "lin", false, false },
	};
	static const char *const words[] = { "アマゾン", "えきねっと",
		"三井住友カード", "東京ガス株式会社", "ヤマト運輸", "日本郵便", "mybank",
		"eki-net", "line", "dアカウント" };
	struct near_index index = { 0 };

	(void)state;
	near_init(&index, arena);
	for (uint32_t i = 0; i < nitems(words); i++)
		near_add(&index, i, str_of(words[i]));
	for (size_t i = 0; i < nitems(cases); i++) {
		struct near_hit hit = { 0 };
		bool is_near = near_find(&index, arena,
		    str_of(cases[i].word), &hit);

		if (is_near != cases[i].is_near ||
		    (is_near && hit.is_alike != cases[i].is_alike))
			fail_msg("%s: %d %d", cases[i].word, is_near,
			    hit.is_alike);
	}
}

static void
test_names_and_domains_that_are_the_same_to_the_eye_are_near(void **state)
{
	static const struct {
		const char *from;
		bool is_near, has_points;
	} cases[] = {
		{ "カゴ十 <x@other.example>", false, false },
		{ "KAG0YA <x@other.example>", true, true },
		{ "Ka-Goya <x@other.example>", true, false },
		{ "Ka Goya Support <x@other.example>", true, false },
		{ "x <x@ka-goya.example>", true, false },
		{ "x <x@my-ka-goya.example>", true, false },
		{ "x <x@kag0ya.example>", true, false },
		{ "Kag\xd1\x8e" "ya <x@other.example>", true, false },
		{ "x <x@xn--kagya-n0e.example>", true, false },
		{ "カゴヤ・ジャパソ <x@other.example>", false, false },
		{ "カゴヤヅャパン事務局 <x@other.example>", false, false },
		{ "カゴャヅャパソ事務局 <x@other.example>", false, false },
		{ "カゴャジャバン <x@other.example>", true, false },
		{ "カコヤ ジャパン <x@other.example>", false, false },
		{ "カコヤヅャパン事務局 <x@other.example>", false, false },
		{ "力コ゛ヤシャハ゛ソ <x@other.example>", false, false },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct sample s = { .mail = { .from = cases[i].from,
			.subject = "hello",
			.text = STR("http://other.example/") } };
		const struct brand_finding *f = look(&s, "kagoya");
		bool is_near = f != NULL &&
		    f->facts[BRAND_LOOKALIKE] == TRUTH_TRUE;

		if (is_near != cases[i].is_near ||
		    (sign_of(f, SIGN_LOOKALIKE) != NULL) !=
		        cases[i].has_points)
			fail_msg("%s: %d", cases[i].from, is_near);
	}
}

static void
test_a_name_inside_a_word_is_none(void **state)
{
	static const char *const names[] = { "Kagoyama", "nakagoya",
		"Mkagoya1" };

	(void)state;
	for (size_t i = 0; i < nitems(names); i++) {
		struct sample s = { .mail = {
			.from = str_cstr(arena, str_printf(arena,
			    "%s <x@other.example>", names[i])),
			.text = STR("http://somewhere.example/a") } };

		assert_int_equal(sum(look(&s, "kagoya")), 0);
	}
}

/* What scores alone, on hosts nobody has listed. */
static void
test_strong_signs_in_links(void **state)
{
	static const struct {
		const char *brand, *url;
		enum brand_sign_kind kind;
		const char *detail;
	} cases[] = {
		{ "jcom", "https://www2.jcom.co.jp.login.vkia.cn/",
		    SIGN_OFFICIAL_IN_FRONT,
		    "www2.jcom.co.jp | login | vkia.cn" },
		{ "kagoya", "https://kagoya.jp.evil.example/",
		    SIGN_OFFICIAL_IN_FRONT, NULL },
		{ "kagoya", "https://www.kagoya.jp@evil.example/x",
		    SIGN_OFFICIAL_IN_FRONT, "www.kagoya.jp@ | evil.example" },
		{ "kagoya", "https://evil.example/kagoya.net/?uid=1",
		    SIGN_OFFICIAL_IN_PATH, "kagoya.net" },
		{ "kagoya", "https://evil.example/jp/kagoya.net",
		    SIGN_OFFICIAL_IN_PATH, NULL },
		{ "kagoya", "http://evil.example//wp-includes/1/KAGOYA.Net/",
		    SIGN_OFFICIAL_IN_PATH, NULL },
		{ "kagoya", "https://evil.example/server/jp/kagoya.net/?uid=a",
		    SIGN_OFFICIAL_IN_PATH, NULL },
		{ "kagoya", "https://evil.example/www.kagoya.jp/a",
		    SIGN_OFFICIAL_IN_PATH, "www.kagoya.jp" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct sample s = { .mail = {
			.text = str_of(cases[i].url) } };
		const struct brand_finding *f = look(&s, cases[i].brand);
		const struct brand_sign *sign = sign_of(f, cases[i].kind);

		if (sign == NULL)
			fail_msg("%s: no sign", cases[i].url);
		assert_int_equal(sign->points, 600);
		assert_int_equal(f->facts[BRAND_IN_URL], TRUTH_TRUE);
		if (cases[i].detail != NULL)
			assert_string_equal(str_cstr(arena, sign->detail),
			    cases[i].detail);
	}
}

static void
test_links_that_mean_nothing(void **state)
{
	static const struct {
		const char *brand, *url;
	} cases[] = {
		{ "kagoya", "https://www.kagoya.jp/kagoya.net/" },
		{ "kagoya",
		    "https://web.archive.org/web/2020/https://www.kagoya.jp/" },
		{ "kagoya",
		    "https://keep.example/2020/https://www.kagoya.jp/" },
		{ "kagoya", "https://whatever.example/?site=kagoya.jp" },
		{ "kagoya", "https://review.example/hosting/kagoya/" },
		{ "kagoya", "https://x.kir.jp/" },
		{ "amazon_jp",
		    "https://s3.ap-northeast-1.amazonaws.com/x/a.pdf" },
		{ "yamato", "https://www.city.yamato.lg.jp/" },
		{ "jcom", "https://www.jcom.co.jp/" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct sample s = { .mail = {
			.text = str_of(cases[i].url) } };
		const struct brand_finding *f = look(&s, cases[i].brand);

		if (sum(f) != 0)
			fail_msg("%s: %d", cases[i].url, sum(f));
	}
}

static void
test_tokens_in_hosts_are_weak(void **state)
{
	static const struct {
		const char *subject, *url;
		int32_t points;
	} cases[] = {
		{ "x", "https://eki-net-carcini.ddnxw.cn/a", 150 },
		{ "えきねっと", "https://eki-net-carcini.ddnxw.cn/a", 300 },
		{ "x", "https://eki-net-com.ddnxw.cn/", 300 },
		{ "x", "https://ekinetwork.example/", 0 },
		{ "x", "https://my.eki-net.com/", 0 },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct sample s = { .mail = { .subject = cases[i].subject,
			.text = str_of(cases[i].url) } };
		int32_t points = sum(look(&s, "ekinet"));

		if (points != cases[i].points)
			fail_msg("%s: %d", cases[i].url, points);
	}
}

static void
test_a_token_in_a_path_counts_with_a_claim_only(void **state)
{
	struct sample s = { .mail = { .subject = "カゴヤの件",
		.text = STR("https://a.example/image/Kagoya/mail.html") } };

	(void)state;
	assert_int_equal(sum(look(&s, "kagoya")), 200);
	s.mail.subject = "x";
	assert_int_equal(sum(look(&s, "kagoya")), 0);
	s.mail.subject = "カゴヤのレビュー";
	s.mail.text = STR("https://blog.neutral.example/hosting/kagoya/");
	assert_int_equal(sum(look(&s, "kagoya")), 0);
}

#define ANCHOR(text, href) STR("<a href=\"" href "\">" text "</a>")

static void
test_an_official_address_shown_over_a_foreign_target(void **state)
{
	const struct {
		struct str html;
		int32_t points;
	} cases[] = {
		{ ANCHOR("https://www.kagoya.jp/", "https://evil.example/"),
		    600 },
		{ ANCHOR("www.kagoya.jp", "https://evil.example/"), 600 },
		{ ANCHOR("kagoya.jp/login", "https://evil.example/"), 600 },
		{ ANCHOR("ｗｗｗ．ｋａｇｏｙａ．ｊｐ", "https://evil.example/"),
		    600 },
		{ ANCHOR("https://www.kagoya.jp/", "https://www.kagoya.jp/"),
		    0 },
		{ ANCHOR("https://www.kagoya.jp/", "https://kagoya.com/"),
		    0 },
		{ ANCHOR("support@kagoya.jp", "https://evil.example/"), 0 },
		{ ANCHOR("カゴヤはこちら", "https://evil.example/"), 0 },
		{ ANCHOR("https://www.kagoya.jp/",
		    "https://jpn01.safelinks.protection.outlook.com/"
		    "?url=https%3A%2F%2Fwww.kagoya.jp%2F&data=05"), 0 },
		{ ANCHOR("https://www.kagoya.jp/",
		    "https://jpn01.safelinks.protection.outlook.com/"
		    "?url=https%3A%2F%2Fevil.example%2F&data=05"), 600 },
		{ ANCHOR("https://www.kagoya.jp/",
		    "https://u123.ct.sendgrid.net/ls/click?upn=abc"), 0 },
		{ ANCHOR("https://www.kagoya.jp/",
		    "https://evil.example/?u=https%3A%2F%2Fwww.kagoya.jp%2F"),
		    300 },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct sample s = { .mail = { .html = cases[i].html } };
		const struct brand_sign *sign = sign_of(look(&s, "kagoya"),
		    SIGN_SHOWN_OFFICIAL);
		int32_t points = sign == NULL ? 0 : sign->points;

		if (points != cases[i].points)
			fail_msg("%.*s: %d", STR_ARG(cases[i].html), points);
	}
}

static void
test_a_name_that_is_a_domain_is_no_shown_address(void **state)
{
	struct sample s = { .mail = { .html = ANCHOR("Amazon.co.jp",
		"https://shop.example/item") } };

	(void)state;
	assert_null(sign_of(look(&s, "amazon_jp"), SIGN_SHOWN_OFFICIAL));
}

static void
test_genuine_notices_have_no_signs(void **state)
{
	const struct {
		const char *brand;
		struct sample sample;
	} cases[] = {
		{ "kagoya", { .auth = PASS, .mail = {
		    .from = "カゴヤ・ジャパン <support@kagoya.jp>",
		    .subject = "[KAGOYA Billing] お知らせ",
		    .text = STR("https://support.kagoya.jp/ "
		        "https://survey.example/kagoya/") } } },
		{ "ekinet", { .auth = PASS, .mail = {
		    .from = "えきねっと <info@eki-net.com>",
		    .text = STR("https://www.eki-net.com/ "
		        "https://click.example/") } } },
		{ "jcom", { .auth = PASS, .mail = {
		    .from = "J:COM <noreply@jcom.co.jp>",
		    .text = STR("https://www2.myjcom.jp/") } } },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		const struct brand_finding *f = look(&cases[i].sample,
		    cases[i].brand);

		assert_non_null(f);
		assert_int_equal(f->facts[BRAND_AUTHENTIC], TRUTH_TRUE);
		assert_int_equal(f->facts[BRAND_FORGED_FROM], TRUTH_FALSE);
		assert_int_equal(f->signs.n, 0);
	}
}

static void
test_without_authentication_nothing_is_forged(void **state)
{
	struct sample s = { .mail = {
		.from = "カゴヤ・ジャパン <support@kagoya.jp>",
		.text = STR("https://support.kagoya.jp/ https://a.example/") }
	};
	const struct brand_finding *f = look(&s, "kagoya");

	(void)state;
	assert_int_equal(f->facts[BRAND_FORGED_FROM], TRUTH_UNDECIDED);
	assert_int_equal(f->facts[BRAND_AUTHENTIC], TRUTH_FALSE);
	assert_int_equal(f->signs.n, 0);
	s.auth = FAIL;
	f = look(&s, "kagoya");
	assert_int_equal(f->facts[BRAND_FORGED_FROM], TRUTH_TRUE);
	assert_int_equal(sign_of(f, SIGN_FORGED_FROM)->points, 600);
	s.mail.text = STR("https://support.kagoya.jp/");
	assert_int_equal(sum(look(&s, "kagoya")), 300);
}

/* SPF for the sender's own domain beside any signature once made a message
 * from anywhere the brand's own. */
static void
test_spf_of_another_domain_vouches_for_nobody(void **state)
{
	struct sample s = { .auth = PASS, .mail_from = "a@evil.example",
		.mail = {
		.from = "カゴヤ・ジャパン <support@kagoya.jp>",
		.text = STR("https://support.kagoya.jp/") } };
	const struct brand_finding *f = look(&s, "kagoya");

	(void)state;
	assert_int_equal(f->facts[BRAND_AUTHENTIC], TRUTH_FALSE);
	assert_int_equal(f->facts[BRAND_FORGED_FROM], TRUTH_UNDECIDED);
	s.mail_from = "bounce@mail.kagoya.jp";
	f = look(&s, "kagoya");
	assert_int_equal(f->facts[BRAND_AUTHENTIC], TRUTH_TRUE);
}

/* A signature of a domain whose servers are silent, the same of MAIL FROM or
 * a second author once made any forgery one that nobody can tell. */
static void
test_only_its_own_domain_makes_a_forged_one_undecided(void **state)
{
	static const struct {
		const char *said, *first;
		enum truth forged;
	} cases[] = {
		{ "spf=pass smtp.mailfrom=evil.example; dmarc=none; "
		    "dkim=temperror header.d=x.local", "", TRUTH_TRUE },
		{ "spf=pass smtp.mailfrom=evil.example; dkim=none; "
		    "dmarc=temperror", "", TRUTH_TRUE },
		{ "spf=temperror smtp.mailfrom=evil.example; dmarc=none; "
		    "dkim=temperror header.d=evil.example", "", TRUTH_TRUE },
		{ "spf=temperror smtp.mailfrom=evil.example; dmarc=none; "
		    "dkim=pass header.d=evil.example", "", TRUTH_TRUE },
		{ "spf=pass smtp.mailfrom=evil.example; dmarc=none; "
		    "dkim=pass header.d=evil.example", "x@evil.example, ",
		    TRUTH_TRUE },
		{ "dmarc=pass header.from=evil.example; dkim=none; "
		    "spf=pass smtp.mailfrom=evil.example", "x@evil.example, ",
		    TRUTH_TRUE },
		/* What may have been the brand's own. */
		{ "spf=pass smtp.mailfrom=esp.example; dmarc=none; "
		    "dkim=temperror header.d=esp.example; "
		    "dkim=temperror header.d=kagoya.jp", "",
		    TRUTH_UNDECIDED },
		{ "spf=pass smtp.mailfrom=esp.example; dmarc=none; "
		    "dkim=pass header.d=esp.example; "
		    "dkim=temperror header.d=kagoya.jp", "",
		    TRUTH_UNDECIDED },
		{ "spf=temperror smtp.mailfrom=esp.example; dmarc=none; "
		    "dkim=pass header.d=kagoya.jp", "", TRUTH_UNDECIDED },
		{ "spf=temperror smtp.mailfrom=kagoya.jp; dmarc=temperror; "
		    "dkim=none", "", TRUTH_UNDECIDED },
		{ "spf=pass smtp.mailfrom=esp.example; dmarc=none; "
		    "dkim=temperror", "", TRUTH_UNDECIDED },
		{ "spf=pass smtp.mailfrom=esp.example; dmarc=none; "
		    "dkim=pass header.d=esp.example; "
		    "dkim=pass header.d=mail.kagoya.jp", "", TRUTH_FALSE },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct sample s = { .said = str_cstr(arena, str_cat(arena,
		    STR("mx.example; "), str_of(cases[i].said))), .mail = {
			.from = str_cstr(arena, str_cat(arena,
			    str_of(cases[i].first),
			    STR("KAGOYA <support@kagoya.jp>"))),
			.text = STR("https://support.kagoya.jp/") } };
		const struct brand_finding *f = look(&s, "kagoya");

		if (f->facts[BRAND_FORGED_FROM] != cases[i].forged)
			fail_msg("%s: %d", cases[i].said,
			    f->facts[BRAND_FORGED_FROM]);
	}
}

static void
test_domains_that_never_send(void **state)
{
	struct sample s = { .mail = { .from = "info@kagoya.net",
		.text = STR("https://a.example/") } };
	const struct brand_finding *f = look(&s, "kagoya");

	(void)state;
	assert_int_equal(f->facts[BRAND_NEVER_SENDS], TRUTH_TRUE);
	assert_int_equal(sign_of(f, SIGN_NEVER_SENDS)->points, 600);
}

static void
test_customer_space_is_neither_official_nor_foreign(void **state)
{
	struct sample s = { .auth = FAIL, .mail = {
		.from = "KAGOYA JAPAN Inc. <admin@kir.jp>",
		.text = STR("https://a.example/") } };
	const struct brand_finding *f = look(&s, "kagoya");

	(void)state;
	assert_int_equal(f->facts[BRAND_CLAIMED], TRUTH_TRUE);
	assert_int_equal(f->facts[BRAND_FORGED_FROM], TRUTH_FALSE);
	assert_int_equal(f->facts[BRAND_AUTHENTIC], TRUTH_FALSE);
	assert_int_equal(sum(f), 0);
	s.mail.from = "花子 <hanako@docomo.ne.jp>";
	s.auth = PASS;
	f = look(&s, "docomo");
	assert_int_equal(f->facts[BRAND_AUTHENTIC], TRUTH_FALSE);
	assert_int_equal(sum(f), 0);
}

static void
test_a_helo_of_the_brand_needs_its_reverse_name(void **state)
{
	struct sample s = { .mail = { .text = STR("x") },
		.helo = "noreply0.jcom.co.jp", .rdns = "" };
	const struct brand_finding *f = look(&s, "jcom");

	(void)state;
	assert_int_equal(f->facts[BRAND_HELO_FORGED], TRUTH_TRUE);
	assert_int_equal(sum(f), 200);
	s.rdns = "noreply0.jcom.co.jp";
	assert_int_equal(look(&s, "jcom")->facts[BRAND_HELO_FORGED],
	    TRUTH_FALSE);
	s.rdns = NULL;
	assert_int_equal(look(&s, "jcom")->facts[BRAND_HELO_FORGED],
	    TRUTH_UNDECIDED);
}

static void
test_honest_mail_stays_below_the_threshold(void **state)
{
	const struct sample cases[] = {
		{ .mail = { .from = "山田 <yamada@corp.example>",
		    .subject = "KAGOYAのメールの件",
		    .text = STR("カゴヤの設定を変えました。"
		        "https://wiki.corp.example/kagoya/ 本物は "
		        "https://www.kagoya.jp/ です") } },
		{ .mail = { .from = "比較サイト <news@review.example>",
		    .subject = "カゴヤのレンタルサーバーの評判",
		    .text = STR("https://review.example/kagoya/ "
		        "https://review.example/list") } },
		{ .mail = { .from = "カゴヤ <x@other.example>",
		    .text = STR("リンクの無い本文") } },
		{ .mail = { .from = "カゴヤ <x@other.example>",
		    .html = STR("<p>a<img src=\"https://img.example/a.png\">"
		        "</p>") } },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		int32_t points = sum(look(&cases[i], "kagoya"));

		if (points >= 600)
			fail_msg("case %zu: %d", i, points);
	}
}

static void
test_genuine_links_are_listed_and_worth_nothing(void **state)
{
	struct sample s = { .mail = { .from = "カゴヤ <x@other.example>",
		.text = STR("https://evil.example/ https://www.kagoya.jp/ "
		    "https://support.kagoya.jp/") } };
	const struct brand_finding *f = look(&s, "kagoya");

	(void)state;
	assert_int_equal(f->genuine.n, 2);
	assert_int_equal(sum(f), 600);
}

static void
test_reports_count_their_active_parts_only(void **state)
{
	struct str report = mail_report(arena, "kagoya-advisory-2020-03");
	struct sample s = { .mail = { .subject = "【注意喚起】カゴヤ",
		.text = report } };
	const struct brand_finding *f = look(&s, "kagoya");

	(void)state;
	assert_non_null(f);
	assert_int_equal(f->facts[BRAND_CLAIMED], TRUTH_FALSE);
	assert_int_equal(f->facts[BRAND_IN_URL], TRUTH_FALSE);
	assert_int_equal(sum(f), 0);
	s.mail.text = STR("");
	s.mail.from = "カゴヤ <x@other.example>";
	s.mail.html = str_cat(arena, mail_html(arena, report),
	    ANCHOR("こちら", "https://evil.example/kagoya.net/"));
	assert_true(sum(look(&s, "kagoya")) >= 1200);
}

/* Once a lure under the brand's own name went free when it was padded with the
 * words of a report: its address stood there to be read, not to be clicked. */
static void
test_a_report_under_the_name_of_the_brand_is_none(void **state)
{
	struct sample s = { .mail = { .from = "カゴヤ <x@other.example>",
		.text = str_cat(arena, mail_report(arena,
		    "kagoya-advisory-2020-03"),
		    STR("\nhttps://evil.example/\n")) } };

	(void)state;
	assert_non_null(sign_of(look(&s, "kagoya"), SIGN_NAME_AND_LINK));
	s.mail.from = "注意喚起 <x@other.example>";
	assert_int_equal(sum(look(&s, "kagoya")), 0);
}

/* Once every notice that came through a mailing list was an impersonation:
 * lists put "via" and their own address into From. */
static void
test_a_mailing_list_does_not_impersonate_who_writes(void **state)
{
	static const struct {
		const char *from;
		struct str text;
		int32_t points;
	} cases[] = {
		{ "\"'カゴヤ' via Users\" <users@lists.example.jp>\r\n"
		  "List-Id: Users <users.lists.example.jp>",
		  STR_INIT("https://support.kagoya.jp/ "
		      "https://www.example.jp/users"), 0 },
		/* Anyone may write such fields: where it leads still tells. */
		{ "\"'カゴヤ' via Users\" <users@lists.example.jp>\r\n"
		  "List-Id: <users.lists.example.jp>",
		  STR_INIT("https://evil.example.cn/"), 300 },
		{ "\"'カゴヤ' via Users\" <users@lists.example.jp>\r\n"
		  "List-Id: <users.other.example.org>",
		  STR_INIT("https://www.example.jp/users"), 600 },
		{ "\"'カゴヤ' via Users\" <users@lists.example.jp>",
		  STR_INIT("https://www.example.jp/users"), 600 },
		{ "カゴヤ <users@lists.example.jp>\r\n"
		  "List-Id: <users.lists.example.jp>",
		  STR_INIT("https://www.example.jp/users"), 600 },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct sample s = { .mail = { .from = cases[i].from,
			.text = cases[i].text } };
		const struct brand_sign *sign = sign_of(look(&s, "kagoya"),
		    SIGN_NAME_AND_LINK);

		if ((sign == NULL ? 0 : sign->points) != cases[i].points)
			fail_msg("case %zu: %d", i,
			    sign == NULL ? 0 : sign->points);
	}
}

static void
test_names_in_disguise_in_the_text_are_claims(void **state)
{
	static const char *const texts[] = {
		"一行目\nいつも КАGOYA をご利用", "K A G O Y A Japan",
		"K.A.G.O.Y.A", "KAG0YA から", "力ゴヤ", "ＫＡＧＯＹＡです",
		"ｶｺﾞﾔです", "KAGOYA",
	};
	static const char *const plain[] = {
		"You can use it as is. This is a test", "駅の二階", "",
	};

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++) {
		struct sample s = { .mail = { .text = str_of(texts[i]) } };
		const struct brand_finding *f = look(&s, "kagoya");

		if (f == NULL || f->facts[BRAND_CLAIMED] != TRUTH_TRUE)
			fail_msg("%s: not seen", texts[i]);
	}
	for (size_t i = 0; i < nitems(plain); i++) {
		struct str piece;
		size_t at = 0;

		assert_false(disguise_next(str_of(plain[i]), &at, &piece));
	}
}

static void
test_the_list_of_trackers(void **state)
{
	(void)state;
	assert_int_equal(tracker_of(STR("urldefense.com")), TRACKER_CLICK);
	assert_int_equal(tracker_of(STR("x.us1.list-manage.com")),
	    TRACKER_CLICK);
	assert_int_equal(tracker_of(STR("web.archive.org")), TRACKER_LOOKUP);
	assert_int_equal(tracker_of(STR("evilurldefense.com")), TRACKER_NONE);
	assert_int_equal(tracker_of(STR("bit.ly")), TRACKER_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_name_in_any_spelling_is_recognised),
		cmocka_unit_test(test_one_edit_makes_a_word_nearly_the_brands),
		cmocka_unit_test(
		    test_a_word_is_near_in_every_script_and_to_the_eye),
		cmocka_unit_test(
		    test_names_and_domains_that_are_the_same_to_the_eye_are_near),
		cmocka_unit_test(
		    test_a_near_miss_is_told_and_counts_beside_the_right_name),
		cmocka_unit_test(test_a_name_inside_a_word_is_none),
		cmocka_unit_test(test_strong_signs_in_links),
		cmocka_unit_test(test_links_that_mean_nothing),
		cmocka_unit_test(test_tokens_in_hosts_are_weak),
		cmocka_unit_test(
		    test_a_token_in_a_path_counts_with_a_claim_only),
		cmocka_unit_test(
		    test_an_official_address_shown_over_a_foreign_target),
		cmocka_unit_test(
		    test_a_name_that_is_a_domain_is_no_shown_address),
		cmocka_unit_test(test_genuine_notices_have_no_signs),
		cmocka_unit_test(
		    test_without_authentication_nothing_is_forged),
		cmocka_unit_test(
		    test_only_its_own_domain_makes_a_forged_one_undecided),
		cmocka_unit_test(
		    test_spf_of_another_domain_vouches_for_nobody),
		cmocka_unit_test(test_domains_that_never_send),
		cmocka_unit_test(
		    test_customer_space_is_neither_official_nor_foreign),
		cmocka_unit_test(
		    test_a_helo_of_the_brand_needs_its_reverse_name),
		cmocka_unit_test(test_honest_mail_stays_below_the_threshold),
		cmocka_unit_test(
		    test_genuine_links_are_listed_and_worth_nothing),
		cmocka_unit_test(test_reports_count_their_active_parts_only),
		cmocka_unit_test(
		    test_names_in_disguise_in_the_text_are_claims),
		cmocka_unit_test(
		    test_a_report_under_the_name_of_the_brand_is_none),
		cmocka_unit_test(
		    test_a_mailing_list_does_not_impersonate_who_writes),
		cmocka_unit_test(test_the_list_of_trackers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
