# SPDX-License-Identifier: Apache-2.0
"""HTTP as rspamd's clients speak it: old and new paths, packed bodies, what
a request says and what the reply tells, on both ports."""

import base64
import email.header
import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import zlib

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import miltertalk  # noqa: E402
from daemon import Daemon, program, source_folder  # noqa: E402
from test_daemon import (MAIL, RULES, Replies, connect,  # noqa: E402
                         exchange, post, statuses)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A daemon with a scan port and, behind it, a control port."""
    folder = tmp_path_factory.mktemp("http")
    with Daemon(RULES, folder=folder, options=[
            "--listen", "control=127.0.0.1:0"]) as d:
        found = d.wait_for(r"listening control \S+:(\d+)")
        d.control = int(found.group(1))
        yield d
        assert d.stop() == 0
    assert "Sanitizer" not in d.log()


@pytest.fixture(scope="module")
def lure():
    """A message of a campaign that is rejected."""
    return subprocess.run(
        [program("sekisho"), "sample", os.path.join(
            RULES, "campaigns", "jp-ekinet-payment-2026-02.pack.yaml")],
        capture_output=True, check=True).stdout


def test_old_paths_answer_in_the_old_layout(served, lure):
    new = served.check(lure)
    for path in ("/check", "/symbols", "/Scan", "/report",
                 "/report_ifspam", "/process"):
        status, _, body = served.request(path, lure)
        old = json.loads(body)
        assert status == 200
        metric = old["default"]
        assert metric["score"] == new["score"]
        assert metric["action"] == new["action"]
        assert metric["is_spam"] is True
        for name, symbol in new["symbols"].items():
            assert metric[name]["score"] == symbol["score"]
        assert "rmilter" in old and "milter" not in old
        assert old["message-id"] == new["message-id"]


def test_http_1_0_reads_to_the_end_of_the_old_reply(served, lure):
    got = exchange(served, post(lure, path="/symbols", version="1.0"),
                   half_close=False)
    head, body = got.split(b"\r\n\r\n", 1)
    assert b"Connection: close" in head
    assert json.loads(body)["default"]["is_spam"] is True


def pack_zstd(data):
    if shutil.which("zstd") is None:
        pytest.skip("no zstd")
    return subprocess.run(["zstd", "-c"], input=data, capture_output=True,
                          check=True).stdout


@pytest.mark.parametrize("name,pack,header", [
    ("gzip", gzip.compress, "Content-Encoding"),
    ("deflate", zlib.compress, "Content-Encoding"),
    ("zstd", pack_zstd, "Compression"),
    ("zstd", pack_zstd, "Content-Encoding"),
])
def test_packed_messages_are_scored_as_plain_ones(served, lure, name, pack,
                                                  header):
    plain = served.check(lure)
    packed = served.check(pack(lure), **{header: name})
    assert packed["score"] == plain["score"]
    assert packed["message-id"] == plain["message-id"]
    got = exchange(served, post(pack(lure)[:-9], "%s: %s" % (header, name)))
    assert statuses(got) == [400]
    got = exchange(served, post(lure, "%s: %s" % (header, name)))
    assert statuses(got) == [400]


def test_other_packings_are_refused(served):
    for line in ("Content-Encoding: br", "Compression: snappy",
                 "Content-Encoding: gzip, gzip"):
        got = exchange(served, post(gzip.compress(MAIL), line))
        assert statuses(got) == [400]


def test_replies_are_packed_where_the_client_can_read_it(served, lure):
    plain = served.check(lure)
    _, headers, body = served.request(
        "/checkv2", lure, {"Accept-Encoding": "gzip, br"})
    assert headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["score"] == plain["score"]
    _, headers, body = served.request(
        "/checkv2", lure, {"Accept-Encoding": "gzip;q=0, br"})
    assert headers["Content-Encoding"] is None
    _, headers, body = served.request(
        "/checkv2", lure, {"Accept-Encoding": "gzip, zstd"})
    assert headers["Compression"] == headers["Content-Encoding"] == "zstd"
    if shutil.which("zstd"):
        body = subprocess.run(["zstd", "-dc"], input=body,
                              capture_output=True, check=True).stdout
        assert json.loads(body)["score"] == plain["score"]


def test_a_bomb_costs_no_more_than_a_long_message(tmp_path):
    bomb = gzip.compress(MAIL + b"0" * 200_000_000, 9)
    assert len(bomb) < 300_000
    with Daemon(RULES, folder=tmp_path,
                options=["--limits.message", "1MB"]) as d:
        reply = d.check(bomb, Content_Encoding="gzip")
        assert "bytes" in json.dumps(reply["sekisho"]["limits"])
        assert reply["symbols"]["SCAN_PARTIAL"]["options"] == ["limit.bytes"]
        assert "SCAN_PARTIAL(0.00)[]" in \
            reply["milter"]["add_headers"]["X-Spamd-Result"]
        status = open("/proc/%d/status" % d.process.pid).read()
        peak = int(status.split("VmHWM:")[1].split()[0])
        assert peak < 200_000, peak


def test_chunks_beyond_the_limit_are_scored_on_their_beginning(tmp_path,
                                                               lure):
    with Daemon(RULES, folder=tmp_path,
                options=["--limits.message", "100KB"]) as d:
        whole = d.check(lure)
        body = lure + b"x" * 150_000
        pieces = [b"POST /checkv2 HTTP/1.1\r\n"
                  b"Transfer-Encoding: chunked\r\n\r\n"]
        for at in range(0, len(body), 4096):
            piece = body[at:at + 4096]
            pieces.append(b"%x\r\n%s\r\n" % (len(piece), piece))
        pieces.append(b"0\r\n\r\nGET /ping HTTP/1.1\r\n\r\n")
        got = exchange(d, b"".join(pieces))
        assert statuses(got) == [200] and got.endswith(b"pong\r\n")
        reply = json.loads(got.split(b"\r\n\r\n")[1].split(b"HTTP/")[0])
        assert reply["score"] >= 6 and whole["score"] >= 6
        assert "bytes" in json.dumps(reply["sekisho"]["limits"])


def test_a_verdict_behind_its_deadline_says_so(served, tmp_path, lure):
    assert "SCAN_PARTIAL" not in served.check(MAIL)["symbols"]
    with Daemon(RULES, folder=tmp_path,
                options=["--deadline", "10ms"]) as d:
        reply = d.check(lure + b"https://a.example/path \r\n" * 800_000)
        assert "deadline or memory" in \
            reply["symbols"]["SCAN_PARTIAL"]["options"]
        d.wait_for(r"action=.* cut")


def test_a_verdict_that_waited_in_vain_says_so_in_every_protocol(tmp_path):
    """Name servers that never answer; more time than the deadline is not
    taken."""
    said = {"ip": "198.51.100.7", "helo": "mx.customer.net",
            "mail_from": "a@customer.net"}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        with Daemon(RULES, folder=tmp_path, options=[
                "--listen", "auto=127.0.0.1:0", "--listen",
                "milter=127.0.0.1:0", "--deadline", "500ms", "--dns.timeout",
                "60s", "--dns.servers",
                "127.0.0.1:%d" % mute.getsockname()[1]]) as d:
            began = time.monotonic()
            told = d.check(MAIL, IP=said["ip"], From=said["mail_from"])
            assert "auth.spf=temperror" in told["symbols"]["AUTH"]["options"]
            assert "deadline or memory" in \
                told["symbols"]["SCAN_PARTIAL"]["options"]
            d.port = d.port_of("auto")
            relayed = (b"Return-Path: <a@customer.net>\r\n"
                       b"Received: from mx.customer.net (unknown "
                       b"[198.51.100.7])\r\n by mx.victim.example; Mon, "
                       b"9 Feb 2026 05:08:00 +0900\r\n"
                       b"DKIM-Signature: v=1; a=rsa-sha256; d=customer.net;"
                       b" s=a; h=from; bh=AAAA; b=AAAA\r\n" + MAIL)
            assert b"SCAN_PARTIAL" in exchange(
                d, b"SYMBOLS SPAMC/1.2\r\n\r\n" + relayed)
            assert b"\nSymbol: SCAN_PARTIAL(" in exchange(
                d, b"CHECK RSPAMC/1.3\r\nIP: 198.51.100.7\r\nFrom: <a@customer."
                b"net>\r\nContent-length: %d\r\n\r\n" % len(MAIL) + MAIL)
            with miltertalk.Talk(d.port_of("milter")) as t:
                replies = t.negotiate().mail(MAIL, said)
            assert "SCAN_PARTIAL" in \
                miltertalk.inserted(replies)["X-Spamd-Result"]
            assert time.monotonic() - began < 20


def test_busy_is_said_as_busy(tmp_path, lure):
    long = lure + b"https://a.example/path \r\n" * 300_000
    with Daemon(RULES, folder=tmp_path,
                options=["--limits.scans", "1",
                         "--timeouts.first_byte", "60s",
                         "--timeouts.request", "60s"]) as d:
        held = [connect(d) for _ in range(8)]
        for s in held:
            s.sendall(post(long))
        got = sorted(Replies(s).next()[0] for s in held)
        assert set(got) <= {200, 503} and got[0] == 200
        # Connections that stay open hold no place: once each worker counted
        # what was under way when it last looked, for ever.
        end = time.monotonic() + 20
        while d.request("/checkv2", MAIL)[0] != 200:
            assert time.monotonic() < end


def test_what_the_gateway_found_out_is_believed(served):
    reply = served.check(
        MAIL, SPF='{"result": "Fail"}',
        DKIM='{"results": [{"domain": "x.example", "result": "fail"}, '
        '{"domain": "Sender.Example", "result": "pass"}]}',
        DMARC="[object Object]", ARC='{"results": 5}')
    assert reply["score"] >= 0


def test_a_message_to_many_is_scored(served):
    """Haraka sends a header for each recipient, and was refused from the
    101st on."""
    head = "".join("Rcpt: user%d@example.jp\r\n" % i for i in range(1000))
    with connect(served) as s:
        s.sendall(("POST /checkv2 HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n"
                   % (head, len(MAIL))).encode() + MAIL)
        assert Replies(s).next()[0] == 200


def test_more_recipients_than_are_kept_are_told(served):
    """They were cut behind the 1,000th, and nobody was told."""
    for lines, told in ((5, None), (8, ["limit.recipients"])):
        head = b"Rcpt: %s\r\n" % (b"a@b," * 1900) * lines
        with connect(served) as s:
            s.sendall(b"POST /checkv2 HTTP/1.1\r\n%sContent-Length: %d\r\n"
                      b"\r\n" % (head, len(MAIL)) + MAIL)
            status, _, body = Replies(s).next()
        assert status == 200
        partial = json.loads(body)["symbols"].get("SCAN_PARTIAL", {})
        assert partial.get("options") == told


@pytest.mark.parametrize("line", [
    "Pass: all", "Flags: pass_all,no_stat,ssl,profile,milter,body_block",
    "Raw: yes", "Subject: another", "Mailer: x", "Filename: x.eml",
    "Profile: 1", "Milter: Yes", "TLS-Cert-Issuer: CN=x", "MTA-Name: mx",
    "Accept: application/msgpack", "Settings: {}",
    "X-Rspamd-Mail-Esmtp-Args: SIZE=1000",
    "X-Rspamd-Rcpt-Esmtp-Args: 0:NOTIFY=NEVER"])
def test_what_has_no_meaning_here_changes_nothing(served, lure, line):
    plain, (name, value) = served.check(lure), line.split(": ")
    for status, body in (
            served.request("/checkv2", lure, {name: value})[::2],
            served.request("/checkv2?%s=%s" % (
                name.lower(), urllib.parse.quote(value)), lure)[::2]):
        told = json.loads(body)
        assert status == 200
        assert (told["score"], told["action"], set(told["symbols"])) == (
            plain["score"], plain["action"], set(plain["symbols"]))


def test_what_stands_in_for_another_header(served):
    served.check(MAIL, Queue_ID="CIPHER", TLS_Cipher="AES256", MTA_Tag="edge")
    line = served.wait_for(r"[^\n]*queue=CIPHER[^\n]*").group(0)
    assert "tls=AES256" in line and "tag=edge" in line
    served.check(MAIL, Queue_ID="BOTH", MTA_Tag="edge", Log_Tag="own",
                 TLS_Cipher="AES256", TLS_Version="TLSv1.3")
    line = served.wait_for(r"[^\n]*queue=BOTH[^\n]*").group(0)
    assert "tls=TLSv1.3" in line and "tag=own" in line


def test_notes_on_a_clean_mail_are_for_those_who_ask(served):
    clean = b"From: a@bank.example\r\nSubject: x\r\n\r\nhello\r\n"
    asked = served.check(clean, Flags="groups, notes")
    assert asked["action"] == "no action"
    assert not asked["sekisho"]["campaigns"]
    assert asked["sekisho"]["notes"]
    other = served.check(clean, Flags="groups")
    assert "notes" not in other["sekisho"]
    del asked["sekisho"]["notes"]
    assert other["sekisho"] == asked["sekisho"]
    assert served.check(MAIL, Flags="groups")["sekisho"]["notes"]


def test_flags_change_the_reply(served):
    reply = served.check(MAIL, Flags="ext_urls, groups,unheard_of")
    url = reply["urls"][0]
    assert url["host"] == "www.other.example"
    assert url["url"] == "https://www.other.example/path"
    assert "phishing" in reply["groups"]
    assert served.check(MAIL, URL_Format="extended")["urls"][0]["tld"]
    reply = served.check(MAIL, Flags="skip")
    assert reply["is_skipped"] is True and reply["action"] == "no action"
    assert served.check(MAIL, Flags="skip_process")["is_skipped"] is True
    status, _, body = served.request("/skip", MAIL)
    assert status == 200 and json.loads(body)["is_skipped"] is True


def test_a_client_may_stay_out_of_the_log_or_name_itself_there(served):
    served.check(MAIL, Queue_ID="UNSEEN", Log="no")
    served.check(MAIL, Queue_ID="SEEN", Log_Tag="edge 7")
    line = served.wait_for(r"[^\n]*queue=SEEN[^\n]*").group(0)
    assert "tag=edge_7" in line
    assert "queue=UNSEEN" not in served.log()


def test_the_milter_block_has_what_gateways_add_and_remove(served, lure):
    forged = b"X-Spam-Flag: NO\r\nX-Spam-Forged: 1\r\n" + lure
    milter = served.check(forged, IP="192.0.2.1")["milter"]
    added = milter["add_headers"]
    assert added["X-Spam-Flag"] == "YES"
    assert added["X-Spam-Status"].startswith("Yes, score=")
    assert float(added["X-Spam-Score"]) >= 15
    assert added["X-Spamd-Result"].startswith("default: True [")
    assert "EKINET" in added["X-Spam-Report"]
    for value in added.values():
        assert value.isascii() and "\n" not in value
    for name in ("X-Spam-Flag", "X-Spamd-Result", "X-Spam-Forged"):
        assert milter["remove_headers"][name] == 0


def test_the_report_in_japanese_is_encoded(tmp_path, lure):
    with Daemon(RULES, folder=tmp_path, options=["--lang", "ja"]) as d:
        value = d.check(lure)["milter"]["add_headers"]["X-Spam-Report"]
    assert "=?UTF-8?B?" in value
    text = str(email.header.make_header(email.header.decode_header(value)))
    assert any("\u3040" <= c <= "\u30ff" for c in text)
    for word in value.split(" "):
        if word.startswith("=?"):
            assert len(word) <= 75
            base64.b64decode(word[10:-2], validate=True).decode("utf-8")


# The control port.

def control(d, path, body=None):
    port, d.port = d.port, d.control
    try:
        return d.request(path, body)
    finally:
        d.port = port


def test_the_control_port_tells_what_clients_of_rspamd_ask(served):
    served.check(MAIL)
    status, headers, body = control(served, "/stat")
    assert status == 200 and headers["Cache-Control"] == "no-store"
    told = json.loads(body)
    assert told["scanned"] >= 1 and told["read_only"] is True
    assert told["spam_count"] + told["ham_count"] == told["scanned"]
    assert sum(told["actions"].values()) == told["scanned"]
    assert json.loads(control(served, "/auth")[2])["auth"] == "ok"
    assert {"action": "reject", "value": 15} in json.loads(
        control(served, "/actions")[2])
    assert json.loads(control(served, "/ready")[2])["success"] is True
    assert control(served, "/learnspam", MAIL)[0] == 401
    assert control(served, "/checkv2", MAIL)[0] == 200
    assert served.request("/stat")[0] == 404


def rspamc(d, *words):
    path = os.environ.get("SEKISHO_RSPAMC")
    if not path:
        pytest.skip("SEKISHO_RSPAMC names no rspamc")
    return subprocess.run([path, *words], capture_output=True, timeout=120)


def test_rspamc_asks_the_control_port(served):
    at = "127.0.0.1:%d" % served.control
    for words, said in ((["stat"], "Messages scanned: "),
                        (["uptime"], "Uptime: ")):
        done = rspamc(served, "-h", at, *words)
        text = done.stdout.decode() + done.stderr.decode()
        assert done.returncode == 0 and said in text, (words, text)


def test_rspamc_packs_and_unpacks_with_zstd(served, lure, tmp_path):
    mail = tmp_path / "m.eml"
    mail.write_bytes(lure)
    done = rspamc(served, "-h", "127.0.0.1:%d" % served.port,
                  "--compressed", str(mail))
    text = done.stdout.decode()
    assert done.returncode == 0, text + done.stderr.decode()
    assert "Action: reject" in text


def test_curl_packs_nothing_and_unpacks_gzip(served, lure, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    mail = tmp_path / "m.eml"
    mail.write_bytes(lure)
    done = subprocess.run(
        ["curl", "-sS", "--noproxy", "*", "--compressed", "-H", "Expect:",
         "-T", str(mail), served.url()], capture_output=True, timeout=120,
        check=True)
    assert json.loads(done.stdout)["action"] == "reject"
