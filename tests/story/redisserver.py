# SPDX-License-Identifier: Apache-2.0
"""Real redis-servers for the stories, on loopback and ports of their own,
ended by their process ids; Sentinels and a cluster of them; a proxy that
hinders; and storeload, the program that drives a store."""

import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

import daemon as sekishod
import ports

HOST = "127.0.0.1"
SLOTS = 16384


def unpacked():
    """Where peers.sh puts it."""
    return os.path.join(os.environ.get("SEKISHO_PEERS", os.path.join(
        sekishod.build_folder(), "peers")), "redis")


def server_program():
    """redis-server, of the system or unpacked beside the other peers."""
    for path in (shutil.which("redis-server"),
                 os.path.join(unpacked(), "usr", "bin", "redis-server")):
        if path and os.access(path, os.X_OK):
            return path
    pytest.skip("redis-server is not here: tests/story/peers.sh unpacks it")


def environment():
    """Where an unpacked one finds its libraries."""
    folders = glob.glob(os.path.join(unpacked(), "usr", "lib", "*-linux-*"))
    return dict(os.environ, LD_LIBRARY_PATH=":".join(folders)) \
        if folders else None


class Error(Exception):
    """What a server refuses."""


class Client:
    """Just enough RESP to set the stage and to count."""

    def __init__(self, at, password=None, user=None, timeout=60):
        if isinstance(at, str):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(at)
        else:
            self.socket = socket.create_connection((HOST, at), timeout)
        self.file = self.socket.makefile("rb")
        if password:
            self(*(["AUTH"] + ([user] if user else []) + [password]))

    def send(self, *words):
        words = [w if isinstance(w, bytes) else str(w).encode()
                 for w in words]
        self.socket.sendall(b"*%d\r\n" % len(words) + b"".join(
            b"$%d\r\n%s\r\n" % (len(w), w) for w in words))

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("closed")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise Error(rest.decode())
        if kind == b"+":
            return rest.decode()
        if kind == b":":
            return int(rest)
        n = int(rest)
        if n < 0:
            return None
        if kind == b"$":
            return self.file.read(n + 2)[:-2].decode("utf-8", "replace")
        return [self.read() for _ in range(n)]

    def __call__(self, *words):
        self.send(*words)
        return self.read()

    def close(self):
        self.file.close()
        self.socket.close()


class Server:
    """with Server(folder) as s: s.call("PING")"""

    def __init__(self, folder, *options, port=None, sentinel=False,
                 password=None, user=None):
        self.folder = str(folder)
        self.port = port or ports.take(with_bus=True)
        self.options = list(options)
        self.sentinel = sentinel
        self.password = password
        self.user = user
        self.process = None

    def configuration(self):
        path = os.path.join(self.folder, "redis-%d.conf" % self.port)
        if self.sentinel and os.path.exists(path):
            return path  # it writes there what it knows
        lines = ["port %d" % self.port, "bind " + HOST,
                 "dir " + self.folder,
                 "logfile " + os.path.join(
                     self.folder, "redis-%d.log" % self.port)]
        if not self.sentinel:
            lines += ['save ""', "appendonly no",
                      "dbfilename dump-%d.rdb" % self.port,
                      "enable-debug-command yes", "repl-diskless-sync yes",
                      "repl-diskless-sync-delay 0"]
        with open(path, "w") as f:
            f.write("\n".join(lines + self.options) + "\n")
        return path

    def start(self):
        words = [server_program(), self.configuration()]
        self.process = subprocess.Popen(
            words + (["--sentinel"] if self.sentinel else []),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=environment())
        if self.port:
            wait_until(self.answers, "redis-server does not answer")
        return self

    def answers(self):
        try:
            client = Client(self.port, timeout=1)
            client.send("PING")
            try:
                client.read()
            except Error:
                pass
            client.close()
            return True
        except OSError:
            return False

    def client(self):
        return Client(self.port, self.password, self.user)

    def call(self, *words):
        client = self.client()
        try:
            return client(*words)
        finally:
            client.close()

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
        self.kill()


def wait_until(done, what):
    end = time.monotonic() + sekishod.PATIENCE
    while not done():
        assert time.monotonic() < end, what
        time.sleep(0.05)


class Group:
    """Several servers that end together."""

    def __init__(self):
        self.servers = []

    def add(self, server):
        self.servers.append(server)
        return server.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.__exit__()


class Watched(Group):
    """A master, two replicas and three Sentinels that watch over them."""

    NAME = "reputation"

    def __init__(self, folder):
        super().__init__()
        self.master = self.add(Server(folder))
        self.replicas = [self.add(Server(
            folder, "replicaof %s %d" % (HOST, self.master.port)))
            for _ in range(2)]
        wait_until(lambda: self.master.call("INFO", "replication").count(
            "state=online") == 2, "the replicas are not in step")
        self.sentinels = [self.add(Server(
            folder, "sentinel monitor %s %s %d 2" % (
                self.NAME, HOST, self.master.port),
            "sentinel down-after-milliseconds %s 1000" % self.NAME,
            "sentinel failover-timeout %s 5000" % self.NAME,
            sentinel=True)) for _ in range(3)]
        wait_until(lambda: all(self.sees_all(s) for s in self.sentinels),
                   "the Sentinels do not know each other")

    def sees_all(self, sentinel):
        about = sentinel.call("SENTINEL", "master", self.NAME)
        told = dict(zip(about[::2], about[1::2]))
        return told["num-other-sentinels"] == "2" and \
            told["num-slaves"] == "2"

    def current(self):
        """The server that the Sentinels call the master now."""
        _, port = self.sentinels[0].call(
            "SENTINEL", "get-master-addr-by-name", self.NAME)
        return next(s for s in self.servers if s.port == int(port))


