# SPDX-License-Identifier: Apache-2.0
"""Postfix, unmodified, with the lines of contrib/postfix: whole SMTP
dialogues and what becomes of the mail."""

import email
import email.policy
import re
import shutil
import smtplib
import subprocess

import pytest

import daemon as sekishod
import messages
import mta
from samples import SAMPLES
from test_milter import HAM, SAID, SPAM, Served


@pytest.fixture(scope="module")
def served(rules, tmp_path_factory):
    with Served(rules, tmp_path_factory.mktemp("postfix")) as d:
        yield d
        assert d.process.poll() is None, d.log()


@pytest.fixture(scope="module")
def postfix(served):
    with mta.Postfix(served.milter) as p:
        yield p


def delivered(server, message, said=None):
    """What comes out at the other end."""
    before = len(server.sink.messages)
    code, text = server.send(message, said)
    assert code == 250, text
    return server.sink.wait(before + 1)[-1]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_the_verdict_on_every_campaign_is_that_of_http(
        served, postfix, sample):
    mail, said = messages.build(sample), messages.envelope(sample)
    answer = served.check(
        mail, IP=said["ip"], Helo=said["helo"],
        From=said.get("mail_from", "taro@customer.example"),
        Rcpt=said["rcpt"], Hostname=said.get("rdns") or "unknown")
    if answer["action"] == "reject":
        code, text = postfix.send(mail, said)
        assert code == 554 and text.startswith("5.7.1 ")
        # It says under which name the postmaster finds it in both logs.
        name = re.search(r"\(([0-9a-f]{16})\)", text).group(1)
        line = served.wait_for("id=%s queue=([0-9A-F]+) " % name)
        postfix.wait_for(line.group(1) + ": milter-reject")
    else:
        got = delivered(postfix, mail, said)
        assert b"[%.2f / 15.00]" % answer["score"] in got
        assert sample["symbol"].encode() in got


def test_ham_goes_through_with_headers_on_top_and_forged_ones_gone(postfix):
    got = delivered(postfix, HAM)
    lines = got.split(b"\r\n")
    assert lines[0].startswith(b"X-Spamd-Result: default: False [0.00 / ")
    assert re.search(rb"^X-Spam-Status: No, score=0\.00", got, re.M)
    assert b"X-Spam-Flag" not in got and b"X-Spam-Mine" not in got
    # The body and the other fields are what they were.
    assert got.endswith(b"Message-ID: <1@customer.example>\r\n\r\n"
                        b"At noon?\r\n")
    assert b"\r\nSubject:lunch\r\n" in got


def test_swaks_reads_a_refusal(postfix, tmp_path):
    if shutil.which("swaks") is None:
        pytest.skip("swaks is not installed")
    (tmp_path / "mail").write_bytes(SPAM)
    done = subprocess.run(
        ["swaks", "--server", "127.0.0.1", "--port", str(postfix.port),
         "--from", SAID["mail_from"], "--to", SAID["rcpt"],
         "--xclient-addr", SAID["ip"], "--xclient-helo", SAID["helo"],
         "--data", "@" + str(tmp_path / "mail")],
        capture_output=True, timeout=120)
    talk = done.stdout.decode()
    assert "<** 554 5.7.1 " in talk, talk
    assert done.returncode == 26


def test_a_temporary_failure_is_one(rules, tmp_path):
    with Served(rules, tmp_path, "--thresholds.soft_reject", "6",
                "--thresholds.reject", "100") as d, \
            mta.Postfix(d.milter) as p:
        code, text = p.send(SPAM, SAID)
        assert code == 451 and text.startswith("4.7.1 ")


def test_the_subject_gets_its_tag(rules, tmp_path):
    with Served(rules, tmp_path, "--thresholds.rewrite_subject", "6",
                "--thresholds.reject", "100") as d, \
            mta.Postfix(d.milter) as p:
        got = delivered(p, SPAM, SAID)
        assert b"X-Spam-Flag: YES" in got
        subjects = [s.encode() for s in email.message_from_bytes(
            got, policy=email.policy.default).get_all("Subject")]
        assert len(subjects) == 1
        assert subjects[0].startswith(b"[PHISHING] ")
        # One that had none gets one, encoded or not.
        got = delivered(p, re.sub(rb"Subject: (.|\r\n )*\r\n", b"", SPAM),
                        SAID)
        assert got.count(b"\r\nSubject: [PHISHING]") == 1


def test_quarantine_holds_the_message_in_the_queue(rules, tmp_path):
    with Served(rules, tmp_path, "--actions.reject", "quarantine") as d, \
            mta.Postfix(d.milter) as p:
        assert p.send(SPAM, SAID)[0] == 250
        p.wait_for("milter-hold")
        assert len(p.held()) == 1
        assert b"X-Spam-Flag: YES" in p.queued()
        # Ham goes past it.
        delivered(p, HAM)
        assert len(p.held()) == 1


def test_discard_swallows_the_message(rules, tmp_path):
    with Served(rules, tmp_path, "--actions.reject", "discard") as d, \
            mta.Postfix(d.milter) as p:
        assert p.send(SPAM, SAID)[0] == 250
        p.wait_for("milter-discard")
        delivered(p, HAM)
        assert len(p.sink.messages) == 1


