# SPDX-License-Identifier: Apache-2.0
"""sekishod with a store on a redis-server: what one learns another knows, and
what is wrong in the configuration is said."""

import subprocess
import time

import pytest

import daemon as sekishod
import redisserver

MESSAGE = b"From: <a@sender.example>\r\nSubject: x\r\n\r\nHello\r\n"


@pytest.fixture
def server(tmp_path):
    with redisserver.Server(tmp_path) as s:
        yield s


def options(server):
    return ["--store.engine", "redis", "--store.servers",
            "127.0.0.1:%d" % server.port]


def keys(server):
    return server.call("KEYS", "sekisho:1:*")


def test_what_it_learns_stands_in_redis(server, rules, tmp_path):
    with sekishod.Daemon(rules, state=tmp_path / "state",
                         folder=tmp_path,
                         options=options(server)) as d:
        d.check(MESSAGE)
        redisserver.wait_until(lambda: keys(server), "nothing is learnt")
        count = server.call("GET", "sekisho:1:seen:from:sender.example")
        assert count.split()[0] == "1"
        d.check(MESSAGE)
        redisserver.wait_until(lambda: server.call(
            "GET", "sekisho:1:seen:from:sender.example").split()[0] == "2",
            "it is not counted again")


def test_it_scans_on_when_the_server_is_away(server, rules, tmp_path):
    with sekishod.Daemon(rules, state=tmp_path / "state",
                         folder=tmp_path,
                         options=options(server)) as d:
        d.check(MESSAGE)
        redisserver.wait_until(lambda: keys(server), "nothing is learnt")
        server.kill()
        began = time.monotonic()
        for _ in range(20):
            d.check(MESSAGE)
        assert time.monotonic() - began < 5
        d.wait_for("is away")
        server.start()
        d.wait_for("is back")
        redisserver.wait_until(lambda: keys(server), "nothing is replayed")
        redisserver.wait_until(lambda: server.call(
            "GET", "sekisho:1:seen:from:sender.example").split()[0] == "20",
            "not all was replayed")


@pytest.mark.parametrize("words, why", [
    (["--store.engine", "redis"], "needs store.servers"),
    (["--store.engine", "redis", "--store.servers", "here"],
     "neither HOST:PORT"),
    (["--store.engine", "redis", "--store.layout", "sentinel",
      "--store.servers", "127.0.0.1:1"], "needs store.master"),
    (["--store.engine", "redis", "--store.layout", "cluster", "--store.db",
      "1", "--store.servers", "127.0.0.1:1"], "no store.db but 0"),
    (["--store.engine", "paper"], "store.engine must be"),
])
def test_what_does_not_go_together_is_said(words, why, rules):
    result = subprocess.run(
        [sekishod.program("sekishod"), "-f", "--listen", "127.0.0.1:0",
         "--packs", rules] + words, capture_output=True, text=True,
        timeout=20)
    assert result.returncode != 0
    assert why in result.stderr
