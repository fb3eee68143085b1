#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The stories of mail servers, stores and protocols.  They mostly wait for one
# another's clocks, so they are a test of their own that runs beside run.sh.
here=$SEKISHO_SOURCE/tests/story
if [ -n "${SEKISHO_STORIES:-}" ]; then
	echo "SKIP: only these were asked for: $SEKISHO_STORIES"
	exit 77
fi
SEKISHO_STORIES=$(cat "$here/gateways.list")
export SEKISHO_STORIES
exec sh "$here/run.sh"
