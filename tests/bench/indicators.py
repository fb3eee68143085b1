#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Indicators as a table to rule packs:  indicators.py TABLE FOLDER SEKISHO

TABLE has a kind (from, url, path, subject, body) and a value a line; the last
three are regexes, matched without regard to case.  Values that sekisho check
refuses (hosts of the largest sites) are left out and counted.
"""
import json
import os
import re
import subprocess
import sys

A_PACK = 100
ROUNDS = 4
FIELDS = {"from": "from.domain", "url": "url.host", "path": "url.path",
          "subject": "subject", "body": "body"}
HEAD = """\
pack: 1
kind: campaign
id: bench-%(n)d
title: indicators of the benchmark
revision: 1
status: stable
mode: score
created: 2026-01-01
expires: 2099-12-31
severity: high
confidence: high
tlp: clear
references: [https://report.example/]
groups:
  seen:
    score: 2
"""
TAIL = """\
when: seen
tests:
  - {name: a, expect: match, mail: {from: a@b.example, subject: x, body: x}}
  - {name: b, expect: clean, mail: {from: a@b.example, subject: y, body: y}}
"""


def plain(regex):
    """The text that a regex of escapes alone looks for, or None."""
    text = regex.replace(r"\s+", " ")
    text = re.sub(r"\\([^A-Za-z0-9])", r"\1", text)
    return None if re.search(r"[\[\](){}|^$*+?\\]", text) else text


def value_of(kind, value):
    if kind in ("from", "url"):
        return value
    if kind == "path":
        return "re:(?i)" + value
    return plain(value) or "re:" + value


def write_pack(folder, n, rows):
    lines = [HEAD % {"n": n}]
    for kind, field in FIELDS.items():
        values = [value_of(kind, v) for k, v in rows if k == kind]
        if values:
            lines.append("    %s:\n" % field)
        lines += ["      - '%s'\n" % v.replace("'", "''") for v in values]
    lines.append(TAIL)
    path = os.path.join(folder, "bench-%06d.pack.yaml" % n)
    with open(path, "w", encoding="utf-8") as out:
        out.write("".join(lines))


def drop_refused(folder, sekisho):
    """Takes out the lines that the check names; how many."""
    said = subprocess.run([sekisho, "check", "--json", folder],
                          stdout=subprocess.PIPE, check=False).stdout
    wrong = {}
    for diag in json.loads(said or "{}").get("findings", []):
        if diag["level"] == "error":
            wrong.setdefault(diag["file"], set()).add(diag["line"])
    for path, numbers in wrong.items():
        with open(path, encoding="utf-8") as pack:
            lines = pack.readlines()
        with open(path, "w", encoding="utf-8") as pack:
            pack.writelines(line for i, line in enumerate(lines, 1)
                            if i not in numbers)
    return sum(map(len, wrong.values()))


def main():
    table, folder, sekisho = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    with open(table, encoding="utf-8") as rows:
        rows = [tuple(r.rstrip("\n").split("\t", 1)) for r in rows]
    kinds = {k: [r for r in rows if r[0] == k] for k in FIELDS}
    packs = (len(rows) + A_PACK - 1) // A_PACK
    for n in range(packs):
        write_pack(folder, n, [r for k in FIELDS for r in kinds[k][n::packs]])
    dropped = 0
    for _ in range(ROUNDS):
        now = drop_refused(folder, sekisho)
        dropped += now
        if now == 0:
            break
    print("%d indicators in %d packs, %d refused and left out"
          % (len(rows) - dropped, packs, dropped))


main()
