/* SPDX-License-Identifier: Apache-2.0 */
/* Labels and cue words of reports. */
#include "rule/reportlabel.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "mail/fold.h"
#include "rule/report.h"

enum { LABEL_MOST = 80, NUMBER_DIGITS = 2, HEADING_CHARS = 60,
	OPENING_CHARS = 32, BEFORE_CELLS = 12, GENUINE_BYTES = 48 };

/* Folded: lower case, half-width. */
static const struct label {
	const char *word;
	enum role role;
} labels[] = {
	{ "タイトル", ROLE_SUBJECT }, { "件名", ROLE_SUBJECT },
	{ "メールの件名", ROLE_SUBJECT },
	{ "メール件名", ROLE_SUBJECT }, { "題名", ROLE_SUBJECT },
	{ "表題", ROLE_SUBJECT }, { "subject", ROLE_SUBJECT },
	{ "subject line", ROLE_SUBJECT }, { "mail subject", ROLE_SUBJECT },
	{ "email subject", ROLE_SUBJECT }, { "email-subject", ROLE_SUBJECT },
	{ "subjects", ROLE_SUBJECT },
	{ "差出人", ROLE_SENDER }, { "送信者", ROLE_SENDER },
	{ "送信元アドレス", ROLE_SENDER }, { "送信元", ROLE_SENDER },
	{ "送信元メールアドレス", ROLE_SENDER },
	{ "差出人アドレス", ROLE_SENDER },
	{ "差出人メールアドレス", ROLE_SENDER },
	{ "送信者アドレス", ROLE_SENDER }, { "from", ROLE_SENDER },
	{ "sender", ROLE_SENDER }, { "from address", ROLE_SENDER },
	{ "sender address", ROLE_SENDER }, { "sender email", ROLE_SENDER },
	{ "header from", ROLE_SENDER }, { "email-src", ROLE_SENDER },
	{ "email", ROLE_SENDER }, { "email-addr", ROLE_SENDER },
	{ "subj", ROLE_SUBJECT },
	{ "senders", ROLE_SENDER }, { "email from", ROLE_SENDER },
	{ "表示名", ROLE_NAME }, { "差出人名", ROLE_NAME },
	{ "送信者名", ROLE_NAME }, { "display name", ROLE_NAME },
	{ "from name", ROLE_NAME }, { "email-src-display-name", ROLE_NAME },
	{ "sender name", ROLE_NAME },
	{ "return-path", ROLE_ENVELOPE }, { "return path", ROLE_ENVELOPE },
	{ "envelope-from", ROLE_ENVELOPE }, { "mail from", ROLE_ENVELOPE },
	{ "envelope from", ROLE_ENVELOPE },
	{ "envelope sender", ROLE_ENVELOPE },
	{ "エンベロープfrom", ROLE_ENVELOPE },
	{ "reply-to", ROLE_REPLY_TO }, { "reply to", ROLE_REPLY_TO },
	{ "返信先", ROLE_REPLY_TO }, { "email-reply-to", ROLE_REPLY_TO },
	{ "received", ROLE_RECEIVED },
	{ "送信元ipアドレス", ROLE_RELAY }, { "送信ipアドレス", ROLE_RELAY },
	{ "送信元ip", ROLE_RELAY }, { "送信ip", ROLE_RELAY },
	{ "発信元ip", ROLE_RELAY }, { "送信サーバー", ROLE_RELAY },
	{ "送信元サーバー", ROLE_RELAY }, { "接続元", ROLE_RELAY },
	{ "sender ip", ROLE_RELAY }, { "sending ip", ROLE_RELAY },
	{ "source ip", ROLE_RELAY }, { "ip-src", ROLE_RELAY },
	{ "connecting ip", ROLE_RELAY }, { "smtp ip", ROLE_RELAY },
	{ "sending host", ROLE_RELAY }, { "sending server", ROLE_RELAY },
	{ "originating ip", ROLE_RELAY }, { "mail server", ROLE_RELAY },
	{ "送信ドメイン", ROLE_SENT_FROM },
	{ "送信元ドメイン", ROLE_SENT_FROM },
	{ "sender domain", ROLE_SENT_FROM },
	{ "from domain", ROLE_SENT_FROM },
	{ "sending domain", ROLE_SENT_FROM },
	{ "ホスト名", ROLE_RDNS }, { "逆引き", ROLE_RDNS },
	{ "逆引きホスト名", ROLE_RDNS }, { "ptr", ROLE_RDNS },
	{ "rdns", ROLE_RDNS }, { "reverse dns", ROLE_RDNS },
	{ "hostname", ROLE_RDNS }, { "reverse name", ROLE_RDNS },
	{ "helo", ROLE_HELO }, { "ehlo", ROLE_HELO },
	{ "helo name", ROLE_HELO }, { "helo/ehlo", ROLE_HELO },
	{ "リンク先url", ROLE_LINK }, { "リンク先", ROLE_LINK },
	{ "誘導先url", ROLE_LINK }, { "誘導先", ROLE_LINK },
	{ "誘導先サイト", ROLE_LINK }, { "url", ROLE_LINK },
	{ "偽サイト", ROLE_LINK }, { "偽サイトのurl", ROLE_LINK },
	{ "フィッシングサイト", ROLE_LINK }, { "遷移先", ROLE_LINK },
	{ "フィッシングサイトのurl", ROLE_LINK },
	{ "リンクドメイン", ROLE_LINK }, { "解析ドメイン", ROLE_LINK },
	{ "サイトurl", ROLE_LINK }, { "接続先", ROLE_LINK },
	{ "ドメイン", ROLE_LINK }, { "landing page", ROLE_LINK },
	{ "landing url", ROLE_LINK }, { "phishing url", ROLE_LINK },
	{ "landing", ROLE_LINK }, { "link", ROLE_LINK },
	{ "urls", ROLE_LINK }, { "domain", ROLE_LINK },
	{ "domains", ROLE_LINK }, { "links", ROLE_LINK },
	{ "redirector", ROLE_LINK }, { "phishing site", ROLE_LINK },
	{ "phishing page", ROLE_LINK }, { "credential page", ROLE_LINK },
	{ "リンク先ipアドレス", ROLE_SITE_IP },
	{ "リンク先ip", ROLE_SITE_IP }, { "誘導先ip", ROLE_SITE_IP },
	{ "サイトのipアドレス", ROLE_SITE_IP },
	{ "hosting ip", ROLE_SITE_IP }, { "server ip", ROLE_SITE_IP },
	{ "ip-dst", ROLE_SITE_IP }, { "hosted on", ROLE_SITE_IP },
	{ "landing ip", ROLE_SITE_IP }, { "resolves to", ROLE_SITE_IP },
	{ "ipアドレス", ROLE_ADDR }, { "ip address", ROLE_ADDR },
	{ "ip", ROLE_ADDR }, { "ipv4", ROLE_ADDR }, { "ips", ROLE_ADDR },
	{ "ip addresses", ROLE_ADDR },
	{ "本文", ROLE_BODY }, { "メール本文", ROLE_BODY },
	{ "メールの本文", ROLE_BODY }, { "文面", ROLE_BODY },
	{ "メールの文面", ROLE_BODY }, { "body", ROLE_BODY },
	{ "message body", ROLE_BODY }, { "email body", ROLE_BODY },
	{ "text", ROLE_BODY }, { "message text", ROLE_BODY },
	{ "メールの内容", ROLE_BODY },
	{ "リンク設置箇所", ROLE_BUTTON }, { "ボタン", ROLE_BUTTON },
	{ "リンクの文字", ROLE_BUTTON }, { "リンクテキスト", ROLE_BUTTON },
	{ "link text", ROLE_BUTTON }, { "button", ROLE_BUTTON },
	{ "anchor text", ROLE_BUTTON }, { "button text", ROLE_BUTTON },
	{ "受信日時", ROLE_DATE }, { "受信日", ROLE_DATE },
	{ "日時", ROLE_DATE }, { "送信日時", ROLE_DATE },
	{ "配信日時", ROLE_DATE }, { "配信日", ROLE_DATE },
	{ "確認日", ROLE_DATE }, { "観測日", ROLE_DATE },
	{ "確認日時", ROLE_DATE }, { "発生日", ROLE_DATE },
	{ "date", ROLE_DATE }, { "received on", ROLE_DATE },
	{ "sent", ROLE_DATE }, { "seen", ROLE_DATE },
	{ "first seen", ROLE_DATE }, { "last seen", ROLE_DATE },
	{ "observed", ROLE_DATE }, { "date received", ROLE_DATE },
	{ "電話番号", ROLE_PHONE }, { "偽の電話番号", ROLE_PHONE },
	{ "phone", ROLE_PHONE }, { "callback number", ROLE_PHONE },
	{ "phone number", ROLE_PHONE },
	{ "添付ファイル", ROLE_FILE }, { "添付ファイル名", ROLE_FILE },
	{ "attachment", ROLE_FILE }, { "filename", ROLE_FILE },
	{ "file name", ROLE_FILE }, { "attachment name", ROLE_FILE },
	{ "登録日", ROLE_ASIDE }, { "ドメイン登録日", ROLE_ASIDE },
	{ "国名", ROLE_ASIDE }, { "国", ROLE_ASIDE },
	{ "ホスティング会社", ROLE_ASIDE }, { "登録者", ROLE_ASIDE },
	{ "ホスティング業者", ROLE_ASIDE }, { "registered", ROLE_ASIDE },
	{ "registrar", ROLE_ASIDE }, { "country", ROLE_ASIDE },
	{ "hosting", ROLE_ASIDE }, { "asn", ROLE_ASIDE },
	{ "name server", ROLE_ASIDE }, { "ネームサーバー", ROLE_ASIDE },
	{ "宛先", ROLE_ASIDE }, { "to", ROLE_ASIDE },
	{ "message-id", ROLE_ASIDE }, { "ブロック検知", ROLE_ASIDE },
	{ "正しいurl", ROLE_GENUINE }, { "正しいサイト", ROLE_GENUINE },
	{ "相談先", ROLE_GENUINE }, { "通報先", ROLE_GENUINE },
	{ "公式サイト", ROLE_GENUINE }, { "公式", ROLE_GENUINE },
	{ "正規サイト", ROLE_GENUINE }, { "正規のurl", ROLE_GENUINE },
	{ "正規url", ROLE_GENUINE }, { "正規ドメイン", ROLE_GENUINE },
	{ "出典", ROLE_GENUINE }, { "参考", ROLE_GENUINE },
	{ "参考url", ROLE_GENUINE }, { "引用元", ROLE_GENUINE },
	{ "お問い合わせ", ROLE_GENUINE }, { "連絡先", ROLE_GENUINE },
	{ "source", ROLE_GENUINE }, { "reference", ROLE_GENUINE },
	{ "references", ROLE_GENUINE }, { "official site", ROLE_GENUINE },
	{ "legitimate", ROLE_GENUINE }, { "legitimate domain",
	    ROLE_GENUINE },
	{ "genuine", ROLE_GENUINE }, { "real site", ROLE_GENUINE },
	{ "contact", ROLE_GENUINE }, { "read more", ROLE_GENUINE },
	{ "analysis", ROLE_GENUINE }, { "virustotal", ROLE_GENUINE },
	{ "urlscan", ROLE_GENUINE },
};

