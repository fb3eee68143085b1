/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values as the engine reads them: those of the example packs, the tables of
 * defanging and masks, and what a regex made of them matches.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "mail/fold.h"
#include "rule/pattern.h"
#include "rule/refang.h"
#include "rule/regex.h"

static bool
read_value(struct pattern *p, struct arena *a, struct diags *d,
    const char *field, const char *value)
{
	const struct field *f = field_find(str_of(field));

	assert_non_null(f);
	diags_init(d, a);
	diags_file(d, STR("p"), STR(""));
	return pattern_read(p, a, f, str_of(value), d, (struct mark){ 1, 1 });
}

#define ADDRESS "[^&@%]{1,64}(?:@|%40)[^&]{1,255}"
#define DATE "[\\[(【「『〔<]?(?:19|20)[0-9]{2} ?[年/.-] ?" \
	"[0-9]{1,2} ?[月/.-] ?[0-9]{1,2} ?日?[\\])】」』〕>]?"
#define NUM "[0-9](?:[0-9,.]{0,30}[0-9])?"

/* wanted: the key, or the regex. */
static const struct {
	const char *field, *value;
	enum pattern_kind kind;
	const char *wanted;
} values[] = {
	/* of the example packs */
	{ "from", "mail.clknfrr@iwkr.cn", PATTERN_KEY, "mail.clknfrr@iwkr.cn" },
	{ "from", "support@executiveonelimousine[.]com", PATTERN_KEY,
	    "support@executiveonelimousine.com" },
	{ "from", "postmaster@aica-interior[.]co[.]jp", PATTERN_KEY,
	    "postmaster@aica-interior.co.jp" },
	{ "from", "○○@kir.jp", PATTERN_KEY, "@kir.jp" },
	{ "from.domain", "executiveonelimousine[.]com", PATTERN_BELOW,
	    "executiveonelimousine.com" },
	{ "from.domain", "iwkr.cn", PATTERN_BELOW, "iwkr.cn" },
	{ "helo", "iwkr.cn", PATTERN_KEY, "iwkr.cn" },
	{ "helo", "new194", PATTERN_KEY, "new194" },
	{ "helo", "Praisemmm", PATTERN_KEY, "praisemmm" },
	{ "rdns", "104-219-238-62.cloud7.namecheap.com", PATTERN_KEY,
	    "104-219-238-62.cloud7.namecheap.com" },
	{ "rdns", "none", PATTERN_NONE, "" },
	{ "mail_from", "noreply@jcom.co.jp", PATTERN_KEY,
	    "noreply@jcom.co.jp" },
	{ "from.name", "is:えきねっと", PATTERN_REGEX, "\\Aえきねっと\\z" },
	{ "from.name", "KAGOYA インターネットルーティング", PATTERN_REGEX,
	    "kagoyaインターネットルーティング" },
	{ "from.name", "KAGOYA JAPAN Inc.", PATTERN_REGEX,
	    "kagoya japan inc\\." },
	{ "subject", "[KAGOYA Billing] 一括払い更新失敗のお知らせ",
	    PATTERN_REGEX, "\\[kagoya billing\\]一括払い更新失敗のお知らせ" },
	{ "subject", "JCOM ご請求書が未払いの状態です", PATTERN_REGEX,
	    "jcomご請求書が未払いの状態です" },
	{ "subject", "is:サービス停止通知!!!", PATTERN_REGEX,
	    "\\Aサービス停止通知!!!\\z" },
	{ "subject", "サーバー障害通知 <date>", PATTERN_REGEX,
	    "サーバー障害通知 ?" DATE },
	{ "subject", "メンテナンス作業のお知らせ【<date>】", PATTERN_REGEX,
	    "メンテナンス作業のお知らせ【" DATE "】" },
	{ "body", "共有メールプランの料金が<any>12ヶ月分一括払いで未払い",
	    PATTERN_REGEX,
	    "共有メールプランの料金が.{0,40}?12ヶ月分一括払いで未払い" },
	{ "body", "お支払い期間の変更について…(変更は更新月のみ可能です)",
	    PATTERN_REGEX,
	    "お支払い期間の変更について\\.\\.\\.\\(変更は更新月のみ可能です\\)" },
	{ "body", "◇KIR > コントロールパネル", PATTERN_REGEX,
	    "◇kir >コントロールパネル" },
	{ "body", "[アカウント kir<num>]", PATTERN_REGEX,
	    "\\[アカウントkir" NUM "\\]" },
	{ "body", "そのため、<num>通の受信メールを配信できませんでした",
	    PATTERN_REGEX,
	    "そのため、" NUM "通の受信メールを配信できませんでした" },
	{ "body", "New Page <num><any>親愛なるユーザー", PATTERN_REGEX,
	    "new page ?" NUM ".{0,40}?親愛なるユーザー" },
	{ "body", "Copyright <any> Kagoya, Inc. All Rights Reserved",
	    PATTERN_REGEX,
	    "copyright ?.{0,40}? ?kagoya, inc\\. all rights reserved" },
	{ "body", "メールボックスがいっぱいで、1 日の制限を超えています",
	    PATTERN_REGEX,
	    "メールボックスがいっぱいで、1日の制限を超えています" },
	{ "body", "「<any>メール」のサービス仕様を一部変更する", PATTERN_REGEX,
	    "「.{0,40}?メール」のサービス仕様を一部変更する" },
	{ "url", "hxxps://eki-net-carcini[.]ddnxw[.]cn/Perosnal_member/",
	    PATTERN_KEY, "https://eki-net-carcini.ddnxw.cn/Perosnal_member/" },
	{ "url", "https://www2.jcom.co.jp.login.vkia.cn/", PATTERN_KEY,
	    "https://www2.jcom.co.jp.login.vkia.cn/" },
	{ "url", "http://sgogoj.com/kagoya/activemail.kagoya?login="
	    "*****@*******.***", PATTERN_REGEX,
	    "\\Ahttps://sgogoj\\.com/kagoya/activemail\\.kagoya\\?login="
	    ADDRESS "\\z" },
	{ "url", "hxxps://www.auditor585[.]de/index.php?lang=de&redirect="
	    "…[伏字]", PATTERN_REGEX,
	    "\\Ahttps://auditor585\\.de/index\\.php\\?lang=de&redirect=" },
	{ "url", "hxxps://stlukescommunitychurch[.]org/"
	    "kagoya-net-customer-portal/…", PATTERN_REGEX,
	    "\\Ahttps://stlukescommunitychurch\\.org/"
	    "kagoya-net-customer-portal/" },
	{ "url", "https://ifra-indonesia.com/jp/kagoya.net?uid=●●●",
	    PATTERN_REGEX,
	    "\\Ahttps://ifra-indonesia\\.com/jp/kagoya\\.net\\?uid=[^&]+\\z" },
	{ "url", "https://margaretvillelodging.com/server/jp/kagoya.net/"
	    "?uid=***", PATTERN_REGEX,
	    "\\Ahttps://margaretvillelodging\\.com/server/jp/kagoya\\.net/"
	    "\\?uid=[^&]+\\z" },
	{ "url", "https://○○.com/kagoya.jp/", PATTERN_REGEX,
	    "\\Ahttps://[^/]+\\.com/kagoya\\.jp/\\z" },
	{ "url", "https://www.****.com/kagoya.net/?uid=***@***.net",
	    PATTERN_REGEX, "\\Ahttps://[^/]+\\.com/kagoya\\.net/\\?uid="
	    ADDRESS "\\z" },
	{ "url", "http://****.com//wp-includes/1/kagoya.net/?uid=***@***.com",
	    PATTERN_REGEX, "\\Ahttps://[^/]+\\.com/wp-includes/1/kagoya\\.net/"
	    "\\?uid=" ADDRESS "\\z" },
	{ "url.domain", "ddnxw[.]cn", PATTERN_BELOW, "ddnxw.cn" },
	{ "url.path", "/Perosnal_member/", PATTERN_REGEX,
	    "/Perosnal_member(?:/|\\z)" },
	{ "url.path", "/kagoya/activemail.kagoya", PATTERN_REGEX,
	    "/kagoya/activemail\\.kagoya(?:/|\\z)" },
	{ "url.path", "kagoya.net", PATTERN_REGEX, "/kagoya\\.net(?:/|\\z)" },
	{ "url.host", "*.jcom.co.jp.login.*.cn", PATTERN_REGEX,
	    "\\A(?:www\\.)?(?:[^/]+\\.)?jcom\\.co\\.jp\\.login\\.[^/]+\\.cn"
	    "\\z" },
	/* the other ways to write */
	{ "from", "Kashio＠KAGOYA．JP", PATTERN_KEY, "kashio@kagoya.jp" },
	{ "from", "a[at]b[dot]example", PATTERN_KEY, "a@b.example" },
	{ "from", "a[アットマーク]b[ドット]example", PATTERN_KEY,
	    "a@b.example" },
	{ "from", "ma**@b.example", PATTERN_REGEX,
	    "\\Ama[^@]+@b\\.example\\z" },
	{ "from", "info@***.example.com", PATTERN_REGEX,
	    "\\Ainfo@(?:[^/]+\\.)?example\\.com\\z" },
	{ "from.domain", "@kir.jp", PATTERN_BELOW, "kir.jp" },
	{ "from.domain", "*.kir.jp", PATTERN_BELOW, "kir.jp" },
	{ "url.domain", "evil。example", PATTERN_BELOW, "evil.example" },
	{ "url.domain", "日本語.jp", PATTERN_BELOW, "xn--wgv71a119e.jp" },
	{ "url.host", "WWW.Evil\\.example", PATTERN_KEY, "evil.example" },
	{ "url.host", "evil . example", PATTERN_KEY, "evil.example" },
	{ "url.host", "evil・example", PATTERN_KEY, "evil.example" },
	{ "url.host", "ab**.example.com", PATTERN_REGEX,
	    "\\A(?:www\\.)?ab[^./]+\\.example\\.com\\z" },
	{ "url", "ｈｘｘｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ／ａ", PATTERN_KEY,
	    "https://evil.example/a" },
	{ "url", "hxxp[:]//evil{.}example/A?b=C", PATTERN_KEY,
	    "https://evil.example/A?b=C" },
	{ "url", "h**ps://evil(.)example", PATTERN_KEY,
	    "https://evil.example/" },
	{ "url", "http[s]://user@evil.example:8080/a#frag", PATTERN_KEY,
	    "https://evil.example/a" },
	{ "url", "evil.example/a?x=1&amp;y=2", PATTERN_KEY,
	    "https://evil.example/a?x=1&y=2" },
	{ "url", "https://evil.example/%61b/", PATTERN_KEY,
	    "https://evil.example/ab/" },
	{ "url", "https://evil.example/a**/x?id=1**&k=<hex>", PATTERN_REGEX,
	    "\\Ahttps://evil\\.example/a[^/?]+/x\\?id=1[^&]+&k="
	    "[A-Fa-f0-9]{1,200}\\z" },
	{ "url", "hxxps://evil[.]example/a」。", PATTERN_KEY,
	    "https://evil.example/a" },
	{ "url", "https://*.evil.example/...", PATTERN_REGEX,
	    "\\Ahttps://(?:[^/]+\\.)?evil\\.example/" },
	{ "url", "lit:https://evil.example/a*b", PATTERN_KEY,
	    "https://evil.example/a*b" },
	{ "url", "http://192.0.2.7/x", PATTERN_KEY, "https://192.0.2.7/x" },
	{ "url.path", "^/a/b$", PATTERN_REGEX, "\\A/a/b/?\\z" },
	{ "url.path", "/wp-content/**/login", PATTERN_REGEX,
	    "/wp-content/[^/]+/login(?:/|\\z)" },
	{ "url.path", "/secure-…", PATTERN_REGEX, "/secure-" },
	{ "url.query", "?uid=***@***.net", PATTERN_REGEX, "uid=" ADDRESS },
	{ "url.query", "is:a=1", PATTERN_REGEX, "\\Aa=1\\z" },
	{ "subject", "ＫＡＧＯＹＡ　ご案内", PATTERN_REGEX,
	    "kagoyaご案内" },
	{ "subject", "■ 重要なお知らせ", PATTERN_REGEX, "重要なお知らせ" },
	{ "subject", "お知らせ■重要", PATTERN_REGEX,
	    "お知らせ ?(?:■)? ?重要" },
	{ "subject", "○○様へのお知らせ", PATTERN_REGEX,
	    ".{1,40}?様へのお知らせ" },
	{ "subject", "二〇二六年", PATTERN_REGEX, "二〇二六年" },
	{ "subject", "lit:is:○○ <any>", PATTERN_REGEX, "is:○○ <any>" },
	{ "subject", "アカウントが停止…", PATTERN_REGEX, "アカウントが停止" },
	{ "subject", "<b>太字</b>", PATTERN_REGEX, "<b>太字</b>" },
	{ "subject", "re:^foo(.)bar$", PATTERN_REGEX, "^foo(.)bar$" },
	{ "body", "詳細は hxxps://a[.]example/x を。", PATTERN_REGEX,
	    "詳細はhttps://a\\.example/xを。" },
	{ "html", "<IMG src=\"X\">", PATTERN_REGEX, "<IMG src=\"X\">" },
	{ "header", "none", PATTERN_NONE, "" },
	{ "header", "any", PATTERN_ANY, "" },
	{ "header", "PHPMailer", PATTERN_REGEX, "phpmailer" },
	{ "relay", "192.0.2.1", PATTERN_KEY, "192.0.2.1" },
	{ "relay", "Mail.Example", PATTERN_KEY, "mail.example" },
	{ "auth", "spf=fail", PATTERN_KEY, "fail" },
	{ "country", "JP", PATTERN_KEY, "jp" },
	{ "charset", "ISO-2022-JP", PATTERN_KEY, "iso-2022-jp" },
	/* only the engine's own spelling ever matched once */
	{ "charset", "cp932", PATTERN_KEY, "shift_jis" },
	{ "charset", "Windows-31J", PATTERN_KEY, "shift_jis" },
	{ "charset", "sjis", PATTERN_KEY, "shift_jis" },
	{ "charset", "Shift-JIS", PATTERN_KEY, "shift_jis" },
	{ "charset", "x-euc-jp", PATTERN_KEY, "euc-jp" },
	{ "charset", "utf8", PATTERN_KEY, "utf-8" },
	{ "charset", "ascii", PATTERN_KEY, "us-ascii" },
	{ "file.type", "PDF", PATTERN_KEY, "pdf" },
	{ "phone", "050-2016-5000", PATTERN_KEY, "05020165000" },
	{ "phone", "０１２０（０２２）２３４", PATTERN_KEY, "0120022234" },
};

