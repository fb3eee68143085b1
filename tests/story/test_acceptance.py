# SPDX-License-Identifier: Apache-2.0
"""The rows of the acceptance table that work, one small mail each: what was
found, where it stood, and why it counts."""

import os
import re

import pytest

import acceptance
import messages
from conftest import ADD_HEADER
from samples import BY_ID

row = pytest.mark.row


@pytest.fixture(scope="module")
def judged(scan):
    """judged("billing"): the verdict on a sample while its campaign ran."""
    known = {}

    def judge(name, form="html"):
        if (name, form) not in known:
            sample = BY_ID[name]
            known[name, form] = scan(
                messages.build(sample, "utf-8", form),
                messages.envelope(sample), at=sample["at"])
        return known[name, form]
    return judge


def group(verdict, name, of):
    """The line of a group of a sample's campaign."""
    lines = verdict.lines(BY_ID[of]["symbol"])
    assert name in lines, (name, str(verdict))
    return lines[name]


def found(verdict, name, of):
    """All that a group found, as one text."""
    return " ".join(e["found"] for e in group(verdict, name, of)["evidence"])


def note(verdict, code):
    assert code in verdict.notes(), (code, str(verdict))
    return verdict.notes()[code]


def as_mail(**keys):
    mail = {"sender": ("サポート", "x@pqec.example"), "subject": "ご案内",
            "body": ["本文です。"]}
    mail.update(keys)
    return mail


# Subject and sender

@row("S0-01", "S0-02", "S3-01", "S3-02", "T-11")
@pytest.mark.parametrize("tag", (
    "[spam] ", "[spam]", "***SPAM*** ", "[MEIWAKU]"))
def test_a_gateway_tag_hides_no_subject_and_is_worth_nothing(ask, tag):
    subject = "お支払い情報のご確認と更新のお願い【えきねっと】"
    bare = dict(BY_ID["ekinet"], subject=subject)
    tagged = dict(bare, subject=tag + subject)
    without, with_tag = (ask(messages.build(m)) for m in (bare, tagged))
    assert "lure_subject" in with_tag.lines(bare["symbol"]), with_tag
    assert with_tag.score == without.score
    assert tag.strip() in note(with_tag, "subject.tag")
    assert "subject.tag" not in without.notes()
    # What was found out about authentication is another matter.
    assert tag.strip() not in note(with_tag, "auth.unknown")


@row("S0-03", "S1-02")
@pytest.mark.parametrize("name", (
    "“KAGOYA インターネットルーティング\"",
    "”Kagoya Active! Mail”"))
def test_odd_quotes_around_a_display_name(ask, name):
    raw = messages.encoded_words(name, "utf-8") + " <x@pqec.example>"
    verdict = ask(messages.build(as_mail(
        sender=raw, body=["https://pqec.example/a"])))
    assert "BRAND_KAGOYA" in verdict.symbols, verdict
    note(verdict, "from.odd_quotes")


@row("S0-05")
def test_a_role_name_is_told(judged):
    note(judged("billing"), "from.role")


@row("S3-04")
def test_random_letters_in_the_local_part_are_told(judged):
    note(judged("ekinet"), "from.random")


@row("S2-04")
def test_no_blank_before_the_angle_bracket(judged):
    assert "lure_name" in judged("advisory-2").lines(
        BY_ID["advisory-2"]["symbol"])


@row("S1-01")
def test_a_sentence_as_subject_stands_again_in_the_text(judged):
    verdict = judged("activemail")
    note(verdict, "text.subject_in_body")
    assert "すべてのお客様は" in found(verdict, "lure_subject", "activemail")
    assert "すべてのお客様は" in found(verdict, "lure_body", "activemail")


@row("S2-06", "S2-09")
@pytest.mark.parametrize("subject", (
    "サーバー障害通知 2024年11月3日", "サーバー障害通知 2024/11/03",
    "メンテナンス作業のお知らせ【２０２４年１１月３日】",
    "メンテナンス作業のお知らせ【2024-11-3】"))
def test_the_date_in_a_subject_may_change(ask, subject):
    mail = dict(BY_ID["advisory-1"], subject=subject)
    assert "lure_subject" in ask(messages.build(mail)).lines(mail["symbol"])


@row("S2-11")
@pytest.mark.parametrize("subject", (
    "サービス停止通知!!!", "サービス停止通知！！！", "ｻｰﾋﾞｽ停止通知！!！"))
