# SPDX-License-Identifier: Apache-2.0
"""sekisho check and explain: what an author is told, and in which form."""

import glob
import json
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

import lintpage
from daemon import until
from nameserver import NameServer
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


@pytest.mark.parametrize("value, is_told", [
    ("info@●●●[.]com", True), ("info@mail[.]○○[.]co[.]jp", True),
    ("○○@bad-site[.]com", False), ("info@○○[.]bad-site[.]com", False)])
def test_a_masked_domain_of_a_sender_is_told(value, is_told, tmp_path):
    """Of an address all but its end could be masked, in silence."""
    pack = file_of(tmp_path, "x.pack.yaml", PACK.replace(
        "    url: hxxps", "    from: %s\n    url: hxxps" % value))
    out, _ = check("--json", "--no-tests", pack, status=0)
    assert ("I09" in codes_of(out)) == is_told


def codes_of(out):
    return {one["code"] for one in json.loads(out)["findings"]}


def test_colours_are_only_for_terminals(broad):
    assert "\x1b" not in check(broad)[1]
    assert "\x1b" in check("--color", "always", broad)[1]


def test_every_code_that_the_program_gives_is_explained():
    listed = {one["code"]: one
              for one in json.loads(sekisho("explain", "--json")[0])}
    given = set()
    for folder in ("rule", "conf", "cli"):
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


def test_what_nearly_fired_is_told_in_the_language_that_is_asked_for(tmp_path):
    """The end of a Japanese explanation, and who authenticated, were
    English."""
    pack = file_of(tmp_path, "x.pack.yaml", PACK.replace(
        "when: landing", "  lure: {body: 利用制限のお知らせです}\n"
        "when: landing and lure"))
    mail = file_of(tmp_path, "m.eml",
                   "From: a@b.example\nSubject: x\n\n"
                   "https://www.bad.example/login/7\n")
    out, _ = sekisho("explain", "--mail", mail, "--at", "2026-03-02",
                     "--lang", "ja", pack)
    assert re.search("一致: +landing\n +不足: +lure\n +条件: +landing and", out)
    out += sekisho("scan", "--auth", "spf=pass", "--lang", "ja", "--packs",
                   tmp_path, mail)[0]
    assert "報告元 コマンドライン" in out
    for word in ("Nearly", "there:", "missing:", "when:", "command line"):
        assert word not in out


def test_a_group_that_has_expired_is_told(tmp_path):
    """Not a word was said of it once."""
    pack = file_of(tmp_path, "x.pack.yaml", PACK.replace(
        "  landing:\n", "  landing:\n    expires: 2026-03-05\n"))
    mail = file_of(tmp_path, "m.eml",
                   "From: a@b.example\nSubject: x\n\n"
                   "https://www.bad.example/login/7\n")
    out, _ = sekisho("explain", "--mail", mail, "--at", "2026-03-09", pack)
    assert re.search(r"expired: +landing\n +missing: landing", out)
    told = json.loads(sekisho("explain", "--json", "--mail", mail, "--at",
                              "2026-03-09", pack)[0])
    assert told["nearly"][0]["expired"] == ["landing"]


def test_a_test_behind_the_end_of_a_group_says_so(tmp_path):
    """It said "is missing", beside the very indicator."""
    pack = file_of(tmp_path, "x.pack.yaml", PACK.replace(
        "  landing:\n", "  landing:\n    expires: 2026-03-05\n") +
        "  - name: late\n    expect: match\n    at: 2026-03-09\n"
        "    mail: {from: a@b.example, subject: x, "
        "body: 'hxxps://www.bad[.]example/login/7'}\n")
    out, err = sekisho("test", pack, status=1)
    assert "landing has expired" in out + err
    assert "landing is missing" not in out + err


def example(code, which):
    """The pack around an example of the table of codes."""
    found = next(one for one in json.loads(sekisho("explain", "--json")[0])
                 if one["code"] == code)
    text = found[which]
    if text.startswith("  "):
        text = ("groups:\n  lure: {body: お支払い情報のご確認と更新のお願い}\n" +
                text + "when: lure or a\n")
    usual = (
        "pack: 1\n", "kind: campaign\n", "id: jp-sample\n", "title: 見本\n",
        "revision: 1\n", "created: 2026-03-01\n", "review_by: 2099-06-01\n",
        "severity: medium\n", "confidence: medium\n", "tlp: clear\n",
        "references: [見本]\n",
        "groups:\n  lure: {body: お支払い情報のご確認と更新のお願い}\n",
        "when: lure\n",
        "tests:\n  - {name: a, expect: match, evidence: [lure], vary: "
        "[iso-2022-jp, shift_jis], mail: {body: "
        "お支払い情報のご確認と更新のお願い}}\n"
        "  - {name: b, expect: clean, mail: {body: y}}\n")
    return "".join(part for part in usual if not re.search(
        "^" + part.split(":")[0] + ":", text, re.M)) + text


