# SPDX-License-Identifier: Apache-2.0
"""The milter protocol: miltertest for what a mail server does, and a client
of our own for what none would."""

import itertools
import os
import random
import shutil
import socket
import struct
import subprocess
import time

import pytest

import daemon as sekishod
import messages
import miltertalk
from miltertalk import Talk, packet, texts
from samples import BY_ID, SAMPLES

MILTERTEST = shutil.which("miltertest")
needs_miltertest = pytest.mark.skipif(
    MILTERTEST is None,
    reason="miltertest is not installed (Debian package miltertest)")

HAM = (b"From: Taro <taro@customer.example>\r\n"
       b"To: hanako@victim.example\r\nSubject:lunch\r\n"
       b"X-Spam-Flag: NO\r\nX-Spam-Mine: 1\r\nX-Spam-Mine:\r\n 2\r\n"
       b"Date: Mon, 09 Feb 2026 05:08:00 +0900\r\n"
       b"Message-ID: <1@customer.example>\r\n\r\nAt noon?\r\n")
SPAM = messages.build(BY_ID["ekinet"])
SAID = messages.envelope(BY_ID["ekinet"])
SYMBOL = BY_ID["ekinet"]["symbol"]


class Served(sekishod.Daemon):
    """With a milter listener."""

    def __init__(self, rules, folder, *options, **more):
        super().__init__(rules, folder=folder, options=(
            "--listen", "milter=127.0.0.1:0", *options), **more)

    def start(self, wait=sekishod.PATIENCE):
        super().start(wait)
        self.milter = self.port_of("milter")
        return self


@pytest.fixture(scope="module")
def served(rules, tmp_path_factory):
    with Served(rules, tmp_path_factory.mktemp("milter")) as d:
        yield d
        assert d.process.poll() is None, d.log()
        assert d.stop() == 0
    assert "Sanitizer" not in d.log()


def alive(d):
    with Talk(d.milter) as t:
        assert t.negotiate().mail(HAM)[-1] == (b"a", b"")
    return True


# Verdicts.

@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_the_verdict_is_that_of_http(served, ask, sample):
    mail, said = messages.build(sample), messages.envelope(sample)
    answer = served.check(mail, IP=said["ip"], Helo=said["helo"],
                          From=said.get("mail_from", ""), Rcpt=said["rcpt"],
                          Hostname=said.get("rdns") or "unknown")
    with Talk(served.milter) as t:
        replies = t.negotiate().mail(mail, said)
    letter, data = replies[-1]
    if answer["action"] == "reject":
        assert letter == b"y" and data.startswith(b"554 5.7.1 ")
    else:
        assert letter == b"a" and answer["action"] == "add header"
        added = miltertalk.inserted(replies)
        assert added["X-Spam-Flag"] == "YES"
        assert "[%.2f / 15.00]" % answer["score"] in added["X-Spamd-Result"]
        assert sample["symbol"] in added["X-Spam-Status"]


def test_ham_is_accepted_and_foreign_headers_go(served):
    with Talk(served.milter) as t:
        replies = t.negotiate().mail(HAM)
    assert replies[-1] == (b"a", b"")
    assert sorted(miltertalk.removed(replies)) == [
        ("X-Spam-Flag", 1), ("X-Spam-Mine", 1), ("X-Spam-Mine", 2)]
    # From the last to the first, so that no number changes meanwhile.
    assert miltertalk.removed(replies).index(("X-Spam-Mine", 2)) < \
        miltertalk.removed(replies).index(("X-Spam-Mine", 1))
    added = miltertalk.inserted(replies)
    assert added["X-Spam-Status"].startswith("No, score=0.00 required=6.00")
    assert "X-Spam-Flag" not in added


