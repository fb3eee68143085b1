# SPDX-License-Identifier: Apache-2.0
"""Packs tried: the tests that come free, and back-tests on kept mail."""

import json
import os
import shutil
import subprocess
import xml.etree.ElementTree

import pytest

import terminal
from daemon import program, source_folder

RULES = os.path.join(source_folder(), "rules")
CAMPAIGN = os.path.join(RULES, "campaigns", "%s.pack.yaml")
EKINET = CAMPAIGN % "jp-ekinet-payment-2026-02"
HELLO = "From: a@b.example\nTo: x@y.example\nSubject: hello %d\n\nhello\n"


def sekisho(*words, stdin=""):
    env = dict(os.environ, LC_ALL="C.UTF-8", SEKISHO_PACKS=RULES)
    return subprocess.run([program("sekisho"), *map(str, words)],
                          input=stdin, capture_output=True, text=True,
                          env=env, timeout=120)


def file_of(path, text):
    path.write_text(text)
    return path


def test_every_shipped_indicator_is_hit_by_its_own_mail():
    done = sekisho("test", "--self", "--cross", "--json", RULES)
    assert done.returncode == 0, done.stdout
    kinds = json.loads(done.stdout)["kinds"]
    assert kinds["self"]["run"] >= 100
    assert kinds["self"]["failed"] == kinds["cross"]["failed"] == 0


def test_mutation_names_the_groups_that_no_test_misses():
    done = sekisho("test", "--mutate", "--json", RULES)
    answer = json.loads(done.stdout)
    groups = answer["kinds"]["mutant"]
    assert groups["failed"] <= groups["run"] // 8
    assert answer["values_noticed"] < answer["values"]
    assert done.returncode == (1 if groups["failed"] else 0)


def many(folder, n):
    """n packs: enough for all processors."""
    folder.mkdir(exist_ok=True)
    with open(EKINET) as file:
        text = file.read()
    for i in range(n):
        copy = folder / ("copy%03d.pack.yaml" % i)
        copy.write_text(text.replace("jp-ekinet-payment-2026-02",
                                     "copy-%03d" % i))
    return folder


def test_results_of_several_processes_come_in_order(tmp_path):
    done = sekisho("test", "--json", many(tmp_path, 40), "--packs", RULES)
    answer = json.loads(done.stdout)
    assert answer["packs"] == 40 and answer["failed"] == 0
    packs = [test["pack"] for test in answer["tests"]]
    assert packs == sorted(packs) and len(set(packs)) == 40


def test_what_failed_has_its_place_for_sarif_and_github(tmp_path):
    with open(EKINET) as file:
        text = file.read()
    bad = file_of(tmp_path / "bad.pack.yaml", text.replace(
        "expect: clean", "expect: match", 1))
    sarif = json.loads(sekisho("test", "--format", "sarif", bad).stdout)
    found = sarif["runs"][0]["results"]
    assert [one["ruleId"] for one in found] == ["T01"]
    line = found[0]["locations"][0]["physicalLocation"]["region"]["startLine"]
    told = sekisho("test", "--format", "github", bad).stdout
    assert told.startswith("::error file=") and told.count("\n") == 1
    assert ",line=%d," % line in told and "title=T01::" in told


def test_tap_and_junit_say_the_same(tmp_path):
    with open(EKINET) as file:
        text = file.read()
    bad = file_of(tmp_path / "bad.pack.yaml", text.replace(
        "expect: clean", "expect: match", 1))
    tap = sekisho("test", "--format", "tap", bad)
    assert tap.returncode == 1
    lines = tap.stdout.splitlines()
    assert lines[0] == "TAP version 13"
    tests = [l for l in lines if l.startswith(("ok", "not ok"))]
    assert lines[1] == "1..%d" % len(tests)
    root = xml.etree.ElementTree.fromstring(
        sekisho("test", "--format", "junit", bad).stdout.encode())
    suite = root.find("testsuite")
    assert int(suite.get("tests")) == len(tests)
    assert int(suite.get("failures")) == \
        sum(l.startswith("not ok") for l in tests) > 0


def sample(pack):
    return sekisho("sample", pack).stdout


@pytest.fixture
def corpus(tmp_path):
    """Every shape that mail is kept in, 120 mails in all."""
    mail = tmp_path / "mail"
    deep = mail / "2026" / "a" / "b" / "c" / "d"
    deep.mkdir(parents=True)
    for i in range(60):
        file_of(deep / ("%d.eml" % i), HELLO % i)
    maildir = mail / ".Sent"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    file_of(maildir / "cur" / "1700000000.M1P2.host:2,S", HELLO % 1)
    file_of(maildir / "tmp" / "1700000001.M1P2.host", HELLO % 2)
    file_of(mail / "box", "".join(
        "From a@b.example Mon Jan  5 10:00:00 2026\n" + HELLO % i + "\n"
        for i in range(57)) + "From a@b.example Mon Jan  5 10:00:00 2026\n" +
        sample(EKINET))
    junk = mail / "junk"
    junk.mkdir()
    file_of(junk / "lure.eml", sample(EKINET))
    file_of(mail / "notes.txt", "no mail\n")
    return mail