static const struct str bullets[] = {
	STR_INIT("■"), STR_INIT("□"), STR_INIT("◆"), STR_INIT("◇"),
	STR_INIT("●"), STR_INIT("○"), STR_INIT("・"), STR_INIT("※"),
	STR_INIT("-"), STR_INIT("*"), STR_INIT("#"), STR_INIT(">"),
	STR_INIT("•"), STR_INIT("["), STR_INIT("【"), STR_INIT("「"),
	STR_INIT("("), STR_INIT(" "), STR_INIT("”"), STR_INIT("→"),
	STR_INIT("▼"), STR_INIT("▪"), STR_INIT("‐"), STR_INIT("–"),
};

static size_t
bullet_at(struct str s)
{
	for (size_t i = 0; i < nitems(bullets); i++)
		if (str_starts(s, bullets[i]))
			return bullets[i].n;
	return 0;
}

/* "1.", "(2)", "3 ", "④": the number of an entry; bytes, or 0. */
static size_t
number_at(struct str s)
{
	size_t n = str_starts(s, STR("(")), digits = n;

	/* U+2460 to U+2473 */
	if (s.n > 3 && s.p[0] == '\xe2' && s.p[1] == '\x91' &&
	    (unsigned char)s.p[2] <= 0xb3)
		return 3;
	while (n < s.n && n < digits + NUMBER_DIGITS &&
	    ascii_is_digit(s.p[n]))
		n++;
	if (n == digits || n >= s.n || !str_has(STR(".) "), s.p[n]))
		return 0;
	return s.p[n] == '.' && n + 1 < s.n && ascii_is_alnum(s.p[n + 1]) ?
	    0 : n + 1;
}

