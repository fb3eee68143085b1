# SPDX-License-Identifier: Apache-2.0
"""A mail under a brand's own address: forged, authentic, or nobody knows."""

import os
import subprocess
import time

import pytest

import authtool
import daemon as sekishod
import hostiledns
from arcseal import Sealer
from nameserver import NameServer, text

GATEWAY = "mx.customer.jp"
STRANGER = "203.0.113.185"
RELAYS, RELAY, OFFICE = "192.0.2.0/24", "192.0.2.5", "192.0.2.77"
HONEST = "198.51.100.7"
NOTICE = ("From: J:COM <noreply@jcom.co.jp>\r\nTo: hanako@customer.jp\r\n"
          "Subject: =?UTF-8?B?44GU6KuL5rGC5pu444Gu44GK55+l44KJ44Gb?=\r\n"
          "Date: Sat, 20 Aug 2022 02:25:21 +0900\r\n"
          "Message-ID: <1@jcom.co.jp>\r\n\r\n"
          "J:COM https://www.jcom.co.jp/\r\n").encode()
ZONE = [
    ("jcom.co.jp", "TXT", text("v=spf1 ip4:198.51.100.0/24 -all")),
    ("_dmarc.jcom.co.jp", "TXT", text("v=DMARC1; p=reject; foo;;")),
    ("evil.example.org", "TXT", text("v=spf1 +all")),
    # a brand without DMARC
    ("kagoya.jp", "TXT", text("v=spf1 ip4:198.51.100.0/24 -all")),
    ("customer.jp", "TXT", text("v=spf1 ip4:192.0.2.5 -all")),
    ("_dmarc.customer.jp", "TXT", text("v=DMARC1; p=reject")),
    ("elsewhere.example.org", "TXT", text("v=spf1 -all")),
    # our relay may send for it; for others it takes all a message may ask
    ("long.example.org", "TXT", text("v=spf1 ip4:192.0.2.5 %s -all" % " ".join(
        "mx:m%d.long.example.org" % i for i in range(6)))),
] + [("m%d.long.example.org" % i, "MX", "%d h%d-%d.long.example.org." % (
    k, i, k)) for i in range(6) for k in range(10)] + [
    ("h%d-%d.long.example.org" % (i, k), "A", "198.18.%d.%d" % (i, k + 1))
    for i in range(6) for k in range(10)
]


@pytest.fixture(scope="module")
def sealers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return [Sealer(folder, d) for d in ("trusted.example.net",
                                        "other.example.net")]


@pytest.fixture(scope="module")
def brand_key(tmp_path_factory):
    return Sealer(tmp_path_factory.mktemp("author"), "jcom.co.jp")


@pytest.fixture(scope="module")
def served(rules, sealers, brand_key, tmp_path_factory):
    keys = [("t._domainkey." + s.domain, "TXT", text(s.record))
            for s in sealers + [brand_key]]
    with NameServer(tmp_path_factory.mktemp("names"), ZONE + keys) as names, \
            sekishod.Daemon(
                rules, folder=str(tmp_path_factory.mktemp("authentic")),
                options=["--dns.servers", names.where, "--authserv", GATEWAY,
                         "--auth.arc_trusted", "trusted.example.net",
                         "--trusted", RELAYS,
                         "--reputation.on", "no", "--workers", "1"]) as d:
        yield d


def check(daemon, data, **more):
    envelope = {"IP": STRANGER, "Helo": "x.evil.example.org",
                "From": "a@evil.example.org", "Rcpt": "hanako@customer.jp"}
    return daemon.check(data, **dict(envelope, **more))


def facts(reply):
    words = reply["symbols"].get("AUTH", {}).get("options", [])
    return dict(w.split("=", 1) for w in words)


def notes(reply):
    return {n["code"]: n["en"] for n in reply["sekisho"]["notes"]}


def is_forged(reply):
    return any("but not authenticated: forged" in word for word in
               reply["symbols"].get("BRAND_JCOM", {}).get("options", []))


def by_gateway(results):
    return ("Authentication-Results: %s; %s\r\n" % (GATEWAY,
                                                    results)).encode() + NOTICE


def test_alone_in_from_it_is_forged(served):
    """Though its record of DMARC has errors."""
    reply = check(served, NOTICE)
    assert facts(reply)["auth.dmarc"] == "fail" and is_forged(reply), reply


@pytest.mark.parametrize("data", [
    b"From: x@evil.example.org\r\n" + NOTICE,
    NOTICE.replace(b"To:", b"From: x@evil.example.org\r\nTo:"),
    NOTICE.replace(b"jp>\r\nTo", b"jp>, x@evil.example.org\r\nTo"),
    NOTICE.replace(b"J:COM <n", b"x@evil.example.org, J:COM <n"),
    NOTICE.replace(b"To:", b"From: J:COM <noreply@jcom.co.jp>\r\nTo:")])
def test_a_second_author_hides_no_forged_one(served, data):
    reply = check(served, data)
    assert facts(reply)["auth.dmarc"] == "fail" and is_forged(reply), reply
    assert notes(reply)["from.forged"].startswith("noreply@"), notes(reply)


@pytest.mark.parametrize("envelope", [
    {}, {"IP": STRANGER}, {"IP": STRANGER, "Helo": "x.evil.example.org"}])
def test_without_an_envelope_nothing_is_a_fail(served, envelope):
    reply = served.check(NOTICE, **envelope)
    assert "auth.spf" not in facts(reply), reply
    assert "auth.dmarc" not in facts(reply) and not is_forged(reply), reply


def test_a_null_sender_is_one(served):
    reply = check(served, NOTICE, From="<>")
    assert facts(reply)["auth.spf"] == "none" and is_forged(reply), reply


def test_a_null_sender_without_a_greeting_passes_for_nobody(served):
    reply = check(served, NOTICE, From="<>", Helo="")
    assert facts(reply)["auth.spf"] == "none" and is_forged(reply), reply


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1"])
def test_an_inner_client_that_nobody_named_is_no_forger(served, address):
    reply = check(served, NOTICE, IP=address, From="noreply@jcom.co.jp")
    assert "auth.spf" not in facts(reply), reply
    assert "auth.dmarc" not in facts(reply) and not is_forged(reply), reply


