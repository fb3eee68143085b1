# SPDX-License-Identifier: Apache-2.0
"""sekishod as gateways meet it: over sockets, good clients and bad."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import daemon as sekishod  # noqa: E402
from daemon import (Daemon, is_read, program, source_folder,  # noqa: E402
                    until)

RULES = os.path.join(source_folder(), "rules")
PACKS = sum(name.endswith(".pack.yaml")
            for _, _, names in os.walk(RULES) for name in names)

MAIL = (b"From: \"KAGOYA\" <someone@sender.example>\r\n"
        b"To: you@customer.example\r\nSubject: hello\r\n"
        b"Message-ID: <1@sender.example>\r\n\r\n"
        b"See https://www.other.example/path for more.\r\n")

BROKEN_PACK = "id: [\nthis is no pack\n"

# Hosts that stay for more than 400 days are warned of.
MANY_WARNINGS = """pack: 1
kind: campaign
id: many
title: many hosts for long
revision: 1
status: stable
created: 2026-01-01
expires: 2099-12-31
severity: high
confidence: high
tlp: clear
references: [https://report.example/]
groups:
  seen:
    url.host:
%s
when: seen
tests:
  - {name: b, expect: clean, mail: {from: a@b.example, subject: y, body: y}}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("daemon")
    with Daemon(RULES, state=folder) as d:
        yield d
        assert d.process.poll() is None, d.log()
        assert d.stop() == 0
    assert "Sanitizer" not in d.log()


@pytest.fixture
def own(tmp_path):
    """A daemon of the test's own, with a folder of packs to change."""
    packs = tmp_path / "packs"
    shutil.copytree(RULES, packs)
    with Daemon(packs, state=tmp_path / "state", folder=tmp_path) as d:
        d.pack_folder = packs
        yield d
    assert "Sanitizer" not in d.log()


def connect(d):
    s = socket.create_connection(("127.0.0.1", d.port), 60)
    s.settimeout(60)
    return s


def post(body, *lines, path="/checkv2", version="1.1"):
    head = ["POST %s HTTP/%s" % (path, version),
            "Content-Length: %d" % len(body)] + list(lines)
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Replies:
    """Reads replies off a socket, one after the other."""

    def __init__(self, s):
        self.file = s.makefile("rb")

    def next(self):
        line = self.file.readline()
        if not line:
            return None
        status = int(line.split()[1])
        headers = {}
        while True:
            line = self.file.readline().rstrip(b"\r\n")
            if not line:
                break
            name, value = line.decode().split(":", 1)
            headers[name.lower()] = value.strip()
        body = self.file.read(int(headers.get("content-length", 0)))
        return status, headers, body


def exchange(d, *pieces, **how):
    return sekishod.exchange(d.port, *pieces, **how)


def statuses(got):
    return [int(line.split()[1]) for line in got.split(b"\r\n")
            if line.startswith(b"HTTP/1.1 ")]


def end_status(*words):
    """Exit status and what was said by a sekishod that does not stay."""
    done = subprocess.run([program("sekishod"), *map(str, words)],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=120)
    return done.returncode, (done.stdout + done.stderr).decode()


# What is answered.

def test_ping_is_answered_with_pong(served):
    status, headers, body = served.request("/ping")
    assert (status, body) == (200, b"pong\r\n")
    assert headers["Content-Type"] == "text/plain"
    assert headers["Server"].startswith("sekisho/")


def test_the_reply_has_what_clients_of_rspamd_read(served):
    reply = served.check(MAIL, IP="192.0.2.1", Helo="mx.sender.example",
                         From="<someone@sender.example>",
                         Rcpt="<you@customer.example>", Queue_ID="ABC123")
    assert reply["is_skipped"] is False
    assert reply["required_score"] == 15
    assert reply["thresholds"]["reject"] == 15
    assert reply["thresholds"]["add header"] == 6
    assert reply["action"] in ("no action", "add header", "reject")
    assert isinstance(reply["messages"], dict)
    assert reply["message-id"] == "1@sender.example"
    assert "www.other.example" in reply["urls"]
    assert "someone@sender.example" in reply["emails"]
    assert reply["time_real"] >= 0
    assert reply["milter"]["remove_headers"]["X-Spamd-Result"] == 0
    assert isinstance(reply["sekisho"], dict)
    total = sum(round(s["score"] * 100) for s in reply["symbols"].values())
    assert total == round(reply["score"] * 100)
    for name, symbol in reply["symbols"].items():
        assert symbol["name"] == name
        assert symbol["metric_score"] == symbol["score"]
        assert isinstance(symbol["options"], list)


def test_one_line_a_message_is_logged(served):
    served.check(MAIL, Queue_ID='LINE1 action="reject"',
                 From="<a@b.example>")
    line = served.wait_for(r"[^\n]*queue=LINE1[^\n]*").group(0)
    assert 'action="reject"' not in line
    for word in ("id=", "from=a@b.example", 'action="', "score=",
                 "symbols=", "time="):
        assert word in line


def test_arguments_count_as_headers_and_paths_have_no_case(served):
    status, _, body = served.request(
        "/CheckV2?queue-id=ARGUMENT&ip=192.0.2.9", MAIL)
    assert status == 200 and json.loads(body)
    assert "ip=192.0.2.9" in served.wait_for(
        r"[^\n]*queue=ARGUMENT[^\n]*").group(0)


@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
def test_a_message_may_come_by_any_of_three_methods(served, method):
    request = post(MAIL).replace(b"POST", method.encode(), 1)
    assert statuses(exchange(served, request)) == [200]


@pytest.mark.parametrize("name,body", [
    ("empty", b""),
    ("one byte", b"x"),
    ("binary", bytes(range(256)) * 64),
    ("truncated", MAIL[:70]),
    ("NULs", b"\0" * 5000),
    ("headers alone", b"From: a@b.example\r\nSubject: x"),
    ("a part without end", b"Content-Type: multipart/mixed; boundary=b\r\n"
     b"\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nAAA"),
], ids=lambda v: v if isinstance(v, str) else "")
def test_odd_messages_get_an_answer(served, name, body):
    reply = served.check(body)
    assert "action" in reply


def test_a_message_of_thirty_megabytes_gets_an_answer(served):
    body = MAIL + b"A line of quite ordinary text, over and over.\r\n" * 640000
    assert len(body) > 29_000_000
    assert "action" in served.check(body, timeout="60")


def test_chunks_are_read(served):
    pieces = [b"POST /checkv2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"]
    for at in range(0, len(MAIL), 7):
        piece = MAIL[at:at + 7]
        pieces.append(b"%x\r\n%s\r\n" % (len(piece), piece))
    pieces.append(b"0\r\n\r\n")
    got = exchange(served, b"".join(pieces))
    assert statuses(got) == [200] and b"1@sender.example" in got


def test_continue_is_said_to_those_who_wait_for_it(served):
    with connect(served) as s:
        s.sendall(post(MAIL, "Expect: 100-continue")[:-len(MAIL)])
        assert s.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
        s.sendall(MAIL)
        assert Replies(s).next()[0] == 200


def test_lines_may_end_in_lf_alone(served):
    request = post(MAIL.replace(b"\r\n", b"\n")).replace(b"\r\n", b"\n")
    assert statuses(exchange(served, request)) == [200]


# Connections.

def test_a_connection_serves_one_request_after_the_other(served):
    with connect(served) as s:
        replies = Replies(s)
        for n in range(20):
            s.sendall(post(MAIL.replace(b"<1@", b"<%d@" % n)))
            status, headers, body = replies.next()
            assert status == 200
            assert headers["connection"] == "keep-alive"
            assert json.loads(body)["message-id"] == "%d@sender.example" % n


def test_requests_sent_ahead_are_answered_in_their_order(served):
    many = 30
    with connect(served) as s:
        for n in range(many):
            s.sendall(post(MAIL.replace(b"<1@", b"<%d@" % n)))
            s.sendall(b"GET /ping HTTP/1.1\r\n\r\n")
        replies = Replies(s)
        for n in range(many):
            _, _, body = replies.next()
            assert json.loads(body)["message-id"] == "%d@sender.example" % n
            assert replies.next()[2] == b"pong\r\n"


def test_large_messages_sent_ahead_keep_nobody_waiting(served):
    large = MAIL + b"x" * 1_000_000
    with connect(served) as s, connect(served) as other:
        s.settimeout(0.2)
        try:
            s.sendall(post(large) * 20)
        except TimeoutError:
            pass
        other.sendall(post(MAIL))
        assert Replies(other).next()[0] == 200


def test_a_client_that_asks_and_never_reads_is_let_wait(served):
    with connect(served) as s:
        s.settimeout(0.5)
        with pytest.raises(TimeoutError):
            while True:
                s.sendall(b"GET /ping HTTP/1.1\r\n\r\n" * 1000)
        assert served_in_time(served)


def test_a_client_that_shut_its_side_is_answered(served):
    got = exchange(served, post(MAIL), half_close=True)
    assert statuses(got) == [200]
    assert got.endswith(b"}\n")


def test_half_a_request_before_the_end_is_refused(served):
    got = exchange(served, post(MAIL)[:-5])
    assert statuses(got) == [400]


def test_http_1_0_is_closed_after_the_answer(served):
    got = exchange(served, post(MAIL, version="1.0"), half_close=False)
    assert statuses(got) == [200]
    assert b"Connection: close" in got


def test_close_is_obeyed(served):
    got = exchange(served, post(MAIL, "Connection: close"),
                   half_close=False)
    assert statuses(got) == [200]


def test_clients_that_hang_up_at_any_byte_hurt_nobody(served):
    request = post(MAIL)
    for cut in range(0, len(request), 5):
        with connect(served) as s:
            s.sendall(request[:cut])
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                         b"\1\0\0\0\0\0\0\0")
    assert served.request("/ping")[0] == 200


