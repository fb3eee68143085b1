/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_DRAFTRELAY_H
#define RULE_DRAFTRELAY_H

/*
 * The host that handed a mail in, as a report tells of it: its address, its
 * names, a line of Received.
 */

#include "rule/draftsort.h"

/* field: "ip", "helo" or "rdns". */
void draftrelay_add(struct draft_maker *m, const char *field,
    struct str text, uint32_t line);

/* "example.cn (from unknown HELO example.cn)", "x.com (from new194)"; in
 * prose, where a word may follow, only what looks like a name. */
void draftrelay_sent_from(struct draft_maker *m, struct str value,
    uint32_t line, bool is_prose);

/* A Received line, its folds joined. */
void draftrelay_received(struct draft_maker *m, struct str value,
    uint32_t line);

#endif