def test_what_is_scanned_is_what_was_sent_byte_for_byte(served):
    """The log says how many bytes there were: none is added, none lost."""
    odd = (b"Subject:no blank\r\nX-A:  two\r\nX-B: folded\r\n\tby a tab\r\n"
           b"X-C:\r\nFrom: a@sender.example\r\n\r\nbody\r\n\r\n.\r\nno end")
    for events in (miltertalk.EVENTS,
                   miltertalk.EVENTS & ~miltertalk.LEADING_SPACE):
        queue_id = "4QB%x" % events
        with Talk(served.milter, events=events) as t:
            t.negotiate().mail(odd, queue_id=queue_id)
        log = served.wait_for("queue=%s .* bytes=(\\d+)" % queue_id)
        # Without the agreement on blanks one stands behind every colon.
        extra = 0 if events & miltertalk.LEADING_SPACE else 2
        assert int(log.group(1)) == len(odd) + extra


def test_the_client_is_taken_from_the_connection_not_from_headers(served):
    forged = (b"Received: from good.example (good.example [198.51.100.9])\r\n"
              b" by mx.victim.example; Mon, 09 Feb 2026 05:08:00 +0900\r\n"
              b"Return-Path: <forged@good.example>\r\n") + SPAM
    with Talk(served.milter) as t:
        t.negotiate().mail(forged, SAID, queue_id="4QC1")
    log = served.wait_for("queue=4QC1 .*").group(0)
    assert "ip=%s " % SAID["ip"] in log
    assert "from=%s " % SAID["mail_from"] in log


def test_what_macros_say_is_the_messages_own(served):
    with Talk(served.milter) as t:
        t.negotiate()
        t.send(packet(b"D", b"H" + texts("{tls_version}", "TLSv1.3")))
        t.mail(HAM, queue_id="4QD1", user="taro")
        t.mail(HAM, queue_id="4QD2")
    assert "tls=TLSv1.3" in served.wait_for("queue=4QD1 .*").group(0)
    assert "tls=TLSv1.3" in served.wait_for("queue=4QD2 .*").group(0)


def test_a_client_without_an_address_is_the_server_itself(served):
    with Talk(served.milter) as t:
        t.negotiate()
        heads, body = t.events_of(HAM)
        t.send(packet(b"C", texts("localhost") + b"U"),
               packet(b"M", texts("<a@b.example>")),
               packet(b"D", b"R" + texts("i", "4QE1")),
               packet(b"R", texts("<c@victim.example>")), *heads)
        t.body(body)
        assert t.end()[-1] == (b"a", b"")
    assert "ip=127.0.0.1 " in served.wait_for("queue=4QE1 .*").group(0)


# Negotiation.

def test_only_what_is_offered_is_asked_for(served):
    for version, actions, events in itertools.product(
            (2, 3, 4, 6, 7), (0, 0x1, 0x1f, 0x3f, 0x1ff),
            (0, 0x7f, 0x3ff, 0x1fffff)):
        with Talk(served.milter, version, actions, events) as t:
            t.negotiate()
            assert t.version == min(version, 6)
            assert t.actions & ~actions == 0 and t.events & ~events == 0
            assert bool(t.macros) == bool(actions & 0x100)
            if events == 0:
                continue
            replies = None
            if not t.events & 0x1000:
                continue
            replies = t.mail(HAM)
            assert replies[-1] == (b"a", b"")
            assert bool(miltertalk.removed(replies)) == bool(actions & 0x10)
            assert bool(miltertalk.inserted(replies)) == bool(actions & 0x1)
            letters = {letter for letter, _ in replies}
            assert (b"h" if version > 2 else b"i") not in letters


def test_what_a_server_cannot_do_is_left_out(rules, tmp_path):
    with Served(rules, tmp_path, "--actions.reject", "quarantine") as d:
        with Talk(d.milter) as t:
            replies = t.negotiate().mail(SPAM, SAID)
            letters = b"".join(letter for letter, _ in replies)
            assert letters.endswith(b"qa")
            assert SYMBOL.encode() in replies[-2][1]
        # Without a quarantine it goes on, marked, and the log says so.
        with Talk(d.milter, actions=0x11) as t:
            replies = t.negotiate().mail(SPAM, SAID)
            assert replies[-1] == (b"a", b"")
            assert b"q" not in {letter for letter, _ in replies}
            assert miltertalk.inserted(replies)["X-Spam-Flag"] == "YES"
        d.wait_for("keeps no quarantine")


