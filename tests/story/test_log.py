# SPDX-License-Identifier: Apache-2.0
"""The line that a message has in the log: all by which it may be looked for,
one line whatever a sender writes, to a file, to syslog and to the journal."""

import json
import os
import re
import signal
import socket
import struct

import pytest

from daemon import Daemon
from redisserver import wait_until

HOSTILE = (
    b"From: \"A\" <sender@from.example>\r\nTo: you@customer.example\r\n"
    b"Subject: =?utf-8?Q?one=0A2026-01-01T00:00:00.000Z_info_id=3Dforged?=\r\n"
    b" =?utf-8?Q?_=22_action=3D=22no_action=22_=1B[31m_=E2=80=AE=5C?=\r\n"
    b"Message-ID: <hostile@from.example>\r\n\r\nhello\r\n")


def ask(d, queue="Q1"):
    return d.check(HOSTILE, Queue_ID=queue, IP="192.0.2.7", Helo="mx.helo",
                   From="<bounce@env.example>",
                   Rcpt="<a@rcpt.example>, <b@rcpt.example>", User="")


def lines_of(text, needle):
    return [line for line in text.splitlines() if needle in line]


def test_a_hostile_subject_is_one_line_with_everything_in_it(
        rules, tmp_path):
    with Daemon(rules, folder=str(tmp_path)) as d:
        ask(d)
        d.wait_for("queue=Q1")
    lines = lines_of(d.log(), "forged")
    assert len(lines) == 1
    line = lines[0]
    for word in (" ip=192.0.2.7 ", " from=bounce@env.example ",
                 " front=http ", " client=127.0.0.1 ", " helo=mx.helo ",
                 " rcpt=a@rcpt.example,b@rcpt.example ",
                 " header_from=sender@from.example ", " generation=1 ",
                 " mid=hostile@from.example ", " bytes=%d " % len(HOSTILE)):
        assert word in line
    assert re.search(r" stations=turn:\d+,parse:\d+,extract:\d+,check:\d+,"
                     r"join:\d+,match:\d+,decide:\d+", line)
    assert re.search(r' action="no action" score=-?\d+\.\d\d ', line)
    assert re.search(
        r'subject="one 2026-01-01T00:00:00.000Z info id=forged \\" '
        r'action=\\"no action\\"[^"]*\[31m[^"]*\\u200b\\\\" generation=',
        line)
    assert "\x1b" not in line and "\u202e" not in line


def test_json_has_the_same_for_programs(rules, tmp_path):
    with Daemon(rules, folder=str(tmp_path), options=[
            "--log.format", "json"]) as d:
        ask(d)
        d.wait_for('"queue":"Q1"')
    lines = [json.loads(line) for line in d.log().splitlines()]
    assert {"time", "level", "pid", "message"} <= set(lines[0])
    mails = [line for line in lines if line.get("event") == "message"]
    assert len(mails) == 1
    mail = mails[0]
    assert mail["subject"].startswith("one 2026-01-01")
    assert mail["rcpt"] == ["a@rcpt.example", "b@rcpt.example"]
    assert mail["action"] == "no action" and mail["score"] == 0
    assert set(mail["stations_us"]) == {
        "turn", "parse", "extract", "check", "join", "match", "decide"}
    assert mail["bytes"] == len(HOSTILE) and mail["time_us"] > 0


class Datagrams:
    """The socket of a log daemon."""

    def __init__(self, folder):
        self.path = os.path.join(str(folder), "log.socket")
        self.open()

    def open(self):
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        os.chmod(self.path, 0o666)
        self.socket.settimeout(60)

    def until(self, needle):
        """All that came, up to the first that has it."""
        got = []
        while not got or needle not in got[-1]:
            got.append(self.socket.recv(1 << 20))
        return got


def journal_fields(packet):
    """As sd_journal_sendv(3)'s protocol has them."""
    fields = {}
    while packet:
        line, _, packet = packet.partition(b"\n")
        name, has_value, value = line.partition(b"=")
        if not has_value:
            size, = struct.unpack("<Q", packet[:8])
            value, packet = packet[8:8 + size], packet[8 + size:]
            assert packet[:1] == b"\n"
            packet = packet[1:]
        fields[name.decode()] = value
    return fields


