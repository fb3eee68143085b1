# SPDX-License-Identifier: Apache-2.0
"""sekisho draft: from a report or a message to a pack that is tried."""

import json
import os
import pty
import re
import subprocess

import pytest

from daemon import program, source_folder
from drafts import CAMPAIGNS, OWN
from messages import build, envelope, refang
from samples import SAMPLES
from test_cli import RULES, sekisho

SOURCE = source_folder()
REPORTS = os.path.join(SOURCE, "tests/story/reports")
SHARED = os.environ.get("SEKISHO_SHARED", os.path.join(SOURCE, "shared"))
TABLE = os.path.join(SOURCE, "doc/draft.md")
TODAY = "2026-11-21"


def run(*words, stdin=b"", status=0):
    return sekisho(*words, stdin=stdin, status=status)[0]


def drafted(path, *words, stdin=b""):
    return json.loads(run("draft", "--json", "--at", TODAY, *words, path,
                          stdin=stdin))


def shared_report(name):
    path = os.path.join(SHARED, "reports", name)
    if not os.path.exists(path):
        pytest.skip("SEKISHO_SHARED has no %s" % name)
    return path


def is_value(value, field, text):
    """Phrases are found by what they hold, everything else as a whole."""
    if value["field"] != field:
        return False
    if field == "body":
        return text in value["value"]
    return value["value"] == refang(text).replace("hxxp", "http")


def fates(draft, report):
    """The fate of each hard indicator, and what was kept and is none."""
    used, found = set(), {"kept": 0, "asked": 0, "dropped": 0}
    for field, text in report["hard"]:
        hits = [i for i, v in enumerate(draft["values"])
                if is_value(v, field, text)]
        best = min((draft["values"][i]["fate"] for i in hits),
                   key=["kept", "asked", "dropped"].index,
                   default="dropped")
        found[best] += 1
        used.update(hits)
    wrong = [v for i, v in enumerate(draft["values"])
             if i not in used and v["fate"] == "kept" and
             not follows(v, draft, report)]
    return found, wrong


def follows(value, draft, report):
    """A part of a hard indicator, or a line of the mail itself."""
    if value["field"] == "body":
        place = report["mail"]
        return (isinstance(place, str) or
                place[0] <= value["line"] <= place[1])
    whole = [refang(text).replace("hxxp", "http")
             for field, text in report["hard"] if field != "body"]
    return any(value["value"] in text for text in whole)


@pytest.mark.parametrize("name", sorted(CAMPAIGNS))
def test_a_report_is_drafted_as_a_person_would(name, tmp_path):
    report = CAMPAIGNS[name]
    draft = drafted(shared_report(name))
    found, wrong = fates(draft, report)
    assert found["dropped"] == 0
    assert wrong == []
    assert draft["brand"] == report["brand"]
    assert draft["last_seen"] == report["seen"]
    check_pack(draft, tmp_path)
    check_out(draft, report)


def check_pack(draft, folder):
    """Opens clean in check, its tests pass, and it never scores."""
    assert draft["tests_run"] >= 3 and draft["tests_failed"] == 0
    assert "\nstatus: draft\nmode: observe\n" in draft["pack"]
    assert "mode: score" not in draft["pack"]
    path = os.path.join(str(folder), "x.pack.yaml")
    with open(path, "w") as file:
        file.write(draft["pack"])
    run("check", "--strict", path)
    run("test", path)


def check_out(draft, report):
    kept = draft["pack"].split("\ngroups:\n")[1].split("\nwhen:")[0]
    for text in report["out"]:
        assert text not in [line.split("value: ")[-1].strip("'")
                            for line in kept.splitlines()], text


@pytest.mark.parametrize("name", sorted(OWN))
def test_reports_of_other_styles_are_drafted(name, tmp_path):
    report = OWN[name]
    draft = drafted(os.path.join(REPORTS, name))
    for field, text in report["hard"]:
        hits = [v for v in draft["values"] if is_value(v, field, text)]
        assert hits and hits[0]["fate"] != "dropped", (field, text)
        if "asked" in report and field not in report["asked"].split():
            assert hits[0]["fate"] == "kept", (field, text, hits[0]["why"])
    assert draft["last_seen"] == report.get("seen")
    assert draft["brand"] == report.get("brand", "")
    assert draft["kind"] == report.get("kind", "report")
    asked = " ".join(q["text"] for q in draft["questions"])
    assert report.get("asks", "") in asked
    assert "\ntlp: %s\n" % report.get("tlp", "amber") in draft["pack"]
    check_pack(draft, tmp_path)
    groups = draft["pack"].split("\ngroups:\n")[1].split("\nwhen:")[0]
    for text in report["out"]:
        assert text not in groups, text