def test_marks_of_any_width_in_a_subject(ask, subject):
    mail = dict(BY_ID["advisory-4"], subject=subject)
    assert "lure_subject" in ask(messages.build(mail)).lines(mail["symbol"])


# Connection

@row("S0-06", "S1-05")
@pytest.mark.parametrize("name", ("billing", "activemail"))
def test_a_helo_of_one_label_is_told(judged, name):
    helo = BY_ID[name]["envelope"]["helo"]
    assert helo.lower() in note(judged(name), "helo.single_label")


@row("S0-08")
def test_a_reverse_name_made_of_the_address_is_told(judged):
    assert "104-219-238-62" in note(judged("billing"), "rdns.generic")


# Received lines as the reports print them, newest on top.
RECEIVED = {
    "billing": "from new194 (104-219-238-62.cloud7.namecheap.com "
               "[104.219.238.62]) by mx.victim.example (Postfix) with ESMTP "
               "id 4F1 for <taro@victim.example>; "
               "Mon, 9 Feb 2026 05:08:00 +0900 (JST)",
    "activemail": "from Praisemmm (ioooo.japaneast.cloudapp.azure.com "
                  "[74.226.196.215])",
    "ekinet": "from unknown (HELO iwkr[.]cn) (101.47.78.65) by "
              "mx.victim.example with SMTP; 13 Feb 2026 04:20:00 +0900",
    "jcom": "from noreply0.jcom.co.jp (unknown [45.135.135.185]) by "
            "mx.victim.example (Postfix) with ESMTP id 88D962B8C5 for "
            "<taro@victim.example>; Sat, 20 Aug 2022 02:25:21 +0900 (JST)",
}


def with_received(name, **more):
    headers = [("Received", RECEIVED[name])]
    return dict(BY_ID[name], headers=headers, **more)


@row("S0-07", "S1-05", "S3-05", "S4-03", "T-12")
@pytest.mark.parametrize("name", sorted(RECEIVED))
def test_the_peer_is_read_from_the_newest_received_line(scan, name):
    sample = BY_ID[name]
    verdict = scan(messages.build(with_received(name)), at=sample["at"])
    place = "sender" if name == "ekinet" else "relay"
    hits = found(verdict, place, name) + found(verdict, "relay", name)
    assert messages.refang(sample["envelope"]["ip"]).split(".")[0] in hits


@row("S3-05")
def test_a_helo_that_is_the_senders_domain_without_a_reverse_name(scan):
    verdict = scan(messages.build(with_received("ekinet")), at="2026-02-13")
    assert "iwkr" in note(verdict, "helo.is_from")
    note(verdict, "rdns.none")


@row("S4-03", "S4-14")
def test_no_blank_behind_received_and_a_zone_in_brackets(scan):
    mail = messages.build(with_received("jcom"))
    mail = mail.replace(b"Received: ", b"Received:", 1)
    verdict = scan(mail, at="2022-08-20")
    assert "45" in found(verdict, "relay", "jcom")
    assert "jcom" in found(verdict, "forged_helo", "jcom")


@row("S4-03")
def test_a_helo_of_the_brand_without_a_reverse_name_is_forged(judged):
    assert "forged_helo" in judged("jcom").lines(BY_ID["jcom"]["symbol"])


@row("S4-02", "S2-01")
def test_the_brands_own_domain_is_forged_only_where_it_fails(scan):
    sample = BY_ID["jcom"]
    mail, said = messages.build(sample), messages.envelope(sample)
    failing = scan(mail, dict(said, auth="spf=fail,dkim=none,dmarc=none"),
                   at=sample["at"])
    assert "forged_sender" in failing.lines(sample["symbol"])
    passing = scan(mail, dict(said, auth="spf=pass,dkim=pass,dmarc=pass"),
                   at=sample["at"])
    assert passing.points(sample["symbol"]) == 0, passing
    unknown = scan(mail, said, at=sample["at"])
    assert "forged_sender" not in unknown.lines(sample["symbol"])


# Links

@row("S0-11", "S4-05")
@pytest.mark.parametrize("name, texts, url", (
    ("jcom", ("支払い方法を追加する", "こちら", "ヘルプ"),
     "hxxps://www2.jcom.co.jp.login.vkia[.]cn/"),
    ("billing", ("更新手続きはこちら", "お支払い期間の変更", "パネル"),
     "hxxps://www.auditor585[.]de/index.php?lang=de&redirect=aHR0cHM")))
