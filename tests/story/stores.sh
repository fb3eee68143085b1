#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The stories of Redis, and of what several servers share.
exec sh "$SEKISHO_SOURCE/tests/story/list.sh" stores
