# SPDX-License-Identifier: Apache-2.0
"""A pack serves only when its own tests hold: else the last good one goes
on, and whoever asked for the reload hears which test it was."""

import datetime
import os
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from daemon import Daemon, program, source_folder  # noqa: E402
from test_worker import ask_reload  # noqa: E402

RULES = os.path.join(source_folder(), "rules")

PACK = """pack: 1
kind: campaign
id: jp-try-2026-01
revision: %d
title: {ja: 試験, en: a trial}
status: stable
mode: score
severity: high
confidence: high
tlp: clear
references: [a report]
lang: ja
created: TODAY
seen: {first: TODAY, last: TODAY}
expires: SOON
groups:
  landing:
    score: 8
    url.host: %s.try.example
when: landing
tests:
- name: the page
  expect: match
  mail:
    from: a@sender.example
    subject: x
    body: see https://old.try.example/a
  evidence: [landing]
- name: another page
  expect: clean
  mail:
    from: a@sender.example
    subject: x
    body: see https://www.other.example/a
""".replace("SOON", (datetime.date.today() +
                     datetime.timedelta(60)).isoformat()) \
    .replace("TODAY", datetime.date.today().isoformat())


def message(host):
    return (b"From: a@sender.example\r\nSubject: x\r\n\r\n"
            b"see https://%s.try.example/a\r\n" % host.encode())


def fires(d, host):
    return "JP_TRY_2026_01" in d.check(message(host))["symbols"]


@pytest.fixture
def packs(tmp_path):
    shutil.copytree(RULES, tmp_path / "packs")
    return tmp_path / "packs"


@pytest.mark.parametrize("has_state", [True, False])
def test_the_last_good_one_serves_when_a_test_fails(tmp_path, packs,
                                                    has_state):
    state = tmp_path / "state"
    words = [] if has_state else ["--control", tmp_path / "c.sock"]
    mine = packs / "mine.pack.yaml"
    mine.write_text(PACK % (1, "old"))
    with Daemon(packs, state=state if has_state else None, folder=tmp_path,
                options=words) as d:
        assert fires(d, "old") and not fires(d, "new")
        mine.write_text(PACK % (2, "new"))
        other = packs / "campaigns" / \
            "jp-ekinet-payment-2026-02.pack.yaml"
        text = other.read_text()
        other.write_text(text + "# what is right takes effect\n")
        status, out, err = reload(d, tmp_path, has_state)
        assert status == 1 and out.startswith("generation 2 serves")
        line = PACK.split("- name: the page")[0].count("\n") + 1
        assert "mine.pack.yaml:%d:" % line in err
        assert 'the test "the page" fails: ' in err
        assert "revision 1 of jp-try-2026-01 goes on serving" in err
        assert fires(d, "old") and not fires(d, "new")
        # Mended, it serves.
        mine.write_text(PACK.replace("old.try", "new.try") % (3, "new"))
        status, out, err = reload(d, tmp_path, has_state)
        assert (status, err) == (0, "")
        assert fires(d, "new") and not fires(d, "old")
        # A typing error is held back the same way.
        mine.write_text("pack: 1\nid: [\n")
        status, out, err = reload(d, tmp_path, has_state)
        assert status == 1 and out.startswith("generation 4 serves")
        assert fires(d, "new")


def reload(d, folder, has_state):
    if has_state:
        return ask_reload(d)
    done = subprocess.run([program("sekisho"), "reload", "--socket",
                           str(folder / "c.sock")], capture_output=True,
                          timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_pack_that_never_was_right_is_left_out(tmp_path, packs):
    mine = packs / "mine.pack.yaml"
    mine.write_text(PACK % (1, "new"))
    with Daemon(packs, state=tmp_path / "state", folder=tmp_path) as d:
        assert "mine.pack.yaml is left out: line " in d.log()
        assert not fires(d, "new")
        mine.write_text(PACK % (1, "old"))
        assert ask_reload(d)[0] == 0
        assert fires(d, "old")


def test_it_can_be_turned_off(tmp_path, packs):
    (packs / "mine.pack.yaml").write_text(PACK % (1, "new"))
    with Daemon(packs, folder=tmp_path,
                options=["--reload.self_test", "no"]) as d:
        assert fires(d, "new")


def test_tests_that_would_take_too_long_are_left(tmp_path, packs):
    """The packs serve, and it is said how many were not tried."""
    for n in range(100):
        text = PACK.replace("jp-try-2026-01", "jp-try%d-2026-01" % n) % (
            1, "old")
        test = text[text.index("- name: the"):text.index("- name: an")]
        test = test.replace("  mail:", "  vary: [iso-2022-jp, shift_jis, "
                            "euc-jp, mislabel, wrap, fullwidth, html]\n"
                            "  mail:")
        (packs / ("m%d.pack.yaml" % n)).write_text(
            text + "".join(test.replace("the page", "page %d" % k)
                           for k in range(40)))
    with Daemon(packs, state=tmp_path / "state", folder=tmp_path,
                options=["--limits.compile_time", "4s"]) as d:
        line = d.wait_for(r"the tests of (\d+) packs are not run")
        assert 0 < int(line.group(1)) < 108
        assert d.check(message("old"))["score"] > 0


def test_a_check_of_the_configuration_runs_them_too(packs, run):
    (packs / "mine.pack.yaml").write_text(PACK % (1, "new"))
    done = subprocess.run([program("sekishod"), "-t", "--packs", packs],
                          capture_output=True, text=True)
    assert done.returncode == 78 and 'test "the page" fails' in done.stderr
