# SPDX-License-Identifier: Apache-2.0
"""Regular expressions that cost without end: refused by the check, bounded
where the check could not know, and told in the verdict."""

import json
import subprocess

import pytest

from daemon import program

PACK = """\
pack: 1
kind: campaign
id: slow
title: x
revision: 1
status: stable
mode: score
created: 2026-01-01
expires: 2099-12-31
severity: high
confidence: high
tlp: clear
references: [https://report.example/]
groups:
  lure:
    score: 7
    body: 're:%s'
when: lure
tests:
  - name: a
    expect: match
    mail: {from: a@b.example, subject: x, body: %s}
  - name: b
    expect: clean
    mail: {from: a@b.example, subject: something else, body: y}
"""


def run(*words, **more):
    return subprocess.run([program("sekisho"), *map(str, words)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=120, **more)


@pytest.mark.parametrize("regex,text", [
    ("(a+)+b", "aab"), ("(?:x+x+)+y", "xxy"), ("(.*)*end", "end"),
    # Only letters of the regex were tried once, and none behind others.
    ("abc(a+)+b", "abcab"), ("口座(?:[あ-ん]+)+!", "口座あ!"),
    (r"(?:\p{Han}+\p{Han}+)+!", "漢字!"), (r"(?:\p{Thai}+)+!", "ก!"),
    ("(?:-|--)+x", "-x"), (r"(?:\S+\s*)+!!", "a!!"), ("(?:[-_]+)+=", "-="),
    ("x:(?:[a-z]+)*;", "x:a;"), (r"(?:\w|\d)+x", "ax"),
    # Half a second for each long mail, by the square of its words.
    (r"(?:\S+\s+)*end", "a end"), (r"(?:\w+ )+;", "a ;"), (r"(?:.|\n)*end", "end"),
    # The first branch was tried alone once.
    ("(?:a|b|ab)*c", "ab c"), ("(?:お|お客|客)*様", "お客様"),
    ("x(?:(?:a|b|ab))*c", "xac"), ("(?:ab|cd|abcd)+!", "abcd!"),
])
def test_a_regex_without_end_is_refused_with_the_reason(tmp_path, regex,
                                                        text):
    pack = tmp_path / "slow.pack.yaml"
    pack.write_text(PACK % (regex, text))
    done = run("check", pack)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode != 0
    assert "backtracks without end" in said and "P02" in said
    assert "slow.pack.yaml:17:" in said


@pytest.mark.parametrize("regex,text", [
    (r"(?:[a-z0-9-]+\.)+xyz", "a.b.xyz"), (r"(?:\d{1,3},)*\d{1,3}円", "1,200円"),
    ("(?:お支払い|ご確認).{0,40}(?:停止|制限)", "お支払いの停止"),
    (r"(?:\S+\s+){0,20}end", "a end"), (r"^(?:\w+ )+end", "a end"),
    (r"件名(?:.|\n)*?終わり", "件名 終わり"), (r"[^<]+end", "a end"), (r"(?:\d+ )+円", "1 円"),
    ("(?:月|火|水|木|金)+曜", "月曜"), ("(?:お客様|会員様|各位|お知らせ)*へ", "お客様へ"),
    (r"^[\w.+-]+@[\w-]+\.[\w.-]+$", "a@b.example"),
])
def test_honest_repeats_are_not_taken_for_endless(tmp_path, regex, text):
    pack = tmp_path / "fine.pack.yaml"
    pack.write_text(PACK % (regex, text))
    done = run("check", pack)
    assert "P02" not in (done.stdout + done.stderr).decode()


@pytest.mark.parametrize("regex", ["a*", "(?:口座)?", ".{0,40}", "^", "x|", "(?=y?)"])
def test_a_regex_that_takes_nothing_is_refused(tmp_path, regex):
    """It fired on every mail, and was only said to need no text."""
    pack = tmp_path / "all.pack.yaml"
    pack.write_text(PACK % (regex, "abc"))
    done = run("check", "--no-tests", pack)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode != 0 and "P11" in said and "matches any text" in said


@pytest.mark.parametrize("regex", ["a+", "^$", "^.{0,40}$", "(?!.*口座)x*", r"\b", "^.?$"])
def test_what_asks_for_something_takes_nothing(tmp_path, regex):
    pack = tmp_path / "some.pack.yaml"
    pack.write_text(PACK % (regex, "abc"))
    done = run("check", "--no-tests", pack)
    assert "P11" not in (done.stdout + done.stderr).decode()


def test_a_regex_without_end_in_a_link_is_refused(tmp_path):
    """Those inside objects about a link were never tried."""
    pack = tmp_path / "slow.pack.yaml"
    pack.write_text((PACK % ("x", "x")).replace(
        "body: 're:x'", "link:\n      - {not: {path: 're:/(a+)+b'}}"))
    done = run("check", pack)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode != 0 and "P02" in said


# What leads up to a loop is guessed, and back references are not.
KANJI = r"(題)\1(?:\p{Han}+\p{Han}+)+(?<=字)!"


@pytest.mark.parametrize("lang,told", [
    ("en", "ran into their bounds"), ("ja", "正規表現"),
])
def test_one_that_gets_through_is_bounded_and_told(tmp_path, lang, told):
    (tmp_path / "slow.pack.yaml").write_text(PACK % (KANJI, "題題漢字!"))
    mail = ("From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; "
            "charset=utf-8\r\n\r\n題題" + "漢" * 3000 + "!\r\n").encode()
    words = ["scan", "--packs", tmp_path, "--lang", lang]
    done = run(*words, "--json", "-", input=mail)
    reply = json.loads(done.stdout)
    assert '"limits":["regex"]' in json.dumps(reply, separators=(",", ":"))
    said = run(*words, "-", input=mail).stdout.decode()
    assert told in said
    assert run(*words, "-", input="Subject: x\r\n\r\n題題漢字!\r\n".encode()) \
        .stdout.decode().count(told) == 0


@pytest.mark.parametrize("middle", [
    "when: lure and not slow", "when: lure and slow",
])
def test_one_that_is_cut_short_is_undecided(tmp_path, middle):
    """It counted as false once: what it should have silenced fired."""
    pack = PACK.replace("when: lure", "  slow:\n    body: 're:%s'\n%s"
                        % (KANJI, middle))
    (tmp_path / "slow.pack.yaml").write_text(pack % ("lureword", "lureword"))
    mail = ("From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; "
            "charset=utf-8\r\n\r\nlureword\r\n%s\r\n")
    words = ["scan", "--packs", tmp_path, "--json", "-"]
    cut = mail % ("題題" + "漢" * 3000 + "!")
    reply = json.loads(run(*words, input=cut.encode()).stdout)
    assert not reply["symbols"], reply
    assert reply["sekisho"]["unknown"] == ["body"]
    plain = json.loads(run(*words, input=(mail % "題題").encode()).stdout)
    assert bool(plain["symbols"]) == ("and slow" not in middle)


def test_an_exception_that_is_cut_short_silences_nothing(tmp_path):
    """Whoever writes the mail could once choose to be excepted."""
    pack = PACK.replace("when: lure", "when: lure\nexceptions:\n"
                        "  ok: {body: 're:%s', note: x}" % KANJI)
    (tmp_path / "slow.pack.yaml").write_text(pack % ("lureword", "lureword"))
    mail = ("From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; "
            "charset=utf-8\r\n\r\nlureword\r\n%s\r\n"
            % ("題題" + "漢" * 3000 + "!"))
    reply = json.loads(run("scan", "--packs", tmp_path, "--json", "-",
                           input=mail.encode()).stdout)
    assert reply["symbols"], reply
    assert reply["sekisho"]["unknown"] == ["body"]


def test_a_header_that_cuts_a_regex_short_leaves_it_undecided(tmp_path):
    pack = PACK.replace("when: lure", "  slow:\n    header: {X-A: 're:%s'}\n"
                        "when: lure and not slow" % KANJI)
    (tmp_path / "slow.pack.yaml").write_text(pack % ("lureword", "lureword"))
    mail = "From: a@b.example\r\nX-A: %s\r\n\r\nlureword\r\n"
    words = ["scan", "--packs", tmp_path, "--json", "-"]
    for text, fires in [("題題" + "漢" * 3000 + "!", False), ("題題", True)]:
        reply = json.loads(run(*words, input=(mail % text).encode()).stdout)
        assert bool(reply["symbols"]) == fires
