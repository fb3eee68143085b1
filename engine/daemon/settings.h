/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SETTINGS_H
#define DAEMON_SETTINGS_H

/*
 * The setting settings: a list of rules, each with conditions (rcpt, user,
 * network, listener, direction, id) and with what it changes, under the names
 * that the daemon's own settings have.
 */

#include "scan/policy.h"

struct diags;
struct node;

enum { RULES_MOST = 1000 };

/* What is wrong goes to d.  Texts live in the arena. */
void settings_rules_read(policy_rule_list *out, struct arena *a,
    const struct node *list, struct diags *d);

#endif
