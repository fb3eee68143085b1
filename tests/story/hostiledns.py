# SPDX-License-Identifier: Apache-2.0
"""A name server that is slow, dead, cut short or lying: the label in front of
"liar.example" says how.  What is true of every name is TRUTH; whoever believes
LIE has been fooled.  Over TCP it tells the truth unless the label is about
TCP."""

import random
import select
import socket
import struct
import threading
import time

import ports

ZONE = "liar.example"
TRUTH = b"v=spf1 ip4:198.51.100.0/24 -all"
LIE = b"v=spf1 +all"
TXT, CNAME, IN, CHAOS = 16, 5, 1, 3
ANSWER, CUT = 0x8180, 0x8380
SERVFAIL, FORMERR, REFUSED = 0x8182, 0x8181, 0x8185


def labels(name):
    return b"".join(bytes([len(l)]) + l for l in name.split(b".")) + b"\0"


def record(owner, data, kind=TXT, group=IN, ttl=300):
    return owner + struct.pack("!HHIH", kind, group, ttl, len(data)) + data


def text(value):
    return bytes([len(value)]) + value


class Question:
    """Of a packet: its id, the name as spelt, its type, and all of it."""

    def __init__(self, packet):
        self.id = struct.unpack("!H", packet[:2])[0]
        parts, at = [], 12
        while packet[at]:
            parts.append(packet[at + 1:at + 1 + packet[at]])
            at += packet[at] + 1
        self.name = b".".join(parts)
        self.kind = struct.unpack("!H", packet[at + 1:at + 3])[0]
        self.bytes = packet[12:at + 5]
        names = self.name.lower().decode("latin-1").split(".")
        self.mode = names[-3] if names[-2:] == ZONE.split(".") and \
            len(names) > 2 else ""
        self.is_main = self.kind == TXT and len(names) == 3

    def answer(self, *records, flags=ANSWER, number=None, question=None,
               counts=None):
        question = self.bytes if question is None else question
        counts = counts or (1 if question else 0, len(records), 0, 0)
        return struct.pack("!HHHHHH", self.id if number is None else number,
                           flags, *counts) + question + b"".join(records)

    def honest(self):
        if self.is_main:
            return self.answer(record(b"\xc0\x0c", text(TRUTH)))
        return self.answer(flags=ANSWER)

    def lie(self, **how):
        return self.answer(record(b"\xc0\x0c", text(LIE)), **how)


def other(question):
    """The same question, about another name."""
    return question.bytes.replace(question.bytes[1:4], b"xyz", 1)


def ring(q):
    there = labels(b"ring." + q.name)
    return q.answer(record(b"\xc0\x0c", there, CNAME),
                    record(there, labels(q.name), CNAME))


def chain(q):
    """More aliases behind one another than anybody needs, then a lie."""
    names = [labels(b"c%d.%s" % (n, q.name)) for n in range(20)]
    records = [record(b"\xc0\x0c", names[0], CNAME)]
    records += [record(a, b, CNAME) for a, b in zip(names, names[1:])]
    return q.answer(*records, record(names[-1], text(LIE)))


def extra(q):
    """The truth, and lies about a name that nobody asked for."""
    victim = labels(b"victim." + ZONE.encode())
    return q.answer(record(b"\xc0\x0c", text(TRUTH)),
                    record(victim, text(LIE)), record(victim, text(LIE)),
                    record(victim, text(LIE)), counts=(1, 2, 1, 1))


def big(q):
    """64 KB of other texts, and the truth at their end."""
    filler = [record(b"\xc0\x0c", text(b"x" * 255)) for _ in range(240)]
    return q.answer(*filler[:90], record(b"\xc0\x0c", text(TRUTH)),
                    *filler[90:])


