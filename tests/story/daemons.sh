#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The stories of what befalls a daemon: attacks, faults, dead workers.
exec sh "$SEKISHO_SOURCE/tests/story/list.sh" daemons
