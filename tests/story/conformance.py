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
            rows[suite] + "\n" for suite in sorted(rows)))


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
