# SPDX-License-Identifier: Apache-2.0
"""Authentication-Results of ours, forged ones, and forwarders whose seals are
believed: daemons beside a real name server, Postfix and rspamc."""

import email
import email.policy
import os
import re
import subprocess

import pytest

import daemon as sekishod
import mta
from nameserver import NameServer, reverse, text
from test_auth import GOOGLE_KEY, RFC8463_KEYS
from test_milter import Served

ID = "mx.customer.jp"
SENDER = "93.184.215.14"
NAMELESS, CLAIMER, DANGLING = "93.184.215.99", "93.184.215.98", "93.184.215.97"
UNTOLD = "93.184.214.1"

ZONE = RFC8463_KEYS + [
    GOOGLE_KEY,
    ("football.example.com", "TXT", text("v=spf1 ip4:93.184.215.14 -all")),
    ("_dmarc.football.example.com", "TXT", text("v=DMARC1; p=reject")),
    ("_dmarc.ekiri.ee", "TXT", text("v=DMARC1; p=reject")),
    (reverse(SENDER), "PTR", "mail.football.example.com."),
    ("mail.football.example.com", "A", SENDER),
    (reverse(CLAIMER), "PTR", "mail.football.example.com."),
    (reverse(DANGLING), "PTR", "nowhere.example.com."),
]

FORGED = b"Authentication-Results: MX.customer.jp (of ours); dmarc=pass " \
    b"header.from=bank.jp\r\n"
OTHER = b"Authentication-Results: mx.elsewhere.jp; spf=pass\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with NameServer(tmp_path_factory.mktemp("names"), ZONE,
                    ["214.184.93.in-addr.arpa"]) as names:
        yield names


@pytest.fixture(scope="module")
def options(server):
    return ["--dns.servers", server.where, "--auth.authserv_id", ID,
            "--reputation.on", "no", "--workers", "1"]


@pytest.fixture(scope="module")
def served(rules, options, tmp_path_factory):
    with Served(rules, tmp_path_factory.mktemp("results"), *options) as d:
        yield d


@pytest.fixture(scope="module")
def signed(shared):
    path = os.path.join(shared, "data/dkim/dkimpy/rfc6376.signed.msg")
    with open(path, "rb") as file:
        return file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def check(daemon, data, ip=SENDER, sender="joe@football.example.com",
          helo="mail.football.example.com", **more):
    return daemon.check(data, IP=ip, Helo=helo, From=sender,
                        Rcpt="b@customer.jp", **more)


def ours(reply):
    return reply["milter"]["add_headers"].get("Authentication-Results")


def test_all_methods_in_one_field_on_top(served, signed):
    said = ours(check(served, signed))
    assert said["order"] == 0
    value = said["value"]
    assert value.startswith(ID + "; iprev=pass policy.iprev=" + SENDER +
                            "; spf=pass smtp.mailfrom="
                            "joe@football.example.com; ")
    assert len(re.findall(
        r"; dkim=pass header\.d=football\.example\.com header\.s=\w+ "
        r'header\.b="?[\w+/]{8}"?(?=;)', value)) == 2, value
    assert "; dmarc=pass header.from=football.example.com " \
        "policy.dmarc=reject; arc=none" in value


def test_a_failure_says_why(served, signed):
    value = ours(check(served, signed.replace(b"hungry", b"angry"),
                       ip="93.184.215.99"))["value"]
    assert "; iprev=permerror policy.iprev=93.184.215.99; spf=fail " in value
    assert '; dkim=fail reason="the body is not what was signed" ' in value
    assert "; dmarc=fail header.from=football.example.com" in value


def test_no_line_of_the_sender_gives_the_address_a_name(served, signed):
    lie = b"Received: from x (x.bank.jp [93.184.215.99]) by y.example.org\r\n"
    value = ours(check(served, lie + signed, ip="93.184.215.99"))["value"]
    assert "; iprev=permerror policy.iprev=93.184.215.99; " in value


