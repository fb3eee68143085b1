# SPDX-License-Identifier: Apache-2.0
"""The compiled packs that sekishod keeps in its state folder: opened at the
next start, made again when packs change, never believed when damaged."""

import os

import pytest

from daemon import Daemon

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
