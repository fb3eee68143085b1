/* SPDX-License-Identifier: Apache-2.0 */
/* Texts about phishing are told from phishing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/utf8.h"
#include "mail.h"
#include "rule/brandindex.h"
#include "rule/quote.h"
#include "rules.h"

static bool
is_report(const struct mail *mail)
{
	struct message m;
	struct str why;

	mail_read(&m, arena, mail, NULL);
	return quote_is_report(&m, arena, &why);
}

static const char *const reports[] = {
	"kagoya-billing-2026-02", "kagoya-activemail-2024-01",
	"kagoya-advisory-2020-03", "ekinet-payment-2026-02",
	"jcom-unpaid-2022-08",
};

/* Lines of so many characters, broken wherever that is. */
static struct str
wrap(struct str s, size_t most)
{
	struct buf b;
	size_t at = 0, n = 0;

	buf_init_arena(&b, arena, 1 << 20);
	while (at < s.n) {
		uint32_t point = utf8_next(s, &at);

		utf8_add(&b, point);
		n = point == '\n' ? 0 : n + 1;
		if (n == most) {
			buf_add_byte(&b, '\n');
			n = 0;
		}
	}
	return buf_str(&b);
}

static void
expect_report(const char *name, const char *how, const struct mail *mail)
{
	if (!is_report(mail))
		fail_msg("%s, %s: not seen as a report", name, how);
}

static void
test_the_reports_are_recognised_in_every_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(reports); i++) {
		struct str all = mail_report(arena, reports[i]);
		struct str first, rest, cut = wrap(all, 36);
		const char *title;

		str_cut(all, '\n', &first, &rest);
		title = str_cstr(arena, str_head(first, 120));
		expect_report(reports[i], "as it is",
		    &(struct mail){ .text = all });
		expect_report(reports[i], "with its title",
		    &(struct mail){ .subject = title,
		        .text = rest.n != 0 ? rest : all });
		expect_report(reports[i], "without its title",
		    &(struct mail){ .text = rest.n != 0 ? rest : all });
		expect_report(reports[i], "wrapped",
		    &(struct mail){ .text = cut });
		expect_report(reports[i], "as HTML",
		    &(struct mail){ .html = mail_html(arena, all) });
		expect_report(reports[i], "both",
		    &(struct mail){ .text = all,
		        .html = mail_html(arena, all) });
	}
}

/* What stands between two pieces, made live again. */
static struct str
sample(struct str report, const char *from, const char *to)
{
	size_t at = str_find_str(report, str_of(from));
	struct str s = str_from(report, at + str_of(from).n);

	s = str_head(s, str_find_str(s, str_of(to)));
	s = mail_replace(arena, s, "hxxp", "http");
	return mail_replace(arena, s, "[.]", ".");
}

