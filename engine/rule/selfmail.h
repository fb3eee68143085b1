/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SELFMAIL_H
#define RULE_SELFMAIL_H

/*
 * The mail that an indicator itself describes: its text as written, defanging
 * undone, masks and placeholders filled, put where its field looks.  Made
 * without the reader of patterns, so that the two check each other.
 */

#include "base/str.h"
#include "rule/pack.h"

struct arena;

struct selfmail {
	struct pack_test test; /* for rebuild_test */
	struct str variant;    /* the charset to write it in, or "" */
	struct str skip;       /* why no mail can be made of it, or "" */
};

void selfmail_make(struct selfmail *out, struct arena *a,
    const struct value *v);

#endif