def test_macros_are_asked_for_by_stage(served):
    with Talk(served.milter) as t:
        t.negotiate()
    assert t.macros[2].split() == ["i", "{auth_authen}", "{auth_type}"]
    assert t.macros[1] == "{tls_version}"
    assert all("i" in t.macros[stage].split() for stage in (2, 3, 4, 5, 6))


def test_a_body_is_answered_only_where_it_may_be_skipped(served, rules,
                                                         tmp_path):
    with Talk(served.milter) as t:
        assert t.negotiate().events & miltertalk.NO_REPLY_BODY
    with Served(rules, tmp_path, "--limits.message", "1MB") as d, \
            Talk(d.milter) as t:
        assert not t.negotiate().events & miltertalk.NO_REPLY_BODY
        assert t.events & miltertalk.SKIP


def test_an_old_server_gets_a_reply_to_everything(served):
    with Talk(served.milter, 2, 0x1f, 0x7f) as t:
        t.negotiate()
        heads, body = t.events_of(HAM)
        for event in t.envelope({}) + heads:
            t.send(event)
            if event[4:5] != b"D":
                assert t.receive() == (b"c", b"")
        assert t.body(body) == [(b"c", b"")]
        assert t.end()[-1] == (b"a", b"")


def test_version_1_is_not_spoken(served):
    with Talk(served.milter, version=1) as t:
        assert t.negotiate() is None
    assert alive(served)


# Many messages, and their ends.

def test_many_messages_of_a_connection_do_not_touch_one_another(served):
    with Talk(served.milter) as t:
        t.negotiate()
        for i in range(20):
            assert t.mail(SPAM, SAID)[-1][0] == b"y"
            replies = t.mail(HAM, {"ip": "192.0.2.%d" % i})
            assert replies[-1] == (b"a", b"")


def test_a_server_that_sends_small_pieces_is_not_kept_waiting(served):
    """Each message took Postfix 45 ms more: its kernel held back a piece
    until ours had acknowledged the one before, and ours waited for a reply
    to send with that."""
    with Talk(served.milter) as t:
        t.negotiate()
        heads, body = t.events_of(HAM)
        fastest = 60
        for _ in range(50):
            began = time.monotonic()
            for event in t.envelope({}) + heads:
                t.send(event)
            t.body(body)
            assert t.end()[-1] == (b"a", b"")
            fastest = min(fastest, time.monotonic() - began)
        # The kernel's pause is the same each time; the machine's are not.
        assert fastest < 0.040


def test_an_abort_ends_the_message_alone(served):
    with Talk(served.milter) as t:
        t.negotiate()
        heads, body = t.events_of(SPAM)
        whole = t.envelope(SAID) + heads + [packet(b"B", body)]
        for n in range(len(whole)):
            t.send(*whole[:n], packet(b"A"))
            if n == len(whole):
                t.receive()
        assert t.mail(HAM)[-1] == (b"a", b"")


def test_a_greeting_in_the_middle_ends_the_message_alone(served):
    """What Postfix says of a client that greets again: the greeting, and
    then that the message is over."""
    with Talk(served.milter) as t:
        t.negotiate()
        t.send(*t.envelope({"mail_from": "gone@customer.example"}),
               packet(b"H", texts("again.example")), packet(b"A"))
        heads, body = t.events_of(HAM)
        t.send(*t.envelope({}, queue_id="4QF2")[2:], *heads)
        t.body(body)
        assert t.end()[-1] == (b"a", b"")
    line = served.wait_for("queue=4QF2 .*").group(0)
    assert " ip=192.0.2.1 " in line and " from=- " in line


