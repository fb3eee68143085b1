# SPDX-License-Identifier: Apache-2.0
"""What is known of the collected mails: the texts and the numbers of files
that the parser they were collected for expects, and what Python's own reader
says of the others."""

import email
import email.policy
import email.utils
import hashlib
import html.parser
import os
import re

HARE, HASEN, STORK = ("files__hareandtortoise.txt",
                      "files__HasenundFrosche.txt",
                      "files__farmerandstork.txt")
DE = "Die Hasen und die Frösche"
OUTLOOK, NETSCAPE = " (Microsoft Outlook 00)", " (Netscape Communicator 4.7)"
MESSENGER = " (Netscape Messenger 4.7)"
TEST_OUTLOOK = "Test message from Microsoft Outlook 00"
TEST_NETSCAPE = "Test message from Netscape Communicator 4.7"
TORTOISE = "The Hare and the Tortoise"

# name -> subject, text, text of the page, attached files; None: not said
EXPECTED = {
    **{"m%04d" % n: (DE + OUTLOOK, HASEN, None, None)
       for n in (*range(1, 11), 23)},
    "m0011": (TEST_OUTLOOK, HARE, None, 3),
    "m0012": (TEST_OUTLOOK, None, None, 1),
    "m0013": (TEST_OUTLOOK, None, None, 2),
    "m0014": (TEST_OUTLOOK, HARE, HARE, None),
    "m0015": (TEST_OUTLOOK, HARE, HARE, 2),
    "m0016": (TEST_OUTLOOK, HARE, HARE, 2),
    "m0017": (TEST_OUTLOOK, HARE, HARE, 3),
    "m0018": (TEST_OUTLOOK, HARE, None, 3),
    "m0019": (TEST_OUTLOOK, HARE, HARE, 2),
    "m0020": (TEST_OUTLOOK, HARE, HARE, 2),
    "m0021": (TEST_OUTLOOK, HARE, None, 3),
    "m0022": ("long att", None, None, 1),
    "m0024": ("Persil, abeilles ...", None, None, 1),
    "m1001": (DE + NETSCAPE, HASEN, None, None),
    "m1002": (DE + NETSCAPE, HASEN, HASEN, None),
    "m1003": (TEST_NETSCAPE, HASEN, None, 3),
    "m1004": (TEST_NETSCAPE, HASEN, HASEN, 2),
    "m1005": (DE + MESSENGER, None, HASEN, 4),
    "m1006": (TEST_NETSCAPE, None, HASEN, 4),
    "m1007": (TEST_NETSCAPE, HARE, None, None),
    "m1008": (TEST_NETSCAPE, HARE, None, None),
    "m1009": (TEST_NETSCAPE, HARE, None, 2),
    "m1010": (None, HASEN, None, None),
    "m1012": (DE, HASEN, None, None),
    "m1013": (TEST_NETSCAPE, None, None, 1),
    "m1014": (TEST_NETSCAPE, HARE, None, 3),
    "m1015": (TEST_NETSCAPE, HARE, None, None),
    "m1016": (TEST_NETSCAPE, STORK, None, None),
    "m2001": (DE, HASEN, None, None),
    "m2002": (DE, HASEN, HASEN, None),
    "m2003": (DE, None, HASEN, None),
    "m2004": (DE, None, HASEN, 2),
    "m2005": (DE, None, HASEN, 4),
    "m2006": (DE, None, HASEN, 2),
    "m2007": (DE, None, HASEN, 4),
    "m2008": (DE, None, None, 4),
    "m2009": (DE, None, HASEN, 2),
    "m2010": (TORTOISE, HARE, None, 2),
    "m2011": (DE, HASEN, None, None),
    "m2012": (DE, HASEN, None, 3),
    "m2013": (DE, HASEN, None, 2),
    "m2014": (DE, HASEN, None, None),
    "m2015": (DE, HASEN, None, None),
    "m2016": (TORTOISE, HARE, None, None),
    "m3001": ("Test message from PINE", None, None, 2),
    "m3002": (DE, HASEN, None, None),
    "m3003": ("PNG graphic", None, None, 1),
    "m3004": (DE, None, None, 1),
    "m3007": (TORTOISE, HARE, None, 3),
}


