# SPDX-License-Identifier: Apache-2.0
"""The manual page of sekishod holds every option and setting there is."""
import os
import re
import subprocess

BUILD = os.environ["SEKISHO_BUILD"]
SOURCE = os.environ["SEKISHO_SOURCE"]


def test_every_setting_of_sekishod_is_in_its_manual():
    done = subprocess.run([os.path.join(BUILD, "sekishod"), "--help"],
                          capture_output=True, text=True, check=True)
    names = re.findall(r"^  (?:-\w, )?--([a-z_.]+)", done.stdout, re.M)
    assert len(names) > 20
    with open(os.path.join(SOURCE, "doc/sekishod.8")) as file:
        manual = file.read().replace("\\-", "-")
    missing = [name for name in names if not
               re.search(r"^\.B(R .*--)? ?%s\b" % re.escape(name), manual,
                         re.M)]
    assert missing == []


def test_the_example_has_every_setting_and_only_defaults(tmp_path):
    done = subprocess.run([os.path.join(BUILD, "sekishod"), "--help"],
                          capture_output=True, text=True, check=True)
    names = re.findall(r"^  --([a-z_.]+)", done.stdout, re.M)
    path = os.path.join(SOURCE, "contrib/sekisho.yaml")
    with open(path) as file:
        example = file.read()
    missing = [name for name in names if not re.search(
        r"^(# )? *%s:" % name.split(".")[-1], example, re.M)]
    assert missing == []
    done = subprocess.run(
        [os.path.join(BUILD, "sekishod"), "-t", "-c", path, "--packs",
         os.path.join(SOURCE, "rules")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
