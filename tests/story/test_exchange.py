# SPDX-License-Identifier: Apache-2.0
"""What packs are to others, and others' findings to us: sekisho import,
export, list and brand."""

import csv
import io
import json
import os
import re
import uuid

import pytest

from daemon import Daemon, source_folder
from test_cli import RULES, sekisho

SOURCE = source_folder()
CAMPAIGNS = os.path.join(RULES, "campaigns")
BILLING = os.path.join(CAMPAIGNS, "jp-kagoya-billing-2026-02.pack.yaml")
DAY = "2026-02-20"


def exported(to, *packs, **more):
    words = [w for key, value in more.items() for w in ("--" + key, value)]
    return sekisho("export", "--at", DAY, "--to", to, *words, *packs)


def values(pack):
    """(field, value) of the groups of a drafted pack."""
    groups = pack.split("\ngroups:\n")[1].split("\nwhen:")[0]
    field, found = None, set()
    for line in groups.splitlines():
        if re.match(r"    [a-z_.0-9]+:$", line):
            field = line.strip()[:-1]
        match = re.match(r"      - value: (.*)", line)
        if match:
            found.add((field, match.group(1).strip("'").replace("''", "'")
                       .replace("[.]", ".")
                       .replace("hxxp", "http")))
    return found


def rows_of(path):
    out, _ = exported("csv", path)
    return list(csv.DictReader(io.StringIO(out)))


def plain(text):
    return text.replace("[.]", ".").replace("hxxp", "http")


@pytest.mark.parametrize("to", ["csv", "stix", "misp"])
@pytest.mark.parametrize("name", sorted(os.listdir(CAMPAIGNS)))
def test_what_goes_out_comes_back(name, to, tmp_path):
    """All but what the format has no room for and what is the brand's own."""
    path = os.path.join(CAMPAIGNS, name)
    if not path.endswith(".yaml"):
        pytest.skip("no pack")
    text, told = exported(to, path)
    pack, said = sekisho("import", "--from", to, "--at", DAY, "-",
                         stdin=text.encode())
    back = values(pack)
    rows = rows_of(path)
    lost = {"csv": set(), "misp": {"relay", "html"},
            "stix": {"helo", "rdns", "link.text", "url.path", "url.query",
                     "phone", "relay", "html"}}[to]
    for row in rows:
        key = (row["field"], plain(row["value"]))
        spoofed = row["spoofed"] == "true"
        is_regex = row["value"].startswith(("re:", "raw:"))
        if row["field"] in lost or is_regex or (spoofed and to != "csv"):
            continue
        is_told = any(plain(row["value"]).replace("is:", "") in line
                      for line in said.splitlines())
        assert is_told or any(
            field == key[0] and key[1].replace("is:", "") in value
            for field, value in back), key
    file = tmp_path / "x.pack.yaml"
    file.write_text(pack)
    sekisho("check", file)
    assert "status: draft" in pack and "mode: score" not in pack


def test_what_is_left_out_is_counted():
    _, told = exported("rpz", BILLING)
    assert re.search(r"left out: \d+ spoofed or hacked, .*\d+ of fields",
                     told)


def test_spoofed_names_never_leave_for_block_lists():
    jcom = os.path.join(CAMPAIGNS, "jp-jcom-unpaid-2022-08.pack.yaml")
    for to in ("rpz", "rspamd-map", "stix", "misp", "spamassassin"):
        out, _ = sekisho("export", "--to", to, "--at", "2022-08-21", jcom)
        assert "noreply@jcom.co.jp" not in out, to
        assert "\njcom.co.jp" not in out, to


def test_stix_is_as_the_standard_wants_it():
    out, _ = exported("stix", BILLING)
    bundle = json.loads(out)
    ids = {o["id"] for o in bundle["objects"]}
    assert len(ids) == len(bundle["objects"])
    for o in bundle["objects"]:
        kind, number = o["id"].split("--")
        assert kind == o["type"] and uuid.UUID(number)
        if kind == "indicator":
            assert o["pattern"].startswith("[") and o["valid_from"]
            assert o.get("valid_until", "9") > o["valid_from"]
    grouping = [o for o in bundle["objects"] if o["type"] == "grouping"]
    assert len(grouping) == 1
    assert set(grouping[0]["object_refs"]) <= ids
    assert exported("stix", BILLING)[0] == out