static struct str
skip_bullets(struct str s)
{
	size_t n = number_at(s);

	s = str_trim(str_from(s, n));
	while ((n = bullet_at(s)) != 0)
		s = str_from(s, n);
	return s;
}

/* What ends a label; a blank does for Japanese words only. */
static bool
take_end(struct str *rest, bool is_ascii)
{
	static const struct str ends[] = { STR_INIT(":"), STR_INIT("："),
		STR_INIT("="), STR_INIT("】"), STR_INIT("]"),
		STR_INIT("」は"), STR_INIT("」"), STR_INIT("**:"),
		STR_INIT(")"), STR_INIT("→"), STR_INIT("⇒") };
	static const struct str blanks[] = { STR_INIT(" "),
		STR_INIT("\xe3\x80\x80"), STR_INIT("は") };
	struct str s = *rest;
	bool found = s.n == 0;

	for (size_t i = 0; i < nitems(blanks) && !is_ascii && !found; i++)
		found = str_skip(&s, blanks[i]);
	s = str_trim(s);
	/* From "Bank" <a@b.example> */
	found = found || (rest->n > 1 && rest->p[0] == ' ' && s.n != 0 &&
	    str_has(STR("\"`<"), s.p[0]));
	for (size_t i = 0; i < nitems(ends); i++)
		if (str_skip(&s, ends[i])) {
			found = true;
			s = str_trim(s);
		}
	if (found)
		*rest = s;
	return found;
}

