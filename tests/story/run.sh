#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the stories with pytest, all but those of a list; skipped, and said so,
# where there is none.
if [ -z "${PYTEST:-}" ]; then
	echo "SKIP: no Python with pytest; on Debian: apt-get install python3-pytest"
	exit 77
fi
# Compiled Python files stay out of the source tree.
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
# SEKISHO_STORIES names some of the files.
cd "$SEKISHO_SOURCE/tests/story" || exit 1
if [ -z "${SEKISHO_STORIES:-}" ]; then
	listed=$(cat ./*.list)
	SEKISHO_STORIES=$(printf '%s\n' test_*.py | grep -vxF -e "$listed")
fi
# shellcheck disable=SC2086 # words: a command with arguments, names of files
$PYTEST -q -ra -p no:cacheprovider --tb=short $SEKISHO_STORIES
status=$?
# No test collected is no success.
exit $status
