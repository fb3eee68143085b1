# SPDX-License-Identifier: Apache-2.0
"""Haraka, unmodified, with its plugins "rspamd" and "spamassassin" and the
files of contrib/haraka."""

import re

import pytest

import daemon as sekishod
import messages
import mta
from samples import SAMPLES
from test_milter import HAM, SPAM

PLUGINS = ("rspamd", "spamassassin")
# The plugins leave out clients of private networks, and those of examples.
CLIENT = {"ip": "101.47.78.66", "helo": "client.customer.example",
          "rdns": "client.customer.example", "rcpt": "hanako@victim.example",
          "mail_from": "taro@customer.example"}


@pytest.fixture(scope="module")
def served(rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("haraka")
    with sekishod.Daemon(rules, folder=folder, options=(
            "--listen", "spamc=127.0.0.1:0")) as d:
        yield d
        assert d.process.poll() is None, d.log()


@pytest.fixture(scope="module", params=PLUGINS)
def haraka(request, served):
    port = served.port if request.param == "rspamd" else \
        served.port_of("spamc")
    with mta.Haraka(request.param, port) as h:
        assert h.send(HAM, CLIENT)[0] == 250
        # It writes the name of the real client, this machine, if it has one.
        h.client = re.match(rb"Received: from \S+ \((\S+ |)\[",
                            h.sink.wait(1)[0]).group(1).decode()
        yield h


def expected(served, haraka, mail, said):
    """What HTTP says to what the plugin tells."""
    if haraka.plugin == "rspamd":
        return served.check(mail, IP=said["ip"], Helo=said["helo"],
                            From=said.get("mail_from",
                                          "taro@customer.example"),
                            Rcpt=said["rcpt"],
                            Hostname=said.get("rdns") or haraka.UNNAMED)
    line = "Received: from %s (%s[%s])\r\n\tby mx.victim.example with " \
        "ESMTP id 1\r\n\tenvelope-from <%s>;\r\n\tMon, 09 Feb 2026 " \
        "05:08:00 +0900\r\n" % (said["helo"], haraka.client, said["ip"],
                               said.get("mail_from", ""))
    return served.check(line.encode() + mail)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_the_verdict_on_every_campaign_is_that_of_http(
        served, haraka, sample):
    mail, said = messages.build(sample), messages.envelope(sample)
    if said["ip"].startswith("192.0.2."):
        said["ip"] = CLIENT["ip"]
    answer = expected(served, haraka, mail, said)
    before = len(haraka.sink.messages)
    code, text = haraka.send(mail, said)
    if answer["action"] == "reject":
        assert code == 550
        assert text.startswith("Message refused: recognised as phishing"
                               if haraka.plugin == "rspamd" else
                               "spam score exceeded threshold")
        return
    assert code == 250, text
    got = haraka.sink.wait(before + 1)[-1].decode()
    got = re.sub(r"\r\n[ \t]", " ", got)
    assert re.search(r"^X-Spam-Status: Yes, score=%.2f required=6\.00 tests="
                     % answer["score"], got, re.M)
    assert re.search(r"^X-Spam-Flag: YES\r$", got, re.M)
    assert sample["symbol"] in got


def test_ham_goes_through(haraka):
    before = len(haraka.sink.messages)
    assert haraka.send(HAM, CLIENT)[0] == 250
    got = haraka.sink.wait(before + 1)[-1].decode()
    assert re.search(r"^X-Spam-Status: No, score=0\.00", got, re.M)
    assert "X-Spam-Flag: YES" not in got and got.endswith("At noon?\r\n")


def test_what_a_sender_has_written_into_the_headers_goes(haraka):
    before = len(haraka.sink.messages)
    forged = HAM.replace(b"X-Spam-Flag: NO", b"X-Spam-Status: Yes, score=99")
    assert haraka.send(forged, CLIENT)[0] == 250
    got = haraka.sink.wait(before + 1)[-1].decode()
    assert got.count("X-Spam-Status:") == 1 and "score=99" not in got


def test_haraka_reads_the_names_of_all_symbols(haraka):
    """A list with blanks, or one folded in a wrong place, was cut off."""
    haraka.send(SPAM, CLIENT)
    haraka.wait_for("JP_EKINET_PAYMENT_2026_02,BRAND_EKINET"
                    if haraka.plugin == "spamassassin" else
                    "action: reject")


@pytest.mark.parametrize("plugin", PLUGINS)
def test_while_we_are_down_the_client_is_told_to_come_again(
        rules, tmp_path, plugin):
    with sekishod.Daemon(rules, folder=tmp_path, options=(
            "--listen", "spamc=127.0.0.1:0")) as d:
        port = d.port if plugin == "rspamd" else d.port_of("spamc")
        with mta.Haraka(plugin, port) as h:
            d.stop()
            assert h.send(HAM, CLIENT)[0] == 450
