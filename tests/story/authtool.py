# SPDX-License-Identifier: Apache-2.0
"""Runs "sekisho auth" against a name server of the test's."""

import json
import os
import subprocess


def auth(build, *words, server, data=None):
    done = subprocess.run(
        [os.path.join(build, "sekisho"), "auth", *words, "--server",
         server.where], input=data, capture_output=True, timeout=120,
        check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)
