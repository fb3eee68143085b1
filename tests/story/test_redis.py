# SPDX-License-Identifier: Apache-2.0
"""The store in one real redis-server: what is kept there, how, and who may."""

import os
import random
import time

import pytest

import daemon as sekishod
import ports
import redisserver


@pytest.fixture
def server(tmp_path):
    with redisserver.Server(tmp_path) as s:
        yield s


@pytest.fixture
def load(server):
    with redisserver.Load("--server", "127.0.0.1:%d" % server.port) as d:
        d.wait_ready()
        yield d


def test_what_is_put_is_found_and_ends_with_its_life(server, load):
    load("put", "pivot:a", "campaign", 100)
    load("drain", 60)
    assert load.get("pivot:a") == "campaign"
    assert server.call("GET", "sekisho:1:pivot:a") == "campaign"
    assert 90 <= server.call("TTL", "sekisho:1:pivot:a") <= 100
    load("forget", "pivot:a")
    load("drain", 60)
    assert load.get("pivot:a") == "none"


def test_counters_and_tallies_are_text_with_a_mark_behind(server, load):
    for _ in range(100):
        load("count", "seen", 2, 100)
        load("teach", "ip:192.0.2.1", 1, 0.5)
    load("drain", 60)
    count = load.get("seen").split()
    assert count[0] == "200" and len(count) == 4
    bad, good, at, first, last, mark = load.get("ip:192.0.2.1").split()
    assert abs(float(bad) - 100) < 0.01 and abs(float(good) - 50) < 0.01
    assert int(first) <= int(last) == int(at)
    assert len(mark) == 18 and mark[7] == "="
    load("teach", "ip:192.0.2.1", -30, -80)
    load("drain", 60)
    bad, good = load.get("ip:192.0.2.1").split()[:2]
    assert abs(float(bad) - 70) < 0.01 and float(good) == 0
    load("teach", "ip:new", -1, 0)
    load("drain", 60)
    assert load.get("ip:new") == "none"


def model(lessons):
    """The value of a tally at its own time, straight from the definition;
    amounts that are taken back are few, so that none goes below 0."""
    at = max(when for _, _, when, _ in lessons)
    def total(i):
        return sum(l[i] * 2 ** ((l[2] - at) / l[3]) for l in lessons)
    added = [l[2] for l in lessons if l[0] > 0 or l[1] > 0]
    return total(0), total(1), at, min(added), max(added)


def test_both_engines_and_the_definition_agree(load, tmp_path):
    chance = random.Random(3)
    now = int(time.time())
    taught = {}
    with redisserver.Load("--lmdb", tmp_path / "lmdb") as file:
        for i in range(600):
            key, half = "k%d" % (i % 10), 1000 * (i % 10 + 1)
            lesson = (round(chance.random() * 9, 3) + 1,
                      round(chance.random() * 9, 3) + 1,
                      now - chance.randrange(20000), half)
            if i >= 500:
                lesson = (-0.001, -0.0005, now - 5, half)
            taught.setdefault(key, []).append(lesson)
            for d in (load, file):
                d("lesson", key, *lesson)
        load("drain", 60)
        time.sleep(0.3)
        for key, lessons in taught.items():
            want = model(lessons)
            for d in (load, file):
                got = [float(f) for f in d.get(key).split()[:5]]
                assert got[2:] == [float(t) for t in want[2:]]
                assert got[:2] == pytest.approx(want[:2], rel=1e-6)


def test_two_that_teach_the_same_add_up(server, load):
    with redisserver.Load("--server", "127.0.0.1:%d" % server.port) as other:
        other.wait_ready()
        for d in (load, other):
            d.begin("run", 500, 2, 10)
        taught = sum(d.end()["taught"] for d in (load, other))
        for d in (load, other):
            assert d("drain", 60) == {"waiting": 0}
        assert abs(redisserver.counts([server]) - taught) < 0.1
        for d in (load, other):
            c = d.counts()
            assert c["dropped"] == 0 and c["failed"] == 0


def test_all_that_a_message_asks_goes_in_one_trip(load):
    before = load.counts()
    result = load("run", 20, 1, 1000)
    after = load.counts()
    assert result["failed"] == 0
    assert after["gets"] - before["gets"] == 4 * result["messages"]
    assert after["trips"] - before["trips"] <= result["messages"]


