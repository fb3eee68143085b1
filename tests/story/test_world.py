# SPDX-License-Identifier: Apache-2.0
"""What name servers know, in verdicts: a daemon beside a real one (NSD)."""

import os
import socket
import subprocess
import threading
import time

import pytest

import daemon as sekishod
import ports
from nameserver import NameServer, text

OFFICIAL = "198.51.100.7"   # sends for the brand
STRANGER = "203.0.113.185"

ZONE = [
    ("jcom.co.jp", "TXT", text("v=spf1 ip4:198.51.100.0/24 -all")),
    ("_dmarc.jcom.co.jp", "TXT", text("v=DMARC1; p=reject")),
    ("alumni.example.org", "TXT", text("v=spf1 a -all")),
    ("alumni.example.org", "A", STRANGER),
]

NOTICE = ("From: J:COM <noreply@jcom.co.jp>\r\n"
          "To: customer@example.org\r\n"
          "Subject: =?UTF-8?B?44GU6KuL5rGC5pu444Gu44GK55+l44KJ44Gb?=\r\n"
          "Date: Sat, 20 Aug 2022 02:25:21 +0900\r\n"
          "Message-ID: <1@jcom.co.jp>\r\n"
          "\r\n"
          "J:COM https://www.jcom.co.jp/\r\n").encode()



@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with NameServer(tmp_path_factory.mktemp("names"), ZONE) as names:
        yield names


@pytest.fixture(scope="module")
def served(server, rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    with sekishod.Daemon(rules, folder=str(folder),
                         options=["--dns.servers", server.where]) as d:
        yield d


def check(daemon, ip, sender="noreply@jcom.co.jp", helo="mx.jcom.co.jp",
          data=NOTICE):
    return daemon.check(data, IP=ip, Helo=helo, From=sender,
                        Rcpt="customer@example.org")


@pytest.mark.row("S4-02")
def test_a_forged_official_sender_is_found(served):
    """Alone it is a sign, no proof: lists break signatures too."""
    reply = check(served, STRANGER, helo="mx.example.org")
    assert "not authenticated: forged" in \
        reply["symbols"]["BRAND_JCOM"]["options"][0], reply
    assert reply["score"] == 3, reply


@pytest.mark.parametrize("sender, spf, dkim", [
    ("a@silent.example.org", "temperror", "temperror"),
    ("a@host.invalid", "none", "permerror")])
def test_a_sender_whose_servers_are_silent_is_a_forger_all_the_same(
        rules, tmp_path, sender, spf, dkim):
    """Who chooses the domain chooses whether it answers."""
    silent = (
        "DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=s; h=from; bh=%s=; "
        "b=AAAA\r\n" % (sender[2:], "A" * 43)).encode()
    with NameServer(tmp_path / "names", ZONE,
                    broken=["silent.example.org"]) as names, \
            sekishod.Daemon(rules, folder=str(tmp_path), options=[
                "--dns.servers", names.where]) as d:
        reply = check(d, STRANGER, sender=sender, helo="mx.example.org",
                      data=silent + NOTICE)
        said = reply["symbols"]["AUTH"]["options"]
        assert "auth.spf=" + spf in said, said
        assert "auth.dkim=" + dkim in said, said
        assert "auth.dmarc=fail" in said, said
        assert "not authenticated: forged" in \
            reply["symbols"]["BRAND_JCOM"]["options"][0], reply


class Deaf(threading.Thread):
    """A resolver that waits for ever for whoever is below silent."""

    def __init__(self, behind, silent):
        super().__init__(daemon=True)
        self.behind = ("127.0.0.1", behind.port)
        self.silent = b"".join(bytes([len(l)]) + l.encode()
                               for l in silent.split("."))
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.where = "127.0.0.1:%d" % self.socket.getsockname()[1]

    def run(self):
        while True:
            packet, sender = self.socket.recvfrom(4096)
            if not packet:
                return
            if self.silent in packet.lower():
                continue
            with socket.socket(type=socket.SOCK_DGRAM) as s:
                s.settimeout(60)
                s.sendto(packet, self.behind)
                self.socket.sendto(s.recv(4096), sender)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *what):
        self.socket.sendto(b"", self.socket.getsockname())
        self.join()
        self.socket.close()


def test_waiting_for_a_stranger_leaves_time_for_the_brand(
        server, rules, tmp_path):
    """All the time there is goes by while its SPF record does not come."""
    with Deaf(server, "silent.example.org") as deaf, sekishod.Daemon(
            rules, folder=str(tmp_path), options=[
                "--dns.servers", deaf.where, "--dns.budget", "600ms"]) as d:
        reply = check(d, STRANGER, sender="a@silent.example.org",
                      helo="mx.example.org")
        said = reply["symbols"]["AUTH"]["options"]
        assert "auth.spf=temperror" in said, said
        assert "auth.dmarc=fail" in said, said
        assert "not authenticated: forged" in \
            reply["symbols"]["BRAND_JCOM"]["options"][0], reply