# What comes over UDP, one packet or more behind one another.
OVER_UDP = {
    "dead": lambda q: [],
    "servfail": lambda q: [q.answer(flags=SERVFAIL)],
    "formerr": lambda q: [q.answer(flags=FORMERR)],
    "refused": lambda q: [q.answer(flags=REFUSED)],
    "cut": lambda q: [q.answer(flags=CUT)],
    "cutlie": lambda q: [q.lie(flags=CUT)],
    "wrongid": lambda q: [q.lie(number=q.id ^ n) for n in range(1, 6)],
    "wrongidfirst": lambda q: [q.lie(number=q.id ^ 1), q.honest()],
    "othername": lambda q: [q.lie(question=other(q))],
    "othernamefirst": lambda q: [q.lie(question=other(q)), q.honest()],
    "othertype": lambda q: [q.lie(question=q.bytes[:-4] + b"\0\1\0\1")],
    "otherclass": lambda q: [q.lie(question=q.bytes[:-2] + b"\0\3")],
    "noquestion": lambda q: [q.answer(record(labels(q.name), text(LIE)),
                                      question=b"")],
    "lower": lambda q: [q.lie(question=q.bytes.lower())],
    "question": lambda q: [q.lie(flags=0x0100)],
    "opcode": lambda q: [q.lie(flags=0xa180)],
    "chaos": lambda q: [q.answer(record(b"\xc0\x0c", text(LIE),
                                        group=CHAOS))],
    "otherowner": lambda q: [q.answer(record(labels(b"x.example"),
                                             text(LIE)))],
    "ring": lambda q: [ring(q)],
    "chain": lambda q: [chain(q)],
    "extra": lambda q: [extra(q)],
    "pointer": lambda q: [q.answer(b"\xc0" + bytes([12 + len(q.bytes)]) +
                                   bytes(10))],
    "forward": lambda q: [q.answer(b"\xc0\xff" + bytes(10))],
    "short": lambda q: [q.answer()[:11]],
    "empty": lambda q: [b""],
    "counts": lambda q: [q.answer(counts=(1, 65535, 65535, 65535))],
    "cutdata": lambda q: [q.lie()[:-4]],
    "longtext": lambda q: [q.answer(record(b"\xc0\x0c", b"\xff" + LIE))],
    "noise": lambda q: [struct.pack("!H", q.id) +
                        random.Random(q.id).randbytes(200)],
}
OVER_TCP = ("cutdead", "cutclose", "cutdrip", "cutnoise", "cutlies",
            "cuthuge", "big")
LATE = ("late", "otherport")
MODES = sorted(OVER_UDP) + sorted(OVER_TCP) + sorted(LATE)


class HostileServer(threading.Thread):
    """with HostileServer() as server: ... server.where"""

    def __init__(self):
        super().__init__(daemon=True)
        self.port = ports.take()
        self.where = "127.0.0.1:%d" % self.port
        self.udp = socket.socket(type=socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        self.tcp = socket.create_server(("127.0.0.1", self.port))
        self.elsewhere = socket.socket(type=socket.SOCK_DGRAM)
        self.elsewhere.bind(("127.0.0.1", 0))
        self.asked, self.is_over, self.held = [], False, []

    def on_udp(self):
        packet, sender = self.udp.recvfrom(4096)
        q = Question(packet)
        self.asked.append(q.name.lower().decode("latin-1"))
        if not q.is_main and q.mode not in ("dead", "late"):
            self.udp.sendto(q.honest(), sender)
        elif q.mode in OVER_UDP:
            for answer in OVER_UDP[q.mode](q):
                self.udp.sendto(answer, sender)
        elif q.mode in OVER_TCP:
            self.udp.sendto(q.answer(flags=CUT), sender)
        elif q.mode == "otherport":
            self.elsewhere.sendto(q.lie(), sender)
        elif q.mode == "late":
            timer = threading.Timer(1.5, self.send_late, (q, sender))
            timer.daemon = True
            timer.start()
        else:
            self.udp.sendto(q.honest(), sender)

    def send_late(self, question, sender):
        if not self.is_over:
            self.udp.sendto(question.lie(), sender)

    def on_tcp(self):
        client, _ = self.tcp.accept()
        worker = threading.Thread(target=self.talk, args=(client,),
                                  daemon=True)
        worker.start()

    def talk(self, client):
        client.settimeout(10)
        try:
            size = struct.unpack("!H", client.recv(2, socket.MSG_WAITALL))[0]
            q = Question(client.recv(size, socket.MSG_WAITALL))
            self.answer_tcp(client, q)
        except (OSError, struct.error, IndexError):
            pass
        client.close()

    def answer_tcp(self, client, q):
        answer = big(q) if q.mode == "big" else q.honest()
        if q.mode == "cutlies":
            answer = q.lie(question=q.bytes.lower())
        whole = struct.pack("!H", len(answer)) + answer
        if q.mode == "cutdead":
            self.wait()
        elif q.mode == "cutclose":
            client.sendall(whole[:10])
        elif q.mode == "cutnoise":
            client.sendall(b"\0\x64" + bytes(range(100)))
        elif q.mode == "cuthuge":
            client.sendall(b"\xff\xff" + whole)
            self.wait()
        elif q.mode == "cutdrip":
            for byte in whole:
                client.sendall(bytes([byte]))
                time.sleep(0.1)
        else:
            client.sendall(whole)
            self.wait(0.5)

    def wait(self, most=10):
        end = time.monotonic() + most
        while not self.is_over and time.monotonic() < end:
            time.sleep(0.05)

    def run(self):
        while not self.is_over:
            ready, _, _ = select.select([self.udp, self.tcp], [], [], 0.1)
            if self.udp in ready:
                self.on_udp()
            if self.tcp in ready:
                self.on_tcp()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *what):
        self.is_over = True
        self.join(10)
        for one in (self.udp, self.tcp, self.elsewhere):
            one.close()
