# SPDX-License-Identifier: Apache-2.0
"""A terminal that a program is started at."""

import fcntl
import os
import pty
import struct
import subprocess
import termios


def run_at(words, rows, columns, env, is_enough=lambda out: False):
    """What the program wrote there to its end, or to where that is enough."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ,
                struct.pack("HHHH", rows, columns, 0, 0))
    run = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=theirs,
                           stderr=theirs, env=env)
    os.close(theirs)
    out = b""
    try:
        while not is_enough(out):
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            out += piece
    finally:
        run.kill()
        run.wait()
        os.close(ours)
    return out.decode()