static void
test_the_mails_that_reports_quote_are_no_reports(void **state)
{
	static const struct {
		const char *report, *from, *to;
	} cases[] = {
		{ "ekinet-payment-2026-02", "■ メールの本文再現",
		    "※できる限り" },
		{ "kagoya-billing-2026-02", "メール本文の再現",
		    "メールのデザインと" },
		{ "kagoya-activemail-2024-01", "では引き続き本文。",
		    "リンクとして書かれている" },
		{ "kagoya-advisory-2020-03", "緊急の重要な通知", "————" },
		{ "kagoya-advisory-2020-03", "サーバー障害通知", "————" },
		{ "kagoya-advisory-2020-03", "サービス停止通知!!!", "————" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str s = sample(mail_report(arena, cases[i].report),
		    cases[i].from, cases[i].to);

		assert_true(s.n > 100);
		if (is_report(&(struct mail){ .text = s }) ||
		    is_report(&(struct mail){
		        .html = mail_html(arena, s) }))
			fail_msg("%s after \"%s\": seen as a report",
			    cases[i].report, cases[i].from);
	}
}

static const char boilerplate[] =
	"お客様各位\n\n"
	"お客様のカードのご利用を一時的に制限しています。\n"
	"以下のリンクからログインし、ご本人様確認をお願いいたします。\n\n"
	"https://card-check.example/login\n\n"
	"24時間以内に確認がない場合、カードは停止されます。\n\n"
	"【ご注意】フィッシング詐欺にご注意ください。当社を装った偽メールや"
	"偽サイトによる詐欺の被害が報告されています。\n"
	"不審なメールのリンク先でパスワードを入力しないでください。\n"
	"差出人や件名、本文に心当たりのないメールは削除してください。\n"
	"フィッシング詐欺の手口について詳しくは公式サイトをご覧ください。\n";

static const char padded_foot[] =
	"カゴヤのメールボックスがいっぱいです。\n"
	"http://evil.example/kagoya.jp/ で更新してください。\n\n\n\n\n\n"
	"【調査報告】フィッシング詐欺メール解析レポート。件名、差出人、"
	"本文、リンク先、Received、IPアドレス、ヘッダー、Whois、"
	"ドメイン登録日、ホスティング、解析、調査。注意喚起、ご注意、"
	"被害、hxxp[.]、偽サイト、詐欺サイト、手口、再現、事例。\n";

static void
test_lures_with_warnings_are_no_reports(void **state)
{
	struct str report;

	(void)state;
	assert_false(is_report(&(struct mail){ .text = str_of(boilerplate) }));
	assert_false(is_report(&(struct mail){
	    .html = mail_html(arena, str_of(boilerplate)) }));
	assert_false(is_report(&(struct mail){ .text = str_of(padded_foot) }));
	report = mail_report(arena, "ekinet-payment-2026-02");
	/* A whole report out of sight. */
	assert_false(is_report(&(struct mail){ .html = str_cat(arena,
	    STR("<p>ログインしてください http://evil.example/</p>"
	    "<div style=\"display:none\">"), mail_html(arena, report),
	    STR("</div>")) }));
	/* A whole report in the alternative nobody is shown. */
	assert_false(is_report(&(struct mail){ .text = report,
	    .html = STR("<p>ログインしてください "
	    "<a href=\"http://evil.example/\">http://evil.example/</a></p>")
	    }));
	/* A whole report below the lure. */
	assert_false(is_report(&(struct mail){ .text = str_cat(arena,
	    STR("ログインしてください http://evil.example/\n\n\n"),
	    report) }));
}

static void
test_ordinary_mail_is_no_report(void **state)
{
	static const char *const texts[] = {
		"KAGOYAのメールの件、設定を変更しました。確認してください。",
		"先日の打ち合わせの資料を送ります。https://files.example/a\n"
		"件名に「資料」と書いて返信してください。本文は不要です。",
		"フィッシング対策協議会のセミナーのお知らせ。詐欺メールの手口と"
		"対策を学びます。参加費は無料です。https://seminar.example/",
		"Your invoice for May is attached. If you have questions, "
		"reply to this mail. Beware of fraud: we never ask for "
		"passwords.",
		"転送します。\n\n差出人: 山田\n送信日時: 2026年2月9日\n"
		"件名: 見積書\n\n本文は以下の通りです。よろしくお願いします。",
	};

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++)
		if (is_report(&(struct mail){ .text = str_of(texts[i]) }))
			fail_msg("seen as a report: %s", texts[i]);
}

static const char *const notices[] = {
	"J:COMをかたるフィッシングの報告を受けています。\n件名: 【J:COM】ご利用"
	"料金のお支払いが確認できませんでした\nサイトのURL\n"
	"https://jcom-pay.****.com/myjcom/\nhttps://****.duckdns.org/jcom/\n"
	"このようなフィッシングサイトにてカード情報を入力しないよう注意して"
	"ください。\n",
	"「KAGOYA 一括払い更新失敗のお知らせ」という件名の偽メールが届いて"
	"います。www.auditor585[.]de/index.php に誘導されるフィッシング詐欺"
	"です。開かずに削除してください。\n",
	"当行を装ったフィッシングメールが確認されています。\n"
	"【例】件名：お取引の確認 送信元：service@smbc.example\n"
	"hxxps://card-check[.]example/login\n"
	"不審なメールのリンクはクリックしないでください。\n"
	"https://www.midori-bank.example/security/\n",
	"Scammers are sending emails that pretend to come from us. Example:\n"
	"From: PayPal Service\n\"Log in at hxxps://paypal.com.verify[.]example"
	"/login to restore access.\"\nNever click links in such messages.\n",
	"These phishing messages were reported this week. Subject: on hold. "
	"The link https://www.amazon.co.jp.hold[.]example/ and "
	"hxxps://parcel[.]example/ lead to fake sites.\n",
	"【注意喚起】フィッシングメールが確認されています。\n"
	"件名: ご利用確認\nURL: hxxps://card-check[.]xyz/login\n"
	"リンクを開かないでください。\n",
	"以下のフィッシングメールにご注意ください。\n---\n"
	"アカウントが停止されました。\nh**ps://amazon.○○○.cn/signin\n"
	"https[:]//rakuten.co[.]jp.card[.]cn/\n---\n",
	"Phishing alert: do not click links such as "
	"hxxp://paypa1[.]com/login or hxxp://card[.]example/x. Report such "
	"mails to IT.\n",
	("次のフィッシングサイトにアクセスしないでください。\n"
	"http://www.■■■.cn/a http://××.duckdns.org/ http://card{.}example/\n"),
};

