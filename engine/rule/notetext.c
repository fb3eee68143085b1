/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of explanations, in Japanese and English.  "{1}" to "{4}" are
 * filled in; the codes are stable, programs and tests name them.
 */
#include "rule/note.h"

const char *const section_names[SECTIONS] = {
	[SECTION_BASICS] = "basics",
	[SECTION_SENDER] = "sender",
	[SECTION_ROUTE] = "route",
	[SECTION_LINKS] = "links",
	[SECTION_SITE] = "site",
	[SECTION_TEXT] = "text",
	[SECTION_OTHERS] = "others",
	[SECTION_VERDICT] = "verdict",
	[SECTION_ADVICE] = "advice",
};

const char *const section_titles[SECTIONS][LANGS] = {
	[SECTION_BASICS] = { "基本情報", "Basics" },
	[SECTION_SENDER] = { "差出人", "Sender" },
	[SECTION_ROUTE] = { "送信経路", "Route" },
	[SECTION_LINKS] = { "リンク", "Links" },
	[SECTION_SITE] = { "サイト", "Site" },
	[SECTION_TEXT] = { "文面", "Text" },
	[SECTION_OTHERS] = { "第三者の判定", "What others say" },
	[SECTION_VERDICT] = { "判定", "Verdict" },
	[SECTION_ADVICE] = { "公式案内", "Official advice" },
};

const char *const action_texts[ACTIONS][LANGS] = {
	[ACTION_NONE] = { "そのまま通す", "no action" },
	[ACTION_GREYLIST] = { "一時保留", "greylist" },
	[ACTION_ADD_HEADER] = { "印を付ける", "add header" },
	[ACTION_REWRITE_SUBJECT] = { "件名に印を付ける", "rewrite subject" },
	[ACTION_SOFT_REJECT] = { "一時拒否", "soft reject" },
	[ACTION_REJECT] = { "受信拒否", "reject" },
};

/* In English also what programs read. */
const char *const severity_texts[][LANGS] = {
	[SEVERITY_INFO] = { "参考", "info" },
	[SEVERITY_LOW] = { "低", "low" },
	[SEVERITY_MEDIUM] = { "中", "medium" },
	[SEVERITY_HIGH] = { "高", "high" },
	[SEVERITY_CRITICAL] = { "緊急", "critical" },
};

const char *const confidence_texts[][LANGS] = {
	[CONFIDENCE_NONE] = { "", "" },
	[CONFIDENCE_LOW] = { "低", "low" },
	[CONFIDENCE_MEDIUM] = { "中", "medium" },
	[CONFIDENCE_HIGH] = { "高", "high" },
};

/* {1} what was found, {2} detail, {3} the brand. */
const char *const sign_texts[SIGNS][LANGS] = {
	[SIGN_NAME_AND_LINK] = {
	    "表示名「{1}」は{3}を名乗っていますが、差出人もリンク先も"
	    "公式ではありません ({2})",
	    "the display name \"{1}\" claims {3}, but neither sender nor link "
	    "is official ({2})" },
	[SIGN_OFFICIAL_IN_FRONT] = {
	    "{3}の公式ホスト名を前に付けた別のドメインです: {2}",
	    "an official host name of {3} in front of another domain: {2}" },
	[SIGN_OFFICIAL_IN_PATH] = {
	    "{3}の公式ドメイン名「{2}」がよそのサイトのディレクトリ名に"
	    "使われています: {1}",
	    "\"{2}\", a domain of {3}, is a directory on a foreign host: "
	    "{1}" },
	[SIGN_SHOWN_OFFICIAL] = {
	    "{3}の公式アドレス「{2}」を表示しながら、実際のリンク先は "
	    "{1} です",
	    "shows the official address \"{2}\" of {3}, but leads to {1}" },
	[SIGN_FORGED_FROM] = {
	    "差出人 {1} は{3}の公式ドメインですが、送信ドメイン認証に"
	    "通っていません(詐称)",
	    "{1} is an official address of {3} but not authenticated: "
	    "forged" },
	[SIGN_NEVER_SENDS] = {
	    "差出人のドメイン {2} から{3}が送信することはありません",
	    "{3} never sends from {2}" },
	[SIGN_HELO_FORGED] = {
	    "HELO {1} は{3}のホスト名ですが、逆引きが一致しません",
	    "HELO {1} is a host name of {3}, the reverse name is not" },
	[SIGN_TOKEN_IN_HOST] = {
	    "公式でないホスト名に{3}を思わせる「{2}」が入っています: {1}",
	    "\"{2}\" for {3} stands in a foreign host name: {1}" },
	[SIGN_TOKEN_IN_PATH] = {
	    "公式でないサイトのパスに{3}を思わせる「{2}」が入っています: "
	    "{1}",
	    "\"{2}\" for {3} stands in the path of a foreign site: {1}" },
	[SIGN_LOOKALIKE] = {
	    "{3}の「{2}」と一字違いの名前があります: {1}",
	    "{1} is one letter off \"{2}\" of {3}" },
};

