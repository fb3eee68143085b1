# SPDX-License-Identifier: Apache-2.0
"""sekisho as a person at a terminal uses it."""

import hashlib
import json
import os
import pty
import re
import subprocess

import pytest

from daemon import Daemon, program, source_folder

SOURCE = source_folder()
RULES = os.path.join(SOURCE, "rules")
CAMPAIGNS = os.path.join(RULES, "campaigns")
EKINET = os.path.join(CAMPAIGNS, "jp-ekinet-payment-2026-02.pack.yaml")
COMMANDS = ["scan", "inspect", "check", "test", "promote", "diff", "stats",
            "sample", "draft", "explain",
            "facts", "token", "fmt", "new", "schema", "brand", "list",
            "import", "export"]

PLAIN = b"""From: Hanako <hanako@example.jp>
To: taro@example.jp
Subject: lunch
Message-ID: <1@example.jp>

See you at noon.
"""

PACK = """\
pack: 1
kind: campaign
id: jp-sample-2026-03
title: 見本
revision: 1
status: stable
mode: score
created: 2026-03-01
seen: {first: 2026-03-01, last: 2026-03-01}
expires: 2026-06-01
severity: high
confidence: medium
tlp: clear
references: [sample]
groups:
  landing:
    url: hxxps://www.bad[.]example/login/…
    score: 7
when: landing
tests:
  - name: 本文
    expect: match
    mail: {from: "A <a@b[.]example>", subject: x, body: "hxxps://www.bad[.]example/login/1"}
  - name: 無関係
    expect: clean
    mail: {from: "A <a@b[.]example>", subject: x, body: こんにちは}
"""


def sekisho(*words, stdin=b"", status=0, env=None):
    """Standard output and error of one run, as text."""
    clean = {k: v for k, v in os.environ.items()
             if k != "NO_COLOR"}
    # A build may lie where it cannot tell which source is its own.
    clean.update({"LC_ALL": "C.UTF-8", "SEKISHO_PACKS": RULES},
                 **(env or {}))
    done = subprocess.run([program("sekisho"), *map(str, words)],
                          input=stdin, capture_output=True, env=clean,
                          timeout=120)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == status, (words, done.returncode, out, err)
    return out, err


def file_of(folder, name, content):
    path = os.path.join(str(folder), name)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes)
                   else content.encode())
    return path


def options_of(command):
    out, _ = sekisho(command, "--help")
    return re.findall(r"--[a-z-]+", out.split("\n\n", 2)[2])


def packs():
    return sorted(os.path.join(CAMPAIGNS, name)
                  for name in os.listdir(CAMPAIGNS)
                  if name.endswith(".pack.yaml"))


def test_help_names_every_command():
    out, _ = sekisho("--help")
    for command in COMMANDS:
        assert re.search(r"^  %s " % command, out, re.M)
        assert sekisho("help", command) == sekisho(command, "--help")


def test_the_version_is_told():
    assert re.match(r"sekisho \d+\.\d+", sekisho("--version")[0])


def test_help_fits_the_terminal():
    """Lines were broken where the source broke them: beyond 80 columns."""
    for columns in (60, 80, 120):
        for command in COMMANDS:
            out, _ = sekisho(command, "--help", env={"COLUMNS": str(columns)})
            text = out.split("\n\n", 1)[1]
            wide = [line for line in text.splitlines()
                    if len(line) > columns and
                    not re.match(r"  ( +-|  )", line)]
            assert not wide, (command, columns)


