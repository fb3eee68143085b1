# SPDX-License-Identifier: Apache-2.0
"""sekishod with a store on a redis-server: what one learns another knows, and
what is wrong in the configuration is said."""

import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import time

import pytest

import daemon as sekishod
import ports
import redisserver
from test_reputation import CAMPAIGN, SENT, Site, Started, second_wave, wave

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


def test_a_server_that_takes_no_updates_is_seen(server, rules, tmp_path):
    """Look-ups are answered, so nothing is degraded; what is learnt waits."""
    with sekishod.Daemon(rules, state=tmp_path / "state", folder=tmp_path,
                         options=options(server) + [
                             "--listen", "control=127.0.0.1:0"]) as d:
        scan, control = d.port, d.port_of("control")

        def word():
            d.port = control
            try:
                status, _, body = d.request("/readyz")
            finally:
                d.port = scan
            assert status == 200
            return json.loads(body)["store"]

        redisserver.wait_until(lambda: word() == "ok", "it is not there")
        server.call("CONFIG", "SET", "maxmemory", "1")
        d.check(MESSAGE)
        redisserver.wait_until(lambda: word() == "not written",
                               "nobody sees it")
        server.call("CONFIG", "SET", "maxmemory", "0")
        redisserver.wait_until(lambda: word() == "ok", "it stays so")
        redisserver.wait_until(lambda: keys(server), "nothing is learnt")


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
        assert time.monotonic() - began < 30
        d.wait_for("is away")
        server.start()
        d.wait_for("is back")
        redisserver.wait_until(lambda: keys(server), "nothing is replayed")
        redisserver.wait_until(lambda: server.call(
            "GET", "sekisho:1:seen:from:sender.example").split()[0] == "20",
            "not all was replayed")


def test_it_calls_by_name_and_in_tls_from_inside_its_sandbox(rules,
                                                             tmp_path):
    key, certificate = (str(tmp_path / n) for n in ("key", "cert"))
    redisserver.certificate(key, certificate, "127.0.0.1")
    port = ports.take()
    with redisserver.Server(
            tmp_path, "tls-port %d" % port, "tls-cert-file " + certificate,
            "tls-key-file " + key, "tls-auth-clients no",
            "tls-ca-cert-file " + certificate) as server:
        words = ["--store.engine", "redis", "--store.servers",
                 "localhost:%d" % port, "--store.tls", "yes", "--store.ca",
                 certificate, "--store.tls_name", "127.0.0.1"]
        with sekishod.Daemon(rules, state=tmp_path / "state",
                             folder=tmp_path, options=words) as d:
            d.check(MESSAGE)
            redisserver.wait_until(lambda: keys(server), d.log())


def test_what_one_learns_moves_the_others_next_verdict(server, rules,
                                                       tmp_path):
    """Though the other has just heard that nothing is known; and who cannot
    ask says so."""
    more = "reputation: {learn_good: off}\nstore: {engine: redis, " \
        "budget: 2s, servers: ['127.0.0.1:%d']}\n" % server.port
    pivot = "PIVOT_" + CAMPAIGN.upper().replace("-", "_")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with Site(rules, tmp_path / "one", more) as one, \
            Site(rules, tmp_path / "two", more) as two:
        mail, said = wave()
        assert pivot not in two.check(second_wave(), **SENT)["symbols"]
        one.check(mail, **said)
        assert two.settled(lambda: pivot in two.check(
            second_wave(3), **SENT)["symbols"])
        assert two.check(second_wave(4), **SENT)["sekisho"]["degraded"] \
            is False
        server.kill()
        # What is kept for a moment is no answer for long.
        assert two.settled(lambda: two.check(
            second_wave(5), **SENT)["sekisho"]["degraded"])


def test_the_command_line_asks_the_servers_too(server, tmp_path):
    config = tmp_path / "sekisho.yaml"
    config.write_text("store: {engine: redis, servers: ['127.0.0.1:%d']}\n"
                      % server.port)

    def reputation(*words):
        return subprocess.run(
            [sekishod.program("sekisho"), "reputation", words[0],
             "--config", str(config)] + list(words[1:]),
            capture_output=True, text=True, timeout=120)

    result = reputation("set", "domain:lure.example", "30", "0")
    assert result.returncode == 0, result.stderr
    assert len(keys(server)) == 1
    result = reputation("get", "domain:lure.example")
    assert result.returncode == 0 and "30" in result.stdout
    assert "lure.example" in reputation("top").stdout
    assert reputation("forget", "domain:lure.example").returncode == 0
    assert keys(server) == []
    server.kill()
    result = reputation("get", "domain:lure.example")
    assert result.returncode != 0
    assert "do not answer" in result.stderr


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
        timeout=120)
    assert result.returncode != 0
    assert why in result.stderr