/* Where the text goes on behind n folded bytes; folding drops the blanks
 * there. */
static struct str
behind(const struct folded *f, struct str body, size_t n)
{
	size_t at = f->from[n];

	while (at > 0 && body.p[at - 1] == ' ')
		at--;
	while (at >= 3 && str_is(str_sub(body, at - 3, at), "\xe3\x80\x80"))
		at -= 3;
	return str_from(body, at);
}

enum role
label_at(struct arena *a, struct str text, struct str *value)
{
	struct str body = skip_bullets(text);
	struct str head = utf8_head(body, LABEL_MOST);
	struct folded f = fold(a, head);
	enum role best = ROLE_NONE;
	size_t longest = 0;

	for (size_t i = 0; i < nitems(labels); i++) {
		struct str word = str_of(labels[i].word), rest;

		if (word.n <= longest || !str_starts(f.text, word))
			continue;
		rest = behind(&f, body, word.n);
		if (!take_end(&rest, utf8_is_ascii(word)))
			continue;
		longest = word.n;
		best = labels[i].role;
		*value = rest;
	}
	return best;
}

static const struct str relay_cues[] = {
	STR_INIT("received"), STR_INIT("送信"), STR_INIT("差出人"),
	STR_INIT("発信元"), STR_INIT("接続元"), STR_INIT("sender"),
	STR_INIT("sending"), STR_INIT("sent from"), STR_INIT("sent by"),
	STR_INIT("sent via"), STR_INIT("relayed"), STR_INIT("smtp"),
	STR_INIT("ヘッダ"), STR_INIT("originat"), STR_INIT("mail server"),
	STR_INIT("delivered from"),
};

static const struct str site_cues[] = {
	STR_INIT("リンク"), STR_INIT("誘導"), STR_INIT("サイト"),
	STR_INIT("url"), STR_INIT("ウェブサーバ"), STR_INIT("landing"),
	STR_INIT("hosted"), STR_INIT("resolv"), STR_INIT("phishing page"),
	STR_INIT("web server"), STR_INIT("ドメイン部分"),
	STR_INIT("http"), STR_INIT("hosting"),
};

