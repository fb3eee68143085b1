# SPDX-License-Identifier: Apache-2.0
"""Where gateways call, and who is kept out: sockets in the file system, TLS
and certificates, networks, tokens, balancers, sockets that are handed over."""

import json
import os
import resource
import shutil
import socket
import ssl
import stat
import struct
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from daemon import Daemon, program  # noqa: E402
from test_daemon import (MAIL, RULES, Replies, end_status, post,  # noqa: E402
                         statuses)


class Configured(Daemon):
    """A daemon that listens where its file says."""

    def __init__(self, folder, text, **more):
        self.conf = folder / "sekisho.yaml"
        self.conf.write_text(text)
        super().__init__(RULES, folder=folder,
                         options=["--config", self.conf], **more)

    def arguments(self):
        words = super().arguments()
        at = words.index("--listen")
        return words[:at] + words[at + 2:]


def start(folder, text, **more):
    return Configured(folder, text, **more)


def ask(s, request=None):
    """Status and body of one request on a socket."""
    s.settimeout(60)
    s.sendall(request or post(MAIL))
    status, _, body = Replies(s).next()
    return status, body


def connect(d):
    return socket.create_connection(("127.0.0.1", d.port), 60)


def read_all(s):
    s.settimeout(60)
    got = b""
    try:
        while piece := s.recv(65536):
            got += piece
    except ConnectionError:
        pass
    return got


# Sockets in the file system.

def test_a_socket_in_the_file_system_has_its_rights(tmp_path):
    path = tmp_path / "s.sock"
    text = ("listen:\n- address: %s\n  mode: 0640\n"
            "- http=127.0.0.1:0\n" % path)
    with start(tmp_path, text) as d:
        st = path.stat()
        assert stat.S_ISSOCK(st.st_mode)
        assert stat.S_IMODE(st.st_mode) == 0o640
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(path))
            assert ask(s)[0] == 200
        # A second daemon leaves the first one's socket alone.
        status, said = end_status("-f", "--packs", RULES, "--listen", path)
        assert status == 69 and "in use" in said
        d.process.kill()
        d.process.wait()
    assert path.exists()
    with start(tmp_path, text):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(path))
            assert ask(s)[0] == 200


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_socket_is_given_to_its_owner(tmp_path):
    path = tmp_path / "s.sock"
    with start(tmp_path, "listen:\n- http=127.0.0.1:0\n- {address: %s, "
               "owner: nobody, group: mail}\n" % path):
        assert path.owner() == "nobody" and path.group() == "mail"


def test_a_file_that_is_no_socket_stays(tmp_path):
    path = tmp_path / "precious"
    path.write_text("x")
    status, _ = end_status("-f", "--packs", RULES, "--listen", path)
    assert status == 69 and path.read_text() == "x"


# What a port takes by itself.

def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        return True
    except OSError:
        return False


def test_ipv6_is_listened_on(tmp_path):
    if not has_ipv6():
        pytest.skip("this machine has no IPv6")
    with start(tmp_path, "listen: ['[::1]:0']\n") as d:
        found = d.wait_for(r"listening auto \[::1\]:(\d+)")
        with socket.create_connection(("::1", int(found.group(1)))) as s:
            assert ask(s)[0] == 200


# Nobody is let in by accident.

@pytest.mark.parametrize("text", [
    "listen: ['0.0.0.0:0']\n",
    "listen: ['*:0']\n",
    "listen: ['[::]:0']\n",
    "listen: [{address: '*:0', open: yes}]\n",
    "open: yes\nlisten: ['*:0']\n",
])
def test_a_listener_open_to_the_world_is_refused(tmp_path, text):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text(text)
    for words in (["-f"], ["-t"]):
        status, said = end_status(*words, "--packs", RULES, "-c", conf)
        assert status == 78 and "anybody could reach it" in said


@pytest.mark.parametrize("text", [
    "open: yes\nlisten: [{address: '*:0', open: yes, protocol: http}]\n",
    "listen: [{address: '*:0', allow: 127.0.0.0/8, protocol: http}]\n",
    "listen: [{address: '*:0', roles: none, protocol: http}]\n",
])
def test_told_twice_or_closed_it_starts(tmp_path, text):
    with start(tmp_path, text) as d:
        assert d.request("/ping")[0] == 200


