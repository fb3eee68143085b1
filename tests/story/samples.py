# SPDX-License-Identifier: Apache-2.0
"""Messages of the five campaign reports, rebuilt from their indicators.
Defanged here, live only while a story runs."""

# is_full: the message holds the whole set of the campaign, so it is rejected
# while the campaign runs; the others get their header added.
SAMPLES = [
    {
        "id": "billing",
        "symbol": "JP_KAGOYA_BILLING_2026_02",
        "at": "2026-02-09",
        "is_full": True,
        "sender": ("KAGOYA インターネットルーティング",
                   "support@executiveonelimousine[.]com"),
        "subject": "[spam] [KAGOYA Billing] 一括払い更新失敗のお知らせ",
        "body": [
            "victim.example [アカウント kir363552]",
            "",
            "KAGOYA Japan サポートです。",
            "共有メールプランの料金が2026年1月から2026年12月までの"
            "12ヶ月分一括払いで未払いとなっております。",
            "■ 12ヶ月分一括払い",
            "「12ヶ月分一括払い」プランへの更新手続きはこちらを"
            "クリックしてください。",
            "hxxps://www.auditor585[.]de/index.php?lang=de&redirect=aHR0cHM",
            "■ お支払い期間の変更について…(変更は更新月のみ可能です)",
            "hxxps://www.auditor585[.]de/index.php?lang=de&redirect=aHR0cHM",
            "◇KIR > コントロールパネル",
            "hxxps://www.auditor585[.]de/index.php?lang=de&redirect=aHR0cHM",
            "電話 0120-022-234 (075-252-9370) support@kagoya.jp",
            "https://twitter.com/kagoyajp https://www.kagoya.jp/ "
            "https://support.kagoya.jp/",
        ],
        "envelope": {
            "ip": "104.219.238.62",
            "helo": "new194",
            "rdns": "104-219-238-62.cloud7.namecheap.com",
            "mail_from": "support@executiveonelimousine[.]com",
        },
    },
    {
        "id": "activemail",
        "symbol": "JP_KAGOYA_ACTIVEMAIL_2024_01",
        "at": "2024-01-17",
        "is_full": True,
        "sender": ("Kagoya Active! Mail",
                   "postmaster@aica-interior[.]co[.]jp"),
        "subject": "すべてのお客様は、次のリンクを使用してログインして、"
                   "新しい設定に更新する必要があります。",
        "body": [
            "いつもカゴヤをご利用いただきありがとうございます。",
            "Kagoya は、2024年1月17日より「DOMAINメール」のサービス仕様を"
            "一部変更する。",
            "すべてのお客様は、次のリンクを使用してログインして、"
            "新しい設定に更新する必要があります。",
            "hxxp://sgogoj[.]com/kagoya/activemail.kagoya"
            "?login=taro[@]victim.example",
            "以下の両方の条件を満たさない Kagoya メールは、メールボックスから"
            "削除されます。",
            "Kagoya メールによるカゴヤメールを90日間ご利用にならなかった場合",
        ],
        "envelope": {
            "ip": "74.226.196.215",
            "helo": "Praisemmm",
            "rdns": "ioooo.japaneast.cloudapp.azure.com",
            "mail_from": "postmaster@aica-interior[.]co[.]jp",
        },
    },
    {
        "id": "ekinet",
        "symbol": "JP_EKINET_PAYMENT_2026_02",
        "at": "2026-02-13",
        "is_full": True,
        "sender": ("えきねっと", "mail.clknfrr@iwkr[.]cn"),
        "subject": "[spam]お支払い情報のご確認と更新のお願い【えきねっと】",
        "body": [
            "現在、登録されているお支払い情報が無効になっていることが"
            "確認されました。",
            "- 発行元の金融機関が現在のクレジットカードでの「えきねっと」"
            "決済をサポートしていない",
            "ログイン後、「会員メニュー」内の「お支払い情報の確認・更新」を"
            "選択してください。",
            "TEL 050-2016-5000 https://www.eki-net.com/",
            "JR東日本ネットステーション",
        ],
        "links": [
            ("お支払い情報の確認・更新はこちら",
             "hxxps://eki-net-carcini[.]ddnxw[.]cn/Perosnal_member/"),
        ],
        "envelope": {
            "ip": "101.47.78.65",
            "helo": "iwkr[.]cn",
            "rdns": "",
            "mail_from": "mail.clknfrr@iwkr[.]cn",
        },
    },
    {
        "id": "jcom",
        "symbol": "JP_JCOM_UNPAID_2022_08",
        "at": "2022-08-20",
        "is_full": True,
        "sender": ("JCOM", "noreply@jcom.co.jp"),
        "subject": "JCOM ご請求書が未払いの状態です",
        "body": [
            "支払い方法は無効だ。",
            "サービスを続けるには支払い方法を追加してください。",
        ],
        "links": [
            ("支払い方法を追加する",
             "hxxps://www2.jcom.co.jp.login.vkia[.]cn/"),
            ("こちら", "hxxps://www2.jcom.co.jp.login.vkia[.]cn/"),
            ("ヘルプ", "hxxps://www2.jcom.co.jp.login.vkia[.]cn/"),
        ],
        "envelope": {
            "ip": "45.135.135.185",
            "helo": "noreply0.jcom.co.jp",
            "rdns": "",
            "mail_from": "noreply@jcom.co.jp",
        },
    },
]

