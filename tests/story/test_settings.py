# SPDX-License-Identifier: Apache-2.0
"""What holds for one message: by recipient, user, network, listener, or as
the gateway asks; and what it is when recipients differ."""

import os
import socket
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from daemon import program  # noqa: E402
from test_daemon import MAIL, RULES, end_status  # noqa: E402
from test_listen import read_all, start  # noqa: E402

SETTINGS = """
listen:
- {address: '127.0.0.1:0', protocol: http}
- {address: '127.0.0.1:0', protocol: http, name: submission}
trusted: [198.51.100.0/24]
actions:
  reject: reject
texts:
  reject: 'No, {queue_id} ({symbols})'
settings:
- name: mild
  rcpt: [mild.example, boss@strict.example]
  thresholds: {reject: off}
- name: quarantined
  rcpt: .held.example
  actions: {reject: quarantine}
  texts: {quarantine: 'held: {score}'}
- name: low
  rcpt: low.example
  thresholds: {add_header: 1, reject: 100}
- name: blind
  rcpt: blind.example
  without: [jp-ekinet-payment-2026-02, jp-ekinet]
- name: chosen
  rcpt: chosen.example
  packs: [nothing-of-that-name]
- name: deaf
  rcpt: deaf.example
  actions: {reject: none, add_header: none}
  headers: {add: none}
- name: users
  user: '*'
  lang: ja
- name: alice
  user: alice
  actions: {reject: discard}
- name: inside
  network: 198.51.100.0/25
  direction: outbound
  texts: {reject: 'inside'}
- name: submission
  listener: submission
  actions: {reject: soft_reject}
- name: asked
  id: tagging
  actions: {reject: rewrite_subject}
  texts: {subject: '[KIKEN] '}
"""


@pytest.fixture(scope="module")
def lure():
    sample = subprocess.run(
        [program("sekisho"), "sample", os.path.join(
            RULES, "campaigns", "jp-ekinet-payment-2026-02.pack.yaml")],
        capture_output=True, check=True).stdout
    assert sample.startswith(b"X-Test-")
    return sample


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("settings")
    with start(folder, SETTINGS) as d:
        yield d
        assert d.stop() == 0
    assert "Sanitizer" not in d.log()


def test_nobody_special_gets_what_is_usual(served, lure):
    reply = served.check(lure, Rcpt="<a@other.example>", Queue_ID="4XYZ")
    assert reply["action"] == "reject"
    text = reply["messages"]["smtp_message"]
    assert text.startswith("No, 4XYZ (") and "EKINET" in text


@pytest.mark.parametrize("rcpt,action", [
    ("a@mild.example", "add header"),
    ("A@Mild.Example", "add header"),
    ("boss@strict.example", "add header"),
    ("clerk@strict.example", "reject"),
    ("a@sub.mild.example", "reject"),
    ("a@sub.held.example", "quarantine"),
    ("a@held.example", "quarantine"),
    ("a@notheld.example", "reject"),
    ("a@deaf.example", "no action"),
    # Refused only if it would be for each.
    ("a@mild.example, b@other.example", "add header"),
    ("b@other.example, a@mild.example", "add header"),
    ("b@other.example, a@held.example", "quarantine"),
    # Marked if it would be for one.
    ("a@deaf.example, b@other.example", "add header"),
    ("b@other.example, c@third.example", "reject"),
])
def test_recipients_have_their_own(served, lure, rcpt, action):
    assert served.check(lure, Rcpt=rcpt)["action"] == action


def test_thresholds_agree_on_the_lower_mark_and_the_higher_refusal(served):
    one = served.check(MAIL, Rcpt="a@low.example")["thresholds"]
    assert (one["add header"], one["reject"]) == (1, 100)
    both = served.check(MAIL, Rcpt="b@x.example, a@low.example")
    assert both["thresholds"] == {"add header": 1, "reject": 100}


def test_quarantine_is_said_as_gateways_read_it(served, lure):
    reply = served.check(lure, Rcpt="a@held.example")
    assert reply["milter"]["reject"] == "quarantine"
    assert reply["messages"] == {}


def test_packs_that_do_not_count_are_observed(served, lure):
    usual = served.check(lure, Rcpt="a@other.example")
    blind = served.check(lure, Rcpt="a@blind.example")
    assert blind["score"] < usual["score"]
    found = [c for c in blind["sekisho"]["campaigns"]
             if c["pack"] == "jp-ekinet-payment-2026-02"]
    assert found and found[0]["points"] == 0
    assert served.check(lure, Rcpt="a@chosen.example")["score"] == 0
    # What scores for one of them scores.
    assert served.check(lure, Rcpt="a@blind.example, b@x.example")[
        "score"] == usual["score"]


def test_headers_may_be_left_alone(served, lure):
    milter = served.check(lure, Rcpt="a@deaf.example")["milter"]
    assert milter["add_headers"] == {}


