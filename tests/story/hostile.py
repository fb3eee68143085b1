# SPDX-License-Identifier: Apache-2.0
"""Mail that means harm, from a seed: one class a way of attack, each message
the same for the same seed and number.  And a player that hands it to a
daemon on this machine, by each protocol, and holds every answer against what
must be true of all answers.

    hostile.py COUNT [SEED]        messages of each class, with their sizes
"""

import base64
import functools
import gzip
import io
import json
import os
import random
import re
import socket
import struct
import sys
import zipfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import miltertalk  # noqa: E402

HEAD = (b"Received: from x (x [192.0.2.%d]) by mx; Mon, 2 Feb 2026 10:00:00 "
        b"+0900\r\nFrom: a@sender.example\r\nTo: b@rcpt.example\r\n"
        b"Subject: %s\r\n")
LINK = b"https://landing.example/kit/"
CHARSETS = [
    "utf-8", "iso-2022-jp", "shift_jis", "cp932", "euc-jp", "iso-2022-kr",
    "euc-kr", "gb2312", "gbk", "gb18030", "hz-gb-2312", "big5", "utf-7",
    "utf-16", "utf-16le", "utf-16be", "utf-32", "us-ascii", "iso-8859-1",
    "iso-8859-15", "windows-1252", "koi8-r", "x-mac-japanese", "cp50221",
    "x-unknown", "", "utf8\0", "UTF-8;x", "\"", "shift-jis*ja", "none"]
CONTROLS = [b"\0", b"\r", b"\n", b"\r\r\n", b"\n\r", b"\x1b[2J", b"\x1b]0;x\7",
            b"\x7f", b"\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xff\xfe",
            b"\xc0\x80", b"\xed\xa0\x80", b"\\", b"\"", b"'", b"$5\r\nhello",
            b"*1\r\n$8\r\nFLUSHALL\r\n", b"%s%n", b"${jndi:x}", b"\t"]
ENTITIES = [b"&#x1F600;", b"&#0;", b"&#xD800;", b"&#99999999999;", b"&nbsp",
            b"&ampampamp;", b"&#x;", b"&NotEqualTilde;", b"&lt;script&gt;"]


def size(chance, most):
    """Small ones often, large ones now and then."""
    return int(most ** chance.random()) + 1


def words(chance, n):
    return b" ".join(chance.choice([
        b"account", b"password", b"\xe9\x87\x8d\xe8\xa6\x81", b"click",
        LINK, b"www.bank.example", b"a" * chance.randrange(1, 40)])
        for _ in range(n))


def plain(chance, body, subject=b"x", kind=b"text/plain; charset=utf-8",
          extra=b""):
    return (HEAD % (chance.randrange(256), subject) + extra +
            b"MIME-Version: 1.0\r\nContent-Type: " + kind + b"\r\n\r\n" +
            body + b"\r\n")


def parts(chance):
    n = size(chance, 3000)
    kinds = [b"text/plain", b"text/html", b"image/png", b"message/rfc822", b"",
             b"multipart/mixed", b"application/octet-stream"]
    body = b"".join(b"--b\r\nContent-Type: %s\r\n\r\n%s\r\n" % (
        chance.choice(kinds), b"x" * chance.randrange(3)) for _ in range(n))
    return plain(chance, body + (b"--b--" if chance.random() < .5 else b""),
                 kind=b"multipart/mixed; boundary=b")


def depth(chance):
    n = size(chance, 2000)
    way = chance.randrange(3)
    if way == 0:
        body = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary="
                        b"b%d\r\n\r\n" % (i, i + 1) for i in range(n))
        return plain(chance, body + LINK, kind=b"multipart/mixed; boundary=b0")
    if way == 1:
        return plain(chance, b"Content-Type: message/rfc822\r\n\r\n" * n +
                     LINK, kind=b"message/rfc822")
    text = LINK
    for _ in range(min(n, 20)):
        text = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: " \
            b"base64\r\n\r\n" + base64.encodebytes(text)
    return plain(chance, text[text.index(b"\r\n\r\n") + 4:],
                 kind=b"message/rfc822",
                 extra=b"Content-Transfer-Encoding: base64\r\n")


