#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the stories that NAME.list names.  They mostly wait for one another's
# clocks, so each list is a test of its own that runs beside run.sh.
if [ -n "${SEKISHO_STORIES:-}" ]; then
	echo "SKIP: only these were asked for: $SEKISHO_STORIES"
	exit 77
fi
here=$SEKISHO_SOURCE/tests/story
SEKISHO_STORIES=$(cat "$here/$1.list")
export SEKISHO_STORIES
exec sh "$here/run.sh"