def test_several_anchors_with_one_target_are_told(ask, name, texts, url):
    mail = dict(BY_ID[name], body=[], links=[(text, url) for text in texts])
    told = note(ask(messages.build(mail, form="html")), "link.same_target")
    assert "3" in told
    for text in texts:
        assert text in told


@row("S0-12", "S0-13", "T-24", "T-03")
@pytest.mark.parametrize("query", (
    "redirect=https%3A%2F%2Fsomebody[.]example%2Fkagoya-net-customer-portal"
    "%2Flogin.php",
    "redirect=https%253A%252F%252Fsomebody[.]example"
    "%252Fkagoya-net-customer-portal%252F",
    "lang=de&redirect=hxxps://somebody[.]example/kagoya-net-customer-portal/",
    # base64 of https://somebody.example/kagoya-net-customer-portal/
    "u=aHR0cHM6Ly9zb21lYm9keS5leGFtcGxlL2thZ295YS1uZXQtY3VzdG9tZXItcG9ydGFs"
    "Lw=="))
def test_a_kit_path_inside_a_redirect(ask, query):
    verdict = ask(messages.build(as_mail(
        body=["https://redirect.example/index.php?" + query])))
    assert "kit_path" in verdict.lines(BY_ID["billing"]["symbol"])
    assert verdict.score >= ADD_HEADER


@row("S0-13", "S3-12", "S3-13", "S1-08")
@pytest.mark.parametrize("name, path", (
    ("billing", "/blog/kagoya-net-customer-portal/login.php"),
    ("ekinet", "/Perosnal_member/"),
    ("activemail", "/kagoya/activemail.kagoya?login=1")))
def test_a_kit_path_on_a_host_nobody_listed(ask, name, path):
    verdict = ask(messages.build(as_mail(
        body=["http://elsewhere.example" + path])))
    assert "kit_path" in verdict.lines(BY_ID[name]["symbol"])
    assert verdict.score >= ADD_HEADER


@row("S3-12")
def test_the_case_of_a_path_is_kept(ask):
    verdict = ask(messages.build(as_mail(
        body=["https://elsewhere.example/perosnal_MEMBER/"])))
    assert BY_ID["ekinet"]["symbol"] not in verdict.symbols


@row("S0-14")
def test_a_brand_word_in_the_path_of_a_foreign_link(ask):
    verdict = ask(messages.build(as_mail(
        subject="カゴヤWebメールの更新",
        body=["https://elsewhere.example/x/Kagoya/login"])))
    signs = verdict.lines("BRAND_KAGOYA")
    assert signs["token_in_path"]["points"] > 0


@row("S1-09")
@pytest.mark.parametrize("query", (
    "login=taro[@]victim.example", "uid=taro%40victim.example",
    "e=dGFyb0B2aWN0aW0uZXhhbXBsZQ=="))
def test_a_link_that_carries_the_recipient_is_told(ask, query):
    verdict = ask(
        messages.build(as_mail(body=["https://other.example/?" + query])),
        {"rcpt": "taro@victim.example"})
    assert "taro" not in note(verdict, "link.rcpt")


@row("S2-10", "S2-19")
@pytest.mark.parametrize("url", (
    "https://www.a.b.com/kagoya.net/?uid=jiro@else.co.jp",
    "https://else.com/jp/kagoya.net?uid=jiro@else.org"))
def test_masks_in_a_pattern_are_wild(ask, url):
    verdict = ask(messages.build(as_mail(body=[url])))
    assert "masked_urls" in verdict.lines(BY_ID["advisory-1"]["symbol"])


@row("S2-16", "T-25")
def test_a_double_slash_and_a_folder_of_wordpress(judged):
    lines = judged("advisory-7").lines(BY_ID["advisory-7"]["symbol"])
    assert {"masked_urls", "kit_path", "cms_folder"} <= set(lines)


@row("S3-09", "S4-07")
@pytest.mark.parametrize("name", ("ekinet", "jcom"))
def test_a_top_level_domain_that_does_not_fit_the_brand_is_told(judged, name):
    assert ".cn" in note(judged(name), "link.cctld")