@pytest.mark.parametrize("ip, iprev", [
    (SENDER, "pass"), (NAMELESS, "permerror"), (CLAIMER, "fail"),
    (DANGLING, "fail"), (UNTOLD, "temperror")])
def test_a_name_that_does_not_lead_back_is_not_no_name(served, signed, ip,
                                                       iprev):
    """RFC 8601 2.7.3."""
    value = ours(check(served, signed, ip=ip))["value"]
    assert "; iprev=%s policy.iprev=%s; " % (iprev, ip) in value


@pytest.mark.parametrize("sender", [
    'a b"c\\d(e)@x.jp', "a;dmarc=pass@x.jp", "<script>@x.jp",
    "\u65e5\u672c@x.jp", "a" * 600 + "@x.jp"])
def test_what_a_sender_writes_stays_a_value(served, signed, sender):
    value = ours(check(served, signed, sender=sender.encode().decode(
        "latin-1")))["value"]
    # Quoted strings taken out, what is left has its shape.
    bare = re.sub(r'"(\\.|[^"\\])*"', "Q", value)
    assert value.isascii() and value.isprintable()
    assert re.fullmatch(
        r"mx\.customer\.jp(; [a-z]+=[a-z]+( [a-z.]+=[^\s;\"()<>]+)*)+", bare)
    assert bare.count("dmarc=") == 2 and bare.count("; dmarc=") == 1
    assert len(value) < 4000


def test_behind_a_relay_it_names_whom_the_relay_saw(rules, options, signed,
                                                    tmp_path):
    line = "Received: from mail.football.example.com (unknown [%s]) by " \
        "mx2.customer.jp with ESMTP; Sat, 20 Aug 2022 02:25:20 +0900\r\n"
    with Served(rules, tmp_path, *options, "--trusted", "198.51.100.9") as d:
        text = ours(check(d, (line % SENDER).encode() + signed, "198.51.100.9",
                          "<>", "mx2.customer.jp"))["value"]
        assert " smtp.helo=mail.football.example.com" in text, text


def test_forged_ones_go_and_others_stay(served, signed):
    reply = check(served, FORGED + OTHER + FORGED + signed)
    assert reply["milter"]["remove_headers"]["Authentication-Results"] == \
        [3, 1]
    reply = check(served, OTHER + signed)
    assert "Authentication-Results" not in reply["milter"]["remove_headers"]
    reply = check(served, FORGED.replace(b"jp (", b"jp. (") + signed)
    assert reply["milter"]["remove_headers"]["Authentication-Results"] == [1]


@pytest.mark.parametrize("more", [[], ["--authserv", "gw.customer.jp"]])
def test_behind_a_relay_forged_ones_go_too(rules, options, signed, tmp_path,
                                           more):
    line = b"Received: from x (unknown [203.0.113.185]) by mx2.customer.jp " \
        b"with ESMTP; Sat, 20 Aug 2022 02:25:20 +0900\r\n"
    with Served(rules, tmp_path, *options, *more, "--trusted",
                "198.51.100.9") as d:
        reply = check(d, line + FORGED + b"X-Spam-Flag: NO\r\n" +
                      signed.replace(b"hungry", b"angry"), "198.51.100.9",
                      "a@evil.example.org", "mx2.customer.jp")
    removed = reply["milter"]["remove_headers"]
    assert removed["Authentication-Results"] == [1], reply
    assert "X-Spam-Flag" in removed, reply
    assert "dmarc=fail" in ours(reply)["value"], reply


GATEWAY = b"Authentication-Results: gw.customer.jp; spf=fail " \
    b"smtp.mailfrom=evil.example.org\r\n" \
    b"Received: from x (unknown [93.184.215.14]) by gw.customer.jp with " \
    b"ESMTP; Sat, 20 Aug 2022 02:25:20 +0900\r\n"


