# SPDX-License-Identifier: Apache-2.0
"""Suites of cases that others published inside their programs.  They are read
from source packages as "make suites" fetches them (apt-get source), in the
folder that SEKISHO_SUITES names or in suites/ of the build; what is not there
skips its tests."""

import glob
import os
import re
import tarfile

import pytest

import daemon as sekishod


def folder():
    return os.environ.get("SEKISHO_SUITES") or \
        os.path.join(sekishod.build_folder(), "suites")


class Suite:
    """The files of one source package by their path in it."""

    def __init__(self, package):
        found = sorted(glob.glob(os.path.join(
            folder(), "*%s_*.orig.tar.*" % package)))
        if not found:
            pytest.skip("no source of %s in %s: \"make suites\" fetches it" %
                        (package, folder()))
        self.version = re.search(r"_([^_]+)\.orig", found[-1])[1]
        self.files = {}
        with tarfile.open(found[-1]) as archive:
            for member in archive:
                if member.isfile():
                    path = member.name.removeprefix("./").partition("/")[2]
                    self.files[path] = archive.extractfile(member).read()

    def text(self, path):
        return self.files[path].decode("utf-8")
