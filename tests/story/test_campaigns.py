# SPDX-License-Identifier: Apache-2.0
"""The campaigns of the reports, rebuilt: each is named and gets its points
in every charset and form, while it runs and years later."""

import pytest

import messages
from conftest import ADD_HEADER, REJECT
from samples import SAMPLES

EVERY = [pytest.param(sample, charset, form,
                      id="%s-%s-%s" % (sample["id"], charset, form))
         for sample in SAMPLES
         for charset in messages.CHARSETS for form in messages.FORMS]


def named(verdict, sample):
    assert sample["symbol"] in verdict.symbols, verdict
    assert verdict.points(sample["symbol"]) > 0, verdict


@pytest.mark.row("S2-22", "S3-13")
@pytest.mark.parametrize("sample, charset, form", EVERY)
def test_a_campaign_is_named_today_by_its_shapes(ask, sample, charset, form):
    verdict = ask(messages.build(sample, charset, form),
                  messages.envelope(sample))
    named(verdict, sample)
    assert verdict.score >= ADD_HEADER, verdict
    assert verdict.action in ("add header", "reject"), verdict


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_a_campaign_is_named_while_it_runs(scan_many, sample):
    mails = [(messages.build(sample, charset, form),
              messages.envelope(sample))
             for charset in messages.CHARSETS for form in messages.FORMS]
    for verdict in scan_many(mails, sample["at"]):
        named(verdict, sample)
        assert verdict.score >= ADD_HEADER, verdict
        if sample["is_full"]:
            assert verdict.score >= REJECT, verdict
            assert verdict.action == "reject", verdict


@pytest.mark.parametrize("encoding", ("base64", "quoted-printable", "8bit"))
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_the_transfer_encoding_makes_no_difference(ask, sample, encoding):
    said = messages.envelope(sample)
    scores = set()
    for charset in ("utf-8", "shift_jis", "euc-jp"):
        mail = messages.build(sample, charset, "both", encoding)
        verdict = ask(mail, said)
        named(verdict, sample)
        scores.add(verdict.score)
    assert len(scores) == 1, scores


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_a_campaign_is_named_without_any_envelope(ask, sample):
    verdict = ask(messages.build(sample))
    named(verdict, sample)
    assert verdict.score >= ADD_HEADER, verdict


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s["id"])
def test_the_points_of_a_verdict_sum_to_its_score(ask, sample):
    verdict = ask(messages.build(sample), messages.envelope(sample))
    total = sum(symbol["score"] for symbol in verdict.symbols.values())
    assert abs(total - verdict.score) < 0.005, verdict