def test_texts_are_the_operators(rules, tmp_path):
    conf = tmp_path / "sekisho.yaml"
    conf.write_text("texts:\n  reject: \"100% of {queue_id} is phishing: "
                    "{symbols}, {score} points\"\n")
    with Served(rules, tmp_path, "--config", conf) as d, \
            mta.Postfix(d.milter) as p:
        code, text = p.send(SPAM, SAID)
        assert code == 554
        assert re.fullmatch(
            r"5\.7\.1 100% of [0-9A-F]+ is phishing: "
            r"JP_EKINET_PAYMENT_2026_02(, \w+)*, [0-9.]+ points", text), text


def test_over_a_socket_in_the_file_system(rules, tmp_path):
    with mta.public_folder() as folder:
        path = folder + "/milter.sock"
        conf = tmp_path / "sekisho.yaml"
        conf.write_text("listen:\n- address: %s\n  protocol: milter\n"
                        "  mode: 0666\n" % path)
        process = subprocess.Popen(
            [sekishod.program("sekishod"), "-f", "--config", conf,
             "--packs", rules], stderr=subprocess.PIPE)
        try:
            assert any(b"listening milter" in line
                       for line in process.stderr)
            with mta.Postfix("1", "smtpd_milters = unix:%s\n" % path) as p:
                assert p.send(SPAM, SAID)[0] == 554
                delivered(p, HAM)
        finally:
            process.terminate()
            process.communicate()


@pytest.mark.parametrize("version", [2, 3, 4, 6])
def test_every_version_that_postfix_speaks(served, version):
    """Old ones append their headers."""
    with mta.Postfix(served.milter, "milter_protocol = %d\n" % version) as p:
        assert p.send(SPAM, SAID)[0] == 554
        got = delivered(p, HAM)
        assert b"\r\nX-Spamd-Result: default: False [0.00 / " in \
            b"\r\n" + got
        assert b"X-Spam-Flag" not in got and b"X-Spam-Mine" not in got


def test_many_messages_of_one_session(postfix):
    """Postfix keeps its milter connection for the whole session."""
    before = len(postfix.sink.messages)
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=120) as s:
        for i in range(5):
            s.sendmail("taro@customer.example", ["hanako@victim.example"],
                       HAM)
            s.ehlo("other.customer.example")
            s.mail("aborted@customer.example")
            s.rset()
    assert len(postfix.sink.wait(before + 5)) >= before + 5


@pytest.mark.parametrize("words", [
    ["EHLO again.example"], ["HELO again.example"], ["RSET"],
    ["RSET", "EHLO again.example"], ["NONSENSE", "VRFY a@b"],
    ["XCLIENT ADDR=198.51.100.9 HELO=other.example", "EHLO again.example"],
], ids=" ".join)
@pytest.mark.parametrize("begun", [
    [], ["MAIL FROM:<a@customer.example>"],
    ["MAIL FROM:<a@customer.example>", "RCPT TO:<hanako@victim.example>"],
    ["MAIL FROM:<a@customer.example>", "RCPT TO:<x@elsewhere.example>"],
], ids=["greeted", "sender", "recipient", "refused"])
def test_what_a_client_may_say_in_between(postfix, begun, words):
    """Postfix tells milters of a greeting before it takes back what was
    begun."""
    before = len(postfix.sink.messages)
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=120) as s:
        s.ehlo("client.customer.example")
        for line in begun + words + ["RSET"]:
            code, text = s.docmd(line)
            assert code not in (421, 451), (line, text)
        s.ehlo("client.customer.example")
        s.sendmail("taro@customer.example", ["hanako@victim.example"], HAM)
    postfix.sink.wait(before + 1)


@pytest.mark.parametrize("action, code", [("tempfail", 451),
                                          ("accept", 250)])
def test_mail_while_we_are_down_is_as_configured(
        rules, tmp_path, action, code):
    with Served(rules, tmp_path) as d, mta.Postfix(
            d.milter, "milter_default_action = %s\n" % action) as p:
        d.kill()
        assert p.send(HAM)[0] == code


@pytest.mark.parametrize("action, code", [("tempfail", 451),
                                          ("accept", 250)])
def test_our_death_in_the_middle_of_a_message(rules, tmp_path, action, code):
    with Served(rules, tmp_path) as d, mta.Postfix(
            d.milter, "milter_default_action = %s\n" % action) as p:
        with smtplib.SMTP("127.0.0.1", p.port, timeout=120) as s:
            s.ehlo("client.customer.example")
            s.mail("taro@customer.example")
            s.rcpt("hanako@victim.example")
            assert s.docmd("DATA")[0] == 354
            s.send(HAM)
            d.kill()
            s.send(b".\r\n")
            assert s.getreply()[0] == code
        if code == 250:
            assert b"X-Spam-Status" not in p.sink.wait(1)[0]


def test_postfix_finds_us_again(rules, tmp_path):
    with Served(rules, tmp_path) as d, mta.Postfix(d.milter) as p:
        port = d.milter
        d.stop()
        assert p.send(HAM)[0] == 451
        d.options = ["--listen", "milter=127.0.0.1:%d" % port]
        d.start()
        assert p.send(HAM)[0] == 250
        p.sink.wait(1)


def test_a_message_over_the_limit_is_scored_on_its_beginning(
        rules, tmp_path):
    with Served(rules, tmp_path, "--limits.message", "100kB") as d, \
            mta.Postfix(d.milter) as p:
        code, text = p.send(SPAM + (b"x" * 70 + b"\r\n") * 50000, SAID)
        assert code == 554, text
        assert p.send(HAM)[0] == 250