@pytest.mark.parametrize("code, level", [
    ("T01", "error"), ("T02", "error"), ("T04", "warning")])
def test_check_runs_the_tests_and_names_their_place(code, level, tmp_path):
    pack = file_of(tmp_path, "x.pack.yaml", example(code, "before"))
    out, _ = check("--json", "--select", code, pack,
                   status=1 if level == "error" else 0)
    found = [one for one in json.loads(out)["findings"]
             if one["code"] == code]
    assert found and {one["level"] for one in found} == {level}
    assert all(one["line"] > 0 and one["hint"] for one in found)
    assert code not in codes_of(check("--json", "--no-tests", pack,
                                      status=0)[0])
    mended = file_of(tmp_path, "y.pack.yaml", example(code, "after"))
    assert code not in codes_of(check("--json", mended, status=0)[0])


def test_a_group_that_no_test_needs_may_be_excused(tmp_path):
    text = example("T04", "before").replace(
        "  spare:", "  # sekisho: ignore T04 (the report has no such mail)\n"
        "  spare:")
    pack = file_of(tmp_path, "x.pack.yaml", text)
    assert "T04" not in codes_of(check("--json", pack, status=0)[0])


def test_a_mail_that_fires_another_family_is_told_of_both(tmp_path):
    other = PACK.replace("jp-sample-2026-03", "jp-other").replace(
        "when: landing", "  path: {url.path: /login/}\nwhen: landing or path")
    file_of(tmp_path, "a.pack.yaml", PACK)
    file_of(tmp_path, "b.pack.yaml", other.replace("bad[.]", "worse[.]"))
    out, _ = check("--json", "--select", "X04", tmp_path, status=0)
    found = [one for one in json.loads(out)["findings"]
             if one["code"] == "X04"]
    assert len(found) == 1 and found[0]["file"].endswith("a.pack.yaml")
    assert "jp-other" in found[0]["text"] and "family" in found[0]["hint"]


OLD = PACK.replace("revision: 1", "revision: 3")


@pytest.mark.parametrize("now, code, line", [
    (OLD, None, None),
    (OLD.replace("score: 7", "score: 6"), "R02", "revision: 3"),
    (OLD.replace("revision: 3", "revision: 2"), "R02", "revision: 2"),
    (OLD.replace("revision: 3", "revision: 4")
        .replace("when: landing", "  more: {url.path: /abcdef/ghij/}\n"
                 "when: landing or more"), "R03", "mode: score"),
    (OLD.replace("revision: 3", "revision: 4").replace("mode: score",
                                                       "mode: observe")
        .replace("when: landing", "  more: {url.path: /abcdef/ghij/}\n"
                 "when: landing or more"), None, None),
    (OLD.replace("created: 2026-03-01", "created: 2026-03-02"), "S06",
     "id: jp-sample-2026-03"),
    (OLD.replace("jp-sample-2026-03", "jp-sample-2026-04"), "S06",
     "id: jp-sample-2026-04"),
], ids=["same", "unraised", "lowered", "wider", "wider-observing", "reused",
        "renamed"])
def test_a_pack_is_held_against_what_it_was(now, code, line, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "now").mkdir()
    old = file_of(tmp_path / "old", "x.pack.yaml", OLD)
    pack = file_of(tmp_path / "now", "x.pack.yaml", now)
    out, _ = check("--json", "--no-tests", "--against",
                   old if code != "S06" else tmp_path / "old", pack,
                   status={None: 0, "R03": 0, "S06": 2}.get(code, 1))
    found = [one for one in json.loads(out)["findings"]
             if one["code"] in ("R02", "R03", "S06")]
    assert [one["code"] for one in found] == ([code] if code else [])
    if code:
        assert now.split("\n")[found[0]["line"] - 1] == line
        assert found[0]["hint"]


def test_a_pack_that_moved_is_known_by_what_it_looks_for(tmp_path):
    """An id was renamed unseen where its file was renamed too."""
    (tmp_path / "old").mkdir()
    (tmp_path / "now").mkdir()
    file_of(tmp_path / "old", "x.pack.yaml", OLD)
    pack = file_of(tmp_path / "now", "y.pack.yaml",
                   OLD.replace("jp-sample-2026-03", "jp-other"))
    words = ("--json", "--no-tests", "--against", tmp_path / "old", pack)
    assert "S06" in codes_of(check(*words, status=2)[0])
    for was, now in (("2026-03-01\nseen", "2026-03-02\nseen"),
                     ("www.bad[.]", "www.worse[.]")):
        file_of(tmp_path / "now", "y.pack.yaml", OLD.replace(
            "jp-sample-2026-03", "jp-other").replace(was, now))
        assert "S06" not in codes_of(check(*words, status=0)[0])