static uint32_t
marks_of(const struct mail *mail)
{
	struct message m;

	mail_read(&m, arena, mail, NULL);
	return quote_marks(&m, arena);
}

/* Warnings of banks, councils and IT desks are no reports: they analyse
 * nothing.  They are told all the same, and excuse nothing. */
static void
test_short_warnings_are_told_and_are_no_reports(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(notices); i++) {
		struct str text = str_of(notices[i]);

		if (marks_of(&(struct mail){ .text = text }) !=
		    1u << QUOTE_NOTICE || marks_of(&(struct mail){
		    .html = mail_html(arena, text) }) != 1u << QUOTE_NOTICE)
			fail_msg("no warning: %s", notices[i]);
		assert_false(is_report(&(struct mail){ .text = text }));
	}
	/* nothing masked, and said behind the link */
	assert_int_equal(marks_of(&(struct mail){
	    .text = str_of(boilerplate) }), 0);
	assert_int_equal(marks_of(&(struct mail){ .text = str_cat(arena,
	    STR("http://evil.example/ で更新してください。\n"),
	    str_of(notices[1])) }), 0);
}

#define WARNS "取引先を騙る不審なメールが届いています。クリックしないでください。\n" \
	"hxxps://card-check[.]jp/ http://www.****.com/\n"

static const struct {
	const char *text, *html;
	bool is_idle;
} acts[] = {
	{ WARNS, NULL, true },
	{ WARNS "返信しないでください。", NULL, true },
	{ WARNS "詳しくは https://www.kagoya.jp/ へ", NULL, true },
	{ WARNS "https://www.npa.go.jp/ にも報告を", NULL, true },
	{ WARNS "https://card-check.jp/", NULL, false },
	{ WARNS "card-check.jp", NULL, false },
	{ WARNS "確認.jp", NULL, false },
	{ WARNS "it@card-check.jp", NULL, false },
	{ WARNS "カード番号をご返信ください。", NULL, false },
	{ WARNS "Please reply with your number.", NULL, false },
	{ WARNS "hxxpをhttpに置き換えてください。", NULL, false },
	{ WARNS "https://www.kagoya.jp/?u=https://card-check.jp/", NULL,
	    false },
	{ NULL, "<p>" WARNS "</p>", true },
	{ NULL, "<p>" WARNS "<a href='https://www.kagoya.jp/'>公式</a>",
	    true },
	{ NULL, "<p>" WARNS "<a href='https://card-check.jp/'>公式</a>",
	    false },
	{ NULL, "<p>" WARNS "<a href='line:x'>公式</a>", false },
	{ NULL, "<p>" WARNS "<a href='/x'>公式</a>", false },
	{ NULL, "<p>" WARNS "<form><input></form>", false },
	{ NULL, "<p>" WARNS "<img src='https://card-check.jp/'>", false },
	{ NULL, "<p>" WARNS "<img src='cid:1'>", false },
};

/* A lure that dresses up as a warning has to leave something to do. */
static void
test_a_warning_is_idle_where_nothing_can_be_acted_on(void **state)
{
	struct brand_index *brands;
	struct err e;

	(void)state;
	assert_true(rules_load("/brands"));
	assert_true(brand_index_build(&brands, &packs, NULL, &e));
	for (size_t i = 0; i < nitems(acts); i++) {
		struct message m;

		mail_read(&m, arena, &(struct mail){
		    .text = str_of(acts[i].text),
		    .html = str_of(acts[i].html) }, NULL);
		if (quote_is_idle(&m, brands, arena) != acts[i].is_idle)
			fail_msg("%zu: %s", i, acts[i].text != NULL
			    ? acts[i].text : acts[i].html);
	}
	brand_index_free(brands);
}

/* Once a short page was passed over, whatever its anchors lead to, and the
 * report in the other alternative excused it. */
static void
test_a_short_page_with_a_link_is_read_too(void **state)
{
	struct str report = mail_report(arena, "ekinet-payment-2026-02");

	(void)state;
	assert_true(is_report(&(struct mail){ .text = report,
	    .html = STR("<p>添付の通りです。<img src='http://a.example/'>")
	    }));
	assert_false(is_report(&(struct mail){ .text = report,
	    .html = STR("<p>未払いです。<a href='http://evil.example/'>"
	    "こちら</a>") }));
	assert_false(is_report(&(struct mail){ .text = report,
	    .html = STR("<form action='http://evil.example/'><input>"
	    "</form>") }));
}