MAILBOX = {"symbol": "JP_KAGOYA_MAILBOX_2020_02", "at": "2020-03-09",
           "envelope": {"ip": "192.0.2.77", "helo": "mail.y.example"}}

# The eight that the hosting company's warning quotes, in its order.  What
# was masked there is filled in; the fifth and sixth name no link, the last
# four no sender.
ADVISORY = [
    {
        "id": "advisory-1",
        "is_full": True,
        "sender": ("KAGOYA JAPAN Inc.", "admin@kir.jp"),
        "subject": "緊急の重要な通知",
        "body": [
            "メールボックスのメモリ容量がほとんどいっぱいです",
            "そのため、5通の受信メールを配信できませんでした",
            "下のリンクをクリックして処理を完了してください。",
            "hxxps://somebody[.]com/kagoya.jp/",
        ],
    },
    {
        "id": "advisory-2",
        "is_full": True,
        # No blank before the angle bracket.
        "sender": "Kagoya Japan<kashio@kagoya.jp>",
        "subject": "サーバー障害通知 2020年2月24日",
        "body": [
            "システムでサーバー障害が発生しました。",
            "ご希望の場合は、これがあなたにどのように影響するかを以下に"
            "お問い合わせください。",
            "hxxps://ifra-indonesia[.]com/jp/kagoya.net?uid=QWERTY",
        ],
    },
    {
        "id": "advisory-3",
        "is_full": True,
        "sender": "info@kagoya.net",
        "subject": "メンテナンス作業のお知らせ【2020年2月20日】",
        "body": [
            "お客様各位、",
            "最近のアップグレードにより、受信メッセージは保留中になりました。",
            "すぐにアカウントを確認して、メールのアップグレードを取得するには、"
            "以下のリンクに従ってください",
            "hxxps://www.somebody[.]com/kagoya.net/?uid=hanako@shop.net",
            "© KAGOYA JAPAN Inc",
        ],
    },
    {
        "id": "advisory-4",
        "is_full": True,
        "sender": "support@y.example",
        "subject": "サービス停止通知!!!",
        "body": [
            "平素はKagoyaインターネットサービスをご利用いただき、"
            "ありがとうございます。",
            "このたび、弊社通信設備のメンテナンス作業に伴い、",
            "ネットワークの問題により、一部のユーザーは断続的にサービスを"
            "利用できません。",
            "以下のリンクをクリックして、サービスが停止されているかどうかを"
            "確認してください",
            "hxxps://margaretvillelodging[.]com/server/jp/kagoya.net/?uid=Q",
            "Copyright c Kagoya, Inc. All Rights Reserved.",
        ],
    },
    {
        "id": "advisory-5",
        "is_full": False,
        "sender": "support@y.example",
        "subject": "メールボックスがいっぱいです",
        "body": [
            "New Page 3親愛なるユーザー、",
            "メールボックスがいっぱいで、1 日の制限を超えています",
            "アカウントをアップグレードするには、以下のリンクをクリック"
            "してください。",
            "今すぐアップグレードするにはここをクリックしてください!",
            "に関して",
            "カゴヤウェブメールサービス。",
        ],
    },
    {
        "id": "advisory-6",
        "is_full": False,
        "sender": "support@y.example",
        "subject": "お知らせ",
        "body": [
            "親愛なるユーザー、",
            "メールボックスがいっぱいで、1 日の制限を超えています",
            "アカウントをアップグレードするには、以下のリンクをクリック"
            "してください。",
            "今すぐアップグレードするにはここをクリックしてください!",
            "に関して",
            "カゴヤウェブメールサービス。",
        ],
    },
    {
        "id": "advisory-7",
        "is_full": True,
        "sender": "support@y.example",
        "subject": "お知らせ",
        "body": [
            "お客様各位",
            "平素はKAGOYAインターネットサービスをご利用いただき",
            "サーバーのメンテナンスを実施しています。",
            "以下のリンクに従ってサービスをアップグレードしてください",
            "hxxp://blog.somebody[.]com//wp-includes/1/kagoya.net/"
            "?uid=hanako@shop.com",
            "? KAGOYA JAPAN Inc.",
        ],
    },
    {
        "id": "advisory-8",
        "is_full": True,
        "sender": "support@y.example",
        "subject": "お知らせ",
        "body": [
            "お客様各位",
            "平素はATWインターネットサービスをご利用いただき",
            "サーバーのメンテナンスを実施しています。",
            "以下のリンクに従ってサービスをアップグレードしてください",
            "hxxps://somebody[.]com/jp/kagoya.net?uid=hanako@shop.com",
            "Copyright ? KAGOYA, Inc. All Rights Reserved.",
        ],
    },
]

SAMPLES += [dict(MAILBOX, **sample) for sample in ADVISORY]
BY_ID = {sample["id"]: sample for sample in SAMPLES}
