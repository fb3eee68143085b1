# SPDX-License-Identifier: Apache-2.0
"""doc/tutorial.md, run: each command of the page, in order, in one folder;
each line shown below a command is in what it prints."""

import os
import re
import subprocess

from daemon import program, source_folder

PAGE = os.path.join(source_folder(), "doc", "tutorial.md")
REPORT = os.path.join("reports", "jcom-unpaid-2022-08.txt")
STATUS = re.compile(r"^\[exit status (\d+)\]$")


def steps():
    """(command, wanted status, lines shown) of every console block."""
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", page, re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append([line[2:], 0, []])
            elif STATUS.match(line):
                found[-1][1] = int(STATUS.match(line).group(1))
            else:
                found[-1][2].append(line)
    return found


def keep_mail(folder):
    """Forty mails that nobody minds, and the lure."""
    (folder / "inbox" / "2026").mkdir(parents=True)
    for i in range(40):
        (folder / "inbox" / "2026" / ("%d.eml" % i)).write_text(
            "From: a@b.example\nSubject: lunch %d\n\nat noon\n" % i)
    (folder / "reported").mkdir()
    (folder / "reported" / "lure.eml").write_text(
        "From: J:COM <info@sender.example>\n"
        "Subject: JCOM ご請求書が未払いの状態です\n"
        "Content-Type: text/plain; charset=utf-8\n\n"
        "支払い方法は無効だ\nhttps://pay.other-site.example/\n")


def test_every_command_of_the_tutorial_does_what_the_page_says(shared,
                                                               tmp_path):
    with open(os.path.join(shared, REPORT), encoding="utf-8") as file:
        (tmp_path / "report.txt").write_text(file.read())
    keep_mail(tmp_path / "mail")
    tools = os.path.dirname(program("sekisho"))
    env = dict(os.environ, LC_ALL="C.UTF-8",
               PATH=tools + os.pathsep + os.environ["PATH"],
               SEKISHO_PACKS=os.path.join(source_folder(), "rules"))
    done = steps()
    assert len(done) >= 15
    for command, status, lines in done:
        ran = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=env,
                             capture_output=True, text=True, timeout=120)
        out = ran.stdout + ran.stderr
        assert ran.returncode == status, (command, out)
        for line in lines:
            assert line in out, (command, line, out)


def test_the_tutorial_shows_the_steps_in_order():
    words = [command.split()[1] for command, _, _ in steps()
             if command.startswith("sekisho ")]
    order = ["draft", "check", "fmt", "test", "promote", "scan"]
    assert [words.index(word) for word in order] == \
        sorted(words.index(word) for word in order)
