#!/bin/sh
# Makes configure and the Makefile templates.  Needs autoconf, automake and
# pkg-config's m4 macros; run it once after a clone.
set -eu
cd "$(dirname "$0")"
for tool in autoreconf automake pkg-config; do
	if ! command -v "$tool" >/dev/null 2>&1; then
		echo "autogen.sh: $tool is missing; on Debian:" \
		    "apt-get install autoconf automake pkg-config" >&2
		exit 1
	fi
done
autoreconf --force --install --warnings=all,no-obsolete
