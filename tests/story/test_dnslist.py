# SPDX-License-Identifier: Apache-2.0
"""Lists of the DNS, asked by a daemon beside a real name server (NSD): what
is listed counts, a refusal never does."""

import hashlib
import ipaddress
import os
import re
import subprocess
import time

import pytest

import daemon as sekishod
import ports
from nameserver import NameServer

BAD = "93.184.215.14"
CLEAN = "93.184.215.15"
BAD6 = "2606:2800:220:1::7"
RELAY = "93.184.215.99"


def front(address):
    a = ipaddress.ip_address(address)
    if a.version == 4:
        return ".".join(reversed(address.split(".")))
    return ".".join(reversed(a.exploded.replace(":", "")))


def listed(address, zone, code):
    return ("%s.%s" % (front(address), zone), "A", code)


def sha1(text):
    return hashlib.sha1(text.encode()).hexdigest()


def base32(data):
    import base64
    return base64.b32encode(hashlib.sha256(data).digest()).decode() \
        .rstrip("=").lower()


FILE = b"not a word of truth in here\n"

ZONE = [
    # As RFC 5782 5 wants it.
    listed("127.0.0.2", "ip.lists.jp", "127.0.0.2"),
    ("test.names.lists.jp", "A", "127.0.0.2"),
    listed(BAD, "ip.lists.jp", "127.0.0.3"),
    listed(BAD6, "ip.lists.jp", "127.0.0.2"),
    listed(RELAY, "relays.lists.jp", "127.0.0.9"),
    # Its entry for tests has a code that nobody counts.
    listed("127.0.0.2", "relays.lists.jp", "127.0.0.2"),
    # A code that nobody told us of.
    listed(CLEAN, "ip.lists.jp", "127.0.0.77"),
    ("lure-site.jp.names.lists.jp", "A", "127.0.0.72"),
    ("bad-sender.jp.names.lists.jp", "A", "127.0.0.2"),
    # Asked about only by who does not keep to himself what is ours.
    ("never.jp.names.lists.jp", "A", "127.0.0.2"),
    ("mx.never.jp.names.lists.jp", "A", "127.0.0.2"),
    ("host.local.names.lists.jp", "A", "127.0.0.2"),
    ("www.jcom.co.jp.names.lists.jp", "A", "127.0.0.2"),
    listed("10.1.2.3", "relays.lists.jp", "127.0.0.9"),
    ("%s.mail.lists.jp" % sha1("a@never.jp"), "A", "127.0.0.2"),
    ("%s.mail.lists.jp" % sha1("info@bad-sender.jp"), "A", "127.0.0.2"),
    ("%s.files.lists.jp" % base32(FILE), "A", "127.0.0.2"),
    # Those that refuse, in every way there is.
    listed(BAD, "over.lists.jp", "127.255.255.255"),
    listed(BAD, "quota.lists.jp", "127.0.0.1"),
    ("*.gone.lists.jp", "A", "192.0.43.8"),
    # One that has everything.
    ("*.dead.lists.jp", "A", "127.0.0.2"),
]

CONF = """\
listen: ["http=127.0.0.1:0"]
packs: ["{rules}", "{own}"]
lang: en
reputation: {{on: no}}
dns: {{servers: ["{where}"], never: [never.jp]}}
dnslists:
- id: ip
  zone: ip.lists.jp
  what: [ip]
  codes:
    127.0.0.2: known
    127.0.0.3: {{name: bad, points: 2.5}}
- id: relays
  zone: relays.lists.jp
  what: received_ip
  codes: {{127.0.0.8-9: relay}}
- id: names
  zone: names.lists.jp
  what: [domain, url_domain, url_host, helo]
  codes:
    127.0.0.2: {{name: spam, points: 1}}
    127.0.0.&8: {{name: phish, points: 4}}
    127.0.0.&64: {{name: abuse, points: 5}}
- id: mail
  zone: mail.lists.jp
  what: email
  hash: sha1
  codes: {{127.0.0.2: fraud}}
- id: files
  zone: files.lists.jp
  what: file
  hash: sha256
  digits: base32
  codes: {{127.0.0.2: malware}}
{more}
"""

PACK = """\
pack: 1
kind: campaign
id: jp-listed
title: Something listed
revision: 1
status: stable
mode: score
severity: medium
confidence: high
created: 2026-01-01
expires: 2099-01-01
tlp: clear
references: [https://www.example.org/]
groups:
  bad_ip:
    score: 3
    dnslist: ip=bad
  any_phish:
    score: 4
    dnslist: names=phish
when: bad_ip and any_phish
tests: []
"""


