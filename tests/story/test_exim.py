# SPDX-License-Identifier: Apache-2.0
"""Exim, unmodified, in both variants of its spam condition, with the files
of contrib/exim."""

import re

import pytest

import daemon as sekishod
import messages
import mta
from samples import SAMPLES
from test_milter import HAM, SAID, SPAM

VARIANTS = ("spamc", "rspamd")
PROTOCOLS = {"spamc": "spamc", "rspamd": "rspamc"}


@pytest.fixture(scope="module")
def served(rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exim")
    options = ("--listen", "spamc=127.0.0.1:0",
               "--listen", "rspamc=127.0.0.1:0")
    with sekishod.Daemon(rules, folder=folder, options=options) as d:
        yield d
        assert d.process.poll() is None, d.log()


@pytest.fixture(scope="module", params=VARIANTS)
def exim(request, served):
    port = served.port_of(PROTOCOLS[request.param])
    with mta.Exim(request.param, port) as e:
        yield e


def expected(served, exim, mail, said):
    """What HTTP says to what Exim tells in its variant."""
    if exim.variant == "rspamd":
        return served.check(mail, IP=said["ip"], Helo=said["helo"],
                            From=said.get("mail_from",
                                          "taro@customer.example"),
                            Rcpt=said["rcpt"], Hostname="unknown")
    line = "Received: from [%s] (helo=%s)\r\n\tby mx.victim.example with " \
        "esmtp (Exim 4.96)\r\n\tid 1\r\n\tfor %s;\r\n\t" \
        "Mon, 09 Feb 2026 05:08:00 +0900\r\n" % (
            said["ip"], said["helo"], said["rcpt"])
    return served.check(line.encode() + mail)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_the_verdict_on_every_campaign_is_that_of_http(served, exim, sample):
    mail, said = messages.build(sample), messages.envelope(sample)
    answer = expected(served, exim, mail, said)
    before = len(exim.sink.messages)
    code, text = exim.send(mail, said)
    if answer["action"] == "reject":
        assert (code, text) == (550, "Message refused: recognised as "
                                "phishing")
        return
    assert code == 250, text
    got = exim.sink.wait(before + 1)[-1].decode()
    score = re.search(r"^X-Spam-Score: ([\d.]+)", got, re.M).group(1)
    assert float(score) == int(answer["score"] * 10 + 1e-6) / 10
    assert re.search(r"^X-Spam-Flag: YES\r$", got, re.M)


def test_ham_goes_through_and_forged_headers_do_not(exim):
    before = len(exim.sink.messages)
    assert exim.send(HAM)[0] == 250
    got = exim.sink.wait(before + 1)[-1].decode()
    assert "X-Spam-Flag" not in got
    assert re.search(r"^X-Spam-Score: 0\.0\r$", got, re.M)
    assert got.endswith("At noon?\r\n")


def test_exim_reads_the_report_whole(rules, tmp_path):
    """Its one buffer holds 32 KB; the report says why, in ASCII."""
    with sekishod.Daemon(rules, folder=tmp_path, options=(
            "--listen", "rspamc=127.0.0.1:0", "--thresholds.reject", "99"
            )) as d, mta.Exim("rspamd", d.port_of("rspamc")) as e:
        assert e.send(SPAM, SAID)[0] == 250
        got = e.sink.wait(1)[-1]
        assert got.isascii()
        report = re.search(rb"^X-Spam-Report: (.*?)^\S", got, re.M | re.S)
        assert b"Action: add header" in report.group(1)
        assert b"Symbol: JP_EKINET_PAYMENT_2026_02(" in report.group(1)


def test_a_temporary_failure_is_one(rules, tmp_path):
    with sekishod.Daemon(rules, folder=tmp_path, options=(
            "--listen", "rspamc=127.0.0.1:0", "--thresholds.reject", "99",
            "--thresholds.soft_reject", "6")) as d, \
            mta.Exim("rspamd", d.port_of("rspamc")) as e:
        assert e.send(SPAM, SAID) == (451, "Try again later")


@pytest.mark.parametrize("variant", VARIANTS)
def test_while_we_are_down_the_client_is_told_to_come_again(
        rules, tmp_path, variant):
    protocol = PROTOCOLS[variant]
    with sekishod.Daemon(rules, folder=tmp_path, options=(
            "--listen", protocol + "=127.0.0.1:0")) as d:
        with mta.Exim(variant, d.port_of(protocol)) as e:
            d.stop()
            assert e.send(HAM)[0] == 451
