# SPDX-License-Identifier: Apache-2.0
"""Whose the addresses of a mail are: tables in MaxMind's format and a real
name server, both with what a test says."""

import calendar
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

import daemon as sekishod
import messages
import nettable
from nameserver import NameServer, reverse
from samples import BY_ID

SENDER = "101.47.78.65"
SITE = "162.241.148.156"
FAR = "2001:db8:77::5"
BUILT = calendar.timegm((2026, 11, 1, 0, 0, 0))
BEFORE = calendar.timegm((2024, 3, 1, 0, 0, 0))
TABLES = "Test-ASN 2026-11-01, Test-Country 2024-03-01"
DECOYS = 7  # with the lure as many hosts as are looked up

ZONE = [
    ("lure.example.net", "A", SITE),
    ("near.example.net", "A", SENDER),
    ("six.example.net", "AAAA", FAR),
    ("many.example.net", "A", SENDER),
    ("many.example.net", "A", SITE),
    ("many.example.net", "A", "192.88.99.1"),
    ("many.example.net", "AAAA", FAR),
    ("mapped.example.net", "AAAA", "::ffff:" + SENDER),
    *(("decoy%d.example.net" % n, "A", SITE[:-1] + str(k))
      for n in range(DECOYS) for k in range(8)),
    (reverse(SENDER), "PTR", "vps-101-47-78-65.example.net."),
    ("vps-101-47-78-65.example.net", "A", SENDER),
    (reverse(SITE), "PTR", "mail.bank.example.com."),
    ("mail.bank.example.com", "A", "192.0.2.99"),
]

PACK = """\
pack: 1
kind: campaign
id: xx-networks-2026-11
title: {en: networks}
revision: 1
status: stable
mode: score
created: 2026-11-01
updated: 2026-11-01
seen: {first: 2026-11-01, last: 2026-11-01}
expires: 2027-10-01
severity: high
confidence: high
tlp: clear
author: t
references: [made by a test]
groups:
  hosting: {asn: AS132203, score: 1}
  cloud: {use: networks/cloud, score: 1}
  site_hosting: {url.asn: AS46606, score: 1}
  abroad: {url.country: US, score: 1}
  one_machine: {same: url.ip = ip, score: 1}
  one_network: {same: url.asn = asn, score: 1}
  generic: {rdns: vps-101-47-78-65.example.net, score: 1}
  nameless: {rdns: none, score: 1}
when: any of them
tests:
- name: m
  expect: match
  mail: {from: a@example.org, rdns: vps-101-47-78-65.example.net, body: b}
- name: c
  expect: clean
  mail: {from: a@example.org, rdns: mx.example.org, body: b}
"""


def mail(*links):
    return ("From: a@example.org\r\nTo: b@example.com\r\nSubject: s\r\n"
            "Message-ID: <1@example.org>\r\n\r\n%s" % "".join(
                "see https://%s/x\r\n" % link for link in links)).encode()


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    (folder / "asn.mmdb").write_bytes(nettable.table({
        "101.47.0.0/16": nettable.asn(132203, "Tencent Building"),
        "162.241.0.0/16": nettable.asn(46606, "UNIFIEDLAYER-AS-1"),
        "2001:db8:77::/48": nettable.asn(64500, "Example Six"),
    }, BUILT, "Test-ASN"))
    (folder / "country.mmdb").write_bytes(nettable.table({
        "101.47.0.0/16": nettable.country("SG"),
        "162.241.0.0/16": nettable.country("US"),
        "2001:db8:77::/48": nettable.country("de"),
    }, BEFORE, "Test-Country"))
    return folder


