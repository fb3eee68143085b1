# SPDX-License-Identifier: Apache-2.0
"""What others found out about domains: written into the store by a command,
told by the verdict with source and date, and worth no points."""

import json
import os
import re
import subprocess

import pytest

import daemon as sekishod
import messages
import redisserver
from samples import BY_ID

CSV = """\
name,registered,source,fetched,vendor,verdict,seen,note
executiveonelimousine.com,2023-08-15,whois,2026-02-10,,,,
auditor585.de,2026-01-25,whois,2026-02-10,,,,
eki-net-carcini.ddnxw.cn,,,,AdGuard,phishing,2026-02-13,
eki-net-carcini.ddnxw.cn,,,,"Trend Micro, Inc.",phishing,2026-02-13,
sgogoj.com,,,,Google,suspicious,2024-01-16,
sgogoj.com,,,,Google,dangerous,2024-01-17,Transparency Report
sgogoj.com,,,,Norton,dangerous,2024-01-17,Safe Web
"""
LINES = """\
{"name": "ddnxw.cn", "registered": "early 2026-02", "source": "whois", \
"fetched": "2026-02-13"}
{"name": "eki-net-carcini.ddnxw.cn", "verdicts": [{"vendor": "Google", \
"verdict": "dangerous", "seen": "2026-02-13", "note": "browser"}]}
{"name": "www2.jcom.co.jp.login.vkia.cn", "vendor": "Google", \
"verdict": "refused", "seen": "2022-08-20", "note": "browser"}
"""


