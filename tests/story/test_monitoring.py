# SPDX-License-Identifier: Apache-2.0
"""The dashboard and the alerts: what they ask for is there, and a real
Prometheus reads the daemon and answers them."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from daemon import Daemon, source_folder  # noqa: E402
import ports  # noqa: E402

SOURCE = source_folder()
RULES = os.path.join(SOURCE, "contrib/prometheus/sekisho.rules.yml")
DASHBOARD = os.path.join(SOURCE, "contrib/grafana/sekisho.json")

CLEAN = (b"From: someone@sender.example\r\nTo: you@customer.example\r\n"
         b"Subject: hello\r\n\r\nSee https://www.other.example/path.\r\n")
# Labels that Prometheus or a target gives, and words of the language.
GIVEN = {"instance", "job", "le"}


def peer(name):
    folder = os.environ.get("SEKISHO_PEERS", "")
    return shutil.which(name, path=os.pathsep.join(
        filter(None, [folder, os.environ.get("PATH")])))


needs_promtool = pytest.mark.skipif(
    peer("promtool") is None, reason="promtool is not installed")
needs_prometheus = pytest.mark.skipif(
    peer("prometheus") is None, reason="prometheus is not installed")


def panels():
    with open(DASHBOARD) as file:
        return json.load(file)["panels"]


def asked_by_panels():
    return [(panel["title"], target["expr"])
            for panel in panels() for target in panel["targets"]]


def asked_by_alerts():
    """Expressions of the rules, without a reader of YAML."""
    with open(RULES) as file:
        text = file.read()
    found = re.findall(r"alert: (\w+)\n\s+expr: (>\n(?:          .+\n)+|.+\n)",
                       text)
    assert len(found) == text.count("- alert: ")
    return [(name, " ".join(expr.lstrip(">").split()))
            for name, expr in found]


ASKED = asked_by_panels() + asked_by_alerts()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with Daemon(os.path.join(SOURCE, "rules"),
                folder=tmp_path_factory.mktemp("d"), options=[
            "--workers", "2", "--reputation.on", "no",
            "--listen", "control=127.0.0.1:0"]) as d:
        d.scan_port, d.port = d.port, d.port_of("control")
        for _ in range(3):
            d.request("/check", CLEAN)
        yield d


@pytest.fixture(scope="module")
def page():
    """Names and labels, which test_metrics.py holds against the daemon."""
    with open(os.path.join(SOURCE, "doc/metrics.md")) as file:
        rows = re.findall(r"^\| `(\w+)` \| ([\w, ]*) \|", file.read(), re.M)
    known = {}
    for name, labels in rows:
        labels = set(filter(None, labels.split(", ")))
        known[name] = labels
        if name.endswith("duration_seconds"):
            for suffix in ("_bucket", "_count", "_sum"):
                known[name + suffix] = labels
    return known


@pytest.mark.parametrize("title, expr", ASKED, ids=[t for t, _ in ASKED])
def test_what_is_asked_for_is_there(page, title, expr):
    names = re.findall(r"\bsekisho_\w+", expr)
    assert names or "up{" in expr
    labels = set()
    for name in names:
        assert name in page, name
        labels |= page[name]
    for said in re.findall(r"\b(?:by|on) \(([\w, ]*)\)", expr):
        assert set(filter(None, said.split(", "))) <= labels | GIVEN
    for name, said in re.findall(r"(\w+)\{([^}]*)\}", expr):
        wanted = set(re.findall(r"(\w+)\s*(?:=|!=|=~|!~)\s*\"", said))
        assert wanted <= page.get(name, set()) | GIVEN, name


def test_panels_have_what_grafana_wants():
    seen = set()
    for panel in panels():
        assert panel["title"] and panel["description"]
        assert panel["id"] not in seen
        seen.add(panel["id"])
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        letters = [target["refId"] for target in panel["targets"]]
        assert len(letters) == len(set(letters))


@needs_promtool
def test_promtool_takes_the_alerts():
    done = subprocess.run([peer("promtool"), "check", "rules", RULES],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout


CASES = """\
rule_files: [%s]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'sekisho_store_ready{instance="a"}', values: '0x20'}
      - {series: 'sekisho_store_info{instance="a",engine="redis"}', values: '1x20'}
      - {series: 'sekisho_store_ready{instance="b"}', values: '0x20'}
      - {series: 'sekisho_store_info{instance="b",engine="none"}', values: '1x20'}
      - {series: 'sekisho_store_writable{instance="c"}', values: '1x5 0x20'}
      - {series: 'sekisho_store_ready{instance="c"}', values: '1x30'}
      - {series: 'sekisho_store_writable{instance="a"}', values: '0x20'}
      - {series: 'sekisho_dnslist_resting{instance="a",list="zen"}', values: '0x4 2x9 0 2x9 0 2x30'}
      - {series: 'sekisho_dnslist_resting{instance="a",list="once"}', values: '0x4 2x9 0x60'}
      - {series: 'sekisho_list_alarm{instance="a",list="feeds/x"}', values: '0x4 1x30'}
      - {series: 'sekisho_worker_restarts_total{instance="a",cause="signal"}', values: '0 2 4 6 8x20'}
    alert_rule_test:
      - eval_time: 10m
        alertname: SekishoStoreAway
        exp_alerts:
          - exp_labels: {severity: warning, instance: a}
            exp_annotations:
              summary: 'a: the store does not answer, verdicts are degraded'
      - eval_time: 6m
        alertname: SekishoStoreNotWritten
      - eval_time: 10m
        alertname: SekishoStoreNotWritten
        exp_alerts:
          - exp_labels: {severity: warning, instance: c}
            exp_annotations:
              summary: 'c: the store cannot be written, what is learnt waits and may be lost'
              description: The disk is full, or a server refuses updates; the log has its words.
      - eval_time: 10m
        alertname: SekishoListAlarm
      - eval_time: 30m
        alertname: SekishoListAlarm
        exp_alerts:
          - exp_labels: {severity: warning, instance: a, list: feeds/x}
            exp_annotations:
              summary: 'a: the last file of feeds/x was refused'
      - eval_time: 30m
        alertname: SekishoDnsListRests
      - eval_time: 40m
        alertname: SekishoDnsListRests
        exp_alerts:
          - exp_labels: {severity: warning, instance: a, list: zen}
            exp_annotations:
              summary: 'a: the DNS list zen is not asked again and again'
              description: It refuses, does not answer, or lists what no list has; it counts for nothing.
      - eval_time: 1m
        alertname: SekishoWorkersDie
      - eval_time: 10m
        alertname: SekishoWorkersDie
        exp_alerts:
          - exp_labels: {severity: critical, instance: a}
            exp_annotations:
              summary: 'a: 8 workers died in 15 minutes'
              description: The log says how; messages that ended one are in the quarantine folder.
