# SPDX-License-Identifier: Apache-2.0
"""amavis, unmodified, with the file of contrib/amavis: it asks as it would
ask rspamd, with LF alone at the ends of lines."""

import re

import pytest

import daemon as sekishod
import messages
import mta
from samples import SAMPLES
from test_milter import HAM, SAID


@pytest.fixture(scope="module")
def served(rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("amavis")
    with sekishod.Daemon(rules, folder=folder) as d:
        yield d
        assert d.process.poll() is None, d.log()


@pytest.fixture(scope="module")
def amavis(served):
    with mta.Amavis(served.port) as a:
        yield a


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_the_verdict_on_every_campaign_is_that_of_http(
        served, amavis, sample):
    mail, said = messages.build(sample), messages.envelope(sample)
    # A client without a name it does not mention.
    name = {"Hostname": said["rdns"]} if said.get("rdns") else {}
    answer = served.check(
        mail, IP=said["ip"], Helo=said["helo"],
        From=said.get("mail_from", "taro@customer.example"),
        Rcpt=said["rcpt"], **name)
    before = len(amavis.sink.messages)
    code, text = amavis.send(mail, said)
    if answer["action"] == "reject":
        assert code == 554 and text.endswith("spam")
        return
    assert code == 250, text
    got = amavis.sink.wait(before + 1)[-1].decode()
    got = re.sub(r"\r\n[ \t]", " ", got)
    assert re.search(r"^X-Spam-Flag: YES\r$", got, re.M)
    status = re.search(r"^X-Spam-Status: Yes, score=([\d.]+) ", got, re.M)
    assert float(status.group(1)) == answer["score"]
    assert sample["symbol"] in got


def test_ham_goes_through(amavis):
    before = len(amavis.sink.messages)
    assert amavis.send(HAM, {"ip": "192.0.2.1"})[0] == 250
    got = amavis.sink.wait(before + 1)[-1].decode()
    assert re.search(r"^X-Spam-Status: No, score=0 ", got, re.M)
    assert got.endswith("At noon?\r\n")


def test_while_we_are_down_mail_comes_in_unseen(rules, tmp_path):
    with sekishod.Daemon(rules, folder=tmp_path) as d, \
            mta.Amavis(d.port) as a:
        d.stop()
        assert a.send(HAM, SAID)[0] == 250
        a.wait_for("sekisho client failed")
