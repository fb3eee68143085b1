# SPDX-License-Identifier: Apache-2.0
"""What sekishod learns of senders, links, files and texts: from its own
verdicts and from reports, what that is worth the next time, and what is never
learnt."""

import concurrent.futures
import email.message
import email.policy
import hashlib
import itertools
import json
import os
import re
import shutil
import signal
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

    def settled(self, look, wait=sekishod.PATIENCE):
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
            input=stdin, capture_output=True, timeout=120)
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
        with opener.open(request, timeout=120) as reply:
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


def taught_by_many_at_once(where, sites):
    """How bad the wave's site is once all have had the same message."""
    first, said = wave()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(
            lambda i: sites[i % len(sites)].check(first, **said), range(8)))
    assert all(a["action"] == "reject" for a in answers)
    look = lambda: entries(reputation(
        where, "get", "domain:example.org", "--json"))[0].get("bad", 0)
    assert where.settled(lambda: look() > 0)
    time.sleep(1.5)  # for those that come later, if any does
    return look()


def test_a_message_that_workers_get_at_once_counts_once(rules, tmp_path):
    with Site(rules, tmp_path, options=["--workers", "4"]) as site:
        assert 0.9 < taught_by_many_at_once(site, [site]) < 1.1


def test_the_second_wave_carries_the_campaigns_name(site):
    """Seen with a confirmed campaign, the site names the next lure before
    anybody has written an indicator for it."""
    first, said = wave()
    before = site.check(second_wave(), **SENT)
    answer = site.check(first, **said)
    assert answer["action"] in ("reject", "add header")
    def named():
        seen = site.check(second_wave(3), **SENT)
        return seen if PIVOT in seen["symbols"] else None

    seen = site.settled(named)
    assert seen, "the next wave is not named"
    line = [l for l in seen["sekisho"]["lines"] if l["kind"] == "pivot"][0]
    assert line["name"] == CAMPAIGN
    assert 0 < line["points"] <= 3
    assert CAMPAIGN in line["say"]["en"] and "seen with" in line["say"]["en"]
    assert time.strftime("%Y-%m-%d", time.gmtime()) in line["say"]["en"]
    assert CAMPAIGN in line["say"]["ja"]
    assert PIVOT not in before["symbols"]


PIVOT = "PIVOT_" + CAMPAIGN.upper().replace("-", "_")


def test_nobody_warms_a_site_up_against_the_campaigns_name(open_site):
    """Who owns a site can send any number of harmless mails with it first,
    but not a week ago."""
    for number in range(30):
        said = open_site.check(mail(
            subject="p%d" % number, number=100 + number,
            body=["p%d hi" % number, FRESH + "n%d" % number]), **SENT)
        assert said["score"] == 0
    known = lambda: look(open_site, "domain:example.org")
    assert open_site.settled(lambda: known().get("good", 0) > 20)
    first, said = wave()
    open_site.check(first, **said)
    assert open_site.settled(lambda: known().get("campaign") == CAMPAIGN)
    assert open_site.settled(lambda: open_site.check(
        second_wave(), **SENT)["symbols"].get(PIVOT))


def test_a_site_with_an_old_good_name_is_not_marked(open_site):
    """A lure that has a link to an innocent site, too, says nothing of it."""
    now = int(time.time())
    reputation(open_site, "import", "-", stdin=json.dumps({
        "kind": "domain", "name": "example.org", "bad": 0, "good": 40,
        "at": now, "first": now - 30 * 86400, "last": now}).encode())
    first, said = wave()
    open_site.check(first, **said)
    known = lambda: look(open_site, "domain:example.org")
    assert open_site.settled(lambda: known()["bad"] > 0.9)
    assert "campaign" not in known()
    assert PIVOT not in open_site.check(second_wave(), **SENT)["symbols"]


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


def with_file(text, name, content, sender="a@sender.example"):
    built = email.message.EmailMessage()
    built["From"] = built["To"] = sender
    built["Subject"] = "file"
    built["Message-ID"] = "<%s.file@sender.example>" % name
    built.set_content(text)
    built.add_attachment(content, maintype="application",
                         subtype="octet-stream", filename=name + ".bin")
    return built.as_bytes(policy=email.policy.SMTP)


def test_a_file_is_known_by_its_sha256(site):
    """By another name and from another sender, too."""
    content = bytes(range(256)) * 16
    name = "file:" + hashlib.sha256(content).hexdigest()
    assert site.learn("/learnspam", with_file(TEXT, "one", content))[0] == 200
    known = lambda: entries(reputation(site, "get", name, "--json"))[0]
    assert site.settled(lambda: known()["bad"] > 3.9)
    score = lambda content: site.check(with_file(
        "Other words.", "two", content, "b@other.example"),
        IP="203.0.113.9")["score"]
    assert site.settled(lambda: score(content) > 0)
    assert score(content[:-1] + b"x") == 0
    # As long, with the same beginning and end: another file all the same.
    assert score(content[:2000] + b"x" + content[2001:]) == 0


def test_a_file_that_an_operator_names_is_known(site):
    """Nobody has shown it to sekishod before."""
    content = bytes(range(255, -1, -1)) * 16
    name = "file:" + hashlib.sha256(content).hexdigest()
    assert site.check(with_file("Some words.", "one", content))["score"] == 0
    done = reputation(site, "set", name, "20", "0")
    assert done.returncode == 0, done
    assert site.settled(lambda: site.check(with_file(
        "Other words.", "two", content))["score"] > 0)


def store_number(site, name):
    """As the workers told it last."""
    text = site.daemon.request("/metrics")[2].decode()
    return int(re.search(r"^sekisho_store_%s_total (\d+)$" % name, text,
                         re.MULTILINE).group(1))


def store_numbers(site):
    """Of all workers together, those that are no more among them."""
    text = site.daemon.request("/metrics")[2].decode()
    return {name: int(value) for name, value in re.findall(
        r"^sekisho_store_(\S+) (\d+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("learn", ["learn_bad: off", "learn_good: off, "
                                   "learn_bad: 0"])
def test_what_a_killed_worker_takes_with_it_is_counted(rules, tmp_path,
                                                       learn):
    """All that is taught is there, or the counters and the log say that it
    is not."""
    with Site(rules, tmp_path, "reputation: {%s}\nhistory: {keep: 0}\n"
              % learn, options=["--workers", "1"]) as site:
        for number in range(30):
            # Of a domain in From it would be noted, too, that it was seen.
            site.check(mail(sender="nobody", number=number, body=[
                "w%d" % number, "https://h%d.example.net/" % number]),
                **dict(SENT, IP="203.0.113.%d" % number))
            if number == 9:
                time.sleep(1.5)  # these are written
        worker, = site.daemon.workers()
        os.kill(worker, signal.SIGKILL)
        lost = int(site.daemon.wait_for(
            r"signal 9 .* (\d+) updates of the store are lost").group(1))
        assert site.settled(lambda: site.daemon.workers() not in
                            ([], [worker]))
        site.check(mail(sender="nobody", number=30, body=["w30"]), **SENT)
        name = 'updates_dropped_total{reason="lost"}'
        told = site.settled(lambda: (lambda n: n["updates_total"] == n[
            "updates_written_total"] + n[name] and n)(store_numbers(site)))
        assert told and told[name] == lost > 0, store_numbers(site)
        there = sum(e.get("bad", 0) + e.get("good", 0) if e["kind"] not in
                    ("receipt", "heard") else 1
                    for e in entries(reputation(site, "export")))
        assert abs(there + lost - told["updates_total"]) < 0.01


