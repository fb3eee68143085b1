# SPDX-License-Identifier: Apache-2.0
"""What must hold when parts die, clients vanish and files cannot be read.

Scaled for a run of every change; SEKISHO_OVERLOAD is for how many seconds
there is too much mail (2; the release check has 300), SEKISHO_RESETS how many
clients vanish (1500; 100,000), SEKISHO_KILLS how many workers are killed (3;
60)."""

import asyncio
import functools
import os
import shutil
import signal
import socket
import struct
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import miltertalk  # noqa: E402
import redisserver  # noqa: E402
from crowd import Crowd  # noqa: E402
from daemon import (Daemon, is_running,  # noqa: E402
                    source_folder, until)
from test_overload import (MAIL as LONG, SMALL, capacity,  # noqa: E402
                           keep_asking, pour)
from test_soak import settled, start  # noqa: E402
from test_worker import (ASK, MAIL, PACKS, answer, ask_reload,  # noqa: E402
                         request_of)

RULES = os.path.join(source_folder(), "rules")
OVERLOAD = float(os.environ.get("SEKISHO_OVERLOAD", "2"))
RESETS = int(os.environ.get("SEKISHO_RESETS", "1500"))
KILLS = int(os.environ.get("SEKISHO_KILLS", "3"))


# Overload.

def p99(answers):
    times = sorted(a.took for a in answers)
    return times[int(len(times) * .99)]


def at_ease(port, seconds=1):
    """A second of two gateways that wait for their answers."""
    async def both():
        return await asyncio.gather(*(keep_asking(port, seconds, SMALL)
                                      for _ in range(2)))
    return [a for one in asyncio.run(both()) for a in one]


def test_after_three_times_too_much_answers_are_quick_within_five_seconds(
        rules, tmp_path):
    with Daemon(rules, folder=tmp_path, options=["--workers", "1"]) as d:
        base = p99(at_ease(d.port))
        rate = 3 * capacity(d.port)
        poured = asyncio.run(pour(d.port, rate, OVERLOAD))
        assert {a.status for a in poured} <= {200, 503}
        began, seen = time.monotonic(), []
        while True:
            window = at_ease(d.port)
            seen.append(p99(window))
            # The base is that of this machine now, whoever else uses it.
            if {a.status for a in window} == {200} and \
                    seen[-1] < 2 * base + 0.02:
                break
            if time.monotonic() - began > 5:
                again = p99(at_ease(d.port, 2))
                assert min(seen) < 2 * max(base, again) + 0.02, (base, seen,
                                                                 again)
                break
        print("\nfigures: p99 %.1f ms before, %.1f ms %.1f s behind %d messages a "
              "second for %g s" % (base * 1e3, seen[-1] * 1e3,
                                   time.monotonic() - began, rate, OVERLOAD))


# Start.

CAMPAIGN = """\
pack: 1
kind: campaign
id: rule-%(n)d
title: x
revision: 1
status: stable
mode: score
created: 2026-01-01
expires: 2099-12-31
seen: {first: 2026-02-01, last: 2026-02-01}
severity: high
confidence: high
tlp: clear
references: [x]
groups:
  g:
    url.host: h%(n)d.bad.example
    score: 4
  w:
    body: "word%(n)d of campaign %(n)d"
    score: 4
when: g or w
tests:
  - {name: a, expect: match, mail: {body: 'http://h%(n)d.bad.example/'}}
  - {name: b, expect: clean, mail: {body: x}}
"""