@pytest.mark.parametrize("results, dmarc", [
    ("dkim=pass header.d=esp.example; dkim=pass header.d=jcom.co.jp", "pass"),
    ("dkim=pass header.d=jcom.co.jp; dkim=pass header.d=esp.example", "pass"),
    ("dkim=fail header.d=esp.example; dkim=pass header.i=@jcom.co.jp",
     "pass"),
    ("dkim=pass header.d=esp.example; dkim=fail header.d=jcom.co.jp", "fail"),
    ("dkim=pass", None), ("dmarc=pass header.from=jcom.co.jp", "pass"),
    # Nobody says of whom: found out here.
    ("dmarc=pass", "fail"), ("dmarc=pass header.from=evil.example.org",
                             "fail")])
def test_what_a_gateway_hands_over(served, results, dmarc):
    reply = check(served, by_gateway(results))
    assert facts(reply).get("auth.dmarc") == dmarc, reply
    assert is_forged(reply) == (dmarc == "fail"), reply


# MAIL FROM of a forger, and what filters print of it: python's authres, rspamd
# (which escapes no backslash), policyd-spf behind Postfix (which takes the
# quotes away), OpenDKIM (i= decoded).
WRITER = '"x);dmarc=pass header.from=jcom.co.jp;("@evil.example.org'
BARE = "x);dmarc=pass header.from=jcom.co.jp (y@evil.example.org"
WRITTEN = [
    (WRITER, "spf=fail (mailfrom) smtp.mailfrom=evil.example.org (client-ip="
     "203.0.113.185; envelope-from=%s; receiver=hanako@customer.jp)" % WRITER),
    (WRITER, "dkim=none; spf=fail (mx.customer.jp: domain of %s does not "
     "designate 203.0.113.185 as permitted sender) smtp.mailfrom=%s; "
     "dmarc=fail reason=\"SPF not aligned (relaxed), No valid DKIM\" "
     "header.from=jcom.co.jp (policy=reject)" % (
         ('"%s"' % WRITER.replace('"', '\\"'),) * 2)),
    ('"x\\");dkim=pass header.d=jcom.co.jp;(\\"y"@evil.example.org',
     'spf=fail (mx: domain of "\\"x\\\\");dkim=pass header.d=jcom.co.jp;(\\\\"'
     'y\\"@evil.example.org" does not designate)'),
    (BARE, "spf=fail (mailfrom) smtp.mailfrom=evil.example.org (client-ip="
     "203.0.113.185; envelope-from=%s; receiver=hanako@customer.jp)" % BARE),
]


@pytest.mark.parametrize("sender, results", WRITTEN)
def test_what_a_forger_writes_into_a_gateway_s_field(served, sender, results):
    """Such a mail was once told to be authentic."""
    for reply in (check(served, by_gateway(results), From=sender),
                  check(served, NOTICE, From=sender, **{
                      "Authentication-Results": GATEWAY + "; " + results})):
        assert facts(reply)["auth.dmarc"] == "fail", reply
        assert "from.authentic" not in notes(reply), reply
        assert is_forged(reply), reply


def test_an_identity_of_a_forger_is_no_result(served):
    line = b"DKIM-Signature: v=1; a=rsa-sha256; d=evil.example.org; s=t;\r\n" \
        b" i=x=3Bdmarc=3Dpass=20header.from=3Djcom.co.jp=3B@evil.example.org;" \
        b"\r\n h=from; bh=AAAA; b=AAAA\r\n"
    reply = check(served, line + NOTICE, **{
        "Authentication-Results": GATEWAY + "; dkim=fail header.d=evil.example"
        ".org header.i=x;dmarc=pass header.from=jcom.co.jp;@evil.example.org"})
    assert facts(reply)["auth.dmarc"] == "fail" and is_forged(reply), reply


@pytest.fixture(scope="module")
def unserved(rules, tmp_path_factory):
    """Has nobody but the gateway to ask."""
    with sekishod.Daemon(
            rules, folder=str(tmp_path_factory.mktemp("unserved")),
            options=["--authserv", GATEWAY, "--reputation.on", "no",
                     "--workers", "1"]) as d:
        yield d


SAID = "spf=pass smtp.mailfrom=evil.example.org; dkim=%s " \
    "header.d=evil.example.org"


@pytest.mark.parametrize("author, results", [
    ("kagoya.jp", SAID % "pass" + "; dmarc=none header.from=kagoya.jp"),
    ("jcom.co.jp", SAID % "pass"), ("jcom.co.jp", SAID % "fail"),
    ("jcom.co.jp", "spf=pass smtp.mailfrom=evil.example.org; dkim=none"),
    ("jcom.co.jp", "spf=pass smtp.mailfrom=x(@evil.example.org; dkim=none; "
     "dmarc=fail header.from=jcom.co.jp"),
    ("kagoya.jp", 'spf=pass (domain of "x)"@evil.example.org designates) '
     "smtp.mailfrom=evil.example.org; dkim=pass header.d=evil.example.org; "
     "dmarc=none header.from=kagoya.jp")])
def test_a_forger_s_odd_sign_makes_him_no_less_of_one(
        unserved, author, results):
    """What he may have written was once nobody's, and he was unknown."""
    data = NOTICE.replace(b"jcom.co.jp", author.encode())
    line = b"DKIM-Signature: v=1; d=evil.example.org; s=t; h=from;\r\n" \
        b" i=x=3Ba=3Db@evil.example.org; bh=AAAA; b=AAAA\r\n"
    field = by_gateway(results)[:-len(NOTICE)]
    below = received(STRANGER, "x.evil.example.org", GATEWAY) + field
    for reply in (check(unserved, field + data),
                  check(unserved, field + line + data),
                  check(unserved, field + data, Helo="x;a=b"),
                  check(unserved, field + data,
                        From='"x;a=b"@evil.example.org'),
                  check(unserved, below + line + data)):
        assert "from.forged" in notes(reply), reply


@pytest.mark.parametrize("fields", [
    ("spf=pass smtp.mailfrom=esp.example; dkim=pass header.d=jcom.co.jp "
     "header.s=s; dkim=fail (body hash mismatch) header.d=jcom.co.jp "
     "header.s=s",),
    ("spf=pass smtp.mailfrom=esp.example; dkim=pass header.d=esp.example; "
     "dkim=fail header.d=jcom.co.jp; dkim=pass header.d=jcom.co.jp",),
    ("dkim=none; spf=fail", "dkim=pass header.d=jcom.co.jp")])
