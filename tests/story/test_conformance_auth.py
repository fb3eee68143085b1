# SPDX-License-Identifier: Apache-2.0
"""SPF, DKIM and ARC, held against the suites that came with other programs:
openspf's for RFC 7208 and RFC 4408, Valimail's for ARC, the mails of
Mail::DKIM and dkimpy.  All go through "sekisho auth" and a name server."""

import ast
import os
import re

import pytest

from authtool import auth
from conformance import record
from nameserver import NameServer, owner, text
from suites import Suite

yaml = pytest.importorskip("yaml", reason="needs python3-yaml for the suites")

# The releases that doc/conformance.md counts.
COUNTED = {"pyspf": "2.0.14", "libmail-dkim-perl": "1.20240923",
           "dkimpy": "1.1.8"}


@pytest.fixture(scope="module")
def build():
    return os.environ["SEKISHO_BUILD"]


@pytest.fixture(scope="module")
def suite():
    """suite(package), once each."""
    known = {}

    def read_suite(package):
        if package not in known:
            known[package] = Suite(package)
        return known[package]
    return read_suite


def count(source, package, *row):
    if source.version == COUNTED[package]:
        record(*row)


# --- SPF ------------------------------------------------------------------

def types_of(items):
    return [kind for item in items if item != "TIMEOUT" for kind in item]


def strings_of(value):
    strings = value if isinstance(value, list) else [value]
    return " ".join(text(s.encode("latin-1")) for s in strings) or '""'


def spf_zone(data):
    """A policy stands in records of the type SPF, where the suites were made
    for RFC 4408; unless a name says otherwise it is in TXT as well."""
    for name, items in data.items():
        name, types = owner(name), types_of(items)
        for kind, value in (pair for item in items if item != "TIMEOUT"
                            for pair in item.items()):
            if value == "NONE":
                continue
            if kind in ("SPF", "TXT"):
                yield name, kind, strings_of(value)
                if kind == "SPF" and "TXT" not in types:
                    yield name, "TXT", strings_of(value)
            elif kind == "MX":
                yield name, kind, "%d %s." % (value[0], value[1])
            elif kind in ("CNAME", "PTR"):
                yield name, kind, value.rstrip(".") + "."
            else:
                yield name, kind, value


def spf_broken(data):
    """Names whose TXT brings no answer.  Such a name takes those below it
    along, so one that has any is left alone: nobody asks for it."""
    for name, items in data.items():
        has_text = any("TXT" in item and item["TXT"] != "NONE"
                       for item in items if item != "TIMEOUT")
        if "TIMEOUT" in items and not has_text and \
                not any(other.endswith("." + name) for other in data):
            yield name


def spf_differs(build, case, server, ours):
    """What came of a case, if it is not what it says (or ours says)."""
    words = ["--ip", case["host"], "--helo", case["helo"]]
    if case["mailfrom"]:
        words += ["--sender", case["mailfrom"]]
    got = auth(build, "spf", *words, server=server)
    results = ours or case["result"]
    if got["result"] not in (results if isinstance(results, list)
                             else [results]):
        return got
    why = case.get("explanation")
    return got if why and got.get("explanation", "DEFAULT") != why else None


def run_spf(build, source, path, folder, ours=()):
    """The number of cases; none of them differs but as ours says."""
    seen, wrong = 0, []
    for n, part in enumerate(yaml.safe_load_all(source.text(path))):
        data = part["zonedata"]
        with NameServer(folder / str(n), spf_zone(data),
                        spf_broken(data)) as server:
            for name, case in part["tests"].items():
                seen += 1
                got = spf_differs(build, case, server,
                                  dict(ours).get(name))
                if got:
                    wrong.append((name, case, got))
        assert not server.unread(), server.unread()
    assert not wrong, "\n".join(map(str, wrong))
    return seen


def test_spf_as_openspf_has_rfc_7208(build, suite, tmp_path):
    source = suite("pyspf")
    seen = run_spf(build, source, "test/rfc7208-tests.yml", tmp_path)
    assert seen >= 203
    count(source, "pyspf", "SPF: openspf, RFC 7208", seen, seen,
          "result and explanation; some cases allow two results")


def test_spf_as_openspf_has_rfc_4408(build, suite, tmp_path):
    source = suite("pyspf")
    seen = run_spf(build, source, "test/rfc4408-tests.yml", tmp_path)
    assert seen >= 191
    count(source, "pyspf", "SPF: openspf, RFC 4408", seen, seen,
          "the older suite, as far as its successor left it")


# "default=" is an unknown modifier (RFC 7208 6); pyspf obeys it when told to.
PYSPF_OURS = {"default-modifier": "neutral",
              "default-modifier-harsh": "neutral"}


def test_spf_as_pyspf_has_it(build, suite, tmp_path):
    source = suite("pyspf")
    seen = run_spf(build, source, "test/test.yml", tmp_path, PYSPF_OURS)
    assert seen >= 16
    count(source, "pyspf", "SPF: pyspf", seen, seen - len(PYSPF_OURS),
          "results; differences below")


# --- ARC ------------------------------------------------------------------