def test_spf_goes_on_while_a_stranger_s_key_does_not_come(rules, tmp_path):
    """Its record leads to a second; the key is asked for beside the first."""
    key = ("DKIM-Signature: v=1; a=rsa-sha256; d=silent.example.org; s=s; "
           "h=from; bh=%s=; b=AAAA\r\n" % ("A" * 43)).encode()
    zone = [("jcom.co.jp", "TXT", text("v=spf1 include:s.jcom.co.jp -all")),
            ("s.jcom.co.jp", "TXT", text("v=spf1 redirect=t.jcom.co.jp")),
            ("t.jcom.co.jp", "TXT", text("v=spf1 ip4:198.51.100.0/24"))
            ] + ZONE[1:2]
    with NameServer(tmp_path / "names", zone) as names, \
            Deaf(names, "silent.example.org") as deaf, sekishod.Daemon(
                rules, folder=str(tmp_path), options=[
                    "--dns.servers", deaf.where, "--dns.budget", "600ms"]) \
            as d:
        reply = check(d, STRANGER, helo="mx.example.org", data=key + NOTICE)
        said = reply["symbols"]["AUTH"]["options"]
        assert "auth.spf=fail" in said and "auth.dmarc=fail" in said, said
        assert "auth.dkim=temperror" in said, said


def test_a_helo_of_the_brand_from_an_address_without_a_name(served):
    reply = check(served, STRANGER)
    assert reply["score"] == 5, reply


def test_the_official_sender_is_authentic(served):
    reply = check(served, OFFICIAL)
    assert reply["score"] == 0, reply


def test_what_a_trusted_gateway_says_is_not_asked_again(
        server, rules, tmp_path):
    with sekishod.Daemon(rules, folder=str(tmp_path), options=[
            "--dns.servers", server.where, "--authserv", "mx.example.org",
            "--trusted", "192.0.2.0/24"]) as d:
        said = b"Authentication-Results: mx.example.org; spf=pass " \
            b"smtp.mailfrom=jcom.co.jp; dkim=pass header.d=jcom.co.jp; " \
            b"dmarc=pass header.from=jcom.co.jp\r\n"
        assert check(d, STRANGER, data=said + NOTICE)["score"] == 0
        # Below a line of the sender's own it is the sender's too.
        line = b"Received: from x (x [198.51.100.9]) by y.example.org; " \
            b"Sat, 20 Aug 2022 02:25:20 +0900\r\n"
        reply = check(d, STRANGER, data=line + said + NOTICE)
        assert "auth.dmarc=fail" in reply["symbols"]["AUTH"]["options"], reply


def test_a_dead_name_server_rejects_nothing_and_delays_nobody(
        rules, tmp_path):
    dead = ports.address()
    with sekishod.Daemon(rules, folder=str(tmp_path), options=[
            "--dns.servers", dead, "--dns.timeout", "200ms",
            "--deadline", "2s"]) as d:
        begun = time.monotonic()
        for ip in (STRANGER, OFFICIAL):
            assert check(d, ip)["score"] == 0
        assert time.monotonic() - begun < 15


# The company's site is elsewhere than who sends for it, and the other way
# round: the host of its site may not send.
RECORDS = [
    ("aica-company.jp", "A", "198.51.100.200"),
    ("aica-company.jp", "TXT", text("v=spf1 ip4:198.51.100.7 -all")),
    ("_dmarc.aica-company.jp", "TXT", text("v=DMARC1; p=reject")),
]


@pytest.mark.row("S1-07")
def test_authentication_decides_and_no_address_record(rules, tmp_path):
    mail = NOTICE.replace(b"noreply@jcom.co.jp", b"info@aica-company.jp")
    with NameServer(tmp_path / "names", RECORDS) as names, \
            sekishod.Daemon(rules, folder=str(tmp_path), options=[
                "--dns.servers", names.where, "--dns.links", "yes"]) as d:
        for ip, spf, has_note in (("198.51.100.7", "pass", True),
                                  ("198.51.100.200", "fail", False),
                                  (STRANGER, "fail", True)):
            reply = check(d, ip, sender="info@aica-company.jp",
                          helo="mx.aica-company.jp", data=mail)
            said = {n["code"]: n for n in reply["sekisho"]["notes"]}
            assert "SPF %s, DKIM none, DMARC %s" % (spf, spf) in \
                said["auth.results"]["en"], said
            assert ("auth.record" in said) == has_note, said
            if has_note:
                assert "address record of aica-company[.]jp is " \
                    "198.51.100.200, the mail came from %s" % ip in \
                    said["auth.record"]["en"], said
                assert "0 points" in said["auth.record"]["en"]
                assert said["auth.record"]["section"] == "sender"


def test_a_word_that_is_no_server_is_refused(rules):
    done = subprocess.run(
        [os.path.join(sekishod.build_folder(), "sekishod"), "-f", "--packs",
         rules, "--listen", "127.0.0.1:0", "--dns.servers", "localhos"],
        capture_output=True, timeout=120, check=False)
    assert done.returncode != 0
    assert b'dns.servers: "localhos" is neither system nor an address' in \
        done.stderr