static void
test_values_are_read_as_the_format_page_says(void **state)
{
	struct arena *a = arena_new();
	bool is_fine = true;
	struct pattern p;
	struct diags d;

	(void)state;
	for (size_t i = 0; i < nitems(values); i++) {
		bool is_read = read_value(&p, a, &d, values[i].field,
		    values[i].value);
		struct str got = p.kind == PATTERN_REGEX ? p.regex : p.key;

		if (is_read && p.kind == values[i].kind &&
		    str_is(got, values[i].wanted))
			continue;
		print_error("%s: %s\n  %d %.*s %.*s\n", values[i].field,
		    values[i].value, p.kind, STR_ARG(got),
		    STR_ARG(d.list.n != 0 ? d.list.at[0].text : STR("")));
		is_fine = false;
	}
	assert_true(is_fine);
	arena_free(a);
}

static void
test_addresses_and_numbers_are_typed(void **state)
{
	struct arena *a = arena_new();
	char text[ADDR_TEXT];
	struct pattern p;
	struct diags d;

	(void)state;
	assert_true(read_value(&p, a, &d, "ip", "104.219[.]238.62"));
	assert_int_equal(p.kind, PATTERN_NET);
	addr_format(&p.net.addr, text);
	assert_string_equal(text, "104.219.238.62");
	assert_int_equal(p.net.bits, 32);
	assert_true(read_value(&p, a, &d, "ip", "2001:db8::/32"));
	assert_int_equal(p.net.bits, 32);
	assert_true(read_value(&p, a, &d, "ip", "192.0.***.***"));
	assert_int_equal(p.net.bits, 16);
	assert_true(read_value(&p, a, &d, "asn", "AS64500"));
	assert_int_equal(p.kind, PATTERN_NUMBER);
	assert_int_equal(p.first, 64500);
	assert_int_equal(p.last, 64500);
	assert_true(read_value(&p, a, &d, "count", "1..3"));
	assert_true(p.first == 1 && p.last == 3);
	assert_true(read_value(&p, a, &d, "count", "<1500"));
	assert_true(p.first == 0 && p.last == 1499);
	assert_true(read_value(&p, a, &d, "count", ">=2"));
	assert_true(p.first == 2 && p.last == INT64_MAX);
	assert_true(read_value(&p, a, &d, "count", "0"));
	assert_true(p.first == 0 && p.last == 0);
	arena_free(a);
}

