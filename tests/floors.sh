#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reads every #include below engine/ and plugins/ and fails on one that looks
# upward or sideways, or that brings a library into a folder that is not its
# home or into any header.  With a planted fault it must fail, and that is
# tried too.
set -u
src=${srcdir:-.}

# Prints each fault; silent when the tree at $1 keeps to its floors.
faults() {
	(cd "$1" && find engine plugins -name '*.[ch]' 2>/dev/null) | sort |
	while read -r file; do
		sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*\([<"][^>"]*\).*/\1/p' \
		    "$1/$file" | sed "s|^|$file |"
	done | awk '
	BEGIN {
		split("base 0 conf 1 mail 1 net 1 rule 2 scan 3 check 4 " \
		    "plugins 4 front 5 daemon 6 cli 7", word, " ")
		for (i = 1; i in word; i += 2)
			floor[word[i]] = word[i + 1]
		home["event2"] = "net"; home["event.h"] = "net"
		home["yaml.h"] = "conf"; home["unicode"] = "mail"
		home["libpsl.h"] = "mail"; home["pcre2.h"] = "rule"
		home["hs"] = "rule"; home["hs.h"] = "rule"
		home["lmdb.h"] = "net"; home["hiredis"] = "net"
		home["ares.h"] = "net"; home["xxhash.h"] = "base"
		home["openssl"] = "base net check"; home["jansson.h"] = "front cli"
		home["zstd.h"] = "front"; home["maxminddb.h"] = "check"
	}
	function folder(path,    part) {
		split(path, part, "/")
		return part[1] == "plugins" ? "plugins" : \
		    part[1] == "engine" && part[3] != "" ? part[2] : part[1]
	}
	{
		from = folder($1)
		name = substr($2, 2)
		split(name, part, "/")
		if (substr($2, 1, 1) == "<") {
			if (!(part[1] in home))
				next
			if ((" " home[part[1]] " ") !~ (" " from " "))
				print $1 ": " name " belongs in " home[part[1]]
			if ($1 ~ /[.]h$/)
				print $1 ": " name " must not stand in a header"
			next
		}
		to = part[1]
		if (name == "plugin.h" || from == "engine" || to == from)
			next
		if (!(to in floor))
			print $1 ": " name " is in no folder of the engine"
		else if (floor[to] >= floor[from])
			print $1 ": " name " is not below " from
		else if (from == "rule" && to == "net")
			print $1 ": matching never waits, so rule never uses net"
	}'
}

found=$(faults "$src")
if [ -n "$found" ]; then
	echo "$found"
	echo "FAIL: includes that break the floors"
	exit 1
fi

planted=$(mktemp -d) || exit 1
trap 'rm -rf "$planted"' EXIT
mkdir -p "$planted/engine/mail" "$planted/engine/rule" "$planted/engine/conf"
echo '#include "rule/fact.h"' > "$planted/engine/mail/up.c"
echo '#include "conf/node.h"' > "$planted/engine/mail/side.c"
echo '#include "net/loop.h"' > "$planted/engine/rule/wait.c"
echo '#include <pcre2.h>' > "$planted/engine/conf/stray.c"
echo '#include <pcre2.h>' > "$planted/engine/rule/leak.h"
echo '#include "base/str.h"' > "$planted/engine/mail/fine.c"
n=$(faults "$planted" | wc -l)
if [ "$n" -ne 5 ]; then
	faults "$planted"
	echo "FAIL: of 5 planted faults $n were found"
	exit 1
fi
echo "PASS: floors"