@pytest.mark.parametrize("above, more, gone", [
    (GATEWAY, {}, [2]),
    (b"", {"Authentication-Results": "gw.customer.jp; spf=fail"}, [1]),
    (b"", {"User": "taro"}, [1]), (b"", {"ip": "198.51.100.9"}, [1])])
def test_forged_ones_go_whoever_else_has_spoken(rules, options, signed,
                                                tmp_path, above, more, gone):
    """With a word of a gateway they once stayed, and none of ours above."""
    with Served(rules, tmp_path, *options, "--authserv", "gw.customer.jp",
                "--trusted", "198.51.100.9") as d:
        reply = check(d, above + FORGED + signed, **more)
        assert reply["milter"]["remove_headers"]["Authentication-Results"] \
            == gone, reply


def test_one_name_for_a_gateway_and_ours_is_refused(rules, server, tmp_path):
    """A stranger's field was once believed under it, and left in."""
    options = ["--packs", rules, "--dns.servers", server.where,
               "--auth.authserv_id", ID]

    def said(*more):
        done = subprocess.run([sekishod.program("sekishod"), "-t", *options,
                               *more], capture_output=True, text=True,
                              timeout=120, check=False)
        return done.returncode, done.stderr

    for more in ([], ["--auth.fields", "authentication-results"]):
        code, why = said("--authserv", "MX.customer.jp", *more)
        assert code == 78 and "is in authserv too" in why, why
        assert "such as sekisho.MX.customer.jp" in why, why
    # a field of another name is not ours
    assert said("--authserv", ID, "--auth.fields", "X-Results")[0] == 0


def test_off_unless_asked_for(rules, server, signed, tmp_path):
    with sekishod.Daemon(rules, folder=str(tmp_path), options=[
            "--dns.servers", server.where]) as d:
        reply = check(d, FORGED + signed)
        assert ours(reply) is None
        assert "Authentication-Results" not in \
            reply["milter"]["remove_headers"]


def test_none_where_a_gateway_has_said_it(rules, options, signed, tmp_path):
    said = b"Authentication-Results: gw.customer.jp; spf=pass " \
        b"smtp.mailfrom=football.example.com\r\n"
    with sekishod.Daemon(rules, folder=str(tmp_path), options=options + [
            "--authserv", "gw.customer.jp", "--trusted",
            "192.0.2.0/24"]) as d:
        assert ours(check(d, said + signed)) is None
        assert ours(check(d, signed)) is not None


def test_a_gateway_may_say_it_in_a_field_of_another_name(
        rules, options, signed, tmp_path):
    said = b"X-Gateway-Results: gw.customer.jp; spf=softfail " \
        b"smtp.mailfrom=football.example.com\r\n"
    with sekishod.Daemon(rules, folder=str(tmp_path), options=options + [
            "--authserv", "gw.customer.jp", "--auth.fields",
            "X-Gateway-Results"]) as d:
        for field, spf in ((said, "softfail"), (said.replace(
                b"X-Gateway", b"Authentication"), "pass")):
            reply = check(d, field + signed)
            found = {n["code"]: n["en"] for n in reply["sekisho"]["notes"]}
            assert "SPF %s," % spf in found["auth.results"], found


