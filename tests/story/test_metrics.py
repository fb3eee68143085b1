# SPDX-License-Identifier: Apache-2.0
"""What the daemon counts: /metrics, read by a parser of somebody else's, held
against what was sent."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from daemon import (PATIENCE, Daemon, is_read, program,  # noqa: E402
                    source_folder, until)
from feedlist import FEEDS, hosts  # noqa: E402
import miltertalk  # noqa: E402
import ports  # noqa: E402

openmetrics = pytest.importorskip(
    "prometheus_client.openmetrics.parser",
    reason="python3-prometheus-client is not installed")

RULES = os.path.join(source_folder(), "rules")
KIND = "application/openmetrics-text; version=1.0.0; charset=utf-8"

PACK = """\
pack: 1
kind: campaign
id: %(id)s
title: x
revision: 1
status: stable
mode: %(mode)s
created: 2026-01-01
expires: 2099-12-31
severity: high
confidence: high
tlp: clear
references: [https://report.example/]
groups:
  lure:
    score: 9
    url.host: %(host)s
  site:
    score: 9
    url.domain: %(host)s
when: lure or site
tests:
  - name: a
    expect: match
    mail: {from: a@b.example, subject: x, body: "http://%(host)s/"}
  - name: b
    expect: clean
    mail: {from: a@b.example, subject: x, body: y}
"""

CLEAN = (b"From: someone@sender.example\r\nTo: you@customer.example\r\n"
         b"Subject: hello\r\n\r\nSee https://www.other.example/path.\r\n")


def lure(host):
    return CLEAN.replace(b"www.other.example", host.encode())


class Numbers:
    """One answer of /metrics, through the parser."""

    def __init__(self, text):
        self.families = {}
        self.samples = {}
        for family in openmetrics.text_string_to_metric_families(text):
            assert family.name not in self.families
            self.families[family.name] = family
            for s in family.samples:
                key = (s.name, tuple(sorted(s.labels.items())))
                assert key not in self.samples, key
                self.samples[key] = s.value

    def __call__(self, name, **labels):
        return self.samples[name, tuple(sorted(labels.items()))]

    def sum(self, name, **labels):
        return sum(value for (n, ls), value in self.samples.items()
                   if n == name and labels.items() <= dict(ls).items())

    def labels(self, name, label):
        return {dict(ls)[label] for n, ls in self.samples if n == name}


class Watched(Daemon):
    def __init__(self, packs, options=(), **more):
        super().__init__(packs, options=[
            "--workers", "2", "--reputation.on", "no",
            "--listen", "control=127.0.0.1:0", *options], **more)

    def start(self, wait=PATIENCE):
        super().start(wait)
        self.control = self.port_of("control")
        return self

    def ask(self, path, method="GET", **headers):
        """One request to the control port, on a connection of its own."""
        import http.client
        c = http.client.HTTPConnection("127.0.0.1", self.control, timeout=120)
        try:
            c.request(method, path, headers=headers)
            reply = c.getresponse()
            return reply.status, dict(reply.getheaders()), reply.read()
        finally:
            c.close()

    def numbers(self):
        status, headers, body = self.ask("/metrics")
        assert status == 200, body
        assert headers["Content-Type"] == KIND
        assert body.endswith(b"\n# EOF\n")
        return Numbers(body.decode())


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs")
    for name, mode in (("jp-bad", "score"), ("jp-watched", "observe")):
        (folder / (name + ".pack.yaml")).write_text(
            PACK % {"id": name, "mode": mode, "host": name + ".example"})
    return folder


@pytest.fixture
def served(packs, tmp_path):
    with Watched(packs, folder=tmp_path, options=[
            "--listen", "spamc=127.0.0.1:0",
            "--listen", "milter=127.0.0.1:0"]) as d:
        yield d


def by_spamc(d, mail):
    with socket.create_connection(
            ("127.0.0.1", d.port_of("spamc")), 60) as s:
        s.sendall(b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n\r\n%s" %
                  (len(mail), mail))
        got = b""
        while piece := s.recv(4096):
            got += piece
    assert got.startswith(b"SPAMD/1.1 0 EX_OK"), got


def test_a_foreign_parser_reads_it(served):
    """In OpenMetrics, with the unit at the end of a name, text for each."""
    served.check(lure("jp-bad.example"))
    n = served.numbers()
    assert len(n.families) > 60
    for family in n.families.values():
        assert family.name.startswith("sekisho_")
        assert family.documentation.endswith("."), family.name
        for unit in ("seconds", "bytes"):
            assert (family.unit == unit) == family.name.endswith("_" + unit)
    assert n("sekisho_build_info",
             version=json.loads(served.ask("/stat")[2])["version"]) == 1


SUFFIXES = {"counter": "_total", "info": "_info"}


def test_the_page_names_each_metric_and_no_other(served):
    """Name, labels and text of doc/metrics.md are what /metrics says."""
    served.check(lure("jp-bad.example"))
    page = open(os.path.join(source_folder(), "doc", "metrics.md")).read()
    told = {name: (labels, text) for name, labels, text in re.findall(
        r"^\| `(\w+)` \| ([\w, ]*) \| (.+) \|$", page, re.M)}
    families = served.numbers().families
    there = {f.name + SUFFIXES.get(f.type, ""): f for f in families.values()}
    assert list(told) == list(there)
    for name, family in there.items():
        labels, text = told[name]
        assert text == family.documentation
        for s in family.samples:
            assert sorted(filter(None, labels.split(", "))) == \
                sorted(set(s.labels) - {"le"}), name


def test_json_says_the_same(served):
    served.check(lure("jp-bad.example"))
    n = served.numbers()
    said = json.loads(served.ask("/metrics.json")[2])["families"]
    assert [f["name"] for f in said] == list(n.families)
    values = {f["name"]: f["samples"] for f in said}
    assert sum(s["value"] for s in values["sekisho_messages"]) == 1
    times = values["sekisho_message_duration_seconds"][0]
    assert sum(times["ranges"]) == 1 and times["us"] > 0


def test_counts_are_what_was_sent_over_three_protocols(served):
    sent = {"http": 7, "spamc": 5, "milter": 3}
    for _ in range(sent["http"]):
        served.check(CLEAN)
    for _ in range(sent["spamc"]):
        by_spamc(served, lure("jp-bad.example"))
    for _ in range(sent["milter"]):
        with miltertalk.Talk(served.port_of("milter")) as t:
            t.negotiate()
            t.mail(lure("jp-bad.example"))
    n = served.numbers()
    for front, count in sent.items():
        assert n.sum("sekisho_messages_total", front=front) == count
    assert n("sekisho_messages_total", front="http", action="no action") == 7
    assert n.sum("sekisho_messages_total", action="reject") == 8
    assert n("sekisho_message_bytes_total") == \
        7 * len(CLEAN) + 8 * len(lure("jp-bad.example"))
    assert n("sekisho_campaign_messages_total",
             campaign="jp-bad", effect="counted") == 8
    whole = "sekisho_message_duration_seconds"
    assert n(whole + "_count") == sum(sent.values())
    assert 0 < n(whole + "_sum") < 60
    for station in ("turn", "parse", "extract", "check", "join", "match",
                    "decide", "answer"):
        assert n("sekisho_station_duration_seconds_count",
                 station=station) == sum(sent.values())
    assert sum(n.sum("sekisho_station_duration_seconds_sum", station=s)
               for s in n.labels("sekisho_station_duration_seconds_sum",
                                 "station")) == \
        pytest.approx(n(whole + "_sum"), abs=1e-5)
    assert n("sekisho_sessions_total", front="milter") == 3
    assert n.sum("sekisho_worker_messages_total") == sum(sent.values())
    stat = json.loads(served.ask("/stat")[2])
    assert stat["scanned"] == sum(sent.values())
    assert stat["actions"]["reject"] == 8


def test_what_observes_is_counted_apart(served):
    served.check(lure("jp-watched.example"))
    n = served.numbers()
    assert n("sekisho_campaign_messages_total",
             campaign="jp-watched", effect="observed") == 1
    assert n("sekisho_campaign_messages_total",
             campaign="jp-watched", effect="counted") == 0
    assert n("sekisho_observed_messages_total", action="reject") == 1
    assert n.sum("sekisho_messages_total", action="no action") == 1
    assert n.sum("sekisho_observed_messages_total") == 1


def test_brands_are_counted(tmp_path):
    """Once a message, though a pack and the brand's own signs speak of it."""
    mail = ("From: Amazon <account@evil-host.example>\r\n"
            "To: you@customer.example\r\nSubject: Amazon\r\n\r\n"
            "http://www.amazon.co.jp.evil-host.example/login\r\n").encode()
    with Watched(RULES, folder=tmp_path) as d:
        symbols = d.check(mail)["symbols"]
        assert "BRAND_AMAZON_JP" in symbols, symbols
        n = d.numbers()
        assert n("sekisho_brand_messages_total", brand="amazon_jp") == 1


def test_a_killed_worker_loses_nothing_counted(served):
    """Counters of all who ever sat there: they never go back, and hold all
    that was answered."""
    answered = 0
    last = 0
    for _ in range(3):
        for _ in range(20):
            served.check(CLEAN)
            answered += 1
        before = served.numbers()
        assert before.sum("sekisho_messages_total") == answered
        victims = served.workers()
        os.kill(victims[0], signal.SIGKILL)
        until(lambda: victims[0] not in served.workers() and
              len(served.workers()) == 2)
        n = served.numbers()
        assert n.sum("sekisho_messages_total") == answered
        assert n("sekisho_message_duration_seconds_count") == answered
        for (name, labels), value in before.samples.items():
            if name.endswith(("_total", "_bucket", "_count")):
                assert n.samples[name, labels] >= value, name
        restarts = n("sekisho_worker_restarts_total", cause="signal")
        assert restarts == last + 1
        last = restarts


def test_counters_never_go_back_while_workers_die(served):
    """Read all the time, by whichever worker answers."""
    seen, faults, is_over = [], [], threading.Event()

    def read():
        while not is_over.is_set():
            try:
                n = served.numbers()
            except (OSError, AssertionError):
                continue
            seen.append(n.sum("sekisho_messages_total"))
            if len(seen) > 1 and seen[-1] < seen[-2]:
                faults.append(seen[-2:])

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for i in range(60):
            try:
                served.check(CLEAN)
            except OSError:
                pass
            if i % 20 == 10:
                os.kill(served.workers()[0], signal.SIGKILL)
    finally:
        is_over.set()
        reader.join()
    assert len(seen) > 3 and not faults, faults


def test_names_are_bounded(tmp_path):
    """A thousand campaigns: 256 have a name, the others are the others."""
    folder = tmp_path / "packs"
    folder.mkdir()
    for i in range(1000):
        (folder / ("c%d.pack.yaml" % i)).write_text(PACK % {
            "id": "camp-%d" % i, "mode": "score",
            "host": "h%d.example" % i})
    with Watched(folder, folder=tmp_path) as d:
        for i in range(0, 1000, 25):
            d.check(CLEAN + b"".join(b"http://h%d.example/\r\n" % k
                                     for k in range(i, i + 25)))
        n = d.numbers()
        names = n.labels("sekisho_campaign_messages_total", "campaign")
        assert len(names) == 257 and "other" in names
        assert n.sum("sekisho_campaign_messages_total") == 1000
        assert n.sum("sekisho_campaign_messages_total",
                     campaign="other") == 1000 - 256


def test_reloads_and_what_serves(packs, tmp_path):
    folder = tmp_path / "packs"
    folder.mkdir()
    pack = folder / "a.pack.yaml"
    pack.write_text(PACK % {"id": "one", "mode": "score", "host": "a.example"})
    with Watched(folder, folder=tmp_path) as d:
        n = d.numbers()
        assert n("sekisho_generation") == 1 and n("sekisho_packs") == 1
        assert n("sekisho_generation_age_seconds") < 60
        (folder / "b.pack.yaml").write_text(
            PACK % {"id": "two", "mode": "score", "host": "b.example"})
        d.reload()
        d.wait_for("generation 2 serves")
        n = d.numbers()
        assert n("sekisho_generation") == 2 and n("sekisho_packs") == 2
        assert n("sekisho_indicators") == 4
        assert n("sekisho_reloads_total", result="done") == 1
        assert n("sekisho_workers") == 2
        assert n.sum("sekisho_worker_up") == 2
        pack.unlink()
        (folder / "b.pack.yaml").unlink()
        d.reload()
        d.wait_for("reload failed")
        n = d.numbers()
        assert n("sekisho_generation") == 2
        assert n("sekisho_reloads_total", result="refused") == 1


def test_a_feed_that_breaks_is_seen(tmp_path):
    folder = tmp_path / "packs"
    folder.mkdir()
    rows = folder / "hosts.txt"
    rows.write_text(hosts(100))
    (folder / "feeds.pack.yaml").write_text(FEEDS)
    text = PACK % {"id": "listed", "mode": "score", "host": "h7.bad.example"}
    (folder / "listed.pack.yaml").write_text(text.replace(
        "url.host: h7.bad.example", "url: list:feeds/hosts").replace(
        "url.domain: h7.bad", "url.domain: bad"))
    with Watched(folder, folder=tmp_path) as d:
        n = d.numbers()
        assert n("sekisho_list_rows", list="feeds/hosts") == 100
        assert n("sekisho_list_alarm", list="feeds/hosts") == 0
        assert n("sekisho_list_fresh", list="feeds/hosts") == 1
        assert n("sekisho_list_age_seconds", list="feeds/hosts") < 600
        rows.write_text("h1.bad.example\n")
        until(lambda: d.numbers()("sekisho_list_alarm",
                                  list="feeds/hosts") == 1)
        n = d.numbers()
        assert n("sekisho_list_rows", list="feeds/hosts") == 100
        assert n("sekisho_list_reads_total", result="refused") >= 1
        old = time.time() - 3 * 24 * 3600
        os.utime(rows, (old, old))
        rows.write_text(hosts(101))
        os.utime(rows, (old, old))
        until(lambda: d.numbers()("sekisho_list_fresh",
                                  list="feeds/hosts") == 0)


def test_a_store_that_is_away_is_seen(packs, tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    state.chmod(0o777)
    with Watched(packs, folder=tmp_path, state=state, options=[
            "--reputation.on", "yes", "--store.engine", "redis",
            "--store.servers", ports.address()]) as d:
        d.check(lure("jp-bad.example"))
        until(lambda: d.numbers()("sekisho_store_updates_waiting") > 0)
        n = d.numbers()
        assert n("sekisho_store_info", engine="redis") == 1
        assert n("sekisho_store_ready") == 0
        assert n("sekisho_degraded_messages_total") == 1
        assert n("sekisho_store_lookups_total") > 0


@contextlib.contextmanager
def small_disk(folder):
    """A file system of its own, and how it is filled to the last byte."""
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=0777",
                       "none", folder]).returncode != 0:
        pytest.skip("no tmpfs can be mounted here")

    def fill():
        with open(folder / "filler", "wb", buffering=0) as filler:
            with pytest.raises(OSError):
                while True:
                    filler.write(b"x" * 4096)

    try:
        yield fill
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def store_words(d):
    return {json.loads(d.ask(path)[2])["store"]
            for path in ("/readyz", "/stat")}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount")
