# SPDX-License-Identifier: Apache-2.0
"""sekisho fmt: one layout, and nothing that was said is lost."""

import json
import os
import random
import re
import shutil

import pytest

from test_cli import PACK, RULES, file_of, sekisho

yaml = pytest.importorskip("yaml", reason="needs python3-yaml to compare")

MESSY = """\
# yaml-language-server: $schema=pack-v1.json

# about the pack
kind:   campaign
pack: 1
tests:
- name: 本文   # why
  expect: match
  mail: {from: "A <a@b[.]example>",
         subject: x, body: "hxxps://www.bad[.]example/login/1"}
-   name: 無関係
    expect: clean
    mail:
        from: "A <a@b[.]example>"
        body: |
             こんにちは
               indented

               # no comment
# of the title
title: 見本
id: jp-sample-2026-03
revision: 1
tags: [zeta, alpha,  beta]
created: 2026-03-01



expires: 2099-06-01
severity: medium
confidence: medium
tlp: clear
references:
- 社内報告 2026-03-01
groups:
    # first
    landing:
        url: ["hxxps://www.bad[.]example/login/…", 'hxxps://b[.]example/x/']
        note: "two
          lines # no comment

          here"
    other:
            subject:
               - "[Sample] お支払いのお知らせ"
               - 'Re: ご請求の件について'
               - plain but long enough
            body: [あいうえおか, "かきくけこさ"]
            score: 2

when: >-
      landing

      or other
"""


class Plain(yaml.BaseLoader):
    """Every scalar as it is written."""


def said(node, path=()):
    """What a text says, whatever its layout."""
    if isinstance(node, dict):
        return {key: said(value, path + (key,))
                for key, value in sorted(node.items())}
    is_field = len(path) == 3 and path[0] in ("groups", "exceptions")
    if isinstance(node, list):
        if is_field and all(isinstance(one, str) for one in node):
            return [one.strip() for one in node]
        one = [said(value, path + ("-",)) for value in node]
        return sorted(one) if path == ("tags",) else one
    if is_field and "\n" in node:
        return [line.strip() for line in node.splitlines() if line.strip()]
    return [node.strip()] if is_field else node


def comments(text):
    """Of texts whose values hold no "#" but those marked "no comment"."""
    return sorted(line[line.index("#"):].strip()
                  for line in text.splitlines()
                  if "#" in line and "no comment" not in line)


def assert_same(before, after):
    assert said(yaml.load(before, Plain)) == said(yaml.load(after, Plain))
    assert comments(before) == comments(after)


def formatted(text):
    once = sekisho("fmt", "-", stdin=text.encode())[0]
    assert sekisho("fmt", "-", stdin=once.encode())[0] == once
    assert_same(text, once)
    return once


def test_a_messy_pack_is_laid_out():
    out = formatted(MESSY)
    lines = out.splitlines()
    keys = [line.split(":")[0] for line in lines
            if re.match("[a-z_]+:", line)]
    assert keys[:4] == ["pack", "kind", "id", "title"]
    assert keys[-3:] == ["groups", "when", "tests"]
    assert lines[0].startswith("# yaml-language-server")
    assert lines[lines.index("title: 見本") - 1] == "# of the title"
    assert "tags: [alpha, beta, zeta]" in lines
    at = lines.index("    url: |")
    assert lines[at + 1:at + 3] == [
        "      hxxps://www.bad[.]example/login/…",
        "      hxxps://b[.]example/x/"]
    assert all(len(line) - len(line.lstrip(" ")) <= 15 for line in lines)


def test_our_own_packs_are_laid_out_so():
    sekisho("fmt", "--check", RULES)


def test_files_are_changed_in_place_and_named(tmp_path):
    path = file_of(tmp_path, "a.pack.yaml", MESSY)
    other = file_of(tmp_path, "b.pack.yaml", formatted(MESSY))
    out, _ = sekisho("fmt", "--check", tmp_path, status=1)
    assert out == path + "\n"
    assert open(path).read() == MESSY
    diff, _ = sekisho("fmt", "--diff", tmp_path, status=1)
    assert diff.startswith("--- %s\n+++ %s\n@@ -" % (path, path))
    assert open(path).read() == MESSY
    assert sekisho("fmt", tmp_path)[0] == path + "\n"
    assert open(path).read() == open(other).read()
    assert sekisho("fmt", tmp_path)[0] == ""
    assert sorted(os.listdir(str(tmp_path))) == ["a.pack.yaml",
                                                 "b.pack.yaml"]


@pytest.mark.skipif(shutil.which("patch") is None,
                    reason="needs patch to apply a diff")
def test_a_diff_can_be_applied(tmp_path):
    import subprocess
    path = file_of(tmp_path, "a.pack.yaml", MESSY)
    diff, _ = sekisho("fmt", "--diff", path, status=1)
    subprocess.run(["patch", "-s", path], input=diff.encode(), check=True)
    sekisho("fmt", "--check", path)