def test_what_a_killed_daemon_takes_with_it_is_counted(rules, tmp_path):
    """By the next one: there is nobody else left."""
    with Site(rules, tmp_path, "reputation: {learn_bad: off}\n"
              "history: {keep: 0}\n", ["--workers", "1"]) as site:
        for number in range(12):
            site.check(mail(sender="nobody", number=number, body=[
                "w%d" % number, "https://h%d.example.net/" % number]),
                **dict(SENT, IP="203.0.113.%d" % number))
        # The last one is taught once it is answered: six keys each.
        taught = 12 * 6
        assert site.settled(
            lambda: store_numbers(site)["updates_total"] == taught)
        # What waits is written each second: something has to wait.
        while store_numbers(site)["updates_written_total"] == taught:
            number += 1
            taught += 6
            site.check(mail(sender="nobody", number=number, body=[
                "w%d" % number, "https://h%d.example.net/" % number]),
                **dict(SENT, IP="203.0.113.%d" % number))
            assert site.settled(
                lambda: store_numbers(site)["updates_total"] == taught)
        site.daemon.kill()
        site.daemon.start()
        lost = int(site.daemon.wait_for(
            r"(\d+) updates of the store were lost when").group(1))
        assert store_numbers(site)[
            'updates_dropped_total{reason="lost"}'] == lost > 0
        there = sum(e.get("good", 0) if e["kind"] != "heard" else 1
                    for e in entries(reputation(site, "export")))
        assert abs(there + lost - taught) < 0.01
        # Told once.
        assert site.daemon.stop() == 0
        site.daemon.start()
        assert store_numbers(site)['updates_dropped_total{reason="lost"}'] == 0


def looks_back(daemon):
    """At what the last run had, which somebody still writes."""
    folder = "/proc/%d/fd" % daemon.process.pid
    return any(os.readlink(os.path.join(folder, fd)).endswith(
        "/updates (deleted)") for fd in os.listdir(folder))


def test_what_workers_without_a_master_still_write_is_not_lost(
        rules, tmp_path):
    """They outlive it for a moment; the next one waits for their word."""
    with Site(rules, tmp_path, "reputation: {learn_bad: off}\n"
              "history: {keep: 0}\n", ["--workers", "1"]) as site:
        worker, = site.daemon.workers()
        for number in range(12):
            site.check(mail(sender="nobody", number=number, body=[
                "w%d" % number, "https://h%d.example.net/" % number]),
                **dict(SENT, IP="203.0.113.%d" % number))
        taught = 12 * 6
        assert site.settled(
            lambda: store_numbers(site)["updates_total"] == taught)
        # It cannot write, nor end, until the next daemon has looked.
        os.kill(worker, signal.SIGSTOP)
        site.daemon.process.kill()
        site.daemon.process.wait()
        site.daemon.start()
        assert looks_back(site.daemon)
        os.kill(worker, signal.SIGCONT)
        sekishod.until(lambda: not sekishod.is_running(worker))
        assert site.settled(lambda: abs(sum(
            e.get("good", 0) if e["kind"] != "heard" else 1
            for e in entries(reputation(site, "export"))) - taught) < 0.01)
        sekishod.until(lambda: not looks_back(site.daemon))
        assert store_numbers(site)['updates_dropped_total{reason="lost"}'] == 0
        assert "updates of the store were lost" not in site.daemon.log()


def test_what_is_taught_of_a_file_is_not_looked_up(rules, tmp_path):
    """Only whether the message was taught before, bad or good."""
    lookups = {}
    for bad, last in (("off", "lookups"), ("0", "updates")):
        folder = tmp_path / bad
        folder.mkdir()
        with Site(rules, folder, "reputation: {learn_good: off, "
                  "learn_bad: %s}\n" % bad) as site:
            site.check(with_file("Some words.", "one", bytes(4096)))
            assert site.settled(lambda: store_number(site, last) > 0)
            lookups[bad] = store_number(site, "lookups")
    assert lookups["0"] == lookups["off"] + 2


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
            input=lure, capture_output=True, timeout=120)
        return done.returncode, done.stdout.decode().strip()

    def known():
        return site.check(mail(number=9, body=["https://bad.example.net/y"]),
                          IP="203.0.113.9")["score"]

    status, said = spamc("-L", "spam")
    assert "Message successfully un/learned" in said, (status, said)
    assert site.settled(known) > 0
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
            timeout=120, text=True)

    done = run("learn_spam")
    assert done.returncode == 0 and "success = true" in done.stdout, done
    assert site.settled(lambda: site.check(
        mail(number=9, body=["https://bad.example.net/y"]),
        IP="203.0.113.9")["score"]) > 0
    again = run("learn_spam")
    assert "already learned" in again.stdout + again.stderr, again


def test_good_mail_makes_up_for_a_bad_one(open_site):
    lure = mail(body=[TEXT, "https://both.example.net/x"])
    look = lambda n: open_site.check(mail(number=n, body=[
        "https://both.example.net/y%d" % n]), IP="203.0.113.9")["score"]
    assert open_site.learn("/learnspam", lure)[0] == 200
    first = open_site.settled(lambda: look(1))
    assert first > 0
    numbers = itertools.count(2)
    assert open_site.settled(lambda: look(next(numbers)) < first / 2)


def test_who_may_not_learn_is_told_so(rules, tmp_path):
    with Site(rules, tmp_path) as s:
        port = s.daemon.port_of("control")
        assert post(port, "/learnspam", b"x", {})[0] == 401
        assert s.learn("/learnspam", b"")[0] == 400


# The command line.

