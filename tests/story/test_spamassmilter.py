# SPDX-License-Identifier: Apache-2.0
"""spamass-milter between Postfix and us: milter on one side, the program
spamc with contrib/spamc/spamc.conf on the other."""

import re

import pytest

import daemon as sekishod
import messages
import mta
from samples import SAMPLES
from test_milter import HAM


@pytest.fixture(scope="module")
def served(rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("spamassmilter")
    with sekishod.Daemon(rules, folder=folder, options=(
            "--listen", "spamc=127.0.0.1:0")) as d:
        yield d
        assert d.process.poll() is None, d.log()


@pytest.fixture(scope="module")
def postfix(served):
    with mta.SpamassMilter(served.port_of("spamc")) as between, \
            mta.Postfix(between.port) as p:
        yield p


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_the_verdict_on_every_campaign_is_that_of_http(
        served, postfix, sample):
    """It writes a Received line of its own, so the client is known."""
    mail, said = messages.build(sample), messages.envelope(sample)
    answer = served.check(
        mail, IP=said["ip"], Helo=said["helo"],
        From=said.get("mail_from", "taro@customer.example"),
        Rcpt=said["rcpt"], Hostname=said.get("rdns") or "unknown")
    before = len(postfix.sink.messages)
    code, text = postfix.send(mail, said)
    assert (code == 550) == (answer["action"] == "reject"), text
    if code == 550:
        return
    got = postfix.sink.wait(before + 1)[-1].decode()
    got = re.sub(r"\r\n[ \t]", " ", got)
    assert re.search(r"^X-Spam-Status: Yes, score=%.2f " % answer["score"],
                     got, re.M), got
    assert re.search(r"^X-Spam-Flag: YES\r$", got, re.M)


def test_ham_goes_through_and_forged_headers_do_not(postfix):
    before = len(postfix.sink.messages)
    assert postfix.send(HAM)[0] == 250
    got = postfix.sink.wait(before + 1)[-1].decode()
    assert re.search(r"^X-Spam-Status: No, score=0\.00", got, re.M)
    assert "X-Spam-Flag" not in got
    assert got.endswith("At noon?\r\n")


def test_while_we_are_down_mail_comes_in_unseen(rules, tmp_path):
    with sekishod.Daemon(rules, folder=tmp_path, options=(
            "--listen", "spamc=127.0.0.1:0")) as d, \
            mta.SpamassMilter(d.port_of("spamc")) as between, \
            mta.Postfix(between.port) as p:
        d.stop()
        assert p.send(HAM)[0] == 250
        assert b"X-Spam-Status" not in p.sink.wait(1)[0]
