# SPDX-License-Identifier: Apache-2.0
"""The compiled packs that sekishod keeps in its state folder: opened at the
next start, made again when packs change, never believed when damaged."""

import json
import os
import re
import subprocess
import time

import pytest

from daemon import Daemon, program, until
from feedlist import FEEDS, hosts

PACK = """\
pack: 1
kind: campaign
id: kept-%(id)s
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
    subject: %(subject)s
when: lure
tests:
  - name: a
    expect: match
    mail: {from: a@b.example, subject: %(subject)s, body: x}
  - name: b
    expect: clean
    mail: {from: a@b.example, subject: something else, body: y}
"""

MAIL = (b"From: a@sender.example\r\nTo: b@rcpt.example\r\n"
        b"Subject: %s\r\n\r\nHello.\r\n")


def write_pack(folder, name, subject):
    (folder / (name + ".pack.yaml")).write_text(
        PACK % {"id": name, "subject": subject})


@pytest.fixture
def kept(tmp_path):
    """A folder of packs, a state folder, and the file that is kept there."""
    packs = tmp_path / "packs"
    packs.mkdir()
    write_pack(packs, "one", "the first lure of all")
    return packs, tmp_path / "state", tmp_path / "state" / "ruleset.image"


def fires(daemon, subject):
    reply = daemon.check(MAIL % subject)
    return any(name.startswith("KEPT") for name in reply["symbols"])


def test_a_second_start_opens_what_the_first_has_compiled(kept, tmp_path):
    packs, state, image = kept
    with Daemon(packs, state=state, folder=tmp_path) as d:
        assert fires(d, b"the first lure of all")
    made = image.stat().st_mtime_ns
    with Daemon(packs, state=state, folder=tmp_path) as d:
        assert fires(d, b"the first lure of all")
        assert not fires(d, b"something else")
    assert image.stat().st_mtime_ns == made


def test_a_changed_pack_is_compiled_again(kept, tmp_path):
    packs, state, image = kept
    with Daemon(packs, state=state, folder=tmp_path) as d:
        write_pack(packs, "two", "another lure entirely")
        d.reload()
        d.wait_for("generation 2 serves")
        assert fires(d, b"the first lure of all")
        assert fires(d, b"another lure entirely")
        (packs / "one.pack.yaml").unlink()
        d.reload()
        d.wait_for("generation 3 serves")
        assert not fires(d, b"the first lure of all")
    with Daemon(packs, state=state, folder=tmp_path) as d:
        assert fires(d, b"another lure entirely")
        assert not fires(d, b"the first lure of all")


