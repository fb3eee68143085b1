# SPDX-License-Identifier: Apache-2.0
"""Mail that must be left alone: reports about campaigns, genuine notices,
people who talk about a brand, and the innocent whose name was used."""

import os

import pytest

import messages
import samples

REPORTS = (
    "kagoya-billing-2026-02", "kagoya-activemail-2024-01",
    "kagoya-advisory-2020-03", "ekinet-payment-2026-02",
    "jcom-unpaid-2022-08",
)

AUTHENTIC = {"auth": "spf=pass,dkim=pass,dmarc=pass"}


# Genuine mail of the three brands.
GENUINE = [
    {
        "id": "kagoya-billing",
        "sender": ("KAGOYA Billing", "support@kagoya.jp"),
        "subject": "[KAGOYA Billing] 一括払い更新失敗のお知らせ",
        "body": [
            "共有メールプランの料金が12ヶ月分一括払いで未払いとなっております。",
            "◇KIR > コントロールパネル https://support.kagoya.jp/",
            "カゴヤ・ジャパン https://www.kagoya.jp/ "
            "https://twitter.com/kagoyajp",
        ],
    },
    {
        "id": "kagoya-maintenance",
        "sender": ("KAGOYA JAPAN Inc.", "support@kagoya.com"),
        "subject": "Active! mail メンテナンス作業のお知らせ",
        "body": [
            "平素はKAGOYAインターネットサービスをご利用いただき、"
            "ありがとうございます。",
            "このたび、弊社通信設備のメンテナンス作業に伴い、サービスを"
            "一時停止いたします。",
            "https://support.kagoya.jp/",
            "© KAGOYA JAPAN Inc.",
        ],
    },
    {
        "id": "ekinet",
        "sender": ("えきねっと", "info@eki-net.com"),
        "subject": "お支払い情報のご確認と更新のお願い【えきねっと】",
        "body": [
            "いつも「えきねっと」をご利用いただきありがとうございます。",
            "ご登録のカードの有効期限が近づいています。",
            "https://www.eki-net.com/ https://www.jreast.co.jp/",
        ],
        "links": [("お支払い情報の確認・更新はこちら",
                   "https://www.eki-net.com/personal/")],
    },
    {
        "id": "jcom",
        "sender": ("J:COM", "noreply@jcom.co.jp"),
        "subject": "【J:COM】ご請求金額確定のお知らせ",
        "body": [
            "マイページでご確認ください。",
            "https://www2.myjcom.jp/ https://www.jcom.co.jp/",
        ],
        "links": [("支払い方法を追加する", "https://www2.myjcom.jp/pay/")],
    },
]

