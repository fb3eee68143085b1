# SPDX-License-Identifier: Apache-2.0
"""A mail server's side of the milter protocol, byte by byte: what stories
need that no real server would send."""

import socket
import struct

VERSION = 6
ACTIONS = 0x1ff
EVENTS = 0x1fffff
NO_REPLY_BODY = 0x80000
SKIP = 0x400
LEADING_SPACE = 0x100000


def packet(command, data=b""):
    return struct.pack(">I", len(data) + 1) + command + data


def texts(*words):
    return b"".join(word.encode() + b"\0" for word in words)


def connect(host="mx.sender.example", address="192.0.2.1", port=25):
    family = b"6" if ":" in address else b"4"
    return packet(b"C", texts(host) + family + struct.pack(">H", port) +
                  texts(address))


def split(message):
    """Header events and the body of a message with CRLF lines."""
    head, body = message.split(b"\r\n\r\n", 1)
    fields = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            fields[-1] += b"\n" + line
        else:
            fields.append(line)
    return [field.split(b":", 1) for field in fields], body


class Talk:
    """with Talk(port) as t: t.mail(message) -> replies as (letter, data)"""

    def __init__(self, port, version=VERSION, actions=ACTIONS, events=EVENTS):
        self.port = port
        self.offer = (version, actions, events)
        self.version = self.actions = self.events = None
        self.macros = {}
        self.socket = None

    def __enter__(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), 60)
        self.socket.settimeout(60)
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def send(self, *packets):
        self.socket.sendall(b"".join(packets))

    def receive(self):
        """The next reply, or None: the connection is closed."""
        length = self.exactly(4)
        if length is None:
            return None
        data = self.exactly(struct.unpack(">I", length)[0])
        return data[:1], data[1:]

    def exactly(self, n):
        got = b""
        while len(got) < n:
            piece = self.socket.recv(n - len(got))
            if not piece:
                assert not got, "a reply is cut short: %r" % got
                return None
            got += piece
        return got

    def negotiate(self):
        self.send(packet(b"O", struct.pack(">III", *self.offer)))
        reply = self.receive()
        if reply is None:
            return None
        assert reply[0] == b"O"
        self.version, self.actions, self.events = \
            struct.unpack(">III", reply[1][:12])
        rest = reply[1][12:]
        while rest:
            stage = struct.unpack(">I", rest[:4])[0]
            names, rest = rest[4:].split(b"\0", 1)
            self.macros[stage] = names.decode()
        return self

    def reads(self, bit):
        """One reply, unless it was agreed that there is none."""
        return [] if self.events & bit else [self.receive()]

    def events_of(self, message):
        fields, body = split(message)
        has_space = self.events & LEADING_SPACE
        out = []
        for name, value in fields:
            if not has_space and value.startswith(b" "):
                value = value[1:]
            out.append(packet(b"L", name + b"\0" + value + b"\0"))
        out.append(packet(b"N"))
        return out, body

    def envelope(self, said, queue_id="4Q1", user=None):
        sender = packet(b"M", texts("<%s>" % said.get("mail_from", "")))
        auth = texts("{auth_authen}", user) if user else b""
        return [
            connect(said.get("rdns") or "[%s]" % said.get("ip", "192.0.2.1"),
                    said.get("ip", "192.0.2.1")),
            packet(b"H", texts(said.get("helo", "mx.sender.example"))),
            packet(b"D", b"M" + auth), sender,
            packet(b"D", b"R" + texts("i", queue_id)),
            packet(b"R", texts("<%s>" % said.get("rcpt", "a@victim.example"))),
        ]

    def body(self, body):
        """In pieces; replies to them."""
        replies = []
        for at in range(0, len(body), 65535):
            self.send(packet(b"B", body[at:at + 65535]))
            replies += self.reads(NO_REPLY_BODY)
            if replies and replies[-1] == (b"s", b""):
                break
        return replies

    def end(self):
        """Changes and the final reply to the end of a message."""
        self.send(packet(b"E"))
        replies = []
        while not replies or replies[-1][0] not in b"acdrty":
            reply = self.receive()
            if reply is None:
                return replies + [None]
            replies.append(reply)
        return replies

    def mail(self, message, said=None, **more):
        heads, body = self.events_of(message)
        self.send(*self.envelope(said or {}, **more), *heads)
        self.body(body)
        return self.end()


def inserted(replies):
    """Headers by name, unfolded."""
    out = {}
    for letter, data in replies:
        if letter in (b"h", b"i"):
            data = data[4:] if letter == b"i" else data
            name, value = data.rstrip(b"\0").split(b"\0", 1)
            out[name.decode()] = value.decode().replace("\n\t", " ").strip()
    return out


def removed(replies):
    """(name, number) of every header that is deleted."""
    out = []
    for letter, data in replies:
        if letter == b"m":
            name, value = data[4:].split(b"\0", 1)
            if value == b"\0":
                out.append((name.decode(), struct.unpack(">I", data[:4])[0]))
    return out
