# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a configuration is told with its place, and a check of
it says what a start would say."""

import os
import re
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from daemon import program, source_folder  # noqa: E402

RULES = os.path.join(source_folder(), "rules")


def ended(*words):
    """Exit status, and the lines without their time."""
    done = subprocess.run([program("sekishod"), "-f", *map(str, words)],
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          timeout=60, check=False)
    said = re.sub(r"^\S+Z ", "", done.stderr.decode(), flags=re.M)
    return done.returncode, said.splitlines()


# Setting, value in the file, value on the command line, what is said.
WRONG = [
    ("lang", "fr", "fr", 'must be ja or en, not "fr"'),
    ("mirror.to", "x", "x", "must be an address and a port"),
    ("log.to", "file", "file", ": file needs log_file"),
    ("log.to", "syslog\nlog.socket: /none", None,
     ": /none: No such file or directory"),
    ("listen", "foo=127.0.0.1:0", "foo=127.0.0.1:0", "is no protocol"),
    ("listen", "0.0.0.0:0", "0.0.0.0:0", "anybody could reach it"),
    ("listen", "127.0.0.1:99999", "127.0.0.1:99999", "is not ADDRESS:PORT"),
    ("listen", "localhost:11333", "localhost:11333", "is not ADDRESS:PORT"),
    ("listen", "300.0.0.1:1", "300.0.0.1:1", "is not ADDRESS:PORT"),
    ("listen", "{address: '127.0.0.1:0', tls: {certificate: /none}}", None,
     "/none"),
    ("store.engine", "redis", "redis", "redis needs store.servers"),
    ("store.servers", "x\nstore.engine: redis", None, "neither HOST:PORT"),
    ("store.servers", "[a:1, b:1]\nstore.engine: redis", None, "has one of"),
    ("store.layout", "sentinel\nstore: {engine: redis, servers: 'a:1'}",
     None, "needs store.master"),
    ("store.db", "1\nstore: {engine: redis, servers: 'a:1', "
     "layout: cluster}", None, "no store.db but 0"),
    ("auth.authserv_id", "a b", "a b", "must be a name"),
    ("dnslists", "[spamcop]", "spamcop", "say dns.servers"),
    ("dns.servers", "xx", "xx", "neither system nor"),
    ("networks.tables", "/none", "/none", ": /none: No such file"),
    ("user", "nobody-at-all", "nobody-at-all", "there is no user"),
    ("texts.reject", '"a\\r\\nb"', "a\r\nb", "a text of one line"),
    ("texts.soft_reject", '"a\\nb"', "a\nb", "a text of one line"),
    ("texts.quarantine", '"a\\x7fb"', "a\x7fb", "a text of one line"),
    ("texts.subject", '"a\\tb"', b"\xff", "a text of one line"),
    ("mirror.token", '"a\\r\\nb"', "a\r\nb", "a text of one line"),
]


@pytest.mark.parametrize("setting,value,option,why", WRONG, ids=[
    "%s-%d" % (row[0], i) for i, row in enumerate(WRONG)])
def test_what_is_wrong_has_a_place(tmp_path, setting, value, option, why):
    if setting == "user" and os.getuid() != 0:
        pytest.skip("only root becomes another user")
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("# a line before\n%s: %s\n" % (setting, value))
    status, said = ended("-t", "-c", conf, "--packs", RULES)
    assert status in (73, 78)
    line, = (line for line in said if why in line)
    assert re.match(r"(error|warning) %s:2:" % re.escape(str(conf)), line)
    assert "right" not in said[-1]
    if option is None:
        return
    conf.write_text("# nothing\nwatch: 0s\n")
    word = os.fsencode("--%s=" % setting) + os.fsencode(option)
    status, said = ended("-t", "-c", conf, "--packs", RULES,
                         os.fsdecode(word))
    assert status == 78
    assert any(why in line and line.startswith("error --" + setting)
               for line in said), said


def test_settings_of_a_rule_have_theirs(tmp_path):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text('settings:\n- rcpt: a.example\n  texts:\n'
                    '    reject: "no\\r\\nX: y"\n')
    status, said = ended("-t", "-c", conf, "--packs", RULES)
    assert status == 78
    assert any("sekisho.yaml:4:13: error: texts.reject must be a text of one "
               "line" in line for line in said), said


PATHS = {"log_file": "none/log", "state": "none/state/a",
         "pid_file": "none/pid", "control": "none/control"}


def test_a_check_says_of_paths_what_a_start_says(tmp_path):
    """All of them at once, and makes nothing."""
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("".join("%s: %s\n" % (name, tmp_path / path)
                            for name, path in PATHS.items()))
    status, said = ended("-t", "-c", conf, "--packs", RULES)
    assert status == 73
    assert said == [
        "%s %s:%d:1: %s%s %s: No such file or directory%s" % (
            "warning" if name == "control" else "error", conf, n + 1, name,
            "" if name.endswith("_file") else ":", tmp_path / path,
            "; sekisho reload finds nobody" if name == "control" else "")
        for n, (name, path) in sorted(
            enumerate(PATHS.items()),
            key=lambda e: list(("log_file", "state", "pid_file",
                                "control")).index(e[1][0]))]
    assert [p.name for p in tmp_path.iterdir()] == ["sekisho.yaml"]
    for name in ("log_file", "state", "pid_file"):
        line, = (line for line in said if " %s" % name in line)
        conf.write_text("lang: en\n%s: %s\n" % (
            name, tmp_path / PATHS[name]))
        status, started = ended("-c", conf, "--packs", RULES, "--listen",
                                "127.0.0.1:0")
        assert status == 73
        assert re.sub(r":\d+:", ":2:", line, count=1) in started


def test_paths_that_are_something_else(tmp_path):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("log_file: %s\nstate: %s\n" % (tmp_path, conf))
    status, said = ended("-t", "-c", conf, "--packs", RULES)
    assert status == 73 and said == [
        "error %s:1:1: log_file %s: Is a directory" % (conf, tmp_path),
        "error %s:2:1: state: %s: Not a directory" % (conf, conf)]
    status, said = ended("-t", "-c", conf, "--packs", RULES, "--log_file",
                         tmp_path / "log", "--state", tmp_path / "state")
    assert status == 0 and said[-1].endswith("packs are right")
    assert [p.name for p in tmp_path.iterdir()] == ["sekisho.yaml"]


def test_a_check_looks_for_the_folder_of_a_socket(tmp_path):
    """It said that all was right, and the start did not."""
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("lang: en\nlisten: [%s/none/s.sock]\n" % tmp_path)
    status, said = ended("-t", "-c", conf, "--packs", RULES)
    assert status != 0
    assert "error %s:2:1: listen: %s/none/s.sock: No such file or " \
        "directory" % (conf, tmp_path) in said


def test_a_word_that_is_nearly_right_is_told(tmp_path):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("store: {engine: rediss}\n")
    status, said = ended("-t", "-c", conf, "--packs", RULES)
    assert status == 78
    assert any('did you mean "redis"?' in line for line in said), said