@pytest.mark.parametrize("words, told", [
    ([], "which command"),
    (["scna"], 'did you mean "scan"?'),
    (["scan"], "FILE|DIR|-... is missing"),
    (["scan", "--jsn", "x"], "did you mean --json?"),
    (["scan", "--ip", "1.2.3", "-"], 'is no address'),
    (["scan", "--auth", "spf=maybe", "-"], "spf=maybe"),
    (["scan", "--at", "tomorrow", "-"], "is no date"),
    (["scan", "--lang", "de", "-"], "is not one of ja|en"),
    (["scan", "--server", "127.0.0.1:99999", "-"], "is no port"),
    (["scan", "/no/such.eml"], "No such file"),
    (["inspect", "/no/such.eml"], "No such file"),
    (["check", "/no/such"], "No such file"),
    (["check", EKINET, "--packs", "/no/such"], "no such folder"),
    (["test", EKINET, "--at", "x"], "is no date"),
    (["sample", EKINET, "--variant", "shift-jis"],
     'did you mean "shift_jis"?'),
    (["sample", EKINET, "--test", "zzz"], "has no test"),
    # A misspelt code once left nothing out, and nobody was told.
    (["check", EKINET, "--ignore", "T05,X4"], 'no code begins with "X4"'),
    (["check", EKINET, "--select", "zz"], "--select: no code begins"),
    (["check", EKINET, "--server", "127.0.0.1"], "with --online"),
    (["new", "a-b", "--brand", "x: y"], "--brand"),
    (["token", "--name", "a b: c"], "--name"),
    (["token", "--role", "root"], "scan, read, learn or admin"),
    (["test", EKINET, "-k", "zzz"], "no test has"),
    (["auth", "spff"], 'did you mean "spf"?'),
])
def test_wrong_usage_says_what_is_right(words, told):
    _, err = sekisho(*words, status=2)
    assert told in err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_manual_and_completions(command):
    with open(os.path.join(SOURCE, "doc", "sekisho.1")) as file:
        manual = file.read().replace("\\-", "-")
    section = re.search(r"\.SS sekisho %s .*?(?=\n\.S[SH])" % command, manual,
                        re.S).group(0)
    general = manual.split(".SS sekisho", 1)[0]
    for shell in ("bash/sekisho", "zsh/_sekisho"):
        with open(os.path.join(SOURCE, "contrib", "completion",
                               shell)) as file:
            text = file.read()
        at = text.index("\n\t%s)" % command)
        case = text[at:text.index(";;", at)]
        for option in options_of(command):
            assert option in section or option in general
            assert option in case or option in ("--color", "--help") or \
                (option == "--packs" and "$packs" in case)


def test_a_folder_without_what_was_asked_for_is_told(tmp_path):
    """fmt was content with it, scan did not say which one."""
    for command in ("check", "test", "fmt", "stats", "sample", "promote"):
        _, err = sekisho(command, tmp_path, status=2)
        assert "%s: no *.pack.yaml in it" % tmp_path in err
    _, err = sekisho("scan", tmp_path, status=2)
    assert "%s: there is no message in it" % tmp_path in err


def test_no_brand_is_an_answer_too():
    """Nothing at all was printed of a domain that is nobody's."""
    out, _ = sekisho("brand", "who", "nobody.example", status=1)
    assert out == "nobody.example  of no brand that is known here\n"


def test_what_others_read_is_json_of_every_command(tmp_path):
    made = json.loads(sekisho("new", "--json", "jp-a-1")[0])
    assert made["id"] == "jp-a-1" and made["kind"] == "campaign"
    assert made["text"] == sekisho("new", "jp-a-1")[0]
    made = json.loads(sekisho("token", "--json", "--role", "read")[0])
    assert made["roles"] == ["read"] and made["name"] == "gateway"
    assert hashlib.sha256(made["token"].encode()).hexdigest() in made["hash"]
    assert sekisho("schema", "--json") == sekisho("schema")
    mail = file_of(tmp_path, "m.eml", PLAIN)
    assert json.loads(sekisho("auth", "dkim", "--json", mail)[0]) == {
        "method": "dkim", "result": "none", "signatures": []}


def given(text):
    """The names in the table of what a check gives."""
    table = re.search(r"fact_def gives\[\] = \{(.*?)\n\};", text, re.S)
    return set(re.findall(r'\{\s*(?:\.name = )?"([a-z_.]+)"', table[1])) \
        if table else set()