def test_a_client_that_hangs_up_during_the_scan_hurts_nobody(served):
    for _ in range(50):
        with connect(served) as s:
            s.sendall(post(MAIL))
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                         b"\1\0\0\0\0\0\0\0")
    assert "action" in served.check(MAIL)


# What is refused.

@pytest.mark.parametrize("name,request_,status", [
    ("no HTTP", b"HELO example\r\n\r\n", 400),
    ("a length and chunks", b"POST /checkv2 HTTP/1.1\r\nContent-Length: 3\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("two lengths", b"POST /checkv2 HTTP/1.1\r\nContent-Length: 3\r\n"
     b"Content-Length: 5\r\n\r\nabcde", 400),
    ("too long", b"POST /checkv2 HTTP/1.1\r\n"
     b"Content-Length: 52428801\r\n\r\n", 413),
    ("a header too many", b"GET /ping HTTP/1.1\r\n" + b"a: b\r\n" * 2001 +
     b"\r\n", 431),
    ("HTTP/3.0", b"GET /ping HTTP/3.0\r\n\r\n", 505),
    ("another coding", b"POST /checkv2 HTTP/1.1\r\n"
     b"Transfer-Encoding: gzip\r\n\r\n", 501),
], ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_ambiguous_or_too_much_is_refused(served, name, request_,
                                                  status):
    # What follows must not be taken for a request of its own.
    got = exchange(served, request_ + b"GET /ping HTTP/1.1\r\n\r\n")
    assert statuses(got) == [status], got
    assert "error" in json.loads(got.split(b"\r\n\r\n", 1)[1])


def test_one_byte_above_the_limit_is_refused_before_it_is_sent(served):
    with connect(served) as s:
        s.sendall(b"POST /checkv2 HTTP/1.1\r\n"
                  b"Content-Length: 104857600\r\n\r\n")
        assert Replies(s).next()[0] == 413


@pytest.mark.parametrize("header", ["File: /etc/passwd", "Path: /etc/passwd",
                                    "Shm: x"])
def test_headers_that_name_files_are_refused(served, header):
    got = exchange(served, post(MAIL, header))
    assert statuses(got) == [400]


def test_other_paths_and_methods_are_told_so(served):
    status, _, body = served.request("/elsewhere", MAIL)
    assert status == 404
    assert set(json.loads(body)) == {"error", "error_domain"}
    got = exchange(served, post(b"").replace(b"POST", b"DELETE", 1))
    assert statuses(got) == [405]


def test_slow_clients_are_cut_and_others_served(tmp_path):
    with Daemon(RULES, folder=tmp_path, options=[
            "--timeouts.first_byte", "1s", "--timeouts.request", "2s",
            "--timeouts.idle", "1s"]) as d:
        silent, slow = connect(d), connect(d)
        slow.sendall(b"POST /checkv2 HTTP/1.1\r\n")
        assert served_in_time(d)
        assert silent.recv(100) == b""
        assert statuses(slow.recv(1000)) == [408]
        idle = connect(d)
        idle.sendall(b"GET /ping HTTP/1.1\r\n\r\n")
        assert Replies(idle).next()[0] == 200
        assert idle.recv(100) == b""


def served_in_time(d):
    began = time.monotonic()
    return d.request("/ping")[0] == 200 and time.monotonic() - began < 10


def test_more_connections_than_the_bound_are_told_to_wait(tmp_path):
    with Daemon(RULES, folder=tmp_path,
                options=["--limits.connections", "3"]) as d:
        held = [connect(d) for _ in range(3)]
        for s in held:
            s.sendall(b"GET /ping HTTP/1.1\r\n\r\n")
            assert Replies(s).next()[0] == 200
        got = exchange(d, half_close=False)
        assert statuses(got) == [503]
        held.pop().close()
        until(lambda: d.request("/ping")[0] == 200)


# What is remembered.

def test_the_domain_of_the_sender_is_remembered_over_a_restart(tmp_path):
    def seen(d):
        options = d.check(MAIL)["symbols"]["SEEN"]["options"]
        return dict(o.split("=") for o in options)

    state = tmp_path / "state"
    with Daemon(RULES, state=state, folder=tmp_path) as d:
        assert seen(d)["from.domain.seen_count"] == "0"
    with Daemon(RULES, state=state, folder=tmp_path) as d:
        found = seen(d)
        assert found["from.domain.seen_count"] == "1"
        assert found["from.domain.first_seen_days"] == "0"


def test_without_a_state_folder_nothing_is_remembered(tmp_path):
    with Daemon(RULES, folder=tmp_path) as d:
        assert "SEEN" not in d.check(MAIL)["symbols"]


# Start, reload, end.

def test_a_port_in_use_is_named(served):
    status, said = end_status(
        "-f", "--listen", "http=127.0.0.1:%d" % served.port,
        "--packs", RULES)
    assert status == 69
    assert "in use" in said and str(served.port) in said


def test_a_packs_folder_that_is_not_there_is_named(tmp_path):
    status, said = end_status("-f", "--listen", "http=127.0.0.1:0",
                              "--packs", tmp_path / "none")
    assert status == 66
    assert "none" in said and "No such file" in said


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    status, said = end_status("-f", "--listen", "http=127.0.0.1:0",
                              "--packs", RULES,
                              "--state", tmp_path / "file" / "state")
    assert status == 73
    assert "file/state: Not a directory" in said


def test_a_state_folder_from_here_on_can_be_asked_to_reload(
        tmp_path, monkeypatch):
    """Its control.sock was once taken for ADDRESS:PORT."""
    monkeypatch.setenv("SEKISHO_BUILD",
                       os.path.dirname(os.path.abspath(program("sekisho"))))
    monkeypatch.chdir(tmp_path)
    with Daemon(RULES, state="state", folder=tmp_path):
        done = subprocess.run([program("sekisho"), "reload", "--state",
                               "state"], capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr


def test_of_many_warnings_the_log_has_the_first_and_a_number(tmp_path):
    """A folder of 9,900 indicators once filled the log with 30,000 lines."""
    hosts = "\n".join("          - 'h%02d.badhost.net'" % i
                      for i in range(45))
    (tmp_path / "many.pack.yaml").write_text(MANY_WARNINGS % hosts)
    with Daemon(tmp_path, folder=tmp_path) as d:
        log = d.log()
    assert log.count(" warning: ") == 20, log
    assert "warnings: sekisho check shows them" in log


def test_a_folder_without_a_usable_pack_is_refused(tmp_path):
    status, said = end_status("-f", "--listen", "http=127.0.0.1:0",
                              "--packs", tmp_path)
    assert status == 78
    (tmp_path / "bad.pack.yaml").write_text(BROKEN_PACK)
    status, said = end_status("-f", "--listen", "http=127.0.0.1:0",
                              "--packs", tmp_path)
    assert status == 78
    assert "bad.pack.yaml:" in said


def test_a_broken_pack_is_left_out_and_told(tmp_path):
    packs = tmp_path / "packs"
    shutil.copytree(RULES, packs)
    (packs / "bad.pack.yaml").write_text(BROKEN_PACK)
    with Daemon(packs, folder=tmp_path) as d:
        assert "bad.pack.yaml:" in d.log()
        assert "action" in d.check(MAIL)
    assert end_status("-t", "--packs", packs)[0] == 78
    assert end_status("-t", "--packs", RULES)[0] == 0


def test_a_check_leaves_nothing_behind(tmp_path):
    """A key of root's once stood there before the daemon's first start."""
    assert end_status("-t", "--packs", RULES, "--state",
                      tmp_path / "state")[0] == 0
    assert not (tmp_path / "state").exists()


def test_a_check_finds_what_a_start_would_refuse():
    status, said = end_status("-t", "--packs", RULES, "--dns.servers", "ns1")
    assert status == 78 and 'dns.servers: "ns1" is neither' in said
    assert end_status("-t", "--packs", RULES, "--dns.servers", "system",
                      "--dns.servers", "[::1]:53")[0] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_user_that_is_named_has_to_be_there():
    """Else workers stay root for a typing error."""
    for words in [("-t",), ()]:
        status, said = end_status(*words, "--packs", RULES, "--user",
                                  "sekihso")
        assert status == 78 and "there is no user sekihso" in said


def test_a_wrong_option_is_answered_with_the_right_one():
    status, said = end_status("--lissen", "http=127.0.0.1:0")
    assert status == 64
    assert "did you mean --listen?" in said
    status, said = end_status("--deadline", "soon")
    assert status in (64, 78)
    assert "a time like 8s" in said


def test_help_and_version_are_told():
    status, said = end_status("--help")
    assert status == 0 and "--thresholds.reject" in said
    status, said = end_status("--version")
    assert status == 0 and said.startswith("sekishod ")


def test_a_configuration_file_says_the_same_and_more(tmp_path):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("packs: %s\nlisten: [http=127.0.0.1:1]\nlang: ja\n"
                    "thresholds:\n  reject: 20\n  greylist: 4.5\n"
                    "limits:\n  message: 1MB\n" % RULES)
    with Daemon([], folder=tmp_path, options=["--config", conf]) as d:
        reply = d.check(MAIL)
        assert reply["required_score"] == 20
        assert reply["thresholds"]["greylist"] == 4.5
        got = exchange(d, b"POST /checkv2 HTTP/1.1\r\n"
                       b"Content-Length: 1048577\r\n\r\n")
        assert statuses(got) == [413]


def test_the_example_of_a_configuration_is_right():
    status, said = end_status(
        "-t", "--packs", RULES, "--config",
        os.path.join(source_folder(), "contrib", "sekisho.yaml"))
    assert status == 0, said


@pytest.mark.parametrize("text,where,hint", [
    ("packs: x\nlisen: [http=127.0.0.1:0]\n", ":2:1:", "listen"),
    ("thresholds:\n  reject: high\n", ":2:11:", "points like 6"),
    ("thresholds:\n  rejct: 5\n", ":2:3:", "thresholds.reject"),
    ("trusted: [192.0.2.0/24, nonsense]\n", ":1:25:", "192.0.2.0/24"),
    ("log: loud\n", ":1:6:", "error, warning, info, debug"),
    ("limits: 5\n", ":1:9:", "mapping"),
])
def test_errors_in_the_configuration_have_their_place(tmp_path, text, where,
                                                      hint):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text(text)
    status, said = end_status("-t", "--config", conf)
    assert status == 78
    assert "sekisho.yaml" + where in said, said
    assert hint in said


def greet_plugin():
    path = program("tests/daemon/plugin_greet.so")
    if not os.path.exists(path):
        pytest.skip("the plugin of the stories is not built")
    return path


def test_a_plugin_gives_facts_and_is_told_what_the_file_says(tmp_path):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("plugins:\n  %s:\n    word: hail\n" % greet_plugin())
    with Daemon(RULES, folder=tmp_path, options=["--config", conf]) as d:
        assert d.check(MAIL)["symbols"]["GREET"]["options"] == [
            "greet.text=hail sender.example"]
        conf.write_text("plugins:\n  %s:\n" % greet_plugin())
        d.reload()
        d.wait_for("generation 2 serves")
        assert d.check(MAIL)["symbols"]["GREET"]["options"] == [
            "greet.text=hello sender.example"]


def test_a_plugin_that_is_wrong_or_not_there_is_named(tmp_path):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("plugins:\n  nosuch:\n")
    status, said = end_status("-t", "--packs", RULES, "--config", conf)
    assert status == 78 and "nosuch.so" in said
    conf.write_text("plugins:\n  %s:\n    wort: x\n" % greet_plugin())
    status, said = end_status("-t", "--packs", RULES, "--config", conf)
    assert status == 78 and 'did you mean "word"?' in said
    assert "sekisho.yaml:3:5" in said


def test_a_reload_serves_what_is_there_now(own):
    for pack in list(own.pack_folder.rglob("*ekinet*")):
        pack.unlink()
    own.reload()
    own.wait_for("generation 2 serves: %d packs" % (PACKS - 1))
    assert "action" in own.check(MAIL)


def test_a_failed_reload_changes_nothing_and_says_why(own):
    moved = own.pack_folder.parent / "moved"
    own.pack_folder.rename(moved)
    own.reload()
    own.wait_for(r"reload failed")
    assert "no usable pack" in own.log()
    assert "action" in own.check(MAIL)
    moved.rename(own.pack_folder)
    own.reload()
    own.wait_for("generation 2 serves: %d packs" % PACKS)


def test_reloads_under_load_lose_nothing(own):
    with connect(own) as s:
        replies = Replies(s)
        for n in range(60):
            if n % 10 == 0:
                own.reload()
            s.sendall(post(MAIL))
            assert replies.next()[0] == 200
    own.wait_for(r"generation [3-9] serves")


def test_the_end_waits_for_what_was_begun(own):
    with connect(own) as idle, connect(own) as s:
        request = post(MAIL)
        idle.sendall(b"GET /ping HTTP/1.1\r\n\r\n")
        assert Replies(idle).next()[0] == 200
        s.sendall(request[:50])
        until(lambda: is_read(s))
        own.process.send_signal(signal.SIGTERM)
        own.wait_for(r"ending")
        assert idle.recv(100) == b""
        with pytest.raises(OSError):
            connect(own)
        s.sendall(request[50:])
        status, headers, _ = Replies(s).next()
        assert (status, headers["connection"]) == (200, "close")
    assert own.process.wait(60) == 0


def test_in_the_background_it_leaves_its_process_id(tmp_path):
    pid_file, log = tmp_path / "pid", tmp_path / "log"
    status, _ = end_status("--listen", "http=127.0.0.1:0", "--packs", RULES,
                           "--pid-file", pid_file, "--log-file", log)
    assert status == 0
    until(lambda: log.exists() and "listening" in log.read_text())
    pid = int(pid_file.read_text())
    os.kill(pid, signal.SIGTERM)
    until(lambda: not pid_file.exists())


# Unmodified clients.

def test_curl_is_answered(served, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    mail = tmp_path / "m.eml"
    mail.write_bytes(MAIL)
    done = subprocess.run(
        ["curl", "-sS", "--noproxy", "*", "--data-binary", "@%s" % mail,
         served.url()], capture_output=True, timeout=120, check=True)
    assert "action" in json.loads(done.stdout)


def test_rspamc_is_answered(served, tmp_path):
    rspamc = os.environ.get("SEKISHO_RSPAMC")
    if not rspamc:
        pytest.skip("SEKISHO_RSPAMC names no rspamc")
    mail = tmp_path / "m.eml"
    mail.write_bytes(MAIL)
    done = subprocess.run(
        [rspamc, "-h", "127.0.0.1:%d" % served.port, "-i", "192.0.2.1",
         "-F", "a@b.example", "-r", "you@customer.example", str(mail)],
        capture_output=True, timeout=120)
    said = done.stdout.decode()
    assert done.returncode == 0, said + done.stderr.decode()
    assert "Action: " in said and "Score: " in said
    assert "Message-ID: 1@sender.example" in said
