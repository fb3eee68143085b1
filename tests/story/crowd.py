# SPDX-License-Identifier: Apache-2.0
"""Threads that do the same until they are told that it is over."""

import threading


class Crowd:
    """What each does is its owner's to say; it looks at is_over."""

    def __init__(self, works):
        self.is_over = False
        self.threads = [threading.Thread(target=work) for work in works]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *unused):
        self.is_over = True
        for thread in self.threads:
            thread.join()