def test_quit_closes_and_quit_new_goes_on(served):
    with Talk(served.milter) as t:
        t.negotiate()
        t.mail(SPAM, SAID)
        t.send(packet(b"K"))
        assert t.mail(HAM, queue_id="4QF1")[-1] == (b"a", b"")
        t.send(packet(b"Q"))
        assert t.receive() is None
    assert "ip=192.0.2.1 " in served.wait_for("queue=4QF1 .*").group(0)


def test_a_server_hears_of_us_while_a_scan_waits(rules, tmp_path):
    """Name servers that never answer hold up a scan."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        server = "127.0.0.1:%d" % mute.getsockname()[1]
        with Served(rules, tmp_path, "--dns.servers", server,
                    "--dns.timeout", "1900ms", "--deadline", "3s") as d:
            with Talk(d.milter) as t, Talk(d.milter) as other:
                t.negotiate()
                other.negotiate()
                replies = t.mail(HAM, {"mail_from": "a@customer.net",
                                       "ip": "198.51.100.7"})
                assert replies[0] == (b"p", b"")
                assert replies[-1] == (b"a", b"")
                assert b"p" not in {r[0] for r in replies[
                    [r[0] != b"p" for r in replies].index(True):]}
                # A server that goes while we wait leaves nothing behind.
                heads, body = other.events_of(HAM)
                other.send(*other.envelope({"ip": "198.51.100.7",
                                            "mail_from": "a@customer.net"}),
                           *heads)
                other.body(body)
                other.send(packet(b"E"))
            assert alive(d)


# Limits.

def test_of_a_body_that_is_too_long_no_more_is_asked_for(rules, tmp_path):
    with Served(rules, tmp_path, "--limits.message", "200kB") as d:
        with Talk(d.milter) as t:
            t.negotiate()
            heads, body = t.events_of(SPAM)
            t.send(*t.envelope(SAID, queue_id="4QG1"), *heads)
            replies = t.body(body + b"x" * 65533 + b"\r\n" * 500000)
            assert replies[-1] == (b"s", b"")
            assert len(replies) < 6
            assert t.end()[-1][0] == b"y"
            # Nothing of it is left for the next.
            assert t.mail(HAM)[-1] == (b"a", b"")


def test_a_server_that_cannot_skip_is_read_to_the_end(rules, tmp_path):
    with Served(rules, tmp_path, "--limits.message", "200kB") as d:
        with Talk(d.milter, events=miltertalk.EVENTS & ~miltertalk.SKIP) as t:
            t.negotiate()
            heads, body = t.events_of(SPAM)
            t.send(*t.envelope(SAID), *heads)
            assert t.body(body + b"x" * 2000000) == []
            assert t.end()[-1][0] == b"y"


def test_100000_headers_get_a_verdict(served):
    with Talk(served.milter) as t:
        t.negotiate()
        heads, body = t.events_of(SPAM)
        flood = packet(b"L", b"X-Flood\0 y\0") * 100000
        t.send(*t.envelope(SAID), flood, *heads)
        t.body(body)
        assert t.end()[-1][0] in (b"y", b"a")


# Bad servers.

BAD = [
    ("a length of nothing", b"\0\0\0\0"),
    ("a length above the limit", b"\xff\xff\xff\xffO"),
    ("an unknown command", packet(b"z")),
    ("HTTP", b"GET /ping HTTP/1.1\r\n\r\n"),
    ("no options first", miltertalk.connect()),
    ("options cut short", packet(b"O", b"\0\0\0\6")),
    ("options twice", packet(b"O", struct.pack(">III", 6, 0, 0)) * 2),
    ("a header without a value", packet(b"O", struct.pack(
        ">III", 6, 0x1ff, 0x1fffff)) + packet(b"M", b"<a>\0") +
     packet(b"L", b"Subject\0")),
    ("half a packet", b"\0\0\0\x0dO\0\0"),
]


@pytest.mark.parametrize("sent", [c[1] for c in BAD], ids=[c[0] for c in BAD])
def test_a_bad_stream_is_closed(served, sent):
    with Talk(served.milter) as t:
        t.send(sent)
        t.socket.shutdown(socket.SHUT_WR)
        while t.receive() is not None:
            pass
    assert alive(served)


COMMANDS = [
    packet(b"O", struct.pack(">III", 6, 0x1ff, 0x1fffff)),
    miltertalk.connect(), packet(b"H", texts("helo")),
    packet(b"D", b"M" + texts("i", "4Q1")), packet(b"M", texts("<a@b>")),
    packet(b"R", texts("<c@d>")), packet(b"T"),
    packet(b"L", texts("Subject", " x")), packet(b"N"),
    packet(b"B", b"x\r\n"), packet(b"E"), packet(b"A"), packet(b"K"),
    packet(b"U", texts("FOO")), packet(b"Q"), packet(b"D", b"E"),
]


def drive(d, sequence):
    with Talk(d.milter) as t:
        try:
            t.send(*sequence)
            t.socket.shutdown(socket.SHUT_WR)
            while t.receive() is not None:
                pass
        except (BrokenPipeError, ConnectionResetError):
            pass


def test_every_order_of_commands_leaves_a_milter_that_answers(served):
    """Of three; SEKISHO_ORDERS=4 takes minutes."""
    most = int(os.environ.get("SEKISHO_ORDERS", "3"))
    for some in itertools.product(COMMANDS, repeat=most):
        drive(served, [COMMANDS[0], *some])
    assert alive(served)


def test_any_order_of_commands_leaves_a_milter_that_answers(served):
    chance = random.Random(19)
    for _ in range(int(os.environ.get("SEKISHO_RANDOM_ORDERS", "500"))):
        drive(served, chance.choices(COMMANDS, k=20))
    assert alive(served)


def test_servers_that_vanish_leave_nothing_behind(served):
    whole = b"".join([COMMANDS[0]] + COMMANDS[1:11])
    alive(served)
    before = served.files()
    for cut in range(len(whole)):
        s = socket.create_connection(("127.0.0.1", served.milter), 60)
        s.sendall(whole[:cut])
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     b"\1\0\0\0\0\0\0\0")
        s.close()
    assert alive(served)
    settled(served, before)


def settled(d, files):
    """Connections are let go within a moment."""
    sekishod.until(lambda: d.files() <= files)


def test_a_server_may_be_silent_between_messages_but_not_before(served):
    began = time.monotonic()
    with Talk(served.milter) as idle, Talk(served.milter) as mute:
        idle.negotiate()
        assert mute.receive() is None
        assert time.monotonic() - began > 3
        assert idle.mail(HAM)[-1] == (b"a", b"")


def test_an_ending_daemon_lets_the_message_in_hand_finish(rules, tmp_path):
    with Served(rules, tmp_path) as d:
        with Talk(d.milter) as t, Talk(d.milter) as idle:
            idle.negotiate()
            t.negotiate()
            heads, body = t.events_of(SPAM)
            t.send(*t.envelope(SAID), *heads)
            sekishod.until(lambda: sekishod.is_read(t.socket))
            d.process.terminate()
            assert idle.receive() is None
            t.body(body)
            assert t.end()[-1][0] == b"y"
            assert t.receive() is None
        assert d.stop() == 0


# miltertest: each corner as a script.

BEGIN = """
conn = mt.connect("inet:%d@127.0.0.1")
assert(conn ~= nil, "no connection")
"""

MESSAGE = """
mt.macro(conn, SMFIC_MAIL, "i", "4QM1")
assert(mt.mailfrom(conn, "<taro@customer.example>") == nil)
assert(mt.rcptto(conn, "<hanako@victim.example>") == nil)
mt.header(conn, "From", "Taro <taro@customer.example>")
mt.header(conn, "X-Spam-Flag", "NO")
mt.header(conn, "Subject", "lunch")
assert(mt.eoh(conn) == nil)
assert(mt.bodystring(conn, "At noon?\\r\\n") == nil)
assert(mt.eom(conn) == nil)
assert(mt.getreply(conn) == SMFIR_ACCEPT, "not accepted")
"""

SCRIPTS = {
    "defaults": """