"""


@needs_promtool
def test_alerts_come_when_they_are_to(tmp_path):
    cases = tmp_path / "cases.yml"
    cases.write_text(CASES % os.path.abspath(RULES))
    done = subprocess.run([peer("promtool"), "test", "rules", cases],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout


# A Prometheus of our own.

CONFIG = """\
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%s]
scrape_configs:
  - job_name: sekisho
    static_configs: [{targets: ['127.0.0.1:%d']}]
"""


class Prometheus:
    def __init__(self, folder, target):
        self.port = ports.take()
        config = folder / "prometheus.yml"
        config.write_text(CONFIG % (os.path.abspath(RULES), target))
        self.log = open(folder / "prometheus.log", "wb")
        self.process = subprocess.Popen([
            peer("prometheus"), "--config.file=%s" % config,
            "--storage.tsdb.path=%s" % (folder / "tsdb"),
            "--web.listen-address=127.0.0.1:%d" % self.port],
            stdout=self.log, stderr=self.log)

    def get(self, path, **words):
        url = "http://127.0.0.1:%d/api/v1/%s?%s" % (
            self.port, path, urllib.parse.urlencode(words))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(url, timeout=120) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            try:
                return json.load(error)
            except ValueError:
                # In words, while it starts.
                raise error from None

    def query(self, expr):
        said = self.get("query", query=expr)
        assert said["status"] == "success", (expr, said)
        return said["data"]["result"]

    def until(self, expr, wait=60):
        end = time.monotonic() + wait
        while time.monotonic() < end:
            assert self.process.poll() is None
            try:
                found = self.query(expr)
                if found:
                    return found
            except OSError:
                pass
            time.sleep(0.3)
        raise AssertionError(self.get("targets"))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.log.close()


@needs_prometheus
def test_prometheus_reads_the_daemon_and_answers_the_panels(served, tmp_path):
    with Prometheus(tmp_path, served.port) as p:
        value = p.until("sum(sekisho_messages_total) > 0")
        assert float(value[0]["value"][1]) == 3
        assert p.query('up{job="sekisho"}')[0]["value"][1] == "1"
        known = {m: list(t)[0] for m, t in p.get("metadata")["data"].items()}
        assert known["sekisho_message_bytes"]["type"] == "counter"
        assert known["sekisho_message_bytes"]["unit"] == "bytes"
        p.until("count_over_time(sekisho_generation[1m]) > 2")
        found = 0
        for title, expr in ASKED:
            expr = expr.replace("$instance", ".*")
            found += bool(p.query(expr.replace("$__rate_interval", "1m")))
        assert found > len(asked_by_panels()) / 2
        rules = p.get("rules")["data"]["groups"][0]["rules"]
        assert len(rules) == len(asked_by_alerts())
        assert {r["health"] for r in rules} <= {"ok", "unknown"}
