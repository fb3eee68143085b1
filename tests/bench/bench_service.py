#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a service is to who runs it, beside its peers:

    bench_service.py latency|memory|workers|start [N]

latency  time of an answer at the same load for both, N indicators
memory   bytes that the processes hold, what they share counted once (PSS),
         after a round of mail
workers  CPU of a message with one worker and with two
start    from the start of the program to its first answer, its image kept

SEKISHO_BUILD: where sekishod is.  SEKISHO_SHARED: its folder bench sets up
the peers; PEERS and CORPUS are what it has made.  Who is not there is left
out.  Servers are asked in turn, in small turns, so that what else the
machine does falls upon all of them.
"""
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("SEKISHO_BUILD", os.getcwd())
PEERS = os.environ.get("PEERS", "/opt/peers")
CORPUS = os.environ.get("CORPUS", "/opt/corpus")
BENCH = os.path.join(os.environ.get("SEKISHO_SHARED", ""), "bench")
ROUNDS = int(os.environ.get("ROUNDS", "5"))
RATE = int(os.environ.get("RATE", "150"))   # messages a second
TURN = 4                                    # seconds


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tree(pid):
    found = [pid]
    for at in found:
        try:
            with open("/proc/%d/task/%d/children" % (at, at)) as children:
                found += [int(p) for p in children.read().split()]
        except OSError:
            pass
    return found


def cpu_of(pid):
    ticks = 0
    for one in tree(pid):
        try:
            with open("/proc/%d/stat" % one) as stat:
                ticks += sum(int(n) for n in
                             stat.read().rsplit(")", 1)[1].split()[11:13])
        except OSError:
            pass
    return ticks / os.sysconf("SC_CLK_TCK")


def pss_of(pid):
    """Kilobytes."""
    total = 0
    for one in tree(pid):
        with open("/proc/%d/smaps_rollup" % one) as rollup:
            total += sum(int(line.split()[1]) for line in rollup
                         if line.startswith("Pss:"))
    return total


class Server:
    def __init__(self, name, port, process, protocol="http"):
        self.name, self.port, self.process = name, port, process
        self.protocol = protocol

    def ask(self, mail, wait=120):
        with socket.create_connection(("127.0.0.1", self.port), wait) as s:
            s.settimeout(wait)
            if self.protocol == "http":
                s.sendall(b"POST /checkv2 HTTP/1.1\r\nHost: x\r\nHostname: "
                          b"mx.example.net\r\nConnection: close\r\n"
                          b"Content-Length: %d\r\n\r\n" % len(mail) + mail)
            else:
                s.sendall(b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n\r\n" %
                          len(mail) + mail)
            got = b""
            while True:
                piece = s.recv(65536)
                if not piece:
                    break
                got += piece
        assert b" 200 " in got[:20] or b"EX_OK" in got[:40], got[:200]

    def until_it_answers(self, wait=600):
        mail = b"From: a@b.example\r\nSubject: x\r\n\r\nx\r\n"
        end = time.monotonic() + wait
        while time.monotonic() < end:
            try:
                self.ask(mail)
                return self
            except OSError:
                assert self.process.poll() is None, self.name
                time.sleep(0.002)
        raise AssertionError("%s does not answer" % self.name)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def packs_of(folder, n):
    table = os.path.join(PEERS, "rules", str(n), "indicators.tsv")
    packs = os.path.join(folder, "packs-%d" % n)
    if not os.path.isdir(packs):
        subprocess.run([sys.executable, os.path.join(HERE, "indicators.py"),
                        table, packs, os.path.join(BUILD, "sekisho")],
                       check=True, stdout=sys.stderr)
    return packs


def sekishod(folder, n, workers=1, state="state"):
    port = free_port()
    process = subprocess.Popen([
        os.path.join(BUILD, "sekishod"), "-f", "--listen",
        "http=127.0.0.1:%d" % port, "--log", "warning", "--workers",
        str(workers), "--reputation.on", "no", "--limits.compile_time",
        "600s", "--packs", packs_of(folder, n), "--state",
        os.path.join(folder, "%s-%d" % (state, n))],
        stderr=subprocess.DEVNULL)
    return Server("sekishod %d" % workers, port, process)


def shell(folder, words):
    """Runs functions of the peers' own scripts, which know their paths."""
    return subprocess.Popen(
        ["bash", "-c", ". %s/lib.sh; %s" % (BENCH, words)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
        env=dict(os.environ, PEERS=PEERS, CORPUS=CORPUS))


def rspamd(folder, n):
    if not os.path.exists(os.path.join(PEERS, "rspamd3/usr/bin/rspamd")):
        return None
    port = free_port()
    subprocess.run([os.path.join(BENCH, "rspamd-conf.sh"), "3", str(port),
                    "1", os.path.join(PEERS, "rules"), folder, str(n)],
                   check=True, stdout=subprocess.DEVNULL)
    conf = os.path.join(folder, "rspamd3-%d" % n)
    with open(os.path.join(conf, "vars")) as names:
        words = ["--var=" + line.strip() for line in names]
    process = subprocess.Popen(
        [os.path.join(PEERS, "rspamd3/usr/bin/rspamd"), *words, "-f", "-i",
         "-c", os.path.join(conf, "rspamd.conf")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LD_LIBRARY_PATH="%s/rspamd3/usr/lib/rspamd:"
                 "%s/hs/usr/lib/x86_64-linux-gnu" % (PEERS, PEERS)))
    return Server("rspamd 3.4", port, process)


def spamd(folder, n):
    conf = os.path.join(PEERS, "sa", "salist-%d" % n)
    if not os.path.exists("/usr/sbin/spamd") or not os.path.isdir(conf):
        return None
    port = free_port()
    process = subprocess.Popen(
        ["/usr/sbin/spamd", "-L", "-x", "-u", "nobody", "-i", "127.0.0.1",
         "-A", "127.0.0.1", "-p", str(port), "-C", conf + "/rules",
         "--siteconfigpath=" + conf + "/etc", "-m", "1", "--min-children=1",
         "--max-conn-per-child=100000",
         "--syslog=" + os.path.join(folder, "spamd.log")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Server("SpamAssassin", port, process, "spamc")


def mails(most):
    with open(os.path.join(CORPUS, "lists", "s1000")) as names:
        paths = names.read().split()[:most]
    out = []
    for path in paths:
        with open(path, "rb") as file:
            out.append(file.read())
    return out


class Arrivals:
    """Mail that comes when it comes: as many a second, whoever waits still
    waits.  What is measured is from when it should have been sent."""

    def __init__(self, server, some, rate, seconds):
        self.server, self.times = server, []
        chance = random.Random(5)
        at, self.plan = 0.0, []
        while at < seconds:
            at += chance.expovariate(rate)
            self.plan.append((at, chance.choice(some)))
        self.lock = threading.Lock()

    def client(self, began):
        while True:
            with self.lock:
                if not self.plan:
                    return
                at, mail = self.plan.pop(0)
            late = began + at - time.monotonic()
            if late > 0:
                time.sleep(late)
            self.server.ask(mail)
            self.times.append(time.monotonic() - began - at)

    def run(self):
        began = time.monotonic() + 0.1
        threads = [threading.Thread(target=self.client, args=(began,))
                   for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.times


def at(times, share):
    times = sorted(times)
    return times[min(len(times) - 1, int(len(times) * share))] * 1000


def latency(folder, n):
    servers = [s for s in (sekishod(folder, n), rspamd(folder, n)) if s]
    some, times = mails(1000), {}
    for s in servers:
        s.until_it_answers()
        Arrivals(s, some, RATE, 2).run()
    for _ in range(ROUNDS):
        for s in servers:
            times.setdefault(s.name, []).append(
                Arrivals(s, some, RATE, TURN).run())
    for s in servers:
        rounds = times[s.name]
        print("%-14s %d a second: p50 %.1f ms, p99 %.1f ms, least p99 of a "
              "round %.1f ms" % (
                  s.name, RATE, at(sum(rounds, []), .5),
                  at(sum(rounds, []), .99), min(at(r, .99) for r in rounds)))
        s.stop()


def memory(folder, n):
    some = mails(300)
    for make in (lambda: sekishod(folder, n), lambda: sekishod(folder, n, 2),
                 lambda: rspamd(folder, n), lambda: spamd(folder, n)):
        s = make()
        if s is None:
            continue
        s.until_it_answers()
        fresh = pss_of(s.process.pid)
        for mail in some if s.protocol == "http" else some[:20]:
            s.ask(mail)
        print("%-14s %.1f MB fresh, %.1f MB after mail" % (
            s.name, fresh / 1024, pss_of(s.process.pid) / 1024), flush=True)
        s.stop()


def load(server):
    """CPU of a message in microseconds, with as many at a time as there are
    to be had."""
    done = subprocess.run(
        [os.path.join(PEERS, "loadgen"), "-p", "http", "-P",
         str(server.port), "-l", os.path.join(CORPUS, "lists", "s1000"),
         "-c", "8", "-k", "3", "-K"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return 3000


def workers(folder, n):
    spent = {}
    servers = [sekishod(folder, n, 1), sekishod(folder, n, 2, "other")]
    for s in servers:
        s.until_it_answers()
        load(s)
    for _ in range(ROUNDS * 3):
        for s in servers:
            before = cpu_of(s.process.pid)
            done = load(s)
            spent.setdefault(s.name, []).append(
                (cpu_of(s.process.pid) - before) / done * 1e6)
    for s in servers:
        values = sorted(spent[s.name])
        print("%-14s %.0f us of CPU a message (median), least %.0f" % (
            s.name, values[len(values) // 2], values[0]))
        s.stop()


def start(folder, n):
    times = []
    for turn in range(ROUNDS + 1):
        packs_of(folder, n)
        began = time.monotonic()
        s = sekishod(folder, n).until_it_answers()
        times.append(time.monotonic() - began)
        s.stop()
    print("N = %d: %.2f s when the packs are compiled; with its image %s s" % (
        n, times[0], ", ".join("%.2f" % t for t in times[1:])))


if __name__ == "__main__":
    kinds = {"latency": (latency, 10000), "memory": (memory, 10000),
             "workers": (workers, 10000), "start": (start, 100000)}
    if len(sys.argv) < 2 or sys.argv[1] not in kinds:
        sys.exit(__doc__)
    run, usual = kinds[sys.argv[1]]
    with tempfile.TemporaryDirectory() as where:
        os.chmod(where, 0o755)
        run(where, int(sys.argv[2]) if len(sys.argv) > 2 else usual)
