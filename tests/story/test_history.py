# SPDX-License-Identifier: Apache-2.0
"""Verdicts that are kept, found again: by whatever is known of a mail, in
both engines of the store, with mailboxes hidden."""

import json
import shutil
import subprocess
import time

import pytest

import daemon as sekishod
import messages
import redisserver
from samples import BY_ID
from test_listen import make_token

PLAIN = (b"From: Alice Example <alice.smith@from.example>\r\n"
         b"To: you@customer.example\r\nSubject: hello there\r\n"
         b"Message-ID: <%d@from.example>\r\n\r\nhello %d\r\n")


class Kept:
    """A daemon and the command that looks into its store."""

    def __init__(self, d, words):
        self.daemon = d
        self.words = words

    def sekisho(self, *words, status=0):
        done = subprocess.run(
            [sekishod.program("sekisho"), *words, *self.words],
            capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == status, done.stderr + done.stdout
        return done.stdout if status == 0 else done.stderr

    def find(self, *words):
        return [json.loads(line) for line in
                self.sekisho("history", "--json", *words).splitlines()]

    def wait(self, *words, n=1):
        """Until so many are found; they are written behind the answer."""
        found = []

        def is_there():
            found[:] = self.find(*words)
            return len(found) >= n
        redisserver.wait_until(is_there, "nothing kept for %r" % (words,))
        return found

    def send(self, queue, n=1, rcpt="bob@customer.example"):
        return self.daemon.check(
            PLAIN % (n, n), Queue_ID=queue, IP="192.0.2.7",
            From="<alice.smith@env.example>", Rcpt="<%s>" % rcpt)

    def lure(self, queue):
        sample = BY_ID["ekinet"]
        return self.daemon.check(messages.build(sample), Queue_ID=queue,
                                 **messages.envelope(sample))


@pytest.fixture(scope="module", params=["lmdb", "redis"])
def kept(request, rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    state = folder / "state"
    conf = folder / "sekisho.yaml"
    token, lines = make_token("--role", "admin")
    options = ["-c", str(conf), "--listen", "control=127.0.0.1:0",
               "--workers", "2"]
    if request.param == "lmdb":
        conf.write_text("state: %s\n" % state + lines)
        with sekishod.Daemon(rules, folder=str(folder), options=options) as d:
            k = Kept(d, ["--config", str(conf)])
            k.token = token
            yield k
        return
    with redisserver.Server(folder) as server:
        conf.write_text(
            lines + "state: %s\nstore:\n  engine: redis\n  prefix: 'x:'\n"
            "  servers: ['127.0.0.1:%d']\n" % (state, server.port))
        with sekishod.Daemon(rules, folder=str(folder), options=options) as d:
            k = Kept(d, ["--config", str(conf)])
            k.token = token
            k.server = server
            # A store that is away keeps nothing to look at.
            redisserver.wait_until(lambda: k.send("WARM") and
                                   k.find("--queue", "WARM"), "no store")
            yield k


def test_a_lure_is_found_and_explained(kept):
    reply = kept.lure("LURE1")
    entry = kept.wait("--queue", "LURE1")[0]
    assert entry["action"] == reply["action"] == "reject"
    assert entry["score"] == reply["score"]
    assert entry["sekisho"]["lines"] == reply["sekisho"]["lines"]
    assert {c["symbol"] for c in entry["campaigns"]} == {
        c["symbol"] for c in reply["sekisho"]["campaigns"]}
    text = kept.sekisho("history", "show", entry["id"], "--lang", "en")
    assert text.startswith("reject  %.2f" % reply["score"])
    assert "LURE1" in text
    for line in reply["sekisho"]["lines"]:
        assert "%+.2f" % line["points"] in text
    assert kept.sekisho("history", "show", "LURE1", "--lang", "en") == text
    ja = kept.sekisho("history", "show", entry["id"], "--lang", "ja")
    assert reply["sekisho"]["campaigns"][0]["title"]["ja"] in ja


def test_of_a_plain_mail_the_symbols_are_kept_alone(kept):
    kept.send("SHORT", 55)
    entry = kept.wait("--queue", "SHORT")[0]
    assert entry["action"] == "no action" and entry["campaigns"] == []
    assert "sekisho" not in entry and "explanation_cut" not in entry
    assert entry["answers"] and entry["hash"] != entry["same"]
    text = kept.sekisho("history", "show", "SHORT", "--lang", "en")
    assert text.startswith("no action  ") and "too long" not in text
    for name, points in entry["symbols"].items():
        assert "%+.2f  %s" % (points, name) in text


def test_every_way_to_look_for_one(kept):
    kept.lure("WAYS")
    kept.send("OTHER", 77)
    lure = kept.wait("--queue", "WAYS")[0]
    kept.wait("--queue", "OTHER")
    campaign = lure["campaigns"][0]
    day = time.strftime("%Y-%m-%d", time.gmtime(lure["time"]))
    for words in (["--campaign", campaign["id"]],
                  ["--campaign", campaign["symbol"]],
                  ["--action", "reject"], ["--since", "5m"],
                  ["--since", day], ["--until", "2100-01-01T00:00"],
                  ["--message-id", "<%s>" % lure["message_id"]],
                  ["--subject", lure["subject"][:6]]):
        assert lure["id"] in [e["id"] for e in kept.find(*words)], words
    other = kept.find("--message-id", "77@from.example")
    assert [e["queue"] for e in other] == ["OTHER"]
    for words in (["--from", "alice.smith@env.example"],
                  ["--from", "ALICE.smith@from.example"],
                  ["--from", "from.example"],
                  ["--rcpt", "bob@customer.example"],
                  ["--ip", "192.0.2.7"]):
        queues = [e["queue"] for e in kept.find(*words)]
        assert "OTHER" in queues and "WAYS" not in queues, words
    assert kept.find("--until", "2020-01-01") == []
    assert kept.find("--from", "nobody@from.example") == []
    assert len(kept.find("--most", "1")) == 1


def test_mailboxes_are_hidden_as_elsewhere_in_the_store(kept):
    kept.send("HIDDEN", 5, rcpt="carol.jones@customer.example")
    entry = kept.wait("--queue", "HIDDEN")[0]
    text = json.dumps(entry)
    assert "alice.smith@" not in text and "carol.jones" not in text
    assert entry["from"].startswith("~")
    assert entry["from"].endswith("@env.example")
    assert entry["rcpt"][0].endswith("@customer.example")
    if hasattr(kept, "server"):
        kept.server.call("SELECT", 0)
        raw = kept.server.call("LRANGE", "x:1:history1", 0, -1)
        assert raw and not any("carol.jones" in r for r in raw)


def test_the_newest_come_first_and_once(kept):
    for n in range(5):
        kept.send("ORDER%d" % n, 100 + n)
    kept.wait("--queue", "ORDER4")
    queues = [e["queue"] for e in kept.wait("--since", "10m", n=5)
              if e["queue"].startswith("ORDER")]
    assert sorted(queues) == ["ORDER%d" % n for n in range(5)]


def test_the_control_port_tells_it_in_rspamd_s_words(kept):
    kept.lure("CONTROL")
    kept.wait("--queue", "CONTROL")
    port = kept.daemon.port
    try:
        kept.daemon.port = kept.daemon.port_of("control")
        assert kept.daemon.request("/history")[0] == 401

        def ask(path):
            return kept.daemon.request(path, headers={
                "Authorization": "Bearer " + kept.token})
        status, _, body = ask("/history?queue_id=CONTROL")
        assert status == 200, body
        rows = json.loads(body)["rows"]
        assert len(rows) == 1
        row = rows[0]
        assert row["action"] == "reject" and row["required_score"] == 15
        assert row["symbols"] and row["score"] >= 15
        for name, symbol in row["symbols"].items():
            assert symbol["name"] == name
        for key in ("message-id", "unix_time", "ip", "size", "time_real",
                    "subject", "sender_smtp", "sender_mime", "rcpt_smtp",
                    "rcpt_mime", "user", "is_skipped", "scan_time"):
            assert key in row, key
        status, _, body = ask("/history?limit=2")
        assert status == 200 and len(json.loads(body)["rows"]) == 2
        status, _, body = ask("/history?id=" + row["id"])
        assert json.loads(body)["rows"][0]["id"] == row["id"]
        status, _, body = ask("/history?id=nothing")
        assert json.loads(body)["rows"] == []
        status, _, body = ask("/history?limit=x")
        assert status == 400
    finally:
        kept.daemon.port = port


def test_so_many_are_kept_and_no_more(rules, tmp_path):
    state = tmp_path / "state"
    with sekishod.Daemon(rules, state=state, folder=str(tmp_path), options=[
            "--history.keep", "7", "--workers", "1"]) as d:
        k = Kept(d, ["--state", str(state)])
        for n in range(20):
            k.send("N%d" % n, n)
        k.wait("--queue", "N19")
        redisserver.wait_until(
            lambda: [e["queue"] for e in k.find()] and sorted(
                int(e["queue"][1:]) for e in k.find()) == list(range(13, 20)),
            "not the last seven")
    # It is there when the daemon is not, and after it has come back.
    assert len(k.find()) == 7


def test_none_are_kept_where_nobody_wants_them(rules, tmp_path):
    state = tmp_path / "state"
    with sekishod.Daemon(rules, state=state, folder=str(tmp_path), options=[
            "--history.keep", "0"]) as d:
        k = Kept(d, ["--state", str(state)])
        k.send("NONE")
        d.wait_for("queue=NONE")
    assert k.find() == []
    assert "there is no verdict" in k.sekisho("history", "show", "NONE",
                                              status=2)


def test_what_observing_packs_would_have_done(rules, tmp_path):
    packs, state = tmp_path / "packs", tmp_path / "state"
    shutil.copytree(rules, packs)
    changed = 0
    for path in packs.rglob("*.pack.yaml"):
        text = path.read_text()
        if "mode: score" in text and "ekinet" in path.name:
            path.write_text(text.replace("mode: score", "mode: observe"))
            changed += 1
    assert changed
    with sekishod.Daemon(packs, state=state, folder=str(tmp_path)) as d:
        k = Kept(d, ["--state", str(state)])
        reply = k.lure("OBSERVED")
        k.send("PLAIN")
        k.wait("--queue", "OBSERVED")
        k.wait("--queue", "PLAIN")
    said = json.loads(k.sekisho("stats", "--live", "--json"))
    assert said["messages"] == 2
    observed = {c["pack"]: c for c in reply["sekisho"]["campaigns"]
                if c["observed"]}
    assert observed and {p["pack"] for p in said["packs"]} == set(observed)
    for pack in said["packs"]:
        assert pack["hits"] == 1
        mail = pack["mails"][0]
        assert mail["queue"] == "OBSERVED"
        assert mail["points"] == observed[pack["pack"]]["would"]
        assert mail["action"] == reply["action"]
        assert mail["subject"] and mail["from"]
    best = max(said["packs"], key=lambda p: p["mails"][0]["points"])
    assert best["changed"] == 1 and best["mails"][0]["would"] == "reject"
    text = k.sekisho("stats", "--live", "--since", "1h")
    assert "%s: 1 of 2 messages, another action for 1" % best["pack"] in text
    assert k.sekisho("stats", "--live", "--since", "2099-01-01") == \
        "0 messages, none that an observing pack knew\n"


def test_times_are_read_or_refused(kept):
    for word in ("yesterday", "2026-13-01", "5x", "2026-02-09T25:00"):
        assert "is no time" in kept.sekisho(
            "history", "--since", word, status=2)
