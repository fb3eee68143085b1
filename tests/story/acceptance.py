# SPDX-License-Identifier: Apache-2.0
"""The acceptance table: which row is shown by which test, and how that test
went in this run.  SEKISHO_ACCEPTANCE_OUT names the file to write; without it
the table checked in is compared with the run by the last test."""

import os

import pytest

from rows import ROWS

LAST = "test_the_table_checked_in_is_that_of_this_run"

HEAD = """\
# Acceptance

Made by a run of the stories; change the tests, not this page:

    make acceptance    (in the build folder)

`S0` to `S4` are the indicators of the five campaign reports (billing,
Active! mail, the hosting company's warning, Eki-net, J:COM), `T` the systems
and tools the reports name.  A row *works* when every test named beside it
has passed in the run that made the page; what is *open* says what it needs.

"""


class Table:
    def __init__(self, config):
        self.config = config
        self.tests = {}      # row -> set of test names
        self.failed = set()  # rows
        self.skipped = set()

    def pytest_collection_modifyitems(self, items):
        for item in items:
            for row in rows_of(item):
                self.tests.setdefault(row, set()).add(name_of(item))
        # The comparison needs the outcome of all the others.
        items.sort(key=lambda item: item.name == LAST)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        outcome = yield
        report = outcome.get_result()
        if report.failed:
            self.failed.update(rows_of(item))
        elif report.skipped:
            self.skipped.update(rows_of(item))

    def pytest_sessionfinish(self):
        out = os.environ.get("SEKISHO_ACCEPTANCE_OUT")
        if out:
            with open(out, "w", encoding="utf-8") as page:
                page.write(self.page())

    def state(self, row):
        tests = self.tests.get(row.id)
        if not tests:
            return "open: " + (row.open or "no test yet")
        if row.id in self.failed:
            return "FAILS"
        if row.id in self.skipped:
            return "not run"
        return "works; open: " + row.open if row.open else "works"

    def lines(self):
        """One line a row, by its id."""
        return {row.id: "| %s | %s | %s | %s |" % (
            row.id, row.title,
            ", ".join("`%s`" % t for t in sorted(self.tests.get(row.id, ()))),
            self.state(row)) for row in ROWS}

    def page(self):
        head = "| row | what | shown by | state |\n| --- | --- | --- | --- |\n"
        parts = {}
        for row in ROWS:
            parts.setdefault(row.part, []).append(self.lines()[row.id])
        return HEAD + "\n".join(
            "## %s\n\n%s%s\n" % (title, head, "\n".join(lines))
            for title, lines in parts.items())


def rows_of(item):
    return [row for mark in item.iter_markers("row") for row in mark.args]


def name_of(item):
    """The test without its parameters: file and function."""
    module = os.path.basename(str(item.fspath)).replace(".py", "")
    return "%s: %s" % (module, item.originalname)