def test_what_cannot_be_read_is_left_alone(tmp_path):
    path = file_of(tmp_path, "a.pack.yaml", "title: [x\nid: y\n")
    _, err = sekisho("fmt", path, status=2)
    assert "[Y01]" in err
    assert open(path).read() == "title: [x\nid: y\n"


def random_value(r, n):
    words = ["お支払い", "確認", "[spam]", "Re: x", "a,b", "it's", "“引用”",
             "100%", "…", "@", "*", "&x", "!", "- y", "{z}", "|", ">"]
    return " ".join(r.choice(words) for _ in range(r.randint(1, n)))


def quoted(r, value):
    if r.random() < .5:
        return "'" + value.replace("'", "''") + "'"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def random_list(r, pad, values):
    style = r.randint(0, 3)
    if style == 0:
        return " [" + ", ".join(quoted(r, v) for v in values) + "]\n"
    if style == 1:
        deep = " " * (pad + r.randint(1, 5))
        return " |\n" + "".join(deep + v + "\n" for v in values)
    deep = " " * (pad + r.randint(0, 4))
    comment = "" if style == 2 else "  # reason %d" % r.randint(0, 9)
    return "\n" + "".join("%s-%s%s%s\n" % (
        deep, " " * r.randint(1, 3), quoted(r, v), comment) for v in values)


def random_pack(seed):
    r = random.Random(seed)
    step = r.randint(1, 6)
    parts = ["pack: 1\n", "kind: campaign\n", "id: x-%d\n" % seed,
             "title: %s\n" % quoted(r, random_value(r, 4)),
             "created: 2026-03-01%s\n" % r.choice(["", "  # day"]),
             "tags: [%s]\n" % ", ".join(r.sample(["b", "a", "c-d", "z"], 3)),
             "when: >-\n%sa or\n%s b\n" % (" " * step, " " * step),
             "say: \"one\n  two\\\n   # no comment\n\n  three\"\n"]
    groups = "groups:\n"
    for name in "ab":
        groups += "%s# group %s\n" % (" " * step, name) \
            if r.random() < .5 else ""
        groups += " " * step + name + ":\n"
        for field in r.sample(["subject", "body", "url.host", "from.name"],
                              3):
            values = [random_value(r, 3) for _ in range(r.randint(1, 4))]
            values = [v for v in values if v[0] not in " #"]
            groups += " " * (2 * step) + field + ":" + \
                random_list(r, 2 * step, values)
            if r.random() < .3:
                groups += "\n" * r.randint(1, 3)
    parts.append(groups)
    parts.append("tests:\n" + "".join(
        "%s- name: t%d\n%s  mail:\n%s     body: |%s\n%s       x\n%s         y\n"
        % (((" " * step,) * 1) + (n, " " * step, " " * step,
            r.choice(["", "-", "+"]), " " * step, " " * step))
        for n in range(2)))
    r.shuffle(parts)
    return "".join(("# note %d\n" % i if r.random() < .3 else "") + part
                   for i, part in enumerate(parts))


def test_generated_packs_keep_all_they_say(tmp_path):
    texts = {}
    for seed in range(300):
        path = file_of(tmp_path, "%03d.pack.yaml" % seed, random_pack(seed))
        texts[path] = open(path).read()
    out, err = sekisho("fmt", tmp_path)
    assert err == "" and len(out.splitlines()) > 250
    sekisho("fmt", "--check", tmp_path)
    for path, before in texts.items():
        assert_same(before, open(path).read())


def test_what_was_changed_comes_as_json(tmp_path):
    good = file_of(tmp_path, "a.pack.yaml", PACK)
    sekisho("fmt", good)
    ugly = file_of(tmp_path, "b.pack.yaml", PACK.replace(
        "pack: 1\nkind: campaign\n", "kind: campaign\npack: 1\n"))
    bad = file_of(tmp_path, "c.pack.yaml", "pack: [\n")
    told = json.loads(sekisho("fmt", "--check", "--json", tmp_path,
                              status=2)[0])
    assert told == {"changed": [ugly], "left": [bad]}
    told = json.loads(sekisho("fmt", "--json", ugly)[0])
    assert told == {"changed": [ugly], "left": []}
    told = json.loads(sekisho("fmt", "--json", ugly)[0])
    assert told == {"changed": [], "left": []}
    _, err = sekisho("fmt", "--json", "-", stdin=PACK.encode(), status=2)
    assert "--check" in err


def test_the_tests_of_a_pack_come_as_json(tmp_path):
    pack = file_of(tmp_path, "a.pack.yaml", PACK)
    for words, stdin in (((pack,), b""), (("-",), PACK.encode())):
        told = json.loads(sekisho("sample", "--json", *words,
                                  stdin=stdin)[0])
        assert [one["expect"] for one in told["tests"]] == ["match", "clean"]