def test_facts_of_all_checks_are_in_the_table():
    table = {f["name"] for f in json.loads(sekisho("facts", "--json")[0])}
    folder = os.path.join(SOURCE, "engine/check")
    every = set()
    for name in os.listdir(folder):
        if name.endswith(".c"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                every |= given(file.read())
    assert {"arc.trusted", "auth.dmarc.override", "from.domain.ip",
            "from.domain.first_seen_days", "rdns", "reputation.ip",
            "url.verdict"} <= every
    assert every <= table, every - table


def test_facts_are_printed_as_a_table_and_as_json():
    out, _ = sekisho("facts")
    table = json.loads(sekisho("facts", "--json")[0])
    assert len(table) == len(out.splitlines()) > 40
    assert {"name", "type", "list", "help"} == set(table[0])
    assert "from.domain" in [fact["name"] for fact in table]


@pytest.mark.parametrize("pack", packs(), ids=os.path.basename)
def test_a_sample_of_each_campaign_is_caught(pack, tmp_path):
    sample, _ = sekisho("sample", pack)
    path = file_of(tmp_path, "s.eml", sample)
    with open(pack) as file:
        text = file.read()
    seen = re.search(r"seen:.*last: ([0-9-]+)", text).group(1)
    symbol = re.search(r"^id: (\S+)", text, re.M).group(1).upper()
    out, _ = sekisho("scan", "--json", "--test-headers", "--at", seen, path)
    verdict = json.loads(out)
    assert verdict["action"] in ("add header", "reject")
    assert verdict["score"] >= 6
    assert symbol.replace("-", "_") in verdict["symbols"]
    sekisho("scan", "--exit-code", "--test-headers", "--at", seen, path,
            status=1)


def test_plain_mail_passes_in_both_languages(tmp_path):
    path = file_of(tmp_path, "plain.eml", PLAIN)
    verdict = json.loads(sekisho("scan", "--json", path)[0])
    assert verdict["action"] == "no action"
    assert verdict["score"] == 0
    english, _ = sekisho("scan", "--exit-code", path)
    japanese, _ = sekisho("scan", path, env={"LC_ALL": "ja_JP.UTF-8"})
    assert sekisho("scan", "--lang", "ja", path)[0] == japanese
    assert english != "" and japanese != ""
    assert "\x1b" not in english


def test_the_envelope_can_be_told_by_options(tmp_path):
    pack = file_of(tmp_path, "a.pack.yaml", PACK.replace(
        "url: hxxps://www.bad[.]example/login/…", "ip: 192.0.2.7").replace(
        "when: landing", "when: landing").replace(
        'body: "hxxps://www.bad[.]example/login/1"',
        'body: y, ip: 192.0.2.7'))
    path = file_of(tmp_path, "plain.eml", PLAIN)
    words = ["scan", "--json", "--packs", pack, "--at", "2026-03-02", path]
    assert json.loads(sekisho(*words)[0])["score"] == 0
    told = json.loads(sekisho(*words, "--ip", "192.0.2.7")[0])
    assert told["score"] == 7
    assert "JP_SAMPLE_2026_03" in told["symbols"]


def test_several_messages_are_told_apart(tmp_path):
    one = file_of(tmp_path, "one.eml", PLAIN)
    two = file_of(tmp_path, "two.eml", PLAIN)
    out, err = sekisho("scan", "--json", one, "/no/such", two, status=2)
    assert [json.loads(line)["file"] for line in out.splitlines()] == \
        [one, two]
    assert "/no/such" in err
    text, _ = sekisho("scan", one, two)
    assert one in text and two in text


@pytest.mark.parametrize("content", [
    b"", b"\0" * 4096, b"From: a", os.urandom(65536),
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" * 2000,
], ids=["empty", "zeros", "cut", "binary", "nested"])
def test_bad_messages_are_scored_all_the_same(content, tmp_path):
    path = file_of(tmp_path, "bad.eml", content)
    assert json.loads(sekisho("scan", "--json", path)[0])["score"] == 0
    assert len(json.loads(sekisho("inspect", "--json", path)[0])["sha256"]) \
        == 64
    sekisho("inspect", path)


def test_a_message_of_thirty_megabytes_is_scored(tmp_path):
    path = file_of(tmp_path, "big.eml", PLAIN + b"word " * 6000000)
    verdict = json.loads(sekisho("scan", "--json", path)[0])
    assert verdict["action"] == "no action"


def test_inspect_shows_what_was_read(tmp_path):
    sample, _ = sekisho("sample", EKINET, "--variant", "iso-2022-jp")
    path = file_of(tmp_path, "s.eml", sample)
    seen = json.loads(sekisho("inspect", "--json", "--test-headers", path)[0])
    for key in ("file bytes sha256 subject from text urls attachments hops "
                "auth limits").split():
        assert key in seen
    assert seen["subject"].endswith("【えきねっと】")
    assert seen["from"][0]["name"] == "えきねっと"
    assert seen["text"][0]["charset"] == "iso-2022-jp"
    assert "お支払い情報" in seen["text"][0]["visible"]
    link = [u for u in seen["urls"] if u["src"] == "a"][0]
    assert link["text"] != "" and link["host"] != ""
    assert seen["peer"]["ip"] != ""
    text, _ = sekisho("inspect", "--test-headers", path)
    assert "【えきねっと】" in text and link["normalized"] in text


def test_inspect_lists_attachments_by_part(tmp_path):
    path = file_of(tmp_path, "a.eml", (
        "From: a@b.example\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=q\n\n--q\n\nhello\n--q\n"
        "Content-Type: application/pdf; name=\"a.pdf\"\n"
        "Content-Disposition: attachment\n"
        "Content-Transfer-Encoding: base64\n\nJVBERg==\n--q--\n"))
    seen = json.loads(sekisho("inspect", "--json", path)[0])
    assert seen["attachments"] == [{
        "part": "2", "name": "a.pdf", "type": "application/pdf", "size": 4,
        "sha256": hashlib.sha256(b"%PDF").hexdigest(),
        "disposition": "attachment"}]


def test_inspect_reads_single_cases_from_standard_input():
    out, _ = sekisho("inspect", "--url", stdin=(
        b"HTTPS://WWW.Example.CO.JP:443/a/../b?x=1\nnothing\n"))
    first, second = map(json.loads, out.splitlines())
    assert first["host"] == "www.example.co.jp"
    assert first["registrable"] == "example.co.jp"
    assert second["valid"] is False
    out, _ = sekisho("inspect", "--decode", "shift_jis",
                     stdin="関所".encode("cp932"))
    assert json.loads(out)["utf8"] == "関所"
    out, _ = sekisho("inspect", "--html", stdin=(
        b"<title>t</title><p>a&amp;b<a href='https://a.example/'>x</a>"))
    page = json.loads(out)
    assert page["title"] == "t" and "a&bx" in page["visible"]
    assert page["urls"][0]["url"] == "https://a.example/"


def test_text_of_strangers_cannot_drive_the_terminal(tmp_path):
    path = file_of(tmp_path, "esc.eml", (
        b"From: \"\x1b]0;owned\x07\" <a@b.example>\nSubject: \x1b[2Jgone\n\n"
        b"body \x1b[31m red\n"))
    for words in (["scan"], ["inspect"]):
        assert "\x1b" not in sekisho(*words, path)[0]


def test_check_names_every_mistake_and_counts(tmp_path):
    out, _ = sekisho("check", RULES)
    assert re.match(r"\d+ packs?, \d+ indicators?, 0 errors, \d+ warnings?",
                    out)
    path = file_of(tmp_path, "broken.pack.yaml", PACK.replace(
        "severity: high", "severity: hgih").replace(
        "when: landing", "when: landng"))
    out, err = sekisho("check", path, status=2)
    assert "broken.pack.yaml:11:11: error" in err
    assert 'did you mean "high"?' in err
    assert 'did you mean "landing"?' in err
    assert "2 errors" in out
    found = json.loads(sekisho("check", "--json", path, status=2)[0])
    assert found["errors"] == 2 == len(found["findings"])


def test_strict_makes_warnings_count(tmp_path):
    path = file_of(tmp_path, "w.pack.yaml", PACK.replace(
        "title: 見本", "title: 見本 # a note, not the title").replace(
        "references: [sample]", "references: [sample]\nbrand: nobody"))
    empty = tmp_path / "none"
    empty.mkdir()
    words = ["check", "--packs", empty, path]
    out, err = sekisho(*words)
    assert "warning" in err and "0 errors" in out
    out, err = sekisho(*words, "--strict", status=1)
    assert "error" in err and "0 warnings" in out


def test_check_finds_a_pattern_that_does_not_compile(tmp_path):
    path = file_of(tmp_path, "re.pack.yaml", PACK.replace(
        "url: hxxps://www.bad[.]example/login/…", "subject: 're:(abc'"))
    _, err = sekisho("check", path, status=1)
    assert re.search(r"re\.pack\.yaml:\d+", err)


def test_one_campaign_finds_its_brand_by_itself():
    sekisho("check", EKINET)
    out, _ = sekisho("test", EKINET)
    assert re.match(r"1 pack, \d+ tests", out)


def test_notes_are_for_those_who_check():
    assert "note:" in sekisho("check", RULES)[1]
    assert "note:" not in sekisho("sample", RULES)[1]


def test_a_misspelt_brand_is_an_error_in_one_campaign_too(tmp_path):
    with open(EKINET, encoding="utf-8") as file:
        text = file.read().replace("\nbrand: ekinet\n", "\nbrand: ekinett\n")
    pack = file_of(tmp_path, "misspelt.pack.yaml", text)
    _, err = sekisho("check", pack, status=1)
    assert 'no brand "ekinett"' in err
    assert 'did you mean "ekinet"?' in err


def test_the_packs_we_ship_pass_their_tests_in_every_variant():
    out, _ = sekisho("test", RULES)
    assert "all passed" in out
    sekisho("test", RULES, "--vary", "all")


def test_a_failed_test_says_what_was_found(tmp_path):
    path = file_of(tmp_path, "a.pack.yaml", PACK.replace(
        "login/1", "elsewhere"))
    out, _ = sekisho("test", path, status=1)
    assert "FAIL" in out and "本文" in out
    assert "did not fire" in out and "nothing matched" in out
    assert "2 tests, 1 failed" in out
    told = json.loads(sekisho("test", "--json", path, status=1)[0])
    assert [t["result"] for t in told["tests"]] == ["failed", "passed"]
    assert "1 test, all passed" in sekisho("test", path, "-k", "無関係")[0]


def test_a_sample_can_be_chosen(tmp_path):
    path = file_of(tmp_path, "a.pack.yaml", PACK)
    names, _ = sekisho("sample", path, "--list")
    assert names.splitlines() == ["match  本文", "clean  無関係"]
    out, _ = sekisho("sample", path, "--test", "無関係", "--variant",
                     "iso-2022-jp")
    assert "charset=iso-2022-jp" in out and "bad.example" not in out


def test_colours_are_for_terminals(tmp_path):
    path = file_of(tmp_path, "plain.eml", PLAIN)
    assert "\x1b[" in sekisho("inspect", "--color=always", path)[0]
    ours, theirs = pty.openpty()
    for env, wanted in (({}, True), ({"NO_COLOR": "1"}, False)):
        clean = dict(os.environ, TERM="xterm", **env)
        if not env:
            clean.pop("NO_COLOR", None)
        subprocess.run([program("sekisho"), "inspect", path], stdout=theirs,
                       env=clean, check=True, timeout=120)
        assert (b"\x1b[" in os.read(ours, 65536)) is wanted
    os.close(ours)
    os.close(theirs)


def test_a_closed_pipe_is_an_honest_failure():
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([program("sekisho"), "facts"], stdout=write,
                          timeout=120)
    os.close(write)
    assert done.returncode == 3


def test_an_output_that_cannot_be_written_is_told():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program("sekisho"), "facts"], stdout=full,
                              stderr=subprocess.PIPE, timeout=120)
    assert done.returncode == 3
    assert b"No space left" in done.stderr


