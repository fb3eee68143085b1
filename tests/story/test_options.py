# SPDX-License-Identifier: Apache-2.0
"""What --help says of each command is what the manual page and the
completions say: the same options, and the same words for their values."""
import os
import re
import subprocess

import pytest

from daemon import program, source_folder

SOURCE = source_folder()
PLACES = os.path.join(SOURCE, "contrib", "completion")
# Of every command, told once.
COMMON = {"--color", "--help"}


def read(*parts):
    with open(os.path.join(SOURCE, *parts)) as file:
        return file.read()


def told(*words):
    done = subprocess.run([program("sekisho"), *words], capture_output=True,
                          text=True, check=True, stdin=subprocess.DEVNULL)
    return done.stdout


COMMANDS = re.findall(r"^  ([a-z]+) ", told("--help"), re.M)


def options(command):
    """{"--as": {"list", "pack"}, "--at": set()}"""
    found = {}
    for name, value in re.findall(r"^ +(?:-\w, )?(--[a-z-]+) ?([^\s]*)",
                                  told(command, "--help"), re.M):
        found[name] = words_of(value)
    return found


def words_of(value):
    words = value.strip("[]").split("|")
    return set(words) if len(words) > 1 and value.islower() else set()


def section(command):
    manual = read("doc", "sekisho.1").replace("\\-", "-")
    match = re.search(r"^\.SS sekisho %s .*?(?=^\.S[SH] )" % command, manual,
                      re.M | re.S)
    assert match, command
    return match.group(0)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_manual_has_the_options_of_help_and_no_others(command):
    shown = set(re.findall(r"^\.(?:B|BI|BR)\b.*?(--[a-z-]+)", "\n".join(
        heads(section(command))), re.M))
    assert shown - COMMON == set(options(command)) - COMMON


def heads(text):
    """The lines that begin the entry of an option."""
    lines = text.splitlines()
    return [line for before, line in zip(lines, lines[1:])
            if before == ".TP" or before.startswith(".TQ")]


def completed(*words):
    """What bash offers behind these words."""
    script = r"""
_init_completion() {
    words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD
    cur=${words[cword]}; prev=${words[cword-1]}; split=false
}
_filedir() { COMPREPLY+=(FILE); }
_known_hosts_real() { COMPREPLY+=(HOST); }
__ltrim_colon_completions() { :; }
compopt() { :; }
. "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
"_$1"
printf '%s\n' "${COMPREPLY[@]}"
"""
    env = dict(os.environ, PATH=os.path.dirname(program("sekisho")) + ":" +
               os.environ["PATH"])
    done = subprocess.run(["bash", "-c", script, "bash",
                           os.path.join(PLACES, "bash", words[0]),
                           *words], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_bash_knows_the_commands():
    assert completed("sekisho", "") == set(COMMANDS) | {"help", "--help",
                                                        "--version"}


@pytest.mark.parametrize("command", COMMANDS)
def test_bash_has_the_options_of_help_and_no_others(command):
    offered = {word.rstrip("=") for word in
               completed("sekisho", command, "--")}
    assert offered - COMMON == set(options(command)) - COMMON


@pytest.mark.parametrize("command", COMMANDS)
def test_bash_has_the_words_of_values(command):
    """The kinds of a list were never offered: those of packs stood first."""
    for name, words in options(command).items():
        if words:
            assert completed("sekisho", command, name, "") == words, name


def zsh_part(command):
    text = read("contrib", "completion", "zsh", "_sekisho")
    parts = re.split(r"^\t([a-z|]+)\)$", text, flags=re.M)
    for names, body in zip(parts[1::2], parts[2::2]):
        if command in names.split("|"):
            return body.split(";;")[0]
    return ""


@pytest.mark.parametrize("command", COMMANDS)
def test_zsh_has_the_options_of_help_and_no_others(command):
    part = zsh_part(command)
    offered = set(re.findall(r"(--[a-z-]+)[=\[}]", part))
    if "$packs" in part:
        offered.add("--packs")
    assert offered - COMMON == set(options(command)) - COMMON
    for name, words in options(command).items():
        match = re.search(r"%s=?\[[^]]*\]:[^:]*:\(([^)]*)\)" % name, part)
        if words and name not in COMMON:
            assert match and set(match.group(1).split()) == words, name


def test_zsh_knows_the_commands():
    text = read("contrib", "completion", "zsh", "_sekisho")
    assert set(re.findall(r"^\t\t'([a-z]+):", text, re.M)) == \
        set(COMMANDS) | {"help"}


# sekishod, whose options are its settings.

HELP = subprocess.run([program("sekishod"), "--help"], capture_output=True,
                      text=True, check=True).stdout
SETTINGS = re.findall(r"^  --([a-z_.]+) ", HELP, re.M)
FLAGS = re.findall(r"^  (-\w), (--[a-z]+) ", HELP, re.M)


def daemon_words(setting):
    """What it must be one of, as it says itself; none: no such thing."""
    done = subprocess.run([program("sekishod"), "-t", "--%s=@" % setting,
                           "--packs", os.path.join(SOURCE, "rules")],
                          capture_output=True, text=True, check=False)
    said = re.search(r"--%s must be one of (.*?), not" % setting, done.stderr)
    return set(said.group(1).split(", ")) if said else set()


DAEMON_WORDS = {name: daemon_words(name) for name in SETTINGS}


def test_bash_has_the_options_of_the_daemon_and_no_others():
    assert len(SETTINGS) > 100 and len(FLAGS) == 5
    wanted = {"--" + name for name in SETTINGS}
    for pair in FLAGS:
        wanted |= set(pair)
    assert completed("sekishod", "-") == wanted
    assert completed("sekishod", "--dns.l") == {"--dns.links",
                                                "--dns.list_queries"}


def test_bash_has_the_words_of_the_daemons_settings():
    assert sum(map(bool, DAEMON_WORDS.values())) > 20
    for name, words in DAEMON_WORDS.items():
        got = completed("sekishod", "--" + name, "")
        if words:
            assert got == words, name
        elif name not in ("lang", "user"):
            assert got <= {"FILE"}, name
    assert completed("sekishod", "--lang", "") == {"ja", "en"}
    assert completed("sekishod", "--user", "roo") == {"root"}
    assert completed("sekishod", "-c", "") == {"FILE"}


def test_zsh_has_the_options_and_words_of_the_daemon():
    text = read("contrib", "completion", "zsh", "_sekishod")
    offered = re.findall(r"--([a-z_.]+)=\[", text)
    assert sorted(offered) == sorted(SETTINGS)
    for short, name in FLAGS:
        assert "'(%s %s)'{%s,%s" % (short, name, short, name) in text
    measures = "".join(re.findall(r"measures\+?='([^']*)'", text))
    for name, words in DAEMON_WORDS.items():
        match = re.search(r"--%s=\[.*\]:word:\((.*)\)" % name, text)
        if words:
            assert match, name
            shown = match.group(1).replace("$measures", measures)
            assert set(shown.split()) == words, name