def test_of_a_signature_that_may_hold_nothing_is_known(served, fields):
    """A list of the brand's that signs again was once told to be forged."""
    reply = check(served, b"".join(
        by_gateway(said)[:-len(NOTICE)] for said in fields) + NOTICE)
    assert facts(reply)["auth.dmarc"] == "temperror", reply
    assert "from.authentic" not in notes(reply), reply
    assert not is_forged(reply), reply


@pytest.mark.parametrize("fold", [b"", b"\r\n\t"])
def test_an_identity_of_a_mailing_service_takes_nothing_away(served, fold):
    """Such mail was once told to be forged, and later where it was folded."""
    line = b"DKIM-Signature: v=1; a=rsa-sha256; d=esp.example; s=t;\r\n" \
        b" i=news=3Djcom.co.jp@%sesp.example;\r\n h=from; bh=AAAA; " \
        b"b=AAAA\r\n" % fold
    reply = check(served, line + NOTICE, **{
        "Authentication-Results": GATEWAY + "; spf=pass smtp.mailfrom=esp"
        ".example; dkim=pass header.d=esp.example header.i=news=jcom.co.jp@"
        "esp.example; dkim=pass header.d=jcom.co.jp; dmarc=pass "
        "header.from=jcom.co.jp"})
    assert "from.authentic" in notes(reply), reply
    assert not is_forged(reply), reply


@pytest.mark.parametrize("fields", [
    ("dmarc=fail header.from=jcom.co.jp", "dmarc=pass header.from=jcom.co.jp"),
    ("dmarc=pass header.from=jcom.co.jp", "dmarc=fail header.from=jcom.co.jp"),
    ("spf=fail smtp.mailfrom=jcom.co.jp; dkim=none",
     "spf=pass smtp.mailfrom=jcom.co.jp")])
def test_of_two_fields_of_a_gateway_the_worse_counts(served, fields):
    reply = check(served, b"".join(
        by_gateway(said)[:-len(NOTICE)] for said in fields) + NOTICE)
    assert facts(reply)["auth.dmarc"] == "fail" and is_forged(reply), reply


@pytest.mark.parametrize("sender", [
    '"taro yamada"@jcom.co.jp', '"a..b"@jcom.co.jp',
    "b+c=d.example@jcom.co.jp", '"a\\"b"@jcom.co.jp'])
def test_an_odd_sender_s_results_are_read(served, sender):
    quoted = '"%s"' % sender.replace("\\", "\\\\").replace('"', '\\"')
    for text in sender, quoted:
        reply = check(served, by_gateway(
            "spf=pass (mx: domain of %s designates 198.51.100.7 as permitted "
            "sender) smtp.mailfrom=%s; dkim=pass header.d=jcom.co.jp; "
            "dmarc=pass header.from=jcom.co.jp" % (text, text)), From=sender)
        assert "from.authentic" in notes(reply), (text, reply)


def test_a_gateway_that_names_more_identities_is_read(served):
    """Such mail was once told to be forged."""
    reply = check(served, by_gateway(
        "dkim=none (message not signed) header.i=none; "
        "spf=None smtp.pra=notice@jcom.co.jp; "
        "spf=Pass smtp.mailfrom=notice@jcom.co.jp; "
        "spf=None smtp.helo=postmaster@mail.jcom.co.jp; "
        "dmarc=pass (p=none dis=none) d=jcom.co.jp"))
    assert "from.authentic" in notes(reply), reply
    assert not is_forged(reply), reply


def test_who_found_out_what_is_told(served):
    said = notes(check(served, by_gateway("spf=fail")))["auth.results"]
    assert "(said by mx[.]customer[.]jp; DKIM, DMARC by checks of sekisho)" \
        in said, said
    said = notes(check(served, NOTICE))["auth.results"]
    assert "(said by checks of sekisho)" in said, said
    said = notes(check(served, by_gateway(
        "spf=fail; dkim=none; dmarc=fail")))["auth.results"]
    assert "(said by mx[.]customer[.]jp)" in said, said


@pytest.mark.parametrize("results, dmarc", [
    ("spf=fail; dkim=pass header.d=jcom.co.jp; dmarc=pass "
     "header.from=jcom.co.jp", "pass"),
    ("dkim=pass header.d=esp.example; dkim=pass header.d=jcom.co.jp", "pass"),
    # Its own DMARC saw more than what it wrote of the others.
    ("spf=pass smtp.mailfrom=jcom.co.jp; dkim=pass header.d=jcom.co.jp; "
     "dmarc=fail header.from=jcom.co.jp", "fail"),
    ("dmarc=pass header.from=evil.example.org", "fail"),
    ("dmarc=none; dkim=none", "fail"),
    # As Microsoft 365 writes it.
    ("spf=pass (sender ip is 192.0.2.7) smtp.rcpttodomain=customer.jp "
     "smtp.mailfrom=jcom.co.jp; dmarc=pass (p=none sp=none pct=100) "
     "action=none header.from=jcom.co.jp; dkim=pass (signature was verified) "
     "header.d=jcom.co.jp; arc=none (0)", "pass"),
    ("spf=fail (sender ip is 192.0.2.7) smtp.rcpttodomain=customer.jp "
     "smtp.mailfrom=evil.example.org; dmarc=fail (p=none sp=none pct=100) "
     "action=none header.from=jcom.co.jp; dkim=none (message not signed); "
     "arc=none (0)", "fail")])
def test_what_a_trusted_sealer_saw(served, sealers, results, dmarc):
    reply = check(served, sealers[0].seal(NOTICE, 1, results))
    assert facts(reply)["auth.arc"] == "pass", reply
    assert facts(reply)["auth.dmarc"] == dmarc, reply
    assert is_forged(reply) == (dmarc == "fail"), reply


@pytest.mark.parametrize("said", [
    "dmarc=pass header.from=jcom.co.jp", "dkim=pass header.d=jcom.co.jp"])
@pytest.mark.parametrize("own", ["fail", "none"])
def test_what_a_forger_writes_into_a_sealer_s_field(served, sealers, said,
                                                    own):
    reply = check(served, sealers[0].seal(
        NOTICE, 1, 'spf=pass (x: domain of "y);%s;("@evil.example.org '
        "designates) smtp.mailfrom=evil.example.org; dmarc=%s "
        "header.from=jcom.co.jp" % (said, own)))
    assert facts(reply)["auth.arc"] == "pass", reply
    assert facts(reply)["auth.dmarc"] == "fail" and is_forged(reply), reply


