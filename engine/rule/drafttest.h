/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_DRAFTTEST_H
#define RULE_DRAFTTEST_H

/* The tests of a drafted pack: the mail as described, and mails that must
 * stay clean. */

#include <stddef.h>

#include "rule/draft.h"

/* kept: values of each group in the pack. */
void drafttest_write(struct buf *to, struct arena *a, const struct draft *d,
    const size_t kept[DRAFT_GROUPS]);

const char *draft_group_name(enum draft_group group);

#endif
