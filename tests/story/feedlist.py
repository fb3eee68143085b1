# SPDX-License-Identifier: Apache-2.0
"""A list of hosts that somebody feeds: a pack of a file beside it."""

FEEDS = """\
pack: 1
kind: lists
id: feeds
title: x
revision: 1
created: 2026-01-01
tlp: clear
lists:
  hosts: {file: hosts.txt, type: host, max_age: 2d}
"""


def hosts(count, more=""):
    """The rows of that file."""
    return "".join("h%d.bad.example\n" % i for i in range(count)) + more
