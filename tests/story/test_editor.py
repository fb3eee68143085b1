# SPDX-License-Identifier: Apache-2.0
"""The schema in the hands of a real YAML language server."""

import datetime
import json
import os
import re
import shutil
import subprocess

import pytest

from test_cli import PACK, RULES, SOURCE, sekisho

SERVER = "yaml-language-server@1.19.2"   # runs on Node.js 18 and later


def installed():
    """The server's program, installed into the build folder; or why not."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("needs Node.js and npm")
    folder = os.path.join(os.environ["SEKISHO_BUILD"], "editor-npm")
    program = os.path.join(folder, "node_modules", "yaml-language-server",
                           "bin", "yaml-language-server")
    if not os.path.exists(program):
        os.makedirs(folder, exist_ok=True)
        try:
            done = subprocess.run(
                [npm, "install", "--no-audit", "--no-fund",
                 "--ignore-scripts", "--prefix", folder, SERVER],
                capture_output=True, text=True, timeout=180)
        except subprocess.TimeoutExpired:
            pytest.skip("npm did not answer")
        if done.returncode != 0 or not os.path.exists(program):
            pytest.skip("npm cannot install %s: %s"
                        % (SERVER, done.stderr.strip()[-200:]))
    return program


class Editor:
    """What an editor says to a language server, and hears."""

    def __init__(self, program, schema):
        self.server = subprocess.Popen(
            ["node", program, "--stdio"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.number = 0
        self.diagnostics = {}
        self.settings = {"yaml": {
            "schemas": {"file://" + schema: "*.pack.yaml"},
            "schemaStore": {"enable": False}, "validate": True,
            "completion": True, "hover": True}}
        self.ask("initialize", {
            "processId": None, "rootUri": None, "capabilities": {
                "textDocument": {"publishDiagnostics": {}, "hover": {
                    "contentFormat": ["plaintext"]}},
                "workspace": {"configuration": True}}})
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration",
                  {"settings": self.settings})

    def send(self, message):
        message["jsonrpc"] = "2.0"
        body = json.dumps(message).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body)
                                + body)
        self.server.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def hear(self):
        length = 0
        while True:
            line = self.server.stdout.readline()
            assert line, "the server has gone"
            if line == b"\r\n":
                break
            name, value = line.split(b":", 1)
            if name.lower() == b"content-length":
                length = int(value)
        message = json.loads(self.server.stdout.read(length))
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = \
                message["params"]["diagnostics"]
        elif method is not None and "id" in message:
            result = [self.settings.get(item.get("section"), None)
                      for item in message["params"]["items"]] \
                if method == "workspace/configuration" else None
            self.send({"id": message["id"], "result": result})
        return message

    def ask(self, method, params):
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            message = self.hear()
            if message.get("id") == self.number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def open(self, name, text):
        uri = "file:///packs/" + name
        self.diagnostics.pop(uri, None)
        self.tell("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": "yaml", "version": 1, "text": text}})
        return uri

    def findings(self, name, text):
        uri = self.open(name, text)
        while uri not in self.diagnostics:
            self.hear()
        return [(d["range"]["start"]["line"] + 1, d["message"])
                for d in self.diagnostics[uri]]

    def at(self, method, uri, line, column):
        return self.ask(method, {
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": column}})

    def close(self):
        self.server.stdin.close()
        self.server.terminate()
        self.server.wait(timeout=120)
        self.server.stdout.close()


@pytest.fixture(scope="module")
def editor(tmp_path_factory):
    program = installed()
    schema = str(tmp_path_factory.mktemp("schema") / "pack-v1.json")
    with open(schema, "w") as file:
        file.write(sekisho("schema")[0])
    one = Editor(program, schema)
    yield one
    one.close()


def test_the_schema_is_json_and_helps_with_every_key():
    schema = json.loads(sekisho("schema")[0])
    silent = []

    def look(node, path):
        if isinstance(node, list):
            for one in node:
                look(one, path)
        if not isinstance(node, dict):
            return
        for key, value in node.items():
            if key == "properties" and "allOf" not in path:
                silent.extend(
                    "%s.%s" % (path, name) for name, one in value.items()
                    if isinstance(one, dict) and "description" not in one
                    and not path.endswith(("age", "count", "reputation")))
            look(value, path + "/" + key)
    look(schema, "")
    assert silent == [], "write their help in engine/rule/schemahelp.c"
    assert schema["properties"]["kind"]["enum"][0] == "campaign"
    assert "from.domain" in schema["$defs"]["group"]["properties"]


def test_our_own_packs_and_new_ones_have_no_findings(editor):
    for folder, _, names in os.walk(RULES):
        for name in names:
            if not name.endswith(".pack.yaml"):
                continue
            with open(os.path.join(folder, name)) as file:
                assert editor.findings(name, file.read()) == [], name
    for kind in ("campaign", "brands", "library"):
        text = sekisho("new", "--kind", kind, "jp-new")[0]
        assert editor.findings("new-%s.pack.yaml" % kind, text) == []


PLANTED = [
    ("revision: 1\n", "revision: 1\nrevision: 2\n", "[Kk]ey"),
    ("severity: high", "severity: hgih", "info|high"),
    ("    url: hxxps", "    from_domain: a.example\n    url: hxxps",
     "from_domain"),
    ("    url: hxxps", "    subject: 件名: 大切なお知らせ\n    url: hxxps",
     "."),
    ("created: 2026-03-01", "created: 2026/3/1", "pattern"),
    ("tlp: clear\n", "", "tlp"),
    ("    url: hxxps", "    from.domain: *.bad.example\n    url: hxxps",
     "."),
]


@pytest.mark.parametrize("right, wrong, told", PLANTED)
def test_each_planted_mistake_is_found_at_its_line(editor, right, wrong, told):
    number = PLANTED.index((right, wrong, told))
    text = PACK.replace(right, wrong, 1)
    assert text != PACK
    found = editor.findings("planted-%d.pack.yaml" % number, text)
    line = text[:PACK.index(right)].count("\n") + 1
    assert any(abs(at - line) <= 1 or told == "tlp" for at, _ in found), found
    assert any(re.search(told, message) for _, message in found), found
    # The engine finds it too.
    sekisho("check", "-", stdin=text.encode(), status=2)


def test_keys_and_words_are_completed(editor):
    text = PACK.replace("    score: 7\n", "    score: 7\n    \n")
    uri = editor.open("complete.pack.yaml", text)
    line = text.split("\n").index("    ")
    result = editor.at("textDocument/completion", uri, line, 4)
    labels = {item["label"] for item in result["items"]}
    assert {"from.domain", "subject", "want", "url.path"} <= labels
    text = PACK.replace("severity: high", "severity: ")
    uri = editor.open("words.pack.yaml", text)
    line = text.split("\n").index("severity: ")
    result = editor.at("textDocument/completion", uri, line, 10)
    assert {"low", "critical"} <= {item["label"].strip()
                                   for item in result["items"]}


def test_a_key_under_the_pointer_is_explained(editor):
    uri = editor.open("hover.pack.yaml", PACK)
    line = PACK.split("\n").index("confidence: medium")
    told = json.dumps(editor.at("textDocument/hover", uri, line, 3))
    assert "how sure the author is" in told
    line = PACK.split("\n").index(next(
        one for one in PACK.split("\n") if one.startswith("    url:")))
    told = json.dumps(editor.at("textDocument/hover", uri, line, 5))
    assert "a whole URL" in told


def test_the_snippets_for_editors_name_the_schema():
    folder = os.path.join(SOURCE, "contrib", "editor")
    with open(os.path.join(folder, "vscode-settings.json")) as file:
        assert "*.pack.yaml" in str(json.load(file)["yaml.schemas"])
    with open(os.path.join(folder, "nvim-sekisho.lua")) as file:
        assert "*.pack.yaml" in file.read()


@pytest.mark.parametrize("kind", ["campaign", "brands", "library"])
def test_a_new_pack_passes_check_fmt_and_its_own_tests(kind, tmp_path):
    path = str(tmp_path / "x.pack.yaml")
    text = sekisho("new", "--kind", kind, "jp-new-2026", "--title",
                   "it's: #1")[0]
    with open(path, "w") as file:
        file.write(text)
    sekisho("check", "--strict", path)
    sekisho("fmt", "--check", path)
    assert datetime.date.today().isoformat()[:4] in text
    if kind != "library":
        sekisho("test", path)


def test_a_bad_id_is_refused():
    _, err = sekisho("new", "JP Sample", status=2)
    assert "lower-case" in err