@pytest.mark.parametrize("sample", SAMPLES, ids=[s["id"] for s in SAMPLES])
def test_a_message_is_drafted_from_too(sample, tmp_path):
    head = "".join("X-Test-%s: %s\n" % (key, value)
                   for key, value in test_fields(sample))
    raw = head.encode() + build(sample)
    draft = drafted("-", "--as", "message", "--seen", sample["at"],
                    stdin=raw)
    assert draft["kind"] == "message"
    assert draft["brand"] in ("kagoya", "ekinet", "jcom", "")
    assert any(v["field"] == "subject" for v in draft["values"])
    check_pack(draft, tmp_path)


def test_fields(sample):
    names = {"ip": "IP", "helo": "Helo", "rdns": "Rdns",
             "mail_from": "Mail-From"}
    return [(names[key], refang(value))
            for key, value in sample.get("envelope", {}).items()
            if key in names and value]


test_fields.__test__ = False


def table():
    lines = ["# Drafts from the campaign reports", "",
             "Of the hard indicators that a person finds in each report "
             "(`tests/story/drafts.py`):", "how many `sekisho draft` keeps, "
             "keeps and asks about, loses, and how many of the values",
             "it keeps are none. Written by `tests/story/test_draft.py` "
             "(`SEKISHO_RENEW=1`).", "",
             "| report | hard | kept | asked | lost | wrong |",
             "|---|---|---|---|---|---|"]
    sums = [0] * 5
    for name in sorted(CAMPAIGNS):
        report = CAMPAIGNS[name]
        found, wrong = fates(drafted(shared_report(name)), report)
        row = [len(report["hard"]), found["kept"], found["asked"],
               found["dropped"], len(wrong)]
        sums = [a + b for a, b in zip(sums, row)]
        lines.append("| %s | %s |" % (name.rsplit(".", 1)[0],
                                      " | ".join(map(str, row))))
    lines.append("| all | %s |" % " | ".join(map(str, sums)))
    return "\n".join(lines) + "\n"


def test_the_table_in_the_documents_is_true():
    text = table()
    if os.environ.get("SEKISHO_RENEW"):
        with open(TABLE, "w") as file:
            file.write(text)
    with open(TABLE) as file:
        assert file.read() == text


def test_nothing_of_a_text_without_indicators_is_made_up():
    assert run("draft", "-", stdin=b"See you at noon.\n", status=1) == ""


def test_a_report_of_any_bytes_ends():
    for raw in (b"\0" * 100000, bytes(range(256)) * 1000,
                b"hxxp://a[.]com/x " * 200000, b"[" * 100000,
                "件名:".encode() * 50000):
        env = dict(os.environ, SEKISHO_PACKS=RULES)
        done = subprocess.run([program("sekisho"), "draft", "-q", "-"],
                              input=raw, capture_output=True, env=env,
                              timeout=120)
        assert done.returncode in (0, 1), done.stderr


def test_a_file_that_exists_is_left_alone(tmp_path):
    path = tmp_path / "mine.pack.yaml"
    path.write_text("mine")
    run("draft", "-q", "-o", path, os.path.join(REPORTS, "tweet.txt"),
        status=2)
    assert path.read_text() == "mine"


def test_the_wrong_brand_is_told_the_right_one():
    env = dict(os.environ, SEKISHO_PACKS=RULES)
    done = subprocess.run([program("sekisho"), "draft", "--brand", "kagoja",
                           os.path.join(REPORTS, "tweet.txt")],
                          capture_output=True, env=env)
    assert done.returncode == 2 and b'"kagoya"' in done.stderr


