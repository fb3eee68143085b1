/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_REPLY_H
#define FRONT_REPLY_H

/*
 * A verdict in the words of rspamd's /checkv2, which its clients read, plus
 * one key of our own: "sekisho", what was recognised and why.  The scores of
 * the symbols sum to the score, whatever capped it.
 */

#include "base/str.h"

struct buf;
struct scan;

void reply_json(struct buf *to, const struct scan *s, struct str lang);
void reply_error(struct buf *to, const char *error);

/* The one line a message gets in the log. */
void reply_log(const struct scan *s);

#endif