def test_a_disk_that_is_full_is_seen_until_it_is_not(packs, tmp_path):
    """What was learnt meanwhile is not lost, and nobody need send another
    mail for it to be written."""
    disk = tmp_path / "disk"
    with small_disk(disk) as fill, \
            Watched(packs, folder=tmp_path, state=disk / "state", options=[
                "--reputation.on", "yes", "--store.size", "2MB"]) as d:
        assert store_words(d) == {"ok"}
        assert d.numbers()("sekisho_store_writable") == 1
        fill()
        for i in range(200):
            mail = lure("www%d.other%d.example" % (i, i))
            assert not d.check(mail).get("degraded")
        until(lambda: d.numbers()("sekisho_store_writable") == 0)
        n = d.numbers()
        assert n("sekisho_store_ready") == 1
        assert n("sekisho_store_updates_waiting") > 0
        assert store_words(d) == {"not written"}
        status, _, body = d.ask("/readyz")
        assert (status, json.loads(body)["success"]) == (200, True)
        shown = sekisho(d, "stat").stdout
        assert re.search(r"store +lmdb not written", shown), shown
        d.wait_for("it cannot be written: No space left")
        (disk / "filler").unlink()
        until(lambda: d.numbers()("sekisho_store_writable") == 1)
        until(lambda: d.numbers()("sekisho_store_updates_written_total") ==
              d.numbers()("sekisho_store_updates_total"))
        n = d.numbers()
        assert n("sekisho_store_updates_waiting") == 0
        assert n("sekisho_store_failed_total") == 0
        assert n.sum("sekisho_store_updates_dropped_total") == 0
        assert store_words(d) == {"ok"}
        d.wait_for("it is written again")


