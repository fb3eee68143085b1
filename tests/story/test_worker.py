# SPDX-License-Identifier: Apache-2.0
"""Master and workers: who dies, who takes over, what clients see of it."""

import itertools
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import messages  # noqa: E402
from crowd import Crowd  # noqa: E402
from daemon import (Daemon, is_running, program,  # noqa: E402
                    source_folder, until)
from samples import BY_ID  # noqa: E402

RULES = os.path.join(source_folder(), "rules")
PACKS = sum(name.endswith(".pack.yaml")
            for _, _, names in os.walk(RULES) for name in names)

MAIL = (b"From: someone@sender.example\r\nTo: you@customer.example\r\n"
        b"Subject: hello\r\n\r\nSee https://www.other.example/path.\r\n")


def request_of(mail):
    return (b"POST /checkv2 HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" %
            (len(mail), mail))


ASK = request_of(MAIL)
NUMBERS = itertools.count()


def another():
    """No mail comes twice: one in hand at two deaths would be set aside."""
    return request_of(MAIL + b"%d\r\n" % next(NUMBERS))


def answer(port, wait=60):
    """Status of one scan on a connection of its own, or why there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), wait) as s:
            s.settimeout(wait)
            s.sendall(another())
            got = b""
            while b"\r\n" not in got:
                piece = s.recv(4096)
                if not piece:
                    return "closed"
                got += piece
            return int(got.split()[1])
    except ConnectionResetError:
        return "reset"
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "lost"


class Load(Crowd):
    """Clients that ask one scan after the other until they are stopped."""

    def __init__(self, port, clients=4):
        super().__init__([self.ask] * clients)
        self.port = port
        self.answers = []
        self.slowest = 0

    def ask(self):
        while not self.is_over:
            began = time.monotonic()
            self.answers.append(answer(self.port))
            self.slowest = max(self.slowest, time.monotonic() - began)

    def count(self, *kinds):
        return sum(a in kinds for a in self.answers)


@pytest.fixture
def two(tmp_path):
    with Daemon(RULES, state=tmp_path / "state", folder=tmp_path,
                options=["--workers", "2"]) as d:
        yield d
    assert "Sanitizer" not in d.log()


def test_as_many_workers_serve_as_are_asked_for(tmp_path):
    with Daemon(RULES, folder=tmp_path, options=["--workers", "3"]) as d:
        assert len(d.workers()) == 3
        assert all(answer(d.port) == 200 for _ in range(20))
        assert d.log().count("generation 1 serves") == 1
        assert d.stop() == 0


def test_counters_are_those_of_all_workers(tmp_path):
    with Daemon(RULES, folder=tmp_path, options=[
            "--workers", "2", "--listen", "control=127.0.0.1:0"]) as d:
        for _ in range(20):
            assert answer(d.port) == 200
        d.port = d.port_of("control")
        _, _, body = d.request("/stat")
        assert b'"scanned":20' in body
        os.kill(d.workers()[0], signal.SIGKILL)
        d.wait_for("was ended by signal 9")
        until(lambda: len(d.workers()) == 2)
        _, _, body = d.request("/stat")
        assert b'"scanned":20' in body
        assert d.stop() == 0
        assert "ended: 20 scanned" in d.log()


def test_workers_killed_under_load_cost_their_own_clients_alone(two):
    """One a second: who was inside is told at once, the next is served."""
    with Load(two.port) as load:
        for turn in range(4):
            time.sleep(0.9)
            before = two.workers()
            os.kill(before[turn % len(before)], signal.SIGKILL)
            until(lambda: len(set(two.workers()) - set(before)) == 1)
        time.sleep(0.5)
    assert load.count("lost", "refused") == 0
    # Of 4 clients each has at most one request in hand at each death.
    assert load.count("closed", "reset") <= 16
    assert load.count(200) == len(load.answers) - \
        load.count("closed", "reset") > 20
    # A call that waits for a worker's return waits for its start alone.
    assert load.slowest < 10
    assert two.stop() == 0


def test_a_call_that_waits_at_a_dead_worker_is_answered(two):
    """Calls that no worker has taken yet are taken by a successor."""
    old = two.workers()
    for pid in old:
        os.kill(pid, signal.SIGSTOP)
    held = []
    for _ in range(10):
        held.append(socket.create_connection(("127.0.0.1", two.port), 60))
        held[-1].sendall(ASK)
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    for s in held:
        s.settimeout(60)
        assert s.recv(4096).startswith(b"HTTP/1.1 200 ")
        s.close()


def test_without_its_master_a_worker_ends_and_the_address_is_free(tmp_path):
    folder = tmp_path / "state"
    with Daemon(RULES, state=folder, folder=tmp_path) as d:
        workers = d.workers()
        idle = socket.create_connection(("127.0.0.1", d.port), 60)
        idle.sendall(ASK)
        assert idle.recv(4096).startswith(b"HTTP/1.1 200 ")
        os.kill(d.process.pid, signal.SIGKILL)
        d.process.wait()
        until(lambda: not any(is_running(pid) for pid in workers))
        idle.close()
        port = d.port
    with Daemon(RULES, state=folder, folder=tmp_path,
                options=["--listen", "http=127.0.0.1:%d" % port]):
        assert answer(port) == 200


def test_workers_that_die_at_once_are_started_more_and_more_slowly(two):
    born = set(two.workers())
    end = time.monotonic() + 2
    while time.monotonic() < end:
        for pid in two.workers():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
        born |= set(two.workers())
    assert 2 < len(born) < 30
    until(lambda: len(two.workers()) == 2)
    until(lambda: answer(two.port) == 200)


def bound_files(d, soft=None):
    """How many files the master may have open; as many as it may."""
    _, hard = resource.prlimit(d.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(d.process.pid, resource.RLIMIT_NOFILE,
                     (soft or hard, hard))


def listening(port):
    """Sockets that take calls there."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        rows = [row.split() for row in file]
    return sum(row[1].endswith(":%04X" % port) and row[3] == "0A"
               for row in rows)