def record(state, *words, text=""):
    return subprocess.run(
        [sekishod.program("sekisho"), "record", words[0], "--state",
         str(state)] + list(words[1:]), input=text, text=True,
        capture_output=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def served(rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    with sekishod.Daemon(rules, state=folder / "state", folder=str(folder),
                         options=["--records", "yes",
                                  "--reputation.on", "no"]) as d:
        for text in (CSV, LINES):
            done = record(folder / "state", "import", "-", text=text)
            assert done.returncode == 0, done.stderr
        assert done.stdout == "3 lines taken\n"
        d.folder_of_state = folder / "state"
        yield d


@pytest.fixture
def notes(served):
    def ask(name, date=None):
        sample = dict(BY_ID[name])
        mail = messages.build(sample)
        if date is not None:
            mail = b"Date: %s\r\n" % date.encode() + b"\r\n".join(
                line for line in mail.split(b"\r\n")
                if not line.startswith(b"Date:"))
        reply = served.check(mail, **messages.envelope(sample))
        found = {}
        for note in reply["sekisho"]["notes"]:
            found.setdefault(note["code"], []).append(note["en"])
        return found
    return ask


@pytest.mark.row("S0-10", "S0-16", "T-15")
def test_age_counts_at_the_day_of_the_mail(notes):
    found = notes("billing", "Mon, 09 Feb 2026 05:08:00 +0900")
    assert found["from.age"] == [
        "sender's domain executiveonelimousine[.]com registered 2023-08-15 "
        "(whois, 2026-02-10): at most 908 days before the mail (old is no "
        "excuse)"]
    assert "registered 2026-01-25 (whois, 2026-02-10): at most 14 days" in \
        found["link.age"][0]


@pytest.mark.row("S3-08", "S3-15", "T-19", "T-21", "T-22")
def test_part_of_a_month_and_three_vendors(notes):
    found = notes("ekinet", "Fri, 13 Feb 2026 10:00:00 +0900")
    assert "registered early 2026-02 (whois, 2026-02-13): at most 12 days" \
        in found["link.age"][0]
    says = "\n".join(found["link.verdict"])
    for words in ("AdGuard: phishing (2026-02-13)",
                  "Trend Micro, Inc.: phishing (2026-02-13)",
                  "Google: dangerous (2026-02-13, browser)"):
        assert words in says


@pytest.mark.row("S1-12", "S1-13", "T-20")
def test_a_vendor_s_last_word_holds(notes):
    says = "\n".join(notes("activemail")["link.verdict"])
    assert "Google: dangerous (2024-01-17, Transparency Report)" in says
    assert "Norton: dangerous (2024-01-17, Safe Web)" in says
    assert "suspicious" not in says


@pytest.mark.row("S4-09", "T-23")
def test_the_browser_s_warning(notes):
    assert "Google: refused (2022-08-20, browser)" in \
        notes("jcom")["link.verdict"][0]


def test_site_and_what_others_say_have_sections(served):
    sample = BY_ID["ekinet"]
    reply = served.check(messages.build(sample), **messages.envelope(sample))
    sections = {n["code"]: n["section"] for n in reply["sekisho"]["notes"]}
    assert sections["link.age"] == "site"
    assert sections["link.verdict"] == "others"


def test_records_are_worth_no_points(served, notes, rules, tmp_path):
    sample = BY_ID["ekinet"]
    with sekishod.Daemon(rules, folder=str(tmp_path)) as plain:
        before = plain.check(messages.build(sample))["score"]
    assert served.check(messages.build(sample))["score"] == before


def test_what_is_wrong_names_its_line(served):
    for text, words in (
            ("name,registered\nexample.com,yesterday\n",
             '-:2: registered: "yesterday" is no date like 2026-02-09'),
            ("name,registered\nexample.com,9999-12-31\n",
             '-:2: registered: "9999-12-31" lies ahead'),
            ("name,registered\n\"example.com,2026-01-01\n",
             "-:2: a quote that is not closed"),
            ('{"name": "example.com", "registered": 20260101}\n',
             "-:1: registered: expected a text"),
            ("host,registered\n", "-:1: expected a JSON object, or the "
             'names of columns with "name" among them'),
            ('{"name": "a b"}\n', '-:1: name: "a b" is no domain or host'),
            ('{"name": "*.a.jp", "vendor": "v", "verdict": "b", "seen": '
             '"2026"}\n', '-:1: name: "*.a.jp" is no domain or host'),
            ('{"name": "example.com"}\n', "neither"),
            ('{"name": "example.com", "registered": "2026", "fetched": '
             '"2026-01-02"}\n', '-:1: "source" is missing'),
            ("name,registered,source\nexample.com,2026,whois\n",
             '-:2: "fetched" is missing'),
            ("name,registered,source,fetched\nexample.com,2026,whois,soon\n",
             '-:2: fetched: "soon" is no date'),
            ('{"name": "example.com", "vendor": "A", "verdict": "b"}\n',
             '-:1: "seen" is missing'),
            ('{"name": "example.com", "verdict": "b", "seen": "2026"}\n',
             '-:1: "vendor" is missing'),
            ('{"name": "example.com", "vendor": "%s", "verdict": "b", '
             '"seen": "2026"}\n' % ("v" * 201), "is longer than 200 bytes"),
            ('{"name": "example.com", "verdicts": [%s]}\n' % ", ".join(
                '{"vendor": "v%d", "verdict": "b", "seen": "2026"}' % n
                for n in range(9)), "-:1: more than eight verdicts"),
            ('{"name": \n', "-:1: no object of JSON")):
        done = record(served.folder_of_state, "import", "-", text=text)
        assert done.returncode == 2 and words in done.stderr, done.stderr


def test_a_wrong_line_keeps_no_other_out(served):
    lines = ["name,registered,source,fetched"]
    lines += ["good%d.example,2026-01-02,whois,2026-01-03" % n if n % 2 else
              "bad%d.example,2026-01-02,,2026-01-03" % n for n in range(100)]
    done = record(served.folder_of_state, "import", "-",
                  text="\n".join(lines) + "\n")
    assert done.returncode == 2
    assert done.stdout == "50 lines taken, 50 refused\n", done.stdout
    assert len(done.stderr.splitlines()) == 20, done.stderr
    assert '-:2: "source" is missing' in done.stderr
    for name, there in ("good99.example", True), ("bad98.example", False):
        done = record(served.folder_of_state, "get", name)
        assert ("registered\t" in done.stdout) == there, done.stdout


def test_the_later_word_counts_in_whatever_order(served):
    def put(**fields):
        return record(served.folder_of_state, "import", "-", text=json.dumps(
            dict({"name": "late.example"}, **fields)) + "\n").stdout
    put(vendor="Google", verdict="dangerous", seen="2026-02-13")
    put(registered="2026-02-01", source="whois",
        fetched="2026-02-13T08:00:00Z")
    older = "0 lines taken, 1 older than what is there\n"
    assert put(vendor="google", verdict="clean", seen="2025-01-01") == older
    assert put(registered="2020-02-01", source="dump",
               fetched="2021-02-13") == older
    for n in range(7):
        assert put(vendor="v%d" % n, verdict="bad", seen="2025-01-%02d" %
                   (n + 1)) == "1 lines taken\n"
    assert put(vendor="new", verdict="bad", seen="2026-01-01") == \
        "1 lines taken, 1 old verdicts dropped (eight a name are kept)\n"
    assert put(vendor="old", verdict="bad", seen="2001-01-01") == older
    # Of a line that says two things one may be kept.
    assert put(vendor="google", verdict="clean", seen="2025-01-01",
               registered="2026-02-01", source="whois",
               fetched="2026-02-14") == "1 lines taken (1 in part)\n"
    assert put(registered="2026-02-01", source="whois",
               fetched="2026-02-13T08:00:00Z") == older
    got = record(served.folder_of_state, "get", "late.example").stdout
    assert "registered\t2026-02-01\twhois\t2026-02-14" in got
    assert "Google\tdangerous" in got and "new\tbad" in got, got
    assert "v0\t" not in got and "v6\tbad" in got, got


def test_a_spreadsheet_s_file_is_read(served):
    """It begins with a mark of its encoding and ends lines as Windows does."""
    done = record(served.folder_of_state, "import", "-",
                  text="\ufeffname,registered,source,fetched\r\n"
                       "sheet.example,2026-01-02,whois,2026-01-03\r\n")
    assert done.returncode == 0, done.stderr
    done = record(served.folder_of_state, "get", "sheet.example")
    assert "registered\t2026-01-02" in done.stdout, done.stdout


def test_a_record_can_be_looked_at(served):
    done = record(served.folder_of_state, "get", "SGOGOJ.com", "none.example")
    assert done.returncode == 0, done.stderr
    assert "verdict\tGoogle\tdangerous\t2024-01-17" in done.stdout
    assert "none.example: no record" in done.stdout


PACK = """\
pack: 1
kind: campaign
id: xx-records-2026-11
title: {en: records}
revision: 1
status: stable
mode: score
created: 2026-11-01
updated: 2026-11-01
seen: {first: 2026-11-01, last: 2026-11-01}
expires: 2027-10-01
severity: high
confidence: high
tlp: clear
author: t
references: [made by a test]
groups:
  young_sender: {age: {from: "<30"}, score: 2}
  young_link: {age: {link: "<30"}, score: 2}
  old_link: {age: {link: ">3650"}, score: 0}
  google: {verdict: google=dangerous, score: 1}
  anybody: {verdict: dangerous, score: 1}
  trend: {verdict: trend-micro-inc=phishing, score: 1}
  dynamic: {rdns.class: [dynamic, generic], score: 1}
  nameless: {rdns.class: none, score: 1}
  helo_generic: {helo.class: generic, score: 1}
  helo_bare: {helo.class: single-label, score: 1}
  helo_true: {same: helo = rdns, score: 0}
when: any of them
tests:
- name: m
  expect: match
  mail: {from: a@example.org, helo: new194, body: b}
- name: c
  expect: clean
  mail: {from: a@example.org, helo: mx.example.org, rdns: mx.example.com, body: b}
"""

LURE = (b"From: a@sender.example.net\r\nTo: b@example.org\r\n"
        b"Date: Fri, 13 Feb 2026 10:00:00 +0900\r\nSubject: s\r\n"
        b"Message-ID: <1@sender.example.net>\r\n\r\n"
        b"see https://www.lure.example.com/x\r\n")


def groups(reply):
    return sorted({line["name"] for line in reply["sekisho"]["lines"]
                   if line["kind"] == "group"})


def put(server, name, *lines):
    """As any tool may: redis-cli, a key and a text."""
    done = subprocess.run(
        ["redis-cli", "-p", str(server.port), "-x", "SETEX",
         "sekisho:1:record:" + name, "34560000"],
        input="\n".join("\t".join(line) for line in lines) + "\n", text=True,
        capture_output=True, timeout=120, check=False)
    assert done.stdout.strip() == "OK", done.stdout + done.stderr


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A daemon on Redis, a pack about records, and who writes them."""
    folder = tmp_path_factory.mktemp("written")
    (folder / "packs").mkdir()
    (folder / "packs" / "r.pack.yaml").write_text(PACK)
    with redisserver.Server(folder) as server, sekishod_on(
            folder, server) as d:
        put(server, "example.net", ("registered", "early 2026-02", "whois",
                                    "2026-02-13"))
        put(server, "lure.example.com",
            ("verdict", "nobody", "clean", "2026-02-13", ""))
        put(server, "www.lure.example.com",
            ("verdict", "Google", "Dangerous", "2026-02-13", "browser"),
            ("verdict", "Trend Micro, Inc.", "phishing", "2026-02-13", ""))
        put(server, "example.com", ("registered", "1995", "whois",
                                    "2026-02-13"))
        yield d, server


def sekishod_on(folder, server):
    return sekishod.Daemon(
        str(folder / "packs"), state=folder / "state", folder=str(folder),
        options=["--records", "yes", "--reputation.on", "no",
                 "--store.engine", "redis", "--store.servers",
                 "127.0.0.1:%d" % server.port])


def test_what_redis_cli_wrote_gives_points(written):
    reply = written[0].check(LURE)
    assert groups(reply) == ["anybody", "google", "old_link", "trend",
                             "young_sender"], reply
    assert reply["score"] == 5
    notes = {n["code"]: n["en"] for n in reply["sekisho"]["notes"]}
    assert "registered early 2026-02 (whois, 2026-02-13): at most 12 days" \
        in notes["from.age"]


def test_an_old_age_takes_no_point_away(written):
    """Of a mail whose link is old, and of the same with a link unknown."""
    daemon, _ = written
    other = LURE.replace(b"www.lure.example.com", b"unknown.example.info")
    old = LURE.replace(b"www.lure.example.com", b"old.example.com")
    assert daemon.check(old)["score"] == daemon.check(other)["score"] == 2


def test_points_below_nothing_are_refused(tmp_path):
    (tmp_path / "r.pack.yaml").write_text(PACK.replace(
        'old_link: {age: {link: ">3650"}, score: 0}',
        'old_link: {age: {link: ">3650"}, score: -2}'))
    done = subprocess.run([sekishod.program("sekisho"), "check",
                           str(tmp_path)], capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode != 0
    assert "never below 0" in done.stdout + done.stderr


@pytest.mark.parametrize("helo,rdns,wanted", [
    ("new194", "", ["helo_bare", "nameless"]),
    ("ip-203-0-113-185.example.net", "mx.example.net", ["helo_generic"]),
    ("mx.example.net", "mx.example.net", ["helo_true"]),
    ("x.example.net", "203-0-113-185.dyn.example.net", ["dynamic"]),
    ("x.example.net", "203-0-113-185.example.net", ["dynamic"]),
    ("x.example.net", "203-0-113-185.static.example.net", []),
])
def test_names_at_connect_time_have_classes(written, helo, rdns, wanted):
    words = {"IP": "203.0.113.185", "Helo": helo}
    if rdns:
        words["Hostname"] = rdns
    else:
        words["Hostname"] = "unknown"
    reply = written[0].check(LURE.replace(b"lure.example.com", b"x.invalid")
                             .replace(b"sender.example.net", b"x.invalid"),
                             **words)
    assert groups(reply) == wanted, reply
    codes = {n["code"] for n in reply["sekisho"]["notes"]}
    assert ("helo.generic" in codes) == (wanted == ["helo_generic"])
    assert ("rdns.dynamic" in codes) == (".dyn." in rdns)


def test_a_date_before_the_domain_makes_it_not_young(notes):
    """A dead clock is no sign of a young domain."""
    found = notes("billing", "Thu, 01 Jan 1970 00:00:00 +0000")
    days = re.search(r"at most (\d+) days", found["from.age"][0])
    assert int(days[1]) > 1000, found


def test_decoys_leave_no_record_absent(written):
    """64 names are looked up; of what stands behind nothing is known,
    though there is a record of what stands in front."""
    def unknown(n):
        decoys = "".join("https://a%d.decoy%d.net/\r\n" % (k, k)
                         for k in range(n))
        reply = written[0].check(LURE + decoys.encode() +
                                 b"https://behind.example.org/\r\n",
                                 Helo="new194")
        assert "google" in groups(reply), reply
        return reply["sekisho"]["unknown"]
    assert "url.domain.age" not in unknown(29)
    assert "url.domain.age" in unknown(32)


def test_what_a_limit_cut_off_is_told_though_nothing_matched(written):
    """32 links in front of the lure, and no word of any pack; of 29 it is
    found."""
    def check(n):
        decoys = "".join("https://a%d.decoy%d.info/\r\n" % (k, k)
                         for k in range(n))
        mail = LURE.replace(b"sender.example.net", b"x.invalid") \
            .replace(b"see ", decoys.encode())
        return written[0].check(mail, IP="203.0.113.5", Helo="mx.x.invalid",
                                Hostname="mx.y.invalid")
    assert check(0)["sekisho"]["unknown"] == []
    assert "google" in groups(check(29))
    reply = check(32)
    unknown = reply["sekisho"]["unknown"]
    assert groups(reply) == [], reply
    assert {"url.domain.age", "url.verdict"} <= set(unknown), unknown
    assert "from.domain.age" not in unknown
    assert "verdict.unknown" in {n["code"] for n in reply["sekisho"]["notes"]}
