# SPDX-License-Identifier: Apache-2.0
"""What sekishod learns of senders, links, files and texts: from its own
verdicts and from reports, what that is worth the next time, and what is never
learnt."""

import json
import os
import re
import shutil
import subprocess
import time

import pytest

import daemon as sekishod
import messages
from samples import BY_ID

WAVE = BY_ID["ekinet"]
CAMPAIGN = "jp-ekinet-payment-2026-02"
TODAY = "2026-02-09"
SPAMC = shutil.which("spamc")


def token(role="learn"):
    """A fresh token, and the lines of a configuration that know it."""
    done = subprocess.run([sekishod.program("sekisho"), "token", "--role",
                           role, "--name", "desk"], capture_output=True,
                          text=True, check=True)
    secret, lines = done.stdout.split("\n\n", 1)
    return secret, lines


class Site:
    """A sekishod with a store of its own, that lets learn whoever shows the
    token, or comes by the port for spamc."""

    def __init__(self, rules, folder, more="", options=()):
        self.token, lines = token()
        self.conf = os.path.join(str(folder), "sekishod.yaml")
        with open(self.conf, "w") as out:
            out.write("listen:\n"
                      "  - http=127.0.0.1:0\n"
                      "  - control=127.0.0.1:0\n"
                      "  - {address: '127.0.0.1:0', protocol: spamc, "
                      "roles: [scan, learn]}\n"
                      "state: %s/state\n%s%s" % (folder, lines, more))
        self.daemon = Started(rules, self.conf, folder, options)

    def __enter__(self):
        self.daemon.start()
        return self

    def __exit__(self, *unused):
        assert self.daemon.stop() == 0, self.daemon.log()
        assert "Sanitizer" not in self.daemon.log()

    def check(self, mail, **said):
        said.setdefault("Sekisho_At", TODAY)
        answer = self.daemon.check(mail, **said)
        lines = answer["sekisho"]["lines"]
        assert round(sum(l["points"] for l in lines), 2) == answer["score"]
        return answer

    def learn(self, path, mail, **headers):
        """Status and answer of a report over the control port."""
        port = self.daemon.port_of("control")
        headers.setdefault("Authorization", "Bearer " + self.token)
        return post(port, path, mail, headers)

    def settled(self, look, wait=5):
        """What look says once it is true: updates are written behind."""
        end = time.monotonic() + wait
        while True:
            seen = look()
            if seen or time.monotonic() > end:
                return seen
            time.sleep(0.05)

    def sekisho(self, *words, stdin=None, check=True):
        done = subprocess.run(
            [sekishod.program("sekisho"), *[str(w) for w in words]],
            input=stdin, capture_output=True, timeout=60)
        assert not check or done.returncode == 0, done.stderr
        return done


class Started(sekishod.Daemon):
    def __init__(self, rules, conf, folder, options):
        super().__init__(rules, folder=folder, options=options)
        self.conf = conf

    def arguments(self):
        return [sekishod.program("sekishod"), "-f", "-c", self.conf,
                "--packs", str(self.packs[0]), *self.options]


