# SPDX-License-Identifier: Apache-2.0
"""Two sekishod that share one redis-server: what one learns the other knows;
and what they say while it is away."""

import contextlib
import json
import time
import urllib.request

import pytest

import redisserver
from daemon import until
from test_reputation import (CAMPAIGN, PACK, SENT, TEXT, Site,
                             corrected_at_once, entries, in_the_end, mail,
                             reputation, second_wave, store_numbers,
                             taken_back_at_once, taught_by_many_at_once, wave,
                             with_file)


@pytest.fixture
def server(tmp_path):
    with redisserver.Server(tmp_path) as s:
        yield s


def site(server, rules, tmp_path, name, more=""):
    folder = tmp_path / name
    folder.mkdir()
    return Site(rules, folder, "store: {engine: redis, budget: 2s, servers: "
                "['127.0.0.1:%d']}\n"
                "reputation: {learn_good: off, key_file: %s/key}\n%s" % (
                    server.port, tmp_path, more))


@pytest.fixture
def pair(server, rules, tmp_path):
    with site(server, rules, tmp_path, "one") as one, \
            site(server, rules, tmp_path, "two") as two:
        yield one, two


def get(port, path):
    with urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, path),
                                timeout=60) as reply:
        return json.loads(reply.read())


def test_what_one_is_told_moves_the_others_next_verdict(pair):
    one, two = pair
    lure = mail(body=[TEXT, "https://bad.example.net/x"])
    score = lambda s: s.check(mail(number=9, body=[
        "https://bad.example.net/y"]), IP="203.0.113.9")["score"]
    # The other has looked, and knows that nothing is known.
    assert score(two) == 0 and score(one) == 0
    assert one.learn("/learnspam", lure)[0] == 200
    until(lambda: score(two) > 0)
    # A message counts once, whichever of them it is reported to.
    time.sleep(0.6)
    once = score(two)
    assert two.learn("/learnspam", lure)[0] == 208
    assert two.learn("/learnforget", lure)[0] == 200
    until(lambda: score(one) == 0)
    assert once > 0


def test_a_message_that_both_get_at_once_counts_once(pair):
    assert 0.9 < taught_by_many_at_once(pair[0], pair) < 1.1


@contextlib.contextmanager
def cluster_pair(rules, tmp_path):
    with redisserver.Cluster(tmp_path) as cluster:
        where = "layout: cluster, servers: [%s]" % ", ".join(
            "'127.0.0.1:%d'" % node.port for node in cluster.nodes[:3])
        conf = ("store: {engine: redis, budget: 2s, %s}\n"
                "reputation: {learn_good: off, key_file: %s/key}\n" % (
                    where, tmp_path))
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
        with Site(rules, tmp_path / "one", conf) as one, \
                Site(rules, tmp_path / "two", conf) as two:
            for s in (one, two):
                s.settled(lambda: not s.check(
                    mail(number=5, body=["https://ready.example/"]))[
                        "sekisho"]["degraded"])
            yield one, two


def test_a_message_counts_once_in_a_cluster_too(rules, tmp_path):
    """There the receipt is on another server than what it is for."""
    with cluster_pair(rules, tmp_path) as sites:
        assert 0.9 < taught_by_many_at_once(sites[0], sites) < 1.1
        taken_back_at_once(sites, 0)


def test_the_last_of_reports_that_follow_each_other_holds_in_a_cluster(
        rules, tmp_path):
    """Where one daemon takes them: what the other receipt says was not taken
    back there."""
    with cluster_pair(rules, tmp_path) as sites:
        spam, ham = (0, "/learnspam", 200), (0, "/learnham", 200)
        forget = (0, "/learnforget", 200)
        assert in_the_end(sites, 1, spam, ham) == (0, 4)
        assert in_the_end(sites, 2, ham, spam) == (4, 0)
        assert in_the_end(sites, 3, spam, forget, spam) == (4, 0)
        assert in_the_end(sites, 4, spam, (1, "/learnforget", 200)) == (0, 0)


def test_what_one_has_taught_the_other_forgets_at_once(pair):
    for n in range(3):
        assert in_the_end(pair, n, (0, "/learnspam", 200),
                          (1, "/learnforget", 200)) == (0, 0)


def test_a_correction_right_behind_a_report_is_not_lost(pair):
    for number in range(4):
        corrected_at_once(pair, number)


def test_what_is_taken_back_at_once_is_taken_back_once(pair):
    taken_back_at_once(pair, 0)


def test_a_wave_on_one_link_is_not_written_one_by_one(pair, server):
    """Lessons with a receipt are never added up: those of a key go together
    all the same."""
    one = pair[0]
    calls = lambda: server.call("INFO", "commandstats")
    for number in range(100):
        assert one.learn("/learnspam", mail(
            number=number, body=[TEXT, "https://wave.example/x"]))[0] == 200
    known = lambda: entries(reputation(
        one, "get", "domain:wave.example", "--json"))[0]["bad"]
    began = time.monotonic()
    until(lambda: known() > 399)
    # It was one call of the script a mail, 50 ms after the other.
    assert time.monotonic() - began < 30
    said = [line for line in calls().split() if "evalsha" in line]
    assert said and int(said[0].split("calls=")[1].split(",")[0]) < 90