def entries(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def reputation(s, *words, **named):
    return s.sekisho("reputation", *words, "-c", s.conf, **named)


def test_sekisho_learns_and_forgets(site, tmp_path):
    path = tmp_path / "lure.eml"
    path.write_bytes(mail(body=[TEXT, "https://bad.example.net/x"]))
    server = "127.0.0.1:%d" % site.daemon.port_of("control")
    words = ("--server", server, "--token", site.token, path)
    assert b"done" in site.sekisho("learn", "spam", *words).stdout
    known = lambda: entries(reputation(
        site, "get", "domain:example.net", "--json"))[0]
    assert site.settled(lambda: known()["bad"] > 3.9)
    again = site.sekisho("learn", "spam", *words)
    assert b"already" in again.stdout
    assert b"done" in site.sekisho("learn", "forget", *words).stdout
    assert site.settled(lambda: known()["bad"] < 0.001)
    # Without the token nobody is let.
    done = site.sekisho("learn", "spam", "--server", server, path,
                        check=False)
    assert done.returncode == 1 and b"token" in done.stdout


def test_reputation_is_set_looked_at_and_forgotten(site):
    reputation(site, "set", "ip:203.0.113.9", "10", "0")
    got = entries(reputation(site, "get", "ip:203.0.113.9", "--json"))[0]
    assert got["kind"] == "ip" and round(got["bad"], 3) == 10
    assert got["points"] == 1.87 and got["last"] >= got["first"] > 0
    human = reputation(site, "get", "ip:203.0.113.9").stdout.decode()
    assert "203.0.113.9" in human and "+1.87" in human
    answer = site.check(mail(), IP="203.0.113.9")
    assert answer["symbols"]["REPUTATION_IP"]["score"] == 1.87
    assert answer["score"] == 1.87
    line = answer["sekisho"]["lines"][0]
    assert line["kind"] == "reputation"
    assert "10 bad" in line["say"]["en"] and "不審 10 通" in line["say"]["ja"]
    reputation(site, "forget", "ip:203.0.113.9")
    assert site.check(mail(), IP="203.0.113.9")["score"] == 0
    done = reputation(site, "get", "ip:203.0.113.9")
    assert b"nothing is known" in done.stdout
    done = reputation(site, "get", "dog:rex", check=False)
    assert done.returncode == 2 and b"is not such as" in done.stderr


def test_reputation_is_carried_to_another_store(rules, tmp_path, site):
    reputation(site, "set", "domain:bad.example", "40", "2")
    reputation(site, "set", "mailbox:Hanako@gmail.com", "4", "0")
    reputation(site, "set", "ip:203.0.113.9", "10", "0")
    top = entries(reputation(site, "top", "--json", "--most", "1"))
    assert [e["kind"] for e in top] == ["ip"] or top[0]["points"] >= 1.5
    dump = reputation(site, "export").stdout
    lines = [json.loads(line) for line in dump.splitlines()]
    assert {e["kind"] for e in lines} == {"domain", "mailbox", "ip"}
    # Names of persons are not in it.
    assert b"anako" not in dump
    hidden = [e["name"] for e in lines if e["kind"] == "mailbox"][0]
    assert re.fullmatch("~[0-9a-f]{32}", hidden)
    other = tmp_path / "other"
    other.mkdir()
    with Site(rules, other) as second:
        path = tmp_path / "dump.jsonl"
        path.write_bytes(dump)
        assert b"3 taken in" in reputation(second, "import", path).stdout
        got = entries(reputation(second, "get", "domain:bad.example",
                                 "--json"))[0]
        assert round(got["bad"], 2) == 40 and round(got["good"], 2) == 2
        reputation(second, "import", path)
        got = entries(reputation(second, "get", "domain:bad.example",
                                 "--json"))[0]
        assert round(got["bad"], 2) == 80
        reputation(second, "import", path, "--replace")
        got = entries(reputation(second, "get", "domain:bad.example",
                                 "--json"))[0]
        assert round(got["bad"], 2) == 40
        bad = reputation(second, "import", "-", stdin=b'{"kind":"ip"}\n',
                         check=False)
        assert bad.returncode == 2 and b":1: must be" in bad.stderr


def test_thousands_are_taken_in(site, tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_text("".join(
        json.dumps({"kind": "ip", "name": "10.%d.%d.1" % (i >> 8, i & 255),
                    "bad": 1, "good": i}) + "\n" for i in range(12000)))
    assert b"12000 taken in" in reputation(site, "import", path).stdout
    assert len(entries(reputation(site, "export", "ip"))) == 12000


# One message and its copies.

def look(site, name):
    return entries(reputation(site, "get", name, "--json"))[0]


def hidden_link(host):
    """The first wave in HTML: the same words whatever the link."""
    sample, said = wave()
    head = email.message_from_bytes(sample, policy=email.policy.SMTP)
    body = "".join("<p>%s</p>" % line for line in WAVE["body"])
    head.set_content(
        '<html><body>%s<p><a href="https://%s/login">ここをクリック</a></p>'
        "</body></html>" % (body, host), subtype="html", cte="base64")
    return head.as_bytes(), said


def test_a_wave_of_one_message_id_teaches_each_link_and_host(site):
    """A sender chooses all that is in the header, and the words."""
    hosts = ["one.badplace.net", "two.badsite.org", "three.badthing.org"]
    for number, host in enumerate(hosts):
        lure, said = hidden_link(host)
        answer = site.check(lure, **dict(said, IP="203.0.%d.200"
                                         % (113 + number)))
        assert answer["score"] >= 6
        domain = host.split(".", 1)[1]
        assert site.settled(lambda: look(site, "domain:" + domain)
                            .get("campaign") == CAMPAIGN)
        for name in ("domain:" + domain, "ip:203.0.%d.200" % (113 + number)):
            assert site.settled(lambda: look(site, name)["bad"] > 0), name
            assert look(site, name)["bad"] < 1.1


def test_a_copy_teaches_what_is_new_of_it(site):
    """The host it comes from; the link has been counted."""
    lure, said = hidden_link("one.badplace.net")
    for number in range(3):
        address = "203.0.%d.200" % (113 + number)
        for _ in range(2):
            site.check(lure, **dict(said, IP=address))
            assert site.settled(lambda: look(site, "ip:" + address)
                                .get("campaign") == CAMPAIGN)
            assert site.settled(lambda: look(site, "ip:" + address)["bad"]
                                > 0)
    time.sleep(1)
    for name in ["domain:badplace.net"] + ["ip:203.0.%d.200" % (113 + n)
                                           for n in range(3)]:
        assert 0.9 < look(site, name)["bad"] < 1.1, name
    # Forgotten, all of it is.
    assert site.learn("/learnforget", lure)[0] == 200
    assert site.settled(lambda: look(site, "ip:203.0.114.200")["bad"] < 0.01)


@pytest.mark.parametrize("tag", ["[PHISHING] ", "[spam] ", "***SPAM*** ",
                                 "Re: "])
def test_a_tag_in_the_subject_makes_no_new_message(site, tag):
    lure = mail(subject="Hello", body=[TEXT, "https://bad.example.net/x"])
    assert site.learn("/learnspam", lure)[0] == 200
    assert site.settled(lambda: look(site, "domain:example.net")["bad"] > 3)
    tagged = lure.replace(b"Subject: ", b"Subject: " + tag.encode())
    assert tagged != lure
    assert site.settled(lambda: site.learn("/learnspam", tagged)[0] == 208)
    assert site.learn("/learnforget", tagged)[0] == 200
    assert site.settled(lambda: look(site, "domain:example.net")["bad"]
                        < 0.01)


def test_a_mark_stays_as_long_as_any_of_its_messages(site):
    def lure(number):
        return messages.build(dict(WAVE, body=[
            *WAVE["body"], FRESH + "x"])).replace(
                b"<story.1@", b"<w%d@" % number)

    said = wave()[1]
    for number in range(3):
        site.check(lure(number), **dict(said, IP="198.18.%d.9" % number))
    known = lambda: look(site, "domain:example.org")
    assert site.settled(lambda: known()["bad"] > 2.9)
    for number, left in ((1, 2), (0, 1), (2, 0)):
        assert known()["campaign"] == CAMPAIGN
        assert site.learn("/learnforget", lure(number))[0] == 200
        assert site.settled(lambda: known()["bad"] < left + 0.1)
        time.sleep(1)  # what was read is kept for a moment
    assert "campaign" not in known()


def test_copies_do_not_wash_what_was_reported(open_site):
    lure = mail(body=[TEXT, "https://bad.example.net/x"])
    assert open_site.learn("/learnspam", lure, **SENT)[0] == 200
    known = lambda: look(open_site, "domain:example.net")
    assert open_site.settled(lambda: known()["bad"] > 3.9)
    time.sleep(1)
    for _ in range(20):
        open_site.check(lure, **SENT)
    time.sleep(1.5)
    assert known()["bad"] > 3.9 and known()["good"] == 0


def test_a_few_harmless_mails_do_not_wash_what_was_reported(open_site):
    """Twenty of them, each another message, by the same host with the same
    link; only much more mail, which an innocent site has, makes up for it."""
    lure = mail(body=[TEXT, "https://bad.example.net/x"])
    assert open_site.learn("/learnspam", lure, **SENT)[0] == 200
    known = lambda: look(open_site, "domain:example.net")
    assert open_site.settled(lambda: known()["bad"] > 3.9)
    time.sleep(1)

    def harmless(number):
        return open_site.check(mail(
            number=100 + number, subject="p%d" % number,
            body=["p%d hi" % number, "https://bad.example.net/x"]),
            **SENT)["score"]

    first = harmless(0)
    for number in range(1, 20):
        harmless(number)
    time.sleep(2)
    assert harmless(20) > 0.2 * first > 0
    numbers = itertools.count(21)
    assert open_site.settled(lambda: harmless(next(numbers)) < 0.1 * first)


def test_a_good_verdict_counts_once_and_is_taken_back(open_site):
    plain = mail(body=[TEXT, "https://place.example.net/map"])
    known = lambda: look(open_site, "domain:example.net")
    for _ in range(4):
        open_site.check(plain, **PASSED)
    assert open_site.settled(lambda: known().get("good", 0) > 0)
    time.sleep(1)
    for _ in range(4):
        open_site.check(plain, **PASSED)
    time.sleep(1.5)
    # Of two workers that get it in one moment each may teach.
    good = known()["good"]
    assert 0.9 < good < 2.1
    assert open_site.learn("/learnforget", plain, **PASSED)[0] == 200
    assert open_site.settled(lambda: known()["good"] < good - 0.9)
    assert open_site.learn("/learnforget", plain, **PASSED)[0] == 404


def test_a_report_takes_back_what_a_good_verdict_taught(open_site):
    lure = mail(body=[TEXT, "https://bad.example.net/x"])
    open_site.check(lure, **SENT)
    known = lambda: look(open_site, "domain:example.net")
    assert open_site.settled(lambda: known().get("good", 0) > 0.9)
    time.sleep(1)
    assert open_site.learn("/learnspam", lure, **SENT)[0] == 200
    assert open_site.settled(lambda: known()["bad"] > 3.9)
    assert open_site.settled(lambda: known()["good"] < 0.01)


@pytest.mark.parametrize("wait", [0.2, 0.5, 0.8])
def test_a_report_soon_after_a_good_verdict_leaves_nothing_of_it(open_site,
                                                                 wait):
    """Its receipt is there before what it taught is written."""
    lure = mail(body=[TEXT, "https://bad.example.net/x"])
    open_site.check(lure, **SENT)
    time.sleep(wait)
    assert open_site.learn("/learnspam", lure, **SENT)[0] == 200
    known = lambda: look(open_site, "domain:example.net")
    assert open_site.settled(lambda: known().get("bad", 0) > 3.9)
    time.sleep(1.2)
    assert known()["good"] < 0.01


def test_a_report_outlasts_the_deadline_to_wait_for_a_verdict(rules,
                                                              tmp_path):
    with Site(rules, tmp_path, "deadline: 1s\n") as s:
        lure = mail(body=[TEXT, "https://bad.example.net/x"])
        s.check(lure, **SENT)
        # Its receipt stands there for less than a second.
        time.sleep(0.3)
        assert s.learn("/learnspam", lure, **SENT)[0] == 200
        assert s.settled(
            lambda: look(s, "domain:example.net").get("bad", 0) > 3.9)


def test_a_report_in_the_moment_of_the_verdict_counts(open_site):
    """Before anybody can see that the verdict has taught."""
    lure = mail(body=[TEXT, "https://bad.example.net/x"])
    open_site.check(lure, **SENT)
    assert open_site.learn("/learnspam", lure, **SENT)[0] == 200
    assert open_site.settled(
        lambda: look(open_site, "domain:example.net").get("bad", 0) > 3.9)


@pytest.mark.skipif(SPAMC is None, reason="spamc is not installed")
def test_a_light_word_takes_back_no_more_than_it_weighs(site):
    lure = mail(body=[TEXT, "https://bad.example.net/x"])

    def spamc(*words):
        done = subprocess.run(
            [SPAMC, "-d", "127.0.0.1", "-p",
             str(site.daemon.port_of("spamc")), "-F", "/dev/null", "-u",
             "taro", *words], input=lure, capture_output=True, timeout=120)
        return done.stdout.decode().strip()

    known = lambda: look(site, "domain:example.net")
    assert site.learn("/learnspam", lure)[0] == 200
    assert site.settled(lambda: known()["bad"] > 3.9)
    spamc("-L", "ham")
    assert site.settled(lambda: known()["bad"] < 2.1)
    time.sleep(1)
    assert spamc("-L", "ham") == "Message was already un/learned"
    assert "already" in spamc("-L", "forget")
    time.sleep(1)
    assert 1.9 < known()["bad"] < 2.1 and known()["good"] == 0
    # He who taught it may say it again, once.
    assert site.learn("/learnspam", lure)[0] == 200
    assert site.settled(lambda: known()["bad"] > 3.9)
    assert site.settled(lambda: site.learn("/learnspam", lure)[0] == 208)
    assert 3.9 < known()["bad"] < 4.1 and known()["good"] == 0
    # And he takes back all.
    assert site.learn("/learnham", lure)[0] == 200
    assert site.settled(lambda: known()["bad"] < 0.01)
    assert site.settled(lambda: known()["good"] > 3.9)


# Who sends.

def test_only_what_is_proven_names_a_sender(site):
    """A forged sender gets no name of his own, good or bad."""
    for number in range(3):
        lure = mail(sender="a@innocent.example", number=number + 10,
                    body=[TEXT])
        assert site.learn("/learnspam", lure, IP="203.0.113.50")[0] == 200
    proven = mail(sender="a@crook.example", number=20, body=[TEXT])
    assert site.learn("/learnspam", proven, IP="203.0.113.51",
                      **{"Authentication-Results": "gate; dkim=pass "
                         "header.d=crook.example; dmarc=pass "
                         "header.from=crook.example"})[0] == 200
    names = lambda: {(e["kind"], e["name"])
                     for e in entries(reputation(site, "export"))}
    assert site.settled(lambda: ("from", "crook.example") in names())
    assert ("dkim", "crook.example") in names()
    assert ("ip", "203.0.113.50") in names()
    assert not [n for n in names() if "innocent" in n[1]]


def test_mailboxes_stand_in_for_shared_domains(site):
    said = {"Authentication-Results": "gate; dkim=pass "
            "header.d=gmail.com; dmarc=pass header.from=gmail.com"}
    lure = mail(sender="Crook.A@gmail.com", body=[TEXT])
    assert site.learn("/learnspam", lure, **said)[0] == 200
    kinds = lambda: {e["kind"] for e in entries(reputation(site, "export"))}
    assert site.settled(lambda: "mailbox" in kinds())
    assert not kinds() & {"from", "dkim"}
    got = reputation(site, "get", "mailbox:crook.a@gmail.com", "--json")
    assert entries(got)[0]["bad"] > 3.9
    with open(os.path.join(os.path.dirname(site.conf), "state", "store",
                           "data.mdb"), "rb") as store:
        assert b"crook.a" not in store.read()


def test_a_mailbox_that_looks_hidden_is_hidden(site):
    """Whatever a sender calls himself."""
    said = {"Authentication-Results": "gate; dkim=pass "
            "header.d=gmail.com; dmarc=pass header.from=gmail.com"}
    for number, name in enumerate(("~taro.yamada", "~" + 32 * "a")):
        lure = mail(sender=name + "@gmail.com", number=number, body=[TEXT])
        assert site.learn("/learnspam", lure, **said)[0] == 200
    names = lambda: [e["name"] for e in entries(reputation(
        site, "export", "mailbox"))]
    assert site.settled(lambda: len(names()) == 2)
    assert all(re.fullmatch("~[0-9a-f]{32}", n) for n in names())
    got = reputation(site, "get", "mailbox:~taro.yamada@gmail.com", "--json")
    assert entries(got)[0]["bad"] > 3.9


def test_mailboxes_are_not_named_without_the_key(site):
    reputation(site, "set", "mailbox:hanako@gmail.com", "4", "0")
    hidden = entries(reputation(site, "export"))[0]["name"]
    key = os.path.join(os.path.dirname(site.conf), "state", "reputation.key")
    os.rename(key, key + ".away")
    for words in (("get", "mailbox:hanako@gmail.com"),
                  ("set", "mailbox:jiro@gmail.com", "5", "0"),
                  ("forget", "mailbox:hanako@gmail.com")):
        done = reputation(site, *words, check=False)
        assert done.returncode == 2 and b"there is no key" in done.stderr
    got = entries(reputation(site, "get", "mailbox:" + hidden, "--json"))[0]
    assert got["bad"] > 3.9
    os.rename(key + ".away", key)
    assert len(entries(reputation(site, "export"))) == 1


SPELT = [
    ("ip:2001:DB8:0:0::1", "ip:2001:db8::1"),
    ("net:192.0.2.0/24", "net:192.0.2.0/24"),
    ("net:2001:DB8::/64", "net:2001:db8::/64"),
    ("asn:64500", "asn:AS64500"), ("asn:as64500", "asn:AS64500"),
    ("helo:MX.Example", "helo:mx.example"),
    ("domain:Bad.Example", "domain:bad.example"),
    ("domain:www.example.org", "domain:example.org"),
    ("from:mail.example.co.jp.", "from:example.co.jp"),
    ("host:A.日本.jp", "host:a.xn--wgv71a.jp"),
    ("host:2001:DB8::1", "host:[2001:db8::1]"),
    ("target:Docs.Example.com/A/b", "target:docs.example.com/A/b"),
    ("file:" + 32 * "Ab", "file:" + 32 * "ab"),
    ("mailbox:Jiro@Example.COM", None),
]
NO_NAMES = [
    ("ip:nonsense", "no address"), ("ip:192.0.2.007", "no address"),
    ("net:192.0.2.7/25", "net:192.0.2.0/24"), ("net:192.0.2.7", "no network"),
    ("asn:x", "asn:AS64500"), ("domain:co.jp", "public suffix"),
    ("domain:192.0.2.1", "is an address"),
    ("host:www.example.org", "domain:example.org"),
    ("target:example.org", "host and path"), ("file:ABCDEF", "SHA-256"),
    ("template:12", "16 hex digits"), ("mailbox:jiro", "no address"),
]


def test_names_are_spelt_as_sekishod_spells_them(site):
    """What is set counts, or is refused with what is wrong with it."""
    for said, kept in SPELT:
        reputation(site, "set", said, "5", "0")
        assert entries(reputation(site, "get", said, "--json"))[0]["bad"] > 4
        assert kept is None or tuple(kept.split(":", 1)) in \
            names_taught(site)
    for said, why in NO_NAMES:
        for words in (("set", said, "5", "0"), ("get", said),
                      ("forget", said)):
            done = reputation(site, *words, check=False)
            assert done.returncode == 2, (words, done)
            assert why in done.stderr.decode(), done.stderr
        kind, name = said.split(":", 1)
        line = json.dumps({"kind": kind, "name": name, "bad": 1, "good": 0})
        done = reputation(site, "import", "-", stdin=line.encode(),
                          check=False)
        assert done.returncode == 2 and why in done.stderr.decode()


@pytest.mark.parametrize("body, never", [
    ("https://www.kagoya.jp/login", "kagoya"),
    ("https://docs.google.com/x", "google.com"),
    ("https://bit.ly/abc", "bit.ly"),
    ("https://co.jp/", "co.jp"),
    ("https://www.amazon.co.jp/", "amazon"),
], ids=["brand", "shared", "shortener", "suffix", "large"])
def test_what_is_never_learnt(site, body, never):
    assert site.learn("/learnspam", mail(body=[TEXT, body]),
                      IP="203.0.113.50")[0] == 200
    seen = lambda: entries(reputation(site, "export"))
    assert site.settled(lambda: len(seen()) >= 2)
    assert not [e for e in seen() if e["kind"] in ("host", "domain") and
                never in e["name"]]


def test_our_own_networks_and_users_teach_nothing(rules, tmp_path):
    with Site(rules, tmp_path, "trusted: [192.0.2.0/24]\n") as s:
        lure, _ = wave()
        said = s.check(lure, IP="198.51.100.9", User="taro")
        assert said["action"] != "no action"
        s.check(lure, IP="192.0.2.4")
        status, answer = s.learn("/learnspam", mail(body=[TEXT]),
                                 IP="192.0.2.4")
        assert status == 422 and answer["result"] == "nothing"
        status, answer = s.learn("/learnspam", mail(body=[TEXT]),
                                 IP="198.51.100.9", User="taro")
        assert status == 422 and answer["result"] == "nothing"
        time.sleep(0.3)
        assert entries(reputation(s, "export")) == []


def test_behind_a_relay_whoever_came_to_it_is_learnt_of(rules, tmp_path):
    with Site(rules, tmp_path, "trusted: [192.0.2.4]\n") as s:
        line = b"Received: from %s ([203.0.113.60]) by mx2.our.example\r\n"
        assert s.learn("/learnspam", line % b"((" + mail(body=[TEXT]),
                       IP="192.0.2.4")[0] == 200
        assert s.settled(lambda: ("ip", "203.0.113.60") in names_taught(s))
        said = s.check(line % b"x" + mail(number=2, body=["お知らせ"]),
                       IP="192.0.2.4")
        assert "REPUTATION_IP" in said["symbols"], said
        # A user of ours, or nobody, has come to it: nothing is learnt.
        for top in (line[:-2] % b"x" + b" with ESMTPSA\r\n", b""):
            assert s.learn("/learnspam", top + mail(number=3, body=[TEXT]),
                           IP="192.0.2.4")[0] == 422


def test_copies_of_a_reported_mail_do_not_whiten_it(rules, tmp_path):
    with Site(rules, tmp_path) as s:
        copies_do_not_whiten(s)


def copies_do_not_whiten(site):
    lure = mail(number=70, body=[TEXT, "https://reported.example/x"])
    known = lambda name: (entries(reputation(
        site, "get", "domain:" + name, "--json")) or [{}])[0]
    assert site.learn("/learnspam", lure)[0] == 200
    assert site.settled(lambda: known("reported.example").get("bad", 0) > 3.9)
    for _ in range(10):
        site.check(lure, IP="203.0.113.7")
    # What came later is written later.
    site.check(mail(number=71, body=["https://harmless.example/"]),
               IP="203.0.113.8")
    assert site.settled(lambda: known("harmless.example").get("good", 0) > 0)
    assert known("reported.example")["good"] == 0


def test_the_same_words_with_other_links_are_another_message(site):
    """And a tag in front of the subject makes none."""
    lure = lambda host, tag="": mail(
        number=72, subject=tag + "your parcel",
        body=[TEXT, "https://%s/x" % host])
    known = lambda name: entries(reputation(
        site, "get", "domain:" + name, "--json"))[0]["bad"] > 3.9
    assert site.learn("/learnspam", lure("first-site.example"))[0] == 200
    assert site.learn("/learnspam", lure("second-site.example"))[0] == 200
    assert site.settled(lambda: known("first-site.example") and
                        known("second-site.example"))
    assert site.learn("/learnspam", lure("first-site.example"))[0] == 208
    assert site.learn("/learnspam", lure(
        "first-site.example", "[PHISHING] [list] "))[0] == 208


def test_a_public_suffix_is_nobody(site):
    said = {"IP": "203.0.113.9", "Helo": "co.jp", "Hostname": "co.jp",
            "Authentication-Results": "gate; spf=pass "
            "smtp.mailfrom=a@co.jp; dkim=pass header.d=co.jp; dmarc=pass "
            "header.from=co.jp"}
    assert site.learn("/learnspam", mail(
        sender="a@co.jp", number=73, body=[TEXT]), **said)[0] == 200
    names = lambda: [e["kind"] + ":" + e["name"] for e in entries(
        reputation(site, "export"))]
    assert site.settled(lambda: "ip:203.0.113.9" in names())
    assert not [n for n in names() if n.endswith(":co.jp")]


def corrected_at_once(sites, number):
    """What is known in the end of a mail's link that is reported as spam and
    as ham right after each other: the first receipt is not yet written."""
    host = "corrected%d.example" % number
    lure = mail(number=9000 + number, body=[TEXT, "https://%s/x" % host])
    for i, path in enumerate(("/learnspam", "/learnham", "/learnspam",
                              "/learnham")[number % 2:]):
        assert sites[i % len(sites)].learn(path, lure)[0] == 200
    seen = sites[0].settled(lambda: (lambda e: e and e["good"] > 3.9 and
                                     e["bad"] < 0.1 and e)(
        (entries(reputation(sites[0], "get", "domain:" + host, "--json"))
         or [None])[0]), 20)
    assert seen and seen["good"] < 4.1, entries(reputation(
        sites[0], "get", "domain:" + host, "--json"))
    # Whose word is the last is known, and can be taken back.
    assert sites[0].learn("/learnham", lure)[0] == 208
    assert sites[0].learn("/learnforget", lure)[0] == 200


def test_a_correction_right_behind_a_report_is_not_lost(rules, tmp_path):
    with Site(rules, tmp_path, options=["--workers", "2"]) as s:
        for number in range(4):
            corrected_at_once([s], number)


def in_the_end(sites, number, *reports):
    """What is known of the link of a mail that is reported so, one right
    behind the other: (site, path, status) each."""
    host = "end%d.example" % number
    lure = mail(number=9500 + number, body=[TEXT, "https://%s/x" % host])
    for site, path, status in reports:
        assert sites[site].learn(path, lure)[0] == status, (site, path)
    time.sleep(1.5)  # all is written
    seen = look(sites[0], "domain:" + host)
    return round(seen.get("bad", 0)), round(seen.get("good", 0))


def test_the_last_of_reports_that_follow_each_other_holds(rules, tmp_path):
    """What was forgotten before it was written once stayed, and what was
    taught again before it was forgotten was taken for known."""
    with Site(rules, tmp_path, "reputation: {learn_good: off}\n",
              ["--workers", "2"]) as s:
        spam, ham = (0, "/learnspam", 200), (0, "/learnham", 200)
        forget = (0, "/learnforget", 200)
        for n in range(3):
            assert in_the_end([s], 10 * n, spam, forget) == (0, 0)
            assert in_the_end([s], 10 * n + 1, spam, forget, spam) == (4, 0)
            assert in_the_end([s], 10 * n + 2, ham, spam, forget) == (0, 0)
            assert in_the_end([s], 10 * n + 3, spam, forget, ham) == (0, 4)
        assert in_the_end([s], 99, (0, "/learnforget", 404)) == (0, 0)


def taken_back_at_once(sites, number):
    """Ten reports of one domain; one of them, and it alone, is taken back by
    many at the same time."""
    host = "back%d.example" % number
    lures = [mail(number=9100 + 10 * number + i, subject="back %d" % i,
                  body=["back %d" % i, "https://%s/x" % host])
             for i in range(10)]
    ip = lambda i: "203.0.113.%d" % (100 + i)
    known = lambda: (lambda e: (round(e.get("bad", 0)),
                                round(e.get("good", 0))))(
        look(sites[0], "domain:" + host))
    for i, lure in enumerate(lures):
        assert sites[i % len(sites)].learn(
            "/learnspam", lure, IP=ip(i))[0] == 200
    assert sites[0].settled(lambda: known() == (40, 0)), known()
    for site in sites:
        # Each has looked since: none has an older receipt in its memory.
        assert site.settled(lambda: site.learn(
            "/learnspam", lures[0], IP=ip(0))[0] == 208)

    def at_once(path, i):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda k: sites[k % len(sites)].learn(
                path, lures[i], IP=ip(i))[0], range(8)))

    said = at_once("/learnforget", 0)
    assert 200 in said and set(said) <= {200, 404}, said
    assert sites[0].settled(lambda: known() == (36, 0)), known()
    said = at_once("/learnham", 1)
    assert 200 in said and set(said) <= {200, 208}, said
    assert sites[0].settled(lambda: known() == (32, 4)), known()
    # What is taught again can be taken back again.
    time.sleep(1.5)  # for what comes later, if anything does
    assert known() == (32, 4)
    assert sites[0].learn("/learnspam", lures[0], IP=ip(0))[0] == 200
    assert sites[0].settled(lambda: known() == (36, 4)), known()
    assert sites[-1].settled(lambda: sites[-1].learn(
        "/learnforget", lures[0], IP=ip(0))[0] == 200)
    assert sites[0].settled(lambda: known() == (32, 4)), known()