static void
test_vendor_notes_in_english_are_recognised(void **state)
{
	static const char note[] =
	    "Threat advisory: phishing campaign impersonating a Japanese "
	    "hosting company\n\n"
	    "Summary\nSince Monday we have observed a phishing campaign "
	    "targeting customers. The lure claims to be a billing notice "
	    "and leads victims to a fake control panel that steals "
	    "credentials.\n\n"
	    "Message details\nSubject: renewal of your plan failed\n"
	    "Sender: support@limousine[.]example (spoofed display name)\n"
	    "Return-Path differs from the From header.\n\n"
	    "Analysis\nThe first link is an open redirect. The landing page "
	    "is hosted on a shared IP address; the domain was registered "
	    "two weeks before, Whois data is hidden behind a registrar "
	    "proxy. SPF none, DKIM none, DMARC none.\n\n"
	    "Indicators of compromise\nhxxps://redirect[.]example/index.php\n"
	    "hxxps://landing[.]example/customer-portal/\n"
	    "104.219.238[.]62\n\n"
	    "Recommendation\nBlock the indicators and warn users: do not "
	    "click links in such mail. Report phishing to your team.\n";

	(void)state;
	assert_true(is_report(&(struct mail){
	    .subject = "[Advisory] phishing campaign", .text =
	    str_of(note) }));
	assert_true(is_report(&(struct mail){
	    .html = mail_html(arena, str_of(note)) }));
}

/* Once the words of a report behind a lure, out of sight, excused it, if only
 * the subject spoke of fraud. */
static void
test_a_report_that_begins_behind_the_link_is_none(void **state)
{
	static const char words[] =
	    "フィッシング詐欺 偽 騙 なりすまし 攻撃者 件名 差出人 送信者 "
	    "本文 リンク先 IPアドレス ヘッダ whois 調査 解析 逆引き 注意喚起 "
	    "不審な 被害 事例 手口 再現 誘導 レポート hxxp [.] ";
	static const char lure[] = "フィッシング対策のため更新してください。"
	    "https://evil.example/ ログインしてください。\n";
	struct str text = str_cat(arena, str_of(lure), str_of(words),
	    STR("\n\n\n"), str_of(words));
	struct str report = str_cat(arena, str_of(words), str_of(lure),
	    str_of(words));

	(void)state;
	assert_false(is_report(&(struct mail){ .subject = "詐欺対策",
	    .text = text }));
	assert_true(is_report(&(struct mail){ .subject = "詐欺対策",
	    .text = report }));
}

/* Once white letters on white made a report of a lure. */
static void
test_words_that_styles_may_hide_make_no_report(void **state)
{
	static const char words[] =
	    "フィッシング詐欺 偽 騙 なりすまし 攻撃者 件名 差出人 送信者 "
	    "本文 リンク先 IPアドレス ヘッダ whois 調査 解析 逆引き 注意喚起 "
	    "不審な 被害 事例 手口 再現 誘導 レポート hxxp [.] ";
	static const char *const styles[] = {
		"<p style='color: #FFFFFF'>", "<p style=\"COLOR:white\">",
		"<font color=white>", "<font color='#fff'>",
		"<p style='color:rgba(0,0,0,0.01)'>",
		"<p style='color:transparent'>",
		"<p style='position:absolute;left:-999px'>",
		"<p style='transform:scale(0)'>", "<p style='zoom:0.01'>",
		"<style>.z{display:none}</style><p class=z>",
	};
	static const char shown[] =
	    "<p style='color:#000;background-color:white'>";
	struct str lure = STR("<p>http://evil.example/ ログイン</p>");

	(void)state;
	for (size_t i = 0; i < nitems(styles); i++)
		if (is_report(&(struct mail){ .html = str_cat(arena,
		    str_of(styles[i]), str_of(words), lure,
		    str_of(styles[i]), str_of(words)) }))
			fail_msg("seen as a report: %s", styles[i]);
	assert_true(is_report(&(struct mail){ .html = str_cat(arena,
	    str_of(shown), str_of(words), lure, str_of(shown),
	    str_of(words)) }));
}