def headers(chance):
    n = size(chance, 4000)
    way = chance.randrange(7)
    extra = [
        lambda: b"X-%d: y\r\n" % chance.randrange(99) * n,
        lambda: b"X-Long: " + b"z" * (n * 20) + b"\r\n",
        lambda: b"X-Folds:" + b"\r\n\t" * n + b"x\r\n",
        lambda: b"Content-Disposition: attachment" + b"".join(
            b"; filename*%d*=%%41\"%%" % chance.randrange(n + 1)
            for _ in range(n)) + b"\r\n",
        lambda: b"X-Words: " + b"=?utf-8?b?44GC?= " * n + b"\r\n",
        lambda: b"Cc: " + b"(((\"@<>,;:" * n + b"\r\n",
        lambda: b"To: " + b"group: a@b.example, \"x\" <c@d.example>;, " * n +
        b"\r\n"][way]()
    return plain(chance, words(chance, 5), extra=extra)


def html(chance):
    n = size(chance, 8000)
    way = chance.randrange(8)
    body = [
        lambda: b"<div>" * n,
        lambda: b"<a " + b"".join(b"a%d=\"" % i for i in range(n)) + b">",
        lambda: b"".join(chance.choice(ENTITIES) for _ in range(n)),
        lambda: b"<!--" * n + b"-->",
        lambda: b"<style>" + b"a{b:url(" * n + b"</style>" + b"<p style=\"" +
        b"/*" * n + b"color:red\">",
        lambda: b"<table><tr><td>" * n + b"</b></i>" * n,
        lambda: b"<![CDATA[<?xml <x:y z=1" * n,
        lambda: b"<script>" + b"</scr<!--" * n + b"<svg><math><template>" * 50,
    ][way]()
    return plain(chance, b"<a href='" + LINK + b"'>x</a>" + body,
                 kind=b"text/html; charset=utf-8")


def urls(chance):
    n = size(chance, 4000)
    way = chance.randrange(6)
    body = [
        lambda: b"".join(b"http://h%d.example/%d " % (i, i)
                         for i in range(n)),
        lambda: b"https://r.example/?u=" * n + LINK,
        lambda: b"http://" + b"a." * n + b"example/",
        lambda: b"http://x.example/" + b"%25" * n,
        lambda: b"http://" + b"@" * n + b"xn--" + b"a" * n + b".example",
        lambda: b"hxxp[:]//[.]" * n + b"http://[::" + b"1:" * n + b"]/",
    ][way]()
    return plain(chance, body)


