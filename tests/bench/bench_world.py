#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the world costs a message: a daemon of one worker with SPF, DKIM, ARC,
DMARC, reverse names, addresses of links, networks, records and reputation on,
beside a real name server (NSD) on loopback.  Processor time of the worker and
of the name server for each message, and how many messages there are in a
second, with names that are known already and with names never asked before;
beside it the same daemon that asks nobody."""

import http.client
import os
import sys
import tempfile
import threading
import time

import pytest

sys.dont_write_bytecode = True
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "story"))

import daemon as sekishod
import nameserver
import nettable

SECONDS = 4
CLIENTS = 8
SENDER = "192.0.2.77"
KEYS = [
    ("brisbane._domainkey.football.example.com",
     "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
    ("test._domainkey.football.example.com",
     "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQo"
     "BTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3"
     "W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9Pzo"
     "xZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"),
]


def zone():
    for name, value in KEYS:
        yield name, "TXT", nameserver.text(value)
    for name in ("football.example.com", "*.new.example.com"):
        yield name, "TXT", nameserver.text(
            "v=spf1 ip4:198.51.100.0/24 include:_spf.example.com -all")
    yield "_spf.example.com", "TXT", nameserver.text("v=spf1 mx -all")
    yield "_spf.example.com", "MX", "10 mx.example.com."
    yield "mx.example.com", "A", SENDER
    yield "_dmarc.football.example.com", "TXT", \
        nameserver.text("v=DMARC1; p=reject")
    yield nameserver.reverse(SENDER), "PTR", "mx.example.com."
    yield "*.link.example.com", "A", "192.0.2.80"


def cpu(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(pid):
    path = "/proc/%d/task/%d/children" % (pid, pid)
    with open(path, encoding="ascii") as file:
        found = [int(word) for word in file.read().split()]
    return [pid] + [c for one in found for c in children(one)]


class Load:
    """Clients that send one message after the other, each over its own
    connection, until the time is over."""

    def __init__(self, port, mail, is_new):
        self.port, self.mail, self.is_new = port, mail, is_new
        self.end = time.monotonic() + SECONDS
        self.counts = [0] * CLIENTS

    def client(self, n):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, 30)
        while time.monotonic() < self.end:
            domain, host = "football.example.com", b"a.link.example.com"
            if self.is_new:
                label = "n%d-%d" % (n, self.counts[n])
                domain = label + ".new.example.com"
                host = label.encode() + b".link.example.com"
            mail = self.mail.replace(b"LINK", host)
            connection.request("POST", "/checkv2", mail, {
                "IP": SENDER, "Helo": "mx.example.com",
                "From": "joe@" + domain, "Rcpt": "suzie@shopping.example.net"})
            reply = connection.getresponse()
            reply.read()
            assert reply.status == 200, reply.status
            self.counts[n] += 1

    def run(self):
        threads = [threading.Thread(target=self.client, args=(n,))
                   for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(self.counts)


def measure(what, daemon, mail, server=None, is_new=False):
    pids = children(daemon.process.pid)
    names = children(server.process.pid) if server else []
    before = sum(map(cpu, pids)), sum(map(cpu, names))
    began = time.monotonic()
    n = Load(daemon.port, mail, is_new).run()
    took = time.monotonic() - began
    print("%-34s %6.0f messages a second, %6.1f us CPU a message, %6.1f us "
          "of the name server" % (
              what, n / took, 1e6 * (sum(map(cpu, pids)) - before[0]) / n,
              1e6 * (sum(map(cpu, names)) - before[1]) / n))


def signed_mail():
    path = os.path.join(here, "../corpus/fuzz/signed/rfc8463")
    with open(path, "rb") as file:
        return file.read()


def main():
    rules = os.path.join(here, "../../rules")
    plain = signed_mail()
    # A body of our own: what is signed of it then differs, at the same cost.
    linked = plain + b"\nsee https://LINK/x\n"
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        table = os.path.join(folder, "asn.mmdb")
        with open(table, "wb") as file:
            file.write(nettable.table({"192.0.2.0/24": nettable.asn(
                64500, "Example")}, int(time.time())))
        base = ["--workers", "1"]
        with sekishod.Daemon(rules, folder=folder, options=base + [
                "--reputation.on", "no"]) as daemon:
            measure("asks nobody", daemon, linked)
        with nameserver.NameServer(os.path.join(folder, "names"),
                                   zone()) as server, \
            sekishod.Daemon(
                rules, state=os.path.join(folder, "state"), folder=folder,
                options=base + [
                    "--dns.servers", server.where, "--dns.links", "yes",
                    "--networks.tables", table, "--records", "yes"]) as d:
            measure("all of it, names known", d, linked, server)
            measure("all of it, names new", d, linked, server, True)


if __name__ == "__main__":
    try:
        main()
    except pytest.skip.Exception as why:
        print("skipped: %s" % why)