def damage(image, how):
    whole = bytearray(image.read_bytes())
    if how == "changed":
        whole[len(whole) // 2] ^= 1
    elif how == "cut":
        del whole[-100:]
    elif how == "empty":
        whole.clear()
    elif how == "foreign":
        whole[:] = b"\x7fELF" + b"x" * 5000
    image.write_bytes(bytes(whole))
    if how == "open":
        os.chmod(image, 0o666)


@pytest.mark.parametrize("how,said", [
    ("changed", "damaged: its checksum"), ("cut", "damaged: "),
    ("empty", "no image of ours"), ("foreign", "no image of ours"),
    ("open", "others may write to it"),
])
def test_a_damaged_image_is_refused_and_made_again(kept, tmp_path, how,
                                                   said):
    packs, state, image = kept
    with Daemon(packs, state=state, folder=tmp_path):
        pass
    damage(image, how)
    with Daemon(packs, state=state, folder=tmp_path) as d:
        assert fires(d, b"the first lure of all")
        assert said in d.log()
    with Daemon(packs, state=state, folder=tmp_path) as d:
        assert said not in d.log()


def test_packs_with_errors_are_told_at_every_start(kept, tmp_path):
    packs, state, image = kept
    (packs / "bad.pack.yaml").write_text("pack: 1\nkind: no such\n")
    for _ in range(2):
        with Daemon(packs, state=state, folder=tmp_path) as d:
            assert "bad.pack.yaml" in d.log()
            assert fires(d, b"the first lure of all")
    assert not image.exists()


def stat(d):
    """/stat of the control port."""
    port, d.port = d.port, int(re.search(r"listening control \S+:(\d+)", d.log()).group(1))
    try:
        return json.loads(d.request("/stat")[2])
    finally:
        d.port = port


def held_back(d):
    """What it says of files that are not right."""
    return {os.path.basename(h["file"]): h for h in stat(d)["packs_held"]}


def break_pack(folder, name):
    path = folder / (name + ".pack.yaml")
    path.write_text(path.read_text().replace("when: lure", "when: luer"))


def test_a_broken_pack_stays_as_it_was_and_others_change(kept, tmp_path):
    """One broken file once kept every change of the others from serving."""
    packs, state, _ = kept
    control = ["--listen", "control=127.0.0.1:0"]
    write_pack(packs, "two", "another lure entirely")
    with Daemon(packs, state=state, folder=tmp_path, options=control) as d:
        break_pack(packs, "one")
        write_pack(packs, "two", "a lure that is new")
        (packs / "three.pack.yaml").write_text("pack: 1\n")
        d.reload()
        d.wait_for("generation 2 serves: 2 packs")
        assert "one.pack.yaml: revision 1 of kept-one goes on serving: line 18: when: no group named" in d.log()
        assert "three.pack.yaml is left out" in d.log()
        assert fires(d, b"the first lure of all")
        assert fires(d, b"a lure that is new")
        assert not fires(d, b"another lure entirely")
        held = held_back(d)
        assert held["one.pack.yaml"]["revision"] == 1 and "luer" in held["one.pack.yaml"]["why"]
        assert held["three.pack.yaml"]["revision"] is None
    # Nothing of that was in memory only.
    with Daemon(packs, state=state, folder=tmp_path, options=control) as d:
        assert fires(d, b"the first lure of all")
        assert fires(d, b"a lure that is new")
        write_pack(packs, "one", "the first lure mended")
        (packs / "three.pack.yaml").unlink()
        d.reload()
        d.wait_for("generation 2 serves: 2 packs")
        assert fires(d, b"the first lure mended")
        assert not fires(d, b"the first lure of all")
        assert held_back(d) == {}


LIBRARY = """\
pack: 1
kind: library
id: common
title: x
revision: 1
created: 2026-01-01
tlp: clear
references: [x]
groups:
  %s:
    subject: a shared lure
"""


@pytest.mark.parametrize("how", ["library", "twin", "overlay"])
def test_a_change_that_breaks_files_that_did_not_waits(kept, tmp_path, how):
    packs, state, _ = kept
    library = packs / "library.pack.yaml"
    library.write_text(LIBRARY % "urgent")
    (packs / "user.pack.yaml").write_text(
        (PACK % {"id": "user", "subject": "a shared lure"}).replace(
            "    subject: a shared lure\n", "    use: common/urgent\n", 1))
    overlay = packs / "site.overlay.yaml"
    overlay.write_text("overlay: 1\npacks: {kept-one: {cap: 5}}\n")
    with Daemon(packs, state=state, folder=tmp_path) as d:
        assert fires(d, b"a shared lure")
        if how == "library":
            library.write_text(LIBRARY % "other")
        elif how == "twin":
            write_pack(packs, "aaa", "a twin with the same id")
            path = packs / "aaa.pack.yaml"
            path.write_text(path.read_text().replace("kept-aaa", "kept-one"))
        else:
            overlay.write_text("overlay: 1\npacks: {kept-one: {cap: 50}}\n")
        for again in range(2):
            d.reload()
            d.wait_for("generation %d serves" % (again + 2))
            assert d.check(MAIL % b"a shared lure")["score"] == 7
            assert d.check(MAIL % b"the first lure of all")["score"] == 5
    with Daemon(packs, state=state, folder=tmp_path) as d:
        assert d.check(MAIL % b"a shared lure")["score"] == 7
        assert d.check(MAIL % b"the first lure of all")["score"] == 5
        assert not fires(d, b"a twin with the same id")


def test_damaged_texts_are_not_believed(kept, tmp_path):
    packs, state, _ = kept
    write_pack(packs, "two", "another lure entirely")
    with Daemon(packs, state=state, folder=tmp_path):
        pass
    texts = state / "ruleset.image.packs"
    raw = bytearray(texts.read_bytes())
    raw[len(raw) // 2] ^= 1
    texts.write_bytes(raw)
    break_pack(packs, "one")
    with Daemon(packs, state=state, folder=tmp_path) as d:
        assert "the last good revisions of packs are not known" in d.log()
        assert not fires(d, b"the first lure of all")
        assert fires(d, b"another lure entirely")


def test_the_health_of_feeds_is_told(kept, tmp_path):
    packs, state, _ = kept
    (packs / "feeds.pack.yaml").write_text(FEEDS)
    rows = packs / "hosts.txt"
    rows.write_text(hosts(1000))
    os.utime(rows, (time.time() - 3600,) * 2)
    with Daemon(packs, state=state, folder=tmp_path,
                options=["--listen", "control=127.0.0.1:0"]) as d:
        told, = stat(d)["lists"]
        assert told["list"] == "feeds/hosts" and told["rows"] == 1000
        assert told["state"] == "fresh" and 3600 <= told["age"] < 3700 and told["alarm"] == ""
        rows.write_text("h1.bad.example\n")
        d.wait_for("rows left of 1000")
        # The log may say it before it is counted.
        until(lambda: stat(d)["lists"][0]["refused"] == 1)
        told, = stat(d)["lists"]
        assert told["rows"] == 1000 and told["refused"] == 1
        assert "rows left of 1000" in told["alarm"]


def test_who_checks_compiles_nothing_for_others(kept):
    packs, state, _ = kept
    state.mkdir()
    done = subprocess.run([program("sekishod"), "-t", "--packs", packs, "--state", state],
                          capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert not list(state.glob("ruleset*"))
