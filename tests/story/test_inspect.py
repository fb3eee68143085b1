# SPDX-License-Identifier: Apache-2.0
"""sekisho inspect, as other programs read it: the fields of a message, and
tables of cases from standard input."""

import json

MAIL = """\
From: "Shop" <a@shop.example>
Subject: =?utf-8?B?44GU5qGI5YaF?=
Content-Type: text/html; charset=utf-8

<p>new</p><p style="color:#fff">lost</p>
<a href="https://r.example/?url=https%3A%2F%2Fe.example%2Fx">go</a>
<script>location = atob("aHR0cHM6Ly9lLmV4YW1wbGUveQ==")</script>
<blockquote>old</blockquote>
""".encode()


def lines(done):
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_message_is_one_object_with_all_fields(run):
    (seen,) = lines(run("inspect", "--json", "-", stdin=MAIL))
    assert {"file", "bytes", "sha256", "subject", "from", "text", "urls",
            "attachments", "hops", "auth", "limits"} <= set(seen)
    (text,) = seen["text"]
    assert (text["part"], text["visible"]) == ("1", "new\ngo\nold")
    assert text["hidden"] == "lost"
    visible = text["visible"].encode()
    assert [visible[b:e] for b, e in text["quoted"]] == [b"old"]
    assert [(u["src"], u["host"], u["text"], u["unwrapped"])
            for u in seen["urls"]] == [
        ("a", "r.example", "go", ["https://e.example/x"]),
        ("script", "e.example", "", [])]


def test_each_line_is_a_url(run):
    seen = lines(run("inspect", "--url", stdin="\n".join((
        "http:\\\\0x7f.1\\a", "https://ＡＢ。example/", "mailto:x@y.example",
        "")).encode()))
    assert [u["valid"] for u in seen] == [True, True, False]
    assert [u["host"] for u in seen[:2]] == ["127.0.0.1", "ab.example"]


def test_a_page_and_a_charset_are_read_alone(run):
    (page,) = lines(run("inspect", "--html",
                        stdin=b"<title>t</title>a<iframe srcdoc=b>"))
    assert (page["title"], page["visible"]) == ("t", "a\nb")
    (text,) = lines(run("inspect", "--decode", "sjis",
                        stdin="関所".encode("cp932")))
    assert (text["utf8"], text["guess"]) == ("関所", False)
