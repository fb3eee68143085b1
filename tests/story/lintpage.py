# SPDX-License-Identifier: Apache-2.0
"""doc/lint.md, made from `sekisho explain --json` (make lint-page)."""

import json
import sys

HEAD = """\
# What `sekisho check` finds

Made by `make lint-page` from the table that `sekisho explain` prints: do not
edit. E is an error, W a warning (an error with `--strict`), N a note. Codes are
stable; `# sekisho: ignore I04 (the reason)` on the line above silences one.
Lines of an example that begin with two blanks stand under `groups:`.
"""


def page(codes):
    lines = [HEAD, "| code | | |", "|---|---|---|"]
    for c in codes:
        lines.append("| [%s](#%s) | %s | %s |" % (
            c["code"], c["code"].lower(), c["level"][0].upper(),
            c["text"].replace("|", "\\|")))
    for c in codes:
        lines += ["", "## %s" % c["code"], "",
                  "%s: %s." % (c["level"].capitalize(), c["text"]), "",
                  c["why"]]
        if c["by"] != "sekisho check":
            lines += ["", "Found by: %s." % c["by"]]
        for title, key in (("Found in:", "before"), ("Mended:", "after")):
            if c[key]:
                lines += ["", title, "", "```yaml", c[key].rstrip("\n"),
                          "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page(json.load(sys.stdin)))