@pytest.fixture(scope="module")
def served(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks")
    (folder / "packs").mkdir()
    (folder / "packs" / "n.pack.yaml").write_text(PACK)
    shutil.copy(os.path.join(sekishod.source_folder(),
                             "rules/common/networks.pack.yaml"),
                folder / "packs")
    with NameServer(folder / "names", ZONE) as names, sekishod.Daemon(
            str(folder / "packs"), folder=str(folder), options=[
                "--dns.servers", names.where, "--dns.links", "yes",
                "--networks.tables", str(tables / "asn.mmdb"),
                "--networks.tables", str(tables / "country.mmdb")]) as d:
        yield d


def groups(reply):
    return sorted(line["name"] for line in reply["sekisho"]["lines"]
                  if line["kind"] == "group")


@pytest.mark.row("T-18")
def test_the_networks_of_sender_and_site_are_known(served):
    reply = served.check(mail("lure.example.net"), IP=SENDER)
    assert groups(reply) == ["abroad", "cloud", "generic", "hosting",
                             "site_hosting"]
    assert "the connecting address is in AS132203" in \
        reply["symbols"]["XX_NETWORKS_2026_11"]["options"]


@pytest.mark.parametrize("links", ["yes", "no"])
def test_what_no_server_said_of_a_link_is_told(
        rules, tables, tmp_path, links):
    """Though no pack asks for it; but only if somebody was to be asked."""
    sites = {"url.ip", "url.asn", "url.country", "url.operator"}
    with NameServer(tmp_path / "names", ZONE,
                    broken=["broken.example.net"]) as names, sekishod.Daemon(
                        rules, folder=str(tmp_path), options=[
                            "--dns.servers", names.where,
                            "--dns.links", links, "--networks.tables",
                            str(tables / "asn.mmdb")]) as d:
        for link, failed in ("lure", False), ("www.broken", links == "yes"):
            reply = d.check(mail(link + ".example.net"), IP=SENDER)
            unknown = sites & set(reply["sekisho"]["unknown"])
            assert unknown == (sites if failed else set()), reply
            assert ("verdict.unknown" in {
                n["code"] for n in reply["sekisho"]["notes"]}) == failed


def test_every_host_has_addresses_at_home(served):
    """They are of no network, and two that have one are not one machine."""
    for address in "127.0.0.1", "10.1.2.3":
        reply = served.check(mail(address), IP=address)
        assert "one_machine" not in groups(reply), reply
        assert "link.machine" not in {
            n["code"] for n in reply["sekisho"]["notes"]}, reply


def test_mail_and_site_from_one_machine(served):
    reply = served.check(mail("near.example.net"), IP=SENDER)
    assert groups(reply) == ["cloud", "generic", "hosting", "one_machine",
                             "one_network"]


@pytest.mark.parametrize("name", ["mail.bank.example.com", "unknown"])
def test_no_line_of_the_sender_hides_his_reverse_name(served, name):
    lie = "Received: from x (%s [%s]) by y.example.org; " \
        "Sun, 1 Nov 2026 09:00:00 +0900\r\n" % (name, SENDER)
    reply = served.check(lie.encode() + mail("near.example.net"), IP=SENDER)
    assert groups(reply) == ["cloud", "generic", "hosting", "one_machine",
                             "one_network"]
    peer, = [note["en"] for note in reply["sekisho"]["notes"]
             if note["code"] == "route.peer"]
    assert "(said by the gateway; the reverse name by DNS)" in peer


def test_a_name_that_does_not_lead_back_is_none(served):
    reply = served.check(mail("six.example.net"), IP=SITE)
    assert groups(reply) == ["nameless"]


def test_what_the_gateway_says_of_the_name_holds(served):
    reply = served.check(mail("six.example.net"), IP=SITE,
                         Hostname="vps-101-47-78-65.example.net")
    assert groups(reply) == ["generic"]


def told(reply, code, lang="en"):
    return sorted(note[lang] for note in reply["sekisho"]["notes"]
                  if note["code"] == code)


def dated(text):
    return re.sub("DNS [0-9-]{10}", "DNS", text)


def test_each_address_of_a_host_has_its_own_network(served):
    reply = served.check(mail("many.example.net"), IP=FAR)
    host = "many[.]example[.]net"
    assert [dated(text) for text in told(reply, "link.network")] == [
        "%s is at %s: AS132203 Tencent Building, SG (source: DNS, %s)" %
        (host, SENDER, TABLES),
        "%s is at %s: AS46606 UNIFIEDLAYER-AS-1, US (source: DNS, %s)" %
        (host, SITE, TABLES),
        # Of a table that has no country it is not told when that was made.
        "%s is at %s: AS64500 Example Six (source: DNS, Test-ASN "
        "2026-11-01)" % (host, FAR)]
    assert "%s のサーバー %s の網: AS132203 Tencent Building, SG" \
        "(出典: DNS, %s)" % (host, SENDER, TABLES) in [
            dated(text) for text in told(reply, "link.network", "ja")]


def test_a_network_is_told_with_its_tables_and_their_dates(served):
    reply = served.check(mail(SITE), IP=SENDER)
    assert told(reply, "route.network") == [
        "network of %s: AS132203 Tencent Building, SG (source: %s)" %
        (SENDER, TABLES)]
    assert told(reply, "route.network", "ja") == [
        "接続元 %s の網: AS132203 Tencent Building, SG(出典: %s)" %
        (SENDER, TABLES)]
    # No name server was asked for what stands in the link.
    assert told(reply, "link.network")[0].endswith(
        ": AS46606 UNIFIEDLAYER-AS-1, US (source: %s)" % TABLES)
    day = time.strftime("%Y-%m-", time.gmtime())
    reply = served.check(mail("lure.example.net"), IP=SENDER)
    assert "(source: DNS " + day in told(reply, "link.network")[0]


def test_decoys_hide_no_network(served):
    """Hosts of many addresses in front, then as many bare addresses."""
    links = ["decoy%d.example.net" % n for n in range(DECOYS)]
    bare = ["162.241.1.%d" % n for n in range(20)]
    reply = served.check(mail(*bare, *links, "near.example.net"), IP=SENDER)
    networks = told(reply, "link.network")
    assert any(text.startswith("near[.]example[.]net is at " + SENDER)
               for text in networks), networks
    assert sum("decoy0" in text for text in networks) == 4, networks
    assert told(reply, "link.machine") == [
        "mail and site are on one machine: " + SENDER]
    assert told(reply, "link.machine", "ja") == [
        "メールの接続元とリンク先は同じ1台です: " + SENDER]


def test_a_bare_address_keeps_no_host_from_its_network(served):
    """It is known at once, the others have to be asked for."""
    reply = served.check(mail("198.51.100.7", "near.example.net"), IP=SENDER)
    assert groups(reply) == ["cloud", "generic", "hosting", "one_machine",
                             "one_network"]


def test_an_address_in_the_clothes_of_ipv6_is_the_same(served):
    reply = served.check(mail("mapped.example.net"), IP=SENDER)
    assert groups(reply) == ["cloud", "generic", "hosting", "one_machine",
                             "one_network"]
    assert "mapped[.]example[.]net is at %s: AS132203" % SENDER in \
        told(reply, "link.network")[0]


def test_a_table_without_a_name_is_told_by_its_file(tables, tmp_path):
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "n.pack.yaml").write_text(
        PACK.replace("  cloud: {use: networks/cloud, score: 1}\n", ""))
    at = tmp_path / "own.mmdb"
    at.write_bytes(nettable.table(
        {"101.47.0.0/16": nettable.asn(64500, "Own")}, BUILT, ""))
    with sekishod.Daemon(str(tmp_path / "packs"), folder=str(tmp_path),
                         options=["--networks.tables", str(at)]) as d:
        reply = d.check(mail("example.org"), IP=SENDER)
    assert told(reply, "route.network") == [
        "network of %s: AS64500 Own (source: own[.]mmdb 2026-11-01)" % SENDER]