def test_nobody_calls_where_no_successor_can_be_had(two):
    """The socket of a worker whose successors all failed took calls that
    nobody ever answered."""
    bound_files(two, 3)
    os.kill(two.workers()[0], signal.SIGKILL)
    two.wait_for("a worker cannot be started")
    two.wait_for("has no successor: calls go to the others")
    assert all(answer(two.port, 10) == 200 for _ in range(40))
    os.kill(two.workers()[0], signal.SIGKILL)
    until(lambda: answer(two.port, 10) == "refused")
    bound_files(two)
    until(lambda: listening(two.port) == 2)
    assert all(answer(two.port) == 200 for _ in range(40))


def test_a_compiler_that_takes_too_long_leaves_what_serves(tmp_path):
    """Bounded by time and by memory, at a reload as at the start."""
    packs = tmp_path / "packs"
    shutil.copytree(RULES, packs)
    with Daemon(packs, folder=tmp_path, options=[
            "--limits.compile_time", "1s"]) as d:
        rows = "".join("- url.host: h%d.bad.example\n" % n
                       for n in range(30000))
        (packs / "huge").mkdir()
        first = packs / "huge" / "0.pack.yaml"
        first.write_text("pack: 1\nid: huge\ngroups:\n" + rows)
        # Ten times what it takes here, without as many bytes on the disk.
        for n in range(1, 400):
            os.link(first, packs / "huge" / ("%d.pack.yaml" % n))
        d.reload()
        d.wait_for("longer than limits.compile_time")
        d.wait_for("reload failed: generation 1 goes on serving")
        assert answer(d.port) == 200
        shutil.rmtree(packs / "huge")
        d.reload()
        d.wait_for("generation 2 serves")