def test_what_is_taken_back_at_once_is_taken_back_once(rules, tmp_path):
    with Site(rules, tmp_path, "reputation: {learn_good: off}\n",
              ["--workers", "2"]) as s:
        taken_back_at_once([s], 0)


def test_one_reporter_has_a_limit_a_day(rules, tmp_path):
    with Site(rules, tmp_path, "reputation: {reports: 3}\n") as s:
        got = []
        for number in range(6):
            got.append(s.learn("/learnspam", mail(
                body=[TEXT, "https://h%d.example.net/" % number],
                number=number))[0])
        assert got == [200, 200, 200, 429, 429, 429]
        # Who has made a slip need not wait for the next day.
        slip = lambda number: mail(
            body=[TEXT, "https://h%d.example.net/" % number], number=number)
        good = lambda: (look(s, "host:h1.example.net").get("good", 0),
                        look(s, "host:h2.example.net").get("bad", 0))
        assert s.settled(lambda: look(s, "host:h2.example.net")
                         .get("bad", 0) > 3.9)
        assert s.learn("/learnham", slip(1))[0] == 200
        assert s.learn("/learnforget", slip(2))[0] == 200
        assert s.settled(lambda: good()[0] > 3.9 and good()[1] < 0.01)
        assert s.settled(lambda: s.learn("/learnham", slip(1))[0] == 429)
        assert s.learn("/learnspam", slip(2))[0] == 429
        assert s.learn("/learnforget", slip(4))[0] == 429


