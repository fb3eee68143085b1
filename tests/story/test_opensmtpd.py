# SPDX-License-Identifier: Apache-2.0
"""OpenSMTPD, unmodified, with filter-rspamd and contrib/opensmtpd."""

import re
import smtplib

import pytest

import daemon as sekishod
import messages
import mta
from samples import SAMPLES
from test_milter import HAM


@pytest.fixture(scope="module")
def served(rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("opensmtpd")
    with sekishod.Daemon(rules, folder=folder) as d:
        yield d
        assert d.process.poll() is None, d.log()


@pytest.fixture(scope="module")
def opensmtpd(served):
    with mta.Opensmtpd(served.port) as o:
        yield o


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_the_verdict_on_every_campaign_is_that_of_http(
        served, opensmtpd, sample):
    """It takes no XCLIENT: the client is this machine, the rest is told."""
    mail, said = messages.build(sample), messages.envelope(sample)
    sender = said.get("mail_from", "taro@customer.example")
    answer = served.check(mail, IP="127.0.0.1", Hostname="localhost",
                          Helo="client.customer.example", From=sender,
                          Rcpt=said["rcpt"])
    before = len(opensmtpd.sink.messages)
    code, text = opensmtpd.send(mail, {"mail_from": sender,
                                       "rcpt": said["rcpt"]})
    if answer["action"] == "reject":
        assert code == 550
        assert text.startswith("Message refused: recognised as phishing (")
        return
    assert code == 250, text
    got = opensmtpd.sink.wait(before + 1)[-1]
    assert b"[%.2f / 15.00]" % answer["score"] in got
    assert sample["symbol"].encode() in got


def test_ham_goes_through_and_forged_headers_do_not(opensmtpd):
    before = len(opensmtpd.sink.messages)
    assert opensmtpd.send(HAM)[0] == 250
    got = opensmtpd.sink.wait(before + 1)[-1]
    # Its filter adds the headers in an order that chance chooses.
    assert re.search(rb"^X-Spam-Status: No, score=0\.00", got, re.M)
    assert b"X-Spam-Flag" not in got and got.endswith(b"At noon?\r\n")


def test_many_messages_of_one_session(opensmtpd):
    before = len(opensmtpd.sink.messages)
    with smtplib.SMTP("127.0.0.1", opensmtpd.port, timeout=120) as s:
        for _ in range(5):
            s.sendmail("taro@customer.example", ["hanako@victim.example"],
                       HAM)
    opensmtpd.sink.wait(before + 5)


def test_while_we_are_down_the_client_is_told_to_come_again(rules, tmp_path):
    with sekishod.Daemon(rules, folder=tmp_path) as d, \
            mta.Opensmtpd(d.port) as o:
        d.stop()
        assert 400 <= o.send(HAM)[0] < 500
