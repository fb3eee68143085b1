/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of codes, in the order of the manual.  A code never changes its
 * meaning: packs name it in their comments.
 */
#include "rule/lintcode.h"

#include "base/vec.h"

#define E DIAG_ERROR
#define W DIAG_WARNING
#define N DIAG_NOTE
#define RENTED ", expires: 2026-04-01}\n"

const struct lint_code lint_codes[] = {
	{ "Y01", E, "the file is no YAML that a pack may be",
	    "A pack is one UTF-8 document, indented with spaces, without BOM, "
	    "anchors, aliases, tags and merge keys. Most of these come from a "
	    "value that begins with a character YAML reserves (* & ! @ ` % [ "
	    "{): quote it, or put it on its own line under a | block, where "
	    "nothing is special.",
	    "  a:\n    from: @bad.example\n",
	    "  a:\n    expires: 2026-04-01\n    from: |\n"
	    "      ○○@bad.example\n", NULL },
	{ "Y02", E, "the same key twice",
	    "YAML readers keep the last one and say nothing, so half of what "
	    "was written would be gone. Rename one, or merge the two.",
	    "severity: medium\nseverity: high\n", "severity: high\n", NULL },
	{ "Y03", W, "text behind \" #\" was cut from a value",
	    "A blank and # begin a comment in YAML. Quote the value or put it "
	    "under a | block; write a comment that is meant as \"# text\", "
	    "with a blank behind the #.",
	    "title: お支払い #1234\n", "title: 'お支払い #1234'\n", NULL },
	{ "Y04", W, "indicators in a flow list [ ... ]",
	    "Addresses hold brackets and commas, and the first of them ends "
	    "the list. One a line under a | block is safe; `sekisho fmt` "
	    "rewrites such lists.",
	    "  a: {url.host: [a.example]" RENTED,
	    "  a:\n    expires: 2026-04-01\n    url.host: |\n"
	    "      a.example\n", NULL },
	{ "Y05", W, "invisible or bidirectional characters",
	    "They came along when the value was copied and make it look other "
	    "than it is. Type the value again.",
	    "title: 見\xe2\x80\x8b本\n", "title: 見本\n", NULL },

	{ "Y06", W, "a key or an item that stands too deep",
	    "It is read as a line of the block, or as a part of the value, "
	    "above it, and what it says is lost. Move it to the left; lit: in "
	    "front of a value says that it is meant so.",
	    "  a:\n    body: |\n      これは十分に長い文です\n      score: 2\n",
	    "  a:\n    body: |\n      これは十分に長い文です\n    score: 2\n",
	    NULL },
	{ "Y07", W, "a quote closes that was never opened",
	    "The first quote of the value is missing, so the last one is a "
	    "part of it.",
	    "title: 見本\"\n", "title: \"見本\"\n", NULL },

	{ "S01", E, "unknown key",
	    "A key that nobody reads is mostly a typing mistake, and what "
	    "stands under it would be ignored. Keys of your own begin with "
	    "x-.",
	    "titel: x\n", "x-team: soc\n", NULL },
	{ "S02", E, "missing key",
	    "Something that every pack of this kind needs is not there.",
	    "  a: {score: 2}\n", "  a: {body: これは十分に長い文です}\n",
	    NULL },
	{ "S03", E, "wrong type",
	    "A list, a mapping, a number or text stands where another was "
	    "expected. A value that holds \": \" becomes a mapping unless it "
	    "is quoted.",
	    "  a: {body: {件名: x}}\n", "  a: {body: '件名: 重要なお知らせ'}\n",
	    NULL },
	{ "S04", E, "value outside a fixed set or range",
	    "Only the words named are known, and lengths and numbers have "
	    "bounds.",
	    "severity: hgih\n", "severity: high\n", NULL },
	{ "S05", E, "no date",
	    "Days are written 2026-02-09 and must exist.",
	    "created: 2026-02-30\n", "created: 2026-02-28\n", NULL },
	{ "S06", E, "an id was changed or used again",
	    "Logs, statistics and other packs name the id for ever. A pack "
	    "that follows another is a file of its own and says so in "
	    "\"related\".", "", "", "sekisho check --against OLD" },
	{ "S07", E, "dates in the wrong order",
	    "A pack cannot expire before it was made, nor a value after its "
	    "pack.",
	    "expires: 2026-02-01\n", "expires: 2026-09-01\n", NULL },
	{ "S08", W, "an address or host that stays for more than 400 days",
	    "Rented addresses and names go to the next customer, who would "
	    "then be blocked. Shapes (paths, phrases) may stay.",
	    "  a: {url.host: a.example, expires: 2028-01-01}\n",
	    "  a: {url.host: a.example" RENTED, NULL },
	{ "S09", E, "a machine wrote it, and nobody vouches for it",
	    "What a machine found stays a draft until a person has held "
	    "every value against the mail itself, and says so by name.",
	    "status: test\nx-provenance: {kind: machine}\n",
	    "status: test\nx-provenance: {kind: machine, confirmed: Suzuki}\n",
	    NULL },

	{ "I01", E, "the value does not parse as what its field holds",
	    "An address, host, URL, hash or number is not one, even after "
	    "defanging is undone.",
	    "  a: {ip: 203.0.113.999" RENTED, "  a: {ip: 203.0.113.99" RENTED,
	    NULL },
	{ "I02", E, "an official domain of a brand taken for a sign",
	    "The brand's genuine mail would be hit. An address of the brand "
	    "that was forged is {value: ..., spoofed: true}; a link to the "
	    "brand is no sign at all.",
	    "  a: {from: info@brand.example" RENTED,
	    "  a: {from: {value: info@brand.example, spoofed: true}}\n",
	    NULL },
	{ "I03", W, "private address, localhost or a name for documents",
	    "Nobody outside can come from there: it belongs to the reporter's "
	    "own network, or to an example.",
	    "  a: {ip: 10.1.2.3" RENTED, "  a: {ip: 45.67.89.10" RENTED,
	    NULL },
	{ "I04", E, "too broad: a name below which anybody may write",
	    "A public suffix, a page or file host, a shortener, a mail "
	    "provider or one of the largest sites. All of their innocent "
	    "users would be hit. Name the customer's own host, or the whole "
	    "URL with its path.",
	    "  a: {url.domain: workers.dev" RENTED,
	    "  a: {url.host: bad-login.workers.dev" RENTED, NULL },
	{ "I05", W, "an address that many share",
	    "Behind a CDN, a cloud's NAT or a large mail provider stand "
	    "thousands of others, as in a network wider than /24 (IPv6: /48).",
	    "  a: {ip: 198.51.0.0/16" RENTED,
	    "  a: {ip: 45.67.89.0/24" RENTED, NULL },
	{ "I06", W, "a hacked or long registered host without hacked_site",
	    "The pack's own words (facts, notes) say that the host belonged "
	    "to somebody before the campaign. With hacked_site: true the host "
	    "alone fires nothing.",
	    "facts: shop.bad.example は改ざんされた通販サイト\n"
	    "groups:\n  a: {url.host: shop.bad.example" RENTED "when: a\n",
	    "facts: shop.bad.example は改ざんされた通販サイト\n"
	    "groups:\n  a:\n    url.host: {value: shop.bad.example, "
	    "hacked_site: true, expires: 2026-04-01}\n"
	    "    url.path: /abcdef/ghij\nwhen: a\n", NULL },
	{ "I07", E, "a hacked site that does not expire in time",
	    "Victims clean up. The value, its group or its pack must expire "
	    "within 200 days of seen.last.",
	    "  a:\n    url.path: /abcdef/ghij\n    url.domain: {value: "
	    "a.example, hacked_site: true, expires: 2026-12-01}\n",
	    "  a:\n    url.path: /abcdef/ghij\n    url.domain: {value: "
	    "a.example, hacked_site: true, expires: 2026-06-01}\n", NULL },
	{ "I08", W, "an international name in more than one form",
	    "Letters of several scripts in one label, a name beside its own "
	    "xn-- form, or a name that looks like a brand's token: write what "
	    "DNS has (xn--...), so that a colleague sees what is meant.",
	    "  a: {url.host: kаgoya.example" RENTED,
	    "  a: {url.host: xn--kgoya-3nf.example" RENTED, NULL },
	{ "I09", W, "hardly anything is left beside the masks",
	    "Fewer than six characters are matched literally, or the name "
	    "that somebody registered is masked and nothing else is asked "
	    "for.",
	    "  a: {from.name: ○○様}\n",
	    "  a: {from.name: ○○様お客様サポート窓口}\n", NULL },
	{ "I10", W, "a masked victim's address with a literal top-level domain",
	    "The report hides the victim, so what is left of the address "
	    "means nothing: it is read as any address. Write <email> or "
	    "<rcpt>.",
	    "  a: {url: 'https://bad.example/go?uid=***@***.net'" RENTED,
	    "  a: {url: 'https://bad.example/go?uid=…'" RENTED, NULL },
	{ "I11", N, "a port, tracking parameter or session id",
	    "They will not be the same in the next mail. End the value with … "
	    "before them.",
	    "  a: {url: 'https://bad.example/go?utm_source=x&a=b'" RENTED,
	    "  a: {url: 'https://bad.example/go…'" RENTED, NULL },
	{ "I12", W, "the tag of a gateway at the start of a subject",
	    "The receiving side put it there, and it is taken off before "
	    "subjects are compared.",
	    "  a: {subject: '[spam] お支払い情報のご確認とお願い'}\n",
	    "  a: {subject: お支払い情報のご確認とお願い}\n", NULL },
	{ "I13", W, "a host of the receiving side in relay or helo",
	    "Received lines are written by the receiver too, the topmost "
	    "first. Such a host stands in every mail of that receiver.",
	    "  a: {relay: mx1.victim.example" RENTED,
	    "  a: {relay: vps77.bad.example" RENTED, NULL },
	{ "I14", E, "the name of a provider where a number is needed",
	    "Names of networks are spelled in many ways; the number (AS64500) "
	    "is one.",
	    "  a: {asn: KAGOYA}\n", "  a: {asn: AS64500}\n", NULL },
	{ "I15", W, "written twice, or implied by a broader value beside it",
	    "Both hit the same mail, and one hit would pay twice.",
	    "  a: {body: [かきくけこさし, かきくけこさし]}\n",
	    "  a: {body: かきくけこさし}\n", NULL },
	{ "I16", W, "a path that many sites have, or a very short one",
	    "/login/ or /wp-content/ alone says nothing about this campaign.",
	    "  a: {url.path: /wp-content/}\n",
	    "  a: {url.path: /wp-content/kagoya-portal/}\n", NULL },
	{ "I17", W, "a phone number of the real brand",
	    "Lures quote it to look genuine, and so does genuine mail.",
	    "  a: {phone: 0120-000-111}\n", "  a: {phone: 050-1234-5678}\n",
	    NULL },

	{ "P01", E, "the regular expression does not compile",
	    "PCRE2 says where and why.",
	    "  a: {body: 're:(abc'}\n", "  a: {body: 're:\\(abcdef'}\n",
	    NULL },
	{ "P02", E, "the regular expression backtracks without end",
	    "A quantifier inside a repeated group, or two in a row that match "
	    "the same, try more ways than there are atoms. On live mail it "
	    "would be cut short and switched off.",
	    "  a: {body: 're:(c+)+defg'}\n", "  a: {body: 're:c+defg'}\n",
	    NULL },
	{ "P03", W, "a regular expression that needs no text",
	    "Without three literal characters in a row it is tried at every "
	    "place of every mail, and fires by chance.",
	    "  a: {body: 're:a[0-9]b'}\n", "  a: {body: 're:abcd[0-9]b'}\n",
	    NULL },
	{ "P04", W, "\".*\" without a bound",
	    "It runs to the end of the line and back. Write .{0,40}, or <any> "
	    "in a phrase.",
	    "  a: {body: 're:abcd.*efgh'}\n",
	    "  a: {body: 're:abcd.{0,40}efgh[xy]'}\n", NULL },
	{ "P05", N, "a regular expression that a phrase could say",
	    "<num>, <any>, <date> and the like are easier to read, and exact "
	    "about width and kind. A text that begins with \"re:\" is written "
	    "lit:re: ...",
	    "  a: {body: 're:お客様番号[0-9]+'}\n",
	    "  a: {body: お客様番号<num>}\n", NULL },
	{ "P06", W, "a phrase that stands in any mail",
	    "It is very short, or one of those that every notice has. Take a "
	    "whole sentence, or ask for several with want.",
	    "  a: {body: ご確認ください}\n",
	    "  a: {body: 至急こちらの画面でご確認ください}\n", NULL },
	{ "P07", W, "a date, an amount or an address inside a phrase",
	    "The next mail of the campaign will have another. <date>, <num>, "
	    "<email> and <rcpt> stand for any.",
	    "  a: {body: 2026年2月9日に停止します}\n",
	    "  a: {body: <date>に停止します}\n", NULL },
	{ "P08", W, "a phrase that folding changes",
	    "Two phrases that fold to the same text are one, and a phrase "
	    "that still looks defanged matches no live mail.",
	    "  a: {body: 'hxxp は大切なお知らせ'}\n",
	    "  a: {body: http は大切なお知らせ}\n", NULL },
	{ "P09", W, "a phrase made for one code page",
	    "Bytes of an encoding or text that was decoded wrongly match only "
	    "mail that is broken in the same way. Write what a reader sees.",
	    "  a: {body: 縺頑髪謇輔＞縺ｫ縺､縺�縺ｦ}\n",
	    "  a: {body: お支払いについて}\n", NULL },
	{ "P10", N, "an unknown <placeholder> is read as it stands",
	    "Placeholders are <any> <num> <date> <email> <rcpt> <alnum> "
	    "<hex>.",
	    "  a: {body: 障害 <datum> のお知らせです}\n",
	    "  a: {body: 障害 <date> のお知らせです}\n", NULL },
	{ "P11", E, "the regular expression matches any text",
	    "It takes nothing where there is nothing to take, so that every "
	    "mail fires.",
	    "  a: {body: 're:(abcdef)?'}\n",
	    "  a: {body: 're:(abcdef)+'}\n", NULL },

	{ "C01", E, "a condition names what is not there",
	    "Names are those of groups, exceptions and brand facts; \"N of\" "
	    "needs a set of at least N.",
	    "when: luer\n", "when: lure\n", NULL },
	{ "C02", W, "the condition can never be true, or always is",
	    "All values of all names were tried.",
	    "when: lure and not lure\n", "when: lure\n", NULL },
	{ "C03", W, "a group that no condition names",
	    "It gives no points either: it has no effect.",
	    "groups:\n  lure: {body: お支払い情報のご確認と更新のお願い}\n"
	    "  idle: {body: とても長い文です, score: 0}\nwhen: lure\n",
	    "groups:\n  lure: {body: お支払い情報のご確認と更新のお願い}\n"
	    "  idle: {body: とても長い文です}\nwhen: lure\n", NULL },
	{ "C04", W, "a group that wants more hits than it has values",
	    "It can never match.",
	    "  a: {body: とても長い文です, want: 2}\n",
	    "  a: {body: とても長い文です}\n", NULL },
	{ "C05", W, "one weak sign alone is enough",
	    "An address, a country, a display name, a short subject or a "
	    "brand fact is seen in honest mail too. Join it with \"and\" to "
	    "something else.",
	    "when: lure or brand.claimed\n", "when: lure and brand.claimed\n",
	    NULL },
	{ "C06", W, "the condition rests on what is absent",
	    "It is true of mail that has none of its signs, or asks that a "
	    "network look-up found nothing, which nobody knows offline.",
	    "when: not lure\n", "when: lure\n", NULL },
	{ "C07", W, "nothing strong is left after what has expired",
	    "The condition can still be true, but only by weak signs. Retire "
	    "the pack, or add a shape that lasts.",
	    "groups:\n  a: {url.host: a.example" RENTED
	    "  b: {ip: 45.67.89.10, expires: 2099-04-01}\n"
	    "  c: {from.name: とても長い名前のサポート}\n"
	    "when: a or (b and c)\n",
	    "groups:\n  a: {url.path: /abcdef/ghij}\n"
	    "  c: {from.name: とても長い名前のサポート}\n"
	    "when: a and c\n", NULL },

	{ "G01", W, "a ceiling above what the severity carries",
	    "More than one and a half times the default: raise the severity, "
	    "or lower score.cap.",
	    "score: {cap: 12.5}\n", "score: {cap: 8}\n", NULL },
	{ "G02", W, "groups that hardly score",
	    "All groups together give less than one point: the pack can fire "
	    "and change nothing. For evidence alone there is mode: observe.",
	    "groups:\n  lure: {body: お支払い情報のご確認と更新のお願い, "
	    "score: 0.5}\nwhen: lure\n",
	    "groups:\n  lure: {body: お支払い情報のご確認と更新のお願い, "
	    "score: 3}\nwhen: lure\n", NULL },
	{ "G03", W, "one URL can pay twice",
	    "Host, path and whole URL in several groups are all found in one "
	    "link. A common ceiling under score.caps keeps it at one price.",
	    "groups:\n  a: {url.host: a.example" RENTED
	    "  b: {url.path: /abcdef/ghij}\nwhen: a or b\n",
	    "groups:\n  a: {url.host: a.example" RENTED
	    "  b: {url.path: /abcdef/ghij}\nwhen: a or b\n"
	    "score: {caps: [{of: [a, b], max: 2}]}\n", NULL },
	{ "G04", W, "a low confidence and a ceiling over 5",
	    "What we are not sure of shall not block mail by itself.",
	    "confidence: low\nscore: {cap: 5.5}\n",
	    "confidence: low\nscore: {cap: 5}\n", NULL },

	{ "B01", E, "a brand that is not there, or is there twice",
	    "The pack's brand has no definition, or a brand or one of its "
	    "official domains is defined by two.",
	    "brand: smaple\n", "brand: sample\n", NULL },
	{ "B02", W, "nobody says that these domains are the brand's",
	    "Official domains exempt mail from checks: name the page that "
	    "lists them. What is unverified exempts nothing.",
	    "kind: brands\nbrands:\n"
	    "  other:\n    name: x\n    names: [その他]\n"
	    "    tokens: [otherbrand]\n    official: [other.example]\n"
	    "    basis: official\n",
	    "kind: brands\nbrands:\n"
	    "  other:\n    name: x\n    names: [その他]\n"
	    "    tokens: [otherbrand]\n    official: [other.example]\n"
	    "    basis: official\n    source: https://other.example/mail\n",
	    NULL },
	{ "B03", W, "a token that is too short or an ordinary word",
	    "Tokens are looked for in host names and paths of all mail. Take "
	    "a longer one, or name the innocent in not_tokens.",
	    "kind: brands\nbrands:\n"
	    "  other:\n    name: x\n    names: [その他]\n"
	    "    tokens: [card]\n    official: [other.example]\n"
	    "    basis: unverified\n",
	    "kind: brands\nbrands:\n"
	    "  other:\n    name: x\n    names: [その他]\n"
	    "    tokens: [othercard]\n    official: [other.example]\n"
	    "    basis: unverified\n", NULL },
	{ "B04", W, "an official domain where customers send or host",
	    "Mail and pages of customers would be taken for the brand's own. "
	    "Name the part in customer_space.",
	    "kind: brands\nbrands:\n"
	    "  other:\n    name: x\n    names: [その他]\n"
	    "    tokens: [otherbrand]\n    official: [biglobe.ne.jp]\n"
	    "    basis: unverified\n",
	    "kind: brands\nbrands:\n"
	    "  other:\n    name: x\n    names: [その他]\n"
	    "    tokens: [otherbrand]\n    official: [biglobe.ne.jp]\n"
	    "    customer_space: [biglobe.ne.jp]\n    basis: unverified\n",
	    NULL },
	{ "B05", N, "an official domain without a DMARC policy",
	    "Anybody may forge it, and nobody would know. Asks a name "
	    "server.",
	    "", "", "sekisho check --online" },

	{ "T01", E, "a test in a pack fails",
	    "What the pack promises is not what it does. `sekisho test` "
	    "shows what was found instead; mend the groups, or what the "
	    "test expects.",
	    "tests:\n  - {name: a, expect: match, vary: [iso-2022-jp, "
	    "shift_jis], mail: {body: x}}\n"
	    "  - {name: b, expect: clean, mail: {body: y}}\n",
	    "tests:\n  - {name: a, expect: match, vary: [iso-2022-jp, "
	    "shift_jis], mail: {body: お支払い情報のご確認と更新のお願い}}\n"
	    "  - {name: b, expect: clean, mail: {body: y}}\n",
	    "sekisho check, by running the tests" },
	{ "T02", E, "a self-test fails",
	    "A mail made from the value itself is not hit by it, so no live "
	    "one is either. `sekisho explain --patterns FILE` shows how the "
	    "value is read; here the tag of a gateway is cut from subjects "
	    "before they are compared.",
	    "  a: {subject: '[spam] 大切なお知らせです、必ずお読みください'}\n",
	    "  a: {subject: 大切なお知らせです、必ずお読みください}\n",
	    "sekisho check, by running the tests" },
	{ "T03", W, "no test that expects clean, or match",
	    "One of each holds the pack to what it is for; with a brand, one "
	    "clean test is a genuine mail of that brand.",
	    "tests:\n  - {name: a, expect: match, vary: [iso-2022-jp, "
	    "shift_jis], mail: {body: x}}\n",
	    "tests:\n  - {name: a, expect: match, vary: [iso-2022-jp, "
	    "shift_jis], mail: {body: x}}\n"
	    "  - {name: b, expect: clean, mail: {body: y}}\n", NULL },
	{ "T04", W, "a group that no test would miss",
	    "Taking it away changes no test, so nobody would notice when it "
	    "breaks. Name it in the \"evidence\" of a test, or add a test "
	    "that needs it.",
	    "groups:\n  lure: {body: お支払い情報のご確認と更新のお願い}\n"
	    "  spare: {subject: 重要なお支払いのお知らせ}\n"
	    "when: lure or spare\n",
	    "groups:\n  lure: {body: お支払い情報のご確認と更新のお願い}\n"
	    "when: lure\n",
	    "sekisho check, by running the tests" },
	{ "T05", W,
	    "Japanese phrases, and no test in ISO-2022-JP and Shift_JIS",
	    "Half of Japanese mail comes in these. vary: [iso-2022-jp, "
	    "shift_jis] runs a test in them.",
	    "tests:\n  - {name: a, expect: match, mail: {body: x}}\n"
	    "  - {name: b, expect: clean, mail: {body: y}}\n",
	    "tests:\n  - {name: a, expect: match, vary: [iso-2022-jp, "
	    "shift_jis], mail: {body: x}}\n"
	    "  - {name: b, expect: clean, mail: {body: y}}\n", NULL },
	{ "T06", E, "a live indicator in a test",
	    "Packs are read by people and by mail filters: a link of the "
	    "campaign is written defanged, hxxps://bad[.]example, and the "
	    "test undoes that.",
	    "groups:\n  a: {url.host: bad-login.jp, expires: 2026-04-01}\n"
	    "when: a\ntests:\n  - {name: a, expect: match, mail: {body: "
	    "'https://bad-login.jp/'}}\n"
	    "  - {name: b, expect: clean, mail: {body: y}}\n",
	    "groups:\n  a: {url.host: bad-login.jp, expires: 2026-04-01}\n"
	    "when: a\ntests:\n  - {name: a, expect: match, mail: {body: "
	    "'hxxps://bad-login[.]jp/'}}\n"
	    "  - {name: b, expect: clean, mail: {body: y}}\n", NULL },
	{ "T07", W, "a person's address in a test mail",
	    "Recipients are people. Write taro@example.jp.",
	    "tests:\n  - {name: a, expect: match, vary: [iso-2022-jp, "
	    "shift_jis], mail: {to: taro.suzuki@somecompany.co.jp, body: x}}\n"
	    "  - {name: b, expect: clean, mail: {body: y}}\n",
	    "tests:\n  - {name: a, expect: match, vary: [iso-2022-jp, "
	    "shift_jis], mail: {to: taro@example.jp, body: x}}\n"
	    "  - {name: b, expect: clean, mail: {body: y}}\n", NULL },

	{ "X01", W, "the same indicator in another pack",
	    "Who sends both? Tie the packs together with related or family.",
	    "  a: {url.host: shared.example" RENTED,
	    "  a: {url.host: alone.example" RENTED, NULL },
	{ "X02", W, "everything in this pack stands in another",
	    "The other would fire on all of its mail.",
	    "groups:\n  a: {url.host: shared.example" RENTED
	    "  b: {from.domain: mail.shared.example" RENTED
	    "when: a and b\n",
	    "groups:\n  a: {url.host: shared.example" RENTED
	    "  b: {from.domain: alone.example" RENTED
	    "when: a and b\n", NULL },
	{ "X03", E, "an id that another pack has",
	    "The id is the pack's name for ever.",
	    "id: jp-neighbour\n", "id: jp-sample-two\n", NULL },
	{ "X04", W, "the mail of this pack's tests fires another family",
	    "One of the two is too broad, or both are about one campaign: "
	    "then give them one \"family\", and only the higher counts.",
	    "", "", "sekisho check, by running the tests" },

	{ "X05", E, "a library or list that is not among the packs",
	    "What a group uses must be read together with it: name the "
	    "folder that holds it, or --packs.  A library whose status is "
	    "draft or retired counts as absent for packs that are served.",
	    "  a: {use: nowhere/hosts}\n",
	    "  a: {body: これは十分に長い文です}\n", NULL },

	{ "L01", W, "expired, or about to",
	    "An expired pack only observes, and after 30 days it is not "
	    "loaded.",
	    "expires: 2026-04-01\n", "expires: 2099-04-01\n", NULL },
	{ "L02", W, "no live hit for 60 days",
	    "Propose it for retirement, not for a longer life: `sekisho "
	    "promote --to retired`.", "", "",
	    "sekisho check --corpus DIR, a folder of recent mail" },
	{ "L03", W, "review_by has passed",
	    "Somebody wanted to look at this again by now.",
	    "review_by: 2026-04-01\n", "review_by: 2099-04-01\n", NULL },
	{ "L04", N, "a reference cannot be reached",
	    "Its host is in the DNS no more. Asks a name server and fetches "
	    "nothing: a page that is gone while its host stays is not "
	    "noticed.", "", "", "sekisho check --online" },

	{ "R01", E, "the TLP is above what the channel may carry",
	    "Red stays in the room. Leave the pack out, or ask its author "
	    "whether more may see it.", "", "",
	    "sekisho check --channel TLP" },
	{ "R02", E, "revision was not raised",
	    "Whoever has the old one would not take the new one. Add one.",
	    "", "", "sekisho check --against OLD" },
	{ "R03", W, "a change that widens a scoring pack",
	    "Nobody has seen what the wider one hits: it goes back to mode: "
	    "observe first.", "", "", "sekisho check --against OLD" },
	{ "R04", E, "made for a newer engine",
	    "min_engine is above this version: what is new in it would look "
	    "wrong here. Update, or use an older revision of the pack.",
	    "min_engine: 99.0\n", "min_engine: 0.1\n", NULL },
};

const size_t n_lint_codes = nitems(lint_codes);

bool
lint_code_begins(struct str s)
{
	for (size_t i = 0; i < n_lint_codes; i++)
		if (str_starts(str_of(lint_codes[i].code), s))
			return true;
	return false;
}

const struct lint_code *
lint_code_find(struct str code)
{
	for (size_t i = 0; i < n_lint_codes; i++)
		if (str_case_is(code, lint_codes[i].code))
			return &lint_codes[i];
	return NULL;
}
