# SPDX-License-Identifier: Apache-2.0
"""What is installed beside the programs is what systemd and others take."""
import os
import re
import shutil
import signal
import socket
import subprocess

import daemon as sekishod
import pytest

BUILD = os.environ["SEKISHO_BUILD"]
SOURCE = os.environ["SEKISHO_SOURCE"]
UNIT = os.path.join(BUILD, "contrib/systemd/sekishod.service")


def run(*words):
    if shutil.which(words[0]) is None:
        pytest.skip("no %s here" % words[0])
    return subprocess.run(words, capture_output=True, text=True)


def test_the_unit_is_hardened():
    done = run("systemd-analyze", "security", "--offline=true", "--no-pager",
               "--threshold=20", UNIT)
    if "unrecognized option" in done.stderr:
        pytest.skip("systemd-analyze is too old to look at a file")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""  # nothing in it is unknown to systemd
    assert float(re.search(r"level for \S+ ([\d.]+)",
                           done.stdout).group(1)) <= 2.0


def test_the_unit_starts_what_is_installed():
    with open(UNIT) as file:
        unit = file.read()
    assert "@" not in unit.replace("@system-service", "").replace(
        "@privileged", "").replace("@resources", "")
    program = re.search(r"^ExecStart=(\S+) -f -c (\S+)", unit, re.M)
    assert program.group(1).endswith("/sbin/sekishod")
    assert program.group(2).endswith("/sekisho/sekisho.yaml")


def test_the_unit_follows_a_program_that_takes_over():
    """Else systemd ends the service with the process it has started."""
    with open(UNIT) as f:
        unit = f.read().replace("\\\n", " ")
    path = re.search(r"^PIDFile=(/run/sekisho/\S+)$", unit, re.M).group(1)
    assert re.search(r"^ExecStart=.*\s--pid_file %s$" % path, unit, re.M)
    assert re.search(r"^RuntimeDirectory=sekisho$", unit, re.M)


def test_one_broken_pack_does_not_keep_the_service_down():
    """Once sekishod -t stood in front, which refuses what a start leaves
    out; and five ends in ten seconds were the last."""
    with open(UNIT) as f:
        unit = f.read()
    assert "ExecStartPre" not in unit
    assert "StartLimitIntervalSec=0\n" in unit
    assert "Restart=on-failure\n" in unit
    assert "RestartPreventExitStatus=64 78\n" in unit


class Listener:
    """NOTIFY_SOCKET, as systemd holds it."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(sekishod.PATIENCE)
        self.name = path.replace("\0", "@")

    def next(self):
        return self.socket.recv(1000).decode()


@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_who_started_it_is_told_when_it_serves_and_ends(rules, tmp_path,
                                                        kind):
    path = str(tmp_path / "n") if kind == "path" else \
        "\0sekisho-%s" % tmp_path
    heard = Listener(path)
    with sekishod.Daemon(rules, folder=str(tmp_path), options=[
            "--pid_file", str(tmp_path / "pid")], environment={
            "NOTIFY_SOCKET": heard.name}) as d:
        assert heard.next() == "READY=1"
        first = d.process.pid
        os.kill(first, signal.SIGUSR2)
        d.process.wait(sekishod.PATIENCE)
        second = int((tmp_path / "pid").read_text())
        assert second != first
        os.kill(second, signal.SIGTERM)
        # The one that took over was not to say that it is ready.
        assert heard.next() == "STOPPING=1"
        sekishod.until(lambda: not sekishod.is_running(second))


def test_systemd_makes_the_user_and_the_folders(tmp_path):
    where = os.path.join(SOURCE, "contrib/systemd")
    (tmp_path / "etc").mkdir()
    done = run("systemd-sysusers", "--root=%s" % tmp_path,
               os.path.join(where, "sysusers.d/sekisho.conf"))
    if os.geteuid() != 0 and done.returncode != 0:
        pytest.skip("only root can make users: " + done.stderr.strip())
    assert done.returncode == 0, done.stderr
    assert "sekisho:x:" in (tmp_path / "etc/passwd").read_text()
    with open(os.path.join(where, "tmpfiles.d/sekisho.conf")) as file:
        folders = re.findall(r"^d (\S+) ", file.read(), re.M)
    assert "/var/lib/sekisho" in folders


def test_logrotate_takes_its_file():
    done = run("logrotate", "--debug", "--state", "/dev/null",
               os.path.join(SOURCE, "contrib/logrotate/sekisho"))
    if "unknown user 'sekisho'" in done.stderr:
        pytest.skip("the user that the package makes is not here")
    assert done.returncode == 0, done.stderr
    assert "error:" not in done.stderr