def test_who_is_at_his_limit_takes_back_what_he_has_just_taught(rules,
                                                                tmp_path):
    """Though his receipt is only just being written."""
    with Site(rules, tmp_path, "reputation: {reports: 1}\n") as s:
        lure = mail(body=[TEXT, "https://h.example.net/"])
        assert s.learn("/learnspam", lure)[0] == 200
        assert s.learn("/learnham", lure)[0] == 200
        assert s.settled(lambda: look(s, "host:h.example.net").get(
            "good", 0) > 3.9)
        assert s.learn("/learnspam", mail(number=2))[0] == 429


def test_the_same_template_is_known_again(site):
    """Other names, numbers and links: the same lure."""
    text = ("%s様\nいつもご利用いただきありがとうございます。お客様の"
            "カードの有効期限が%d日後に切れます。継続してご利用いただくには"
            "下のページから手続きをお願いいたします。手続きがない場合は"
            "ご利用を停止いたします。\nhttps://%s/x\n")
    for number, name in enumerate(("山田太郎", "佐藤", "鈴木花子")):
        lure = mail(body=[text % (name, number + 3, "h%d.example.org"
                                  % number)], number=number)
        assert site.learn("/learnspam", lure, IP="203.0.113.%d"
                          % number)[0] == 200
    seen = site.settled(lambda: (lambda a: a if "REPUTATION_TEMPLATE" in
                                 a["symbols"] else None)(site.check(mail(
                                     body=[text % ("高橋一郎", 30,
                                                   "other.example.com")],
                                     number=9), IP="198.51.100.1")))
    assert seen and seen["symbols"]["REPUTATION_TEMPLATE"]["score"] > 1
    other = site.check(mail(body=[TEXT], number=8), IP="198.51.100.1")
    assert not symbols(other)