# Broken mails that Python gives up on, and what stands in them: subject,
# addresses in From, a piece of the text, a piece of the page, the files or
# their number.  All but what is named here is still compared with Python.
BETTER = {
    "low-quality-bad-header-wrap.raw": {"files": [b"<html>\n"]},
    "mail-epilogue-sample.raw": {"files": [b"<html>\n"]},
    "parts-extra-base64-character.raw": {
        "text": "Hello World!", "page": "<p>Hello World</p>"},
    "m2011.txt": {"files": 2},  # in BinHex, which Python leaves alone
    "mail-non-mime-missing-charset.raw": {"page": "Unencoded Euro Sign: "},
    "mime_emails__raw_email_with_binary_encoded.eml": {
        "text": "", "files": 1},
    "mime_emails__raw_email_with_illegal_boundary.eml": {
        "text": "This is an outlook test", "page": "<!DOCTYPE HTML PUBLIC"},
    "plain_emails__mix_caps_content_type.eml": {"from": ["bb@bug.com"]},
    "plain_emails__raw_email_bad_time.eml": {
        "text": "scanned for viruses", "page": "<!DOCTYPE HTML PUBLIC"},
    "plain_emails__raw_email_incorrect_header.eml": {
        "subject": "Stop adware/spyware once and for all.",
        "text": "You are infected with: "},
    # RFC 2822, A.5: blanks and comments wherever they may stand
    "rfc2822__example13.eml": {
        "subject": "Saying Hello", "from": ["jdoe@machine.example"],
        "text": "This is a message just to say hello."},
    # RFC 6532
    "rfc6532__utf8_headers.eml": {"from": ["jdöe@xn--mchine-bua.example"]},
    "m0018.txt": {"text": "Slow but steady wins the race", "files": 3},
    "issue116": {"subject": "ЖД№41 от 28.09.2016"},
    # its folds are lost: Python ends the header at the first of them
    "issue84": {"subject": "Re: [PHP-DEV] [RFC] Remove PHP 4 Constructors",
                "from": ["tyra3l@gmail.com"], "text": "+1 from me."},
    "issue126": {"text": "Maria", "files": 1},
    # a message in base64
    "issue274.eml": {"text": "j'ai été invité à déjeûner",
                     "page": "<b>j'ai été invité à déjeûner</b>",
                     "files": 9},
    "mail_malformed_2": {"text": "delivery problems", "files": 1},
    "mail_malformed_3": {"text": "", "page": "<table"},
    "mail_test_19": {"from": ["bob@example.com"]},
}


def squeeze(text):
    """Without blanks: where lines are broken is no matter of reading."""
    return re.sub(r"[\s\0\ufeff\u200b]+", "", text or "")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def mails(shared):
    """Every mail of the collections, by its path."""
    for top in ("arc", "mime", "phishing"):
        for folder, _, names in sorted(
                os.walk(os.path.join(shared, "data", top))):
            for name in sorted(names):
                if not name.startswith("files__"):
                    yield os.path.join(folder, name)


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "href" and tag in ("a", "area") and value:
                self.found.append(re.sub(r"[\r\n\t]", "", value.strip()))


def links_of(kind, text):
    if kind == "text/html":
        page = Links()
        page.feed(text)
        page.close()
        found = page.found
    else:
        found = re.findall(r"https?://[^\s<>\"'(){}\[\]|\\^`]+", text)
    return {re.sub(r"^(https?://[^/?#\s]*?)[.,;:]*$", r"\1", u) for u in found
            if re.match(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}", u)}


LABELS = {"us-ascii": "ascii", "iso-8859-1": "cp1252", "latin-1": "cp1252",
          "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
          "shift_jis": "cp932", "shift-jis": "cp932",
          "ks_c_5601-1987": "cp949", "euc-kr": "cp949"}


class Reference:
    """A mail as Python's email package reads it.  is_whole: it found nothing
    wrong, and nothing stands in it that it does not know."""

    def __init__(self, raw):
        self.message = email.message_from_bytes(
            raw, policy=email.policy.default)
        head = re.split(rb"\r?\n\r?\n", raw, 1)[0]
        self.subject = self.header("subject")
        self.is_whole = all(byte < 0x80 for byte in head) and \
            "\ufffd" not in self.subject and "=?" not in self.subject and \
            len(self.message.get_all("content-type", ())) < 2
        # only what is an address, in letters that Python knows as such
        self.addresses = [
            a.addr_spec for a in getattr(
                self.message["from"], "addresses", ())
            if a.addr_spec.isascii() and "@" in a.addr_spec and
            not a.addr_spec.startswith('"')]
        self.texts, self.pages, self.files = [], [], []
        self.links = set()
        self.note(self.message)
        self.is_whole = self.is_whole and not any(
            getattr(value, "defects", ())
            for key, value in self.message.items()
            if key.lower() in ("subject", "from", "content-type"))

    def header(self, name):
        value = self.message[name]
        return "" if value is None else str(value)

    def note(self, part):
        kind = part.get_content_type()
        self.is_whole = self.is_whole and not part.defects
        if kind == "message/delivery-status":
            return  # blocks of fields here, a file to others
        if part.is_multipart():
            for child in part.get_payload():
                self.note(child)
            return
        content = part.get_payload(decode=True) or b""
        self.is_whole = self.is_whole and not part.defects
        if part.get_content_maintype() == "multipart":
            kind = "text/plain"  # no part in it was found: it is text
            content = (part.get_payload() or "").encode(
                "utf-8", "surrogateescape")
        if part.get_content_disposition() not in (None, "inline") or \
                not kind.startswith("text/"):
            self.files.append(hashlib.sha256(content).hexdigest())
            return
        # older than MIME, and unknown to Python's reader
        if re.search(rb"^begin [0-7]{3,4} \S", content, re.M):
            self.is_whole = False
        self.note_text(kind, self.decode(part, content))

    def decode(self, part, content):
        charset = part.get_content_charset("us-ascii")
        charset = LABELS.get(charset, charset)
        if charset in ("ascii", "cp1252") and any(b >= 0x80 for b in content):
            # what all that guess agree on: this is no chance
            try:
                text = content.decode("utf-8")
                self.is_whole = False
                return text
            except ValueError:
                pass
        for label in (charset, "utf-8"):
            try:
                return content.decode(label)
            except (LookupError, ValueError):
                self.is_whole = False
        return content.decode("ascii", "replace")

    def note_text(self, kind, text):
        self.links |= links_of(kind, text)
        (self.pages if kind == "text/html" else self.texts).append(text)
