#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From the change of a list of a million rows to the verdict that knows it:

    bench_feed.py [append|front|rename] [TIMES]

append  rows are added to the file in place
rename  another file takes its place, with a row more at its end
front   the same, with a row more at its beginning

Least, mean and most of TIMES (10) changes, until every worker knows the row.
SEKISHO_BUILD: where sekishod is.  ROWS (1000000); RATE, messages a second
meanwhile (0); BUSY, processes that compute besides (0); STATE, whether there
is a state folder (1); WORKERS (2).
"""
import http.client
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "story"))

from crowd import Crowd  # noqa: E402
from daemon import Daemon  # noqa: E402
from feedlist import FEEDS, hosts  # noqa: E402

ROWS, RATE, BUSY, STATE, WORKERS = (
    int(os.environ.get(name, default)) for name, default in
    (("ROWS", 1000000), ("RATE", 0), ("BUSY", 0), ("STATE", 1),
     ("WORKERS", 2)))

PACK = """pack: 1
kind: campaign
id: listed
title: x
revision: 1
status: stable
mode: score
created: 2026-01-01
expires: 2099-12-31
seen: {first: 2026-01-01, last: 2026-01-01}
severity: high
confidence: high
tlp: clear
references: [x]
groups:
  g:
    url: list:feeds/hosts
    score: 8
when: g
tests:
  - {name: a, expect: match, mail: {body: 'http://h7.bad.example/'}}
  - {name: b, expect: clean, mail: {body: x}}
"""
FILLER = b"<p>some words that are there to be read, %d</p>\r\n"
OTHER = b"Subject: x\r\nContent-Type: text/html\r\n\r\n" + b"".join(
    FILLER % n for n in range(200))


def post(line, mail):
    line.request("POST", "/checkv2", mail)
    return line.getresponse().read()


class Load(Crowd):
    """RATE messages a second over eight lines."""

    def __init__(self, port):
        super().__init__([self.run] * (8 if RATE else 0))
        self.port, self.n = port, 0
        self.busy = [subprocess.Popen([sys.executable, "-c",
                                       "while True: pass"])
                     for _ in range(BUSY)]

    def run(self):
        line = http.client.HTTPConnection("127.0.0.1", self.port)
        due = time.monotonic()
        while not self.is_over:
            post(line, OTHER)
            self.n += 1
            due = max(due + 8 / RATE, time.monotonic() - 1)
            time.sleep(max(0, due - time.monotonic()))

    def __exit__(self, *unused):
        super().__exit__(*unused)
        for process in self.busy:
            process.kill()
            process.wait()


def change(folder, how, rows, n):
    path = os.path.join(folder, "hosts.txt")
    row = "new%d.bad.example\n" % n
    if how == "append":
        began = time.monotonic()
        with open(path, "a") as file:
            file.write(row)
        return began
    rows.insert(0 if how == "front" else len(rows), row)
    with open(path + ".new", "w") as file:
        file.write("".join(rows))
    began = time.monotonic()
    os.rename(path + ".new", path)
    return began


def knows(line, n):
    return b'"LISTED"' in post(
        line, b"Subject: x\r\n\r\nhttp://new%d.bad.example/\r\n" % n)


def lines_to_all(d):
    """A line to each worker: new ones until each has taken one."""
    lines = []
    while len(lines) < 4 * WORKERS:
        lines.append(http.client.HTTPConnection("127.0.0.1", d.port))
        post(lines[-1], OTHER)
    return lines


def main():
    how = sys.argv[1] if len(sys.argv) > 1 else "rename"
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    took = []
    with tempfile.TemporaryDirectory(prefix="bench_feed.") as folder:
        os.chmod(folder, 0o755)
        rows = hosts(ROWS).splitlines(keepends=True)
        for name, text in (("hosts.txt", "".join(rows)),
                           ("feeds.pack.yaml", FEEDS),
                           ("listed.pack.yaml", PACK)):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        with Daemon(folder, folder=folder, state=folder + "/state"
                    if STATE else None,
                    options=["--workers", WORKERS, "--reputation.on",
                             "no"]) as d:
            lines = lines_to_all(d)
            with Load(d.port) as load:
                for n in range(times):
                    time.sleep(0.5)
                    began = change(folder, how, rows, n)
                    while not all(knows(line, n) for line in lines):
                        time.sleep(0.005)
                    took.append(time.monotonic() - began)
            if os.environ.get("LOG"):
                sys.stderr.write(d.log())
    print("%s: %.3f to %.3f s, mean %.3f (%s); %d messages meanwhile" % (
        how, min(took), max(took), sum(took) / len(took),
        " ".join("%.2f" % t for t in took), load.n))


if __name__ == "__main__":
    main()
