# SPDX-License-Identifier: Apache-2.0
"""Mail and streams that mean harm, by every protocol: each gets an answer
that can be read, nobody dies of any, and nothing is left behind.

SEKISHO_HOSTILE is the number of messages (2,000; the release check has a
million), SEKISHO_SEED what they are made of."""

import concurrent.futures
import multiprocessing
import os
import re
import socket
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hostile  # noqa: E402
from daemon import Daemon, source_folder  # noqa: E402
from test_faults import memory_of  # noqa: E402
from test_worker import answer  # noqa: E402

RULES = os.path.join(source_folder(), "rules")
CORPUS = os.path.join(source_folder(), "tests", "corpus", "fuzz")
COUNT = int(os.environ.get("SEKISHO_HOSTILE", "2000"))
SEED = os.environ.get("SEKISHO_SEED", "1")
TURN = 100

KNOWN = (b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\n"
         b"See https://any.example/Perosnal_member/ now.\r\n")


def folders():
    found = [os.path.join(CORPUS, name) for name in
             ("message", "header", "html", "charset", "received", "match")]
    data = os.path.join(os.environ.get("SEKISHO_SHARED", "/nowhere"), "data")
    return found + ([data] if os.path.isdir(data) else [])


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with Daemon(RULES, state=folder / "state", folder=folder, options=[
            "--workers", "2", "--reputation.on", "no",
            "--listen", "spamc=127.0.0.1:0",
            "--listen", "milter=127.0.0.1:0",
            "--timeouts.first_byte", "20s", "--timeouts.request", "60s",
            "--timeouts.idle", "60s"]) as d:
        d.ports = {"http": d.port, "spamc": d.port_of("spamc"),
                   "milter": d.port_of("milter")}
        yield d
        assert d.stop() == 0
    assert "Sanitizer" not in d.log()


def verdict(d):
    answered = d.check(KNOWN)
    return answered["score"], sorted(answered["symbols"])


def play(d, numbers):
    """By all protocols in turn, from a process for each."""
    context = multiprocessing.get_context("fork")
    kinds = sorted(d.ports)
    with concurrent.futures.ProcessPoolExecutor(
            len(kinds), mp_context=context) as pool:
        turns = [pool.submit(
            hostile.play, kinds[i % len(kinds)],
            d.ports[kinds[i % len(kinds)]], SEED,
            range(at, min(at + TURN, numbers.stop)), folders())
            for i, at in enumerate(range(numbers.start, numbers.stop, TURN))]
        for turn in concurrent.futures.as_completed(turns):
            turn.result()


def test_every_hostile_message_has_an_answer(served):
    before = verdict(served)
    assert before[0] > 0
    workers = served.workers()
    first = min(300, COUNT // 2)
    play(served, range(0, first))
    memory, files = memory_of(served), served.files()
    play(served, range(first, COUNT))
    # Nobody died, nothing grew, and what was right is still right.
    assert served.workers() == workers
    assert "was ended by" not in served.log()
    assert memory_of(served) - memory < 64 * 1024
    assert served.files() <= files
    assert verdict(served) == before
    log_is_clean(served, COUNT + 2)


def log_is_clean(served, messages):
    """One line a message, and nothing in it that a terminal obeys."""
    with open(served.log_path, "rb") as log:
        lines = log.read().split(b"\n")
    assert lines.pop() == b""
    for line in lines:
        line.decode("utf-8")
        assert re.match(rb"\d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warning|"
                        rb"error) ", line), line[:200]
        assert not re.search(rb"[\0-\x1f\x7f]", line), line[:200]
        assert not re.search("[\u0080-\u009f\u2028-\u202e]",
                             line.decode("utf-8")), line[:200]
    scanned = [line for line in lines if b" id=" in line and
               b" bytes=" in line]
    assert len(scanned) == messages


def streams(kind):
    folder = os.path.join(CORPUS, kind)
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            yield name, file.read()


@pytest.mark.parametrize("kind", ["http", "spamc", "milter"])
def test_streams_from_fuzzing_are_answered_or_closed(served, kind):
    """Each at the port that it is for, with and without its first byte."""
    files = served.files()
    for name, stream in streams(kind):
        for cut in (0, 1):
            with socket.create_connection(
                    ("127.0.0.1", served.ports[kind]), 60) as s:
                s.settimeout(30)
                try:
                    s.sendall(stream[cut:])
                    s.shutdown(socket.SHUT_WR)
                    while s.recv(65536):
                        pass
                except (ConnectionResetError, BrokenPipeError):
                    pass
                except TimeoutError:
                    raise AssertionError("%s is held open" % name) from None
    assert answer(served.ports["http"]) == 200
    assert "was ended by" not in served.log()
    assert served.files() <= files