def test_no_compiler_is_left_when_the_daemon_ends(tmp_path):
    with Daemon(RULES, folder=tmp_path) as d:
        pid = d.process.pid
        d.reload()
        assert d.stop() == 0
        done = subprocess.run(["ps", "--ppid", str(pid)],
                              capture_output=True)
        assert done.returncode == 1


# Reload.

@pytest.fixture
def own(tmp_path):
    """A daemon with a folder of packs to change."""
    shutil.copytree(RULES, tmp_path / "packs")
    with Daemon(tmp_path / "packs", state=tmp_path / "s", folder=tmp_path,
                options=["--workers", "2"]) as d:
        d.pack_folder = tmp_path / "packs"
        yield d
    assert "Sanitizer" not in d.log()


def ask_reload(d):
    done = subprocess.run([program("sekisho"), "reload", "--state",
                           str(d.state)], capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_who_asks_for_a_reload_hears_what_became_of_it(own):
    status, out, err = ask_reload(own)
    assert (status, err) == (0, "")
    assert out.startswith("generation 2 serves: %d packs, " % PACKS)
    broken = own.pack_folder / "broken.pack.yaml"
    broken.write_text("pack: 1\nid: [\n")
    status, out, err = ask_reload(own)
    assert status == 1 and out.startswith(
        "generation 3 serves: %d packs" % PACKS)
    assert "broken.pack.yaml:3:1: error:" in err
    broken.unlink()
    moved = own.pack_folder.parent / "moved"
    own.pack_folder.rename(moved)
    status, out, err = ask_reload(own)
    assert (status, out) == (2, "")
    assert err.startswith("generation 3 goes on serving")
    assert "no usable pack" in err
    assert answer(own.port) == 200
    moved.rename(own.pack_folder)
    assert ask_reload(own)[0] == 0
    assert own.stop() == 0
    status, _, err = ask_reload(own)
    assert status == 2 and "is sekishod running" in err


def test_a_link_that_leads_nowhere_leaves_the_pack_that_was(own):
    """A checkout half made takes no campaign out of service."""
    pack = next(own.pack_folder.rglob("*ekinet*.pack.yaml"))
    pack.unlink()
    pack.symlink_to("nowhere")
    status, out, err = ask_reload(own)
    assert status == 1 and ": %d packs, " % PACKS in out
    assert "goes on serving" in err and "No such file" in err


def test_a_folder_that_was_away_has_its_last_good_revisions(own):
    """A reload that found no pack forgot them all, and the next pack that
    could not be read then kept every change from serving."""
    moved = own.pack_folder.parent / "moved"
    own.pack_folder.rename(moved)
    assert ask_reload(own)[0] == 2
    moved.rename(own.pack_folder)
    pack = next(own.pack_folder.rglob("*ekinet*.pack.yaml"))
    pack.unlink()
    pack.symlink_to("nowhere")
    status, out, err = ask_reload(own)
    assert status == 1 and "generation 2 serves: %d packs, " % PACKS in out
    assert "goes on serving" in err and "is left out" not in err


def test_reloads_good_and_broken_under_load_lose_nothing(own):
    broken = own.pack_folder / "broken.pack.yaml"
    with Load(own.port) as load:
        for turn in range(8):
            if turn % 2:
                broken.write_text("pack: 1\nid: [\n")
            elif broken.exists():
                broken.unlink()
            assert ask_reload(own)[0] == turn % 2
    assert load.count(200) == len(load.answers) > 20
    assert load.slowest < 10
    assert len(own.workers()) == 2


def nested(depth):
    return "pack: 1\nid: %s\n" % ("[" * depth)


def bomb():
    """Aliases of aliases: nine levels of ten."""
    return "pack: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        "a%d: &a%d [%s]\n" % (n, n, ", ".join(["*a%d" % (n - 1)] * 10))
        for n in range(1, 10))