def test_an_address_in_a_link_needs_no_name_server(served):
    reply = served.check(mail(SITE), IP=FAR)
    assert groups(reply) == ["abroad", "site_hosting"] or \
        groups(reply) == ["abroad", "nameless", "site_hosting"]


def test_a_reload_takes_a_table_that_took_the_place_of_another(
        tables, tmp_path):
    """The sandbox knew the file that was there, not its successor."""
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "n.pack.yaml").write_text(
        PACK.replace("  cloud: {use: networks/cloud, score: 1}\n", ""))
    at = tmp_path / "asn.mmdb"
    shutil.copy(tables / "asn.mmdb", at)
    with sekishod.Daemon(str(tmp_path / "packs"), folder=str(tmp_path),
                         options=["--networks.tables", str(at)]) as d:
        assert "hosting" in groups(d.check(mail("example.org"), IP=SENDER))
        new = tmp_path / "new"
        new.write_bytes(nettable.table(
            {"101.47.0.0/16": nettable.asn(64500, "Other")}, BUILT))
        os.replace(new, at)
        d.reload()
        d.wait_for("generation 2 serves")
        deadline = time.monotonic() + 10
        while "hosting" in groups(d.check(mail("example.org"), IP=SENDER)):
            assert time.monotonic() < deadline


