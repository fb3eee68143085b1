#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# search.sh SECONDS TARGET...: runs each libFuzzer target for so long,
# starting from its corpus.  Findings stay in found/NOUN-*.
set -u
seconds=$1
shift
source=${SEKISHO_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
mkdir -p found
status=0

search() {
	noun=${1##*/fuzz_}
	mkdir -p "work/$noun"
	set -- "$1" "work/$noun"
	for seeds in "$source/tests/corpus/fuzz/$noun" \
	    "$source/tests/corpus/seeds/$noun" "$source/rules"; do
		[ -d "$seeds" ] && set -- "$@" "$seeds"
	done
	dict=$source/tests/fuzz/$noun.dict
	[ -f "$dict" ] && set -- "$@" "-dict=$dict"
	"$@" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 \
	    -max_len=65536 -artifact_prefix="found/$noun-" \
	    -print_final_stats=1 > "found/$noun.log" 2>&1
}

for target in "$@"; do
	if search "$target"; then
		word=clean
	else
		word=FOUND
		status=1
	fi
	noun=${target##*/fuzz_}
	runs=$(sed -n 's/^stat::number_of_executed_units: //p' "found/$noun.log")
	echo "$noun: $word, ${runs:-?} inputs in $seconds s"
done
exit $status