/* {1} the name of what is capped or counts instead. */
const char *const line_texts[LINES][LANGS] = {
	[LINE_GROUP] = { "{1}", "{1}" },
	[LINE_BONUS] = { "組み合わせ: {1}", "together: {1}" },
	[LINE_SIGN] = { "{1}", "{1}" },
	[LINE_CAP] = { "上限 ({1})", "ceiling of {1}" },
	[LINE_FAMILY] = { "同じ系統では {1} だけを数えます",
	    "of this family only {1} counts" },
	[LINE_CEILING] = { "全体の上限", "ceiling of all packs together" },
	[LINE_OBSERVE] = { "観察中のため加点しません",
	    "observed only, no points" },
	[LINE_REPUTATION] = { "{1}", "{1}" },
	[LINE_PIVOT] = { "{1}", "{1}" },
	[LINE_DNSLIST] = { "{1}", "{1}" },
};

const char *const quote_mark_texts[QUOTE_MARKS][LANGS] = {
	[QUOTE_FRAUD] = { "詐欺だと繰り返し述べる", "names the fraud" },
	[QUOTE_HEADINGS] = { "メールの各部を見出しで説明",
	    "describes mail by headings" },
	[QUOTE_ANALYSIS] = { "解析の用語", "words of analysis" },
	[QUOTE_WARNING] = { "注意喚起", "warns the reader" },
	[QUOTE_MASKS] = { "伏せ字・無害化したアドレス",
	    "masked or defanged addresses" },
	[QUOTE_SAMPLES] = { "複数の見本", "several samples" },
	[QUOTE_META] = { "手口を第三者として説明",
	    "speaks of the lure as another's" },
	[QUOTE_ANSWER] = { "下に引用したメールを詐欺と述べる",
	    "says that the mail quoted below is a fraud" },
};

