#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Messages to a milter in a closed loop, as an MTA sends them:

    milterload.py PORT LIST CONNECTIONS MESSAGES PID

Each connection says hello once and sends one message after the other, as
Postfix offers it: version 6, every action, every event.  Prints messages a
second and the CPU of process PID for each, in milliseconds.  This client is
slower than the server: the second figure is the one to look at.
"""
import email.parser
import os
import selectors
import socket
import struct
import sys
import time

PIECE = 65535
FINAL = b"acrtyd"
NO_DATA = 0x200
# Commands that nobody replies to, if that bit was agreed on.
NO_REPLY = {b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000,
            b"L": 0x80, b"N": 0x40000, b"B": 0x80000}


def packet(command, data=b""):
    return struct.pack(">I", len(data) + 1) + command + data


def message_packets(raw):
    """The commands of one message, each a packet, in the order of Postfix."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    out = [packet(b"M", b"<sender@example.org>\0"),
           packet(b"R", b"<to@example.net>\0")]
    parsed = email.parser.BytesHeaderParser().parsebytes(head + b"\n\n")
    for name, value in parsed.raw_items():
        value = str(value).encode("utf-8", "surrogateescape")
        out.append(packet(b"L", name.encode("ascii", "replace") + b"\0" +
                          value + b"\0"))
    out.append(packet(b"N"))
    body = body.replace(b"\n", b"\r\n")
    out += [packet(b"B", body[i:i + PIECE])
            for i in range(0, len(body), PIECE)]
    return out + [packet(b"E")]


def cpu_ms(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.bytes = b""
        self.wanted = 0
        self.out = b""
        self.socket.sendall(packet(b"O", struct.pack(">III", 6, 0x1ff,
                                                     0x1fffff)))
        while not (replies := self.replies()):
            self.bytes += self.socket.recv(PIECE)
        self.events = struct.unpack(">III", replies[0][1][:12])[2]
        self.begin([packet(b"C", b"mx.example.org\x004\0\x19192.0.2.25\0"),
                    packet(b"H", b"mx.example.org\0")])
        while self.wanted > 0:
            self.read(self.socket.recv(PIECE))
        self.socket.setblocking(False)

    def replies(self):
        out = []
        while len(self.bytes) >= 5:
            n = struct.unpack(">I", self.bytes[:4])[0]
            if len(self.bytes) < 4 + n:
                break
            out.append((self.bytes[4:5], self.bytes[5:4 + n]))
            self.bytes = self.bytes[4 + n:]
        return out

    def begin(self, packets):
        self.wanted = sum(not self.events & NO_REPLY.get(p[4:5], 0)
                          for p in packets)
        self.out = b"".join(packets)
        if not self.socket.getblocking():
            self.write()
        else:
            self.socket.sendall(self.out)

    def write(self):
        try:
            self.out = self.out[self.socket.send(self.out):]
        except BlockingIOError:
            pass

    def read(self, data):
        if not data:
            sys.exit("milterload: the server has closed the connection")
        self.bytes += data
        self.wanted -= sum(command in FINAL for command, _ in self.replies())


def run(port, messages, connections, total):
    selector = selectors.DefaultSelector()
    begun = done = 0

    def more(client):
        nonlocal begun
        client.begin(messages[begun % len(messages)])
        begun += 1

    for _ in range(connections):
        client = Client(port)
        selector.register(client.socket, selectors.EVENT_READ, client)
        more(client)
    while done < total:
        for key, _ in selector.select(10):
            client = key.data
            if client.out:
                client.write()
            client.read(client.socket.recv(PIECE))
            if client.wanted == 0:
                done += 1
                more(client)
        for key in list(selector.get_map().values()):
            if key.data.out:
                key.data.write()
    return done


def main():
    port, connections, total, pid = (int(sys.argv[i]) for i in (1, 3, 4, 5))
    with open(sys.argv[2]) as f:
        files = f.read().split()[:500]
    messages = []
    for name in files:
        with open(name, "rb") as f:
            messages.append(message_packets(f.read()))
    run(port, messages, connections, min(total, 200))
    cpu, begun = cpu_ms(pid), time.monotonic()
    done = run(port, messages, connections, total)
    seconds = time.monotonic() - begun
    print(f"{done / seconds:.0f} {(cpu_ms(pid) - cpu) / done:.4f}")


if __name__ == "__main__":
    main()