def test_a_table_written_over_while_it_serves_ends_nobody(tables, tmp_path):
    """As "gunzip > table" does: the file is cut short, then filled again."""
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "n.pack.yaml").write_text(
        PACK.replace("  cloud: {use: networks/cloud, score: 1}\n", ""))
    at = tmp_path / "asn.mmdb"
    shutil.copy(tables / "asn.mmdb", at)
    with sekishod.Daemon(str(tmp_path / "packs"), folder=str(tmp_path),
                         options=["--networks.tables", str(at),
                                  "--workers", "1"]) as d:
        worker = d.workers()
        for data in (b"", bytes(range(256)) * 400):
            at.write_bytes(data)
            reply = d.check(mail("example.org"), IP=SENDER)
            assert "hosting" in groups(reply) and d.workers() == worker
        d.reload()
        d.wait_for("networks.tables: ")
        assert "hosting" in groups(d.check(mail("example.org"), IP=SENDER))
        # Who starts beside the ruin serves without it.
        os.kill(worker[0], signal.SIGKILL)
        d.wait_for("what it would say is not known")
        reply = d.check(mail("example.org"), IP=SENDER)
        assert "hosting" not in groups(reply)


def test_a_damaged_table_is_refused(tables, tmp_path):
    whole = (tables / "asn.mmdb").read_bytes()
    for name, data in (("cut", whole[:200]), ("empty", b""),
                       ("noise", bytes(range(256)) * 40)):
        path = tmp_path / name
        path.write_bytes(data)
        done = subprocess.run(
            [os.path.join(sekishod.build_folder(), "sekishod"), "-t",
             "--packs", os.path.join(sekishod.source_folder(), "rules"),
             "--networks.tables", str(path)],
            capture_output=True, timeout=120, check=False)
        assert done.returncode == 78, (name, done.stderr)
        assert b"networks.tables: " in done.stderr


# As the reports say where the senders and the sites were.
NETWORKS = {
    "104.219.238.0/24": (22612, "NAMECHEAP-NET", "US"),
    "162.241.148.0/24": (46606, "UNIFIEDLAYER-AS-1", "US"),
    "74.226.196.0/24": (8075, "MICROSOFT-CORP-MSN-AS-BLOCK", "JP"),
    "8.217.61.0/24": (45102, "Alibaba (US) Technology", "HK"),
    "101.47.78.0/24": (132203, "Tencent Building", "CN"),
    "45.135.135.0/24": (64500, "Example Access", "RU"),
    "198.51.100.0/24": (64501, "Example Hosting", "US"),
}
SITES = [
    ("www.auditor585.de", "A", "162.241.148.156"),
    ("sgogoj.com", "A", "8.217.61.41"),
    ("eki-net-carcini.ddnxw.cn", "A", "101.47.78.65"),
    ("www2.jcom.co.jp.login.vkia.cn", "A", "198.51.100.20"),
    ("www.jcom.co.jp", "A", "74.226.196.1"),
    ("www.example.ne.jp", "A", "74.226.196.2"),
    ("www.example.de", "A", "101.47.78.3"),
]


