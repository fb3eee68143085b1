# SPDX-License-Identifier: Apache-2.0
"""Writes a table of networks in MaxMind's format (specification 2.0): a tree
of bits over IPv6 addresses, IPv4 at ::/96, records of 24 bits."""

import ipaddress
import struct


class Short(int):
    """A number of 16 bits."""


class Long(int):
    """One of 64."""


def _head(kind, n):
    """Control byte; kinds above 7 are extended; n below 65821."""
    first = kind << 5 if kind <= 7 else 0
    more = b"" if kind <= 7 else bytes([kind - 7])
    if n < 29:
        return bytes([first | n]) + more
    if n < 29 + 256:
        return bytes([first | 29]) + more + bytes([n - 29])
    return bytes([first | 30]) + more + struct.pack(">H", n - 285)


def value(v):
    if isinstance(v, str):
        data = v.encode()
        return _head(2, len(data)) + data
    if isinstance(v, dict):
        return _head(7, len(v)) + b"".join(
            value(k) + value(e) for k, e in v.items())
    if isinstance(v, list):
        return _head(11, len(v)) + b"".join(map(value, v))
    if isinstance(v, Long):
        return _head(9, 8) + struct.pack(">Q", v)
    data = v.to_bytes((v.bit_length() + 7) // 8, "big")
    return _head(5 if isinstance(v, Short) else 6, len(data)) + data


class _Tree:
    def __init__(self):
        self.nodes = [[None, None]]

    def put(self, network, where):
        net = ipaddress.ip_network(network)
        bits, length = int(net.network_address), net.prefixlen
        if net.version == 4:
            length += 96
        node = 0
        for i in range(length):
            side = bits >> (127 - i) & 1
            if i == length - 1:
                self.nodes[node][side] = ("data", where)
                return
            if not isinstance(self.nodes[node][side], int):
                self.nodes.append([None, None])
                self.nodes[node][side] = len(self.nodes) - 1
            node = self.nodes[node][side]

    def pack(self):
        count = len(self.nodes)

        def record(at):
            if at is None:
                return count
            return at if isinstance(at, int) else count + 16 + at[1]
        return b"".join(record(side).to_bytes(3, "big")
                        for node in self.nodes for side in node)


def table(entries, built, kind="Test"):
    """entries: {network: record}; built: seconds since 1970."""
    tree, data = _Tree(), b""
    for network, record in entries.items():
        tree.put(network, len(data))
        data += value(record)
    about = value({
        "binary_format_major_version": Short(2),
        "binary_format_minor_version": Short(0),
        "build_epoch": Long(built), "database_type": kind,
        "description": {"en": "made by a test"}, "ip_version": Short(6),
        "languages": ["en"], "node_count": len(tree.nodes),
        "record_size": Short(24)})
    return tree.pack() + b"\0" * 16 + data + \
        b"\xab\xcd\xefMaxMind.com" + about


def asn(number, name):
    return {"autonomous_system_number": number,
            "autonomous_system_organization": name}


def country(code):
    return {"country": {"iso_code": code}}
