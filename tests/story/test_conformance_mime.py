# SPDX-License-Identifier: Apache-2.0
"""Mails that others collected, read as they say: the collections' own
expectations, and Python's email package on the rest."""

import hashlib
import json
import os
import re

import pytest

import conformance
import mimecases

WHOLE, BROKEN = 99.0, 80.0  # in a hundred


@pytest.fixture(scope="module")
def seen(run, shared):
    """What sekisho reads in every mail, by path; all in one process."""
    paths = list(mimecases.mails(shared))
    if not paths:
        pytest.skip("no collections of mails in SEKISHO_SHARED")
    done = run("inspect", "--json", *paths)
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert len(lines) == len(paths)
    return dict(zip(paths, map(json.loads, lines)))


@pytest.fixture(scope="module")
def references(seen):
    """What Python reads in them, where it does not give up."""
    found = {}
    for path in seen:
        try:
            found[path] = mimecases.Reference(mimecases.read(path))
        except (ValueError, IndexError, AttributeError, LookupError):
            pass
    return found


def texts_of(mail, is_page):
    """Texts that are no attached files."""
    attached = {a["part"] for a in mail["attachments"]}
    return [t["utf8"] for t in mail["text"]
            if (t["type"] == "text/html") == is_page and
            t["part"] not in attached and not t["stripped"]]


def same_text(wanted, got):
    """Equal but for blanks, and where the reference gave up on bytes."""
    wanted, got = mimecases.squeeze(wanted), mimecases.squeeze(got)
    if "\ufffd" not in wanted:
        return wanted == got
    pieces = map(re.escape, re.split("\ufffd+", wanted))
    return re.fullmatch(".{0,16}".join(pieces), got, re.S) is not None


def same_texts(wanted, got):
    return same_text("".join(wanted), "".join(got))


def sums_of(mail):
    return sorted(a["sha256"] for a in mail["attachments"]
                  if a["type"] != "message/delivery-status")


def as_python(mail, ref):
    """Which fields are as Python reads them."""
    return {
        "subject": same_text(ref.subject, mail["subject"]),
        "from": not {a.lower() for a in ref.addresses} -
        {a["addr"].lower() for a in mail["from"]},
        "text": same_texts(ref.texts, texts_of(mail, False)),
        "page": same_texts(ref.pages, texts_of(mail, True)),
        "files": sorted(ref.files) == sums_of(mail),
    }


def as_known(mail, field, wanted):
    if field == "subject":
        return mail["subject"] == wanted
    if field == "from":
        return [a["addr"] for a in mail["from"]] == wanted
    if field == "files":
        sums = sums_of(mail)
        return len(sums) == wanted if isinstance(wanted, int) else \
            sums == [hashlib.sha256(w).hexdigest() for w in wanted]
    return wanted in "".join(t["utf8"] for t in mail["text"] if
                             (t["type"] == "text/html") == (field == "page"))


def differences(path, mail, ref):
    same = as_python(mail, ref)
    for field, wanted in mimecases.BETTER.get(
            os.path.basename(path), {}).items():
        same[field] = as_known(mail, field, wanted)
    return [field for field, is_same in same.items() if not is_same]


def missing_links(mail, ref):
    ours = {u["url"] for u in mail["urls"]} | \
        {u["normalized"] for u in mail["urls"]}
    return sorted(link for link in ref.links if not any(
        link.startswith(u) or u.startswith(link) for u in ours))


def compare(seen, references, is_whole):
    """How many there are, and those that differ, by what."""
    differ, cases = {}, 0
    for path, ref in references.items():
        if ref.is_whole != is_whole:
            continue
        cases += 1
        found = differences(path, seen[path], ref)
        if found:
            differ["/".join(path.split("/")[-2:])] = found
    return cases, differ


def test_well_formed_mails_are_read_as_python_reads_them(seen, references):
    cases, differ = compare(seen, references, True)
    agreed = cases - len(differ)
    assert 100.0 * agreed / cases >= WHOLE, differ
    conformance.record("MIME: well-formed mails", cases, agreed,
                       "Python's email: subject, From, texts, files")


def test_broken_mails_are_mostly_read_as_python_reads_them(seen, references):
    cases, differ = compare(seen, references, False)
    agreed = cases - len(differ)
    assert 100.0 * agreed / cases >= BROKEN, differ
    conformance.record("MIME: broken mails", cases, agreed,
                       "the same; what stands in those it gives up on")


def test_no_link_of_the_reference_is_missing(seen, references):
    missing = {path: missing_links(seen[path], ref)
               for path, ref in references.items()}
    missing = {path: links for path, links in missing.items() if links}
    assert not missing
    conformance.record("MIME: links of all mails", len(references),
                       len(references), "never fewer than the reference")


def reference_text(shared, name):
    path = os.path.join(shared, "data", "mime", "mail-mime-parser", name)
    return mimecases.squeeze(mimecases.read(path).decode("latin-1"))


def wrong_in(mail, expected, shared):
    subject, text, page, files = expected
    visible = [mimecases.squeeze(t["visible"]) for t in mail["text"]]
    found = []
    if subject is not None and re.sub(r"\s+", " ", mail["subject"]) != subject:
        found.append("subject")
    for name in (text, page):
        if name and reference_text(shared, name) not in "".join(visible):
            found.append("text")
    if files is not None and not \
            files == len(mail["attachments"]) + missing_names(mail, files):
        found.append("files")
    return found


def missing_names(mail, files):
    """The collection counts texts with a file name as attached."""
    attached = {a["part"] for a in mail["attachments"]}
    others = {t["part"] for t in mail["text"]} - attached
    return min(max(files - len(attached), 0), max(len(others) - 1, 0))


def test_the_expectations_of_mail_mime_parser_hold(seen, shared):
    by_name = {os.path.basename(path)[:-4]: mail
               for path, mail in seen.items()
               if "mail-mime-parser" in path}
    wrong = {}
    for name, expected in mimecases.EXPECTED.items():
        found = wrong_in(by_name[name], expected, shared)
        if found:
            wrong[name] = found
    cases = len(mimecases.EXPECTED)
    assert 100.0 * (cases - len(wrong)) / cases >= WHOLE, wrong
    conformance.record("MIME: mail-mime-parser", cases, cases - len(wrong),
                       "subject, texts and number of files it expects")


def test_attached_files_have_numbers_sizes_and_sums(seen):
    for path, mail in seen.items():
        assert mail["sha256"] == hashlib.sha256(
            mimecases.read(path)).hexdigest()
        for file in mail["attachments"]:
            assert re.fullmatch(r"\d+(\.\d+)*", file["part"]), path
            assert file["size"] >= 0 and len(file["sha256"]) == 64
