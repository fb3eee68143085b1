# SPDX-License-Identifier: Apache-2.0
"""SPAMC: the unmodified spamc with its switches, clients that speak older
versions or RSPAMC, and bad ones."""

import os
import pwd
import re
import select
import shutil
import socket
import subprocess
import time
import zlib

import pytest

import daemon as sekishod
import messages
import mta
from samples import BY_ID, SAMPLES
from test_listen import certificates, has_ipv6, start  # noqa: F401

SPAMC = shutil.which("spamc")
needs_spamc = pytest.mark.skipif(
    SPAMC is None, reason="spamc is not installed (Debian package spamc)")

HAM = (b"From: Taro <taro@customer.example>\n"
       b"To: hanako@victim.example\nSubject: lunch\n"
       b"X-Spam-Flag: NO\nX-Spam-Mine:\n folded\n"
       b"Message-ID: <1@customer.example>\n\nAt noon?\n")
SPAM = messages.build(BY_ID["ekinet"])
SYMBOL = BY_ID["ekinet"]["symbol"]


@pytest.fixture(scope="module")
def served(rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("spamc")
    with sekishod.Daemon(rules, folder=folder,
                         options=("--listen", "spamc=127.0.0.1:0")) as d:
        d.spamc = d.port_of("spamc")
        score = d.check(SPAM)["score"]
        # One decimal, downwards.
        d.said = b"%.1f/6.0\n" % (int(score * 10 + 1e-6) / 10)
        yield d
        assert d.process.poll() is None, d.log()
        assert d.stop() == 0
    assert "Sanitizer" not in d.log()


def nobody():
    """spamc wants to know who calls it, or be told: not every container has a
    name for its user."""
    known = [user.pw_uid for user in pwd.getpwall()]
    return [] if os.geteuid() in known else ["-u", "nobody"]


def spamc(d, *words, stdin=SPAM, wait=60):
    done = subprocess.run(
        [SPAMC, "-d", "127.0.0.1", "-p", str(d.spamc), "-F", "/dev/null",
         *nobody(), *words], input=stdin, capture_output=True, timeout=wait)
    return done.returncode, done.stdout


def exchange(d, *pieces, **how):
    return sekishod.exchange(d.spamc, *pieces, **how)


def request(command, message, *lines, version="1.5"):
    head = ["%s SPAMC/%s" % (command, version), *lines,
            "Content-length: %d" % len(message)]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + message


# The real client.

@needs_spamc
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_spamc_and_http_agree_on_every_campaign(served, sample):
    mail = messages.build(sample)
    answer = served.check(mail)
    status, said = spamc(served, "-c", stdin=mail)
    assert status == 1
    score, required = said.decode().split("/")
    assert float(score) == int(answer["score"] * 10 + 1e-6) / 10
    assert float(required) == 6.0
    status, names = spamc(served, "-y", stdin=mail)
    assert sorted(names.decode().split(",")) == sorted(answer["symbols"])


@needs_spamc
def test_spamc_check_says_ham_with_status_zero(served):
    assert spamc(served, "-c", stdin=HAM) == (0, b"0.0/6.0\n")


@needs_spamc
def test_spamc_exitcode_gives_the_message_and_the_status(served):
    status, said = spamc(served, "-E")
    assert status == 1
    assert b"X-Spam-Flag: YES\r\n" in said and said.endswith(SPAM[-200:])


@needs_spamc
def test_spamc_filters_a_message_and_changes_nothing_else(served):
    status, said = spamc(served, stdin=HAM)
    assert status == 0
    # What others have said of it is gone, folds and all.
    assert b"X-Spam-Flag" not in said and b"folded" not in said
    kept = HAM.replace(b"X-Spam-Flag: NO\nX-Spam-Mine:\n folded\n", b"")
    assert said.endswith(kept)
    added = said[:-len(kept)].decode()
    assert re.search(r"^X-Spamd-Result: default: False \[0\.00 / 15\.00\];$",
                     added, re.M)
    assert re.search(r"^X-Spam-Status: No, score=0\.00 required=6\.00",
                     added, re.M)
    assert "\r" not in added


@needs_spamc
def test_a_mailbox_line_stays_on_top(served):
    line = b"From taro Mon Feb  9 05:08:00 2026\n"
    status, said = spamc(served, stdin=line + HAM)
    assert status == 0
    assert said.startswith(line + b"X-Spamd-Result:")


@needs_spamc
def test_spamc_headers_gives_the_body_unchanged(served):
    status, said = spamc(served, "--headers")
    assert status == 0
    assert said.startswith(b"X-Spamd-Result: default: True [")
    assert said.endswith(SPAM[SPAM.index(b"\r\n\r\n"):])
    assert said.count(b"Message-ID:") == 1


@needs_spamc
def test_spamc_reports(served):
    status, said = spamc(served, "-R")
    assert status == 0 and said.startswith(served.said)
    text = said.decode()
    assert SYMBOL in text and "sekisho: reject, " in text
    status, said = spamc(served, "-r")
    assert status == 0 and SYMBOL in said.decode()
    # Of ham only if it is asked for without condition.
    assert spamc(served, "-r", stdin=HAM)[1].strip() in (b"", b"0.0/6.0")
    assert b"0.00 of 6.00" in spamc(served, "-R", stdin=HAM)[1]


@needs_spamc
def test_spamc_ping(served):
    status, said = spamc(served, "-K", stdin=b"")
    assert status == 0 and said.startswith(b"SPAMD/1.5 0")


@needs_spamc
@pytest.mark.parametrize("words", [("-L", "spam"), ("-L", "ham"),
                                   ("-L", "forget")])
def test_spamc_is_told_that_nothing_was_learnt(served, words):
    status, said = spamc(served, *words)
    assert status != 0
    assert b"learned" not in said


@needs_spamc
@pytest.mark.parametrize("words", [("-C", "report"), ("-C", "revoke")])
def test_spamc_that_reports_gets_its_message_back(served, words):
    assert spamc(served, *words)[1] == SPAM


@needs_spamc
@pytest.mark.parametrize("words", [
    ("-u", "taro"), ("-t", "30"), ("-n", "10"), ("-H",), ("-4",), ("-x",),
    ("-X",), ("-l",), ("--connect-retries", "1"), ("--retry-sleep", "1"),
    ("--filter-retries", "1"), ("--filter-retry-sleep", "1")],
    ids=lambda w: w[0])
def test_switches_of_spamc_that_change_no_verdict(served, words):
    assert spamc(served, *words, "-c") == (1, served.said)


@needs_spamc
def test_spamc_keeps_what_is_larger_than_its_own_limit(served):
    assert spamc(served, "-s", "200") == (0, SPAM)
    assert spamc(served, "-s", "200", "-c") == (0, b"0/0\n")


@needs_spamc
def test_spamc_pipes_to_a_command(served):
    status, said = spamc(served, "-e", "/bin/cat")
    assert status == 0 and b"X-Spam-Flag: YES" in said


@needs_spamc
def test_spamc_reads_batched_smtp(served):
    batch = (b"MAIL FROM:<a@sender.example>\nRCPT TO:<b@victim.example>\n"
             b"DATA\n" + HAM + b".\nQUIT\n")
    status, said = spamc(served, "-B", stdin=batch)
    assert status == 0
    assert said.startswith(b"MAIL FROM:") and b"X-Spam-Status: No" in said
    assert said.endswith(b".\nQUIT\n")


@needs_spamc
def test_spamc_reads_its_options_from_a_file(served, tmp_path):
    conf = tmp_path / "spamc.conf"
    conf.write_text(mta.snippet("spamc/spamc.conf", p783=served.spamc) +
                    "-c\n")
    done = subprocess.run([SPAMC, "-F", str(conf), *nobody()], input=SPAM,
                          capture_output=True, timeout=120)
    assert (done.returncode, done.stdout) == (1, served.said)


@needs_spamc
def test_spamc_without_us_gives_the_message_back_or_says_so(rules, tmp_path):
    with sekishod.Daemon(rules, folder=tmp_path,
                         options=("--listen", "spamc=127.0.0.1:0")) as d:
        d.spamc = d.port_of("spamc")
    once = ("--connect-retries", "1", "--retry-sleep", "0")
    assert spamc(d, *once) == (0, SPAM)
    assert spamc(d, *once, "-x")[0] == 69
    assert spamc(d, *once, "-x", "-X")[0] == 75


@needs_spamc
def test_spamc_by_other_ways(tmp_path, certificates):  # noqa: F811
    """A socket in the file system, TLS with and without a certificate of the
    client, IPv6 where there is any, and hosts of which one is down."""
    tls = ("{address: '127.0.0.1:0', protocol: spamc, tls: {certificate: "
           "%s/localhost.pem, key: %s/localhost.key%s}}" % (
               certificates, certificates, "%s"))
    with start(tmp_path, "listen:\n- '127.0.0.1:0'\n- {address: %s/s.sock, "
               "protocol: spamc}\n- %s\n- %s\n%s" % (
                   tmp_path, tls % "", tls % (
                       ", client_ca: %s/ca.pem" % certificates),
                   "- spamc=[::1]:0\n" if has_ipv6() else "")) as d:
        plain, secure, closed, *six = [
            p for p in re.findall(r"listening \w+ \S+:(\d+)", d.log())]

        def checked(*words):
            done = subprocess.run(
                [SPAMC, "-F", "/dev/null", *nobody(), *words, "-c"],
                input=SPAM, capture_output=True, timeout=120)
            return done.returncode

        ca = ("-S", "--ssl-ca-file", certificates / "ca.pem", "-d",
              "localhost", "-p")
        own = ("--ssl-cert", certificates / "mx.example.pem", "--ssl-key",
               certificates / "mx.example.key")
        assert checked("-U", tmp_path / "s.sock") == 1
        assert checked("-d", "127.0.0.9,127.0.0.1", "-p", plain) == 1
        for port in six:
            assert checked("-6", "-d", "::1", "-p", port) == 1
        assert checked(*ca, secure) == 1
        assert checked(*ca, closed, *own) == 1
        assert checked(*ca, closed, "-x") == 74
        assert checked("-d", "localhost", "-p", secure, "-x") == 74
        # With -x no host but the first is asked.
        assert checked("-d", "127.0.0.9,127.0.0.1", "-p", plain, "-x") == 69


@needs_spamc
@pytest.mark.parametrize("words, status", [
    (("-E", "-y"), 1), (("-E", "-R"), 1), (("-E", "--headers"), 1),
    # Reports of spam alone say Yes, which spamc does not take for True.
    (("-E", "-r"), 0), (("-x", "-E"), 1), (("-R", "-x"), 0)],
    ids=lambda w: " ".join(w) if isinstance(w, tuple) else None)
def test_switches_of_spamc_together(served, words, status):
    got = spamc(served, *words)
    assert got[0] == status and SYMBOL.encode() in got[1]


# Layouts by version, read as old clients do.

@pytest.mark.parametrize("version, command, pattern", [
    ("1.0", "CHECK", r"SPAMD/1\.1 0 EX_OK\r\nSpam: True ; \d+\.\d / 6\.0\r\n"
     r"\r\n$"),
    ("1.2", "CHECK", r"SPAMD/1\.1 0 EX_OK\r\nSpam: True ; \d+\.\d / 6\.0\r\n"
     r"\r\n$"),
    ("1.5", "CHECK", r"SPAMD/1\.1 0 EX_OK\r\nSpam: True ; \d+\.\d / 6\.0\r\n"
     r"\r\n$"),
    ("1.2", "SYMBOLS", r"SPAMD/1\.1 0 EX_OK\r\nSpam: True ; [^\r]+\r\n\r\n"
     r"JP_EKINET\w+,\w+\r\n$"),
    ("1.3", "SYMBOLS", r"SPAMD/1\.1 0 EX_OK\r\nContent-length: \d+\r\n"
     r"Spam: True ; [^\r]+\r\n\r\nJP_EKINET\w+,\w+$"),
    ("1.2", "REPORT", r"SPAMD/1\.1 0 EX_OK\r\nSpam: True ; [^\r]+\r\n\r\n"
     r"sekisho: reject"),
    ("1.3", "REPORT_IFSPAM", r"SPAMD/1\.1 0 EX_OK\r\nContent-length: \d+\r\n"
     r"Spam: Yes ; [^\r]+\r\n\r\nsekisho: reject"),
    ("1.0", "PROCESS", r"SPAMD/1\.0 0 EX_OK\r\nX-Spamd-Result"),
    ("1.2", "PROCESS", r"SPAMD/1\.1 0 EX_OK\r\nContent-length: \d+\r\n\r\n"
     r"X-Spamd-Result"),
    ("1.3", "PROCESS", r"SPAMD/1\.1 0 EX_OK\r\nContent-length: \d+\r\n"
     r"Spam: True ; [^\r]+\r\n\r\nX-Spamd-Result"),
    ("1.4", "HEADERS", r"SPAMD/1\.1 0 EX_OK\r\nContent-length: \d+\r\n"
     r"Spam: True ; [^\r]+\r\n\r\nX-Spamd-Result"),
])
def test_the_layout_follows_the_version(served, version, command, pattern):
    if version == "1.0":
        sent = b"%s SPAMC/1.0\r\n" % command.encode() + SPAM
    else:
        sent = request(command, SPAM, version=version)
    got = exchange(served, sent).decode("utf-8")
    assert re.match(pattern, got), got
    length = re.search(r"Content-length: (\d+)", got)
    if length:
        body = got.encode()[got.index("\r\n\r\n") + 4:]
        assert len(body) == int(length.group(1))


def test_old_and_new_pings(served):
    assert exchange(served, b"PING SPAMC/1.2\r\n",
                    half_close=False) == b"SPAMD/1.5 0 PONG\r\n"
    assert exchange(served, b"PING SPAMC/1.5\r\n\r\n",
                    half_close=False) == b"SPAMD/1.5 0 PONG\r\n"
    assert exchange(served, b"SKIP SPAMC/1.5\r\n\r\n") == b""


def test_no_half_close_is_waited_for_where_a_length_is_given(served):
    got = exchange(served, request("CHECK", SPAM), half_close=False)
    assert b"Spam: True" in got


def test_a_message_in_single_bytes_gets_its_verdict(served):
    sent = request("CHECK", HAM)
    assert b"Spam: False ; 0.0 / 6.0\r\n" in exchange(
        served, *[sent[i:i + 1] for i in range(len(sent))])


def test_haraka_puts_lines_of_its_own_on_top(served):
    got = exchange(served, b"HEADERS SPAMC/1.4\r\nUser: x\r\n\r\n"
                   b"X-Envelope-From: a@sender.example\r\n"
                   b"X-Haraka-UUID: 1\r\n" + SPAM)
    assert re.search(rb"^Spam: True ; \d+\.\d / 6\.0\r$", got, re.M)


@pytest.mark.parametrize("lines, mail_from", [
    (("From: <mail.clknfrr@iwkr.cn>",), True), ((), False)])
def test_rspamc_gets_the_lines_that_exim_reads(served, lines, mail_from):
    head = ["CHECK RSPAMC/1.3", "Content-length: %d" % len(SPAM),
            "Queue-Id: 1abc-2", *lines, "Recipient-Number: 1",
            "Rcpt: <taro@victim.example>", "Helo: iwkr.cn",
            "IP: 101.47.78.65"]
    got = exchange(served, "\r\n".join(head).encode() + b"\r\n\r\n" + SPAM,
                   half_close=False).decode()
    lines = got.split("\r\n")
    assert lines[0] == "RSPAMD/1.3 0 EX_OK"
    assert re.match(r"Metric: default; True; \d+\.\d\d / 6\.00 / 15\.00$",
                    lines[1])
    assert lines[2] == "Action: reject"
    assert lines[3].startswith("Symbol: " + SYMBOL)
    assert "Message-ID: <story.1@mail.example>" in lines
    assert len(got) < 32000
    log = served.wait_for("queue=1abc-2 .* from=%s " % (
        "mail.clknfrr@iwkr.cn" if mail_from else "-"))
    assert "ip=101.47.78.65" in log.group(0)


# Bad clients.

BAD = [
    ("nonsense", b"\x00\xff\x00\xff\r\n\r\n", b"SPAMD/1.0 76 Bad header"),
    ("an unknown command", b"SCAN SPAMC/1.5\r\n\r\n", b"SPAMD/1.0 76 "),
    ("half a head", b"CHECK SPAMC/1.5\r\nUser: x", b"SPAMD/1.0 76 "),
    ("a length too large", b"CHECK SPAMC/1.5\r\nContent-length: 9\r\n\r\nab",
     b"SPAMD/1.0 76 Content-Length mismatch"),
    ("a length too small", b"CHECK SPAMC/1.5\r\nContent-length: 1\r\n\r\nab",
     b"SPAMD/1.0 76 Content-Length mismatch"),
    ("a length above the limit",
     b"CHECK SPAMC/1.5\r\nContent-length: 52428801\r\n\r\n",
     b"SPAMD/1.0 65 "),
    ("100,000 headers",
     b"CHECK SPAMC/1.5\r\n" + b"X: y\r\n" * 100000 + b"\r\n",
     b"SPAMD/1.0 76 Bad header"),
    ("a line without end", b"CHECK " + b"x" * 200000,
     b"SPAMD/1.0 76 Bad header"),
    ("half of RSPAMC", b"CHECK RSPAMC/1.3\r\nContent-length: 9\r\n\r\nab",
     b"RSPAMD/1.3 76 "),
]


@pytest.mark.parametrize("sent, answer", [c[1:] for c in BAD],
                         ids=[c[0] for c in BAD])
def test_a_bad_request_gets_an_error(served, sent, answer):
    assert exchange(served, sent).startswith(answer)
    assert b"PONG" in exchange(served, b"PING SPAMC/1.2\r\n")


def test_a_message_with_100000_headers_gets_a_verdict(served):
    mail = b"X-Flood: y\r\n" * 100000 + SPAM
    got = exchange(served, request("CHECK", mail))
    assert b"Spam: True" in got


def test_clients_that_vanish_leave_nothing_behind(served):
    sent = request("PROCESS", SPAM)
    before = served.files()
    for cut in range(0, len(sent) + 1, 97):
        s = socket.create_connection(("127.0.0.1", served.spamc), 60)
        s.sendall(sent[:cut])
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        s.close()
    assert b"Spam: True" in exchange(served, request("CHECK", SPAM))
    sekishod.until(lambda: served.files() <= before)


def test_a_slow_client_is_told_and_others_are_not_held_up(rules, tmp_path):
    """Waits for the daemon's 5 seconds without a first byte."""
    with sekishod.Daemon(rules, folder=tmp_path,
                         options=("--listen", "spamc=127.0.0.1:0")) as d:
        d.spamc = d.port_of("spamc")
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", d.spamc), 60) as s:
            s.settimeout(60)
            assert b"Spam: False" in exchange(d, request("CHECK", HAM))
            assert select.select([s], [], [], 0)[0] == [], "it had to wait"
            assert s.recv(100) == b""
            assert time.monotonic() - began > 3


def test_who_finds_no_room_is_told_to_come_later(rules, tmp_path):
    with sekishod.Daemon(rules, folder=tmp_path, options=(
            "--listen", "spamc=127.0.0.1:0", "--listen",
            "rspamc=127.0.0.1:0", "--limits.connections", "1")) as d:
        d.spamc = d.port_of("spamc")
        with socket.create_connection(("127.0.0.1", d.port), 60) as s:
            s.sendall(b"GET /ping HTTP/1.1\r\n\r\n")
            assert s.recv(100)
            for port, said in ((d.spamc, b"SPAMD/1.0 75 "),
                               (d.port_of("rspamc"), b"RSPAMD/1.3 75 ")):
                with socket.create_connection(("127.0.0.1", port), 60) as o:
                    o.settimeout(60)
                    assert o.recv(100).startswith(said)
            # Closed while its message was still on the way, a client heard of
            # a reset and not why.
            with socket.create_connection(("127.0.0.1", d.spamc), 60) as o:
                o.settimeout(60)
                o.sendall(request("CHECK", HAM * 20000))
                assert o.recv(100).startswith(b"SPAMD/1.0 75 ")


def test_the_first_bytes_choose_on_a_port_for_all(rules, tmp_path):
    with sekishod.Daemon(rules, folder=tmp_path,
                         options=("--listen", "auto=127.0.0.1:0")) as d:
        d.spamc = d.port_of("auto")
        assert b"Spam: True" in exchange(d, request("CHECK", SPAM))
        assert exchange(d, b"CHECK RSPAMC/1.3\r\nContent-length: %d\r\n\r\n"
                        % len(SPAM) + SPAM).startswith(b"RSPAMD/1.3 0 EX_OK")
        assert exchange(d, b"GET /ping HTTP/1.0\r\n\r\n").endswith(
            b"pong\r\n")


def test_a_packed_message_is_unpacked(served):
    packed = zlib.compress(SPAM)
    got = exchange(served, request("CHECK", packed, "Compress: zlib"))
    assert b"Spam: True ; " + served.said.replace(b"/", b" / ").strip() in got


def test_a_bomb_is_scored_on_its_beginning(served):
    bomb = zlib.compress(SPAM + b"\r\n" * (60 * 1024 * 1024))
    got = exchange(served, request("SYMBOLS", bomb, "Compress: zlib"))
    assert b"Spam: True" in got


@pytest.mark.parametrize("packed", [b"", b"x", zlib.compress(SPAM)[:-5],
                                    zlib.compress(SPAM) + b"x"],
                         ids=["empty", "none", "cut", "more"])
def test_a_badly_packed_message_is_refused(served, packed):
    got = exchange(served, request("CHECK", packed, "Compress: zlib"))
    assert got.startswith((b"SPAMD/1.0 76 ", b"SPAMD/1.0 65 ")), got