def names_taught(site):
    return {(e["kind"], e["name"])
            for e in entries(reputation(site, "export"))}


@pytest.mark.parametrize("suffix", ["co.jp", "tokyo.jp", "uk.com"])
def test_a_public_suffix_is_no_sender(site, suffix):
    """All who have rented a name below it would pay for it."""
    said = {"IP": "203.0.113.50", "Helo": suffix, "Hostname": suffix,
            "From": "<a@%s>" % suffix, "Authentication-Results":
            "gate; spf=pass smtp.mailfrom=%s; dkim=pass header.d=%s; "
            "dmarc=pass header.from=%s" % (suffix, suffix, suffix)}
    lure = mail(sender="a@" + suffix, body=[TEXT])
    assert site.learn("/learnspam", lure, **said)[0] == 200
    assert site.settled(lambda: ("ip", "203.0.113.50") in names_taught(site))
    assert not [n for n in names_taught(site) if n[1] == suffix]


USERS_OWN = (b"Received: from [203.0.113.99] (laptop.example [203.0.113.99])\r"
             b"\n\t(Authenticated sender: taro)\r\n\tby relay.our.example "
             b"(Postfix) with ESMTPSA id 1;\r\n\tMon, 9 Feb 2026 10:00:00 "
             b"+0900\r\n")


