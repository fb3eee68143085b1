# SPDX-License-Identifier: Apache-2.0
"""A verdict once more: with the answers of then, when name servers and store
say something else; with other packs; with another message."""

import os
import shutil
import subprocess

import pytest

import daemon as sekishod
import messages
from nameserver import NameServer
from samples import BY_ID
from test_history import Kept


@pytest.fixture
def kept(rules, tmp_path):
    """A daemon that asked name servers which say something else by now."""
    packs = tmp_path / "packs"
    shutil.copytree(rules, packs)
    state = tmp_path / "state"
    conf = tmp_path / "sekisho.yaml"
    zone = [("envelope-test.com", "TXT", '"v=spf1 a:x.never.jp '
             'ip4:192.0.2.0/24 -all"'),
            ("from-test.com", "TXT", '"v=spf1 -all"'),
            ("7.2.0.192.in-addr.arpa", "PTR", "mx.envelope-test.com."),
            ("mx.envelope-test.com", "A", "192.0.2.7")]
    with NameServer(tmp_path / "dns", zone) as dns:
        conf.write_text("packs: [%s]\nstate: %s\ndns:\n  servers: ['%s']\n"
                        "  never: [never.jp]\nhistory:\n  messages: yes\n" % (
                            packs, state, dns.where))
        with sekishod.Daemon([], folder=str(tmp_path),
                             options=["-c", str(conf)]) as d:
            k = Kept(d, ["--config", str(conf)])
            k.packs = packs
            k.mail = tmp_path / "mail.eml"
            yield k


def ask(k, queue):
    """The lure of a report, and what it was scored with."""
    sample = BY_ID["ekinet"]
    mail = messages.build(sample)
    k.mail.write_bytes(mail)
    reply = k.daemon.check(mail, Queue_ID=queue, IP="192.0.2.7",
                           Helo="mx.envelope-test.com", From="<a@envelope-test.com>")
    return reply, k.wait("--queue", queue)[0]


def test_the_same_verdict_when_the_world_has_changed(kept):
    reply, entry = ask(kept, "R1")
    answers = {(a[0], a[1]): a for a in entry["answers"]}
    assert answers["txt", "envelope-test.com"][2] == "found"
    assert answers["txt", "envelope-test.com"][4].endswith("ip4:192.0.2.0/24 -all")
    assert answers["a", "x.never.jp"][2] == "never"
    assert answers["ptr", "7.2.0.192.in-addr.arpa"][2:5] == [
        "found", 300, "mx.envelope-test.com"]
    assert any(a[0] == "store" for a in entry["answers"])
    kept.daemon.stop()
    said = kept.sekisho("replay", entry["id"], str(kept.mail))
    assert "the same: reject %.2f, then reject %.2f" % (
        reply["score"], reply["score"]) in said
    assert "rules of settings" not in said
    # Kept with its verdict, too; and found by the id of its queue.
    assert kept.sekisho("replay", "R1", "--quiet").startswith("the same: ")


def test_another_message_is_refused(kept):
    _, entry = ask(kept, "R2")
    kept.mail.write_bytes(kept.mail.read_bytes() + b"x")
    assert "its hash is another one" in kept.sekisho(
        "replay", entry["id"], str(kept.mail), status=2)
    assert "there is no verdict" in kept.sekisho(
        "replay", "0123456789abcdef", str(kept.mail), status=2)


def test_packs_that_changed_are_named(kept):
    _, entry = ask(kept, "R3")
    best = max(entry["campaigns"], key=lambda c: c["points"])
    for path in kept.packs.rglob("*.pack.yaml"):
        if "id: %s\n" % best["id"] in path.read_text():
            path.unlink()
    said = subprocess.run(
        [sekishod.program("sekisho"), "replay", "--quiet", entry["id"],
         str(kept.mail), *kept.words], capture_output=True, text=True,
        check=False).stdout
    assert "not the same" in said
    assert "not recognised any more: %s" % best["id"] in said


def test_what_is_not_kept_counts_as_failed_and_is_told(rules, tmp_path):
    state = tmp_path / "state"
    with sekishod.Daemon(rules, state=state, folder=str(tmp_path), options=[
            "--history.answers", "0"]) as d:
        k = Kept(d, ["--state", str(state), "--packs", str(rules)])
        mail = tmp_path / "mail.eml"
        mail.write_bytes(messages.build(BY_ID["ekinet"]))
        d.check(mail.read_bytes(), Queue_ID="R4")
        find = Kept(d, ["--state", str(state)])
        entry = find.wait("--queue", "R4")[0]
        assert entry["answers"] == [] and entry["answers_cut"]
    said = k.sekisho("replay", "--quiet", entry["id"], str(mail))
    assert "no answer is kept, counts as failed: store seen:from:" in said
    assert "answers were cut when they were kept" in said
    assert "name its file" in k.sekisho("replay", entry["id"], status=2)