static const struct {
	const char *field, *value, *code;
} refused[] = {
	{ "ip", "192.0.2.300", "I01" }, { "ip", "evil.example", "I01" },
	/* taken once, and never matched */
	{ "charset", "nonsense", "S04" }, { "charset", "日本語", "S04" },
	{ "file.type", "application/pdf", "S04" },
	{ "file.type", "pdff", "S04" },
	{ "ip", "192.0.2.0/33", "I01" }, { "asn", "Namecheap", "I14" },
	{ "country", "Japan", "I01" }, { "from", "kagoya.jp", "I01" },
	{ "from", "えきねっと <a@b.example>", "I01" },
	{ "from", "***@***.net", "I01" }, { "from", "a@b", "I01" },
	{ "from.domain", "localhost", "I01" },
	{ "url.domain", "https://a.example/", "I01" },
	{ "url.host", "a b.example", "I01" },
	{ "url", "/path/only", "I01" }, { "url", "https://", "I01" },
	{ "url", "javascript://x.example/", "I01" },
	{ "url", "mailto://x", "I01" }, { "url", "https://evil/", "I01" },
	{ "url", "https://○○/", "I01" }, { "url.path", "/", "I01" },
	{ "url.path", "https://a.example/x", "I01" },
	{ "subject", "", "I01" }, { "subject", "○○●●", "I01" },
	{ "subject", "<any>", "I01" }, { "subject", "is:", "I01" },
	{ "subject", "re:(", "P01" }, { "subject", "re:", "P01" },
	{ "subject", "list:feeds/x", "S04" }, { "ip", "re:1", "I01" },
	{ "auth", "spf=maybe", "S04" }, { "auth", "spf", "S04" },
	{ "count", "many", "I01" }, { "count", "3..1", "I01" },
	{ "count", "<0", "I01" }, { "count", "-1", "I01" },
	{ "file.sha256", "abc", "I01" }, { "phone", "call me", "I01" },
	{ "body", "<num><num><num><num><num><num><num><num><num><num><num>"
	    "<num><num><num><num><num><num>x", "I01" },
	{ "body", "re:\\Cx", "P01" },
};