@pytest.mark.parametrize("text,said", [
    ("listen: [{adress: x}]", 'did you mean "address"'),
    ("listen: [{protocol: http}]", "address is missing"),
    ("listen: [[x]]", "not a list"),
    ("listen: [{address: '127.0.0.1:0', roles: [skan]}]", "scan, read"),
    ("listen: [{address: /tmp/x, mode: 0999}]", "octal"),
    ("listen: [{address: '127.0.0.1:0', mode: 0600}]", "file system"),
    ("listen: [{address: '*:0', proxy: yes}]", "proxy needs allow"),
    ("listen: [{address: '127.0.0.1:0', tls: {key: x}}]",
     "needs a certificate"),
    ("listen: [{address: '127.0.0.1:0', tls: {certificate: /none}}]",
     "/none"),
    ("listen: [{address: '127.0.0.1:0', protocol: spamc, roles: none}]",
     "knows no tokens"),
    ("tokens: {a: {hash: secret, roles: scan}}", "64 hex digits"),
    ("tokens: {a: {hash: %s, roles: root}}" % ("0" * 64), "scan, read"),
    ("tokens: {a: {hash: %s}}" % ("0" * 64), "has no roles"),
])
def test_what_is_wrong_with_a_listener_is_named(tmp_path, text, said):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text(text + "\n")
    status, told = end_status("-t", "--packs", RULES, "-c", conf)
    assert status == 78 and said in told, told


def test_networks_that_are_not_allowed_are_sent_away(tmp_path):
    with start(tmp_path, "listen: [{address: '127.0.0.1:0', "
               "protocol: http, allow: 192.0.2.0/24}]\n") as d:
        with connect(d) as s:
            assert read_all(s) == b""


# Tokens.

def make_token(*words):
    """A new one, and the lines that make it known."""
    said = subprocess.run([program("sekisho"), "token", *words],
                          capture_output=True, text=True, check=True).stdout
    return said.split("\n\n", 1)


def test_a_token_allows_what_its_roles_say(tmp_path):
    scan, lines = make_token()
    read, more = make_token("--name", "watcher", "--role", "read")
    text = ("listen:\n- {address: '127.0.0.1:0', protocol: http, "
            "roles: none}\n- {address: '127.0.0.1:0', protocol: control, "
            "roles: none}\n" + lines + more.replace("tokens:\n", ""))
    with start(tmp_path, text) as d:
        def status(path, token, name="Authorization"):
            value = {"Authorization": "Bearer " + token,
                     "Password": token}[name]
            return d.request(path, MAIL, {name: value})[0]

        assert d.request("/ping")[0] == 200
        assert d.request("/checkv2", MAIL)[0] == 401
        assert status("/checkv2", scan) == 200
        assert status("/checkv2", scan, "Password") == 200
        assert status("/checkv2", read) == 403
        scan_port = d.port
        d.port = int(d.wait_for(
            r"listening control \S+:(\d+)").group(1))
        for path in ("/ready", "/readyz", "/healthz"):
            assert d.request(path)[0] == 200
        for path in ("/metrics", "/metrics.json"):
            assert d.request(path)[0] == 401
            assert status(path, scan) == 403
            assert status(path, read) == 200
        assert status("/stat", scan) == 403
        assert status("/stat", read) == 200
        assert status("/learnspam", read) == 403
        d.port = scan_port
        assert d.request("/checkv2?password=" + scan, MAIL)[0] == 200
        assert scan not in d.log()
        assert scan not in d.conf.read_text()