def post(port, path, body, headers):
    import urllib.error
    import urllib.request
    request = urllib.request.Request("http://127.0.0.1:%d%s" % (port, path),
                                     data=body, headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.fixture
def site(rules, tmp_path):
    """Looking at a score teaches, too: here only what is bad."""
    with Site(rules, tmp_path, "reputation: {learn_good: off}\n") as s:
        yield s


def mail(subject="お知らせ", body=("本文",), sender="a@sender.example",
         number=1, extra=()):
    """A mail that no pack knows."""
    built = messages.build({"sender": sender, "subject": subject,
                            "body": list(body), "headers": extra})
    return built.replace(b"<story.1@", b"<story.%d@" % number)


TEXT = ("いつもお世話になっております。来月の定例会の場所が変わりましたので"
        "ご連絡いたします。詳しい地図と時間割は下のページにありますので、"
        "ご参加の方は前日までに人数をお知らせください。")

SENT = {"IP": "198.51.100.7", "Helo": "mx.sender.example",
        "Hostname": "mx.sender.example", "From": "<a@sender.example>"}
PASSED = dict(SENT, Authentication_Results="gate; spf=pass "
              "smtp.mailfrom=sender.example; dkim=pass "
              "header.d=sender.example; dmarc=pass header.from="
              "sender.example")


def symbols(answer):
    return {name for name in answer["symbols"]
            if name.startswith(("REPUTATION", "PIVOT"))}


@pytest.fixture
def open_site(rules, tmp_path):
    with Site(rules, tmp_path) as s:
        yield s


def test_nothing_is_known_at_first(site):
    answer = site.check(mail(body=[TEXT, "https://place.example.net/map"]),
                        **PASSED)
    assert answer["score"] == 0 and not symbols(answer)
    assert answer["sekisho"]["degraded"] is False


FRESH = "https://fresh-host.example.org/"


def wave(sample=WAVE):
    """The first wave, which leads to a site that no pack knows, too."""
    sample = dict(sample, body=[*sample["body"], FRESH + "login"])
    said = messages.envelope(sample)
    names = {"ip": "IP", "helo": "Helo", "rdns": "Hostname",
             "mail_from": "From", "rcpt": "Rcpt"}
    return messages.build(sample), {names[k]: v for k, v in said.items()
                                    if k in names}


def second_wave(number=2):
    """The same site, and not a word of the first."""
    return mail(subject="会員の皆さまへ", number=number, body=[
        "新しい冊子ができました。", FRESH + "catalogue/"])


def test_the_second_wave_carries_the_campaigns_name(site):
    """Seen with a confirmed campaign, the site names the next lure before
    anybody has written an indicator for it."""
    first, said = wave()
    before = site.check(second_wave(), **SENT)
    answer = site.check(first, **said)
    assert answer["action"] in ("reject", "add header")
    pivot = "PIVOT_" + CAMPAIGN.upper().replace("-", "_")

    def named():
        seen = site.check(second_wave(3), **SENT)
        return seen if pivot in seen["symbols"] else None

    seen = site.settled(named)
    assert seen, "the next wave is not named"
    line = [l for l in seen["sekisho"]["lines"] if l["kind"] == "pivot"][0]
    assert line["name"] == CAMPAIGN
    assert 0 < line["points"] <= 3
    assert CAMPAIGN in line["say"]["en"] and "seen with" in line["say"]["en"]
    assert time.strftime("%Y-%m-%d", time.gmtime()) in line["say"]["en"]
    assert CAMPAIGN in line["say"]["ja"]
    assert pivot not in before["symbols"]


def test_reports_over_http_count_once_and_are_taken_back(site):
    lure = mail(body=[TEXT, "https://bad.example.net/x"])

    def score():
        return site.check(mail(number=9, body=[
            "ほかの文面です。", "https://bad.example.net/y"]),
            IP="203.0.113.9")["score"]

    assert score() == 0
    assert site.learn("/learnspam", lure)[0] == 200
    once = site.settled(score)
    assert once > 0
    status, said = site.settled(
        lambda: (lambda r: r[0] == 208 and r)(site.learn("/learnspam",
                                                         lure)))
    assert status == 208 and "already" in said["error"]
    time.sleep(0.3)
    assert score() == once
    status, said = site.learn("/learnforget", lure)
    assert status == 200 and said["result"] == "forgotten"
    assert site.settled(lambda: score() == 0)
    assert site.learn("/learnforget", lure)[0] == 404


def test_ham_takes_back_what_spam_taught(site):
    lure = mail(body=[TEXT, "https://bad.example.net/x"])
    look = lambda: site.check(mail(number=9, body=[
        "https://bad.example.net/y"]), IP="203.0.113.9")["score"]
    assert site.learn("/learnspam", lure)[0] == 200
    assert site.settled(look) > 0
    assert site.learn("/learnham", lure)[0] == 200
    assert site.settled(lambda: look() == 0)


@pytest.mark.skipif(SPAMC is None, reason="spamc is not installed")
def test_spamc_teaches_and_takes_back(site):
    lure = mail(body=[TEXT, "https://bad.example.net/x"])

    def spamc(*words):
        done = subprocess.run(
            [SPAMC, "-d", "127.0.0.1", "-p",
             str(site.daemon.port_of("spamc")), "-F", "/dev/null", *words],
            input=lure, capture_output=True, timeout=60)
        return done.returncode, done.stdout.decode().strip()

    def known():
        return site.check(mail(number=9, body=["https://bad.example.net/y"]),
                          IP="203.0.113.9")["score"]

    status, said = spamc("-L", "spam")
    assert "Message successfully un/learned" in said, (status, said)
    assert site.settled(known) > 0
    time.sleep(0.2)
    assert "already un/learned" in spamc("-L", "spam")[1]
    assert "successfully" in spamc("-L", "forget")[1]
    assert site.settled(lambda: known() == 0)


def test_rspamc_teaches(site, tmp_path):
    rspamc = os.environ.get("SEKISHO_RSPAMC")
    if not rspamc:
        pytest.skip("SEKISHO_RSPAMC names no rspamc")
    path = tmp_path / "lure.eml"
    path.write_bytes(mail(body=[TEXT, "https://bad.example.net/x"]))

    def run(command):
        return subprocess.run(
            [rspamc, "-h", "127.0.0.1:%d" % site.daemon.port_of("control"),
             "-P", site.token, command, str(path)], capture_output=True,
            timeout=60, text=True)

    done = run("learn_spam")
    assert done.returncode == 0 and "success = true" in done.stdout, done
    time.sleep(0.3)
    again = run("learn_spam")
    assert "already learned" in again.stdout + again.stderr, again
    assert site.settled(lambda: site.check(
        mail(number=9, body=["https://bad.example.net/y"]),
        IP="203.0.113.9")["score"]) > 0


def test_good_mail_makes_up_for_a_bad_one(open_site):
    lure = mail(body=[TEXT, "https://both.example.net/x"])
    look = lambda n: open_site.check(mail(number=n, body=[
        "https://both.example.net/y%d" % n]), IP="203.0.113.9")["score"]
    assert open_site.learn("/learnspam", lure)[0] == 200
    first = open_site.settled(lambda: look(1))
    assert first > 0
    assert open_site.settled(lambda: look(2) < first / 2, wait=20)


def test_who_may_not_learn_is_told_so(rules, tmp_path):
    with Site(rules, tmp_path) as s:
        port = s.daemon.port_of("control")
        assert post(port, "/learnspam", b"x", {})[0] == 401
        assert s.learn("/learnspam", b"")[0] == 400
