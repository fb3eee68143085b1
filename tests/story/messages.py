# SPDX-License-Identifier: Apache-2.0
"""Mails from descriptions: the same text in every charset, form and
transfer encoding.  Built by hand, since the point is to write them the way
senders do and not the way a library would."""

import base64
import html
import quopri
import re

CHARSETS = ("utf-8", "iso-2022-jp", "shift_jis", "euc-jp")
FORMS = ("plain", "html", "both")

# Python's codec behind a label: what senders call Shift_JIS is CP932.
CODECS = {"utf-8": "utf-8", "iso-2022-jp": "iso2022_jp",
          "shift_jis": "cp932", "euc-jp": "euc_jp"}

# The usual way of a charset when nothing else is asked for.
USUAL = {"utf-8": "base64", "iso-2022-jp": "7bit",
         "shift_jis": "quoted-printable", "euc-jp": "8bit"}


def refang(text):
    """Samples are kept defanged: the repository holds no live link."""
    text = re.sub(r"hxxp(s?)://", r"http\1://", text)
    return text.replace("[.]", ".").replace("[@]", "@")


def refang_all(value):
    if isinstance(value, str):
        return refang(value)
    if isinstance(value, dict):
        return {k: refang_all(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(refang_all(v) for v in value)
    return value


def encode(text, charset, errors="replace"):
    if charset == "shift_jis":
        text = text.replace("\u301c", "\uff5e")
    return text.encode(CODECS[charset], errors)


def encoded_words(text, charset):
    """RFC 2047, a dozen characters a word; ASCII stays as it is."""
    if text.isascii():
        return text
    words = []
    for at in range(0, len(text), 12):
        piece = base64.b64encode(encode(text[at:at + 12], charset))
        words.append("=?%s?B?%s?=" % (charset, piece.decode()))
    return "\r\n ".join(words)


def mailbox(sender, charset):
    """(name, address) or an address alone, or a raw field in one string."""
    if isinstance(sender, str):
        return sender
    name, address = sender
    if name.isascii():
        name = '"%s"' % name.replace('"', '\\"')
    else:
        name = encoded_words(name, charset)
    return "%s <%s>" % (name, address)


def plain_text(mail):
    lines = list(mail.get("body", ()))
    for text, href in mail.get("links", ()):
        lines += [text, href]
    return "\r\n".join(lines) + "\r\n"


def html_text(mail, charset):
    out = ["<html><head><meta charset=\"%s\"></head><body>" % charset]
    for line in mail.get("body", ()):
        line = html.escape(line, quote=False)
        line = re.sub(r"https?://[\x21-\x7e]+",
                      lambda m: '<a href="%s">%s</a>' % (m[0], m[0]), line)
        out.append("<p>%s</p>" % line)
    for text, href in mail.get("links", ()):
        out.append('<p><a href="%s">%s</a></p>'
                   % (html.escape(href), html.escape(text)))
    out.append("</body></html>")
    return "\r\n".join(out) + "\r\n"


def part(kind, text, charset, encoding):
    errors = "xmlcharrefreplace" if kind == "html" else "replace"
    body = encode(text, charset, errors)
    encoding = encoding or USUAL[charset]
    if encoding == "base64":
        body = base64.encodebytes(body).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        body = quopri.encodestring(body.replace(b"\r\n", b"\n"))
        body = body.replace(b"\n", b"\r\n")
    head = ("Content-Type: text/%s; charset=%s\r\n"
            "Content-Transfer-Encoding: %s\r\n" % (kind, charset, encoding))
    return head.encode(), body


def content(mail, charset, form, encoding):
    plain = part("plain", plain_text(mail), charset, encoding)
    mark_up = part("html", html_text(mail, charset), charset, encoding)
    if form == "plain":
        return plain
    if form == "html":
        return mark_up
    pieces = b"".join(b"--=_one\r\n" + head + b"\r\n" + body + b"\r\n"
                      for head, body in (plain, mark_up))
    head = b'Content-Type: multipart/alternative; boundary="=_one"\r\n'
    return head, pieces + b"--=_one--\r\n"


def build(mail, charset="utf-8", form="plain", encoding=None):
    """The bytes of a mail.  Keys: sender, to, subject, body (lines), links
    ((text, href) pairs), headers ((name, value) pairs, put on top)."""
    mail = refang_all(mail)
    lines = ["%s: %s" % (name, value)
             for name, value in mail.get("headers", ())]
    lines += [
        "From: " + mailbox(mail["sender"], charset),
        "To: <%s>" % mail.get("to", "taro@victim.example"),
        "Subject: " + encoded_words(mail.get("subject", ""), charset),
        "Date: " + mail.get("date", "Mon, 09 Feb 2026 05:08:00 +0900"),
        "Message-ID: <story.1@mail.example>",
        "MIME-Version: 1.0",
    ]
    head, body = content(mail, charset, form, encoding)
    return ("\r\n".join(lines) + "\r\n").encode() + head + b"\r\n" + body


def envelope(mail):
    """What the gateway would say: keys ip, helo, rdns, mail_from, rcpt."""
    said = dict(mail.get("envelope", {}))
    said.setdefault("rcpt", mail.get("to", "taro@victim.example"))
    return refang_all(said)
