# SPDX-License-Identifier: Apache-2.0
"""sekisho auth against a real name server and other people's cases."""

import glob
import json
import os
import random

import pytest

import conformance
from authtool import auth
from nameserver import NameServer, reverse, text


@pytest.fixture(scope="session")
def build():
    return os.environ["SEKISHO_BUILD"]


# --- SPF ------------------------------------------------------------------

RECORDS = ("spf", "exp", "a", "aaaa", "mx", "ptr")


def spf_rounds(path):
    """Records, and the cases that they are for.  A file goes from line to
    line: a value holds until another comes, a record of a name too, and each
    "expect" is a case; its keys repeat, so no YAML reader helps."""
    with open(path, encoding="utf-8") as file:
        documents = file.read().split("\n---")
    for body in documents:
        records, state, cases = {}, {}, []
        for line in body.splitlines():
            key, _, value = line.strip().removeprefix("- ").partition(":")
            key, value = key.strip(), value.strip()
            if key == "expect":
                cases.append(dict(state, expect=value))
            elif key in RECORDS and value:
                if cases:
                    yield list(records.items()), cases
                    cases = []
                records[(key, value.split()[0])] = value
            elif not line.startswith("#") and value:
                state[key] = value
        if cases:
            yield list(records.items()), cases


def spf_zone(records):
    hosts = 0
    for (kind, _), value in records:
        name, _, rest = value.partition(" ")
        items = [i.strip() for i in rest.split(",")]
        if kind in ("spf", "exp"):
            yield name, "TXT", text(rest)
        elif kind == "ptr":
            for item in items:
                yield reverse(name), "PTR", item.rstrip(".") + "."
        elif kind in ("a", "aaaa"):
            for item in items:
                yield name, "AAAA" if ":" in item else "A", item
        elif kind == "mx":
            for item in items:
                hosts += 1
                host = "h%d.mx-host" % hosts
                yield name, "MX", "%d %s." % (hosts, host)
                yield host, "AAAA" if ":" in item else "A", item


# Where RFC 7208 has it otherwise than the cases, by file, HELO and address.
SPF_OURS = {
    # 4.6: an error anywhere in a record is to be found, "ip:" behind "-all"
    # too.
    ("all.yml", "test.org", "10.0.0.1"): "permerror",
    # 4.6.4: after two look-ups without an answer it is permerror.
    ("basic.yml", "ok.test.org", "172.168.0.1"): "permerror",
    # 4.6.4: more than ten hosts are permerror, whichever would match.
    ("basic.yml", "mx.test.org", "10.0.0.8"): "permerror",
    # 5.7: exists asks for A, also when the client has IPv6.
    ("exists.yml", "ip6.test.org", "167.1.2.3"): "fail",
    ("macro.yml", "mx.example.org", "2001:db8::cb01"): "fail",
}
SPF_BROKEN = ("_dns_error.org", "_dns_error.test.org")


def spf(build, case, server):
    """HELO first, as 2.3 recommends; a fail of it is one."""
    words = ["--ip", case["ip"], "--helo", case["domain"]]
    helo = auth(build, "spf", *words, server=server)
    if helo["result"] == "fail" or "sender" not in case:
        return helo
    return auth(build, "spf", *words, "--sender", case["sender"],
                server=server)


def test_spf_as_others_have_it(build, shared, tmp_path):
    seen, wrong, ours = 0, [], 0
    for path in sorted(glob.glob(os.path.join(shared,
                                              "data/spf/stalwart/*.yml"))):
        for n, (records, cases) in enumerate(spf_rounds(path)):
            folder = tmp_path / (os.path.basename(path) + str(n))
            with NameServer(folder, spf_zone(records),
                            SPF_BROKEN) as server:
                for case in cases:
                    got = spf(build, case, server)
                    want, _, why = case["expect"].partition(" ")
                    key = (os.path.basename(path), case["domain"],
                           case["ip"])
                    ours += key in SPF_OURS
                    want = SPF_OURS.get(key, want)
                    seen += 1
                    if got["result"] != want or \
                            (why and got.get("explanation") != why):
                        wrong.append((path, case, got, records))
    assert seen == 163
    assert not wrong, "\n".join(map(str, wrong))
    conformance.record("SPF: mail-auth", seen, seen - ours,
                       "result and explanation; differences below")


# --- DMARC ----------------------------------------------------------------

def dmarc_zone(zone):
    for name, sets in zone.items():
        for kind, values in sets.items():
            for value in values:
                if kind == "TXT":
                    yield name, kind, " ".join(text(v) for v in value)
                elif kind == "MX":
                    yield name, kind, "%d %s." % (value["priority"],
                                                  value["exchange"])
                else:
                    yield name, kind, value


