# SPDX-License-Identifier: Apache-2.0
"""Two versions of packs told apart, and a repository counted."""

import json
import os
import shutil

import pytest

from test_backtest import RULES, file_of, sekisho
from test_promote import PACK


def meaning(tmp_path, old, now):
    done = sekisho("diff", "--json", file_of(tmp_path / "a.pack.yaml", old),
                   file_of(tmp_path / "b.pack.yaml", now))
    packs = json.loads(done.stdout)["packs"]
    assert done.returncode == (1 if packs else 0), done.stderr
    return packs


@pytest.mark.parametrize("old, now, what, way", [
    ("score: 7", "score: 7.5", "score", "widens"),
    ("score: 7", "score: 7\n    expires: 2026-12-01", "expires", "narrows"),
    ("status: draft", "status: test", "status", "widens"),
    ("status: draft", "status: stable\nmode: score", "status", "widens"),
    ("severity: medium", "severity: low", "cap", "narrows"),
    ("    score: 7", "      hxxps://second[.]example-site[.]cn/kit/…\n"
     "    score: 7", "url", "widens"),
    ("when: landing", "  more:\n    subject: 見本の件名です\nwhen: landing",
     "group", "widens"),
    ("when: landing", "exceptions:\n  drill: {subject: 訓練のお知らせ, note: x}\n"
     "when: landing", "exception", "narrows"),
    ("when: landing", "when: not landing", "when", "either"),
])
def test_each_change_for_mail_is_named_with_its_way(tmp_path, old, now, what,
                                                    way):
    changed = PACK.replace(old, now)
    assert changed != PACK
    (pack,) = meaning(tmp_path, PACK, changed)
    changes = {change["what"]: change["way"] for change in pack["changes"]}
    assert changes[what] == way
    assert not pack["revision_raised"]
    (back,) = meaning(tmp_path, changed, PACK)
    other = {"widens": "narrows", "narrows": "widens", "either": "either"}
    changes = {change["what"]: change["way"] for change in back["changes"]}
    assert changes[what] == other[way]


def test_what_means_nothing_for_mail_is_no_change(tmp_path):
    same = PACK.replace("# a comment on top", "# another")
    same = same.replace("見本  of a ladder", "a better title")
    same = same.replace("[.]example-site[.]cn/", ".example-site(.)cn/", 1)
    assert same != PACK
    assert meaning(tmp_path, PACK, same) == []
    lines = sekisho("diff", tmp_path / "a.pack.yaml", tmp_path / "b.pack.yaml")
    assert lines.returncode == 1
    assert "-# a comment on top" in lines.stdout
    assert "+# another" in lines.stdout


def test_packs_that_came_and_went_are_told(tmp_path):
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    file_of(tmp_path / "old" / "a.pack.yaml",
            PACK.replace("status: draft", "status: test"))
    file_of(tmp_path / "new" / "b.pack.yaml",
            PACK.replace("status: draft", "status: test")
            .replace("jp-ladder-2026", "jp-second-2026"))
    done = sekisho("diff", "--semantic", tmp_path / "old", tmp_path / "new")
    assert done.returncode == 1
    assert "jp-second-2026  new, widens" in done.stdout
    assert "jp-ladder-2026  gone, narrows" in done.stdout
    assert sekisho("diff", "--semantic", RULES, RULES).returncode == 0


def test_a_brand_that_gains_a_domain_narrows(tmp_path):
    copy = tmp_path / "rules"
    shutil.copytree(RULES, copy)
    path = copy / "brands" / "jp-brands.pack.yaml"
    text = path.read_text()
    at = text.index("eki-net.com")
    path.write_text(text[:at] + "eki-net.example, " + text[at:]
                    if "[" in text[text.rindex("\n", 0, at):at]
                    else text[:at] + "eki-net.example\n" + " " *
                    (at - text.rindex("\n", 0, at) - 1) + text[at:])
    done = sekisho("diff", "--json", RULES, copy)
    packs = json.loads(done.stdout)["packs"] if done.stdout else done.stderr
    assert [change["way"] for change in packs[0]["changes"]
            if "eki-net.example" in change["new"]] == ["narrows"]


def test_standard_input_is_one_of_the_two(tmp_path):
    path = file_of(tmp_path / "a.pack.yaml", PACK)
    done = sekisho("diff", "--semantic", path, "-",
                   stdin=PACK.replace("score: 7", "score: 6"))
    assert done.returncode == 1
    assert "~ landing score  7.00 -> 6.00 (narrows)" in done.stdout


def test_a_repository_is_counted(tmp_path):
    answer = json.loads(sekisho("stats", "--overlap", "--json",
                                RULES).stdout)
    packs = [name for _, _, names in os.walk(RULES) for name in names
             if name.endswith(".pack.yaml")]
    assert answer["packs"] == sum(answer["states"].values()) == len(packs)
    assert sum(answer["fields"].values()) == answer["indicators"]
    assert sum(answer["expiry"].values()) == answer["indicators"]
    assert all(row["packs"] > 1 for row in answer["shared"])
    words = sekisho("stats", RULES)
    assert words.returncode == 0
    assert "%d indicators" % answer["indicators"] in words.stdout


def test_what_expires_and_what_nobody_uses_is_named(tmp_path):
    file_of(tmp_path / "a.pack.yaml", PACK)
    file_of(tmp_path / "l.pack.yaml", """\
pack: 1
kind: lists
id: feeds
title: feeds
revision: 1
created: 2026-09-01
tlp: clear
lists:
  hosts: {file: hosts.txt, type: domain, format: text}
tests:
  - {name: none, expect: clean, mail: {from: "a <a@b.example>", subject: x, body: y}}
""")
    file_of(tmp_path / "hosts.txt", "bad.example\n")
    line = [l for l in PACK.splitlines() if l.startswith("expires")][0]
    expires = line.split()[1]
    answer = json.loads(sekisho("stats", "--json", "--at", expires,
                                tmp_path).stdout)
    assert [m["what"] for m in answer["soon"]] == ["expires " + expires]
    assert ("list", "feeds/hosts") in [(m["what"], m["detail"])
                                       for m in answer["unused"]]
    assert answer["states"]["draft"] == 1
