# SPDX-License-Identifier: Apache-2.0
"""A story that fails is told once more.  Dozens of real servers, each with
clocks of its own, share the machine with it; what stands the second time
counts as passed and is named at the end of the run, for somebody to mend.

Not told again is what no busy machine explains: where a sanitizer spoke, a
row of the acceptance table, and more than SEKISHO_SECOND_TRIES (3) in one
run; 0 switches it off."""

import os

import pytest
from _pytest.runner import runtestprotocol

LIMIT = int(os.environ.get("SEKISHO_SECOND_TRIES", "3"))


def failure(reports):
    """What a failed story said, or nothing."""
    return "\n".join(r.longreprtext for r in reports if r.failed)


class Unsteady:
    def __init__(self):
        self.tries = 0
        self.seen = {}  # test -> what it said the first time

    def is_worth_it(self, item, said):
        return bool(said) and self.tries < LIMIT and \
            "Sanitizer" not in said and "runtime error" not in said and \
            next(item.iter_markers("row"), None) is None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item, nextitem):
        told = {"nodeid": item.nodeid, "location": item.location}
        item.ihook.pytest_runtest_logstart(**told)
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        said = failure(reports)
        if self.is_worth_it(item, said):
            self.tries += 1
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
            if not failure(reports):
                self.seen[item.nodeid] = said
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(**told)
        return True

    def pytest_terminal_summary(self, terminalreporter):
        for test, said in self.seen.items():
            lines = said.splitlines()
            terminalreporter.write_line("UNSTEADY %s, the first time: %s" % (
                test, next((line for line in lines if line[:2] == "E "),
                           lines[-1])))