def dmarc_view(got, path):
    """What the cases call their parts."""
    aligned = got.get("spf"), got.get("dkim")
    return {
        "result.status.result": got["result"],
        "result.policy": got.get("policy"),
        "result.domain": got.get("domain"),
        "result.rr": got.get("record", ""),
        "result.alignment.spf.result": aligned[0] and got["domain"],
        "result.alignment.dkim.result": aligned[1] and got["domain"],
        "result.alignment.dkim.strict": got.get("dkim_strict"),
        "result.alignment.spf.strict": got.get("spf_strict"),
    }.get(path, Ellipsis)


def holds(expect, value):
    test, args = expect["test"], expect.get("args", [None])
    if test in ("equal", "deep.equal"):
        return value == args[0]
    if test in ("true", "ok"):
        return bool(value)
    if test == "false":
        return not value
    if test == "contain":
        return args[0] in value
    raise NotImplementedError(test)


def test_dmarc_as_rfc_9989_has_it(build, shared, tmp_path):
    with open(os.path.join(shared, "data/dmarc/rfc9989.json"),
              encoding="utf-8") as file:
        cases = json.load(file)
    looked, wrong = 0, []
    for n, case in enumerate(cases):
        results = []
        for m, call in enumerate(case["calls"]):
            with NameServer(tmp_path / ("%d-%d" % (n, m)),
                            dmarc_zone(call["zone"])) as server:
                words = ["--from", call["headerFrom"].rpartition("@")[2]]
                for passed in call["spfDomains"][:1]:
                    words += ["--spf", passed["domain"]]
                for passed in call["dkimDomains"]:
                    words += ["--dkim", passed["domain"]]
                results.append(auth(build, "dmarc", *words, server=server))
        for expect in case["expect"]:
            if expect["call"] is None:
                continue
            got = results[expect["call"]]
            if expect["test"] == "property":
                assert expect["not"]
                looked += 1
                if expect["args"][0] in got:
                    wrong.append((case["name"], expect, got))
                continue
            value = dmarc_view(got, expect["path"])
            if value is Ellipsis:
                continue
            looked += 1
            if holds(expect, value) == expect["not"]:
                wrong.append((case["name"], expect, got))
    assert len(cases) == 29 and looked >= 40
    assert not wrong, "\n".join(map(str, wrong))
    conformance.record("DMARC: RFC 9989", len(cases), len(cases),
                       "%d expectations of them" % looked)


# --- DKIM -----------------------------------------------------------------

def read(shared, name):
    with open(os.path.join(shared, "data/dkim/dkimpy", name), "rb") as file:
        return file.read()


RFC8463_KEYS = [
    ("brisbane._domainkey.football.example.com", "TXT", text(
        "v=DKIM1; k=ed25519; "
        "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")),
    ("test._domainkey.football.example.com", "TXT", text(
        "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQo"
        "BTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3"
        "W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9Pzo"
        "xZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB")),
]


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    with NameServer(tmp_path_factory.mktemp("keys"), RFC8463_KEYS) as server:
        yield server


def test_both_signatures_of_rfc_8463_verify(build, shared, keys):
    got = auth(build, "dkim", server=keys,
               data=read(shared, "rfc6376.signed.msg"))
    assert got["result"] == "pass", got
    assert {s["algorithm"]: s["result"] for s in got["signatures"]} == {
        "ed25519-sha256": "pass", "rsa-sha256": "pass"}, got
    conformance.record("DKIM: examples of RFC 6376 and 8463", 2, 2,
                       "both signatures of the message")


def is_harmless(signed, at):
    """A byte whose change relaxed forms are meant to survive, or that stands
    in no signed field."""
    return signed[at:at + 1].isspace() or at == 0


def test_no_changed_message_verifies(build, shared, keys, tmp_path):
    signed = read(shared, "rfc6376.signed.msg")
    body = signed.index(b"\n\n") if b"\n\n" in signed else \
        signed.index(b"\r\n\r\n")
    chance = random.Random(6376)
    places = [n for n in range(body, len(signed))
              if not signed[n:n + 1].isspace()]
    from_at = signed.index(b"\nFrom:") + 1
    places += range(from_at + 5, signed.index(b"\n", from_at))
    failed = 0
    for _ in range(60):
        at = chance.choice(places)
        if is_harmless(signed, at):
            continue
        changed = bytearray(signed)
        changed[at] = changed[at] ^ (1 << chance.randrange(5))
        if bytes(changed[at:at + 1]).isspace() or changed[at] in b":\0":
            continue
        got = auth(build, "dkim", server=keys, data=bytes(changed))
        assert all(s["result"] != "pass" for s in got["signatures"]), (
            at, signed[at], changed[at], got)
        failed += 1
    assert failed > 40


