# SPDX-License-Identifier: Apache-2.0
"""Bad clients, on each kind of port: an error as the protocol has it or a
closed connection, and good clients are served all the while."""

import contextlib
import os
import random
import socket
import ssl
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from daemon import until  # noqa: E402
from test_daemon import MAIL, RULES, Replies, post, statuses  # noqa: E402
from test_listen import certificates, read_all, start, wrap  # noqa: E402,F401

RESET = b"\1\0\0\0\0\0\0\0"


@pytest.fixture(scope="module")
def served(tmp_path_factory, certificates):  # noqa: F811
    """One daemon with a port of each kind, and short patience."""
    folder = tmp_path_factory.mktemp("attack")
    with start(folder, """
listen:
- {address: '127.0.0.1:0', name: auto}
- address: '127.0.0.1:0'
  protocol: http
  tls: {certificate: %s/localhost.pem, key: %s/localhost.key}
- {address: '127.0.0.1:0', protocol: http, proxy: yes}
- %s/s.sock
- {address: '127.0.0.1:0', protocol: control}
timeouts: {first_byte: 2s, request: 4s, idle: 2s, send: 2s}
""" % (certificates, certificates, folder)) as d:
        d.ports = [int(p) for p in __import__("re").findall(
            r"listening \w+ \S+:(\d+)", d.log())]
        d.path = str(folder / "s.sock")
        yield d
        assert d.process.poll() is None, d.log()
        assert d.stop() == 0
    assert "Sanitizer" not in d.log()


def connect(d, kind):
    if kind == "unix":
        s = socket.socket(socket.AF_UNIX)
        s.connect(d.path)
    else:
        at = ["auto", "tls", "proxy", "control"].index(kind)
        s = socket.create_connection(("127.0.0.1", d.ports[at]), 60)
    s.settimeout(60)
    if kind == "proxy":
        s.sendall(b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0")
    return s


def is_well(d):
    began = time.monotonic()
    with connect(d, "auto") as s:
        s.sendall(post(MAIL))
        status = Replies(s).next()[0]
    return status == 200 and time.monotonic() - began < 20


KINDS = ["auto", "proxy", "unix", "control"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_thousand_headers_are_refused_early(served, kind):
    flood = b"GET /checkv2 HTTP/1.1\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n"
    with connect(served, kind) as s:
        try:
            s.sendall(flood)
        except OSError:
            pass
        assert statuses(read_all(s)) in ([431], [])
    with connect(served, kind) as s:
        s.sendall(flood[:500])
        s.shutdown(socket.SHUT_WR)
        assert statuses(read_all(s)) == [400]
    assert is_well(served)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_of_a_hundred_thousand_headers_is_scored(served, kind):
    mail = b"X-A: b\r\n" * 100_000 + MAIL
    with connect(served, kind) as s:
        s.sendall(post(mail))
        status, _, body = Replies(s).next()
        assert status == 200 and b"limit.headers" in body
    assert is_well(served)


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_lengths_never_reach_the_next_request(served, kind):
    for length, said in ((len(MAIL) + 9, [400]), (len(MAIL) - 9, None),
                         (0, None), (-1, [400]), ("1e3", [400])):
        with connect(served, kind) as s:
            s.sendall(("POST /checkv2 HTTP/1.1\r\nContent-Length: %s\r\n\r\n"
                       % length).encode() + MAIL)
            s.shutdown(socket.SHUT_WR)
            got = statuses(read_all(s))
            assert got == said or (said is None and got[0] == 200 and
                                   got[1:] in ([400], [])), (length, got)
    assert is_well(served)


@pytest.mark.parametrize("kind", KINDS + ["tls"])
def test_clients_that_vanish_at_any_byte_hurt_nobody(served, kind):
    request = post(MAIL)
    random.seed(7)
    for cut in random.sample(range(len(request)), 60):
        s = connect(served, kind)
        s.sendall(request[:cut])
        if cut % 2:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        s.close()
    assert is_well(served)


def test_clients_that_vanish_under_tls_hurt_nobody(served,
                                                   certificates):  # noqa: F811
    for cut in (0, 1, 40, len(post(MAIL)) - 1, len(post(MAIL))):
        s = wrap(connect(served, "tls"), certificates)
        s.sendall(post(MAIL)[:cut])
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        s.close()
    s = wrap(connect(served, "tls"), certificates)
    s.sendall(post(MAIL))
    try:
        s.unwrap()
    except (ssl.SSLError, OSError):
        pass
    assert is_well(served)


def test_half_a_record_of_tls_holds_up_nobody(served,
                                              certificates):  # noqa: F811
    """A worker that was given one read it again and again."""
    context = ssl.create_default_context(
        cafile=str(certificates / "ca.pem"))
    with contextlib.ExitStack() as stack:
        for n in range(8):
            s = stack.enter_context(connect(served, "tls"))
            if n % 2 == 0:
                s.sendall(b"\x16\x03\x01\x02\x00\x01")
                continue
            # Greeted as it should be, then cut short.
            come, go = ssl.MemoryBIO(), ssl.MemoryBIO()
            talk = context.wrap_bio(come, go, server_hostname="localhost")
            while True:
                try:
                    talk.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    s.sendall(go.read())
                    come.write(s.recv(65536))
            talk.write(post(MAIL))
            s.sendall(go.read()[:-9])
        for _ in range(8):
            assert is_well(served)


def test_slow_clients_are_cut_and_others_served(served):
    slow = []
    for kind in KINDS + ["tls"]:
        for beginning in (b"", b"P", b"CHECK ", b"POST /checkv2 HTTP/1.1\r\n",
                          post(MAIL)[:-1]):
            s = connect(served, kind)
            s.sendall(beginning)
            slow.append(s)
    end = time.monotonic() + 3
    while time.monotonic() < end:
        for s in slow:
            try:
                s.sendall(b"P")
            except OSError:
                pass
        assert is_well(served)
        time.sleep(0.1)
    for s in slow:
        s.settimeout(60)
        try:
            while s.recv(65536):
                pass
        except ConnectionError:
            pass
        s.close()


def test_garbage_is_no_request(served):
    random.seed(11)
    for n in range(150):
        kind = (KINDS + ["tls"])[n % 5]
        with connect(served, kind) as s:
            try:
                s.sendall(random.randbytes(random.randrange(1, 3000)))
                s.shutdown(socket.SHUT_WR)
            except OSError:
                continue
            got = read_all(s)
            assert b"HTTP/1.1 200" not in got
    assert is_well(served)


def test_nothing_is_left_behind(served):
    def descriptors():
        return len(os.listdir("/proc/%d/fd" % served.process.pid))

    # Those of the stories before have gone.
    time.sleep(4.5)
    before = descriptors()
    for n in range(1000):
        s = connect(served, KINDS[n % 4])
        s.sendall(post(MAIL)[:n % 300])
        s.close()
    until(lambda: descriptors() <= before)