static void
test_what_cannot_be_read_is_an_error(void **state)
{
	struct arena *a = arena_new();
	struct pattern p;
	struct diags d;

	(void)state;
	for (size_t i = 0; i < nitems(refused); i++) {
		if (read_value(&p, a, &d, refused[i].field, refused[i].value))
			fail_msg("%s: %s was read", refused[i].field,
			    refused[i].value);
		assert_int_equal(d.errors, 1);
		assert_string_equal(d.list.at[0].code, refused[i].code);
	}
	arena_free(a);
}

/* Texts of mails: folded for text fields, plain else. */
static const struct {
	const char *field, *value, *text;
	bool hits;
} matches[] = {
	{ "subject", "障害通知 <date>", "障害通知 2026年2月9日", true },
	{ "subject", "障害通知 <date>",
	    "障害通知　２０２６／０２／０９", true },
	{ "subject", "障害通知 <date>", "障害通知2026-2-9", true },
	{ "subject", "障害通知 <date>", "障害通知 2026.02.09", true },
	{ "subject", "障害通知 <date>", "障害通知【2026年2月9日】", true },
	{ "subject", "障害通知【<date>】",
	    "障害通知【 2026年 2月 9日 】", true },
	{ "subject", "障害通知 <date>", "障害通知 2月9日", false },
	{ "subject", "is:サービス停止通知!!!", "サービス停止通知！！！", true },
	{ "subject", "is:サービス停止通知!!!", "サービス停止通知!!!!", false },
	{ "body", "[アカウント kir<num>]", "[アカウント kir363552]", true },
	{ "body", "[アカウント kir<num>]", "［アカウント ＫＩＲ３６３５５２］",
	    true },
	{ "body", "料金<num>円を", "料金 12,345 円を", true },
	{ "body", "料金 <num> 円を", "料金 12,345 円を", true },
	{ "body", "Copyright <any> Kagoya, Inc.",
	    "Copyright © 2020 Kagoya, Inc.", true },
	{ "body", "宛先 <email> まで",
	    "宛先 taro.y@mail.example.jp まで", true },
	{ "body", "◇KIR > コントロール", "◇KIR > コントロールパネル", true },
	{ "body", "お知らせ■重要", "お知らせ 重要", true },
	{ "body", "○○様", "山田様", true },
	{ "url", "https://○○.com/kagoya.jp/", "https://a.b.com/kagoya.jp/",
	    true },
	{ "url", "https://○○.com/kagoya.jp/", "https://a.net/kagoya.jp/",
	    false },
	{ "url", "https://○○.com/kagoya.jp/", "https://a.net/x.com/kagoya.jp/",
	    false },
	{ "url", "https://○○.com/kagoya.jp/", "https://a.com/kagoya.jp/x",
	    false },
	{ "url", "http://****.com//x/?uid=***@***.com",
	    "https://a.com/x/?uid=a@b.co.jp", true },
	{ "url", "http://****.com//x/?uid=***@***.com",
	    "https://a.com/x/?uid=a%40b.co.jp", true },
	{ "url", "http://****.com//x/?uid=***@***.com",
	    "https://a.com/x/?uid=abc", false },
	{ "url", "https://a.example/r?u=…", "https://a.example/r?u=xyz&z=1",
	    true },
	{ "url.path", "/kit", "/blog/kit/login.php", true },
	{ "url.path", "/kit", "/blog/kitten", false },
	{ "url.path", "/kit", "/blog/Kit/", false },
	{ "url.path", "^/kit", "/blog/kit", false },
	{ "url.path", "kit$", "/blog/kit", true },
	{ "url.path", "kit$", "/kit/x", false },
	{ "url.host", "*.jcom.co.jp.login.*.cn",
	    "www2.jcom.co.jp.login.vkia.cn", true },
	{ "url.host", "*.jcom.co.jp.login.*.cn",
	    "jcom.co.jp.login.vkia.cn", true },
	{ "url.host", "*.jcom.co.jp.login.*.cn", "jcom.co.jp", false },
	{ "url.domain", "a**.co.example", "shop.abc.co.example", true },
	{ "url.domain", "a**.co.example", "xabc.co.example", false },
	{ "url", "https://○○/kagoya.jp/", "https://a.b.example/kagoya.jp/",
	    true },
	{ "from", "ma**@b.example", "Mail@B.example", true },
	{ "from", "ma**@b.example", "ma@b.example", false },
};

