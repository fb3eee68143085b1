# SPDX-License-Identifier: Apache-2.0
"""The pack format, sentence by sentence: a small pack for each, whose own
tests say what it promises."""

import json
import os
import re
import time

import pytest

from daemon import PATIENCE, Daemon, until
from feedlist import FEEDS, hosts
from test_cli import file_of, sekisho

HEAD = """\
pack: 1
kind: campaign
id: {id}
title: x
revision: 1
status: stable
mode: score
created: 2026-01-01
expires: 2026-12-31
seen: {{first: 2026-02-01, last: 2026-02-01}}
severity: high
confidence: high
tlp: clear
references: [x]
{body}
tests:
{tests}
"""

BRANDS = """\
pack: 1
kind: brands
id: sample-brands
title: x
revision: 1
status: stable
mode: score
created: 2026-01-01
review_by: 2027-12-31
tlp: clear
brands:
  kagoya:
    name: カゴヤ
    names: [KAGOYA, カゴヤ]
    tokens: [kagoya]
    official: [kagoya.jp]
    basis: official
    source: https://www.kagoya.jp/
tests:
  - {name: a, expect: match, mail: {from: KAGOYA <a@b.example>, subject: x, body: 'hxxp://c[.]example/'}}
  - {name: b, expect: clean, mail: {from: a@b.example, subject: y, body: y}}
"""


def mail(**fields):
    """A test's mail in flow style; every value quoted."""
    fields = {"from": "A <a@corp.example>", "subject": "x", "body": "x",
              **{k.rstrip("_"): v for k, v in fields.items()}}
    out = []
    for key, value in fields.items():
        if key not in ("headers", "links", "files", "auth"):
            value = "'" + value.replace("'", "''") + "'"
        out.append(f"{key}: {value}")
    return "{" + ", ".join(out) + "}"


def group(text, **more):
    lines = ["groups:", "  g:"]
    lines += ["    " + line for line in text.strip("\n").split("\n")]
    lines += [f"    {k}: {v}" for k, v in more.items()]
    return "\n".join(lines) + "\nwhen: g"