def test_name_servers_are_asked_when_it_is_wanted(tmp_path):
    brands = """\
pack: 1
kind: brands
id: some-brands
title: brands
revision: 1
created: 2026-03-01
review_by: 2099-01-01
tlp: clear
brands:
  safe:
    {name: A, names: [安全社], tokens: [safecorp],
     official: [safe.example], basis: official, source: x}
  open:
    {name: B, names: [無防備社], tokens: [opencorp],
     official: [open.example, broken.example], basis: official, source: x}
tests:
  - {name: none, expect: clean, brand: safe,
     mail: {from: a@b.example, subject: x, body: x}}
"""
    file_of(tmp_path, "b.pack.yaml", brands)
    pack = file_of(tmp_path, "x.pack.yaml", PACK.replace(
        "references: [sample]", "references: [sample, "
        "\'https://here.example/a\', \'https://gone.example/b\']"))
    server = NameServer(tmp_path / "dns", [
        ("_dmarc.safe.example", "TXT", '"v=DMARC1; p=none"'),
        ("open.example", "TXT", '"v=spf1 -all"'),
        ("here.example", "A", "192.0.2.1")], broken=["broken.example"])
    try:
        words = ("--json", "--no-tests", "--online", "--server", server.where,
                 tmp_path)
        out, err = check(*words, status=0)
    finally:
        server.stop()
    found = {(one["code"], one["line"]): one["text"]
             for one in json.loads(out)["findings"]
             if one["code"] in ("B05", "L04")}
    lines = PACK.split("\n")
    at = 1 + [i for i, line in enumerate(lines)
              if line.startswith("references")][0]
    assert sorted(code for code, _ in found) == ["B05", "L04"]
    assert "open.example has no DMARC" in found["B05", 13]
    assert "gone.example" in found["L04", at]
    assert "nothing of 1 name" in err
    assert not {"B05", "L04"} & codes_of(check("--json", pack, status=0)[0])


def test_a_pack_is_held_against_a_revision_of_git(tmp_path):
    def git(*words):
        subprocess.run(["git", "-C", str(tmp_path), "-c", "user.name=a", "-c",
                        "user.email=a@example.jp", *words], check=True,
                       capture_output=True)

    (tmp_path / "packs").mkdir()
    pack = file_of(tmp_path / "packs", "x.pack.yaml", OLD)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    check("--no-tests", "--against", "git:HEAD", pack, status=0)
    file_of(tmp_path / "packs", "x.pack.yaml",
            OLD.replace("score: 7", "score: 6"))
    before = set(glob.glob("/tmp/sekisho-??????"))
    for named in (pack, tmp_path / "packs", tmp_path):
        out, _ = check("--json", "--no-tests", "--against", "git:HEAD",
                       named)
        assert "R02" in codes_of(out)
    _, err = check("--against", "git:nowhere", pack, status=2)
    assert "nowhere" in err
    left = set(glob.glob("/tmp/sekisho-??????")) - before
    # Those of another run are in use, or soon gone.
    until(lambda: not any(map(os.path.exists, left)))
    done = subprocess.run(["git", "-C", str(tmp_path), "status", "--short"],
                          capture_output=True, text=True, check=True)
    assert done.stdout == " M packs/x.pack.yaml\n"


def test_a_pack_that_recent_mail_does_not_need_is_named(tmp_path):
    (tmp_path / "mail").mkdir()
    file_of(tmp_path / "mail", "1.eml",
            "From: a@b.example\nSubject: x\n\nnothing\n")
    text = PACK.replace("2026-03-01", "2025-03-01").replace(
        "expires: 2026-06-01", "expires: 2099-06-01")
    pack = file_of(tmp_path, "x.pack.yaml", text)
    words = ("--json", "--no-tests", "--corpus", tmp_path / "mail", pack)
    found = [one for one in json.loads(check(*words, status=0)[0])["findings"]
             if one["code"] == "L02"]
    assert len(found) == 1 and "promote" in found[0]["hint"]
    assert text.split("\n")[found[0]["line"] - 1].startswith("seen:")
    file_of(tmp_path / "mail", "2.eml", "From: a@b.example\nSubject: x\n\n"
            "https://www.bad.example/login/7\n")
    assert "L02" not in codes_of(check(*words, status=0)[0])


@pytest.mark.parametrize("tlp, channel, status", [
    ("clear", "clear", 0), ("green", "clear", 1), ("amber", "green", 1),
    ("amber", "amber+strict", 0), ("red", "amber+strict", 1),
    ("red", "red", 0)])
def test_what_few_may_see_goes_into_no_wider_channel(tlp, channel, status,
                                                     tmp_path):
    pack = file_of(tmp_path, "x.pack.yaml",
                   PACK.replace("tlp: clear", "tlp: " + tlp))
    out, _ = check("--json", "--no-tests", "--channel", channel, pack,
                   status=status)
    assert ("R01" in codes_of(out)) == (status == 1)