/* Where the last of the cues stands, from 1; 0: none does. */
static size_t
last_cue(struct str s, const struct str *cues, size_t n)
{
	size_t last = 0;

	for (size_t i = 0; i < n; i++) {
		struct str rest = s;
		size_t at;

		while ((at = str_case_find_str(rest, cues[i])) < rest.n) {
			rest = str_from(rest, at + 1);
			at = (size_t)(rest.p - s.p);
			last = at > last ? at : last;
		}
	}
	return last;
}

enum side
side_of(struct arena *a, const struct report *r, size_t cell, size_t at)
{
	struct str s = str_head(r->cells.at[cell].plain, at);

	(void)a;
	for (size_t back = 0; back < BEFORE_CELLS; back++) {
		size_t relay = last_cue(s, relay_cues, nitems(relay_cues));
		size_t site = last_cue(s, site_cues, nitems(site_cues));

		if (relay != site)
			return relay > site ? SIDE_RELAY : SIDE_SITE;
		if (cell == 0)
			break;
		s = r->cells.at[--cell].plain;
	}
	return SIDE_UNKNOWN;
}

bool
is_called_genuine(struct str text, size_t at)
{
	static const struct str cues[] = { STR_INIT("公式"),
		STR_INIT("正規"), STR_INIT("本物"), STR_INIT("本来の"),
		STR_INIT("通常"), STR_INIT("official"), STR_INIT("genuine"),
		STR_INIT("legitimate"), STR_INIT("the real "),
		STR_INIT("real one"), STR_INIT("real site"),
		STR_INIT("正しい"),
		STR_INIT("参考"), STR_INIT("抜粋"), STR_INIT("出典"),
		STR_INIT("詳しくは"), STR_INIT("詳細は"),
		STR_INIT("read more"), STR_INIT("see also") };
	struct str s = str_head(text, at);

	s = str_from(s, s.n > GENUINE_BYTES ? s.n - GENUINE_BYTES : 0);
	return last_cue(s, cues, nitems(cues)) != 0;
}

static bool
has_cue(struct str text, const struct str *cues, size_t n, size_t most)
{
	return utf8_count(text) <= most &&
	    last_cue(text, cues, n) != 0;
}

bool
is_end_heading(struct str text)
{
	static const struct str cues[] = { STR_INIT("解析"),
		STR_INIT("調査"), STR_INIT("感想"),
		STR_INIT("誘導先"), STR_INIT("入力を求め"),
		STR_INIT("正しい"), STR_INIT("危険な"),
		STR_INIT("まとめ"), STR_INIT("対処"), STR_INIT("回線"),
		STR_INIT("received"), STR_INIT("詐欺"),
		STR_INIT("フィッシング"), STR_INIT("ヘッダ"),
		STR_INIT("デザイン"), STR_INIT("見解"), STR_INIT("偽サイト"),
		STR_INIT("できる限り忠実"), STR_INIT("indicators"),
		STR_INIT("iocs"), STR_INIT("analysis"),
		STR_INIT("recommend"), STR_INIT("mitigation"),
		STR_INIT("infrastructure"), STR_INIT("本メールの特徴"),
		STR_INIT("クリックすると"), STR_INIT("本物の"),
		STR_INIT("転送され"), STR_INIT("注意点"), STR_INIT("検体"),
		STR_INIT("conclusion") };

	return has_cue(text, cues, nitems(cues), HEADING_CHARS);
}

bool
is_body_heading(struct str text)
{
	static const struct str cues[] = { STR_INIT("本文"),
		STR_INIT("文面"), STR_INIT("メールの内容"),
		STR_INIT("メール内容"), STR_INIT("body"),
		STR_INIT("text of the mail"), STR_INIT("the mail reads"),
		STR_INIT("the message reads"), STR_INIT("message text"),
		STR_INIT("mail says"), STR_INIT("email reads") };

	return has_cue(text, cues, nitems(cues), OPENING_CHARS) &&
	    str_case_find_str(text, STR("sms")) >= text.n &&
	    str_find_str(text, STR("本文内")) >= text.n &&
	    str_find_str(text, STR("本文中")) >= text.n &&
	    !is_end_heading(text);
}