assert(mt.conninfo(conn, "mx.customer.example", "192.0.2.1") == nil)
""" + MESSAGE + """
assert(mt.eom_check(conn, MT_HDRINSERT, "X-Spamd-Result"), "no result")
assert(mt.eom_check(conn, MT_HDRINSERT, "X-Spam-Status"), "no status")
assert(mt.eom_check(conn, MT_HDRDELETE, "X-Spam-Flag"), "forged flag stays")
assert(not mt.eom_check(conn, MT_QUARANTINE), "quarantined")
assert(not mt.eom_check(conn, MT_BODYCHANGE), "body changed")
""",
    "version 2": """
assert(mt.negotiate(conn, 2, 0x1f, 0x7f) == nil)
assert(mt.conninfo(conn, "mx.customer.example", "192.0.2.1") == nil)
assert(mt.getreply(conn) == SMFIR_CONTINUE)
""" + MESSAGE + """
assert(mt.eom_check(conn, MT_HDRADD, "X-Spam-Status"), "no status")
assert(mt.eom_check(conn, MT_HDRDELETE, "X-Spam-Flag"), "forged flag stays")
""",
    "actions and options": """
assert(mt.negotiate(conn, 6, nil, nil) == nil)
assert(mt.test_action(conn, SMFIF_ADDHDRS))
assert(mt.test_action(conn, SMFIF_CHGHDRS))
assert(mt.test_action(conn, SMFIF_QUARANTINE))
assert(not mt.test_action(conn, SMFIF_CHGBODY))
assert(not mt.test_action(conn, SMFIF_ADDRCPT))
assert(not mt.test_action(conn, SMFIF_DELRCPT))
assert(not mt.test_option(conn, SMFIP_NOBODY))
assert(not mt.test_option(conn, SMFIP_NOHDRS))
""",
    "an abort": """
