#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the store and reputation cost a message: the same messages to four
sekishod in one run, with the store off, embedded, in a redis-server, and
embedded with the history of verdicts (which the others do not keep), in turn.

    bench_store.py [--quick] [--rounds N] [--messages N] [--rate N]
                   [--callgrind N]

CPU is that of the worker with all its threads, in nanoseconds as the kernel
counts them, so it means something on a machine that is busy with other
things; figures are medians over the rounds.  p50 and p99 are at one rate for
all, over a quarter as many messages; they take most of the time: four minutes
for all, one with --quick.  --callgrind counts instructions over so many messages, instead: those
of the program, without the kernel's.

SEKISHO_BUILD is where sekishod is, CORPUS where make_corpus.py has put its
lists; without lists the phishing sample of SEKISHO_SHARED is taken.  Each
message comes from an address, a sender and a gateway of its own choice, some
of which come again as they do in life: the message with the number r of all
senders is r times rarer than the first.
"""

import argparse
import glob
import os
import random
import re
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "story"))

import bench_engines
import daemon as sekishod
import redisserver

SEED = 20260327
SENDERS = 5000
CONNECTIONS = 4
WRITTEN = 3  # seconds after which all is written that was learnt
KINDS = ("off", "lmdb", "redis", "history")


def corpus():
    """Bytes of the messages that bench_peers sends."""
    path = os.path.join(os.environ.get("CORPUS", "/opt/corpus"),
                        "lists", "s1000")
    if os.path.exists(path):
        with open(path) as names:
            files = names.read().split()
    else:
        files = sorted(glob.glob(os.path.join(
            os.environ.get("SEKISHO_SHARED", ""), "data", "phishing",
            "*.eml")))
    if not files:
        sys.exit("skipped: no messages; set CORPUS or SEKISHO_SHARED")
    out = []
    for name in files:
        with open(name, "rb") as mail:
            out.append(mail.read())
    return out


def head_of(number):
    """What a gateway says of the sender with this number: three in four are
    proven, each with an address in a network that others share."""
    domain = "sender-%d.%s" % (number, ("com", "jp", "net")[number % 3])
    address = "%d.%d.%d.%d" % (81 + number % 60, number // 60 % 250,
                               number % 7, 1 + number % 250)
    lines = ["IP: " + address, "From: <mail@%s>" % domain,
             "Rcpt: <user%d@rcpt.example>" % (number % 50),
             "Helo: mx." + domain, "Hostname: mx." + domain]
    # Gateways have asked the name servers.
    how = "pass" if number % 4 else "none"
    lines.append("Authentication-Results: mx.example; spf=%s smtp.mailfrom=%s"
                 "; dkim=%s header.d=%s; dmarc=%s; arc=none" % (
                     how, domain, how, domain, how))
    return "\r\n".join(lines)


def requests_of(mails, n):
    """The same for whoever is measured."""
    chance = random.Random(SEED)
    weights = [1 / (1 + i) for i in range(SENDERS)]
    senders = chance.choices(range(SENDERS), weights, k=n)
    out = []
    for i, sender in enumerate(senders):
        mail = mails[i % len(mails)]
        out.append(("POST /checkv2 HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
                    "Content-Type: message/rfc822\r\n"
                    "Content-Length: %d\r\n\r\n" % (
                        head_of(sender), len(mail))).encode() + mail)
    return out


class Client:
    """One kept connection, one request at a time."""

    LENGTH = re.compile(rb"content-length: *(\d+)", re.I)

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.out = self.got = b""

    def begin(self, request):
        self.out, self.got, self.began = request, b"", time.monotonic()
        self.write()

    def write(self):
        try:
            self.out = self.out[self.socket.send(self.out):]
        except BlockingIOError:
            pass

    def is_done(self):
        if self.out:
            self.write()
        try:
            data = self.socket.recv(1 << 20)
        except BlockingIOError:
            return False
        if not data:
            sys.exit("bench_store: sekishod has closed a connection")
        self.got += data
        head, behind, body = self.got.partition(b"\r\n\r\n")
        if not behind:
            return False
        if len(body) < int(self.LENGTH.search(head).group(1)):
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            sys.exit("bench_store: " + self.got.decode("utf-8", "replace"))
        return True


class Sender:
    """Sends messages over some connections, and takes their times."""

    def __init__(self, port):
        self.selector = selectors.DefaultSelector()
        self.idle = [Client(port) for _ in range(CONNECTIONS)]
        for client in self.idle:
            self.selector.register(client.socket, selectors.EVENT_READ,
                                   client)
        self.times = []

    def look(self, seconds):
        """What is ready; what is still to be sent goes on."""
        for key, _ in self.selector.select(seconds):
            if key.data.is_done():
                self.idle.append(key.data)
                self.times.append(time.monotonic() - key.data.began)
        for key in self.selector.get_map().values():
            if key.data.out:
                key.data.write()

    def run(self, requests, rate=None):
        """As fast as it goes, or so many a second."""
        self.times = []
        began = time.monotonic()
        for i, request in enumerate(requests):
            due = began + i / rate if rate else began
            while not self.idle or time.monotonic() < due:
                self.look(max(0, due - time.monotonic()) if self.idle
                          else 1)
            self.idle.pop().begin(request)
        while len(self.idle) < CONNECTIONS:
            self.look(1)
        return time.monotonic() - began


def cpu_of(pid):
    """Seconds: of all its threads, of the first."""
    total = first = 0
    for path in glob.glob("/proc/%d/task/*/schedstat" % pid):
        with open(path) as f:
            took = int(f.read().split()[0]) / 1e9
        total += took
        if "/task/%d/" % pid in path:
            first = took
    return total, first


class Site:
    """A sekishod with a store of one kind."""

    def __init__(self, kind, folder, server, wrap=()):
        self.kind, self.server = kind, server
        os.mkdir(folder)
        options = ["--workers", "1", "--deadline", "60s",
                   "--trusted", "127.0.0.1", "--authserv", "mx.example",
                   # connections are kept while it is another one's turn
                   "--timeouts.idle", "10m"]
        if kind != "history":
            options += ["--history.keep", "0"]
        if kind == "off":
            options += ["--store.engine", "off"]
        if kind == "redis":
            options += ["--store.engine", "redis", "--store.servers",
                        "127.0.0.1:%d" % server.port]
        if wrap:
            options += ["--sandbox", "no", "--store.budget", "10s",
                        "--limits.wait", "60s",
                        "--user", "root"]
        rules = os.path.join(sekishod.source_folder(), "rules")
        self.daemon = Wrapped(wrap, rules, os.path.join(folder, "state"),
                              options, folder=folder)
        self.daemon.start(120)
        self.pid = self.daemon.worker()
        self.sender = Sender(self.daemon.port)

    def told(self):
        """Commands and batches of commands that the server has read."""
        lines = self.server.call("INFO", "stats").split()
        told = dict(line.split(":") for line in lines if ":" in line)
        return [int(told["total_commands_processed"]),
                int(told["total_reads_processed"])]

    def measure(self, requests, rate=None):
        """{what: figure} of one round."""
        has_server = self.kind == "redis"
        told = self.told() if has_server else [0, 0]
        there = cpu_of(self.server.process.pid)[0] if has_server else 0
        cpu, loop = cpu_of(self.pid)
        seconds = self.sender.run(requests, rate)
        time.sleep(0.3)  # what is written behind belongs to it, too
        n = len(requests)
        cpu_now, loop_now = cpu_of(self.pid)
        out = {"rate": n / seconds, "cpu": 1e6 * (cpu_now - cpu) / n,
               "loop": 1e6 * (loop_now - loop) / n}
        times = sorted(self.sender.times)
        out["p50"] = 1e6 * times[len(times) // 2]
        out["p99"] = 1e6 * times[len(times) * 99 // 100]
        if has_server:
            out["there"] = 1e6 * (cpu_of(
                self.server.process.pid)[0] - there) / n
            for name, old, new in zip(("commands", "trips"), told,
                                      self.told()):
                # less the question itself
                out[name] = (new - old - 1) / n
        return out


class Wrapped(sekishod.Daemon):
    """One that may run inside another program."""

    def __init__(self, wrap, *rest, **named):
        super().__init__(*rest, **named)
        self.wrap = list(wrap)

    def arguments(self):
        return self.wrap + super().arguments()

    def worker(self):
        return self.workers()[0]


def median(rounds, what):
    return statistics.median(r[what] for r in rounds)


def tell(found, paced):
    base = median(found["off"], "cpu")
    print("%-7s %8s %9s %7s %7s %7s %7s %9s %9s %7s" % (
        "store", "msg/s", "CPU us", "to off", "loop", "p50 us", "p99 us",
        "server us", "commands", "trips"))
    for kind in found:
        cpu = median(found[kind], "cpu")
        # each round is held against its own "off": noise is common to both
        ratio = statistics.median(
            a["cpu"] / b["cpu"] for a, b in zip(found[kind], found["off"]))
        line = "%-7s %8.0f %9.1f %+6.1f%% %7.1f %7.0f %7.0f" % (
            kind, median(found[kind], "rate"), cpu, 100 * (ratio - 1),
            median(found[kind], "loop"),
            median(paced[kind], "p50"), median(paced[kind], "p99"))
        if kind == "redis":
            line += " %9.1f %9.1f %7.2f" % (
                median(found[kind], "there"), median(found[kind], "commands"),
                median(paced[kind], "trips"))
        print(line)
    least = {kind: min(r["cpu"] for r in found[kind]) for kind in found}
    print("least CPU of a round: " + ", ".join(
        "%s %.1f (%+.1f%%)" % (k, v, 100 * (v / least["off"] - 1))
        for k, v in least.items()))


def measure(sites, options, requests):
    found = {kind: [] for kind in sites}
    paced = {kind: [] for kind in sites}
    for site in sites.values():
        site.measure(requests[:2000])
    kinds = list(sites)
    n = options.messages
    for i in range(options.rounds):
        part = [requests[(i * n + k) % len(requests)] for k in range(n)]
        kinds = kinds[1:] + kinds[:1]
        for kind in kinds:
            found[kind].append(sites[kind].measure(part))
        for kind in kinds:
            paced[kind].append(sites[kind].measure(part[:n // 4],
                                                   options.rate))
    print("%d rounds of %d messages, medians; p50, p99 and trips at %d a "
          "second" % (options.rounds, n, options.rate))
    tell(found, paced)


def control(*words):
    return subprocess.run(["callgrind_control", *words], check=True,
                          capture_output=True, text=True).stdout


def instructions_of(site, folder, requests):
    """A message, in a worker that has seen them all before."""
    site.sender.run(requests)
    time.sleep(WRITTEN)
    control("-z", str(site.pid))
    site.sender.run(requests)
    time.sleep(WRITTEN)
    control("-d", str(site.pid))
    total = 0
    for path in glob.glob(os.path.join(
            folder, "callgrind.%s.%d.*" % (site.kind, site.pid))):
        with open(path) as f:
            total += sum(int(line.split()[1]) for line in f
                         if line.startswith("totals:"))
    return total / len(requests)


def count_instructions(sites, folder, requests):
    base = None
    for kind, start in sites:
        site = start()
        total = instructions_of(site, folder, requests)
        site.daemon.stop(wait=120)
        base = base or total
        print("%-7s %9.0f instructions a message, %+.1f%%" % (
            kind, total, 100 * (total / base - 1)), flush=True)


def bytes_an_entity(server, folder):
    if not os.path.exists(sekishod.program("tests/story/storeload")):
        print("bytes an entity: make tests/story/storeload first")
        return
    at = ["--server", "127.0.0.1:%d" % server.port, "--journal-bytes",
          64 * 1024 * 1024]
    server.call("FLUSHALL")
    bench_engines.bytes_of_redis(server, *at)
    bench_engines.bytes_of_lmdb(os.path.join(folder, "bytes"))


def wrap_for(options, folder, kind):
    if not options.callgrind:
        return []
    return ["valgrind", "-q", "--tool=callgrind", "--trace-children=yes",
            "--callgrind-out-file=" + os.path.join(
                options.keep or folder, "callgrind.%s.%%p" % kind)]


def has_redis():
    return shutil.which("redis-server") is not None or \
        os.path.isdir(redisserver.unpacked())


def starters(options, folder, server):
    """Kinds, and what starts one."""
    for kind in options.kinds.split(","):
        if kind == "redis" and server is None:
            print("redis: redis-server is not here")
            continue
        yield kind, lambda kind=kind: Site(
            kind, os.path.join(folder, kind), server,
            wrap_for(options, folder, kind))


def run(options, folder, server):
    requests = requests_of(corpus(), options.callgrind or max(
        2000, options.messages * options.rounds))
    if options.callgrind:
        count_instructions(starters(options, folder, server),
                           options.keep or folder, requests)
        return
    sites = {}
    try:
        for kind, start in starters(options, folder, server):
            sites[kind] = start()
        measure(sites, options, requests)
    finally:
        for site in sites.values():
            site.daemon.stop()
    if server is not None:
        bytes_an_entity(server, folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rate", type=int, default=300)
    parser.add_argument("--callgrind", type=int, default=0)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--keep", help="folder for what callgrind writes")
    parser.add_argument("--quick", action="store_true",
                        help="three rounds of 1,000 messages")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.messages = 3, 1000
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o755)
    try:
        if not has_redis():
            run(options, folder, None)
            return
        with redisserver.Server(folder) as server:
            run(options, folder, server)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