def test_a_users_own_mail_teaches_nothing_out_of_a_mailbox(site):
    lure = mail(body=[TEXT, "https://bad.example.net/x"])
    for said in ({}, {"IP": "203.0.113.99"}):
        status, answer = site.learn("/learnspam", USERS_OWN + lure, **said)
        assert status == 422 and answer["result"] == "nothing"
    strangers = USERS_OWN.replace(b"ESMTPSA", b"ESMTPS")
    assert site.learn("/learnspam", strangers + lure)[0] == 200
    # A client's word for it, while a message comes in, is not believed.
    assert site.settled(lambda: ("ip", "203.0.113.99") in names_taught(site))


def test_trusted_networks_are_known_in_ipv6_too(rules, tmp_path):
    with Site(rules, tmp_path, "trusted: [192.0.2.0/24]\n") as s:
        status, answer = s.learn("/learnspam", mail(body=[TEXT]),
                                 IP="64:ff9b::c000:205")
        assert status == 422 and answer["result"] == "nothing"
        for number, host in enumerate(("[2002:c000:209::1]",
                                       "[64:ff9b::c000:209]")):
            lure = mail(number=number, body=[TEXT, "http://%s/x" % host])
            assert s.learn("/learnspam", lure, IP="203.0.113.50")[0] == 200
        assert s.settled(lambda: ("ip", "203.0.113.50") in names_taught(s))
        assert not [n for n in names_taught(s) if n[0] == "host"]


def test_reputation_off_asks_and_learns_nothing(rules, tmp_path):
    with Site(rules, tmp_path, "reputation: {on: no}\n") as s:
        assert s.learn("/learnspam", mail(body=[TEXT]))[0] == 501
        lure, said = wave()
        for _ in range(2):
            answer = s.check(lure, **said)
            assert not symbols(answer)
        time.sleep(0.2)
        assert entries(reputation(s, "export")) == []


# An attacker against an innocent domain.

INNOCENT = {"IP": "192.0.2.77", "Helo": "mail.innocent.example.org",
            "Hostname": "mail.innocent.example.org",
            "From": "<news@innocent.example.org>",
            "Authentication-Results": "gate; spf=pass smtp.mailfrom="
            "innocent.example.org; dkim=pass header.d=innocent.example.org; "
            "dmarc=pass header.from=innocent.example.org"}
NEWS = ("今月のお便りをお届けします。新しい棚が届き、来週から並べ始めます。"
        "お近くにお越しの際はぜひお立ち寄りください。皆さまのお声は下の"
        "ページで募集しています。")


def innocent(number):
    return mail(sender="news@innocent.example.org", subject="お便り",
                number=number, body=[
                    NEWS, "https://www.innocent.example.org/voice",
                    "https://shop.innocent.example.org/new"])


def forged_lure(number):
    """A whole campaign, with the innocent one's links and words."""
    lure = messages.build(dict(WAVE, body=[
        *WAVE["body"], NEWS, "https://www.innocent.example.org/voice",
        "https://shop.innocent.example.org/new"]))
    return lure.replace(b"<story.1@", b"<lure.%d@" % number).replace(
        b"\r\n\r\n", b"\r\nX-Sender: news@innocent.example.org\r\n\r\n", 1)


