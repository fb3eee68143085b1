# SPDX-License-Identifier: Apache-2.0
"""What the stories share: one daemon with the packs of the repository, the
command line, the material beside the project, and the acceptance table that
a run of the stories makes."""

import datetime
import json
import os
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import acceptance
import daemon as sekishod
import messages
import unsteady

ADD_HEADER = 6.0
REJECT = 15.0
TODAY = datetime.datetime.now(datetime.timezone.utc).date().isoformat()

# Names of the request headers of the scan port (and of "sekisho scan").
SAID = {"ip": "IP", "helo": "Helo", "rdns": "Hostname",
        "mail_from": "From", "rcpt": "Rcpt",
        "auth": "Authentication-Results"}
# Fields on top of a file that say the same to "sekisho scan".
TESTED = {"ip": "IP", "helo": "Helo", "rdns": "Rdns",
          "mail_from": "Mail-From", "rcpt": "Rcpt", "auth": "Auth"}


def pytest_configure(config):
    # Servers read files of ours after they have dropped their privileges.
    os.umask(0o022)
    config.addinivalue_line(
        "markers", "row(id, ...): the acceptance rows that a test stands for")
    config.pluginmanager.register(acceptance.Table(config), "acceptance")
    config.pluginmanager.register(unsteady.Unsteady(), "unsteady")


def let_in(folder):
    """Started as root, a daemon serves as a user of its own, who must come
    to what a story writes for it."""
    if os.getuid() == 0:
        path = os.path.abspath(folder)
        while path.startswith("/tmp/"):
            os.chmod(path, os.stat(path).st_mode | 0o055)
            path = os.path.dirname(path)
    return folder


@pytest.fixture
def tmp_path(tmp_path):
    return let_in(tmp_path)


@pytest.fixture(scope="session")
def tmp_path_factory(tmp_path_factory):
    class Factory:
        def __getattr__(self, name):
            return getattr(tmp_path_factory, name)

        def mktemp(self, *words, **named):
            return let_in(tmp_path_factory.mktemp(*words, **named))
    return Factory()


@pytest.fixture(scope="session")
def source():
    return os.path.abspath(sekishod.source_folder())


@pytest.fixture(scope="session")
def rules(source):
    return os.path.join(source, "rules")


@pytest.fixture(scope="session")
def shared():
    """The folder beside the project that holds the reports."""
    folder = os.environ.get("SEKISHO_SHARED", "")
    if not os.path.isdir(folder):
        pytest.skip("SEKISHO_SHARED names no folder: no report texts here")
    return folder


class Verdict:
    """The answer to one message, whoever gave it."""

    def __init__(self, answer):
        self.answer = answer
        self.score = answer["score"]
        self.action = answer["action"]
        self.symbols = answer["symbols"]
        self.sekisho = answer["sekisho"]

    def points(self, symbol):
        return self.symbols.get(symbol, {"score": 0})["score"]

    def campaign(self, symbol):
        found = [c for c in self.sekisho["campaigns"]
                 if c["symbol"] == symbol]
        assert found, "no %s in %s" % (symbol, self)
        return found[0]

    def lines(self, symbol):
        """The lines of one campaign or brand, by name of group or sign."""
        assert self.campaign(symbol)
        return {line["name"]: line for line in self.sekisho["lines"]
                if line["campaign"] == symbol
                and line["kind"] in ("group", "sign", "bonus")}

    def notes(self):
        """What is said besides points, in both languages, by its code."""
        notes = {}
        for note in self.sekisho["notes"]:
            text = "%s\n%s\n" % (note["ja"], note["en"])
            notes[note["code"]] = notes.get(note["code"], "") + text
        return notes

    def text(self):
        """All of the explanation in one string, to look for values in."""
        return json.dumps(self.sekisho, ensure_ascii=False)

    def __str__(self):
        return "%s %.2f %s\n%s" % (
            self.action, self.score, sorted(self.symbols),
            json.dumps(self.sekisho, ensure_ascii=False, indent=1)[:6000])


@pytest.fixture(scope="session")
def daemon(rules, tmp_path_factory):
    """One sekishod for all stories that only ask."""
    folder = tmp_path_factory.mktemp("sekishod")
    with sekishod.Daemon(rules, state=folder,
                         options=("--reputation.on", "no")) as d:
        yield d


@pytest.fixture(scope="session")
def ask(daemon):
    """ask(message, envelope): the verdict of the daemon, today."""
    def ask_daemon(message, envelope=None):
        said = {SAID[key]: value for key, value in (envelope or {}).items()}
        # An empty name is said as gateways say it.
        if said.get("Hostname") == "":
            said["Hostname"] = "unknown"
        if "Authentication-Results" in said:
            said["Authentication-Results"] = "mx.victim.example; " + \
                said["Authentication-Results"].replace(",", "; ")
        return Verdict(daemon.check(message, **said))
    return ask_daemon


@pytest.fixture(scope="session")
def run():
    """run("check", path): the finished process of one sekisho command."""
    def run_sekisho(*words, stdin=b"", wait=120):
        return subprocess.run(
            [sekishod.program("sekisho")] + [str(w) for w in words],
            input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=wait, env=dict(os.environ, LC_ALL="C.UTF-8"))
    return run_sekisho


@pytest.fixture(scope="session")
def scan(run, rules):
    """scan(message, envelope, at=DAY): the verdict as of a day, without a
    daemon."""
    def scan_message(message, envelope=None, at=None, options=()):
        words = ["scan", "--json", "--packs", rules]
        for key, value in (envelope or {}).items():
            name = {"mail_from": "from"}.get(key, key)
            words.append("--%s=%s" % (
                name, "unknown" if key == "rdns" and not value else value))
        if at:
            words += ["--at", at]
        done = run(*words, *options, "-", stdin=message)
        assert done.returncode in (0, 1), done.stderr.decode()
        return Verdict(json.loads(done.stdout))
    return scan_message


@pytest.fixture(scope="session")
def scan_many(run, rules, tmp_path_factory):
    """scan_many([(message, envelope), ...], at=DAY): one run for all."""
    def scan_messages(mails, at):
        folder = tmp_path_factory.mktemp("mails")
        paths = []
        for i, (message, said) in enumerate(mails):
            lines = ["X-Test-%s: %s\r\n" % (TESTED[key], value or "none")
                     for key, value in said.items()]
            paths.append(folder / ("%03d.eml" % i))
            paths[-1].write_bytes("".join(lines).encode() + message)
        done = run("scan", "--json", "--packs", rules, "--at", at,
                   "--test-headers", *paths)
        assert done.returncode == 0, done.stderr.decode()
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(mails)
        return [Verdict(answer) for answer in answers]
    return scan_messages
