# SPDX-License-Identifier: Apache-2.0
"""The conformance table: suites of cases that others made, and how many of
them are read as they say.  Tests record their rows; SEKISHO_CONFORMANCE_OUT
names the page to write, without it a row that differs from the page checked
in fails its test."""

import os

import daemon as sekishod

HEAD = """\
# Conformance

Made by a run of the stories; change the tests, not this page:

    SEKISHO_CONFORMANCE_OUT=doc/conformance.md tests/story/run.sh

Cases that others collected or wrote, and how many of them sekisho reads as
the reference beside them says.  The cases are no part of the project.

"""
TAIL = """
## What the rows leave out

- html5lib tokenizer: a doctype counts by being there, its name and identifiers
  are not compared, for nothing is read from them; errors that a case expects
  are not either. Cases written with `doubleEscaped` are left out: they are
  about unpaired surrogates, which no UTF-8 holds.
- WPT urltestdata: schemes other than http, https and ftp, and names that are
  "." or end in ".." (names to the standard, none to us). A dot at the end of a
  name is taken off before hosts are compared, and whole URLs are compared
  where there is none.
- WHATWG encoding labels: those of `replacement` (ISO-2022-KR, ISO-2022-CN,
  HZ), which browsers refuse and mail is written in, and `x-user-defined`,
  which is read by guess.
- WHATWG indexes: characters, one by one; broken pairs are cases of ours
  (`tests/mail/test_charset.c`).
- MIME: the reference is Python's email. Where it gave up on the bytes of a
  text, that text is not compared; the order of headers, sizes and how a
  multipart is nested are not either. Links count by being there.

## Differences of SPF

Where the cases have it otherwise than RFC 7208, by file and name in HELO:

- `all.yml`, `test.org` from 10.0.0.1: an unknown `ip:` stands behind `-all`.
  An error anywhere in a record is to be found (4.6): permerror, not fail.
- `basic.yml`, `ok.test.org` from 172.168.0.1: three terms find no record.
  After two that is permerror (4.6.4); the cases count none.
- `basic.yml`, `mx.test.org` from 10.0.0.8: one `mx` with more than ten hosts
  is permerror (4.6.4), whichever of them would match.
- `exists.yml`, `ip6.test.org` from 167.1.2.3, and `macro.yml`,
  `mx.example.org` from 2001:db8::cb01: `exists` asks for A, whatever the
  client has (5.7); the cases have AAAA alone.

The table of RFC 7208 beside them, 452 cases of our own after the text of each
section, is `tests/check/rfc7208.cases`; that of ARC (RFC 8617) is
`tests/check/test_arc.c`, whose chains are signed as they run. Older cases of
others, written after drafts of ARC, take a message signature without `c=` for
relaxed and let an empty `h=` pass; RFC 8617 4.1.2 has both as DKIM has them
(simple, and wrong), and so do we.
"""
TABLE = "| suite | cases | agree | | note |\n| --- | --- | --- | --- | --- |\n"


def page_path():
    return os.path.join(sekishod.source_folder(), "doc", "conformance.md")


def rows_of(path):
    """The rows of a page, by suite."""
    try:
        with open(path, encoding="utf-8") as page:
            lines = [line.rstrip("\n") for line in page
                     if line.startswith("| ")]
    except FileNotFoundError:
        return {}
    return {line[2:].split(" | ")[0]: line for line in lines
            if not line.startswith(("| suite ", "| --- "))}


def row_text(suite, cases, agreed, note):
    share = "%.1f %%" % (100.0 * agreed / cases if cases else 100.0)
    return "| %s | %d | %d | %s | %s |" % (suite, cases, agreed, share, note)


def write(path, rows):
    with open(path, "w", encoding="utf-8") as page:
        page.write(HEAD + TABLE + "".join(
            rows[suite] + "\n" for suite in sorted(rows)) + TAIL)


def record(suite, cases, agreed, note=""):
    """One row: of so many cases so many agree with their reference."""
    line = row_text(suite, cases, agreed, note)
    out = os.environ.get("SEKISHO_CONFORMANCE_OUT")
    if out:
        rows = rows_of(out)
        rows[suite] = line
        write(out, rows)
        return
    known = rows_of(page_path()).get(suite)
    assert known == line, \
        "doc/conformance.md does not say what this run found:\n%s\n%s" % (
            known, line)