LISTED = """packs: [%s]
state: %s
dns: {servers: ['%s']}
history: {messages: yes}
dnslists:
- {id: ip, zone: ip.lists.jp, what: ip,
   codes: {127.0.0.3: {name: bad, points: 2.5}}}
- {id: gone, zone: gone.lists.jp, what: ip, codes: {127.0.0.3: bad}}
settings:
- name: bulk
  rcpt: bulk@customer.jp
  without: [%s]
  thresholds: {reject: 50}
"""


def test_lists_and_rules_of_settings_are_replayed(rules, tmp_path):
    """What lists said then, and the packs that a rule took away."""
    state, conf = tmp_path / "state", tmp_path / "sekisho.yaml"
    sample = BY_ID["ekinet"]
    zone = [("14.215.184.93.ip.lists.jp", "A", "127.0.0.3"),
            ("14.215.184.93.gone.lists.jp", "A", "127.255.255.254")]
    mail = messages.build(sample)
    with NameServer(tmp_path / "dns", zone) as dns:
        conf.write_text(LISTED % (rules, state, dns.where, "nothing"))
        with sekishod.Daemon([], folder=str(tmp_path),
                             options=["-c", str(conf)]) as d:
            k = Kept(d, ["--config", str(conf)])

            def ask(queue, rcpt):
                return d.check(mail, Queue_ID=queue, IP="93.184.215.14",
                               From="<a@sender.jp>", Rcpt=rcpt), \
                    k.wait("--queue", queue)[0]

            reply, entry = ask("L1", "a@customer.jp")
            assert "DNSLIST_IP_BAD" in reply["symbols"]
            best = max(entry["campaigns"], key=lambda c: c["points"])["id"]
            conf.write_text(LISTED % (rules, state, dns.where, best))
            d.reload()
            d.wait_for("generation 2 serves")
            bulk, entry2 = ask("L2", "bulk@customer.jp")
            assert bulk["score"] < reply["score"]
    for n, (queue, rcpt, was) in enumerate((
            ("L1", "a@customer.jp", reply),
            ("L2", "bulk@customer.jp", bulk))):
        said = k.sekisho("replay", queue, "--rcpt", rcpt,
                         "--from", "a@sender.jp")
        assert "the same: %s %.2f, then" % (was["action"], was["score"]) \
            in said
        assert "93.184.215.14 is on the DNS list ip: bad" in said
        assert "not replayed" not in said
    # Hidden mailboxes do not tell whose rules they were.
    assert "--rcpt tells them" in k.sekisho("replay", "--quiet", "L1")
    # A configuration that has none any more says so.
    text = conf.read_text()
    conf.write_text(text[:text.index("dnslists:")] +
                    text[text.index("settings:"):])
    said = subprocess.run(
        [sekishod.program("sekisho"), "replay", "--quiet", "L1", *k.words],
        capture_output=True, text=True, check=False).stdout
    assert said.startswith("not the same: ")
    assert "not replayed, its facts are unknown, since the configuration " \
        "has none now: dnslists" in said


def test_what_a_plugin_found_is_not_replayed_and_told(rules, tmp_path):
    plugin = os.path.join(sekishod.build_folder(), "tests/daemon",
                          "plugin_greet.so")
    if not os.path.exists(plugin):
        pytest.skip("the plugin of the stories is not built")
    state, conf = tmp_path / "state", tmp_path / "sekisho.yaml"
    conf.write_text("packs: [%s]\nstate: %s\nhistory: {messages: yes}\n"
                    "plugins:\n  %s: {}\n" % (rules, state, plugin))
    with sekishod.Daemon([], folder=str(tmp_path),
                         options=["-c", str(conf)]) as d:
        k = Kept(d, ["--config", str(conf)])
        d.check(messages.build(BY_ID["ekinet"]), Queue_ID="P1")
        k.wait("--queue", "P1")
    said = k.sekisho("replay", "--quiet", "P1")
    assert said.startswith("the same: ")
    assert "since it is a plugin: greet" in said