def test_keys_cannot_choose_their_place_nor_break_a_line(server, load):
    load("put", "a{b}%20c\x01", "x", 100)
    load("drain", 60)
    assert server.call("KEYS", "*") == ["sekisho:1:a%7Bb%7D%2520c%01"]
    assert load.get("a{b}%20c\x01") == "x"


def test_what_is_no_tally_is_not_destroyed_but_counted(server, load):
    server.call("LPUSH", "sekisho:1:list", "x")
    load("teach", "list", 1, 0)
    load("drain", 60)
    assert load.counts()["dropped_refused"] == 1
    assert load.get("list") == "none"
    assert server.call("LLEN", "sekisho:1:list") == 1
    server.call("SET", "sekisho:1:text", "no tally")
    load("teach", "text", 1, 0)
    load("drain", 60)
    assert load.get("text").startswith("1 0 ")


def test_a_walk_meets_every_key(server, load):
    for i in range(1500):
        load("put", "walk:%d" % i, "v", 100)
    load("put", "wall:0", "v", 100)
    load("drain", 60)
    assert load("walk", "walk:") == {"walked": 1500, "whole": True}
    assert load("walk", "nobody") == {"walked": 0, "whole": True}


def test_the_script_is_loaded_again_when_it_is_gone(server, load):
    load("count", "n", 1, 100)
    load("drain", 60)
    server.call("SCRIPT", "FLUSH")
    load("count", "n", 1, 100)
    load("drain", 60)
    assert load.get("n").startswith("2 ")


def documented_rights():
    """What doc/store.md says an ACL user needs."""
    with open(os.path.join(sekishod.source_folder(), "doc",
                           "store.md")) as f:
        text = f.read().split("The least that an ACL user needs: `", 1)[1]
    return text.split("`", 1)[0].split()


def test_an_acl_user_with_few_rights_a_database_and_a_prefix(tmp_path):
    options = ["user default off", "user mail on >secret ~mx:* -@all +select "
               + " ".join(documented_rights()), "user boss on >boss ~* +@all"]
    with redisserver.Server(tmp_path, *options, password="secret",
                            user="mail") as server:
        at = "127.0.0.1:%d" % server.port
        with redisserver.Load("--server", at, "--user", "mail",
                              "--password", "secret", "--db", 3,
                              "--prefix", "mx:") as d:
            d.wait_ready()
            d("teach", "a", 1, 0)
            assert d("drain", 60) == {"waiting": 0}
            assert d.get("a").startswith("1 0 ")
            assert d("walk", "a")["walked"] == 1
            d("put", "b", "x", 60)
            d("forget", "b")
            d("count", "n", 1, 60)
            d("note", "diary", "of-today")
            d("drain", 60)
            assert d("notes", "diary") == {"walked": 1, "whole": True}
            assert d.counts()["dropped"] == 0
            assert "refuses" not in d.log()
        boss = redisserver.Client(server.port, "boss", "boss")
        assert boss("ACL", "LOG") == []
        boss.close()
        client = server.client()
        client("SELECT", 3)
        assert client("GET", "mx:1:a").startswith("1 0 ")
        client.close()
        with redisserver.Load("--server", at, "--user", "mail",
                              "--password", "wrong") as d:
            redisserver.wait_until(lambda: "WRONGPASS" in d.log(),
                                   "nobody says that the password is wrong")
            assert d.get("a") == "failed"


def test_without_mget_keys_are_asked_for_one_by_one(tmp_path):
    rights = [r for r in documented_rights() if r != "+mget"]
    options = ["user default off", "user mail on >secret ~sekisho:* -@all " +
               " ".join(rights)]
    with redisserver.Server(tmp_path, *options, password="secret",
                            user="mail") as server, \
            redisserver.Load("--server", "127.0.0.1:%d" % server.port,
                             "--user", "mail", "--password", "secret") as d:
        d.wait_ready()
        d("put", "a", "x", 60)
        d("drain", 60)
        redisserver.wait_until(lambda: d.get("a") == "x",
                               "what is there is not found")
        assert [d.get(k) for k in ("a", "b", "a")] == ["x", "none", "x"]
        assert d.log().count("refuses look-ups") == 1


@pytest.mark.parametrize("missing,what", [
    ("+mget", "look-ups"), ("+echo", "look-ups"), ("+scan", "walks"),
    ("+lrange", "walks"), ("+set", "updates"), ("+lpush", "updates"),
    ("+evalsha", "updates")])
