# SPDX-License-Identifier: Apache-2.0
"""The ladder: a pack goes up when it has earned it, and its file keeps every
byte that the step is not about."""

import datetime
import json
import os

import pytest

from test_backtest import RULES, file_of, sekisho

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
PACK = """\
# a comment on top
pack: 1
kind: campaign
id: jp-ladder-2026
title:   "見本  of a ladder"   # odd blanks
revision: 7   # of the team
status: draft
created: %s
expires: %s
severity: medium
confidence: high
tlp: clear
references: [sample]
groups:
  landing:
    url: |
      hxxps://www.bad-ladder[.]example-site[.]cn/kit-of-2026/login…
    score: 7
when: landing
tests:
  - name: the lure
    expect: match
    mail: {from: "A <a@b[.]example>", subject: x, body: "hxxps://www.bad-ladder[.]example-site[.]cn/kit-of-2026/login1"}
    evidence: [landing]
  - name: unrelated
    expect: clean
    mail: {from: "A <a@b[.]example>", subject: x, body: hello}
""" % (TODAY, TODAY + datetime.timedelta(100))
LATER = TODAY + datetime.timedelta(8)


@pytest.fixture
def pack(tmp_path):
    return file_of(tmp_path / "p.pack.yaml", PACK)


@pytest.fixture
def ham(tmp_path):
    (tmp_path / "ham").mkdir()
    for i in range(40):
        file_of(tmp_path / "ham" / ("%d.eml" % i),
                "From: a@b.example\nSubject: %d\n\nhello\n" % i)
    return tmp_path / "ham"


def rung(pack):
    lines = pack.read_text().splitlines()
    return [line for line in lines
            if line.split(":")[0] in ("status", "mode", "revision", "updated")]


def test_a_draft_observes_and_nothing_else_in_its_file_changes(pack):
    done = sekisho("promote", pack)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "draft -> observe, revision 8" in done.stdout
    assert rung(pack) == ["revision: 8   # of the team", "status: test",
                          "mode: observe", "updated: %s" % TODAY]
    kept = [line for line in PACK.splitlines()
            if not line.startswith(("revision", "status"))]
    assert [line for line in pack.read_text().splitlines()
            if line not in rung(pack)] == kept
    assert sekisho("check", pack).returncode == 0


def test_a_pack_has_to_wait_and_to_be_tried_before_it_scores(pack, ham):
    assert sekisho("promote", pack).returncode == 0
    before = pack.read_text()
    done = sekisho("promote", pack)
    assert done.returncode == 1
    assert "no  it has stood as it is for 7 days" in done.stdout
    assert "no  it was tried on kept mail" in done.stdout
    assert "observe, not yet score" in done.stdout
    assert pack.read_text() == before
    answer = json.loads(sekisho("promote", pack, "--json", "--corpus", ham,
                                "--at", LATER).stdout)
    missing = [w["what"] for w in answer["wanted"] if not w["met"]]
    # The sample has only what a check finds: it is no whole pack.
    assert missing in ([], ["check --strict finds nothing"])


def test_each_thing_that_is_missing_is_named(pack, ham):
    weak = PACK.replace("status: draft", "status: test\nmode: observe")
    weak = weak.replace("when: landing", "  idle:\n    subject: 見本の件名です\n"
                        "when: landing or idle")
    weak = weak.replace("confidence: high", "confidence: low")
    pack.write_text(weak)
    file_of(ham / "x.eml", "From: a@b.example\nSubject: 見本の件名です\n"
            "Content-Type: text/plain; charset=utf-8\n\nhello\n")
    done = sekisho("promote", pack, "--corpus", ham, "--json")
    assert done.returncode == 1
    wanted = {w["what"]: w for w in json.loads(done.stdout)["wanted"]}
    for text in ("a test notices when a group is taken away",
                 "no mail that looks genuine was hit",
                 "it has stood as it is for 7 days"):
        assert not wanted[text]["met"], text
    assert wanted["it was tried on kept mail"]["met"]
    pack.write_text(PACK.replace("expect: clean", "expect: match"))
    done = sekisho("promote", pack)
    assert done.returncode == 1
    assert "no  all tests pass (1 of 2" in done.stdout
    assert "no  there is a test that matches and one that is clean" \
        in done.stdout


def test_steps_are_not_skipped(pack):
    for to, wanted in (("score", "--to observe comes first"),
                       ("stable", "--to score comes first"),
                       ("draft", "is draft already")):
        done = sekisho("promote", pack, "--to", to)
        assert done.returncode == 2
        assert wanted in done.stderr
    assert pack.read_text() == PACK


def test_out_of_use_needs_no_proof(pack):
    assert sekisho("promote", pack, "--to", "retired").returncode == 0
    assert "status: retired" in pack.read_text()
    assert sekisho("promote", pack).returncode == 2


def test_a_dry_run_and_a_pipe_leave_files_alone(pack):
    done = sekisho("promote", pack, "-n")
    assert done.returncode == 0 and pack.read_text() == PACK
    done = sekisho("promote", "-", stdin=PACK)
    assert done.returncode == 0
    assert "status: test\nmode: observe\n" in done.stdout
    assert "draft -> observe" in done.stderr
    assert done.stdout.count("\n") == PACK.count("\n") + 2


def test_an_unusual_line_is_left_to_its_author(pack):
    pack.write_text(PACK.replace("revision: 7   # of the team",
                                 "revision:\n  7"))
    done = sekisho("promote", pack)
    assert done.returncode == 2
    assert "change it by hand" in done.stderr
    assert "revision:\n  7" in pack.read_text()


def test_an_id_is_found_in_the_folders_of_packs(tmp_path, pack):
    done = sekisho("promote", "-n", "--packs", tmp_path, "jp-ladder-2026")
    assert done.returncode == 0, done.stderr
    done = sekisho("promote", "-n", "--packs", tmp_path, "jp-lader-2026")
    assert done.returncode == 2
    assert 'did you mean "jp-ladder-2026"' in done.stderr


def test_what_a_machine_wrote_wants_a_person_first(pack):
    """A draft of a machine's report could score, and nobody had looked."""
    told = "x-provenance: {kind: machine, source: x}\n"
    pack.write_text(PACK.replace("when: landing\n", told + "when: landing\n"))
    before = pack.read_text()
    done = sekisho("promote", pack)
    assert done.returncode == 1 and "a person vouches" in done.stdout
    assert pack.read_text() == before
    by_hand = file_of(pack.parent / "q.pack.yaml",
                      before.replace("status: draft", "status: test"))
    done = sekisho("check", by_hand)
    assert done.returncode == 2 and '"confirmed"' in done.stdout + done.stderr
    pack.write_text(before.replace("kind: machine",
                                   "kind: machine, confirmed: Sato"))
    assert sekisho("promote", pack).returncode == 0