# What becomes of a pack that serves: written over by it; how that is told.
WRONG = {
    "cut in the middle": (lambda good: good[:len(good) // 2], r":\d+:\d+: "),
    "cut behind a key": (lambda good: good[:good.index("title:") + 6],
                         r":\d+:\d+: "),
    "empty": (lambda good: "", "nothing in the file"),
    "no text": (lambda good: "\0\xff\xfe" * 1000, r":1:\d+: |control|UTF-8"),
    "of another world": (lambda good: "<html>busy</html>\n", r":1:1: "),
    "deep": (lambda good: nested(100000), r":\d+:\d+: "),
    "a bomb": (lambda good: bomb(), r":\d+:\d+: |larger|nodes"),
    "too large": (lambda good: good + "# x\n" * (5 << 20), "limit"),
    "twice the same": (lambda good: good.replace("title:", "title: x\ntitle:",
                                                 1), r":\d+:\d+: .*duplicate"),
}


def found(reply):
    """What packs say; reputation has learnt meanwhile."""
    return [(c["symbol"], c["revision"], c["points"])
            for c in reply["sekisho"]["campaigns"]]


@pytest.mark.parametrize("how", WRONG)
def test_a_pack_gone_wrong_leaves_its_last_good_revision(own, how):
    change, said = WRONG[how]
    path, = own.pack_folder.rglob("*ekinet*.pack.yaml")
    good = path.read_text()
    lure = messages.build(BY_ID["ekinet"])
    before = own.check(lure, **messages.envelope(BY_ID["ekinet"]))
    path.write_text(change(good), encoding="latin-1"
                    if how == "no text" else "utf-8")
    began = time.monotonic()
    status, out, err = ask_reload(own)
    assert time.monotonic() - began < 20
    assert status == 1 and ": %d packs, " % PACKS in out, err
    assert re.search(re.escape(str(path)) + ".*(" + said + ")", err), err
    after = own.check(lure, **messages.envelope(BY_ID["ekinet"]))
    assert after["action"] == before["action"] == "reject"
    assert found(after) == found(before) != []
    path.write_text(good)
    assert ask_reload(own)[0] == 0


def test_a_worker_that_starts_later_has_what_serves_now(own):
    """Not what the daemon was started with, nor what has come meanwhile."""
    for pack in own.pack_folder.rglob("*ekinet*"):
        pack.unlink()
    assert "%d packs" % (PACKS - 1) in ask_reload(own)[1]
    for pack in own.pack_folder.rglob("*kagoya*"):
        pack.unlink()
    before = own.workers()
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(set(own.workers()) - set(before)) == 1)
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(own.state / "control.sock"))
        s.sendall(b"status\n")
        lines = s.makefile().read().splitlines()
    assert lines[0] == "ok generation 2"
    assert sum("generation 2," in line for line in lines) == 2


def test_a_changed_pack_is_loaded_once_it_lies_still(tmp_path):
    shutil.copytree(RULES, tmp_path / "packs")
    with Daemon(tmp_path / "packs", folder=tmp_path, options=[
            "--watch", "300ms"]) as d:
        time.sleep(1)
        assert "reload" not in d.log()
        for pack in (tmp_path / "packs").rglob("*ekinet*"):
            pack.unlink()
        d.wait_for("generation 2 serves: %d packs" % (PACKS - 1))
        time.sleep(1)
        assert "generation 3" not in d.log()


def test_many_workers_leave_the_compiler_its_memory(tmp_path):
    """What the master shares with workers is not held against the bound."""
    with Daemon(RULES, state=tmp_path / "state", folder=tmp_path,
                options=["--workers", "8",
                         "--limits.compile_memory", "512MB"]) as d:
        with open("/proc/%d/statm" % d.process.pid) as statm:
            pages = int(statm.read().split()[0])
        assert pages * os.sysconf("SC_PAGESIZE") > 512 * 1024 * 1024
        assert answer(d.port) == 200