def test_a_wave_seen_by_one_is_named_by_the_other(pair):
    one, two = pair
    first, said = wave()
    assert one.check(first, **said)["action"] == "reject"
    pivot = "PIVOT_" + CAMPAIGN.upper().replace("-", "_")
    until(lambda: pivot in two.check(second_wave(), **SENT)["symbols"])


def test_mailboxes_are_hidden_alike(pair, server):
    one, two = pair
    said = {"Authentication-Results": "gate; dkim=pass header.d=gmail.com; "
            "dmarc=pass header.from=gmail.com"}
    assert one.learn("/learnspam", mail(sender="crook.a@gmail.com",
                                        body=[TEXT]), **said)[0] == 200
    known = lambda: entries(reputation(
        two, "get", "mailbox:crook.a@gmail.com", "--json"))[0]["bad"]
    until(lambda: known() > 3.9)
    assert not [k for k in server.call("KEYS", "*") if "crook" in k]


def test_while_the_server_is_away_the_verdict_says_so(server, rules,
                                                      tmp_path):
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "known.pack.yaml").write_text(PACK)
    with site(server, str(folder), tmp_path, "one") as s:
        lure = mail(subject="new catalogue",
                    body=["https://www.bad.example.net/"])
        reputation(s, "set", "domain:example.net", "30", "0")
        seen = lambda: s.check(lure, **SENT)
        assert s.settled(lambda: "SITE_KNOWN_BAD" in seen()["symbols"])
        server.kill()
        # What is kept for a moment is no answer for long.
        answer = until(lambda: (lambda a: a["sekisho"]["degraded"] and
                                a)(seen()))
        assert answer["symbols"]["REPUTATION_DEGRADED"]["score"] == 0
        # Undecided, not false: and it is told what was asked in vain.
        assert "SITE_KNOWN_BAD" not in answer["symbols"]
        assert answer["score"] == 0
        assert "verdict.degraded" in [n["code"] for n in
                                      answer["sekisho"]["notes"]]
        headers = answer["milter"]["add_headers"]
        assert "REPUTATION_DEGRADED" in headers["X-Spam-Status"]
        port = s.daemon.port_of("control")
        assert get(port, "/stat")["degraded"] > 0
        s.daemon.wait_for(r"id=\S+ .*time=\d+us .*degraded")
        assert s.learn("/learnspam", mail(body=[TEXT]))[0] == 503
        server.start()
        until(lambda: not seen()["sekisho"]["degraded"])


def test_reports_while_it_is_away_are_not_taken(server, rules, tmp_path):
    """A report that could not be held against its receipt might count
    twice: whoever makes it is told to come again."""
    with site(server, rules, tmp_path, "one") as s:
        server.kill()
        status, said = s.learn("/learnspam", mail(
            body=[TEXT, "https://bad.example.net/x"]))
        assert status == 503 and said["result"] == "failed"


def by_name(where):
    return {(e["kind"], e["name"]): e for e in entries(
        reputation(where, "export"))}


def test_a_person_waits_longer_than_a_mail(server, rules, tmp_path):
    with redisserver.Proxy(server.port) as proxy, Site(
            rules, tmp_path, "store: {engine: redis, servers: "
            "['127.0.0.1:%d']}\n" % proxy.port) as s:
        reputation(s, "set", "ip:203.0.113.9", "10", "0")
        proxy.hinder = lambda data: (time.sleep(0.15), data)[1]
        got = entries(reputation(s, "get", "ip:203.0.113.9", "--json"))[0]
        assert round(got["bad"], 2) == 10
        assert len(entries(reputation(s, "export"))) == 1


def test_journals_of_workers_that_are_no_more_are_seen(server, rules,
                                                       tmp_path):
    """Fewer workers come back than there were: what the others left waits,
    says the counter, and is sent before long."""
    with redisserver.Proxy(server.port) as proxy:
        proxy.accepts = False
        with Site(rules, tmp_path, "store: {engine: redis, budget: 2s, "
                  "servers: ['127.0.0.1:%d']}\nreputation: {learn_good: off, "
                  "learn_bad: 0}\nhistory: {keep: 0}\n" % proxy.port,
                  ["--workers", "3"]) as s:
            for number in range(60):
                s.check(mail(number=number, body=[
                    "w%d" % number, "https://h%d.example.net/" % number]))
            waits = lambda: store_numbers(s)["updates_waiting"]
            # Each worker tells its numbers once a second.
            kept, before = waits(), -1
            while kept != before or kept == 0:
                time.sleep(2)
                kept, before = waits(), kept
            assert kept == store_numbers(s)["updates_total"]
            s.daemon.kill()
            s.daemon.options = ["--workers", "1"]
            s.daemon.start()
            until(lambda: waits() == kept)
            proxy.accepts = True
            until(lambda: store_numbers(s)["updates_replayed_total"] == kept
                  and waits() == 0)
            sites = [e for e in entries(reputation(s, "export", "host"))]
            assert len(sites) == 60
            assert all(0.9 < e["bad"] < 1.01 for e in sites)