def test_users_have_their_own(served, lure):
    def title(reply):
        return str(reply["symbols"])

    plain = served.check(lure)
    reply = served.check(lure, User="bob")
    assert reply["action"] == "reject"
    assert title(reply) != title(plain)
    assert not title(reply).isascii()
    reply = served.check(lure, User="Alice")
    assert reply["action"] == "discard"
    assert reply["milter"]["reject"] == "discard"


def test_outbound_is_what_our_own_send(served, lure):
    def text(**said):
        return served.check(lure, **said)["messages"]["smtp_message"]

    assert text(IP="198.51.100.9") == "inside"
    assert text(IP="198.51.100.200") != "inside"
    assert text(IP="192.0.2.9") != "inside"
    # A relay of ours hands on what a stranger sent.
    relayed = (b"Received: from mx (unknown [203.0.113.5]) by relay "
               b"(Postfix); Mon, 2 Feb 2026 00:00:00 +0900\r\n" + lure)
    reply = served.check(relayed, IP="198.51.100.9")
    assert reply["messages"]["smtp_message"] != "inside"


def test_a_listener_has_its_own(served, lure):
    ports = [int(p) for p in __import__("re").findall(
        r"listening http \S+:(\d+)", served.log())]
    first = served.port
    served.port = ports[1]
    try:
        reply = served.check(lure)
    finally:
        served.port = first
    assert reply["action"] == "soft reject"


def test_the_gateway_may_ask_for_one(served, lure):
    reply = served.check(lure, Settings_ID="tagging")
    assert reply["action"] == "rewrite subject"
    assert reply["subject"].startswith(("[KIKEN] ", "=?UTF-8?B?"))
    assert served.check(lure, Settings_ID="x")["action"] == "reject"


def test_settings_come_with_a_reload(tmp_path, lure):
    with start(tmp_path, "thresholds: {reject: off}\n") as d:
        assert d.check(lure)["action"] == "add header"
        d.conf.write_text("thresholds: {reject: off}\nsettings:\n"
                          "- rcpt: a@b.example\n  thresholds: {reject: 9}\n")
        d.reload()
        d.wait_for("generation 2 serves")
        assert d.check(lure)["action"] == "add header"
        assert d.check(lure, Rcpt="a@b.example")["action"] == "reject"


@pytest.mark.parametrize("text,said", [
    ("settings: {a: b}", "a list"),
    ("settings:\n- rcpt: a.example\n", "changes nothing"),
    ("settings:\n- rcpt: a.example\n  lang: fr\n", "ja or en"),
    ("settings:\n- rcptt: a.example\n  lang: ja\n", 'did you mean "rcpt"'),
    ("settings:\n- actions: {reject: quarantin}\n", "quarantine"),
    ("settings:\n- network: x\n  lang: ja\n", "192.0.2.0/24"),
    ("settings:\n- direction: up\n  lang: ja\n", "inbound"),
])
def test_what_is_wrong_with_settings_is_named(tmp_path, text, said):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text(text)
    status, told = end_status("-t", "--packs", RULES, "-c", conf)
    assert status == 78 and said in told and "sekisho.yaml:" in told


# What a gateway says of one message.

def test_thresholds_come_with_the_request(served, lure):
    def action(settings, **said):
        return served.check(lure, Settings=settings, **said)["action"]

    assert action('{"actions": {"reject": 99}}') == "add header"
    assert action('{"actions": {"reject": null, "add_header": 80}}') == \
        "no action"
    assert action('{"actions": {"reject": 99, "soft reject": 7.5}}') == \
        "soft reject"
    # For each recipient, whatever rules say of him.
    assert action('{"actions": {"reject": 9}}', Rcpt="a@mild.example") == \
        "reject"
    for rubbish in ("", "{", "[]", "[object Object]", '{"actions": 5}',
                    '{"actions": {"reject": "x", "greylist": [1]}}',
                    '{"actions": {"reject": 1e300}}',
                    '{"symbols_disabled": ["A"]}'):
        assert action(rubbish) == "reject"


def test_thresholds_are_taken_from_our_own_gateways_only(tmp_path, lure):
    with start(tmp_path, """
listen:
- {address: '127.0.0.1:0', protocol: http, proxy: yes, allow: 127.0.0.0/8}
""") as d:
        request = (b"POST /checkv2 HTTP/1.0\r\nSettings: {\"actions\": "
                   b"{\"reject\": 99}}\r\nContent-Length: %d\r\n\r\n"
                   % len(lure)) + lure
        stranger = b"\x21\x11\0\x0c" + bytes(
            [203, 0, 113, 9, 127, 0, 0, 1, 4, 0, 5, 0])
        with socket.create_connection(("127.0.0.1", d.port), 60) as s:
            s.settimeout(60)
            s.sendall(b"\r\n\r\n\0\r\nQUIT\n" + stranger + request)
            assert b'"action":"reject"' in read_all(s)