def test_no_key_and_no_server_are_told_apart(build, shared, tmp_path):
    data = read(shared, "rfc6376.signed.msg")
    with NameServer(tmp_path / "empty", []) as server:
        got = auth(build, "dkim", server=server, data=data)
        assert got["result"] == "permerror"
        assert got["signatures"][0]["problem"] == "there is no key"
    got = auth(build, "dkim", server=server, data=data)
    assert got["result"] == "temperror"


def test_a_message_without_signatures_has_none(build, keys):
    got = auth(build, "dkim", server=keys, data=b"From: a@b.example\n\nhi\n")
    assert got == {"method": "dkim", "result": "none", "signatures": []}



# --- ARC ------------------------------------------------------------------

# The key under which Google sealed in 2020, as its DNS had it.
GOOGLE_KEY = ("arc-20160816._domainkey.google.com", "TXT", text(
    "k=rsa; p="
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1Lztpxs7yUxQEsbDFhjMc9kZVZu5"
    "P/COYEUIX4B39IL4SXAbv4viIlT9E6F6iZmTh1go7+9WQLywwgwjXMJx/Dz0RgMoPeyp5NRy"
    "4l320DPYibNqVMWa5iQ2WiImQC0en1O9uhLLvzaSZJ03fvGmCo9jMo0GwKzLNe14xMgn/px2"
    "L5N/3IKlKX4bqUAJTUt8L993ZlWzvgMnSFSt8B+euSKSrtAiopdy4r1yO4eN5goBASrGW0eL"
    "Qc1lYouNvCrcTQpos4/GEAqiGzpqueJLmBfOO4clNvVvpPkvQs2BHw9I9LmIjaMxTNGxkGBR"
    "aP3utDiKXXqu1K+LRzl0HCNSdQIDAQAB"))


def test_arc_chains_of_real_mail(build, shared, tmp_path):
    """Their names say what comes of them; without ARC fields it is none."""
    results = {}
    with NameServer(tmp_path / "google", [GOOGLE_KEY]) as server:
        for path in sorted(glob.glob(os.path.join(
                shared, "data/arc/mailauth/*.eml"))):
            with open(path, "rb") as file:
                data = file.read()
            want = "fail" if "arc-fail" in path else \
                "pass" if b"\nARC-Seal:" in data else "none"
            got = auth(build, "arc", server=server, data=data)
            results[os.path.basename(path)] = got["result"]
            assert got["result"] == want, (path, got)
    assert len(results) == 13
    assert sorted(results.values()).count("pass") == 6
    conformance.record("ARC: real mails", 13, 13,
                       "pass, fail or none as the file is named")


def test_no_changed_chain_verifies(build, shared, tmp_path):
    """Each field of a chain and the body, with a letter changed."""
    with open(os.path.join(shared, "data/arc/mailauth/arc-pass.eml"),
              "rb") as file:
        data = file.read()
    head = data.index(b"\r\n\r\n")
    places = [n for n in range(head) if data[n:n + 2] == b"\r\n" and
              data[n + 2:n + 6] == b"ARC-"] + [head]
    assert len(places) >= 6
    with NameServer(tmp_path / "google", [GOOGLE_KEY]) as server:
        for at in places:
            letters = [n for n in range(at + 60, len(data))
                       if data[n:n + 1].isalpha()]
            changed = bytearray(data)
            changed[letters[0]] ^= 1
            got = auth(build, "arc", server=server, data=bytes(changed))
            assert got["result"] != "pass", (at, got)


def test_domains_in_unicode_are_looked_up_as_a_labels(build, tmp_path):
    """RFC 8616."""
    zone = [("xn--wgv71a.example", "TXT", text("v=spf1 exists:%{o}.ok -all")),
            ("xn--wgv71a.example.ok", "A", "127.0.0.2"),
            ("_dmarc.xn--wgv71a.example", "TXT", text("v=DMARC1; p=reject"))]
    with NameServer(tmp_path / "unicode", zone) as server:
        for sender in ("--sender", "a@\u65e5\u672c.example"), \
                ("--helo", "\u65e5\u672c\u3002example"):
            got = auth(build, "spf", "--ip", "192.0.2.1", *sender,
                       server=server)
            assert (got["result"], got["domain"]) == \
                ("pass", "xn--wgv71a.example"), got
        got = auth(build, "dmarc", "--from", "\u65e5\u672c.example", "--spf",
                   "xn--wgv71a.example", server=server)
        assert got["result"] == "pass" and got["policy"] == "reject", got