# People and sites who have every right to the brand's name.
INNOCENT = [
    {
        "id": "colleague",
        "sender": ("鈴木", "suzuki@corp.example"),
        "subject": "カゴヤの契約更新の件",
        "body": [
            "KAGOYAの共有メールプラン、来月で更新です。",
            "稟議はこちら https://intra.corp.example/ringi/12",
            "公式 https://www.kagoya.jp/",
        ],
    },
    {
        "id": "colleague-forwards",
        "sender": ("鈴木", "suzuki@corp.example"),
        "subject": "Fwd: [KAGOYA Billing] 一括払い更新失敗のお知らせ",
        "body": [
            "経理さん、確認をお願いします。 https://intra.corp.example/",
            "> 共有メールプランの料金が12ヶ月分一括払いで未払いとなって"
            "おります。",
            "> ◇KIR > コントロールパネル https://support.kagoya.jp/",
        ],
    },
    {
        "id": "colleague-ticket",
        "sender": ("田中", "tanaka@corp.example"),
        "subject": "出張の切符",
        "body": [
            "えきねっとで取りました。JR東日本の窓口で受け取ってください。",
            "https://www.eki-net.com/ 行程表 https://files.corp.example/a.pdf",
        ],
    },
    {
        "id": "review-site",
        "sender": ("サーバー比較ナビ", "info@review.example"),
        "subject": "レンタルサーバーの評判",
        "body": [
            "カゴヤとほかの会社の評判をまとめました。",
            "https://review.example/hosting/kagoya/",
            "https://review.example/isp/jcom/",
        ],
    },
    {
        "id": "review-site-english",
        "sender": ("Hosting Review", "news@review.example"),
        "subject": "KAGOYA review 2026",
        "body": [
            "We compared KAGOYA and others.",
            "https://review.example/reviews/kagoya/pricing",
        ],
    },
    {
        "id": "newsletter",
        "sender": ("経済ニュース", "news@paper.example"),
        "subject": "今日の記事: PayPay、Amazon、三井住友カード",
        "body": [
            "PayPayが新サービス https://paper.example/a/1",
            "Amazonの通期決算 https://paper.example/a/2",
            "三井住友カードの新しい特典 https://paper.example/a/3",
            "配信停止 https://paper.example/unsubscribe?u=taro",
        ],
    },
    {
        "id": "security-newsletter",
        "sender": ("セキュリティ通信", "news@security.example"),
        "subject": "カゴヤを騙る「一括払い更新失敗のお知らせ」に注意",
        "body": [
            "hxxps://www.auditor585[.]de/index.php?lang=de へ誘導する詐欺が"
            "出ています。",
            "公式の案内: https://www.kagoya.jp/",
        ],
        "as_it_stands": True,
    },
    {
        "id": "aica-interior",
        "sender": ("アイカインテリア工業", "postmaster@aica-interior.co.jp"),
        "subject": "見積書の件",
        "body": ["見積書をお送りします。", "https://www.aica-interior.co.jp/"],
    },
    {
        "id": "jcom-customer",
        "sender": ("山田", "yamada@jcom.zaq.ne.jp"),
        "subject": "先日の件",
        "body": ["JCOMのテレビの調子が悪いです。",
                 "https://photos.example/album/1"],
    },
    {
        "id": "docomo-customer",
        "sender": ("花子", "hanako@docomo.ne.jp"),
        "subject": "写真",
        "body": ["ドコモの携帯に替えました", "https://photos.example/a"],
    },
    {
        "id": "kir-customer",
        "sender": ("佐藤商店", "info@sato.kir.jp"),
        "subject": "お見積り",
        "body": ["お見積りです。 https://sato.example/q/1"],
    },
    {
        "id": "yamato-city",
        "sender": ("市民課", "shimin@city.yamato.lg.jp"),
        "subject": "お知らせ",
        "body": ["https://www.city.yamato.lg.jp/"],
    },
    {
        "id": "amazonaws",
        "sender": ("店", "shop@x.example"),
        "subject": "領収書",
        "body": ["https://s3.ap-northeast-1.amazonaws.com/x/receipt.pdf"],
    },
    {
        "id": "mailbox-warning-of-another",
        "sender": ("Webmail", "postmaster@isp.example"),
        "subject": "メールボックスがいっぱいです",
        "body": ["不要なメールを削除してください。",
                 "https://webmail.isp.example/"],
    },
    {
        "id": "wrapped-by-a-mail-gateway",
        "sender": ("えきねっと", "info@eki-net.com"),
        "subject": "ご予約内容の確認",
        "body": ["ご予約を承りました。"],
        "links": [("https://www.eki-net.com/",
                   "https://jpn01.safelinks.protection.outlook.com/"
                   "?url=https%3A%2F%2Fwww.eki-net.com%2F&data=1")],
    },
]


def clean(verdict):
    assert verdict.action == "no action", verdict
    assert verdict.score < 6, verdict


def report_mail(shared, name):
    path = os.path.join(shared, "reports", name + ".txt")
    with open(path, encoding="utf-8") as text:
        lines = text.read().splitlines()
    return {"sender": ("ブログ", "blog@notes.example"),
            "subject": lines[0][:70], "body": lines}


def build_as_it_stands(mail, *how):
    """Defanging is part of the text here: keep it."""
    kept = messages.refang
    messages.refang = lambda text: text
    try:
        return messages.build(mail, *how)
    finally:
        messages.refang = kept


@pytest.mark.row("S2-00", "T-06", "T-31", "S1-18")
@pytest.mark.parametrize("name", REPORTS)
def test_the_report_itself_as_mail_is_left_alone(ask, scan_many, shared,
                                                 name):
    mail = report_mail(shared, name)
    mails = [build_as_it_stands(mail, charset, form)
             for charset in messages.CHARSETS for form in messages.FORMS]
    for message in mails:
        clean(ask(message))
    at = {"kagoya-activemail-2024-01": "2024-01-17",
          "jcom-unpaid-2022-08": "2022-08-20",
          "kagoya-advisory-2020-03": "2020-03-09"}.get(name, "2026-02-14")
    for verdict in scan_many([(message, {}) for message in mails], at):
        clean(verdict)


