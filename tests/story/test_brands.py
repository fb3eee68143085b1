# SPDX-License-Identifier: Apache-2.0
"""Brands imitated on hosts that nobody has listed: what no honest mail does
gets its header added, weaker signs stay below."""

import pytest

import messages
from conftest import ADD_HEADER

SENDER = ("サポート", "x@pqec.example")


def mail(sender=SENDER, subject="ご案内", body=(), links=(), headers=()):
    return {"sender": sender, "subject": subject, "body": list(body),
            "links": list(links), "headers": list(headers)}


LINK = "hxxps://pqec.example/login"

# The name in the display name of a stranger, however it is spelt.
NAMES = [
    ("ekinet", "えきねっと"),
    ("ekinet", "エキネット"),
    ("ekinet", "ｴｷﾈｯﾄ"),
    ("ekinet", "ｅｋｉ－ｎｅｔ"),
    ("ekinet", "eki-net"),
    ("kagoya", "KAGOYA"),
    ("kagoya", "ＫＡＧＯＹＡ"),
    ("kagoya", "K A G O Y A"),
    ("kagoya", "k.a.g.o.y.a"),
    ("kagoya", "カゴヤ・ジャパン"),
    ("kagoya", "ｶｺﾞﾔ"),
    ("kagoya", "\u041a\u0410G\u041eY\u0410 サポート"),
    ("kagoya", "KA\u200bGO\u00adYA"),
    ("jcom", "J:COM"),
    ("jcom", "ＪＣＯＭ"),
    ("jcom", "Ｊ：ＣＯＭ"),
    ("jcom", "ジェイコム"),
    ("amazon_jp", "Amazon.co.jp"),
    ("amazon_jp", "Am\u0430zon"),
    ("nta", "国税庁"),
    ("yamato", "ヤマト運輸"),
    ("sbi_sec", "SBI証券"),
]

# The brand's own host names and domains at places that are not the brand's.
STRONG_LINKS = [
    ("jcom", "hxxps://www2.jcom.co.jp.login.qqzz[.]cn/"),
    ("jcom", "hxxps://jcom.co.jp.account.qqzz[.]example/"),
    ("ekinet", "hxxps://www.eki-net.com.abc[.]example/x"),
    ("nta", "hxxps://www.e-tax.nta.go.jp.abc[.]cn/search"),
    ("amazon_jp", "hxxps://www.amazon.co.jp.ap-signin.qqzz[.]example/"),
    ("kagoya", "hxxps://somebody[.]example/kagoya.jp/"),
    ("kagoya", "hxxps://somebody[.]example/server/jp/kagoya.net/?uid=1"),
    ("kagoya", "hxxps://somebody[.]example//wp-includes/1/kagoya.net/"),
    ("jcom", "hxxps://somebody[.]example/a/www.jcom.co.jp/login"),
]


@pytest.mark.row("S0-04", "S1-17", "S3-03", "S4-01", "T-01", "T-08", "T-09")
@pytest.mark.parametrize("brand, name", NAMES)
def test_a_stranger_with_the_name_and_a_foreign_link(ask, brand, name):
    for form in ("plain", "html"):
        verdict = ask(messages.build(
            mail((name, "x@pqec.example"), body=[LINK]), form=form))
        assert "BRAND_" + brand.upper() in verdict.symbols, verdict
        assert verdict.score >= ADD_HEADER, verdict


@pytest.mark.row("S2-02", "S2-07", "S2-12", "S4-06", "T-05")
@pytest.mark.parametrize("brand, url", STRONG_LINKS)
def test_the_official_name_on_a_host_nobody_listed(ask, brand, url):
    for form in ("plain", "html"):
        verdict = ask(messages.build(mail(body=[url]), form=form))
        assert verdict.score >= ADD_HEADER, verdict


@pytest.mark.parametrize("shown", (
    "https://www.eki-net.com/login", "www.eki-net.com", "eki-net.com/login"))
def test_an_official_address_shown_and_another_behind(ask, shown):
    verdict = ask(messages.build(mail(
        body=["下のリンクへ"], links=[(shown, "hxxps://pqec[.]example/x")]),
        form="html"))
    assert "BRAND_EKINET" in verdict.symbols, verdict
    assert verdict.score >= ADD_HEADER, verdict


@pytest.mark.row("S3-11")
def test_a_brand_label_with_noise_in_a_foreign_host(ask):
    verdict = ask(messages.build(mail(
        sender=("えきねっと", "x@pqec.example"),
        body=["hxxps://eki-net-x.foo[.]cn/"])))
    assert verdict.score >= ADD_HEADER, verdict
    assert verdict.symbols["BRAND_EKINET"]["score"] > 0, verdict


# Weak alone: each is named at most, none reaches the threshold.
WEAK = [
    mail(body=["カゴヤの件です https://other.example/a"]),
    mail(body=["https://review.example/kagoya/"]),
    mail(body=["カゴヤの評判 https://review.example/kagoya/"]),
    mail(sender=("KAGOYAユーザー会", "info@users.example"),
         body=["総会のお知らせです。"]),
    mail(subject="J:COMの工事について", body=["https://mansion.example/12"]),
]


@pytest.mark.parametrize("weak", WEAK, ids=range(len(WEAK)))
def test_a_weak_sign_alone_stays_below(ask, weak):
    verdict = ask(messages.build(weak))
    assert verdict.action == "no action", verdict


@pytest.mark.row("S0-21", "S3-16")
def test_links_of_the_brand_as_camouflage_neither_help_nor_hurt(ask):
    bare = mail(("えきねっと", "x@pqec.example"), body=[LINK])
    dressed = mail(("えきねっと", "x@pqec.example"), body=[
        LINK, "https://www.eki-net.com/ https://www.jreast.co.jp/"])
    assert ask(messages.build(bare)).score == \
        ask(messages.build(dressed)).score


@pytest.mark.row("S2-08")
def test_a_domain_the_brand_never_sends_from(ask):
    verdict = ask(messages.build(mail(
        sender="support@kagoya.net", subject="【未受信メール保留通知】",
        body=["KAGOYA Webメールサービス hxxps://pqec[.]example/"])))
    assert verdict.symbols["BRAND_KAGOYA"]["score"] > 0, verdict
    assert verdict.score >= ADD_HEADER, verdict


@pytest.mark.row("S2-01", "S4-02")
def test_an_official_sender_that_fails_authentication_is_forged(ask):
    forged = mail(("J:COM", "noreply@jcom.co.jp"), body=[LINK])
    verdict = ask(messages.build(forged),
                  {"auth": "spf=fail,dkim=none,dmarc=fail"})
    assert "BRAND_JCOM" in verdict.symbols, verdict
    assert verdict.score >= ADD_HEADER, verdict


@pytest.mark.row("S4-02")
def test_authentication_claimed_by_the_sender_itself_is_not_believed(ask):
    forged = mail(("えきねっと", "x@pqec.example"), body=[LINK], headers=[
        ("Authentication-Results",
         "pqec.example; spf=pass; dkim=pass header.d=eki-net.com; "
         "dmarc=pass header.from=eki-net.com")])
    assert ask(messages.build(forged)).score >= ADD_HEADER
