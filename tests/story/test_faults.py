# SPDX-License-Identifier: Apache-2.0
"""What goes wrong around the daemon, and what must hold then."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from daemon import Daemon, source_folder  # noqa: E402
from test_sandbox import attempt, start  # noqa: E402
from test_worker import ASK, Load, MAIL, answer, until  # noqa: E402

RULES = os.path.join(source_folder(), "rules")


def scan(d, message):
    """The status, or None when the connection was cut."""
    try:
        return d.request("/checkv2", message)[0]
    except OSError:
        return None


def crasher(what="crash", received=""):
    return ("%sFrom: a@%s.try.example\r\nSubject: x\r\n\r\nx\r\n" %
            (received, what)).encode()


def two(d):
    until(lambda: len(d.workers()) == 2)


# A mail that kills.

def test_a_mail_that_kills_is_refused_the_third_time(tmp_path):
    """Also with other lines of relays on top, and after a restart."""
    quarantine = tmp_path / "state" / "quarantine"
    by_relay = "Received: by x; now %d\r\n\tfolded\r\n"
    with start(tmp_path) as d:
        with Load(d.port, 2) as load:
            assert scan(d, crasher(received=by_relay % 1)) is None
            until(lambda: list(quarantine.glob("*-1.eml")))
            assert scan(d, crasher(received=by_relay % 2)) is None
            until(lambda: list(quarantine.glob("*-2.eml")))
            for n in range(5):
                assert scan(d, crasher(received=by_relay % n)) == 503
            two(d)
        assert load.count("lost", "refused") == 0
        assert load.count(200) > 20
        kept, = quarantine.iterdir()
        assert kept.read_bytes() == crasher(received=by_relay % 2)
        assert kept.stat().st_mode & 0o77 == 0
        assert d.log().count("was ended by signal 11") == 2
        assert answer(d.port) == 200
    with start(tmp_path) as d:
        assert scan(d, crasher()) == 503
        assert scan(d, crasher().replace(b"Subject: x", b"Subject: y")) is None
        two(d)


def test_without_a_state_folder_it_is_refused_all_the_same(tmp_path):
    conf = tmp_path / "sekisho.yaml"
    with start(tmp_path) as d:
        plugin = conf.read_text()
    conf.write_text(plugin)
    with Daemon(RULES, folder=tmp_path, options=[
            "--config", conf, "--workers", "2"]) as d:
        assert scan(d, crasher()) is None
        two(d)
        assert scan(d, crasher()) is None
        two(d)
        assert scan(d, crasher()) == 503


def test_a_worker_that_loops_is_ended_in_twice_its_time(tmp_path):
    with start(tmp_path, "--limits.cpu", "1s") as d:
        with Load(d.port, 1) as load:
            assert attempt(d, "loop") is None
        used = d.wait_for(r"has taken (\d+) ms of the processor; it is ended")
        assert 1500 < int(used.group(1)) < 2000
        assert load.count("lost", "refused") == 0
        two(d)
        assert attempt(d, "loop") is None
        two(d)
        assert scan(d, crasher("loop")) == 503
        assert answer(d.port) == 200