static bool
is_hit(struct arena *a, const struct pattern *p, const char *value,
    struct str text)
{
	struct regex_room *room = regex_room_new();
	struct regex_span span;
	struct regex *regex;
	struct err e;
	bool hits;

	if (!regex_new(&regex, p->regex, p->is_caseless, STR("x"), &e))
		fail_msg("%s: %s", value, e.text);
	if (p->form == FORM_FOLDED)
		text = fold(a, text).text;
	regex_room_start(room);
	hits = regex_find(regex, room, text, 0, &span) == REGEX_HIT;
	regex_free(regex);
	regex_room_free(room);
	return hits;
}

static void
test_regexes_meet_the_text_of_mails(void **state)
{
	struct arena *a = arena_new();
	struct pattern p;
	struct diags d;
	bool is_fine = true;

	(void)state;
	for (size_t i = 0; i < nitems(matches); i++) {
		assert_true(read_value(&p, a, &d, matches[i].field,
		    matches[i].value));
		assert_int_equal(p.kind, PATTERN_REGEX);
		if (is_hit(a, &p, matches[i].value, str_of(matches[i].text)) ==
		    matches[i].hits)
			continue;
		print_error("%s: %s and %s (%.*s)\n", matches[i].field,
		    matches[i].value, matches[i].text, STR_ARG(p.regex));
		is_fine = false;
	}
	assert_true(is_fine);
	arena_free(a);
}