def test_what_an_acl_refuses_is_told_once_in_the_servers_words(
        tmp_path, missing, what):
    rights = [r for r in documented_rights() if r != missing]
    options = ["user default off", "user mail on >secret ~sekisho:* -@all " +
               " ".join(rights)]
    with redisserver.Server(tmp_path, *options, password="secret",
                            user="mail") as server, \
            redisserver.Load("--server", "127.0.0.1:%d" % server.port,
                             "--user", "mail", "--password", "secret") as d:
        def is_told():
            d.get("a")
            d("put", "a", "x", 60)
            d("note", "diary", "of-today")
            d("walk", "a")
            d("notes", "diary")
            return "refuses %s: " % what in d.log()

        redisserver.wait_until(is_told, "nobody tells that it is refused")
        for _ in range(20):
            is_told()
        lines = [l for l in d.log().splitlines() if "refuses" in l]
        assert len(lines) == 1, lines
        assert "127.0.0.1:%d refuses %s" % (server.port, what) in lines[0]
        assert "permission" in lines[0] or "can't run" in lines[0]


def test_a_password_alone_over_a_unix_socket(tmp_path):
    path = str(tmp_path / "redis.sock")
    options = ["requirepass hidden", "unixsocket " + path]
    with redisserver.Server(tmp_path, *options, password="hidden"):
        with redisserver.Load("--server", path, "--password",
                              "hidden") as d:
            d.wait_ready()
            d("put", "a", "x", 60)
            d("drain", 60)
            assert d.get("a") == "x"
        with redisserver.Load("--server", path) as d:
            redisserver.wait_until(lambda: "NOAUTH" in d.log(),
                                   "nobody says that a password is wanted")


def test_tls_to_a_server_whose_certificate_bears_its_name(tmp_path):
    os.makedirs(tmp_path / "tls")
    key, certificate = (str(tmp_path / "tls" / n) for n in ("key", "cert"))
    redisserver.certificate(key, certificate, "127.0.0.1")
    port = ports.take()
    options = ["tls-port %d" % port, "tls-cert-file " + certificate,
               "tls-key-file " + key, "tls-auth-clients no",
               "tls-ca-cert-file " + certificate]
    with redisserver.Server(tmp_path, *options):
        at = "127.0.0.1:%d" % port
        with redisserver.Load("--server", at, "--ca", certificate) as d:
            d.wait_ready()
            d("put", "a", "x", 60)
            d("drain", 60)
            assert d.get("a") == "x"
        other = str(tmp_path / "tls" / "other")
        redisserver.certificate(other + ".key", other, "127.0.0.1")
        with redisserver.Load("--server", at, "--ca", other) as d:
            redisserver.wait_until(lambda: "is away" in d.log(),
                                   "a stranger's certificate is taken")
            assert d.get("a") == "failed"
            said = [line for line in d.log().splitlines()
                    if "is away" in line]
            assert "certificate" in said[0] and "Success" not in said[0]


def test_an_answer_is_kept_for_a_moment_and_own_changes_are_seen(server):
    with redisserver.Load("--server", "127.0.0.1:%d" % server.port,
                          "--cache-ms", 3000) as d:
        d.wait_ready()
        d("put", "a", "one", 60)
        d("drain", 60)
        assert d.get("a") == "one" and d.get("b") == "none"
        client = server.client()
        client("SET", "sekisho:1:a", "other")
        client("SET", "sekisho:1:b", "other")
        before = d.counts()
        assert d.get("a") == "one" and d.get("b") == "none"
        after = d.counts()
        assert after["cached"] == before["cached"] + 2
        assert after["trips"] == before["trips"]
        d("put", "a", "two", 60)
        d("teach", "c", 1, 0)
        d("drain", 60)
        assert d.get("a") == "two"
        assert d.get("c").startswith("1 0 ")
        # what is added to what was there may be seen later; where a second
        # has passed in between, the first has begun to fade
        d("teach", "c", 1, 0)
        d("drain", 60)
        redisserver.wait_until(lambda: float(d.get("c").split()[0]) > 1.999,
                               "what is added is never seen")
        redisserver.wait_until(lambda: d.get("b") == "other",
                               "what others change is never seen")
        client.close()


def test_a_name_is_looked_up(server):
    with redisserver.Load("--server", "localhost:%d" % server.port) as d:
        d.wait_ready()