def test_limits_and_refusals_are_counted(packs, tmp_path):
    with Watched(packs, folder=tmp_path, options=[
            "--limits.message", "64KB"]) as d:
        d.check(CLEAN)
        status, _, _ = d.request("/checkv2", CLEAN + b"x" * 100_000)
        assert status == 413
        d.check(b"To: " + b"a@b.example,\r\n " * 1100 + b"\r\n" + CLEAN)
        assert d.request("/nothing", CLEAN)[0] == 404
        n = d.numbers()
        assert n("sekisho_refused_total", reason="request") == 2
        assert n.labels("sekisho_limits_total", "limit") == \
            {"other", "addresses"}


# The command line.

def sekisho(d, *words, **more):
    return subprocess.run(
        [program("sekisho"), *words, "--server", "127.0.0.1:%d" % d.control],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=120, check=False, **more)


def test_stat_shows_what_was_counted(served):
    for _ in range(3):
        served.check(lure("jp-bad.example"))
    served.check(lure("jp-watched.example"))
    done = sekisho(served, "stat")
    assert (done.returncode, done.stderr) == (0, "")
    shown = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert shown[0].startswith("sekisho ") and ", 2 workers" in shown[0]
    assert shown[1].startswith("ruleset generation 1 for ")
    assert shown[1].endswith(": 2 packs, 4 indicators")
    assert any(re.match(r"messages 4, \d+ B, 4 by http$", line)
               for line in shown), done.stdout
    assert "reject 3 75.0 %" in shown
    assert "jp-bad 3 75.0 %" in shown
    assert 'observed 1 would have been "reject"' in shown
    assert any(re.match(r"latency p50 .+, p90 .+, p99 .+, mean .+", line)
               for line in shown)
    said = json.loads(sekisho(served, "stat", "--json").stdout)
    assert {f["name"] for f in said["families"]} >= {"sekisho_messages"}


