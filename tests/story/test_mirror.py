# SPDX-License-Identifier: Apache-2.0
"""A share of the messages goes to a second daemon behind the answer; what
that says otherwise is found again, and nobody waits for it."""

import os
import re
import shutil
import socket
import subprocess
import time

import daemon as sekishod
import ports
import pytest
import redisserver
from test_history import PLAIN, Kept


def other_packs(rules, folder):
    """Packs of a second daemon, which does not know one campaign."""
    shutil.copytree(rules, folder)
    for path in folder.rglob("*.pack.yaml"):
        if "mode: score" in path.read_text() and "ekinet" in path.name:
            path.write_text(path.read_text().replace(
                "mode: score", "mode: observe"))
    return folder


def options(to, *more):
    return ["--mirror.to", to, "--mirror.share", "1", *more]


def outcomes(d):
    """How many messages /metrics tells of, by what became of them."""
    text = d.request("/metrics")[2].decode()
    return {word: int(n) for word, n in re.findall(
        r'sekisho_mirror_messages_total\{outcome="(\w+)"\} (\d+)', text)}


def test_what_the_second_says_otherwise_is_found(rules, tmp_path):
    state = tmp_path / "state"
    with sekishod.Daemon(other_packs(rules, tmp_path / "packs"),
                         state=tmp_path / "there",
                         folder=str(tmp_path)) as there, \
            sekishod.Daemon(rules, state=state, folder=str(tmp_path),
                            options=options("127.0.0.1:%d" % there.port)
                            ) as here:
        k = Kept(here, ["--state", str(state)])
        reply = k.lure("MIRROR")
        k.send("ALIKE")
        there.wait_for("queue=ALIKE")
        there.wait_for("queue=MIRROR")
        here.wait_for(r"mirror=127.0.0.1:\d+ here=\"reject\"")
        found = k.wait("--differs")
        assert [e["queue"] for e in found] == ["MIRROR"]
        redisserver.wait_until(
            lambda: outcomes(here) == {"same": 1, "differing": 1,
                                       "failed": 0, "dropped": 0},
            "what became of the two is not counted")
        assert found[0]["score"] == reply["score"]
        assert found[0]["their_score"] < reply["score"]
        assert found[0]["their_action"] != "reject"
        assert "action" in found[0]["differs"]
        assert "score" in found[0]["differs"]
        text = k.sekisho("history", "--differs")
        assert "says %s" % found[0]["their_action"] in text
        # The second got the same envelope.
        assert "ip=192.0.2.7 " in there.wait_for(
            "[^\n]*queue=ALIKE[^\n]*").group(0)


def test_a_mirror_that_hangs_keeps_nobody_waiting(rules, tmp_path):
    with socket.socket() as hung:
        hung.bind(("127.0.0.1", 0))
        hung.listen(1)
        to = "127.0.0.1:%d" % hung.getsockname()[1]
        with sekishod.Daemon(
                rules, state=tmp_path / "state", folder=str(tmp_path),
                options=options(to, "--workers", "1", "--mirror.held", "2KB",
                                "--mirror.timeout", "1s")) as d:
            k = Kept(d, [])
            began = time.monotonic()
            for n in range(40):
                k.send("HUNG%d" % n, n)
            assert time.monotonic() - began < 20
            d.wait_for(r"mirror: \d+ sent, [1-9]\d* dropped")
            d.wait_for("queue=HUNG39")


def test_a_mirror_that_is_not_there_is_told(rules, tmp_path):
    port = ports.take()
    with sekishod.Daemon(rules, state=tmp_path / "state",
                         folder=str(tmp_path),
                         options=options("127.0.0.1:%d" % port)) as d:
        k = Kept(d, [])
        k.send("NOBODY")
        d.wait_for(r"mirror: \d+ sent, 0 dropped, 1 failed")
        k.send("STILL")
        d.wait_for("queue=STILL")


# TLS.

@pytest.fixture(scope="module")
def pems(tmp_path_factory):
    """Keys and certificates: of 127.0.0.1, and of another address."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("pems")
    for name, address in (("right", "127.0.0.1"), ("wrong", "192.0.2.9")):
        redisserver.certificate(str(folder / (name + ".key")),
                                str(folder / (name + ".pem")), address)
    return folder


class Secure(sekishod.Daemon):
    """Its one listener takes nothing but TLS."""

    def __init__(self, pems, name, *args, **more):
        super().__init__(*args, **more)
        conf = os.path.join(self.folder, "secure-%s.yaml" % name)
        with open(conf, "w") as file:
            file.write(
                "listen: [{address: '%s', protocol: http, tls: "
                "{certificate: %s/%s.pem, key: %s/%s.key}}]\n" % (
                    ports.address(), pems, name, pems, name))
        self.options += ["-c", conf]

    def arguments(self):
        words = super().arguments()
        at = words.index("--listen")
        return words[:at] + words[at + 2:]


@pytest.mark.parametrize("name, believed, outcome", [
    ("right", "right", "same"), ("wrong", "wrong", "failed"),
    ("right", "wrong", "failed")])
def test_in_tls_it_goes_to_whom_is_believed_alone(
        rules, tmp_path, pems, name, believed, outcome):
    with Secure(pems, name, rules, state=tmp_path / "there",
                folder=str(tmp_path)) as there, \
            sekishod.Daemon(rules, state=tmp_path / "here",
                            folder=str(tmp_path), options=options(
                                "127.0.0.1:%d" % there.port, "--mirror.tls",
                                "yes", "--mirror.ca",
                                str(pems / (believed + ".pem")))) as here:
        k = Kept(here, [])
        # Of more than a record, and than a socket takes at once.
        here.check(PLAIN % (1, 1) + 20000 * (b"x" * 70 + b"\r\n"),
                   Queue_ID="LARGE")
        k.send("SMALL")
        redisserver.wait_until(
            lambda: outcomes(here)[outcome] == 2,
            "what became of the two is not counted as " + outcome)
        if outcome == "same":
            there.wait_for("queue=LARGE")
            there.wait_for("queue=SMALL")
        else:
            here.wait_for(r"tls: \S+")


def test_a_hung_handshake_costs_nothing_but_its_time(rules, tmp_path, pems):
    """A client that waits for its peer must not ask again and again whether
    it may write."""
    with ports.listener() as hung:
        to = "127.0.0.1:%d" % hung.getsockname()[1]
        with sekishod.Daemon(
                rules, state=tmp_path / "state", folder=str(tmp_path),
                options=options(to, "--workers", "1", "--mirror.tls", "yes",
                                "--mirror.ca", str(pems / "right.pem"),
                                "--mirror.timeout", "3s")) as d:
            k = Kept(d, [])
            k.send("HUNG")
            worker = d.workers()[0]
            before = ticks(worker)
            d.wait_for(r"mirror: 1 sent, 0 dropped, 1 failed")
            assert ticks(worker) - before < os.sysconf("SC_CLK_TCK")


def ticks(pid):
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def test_what_cannot_be_believed_is_told_before_a_start(rules, tmp_path):
    none = tmp_path / "none.pem"
    done = subprocess.run(
        [sekishod.program("sekishod"), "-t", "--packs", str(rules),
         "--listen", "http=127.0.0.1:0",
         *options("192.0.2.1:1", "--mirror.tls", "yes", "--mirror.ca",
                  str(none))], capture_output=True, text=True)
    assert done.returncode != 0
    assert "--mirror.ca" in done.stderr and str(none) in done.stderr