def test_a_daemon_gives_the_same_verdict(tmp_path):
    sample, _ = sekisho("sample", EKINET)
    path = file_of(tmp_path, "s.eml", sample)
    words = ["scan", "--json", "--test-headers", "--at", "2026-02-13", path]
    here = json.loads(sekisho(*words)[0])
    # The second time a lure comes it is known by its sender, too.
    with Daemon(RULES, state=tmp_path,
                options=("--reputation.on", "no")) as daemon:
        server = "127.0.0.1:%d" % daemon.port
        there = json.loads(sekisho(*words, "--server", server)[0])
        words.remove("--json")
        page = sekisho(*words, "--server", server)[0]
        colours = sekisho(*words, "--color", "always", "--server", server)[0]
    assert there["score"] == here["score"]
    assert there["action"] == here["action"]
    assert set(here["symbols"]) <= set(there["symbols"])
    assert "sekisho_text" not in there
    # All that differs is who is said to have verified.
    said = sekisho(*words)[0].replace("by X-Test-Auth", "by the gateway")
    assert page == said
    said = sekisho(*words, "--color", "always")[0]
    assert colours == said.replace("by X-Test-Auth", "by the gateway")


def test_a_daemon_that_is_not_there_is_told(tmp_path):
    path = file_of(tmp_path, "plain.eml", PLAIN)
    _, err = sekisho("scan", "--server", "127.0.0.1:1", path, status=2)
    assert "Connection refused" in err