# What went wrong once with texts around one indicator: (text, field, value,
# fate), None where there must be none.
REGRESSIONS = [
    # the domain of a link that was only asked about was kept, and scored
    ("Phishing hxxps://a1b2-bad[.]top/x and https://www.nova-bank.example.de/",
     "url.domain", "example.de", "asked"),
    # an entry's number hid its label, and only one of two subjects was read
    ("(1) 件名は「お荷物の確認です」又は「再配達のご案内」です。", "subject",
     "再配達のご案内", "kept"),
    # a name in Japanese quotes was read up to the address behind it
    ("差出人は「山彦運輸」と表示され、アドレスは「a@yamabiko-trk[.]cyou」です。",
     "from.name", "is:山彦運輸", "kept"),
    # an address in brackets was no host
    ("URL: hxxp://[2a0e:97c0:3e3:20::80]:8080/kit/owa-sso/", "url.ip",
     "2a0e:97c0:3e3:20::80", "kept"),
    # a folded field lost its second line
    ('From: "Tax Office"\n\t<refunds@tax-rfd[.]online>', "from.name",
     "Tax Office", "kept"),
    # a quotation over two lines was none
    ('mails with the subject line "Please read\nthis letter" came',
     "subject", "Please read this letter", "kept"),
    # a link named first in passing stayed in question under its label
    ("Seen: https://bad-site.top/kit/a\nURL: https://bad-site.top/kit/a",
     "url", "https://bad-site.top/kit/a", "kept"),
    # the path of a short link was taken for that of a kit
    ("URL: hxxps://bit[.]ly/3bnQxAz", "url.path", "/3bnQxAz", None),
    # what HELO says of itself was taken for the receiver
    ("HELO: mx3.bulkpost.ru\nURL: hxxps://bad-site[.]top/kit/", "helo",
     "mx3.bulkpost.ru", "kept"),
    # a domain with a label of its own was left out beside a masked sender
    ("From: ****@eki-login[.]cyou\nDomain: eki-login[.]cyou", "url.domain",
     "eki-login.cyou", "kept"),
    # a mask of triangles was cut off with all behind it, and the rest kept
    ("リンク：hxxps://▲▲▲.login-mzh[.]top/aa▲▲/x", "url",
     "https://●●●.login-mzh.top/aa●●/x", "kept"),
    ("差出人：<info@▲.xyz>\nリンク：hxxps://a[.]top/x▲.php", "url",
     "https://a.top/x●.php", "kept"),
    # ... and what is below zero is no mask
    ("件名：残高が▲1,000円になりました", "subject",
     "残高が▲<num>円になりました", "kept"),
    # the subject in a pattern of STIX was no subject
    ("[email-message:subject = 'Your mailbox is almost full']", "subject",
     "Your mailbox is almost full", "kept"),
    ("[email-message:from_ref.value = 'a@mail-quota.top']", "from",
     "a@mail-quota.top", "kept"),
    # a name that a page had broken lost its front
    ("URL: hxxps://long-name[.]login-\nsecure[.]bad-site[.]top/kit/", "url",
     "https://long-name.login-secure.bad-site.top/kit/", "kept"),
    ("From: admin@mail-\n quota[.]top", "from", "admin@mail-quota.top",
     "kept"),
    # ... and one that ends in a hyphen takes no entry of a list for its rest
    ("URL: hxxps://bad-site[.]top/kit-\n- other-site[.]top", "url.domain",
     "other-site.top", "kept"),
]


@pytest.mark.parametrize("text,field,value,fate", REGRESSIONS)
def test_what_stands_around_an_indicator(text, field, value, fate):
    draft = drafted("-", "--as", "report", stdin=text.encode())
    found = [v["fate"] for v in draft["values"]
             if (v["field"], v["value"]) == (field, value)]
    assert found == ([] if fate is None else [fate])


def test_the_years_of_an_era_are_days():
    for text, day in (("令和8年2月", "2026-02-01"),
                      ("令和元年5月7日", "2019-05-07"),
                      ("令和８年１０月９日", "2026-10-09")):
        report = "確認日:%s\n件名:税金のお支払いのご確認\n" % text
        draft = drafted("-", stdin=report.encode())
        assert draft["last_seen"] == day, text