static void
test_plain_phrases_say_that_they_are(void **state)
{
	struct arena *a = arena_new();
	struct pattern p;
	struct diags d;

	(void)state;
	assert_true(read_value(&p, a, &d, "subject", "[A] (B) 件"));
	assert_true(str_is(p.literal, "[a] (b)件"));
	assert_int_equal(p.form, FORM_FOLDED);
	assert_true(read_value(&p, a, &d, "subject", "is:A"));
	assert_true(str_is(p.literal, ""));
	assert_true(p.is_whole);
	assert_true(read_value(&p, a, &d, "subject", "A <num>"));
	assert_true(str_is(p.literal, ""));
	assert_true(read_value(&p, a, &d, "body", "<rcpt> 様 <rcpt>"));
	assert_true(p.has_rcpt);
	assert_true(str_starts(p.regex, STR("([A-Za")));
	assert_true(read_value(&p, a, &d, "body", "raw:[Ａ-Ｚ]"));
	assert_int_equal(p.form, FORM_PLAIN);
	assert_false(p.is_caseless);
	arena_free(a);
}

static void
test_a_near_miss_of_a_placeholder_is_noted(void **state)
{
	struct arena *a = arena_new();
	struct pattern p;
	struct diags d;

	(void)state;
	assert_true(read_value(&p, a, &d, "subject", "障害 <dates>"));
	assert_int_equal(d.list.n, 1);
	assert_string_equal(d.list.at[0].code, "P10");
	assert_true(str_is(d.list.at[0].hint, "did you mean <date>?"));
	/* of an input method: not a word was said once */
	assert_true(read_value(&p, a, &d, "subject", "障害 ＜date＞ です"));
	assert_int_equal(d.list.n, 1);
	assert_string_equal(d.list.at[0].code, "P10");
	assert_true(read_value(&p, a, &d, "subject", "＜重要＞ お知らせ ＜"));
	assert_int_equal(d.list.n, 0);
	assert_true(read_value(&p, a, &d, "subject", "<p> <strong> <<<"));
	assert_int_equal(d.list.n, 0);
	arena_free(a);
}

