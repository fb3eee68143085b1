# SPDX-License-Identifier: Apache-2.0
"""The manual pages of sekishod and its configuration hold every option and
setting there is, and no other."""
import os
import re
import shutil
import subprocess

import pytest

BUILD = os.environ["SEKISHO_BUILD"]
SOURCE = os.environ["SEKISHO_SOURCE"]


def names_of(pattern):
    done = subprocess.run([os.path.join(BUILD, "sekishod"), "--help"],
                          capture_output=True, text=True, check=True)
    return re.findall(pattern, done.stdout, re.M)


def page(name):
    with open(os.path.join(SOURCE, "doc", name)) as file:
        return file.read().replace("\\-", "-")


def test_every_option_of_sekishod_is_in_its_manual():
    names = names_of(r"^  -\w, --([a-z]+)")
    assert len(names) > 4
    manual = page("sekishod.8")
    assert [name for name in names if not re.search(
        r"^\.BR .*--%s\b" % name, manual, re.M)] == []
    assert "sekisho.yaml (5)" in manual


def test_the_manual_of_the_configuration_has_its_settings_and_no_others():
    """Those of the table, and the three that only the file can say."""
    names = names_of(r"^  --([a-z_.]+)")
    assert len(names) > 60
    manual = page("sekisho.yaml.5")
    settings = manual[manual.index(".SH SETTINGS"):
                      manual.index(".SH LISTENERS")]
    told = re.findall(r"^\.T[PQ]\n\.B ([a-z_.]+)$", settings, re.M)
    assert len(told) == len(set(told))
    assert sorted(set(names) - set(told)) == []
    assert sorted(set(told) - set(names)) == \
        ["plugins", "settings", "tokens"]


def test_the_pages_are_laid_out_without_a_warning():
    if shutil.which("groff") is None:
        pytest.skip("no groff")
    for name in ("sekishod.8", "sekisho.yaml.5", "sekisho-packs.5",
                 "sekisho.1"):
        done = subprocess.run(
            ["groff", "-Kutf8", "-man", "-Tutf8", "-ww", "-z",
             os.path.join(SOURCE, "doc", name)], capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")


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