@pytest.fixture(scope="module")
def reported(rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reported")
    (folder / "asn").write_bytes(nettable.table({
        net: nettable.asn(asn, name)
        for net, (asn, name, _) in NETWORKS.items()}, BUILT, "Test-ASN"))
    (folder / "country").write_bytes(nettable.table({
        net: nettable.country(code)
        for net, (_, _, code) in NETWORKS.items()}, BEFORE,
        "Test-Country"))
    with NameServer(folder / "names", SITES) as names, sekishod.Daemon(
            rules, folder=str(folder), options=[
                "--dns.servers", names.where, "--dns.links", "yes",
                "--networks.tables", str(folder / "asn"),
                "--networks.tables", str(folder / "country")]) as d:
        def notes(name, front=()):
            sample = dict(BY_ID[name])
            sample["body"] = [*front, *sample["body"]]
            reply = d.check(messages.build(sample),
                            **messages.envelope(sample))
            return {note["code"]: dated(note["en"])
                    for note in reply["sekisho"]["notes"]}
        yield notes


@pytest.mark.row("S0-09", "S0-15", "T-13", "T-14", "T-17")
def test_hosting_of_sender_and_site_with_source_and_date(reported):
    notes = reported("billing")
    assert notes["route.network"] == "network of 104.219.238.62: " \
        "AS22612 NAMECHEAP-NET, US (source: %s)" % TABLES
    assert "JP (this came from US)" in notes["route.abroad"]
    assert notes["link.network"] == "www[.]auditor585[.]de is at " \
        "162.241.148.156: AS46606 UNIFIEDLAYER-AS-1, US (source: DNS, %s)" \
        % TABLES


@pytest.mark.row("S1-06", "S1-11")
def test_a_cloud_at_home_in_japan_is_no_comfort(reported):
    notes = reported("activemail")
    assert "MICROSOFT" in notes["route.network"]
    assert "route.abroad" not in notes
    assert notes["link.countries"].startswith(
        "countries: sender JP, site HK, domain -, ")


@pytest.mark.row("S3-06", "S3-07", "S3-14")
def test_mail_and_site_of_the_railway_lure_are_one_machine(reported):
    notes = reported("ekinet")
    assert notes["link.machine"] == \
        "mail and site are on one machine: 101.47.78.65"
    assert notes["route.network"] == "network of 101.47.78.65: AS132203 " \
        "Tencent Building, CN (source: %s)" % TABLES
    assert "JP (this came from CN)" in notes["route.abroad"]


@pytest.mark.row("S4-04", "S4-08")
def test_four_countries_in_one_mail(reported):
    notes = reported("jcom")
    assert notes["link.countries"].startswith(
        "countries: sender RU, site US, domain CN, ")
    assert notes["link.countries"].endswith(
        " JP (source: DNS, %s)" % TABLES), notes


@pytest.mark.row("S4-08")
@pytest.mark.parametrize("front, site, domain", [
    # Of the brand itself, of a bystander at home, and of one elsewhere.
    ("https://www.jcom.co.jp/", "US", "CN"),
    ("https://www.example.ne.jp/", "US", "CN"),
    ("https://www.example.de/", "CN/US", "DE/CN")])
def test_the_countries_of_the_lure_stand_side_by_side(
        reported, front, site, domain):
    """Whatever stands in front of it."""
    notes = reported("jcom", [front])
    assert notes["link.countries"].startswith(
        "countries: sender RU, site %s, domain %s, " % (site, domain)), notes