def test_files_are_asked_for_within_the_same_budget(server, rules, tmp_path):
    """Of a message with a file of which something is known the store is asked
    twice; it waits no longer for that."""
    content = bytes(range(256)) * 16
    with redisserver.Proxy(server.port) as proxy, Site(
            rules, tmp_path, "store: {engine: redis, budget: 400ms, servers: "
            "['127.0.0.1:%d']}\nreputation: {learn_good: off}\n"
            % proxy.port, ["--workers", "1"]) as s:
        said = {"IP": "203.0.113.1"}
        until(lambda: s.learn("/learnspam", with_file(
            "one", "one", content))[0] == 200)
        until(lambda: s.check(with_file("two", "two", content), **said)[
            "score"] > 0)
        before = s.check(with_file("two", "two", content), **said)
        assert before["sekisho"]["degraded"] is False
        proxy.hinder = lambda data: (time.sleep(0.25), data)[1]
        time.sleep(0.6)  # what is kept in the worker is over
        late = s.check(with_file("three", "three", content), **said)
        assert late["sekisho"]["degraded"] is True
        # Once is within it.
        numbers = iter(range(100))
        assert s.settled(lambda: not s.check(
            mail(number=next(numbers), body=["four"]))["sekisho"]["degraded"])


def test_all_that_is_known_survives_two_moves(server, rules, tmp_path):
    """From the embedded store to Redis and back: counts, times, marks of
    campaigns, receipts."""
    conf = ("reputation: {learn_good: off, key_file: %s/key}\n" % tmp_path)
    folders = []
    for name in ("first", "last"):
        folders.append(tmp_path / name)
        folders[-1].mkdir()
    lure = mail(body=[TEXT, "https://bad.example.net/x"])
    first, said = wave()
    now = int(time.time())
    old = {"kind": "ip", "name": "192.0.2.7", "bad": 8, "good": 2,
           "at": now - 86400, "first": now - 30 * 86400,
           "last": now - 8 * 86400}
    nul = {"kind": "domain", "name": "bad\0.example", "bad": 1, "good": 0}
    odd = {"kind": "helo", "name": "x", "name_hex": b"mx\xff\xfe".hex(),
           "bad": 3, "good": 0}
    with Site(rules, folders[0], conf) as one:
        done = reputation(one, "import", "-", stdin=b"".join(
            json.dumps(line).encode() + b"\n" for line in (old, odd, {
                "kind": "ip", "name": "192.0.2.8", "bad": 0, "good": 0})))
        assert b"2 taken in\n1 of nothing" in done.stdout
        done = reputation(one, "import", "-", check=False,
                          stdin=json.dumps(nul).encode())
        assert done.returncode == 2 and b"must be" in done.stderr
        assert one.learn("/learnspam", lure)[0] == 200
        one.check(first, **said)
        assert one.settled(lambda: sum(
            e.get("campaign") == CAMPAIGN for e in by_name(one).values()) > 3
            and ("domain", "example.net") in by_name(one))
        before, dump = by_name(one), reputation(one, "export").stdout
    with site(server, rules, tmp_path, "two") as two:
        path = tmp_path / "dump"
        path.write_bytes(dump)
        assert b"%d taken in\n" % len(before) == reputation(
            two, "import", path).stdout
        path.write_bytes(reputation(two, "export").stdout)
    with Site(rules, folders[1], conf) as three:
        reputation(three, "import", path)
        after = by_name(three)
        assert set(after) == set(before)
        for name, entry in before.items():
            for field in ("first", "last", "campaign", "campaign_first",
                          "campaign_last", "value", "name_hex"):
                assert after[name].get(field) == entry.get(field), (
                    name, field)
            for field in ("bad", "good"):
                assert abs(after[name][field] - entry[field]) < 0.01
        got = after["ip", "192.0.2.7"]
        assert got["last"] == old["last"] and got["first"] == old["first"]
        assert abs(got["bad"] - 8 * 0.5 ** (1 / 7)) < 0.01
        assert [e for e in after.values() if e.get("name_hex") ==
                odd["name_hex"]]
        # The same report is the same, and can be taken back.
        assert three.learn("/learnspam", lure)[0] == 208
        assert three.learn("/learnforget", lure)[0] == 200
        assert three.settled(lambda: by_name(three)[
            "domain", "example.net"]["bad"] < 0.01)
