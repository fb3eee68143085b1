#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the authors' commands take on a repository of many packs.

bench_packs.py [PACKS [VALUES]]: writes so many packs (3,000) with so many
values each (20) into a folder that goes away again, and prints the seconds of
each command, by the clock and of the processor.  SEKISHO_BUILD names the
folder of the programs."""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time

PACK = """pack: 1
kind: campaign
id: bench-{n:05d}
title: campaign {n} of a bench
revision: 1
status: test
mode: observe
created: 2026-01-01
updated: 2026-01-01
expires: 2027-06-30
severity: medium
confidence: medium
tlp: clear
references: [a report of the bench]
groups:
  sender: {{from: ['{sender}'], score: 4, expires: 2026-12-31}}
  links:
    url.host: [{hosts}]
    score: 4
    expires: 2026-12-31
  words: {{subject: ['{subject}'], score: 2}}
when: 1 of (sender, links) or words
tests:
  - name: the lure
    expect: match
    mail:
      from: '{sender}'
      subject: '{subject}'
      body: 'see hxxps://{host}/ today'
  - name: another subject
    expect: clean
    mail: {{from: a@news.example.net, subject: minutes, body: as agreed}}
"""

COMMANDS = [
    ("check", ["check"]),
    ("check --no-tests", ["check", "--no-tests"]),
    ("test", ["test"]),
    ("test --self", ["test", "--self"]),
    ("fmt --check", ["fmt", "--check", "--quiet"]),
    ("stats", ["stats"]),
]


def word(chance, n):
    return "".join(chance.choice("bcdfghklmnprstvwz") +
                   chance.choice("aeiou") for _ in range(n))


def write_packs(folder, packs, values):
    chance = random.Random(3000)
    for n in range(packs):
        hosts = ["%s-%d[.]%s[.]com" % (word(chance, 3), n, word(chance, 4))
                 for _ in range(max(1, values - 2))]
        with open(os.path.join(folder, "bench-%05d.pack.yaml" % n), "w",
                  encoding="utf-8") as file:
            file.write(PACK.format(
                n=n, hosts=", ".join("'%s'" % h for h in hosts),
                host=hosts[0], sender="%s@%s%d[.]com" % (
                    word(chance, 2), word(chance, 4), n),
                subject="%s %s %d" % (word(chance, 3), word(chance, 4), n)))


def measure(words):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    done = subprocess.run(words, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=False)
    clock = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode > 1:
        sys.exit("%s: %s" % (" ".join(words), done.stderr.decode()[-500:]))
    return clock, cpu, done.returncode


def main():
    packs = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    values = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    program = os.path.join(os.environ.get("SEKISHO_BUILD", "."), "sekisho")
    with tempfile.TemporaryDirectory() as folder:
        write_packs(folder, packs, values)
        print("%d packs of %d values" % (packs, values))
        for name, words in COMMANDS:
            clock, cpu, status = measure([program, *words, folder])
            print("%-16s %6.1f s clock %6.1f s cpu  exit %d" % (
                name, clock, cpu, status))


if __name__ == "__main__":
    main()
