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
                          check=False, timeout=60, **more)


@pytest.mark.parametrize("regex,text", [
    ("(a+)+b", "aab"), ("(?:x+x+)+y", "xxy"), ("(.*)*end", "end"),
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


# What the check tries are letters of the regex, and few of these are kanji;
# Vectorscan knows nothing of what must stand behind.
KANJI = r"(?:\p{Han}+\p{Han}+)+(?<=字)!"


@pytest.mark.parametrize("lang,told", [
    ("en", "ran into their bounds"), ("ja", "正規表現"),
])
def test_one_that_gets_through_is_bounded_and_told(tmp_path, lang, told):
    (tmp_path / "slow.pack.yaml").write_text(PACK % (KANJI, "漢字!"))
    mail = ("From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; "
            "charset=utf-8\r\n\r\n" + "漢" * 3000 + "!\r\n").encode()
    words = ["scan", "--packs", tmp_path, "--lang", lang]
    done = run(*words, "--json", "-", input=mail)
    reply = json.loads(done.stdout)
    assert '"limits":["regex"]' in json.dumps(reply, separators=(",", ":"))
    said = run(*words, "-", input=mail).stdout.decode()
    assert told in said
    assert run(*words, "-", input="Subject: x\r\n\r\n漢字!\r\n".encode()) \
        .stdout.decode().count(told) == 0