def test_who_reports_is_hidden_without_a_key_of_the_site(server, rules,
                                                         tmp_path):
    """No state folder, no key file: nobody can try names on what is kept."""
    conf = tmp_path / "sekishod.yaml"
    conf.write_text("listen:\n  - http=127.0.0.1:0\n"
                    "  - {address: '127.0.0.1:0', protocol: spamc, "
                    "roles: [scan, learn]}\n")
    with Started(rules, str(conf), tmp_path, options(server)) as d:
        lure = MESSAGE + b"https://lure.example.org/x\r\n"
        with socket.create_connection(
                ("127.0.0.1", d.port_of("spamc")), 60) as s:
            s.sendall(b"TELL SPAMC/1.5\r\nUser: taro@example.jp\r\n"
                      b"Message-class: spam\r\nSet: local\r\n"
                      b"Content-length: %d\r\n\r\n" % len(lure) + lure)
            s.shutdown(socket.SHUT_WR)
            assert b"DidSet" in s.makefile("rb").read()
        names = lambda: [k.rsplit("~", 1)[1] for k in keys(server)
                         if ":reporter1:" in k]
        redisserver.wait_until(names, "nothing is counted")
        name = names()[0]
        assert len(name) == 32 and name != hmac.new(
            b"", b"taro@example.jp", hashlib.sha256).hexdigest()[:32]


@pytest.fixture
def pem(tmp_path):
    """A CA of nobody in particular, and a file that is none."""
    redisserver.certificate(str(tmp_path / "key"), str(tmp_path / "ca"),
                            "127.0.0.1")
    (tmp_path / "no.pem").write_text("nothing of the kind\n")
    return tmp_path


def secured(folder, **files):
    """A configuration whose store is spoken to in TLS; nobody is there."""
    config = folder / "sekisho.yaml"
    config.write_text(
        "store:\n  engine: redis\n  servers: ['127.0.0.1:%d']\n  tls: yes\n"
        % ports.take() + "".join("  %s: %s\n" % (name, folder / file)
                                 for name, file in files.items()))
    return config


@pytest.mark.parametrize("files, line, why", [
    ({"ca": "none"}, 5, "store.ca {}/none: No such file or directory"),
    ({"ca": "no.pem"}, 5, "tls: ca {}/no.pem: "),
    ({"ca": "ca", "certificate": "none"}, 6, "store.certificate {}/none: "),
    ({"ca": "ca", "certificate": "ca", "key": "none"}, 7,
     "store.key {}/none: "),
    ({"ca": "ca", "certificate": "ca", "key": "no.pem"}, 7,
     "tls: key {}/no.pem: "),
])
def test_files_of_tls_that_cannot_be_used_are_told(files, line, why, rules,
                                                   pem):
    """A check called them right, and the start said no line."""
    config = secured(pem, **files)
    for words in (["-t"], ["-f", "--listen", "127.0.0.1:0"]):
        result = subprocess.run(
            [sekishod.program("sekishod"), "--packs", rules, "--config",
             str(config)] + words, capture_output=True, text=True,
            timeout=120)
        assert result.returncode == 73, result.stderr
        assert "%s:%d:3: %s" % (config, line, why.format(pem)) \
            in result.stderr


def test_a_ca_that_has_gone_costs_the_store_and_no_caller(rules, tmp_path):
    """A reload went on with it, and a worker that died then had no successor:
    who called at its socket waited for ever."""
    key, ca = str(tmp_path / "key"), tmp_path / "ca"
    redisserver.certificate(key, str(ca), "127.0.0.1")
    config = secured(tmp_path, ca="ca")
    with sekishod.Daemon(rules, state=tmp_path / "state", folder=tmp_path,
                         options=["--config", config, "--workers", "2",
                                  "--listen", "control=127.0.0.1:0"]) as d:
        ca.rename(tmp_path / "away")
        d.reload()
        d.wait_for("%s:5:3: store.ca %s: " % (config, ca))
        d.wait_for("reload failed: generation 1 goes on serving")
        os.kill(d.workers()[0], signal.SIGKILL)
        d.wait_for("this worker serves without the store")
        sekishod.until(lambda: len(d.workers()) == 2)
        for _ in range(20):
            d.check(MESSAGE)
        scan, d.port = d.port, d.port_of("control")
        assert json.loads(d.request("/readyz")[2])["store"] == "away"
        (tmp_path / "away").rename(ca)
        d.reload()
        d.wait_for("generation 2 serves")
        assert d.log().count("serves without the store") == 1
        d.port = scan
        d.check(MESSAGE)
        assert d.stop() == 0


@pytest.mark.parametrize("layout", ["single", "sentinel"])
def test_a_wrong_password_is_told_in_the_words_of_the_server(layout,
                                                             tmp_path):
    """Sentinels were only said not to answer."""
    config = tmp_path / "sekisho.yaml"
    with redisserver.Server(tmp_path, "requirepass right") as server:
        config.write_text(
            "store:\n  engine: redis\n  servers: ['127.0.0.1:%d']\n"
            "  layout: %s\n  master: m\n  password: wrong\n"
            "  sentinel_password: wrong\n" % (server.port, layout))
        result = subprocess.run(
            [sekishod.program("sekisho"), "reputation", "get", "--config",
             str(config), "domain:lure.example"],
            capture_output=True, text=True, timeout=120)
    assert result.returncode != 0
    assert result.stderr.count("WRONGPASS") == 1, result.stderr