def test_what_is_no_name_is_refused(rules, server):
    for words, why in ((["--auth.authserv_id", "a b"], "must be a name"),
                       (["--auth.authserv_id", ID], "without dns.servers")):
        done = subprocess.run(
            [sekishod.program("sekishod"), "-t", "--packs", rules, *words] +
            (["--dns.servers", server.where] if "a b" in words else []),
            capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode != 0 and why in done.stderr, done.stderr


def test_postfix_writes_it_once_on_top(served, signed):
    with mta.Postfix(served.milter) as p:
        code, said = p.send(FORGED + OTHER + signed, {
            "ip": SENDER, "helo": "mail.football.example.com",
            "mail_from": "joe@football.example.com",
            "rcpt": "b@victim.example"})
        assert code == 250, said
        got = p.sink.wait(1)[-1]
    assert got.startswith(b"Authentication-Results: mx.customer.jp;"), got
    fields = email.message_from_bytes(
        got, policy=email.policy.compat32).get_all("Authentication-Results")
    assert len(fields) == 2 and fields[1].startswith("mx.elsewhere.jp")
    value = re.sub(r"\r?\n[ \t]+", " ", fields[0])
    assert "; spf=pass smtp.mailfrom=joe@football.example.com" in value
    assert value.count("dkim=pass") == 2 and "bank.jp" not in value


def test_rspamc_shows_it(served, signed, tmp_path):
    rspamc = os.environ.get("SEKISHO_RSPAMC")
    if rspamc is None:
        pytest.skip("SEKISHO_RSPAMC names no rspamc")
    (tmp_path / "mail").write_bytes(signed)
    done = subprocess.run(
        [rspamc, "-h", "127.0.0.1:%d" % served.port, "-i", SENDER, "-F",
         "joe@football.example.com", "--json", str(tmp_path / "mail")],
        capture_output=True, text=True, timeout=120, check=False)
    assert "Authentication-Results" in done.stdout, done.stdout + done.stderr
    assert "mx.customer.jp; iprev=pass" in done.stdout


# --- Forwarders -----------------------------------------------------------

@pytest.fixture(scope="module")
def forwarded(shared):
    with open(os.path.join(shared, "data/arc/mailauth/arc-pass.eml"),
              "rb") as file:
        return file.read()


def from_google(daemon, data):
    return check(daemon, data, ip="209.85.220.41", sender="x@tr.ee",
                 helo="mail-sor-f41.google.com")


def notes(reply):
    return {n["code"]: n["en"] for n in reply["sekisho"]["notes"]}


def test_a_trusted_seal_outweighs_a_failing_dmarc(
        rules, options, forwarded, tmp_path):
    with sekishod.Daemon(rules, folder=str(tmp_path), options=options + [
            "--auth.arc_trusted", "google.com"]) as d:
        reply = from_google(d, forwarded)
        said = notes(reply)
        assert "DMARC pass" in said["auth.results"], said
        assert "passed at google[.]com, whose ARC seal is trusted" in \
            said["auth.override"], said
        value = ours(reply)["value"]
        assert 'dmarc=fail reason="local policy: passed at google.com, ' \
            'whose ARC seal is trusted" header.from=ekiri.ee ' \
            'policy.dmarc=reject' in value, value
        assert '; arc=pass arc.chain="google.com:google.com"' in value
        words = " ".join(reply["symbols"]["AUTH"]["options"])
        assert "arc.trusted=true" in words and "auth.arc.dkim=pass" in words


def test_a_seal_of_somebody_else_outweighs_nothing(
        rules, options, forwarded, tmp_path):
    for trusted in ("oogle.com", "lists.google.com", "example.org"):
        folder = tmp_path / trusted
        folder.mkdir()
        with sekishod.Daemon(rules, folder=str(folder), options=options + [
                "--auth.arc_trusted", trusted]) as d:
            said = notes(from_google(d, forwarded))
            assert "DMARC fail" in said["auth.results"], said
            assert "auth.override" not in said


def test_a_broken_seal_outweighs_nothing(rules, options, forwarded,
                                         tmp_path):
    head = forwarded.index(b"\r\n\r\n")
    letters = [n for n in range(head, len(forwarded))
               if forwarded[n:n + 1].isalpha()]
    changed = bytearray(forwarded)
    changed[letters[-1]] ^= 1
    with sekishod.Daemon(rules, folder=str(tmp_path), options=options + [
            "--auth.arc_trusted", "google.com"]) as d:
        reply = from_google(d, bytes(changed))
        assert "auth.override" not in notes(reply)
        assert "; arc=fail" in ours(reply)["value"]
