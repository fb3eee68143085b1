# SPDX-License-Identifier: Apache-2.0
"""The rebuilt messages once more, each with one trick that hides a lure from
a filter and not from a person.  Each let some of them through once, or would
have; judged today and without envelope, so that shapes alone tell."""

import base64
import html
import re

import pytest

import messages
import samples
from conftest import ADD_HEADER, TODAY

WORDS = ("フィッシング詐欺 偽 騙 なりすまし 攻撃者 件名 差出人 送信者 本文 "
         "リンク先 IPアドレス ヘッダ whois 調査 解析 逆引き 注意喚起 不審な "
         "被害 事例 手口 再現 誘導 レポート hxxp [.] ")
HTML = "text/html; charset=utf-8"


def page(mail):
    return messages.html_text(messages.refang_all(mail), "utf-8")


def raw(mail, kind, body, headers=(), encoding="8bit"):
    mail = messages.refang_all(mail)
    lines = list(headers) + [
        "From: " + messages.mailbox(mail["sender"], "utf-8"),
        "To: <taro@victim.example>",
        "Subject: " + messages.encoded_words(mail["subject"], "utf-8"),
        "MIME-Version: 1.0", "Content-Type: " + kind]
    if encoding:
        lines.append("Content-Transfer-Encoding: " + encoding)
    return "\r\n".join(lines + ["", body]).encode()


def coded(mail):
    return base64.encodebytes(page(mail).encode()).decode()


def href(change):
    """The page with every target rewritten."""
    def build(mail):
        return raw(mail, HTML, re.sub(r'href="([^"]*)"', lambda m:
                   'href="%s"' % change(m[1].replace("&amp;", "&")),
                   page(mail)))
    return build


def front(padding):
    def build(mail):
        return raw(mail, HTML, page(mail).replace("<body>",
                                                  "<body>" + padding))
    return build


def around(style):
    """Words of a report on both sides, as no eye sees them."""
    def build(mail):
        words = style % WORDS
        return raw(mail, HTML, page(mail)
                   .replace("<body>", "<body>" + words)
                   .replace("</body>", words + "</body>"))
    return build


def between(letter):
    """Something between any two letters of the text."""
    def build(mail):
        pieces = re.split(r"(<[^>]*>)", page(mail))
        return raw(mail, HTML, "".join(
            p if p.startswith("<") else
            re.sub(r"(&[^;\s]{1,8};|\S)", r"\1" + letter, p)
            for p in pieces))
    return build


def written(change):
    """The words between any two tags in another form."""
    def build(mail):
        pieces = re.split(r"(<[^>]*>)", page(mail))
        return raw(mail, HTML, "".join(
            p if p.startswith("<") or not p.strip() else change(p)
            for p in pieces))
    return build


def attached(kind, name):
    def build(mail):
        return raw(mail, "multipart/mixed; boundary=b",
                   "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                   "添付をご確認ください。\r\n--b\r\nContent-Type: %s\r\n"
                   "Content-Disposition: attachment; filename=%s\r\n"
                   "Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--"
                   % (kind, name, coded(mail)), encoding=None)
    return build


def prefixed(mail):
    """XHTML in SVG, each under a prefix of its own, in a file."""
    inner = re.sub(r"<(/?)(\w)", r"<\1h:\2", page(mail))
    return attached("image/svg+xml", "a.svg")(mail).replace(
        base64.encodebytes(page(mail).encode()),
        base64.encodebytes((
            "<s:svg xmlns:s='http://www.w3.org/2000/svg' "
            "xmlns:h='http://www.w3.org/1999/xhtml'><s:foreignObject>"
            + inner + "</s:foreignObject></s:svg>").encode()))


def inside(begin):
    """All of the page behind a beginning that seems to hide it."""
    return lambda mail: raw(mail, HTML, page(mail).replace(
        "<body>", "<body>" + begin))


