# SPDX-License-Identifier: Apache-2.0
"""A sekishod of the stories: started on a port of the run's own, its log
kept, ended by its process id."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import ports


# Seconds for what takes one on a quiet machine: other lists, sanitizers and
# strangers may have the processor, and who waits goes on once it is there.
PATIENCE = 60


def until(what, wait=PATIENCE):
    """What it says once that is true."""
    end = time.monotonic() + wait
    while True:
        said = what()
        if said:
            return said
        assert time.monotonic() < end, "waited %g s in vain" % wait
        time.sleep(0.02)


def build_folder():
    """The folder that holds sekishod and sekisho."""
    return os.environ.get("SEKISHO_BUILD", os.getcwd())


def source_folder():
    here = os.path.dirname(os.path.abspath(__file__))
    return os.environ.get("SEKISHO_SOURCE", os.path.join(here, "..", ".."))


def program(name):
    return os.path.join(build_folder(), name)


def exchange(port, *pieces, half_close=True, pause=0):
    """Everything that comes back until the daemon closes."""
    with socket.create_connection(("127.0.0.1", port), 60) as s:
        s.settimeout(60)
        for piece in pieces:
            s.sendall(piece)
            time.sleep(pause)
        if half_close:
            s.shutdown(socket.SHUT_WR)
        got = b""
        while True:
            piece = s.recv(65536)
            if not piece:
                return got
            got += piece


def is_running(pid):
    """Not dead and waiting to be seen."""
    try:
        with open("/proc/%s/stat" % pid) as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    # It may end between open and read.
    except (FileNotFoundError, ProcessLookupError):
        return False


def placed(word):
    """An option that leaves the port to the system gets one of ours, where
    nobody is found once the daemon has gone."""
    return re.sub(r"(127\.0\.0\.1):0$",
                  lambda found: "%s:%d" % (found.group(1), ports.take()),
                  word)


def is_read(s):
    """Whether the daemon has taken off its end all that was sent."""
    ends = [":%04X" % end[1] for end in (s.getpeername(), s.getsockname())]
    with open("/proc/net/tcp", encoding="ascii") as file:
        for row in file:
            fields = row.split()
            if [fields[1][-5:], fields[2][-5:]] == ends:
                return fields[4].endswith(":00000000")
    return False


class Daemon:
    """with Daemon(packs, state=folder) as d: d.check(message_bytes)"""

    def __init__(self, packs, state=None, options=(), environment=None,
                 folder=None):
        self.packs = [packs] if isinstance(packs, (str, os.PathLike)) \
            else list(packs)
        self.state = state
        self.options = [placed(str(o)) for o in options]
        self.environment = dict(os.environ, **(environment or {}))
        # A worker that has given up its user, or may not be looked into, has
        # no leaks to be found; and what kills it is to kill it as usual.
        if "ASAN_OPTIONS" in self.environment:
            self.environment["ASAN_OPTIONS"] += \
                ":detect_leaks=0:handle_segv=0:handle_abort=0"
        self.folder = folder or state or "."
        self.process = None
        self.port = None
        self.log_path = None

    def arguments(self):
        words = [program("sekishod"), "-f", "--listen",
                 "http=" + ports.address()]
        for pack in self.packs:
            words += ["--packs", str(pack)]
        if self.state is not None:
            words += ["--state", str(self.state)]
        return words + self.options

    def start(self, wait=PATIENCE):
        self.log_path = os.path.join(
            str(self.folder), "sekishod-%d.log" % time.monotonic_ns())
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                self.arguments(), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, env=self.environment)
        self.wait_for(r"generation 1 serves", wait)
        line = self.wait_for(r"listening \w+ (?:\S+:(\d+)|\S+)", wait)
        self.port = int(line.group(1) or 0)
        return self

    def port_of(self, protocol):
        """Where a further listener, asked for by options, has its port."""
        line = self.wait_for(r"listening %s \S+:(\d+)" % protocol)
        return int(line.group(1))

    def files(self):
        """How many files and sockets it holds open."""
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def workers(self):
        """Process ids of those that serve: one that has died counts until
        the master has seen it, but not here."""
        path = "/proc/%d/task/%d/children" % (
            self.process.pid, self.process.pid)
        with open(path) as children:
            return [int(pid) for pid in children.read().split()
                    if is_running(pid)]

    def kill(self):
        """Without a word, and its workers with it."""
        pids = [self.process.pid] + self.workers()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        # Not ours any more, so they may end a little later.
        until(lambda: not any(is_running(pid) for pid in pids))

    def log(self):
        with open(self.log_path, "rb") as log:
            return log.read().decode("utf-8", "replace")

    def wait_for(self, pattern, wait=PATIENCE):
        """The first match of pattern in the log, once it is there."""
        end = time.monotonic() + wait
        while time.monotonic() < end:
            found = re.search(pattern, self.log())
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError("no %r in the log (exit status %r):\n%s" % (
            pattern, self.process.poll(), self.log()))

    def url(self, path="/checkv2"):
        return "http://127.0.0.1:%d%s" % (self.port, path)

    def request(self, path, body=None, headers=None, timeout=120):
        """Status, headers and body of one request."""
        request = urllib.request.Request(
            self.url(path), data=body, headers=headers or {})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=timeout) as reply:
                return reply.status, reply.headers, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def check(self, message, **headers):
        """The JSON of /checkv2, with its notes; headers by keyword, _ for
        -."""
        import json
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        named.setdefault("Flags", "notes")
        named.setdefault("Content-Type", "message/rfc822")
        status, _, body = self.request("/checkv2", message, named)
        assert status == 200, (status, body)
        return json.loads(body)

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self, how=signal.SIGTERM, wait=PATIENCE):
        """The exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(wait)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.stop()