const struct note_text note_texts[NOTES] = {
	[NOTE_SUBJECT_TAG] = { "subject.tag", SECTION_BASICS, {
	    "件名の前の「{1}」は途中のフィルターの意見で、誰でも付けられます。"
	    "判定には使いません",
	    "\"{1}\" in front of the subject is another filter's opinion, "
	    "which anyone can put there; not judged" } },
	[NOTE_DATE_RECEIVED] = { "date.received", SECTION_BASICS, {
	    "{1} に {2} が受信(Received による。Date: 欄は差出人の自己申告)",
	    "received {1} by {2} (from Received; the Date field is the "
	    "sender's own word)" } },
	[NOTE_CHARSET_GUESSED] = { "charset.guessed", SECTION_BASICS, {
	    "文字コードの表示が無いか誤っているため {1} として読みました",
	    "the charset label is missing or wrong; read as {1}" } },
	[NOTE_MIME_DAMAGED] = { "mime.damaged", SECTION_BASICS, {
	    "MIME の構造が壊れています", "the MIME structure is broken" } },
	[NOTE_FROM_CLAIMS] = { "from.claims", SECTION_SENDER, {
	    "表示名は{1}を名乗っていますが、アドレスは {2} です。公式: {3}",
	    "the name claims {1}; the address is {2}; official: {3}" } },
	[NOTE_FROM_ODD_QUOTES] = { "from.odd_quotes", SECTION_SENDER, {
	    "表示名の引用符が揃っていません(原文 {1})",
	    "odd quotes around the display name (as sent: {1})" } },
	[NOTE_FROM_ROLE] = { "from.role", SECTION_SENDER, {
	    "「{1}」は窓口名のアドレスです(弱い手がかり、0点)",
	    "\"{1}\" is the name of an office (weak, 0 points)" } },
	[NOTE_FROM_RANDOM] = { "from.random", SECTION_SENDER, {
	    "「{1}」は無作為な文字の並びに見えます(弱い手がかり、0点)",
	    "\"{1}\" looks drawn by lot (weak, 0 points)" } },
	[NOTE_FROM_CUSTOMER] = { "from.customer_space", SECTION_SENDER, {
	    "{1} は{2}の利用者も使うドメインです。本人からとも詐称とも"
	    "言えません",
	    "{1} is where customers of {2} send from: neither official nor "
	    "foreign" } },
	[NOTE_FROM_NEVER_SENDS] = { "from.never_sends", SECTION_SENDER, {
	    "{2}は {1} からは送信しないと述べています(出典 {3})",
	    "{2} states that it never uses {1} (source {3})" } },
	[NOTE_FROM_FORGED] = { "from.forged", SECTION_SENDER, {
	    "{1} は{2}の公式アドレスですが認証に通っていません: 詐称",
	    "{1} is an official address of {2}, but not authenticated: "
	    "forged" } },
	[NOTE_FROM_UNKNOWN_AUTH] = { "from.unknown_auth", SECTION_SENDER, {
	    "{1} は{2}の公式アドレスですが、認証結果が足りず、本物か詐称か"
	    "決められません",
	    "{1} is an official address of {2}; without authentication "
	    "results it cannot be told from a forgery" } },
	[NOTE_FROM_AUTHENTIC] = { "from.authentic", SECTION_SENDER, {
	    "{1} は{2}の公式の差出人で、認証に通っています",
	    "{1} is an official sender of {2} and authenticated" } },
	[NOTE_FROM_BYSTANDER] = { "from.bystander", SECTION_SENDER, {
	    "{1} は無関係の第三者の名で、おそらく詐称です。ドメインを"
	    "遮断しないでください",
	    "{1} belongs to an unrelated party and is probably forged; do "
	    "not block it" } },
	[NOTE_ENVELOPE_DIFFERS] = { "envelope.differs", SECTION_SENDER, {
	    "封筒の差出人 {1} と From の {2} は別のドメインです",
	    "envelope sender {1} and From {2} are of different domains" } },
	[NOTE_ENVELOPE_EMPTY] = { "envelope.empty", SECTION_SENDER, {
	    "封筒の差出人は空です(エラー通知の形)",
	    "the envelope sender is empty, as in bounces" } },
	[NOTE_REPLY_TO_DIFFERS] = { "reply_to.differs", SECTION_SENDER, {
	    "返信先 {1} は From の {2} と別のドメインです",
	    "replies go to {1}, another domain than From {2}" } },
	[NOTE_AUTH_RESULTS] = { "auth.results", SECTION_SENDER, {
	    "認証: SPF {1}、DKIM {2}、DMARC {3}(報告元 {4})。本人かどうかは"
	    "これで決まり、A レコードとの一致は見ません",
	    "authentication: SPF {1}, DKIM {2}, DMARC {3} (said by {4}); "
	    "this decides, not whether address records agree" } },
	[NOTE_AUTH_UNKNOWN] = { "auth.unknown", SECTION_SENDER, {
	    "送信ドメイン認証の結果は不明です(不合格ではありません)",
	    "authentication is unknown, which is not a failure" } },
	[NOTE_AUTH_RECORD] = { "auth.record", SECTION_SENDER, {
	    "差出人のドメイン {1} の A レコードは {2} で、接続元 {3} と"
	    "違います。正規のメールでもよくあることで、0点です。"
	    "判定は認証によります",
	    "the address record of {1} is {2}, the mail came from {3}: so "
	    "does much honest mail, 0 points; authentication decides" } },
	[NOTE_AUTH_OVERRIDE] = { "auth.override", SECTION_SENDER, {
	    "DMARC はここでは不合格ですが、信頼する転送者の記録により合格と"
	    "みなします: {1}",
	    "DMARC fails here, and counts as passed for what a trusted "
	    "forwarder saw: {1}" } },
	[NOTE_AUTH_ARC] = { "auth.arc", SECTION_SENDER, {
	    "転送の記録 (ARC) は有効です。最後に封印したのは {1}",
	    "the chain of forwarders (ARC) holds; the last to seal it was "
	    "{1}" } },
	[NOTE_ROUTE_PEER] = { "route.peer", SECTION_ROUTE, {
	    "接続元 IP {1}、HELO {2}、逆引き {3}({4})",
	    "sent by IP {1}, HELO {2}, reverse name {3} ({4})" } },
	[NOTE_ROUTE_UNKNOWN] = { "route.unknown", SECTION_ROUTE, {
	    "信頼できる接続元の記録がありません",
	    "no trusted record of the connecting host" } },
	[NOTE_ROUTE_HIDDEN] = { "route.hidden", SECTION_ROUTE, {
	    "{1} の Received に接続元のアドレスが二つあり、どちらか決められま"
	    "せん。送信者が自分のアドレスを隠そうとした可能性があり、SPF は合格"
	    "とみなしません",
	    "the Received line of {1} holds two addresses for who connected: "
	    "the sender may have tried to hide his, and SPF does not pass" } },
	[NOTE_ROUTE_INSIDE] = { "route.inside", SECTION_ROUTE, {
	    "接続元 {1} は内部のアドレスで、その先の送信元は分かりません。"
	    "自分のホストなら trusted に加えてください",
	    "the client {1} is a private address, and who stands behind it is "
	    "not known: if it is a host of yours, name it in trusted" } },
	[NOTE_ROUTE_NETWORK] = { "route.network", SECTION_ROUTE, {
	    "接続元 {1} の網: {2}(出典: {3})",
	    "network of {1}: {2} (source: {3})" } },
	[NOTE_ROUTE_ABROAD] = { "route.abroad", SECTION_ROUTE, {
	    "{1}は普通 {2} から送ります(接続元は {3})",
	    "{1} normally sends from {2} (this came from {3})" } },
	[NOTE_HELO_SINGLE_LABEL] = { "helo.single_label", SECTION_ROUTE, {
	    "HELO「{1}」は点の無い名で、完全なホスト名ではありません",
	    "HELO \"{1}\" is a single label, not a full host name" } },
	[NOTE_HELO_LITERAL] = { "helo.literal", SECTION_ROUTE, {
	    "HELO「{1}」は名前でなくアドレスです",
	    "HELO \"{1}\" is an address, not a name" } },
	[NOTE_HELO_INVALID] = { "helo.invalid", SECTION_ROUTE, {
	    "HELO「{1}」はホスト名の形をしていません",
	    "HELO \"{1}\" is no host name" } },
	[NOTE_HELO_GENERIC] = { "helo.generic", SECTION_ROUTE, {
	    "HELO {1} は IP アドレスから作られた名です",
	    "HELO {1} is made of the address" } },
	[NOTE_HELO_IS_FROM] = { "helo.is_from", SECTION_ROUTE, {
	    "HELO {1} は差出人のドメインそのものです",
	    "HELO {1} equals the sender's domain" } },
	[NOTE_HELO_BRAND] = { "helo.brand", SECTION_ROUTE, {
	    "HELO {1} は{2}を名乗っていますが、逆引きは {3} です",
	    "HELO {1} claims {2}; the reverse name is {3}" } },
	[NOTE_RDNS_NONE] = { "rdns.none", SECTION_ROUTE, {
	    "接続元に逆引き名がありません",
	    "the connecting address has no reverse name" } },
	[NOTE_RDNS_GENERIC] = { "rdns.generic", SECTION_ROUTE, {
	    "逆引き名 {1} は IP アドレスから作られた名で、借り物の"
	    "サーバーによくあります",
	    "the reverse name {1} is made of the address, as of rented "
	    "hosts" } },
	[NOTE_RDNS_DYNAMIC] = { "rdns.dynamic", SECTION_ROUTE, {
	    "逆引き名 {1} は IP アドレスから作られた名で、動的な回線の"
	    "ものです",
	    "the reverse name {1} is made of the address, as of lines "
	    "whose address changes" } },
	[NOTE_RDNS_UNKNOWN] = { "rdns.unknown", SECTION_ROUTE, {
	    "逆引き名は調べられていません(無いという意味ではありません)",
	    "the reverse name is unknown, which does not mean there is "
	    "none" } },
	[NOTE_RDNS_DIFFERS] = { "rdns.differs", SECTION_ROUTE, {
	    "逆引き名 {1} と差出人のドメイン {2} は別の組織です"
	    "(正規の配信でもよくあるため0点)",
	    "reverse name {1} and sender domain {2} differ (common in honest "
	    "mail, 0 points)" } },
	[NOTE_LINK_SAME_TARGET] = { "link.same_target", SECTION_LINKS, {
	    "{1} 通りの文言が同じ1つのアドレスを指しています: {2} → {3}",
	    "{1} texts, 1 address: {2} -> {3}" } },
	[NOTE_LINK_REPEATED] = { "link.repeated", SECTION_LINKS, {
	    "{1} か所のリンクがすべて同じ1つのアドレスです: {2}",
	    "{1} links, 1 address: {2}" } },
	[NOTE_LINK_CHAIN] = { "link.chain", SECTION_LINKS, {
	    "転送: {1} → ({2}) → {3}",
	    "goes on: {1} -> ({2}) -> {3}" } },
	[NOTE_LINK_RCPT] = { "link.rcpt", SECTION_LINKS, {
	    "リンクに受信者のアドレスが入っています: {1}",
	    "a link carries the recipient's address: {1}" } },
	[NOTE_LINK_SPLIT] = { "link.split", SECTION_LINKS, {
	    "見かけの部分 [{1}]、実際のドメイン {2}",
	    "official-looking part [{1}], real domain {2}" } },
	[NOTE_LINK_DIRECTORY] = { "link.directory", SECTION_LINKS, {
	    "公式ドメイン名「{1}」が {2} の {3} 段目のディレクトリ名です",
	    "official domain name \"{1}\" used as directory at depth {3} of "
	    "{2}" } },
	[NOTE_LINK_SHOWN] = { "link.shown", SECTION_LINKS, {
	    "表示は「{1}」、実際の行き先は {2}",
	    "shows \"{1}\", goes to {2}" } },
	[NOTE_LINK_GENUINE] = { "link.genuine", SECTION_LINKS, {
	    "{1}の本物のリンクが {2} 件あります({3})。目くらましにも使われる"
	    "ため、加点も減点もせず他のリンクで判定します",
	    "{2} genuine links of {1} ({3}): also used as camouflage, so "
	    "worth nothing; judged by the other links" } },
	[NOTE_LINK_PLAIN_HTTP] = { "link.plain_http", SECTION_LINKS, {
	    "暗号化されていない http のリンクです: {1}",
	    "a link over plain http: {1}" } },
	[NOTE_LINK_WORDPRESS] = { "link.wordpress", SECTION_LINKS, {
	    "WordPress のシステム用フォルダーの中のページです"
	    "(乗っ取られたサイトによくあります): {1}",
	    "a page inside a WordPress system folder, as on hacked sites: "
	    "{1}" } },
	[NOTE_LINK_CCTLD] = { "link.cctld", SECTION_LINKS, {
	    "{1} の国別ドメイン .{2} は{3}の国と違います(弱い手がかり、0点)",
	    ".{2} of {1} is not a country of {3} (weak, 0 points)" } },
	[NOTE_FROM_AGE] = { "from.age", SECTION_SENDER, {
	    "差出人のドメイン {1} の登録: {2}。メールの日に {3} 日目まで"
	    "(古くても減点しません)",
	    "sender's domain {1} registered {2}: at most {3} days before the "
	    "mail (old is no excuse)" } },
	[NOTE_LINK_AGE] = { "link.age", SECTION_SITE, {
	    "リンク先のドメイン {1} の登録: {2}。メールの日に {3} 日目まで",
	    "domain of the link {1} registered {2}: at most {3} days before "
	    "the mail" } },
	[NOTE_LINK_VERDICT] = { "link.verdict", SECTION_OTHERS, {
	    "{1} の評価: {2}", "about {1} says {2}" } },
	[NOTE_LISTED] = { "listed.dns", SECTION_OTHERS, {
	    "{1} は DNS リスト {2} に載っています: {3}({4})",
	    "{1} is on the DNS list {2}: {3} ({4})" } },
	[NOTE_LINK_NETWORK] = { "link.network", SECTION_SITE, {
	    "{1} のサーバー {2} の網: {3}(出典: {4})",
	    "{1} is at {2}: {3} (source: {4})" } },
	[NOTE_LINK_MACHINE] = { "link.machine", SECTION_SITE, {
	    "メールの接続元とリンク先は同じ1台です: {1}",
	    "mail and site are on one machine: {1}" } },
	[NOTE_LINK_COUNTRIES] = { "link.countries", SECTION_SITE, {
	    "国: 接続元 {1}、サイト {2}、ドメイン {3}、{4}"
	    "(出典: {5})",
	    "countries: sender {1}, site {2}, domain {3}, {4} "
	    "(source: {5})" } },
	[NOTE_LINK_DEFANGED] = { "link.defanged", SECTION_LINKS, {
	    "無害化して書かれた URL が {1} 件あります。リンクとしては"
	    "数えません",
	    "{1} URLs are written so that nobody can click; they are text, "
	    "not links" } },
	[NOTE_LINK_NONE] = { "link.none", SECTION_LINKS, {
	    "押せるリンクはありません", "there is no link to follow" } },
	[NOTE_TEXT_ONLY] = { "text.only", SECTION_LINKS, {
	    "文面だけで一致しました。リンク先は無いか、報告に無いものです",
	    "recognised by its text alone; the link target is absent or "
	    "unknown" } },
	[NOTE_TEXT_SUBJECT_IN_BODY] = { "text.subject_in_body", SECTION_TEXT,
	    { "件名と同じ文が本文にもあります",
	    "the subject's sentence stands in the body too" } },
	[NOTE_TEXT_CLAIM] = { "text.claim", SECTION_TEXT, {
	    "{1}の名「{2}」が{3}にあります",
	    "\"{2}\", a name of {1}, stands in the {3}" } },
	[NOTE_TEXT_BRANDS] = { "text.brands", SECTION_TEXT, {
	    "複数のブランドの名があります: {1}",
	    "names of several brands: {1}" } },
	[NOTE_TEXT_PHONE] = { "text.genuine_phone", SECTION_TEXT, {
	    "{1}の本物の電話番号 {2} が書かれています。本物らしく見せるために"
	    "引用されることもあり、加点も減点もしません",
	    "genuine phone number of {1}: {2}; also quoted as camouflage, "
	    "worth nothing" } },
	[NOTE_TEXT_HIDDEN] = { "text.hidden", SECTION_TEXT, {
	    "読み手に見えない文字が {1} バイトあります",
	    "{1} bytes of text are hidden from the reader" } },
	[NOTE_TEXT_UNHIDDEN] = { "text.unhidden", SECTION_TEXT, {
	    "HTMLにはほとんど何も表示されないため、隠された文字も本文として"
	    "読みました",
	    "the page shows next to nothing: what it hides is read as text, "
	    "too" } },
	[NOTE_TEXT_REPORT] = { "text.report", SECTION_TEXT, {
	    "フィッシングを説明する文書と見ました({1})。引用された指標は"
	    "数えません",
	    "read as a text about phishing ({1}); campaign text in it is "
	    "quotation and not scored" } },
	[NOTE_TEXT_WARNING] = { "text.warning", SECTION_TEXT, {
	    "フィッシングへの注意を呼びかける文面です"
	    "(見本のアドレスは伏せ字など)",
	    "the text warns of phishing and masks or defangs what it "
	    "shows" } },
	[NOTE_TEXT_QUOTED] = { "text.quoted", SECTION_TEXT, {
	    "{1} の指標 {2} 件は引用のため数えませんでした",
	    "{2} indicators of {1} are quoted and were not counted" } },
	[NOTE_CAMPAIGN_AGE] = { "campaign.age", SECTION_VERDICT, {
	    "{1}: 最後の確認は {2}(判定日の {3} 日前)",
	    "{1}: last seen {2}, {3} days before" } },
	[NOTE_CAMPAIGN_OBSERVED] = { "campaign.observed", SECTION_VERDICT, {
	    "{1} は観察中です。加点するなら {2} 点",
	    "{1} only observes; it would give {2}" } },
	[NOTE_CAMPAIGN_BEATEN] = { "campaign.beaten", SECTION_VERDICT, {
	    "{1}({2} 点)は同じ系統のより高い判定に含まれます",
	    "{1} ({2}) is covered by a higher one of its family" } },
	[NOTE_GROUP_EXPIRED] = { "group.expired", SECTION_VERDICT, {
	    "{1} の期限切れの指標(点にしません): {2}",
	    "expired and not counted in {1}: {2}" } },
	[NOTE_LIST_OLD] = { "list.old", SECTION_VERDICT, {
	    "{1} はリストが古いため点にしません: {2}",
	    "{1} would have matched: {2}" } },
	[NOTE_VERDICT_UNKNOWN] = { "verdict.unknown", SECTION_VERDICT, {
	    "分からなかった事実: {1}", "facts not known: {1}" } },
	[NOTE_VERDICT_UNDECIDED] = { "verdict.undecided", SECTION_VERDICT, {
	    "{1} は不明な事実があり決められません(未決は加点しません)",
	    "{1} is undecided for want of facts; undecided never fires" } },
	[NOTE_VERDICT_DEGRADED] = { "verdict.degraded", SECTION_VERDICT, {
	    "記録を読めなかったため、これまでの評判は判定に入っていません",
	    "what is remembered could not be looked up; the verdict is "
	    "without it" } },
	[NOTE_VERDICT_SILENCED] = { "verdict.silenced", SECTION_VERDICT, {
	    "{1} は例外 {2} により対象外です",
	    "{1} is silenced by its exception {2}" } },
	[NOTE_VERDICT_SILENCED_ALL] = { "verdict.silenced_all",
	    SECTION_VERDICT, {
	    "この受信側の例外 {1} により、どのパックも対象外です",
	    "no pack applies: the site's exception {1}" } },
	[NOTE_VERDICT_AUTHENTIC] = { "verdict.authentic", SECTION_VERDICT, {
	    "{1} は対象外です: 公式の差出人で認証に通っています",
	    "{1} does not apply: an official sender, authenticated" } },
	[NOTE_LIMIT] = { "limit.reached", SECTION_VERDICT, {
	    "上限「{1}」に達し、その先は読んでいません",
	    "the limit \"{1}\" was reached; nothing beyond it was read" } },
	[NOTE_LIMIT_REGEX] = { "limit.regex", SECTION_VERDICT, {
	    "上限に達した正規表現があり、一致したかどうかは決められません",
	    "some regular expressions ran into their bounds: whether they "
	    "match is not decided" } },
	[NOTE_MASKED] = { "rcpt.masked", SECTION_VERDICT, {
	    "受信者のアドレスは <rcpt> と書き換えました",
	    "addresses of recipients are shown as <rcpt>" } },
	[NOTE_ADVICE_OFFICIAL] = { "advice.official", SECTION_ADVICE, {
	    "{1}の公式ドメイン: {2}", "official domains of {1}: {2}" } },
	[NOTE_ADVICE_NEVER] = { "advice.never", SECTION_ADVICE, {
	    "{1}が送信に使わないドメイン: {2}",
	    "{1} never sends from: {2}" } },
	[NOTE_ADVICE_PAGE] = { "advice.page", SECTION_ADVICE, {
	    "{1}の案内: {2}", "{1} on such mail: {2}" } },
	[NOTE_ADVICE_TEXT] = { "advice.text", SECTION_ADVICE, {
	    "{1}", "{1}" } },
};
