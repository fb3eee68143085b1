# SPDX-License-Identifier: Apache-2.0
"""What an intruder in a worker could do: a plugin tries."""

import os
import shutil
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from daemon import Daemon, program, source_folder, until  # noqa: E402
from test_packformat import feeds, hosts  # noqa: E402
from test_worker import answer  # noqa: E402

RULES = os.path.join(source_folder(), "rules")


def escape_plugin():
    path = program("tests/daemon/plugin_escape.so")
    if not os.path.exists(path):
        pytest.skip("the plugin of the stories is not built")
    return path


def start(folder, *options, **settings):
    conf = folder / "sekisho.yaml"
    # A new machine has no user sekisho, and workers would stay root.
    conf.write_text("user: nobody\nplugins:\n  %s:\n%s" % (
        escape_plugin(), "".join(
        "    %s: %s\n" % pair for pair in settings.items())))
    return Daemon(RULES, state=folder / "state", folder=folder, options=[
        "--config", conf, "--workers", "2", *options])


def attempt(d, what):
    """What the plugin says of it; None if the worker died of it."""
    mail = ("From: a@%s.try.example\r\nSubject: x\r\n\r\nx\r\n" % what)
    try:
        symbols = d.check(mail.encode())["symbols"]
    except OSError:
        return None
    option, = symbols["ESCAPE"]["options"]
    return option.split("=", 1)[1]


def status_of(pid):
    with open("/proc/%d/status" % pid) as status:
        # Where nobody is in a group, "Groups:" is followed by blanks alone.
        return {name: value.strip() for name, _, value in
                (line.partition(":") for line in status)}


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sandbox")
    (folder / "secret").write_text("x")
    with start(folder, file=folder / "secret", state=folder / "state") as d:
        if "built with sanitizers" in d.log():
            pytest.skip("built with sanitizers")
        if "cannot confine workers wholly" in d.log():
            pytest.skip("this kernel has no Landlock or seccomp")
        yield d
        assert d.process.poll() is None


@pytest.mark.parametrize("what", ["read", "write", "listen", "kill"])
def test_what_a_worker_has_no_business_with_is_refused(closed, what):
    assert attempt(closed, what) in ("Permission denied",
                                     "Operation not permitted")
    assert not os.path.exists("/tmp/sekisho-escaped")


@pytest.mark.parametrize("what", ["exec", "fork", "system", "ptrace", "raw",
                                  "setuid"])
def test_what_only_an_intruder_would_try_ends_the_worker(closed, what):
    before = closed.log().count("was ended by signal 31")
    assert attempt(closed, what) is None
    until(lambda: closed.log().count("was ended by signal 31") == before + 1)
    until(lambda: len(closed.workers()) == 2)
    until(lambda: answer(closed.port) == 200)


def test_what_a_worker_remembers_it_may_write(closed):
    assert attempt(closed, "state") == "done"


def wait_for_successors(d):
    """A worker closes its sandbox before it serves."""
    def are_closed():
        try:
            return [status_of(pid)["Seccomp"] for pid in d.workers()] == \
                ["2", "2"]
        except OSError:
            return False  # it has died meanwhile
    until(are_closed)


def test_the_kernel_says_the_same_of_each_worker(closed):
    wait_for_successors(closed)
    for pid in closed.workers():
        status = status_of(pid)
        assert status["Seccomp"] == "2"
        assert status["NoNewPrivs"] == "1"
        assert int(status["CapEff"], 16) == 0 or os.getuid() != 0
        with open("/proc/%d/limits" % pid) as limits:
            core, = [line for line in limits if "core file" in line]
        assert core.split()[4:6] == ["0", "0"]
    if os.getuid() == 0:
        assert all(status_of(pid)["Uid"].split()[0] != "0"
                   for pid in closed.workers())


def test_every_thread_is_confined(closed):
    wait_for_successors(closed)
    for pid in closed.workers():
        for thread in os.listdir("/proc/%d/task" % pid):
            assert status_of(int(thread))["Seccomp"] == "2"


def test_without_a_sandbox_the_plugin_gets_through(tmp_path):
    """The proof that the attempts are real."""
    (tmp_path / "secret").write_text("x")
    with start(tmp_path, "--sandbox", "no", file=tmp_path / "secret") as d:
        assert attempt(d, "read") == "done"
        assert attempt(d, "fork") == "done"
        assert "sandbox: no" in d.log()


def test_a_list_in_another_folder_comes_with_another_worker(tmp_path):
    """Those that serve do not reach it: successors do, and read it again."""
    packs = tmp_path / "packs"
    shutil.copytree(RULES, packs)
    raw = b"Subject: x\r\n\r\nhttp://h7.bad.example/\r\n"
    new = raw.replace(b"h7", b"new")
    with Daemon(packs, state=tmp_path / "state", folder=tmp_path) as d:
        before = d.workers()
        d.reload()
        d.wait_for("generation 2 serves")
        assert d.workers() == before
        (packs / "feeds").mkdir()
        feeds(packs / "feeds", hosts(50))
        d.reload()
        d.wait_for("generation 3 serves")
        assert all(d.check(raw)["score"] >= 8 for _ in range(8))
        assert "Permission denied" not in d.log()
        if "sanitizers" not in d.log():
            until(lambda: not set(before) & set(d.workers()))
        with open(packs / "feeds" / "hosts.txt", "a") as rows:
            rows.write("new.bad.example\n")
        until(lambda: all(d.check(new)["score"] >= 8 for _ in range(8)))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_workers_that_stay_root_have_no_capability(tmp_path):
    """On a machine without a user sekisho they had all of them."""
    with start(tmp_path, "--user", "root", state=tmp_path / "state") as d:
        for pid in d.workers():
            status = status_of(pid)
            assert status["Uid"].split()[0] == "0"
            assert {status["Cap" + kind].strip("0") for kind in (
                "Inh", "Prm", "Eff", "Bnd", "Amb")} == {""}
        assert answer(d.port) == 200
        assert attempt(d, "state") == "done"
        assert d.stop() == 0
