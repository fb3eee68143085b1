#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Gives every fuzz target its corpus: what was once found stays found.  The
# packs and the corpus of mails serve as seeds too.
set -u
status=0
n=0
for target in tests/fuzz/fuzz_*; do
	[ -x "$target" ] && [ -f "$target" ] || continue
	case $target in *.c | *.o) continue ;; esac
	noun=${target##*/fuzz_}
	set --
	for seeds in "$SEKISHO_SOURCE/tests/corpus/fuzz/$noun" \
	    "$SEKISHO_SOURCE/tests/corpus/seeds/$noun"; do
		[ -d "$seeds" ] && set -- "$@" "$seeds"
	done
	# The rules themselves are good seeds, and never absent.
	set -- "$@" "$SEKISHO_SOURCE/rules"
	if "$target" "$@" > "fuzz_$noun.out" 2>&1; then
		echo "$noun: $(tail -n 1 "fuzz_$noun.out")"
		rm -f "fuzz_$noun.out"
	else
		echo "FAIL: $noun"
		tail -n 40 "fuzz_$noun.out"
		status=1
	fi
	n=$((n + 1))
done
[ "$n" -gt 0 ] || { echo "FAIL: no fuzz target was built"; exit 1; }
exit $status