@pytest.mark.row("S0-21", "S1-04", "S3-16")
@pytest.mark.parametrize("mail", GENUINE, ids=lambda m: m["id"])
@pytest.mark.parametrize("form", ("plain", "html"))
def test_a_genuine_notice_with_passing_authentication(ask, mail, form):
    clean(ask(messages.build(mail, form=form), AUTHENTIC))


@pytest.mark.row("T-26")
@pytest.mark.parametrize("mail", GENUINE, ids=lambda m: m["id"])
@pytest.mark.parametrize("form", ("plain", "html"))
def test_a_genuine_notice_of_unknown_authentication(ask, mail, form):
    clean(ask(messages.build(mail, form=form)))


@pytest.mark.row("S1-03")
@pytest.mark.parametrize("mail", INNOCENT, ids=lambda m: m["id"])
@pytest.mark.parametrize("form", ("plain", "html"))
def test_who_only_talks_about_a_brand_is_left_alone(ask, mail, form):
    how = build_as_it_stands if mail.get("as_it_stands") else messages.build
    clean(ask(how(mail, "utf-8", form)))


@pytest.mark.row("S1-03")
def test_an_innocent_company_whose_name_was_forged_is_left_alone(ask):
    verdict = ask(messages.build(BY_ID["aica-interior"]), AUTHENTIC)
    clean(verdict)
    assert verdict.score == 0, verdict


ANSWERS = {
    "signs": "お問い合わせいただいたメールはフィッシングメールです。"
             "リンクをクリックせず、削除してください。\r\n"
             "ヘルプデスク https://desk.victim.example/\r\n\r\n"
             "2026年2月9日(月) 10:00 Taro <taro@victim.example>:\r\n%(quoted)s",
    "forwarded": "This is a phishing mail. Please do not click anything and "
                 "delete it.\r\n\r\n-----Original Message-----\r\n"
                 "From: Taro\r\nSent: Monday\r\nTo: Help desk\r\n"
                 "Subject: FW: question\r\n\r\n%(text)s",
    "headings": "以下は弊社からのメールではありません。開かないでください。"
                "\r\n\r\n差出人: Taro\r\n送信日時: 2月9日\r\n"
                "宛先: desk\r\n件名: 質問\r\n\r\n%(text)s",
}


@pytest.mark.parametrize("how", sorted(ANSWERS))
def test_a_help_desk_that_quotes_the_lure_is_left_alone(scan_many, how):
    """A reply with the whole lure below it used to be scored as the lure."""
    mails = []
    for sample in samples.SAMPLES:
        text = messages.plain_text(messages.refang_all(sample))
        quoted = "".join("> %s\r\n" % line for line in text.splitlines())
        mails.append((
            ("From: Help desk <desk@victim.example>\r\n"
             "To: taro@victim.example\r\nSubject: Re: question\r\n"
             "In-Reply-To: <1@victim.example>\r\n"
             "Content-Type: text/plain; charset=utf-8\r\n\r\n"
             + ANSWERS[how] % {"text": text, "quoted": quoted}).encode(),
            {}))
    for verdict in scan_many(mails, at="2026-02-14"):
        clean(verdict)


WARNING = ("情報システム部です。取引先を騙るフィッシングメールが確認されています。"
           "\r\n\r\n%s\r\n\r\n見本: hxxps://card-check[.]example/ "
           "h**ps://****.example/\r\nリンクを開かないでください。\r\n")


def test_a_warning_that_shows_the_words_of_a_lure_is_left_alone(scan_many):
    """They were counted in full, as if nobody had warned of them."""
    mails = []
    for sample in samples.SAMPLES:
        text = messages.plain_text(sample)
        words = [line for line in text.splitlines()
                 if "http" not in line and "hxxp" not in line]
        mails.append((
            ("From: IT desk <it@victim.example>\r\n"
             "To: taro@victim.example\r\nSubject: 注意喚起\r\n"
             "Content-Type: text/plain; charset=utf-8\r\n\r\n"
             + WARNING % "\r\n".join(words)).encode(), {}))
    for verdict in scan_many(mails, at="2026-02-14"):
        clean(verdict)


BY_ID = {mail["id"]: mail for mail in INNOCENT}
