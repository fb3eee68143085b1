/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_DRAFTHOST_H
#define RULE_DRAFTHOST_H

/*
 * What a name of a host in a report is worth: whether there can be such a
 * host, whose it is, and whether a draft must leave it out.
 */

#include <stdbool.h>

#include "rule/draftsort.h"

/* A site of those who analyse, warn and are cited. */
bool drafthost_is_reporter(struct str host);
/* Anybody may put a page there: it says nothing without a path. */
bool drafthost_is_shared(struct str host);
/* Kept for documents by RFC 2606, or as if it were. */
bool drafthost_is_example(struct str host);
/* An address, or below a suffix that there is. */
bool drafthost_is_real(struct str host);
/* Firms and offices do not rent throw-away names there. */
bool drafthost_is_established(struct str host);

/* As the engine compares it; masks as they are. */
struct str drafthost_normal(struct draft_maker *m, struct str host);

/* Reasons to leave a host out whatever it was found as; "" for none. */
struct str drafthost_stranger(struct draft_maker *m,
    const struct draft_seen *s, struct str host, struct str path);

#endif
