/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_SEEN_H
#define CHECK_SEEN_H

/*
 * When the store first saw the domain in From, and with how many messages.
 * Gives no points by itself: packs may use the facts, people read them.
 */

#include "scan/check.h"

extern const struct check check_seen;

#endif