static void
test_what_a_lure_would_use_is_not_covered(void **state)
{
	static const char html[] =
	    "<p>http://bare.example/ "
	    "<a href=\"https://evil.example/kagoya.net/?uid=1\">"
	    "https://evil.example/kagoya.net/?uid=1</a> "
	    "<a href=\"https://evil.example/x\">こちら</a> "
	    "<a href=\"https://evil.example/y\">https://www.kagoya.jp/</a> "
	    "<a href=\"https://evil.example.cn/\">evil.example</a></p>";
	struct message m;
	size_t covered = 0, open = 0;

	(void)state;
	mail_read(&m, arena, &(struct mail){ .html = str_of(html) }, NULL);
	for (uint32_t i = 0; i < m.urls.n; i++) {
		const struct url *u = &m.urls.at[i];
		bool is_covered = quote_covers(&m, i);

		covered += is_covered;
		open += !is_covered;
		if (u->source == URL_A)
			assert_int_equal(is_covered,
			    str_starts(u->text, STR("https://evil")));
	}
	assert_true(covered >= 1);
	assert_int_equal(open, 3);
}

#define LURE "> お客様のアカウントを一時的に制限しています。\n" \
	"> 以下よりログインし、確認してください。\n" \
	"> https://evil.example.cn/login\n"
#define LURE_PAGE "<blockquote><p>お客様のアカウントを一時的に制限して" \
	"います。以下よりログインし、確認してください。" \
	"https://evil.example.cn/</p></blockquote>"
#define SAID "このメールは詐欺メールです。クリックしないでください。\n"

static const struct {
	const char *text, *html;
	bool is_answer;
} answers[] = {
	{ SAID LURE, NULL, true },
	{ "This is phishing. Do not click.\n" LURE, NULL, true },
	{ "ご報告のメールは当社を装った詐欺です。削除してください。\n" LURE,
	    NULL, true },
	/* the answer's own site may be named, no other */
	{ SAID "https://www.neutral.example/\n" LURE, NULL, true },
	{ SAID "https://evil.example.cn/\n" LURE, NULL, false },
	/* quotation alone is no answer */
	{ LURE, NULL, false },
	{ "ご確認ください。\n" LURE, NULL, false },
	{ "詐欺にご注意ください。削除してください。\n" LURE, NULL, false },
	{ "このメールは詐欺ではありません。無視しないでください。\n" LURE,
	    NULL, false },
	{ "This is not a scam. Do not ignore it.\n" LURE, NULL, false },
	{ "下記以外のメールは詐欺メールです。開かないでください。\n" LURE,
	    NULL, false },
	/* said where nobody reads it first */
	{ LURE SAID, NULL, false },
	{ SAID "> ok\n", NULL, false },
	{ NULL, "<p>" SAID "</p>" LURE_PAGE, true },
	{ NULL, "<p>" SAID "</p><blockquote>お客様のアカウントを一時的に"
	    "制限しています。<a href='https://evil.example.cn/'>ログイン</a>"
	    "</blockquote>", false },
	{ NULL, "<p>" SAID "</p><blockquote>お客様のアカウントを一時的に"
	    "制限しています。<a href='https://evil.example.cn/'>"
	    "https://evil.example.cn/</a></blockquote>", true },
	{ NULL, "<p style='color:#fff'>" SAID "</p><blockquote>"
	    "お客様のアカウントを一時的に制限しています。"
	    "https://evil.example.cn/</blockquote>", false },
	{ SAID LURE, "<p>お客様のアカウントを一時的に制限しています。"
	    "https://evil.example.cn/login</p>", false },
};

static void
test_an_answer_that_quotes_a_lure_is_told_from_a_lure_in_quotes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(answers); i++) {
		struct mail mail = { .text = str_of(answers[i].text),
			.html = str_of(answers[i].html) };

		if (is_report(&mail) != answers[i].is_answer)
			fail_msg("%zu: %s%s", i, answers[i].text == NULL ? ""
			    : answers[i].text, answers[i].html == NULL ? ""
			    : answers[i].html);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_reports_are_recognised_in_every_form),
		cmocka_unit_test(
		    test_the_mails_that_reports_quote_are_no_reports),
		cmocka_unit_test(test_lures_with_warnings_are_no_reports),
		cmocka_unit_test(
		    test_short_warnings_are_told_and_are_no_reports),
		cmocka_unit_test(
		    test_a_warning_is_idle_where_nothing_can_be_acted_on),
		cmocka_unit_test(test_a_short_page_with_a_link_is_read_too),
		cmocka_unit_test(
		    test_a_report_that_begins_behind_the_link_is_none),
		cmocka_unit_test(
		    test_words_that_styles_may_hide_make_no_report),
		cmocka_unit_test(test_ordinary_mail_is_no_report),
		cmocka_unit_test(test_vendor_notes_in_english_are_recognised),
		cmocka_unit_test(test_what_a_lure_would_use_is_not_covered),
		cmocka_unit_test(
		    test_an_answer_that_quotes_a_lure_is_told_from_a_lure_in_quotes),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