def test_tokens_and_limits_change_with_a_reload(tmp_path):
    """They were read at the start only: a token that had leaked went on
    opening the door."""
    (old, lines), (new, more) = make_token(), make_token()
    text = ("listen: [{address: '127.0.0.1:0', protocol: http, "
            "roles: none}]\n")
    with start(tmp_path, text + lines) as d:
        def status(token, mail=MAIL):
            return d.request("/checkv2", mail, {"Password": token})[0]

        large = MAIL + b"x" * 100_000
        assert [status(t) for t in (old, new)] == [200, 401]
        d.conf.write_text(text + more + "limits: {message: 64KB}\n"
                          "timeouts: {idle: 300ms}\n")
        d.reload()
        d.wait_for("generation 2 serves")
        end = time.monotonic() + 20
        while status(new) != 200 and time.monotonic() < end:
            time.sleep(0.1)
        # The wrong ones that were shown may have to be waited for.
        with connect(d) as s:
            assert ask(s, post(MAIL, "Password: " + new))[0] == 200
            assert s.recv(100) == b""
        assert status(new, large) == 413
        assert status(old) in (401, 429)
        d.conf.write_text(text + "tokens: {a: {hash: x}}\n")
        d.reload()
        d.wait_for("reload failed")
        assert status(new) == 200


def test_who_may_not_is_told_before_he_sends_the_message(tmp_path):
    with start(tmp_path, "listen: [{address: '127.0.0.1:0', "
               "protocol: http, roles: none}]\n") as d:
        for path, status in (("/checkv2", 401), ("/nowhere", 404)):
            with connect(d) as s:
                s.sendall(post(MAIL, "Expect: 100-continue",
                               path=path)[:-len(MAIL)])
                got = read_all(s)
                assert statuses(got) == [status]
                assert b"Connection: close" in got
            # The body is not taken for another request.
            with connect(d) as s:
                s.sendall(post(b"GET /ping HTTP/1.1\r\n\r\n", path=path) +
                          b"GET /ping HTTP/1.1\r\n\r\n")
                s.shutdown(socket.SHUT_WR)
                got = read_all(s)
                assert statuses(got.replace(b"}\nHTTP", b"}\r\nHTTP")) in (
                    [status, 200], [status])
                assert got.count(b"pong") <= 1


def test_who_guesses_waits_longer_and_longer(tmp_path):
    token, lines = make_token()
    with start(tmp_path, "listen: [{address: '127.0.0.1:0', "
               "protocol: http, roles: none}]\n" + lines) as d:
        def status(shown):
            return d.request("/checkv2", MAIL, {"Password": shown})[0]

        assert [status("q1") for _ in range(5)] == [401] * 4 + [429]
        assert status(token) == 429
        time.sleep(1.1)
        assert status(token) == 200
        assert status("q2") == 401
        assert status("q2") == 429
        # Who guessed behind an address shut out all others there.
        assert status(token) == 200


# TLS.

@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A CA with a server and two clients, and a stranger."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True,
                       capture_output=True)

    for name in ("ca", "stranger"):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=" + name, "-keyout", name + ".key", "-out",
                name + ".pem")
    for name, ca in (("localhost", "ca"), ("mx.example", "ca"),
                     ("other.example", "ca"), ("fake.example", "stranger")):
        openssl("req", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
                "-addext", "subjectAltName=DNS:" + name, "-keyout",
                name + ".key", "-out", name + ".csr")
        openssl("x509", "-req", "-in", name + ".csr", "-CA", ca + ".pem",
                "-CAkey", ca + ".key", "-CAcreateserial", "-days", "2",
                "-copy_extensions", "copy", "-out", name + ".pem")
    return folder


def wrap(s, certificates, name=None):
    context = ssl.create_default_context(
        cafile=str(certificates / "ca.pem"))
    if name:
        context.load_cert_chain(str(certificates / (name + ".pem")),
                                str(certificates / (name + ".key")))
    return context.wrap_socket(s, server_hostname="localhost")


def tls(certificates, more=""):
    return ("listen:\n- address: 127.0.0.1:0\n  protocol: http\n  tls:\n"
            "    certificate: %s/localhost.pem\n"
            "    key: %s/localhost.key\n%s" % (certificates, certificates,
                                               more))