/* "@kir.jp", as reports print it, was sent to from.name once. */
static void
test_a_domain_with_its_at_sign_is_sent_to_the_right_field(void **state)
{
	static const char *const fields_of[] = { "from", "mail_from",
		"reply_to" };
	struct arena *a = arena_new();
	struct pattern p;
	struct diags d;

	(void)state;
	for (size_t i = 0; i < nitems(fields_of); i++) {
		assert_false(read_value(&p, a, &d, fields_of[i], "@kir.jp"));
		assert_true(str_eq(d.list.at[0].hint, str_printf(a,
		    "a domain goes to \"%s.domain\"", fields_of[i])));
	}
	arena_free(a);
}

static void
test_defanging_is_undone_in_addresses_and_not_in_sentences(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{ "hxxps://a[.]b/c", "https://a.b/c" },
		{ "HXXPS://A[.]B", "https://A.B" },
		{ "hXXps[://]a(.)b", "https://a.b" },
		{ "h**p://x{.}y", "http://x.y" },
		{ "http[:]//a[dot]b", "http://a.b" },
		{ "a[@]b(dot)c", "a@b.c" }, { "a(at)b.c", "a@b.c" },
		{ "x＠y.z", "x@y.z" },
		{ "a[アットマーク]b[ドット]c", "a@b.c" },
		{ "https://ａ．ｂ/c", "https://a.b/c" },
		{ "https://a。b/c", "https://a.b/c" },
		{ "https://a\xe2\x80\x8b.b/", "https://a.b/" },
		{ "a\\.b", "a.b" },
		{ "ご利用いただけません。2026年。A。B",
		    "ご利用いただけません。2026年。A。B" },
		{ "カゴヤ。KAGOYA。", "カゴヤ。KAGOYA。" },
		{ "顔文字(.)と(at)", "顔文字(.)と(at)" },
		{ "https://a.b/。本文。", "https://a.b/。本文。" },
		{ "ＫＡＧＯＹＡ", "ＫＡＧＯＹＡ" },
		{ "hxxx hxxp", "hxxx hxxp" }, { "", "" },
		{ "えきねっと <a@b[.]example>", "えきねっと <a@b.example>" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str got = refang(a, str_of(cases[i].from));

		if (!str_is(got, cases[i].to))
			fail_msg("%s: %.*s", cases[i].from, STR_ARG(got));
	}
	arena_free(a);
}

