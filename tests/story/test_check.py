# SPDX-License-Identifier: Apache-2.0
"""sekisho check and explain: what an author is told, and in which form."""

import glob
import json
import os
import re
import xml.etree.ElementTree as ElementTree

import pytest

import lintpage
from test_cli import PACK, RULES, SOURCE, file_of, sekisho

BROAD = PACK.replace("    url: hxxps://www.bad[.]example/login/…\n",
                     "    url.host: workers.dev\n"
                     "    subject: 件名です, 見本のお知らせを確認\n")


@pytest.fixture
def broad(tmp_path):
    return file_of(tmp_path, "broad.pack.yaml", BROAD)


def check(*words, status=1, stdin=b""):
    return sekisho("check", *words, status=status, stdin=stdin)


def test_our_own_packs_are_clean():
    check("--strict", RULES, status=0)


def test_a_finding_has_place_line_and_caret_below_its_character(tmp_path):
    pack = file_of(tmp_path, "wide.pack.yaml",
                   PACK.replace("title: 見本", "title: {ja: 見本, xx1: 見本}"))
    _, err = check(pack, status=2)
    lines = err.split("\n")
    place = re.match(r"(.*):(\d+):(\d+): error: ", lines[0])
    text = open(pack).read().split("\n")[int(place.group(2)) - 1]
    column = int(place.group(3))
    caret = next(i for i, line in enumerate(lines)
                 if line.strip() == "^")
    assert lines[caret - 1].strip() == text
    # Two cells for each of the wide characters before it.
    before = text[:column - 1]
    cells = sum(2 if ord(c) > 0x2000 else 1 for c in before)
    assert lines[caret].index("^") == 4 + cells
    assert cells > len(before)


def test_sarif_has_what_its_schema_requires(broad):
    out, _ = check("--format", "sarif", broad)
    log = json.loads(out)
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run = log["runs"][0]
    driver = run["tool"]["driver"]
    assert driver["name"] == "sekisho"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids) > 70
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    assert run["results"]
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["ruleId"] in ids
        assert result["level"] in ("error", "warning", "note")
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith("broad.pack.yaml")
        assert re.fullmatch(r"[A-Za-z0-9/._~%-]+",
                            place["artifactLocation"]["uri"])
        assert place["region"]["startLine"] > 0
        assert place["region"]["startColumn"] > 0


def test_junit_is_xml_with_a_test_for_each_file(tmp_path):
    file_of(tmp_path, "a.pack.yaml", BROAD)
    file_of(tmp_path, "b.pack.yaml",
            PACK.replace("jp-sample-2026-03", "jp-other"))
    file_of(tmp_path, "c.pack.yaml", "title: '<a & \"b\">'\npack: [\n")
    out, _ = check("--format", "junit", tmp_path, status=2)
    root = ElementTree.fromstring(out)
    suite = root.find("testsuite")
    cases = suite.findall("testcase")
    assert [os.path.basename(case.get("name")) for case in cases] == [
        "a.pack.yaml", "b.pack.yaml", "c.pack.yaml"]
    failed = [case.find("failure") is not None for case in cases]
    assert failed == [True, False, True]
    assert int(suite.get("tests")) == 3
    assert int(suite.get("failures")) == 2
    assert cases[0].find("failure").get("type") == "I04"


def test_tap_counts_its_files(tmp_path, broad):
    file_of(tmp_path, "good.pack.yaml",
            PACK.replace("jp-sample-2026-03", "jp-other"))
    out, _ = check("--format", "tap", tmp_path)
    lines = out.splitlines()
    assert lines[:2] == ["TAP version 13", "1..2"]
    assert [line[:6] for line in lines if not line.startswith("#")][2:] == [
        "not ok", "ok 2 -"]


def test_github_gets_a_command_for_each_finding(broad):
    out, _ = check("--format", "github", broad)
    assert re.search(r"^::error file=[^,]*broad.pack.yaml,line=\d+,col=\d+,"
                     r"title=I04::", out, re.M)
    assert all(line.startswith("::") for line in out.splitlines())


def test_a_pack_comes_on_standard_input():
    out, _ = check("--json", "-", status=1, stdin=BROAD.encode())
    told = json.loads(out)
    assert {one["file"] for one in told["findings"]} == {"-"}
    assert "I04" in {one["code"] for one in told["findings"]}


def test_codes_can_be_chosen_and_left_out(tmp_path):
    pack = file_of(tmp_path, "x.pack.yaml", PACK.replace(
        "    url: hxxps", "    subject: ご確認\n    url: http"))
    all_codes = codes_of(check("--json", pack, status=0)[0])
    assert {"P06", "C05", "T05"} <= all_codes
    assert codes_of(check("--json", "--select", "P,C", pack, status=0)[0]) \
        == {code for code in all_codes if code[0] in "PC"}
    assert codes_of(check("--json", "--ignore", "T05", "--ignore", "C,P0",
                          pack, status=0)[0]) == \
        {code for code in all_codes if code[0] not in "TCP"}
    check("--strict", pack, status=1)
    check("--strict", "--select", "B", pack, status=0)


def codes_of(out):
    return {one["code"] for one in json.loads(out)["findings"]}


def test_colours_are_only_for_terminals(broad):
    assert "\x1b" not in check(broad)[1]
    assert "\x1b" in check("--color", "always", broad)[1]


def test_every_code_that_the_program_gives_is_explained():
    listed = {one["code"]: one
              for one in json.loads(sekisho("explain", "--json")[0])}
    given = set()
    for folder in ("rule", "conf"):
        for path in glob.glob(os.path.join(SOURCE, "engine", folder, "*.c")):
            if os.path.basename(path) == "lintcode.c":
                continue
            with open(path) as file:
                given |= set(re.findall(r'"([A-Z]\d\d)"', file.read()))
    assert given - set(listed) == set()
    for code in given:
        out, _ = sekisho("explain", code)
        assert listed[code]["text"] in out


def test_the_page_of_codes_is_what_the_program_says():
    codes = json.loads(sekisho("explain", "--json")[0])
    with open(os.path.join(SOURCE, "doc", "lint.md")) as file:
        assert file.read() == lintpage.page(codes), "run make lint-page"


def test_a_code_that_is_not_there_is_refused():
    _, err = sekisho("explain", "I99", status=2)
    assert 'no code "I99"' in err


def test_patterns_are_shown_as_they_are_read(tmp_path):
    pack = file_of(tmp_path, "x.pack.yaml", PACK)
    out, _ = sekisho("explain", "--patterns", pack)
    assert "hxxps://www.bad[.]example/login/…" in out
    line = json.loads(sekisho("explain", "--patterns", "--json", pack)[0])
    assert line["field"] == "url" and line["kind"] == "regex"
    assert "bad\\.example/login/" in line["reading"]


def test_a_message_that_nearly_fired_is_told_what_was_missing(tmp_path):
    pack = file_of(tmp_path, "x.pack.yaml", PACK.replace(
        "when: landing", "  lure: {body: 利用制限のお知らせです}\n"
        "when: landing and lure"))
    mail = file_of(tmp_path, "m.eml",
                   "From: a@b.example\nSubject: x\n\n"
                   "https://www.bad.example/login/7\n")
    out, _ = sekisho("explain", "--mail", mail, "--at", "2026-03-02", pack)
    assert re.search(r"there: +landing\n +missing: lure", out)
    told = json.loads(sekisho("explain", "--json", "--mail", mail, "--at",
                              "2026-03-02", pack)[0])
    assert told["nearly"][0]["missing"] == ["lure"]