def test_a_corpus_of_every_shape_is_found_and_judged(corpus):
    done = sekisho("test", "--corpus", corpus, "--json", RULES)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["mails"], answer["others"]) == (120, 1)
    rows = {row["id"]: row for row in answer["campaigns"]}
    row = rows["jp-ekinet-payment-2026-02"]
    assert (row["mails"], row["caught"], row["spam"]) == (2, 2, 1)
    assert answer["genuine"] == 0
    assert [(hit["file"], hit.get("number")) for hit in answer["hits"]] == [
        (str(corpus / "box"), 58), (str(corpus / "junk" / "lure.eml"), None)]


def test_hits_on_mail_that_looks_genuine_are_told(corpus):
    ham = corpus / "ham"
    ham.mkdir()
    file_of(ham / "1.eml", sample(EKINET))
    done = sekisho("test", "--corpus", corpus, "--max-hits", 0, RULES)
    assert done.returncode == 1
    assert "Perhaps false: 1 mail" in done.stdout
    assert str(ham / "1.eml") in done.stdout
    assert sekisho("test", "--corpus", corpus, "--max-hits", 1,
                   RULES).returncode == 0


def test_a_brands_own_mail_with_dmarc_is_a_candidate(tmp_path):
    text = sample(EKINET)
    fields = [l for l in text.splitlines() if not l.startswith("X-Test-")]
    fields = ["From: info@eki-net.com" if l.startswith("From:") else l
              for l in fields]
    file_of(tmp_path / "1.eml", "Authentication-Results: mx.corp.example; "
            "dmarc=pass header.from=eki-net.com\n" +
            "\n".join(fields) + "\n")
    hit = json.loads(sekisho("test", "--corpus", tmp_path, "--json",
                             RULES).stdout)
    assert hit["genuine"] == 1
    assert "DMARC passed" in hit["hits"][0]["genuine"]
    # Believed, it is genuine, and nothing fires.
    believed = sekisho("test", "--corpus", tmp_path, "--json", "--authserv",
                       "mx.corp.example", RULES)
    assert json.loads(believed.stdout)["hits"] == []


def test_two_versions_of_packs_are_held_against_each_other(corpus, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(RULES, old)
    same = sekisho("test", "--corpus", corpus, "--against", old, RULES)
    assert same.returncode == 0, same.stdout
    path = old / "campaigns" / os.path.basename(EKINET)
    text = path.read_text()
    assert "mode: score" in text
    path.write_text(text.replace("mode: score", "mode: observe"))
    done = sekisho("test", "--corpus", corpus, "--against", old, "--json",
                   RULES)
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert answer["changed"] == 2
    for hit in answer["hits"]:
        assert hit["changed"]
        assert hit["before"]["score"] < hit["now"]["score"]
    os.remove(path)
    rows = {row["id"]: row for row in json.loads(sekisho(
        "test", "--corpus", corpus, "--against", old, "--json",
        RULES).stdout)["campaigns"]}
    assert rows["jp-ekinet-payment-2026-02"]["gained"] == 2
    words = sekisho("test", "--corpus", corpus, "--against", old, RULES)
    assert "2 mails would be judged otherwise" in words.stdout


def test_a_mail_on_standard_input_is_a_corpus(tmp_path):
    done = sekisho("test", "--corpus", "-", "--json", RULES,
                   stdin=sample(EKINET))
    assert json.loads(done.stdout)["mails"] == 1
    assert json.loads(done.stdout)["caught"] == 1


@pytest.mark.parametrize("words, wanted", [
    (["--against", RULES, RULES], "name it with --corpus"),
    (["--corpus", RULES, "--self", RULES], "leave out"),
    (["--corpus", "/nowhere", RULES], "/nowhere"),
    (["--corpus", RULES, RULES], "no mail in it"),
    (["--corpus", RULES, "--max-hits", "x", RULES], "no number"),
])
def test_options_that_do_not_go_together_are_told(words, wanted):
    done = sekisho("test", *words)
    assert done.returncode == 2
    assert wanted in done.stderr


def on_terminal(*words):
    """Standard output and error of a run at a terminal of 60 cells."""
    env = dict(os.environ, LC_ALL="C.UTF-8", SEKISHO_PACKS=RULES,
               TERM="xterm")
    env.pop("NO_COLOR", None)
    return terminal.run_at([program("sekisho"), *map(str, words)], 24, 60,
                           env)


def test_a_terminal_sees_progress_and_colours_and_a_pipe_neither(tmp_path,
                                                                 corpus):
    packs = many(tmp_path / "packs", 20)
    shown = on_terminal("test", packs, "--packs", RULES)
    assert "\r20 of 20 packs" in shown and "\x1b[K" in shown
    assert "\x1b[32mall passed" in shown
    shown = on_terminal("test", "--corpus", corpus, RULES)
    assert "\r120 of 120 mails, 2 hit" in shown
    for words in (["test", packs], ["test", "--corpus", corpus, RULES],
                  ["stats", RULES], ["diff", "--semantic", RULES, packs]):
        done = sekisho(*words)
        assert "\x1b" not in done.stdout + done.stderr
        assert "\r" not in done.stdout + done.stderr


def test_columns_stand_straight_under_japanese(tmp_path):
    text = sample(EKINET)
    (tmp_path / "受信箱" / "inbox").mkdir(parents=True)
    file_of(tmp_path / "受信箱" / "inbox" / "1.eml", text)
    done = sekisho("test", "--corpus", tmp_path, RULES)
    rows = [line for line in done.stdout.splitlines()
            if line.startswith(("campaign or", "jp-ekinet", "ekinet "))]
    assert len(rows) == 3 and len({len(row) for row in rows}) == 1