def test_tls_carries_requests_of_any_size(tmp_path, certificates):
    with start(tmp_path, tls(certificates)) as d:
        with wrap(connect(d), certificates) as s:
            assert s.version() in ("TLSv1.3", "TLSv1.2")
            for body in (MAIL, MAIL + b"x" * 3_000_000, MAIL):
                assert ask(s, post(body))[0] == 200
        # Plain bytes are no handshake.
        with connect(d) as s:
            s.sendall(post(MAIL))
            assert b"HTTP/" not in read_all(s)
        # Gone in mid-handshake, and back.
        for _ in range(20):
            with connect(d) as s:
                s.sendall(b"\x16\x03\x01\x02\x00\x01")
        with wrap(connect(d), certificates) as s:
            assert ask(s, post(MAIL, "Connection: close"))[0] == 200
    assert "Sanitizer" not in d.log()


def test_curl_speaks_tls(tmp_path, certificates):
    with start(tmp_path, tls(certificates)) as d:
        done = subprocess.run(
            ["curl", "-sS", "--noproxy", "*", "--cacert",
             certificates / "ca.pem", "--data-binary", "@-",
             "https://localhost:%d/checkv2" % d.port, "--resolve",
             "localhost:%d:127.0.0.1" % d.port],
            input=MAIL, capture_output=True, timeout=120)
        assert "action" in json.loads(done.stdout), done.stderr


def test_old_tls_is_not_spoken(tmp_path, certificates):
    with start(tmp_path, tls(certificates)) as d:
        context = ssl.create_default_context(
            cafile=str(certificates / "ca.pem"))
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, OSError)):
            context.wrap_socket(connect(d), server_hostname="localhost")


def test_a_certificate_is_renewed_with_a_reload(tmp_path, certificates):
    def serial():
        with wrap(connect(d), certificates) as s:
            return s.getpeercert()["serialNumber"]

    pem, key = tmp_path / "s.pem", tmp_path / "s.key"
    shutil.copy(certificates / "localhost.pem", pem)
    shutil.copy(certificates / "localhost.key", key)
    with start(tmp_path, "listen:\n- {address: '127.0.0.1:0', protocol: "
               "http, tls: {certificate: %s, key: %s}}\n" % (pem, key)) as d:
        before = serial()
        subprocess.run(
            ["openssl", "x509", "-req", "-in", "localhost.csr", "-CA",
             "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
             "-copy_extensions", "copy", "-out", str(pem)],
            cwd=certificates, check=True, capture_output=True)
        with wrap(connect(d), certificates) as held:
            d.reload()
            d.wait_for("generation 2 serves")
            assert ask(held)[0] == 200
        assert serial() != before
        pem.write_text("no certificate")
        d.reload()
        d.wait_for("the old one serves")
        assert serial() != before


@pytest.mark.parametrize("name,is_in", [
    ("mx.example", True), (None, False), ("other.example", False),
    ("fake.example", False)])
def test_clients_need_the_right_certificate(tmp_path, certificates, name,
                                            is_in):
    more = ("    client_ca: %s/ca.pem\n    client_names: mx.example\n"
            % certificates)
    with start(tmp_path, tls(certificates, more)) as d:
        try:
            with wrap(connect(d), certificates, name) as s:
                status, _ = ask(s)
        except (ssl.SSLError, OSError, AttributeError, TypeError):
            status = None
        assert (status == 200) == is_in


# Balancers.

def announce(address="192.0.2.7"):
    return (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" +
            socket.inet_aton(address) + socket.inet_aton("192.0.2.1") +
            struct.pack(">HH", 1, 2))