def test_an_identity_of_a_forger_is_no_result_of_a_sealer(served, sealers):
    """Such a mail was once told to be authentic."""
    line = b"DKIM-Signature: v=1; a=rsa-sha256; d=evil.example.org; s=t;\r\n" \
        b" i=x=3Bdmarc=3Dpass=20header.from=3Djcom.co.jp=3By@evil.example" \
        b".org;\r\n h=from; bh=AAAA; b=AAAA\r\n"
    reply = check(served, sealers[0].seal(
        line + NOTICE, 1, "spf=none smtp.mailfrom=evil.example.org; dkim=pass "
        "header.d=evil.example.org header.i=x;dmarc=pass header.from="
        "jcom.co.jp;y@evil.example.org header.s=t header.b=abc"))
    assert facts(reply)["auth.arc"] == "pass", reply
    assert facts(reply)["auth.dmarc"] == "fail" and is_forged(reply), reply


@pytest.mark.parametrize("mark", [" ", "(", ";", " ()", "\t"])
@pytest.mark.parametrize("name", ["a@jcom.co.jp", "jcom.co.jp", "x jcom.co.jp"])
def test_a_sender_s_address_is_not_cut_short(unserved, name, mark):
    """A gateway that prints it raw once said so that the brand's passed."""
    sender = "%s%s@evil.example.org" % (name, mark)
    reply = check(unserved, by_gateway(
        "spf=pass smtp.mailfrom=%s; dkim=pass header.d=evil.example.org" %
        sender), From='"%s"@%s' % tuple(sender.rsplit("@", 1)))
    assert "from.authentic" not in notes(reply), reply
    assert is_forged(reply), reply


@pytest.mark.parametrize("told, said", [
    ({"Helo": "jcom.co.jp;.evil.example.org", "From": ""},
     "spf=pass smtp.helo=jcom.co.jp;.evil.example.org"),
    ({"Helo": "jcom.co.jp x", "From": ""},
     "spf=pass smtp.helo=jcom.co.jp x"),
    ({"From": "a@jcom.co.jp;.evil.example.org"},
     "spf=pass smtp.mailfrom=a@jcom.co.jp;.evil.example.org")])
def test_no_name_of_a_forger_is_cut_short(unserved, told, said):
    """As above."""
    reply = check(unserved, by_gateway(said + "; dkim=none"), **told)
    assert "from.authentic" not in notes(reply), reply
    assert is_forged(reply), reply


def test_who_sealed_before_is_not_believed(served, sealers):
    good = "dkim=pass header.d=jcom.co.jp; dmarc=pass header.from=jcom.co.jp"
    first = sealers[1].seal(NOTICE, 1, good)
    reply = check(served, first)
    assert facts(reply)["auth.arc"] == "pass", reply
    assert facts(reply)["auth.dmarc"] == "fail", reply
    reply = check(served, sealers[0].seal(first, 2, "arc=pass; dmarc=fail"))
    assert facts(reply)["arc.trusted"] == "true", reply
    assert facts(reply)["auth.dmarc"] == "fail", reply
    reply = check(served, sealers[1].seal(
        sealers[0].seal(NOTICE, 1, good), 2, "arc=pass"))
    assert facts(reply)["auth.arc"] == "pass", reply
    assert facts(reply)["auth.dmarc"] == "fail", reply


@pytest.mark.parametrize("never", [
    "jcom.co.jp", "JCOM.co.jp", ".jcom.co.jp", "*.jcom.co.jp", "jcom.co.jp."])
def test_a_name_that_is_never_asked_in_all_spellings(rules, tmp_path, never):
    with NameServer(tmp_path / "names", ZONE) as names, \
            sekishod.Daemon(rules, folder=str(tmp_path), options=[
                "--dns.servers", names.where, "--dns.never", never,
                "--workers", "1"]) as d:
        reply = check(d, NOTICE, From="a@jcom.co.jp")
        assert facts(reply)["auth.spf"] == "temperror", reply