@row("S3-10")
def test_the_anchor_text_and_its_target_go_together(judged):
    assert "ddnxw" in found(judged("ekinet"), "button", "ekinet")


@row("S4-06")
def test_an_official_front_is_split_from_the_real_domain(ask):
    verdict = ask(messages.build(as_mail(
        body=["https://www2.jcom.co.jp.login.qqzz[.]example/"])))
    detail = str(verdict.lines("BRAND_JCOM")["official_in_front"])
    assert "www2.jcom.co.jp | login | " in detail.replace("[.]", "."), detail


@row("S0-21", "S3-16", "T-26")
@pytest.mark.parametrize("name", ("billing", "ekinet"))
def test_genuine_links_are_told_as_camouflage(judged, name):
    note(judged(name), "link.genuine")


# Text

@row("S0-19")
def test_the_account_tag_of_kir_and_digits(judged):
    assert "kir363552" in found(judged("billing"), "lure_body", "billing")


@row("S0-20", "S2-15", "S2-03", "S1-16")
def test_one_phrase_is_not_enough_two_are(ask):
    phrases = BY_ID["advisory-1"]["body"][:2]
    symbol = BY_ID["advisory-1"]["symbol"]
    one = ask(messages.build(as_mail(body=["カゴヤ", phrases[0]])))
    assert symbol not in one.symbols
    two = ask(messages.build(as_mail(body=["カゴヤ"] + [
        phrases[0], phrases[1].replace("5", "12")])))
    assert "lure_body" in two.lines(symbol)


@row("S1-15")
def test_a_template_word_left_unfilled(judged):
    assert "DOMAIN" in found(judged("activemail"), "template_word",
                             "activemail")


@row("S1-16")
def test_dates_and_names_in_a_phrase_may_change(ask):
    mail = dict(BY_ID["activemail"], body=[
        "Kagoya は、2027年5月1日より「victim.exampleメール」のサービス仕様を"
        "一部変更する。"] + BY_ID["activemail"]["body"][2:])
    lines = ask(messages.build(mail)).lines(mail["symbol"])
    assert len(lines["lure_body"]["evidence"]) >= 3


@row("S1-17")
def test_kana_in_the_text_and_latin_in_the_name(ask):
    verdict = ask(messages.build(as_mail(
        sender=("Ｋａｇｏｙａ", "x@pqec.example"),
        body=["いつもｶｺﾞﾔｼﾞｬﾊﾟﾝをご利用いただき", "https://pqec.example/"])))
    assert "name_and_link" in verdict.lines("BRAND_KAGOYA")


@row("S2-13")
def test_text_alone_without_a_link(judged):
    verdict = judged("advisory-6")
    note(verdict, "text.only")
    assert verdict.score >= ADD_HEADER
    assert set(verdict.lines(BY_ID["advisory-6"]["symbol"])) == {"lure_body"}


@row("S2-14", "S2-17", "S2-18", "T-07")
@pytest.mark.parametrize("name, word", (
    ("advisory-3", "KAGOYA JAPAN Inc"), ("advisory-4", "Copyright c"),
    ("advisory-5", "New Page 3"), ("advisory-7", "? KAGOYA"),
    ("advisory-8", "ATW")))
def test_the_frame_around_the_text(judged, name, word):
    assert word in found(judged(name), "lure_frame", name)


@row("S3-17", "S4-11")
def test_a_weak_phrase_is_not_enough(ask):
    verdict = ask(messages.build(as_mail(
        subject="J:COM", body=["申し訳ございません", "支払い方法は無効だ。"])))
    assert verdict.score < ADD_HEADER, verdict


@row("S4-11")
def test_a_phrase_no_bill_is_worded_in(judged):
    assert "無効だ" in found(judged("jcom"), "lure_body", "jcom")


# Explanation

@row("S0-17")
def test_a_campaign_has_a_confidence(judged):
    for name, confidence in (("billing", "high"), ("activemail", "medium")):
        campaign = judged(name).campaign(BY_ID[name]["symbol"])
        assert campaign["confidence"] == confidence


@row("S0-18", "S1-10", "S1-14", "S3-18", "S3-19", "S4-12", "T-16", "T-30",
     "T-03")
@pytest.mark.parametrize("name, word", (
    ("billing", "稼働中"), ("activemail", "DomainsByProxy"),
    ("activemail", "Active! mail のログイン画面の模造"),
    ("ekinet", "稼働中"), ("ekinet", "推測"),
    ("jcom", "本文は支払い方法の確認を求める")))
