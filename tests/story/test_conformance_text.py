# SPDX-License-Identifier: Apache-2.0
"""HTML, URLs and charsets, held against the collections beside the project.
Tokens, URLs and names are compared by the unit tests, which print how many
agree; charsets through the command line."""

import json
import os
import re
import subprocess

import pytest

import daemon as sekishod
from conformance import record

COUNT = re.compile(r"^(.+): (\d+) of (\d+) agree", re.M)


@pytest.fixture(scope="session")
def unit_counts(shared):
    """unit_counts("mail/test_url"): name -> (agreed, cases)."""
    def run_unit(name):
        path = os.path.join(sekishod.build_folder(), "tests", name)
        if not os.path.exists(path):
            pytest.skip("%s is not built: no cmocka here" % name)
        done = subprocess.run(
            [path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=120, env=dict(os.environ, SEKISHO_SHARED=shared))
        text = done.stdout.decode("utf-8", "replace")
        assert done.returncode == 0, text[-2000:]
        return {m[1]: (int(m[2]), int(m[3])) for m in COUNT.finditer(text)}
    return run_unit


@pytest.fixture(scope="session")
def decode(run):
    """decode(label, bytes): what was read, and as what."""
    def decode_bytes(label, data):
        done = run("inspect", "--decode", label, stdin=data)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)
    return decode_bytes


def test_pages_are_cut_into_the_tokens_of_html5lib(unit_counts):
    counts = unit_counts("mail/test_htmltoken")
    entities = counts.pop("html/namedEntities.test")
    agreed = sum(a for a, _ in counts.values())
    cases = sum(n for _, n in counts.values())
    assert (agreed, entities[0]) == (cases, entities[1])
    record("html5lib tokenizer", cases, agreed, "tokens of a page")
    record("html5lib named entities", entities[1], entities[0],
           "references in text")


def test_urls_and_names_are_read_as_browsers_read_them(unit_counts):
    counts = unit_counts("mail/test_url")
    for key, suite, note, least in (
            ("hosts of URLs", "WPT urltestdata, hosts",
             "host, or that there is none; http, https, ftp", 99),
            ("whole URLs", "WPT urltestdata, whole",
             "the serialised URL", 99),
            ("url/toascii.json", "WPT toascii", "the name in ASCII", 85),
            ("url/IdnaTestV2.json", "WPT IdnaTestV2",
             "the name in ASCII; letters that ICU does not know yet differ",
             96),
            ("registrable domains", "Public Suffix List",
             "the registrable domain", 100)):
        agreed, cases = counts[key]
        assert 100 * agreed >= least * cases, key
        record(suite, cases, agreed, note)


# What tells the charsets apart that share most of their bytes.
TELLING = {
    "UTF-8": ("カ", "utf-8"), "GBK": ("汉字", "gbk"),
    "gb18030": ("汉字", "gb18030"), "Big5": ("中文", "big5"),
    "EUC-JP": ("カゴ漢字", "euc_jp"), "EUC-KR": ("가나", "euc_kr"),
    "ISO-2022-JP": ("カゴ漢字", "iso2022_jp"),
    "Shift_JIS": ("カゴ漢字", "cp932"), "UTF-16LE": ("カ", "utf-16-le"),
    "UTF-16BE": ("カ", "utf-16-be"), "IBM866": ("При", "cp866"),
    "ISO-8859-8-I": ("שלום", "iso8859_8"), "macintosh": ("é", "mac_roman"),
    "x-mac-cyrillic": ("При", "mac_cyrillic"),
    "windows-874": ("ไทย", "cp874"), "KOI8-U": ("Їжак", "koi8_u"),
}


def sample_of(name):
    """A text that the charset tells from others, and its bytes."""
    if name in TELLING:
        text, codec = TELLING[name]
        return text, text.encode(codec)
    codec = name.lower().replace("windows-", "cp")
    data = bytes(b for b in range(0xe0, 0xf8)
                 if bytes([b]).decode(codec, "ignore"))
    return data.decode(codec), data


def test_every_label_of_browsers_is_known(decode, shared):
    with open(shared + "/data/charset/encodings.json") as f:
        groups = json.load(f)
    cases = agreed = 0
    wrong = []
    for one in (e for g in groups for e in g["encodings"]):
        # Kept out of browsers, not out of mail.
        if one["name"] in ("replacement", "x-user-defined"):
            continue
        text, data = sample_of(one["name"])
        for label in one["labels"]:
            cases += 1
            read = decode(label, data)
            if read["utf8"] == text:
                agreed += 1
            else:
                wrong.append((label, text, read))
    assert not wrong, wrong[:5]
    record("WHATWG encoding labels", cases, agreed,
           "a telling text under each label")


def index_of(path):
    """(pointer, character) of a WHATWG index."""
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                pointer, point = line.split()[:2]
                yield int(pointer), chr(int(point, 16))


@pytest.mark.parametrize("name, head, label, least", (
    ("jis0208", b"", "euc-jp", 99), ("jis0212", b"\x8f", "euc-jp", 99)))
def test_characters_of_jis_are_those_of_browsers(decode, shared, name, head,
                                                 label, least):
    wanted = []
    data = []
    for pointer, char in index_of(
            "%s/data/charset/index-%s.txt" % (shared, name)):
        row, cell = divmod(pointer, 94)
        if row < 94:
            wanted.append(char)
            data.append(head + bytes([row + 0xa1, cell + 0xa1]))
    read = decode(label, b"\n".join(data))["utf8"].split("\n")
    agreed = sum(a == b for a, b in zip(read, wanted))
    assert len(read) == len(wanted) and 100 * agreed >= least * len(wanted)
    record("WHATWG index %s" % name, len(wanted), agreed,
           "each character by its bytes in EUC-JP")
