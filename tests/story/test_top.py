# SPDX-License-Identifier: Apache-2.0
"""`sekisho stat` and `sekisho top` on terminals of all widths."""

import http.server
import itertools
import json
import os
import re
import subprocess
import sys
import threading
import unicodedata

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import terminal  # noqa: E402
from daemon import Daemon, program, source_folder  # noqa: E402

MAIL = (b"From: someone@sender.example\r\nTo: you@customer.example\r\n"
        b"Subject: hello\r\n\r\nSee https://www.other.example/path.\r\n")
ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# As a campaign would be called that is longer than any line.
JAPANESE = "関所の前で止められた長い名前のキャンペーンと偽の再配達のお知らせ"


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    """What a daemon that has seen some mail says, with Japanese names and a
    store in trouble put in."""
    with Daemon(os.path.join(source_folder(), "rules"),
                folder=tmp_path_factory.mktemp("d"), options=[
            "--workers", "2", "--reputation.on", "no",
            "--listen", "control=127.0.0.1:0"]) as d:
        for _ in range(3):
            d.check(MAIL)
        d.port = d.port_of("control")
        said = json.loads(d.request("/metrics.json")[2])
    families = {f["name"]: f for f in said["families"]}

    def put(name, *rows):
        families["sekisho_" + name]["samples"] = [
            {"labels": labels, "value": value} for labels, value in rows]

    put("campaign_messages", *(
        ({"campaign": JAPANESE[i:], "effect": "counted"}, 3 - i)
        for i in range(3)))
    put("store", ({"engine": "redis"}, 1))
    put("store_failed", ({}, 1234567))
    put("store_updates_dropped", ({"reason": "full"}, 1234567))
    return said


def grown(numbers, times):
    """As it stands the next time somebody asks."""
    said = json.loads(json.dumps(numbers))
    for family in said["families"]:
        if family["type"] == "counter":
            for sample in family["samples"]:
                sample["value"] *= times
    return json.dumps(said).encode()


@pytest.fixture
def server(numbers):
    asked = itertools.count(1)

    class Said(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = grown(numbers, next(asked))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *unused):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Said) as s:
        threading.Thread(target=s.serve_forever, daemon=True).start()
        yield "127.0.0.1:%d" % s.server_address[1]
        s.shutdown()


def on_terminal(rows, columns, *words):
    """What stands there at the end, or after its first page."""
    env = dict(os.environ, LC_ALL="C.UTF-8", TERM="xterm")
    env.pop("COLUMNS", None)
    return terminal.run_at([program("sekisho"), *words], rows, columns, env,
                           lambda out: out.count(b"\x1b[2J") >= 2)


def cells(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in ESCAPE.sub("", line))


@pytest.mark.parametrize("columns", [200, 80, 60, 40, 20])
def test_no_line_is_longer_than_the_terminal(server, columns):
    for words in (["stat"], ["top", "--once", "--interval", "1"]):
        shown = on_terminal(24, columns, *words, "--server", server)
        lines = shown.replace("\r\n", "\n").split("\n")
        assert len(lines) > 10, shown
        assert max(map(cells, lines)) <= columns, shown
        plain = " ".join(ESCAPE.sub("", shown).split())
        assert "connections" in plain and "2 workers" in plain
        assert JAPANESE[:3] in plain


@pytest.mark.parametrize("columns", [80, 60, 40])
def test_what_stands_at_the_end_of_a_line_is_not_cut_off(server, columns):
    shown = on_terminal(24, columns, "stat", "--server", server)
    plain = " ".join(ESCAPE.sub("", shown).split())
    assert "1,234,567 dropped, 1,234,567 failed" in plain
    row, = (line for line in shown.split("\r\n") if JAPANESE[:3] in line)
    assert re.search(r" 3 +100.0 %$", row), shown


def test_a_page_of_top_leaves_its_first_line_on_a_low_terminal(server):
    shown = on_terminal(8, 40, "top", "--interval", "1", "--server", server)
    page = shown.split("\x1b[2J")[1].replace("\r\n", "\n")
    # What goes before the next page does not belong to this one.
    lines = ESCAPE.sub("", page).split("\n")
    assert len(lines) == 8
    assert lines[0].startswith("sekisho ")


def test_what_is_no_terminal_is_not_folded(server):
    done = subprocess.run([program("sekisho"), "stat", "--server", server],
                          stdout=subprocess.PIPE, text=True, check=True,
                          timeout=30, env=dict(os.environ, LC_ALL="C.UTF-8"))
    line, = (line for line in done.stdout.split("\n")
             if line.startswith("store "))
    assert "dropped, 1,234,567 failed" in line
