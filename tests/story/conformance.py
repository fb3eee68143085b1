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

- pyspf's own `test.yml`, `default-modifier` and `default-modifier-harsh`: a
  policy of `default=-`. A modifier that nobody knows says nothing (6), so it
  is neutral; pyspf obeys it where it is told to be lax, and reports it where
  it is told to be harsh.

openspf's suites agree whole. Six cases of the one for RFC 7208 allow two
results; ours is the preferred one in five. In `multispf1` a domain has the
same record twice, which is permerror, but a name server may hold it once, as
ours of the tests does: fail. The suites' records of the type SPF are served
beside TXT; nothing asks for them.

The table of RFC 7208 beside them, 452 cases of our own after the text of each
section, is `tests/check/rfc7208.cases`.

## Differences of ARC

Valimail's suite follows drafts of the protocol. Four cases that it lets pass
fail here:

- `ams_fields_a_sha1`, `as_fields_a_sha1`: message signature and seal with
  rsa-sha1, which verifiers do not take any more (RFC 8301 3.1) and RFC 8617
  does not bring back.
- `ams_fields_h_empty`: `h=` without a name. As in DKIM (RFC 8617 4.1.2) it
  must not be empty, and From stands in it (RFC 6376 3.5, 5.4).
- `ams_fields_h_mis_hdr`: `h=from:to::date`, an empty name among others; the
  grammar of `h=` has none, and what breaks it is not to be read with good
  will (RFC 6376 3.5, 6.1.1).

Cases without a state of the chain are read as fail. Our own cases are
`tests/check/test_arc.c`, whose chains are signed as they run. A message
signature without `c=` is simple, as in DKIM. The suite's cases of signing are
left out: we sign nothing.

## Differences of DKIM

Most mails of Mail::DKIM are older than the standard. Those whose signatures
are all of a draft (no `v=`, or 0.5) or made with rsa-sha1 (RFC 8301 3.1) are
permerror here, whatever else is right or wrong with them: 28 that it passes
differ by that (five of them its own tests skip), and 27 agree for that
reason, mostly not the one that they were written for. With signatures of today's kind there are seven, all as it
says. Mails with signatures of DomainKeys (RFC 4870) alone are left out.
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