static void
test_what_is_shown_cannot_be_clicked(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{ "https://a.example/x.php?u=http://b.example/",
		    "hxxps://a[.]example/x.php?u=hxxp://b[.]example/" },
		{ "iwkr.cn", "iwkr[.]cn" },
		{ "a@b.co.jp", "a@b[.]co[.]jp" },
		{ "リンク https://1.2.3.4/ と",
		    "リンク hxxps://1[.]2[.]3[.]4/ と" },
		{ "終わり。", "終わり。" }, { "Ver. 2.0", "Ver. 2.0" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str got = defang(a, str_of(cases[i].from));

		if (!str_is(got, cases[i].to))
			fail_msg("%s: %.*s", cases[i].from, STR_ARG(got));
	}
	arena_free(a);
}

static void
test_the_form_of_a_url_is_one(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(str_is(pattern_url_form(a, STR("HTTP"),
	    STR("www.a.example"), STR(""), STR("")), "https://a.example/"));
	assert_true(str_is(pattern_url_form(a, STR("https"), STR("www.com"),
	    STR("//a///b"), STR("x=1//2")), "https://www.com/a/b?x=1//2"));
	assert_true(str_is(pattern_url_form(a, STR("ftp"), STR("a.example"),
	    STR("/"), STR("")), "ftp://a.example/"));
	arena_free(a);
}

/* Links of IPv6 hosts were compared without the brackets that mails have,
 * and never met. */
static void
test_a_link_to_an_ipv6_host_keeps_its_brackets(void **state)
{
	struct arena *a = arena_new();
	struct pattern p;
	struct diags d;

	(void)state;
	assert_true(read_value(&p, a, &d, "url",
	    "hxxp://[2001:DB8:0::80]:8080/kit/"));
	assert_true(str_is(p.key, "https://[2001:db8::80]/kit/"));
	assert_false(read_value(&p, a, &d, "url", "hxxp://[2001:zz]/kit/"));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_read_as_the_format_page_says),
		cmocka_unit_test(test_addresses_and_numbers_are_typed),
		cmocka_unit_test(test_what_cannot_be_read_is_an_error),
		cmocka_unit_test(test_regexes_meet_the_text_of_mails),
		cmocka_unit_test(test_plain_phrases_say_that_they_are),
		cmocka_unit_test(test_a_near_miss_of_a_placeholder_is_noted),
		cmocka_unit_test(
		    test_a_domain_with_its_at_sign_is_sent_to_the_right_field),
		cmocka_unit_test(
		    test_defanging_is_undone_in_addresses_and_not_in_sentences),
		cmocka_unit_test(test_what_is_shown_cannot_be_clicked),
		cmocka_unit_test(test_the_form_of_a_url_is_one),
		cmocka_unit_test(
		    test_a_link_to_an_ipv6_host_keeps_its_brackets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