def test_a_stix_pattern_of_others_is_read(tmp_path):
    bundle = {"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "report", "name": "Fake parcel notes"},
        {"type": "indicator", "valid_from": "2026-03-04T01:02:03Z",
         "pattern": "[domain-name:value = 'bad-parcel.top' OR url:value = "
                    "'https://bad-parcel.top/a\\'b/'] AND "
                    "[email-message:subject LIKE '%your parcel waits%']",
         "object_marking_refs": [
             "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]},
        {"type": "indicator", "valid_from": "2026-03-05T00:00:00Z",
         "pattern": "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']"
                    " OR [ipv6-addr:value = '2001:db9::7']"}]}
    pack, said = sekisho("import", "--from", "stix", "--at", "2026-03-10",
                         "-", stdin=json.dumps(bundle).encode())
    assert values(pack) == {
        ("url.domain", "bad-parcel.top"),
        ("url", "https://bad-parcel.top/a'b/"),
        ("subject", "your parcel waits"), ("ip", "2001:db9::7")}
    assert "tlp: red" in pack and "title: Fake parcel notes" in pack
    assert "seen: {first: 2026-03-04, last: 2026-03-05}" in pack
    assert "4 read, 1 of kinds there is no field for" in said


def test_a_misp_event_of_others_is_read():
    event = {"Event": {
        "info": "Parcel", "date": "2026-03-04", "Tag": [
            {"name": "tlp:white"}],
        "Attribute": [
            {"type": "domain", "value": "bad-parcel.top", "to_ids": True},
            {"type": "md5", "value": "d41d8cd98f00b204e9800998ecf8427e"},
            {"type": "ip-src", "value": "193.142.58.21", "to_ids": False},
            {"type": "url", "value": "https://www.kagoya.jp/"}],
        "Object": [{"name": "email", "Attribute": [
            {"object_relation": "from", "type": "email-src",
             "value": "a@bad-parcel.top"}]}]}}
    pack, said = sekisho("import", "--from", "misp", "--at", "2026-03-10",
                         "-", stdin=json.dumps(event).encode())
    assert values(pack) == {("url.domain", "bad-parcel.top"),
                            ("ip", "193.142.58.21"),
                            ("from", "a@bad-parcel.top")}
    assert "# ask: its source keeps it from detection" in pack
    assert "belongs to kagoya" in said and "tlp: clear" in pack


def test_feeds_become_lists_that_the_engine_reads(tmp_path):
    feeds = {
        "openphish": "https://a-bad.example.com/x\nhttp://b.example.net/\n",
        "phishtank": "phish_id,url,phish_detail_url,submission_time\n"
                     "1,\"https://a-bad.example.com/x,y\",http://p/1,2026\n"
                     "2,http://b.example.net/,http://p/2,2026\n",
        "urlhaus": "# comment\n# id,dateadded,url,url_status\n"
                   "\"1\",\"2026-01-01 00:00:00\","
                   "\"https://a-bad.example.com/x\",\"online\"\n"
                   "\"2\",\"2026-01-01 00:00:00\","
                   "\"http://b.example.net/\",\"offline\"\n",
    }
    for name, text in feeds.items():
        out, said = sekisho("import", "--from", name, "-",
                            stdin=text.encode())
        lines = out.splitlines()
        assert len(lines) == 3 and lines[0].startswith("# url from")
        assert lines[2] == "http://b.example.net/", name
        file = tmp_path / (name + ".txt")
        file.write_text(out)
        told, _ = sekisho("list", "check", file)
        assert "url, 2 rows, 0 bad" in told
        found, _ = sekisho("list", "grep",
                           "hxxp://b[.]example.net/?id=7", file)
        assert ":3: " in found
        sekisho("list", "grep", "https://c.example/", file, status=1)


def test_losses_are_told_in_json_too():
    out, err = sekisho("export", "--to", "rpz", "--at", DAY, "--json",
                       BILLING)
    told = json.loads(out)
    assert told["without_field"] > 0 and "CNAME" in told["text"] and not err
    out, err = sekisho("import", "--from", "openphish", "--json", "-",
                       stdin=b"http://b.example.net/\n")
    told = json.loads(out)
    assert told["read"] == 1 and "b.example.net" in told["list"] and not err


def test_tlp_is_honoured(tmp_path):
    with open(BILLING) as file:
        text = file.read().replace("tlp: clear", "tlp: amber")
    path = tmp_path / "amber.pack.yaml"
    path.write_text(text)
    sekisho("export", "--to", "csv", path, status=2)
    out, _ = sekisho("export", "--to", "csv", "--tlp", "amber", path)
    assert "executiveonelimousine" in out


def test_rules_of_spamassassin_have_one_line_each():
    out, _ = sekisho("export", "--to", "spamassassin", "--at", DAY, BILLING)
    for line in out.splitlines():
        assert re.match(r"(header|body|uri|meta|describe|score) \w*SK_",
                        line), line
    metas = [line for line in out.splitlines() if line.startswith("meta")]
    names = set(re.findall(r"__SK_\w+", metas[0]))
    defined = set(re.findall(r"^\w+ (__SK_\w+)", out, re.M))
    assert names == defined


def test_rows_that_are_none_are_named(tmp_path):
    file = tmp_path / "hosts.txt"
    file.write_text("a.example.com\nno host\nb[.]example.net\n")
    out, _ = sekisho("list", "check", "--type", "domain", file, status=1)
    assert "hosts.txt:2: no domain: no host" in out
    out, _ = sekisho("list", "check", "--json", "--type", "domain", file,
                     status=1)
    assert json.loads(out)["first_bad"][0]["line"] == 2


def test_an_address_is_sought_among_addresses(tmp_path):
    """Every row of a list of addresses once held every address."""
    file = tmp_path / "ips.txt"
    file.write_text("192.0.2.9\n10.1.0.0/16\n2001:db8::/32\n")
    out, _ = sekisho("list", "grep", "8.8.8.8", file, status=1)
    assert out == ""
    for value, line in [("192[.]0.2.9", 1), ("10.1.2.3", 2),
                        ("2001:db8::1", 3)]:
        out, _ = sekisho("list", "grep", value, file)
        assert len(out.splitlines()) == 1 and f"ips.txt:{line}: " in out


@pytest.mark.parametrize("rows, kind", [
    ("198.51.100.0/24\n203.0.113.0/24 ; SBL2\n", "ip, 2 rows, 0 bad"),
    ("198.51.100.0/24\n203.0.113.0/24\n", "ip, 2 rows, 0 bad"),
    ("198.51.100.0/24 a word\n203.0.113.0/24\n", "ip, 1 rows, 1 bad"),
    ("192.0.2.1-192.0.2.9\n", "ip, 1 rows, 0 bad"),
    ("192.0.2.1/kit/\nhttp://192.0.2.1/24\n", "url, 2 rows, 0 bad"),
])
def test_networks_are_guessed_to_be_addresses(tmp_path, rows, kind):
    """A feed of networks was once told as one of URLs."""
    file = tmp_path / "drop.txt"
    file.write_text(rows)
    out, _ = sekisho("list", "check", file, status="1 bad" in kind)
    assert "drop.txt: " + kind in out


def test_an_image_beside_the_list_serves_in_its_place(tmp_path):
    """And only as long as the list is the one that it was made from."""
    (tmp_path / "hosts.jsonl").write_text(
        '{"host": "a.example.com", "note": "x"}\n"b.example.net"\n')
    (tmp_path / "feeds.pack.yaml").write_text(
        "pack: 1\nkind: lists\nid: feeds\ntitle: x\nrevision: 1\n"
        "created: 2026-01-01\ntlp: clear\nlists:\n  hosts: {file: "
        "hosts.jsonl, type: host, format: json-lines, column: host}\n")
    pack = tmp_path / "feeds.pack.yaml"
    out, _ = sekisho("list", "check", pack)
    assert "hosts.jsonl: host, 2 rows, 0 bad" in out
    out, _ = sekisho("list", "build", pack)
    assert "hosts.jsonl.image: host, 2 rows" in out
    assert (tmp_path / "hosts.jsonl.image").stat().st_mode & 0o777 == 0o644
    sekisho("list", "build", "-", status=2)
    with Daemon(str(tmp_path), folder=tmp_path) as d:
        assert "hosts.jsonl.image" not in d.log()
        assert "list feeds/hosts: 2 rows" in d.log()
    (tmp_path / "hosts.jsonl").write_text('"c.example.net"\n')
    with Daemon(str(tmp_path), folder=tmp_path) as d:
        assert "is of another version; it is read again" in d.log()
        assert "list feeds/hosts: 1 rows" in d.log()


def test_whose_a_domain_is():
    out, _ = sekisho("brand", "who", "--json", "kir.jp",
                     "hxxps://support[.]kagoya[.]jp/x", "info@kagoya.net",
                     "えきねっと")
    found = [(a["brand"], a["is"]) for a in json.loads(out)]
    assert found[:3] == [("kagoya", "customers"), ("kagoya", "official"),
                         ("kagoya", "never sends")]
    assert ("ekinet", "name") in found
    sekisho("brand", "who", "nobody.example", status=1)


def test_brand_check_names_what_two_call_their_own(tmp_path):
    brands = tmp_path / "b.pack.yaml"
    brands.write_text(
        "pack: 1\nkind: brands\nid: two\ntitle: two\nrevision: 1\n"
        "created: 2026-01-01\nreview_by: 2099-01-01\ntlp: clear\nbrands:\n"
        + "".join("  %s:\n    name: %s\n    names: [%s name]\n"
                  "    tokens: [%stok]\n    official: [shared-bank.com]\n"
                  "    basis: official\n    source: https://x.example/\n"
                  % (n, n, n, n) for n in ("one", "two"))
        + "tests:\n  - name: x\n    expect: clean\n    brand: one\n"
          "    mail: {from: a@b.example, subject: x, body: x}\n"
          "  - name: y\n    expect: match\n    brand: one\n"
          "    mail: {from: '\"one name\" <a@b.example>', subject: x, "
          "body: 'https://onetok.example/'}\n")
    out, _ = sekisho("brand", "check", "--packs", brands, status=1)
    assert 'domain "shared-bank.com" is of one too' in out


HOSTILE = """\
pack: 1
kind: campaign
id: x-hostile
title: t
revision: 1
status: test
mode: observe
created: 2026-02-01
expires: 2027-01-01
severity: medium
confidence: medium
tlp: clear
lang: en
references: [x]
groups:
  landing:
    url: ['hxxps://bad[.]example/a#b', 'hxxps://bad[.]example/a b/c']
    url.domain: ['bad[.]example']
    url.host: ['*.wild.example']
  lure:
    from: ['a/b#c@bad[.]example']
    from.name: ["=cmd|'/c calc'!A1", "@SUM(1+1)"]
    subject: ['re:foo\\\\/e; system', 're:a#b\\#c[/]d']
    body: ['-1+cmd text of a body']
when: landing and lure
tests:
  - {name: a, expect: match, mail: {subject: 'foo', body: 'b'}}
  - {name: b, expect: clean, mail: {subject: 'a lunch', body: 'b'}}
"""


@pytest.fixture
def hostile(tmp_path):
    path = tmp_path / "x-hostile.pack.yaml"
    path.write_text(HOSTILE)
    return path


def test_no_value_begins_a_comment_or_ends_a_rule_of_spamassassin(hostile):
    """A "#" cut off the rule of every domain, a slash behind two
    backslashes ended a regex early,
    and a host's pattern was written that no URL meets."""
    out, _ = exported("spamassassin", hostile)
    rules = [line for line in out.splitlines()
             if line.split()[0] in ("header", "uri", "body")]
    assert len(rules) == 9 and "wild" not in out
    for line in rules:
        assert re.search(r"/(?:\\.|[^\\/#])+/i$", line), line
        assert line.count(" /") == 1, line


def test_no_key_of_a_map_ends_early(hostile):
    """A "#" or a blank in a value ended the key of rspamd's map: another
    page, or all of a site, was blocked."""
    for kind in ("url", "email"):
        out, said = exported("rspamd-map", hostile, kind=kind)
        assert out == "" and "0 patterns" not in said


def test_no_cell_runs_in_a_spreadsheet(hostile):
    """Cells such as "=cmd|..." went out as they were; they come back so."""
    out, _ = exported("csv", hostile)
    for row in csv.reader(io.StringIO(out)):
        assert not any(cell[:1] in "=+-@\t\r" for cell in row if cell), row
    pack, _ = sekisho("import", "--from", "csv", "-", stdin=out.encode())
    assert "value: '=cmd|''/c calc''!A1'\n" in pack
    assert "value: '-1+cmd text of a body'\n" in pack


def event(**more):
    one = {"type": "url", "value": "https://bad-site.top/kit/page"}
    return json.dumps({"Event": {"info": "t", "date": "2026-02-02",
                                 "Attribute": [one], **more}}).encode()


@pytest.mark.parametrize("tag,tlp", [("TLP:AMBER", "amber"),
                                     ("tlp:white", "clear"),
                                     ("tlp:Amber+Strict", "amber+strict"),
                                     ("tlp:purple\nmode: score", "amber")])
def test_who_may_see_it_is_one_of_five_words(tag, tlp, tmp_path):
    """What a tag or a cell held was written as it came: no such pack could
    be read."""
    pack, _ = sekisho("import", "--from", "misp", "-",
                      stdin=event(Tag=[{"name": tag}]))
    assert "\ntlp: %s\n" % tlp in pack and "purple" not in pack
    assert ("who may see" in pack) == ("purple" in tag)
    path = tmp_path / "x.pack.yaml"
    path.write_text(pack)
    sekisho("check", path)


@pytest.mark.parametrize("raw", [
    event() + b" and more", event() + b"\0",
    b'{"Event":{"info":"a"},"Event":{}}', b"[" * 3000000,
    b'{"Event":{"date":1e999999}}', b'{"Event":{"info":"\xff"}}',
    b'{"Event":{"info":"\\u0000"}}', b""], ids=range(8))
def test_json_that_two_readers_read_differently_is_refused(raw):
    """Bytes behind the end were ignored, and of two keys the last held."""
    out, err = sekisho("import", "--from", "misp", "-", stdin=raw, status=2)
    assert out == "" and err.startswith("sekisho import: standard input: ")


def test_an_id_is_an_id():
    """--id went into the pack unread."""
    for words in (("import", "--from", "misp"), ("draft",)):
        _, err = sekisho(*words, "--id", "../../x", "-", stdin=event(),
                         status=2)
        assert "--id" in err


def test_no_word_of_the_command_line_reaches_the_terminal_raw():
    """The name of an unknown command was printed with its escapes."""
    for words in (("\x1b[31mx",), ("draft", "/\x1b[31mx"),
                  ("import", "--from", "\x1b[31mx", "-"),
                  ("export", "--\x1b[31mx"), ("check", "/\x1b[31mx"),
                  ("list", "\x1b[31mx"), ("brand", "\x1b[31mx"),
                  ("explain", "\x1b[31mx"), ("new", "\x1b[31mx")):
        _, err = sekisho(*words, status=2)
        assert "\x1b" not in err and err, words