def signed(mail):
    """Inside its own signature, behind the names of 136 digests."""
    inner = ("Content-Type: %s\r\n\r\n%s" % (HTML, page(mail))).encode()
    name = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
    digest = b"\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\0"
    file = (b"\x30\x80" + name + b"\x02\xa0\x80\x30\x80\x02\x01\x01"
            b"\x31\x82\x07\xf8" + digest * 136 + b"\x30\x80" + name
            + b"\x01\xa0\x80\x04\x84" + len(inner).to_bytes(4, "big")
            + inner + b"\0\0" * 5)
    return raw(mail, "application/pkcs7-mime; name=smime.p7m",
               base64.encodebytes(file).decode(), (), "base64")


def alternative(mail):
    return raw(mail, "multipart/alternative; boundary=b",
               "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
               "明日の会議の件です。\r\n--b\r\nContent-Type: %s\r\n\r\n%s"
               "\r\n--b--" % (HTML, page(mail)), encoding=None)


def under(heading):
    """The lure as if somebody else had sent it on, links and all."""
    def build(mail):
        text = messages.plain_text(messages.refang_all(mail))
        quoted = "".join("> %s\r\n" % line for line in text.splitlines())
        return raw(mail, "text/plain; charset=utf-8",
                   heading % {"text": text, "quoted": quoted})
    return build


def barred(heading):
    """The same behind bars, or as what is said to have been written."""
    def build(mail):
        text = messages.plain_text(messages.refang_all(mail))
        lines = text.splitlines()
        return raw(mail, "text/plain; charset=utf-8", heading % {
            "barred": "".join("| %s\r\n" % line for line in lines),
            "folded": "".join("On %s\r\nwrote:\r\n> x\r\n" % line
                              for line in lines)})
    return build


def in_page(front_of):
    def build(mail):
        return raw(mail, HTML, page(mail)
                   .replace("<body>", "<body>" + front_of + "<blockquote>")
                   .replace("</body>", "</blockquote></body>"))
    return build


FORWARDED = ("---------- Forwarded message ---------\r\n"
             "From: Support <support@corp.example>\r\n"
             "Date: Mon, 9 Feb 2026\r\nSubject: x\r\nTo: y\r\n\r\n%(text)s")

NOTICE = ("フィッシング詐欺が増えています。ご注意ください。"
          "不審なメールは開かずに削除してください。")

# A warning as an IT desk writes it, which nothing that can be acted on may
# stand beside.
WARNED = ("当社を騙る不審なメールと偽サイトにご注意ください。"
          "リンクをクリックしないでください。\r\n"
          "hxxps://card-check[.]example/ hxxps://●●●.example/login\r\n")
# Two of the samples show no link of their own: a button, lost on the way.
BUTTON = "<a href='https://sign-in.example.cn/'>アップグレード</a>"

