/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_SHIPPED_H
#define CHECK_SHIPPED_H

/*
 * All checks of this folder, for who has no configuration to choose from:
 * the table of facts, and a message judged again.  Lists of the DNS are not
 * among them: theirs is made of the configuration (check/dnslists.h).
 */

#include <stddef.h>

#include "rule/fact.h"
#include "scan/check.h"

extern const struct check *const checks_shipped[];
extern const size_t n_checks_shipped;

/* Adds what they give. */
void checks_declare(struct fact_table *table);

#endif
