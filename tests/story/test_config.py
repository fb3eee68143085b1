# SPDX-License-Identifier: Apache-2.0
"""sekisho config: every setting in force, with who said so."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from daemon import Daemon, program, source_folder, until  # noqa: E402

RULES = os.path.join(source_folder(), "rules")
HASH = "0123456789abcdef" * 4

FILE = """listen:
- http=127.0.0.1:11333
- address: 127.0.0.1:11334
  protocol: control
  roles: none
tokens:
  ops: {hash: %s, roles: [admin, read]}
thresholds:
  reject: 18.5
limits.message: 20MB
store:
  password: hunter2
texts:
  subject: 'see https://me:hunter3@wiki.example/x: '
settings:
- rcpt: [a@x.example, x.example]
  thresholds: {reject: off}
trusted: [192.0.2.0/24, '::1']
dns.servers: system
dnslists:
- spamcop
- preset: spamhaus-zen
  zone: hunter4.zen.dq.spamhaus.net
""" % HASH


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "sekisho.yaml"
    path.write_text(FILE)
    return path


def entries(run, *words):
    done = run("config", "--json", *words)
    assert (done.returncode, done.stderr) == (0, b"")
    return {e["name"]: e for e in json.loads(done.stdout)["settings"]}


def test_the_file_with_every_default_changes_none(run):
    """It once said another dns.budget than a daemon without it has."""
    told = entries(run, "--changed", "-c", os.path.join(
        source_folder(), "contrib", "sekisho.yaml"))
    assert set(told) == {"listen"}  # two are shown


def test_every_setting_is_there_with_its_origin(run, path):
    told = entries(run, "-c", path, "--", "--workers", "3", "--lang=ja")
    done = subprocess.run([program("sekishod"), "--help"],
                          capture_output=True, text=True, check=True)
    names = re.findall(r"^  --([a-z_.]+)", done.stdout, re.M)
    assert len(names) > 50
    assert [n for n in names if n not in told] ==\
        ["listen", "dnslists"]
    assert told["limits.message"] == {
        "name": "limits.message", "value": "20MB", "origin": "file",
        "file": str(path), "line": 10, "changed": True}
    assert told["thresholds.reject"]["line"] == 9
    assert told["workers"] == {
        "name": "workers", "value": "3", "origin": "command line",
        "changed": True}
    assert told["lang"]["value"] == "ja"
    assert told["deadline"] == {
        "name": "deadline", "value": "8s", "origin": "default",
        "changed": False}
    assert told["trusted"]["value"] == ["192.0.2.0/24", "::1"]
    assert told["listen[1].protocol"]["line"] == 4
    assert told["settings[0].thresholds.reject"]["value"] == "off"


def test_only_what_differs(run, path):
    told = entries(run, "-c", path, "--changed", "--", "--workers", "0",
                   "--deadline", "9s")
    assert all(e["changed"] for e in told.values())
    assert "deadline" in told and "thresholds.reject" in told
    # Said, and yet what it is anyway.
    assert "workers" not in told and "limits.depth" not in told
    assert entries(run, "-c", "none", "--changed") == {}


def test_no_secret_is_shown(run, path):
    for words in ([], ["--json"], ["--color", "always"]):
        text = run("config", "-c", path, *words).stdout.decode()
        assert "hunter" not in text and HASH not in text
        assert "https://me:(hidden)@wiki.example/x" in text
        assert "(hidden).zen.dq.spamhaus.net" in text
        assert text.count("(hidden)") == 4


def test_the_text_is_a_configuration_that_says_the_same(run, path, tmp_path):
    path.write_text(FILE.replace("  password: hunter2\n", "  db: 3\n"))
    again = tmp_path / "again.yaml"
    again.write_bytes(run("config", "-c", path).stdout.replace(
        b"hash: (hidden)", b"hash: " + HASH.encode()).replace(
        b"(hidden).zen", b"hunter4.zen"))
    was, now = entries(run, "-c", path), entries(run, "-c", again)
    assert {n: e["value"] for n, e in was.items()} == \
        {n: e["value"] for n, e in now.items()}


def test_people_see_colours_and_places(run, path):
    text = run("config", "-c", path, "--color", "always").stdout.decode()
    assert re.search(r"\x1b\[1mlimits.message: 20MB\x1b\[0m +"
                     r"\x1b\[32m# %s:10\x1b\[0m\n" % re.escape(str(path)),
                     text)
    plain = run("config", "-c", path).stdout.decode()
    assert "\x1b" not in plain
    assert re.search(r"^deadline: 8s +# default$", plain, re.M)


def test_a_misspelt_name_is_refused_as_the_daemon_does(run, path):
    path.write_text(FILE.replace("reject: 18.5", "rejct: 18.5"))
    done = run("config", "-c", path)
    assert done.returncode == 2 and done.stdout == b""
    assert b"sekisho.yaml:9:3: error: there is no setting " \
        b"\"thresholds.rejct\"" in done.stderr
    assert b'did you mean "thresholds.reject"?' in done.stderr
    done = run("config", "-c", "none", "--", "--worker", "2")
    assert done.returncode == 2 and b"--workers" in done.stderr
    assert run("config", "-c", path.parent / "none.yaml").returncode == 2


def test_looking_makes_nothing(run, tmp_path):
    state = tmp_path / "state"
    told = entries(run, "-c", "none", "--", "--state", state)
    assert told["control"]["value"] == str(state / "control.sock")
    assert not state.exists()


def test_the_one_that_runs_is_asked(run, tmp_path):
    path = tmp_path / "some.yaml"
    path.write_text("thresholds: {reject: 12}\n")
    state = tmp_path / "state"
    with Daemon(RULES, state=state, folder=tmp_path, options=[
            "-c", path, "--workers", "1"]) as d:
        told = entries(run, "--running", "--state", state)
        assert told["thresholds.reject"]["file"] == str(path)
        assert told["workers"]["value"] == "1"
        assert told["listen"] == {
            "name": "listen", "value": ["http=127.0.0.1:%d" % d.port],
            "origin": "command line", "changed": True}
        assert run("config", "--running", "--state", state, "--",
                   "--workers", "2").returncode == 2
    done = run("config", "--running", "--state", state)
    assert done.returncode == 2 and b"is sekishod running" in done.stderr


def test_one_in_the_background_is_asked_too(run, tmp_path):
    pid_file = tmp_path / "pid"
    subprocess.run([program("sekishod"), "--listen", "http=127.0.0.1:0",
                    "--packs", RULES, "--state", tmp_path / "state",
                    "--pid_file", pid_file, "--lang", "ja",
                    "--log_file", tmp_path / "log"], check=True, timeout=120)
    until(lambda: "listening" in (tmp_path / "log").read_text())
    try:
        told = entries(run, "--running", "--state", tmp_path / "state")
        assert told["lang"]["value"] == "ja"
    finally:
        os.kill(int(pid_file.read_text()), signal.SIGTERM)