def test_killed_with_ten_thousand_rules_it_is_back_in_two_seconds(tmp_path):
    packs = tmp_path / "packs"
    packs.mkdir()
    for n in range(5000):  # two rules each
        (packs / ("rule-%d.pack.yaml" % n)).write_text(CAMPAIGN % {"n": n})
    mail = b"Subject: x\r\n\r\nhttp://h4999.bad.example/ word7 of campaign 7"
    d = Daemon(packs, state=tmp_path / "state", folder=tmp_path,
               options=["--workers", "2", "--reputation.on", "no"])
    began = time.monotonic()
    d.start()
    took = [time.monotonic() - began]
    port = "http=127.0.0.1:%d" % d.port
    try:
        for _ in range(3):
            assert len(d.check(mail)["symbols"]) == 2
            old = d.workers()
            d.process.kill()
            d.process.wait()
            killed = time.monotonic()
            d = Daemon(packs, state=tmp_path / "state", folder=tmp_path,
                       options=["--workers", "2", "--reputation.on", "no",
                                "--listen", port])
            d.start()
            assert len(d.check(mail)["symbols"]) == 2
            took.append(time.monotonic() - killed)
            until(lambda: not any(is_running(pid) for pid in old))
            ended = time.monotonic() - killed
            # A busy machine may be slow once.
            if took[-1] < 2 and ended < 4:
                break
        print("\nfigures: 10,000 rules: cold %.2f s, killed %s s to the first verdict" % (
            took[0], ["%.2f" % t for t in took[1:]]))
        assert min(took[1:]) < 2
    finally:
        d.stop()


# Clients that vanish.

RESET = struct.pack("ii", 1, 0)
SPAMC = (b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(MAIL)) + MAIL
MILTER = (miltertalk.packet(b"O", struct.pack(">III", 6, 0x1ff, 0x1fffff)) +
          miltertalk.connect() + miltertalk.packet(b"H", b"mx.example\0") +
          miltertalk.packet(b"M", b"<a@b.example>\0") +
          miltertalk.packet(b"R", b"<c@d.example>\0"))
WHOLE = {"http": ASK, "spamc": SPAMC, "milter": MILTER}


def vanish(port, piece):
    s = socket.create_connection(("127.0.0.1", port), 60)
    s.sendall(piece)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    s.close()


def half_close(port, piece):
    """All that is heard once nothing more is to be said."""
    with socket.create_connection(("127.0.0.1", port), 60) as s:
        s.settimeout(60)
        s.sendall(piece)
        s.shutdown(socket.SHUT_WR)
        got = b""
        try:
            while True:
                more = s.recv(65536)
                if not more:
                    return got
                got += more
        except ConnectionResetError:
            return got


def is_verdict(kind, said):
    return {"http": said.startswith(b"HTTP/1.1 200 "),
            "spamc": b" EX_OK\r\n" in said[:30]}.get(kind, False)