class Cluster(Group):
    """Three masters, each with a replica."""

    def __init__(self, folder):
        super().__init__()
        self.nodes = [self.add(Server(
            folder, "cluster-enabled yes", "cluster-node-timeout 1500",
            "cluster-config-file nodes-%d.conf" % i,
            "cluster-replica-validity-factor 0",
            "cluster-require-full-coverage no")) for i in range(6)]
        first = self.nodes[0]
        for node in self.nodes[1:]:
            node.call("CLUSTER", "MEET", HOST, first.port)
        wait_until(lambda: all(
            len(n.call("CLUSTER", "NODES").split("\n")) >= 6
            for n in self.nodes), "the nodes do not know each other")
        self.masters = self.nodes[:3]
        for i, node in enumerate(self.masters):
            node.call("CLUSTER", "ADDSLOTSRANGE", i * SLOTS // 3,
                      (i + 1) * SLOTS // 3 - 1)
        wait_until(lambda: all(
            "cluster_state:ok" in n.call("CLUSTER", "INFO")
            for n in self.nodes), "the cluster is not ready")
        for i, node in enumerate(self.nodes[3:]):
            node.call("CLUSTER", "REPLICATE",
                      self.masters[i].call("CLUSTER", "MYID"))
        wait_until(lambda: all(
            "master_link_status:up" in n.call("INFO", "replication")
            for n in self.nodes[3:]), "the replicas are not in step")

    def alive(self):
        return [n for n in self.nodes if n.process.poll() is None]

    def now_masters(self):
        return [n for n in self.alive()
                if n.call("ROLE")[0] == "master"]

    def move_slot(self, slot, giver, taker):
        """As redis-cli --cluster reshard does it."""
        from_id, to_id = (n.call("CLUSTER", "MYID") for n in (giver, taker))
        taker.call("CLUSTER", "SETSLOT", slot, "IMPORTING", from_id)
        giver.call("CLUSTER", "SETSLOT", slot, "MIGRATING", to_id)
        client = giver.client()
        while True:
            keys = client("CLUSTER", "GETKEYSINSLOT", slot, 10)
            if not keys:
                break
            client("MIGRATE", HOST, taker.port, "", 0, 5000, "KEYS", *keys)
        client.close()
        for node in (taker, giver):
            node.call("CLUSTER", "SETSLOT", slot, "NODE", to_id)


def counts(servers, prefix="sekisho:1:load:"):
    """The bad counts of all tallies, summed; each key on one server."""
    total = 0.0
    for server in servers:
        client = server.client()
        keys, cursor = set(), "0"
        while True:
            cursor, some = client("SCAN", cursor, "MATCH", prefix + "*",
                                  "COUNT", 1000)
            keys.update(some)
            if cursor == "0":
                break
        for key in keys:
            client.send("GET", key)
        for _ in keys:
            value = client.read()
            total += float(value.split()[0]) if value else 0
        client.close()
    return total


class Load:
    """storeload, told line by line what to do.  It has time for answers that
    a busy machine delays, where a story does not say how little it has."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [sekishod.program("tests/story/storeload"), "--budget", "5000"] +
            [str(o) for o in options], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def log(self):
        return "".join(self.errors)

    def wait_for(self, text):
        wait_until(lambda: text in self.log(),
                   "no %r in what it says" % text)

    def begin(self, *words):
        self.process.stdin.write(" ".join(str(w) for w in words) + "\n")
        self.process.stdin.flush()

    def end(self):
        line = self.process.stdout.readline()
        assert line, "storeload has ended:\n" + self.log()
        return json.loads(line)

    def __call__(self, *words):
        self.begin(*words)
        return self.end()

    def get(self, key):
        answer = self("get", key)
        return answer["value"] if answer["result"] == "found" else \
            answer["result"]

    def counts(self):
        return self("counts")

    def wait_ready(self):
        """Until it answers, whatever the answer is."""
        wait_until(lambda: self.get("nothing") != "failed",
                   "the store does not answer")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()


def certificate(key, path, address):
    """One that signs itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
         "-keyout", key, "-out", path, "-days", "2", "-subj", "/CN=redis",
         "-addext", "subjectAltName=IP:" + address], check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Proxy:
    """Between a store and its server: passes bytes on, or does what it is
    told to the answers.  hinder(bytes) gives what the client gets instead,
    or None: the connection is cut."""

    def __init__(self, port):
        self.to = port
        self.hinder = None
        self.accepts = True
        self.threads = []
        self.sockets = []
        self.listener = ports.listener()
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if not self.accepts:
                client.close()
                continue
            try:
                server = socket.create_connection((HOST, self.to))
            except OSError:
                client.close()
                continue
            self.sockets += [client, server]
            for a, b, hinders in ((client, server, False),
                                  (server, client, True)):
                threading.Thread(target=self.carry, args=(a, b, hinders),
                                 daemon=True).start()

    def carry(self, a, b, hinders):
        try:
            while True:
                data = a.recv(65536)
                if not data:
                    break
                hinder = self.hinder
                if hinders and hinder is not None:
                    data = hinder(data)
                    if data is None:
                        break
                if data:
                    b.sendall(data)
        except OSError:
            pass
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        """All connections that there are."""
        for s in self.sockets:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.sockets = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.cut()