class Quiet(Daemon):
    """One whose standard error says nothing: its port is told elsewhere."""

    def __init__(self, *args, datagrams=None, **named):
        super().__init__(*args, **named)
        self.datagrams = datagrams
        self.heard = []

    def wait_for(self, pattern, wait=10.0):
        while True:
            for packet in self.heard:
                found = re.search(pattern, packet.decode("utf-8", "replace"))
                if found:
                    return found
            self.heard.append(self.datagrams.socket.recv(1 << 20))


@pytest.mark.parametrize("fmt", ["text", "json"])
def test_the_journal_gets_fields(rules, tmp_path, fmt):
    datagrams = Datagrams(tmp_path)
    with Quiet(rules, folder=str(tmp_path), datagrams=datagrams, options=[
            "--log.to", "journal", "--log.socket", datagrams.path,
            "--log.format", fmt]) as d:
        ask(d)
        packet = datagrams.until(b"SEKISHO_QUEUE=Q1")[-1]
        fields = journal_fields(packet)
        assert fields["PRIORITY"] == b"6"
        assert fields["SYSLOG_IDENTIFIER"] == b"sekishod"
        assert fields["SEKISHO_EVENT"] == b"message"
        assert fields["SEKISHO_SUBJECT"].startswith(b"one 2026-01-01")
        assert fields["SEKISHO_RCPT"] == b"a@rcpt.example,b@rcpt.example"
        assert b"\n" not in fields["MESSAGE"]
        if fmt == "json":
            assert json.loads(fields["MESSAGE"])["queue"] == "Q1"
        # It was started anew: the socket is another one.
        datagrams.socket.close()
        ask(d, "NOBODY")
        datagrams.open()
        ask(d, "Q2")
        assert b"SEKISHO_QUEUE=Q2" in datagrams.until(b"SEKISHO_QUEUE=Q2")[-1]
    assert lines_of(d.log(), "queue=") == []


def test_syslog_gets_lines_with_their_priority(rules, tmp_path):
    datagrams = Datagrams(tmp_path)
    with Quiet(rules, folder=str(tmp_path), datagrams=datagrams, options=[
            "--log.to", "syslog", "--log.socket", datagrams.path]) as d:
        ask(d)
        line = datagrams.until(b"queue=Q1")[-1].decode()
    assert re.match(r"<22>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d "
                    r"sekishod\[\d+\]: id=[0-9a-f]{16} queue=Q1 ", line)
    assert "\n" not in line and " front=http " in line


def test_a_file_is_opened_again_and_workers_follow(rules, tmp_path):
    log = tmp_path / "own.log"
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("log:\n  level: info\n  to: file\n  format: json\n"
                    "log_file: %s\n" % log)

    class Filed(Daemon):
        def log(self):
            return log.read_text() if log.exists() else ""

    with Filed(rules, folder=str(tmp_path),
               options=["-c", str(conf)]) as d:
        ask(d)
        d.wait_for('"queue":"Q1"')
        log.rename(tmp_path / "own.log.1")
        d.process.send_signal(signal.SIGUSR1)
        d.wait_for("the log goes on here")
        number = iter(range(1000))

        def is_there():
            ask(d, "AFTER%d" % next(number))
            return '"queue":"AFTER' in log.read_text()
        wait_until(is_there, "no message in the new file")


def test_a_place_that_is_none_is_told(rules, tmp_path):
    """A folder was once taken for a socket, and every line was lost."""
    for options, words in (
            (["--log.to", "file"], "log.to: file needs log_file"),
            (["--log.to", "syslog", "--log.socket", tmp_path / "none"],
             "none: No such file"),
            (["--log.to", "journal", "--log.socket", tmp_path],
             "is no socket")):
        d = Daemon(rules, folder=str(tmp_path), options=options)
        with pytest.raises(AssertionError) as said:
            d.start()
        assert words in str(said.value)
        assert d.stop() != 0