# Written after drafts; what RFC 8617 and 8301 make of them.
ARC_OURS = {
    # RFC 8301 3.1: a verifier does not take rsa-sha1.
    "ams_fields_a_sha1": "fail", "as_fields_a_sha1": "fail",
    # RFC 6376 3.5: h= is not empty, and each name in it is one.
    "ams_fields_h_empty": "fail", "ams_fields_h_mis_hdr": "fail",
}


def key_zone(records):
    for name, value in (records or {}).items():
        yield owner(name), "TXT", " ".join(
            text(line) for line in value.split("\n") if line)


def test_arc_as_valimail_has_it(build, suite, tmp_path):
    source = suite("libmail-dkim-perl")
    path = "t/arc_test_suite/arc-draft-validation-tests.yml"
    seen, wrong = 0, []
    for n, part in enumerate(yaml.safe_load_all(source.text(path))):
        with NameServer(tmp_path / str(n),
                        key_zone(part.get("txt-records"))) as server:
            for name, case in part["tests"].items():
                # No state at all is a chain that must not be believed.
                want = ARC_OURS.get(name) or (case["cv"] or "fail").lower()
                got = auth(build, "arc", server=server, data=case[
                    "message"].replace("\n", "\r\n").encode())
                seen += 1
                if got["result"] != want:
                    wrong.append((name, want, got))
        assert not server.unread(), server.unread()
    assert seen >= 170
    assert not wrong, "\n".join(map(str, wrong))
    count(source, "libmail-dkim-perl", "ARC: Valimail", seen,
          seen - len(ARC_OURS), "result of validation; differences below")


# --- DKIM -----------------------------------------------------------------

def fake_dns(listing):
    """The records of Mail::DKIM's table, and the names that time out."""
    zone, broken = [], []
    for line in listing.splitlines():
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        name, value = line.split(None, 1)
        if value.startswith("~~"):
            broken.append(name)
        elif value != "NXDOMAIN":
            zone.append((name, "TXT", text(value)))
    return zone, broken


def signatures_in(mail):
    head = re.split(rb"\r?\n\r?\n", mail, maxsplit=1)[0]
    return [found[0] for found in re.finditer(
        rb"(?mi)^DKIM-Signature:.*(?:\r?\n[ \t].*)*", head)]


def is_old(signature):
    """Of a draft (v= says so by not being 1), or with SHA-1 (RFC 8301)."""
    return not re.search(rb"(?<![a-z])v\s*=\s*1\s*(;|$)", signature) or \
        b"rsa-sha1" in signature


def test_dkim_as_mail_dkim_has_it(build, suite, tmp_path):
    source = suite("libmail-dkim-perl")
    cases = re.findall(r'test_email\( "([^"]+)",\s*"(\w+)" \)',
                       source.text("t/verifier.t"))
    zone, broken = fake_dns(source.text("t/FAKE_DNS.dat"))
    seen = old = refused = 0
    with NameServer(tmp_path / "keys", zone, broken) as server:
        for name, want in cases:
            mail = source.files["t/corpus/" + name]
            signatures = signatures_in(mail)
            if not signatures:
                continue   # DomainKeys alone
            seen += 1
            got = auth(build, "dkim", server=server, data=mail)["result"]
            if all(map(is_old, signatures)):
                assert got == "permerror", (name, got)
                old += want == "pass"
                refused += want != "pass"
            else:
                assert (got == "pass") == (want == "pass"), (name, got)
    assert not server.unread(), server.unread()
    assert seen - old - refused > 0
    count(source, "libmail-dkim-perl", "DKIM: Mail::DKIM", seen, seen - old,
          "pass or not; %d more are refused for SHA-1 or a draft" % refused)


# Mails of dkimpy that are signed already, and what it makes of them.
DKIMPY = {"ed25519test2.msg": "pass", "test2.message": "pass",
          "test.message.baddomain": "permerror",
          "rfc6376.signed.no_t.msg": "permerror"}


def keys_in(*programs):
    """Strings of programs that stand for records of keys, by their names."""
    for node in (n for p in programs for n in ast.walk(ast.parse(p))):
        for key, value in zip(getattr(node, "keys", ()),
                              getattr(node, "values", ())):
            if isinstance(key, ast.Constant) and \
                    isinstance(value, ast.Constant) and \
                    "._domainkey." in str(key.value):
                yield key.value.rstrip("."), value.value


def test_dkim_as_dkimpy_has_it(build, suite, tmp_path):
    source = suite("dkimpy")
    keys = dict(keys_in(source.text("dkim/tests/test_dkim.py")))
    keys["sed._domainkey.test.ex"] = source.text(
        "dkim/tests/data/eximtest.dns").strip()
    zone = [(owner(name), "TXT", text(value))
            for name, value in keys.items()]
    with NameServer(tmp_path / "keys", zone) as server:
        got = {name: auth(build, "dkim", server=server, data=source.files[
            "dkim/tests/data/" + name]) for name in DKIMPY
            if "dkim/tests/data/" + name in source.files}
    assert not server.unread(), server.unread()
    assert len(got) >= 3
    assert all(one["result"] == DKIMPY[name]
               for name, one in got.items()), got
    count(source, "dkimpy", "DKIM: dkimpy", len(got), len(got),
          "mails that others signed; pass or not")
