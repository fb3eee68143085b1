# SPDX-License-Identifier: Apache-2.0
"""A real name server (NSD) on a port of loopback that knows what a test
says and nothing else: the root zone is ours."""

import ipaddress
import os
import subprocess

import mta
import ports

SOA = ". 300 IN SOA ns.invalid. admin.invalid. 1 3600 600 86400 60\n" \
      ". 300 IN NS ns.invalid.\n"
CONF = """server:
  ip-address: 127.0.0.1
  port: {port}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  database: ""
  server-count: 1
  do-ip6: no
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: .
  zonefile: root.zone
"""


def text(value):
    """A TXT record's strings of at most 255 bytes, in quotes."""
    data = value if isinstance(value, bytes) else value.encode()
    pieces = [data[i:i + 255] for i in range(0, len(data), 255)] or [b""]

    def quote(piece):
        return '"%s"' % "".join(
            chr(b) if 32 <= b < 127 and b not in b'"\\' else "\\%03d" % b
            for b in piece)
    return " ".join(quote(p) for p in pieces)


def reverse(address):
    return ipaddress.ip_address(address).reverse_pointer


def owner(name):
    """A name as zone files spell it, whatever its letters are."""
    return "".join(c if c.isalnum() or c in "-_." else "\\%03d" % ord(c)
                   for c in name)


def is_name(name):
    return len(name) < 254 and all(0 < len(l) < 64 for l in name.split("."))


class NameServer:
    """zone: lines as in a zone file, names without the last dot; what is no
    name is left out.  For names below those in broken there is only an
    error (SERVFAIL)."""

    def __init__(self, folder, zone, broken=()):
        program = mta.peer("nsd", "usr/sbin/nsd")
        self.folder = str(folder)
        os.makedirs(self.folder, exist_ok=True)
        self.port = ports.take()
        self.where = "127.0.0.1:%d" % self.port
        with open(os.path.join(self.folder, "root.zone"), "w",
                  encoding="ascii") as file:
            file.write(SOA)
            file.writelines("%s. 300 IN %s %s\n" % line for line in zone
                            if is_name(line[0]))
        conf = os.path.join(self.folder, "nsd.conf")
        with open(conf, "w", encoding="ascii") as file:
            file.write(CONF.format(port=self.port, folder=self.folder))
            for name in broken:
                # A zone without its file.
                file.write('zone:\n  name: "%s"\n  zonefile: none\n' % name)
        self.log = open(os.path.join(self.folder, "nsd.log"), "wb")
        self.process = subprocess.Popen(
            [program, "-d", "-c", conf], stdout=self.log, stderr=self.log,
            env=dict(os.environ, LD_LIBRARY_PATH=mta.library_path(
                mta.peer("nsd"))))
        if not mta.wait_for_port(self.port,
                                 lambda: self.process.poll() is None):
            self.stop()
            with open(self.log.name, encoding="utf-8",
                      errors="replace") as file:
                raise RuntimeError("nsd did not start: " + file.read()[-2000:])

    def unread(self):
        """What it could not read of its zone, once it has stopped."""
        with open(self.log.name, encoding="utf-8",
                  errors="replace") as file:
            return [line for line in file if "root.zone" in line]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.stop()