def test_what_the_report_knows_besides_is_carried_along(
        run, rules, tmp_path, name, word):
    path = tmp_path / "mail.eml"
    path.write_bytes(messages.build(BY_ID[name]))
    done = run("scan", "--lang", "ja", "--packs", rules, path)
    # The lines of a page are wrapped where they are full, also at blanks.
    text = re.sub(r"\s", "", done.stdout.decode())
    assert re.sub(r"\s", "", word) in text, done


@row("S0-24", "S2-21", "S4-13", "T-28")
@pytest.mark.parametrize("name, url", (
    ("billing", "https://www.kagoya.jp/news/2020030910797.html"),
    ("advisory-1", "https://www.kagoya.jp/news/2020030910797.html"),
    ("ekinet", "https://www.eki-net.com/top/oshirase/security/"),
    ("jcom", "https://cs.myjcom.jp/knowledgeDetail?an=000004071")))
def test_the_official_advice_closes_the_explanation(judged, name, url):
    campaign = judged(name).campaign(BY_ID[name]["symbol"])
    assert campaign["advice"]["url"] == url


@row("S0-25", "S2-21")
def test_an_indicator_has_its_source(judged):
    hits = group(judged("billing"), "relay", "billing")["evidence"]
    assert any(e.get("source") == "ip-sc.net" for e in hits), hits
    campaign = judged("billing").campaign(BY_ID["billing"]["symbol"])
    assert campaign["references"]


@row("S2-22")
def test_an_old_campaign_shows_its_age(ask):
    sample = BY_ID["advisory-1"]
    verdict = ask(messages.build(sample))
    assert verdict.campaign(sample["symbol"])["age_days"] > 2000
    assert "2020-03-09" in note(verdict, "campaign.age")
    assert "hacked_hosts" in note(
        ask(messages.build(BY_ID["advisory-2"])), "group.expired")


@row("S0-22")
def test_the_time_of_the_mail_is_shown(run, rules, tmp_path):
    path = tmp_path / "billing.eml"
    path.write_bytes(messages.build(with_received("billing")))
    done = run("scan", "--packs", rules, "--at", "2026-02-09", path)
    assert "2026" in done.stdout.decode() and "05:08" in done.stdout.decode()


@row("T-10")
def test_the_hops_of_a_message_file_are_shown(run, tmp_path):
    path = tmp_path / "jcom.eml"
    path.write_bytes(messages.build(with_received("jcom")))
    done = run("inspect", "--json", path)
    assert done.returncode == 0, done.stderr
    for word in (b"45.135.135.185", b"noreply0.jcom.co.jp"):
        assert word in done.stdout


@row("S0-23", "S2-19")
def test_packs_hold_no_live_link_to_what_they_describe(rules):
    for folder, _, names in os.walk(rules):
        for name in names:
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                text = f.read()
            for host in ("auditor585.de", "stlukescommunitychurch.org",
                         "ddnxw.cn", "sgogoj.com"):
                assert host not in text, (name, host)


@row("T-01", "T-02", "T-04", "T-08", "T-09", "S0-23")
def test_every_pack_reads_and_passes_its_own_tests(run, rules):
    done = run("check", rules)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    done = run("test", rules)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()


def test_the_table_checked_in_is_that_of_this_run(request, source):
    table = request.config.pluginmanager.get_plugin("acceptance")
    if os.environ.get("SEKISHO_ACCEPTANCE_OUT"):
        pytest.skip("this run writes the table")
    files = {os.path.basename(str(item.fspath))
             for item in request.session.items}
    if not {"test_campaigns.py", "test_clean.py",
            "test_brands.py"} <= files or request.config.option.keyword:
        pytest.skip("only some of the stories run")
    with open(os.path.join(source, "doc", "acceptance.md"),
              encoding="utf-8") as page:
        checked_in = page.read().splitlines()
    # A row that cannot be shown here says nothing against the table.
    wanted = [line for row_id, line in table.lines().items()
              if row_id not in table.skipped]
    missing = [line for line in wanted if line not in checked_in]
    assert not missing, "make doc/acceptance.md anew:\n" + "\n".join(missing)
    assert len([line for line in checked_in if line.startswith("| S")
                or line.startswith("| T-")]) == len(acceptance.ROWS)