def test_a_name_that_forbids_nothing_is_refused(rules, tmp_path):
    conf = tmp_path / "s.yaml"
    conf.write_text("packs: [%s]\ndns:\n  servers: [system]\n"
                    "  never: [example.jp, 'https://www.example.jp/']\n" %
                    rules)
    done = subprocess.run([sekishod.program("sekishod"), "-t", "-c",
                           str(conf)], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 78, done.stderr
    assert str(conf) + ":4:" in done.stderr, done.stderr
    assert ': dns.never: "https://www.example.jp/" is no domain; did you ' \
        'mean "www.example.jp"?' in done.stderr, done.stderr


@pytest.mark.parametrize("sender, dmarc", [
    ("noreply@jcom.co.jp", "pass"), ("a@evil.example.org", "fail")])
def test_spf_passed_for_the_sender_where_nobody_says_for_whom(
        served, sender, dmarc):
    reply = check(served, by_gateway("spf=pass; dkim=none"), From=sender)
    assert facts(reply)["auth.dmarc"] == dmarc, reply
    reply = check(served, by_gateway(
        "spf=pass smtp.helo=o1.relay.example smtp.mailfrom=jcom.co.jp"))
    assert facts(reply)["auth.dmarc"] == "pass", reply


AT_HOME = ZONE + [
    ("jcom.co.jp", "MX", "10 mail.jcom.co.jp."),
    ("jcom.co.jp", "MX", "20 srv.lan."),
    ("mail.jcom.co.jp", "A", "198.51.100.5"),
    ("185.113.0.203.in-addr.arpa", "PTR", "x.local."),
    ("186.113.0.203.in-addr.arpa", "PTR", "x.example.org."),
    ("187.113.0.203.in-addr.arpa", "PTR", "x.never.jp."),
    ("188.113.0.203.in-addr.arpa", "PTR", "x.broken.example.org."),
    ("189.113.0.203.in-addr.arpa", "PTR", "x.broken.example.org."),
    ("189.113.0.203.in-addr.arpa", "PTR", "mail.jcom.co.jp."),
    ("190.113.0.203.in-addr.arpa", "PTR", "x.broken.jcom.co.jp."),
    ("5.100.51.198.in-addr.arpa", "PTR", "mail.jcom.co.jp."),
]


def at_home(record):
    return [line for line in AT_HOME if line[:2] != ("jcom.co.jp", "TXT")] + \
        [("jcom.co.jp", "TXT", text(record))]


@pytest.mark.parametrize("record", [
    "v=spf1 a:mail.jcom.local mx ip4:198.51.100.0/24 -all",
    "v=spf1 a:mail.never.jp mx ip4:198.51.100.0/24 -all"])
def test_a_name_that_is_not_asked_is_none_to_spf(
        rules, tmp_path, record):
    """It once made the domain's mail undecided for good, forged or not."""
    with NameServer(tmp_path / "names", at_home(record)) as names, \
            sekishod.Daemon(rules, folder=str(tmp_path), options=[
                "--dns.servers", names.where, "--dns.never", "never.jp",
                "--reputation.on", "no", "--workers", "1"]) as d:
        for address, result in (HONEST, "pass"), (STRANGER, "fail"):
            reply = check(d, NOTICE, IP=address, From="a@jcom.co.jp")
            assert facts(reply)["auth.spf"] == result, reply
            assert facts(reply)["auth.dmarc"] == result, reply
            assert is_forged(reply) == (result == "fail"), reply
            told = authtool.auth(
                os.environ["SEKISHO_BUILD"], "spf", "--ip", address,
                "--sender", "a@jcom.co.jp", server=names)
            assert told["result"] == result, told


@pytest.mark.parametrize("last, forged", [
    (185, True), (186, True), (187, True), (188, True), (189, True),
    (190, False)])
def test_a_reverse_name_that_nobody_knows_is_not_the_brand_s(
        rules, tmp_path, last, forged):
    """One whose servers are silent once hid that a HELO is the brand's, and
    the host is not; but one of its own names may be right."""
    with NameServer(tmp_path / "names", AT_HOME,
                    broken=["broken.example.org", "broken.jcom.co.jp"]) as n, \
            sekishod.Daemon(rules, folder=str(tmp_path), options=[
                "--dns.servers", n.where, "--dns.never", "never.jp",
                "--reputation.on", "no", "--workers", "1"]) as d:
        reply = check(d, NOTICE.replace(b"noreply@jcom.co.jp",
                                        b"a@evil.example.org"),
                      IP="203.0.113.%d" % last, Helo="mail.jcom.co.jp")
        assert ("helo.brand" in notes(reply)) == forged, notes(reply)


def received(address, name, by="mx2.customer.jp"):
    return ("Received: from %s (%s [%s]) by %s with ESMTP; "
            "Sat, 20 Aug 2022 02:25:20 +0900\r\n" % (name, name, address,
                                                     by)).encode()


@pytest.mark.parametrize("address, name, sender, spf, dmarc", [
    (STRANGER, "x.evil.example.org", "a@evil.example.org", "pass", "fail"),
    (STRANGER, "x.evil.example.org", "noreply@jcom.co.jp", "fail", "fail"),
    (HONEST, "mta.jcom.co.jp", "noreply@jcom.co.jp", "pass", "pass")])
def test_behind_a_relay_of_ours(served, address, name, sender, spf, dmarc):
    reply = check(served, received(address, name) + NOTICE, IP=RELAY,
                  Helo="mx2.customer.jp", From=sender)
    assert facts(reply)["auth.spf"] == spf, reply
    assert facts(reply)["auth.dmarc"] == dmarc, reply
    assert is_forged(reply) == (dmarc == "fail"), reply


def behind(served, data, line, **more):
    return check(served, line + data, IP=RELAY, Helo="mx2.customer.jp",
                 Hostname="mx2.customer.jp", **more)


@pytest.mark.parametrize("address, name, sender", [
    (STRANGER, "mail.jcom.co.jp", "a@evil.example.org"),
    (STRANGER, "185.113.0.203.dyn.example.net", "<>"),
    (HONEST, "mta.jcom.co.jp", "noreply@jcom.co.jp"),
    (HONEST, "pc", "noreply@jcom.co.jp")])
def test_behind_a_relay_all_is_as_if_he_had_come_himself(
        served, address, name, sender):
    direct = check(served, NOTICE, IP=address, Helo=name, Hostname=name,
                   From=sender)
    relayed = behind(served, NOTICE, received(address, name), From=sender)
    assert relayed["symbols"] == direct["symbols"], (relayed, direct)
    assert relayed["score"] == direct["score"]
    told, plain = notes(relayed), notes(direct)
    said = "sent by IP %s, HELO %s" % (address, name)
    assert told["route.peer"].replace("[.]", ".").startswith(said), told
    assert "Received 1: mx2[.]customer[.]jp, told by relay 192.0.2.5" in \
        told.pop("route.peer").replace("192[.]0[.]2[.]5", "192.0.2.5"), told
    assert said in plain.pop("route.peer").replace("[.]", "."), plain
    told.pop("date.received", None)
    assert told == plain


def signed(domain):
    """By nobody."""
    return ("DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=t; h=from;\r\n"
            " bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n" %
            domain).encode()


class SilentServer(hostiledns.HostileServer):
    """Knows these records, and says nothing about names below dead.net."""

    def __init__(self, records):
        super().__init__()
        self.records = records

    def is_silent(self, name):
        return name.endswith("dead.net")

    def on_udp(self):
        packet, sender = self.udp.recvfrom(4096)
        q = hostiledns.Question(packet)
        name = q.name.lower().decode("latin-1")
        known = self.records.get(name) if q.kind == hostiledns.TXT else None
        if known is not None:
            known = q.answer(hostiledns.record(b"\xc0\x0c",
                                               hostiledns.text(known)))
        if not self.is_silent(name):
            self.udp.sendto(known or q.answer(), sender)


KAGOYA = NOTICE.replace(b"J:COM", b"KAGOYA").replace(b"jcom.co.jp",
                                                     b"kagoya.jp")
GARBAGE = [signed("x.local"), signed("x.dead.net"),
           signed("dead.net") + signed("x.dead.net")]


@pytest.fixture(scope="module")
def silent(rules, tmp_path_factory):
    with SilentServer({
            "kagoya.jp": b"v=spf1 ip4:198.51.100.0/24 -all",
            "evil.example.org": b"v=spf1 +all"}) as server, \
            sekishod.Daemon(
                rules, folder=str(tmp_path_factory.mktemp("silent")),
                options=["--dns.servers", server.where, "--dns.budget", "1s",
                         "--dns.timeout", "1s", "--reputation.on", "no",
                         "--workers", "1"]) as d:
        yield d


@pytest.mark.parametrize("sender", ["a@evil.example.org", "a@x.local",
                                    "a@x.dead.net"])
@pytest.mark.parametrize("data", [KAGOYA] + [
    line + KAGOYA for line in GARBAGE] + [
    b"From: a@x.local\r\n" + GARBAGE[0] + KAGOYA,
    b"From: a@x.dead.net\r\n" + KAGOYA,
    KAGOYA.replace(b"KAGOYA <", b"a@x.dead.net, KAGOYA <")])
def test_garbage_hides_no_forged_brand_without_dmarc(silent, data, sender):
    """A signature of a name that nobody is asked for once did, and one whose
    servers are silent."""
    reply = check(silent, data, From=sender)
    assert "from.forged" in notes(reply), (facts(reply), notes(reply))
    assert reply["score"] > 2, reply


@pytest.mark.parametrize("data", [
    signed("dead.kagoya.jp"), GARBAGE[1] + signed("dead.kagoya.jp")])
def test_its_own_key_that_nobody_has_makes_it_no_forgery(
        rules, tmp_path, data):
    class Keyless(SilentServer):
        def is_silent(self, name):
            return name.endswith(("dead.kagoya.jp", "dead.net"))

    with Keyless({"kagoya.jp": b"v=spf1 ip4:198.51.100.0/24 -all"}) as s, \
            sekishod.Daemon(rules, folder=str(tmp_path), options=[
                "--dns.servers", s.where, "--dns.budget", "1s",
                "--dns.timeout", "1s", "--reputation.on", "no"]) as d:
        reply = check(d, data + KAGOYA, IP=HONEST, From="a@kagoya.jp")
        assert "from.forged" not in notes(reply), reply
        assert facts(reply)["auth.dkim"] == "temperror", reply


def behind_silence(rules, folder, budget, records, address, sender):
    records["_dmarc.jcom.co.jp"] = b"v=DMARC1; p=reject"
    with SilentServer(records) as server, sekishod.Daemon(
            rules, folder=str(folder),
            options=["--dns.servers", server.where, "--trusted", RELAYS,
                     "--dns.budget", budget, "--dns.timeout", budget,
                     "--deadline", "60s", "--reputation.on", "no",
                     "--workers", "1"]) as daemon:
        begun = time.monotonic()
        reply = behind(daemon, NOTICE, received(address, "mta.jcom.co.jp"),
                       From=sender)
        return reply, time.monotonic() - begun


@pytest.mark.parametrize("sender, dmarc", [
    ("m.jcom.co.jp", "pass"), ("esp.example.org", "fail")])
def test_a_silent_server_of_from_holds_up_no_other_sender(
        rules, tmp_path, sender, dmarc):
    reply, seconds = behind_silence(rules, tmp_path, "30s", {
        "jcom.co.jp": b"v=spf1 include:spf.dead.net -all",
        sender: b"v=spf1 include:1.jcom.co.jp -all",
        "1.jcom.co.jp": b"v=spf1 include:2.jcom.co.jp -all",
        "2.jcom.co.jp": b"v=spf1 ip4:198.51.100.0/24 -all"},
        HONEST, "bounce@" + sender)
    assert seconds < 20, (seconds, reply)
    assert facts(reply)["auth.spf"] == "pass", reply
    assert facts(reply)["auth.dmarc"] == dmarc, reply
    assert ("from.authentic" in notes(reply)) == (dmarc == "pass"), reply


def test_a_silent_server_of_the_sender_hides_no_forger(rules, tmp_path):
    """For our relay it passes: then From's own SPF has to be known."""
    reply, _ = behind_silence(rules, tmp_path, "2s", {
        "evil.example.org": b"v=spf1 ip4:192.0.2.5 include:spf.dead.net -all",
        "jcom.co.jp": b"v=spf1 include:1.jcom.co.jp -all",
        "1.jcom.co.jp": b"v=spf1 include:2.jcom.co.jp -all",
        "2.jcom.co.jp": b"v=spf1 ip4:198.51.100.0/24 -all"},
        STRANGER, "a@evil.example.org")
    assert facts(reply)["auth.dmarc"] == "fail" and is_forged(reply), reply


def test_no_long_record_of_the_sender_hides_a_forger(served):
    reply = behind(served, NOTICE, received(STRANGER, "x.evil.example.org"),
                   From="a@long.example.org")
    assert facts(reply)["auth.dmarc"] == "fail" and is_forged(reply), reply


def test_a_relay_s_word_in_japanese(served):
    reply = behind(served, NOTICE, received(STRANGER, "pc"))
    said, = [n["ja"] for n in reply["sekisho"]["notes"]
             if n["code"] == "route.peer"]
    assert "、中継 192.0.2.5 の記録)" in said, said


def test_a_name_of_the_brand_behind_a_relay_is_forged(served):
    reply = behind(served, NOTICE, received(STRANGER, "mail.jcom.co.jp")
                   .replace(b"(mail.jcom.co.jp", b"(x.evil.example.org"))
    assert "helo.brand" in notes(reply), reply


@pytest.mark.parametrize("line", [
    "from x.evil.example.org by mx2.customer.jp with ESMTP"])
def test_whom_the_relay_does_not_tell_nobody_takes_for_it(served, line):
    reply = behind(served, NOTICE, ("Received: %s\r\n" % line).encode() +
                   received(HONEST, "mta.jcom.co.jp"),
                   From="noreply@jcom.co.jp")
    assert "auth.spf" not in facts(reply), reply
    assert "auth.dmarc" not in facts(reply), reply
    assert "route.unknown" in notes(reply), reply
    assert "from.authentic" not in notes(reply), reply


@pytest.mark.parametrize("line", [
    "by mx2.customer.jp (Postfix, from userid 33) id 1",
    "from www-data by mx2.customer.jp with local (Exim 4.96) (envelope-from "
    "<noreply@jcom.co.jp>) id 1oP-1",
    "(qmail 123 invoked by uid 33)",
    "(from www@localhost) by mx2.customer.jp (8.17.1/8.17.1/Submit) id 27K",
    "from mx2.customer.jp (203.0.113.185#51234) by mx2.customer.jp"])
def test_a_user_of_the_relay_does_not_choose_who_came(served, brand_key, line):
    """All below the line of the relay is his own, signed by others or not."""
    lines = ("Received: %s; Sat, 20 Aug 2022 02:25:21 +0900\r\n" %
             line).encode() + received(HONEST, "mta.jcom.co.jp")
    saved = b"Return-Path: <noreply@jcom.co.jp>\r\n" + lines
    for reply in (behind(served, NOTICE, lines, From="noreply@jcom.co.jp"),
                  served.check(saved + NOTICE)):
        assert "auth.spf" not in facts(reply), reply
        assert "auth.dmarc" not in facts(reply), reply
        assert "from.authentic" not in notes(reply), reply
    reply = behind(served, brand_key.dkim(NOTICE), lines,
                   From="noreply@jcom.co.jp")
    assert facts(reply)["auth.dmarc"] == "pass", reply
    assert "from.authentic" in notes(reply), reply


@pytest.mark.parametrize("helo", [
    "((", "x(", "by", "id", "x(y[198.51.100.7])", "[198.51.100.7]",
    "x)", '"x', "x;y", "x by y", "[198.51.100.7] by y", "x with HTTP",
    "[198.51.100.7] with LMTP", "[198.51.100.7] id x",
    "mx2.customer.jp by mx2.customer.jp", "x with ESMTPA by y"])
def test_no_greeting_hides_a_forger(served, helo):
    line = ("Received: from %s (unknown [%s]) by mx2.customer.jp with ESMTP "
            "id 1;\r\n Sat, 20 Aug 2022 02:25:20 +0900\r\n" %
            (helo, STRANGER)).encode()
    line += received(HONEST, "mta.jcom.co.jp")
    for reply in (behind(served, NOTICE, line, From="noreply@jcom.co.jp"),
                  served.check(b"Return-Path: <noreply@jcom.co.jp>\r\n" +
                               line + NOTICE)):
        assert facts(reply)["auth.spf"] == \
            ("none" if "route.hidden" in notes(reply) else "fail"), reply
        assert is_forged(reply), reply


@pytest.mark.parametrize("line", [
    "from x (y [198.51.100.7]) by y (unknown [%s]) by mx2.customer.jp",
    "from x ([%s] ident=a) ([198.51.100.7]) by mx2.customer.jp with esmtp",
    "from x ([198.51.100.7]=helo= [%s]) by mx2.customer.jp (Haraka/3.1) with "
    "ESMTP id 1",
    "from ([198.51.100.7])helo= (x [%s]) by mx2.customer.jp (Haraka/3.1) with "
    "ESMTP id 1",
    "from x (y [%s]) by mx2.customer.jp (Haraka/3.1) with ESMTP id 1 "
    "envelope-from <\"a [198.51.100.7] by c\"@evil.example.org>"])
def test_a_line_with_two_addresses_is_no_way_to_hide(served, brand_key, line):
    """SPF passes for none of them, and only a signature helps."""
    line = ("Received: %s\r\n" % line % STRANGER).encode() + \
        received(HONEST, "mta.jcom.co.jp")
    reply = behind(served, NOTICE, line, From="noreply@jcom.co.jp")
    assert facts(reply)["auth.spf"] == "none", reply
    assert is_forged(reply), reply
    assert "192[.]0[.]2[.]5 holds two addresses" in \
        notes(reply)["route.hidden"].replace("192.0.2.5", "192[.]0[.]2[.]5")
    said, = [n["ja"] for n in reply["sekisho"]["notes"]
             if n["code"] == "route.hidden"]
    assert "アドレスが二つあり" in said, said
    reply = behind(served, brand_key.dkim(NOTICE), line, From="noreply@jcom.co.jp")
    assert facts(reply)["auth.dmarc"] == "pass", reply
    assert "from.authentic" in notes(reply), reply


@pytest.mark.parametrize("address", ["172.17.0.1", "10.1.2.3", "100.64.0.9"])
def test_behind_an_inner_host_nobody_named_no_line_is_believed(
        served, address):
    """It may be a proxy in front of the relay: strangers write the next."""
    lines = received(address, "x.evil.example.org") + \
        received(HONEST, "mta.jcom.co.jp")
    for reply in (behind(served, NOTICE, lines, From="noreply@jcom.co.jp"),
                  served.check(b"Return-Path: <noreply@jcom.co.jp>\r\n" +
                               lines + NOTICE)):
        assert "auth.spf" not in facts(reply), reply
        assert "from.authentic" not in notes(reply), reply
        assert not is_forged(reply), reply
        assert "name it in trusted" in notes(reply)["route.inside"], reply


@pytest.mark.parametrize("address", ["172.18.0.1", "fd00::1"])
def test_an_inner_host_without_a_name_is_held_against_nobody(served, address):
    """Docker's proxy stands for a mail server of the brand, too."""
    line = received("IPv6:" + address if ":" in address else address,
                    "mta.jcom.co.jp").replace(b"(mta.jcom.co.jp", b"(unknown")
    for reply in (behind(served, NOTICE, line, From="noreply@jcom.co.jp"),
                  check(served, NOTICE, IP=address, Helo="mta.jcom.co.jp",
                        Hostname="unknown", From="noreply@jcom.co.jp")):
        assert reply["score"] == 0, reply
        assert "helo.brand" not in notes(reply), reply
        assert "REVERSE" not in reply["symbols"], reply


@pytest.mark.parametrize("line", [
    "from x (HELO x)([198.51.100.7]) (%s) by mx2.customer.jp with ESMTP",
    "from x([198.51.100.7]) (%s) by mx2.customer.jp with Microsoft SMTP",
    "from x ([%s] helo=x ident=a [198.51.100.7]) by mx2.customer.jp with "
    "esmtp (Exim 4.96) (envelope-from <noreply@jcom.co.jp>) id 1",
    "from x ([%s] helo=x ident=a) ([198.51.100.7]) by mx2.customer.jp with "
    "esmtp (Exim 4.96) (envelope-from <noreply@jcom.co.jp>) id 1",
    "from x (unknown [%s]) (IDENT: a [198.51.100.7]) by mx2.customer.jp"])
def test_no_form_of_a_line_hides_a_forger(served, line):
    line = ("Received: %s;\r\n Sat, 20 Aug 2022 02:25:20 +0900\r\n" % line %
            STRANGER).encode() + received(HONEST, "mta.jcom.co.jp")
    reply = behind(served, NOTICE, line, From="noreply@jcom.co.jp")
    assert facts(reply)["auth.spf"] in ("fail", "none"), reply
    assert is_forged(reply), reply


@pytest.mark.parametrize("said", [
    "[203.0.113.185] by localhost with IMAP (fetchmail-6.4.37)",
    "(203.0.113.185) by localhost with POP3-SSL"])
def test_a_mailbox_s_host_is_nobody_s_sender(served, said):
    line = (b"Received: from localhost (localhost [127.0.0.1]) by "
            b"mx.customer.jp with ESMTP; Sat, 20 Aug 2022 02:25:22 +0900\r\n"
            b"Received: from imap.isp.net " + said.encode() +
            b"; Sat, 20 Aug 2022 02:25:21 +0900\r\n" +
            received(HONEST, "mta.jcom.co.jp", "mx.isp.net") + NOTICE)
    for reply in (served.check(line),
                  check(served, line.split(b"\r\n", 1)[1], IP=RELAY,
                        From="noreply@jcom.co.jp"),
                  served.check(b"Return-Path: <noreply@jcom.co.jp>\r\n" +
                               line)):
        assert "auth.spf" not in facts(reply), reply
        assert not is_forged(reply), reply


# Lists and forwarders among our hosts put their name in place of MAIL FROM.
OURS = "list-bounces@customer.jp"
SRS = "SRS0=ab=cd=jcom.co.jp=noreply@customer.jp"


@pytest.mark.parametrize("address, author, sender, spf, dmarc", [
    (HONEST, "noreply@jcom.co.jp", SRS, "pass", "pass"),
    (STRANGER, "noreply@jcom.co.jp", SRS, "fail", "fail"),
    (HONEST, "noreply@jcom.co.jp", "SRS1=ab=jcom.co.jp==cd=ef=b.example=u@"
     "customer.jp", "pass", "pass"),
    (HONEST, "noreply@jcom.co.jp", OURS, None, None),
    (STRANGER, "noreply@jcom.co.jp", OURS, None, "fail"),
    (STRANGER, "taro@x.evil.example.org", OURS, None, "none"),
    (STRANGER, "taro@customer.jp", OURS, None, "fail"),
    (STRANGER, "noreply@jcom.co.jp", "taro@elsewhere.example.org", "fail",
     "fail")])
def test_who_sends_under_a_name_of_our_own(
        served, address, author, sender, spf, dmarc):
    """Nobody knows whom SPF was about: then From's own SPF has to say that it
    may have been its servers."""
    data = NOTICE.replace(b"J:COM <noreply@jcom.co.jp>", author.encode())
    reply = behind(served, data, received(address, "x.example.org"),
                   From=sender)
    assert facts(reply).get("auth.spf") == spf, reply
    assert facts(reply).get("auth.dmarc") == dmarc, reply
    assert ("from.authentic" in notes(reply)) == (dmarc == "pass")
    direct = check(served, data, IP=address, Helo="x.example.org",
                   From=sender)
    assert facts(direct)["auth.spf"] in ("fail", "none"), direct


def test_a_host_of_ours_is_asked_for_no_proof(served):
    for data in NOTICE, received("10.1.2.3", "desk", "mail.customer.jp") + \
            NOTICE, received(OFFICE, "office.customer.jp") + NOTICE:
        reply = check(served, data, IP=RELAY, Helo="mx2.customer.jp")
        assert "auth.spf" not in facts(reply), reply
        assert not is_forged(reply), reply


@pytest.mark.parametrize("line", [
    "from [192.168.1.3] (p1.isp.example [%s]) (Authenticated sender: taro) "
    "by mx2.customer.jp (Postfix) with ESMTPSA id 1",
    "from p1.isp.example ([%s] helo=pc) by mx2.customer.jp with esmtpsa "
    "(Exim 4.96) id 1",
    "from pc (p1.isp.example [%s]) (authenticated bits=0) by "
    "mx2.customer.jp (8.17.1/8.17.1) with ESMTPA id 1",
    "from pc (p1.isp.example [%s]) by mx2.customer.jp with UTF8SMTPSA",
    "from [%s] by mx2.customer.jp with HTTP"])
def test_our_users_behind_a_relay_are_asked_for_no_proof(served, line):
    """But who connects himself, and writes such a line, is."""
    data = ("Received: %s; Sat, 20 Aug 2022 02:25:20 +0900\r\n" %
            line % STRANGER).encode() + NOTICE
    for reply in (check(served, data, IP=RELAY, Helo="mx2.customer.jp"),
                  served.check(data)):
        assert "auth.spf" not in facts(reply), reply
        assert "auth.dmarc" not in facts(reply), reply
        assert not is_forged(reply), reply
    assert is_forged(check(served, data))


@pytest.mark.parametrize("results", [
    "spf=pass; dkim=none", "spf=pass; dkim=pass"])
def test_the_sender_does_not_say_for_whom_spf_passed(served, results):
    """Without an envelope only a Return-Path above our line does."""
    line = received(STRANGER, "jcom.co.jp")
    path = b"Return-Path: <noreply@jcom.co.jp>\r\n"
    said = by_gateway(results)[:-len(NOTICE)]
    official = served.check(path + said + line + NOTICE)
    assert "from.authentic" in notes(official), official
    for lie in path, b"Return-Path: <>\r\n":
        forged = served.check(said + line + lie + NOTICE)
        assert "auth.dmarc" not in facts(forged), forged
        assert "from.authentic" not in notes(forged), forged
    forged = served.check(said + path + NOTICE, IP=STRANGER,
                          Helo="jcom.co.jp")
    assert "from.authentic" not in notes(forged), forged


@pytest.mark.parametrize("results", [
    "spf=pass smtp.helo=mx.relay.example; spf=pass "
    "smtp.mailfrom=noreply@jcom.co.jp",
    "spf=pass smtp.mailfrom=<noreply@jcom.co.jp>",
    "spf=pass smtp.mailfrom=noreply@jcom.co.jp.",
    "dkim=pass header.d=jcom.co.jp."])
def test_spellings_of_whom_it_passed_for(served, results):
    reply = check(served, by_gateway(results))
    assert facts(reply)["auth.dmarc"] == "pass", reply
    assert not is_forged(reply), reply