# (what the format says, body of the pack, mails that match, that do not)
SENTENCES = [
    ("one value", group("url.host: bad[.]example"),
     [mail(body="hxxp://bad[.]example/")], [mail(body="hxxp://x.bad[.]example/")]),
    ("a list", group("url.host: [bad[.]example, worse[.]example]".replace("[bad", "['bad").replace("worse", "'worse").replace("example,", "example',").replace("example]", "example']")),
     [mail(body="hxxp://worse[.]example/")], [mail()]),
    ("a block, YAML signs and all", group("subject: |\n  [spam x] Re: *a #1\n  @you"),
     [mail(subject="[spam x] Re: *a #1"), mail(subject="for @you now")], [mail(subject="a #1")]),
    ("a domain is all below it", group("url.domain: bad[.]example"),
     [mail(body="hxxp://a.b.bad[.]example/x")], [mail(body="hxxp://notbad[.]example/")]),
    ("a host ignores www. on both sides", group("url.host: www.bad[.]example"),
     [mail(body="hxxp://bad[.]example/"), mail(body="hxxp://www.bad[.]example/")],
     [mail(body="hxxp://m.bad[.]example/")]),
    ("ip", group("ip: 192.0.2.7"), [mail(ip="192.0.2.7")], [mail(ip="192.0.2.8")]),
    ("ip, CIDR", group("ip: 192.0.2.0/24"), [mail(ip="192.0.2.8")], [mail(ip="192.0.3.8")]),
    ("helo none", group("helo: none"), [], [mail(helo="a.example")]),
    ("rdns none", group("rdns: none"), [mail(ip="192.0.2.1", rdns="none")],
     [mail(ip="192.0.2.1", rdns="a.example")]),
    ("relay", group("relay: evil.example"),
     [mail(headers="{Received: 'from evil.example (evil.example [192.0.2.1]) by mx.corp.example; Mon, 9 Feb 2026 05:00:00 +0900'}")],
     [mail()]),
    ("mail_from", group("mail_from: a@bad[.]example"), [mail(mail_from="a@bad.example")],
     [mail(mail_from="b@bad.example")]),
    ("from with a mask for the local part", group("from: ○○@bad[.]example"),
     [mail(from_="X <any.one@bad[.]example>")], [mail(from_="X <a@sub.bad[.]example>")]),
    ("from.name", group("from.name: 緊急サポート"), [mail(from_="緊急サポート <a@corp.example>")],
     [mail()]),
    ("reply_to", group("reply_to.domain: bad[.]example"),
     [mail(reply_to="a@x.bad.example")], [mail(reply_to="a@good.example")]),
    ("subject without gateway tags", group("subject: is:お知らせです"),
     [mail(subject="[spam] お知らせです"), mail(subject="***SPAM*** お知らせです"),
      mail(subject="[MEIWAKU]お知らせです")], [mail(subject="重要 お知らせです")]),
    ("text is subject and body", group("text: 口座を停止"),
     [mail(subject="口座を停止"), mail(body="口座を停止しました")], [mail()]),
    ("html is not folded", group("html: '<TITLE>New Page 3'"),
     [mail(html="<TITLE>New Page 3</TITLE>x")], [mail(html="<title>new page 3</title>x")]),
    ("link.text", group("link.text: 確認はこちら"),
     [mail(links="[{text: 確認はこちら, href: 'hxxp://a[.]example/'}]")], [mail(body="確認はこちら")]),
    ("keys of a link hold for the same link",
     group("link:\n  - {text: 確認はこちら, domain: bad.example}"),
     [mail(links="[{text: 確認はこちら, href: 'hxxp://bad[.]example/'}]")],
     [mail(links="[{text: 確認はこちら, href: 'hxxp://good[.]example/'}, {text: x, href: 'hxxp://bad[.]example/'}]")]),
    ("link mismatch and not", group("link:\n  - {mismatch: true, not: {domain: ok.example}}"),
     [mail(links="[{text: 'https://www.corp.example/', href: 'hxxp://bad[.]example/'}]")],
     [mail(links="[{text: 'https://www.corp.example/', href: 'hxxp://ok[.]example/'}]")]),
    ("url.path matches whole segments anywhere", group("url.path: /kit/login"),
     [mail(body="hxxp://a[.]example/x/kit/login/y")], [mail(body="hxxp://a[.]example/x/mykit/login")]),
    ("url.path pinned", group("url.path: ^/kit/$"),
     [mail(body="hxxp://a[.]example/kit/")], [mail(body="hxxp://a[.]example/x/kit/")]),
    ("a URL inside a parameter", group("url.host: bad[.]example"),
     [mail(body="https://ok.example/r?u=https%3A%2F%2Fbad.example%2Fx")], [mail(body="https://ok.example/")]),
    ("url.query", group("url.query: uid=***@***.net"),
     [mail(body="https://ok.example/r?uid=taro@corp.example")], [mail(body="https://ok.example/r?uid=3")]),
    ("header", group("header: {X-Mailer: Foxmail 6}"),
     [mail(headers="{X-Mailer: Foxmail 6.5}")], [mail(headers="{X-Mailer: mutt}")]),
    ("header none and any", "groups:\n  a:\n    header: {List-Id: none}\n  b:\n    header: {X-A: any}\nwhen: a and b",
     [mail(headers="{X-A: '1'}")], [mail(headers="{X-A: '1', List-Id: <a.b>}"), mail()]),
    ("auth", group("auth: spf=fail"), [mail(auth="{spf: fail}")], [mail(auth="{spf: pass}"), mail()]),
    ("count", group("count: {links: '1..2'}"),
     [mail(body="hxxp://a[.]example/")], [mail(), mail(body="hxxp://a[.]example/ hxxp://b[.]example/ hxxp://c[.]example/")]),
    ("file.name and file.type", group("file.name: 請求書.zip\nwant: 1"),
     [mail(files="[{name: 請求書.zip, content: abc}]")], [mail()]),
    ("file.sha256", group("file.sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
     [mail(files="[{name: a.bin, content: abc}]")], [mail(files="[{name: a.bin, content: abd}]")]),
    ("phone, separators ignored", group("phone: 0120-000-555"),
     [mail(body="電話 0120 000 555 まで"), mail(body="（０１２０）０００ー５５５")], [mail(body="0120-000-556")]),
    ("charset", group("charset: iso-2022-jp"), [], [mail()]),
    ("re: over folded text", group("subject: 're:口座[0-9]{3}'"),
     [mail(subject="口座１２３")], [mail(subject="口座1")]),
    ("raw: over text as it is", group("subject: 'raw:ＫＡＧＯＹＡ'"),
     [mail(subject="ＫＡＧＯＹＡ")], [mail(subject="KAGOYA")]),
    ("lit: takes the rest literally", group("subject: 'lit:re:x'"),
     [mail(subject="re:x")], [mail(subject="x")]),
    ("<any> <num> <date>", group("body: |\n  残り<num>日、<date>まで<any>停止"),
     [mail(body="残り3日、2026年2月9日までに口座が停止"), mail(body="残り１２日、2026/02/09まで停止")],
     [mail(body="残り日、2026年2月9日まで停止")]),
    ("<email> <alnum> <hex>", group("body: 宛先<email>番号<alnum>と<hex>です"),
     [mail(body="宛先a@b.example番号ab12とdeadbeefです")], [mail(body="宛先b番号とです")]),
    ("<rcpt>", group("body: <rcpt>様へ".replace("<", "<")),
     [mail(to="taro@corp.example", body="taro@corp.example様へ")],
     [mail(to="taro@corp.example", body="jiro@corp.example様へ")]),
    ("other words in angles are literal", group("body: 'a <kana> b'"),
     [mail(body="a <kana> b")], [mail(body="a x b")]),
    ("defanged in many ways",
     group("url: |\n  hXXps://a(.)bad[dot]example/one\n  h**ps://b{.}bad[ドット]example/two\n"
           "  http[:]//c．bad。example/three\n  HXXPS://d\\.bad[.]example/four"),
     [mail(body="https://a.bad.example/one", refang="false"), mail(body="https://b.bad.example/two"),
      mail(body="http://c.bad.example/three"), mail(body="https://d.bad.example/four")], [mail()]),
    ("defanged addresses", group("from: |\n  a[at]bad[.]example\n  b＠bad.example\n  c[アットマーク]bad.example"),
     [mail(from_="a@bad.example"), mail(from_="b@bad.example"), mail(from_="c@bad.example")],
     [mail(from_="d@bad.example")]),
    ("sentences keep their full stops", group("body: です。次は"), [mail(body="です。次は")], [mail(body="です.次は!".replace(".", "、"))]),
    ("a masked label is one or more labels", group("url: hxxps://www.****[.]com/kit.net/?uid=***"),
     [mail(body="https://www.a.b.com/kit.net/?uid=3")], [mail(body="https://www.a.net/kit.net/?uid=3")]),
    ("part of a segment", group("url.path: /ab**yz/"),
     [mail(body="https://a.example/abcdyz/")], [mail(body="https://a.example/ab/yz/")]),
    ("anything may follow", group("url: |\n  hxxps://bad[.]example/a/…[伏字]\n  hxxps://bad[.]example/b/..."),
     [mail(body="https://bad.example/a/xyz?1"), mail(body="https://bad.example/b/2")], [mail(body="https://bad.example/c/")]),
    ("a single circle in a phrase is a bullet", group("body: ●●様 ● ご案内"),
     [mail(body="山田様 ● ご案内"), ], [mail(body="様ご案内x")]),
    ("want and more", "groups:\n  g:\n    body: |\n      あいうえお\n      かきくけこ\n      さしすせそ\n    want: 2\n    score: 2\n    more: 1\nwhen: g",
     [mail(body="あいうえお かきくけこ")], [mail(body="あいうえお")]),
    ("want all", group("body: |\n  あいうえお\n  かきくけこ", want="all"),
     [mail(body="あいうえお かきくけこ")], [mail(body="あいうえお")]),
    ("exceptions silence", group("body: あいうえお") + "\nexceptions:\n  ok: {from.domain: corp.example, note: 社内}",
     [mail(from_="a@b.example", body="あいうえお")], [mail(body="あいうえお")]),
    ("when: of, prefix, not", "groups:\n  a_1: {body: あいうえお}\n  a_2: {body: かきくけこ}\n  b: {body: さしすせそ}\nwhen: 2 of a_* and not b",
     [mail(body="あいうえお かきくけこ")], [mail(body="あいうえお"), mail(body="あいうえお かきくけこ さしすせそ")]),
    ("folding: width, case, marks", group("body: カゴヤ(株)kagoya!!!1"),
     [mail(body="ｶｺﾞﾔ㈱ＫＡＧＯＹＡ！！！①")], [mail(body="カゴヤ")]),
    ("folding: dashes and tildes", group("body: A-1~2ー"),
     [mail(body="A‐1〜2ー"), mail(body="A−1～2ー")], [mail(body="A-1~2-")]),
    ("folding: Japanese wrapped in the middle of a word", group("body: お支払い情報のご確認"),
     [mail(body="お支払い情\n報のご確認".replace("\n", " ")), mail(body="お支払い​情報のご確認")], [mail(body="お支払い")]),
    ("same: sender and recipient", group("same: from = rcpt"),
     [mail(from_="taro@corp.example", to="taro@corp.example")],
     [mail(from_="jiro@corp.example", to="taro@corp.example")]),
    ("same: recipient in a URL, encoded too", group("same: url = rcpt"),
     [mail(to="taro@corp.example", body="hxxp://a[.]example/?e=taro@corp.example"),
      mail(to="taro@corp.example", body="hxxp://a[.]example/?e=taro%40corp.example"),
      mail(to="taro@corp.example", body="hxxp://a[.]example/#dGFyb0Bjb3JwLmV4YW1wbGU=")],
     [mail(to="taro@corp.example", body="hxxp://a[.]example/?e=jiro@corp.example")]),
    ("same: one house", group("same: |\n  from.domain=rcpt.domain"),
     [mail(from_="a@mail.corp.example", to="taro@corp.example")],
     [mail(from_="a@other.example", to="taro@corp.example")]),
    ("same: subject in the body", group("same: subject = body"),
     [mail(subject="すべてのお客様は更新する必要があります", body="前略 すべてのお客様は更新する必要があります。")],
     [mail(subject="すべてのお客様は更新する必要があります", body="前略")]),
    ("spoofed counts without authentication", group("from.domain:\n  - {value: innocent.example, spoofed: true}"),
     [mail(from_="a@innocent.example", auth="{spf: fail, dkim: none, dmarc: fail}")],
     [mail(from_="a@innocent.example"), mail(from_="a@innocent.example", auth="{dmarc: pass}")]),
    ("a hacked host alone never fires",
     group("url.host:\n  - {value: victim.example, hacked_site: true, expires: 2026-07-01}\nbody: あいうえお"),
     [mail(body="あいうえお hxxp://victim[.]example/")], [mail(body="hxxp://victim[.]example/")]),
    ("say in languages, source and seen of a group",
     group("body: あいうえお\nsay: {ja: 文句 {match}, en: the phrase {match}}".replace("{ja: 文句 {match}, en: the phrase {match}}", "{ja: '文句 {match}', en: 'the phrase {match}'}")
           + "\nsource: 社内報告\nseen: 2026-02-01"),
     [mail(body="あいうえお")], [mail()]),
    ("IDN", group("url.domain: 日本語.example"),
     [mail(body="https://xn--wgv71a119e.example/"), mail(body="https://日本語.example/")], [mail()]),
]


def write(folder, number, sentence):
    what, body, hits, misses = sentence
    tests = [f"  - {{name: '{what}', expect: match, mail: {m}}}" for m in hits]
    tests += [f"  - {{name: '{what}', expect: clean, mail: {m}}}" for m in misses]
    file_of(folder, f"s{number}.pack.yaml",
            HEAD.format(id=f"s-{number}", body=body, tests="\n".join(tests)))


def test_every_sentence_of_the_format_holds(tmp_path):
    for number, sentence in enumerate(SENTENCES):
        write(tmp_path, number, sentence)
    file_of(tmp_path, "brands.pack.yaml", BRANDS)
    sekisho("test", tmp_path)


def campaign(folder, name, body, tests):
    return file_of(folder, name + ".pack.yaml",
                   HEAD.format(id=name, body=body, tests=tests))


CLEAN = "  - {name: b, expect: clean, mail: %s}" % mail()
LIBRARY = """\
pack: 1
kind: library
id: common-lures
title: x
revision: 3
created: 2026-01-01
tlp: clear
references: [library of the house]
groups:
  urgent:
    body: |
      本日中にお手続きください
      アカウントを停止します
    say: {ja: '急がせる文句 {match}', en: 'it urges: {match}'}
"""


def test_packs_share_the_groups_of_a_library(tmp_path):
    """Values come with the library they are from; points are the pack's."""
    file_of(tmp_path, "lures.pack.yaml", LIBRARY)
    campaign(tmp_path, "uses", "groups:\n  a:\n    use: common-lures/urgent\n"
             "    body: さらに自分の文句\n    want: all\n    score: 7\nwhen: a",
             "  - {name: a, expect: match, score: 7, mail: %s}\n%s" % (
                 mail(body="本日中にお手続きください アカウントを停止します"
                      " さらに自分の文句"), CLEAN))
    sekisho("test", tmp_path)
    out, _ = sekisho("scan", "--json", "--packs", tmp_path, "--at", "2026-02-01",
                     file_of(tmp_path, "m.eml", "Subject: x\n\n本日中にお手続きください "
                             "アカウントを停止します さらに自分の文句\n"))
    assert '"library":"common-lures"' in out.replace(" ", "")


@pytest.mark.parametrize("use, said, hint", [
    ("common-lure/urgent", 'no library "common-lure"', 'did you mean "common-lures"?'),
    ("common-lures/urgnt", 'has no group "urgnt"', 'did you mean "urgent"?'),
    ("urgent", "is no group of a library", "such as"),
])
def test_a_library_that_is_not_there_is_told(tmp_path, use, said, hint):
    file_of(tmp_path, "lures.pack.yaml", LIBRARY)
    campaign(tmp_path, "uses", group("use: " + use),
             "  - {name: a, expect: match, mail: %s}\n%s" % (mail(), CLEAN))
    _, err = sekisho("check", tmp_path, status=(2 if use == "urgent" else 1))
    assert said in err and hint in err


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_a_library_that_is_not_served_is_not_through_others(tmp_path, status):
    """A draft's phrases gave points to whoever used them once."""
    file_of(tmp_path, "lures.pack.yaml",
            LIBRARY.replace("created:", f"status: {status}\ncreated:"))
    uses = campaign(tmp_path, "uses", group("use: common-lures/urgent"),
                    "  - {name: a, expect: match, mail: %s}\n%s" % (
                        mail(body="本日中にお手続きください"), CLEAN))
    _, err = sekisho("check", tmp_path, status=1)
    assert 'library "common-lures" is not served' in err and status in err
    with open(uses, encoding="utf-8") as f:
        text = f.read()
    file_of(tmp_path, "uses.pack.yaml",
            text.replace("status: stable", f"status: {status}"))
    _, err = sekisho("check", tmp_path)
    assert "is not served" not in err


PAIR = LIBRARY.replace("    say:", "    want: 2\n    say:")
BOTH = mail(body="本日中にお手続きください アカウントを停止します")
ONE = mail(body="本日中にお手続きください")


@pytest.mark.parametrize("want", [2, "all"])
def test_how_many_values_a_library_wants_holds_for_who_uses_it(tmp_path, want):
    """The library's want was read and dropped once: one phrase fired."""
    file_of(tmp_path, "lures.pack.yaml", PAIR.replace("want: 2", f"want: {want}"))
    campaign(tmp_path, "uses", group("use: common-lures/urgent"),
             "  - {name: a, expect: match, mail: %s}\n"
             "  - {name: b, expect: clean, mail: %s}" % (BOTH, ONE))
    sekisho("test", tmp_path)


def test_a_group_says_itself_how_many_values_of_a_library_it_wants(tmp_path):
    file_of(tmp_path, "lures.pack.yaml", PAIR)
    campaign(tmp_path, "uses", group("use: common-lures/urgent\nwant: any"),
             "  - {name: a, expect: match, mail: %s}\n%s" % (ONE, CLEAN))
    sekisho("test", tmp_path)


@pytest.mark.parametrize("beside", [
    "use: common-lures/urgent\nbody: さらに自分の文句",
    "use: [common-lures/urgent, common-lures/other]",
    "use: [common-lures/other, common-lures/urgent]",
])
def test_a_library_that_wants_several_is_not_mixed_unasked(tmp_path, beside):
    file_of(tmp_path, "lures.pack.yaml",
            PAIR + "  other: {body: 別の文句です}\n")
    campaign(tmp_path, "uses", group(beside),
             "  - {name: a, expect: match, mail: %s}\n%s" % (BOTH, CLEAN))
    _, err = sekisho("check", tmp_path, status=1)
    assert "wants more than one of its own" in err and "say in the group" in err


@pytest.mark.parametrize("key", ["score", "more", "cap"])
def test_a_library_has_no_points(tmp_path, key):
    """They were read and counted for nothing once."""
    file_of(tmp_path, "lures.pack.yaml",
            LIBRARY.replace("    say:", f"    {key}: 2\n    say:"))
    _, err = sekisho("check", tmp_path, status=2)
    assert f'key "{key}" is not for groups of a library' in err
    assert "has the points" in err


def test_a_group_uses_another_once(tmp_path):
    """Each of its values counted twice once."""
    file_of(tmp_path, "lures.pack.yaml", LIBRARY)
    campaign(tmp_path, "uses",
             group("use: [common-lures/urgent, common-lures/urgent]"),
             "  - {name: a, expect: match, mail: %s}\n%s" % (mail(), CLEAN))
    _, err = sekisho("check", tmp_path, status=2)
    assert '"common-lures/urgent" is used twice' in err


OVERLAID = group("body: あいうえお", score=8)
LURE = "From: a@b.example\nSubject: x\n\nあいうえお\n"


def overlaid(folder, overlay):
    campaign(folder, "base", OVERLAID,
             "  - {name: a, expect: match, mail: %s}\n%s" % (
                 mail(body="あいうえお"), CLEAN))
    file_of(folder, "brands.pack.yaml", BRANDS)
    file_of(folder, "site.overlay.yaml", "overlay: 1\nnote: x\n" + overlay)


def score(folder, raw, at="2026-02-01", *more):
    out, _ = sekisho("scan", "--json", "--packs", folder, "--at", at, *more,
                     file_of(folder, "m.eml", raw))
    return json.loads(out)["score"]


@pytest.mark.parametrize("overlay, points", [
    ("packs: {base: {cap: 5}}", 5),
    ("packs: {base: {mode: observe}}", 0),
    ("packs: {base: {disable: true}}", 0),
    ("packs: {base: {disable_groups: [g]}}", 0),
    ("packs: {base: {expires: 2026-01-31}}", 0),
    ("packs: {base: {exceptions: {ok: {from.domain: b.example, note: x}}}}", 0),
    ("packs: {base: {exceptions: {ok: {from.domain: c.example, note: x}}}}", 8),
    ("all: {exceptions: {ok: {from.domain: b.example, note: x}}}", 0),
])
def test_an_overlay_takes_away(tmp_path, overlay, points):
    overlaid(tmp_path, overlay)
    assert score(tmp_path, LURE) == points


def test_an_exception_for_all_packs_is_one_for_brands_too(tmp_path):
    raw = "From: KAGOYA <a@b.example>\nSubject: x\n\nhttp://c.example/\n"
    overlaid(tmp_path, "packs: {}")
    assert score(tmp_path, raw) >= 6
    overlaid(tmp_path, "all: {exceptions: {training: {from.domain: b.example, note: 訓練メール}}}")
    assert score(tmp_path, raw) == 0
    out, _ = sekisho("scan", "--packs", tmp_path, "--lang", "en",
                     os.path.join(str(tmp_path), "m.eml"))
    assert "no pack applies: the site's exception training" in out
    assert "site-overlay" not in out


def test_an_exception_for_a_pack_of_brands_silences_them_alone(tmp_path):
    raw = "From: KAGOYA <a@b.example>\nSubject: あいうえお\n\nhttp://c.example/\n"
    overlaid(tmp_path, "packs: {}")
    lure = score(tmp_path, LURE)
    both = score(tmp_path, raw)
    for domain, points in (("b.example", 0), ("z.example", both)):
        overlaid(tmp_path, "packs: {sample-brands: {exceptions: {ours: {from.domain: %s, note: x}}}}" % domain)
        assert score(tmp_path, raw.replace("あいうえお", "x")) == points
        assert score(tmp_path, LURE) == lure
    overlaid(tmp_path, "packs: {sample-brands: {exceptions: {ours: {from.domain: b.example, note: x}}}}")
    out, _ = sekisho("scan", "--packs", tmp_path, "--lang", "en", file_of(tmp_path, "m.eml", raw))
    assert "ours" in out


def test_a_site_knows_more_domains_of_a_brand(tmp_path):
    raw = "From: KAGOYA <a@b.example>\nSubject: x\n\nhttp://www.kagoya-reseller.example/\n"
    overlaid(tmp_path, "packs: {}")
    before = score(tmp_path, raw)
    assert before >= 6
    for key in "official", "related":
        overlaid(tmp_path, "brands: {kagoya: {%s: [kagoya-reseller.example], note: x}}" % key)
        assert score(tmp_path, raw) < 6
    overlaid(tmp_path, "brands: {kagoyo: {official: [c.example]}}")
    out, err = sekisho("check", tmp_path)
    assert 'did you mean "kagoya"?' in out + err
    for key in "tokens", "never_sends", "names":
        overlaid(tmp_path, "brands: {kagoya: {%s: [c.example]}}" % key)
        _, err = sekisho("check", tmp_path, status=2)
        assert 'unknown key "%s"' % key in err


def test_an_overlay_may_not_add(tmp_path):
    overlaid(tmp_path, "packs:\n  base: {cap: 18, expires: 2027-02-01}\n"
             "  bsae: {mode: score}\n")
    _, err = sekisho("check", tmp_path, status=2)
    assert "cap: above the pack's own" in err
    assert "expires: after the pack's own" in err
    assert 'no pack "bsae"' in err and 'did you mean "base"?' in err


def feeds(folder, rows, lists=FEEDS, value="list:feeds/hosts"):
    file_of(folder, "hosts.txt", rows)
    file_of(folder, "feeds.pack.yaml", lists)
    return campaign(folder, "listed", group("url: " + value, score=8),
                    "  - {name: a, expect: match, mail: %s}\n%s" % (
                        mail(body="http://h7.bad.example/"), CLEAN))


def test_a_list_is_named_and_its_row_is_evidence(tmp_path):
    feeds(tmp_path, "\ufeff# a feed\r\n" + hosts(50))
    sekisho("test", tmp_path)
    path = file_of(tmp_path, "m.eml", "Subject: x\n\nhttp://h7.bad.example/login\n")
    out, _ = sekisho("scan", "--packs", tmp_path, "--lang", "en", "--at", "2026-02-01", path)
    assert "list:feeds/hosts: h7[.]bad[.]example (line 9, as of" in " ".join(out.split())
    out, _ = sekisho("scan", "--packs", tmp_path, "--json", "--at", "2026-02-01", path)
    found = json.loads(out)["sekisho"]["lines"][0]["evidence"][0]
    assert found["list"]["row"] == "h7.bad.example" and found["list"]["line"] == 9


def test_an_old_list_is_told_where_it_would_have_counted(tmp_path):
    """Of a pack that hit by it alone nothing was said but in the log."""
    feeds(tmp_path, hosts(50))
    hosts_file = os.path.join(str(tmp_path), "hosts.txt")
    path = file_of(tmp_path, "m.eml", "Subject: x\n\nhttp://h7.bad.example/\n")

    def told(days):
        when = time.time() - days * 86400
        os.utime(hosts_file, (when, when))
        out, _ = sekisho("scan", "--packs", tmp_path, "--json", "--at", "2026-02-01", path)
        found = json.loads(out)
        return found["score"], [n["en"] for n in found["sekisho"]["notes"] if n["code"] == "list.old"]

    assert told(1) == (8, [])
    points, [note] = told(3)
    assert points == 0
    assert "would have matched: list:feeds/hosts: h7[.]bad[.]example (line 8, as of" in note
    assert note.endswith("the list is too old to count")
    assert told(7) == (0, [])


def test_a_pack_of_lists_is_tried_on_what_its_lists_hold(tmp_path):
    """A clean test passed whatever a feed held once."""
    lists = FEEDS + ("tests:\n  - {name: 見張り, expect: clean, mail: {from: 'a <a@b.example>', "
                     "subject: x, body: 'https://www.google.com/'}}\n")
    feeds(tmp_path, hosts(50), lists)
    sekisho("test", tmp_path)
    file_of(tmp_path, "hosts.txt", hosts(50, "www.google.com\n"))
    out, _ = sekisho("test", tmp_path, status=1)
    assert "見張り" in out and "expected clean" in out


@pytest.mark.parametrize("value, said", [
    ("list:feeds/host", 'did you mean "list:feeds/hosts"?'),
    ("list:feeds/no/such", "names no list"),
    ("list:site/freemail", None),
])
def test_a_list_that_is_not_there(tmp_path, value, said):
    path = feeds(tmp_path, hosts(3), value=value)
    out, err = sekisho("check", "--no-tests", tmp_path,
                       status=0 if said is None else
                       (2 if "no/" in value else 1))
    assert said is None or said in err


def test_what_the_site_says_is_never_an_indicator(tmp_path):
    """Of a feed or of a pack; what excuses a message still does."""
    feeds(tmp_path, hosts(50) + "www.corp.example\n")
    campaign(tmp_path, "own", group("url.domain: corp.example\nfrom.domain: corp.example\nfrom: a@corp.example",
                                    score=5), """\
  - {name: a, expect: match, mail: %s}
%s""" % (mail(body="http://a.corp.example/"), CLEAN))
    raw = "From: a@corp.example\nSubject: x\n\nhttp://www.corp.example/\nhttp://%s/\n"
    assert score(tmp_path, raw % "x.example") == 13
    file_of(tmp_path, "site.pack.yaml", FEEDS.replace("id: feeds", "id: site").replace(
        "hosts: {file: hosts.txt, type: host, max_age: 2d}",
        "never: {file: never.txt, type: domain}"))
    file_of(tmp_path, "never.txt", "corp.example\n")
    _, err = sekisho("check", tmp_path, status=1)
    for field in "url.domain", "from.domain", "from":
        assert re.search(r'own\.pack\.yaml:\d+:\d+: warning: g\.%s: "\S*corp\.example" stands in list:site/never' % field, err), err
    assert err.count("stands in list:site/never") == 3
    assert score(tmp_path, raw % "x.example") == 0
    assert score(tmp_path, raw % "h7.bad.example") == 8


def test_phrases_of_a_list_are_found_however_they_are_written(tmp_path):
    file_of(tmp_path, "lures.txt", "本日中にお手続きください\nアカウントを停止します\n")
    file_of(tmp_path, "feeds.pack.yaml", FEEDS.replace(
        "hosts: {file: hosts.txt, type: host, max_age: 2d}",
        "lures: {file: lures.txt, type: phrase}"))
    campaign(tmp_path, "listed", group("text: list:feeds/lures", score=8),
             "  - {name: a, expect: match, vary: [iso-2022-jp, wrap, html], mail: %s}\n%s" % (
                 mail(body="至急、アカウントを 停止します!"), CLEAN))
    sekisho("check", tmp_path)
    sekisho("test", tmp_path)
    path = file_of(tmp_path, "m.eml", "Subject: x\n\n至急、ｱｶｳﾝﾄを停止します!\n")
    out, _ = sekisho("scan", "--packs", tmp_path, "--json", "--at", "2026-02-01", path)
    found = json.loads(out)["sekisho"]["lines"][0]["evidence"][0]
    assert found["list"]["row"] == "アカウントを停止します" and found["list"]["line"] == 2
    assert "ｱｶｳﾝﾄを停止します" in out
    campaign(tmp_path, "wrong", group("url.host: list:feeds/lures", score=8), CLEAN)
    _, err = sekisho("check", tmp_path, status=2)
    assert 'list "feeds/lures" is one of type phrase' in err


LINKED = """\
link:
  - host: [only.example, 'list:feeds/hosts']
    path: list:feeds/kits
    not: {domain: 'list:site/partners', text: 会社案内}
"""


@pytest.mark.parametrize("how", ["memory", "image"])
def test_the_keys_of_a_link_name_lists(tmp_path, how):
    """All keys hold for one link; the row of the first list is told."""
    file_of(tmp_path, "kits.txt", "/kit/login\nwp-fake\n")
    file_of(tmp_path, "partners.txt", "h9.bad.example\n")
    os.unlink(feeds(tmp_path, hosts(50), FEEDS + "  kits: {file: kits.txt, type: phrase}\n"))
    file_of(tmp_path, "site.pack.yaml", FEEDS.replace("id: feeds", "id: site").replace(
        "hosts: {file: hosts.txt, type: host, max_age: 2d}",
        "partners: {file: partners.txt, type: domain}"))
    link = "{text: '%s', href: 'hxxp://%s/%s'}"
    tests = ["  - {name: t%d, expect: %s, mail: %s}" % (i, want, mail(links="[%s]" % ", ".join(
        link % one for one in links))) for i, (want, links) in enumerate([
            ("match", [("x", "h7.bad.example", "a/kit/login/b")]),
            ("match", [("x", "only.example", "wp-fake.php")]),
            ("match", [("x", "h9.bad.example", "wp-fake")]),
            ("clean", [("会社案内", "h9.bad.example", "wp-fake")]),
            ("clean", [("x", "h7.bad.example", "a"), ("x", "good.example", "kit/login")])])]
    path = campaign(tmp_path, "linked", group(LINKED, score=8), "\n".join(tests))
    sekisho("check", tmp_path)
    sekisho("test", tmp_path)
    raw = "Subject: x\n\nhttp://h7.bad.example/wp-fake/x\n"
    if how == "image":
        for _ in range(2):
            with Daemon(str(tmp_path), state=str(tmp_path) + "-state", folder=tmp_path) as d:
                answer = d.check(raw.encode())
                # The second one knows the host from the first.
                assert answer["sekisho"]["lines"][0]["points"] == 8
    else:
        out, _ = sekisho("scan", "--packs", tmp_path, "--json", "--at", "2026-02-01",
                         file_of(tmp_path, "m.eml", raw))
        answer = json.loads(out)
    found = answer["sekisho"]["lines"][0]["evidence"][0]
    assert found["list"]["id"] == "feeds/hosts"
    assert found["list"]["row"] == "h7.bad.example" and found["list"]["line"] == 8
    with open(path) as file:
        good = file.read()
    for status, old, new, said in (
            (2, "feeds/kits", "feeds/hosts", 'url.path: list "feeds/hosts" is one of type host'),
            (1, "feeds/kits", "feeds/kit", 'did you mean "list:feeds/kits"?'),
            (2, "'list:feeds/hosts'", "'list:feeds/h/x'", "names no list")):
        file_of(tmp_path, "linked.pack.yaml", good.replace(old, new))
        _, err = sekisho("check", tmp_path, status=status)
        assert said in err, err


ORDER = ["基本情報", "差出人", "送信経路", "リンク", "文面", "判定", "公式案内"]


def test_an_explanation_as_markdown(tmp_path):
    """In the order of the reports; every hit with fact, place, indicator,
    pack, revision, source and date; nothing of the mail is mark-up."""
    feeds(tmp_path, hosts(50))
    file_of(tmp_path, "brands.pack.yaml", BRANDS.replace(
        "    basis:", "    advice: {url: 'https://kagoya.jp/news', text: 公式の案内}\n    basis:"))
    path = file_of(tmp_path, "m.eml", "From: KAGOYA *x* <a@b.example>\nSubject: # [x](y) <b>\n\n"
                   "http://h7.bad.example/login\n")
    out, _ = sekisho("scan", "--packs", tmp_path, "--markdown", "--lang", "ja",
                     "--at", "2026-02-01", path)
    heads = [line[3:] for line in out.splitlines() if line.startswith("## ")]
    assert heads == ORDER
    plain = out.replace("\\", "")
    for said in ("url.host", "リンク 1", "list:feeds/hosts: h7[.]bad[.]example (8 行目",
                 "ルール: listed r1 (2026-01-01)", "出典 feeds/hosts", "確認日 20",
                 "**+8.0** g", "公式の案内"):
        assert said.replace("url.host", "url") in plain, (said, out)
    assert "\\*x\\*" in out and "\\# \\[x\\](y) \\<b\\>" in out
    with Daemon(str(tmp_path), folder=tmp_path) as d:
        served, _ = sekisho("scan", "--server", "127.0.0.1:%d" % d.port, "--markdown",
                            "--lang", "ja", path)
    assert [line for line in served.splitlines() if line.startswith("## ")] == \
        ["## " + head for head in ORDER]


def test_an_old_list_is_told_and_counts_for_nothing(tmp_path):
    feeds(tmp_path, hosts(50))
    raw = "Subject: x\n\nhttp://h7.bad.example/\n"
    assert score(tmp_path, raw) == 8
    path = os.path.join(str(tmp_path), "hosts.txt")
    os.utime(path, (time.time() - 3 * 86400,) * 2)
    assert score(tmp_path, raw) == 0


def test_a_row_more_in_a_million_serves_within_a_second(tmp_path):
    """And no pack is compiled for it; a feed that breaks changes nothing."""
    feeds(tmp_path, hosts(1000000))
    raw = b"Subject: x\r\n\r\nhttp://new.bad.example/\r\n"
    with Daemon(str(tmp_path), folder=tmp_path, options=["--lang", "en"]) as d:
        assert d.check(raw)["score"] == 0
        file_of(tmp_path, "hosts.new", hosts(1000000, "new.bad.example\n"))
        os.rename(os.path.join(str(tmp_path), "hosts.new"),
                  os.path.join(str(tmp_path), "hosts.txt"))
        began = time.monotonic()
        # Each worker reads it for itself.
        while not all(d.check(raw)["score"] == 8 for _ in range(8)):
            assert time.monotonic() - began < PATIENCE, d.log()
            time.sleep(0.02)
        print("a new row served after %.2f s" % (time.monotonic() - began))
        line = d.check(raw)["sekisho"]["lines"][0]["evidence"][0]["list"]["line"]
        assert line == 1000001
        with open(os.path.join(str(tmp_path), "hosts.txt"), "a") as file:
            file.write("newer.bad.example\n")
        until(lambda: all(d.check(raw.replace(b"new.", b"newer."))["score"] == 8
                          for _ in range(8)))
        assert "reload" not in d.log()
        for broken in "<html>busy", hosts(3):
            file_of(tmp_path, "hosts.txt", broken)
            d.wait_for("HTML|rows left of 1000002")
            assert all(d.check(raw)["score"] == 8 for _ in range(8))


def test_a_reload_that_takes_a_shrunken_list_says_so(tmp_path):
    """Any reload once took it without a word, and the alarm was off."""
    feeds(tmp_path, hosts(1100))
    raw = b"Subject: x\r\n\r\nhttp://h1000.bad.example/\r\n"
    with Daemon(str(tmp_path), folder=tmp_path) as d:
        file_of(tmp_path, "hosts.txt", hosts(10))
        d.wait_for("only 10 rows left of 1100")
        assert d.check(raw)["score"] == 8
        d.reload()
        d.wait_for("warning list feeds/hosts: taken by the reload with 10 rows left of 1100")
        until(lambda: d.check(raw)["score"] == 0)
        told = d.log().count("taken by the reload")
        d.reload()
        d.wait_for("generation 3 serves")
        assert d.log().count("taken by the reload") == told


def test_of_all_workers_one_reads_a_changed_list(tmp_path):
    """A million rows were read by each, at the same time."""
    feeds(tmp_path, hosts(1000))
    raw = b"Subject: x\r\n\r\nhttp://new.bad.example/\r\n"
    with Daemon(str(tmp_path), state=str(tmp_path) + "-state", folder=tmp_path, options=[
            "--workers", "4", "--reputation.on", "no"]) as d:
        file_of(tmp_path, "hosts.new", hosts(1000, "new.bad.example\n"))
        os.rename(os.path.join(str(tmp_path), "hosts.new"),
                  os.path.join(str(tmp_path), "hosts.txt"))
        until(lambda: d.log().count("1001 rows") == 4)
        assert d.log().count("it is read again") == 1
        assert all(d.check(raw)["score"] == 8 for _ in range(16))


def test_without_a_state_folder_a_broken_file_stays_as_it_was(tmp_path):
    """It was left out once, so that a typing error let lures through; then it
    kept what changed in others from serving."""
    overlaid(tmp_path, "packs: {base: {cap: 7}}\n")
    raw = LURE.encode()
    with Daemon(str(tmp_path), folder=tmp_path) as d:
        assert d.check(raw)["score"] == 7
        path = os.path.join(str(tmp_path), "base.pack.yaml")
        with open(path) as file:
            good = file.read()
        for name, text, said in (
                ("base.pack.yaml", good.replace("when: g", "when: h"),
                 "revision 1 of base goes on serving"),
                ("site.overlay.yaml", "overlay: 2\n",
                 "as it was before it goes on serving")):
            file_of(tmp_path, name, text)
            d.reload()
            d.wait_for(name + ": " + said)
            assert d.check(raw)["score"] == 7
            file_of(tmp_path, "base.pack.yaml", good)
        os.unlink(os.path.join(str(tmp_path), "site.overlay.yaml"))
        file_of(tmp_path, "base.pack.yaml", good.replace("score: 8", "score: 9"))
        # What was never right keeps nothing from being loaded.
        file_of(tmp_path, "new.pack.yaml", "pack: 1\n")
        d.reload()
        d.wait_for("generation 4 serves")
        assert d.check(raw)["score"] == 9


def test_a_pack_for_a_newer_engine_says_so_and_nothing_else(tmp_path):
    """What a newer engine reads once looked like a row of typing errors."""
    path = campaign(tmp_path, "newer", "min_engine: 99.1\nnew_key: 3\n" + OVERLAID, CLEAN)
    _, err = sekisho("check", path, status=1)
    assert "needs sekisho 99.1 or later" in err and "[R04]" in err
    assert "new_key" not in err