def test_a_day_without_a_year_is_the_last_such_day():
    """It was no day at all, and hosts lived from the day of the draft on."""
    for text, day in (("2月3日に届いた", "2026-02-03"),
                      ("１２月２８日", "2025-12-28"),
                      ("2025年5月 2月3日", "2025-05-01")):
        draft = drafted("-", "--at", "2026-03-01", stdin=(
            "%s\n件名:税金のお支払いのご確認\n" % text).encode())
        assert draft["last_seen"] == day, text


@pytest.mark.parametrize("text, brand", [
    ("件名：【楽天市場】ご注文の確認\nURL: hxxps://bad-site[.]top/a",
     "rakuten"),
    ("差出人：楽天市場 <a@bad-site[.]top>", "rakuten"),
    ("件名：【重要】ご注文の確認\nURL: hxxps://bad-site[.]top/a", ""),
    ("件名：楽しい天気の話\nURL: hxxps://bad-site[.]top/a", ""),
])
def test_a_service_of_a_known_house_names_its_brand(text, brand):
    """楽天市場 is no name of the brand: shops there may say it too."""
    draft = drafted("-", "--as", "report", stdin=text.encode())
    assert draft["brand"] == brand
    assert any("guessed" in question["text"] for question in
               draft["questions"]) == (brand != "")


def test_an_address_in_the_text_of_a_draft_is_no_live_indicator(tmp_path):
    """The host of a URL was an address that stood live in the test's body:
    the draft had an error of its own (T06)."""
    text = ("件名: 重要なお知らせです、必ずお読みください\n\n"
            "hxxp://101.47.78.65/Perosnal_member/\n\n本文:\n"
            "至急サーバー 101.47.78.65 の画面からお手続きをお願いします。\n")
    pack = run("draft", "-q", "-", stdin=text.encode())
    assert "101.47.78.65 の画面" not in pack.split("\ntests:")[1]
    path = tmp_path / "x.pack.yaml"
    path.write_text(pack)
    run("check", path)


ASKING = ("Report of 2026-02-09\n件名: お支払いの確認をお願いします\n"
          "差出人: JCOM <noreply@jcom.co.jp>\n"
          "URL: hxxp://bad-pay[.]top/login2/abcd/\n").encode()
# Brand, day, the sender, the host, how bad, who may see it.
ANSWERS = "\n2026-02-08\ns\nh\nhigh\ngreen\n"


def drafted_with(tmp_path, answers, *words, status=0):
    report = tmp_path / "r.txt"
    report.write_bytes(ASKING)
    file = tmp_path / "answers.txt"
    file.write_text(answers)
    return run("draft", "--at", TODAY, "--answers", file, *words, report,
               status=status)


def test_what_is_answered_is_no_question_any_more(tmp_path):
    pack = drafted_with(tmp_path, ANSWERS)
    assert "seen: {first: 2026-02-08, last: 2026-02-08}" in pack
    assert "severity: high\n" in pack and "tlp: green\n" in pack
    assert "spoofed: true" in pack and "hacked_site: true" in pack
    asked = [line for line in pack.splitlines() if "ask:" in line]
    assert len(asked) == 2 and "rebuilt" in asked[1]
    path = tmp_path / "x.pack.yaml"
    path.write_text(pack)
    run("check", path)
    left = drafted_with(tmp_path, "jcom\n\nn\nn\n")
    assert "noreply@jcom" not in left.split("groups:")[1]
    assert "# ask: how bad" in left
    none = drafted_with(tmp_path, "none\n")
    assert "\nbrand:" not in none and "ask: whom" not in none


def test_an_answer_that_says_nothing_is_told_with_its_line(tmp_path):
    report = tmp_path / "r.txt"
    report.write_bytes(ASKING)
    env = dict(os.environ, LC_ALL="C.UTF-8", SEKISHO_PACKS=RULES)
    done = subprocess.run([program("sekisho"), "draft", "--answers", "-",
                           str(report)], input=b"\n\nmaybe\n", env=env,
                          capture_output=True)
    assert done.returncode == 2 and done.stdout == b""
    assert b'-:3: "maybe" is none of y keep' in done.stderr
    run("draft", "--answers", "-", "-", stdin=ASKING, status=2)
    run("draft", "--answers", tmp_path / "none", report, status=2)