def mail(sender="info@bad-sender.jp", link="https://www.lure-site.jp/a",
         hops=(), file=None):
    lines = ["Received: from %s ([%s]) by x.other.jp; Mon, 2 Feb 2026 "
             "10:00:00 +0900" % (h, h) for h in hops]
    lines += ["From: A <%s>" % sender, "To: b@customer.jp", "Subject: hello",
              "Message-ID: <1@x.jp>", "Date: Mon, 2 Feb 2026 10:00:00 +0900",
              "MIME-Version: 1.0"]
    if file is None:
        return ("\r\n".join(lines) + "\r\n\r\nsee %s\r\n" % link).encode()
    import base64
    lines += ["Content-Type: application/octet-stream",
              "Content-Disposition: attachment; filename=a.bin",
              "Content-Transfer-Encoding: base64", "",
              base64.b64encode(file).decode()]
    return ("\r\n".join(lines) + "\r\n").encode()


def write_conf(folder, rules, server, more=""):
    own = folder / "jp-listed.pack.yaml"
    own.write_text(PACK)
    path = folder / "sekisho.yaml"
    path.write_text(CONF.format(rules=rules, own=own, where=server.where,
                                more=more))
    return path


class Conf(sekishod.Daemon):
    """A daemon that is told all by a file."""

    def __init__(self, path):
        super().__init__([], folder=str(path.parent))
        self.path = path

    def arguments(self):
        return [sekishod.program("sekishod"), "-f", "-c", str(self.path),
                "--workers", "1"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with NameServer(tmp_path_factory.mktemp("names"), ZONE) as names:
        yield names


@pytest.fixture(scope="module")
def served(server, rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    with Conf(write_conf(folder, rules, server)) as d:
        yield d


def check(daemon, data, ip=CLEAN, helo="mx.other.jp",
          sender="info@bad-sender.jp"):
    reply = daemon.check(data, IP=ip, Helo=helo, From=sender,
                         Rcpt="b@customer.jp")
    reply["points"] = {k: v["score"] for k, v in reply["symbols"].items()
                       if v["score"]}
    reply["said"] = [n["en"] for n in reply["sekisho"]["notes"]
                     if n["code"].startswith("listed.")]
    return reply


def test_an_address_is_listed_with_what_the_code_is_worth(served):
    reply = check(served, mail("a@clean.jp", "https://clean.jp/"), ip=BAD,
                  sender="a@clean.jp")
    assert reply["points"] == {"DNSLIST_IP_BAD": 2.5}, reply
    assert len(reply["said"]) == 1 and re.fullmatch(
        r"93\.184\.215\.14 is on the DNS list ip: bad "
        r"\(127\.0\.0\.3, 20\d\d-\d\d-\d\d\)", reply["said"][0])


def test_ipv6_by_nibbles_and_a_code_that_is_only_a_fact(served):
    reply = check(served, mail("a@clean.jp", "https://clean.jp/"), ip=BAD6,
                  sender="a@clean.jp")
    assert reply["points"] == {}
    assert len(reply["said"]) == 1 and "known" in reply["said"][0]


def test_a_code_that_nobody_listed_counts_for_nothing(served):
    reply = check(served, mail("a@clean.jp", "https://clean.jp/"),
                  sender="a@clean.jp")
    assert reply["points"] == {} and reply["said"] == []


def test_several_bits_of_one_answer_each_count_once(served):
    reply = check(served, mail("a@clean.jp"), sender="a@clean.jp")
    assert reply["points"] == {
        "DNSLIST_NAMES_PHISH": 4, "DNSLIST_NAMES_ABUSE": 5,
        "DNSLIST_CAP": -1}, reply
    assert reply["score"] == 8


def test_a_pack_speaks_of_lists(served):
    reply = check(served, mail("a@clean.jp"), ip=BAD, sender="a@clean.jp")
    assert "CAMPAIGN_JP_LISTED" in reply["symbols"] or any(
        k.endswith("JP_LISTED") for k in reply["symbols"]), reply


def test_domains_and_mailboxes_of_the_sender(served):
    reply = check(served, mail(link="https://clean.jp/"))
    assert reply["points"] == {"DNSLIST_NAMES_SPAM": 1}, reply
    said = " ".join(reply["said"])
    assert "names: spam" in said and "mail: fraud" in said


def test_hosts_that_received_lines_name(served):
    reply = check(served, mail("a@clean.jp", "https://clean.jp/",
                               hops=[RELAY]), sender="a@clean.jp")
    assert any("relays: relay" in s for s in reply["said"]), reply


def test_an_address_that_was_hidden_is_told_as_not_known(server, rules,
                                                         tmp_path):
    """A greeting with an address took a listed sender off the lists, and
    the verdict did not say that they were not asked."""
    path = write_conf(tmp_path, rules, server, "trusted: [192.0.2.0/24]")
    line = "Received: from %s (unknown [" + BAD + "]) by mx2.ours.jp " \
        "(Haraka/3.1.1) with ESMTP id 1\r\n"
    letter = mail("a@clean.jp", "https://clean.jp/")
    with Conf(path) as d:
        plain, hidden = (
            check(d, (line % helo).encode() + letter, ip="192.0.2.5",
                  sender="a@clean.jp")
            for helo in ("evil.jp", "([198.51.100.7])x"))
    assert plain["points"] == {"DNSLIST_IP_BAD": 2.5}, plain
    assert plain["sekisho"].get("unknown", []) == []
    assert not hidden["points"]
    assert "dnslist.ip" in hidden["sekisho"]["unknown"]
    assert "dnslist.names" not in hidden["sekisho"]["unknown"]


def test_an_attachment_by_its_hash(served):
    reply = check(served, mail("a@clean.jp", file=FILE), sender="a@clean.jp")
    assert any("files: malware" in s for s in reply["said"]), reply


def test_the_test_points_are_looked_at(served):
    served.wait_for(r"dnslists: ip \(ip\.lists\.jp\) answers")
    served.wait_for(r"dnslists: names \(names\.lists\.jp\) answers")
    served.wait_for(r"dnslists: relays \(relays\.lists\.jp\) answers")


def test_a_refusal_is_an_alarm_and_no_listing(server, rules, tmp_path):
    more = "".join("""
- id: %s
  zone: %s.lists.jp
  what: ip
  codes: {127.*.*.*: {name: bad, points: 10}}
  alarms: {127.0.0.1: asked too often}
""" % (n, n) for n in ("over", "quota", "gone"))
    with Conf(write_conf(tmp_path, rules, server, more)) as d:
        for _ in range(5):
            reply = check(d, mail("a@clean.jp", "https://clean.jp/"), ip=BAD,
                          sender="a@clean.jp")
            assert reply["points"] == {"DNSLIST_IP_BAD": 2.5}, reply
        log = d.log()
        for name, why in (("over", "asked too often"),
                          ("quota", "asked too often"),
                          ("gone", "it is gone, or a resolver lies")):
            lines = [line for line in log.splitlines()
                     if "dnslists: %s (" % name in line and "answers" in line]
            assert len(lines) == 1 and why in lines[0], log


def numbers(d):
    """{("questions", "ip", "listed"): 3, ("resting", "ip", ""): 0}"""
    text = d.request("/metrics")[2].decode()
    rows = re.findall(r'^sekisho_dnslist_(\w+?)(?:_total|_seconds)?'
                      r'\{list="([^"]*)"(?:,result="(\w+)")?\} (\S+)$',
                      text, re.M)
    return {row[:3]: float(row[3]) for row in rows}


def test_lists_stand_in_the_metrics(server, rules, tmp_path):
    more = """
- {id: over, zone: over.lists.jp, what: ip, codes: {127.0.0.9: bad},
   alarms: {127.0.0.1: asked too often}}
"""
    path = write_conf(tmp_path, rules, server, more)
    path.write_text(path.read_text().replace(
        '"http=127.0.0.1:0"', '"http=127.0.0.1:0", "control=127.0.0.1:0"'))
    with Conf(path) as d:
        d.wait_for(r"dnslists: ip \(ip\.lists\.jp\) answers")
        for ip in (BAD, BAD, CLEAN):
            check(d, mail("a@clean.jp", "https://clean.jp/"), ip=ip,
                  sender="a@clean.jp")
        n = numbers(d)
        assert n["questions", "ip", "listed"] == 2
        assert n["questions", "ip", "not_listed"] == 1
        assert n["questions", "ip", "failed"] == 0
        assert n["resting", "ip", ""] == 0
        assert n["answer_age", "ip", ""] < 60
        assert n["questions", "over", "refused"] >= 1
        assert n["resting", "over", ""] == 1
        # A new generation begins with no list at rest, and no counter goes
        # back.
        path.write_text(path.read_text() + "\ndeadline: 9s\n")
        d.reload()
        d.wait_for("generation 2 serves")
        check(d, mail("a@clean.jp", "https://clean.jp/"), ip=BAD,
              sender="a@clean.jp")
        again = numbers(d)
        assert again["questions", "ip", "listed"] == 3
        assert all(again[key] >= n[key] for key in n
                   if key[0] == "questions")
        done = subprocess.run(
            [sekishod.program("sekisho"), "stat", "--server",
             "127.0.0.1:%d" % d.port_of("control")], capture_output=True,
            text=True, timeout=30, check=False)
        assert re.search(r"^DNS lists +ip +4 asked, 3 listed$", done.stdout,
                         re.M), done
        assert re.search(r"^ +over .* refused", done.stdout, re.M), done


@pytest.mark.parametrize("what", [
    "ip", "url_domain", "[email], hash: sha1", "[url], hash: sha1",
    "file, hash: sha256, digits: base32",
    "[url_domain, email], hash: sha256, digits: base32",
])
def test_a_list_that_has_everything_counts_for_nothing(
        server, rules, tmp_path, what):
    more = "- {id: dead, zone: dead.lists.jp, what: %s, " \
        "codes: {127.0.0.2: {name: bad, points: 5}}}" % what
    with Conf(write_conf(tmp_path, rules, server, more)) as d:
        d.wait_for(r"dnslists: dead \(dead\.lists\.jp\): lists what no list")
        for file in (None, b"another file\n"):
            reply = check(d, mail("a@clean.jp", "https://clean.jp/", file=file),
                          sender="a@clean.jp")
            assert reply["points"] == {}, reply
            assert "dnslist.dead" in reply["sekisho"]["unknown"], reply


def test_a_list_of_hashes_that_passes_is_asked(server, rules, tmp_path):
    more = "- {id: good, zone: mail.lists.jp, what: email, hash: sha1, " \
        "test: %s, codes: {127.0.0.2: {name: bad, points: 5}}}" \
        % sha1("info@bad-sender.jp")
    with Conf(write_conf(tmp_path, rules, server, more)) as d:
        d.wait_for(r"dnslists: good \(mail\.lists\.jp\) answers")
        reply = check(d, mail(link="https://clean.jp/"))
        assert reply["points"]["DNSLIST_GOOD_BAD"] == 5, reply
        assert "lists what no list" not in d.log()


def test_a_dead_list_delays_no_longer_than_its_budget(rules, tmp_path):
    class Dead:
        where = ports.address()
    path = write_conf(tmp_path, rules, Dead)
    path.write_text(path.read_text().replace(
        "never: [never.jp]", "never: [never.jp], budget: 300ms").replace(
        "dnslists:", "deadline: 30s\ndnslists:"))
    with Conf(path) as d:
        begun = time.monotonic()
        reply = check(d, mail(), ip=BAD)
        # Else it waits for as long as the scan may take.
        assert time.monotonic() - begun < 15
        assert reply["points"] == {} and reply["said"] == []
        # What nobody could be asked is no secret.
        unknown = {n["code"]: n["en"] for n in reply["sekisho"]["notes"]}[
            "verdict.unknown"]
        assert "dnslist.ip" in unknown and "dnslist.names" in unknown
        assert {"dnslist.ip", "dnslist.names", "dnslist.mail"} <= set(
            reply["sekisho"]["unknown"])


@pytest.mark.parametrize("link", ["https://host.local/",
                                  "https://www.jcom.co.jp/"])
def test_names_of_ours_are_told_to_nobody(served, link):
    reply = check(served, mail("a@never.jp", link, hops=["10.1.2.3"]),
                  helo="mx.never.jp", sender="a@never.jp")
    assert reply["said"] == []


@pytest.mark.parametrize("entry, words", [
    ("spamhaus-zne", 'did you mean "spamhaus-zen"?'),
    ("{id: x, zone: x.jp, what: ip}", "codes are missing"),
    ("{id: x, zone: x.jp, what: ship, codes: {127.0.0.2: a}}",
     "what must be of ip"),
    ("{id: x, zone: x.jp, what: ip, codes: {127.0.2: a}}",
     "a code must be like"),
    ("{id: x, zone: x.jp, what: url, codes: {127.0.0.2: a}}",
     "sha256 takes digits: base32"),
    ("{preset: spamcop, points: {lsted: 3}}", "points must name a code"),
    ("spamhaus-zrd", "takes a zone of your own"),
])
def test_what_is_wrong_is_told(server, rules, tmp_path, entry, words):
    path = write_conf(tmp_path, rules, server, "- " + entry)
    done = subprocess.run([sekishod.program("sekishod"), "-t", "-c",
                           str(path)], capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode != 0
    assert words in done.stderr, done.stderr


def test_every_preset_can_be_named(server, rules, tmp_path):
    source = os.path.join(sekishod.source_folder(), "engine/check/dnslist.c")
    with open(source, encoding="utf-8") as file:
        names = [line.split('"')[1] for line in file
                 if line.lstrip().startswith('{ .name = "')]
    assert len(names) > 10
    more = "\n".join("- {preset: %s, zone: %s.lists.jp}" % (n, n)
                     for n in names)
    path = write_conf(tmp_path, rules, server, more)
    done = subprocess.run([sekishod.program("sekishod"), "-t", "-c",
                           str(path)], capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode == 0, done.stderr
