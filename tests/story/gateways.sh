#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The stories of mail servers and their protocols.
exec sh "$SEKISHO_SOURCE/tests/story/list.sh" gateways
