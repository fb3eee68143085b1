# SPDX-License-Identifier: Apache-2.0
"""Ports of loopback that are a run's own.  A port that the system picks may
be given to anybody as soon as it is closed, so each run of the stories takes
a block outside of the range that the system picks from; a socket of that
name keeps other runs away from it, and ends with the run."""

import functools
import itertools
import socket

HOST = "127.0.0.1"
BLOCK = 200
BUS = 10000     # above its port a node of a Redis cluster has another
FIRST, LAST = 12000, 65535 - BUS


def picked_by_system():
    """The first and the last port that connections and port 0 may get."""
    try:
        with open("/proc/sys/net/ipv4/ip_local_port_range",
                  encoding="ascii") as file:
            low, high = file.read().split()
            return int(low), int(high)
    except (OSError, ValueError):
        return 32768, 60999


def blocks(low, high):
    """Where blocks begin, none of them in another's buses, the best ones
    first: outside of that range with their buses, without them, and
    anywhere."""
    def is_outside(first):
        return first + BLOCK <= low or first > high

    def rank(first):
        return not is_outside(first), not is_outside(first + BUS)
    return sorted((first for first in range(FIRST, LAST - BLOCK, BLOCK)
                   if (first - FIRST) // BUS % 2 == 0), key=rank)


@functools.lru_cache(maxsize=None)
def own():
    """Goes round the block that is ours until this process ends.  Taking
    turns, a port rests for long before it is another server's."""
    for first in blocks(*picked_by_system()):
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind("\0sekisho-story-ports-%d" % first)
        except OSError:
            mark.close()
            continue
        return mark, itertools.cycle(range(first, first + BLOCK))
    raise OSError("all blocks of ports are taken")


def is_free(port):
    """For UDP and TCP alike.  Connections that are over do not count."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(type=kind) as s:
            if kind == socket.SOCK_STREAM:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind((HOST, port))
            except OSError:
                return False
    return True


def take(with_bus=False):
    """One where nobody listens and nobody will but who is told of it."""
    _, turn = own()
    for port in itertools.islice(turn, BLOCK):
        if is_free(port) and (not with_bus or is_free(port + BUS)):
            return port
    raise OSError("no port of the block is free")


def address():
    return "%s:%d" % (HOST, take())


def listener():
    """A socket that listens on one; closed, nobody does any more."""
    return socket.create_server((HOST, take()))