def attack_by_mail(s, first, last):
    """Lures from everywhere, which name the innocent one as their sender."""
    for number in range(first, last):
        s.check(forged_lure(number),
                IP="203.0.113.%d" % (number % 250),
                Helo="mail.innocent.example.org", Hostname="unknown",
                From="<news@innocent.example.org>")


def attack_by_reports(s, first, reports):
    """The innocent one's own mail, reported as spam as often as may be."""
    limited = 0
    for number in range(first, first + reports):
        status, _ = s.learn("/learnspam", innocent(5000 + number), **INNOCENT)
        assert status in (200, 208, 429)
        limited += status == 429
    return limited


def innocent_before(s, days):
    """It has been known for so long, and has sent now and then."""
    now = int(time.time())
    reputation(s, "import", "-", stdin=b"".join(json.dumps({
        "kind": kind, "name": name, "bad": 0, "good": 30, "at": now - 86400,
        "first": now - days * 86400, "last": now - 86400}).encode() + b"\n"
        for kind, name in (("domain", "example.org"),
                           ("from", "example.org"), ("ip", "192.0.2.77"))))


@pytest.mark.parametrize("volume, days", [(0, 0), (10, 0), (300, 0), (10, 30),
                                          (300, 30)])
def test_nobody_can_make_an_innocent_domain_refused(rules, tmp_path, volume,
                                                    days):
    """Whatever is sent in its name, with its links or words, or reported of
    it: reputation alone gives less than marks a mail, and never refuses.  Who
    has been known for a week does not carry a campaign's name for a few lures
    either."""
    with Site(rules, tmp_path, "reputation: {reports: 250}\n") as s:
        if days:
            innocent_before(s, days)
        for number in range(volume):
            assert s.check(innocent(number), **INNOCENT)["score"] == 0
        attack_by_mail(s, 0, 5)
        site = lambda: look(s, "domain:example.org")
        assert s.settled(lambda: site()["bad"] > 4.9)
        assert ("campaign" in site()) == (days == 0)
        attack_by_mail(s, 5, 400)
        # What is good is written a little later than what is bad.
        assert volume < 300 or s.settled(lambda: entries(reputation(
            s, "get", "domain:example.org",
            "--json"))[0]["good"] > 100)
        time.sleep(0.5)
        struck = s.check(innocent(9001), **INNOCENT)
        # What a forger can blacken is links and words, not the sender.
        assert not symbols(struck) & {
            "REPUTATION_IP", "REPUTATION_NET", "REPUTATION_FROM",
            "REPUTATION_MAIL_FROM", "REPUTATION_DKIM", "REPUTATION_HELO"}
        assert struck["score"] <= 5 and struck["action"] == "no action"
        if volume >= 300:
            assert not [n for n in symbols(struck) if "DOMAIN" in n and
                        struck["symbols"][n]["score"] > 1.5]
        # The limit is kept in the store, which is written behind.
        attack_by_reports(s, 0, 300)
        s.settled(lambda: attack_by_reports(s, 300, 1))
        assert attack_by_reports(s, 400, 100) >= 95
        struck = s.settled(lambda: (lambda a: a["score"] > 0 and a)(
            s.check(innocent(9002), **INNOCENT)))
        assert 0 < struck["score"] <= 5 and struck["action"] == "no action"


def test_reputation_never_refuses_whatever_is_configured(rules, tmp_path):
    conf = ("thresholds: {reject: 4, reputation: off}\n"
            "reputation: {learn_good: off}\n")
    with Site(rules, tmp_path, conf) as s:
        for name in ("ip:198.51.100.7", "net:198.51.100.0/24",
                     "domain:example.net", "host:bad.example.net"):
            reputation(s, "set", name, "100000", "0")
        answer = s.check(mail(body=[TEXT, "https://bad.example.net/"]),
                         **SENT)
        assert answer["score"] == 3.99
        assert answer["action"] != "reject"
        assert answer["symbols"]["REPUTATION_CAP"]["score"] < 0


def test_reputation_never_refuses_where_marked_mail_is_refused(rules,
                                                               tmp_path):
    conf = ("actions: {add_header: reject}\n"
            "thresholds: {reputation: 12}\n")
    with Site(rules, tmp_path, conf) as s:
        for name in ("ip:198.51.100.7", "net:198.51.100.0/24",
                     "domain:example.net", "host:bad.example.net"):
            reputation(s, "set", name, "100000", "0")
        answer = s.check(mail(body=[TEXT, "https://bad.example.net/"]),
                         **SENT)
        assert answer["score"] == 5.99 and answer["action"] == "no action"


PACK = """pack: 1
kind: campaign
id: site-known-bad
title: known to be bad
revision: 1
status: test
mode: score
created: 2026-01-01
expires: 2099-01-01
severity: high
confidence: high
tlp: amber
references: [what is remembered]
groups:
  site: {reputation: {domain: ">=70"}, score: 3}
  words: {subject: new catalogue, score: 1}
when: site and words
tests:
  - name: unknown offline
    expect: clean
    mail: {from: a@b.example, subject: new catalogue, body: x}
"""


def test_packs_ask_what_is_remembered(rules, tmp_path):
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "known.pack.yaml").write_text(PACK)
    with Site(str(folder), tmp_path, "reputation: {learn_good: off}\n") as s:
        lure = mail(subject="new catalogue",
                    body=["https://www.bad.example.net/"])
        assert "SITE_KNOWN_BAD" not in s.check(lure, **SENT)["symbols"]
        reputation(s, "set", "domain:example.net", "30", "0")
        seen = s.check(lure, **SENT)
        assert seen["symbols"]["SITE_KNOWN_BAD"]["score"] == 4
        reputation(s, "set", "domain:example.net", "30", "300")
        assert "SITE_KNOWN_BAD" not in s.check(lure, **SENT)["symbols"]
    # Nobody looks it up without a store: undecided, and told.
    path = tmp_path / "lure.eml"
    path.write_bytes(lure)
    done = subprocess.run([sekishod.program("sekisho"), "scan", "--json",
                           "--packs", str(folder), str(path)],
                          capture_output=True, check=True)
    told = json.loads(done.stdout)
    assert told["score"] == 0
    assert "reputation.domain" in done.stdout.decode()


def test_packs_ask_for_the_campaign_of_the_last_wave(rules, tmp_path):
    folder = tmp_path / "packs"
    shutil.copytree(rules, str(folder / "rules"))
    (folder / "next.pack.yaml").write_text(PACK.replace(
        "site-known-bad", "site-seen-before").replace(
            '{reputation: {domain: ">=70"}, score: 3}',
            "{reputation.campaign: [other-one, %s], score: 3}" % CAMPAIGN)
        .replace("site and words", "site"))
    with Site(str(folder), tmp_path, "reputation: {learn_good: off}\n") as s:
        first, said = wave()
        before = s.check(second_wave(), **SENT)
        s.check(first, **said)

        def named():
            seen = s.check(second_wave(3), **SENT)
            return seen if "SITE_SEEN_BEFORE" in seen["symbols"] else None

        assert s.settled(named), "the pack does not see the campaign"
        assert "SITE_SEEN_BEFORE" not in before["symbols"]
