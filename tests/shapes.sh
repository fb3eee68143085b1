#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every member of the structs that a pack is made of has a row in
# engine/rule/packshape.c.  A bool without one hides between others: no size
# and no offset shows it, and it is lost in the image.  With a row taken out it
# must fail, and that is tried too.
set -u
cd "${srcdir:-.}" || exit 99

# The names of the members of struct $1.
members() {
	cat engine/base/*.h engine/rule/*.h | awk -v head="struct $1 {" '
	$0 == head { inside = 1; next }
	/^};/ { inside = 0 }
	inside { text = text " " $0 }
	END {
		gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", text)
		n = split(text, parts, ";")
		for (i = 1; i < n; i++) {
			m = split(parts[i], names, ",")
			for (k = 1; k <= m; k++) {
				sub(/\[.*/, "", names[k])
				sub(/.*[ *\t)]/, "", names[k])
				print names[k]
			}
		}
	}'
}

# Prints each fault of the table in file $1.
faults() {
	for struct in $(sed -n 's/.* = SHAPE(\(.*\));/\1/p' "$1"); do
		for member in $(members "$struct"); do
			grep -q "($struct, $member[,)]" "$1" ||
			    echo "struct $struct: $member has no row in $1"
		done
	done
}

table=engine/rule/packshape.c
found=$(faults "$table")
planted=${TMPDIR:-/tmp}/shapes.$$
grep -v 'BOOL(group, is_disabled)' "$table" > "$planted"
seen=$(faults "$planted")
rm -f "$planted"
case $seen in
"struct group: is_disabled has no row"*) ;;
*)
	echo "a row that is missing is not seen: $seen"
	exit 1
esac
[ -z "$found" ] && exit 0
echo "$found"
exit 1