def test_the_first_pack_of_the_manual_works_as_it_stands(run, rules,
                                                         tmp_path):
    with open(os.path.join(rules, "README.md"), encoding="utf-8") as f:
        pack = re.search("```yaml\n(.*?)```", f.read(), re.S).group(1)
    path = tmp_path / "first.pack.yaml"
    path.write_text(pack, encoding="utf-8")
    # It has expired one day: that alone may then be told.
    done = run("check", path)
    assert done.returncode == 0, done.stdout
    assert b" 0 errors" in done.stdout
    done = run("test", path)
    assert done.returncode == 0, done.stdout


def test_many_messages_are_counted_in_one_table(tmp_path):
    for n, host in enumerate(["www.bad.example/login/7", "corp.example/a",
                              "www.bad.example/login/8"]):
        file_of(tmp_path, "%d.eml" % n, "From: a@b.example\nSubject: x\n\n"
                "https://%s\n" % host)
    (tmp_path / "packs").mkdir()
    file_of(tmp_path / "packs", "x.pack.yaml",
            PACK.replace("expires: 2026-06-01", "expires: 2099-06-01"))
    words = ("--summary", "--packs", tmp_path / "packs", "--at", "2026-03-02")
    told = json.loads(sekisho("scan", "--json", "--eml", tmp_path,
                              *words)[0])
    assert (told["mails"], told["unread"]) == (3, 0)
    assert [(row["pack"], row["group"], row["mails"], row["most"])
            for row in told["rows"]] == [
        ("jp-sample-2026-03", "", 2, 7), ("jp-sample-2026-03", "landing", 2,
                                          7)]
    assert told["actions"]["add header"] == 2
    out, _ = sekisho("scan", tmp_path, *words)
    assert re.search(r"^3 mails, 1 no action, 2 add header$", out, re.M)
    assert re.search(r"^  landing +2 +7\.00$", out, re.M)
    box = file_of(tmp_path, "kept.mbox", "".join(
        "From a@b.example Mon Mar  2 00:00:00 2026\nFrom: a@b.example\n"
        "Subject: %d\n\nhttps://www.bad.example/login/%d\n\n" % (n, n)
        for n in range(4)))
    told = json.loads(sekisho("scan", "--json", "--eml", box, *words)[0])
    assert told["mails"] == 4 and told["rows"][0]["mails"] == 4
    # Without it each is explained, a message of an mbox by its number.
    out, _ = sekisho("scan", "--eml", box, *words[1:])
    assert "kept.mbox:4" in out
    _, err = sekisho("scan", "--eml", tmp_path / "packs", *words, status=2)
    assert "no message" in err
    _, err = sekisho("scan", status=2)
    assert "is missing" in err


def test_the_cost_of_packs_is_measured():
    told = json.loads(sekisho("stats", "--cost", "--json", RULES)[0])["cost"]
    assert told["nanoseconds"] > told["nanoseconds_without"] > 0
    assert told["mails"] > 0 and told["image_bytes"] > 10000
    costs = [one["nanoseconds"] for one in told["packs"]]
    packs = json.loads(sekisho("stats", "--json", RULES)[0])["packs"]
    assert len(costs) == packs and costs == sorted(costs, reverse=True)
    assert all(cost > 0 for cost in costs)
    out, _ = sekisho("stats", "--cost", RULES)
    assert re.search(r" us +all packs\n.* us +no pack\n", out)


def test_the_cost_wants_a_mail_to_measure_by(tmp_path):
    pack = file_of(tmp_path, "x.pack.yaml",
                   PACK.split("tests:")[0].replace("status: stable",
                                                   "status: draft") +
                   "tests: []\n")
    _, err = sekisho("stats", "--cost", pack, status=2)
    assert "--cost" in err
