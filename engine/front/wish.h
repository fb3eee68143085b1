/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_WISH_H
#define FRONT_WISH_H

/*
 * What a gateway wants to hold for one message, as rspamd's header Settings
 * has it: {"actions": {"reject": 12, "add header": null}}.  Thresholds are
 * taken; symbols, groups and the rest of what rspamd has there are not known
 * here.
 */

#include "base/str.h"

struct arena;
struct policy_rule;

/* In the arena; NULL when it says nothing that is known. */
const struct policy_rule *wish_read(struct arena *a, struct str json);

#endif
