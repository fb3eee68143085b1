# SPDX-License-Identifier: Apache-2.0
"""Each brand of the shipped pack in turn: strangers who use its name are
caught, its own mail and mail about it is not, whatever the other brands
make of it."""

import os
import re

import pytest

import daemon as sekishod
import messages
from conftest import ADD_HEADER

PACK = os.path.join(sekishod.source_folder(), "rules", "brands",
                    "jp-brands.pack.yaml")


def flow(block, key):
    """The entries of "key: [a, b]" in the block of a brand."""
    line = re.search(r"^    %s: \[(.*)\]$" % key, block, re.M)
    return re.findall(r'"([^"]*)"|([^,\s][^,]*)', line[1]) if line else []


def brands():
    with open(PACK, encoding="utf-8") as pack:
        text = pack.read()
    text = text[text.index("\nbrands:\n"):text.index("\ntests:\n")]
    for block in re.split(r"\n(?=  [a-z][a-z0-9_]*:\n)", text)[1:]:
        yield (block.split(":")[0].strip(),
               [a or b for a, b in flow(block, "names")],
               [a or b for a, b in flow(block, "official")])


BRANDS = list(brands())
each_brand = pytest.mark.parametrize(
    "brand, names, official", BRANDS, ids=[b[0] for b in BRANDS])


def test_the_pack_holds_the_brands():
    assert len(BRANDS) >= 45
    assert all(names and official for _, names, official in BRANDS)


@each_brand
def test_a_stranger_with_any_of_its_names(ask, brand, names, official):
    for name in names:
        verdict = ask(messages.build({
            "sender": (name, "x@pqec.example"), "subject": "ご案内",
            "body": ["hxxps://pqec[.]example/login"]}, "utf-8", "html"))
        assert "BRAND_" + brand.upper() in verdict.symbols, (name, verdict)
        assert verdict.score >= ADD_HEADER, (name, str(verdict))


@each_brand
def test_its_domain_in_front_of_another_and_as_a_directory(
        ask, brand, names, official):
    for domain in official:
        for url in ("hxxps://www.%s.qqzz[.]example/", "hxxps://%s.a.qqzz[.]cn/x",
                    "hxxps://somebody[.]example/a/%s/login"):
            verdict = ask(messages.build({
                "sender": ("サポート", "x@pqec.example"),
                "subject": "ご案内", "body": [url % domain]}))
            assert verdict.score >= ADD_HEADER, (url % domain, str(verdict))


@each_brand
def test_its_own_notice_is_left_alone(ask, brand, names, official):
    for domain in official:
        mail = {"sender": (names[0], "info@" + domain),
                "subject": "【%s】重要なお知らせ" % names[-1],
                "body": ["%sからのお知らせです。" % name for name in names] +
                        ["https://www.%s/news/1" % domain]}
        for said in ({}, {"auth": "spf=pass,dkim=pass,dmarc=pass"}):
            for form in ("plain", "html"):
                verdict = ask(messages.build(mail, "utf-8", form), said)
                assert verdict.action == "no action", verdict


@each_brand
def test_who_writes_about_it_is_left_alone(ask, brand, names, official):
    for name in names:
        verdict = ask(messages.build({
            "sender": ("鈴木", "suzuki@corp.example"),
            "subject": "%sの件" % name,
            "body": ["%sについて、資料はこちらです。" % name,
                     "https://files.corp.example/%s/1.pdf" % brand,
                     "公式 https://www.%s/" % official[0]]}))
        assert verdict.action == "no action", verdict
