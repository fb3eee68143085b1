# SPDX-License-Identifier: Apache-2.0
"""A daemon whose name server is slow, dead, cut short or lying: it answers in
time, believes no lie, and rejects no mail for it."""

import struct
import threading
import time

import pytest

import daemon as sekishod
import hostiledns
from hostiledns import MODES, ZONE

STRANGER = "203.0.113.185"
DEADLINE = 3.0
# On top of the deadline, for a slow and busy machine.
ROOM = 6.0

# The truth arrives in the end: over TCP, or behind the lie.
TOLD_TRUTH = {"big", "cut", "cutlie", "extra", "lower", "wrongidfirst",
              "othernamefirst", "question", "opcode"}
# Broken, or about somebody else: not that there is no record.
SAID_NOTHING = {"chaos", "chain", "counts", "cutdata", "forward", "longtext",
                "otherowner", "pointer", "ring"}


@pytest.fixture(scope="module")
def server():
    with hostiledns.HostileServer() as one:
        yield one


@pytest.fixture(scope="module")
def served(server, rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with sekishod.Daemon(rules, folder=str(folder), options=[
            "--dns.servers", server.where, "--dns.timeout", "600ms",
            "--deadline", "3s", "--workers", "1", "--dns.private", "yes"]) as d:
        yield d


def mail(domain):
    return ("From: a@%s\r\nTo: b@example.org\r\nSubject: s\r\n"
            "Message-ID: <1@%s>\r\n\r\nhello\r\n" % (domain, domain)).encode()


def spf_of(reply):
    """What SPF came to, or None: nobody could say."""
    options = reply["symbols"].get("AUTH", {}).get("options", [])
    return dict(o.split("=", 1) for o in options if "=" in o).get("auth.spf")


def scan(daemon, mode):
    domain = "%s.%s" % (mode, ZONE)
    begun = time.monotonic()
    reply = daemon.check(mail(domain), IP=STRANGER, Helo="h.example.net",
                         From="a@" + domain, Rcpt="b@example.org")
    return reply, time.monotonic() - begun


def test_an_honest_answer_is_a_fail(served):
    reply, _ = scan(served, "honest")
    assert spf_of(reply) == "fail", reply


class FoldingServer(hostiledns.HostileServer):
    """Spells every name in lower case, over TCP too."""

    def on_udp(self):
        packet, sender = self.udp.recvfrom(4096)
        q = hostiledns.Question(packet)
        self.udp.sendto(q.answer(question=q.bytes.lower()), sender)

    def answer_tcp(self, client, q):
        answer = q.answer(question=q.bytes.lower())
        client.sendall(struct.pack("!H", len(answer)) + answer)


def test_a_server_that_is_never_believed_is_told_once(rules, tmp_path):
    """Nothing was known of any mail, and the log did not say why."""
    with FoldingServer() as server, sekishod.Daemon(
            rules, folder=str(tmp_path), options=[
                "--dns.servers", server.where, "--workers", "1"]) as d:
        for n in range(12):
            d.check(mail("with-many-letters-%d.example.org" % n),
                    IP=STRANGER, Helo="h.example.net", From="<>")
        told = [line for line in d.log().splitlines()
                if "none is believed" in line]
    assert len(told) == 1, told
    assert "127.0.0.1" in told[0], told


@pytest.mark.parametrize("mode", MODES)
def test_in_time_and_not_fooled(served, mode):
    reply, seconds = scan(served, mode)
    assert seconds < DEADLINE + ROOM, (mode, seconds)
    assert spf_of(reply) != "pass", (mode, reply)
    assert reply["action"] == "no action" and reply["score"] < 6, reply
    if mode in TOLD_TRUTH:
        assert spf_of(reply) == "fail", (mode, reply)
    else:
        assert spf_of(reply) in (None, "none", "temperror"), (mode, reply)
    if mode in SAID_NOTHING:
        assert spf_of(reply) != "none", (mode, reply)


def test_what_nobody_asked_for_is_not_kept(served, server):
    """Of another name in an answer, and of a late answer."""
    scan(served, "extra")
    reply, _ = scan(served, "victim")
    assert spf_of(reply) == "fail", reply
    assert server.asked.count("victim." + ZONE) >= 1


def test_a_hundred_scans_beside_a_dead_server_are_in_time(served):
    late, wrong = [], []

    def one(n):
        reply, seconds = scan(served, "dead")
        if seconds > DEADLINE + ROOM:
            late.append((n, seconds))
        if reply["action"] != "no action":
            wrong.append(reply)
    threads = [threading.Thread(target=one, args=(n,)) for n in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not late and not wrong, (late, wrong)


def test_an_honest_server_is_believed_again_at_once(served):
    """Rests that grow with each failure keep nobody from an answer."""
    reply, _ = scan(served, "dead")
    reply, seconds = scan(served, "afterwards")
    assert spf_of(reply) == "fail", reply
    assert seconds < DEADLINE + ROOM
    assert len(served.workers()) == 1