def test_a_balancer_says_who_calls(tmp_path):
    with start(tmp_path, "listen: [{address: '127.0.0.1:0', "
               "protocol: http, proxy: yes}]\n"
               "limits: {per_client: 2}\n") as d:
        refused = post(MAIL).replace(b"POST", b"BREW X", 1)
        with connect(d) as s:
            # In pieces, and with the request behind it at once.
            whole = announce() + refused
            for at in range(0, 30, 7):
                s.sendall(whole[at:at + 7])
                time.sleep(0.02)
            s.sendall(whole[35:])
            assert statuses(read_all(s)) == [400]
        d.wait_for(r"http 192\.0\.2\.7: 400")
        with connect(d) as s:
            s.sendall(post(MAIL))
            assert read_all(s) == b""
        # Loopback from a balancer's mouth is not ours: no exemption.
        # Each has its answer before the next calls: two workers do not take
        # callers in the order in which these came.
        held, got = [], []
        for _ in range(4):
            held.append(connect(d))
            held[-1].sendall(announce("127.0.0.9") +
                             b"GET /ping HTTP/1.1\r\n\r\n")
            try:
                got.append(b"pong" in held[-1].recv(1000))
            except ConnectionError:
                got.append(False)
        assert got == [True, True, False, False]


def test_tls_behind_a_balancer(tmp_path, certificates):
    with start(tmp_path, tls(certificates, "  proxy: yes\n")) as d:
        for pause in (0, 0.1):
            s = connect(d)
            s.sendall(announce())
            time.sleep(pause)
            with wrap(s, certificates) as t:
                assert ask(t, post(MAIL + b"x" * 500_000))[0] == 200
                assert ask(t)[0] == 200
        # Header and first flight in one piece.
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context(
            cafile=str(certificates / "ca.pem"))
        hand = context.wrap_bio(incoming, outgoing,
                                server_hostname="localhost")
        with pytest.raises(ssl.SSLWantReadError):
            hand.do_handshake()
        with connect(d) as s:
            s.sendall(announce() + outgoing.read())
            s.settimeout(60)
            assert s.recv(5)[:1] == b"\x16"


# Sockets that systemd hands over.

def test_a_socket_that_is_handed_over_is_served(tmp_path):
    listening = socket.create_server(("127.0.0.1", 0))
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("listen: [{address: 'systemd:scan', protocol: http}]\n")

    # The descriptor must be 3 and the process id its own.
    code = ("import os, sys\n"
            "os.dup2(%d, 3)\n"
            "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1',\n"
            "                  LISTEN_FDNAMES='scan')\n"
            "os.execv(sys.argv[1], sys.argv[1:])\n" % listening.fileno())
    log = open(tmp_path / "log", "wb")
    process = subprocess.Popen(
        [sys.executable, "-c", code, program("sekishod"), "-f", "--packs",
         RULES, "-c", str(conf)], stdin=subprocess.DEVNULL, stdout=log,
        stderr=log, pass_fds=[listening.fileno()])
    try:
        with socket.create_connection(listening.getsockname(), 20) as s:
            assert ask(s)[0] == 200
    finally:
        process.terminate()
        assert process.wait(60) == 0


def test_without_systemd_it_says_so(tmp_path):
    status, said = end_status("-f", "--packs", RULES, "--listen",
                              "http=systemd:scan")
    assert status == 69 and "systemd hands no sockets over" in said


def test_without_descriptors_calls_wait_and_the_log_is_not_filled(tmp_path):
    """A line was written ten times a second, and the usual bound on files
    was below what limits.connections promises."""
    class Poor(Configured):
        def arguments(self):
            return ["prlimit", "--nofile=64:64", *super().arguments()]

    with Poor(tmp_path, "listen: ['http=127.0.0.1:0']\n") as d:
        d.wait_for(r"limits.connections needs 1200")
        calls = [connect(d) for _ in range(100)]
        d.wait_for("accept: Too many open files")
        time.sleep(1)
        for s in calls:
            s.close()
        with connect(d) as s:
            assert ask(s)[0] == 200
        assert d.log().count("accept:") <= len(d.workers())


@pytest.mark.skipif(resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 4096,
                    reason="this machine allows no 4096 open files")
def test_the_bound_on_files_follows_that_on_connections(tmp_path):
    class Usual(Configured):
        def arguments(self):
            return ["prlimit", "--nofile=1024:4096", *super().arguments()]

    with Usual(tmp_path, "listen: ['http=127.0.0.1:0']\n"
               "limits: {connections: 3000}\n") as d:
        limits = open("/proc/%d/limits" % d.process.pid).read()
        assert "3200" in limits and "may be open" not in d.log()