def test_top_shows_what_was_done_meanwhile(served):
    served.check(CLEAN)
    top = subprocess.Popen(
        [program("sekisho"), "top", "--json", "--interval", "1",
         "--server", "127.0.0.1:%d" % served.control],
        stdout=subprocess.PIPE, text=True)
    try:
        seen = 0
        for _ in range(10):
            served.check(lure("jp-bad.example"))
            line = json.loads(top.stdout.readline())
            assert line["seconds"] >= 1 and line["p99_us"] >= line["p50_us"]
            seen += line["messages"] * line["seconds"]
            if line["campaign"]:
                break
        assert line["campaign"].keys() == {"jp-bad"}
        assert line["action"].keys() == {"reject"}
        assert 0.9 < seen
    finally:
        top.kill()
        top.wait()
        top.stdout.close()
    done = sekisho(served, "top", "--once", "--interval", "1")
    assert done.returncode == 0 and "messages      0.0/s" in done.stdout


@pytest.mark.parametrize("words, said", [
    (["top", "--interval", "0"], "seconds from 1"),
    (["stat", "file"], "takes no file"),
])
def test_what_is_asked_wrong_is_said(served, words, said):
    done = sekisho(served, *words)
    assert done.returncode == 2 and said in done.stderr


def test_who_may_not_read_is_told(packs, tmp_path):
    config = tmp_path / "sekisho.yaml"
    made = subprocess.run([program("sekisho"), "token", "--role", "read"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    token, lines = made.split("\n\n", 1)
    config.write_text("packs: %s\nlisten:\n- 'http=127.0.0.1:0'\n"
                      "- {address: '127.0.0.1:0', protocol: control, "
                      "roles: none}\n%s" % (packs, lines))

    class Configured(Watched):
        def arguments(self):
            return [program("sekishod"), "-f", "-c", str(config)]

    with Configured(packs, folder=tmp_path) as d:
        done = sekisho(d, "stat")
        assert done.returncode == 2 and "401" in done.stderr
        done = sekisho(d, "stat", env=dict(os.environ, SEKISHO_TOKEN=token))
        assert done.returncode == 0, done.stderr


def test_ready_until_it_ends(served):
    """Alive and ready are two things: one that ends answers who is inside,
    and wants no others."""
    for path in ("/healthz", "/readyz", "/healthy", "/ready"):
        status, _, body = served.ask(path)
        assert (status, json.loads(body)["success"]) == (200, True)
        assert served.ask(path, "HEAD")[0] == 200
    with socket.create_connection(("127.0.0.1", served.control), 60) as s:
        # Begun before the end, so it is answered after it has begun.
        s.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n")
        until(lambda: is_read(s))
        served.process.send_signal(signal.SIGTERM)
        served.wait_for("ending")
        s.sendall(b"\r\n")
        got = b""
        while piece := s.recv(4096):
            got += piece
    assert got.startswith(b"HTTP/1.1 503 "), got