assert(mt.conninfo(conn, "mx.customer.example", "192.0.2.1") == nil)
assert(mt.mailfrom(conn, "<other@customer.example>") == nil)
assert(mt.abort(conn) == nil)
""" + MESSAGE,
    "two messages": """
assert(mt.conninfo(conn, "mx.customer.example", "192.0.2.1") == nil)
""" + MESSAGE + MESSAGE,
    "a client without a family": """
assert(mt.conninfo(conn, "localhost", "unspec") == nil)
""" + MESSAGE,
    "a large body": """
assert(mt.conninfo(conn, "mx.customer.example", "192.0.2.1") == nil)
assert(mt.mailfrom(conn, "<taro@customer.example>") == nil)
mt.header(conn, "From", "Taro <taro@customer.example>")
assert(mt.eoh(conn) == nil)
assert(mt.bodyrandom(conn, 1000000) == nil)
assert(mt.eom(conn) == nil)
assert(mt.getreply(conn) == SMFIR_ACCEPT)
""",
    "an end without politeness": """
assert(mt.conninfo(conn, "mx.customer.example", "192.0.2.1") == nil)
assert(mt.mailfrom(conn, "<taro@customer.example>") == nil)
mt.disconnect(conn, false)
conn = nil
""",
}
END = """
if conn ~= nil then mt.disconnect(conn) end
"""


@needs_miltertest
@pytest.mark.parametrize("name", SCRIPTS)
def test_miltertest(served, tmp_path, name):
    script = tmp_path / "script.lua"
    script.write_text(BEGIN % served.milter + SCRIPTS[name] + END)
    done = subprocess.run([MILTERTEST, "-s", str(script)],
                          capture_output=True, timeout=120)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    assert alive(served)