def at_a_terminal(words, typed, tmp_path):
    """What goes to standard output, and what the terminal shows."""
    ours, theirs = pty.openpty()
    env = dict(os.environ, LC_ALL="C.UTF-8", SEKISHO_PACKS=RULES,
               TERM="xterm")
    with open(tmp_path / "out", "wb+") as out:
        process = subprocess.Popen([program("sekisho"), *map(str, words)],
                                   stdin=theirs, stderr=theirs, stdout=out,
                                   env=env)
        os.close(theirs)
        os.write(ours, typed.encode())
        shown = b""
        try:
            while True:
                part = os.read(ours, 65536)
                if not part:
                    break
                shown += part
        except OSError:
            pass
        os.close(ours)
        assert process.wait(timeout=120) == 0, shown
        out.seek(0)
        return out.read().decode(), shown.decode()


def test_a_person_at_a_terminal_is_asked(tmp_path):
    report = tmp_path / "r.txt"
    report.write_bytes(ASKING)
    pack, shown = at_a_terminal(["draft", "--at", TODAY, report],
                                "what\n" + ANSWERS, tmp_path)
    assert "seen: {first: 2026-02-08, last: 2026-02-08}" in pack
    assert shown.count("was guessed") == 2 and "\x1b[" in shown
    pack, shown = at_a_terminal(["draft", "--at", TODAY, "--no-questions",
                                 report], "", tmp_path)
    assert "# ask: how bad" in pack and "[y keep" not in shown


def test_one_part_of_a_report_makes_a_draft_of_its_own():
    report = os.path.join(REPORTS, "two-campaigns.txt")
    both = drafted(report)
    told = next(q["text"] for q in both["questions"]
                if "subjects" in q["text"])
    lines = [int(n) for n in re.findall(r"\d+", told.split("(")[1]
                                        .split(")")[0])]
    assert len(lines) == 2 and "--lines" in told
    one = drafted(report, "--lines", "1-%d" % (lines[1] - 1))
    two = drafted(report, "--lines", "%d-999" % lines[1])

    def kept(draft):
        return {(v["field"], v["value"], v["line"]) for v in draft["values"]
                if v["fate"] != "dropped" and v["field"] in
                ("subject", "from", "url", "ip")}

    assert len(kept(one)) == 3 and len(kept(two)) == 4
    assert kept(one) | kept(two) == kept(both)
    run("draft", "--lines", "9-3", report, status=2)


@pytest.mark.parametrize("text, names", [
    ("The lure carries an attachment invoice_20260209.zip, which holds a "
     "loader.", ["invoice_20260209.zip"]),
    ("添付ファイルpayroll.xlsmを開くと感染します。", ["payroll.xlsm"]),
    ("「請求書 2月分.html」というファイルが添付されています。", ["請求書 2月分.html"]),
    ("The archive (scan-0042.7z) was dropped by hxxp://bad-host[.]top/get/"
     "tool.exe too.", ["scan-0042.7z"]),
    ("See report.pdf of last year.", []),
])
def test_a_file_named_in_a_sentence_is_asked_about(text, names):
    report = ("Report of 2026-02-09\nSubject: Payment reminder of February"
              "\nURL: hxxp://bad-pay[.]top/login2/abcd/\n\n%s\n" % text)
    draft = drafted("-", stdin=report.encode())
    found = [v for v in draft["values"] if v["field"] == "file.name"]
    assert [v["value"] for v in found] == names
    assert all(v["fate"] == "asked" for v in found)
    assert draft["tests_failed"] == 0 and not [
        one for one in draft["findings"] if one["level"] == "error"]


@pytest.mark.parametrize("text, format_", [
    ('{"type": "bundle", "objects": [{"type": "indicator", "pattern": '
     '"[url:value = \'http://bad-pay.top/login2/\']"}]}', "stix"),
    ('{"Event": {"Attribute": [{"type": "url", "value": '
     '"http://bad-pay.top/login2/"}]}}', "misp")])
def test_what_import_reads_exactly_is_told(text, format_):
    draft = drafted("-", stdin=text.encode())
    assert any("import --from " + format_ in q["text"]
               for q in draft["questions"])