def charsets(chance):
    name = chance.choice(CHARSETS).encode()
    n = size(chance, 8000)
    body = chance.choice([
        lambda: chance.randbytes(n),
        lambda: b"\x1b$B" * n,
        lambda: b"\x1b$)C\x0e" * n + b"\x0f",
        lambda: "確認してください".encode("cp932", "ignore")[:-1] * (n // 9),
        lambda: b"+" + b"AGE-" * n,
        lambda: b"~{" * n + b"~}",
    ])()
    word = b"=?%s?%s?%s?=" % (name, chance.choice([b"b", b"q", b"x"]),
                              base64.b64encode(chance.randbytes(30)))
    return plain(chance, body.replace(b"\r", b" "), subject=word,
                 kind=b"text/%s; charset=\"%s\"" % (
                     chance.choice([b"plain", b"html"]), name))


def controls(chance):
    """Into headers, addresses, names of files, links and queue ids."""
    def some():
        return b"".join(chance.choice(CONTROLS)
                        for _ in range(chance.randrange(1, 20)))
    return plain(
        chance, words(chance, 3) + some() + b" https://" + some() +
        b".example/" + some(), subject=some().replace(b"\n", b"\n "),
        kind=b"text/plain; name=\"" + some() + b"\"",
        extra=b"Message-ID: <" + some() + b"@x>\r\nFrom: " + some() + b" <" +
        some() + b"@s.example>\r\n")


def bomb(chance, n):
    """n bytes packed, that unpack to a thousand times as many."""
    way = chance.randrange(4)
    zeros = b"\0" * (n * 1000)
    if way == 0:
        return b"application/gzip", gzip.compress(zeros, 9)
    if way == 1:
        stream = zlib.compress(zlib.compress(zeros, 9), 9)
        return b"application/pdf", (
            b"%%PDF-1.5\n1 0 obj <</Filter [/FlateDecode /FlateDecode] "
            b"/Length %d>> stream\n%s\nendstream endobj\n" % (
                len(stream), stream)) * chance.randrange(1, 20)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for i in range(chance.randrange(1, 30) if way == 2 else 1):
            z.writestr("%d.doc" % i, zeros[:len(zeros) // 30 + 1])
    data = out.getvalue()
    if way == 3:  # Its directory points at one place again and again.
        at = data.rindex(b"PK\x05\x06")
        entry = data[data.index(b"PK\x01\x02"):at]
        data = data[:at] + entry * 200 + data[at:]
    return b"application/zip", data


def archives(chance):
    kind, data = bomb(chance, size(chance, 2000))
    if chance.random() < .3:
        data = data[:chance.randrange(len(data))]
    return plain(chance, b"--b\r\nContent-Type: " + kind +
                 b"; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                 base64.encodebytes(data) + b"--b--\r\n",
                 kind=b"multipart/mixed; boundary=b")


def regexes(chance):
    """Texts that make a pattern try again and again."""
    n = size(chance, 8000)
    body = chance.choice([
        lambda: b"a" * n + b"!",
        lambda: b"(" * n,
        lambda: b"\xe3\x81\x8a\xe6\x94\xaf\xe6\x89\x95" * n,
        lambda: b" " * n + b"x",
        lambda: b"1-" * n,
        lambda: b"https://" + b"a-" * n + b".example/",
        lambda: b"login/" * n,
        lambda: "ログイン後、".encode() * n + "カゴヤ".encode() * n,
    ])()
    return plain(chance, body, subject=body[:200].replace(b"\n", b""))


@functools.lru_cache(maxsize=1)
class Mutants:
    """Real mail with bits turned over, and two of them grown together."""

    def __init__(self, folders):
        paths = [path for folder in folders for path in sorted(
            os.path.join(where, name) for where, _, names in os.walk(folder)
            for name in names)]
        self.mails = []
        for path in paths[:3000]:
            if os.path.getsize(path) <= 200000:
                with open(path, "rb") as file:
                    self.mails.append(file.read())
        assert self.mails

    def __call__(self, chance):
        mail = bytearray(chance.choice(self.mails))
        other = chance.choice(self.mails)
        way = chance.randrange(5)
        if way == 0 and mail:
            for _ in range(chance.randrange(1, 50)):
                mail[chance.randrange(len(mail))] ^= 1 << chance.randrange(8)
        elif way == 1:
            mail = mail[:chance.randrange(len(mail) + 1)] + \
                other[chance.randrange(len(other) + 1):]
        elif way == 2:
            at = chance.randrange(len(mail) + 1)
            mail[at:at] = chance.choice(CONTROLS) * size(chance, 1000)
        elif way == 3:
            at = chance.randrange(len(mail) + 1)
            piece = mail[at:at + size(chance, 2000)]
            mail[at:at] = piece * size(chance, 20)
        return bytes(mail)


CLASSES = [parts, depth, headers, html, urls, charsets, controls, archives,
           regexes]


def message(seed, number, mutants):
    """Its class and its bytes."""
    chance = random.Random("%s %d" % (seed, number))
    kinds = CLASSES + [mutants]
    kind = kinds[number % len(kinds)]
    return getattr(kind, "__name__", "mutants"), kind(chance)


# The player.

class Wrong(AssertionError):
    """An answer that must not be."""


def read_exactly(s, n):
    got = b""
    while len(got) < n:
        piece = s.recv(n - len(got))
        if not piece:
            raise Wrong("closed in the middle of an answer")
        got += piece
    return got


class Http:
    def __init__(self, port):
        self.port = port
        self.socket = None
        self.rest = b""

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), 60)
        self.rest = b""

    def ask(self, mail):
        if self.socket is None:
            self.connect()
        self.socket.sendall(b"POST /checkv2 HTTP/1.1\r\nQueue-ID: 4Q\r\n"
                            b"Content-Length: %d\r\n\r\n" % len(mail) + mail)
        while b"\r\n\r\n" not in self.rest:
            piece = self.socket.recv(65536)
            if not piece:
                raise Wrong("closed without an answer")
            self.rest += piece
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        n = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
        if len(self.rest) < n:
            self.rest += read_exactly(self.socket, n - len(self.rest))
        body, self.rest = self.rest[:n], self.rest[n:]
        status = int(head.split()[1])
        if status != 200:
            raise Wrong("status %d: %r" % (status, body[:200]))
        answer = json.loads(body.decode("utf-8"))
        if not isinstance(answer["score"], (int, float)):
            raise Wrong("no score in %r" % body[:200])
        if b"connection: close" in head.lower():
            self.socket.close()
            self.socket = None


class Spamc:
    def __init__(self, port):
        self.port = port

    def ask(self, mail):
        with socket.create_connection(("127.0.0.1", self.port), 60) as s:
            s.sendall(b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n" %
                      len(mail) + mail)
            got = b""
            while True:
                piece = s.recv(65536)
                if not piece:
                    break
                got += piece
        if not re.match(rb"SPAMD/1\.\d 0 EX_OK\r\n(?:[A-Za-z-]+: [^\r\n]*"
                        rb"\r\n)*Spam: (True|False) ; -?[\d.]+ / [\d.]+\r\n",
                        got):
            raise Wrong("SPAMC answers %r" % got[:300])


class Milter:
    """What a mail server makes of a message before it hands it over."""

    def __init__(self, port):
        self.port = port

    def ask(self, mail):
        head, gap, body = mail.replace(b"\0", b" ").partition(b"\r\n\r\n")
        # A header has a name: a server sends no others.
        lines = [line for line in head.split(b"\r\n")
                 if re.match(rb"[^\s:][^:]*:", line)]
        mail = b"\r\n".join(lines or [b"X: y"]) + b"\r\n\r\n" + body
        with miltertalk.Talk(self.port) as t:
            t.negotiate()
            last = t.mail(mail, {"mail_from": "a@b.example"})[-1]
        if last is None or last[0] not in b"acdrty":
            raise Wrong("the milter ends with %r" % (last,))


FRONTS = {"http": Http, "spamc": Spamc, "milter": Milter}


def play(kind, port, seed, numbers, folders):
    """Every answer must be one; gives the bytes sent, or raises Wrong that
    tells the message."""
    front = FRONTS[kind](port)
    mutants = Mutants(tuple(folders))
    sent = 0
    for number in numbers:
        name, mail = message(seed, number, mutants)
        try:
            front.ask(mail)
        except (Wrong, OSError, ValueError) as e:
            raise Wrong("message %d (%s) of seed %s by %s: %s" % (
                number, name, seed, kind, e)) from None
        sent += len(mail)
    return sent


if __name__ == "__main__":
    count = int(sys.argv[1])
    for at in range(count):
        for chosen in CLASSES:
            made = chosen(random.Random("%s %d" % (
                sys.argv[2] if len(sys.argv) > 2 else 1, at)))
            print("%-10s %8d" % (chosen.__name__, len(made)))