def test_connections_reset_at_any_byte_leave_nothing_behind(tmp_path):
    d = start(tmp_path)
    try:
        def rounds(n):
            for at in range(n):
                for kind, whole in WHOLE.items():
                    vanish(d.ports[kind], whole[:at % len(whole) + 1])
        rounds(100)
        memory, files = settled(d)
        rounds(RESETS // len(WHOLE))
        # What leaks grows with each; a heap may still find its size.
        for _ in range(3):
            now, open_now = settled(d)
            if now - memory < max(8 * 1024, memory * .05):
                break
            memory = now
            rounds(RESETS // len(WHOLE) // 2)
        else:
            pytest.fail("%d KB before, %d after" % (memory, now))
        print("\nfigures: %d resets: %d KB, %d files before; %d KB, %d files after" % (
            RESETS, memory, files, now, open_now))
        assert open_now <= files + 2
        assert "was ended by" not in d.log()
        assert d.stop() == 0
    finally:
        d.stop()


def test_who_half_closes_is_answered_if_all_was_said(tmp_path):
    d = start(tmp_path)
    try:
        for kind in ("http", "spamc"):
            whole = WHOLE[kind]
            for at in range(1, len(whole) + 1, 7):
                said = half_close(d.ports[kind], whole[:at])
                assert not is_verdict(kind, said) or at == len(whole)
            assert is_verdict(kind, half_close(d.ports[kind], whole))
        for at in range(1, len(MILTER), 7):
            half_close(d.ports["milter"], MILTER[:at])
        assert answer(d.port) == 200
        assert "was ended by" not in d.log()
    finally:
        d.stop()


# Workers killed while they learn.

class Senders(Crowd):
    """Each mail is from a domain of its own, and is sent once."""

    def __init__(self, port):
        super().__init__([functools.partial(self.run, k)
                          for k in range(4)])
        self.port = port
        self.answered, self.cut = [], []

    def run(self, k):
        n = 0
        while not self.is_over:
            domain, n = "s%d-%d.example" % (k, n), n + 1
            try:
                with socket.create_connection(("127.0.0.1", self.port),
                                              60) as s:
                    s.settimeout(60)
                    s.sendall(request_of(MAIL.replace(
                        b"sender.example", domain.encode())))
                    said = s.recv(65536)
            except ConnectionResetError:
                said = b""
            (self.answered if said.startswith(b"HTTP/1.1 200 ") else
             self.cut).append(domain)


def kill_one(d, turn):
    """False: that was a helper of the master's, which has gone."""
    both = until(lambda: (lambda pids: len(pids) == 2 and pids)(d.workers()))
    try:
        os.kill(both[turn % 2], signal.SIGKILL)
    except ProcessLookupError:
        return False
    until(lambda: both[turn % 2] not in d.workers())
    return True


def kill_workers(d):
    turn = 0
    while turn < KILLS:
        time.sleep(0.5)
        turn += kill_one(d, turn)
    until(lambda: len(d.workers()) == 2)
    time.sleep(0.3)


def test_no_message_counts_twice_when_its_worker_is_killed(rules, tmp_path):
    """Updates on their way are sent again by the successor: each counts
    once."""
    with redisserver.Server(tmp_path) as server, \
            Daemon(rules, state=tmp_path / "state", folder=tmp_path, options=[
                "--workers", "2", "--store.engine", "redis",
                "--store.servers", "127.0.0.1:%d" % server.port]) as d:
        with Senders(d.port) as senders:
            kill_workers(d)

        def counts():
            names = ["sekisho:1:seen:from:" + domain
                     for domain in senders.answered + senders.cut]
            return [int(float(value.split()[0])) for value in
                    server.call("MGET", *names) if value]

        def at_rest(last=[None]):
            before, last[0] = last[0], sum(counts())
            time.sleep(0.3)
            return before == last[0] and last[0] > 0
        until(at_rest)
        seen = counts()
        print("\nfigures: %d workers killed: %d answered, %d cut; %d counted" % (
            KILLS, len(senders.answered), len(senders.cut), sum(seen)))
        assert len(senders.cut) <= 4 * KILLS
        assert len(senders.answered) > 20
        assert max(seen) == 1
        assert sum(seen) <= len(senders.answered) + len(senders.cut)
        # Each killed worker loses what it had not written down at most.
        assert sum(seen) > len(senders.answered) * .5


# Packs that cannot be read.

@pytest.fixture
def own(tmp_path):
    shutil.copytree(RULES, tmp_path / "packs")
    with Daemon(tmp_path / "packs", state=tmp_path / "s", folder=tmp_path,
                options=["--workers", "2", "--reputation.on", "no"]) as d:
        d.pack_folder = tmp_path / "packs"
        yield d
    assert "Sanitizer" not in d.log()


def verdict(d):
    reply = d.check(MAIL)
    return reply["score"], reply["action"], sorted(reply["symbols"])


def test_packs_that_may_not_be_read_leave_what_serves(own):
    """One file is told by its name, and its last good text serves; a folder
    is an error of all."""
    before = verdict(own)
    pack, = own.pack_folder.rglob("*ekinet*.pack.yaml")
    pack.chmod(0)
    began = time.monotonic()
    status, out, err = ask_reload(own)
    if status == 0:
        pytest.skip("who compiles here may read everything")
    assert time.monotonic() - began < 20
    assert status == 1 and ": %d packs, " % PACKS in out, (out, err)
    assert str(pack) in err and "Permission denied" in err
    assert verdict(own) == before
    pack.chmod(0o644)
    assert ask_reload(own)[0] == 0
    own.pack_folder.chmod(0)
    status, out, err = ask_reload(own)
    assert (status, out) == (2, ""), err
    assert str(own.pack_folder) in err and "Permission denied" in err
    assert verdict(own) == before
    own.pack_folder.chmod(0o755)
    assert ask_reload(own)[0] == 0
    assert len(own.workers()) == 2
