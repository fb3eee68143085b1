# SPDX-License-Identifier: Apache-2.0
"""A share of the messages goes to a second daemon behind the answer; what
that says otherwise is found again, and nobody waits for it."""

import re
import shutil
import socket
import time

import daemon as sekishod
import ports
import redisserver
from test_history import Kept


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