TRICKS = {
    "quoted": under("ご確認ください。\r\n\r\n%(quoted)s"),
    "quoted whole": under("%(quoted)s"),
    "forwarded": under(FORWARDED),
    "forwarded with a notice": under(NOTICE + "\r\n\r\n" + FORWARDED),
    "quoted with a notice": under(NOTICE + "\r\n\r\n%(quoted)s"),
    "others are frauds": under(
        "下記以外のメールは詐欺メールです。クリックしないでください。\r\n\r\n"
        + FORWARDED),
    "answered at the end": under(
        "%(quoted)s\r\nこのメールは詐欺メールです。"
        "クリックせずに削除してください。\r\n"),
    "barred": barred("ご確認ください。\r\n\r\n%(barred)s"),
    "barred whole": barred("%(barred)s"),
    "barred with a notice": barred(NOTICE + "\r\n\r\n%(barred)s"),
    "barred and attributed": barred(
        NOTICE + "\r\n\r\nOn Mon, 9 Feb 2026 at 10:00, Taro Tanaka\r\n"
        "<taro@corp.example>\r\nwrote:\r\n\r\n%(barred)s"),
    "barred and answered at the end": barred(
        "%(barred)s\r\nこのメールは詐欺メールです。"
        "クリックせずに削除してください。\r\n"),
    "in an attribution": barred("%(folded)s"),
    "in an attribution with a notice": barred(
        NOTICE + "\r\n\r\n%(folded)s"),
    "in a quotation": in_page("<p>転送します。</p>"),
    "under a warning": front("<p>%s</p>%s" % (WARNED, BUTTON)),
    "quoted under a warning": in_page("<p>%s</p>%s" % (WARNED, BUTTON)),
    "under a warning, with its link": under(
        WARNED + "\r\n%(text)s\r\nhttps://sign-in.example.cn/"),
    "under a warning, by telephone": under(
        WARNED + "\r\n%(text)s\r\n電話 050-1234-5678"),
    "under a warning, by mail": under(
        WARNED + "\r\n%(text)s\r\n本メールにご返信ください。"),
    "under a warning, to a mailbox": under(
        WARNED + "\r\n%(text)s\r\n窓口: desk@sign-in.com"),
    "under a warning, with a host": under(
        WARNED + "\r\n%(text)s\r\nsign-in-now.com"),
    "no scheme": href(lambda u: re.sub(r"^https?:", "", u)),
    "two backslashes": href(lambda u: re.sub(r"^https?://", r"\\\\\\\\", u)),
    "capital scheme": href(lambda u: u.replace("http", "HTTP")),
    "user": href(lambda u: u.replace("://", "://www.example.com@")),
    "port": href(lambda u: re.sub(r"(://[^/]*)", r"\1:8443", u)),
    "dot behind host": href(lambda u: re.sub(r"(://[^/]*)", r"\1.", u)),
    "wide dots": href(lambda u: re.sub(
        r"(://[^/]*)", lambda m: m[1].replace(".", "。"), u)),
    "encoded host": href(lambda u: re.sub(
        r"://([^/]*)", lambda m: "://" + "".join("%%%02x" % ord(c)
                                                 for c in m[1]), u)),
    "detours": href(lambda u: re.sub(r"(://[^/]*/)", r"\1.//x/%2e%2E/", u)),
    "references": href(lambda u: "".join("&#%d;" % ord(c) for c in u)),
    "open redirect": href(lambda u: "https://www.google.com/url?q="
                          + u.replace("&", "%26").replace("?", "%3f")),
    "pictures": front("<img src='https://ok.example/'>" * 9000),
    "empty anchors": front("<a href='https://ok.example/'></a>" * 3000),
    "deep": front("<div>" * 400),
    "unseen letters": between("&#8203;"),
    "soft hyphens": between("&shy;"),
    "empty tags": between("<i></i>"),
    "words in pictures": written(
        lambda p: '<img src="https://ok.example/" alt="%s">'
        % p.strip().replace('"', "&quot;")),
    "for phones alone": lambda mail: raw(
        mail, HTML, "<style>@media (max-width: 480px)"
        "{.m{display:block !important}}</style>" + page(mail)
        .replace("<body>", "<body><div class=m style='display:none'>")
        .replace("</body>", "</div></body>")),
    "from right to left": written(
        lambda p: '<span style="unicode-bidi:bidi-override;direction:rtl">'
        + html.escape(html.unescape(p)[::-1]) + "</span>"),
    "behind an override": written(
        lambda p: "&#8238;" + html.escape(html.unescape(p)[::-1])
        + "&#8236;"),
    "pictures between letters": between(
        '<img src="https://ok.example/" alt="q">'),
    "hidden letters": between('<i style="display:none">q</i>'),
    "white report": around('<p style="color:#fff">%s</p>'),
    "clear report": around('<p style="color:rgba(0,0,0,0)">%s</p>'),
    "far report": around('<p style="position:absolute;left:-9999px">%s</p>'),
    "comment in a word": inside('<div style="dis/**/play:none">'),
    "escaped digit": inside('<div style="font-size:\\30">'),
    "cell of no height": inside(
        '<table><tr><td style="height:0;overflow:hidden">'),
    "stray bracket": inside(
        "<style>} .q{display:none}</style><div class=q>"),
    "rule in a rule": inside(
        "<style>.q{display:none;&{display:block}}</style><div class=q>"),
    "moved for some": inside(
        '<div style="position:absolute;left:-9999px">'),
    "moved by a transform": inside('<div style="transform:scale(0)">'),
    "first line moved": inside('<div style="text-indent:-9999px"><br>'),
    "invisible for some": inside('<div style="visibility:hidden">'),
    "out of its ground": inside('<div style="background:#000;height:0">'),
    "floating letters": between(
        '<i style="float:left;width:0;overflow:hidden">q</i>'),
    "letters of a sum": between(
        '<i style="font-size:calc(1px - 1px)">q</i>'),
    "letters in columns": between(
        '<i style="display:table-column">q</i>'),
    "letters moved for some": between(
        '<i style="position:absolute;left:-9999px">q</i>'),
    "many fields": lambda m: raw(m, HTML, page(m), ["X-A: b"] * 6000),
    "empty line on top": lambda m: b"\r\n" + raw(m, HTML, page(m)),
    "two encodings": lambda m: raw(
        m, HTML, coded(m), ["Content-Transfer-Encoding: 7bit"], "base64"),
    "7bit, then base64": lambda m: raw(
        m, HTML, page(m), ["Content-Transfer-Encoding: 7bit"], "base64"),
    "base64, then 7bit": lambda m: raw(
        m, HTML, page(m), ["Content-Transfer-Encoding: base64"], "7bit"),
    "three encodings": lambda m: raw(
        m, HTML, coded(m), ["Content-Transfer-Encoding: quoted-printable",
                            "Content-Transfer-Encoding: x-uuencode"],
        "base64"),
    "no encoding there is": lambda m: raw(m, HTML, page(m), (), "no-base64"),
    "stray lines": lambda m: b"stray\r\n" + raw(
        m, HTML, coded(m), (), "base64").replace(
            b"\r\n\r\n", b"\r\none\r\ntwo\r\nX: y\r\n\r\n", 1),
    "bracket in a comment": lambda m: raw(
        m, "(x\\)y) " + HTML, page(m)),
    "fifth boundary": lambda m: raw(
        m, "multipart/mixed; boundary=a; boundary=c; boundary=d; "
        "boundary=e; boundary=b", "--a\r\n\r\n明日の会議の件です。\r\n"
        "--a--\r\n--b\r\nContent-Type: %s\r\n\r\n%s\r\n--b--"
        % (HTML, page(m)), encoding=None),
    "signed with many digests": signed,
    "quoted encoding": lambda m: raw(m, HTML, coded(m), (), '"base64"'),
    "commented encoding": lambda m: raw(m, HTML, coded(m), (), "(x)base64"),
    "two types": lambda m: raw(m, HTML, page(m),
                               ["Content-Type: application/pdf"]),
    "two senders": lambda m: raw(m, HTML, page(m),
                                 ["From: Tanaka <tanaka@corp.example>"]),
    "two subjects": lambda m: raw(m, HTML, page(m),
                                  ["Subject: 明日の会議の件です"]),
    "empty subject": lambda m: raw(m, HTML, page(m), ["Subject:"]),
    "marks in words": lambda m: raw(m, HTML, page(m)).replace(
        b"?=\r\nMIME-Version", b"??=\r\nMIME-Version"),
    "no charset": lambda m: raw(m, "text/html; charset=us-ascii", page(m)),
    "page as file": attached("application/octet-stream", "a.html"),
    "picture as file": attached("image/svg+xml", "a.svg"),
    "prefixed file": prefixed,
    "clean alternative": alternative,
}


@pytest.mark.parametrize("trick", sorted(TRICKS))
def test_no_trick_hides_a_lure(scan_many, trick):
    mails = [(TRICKS[trick](sample), {}) for sample in samples.SAMPLES]
    verdicts = scan_many(mails, at=TODAY)
    missed = ["%s: %s" % (sample["id"], verdict.score)
              for sample, verdict in zip(samples.SAMPLES, verdicts)
              if verdict.score < ADD_HEADER]
    assert not missed
