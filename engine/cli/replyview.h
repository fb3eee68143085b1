/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REPLYVIEW_H
#define CLI_REPLYVIEW_H

/* A daemon's reply to /checkv2, for a person. */

#include <stdbool.h>

#include "base/str.h"

struct arena;
struct buf;
struct err;
struct terminal;

/*
 * Writes the verdict, and says whether the message is to be marked or worse:
 * the daemon's own explanation where it gives one, which is that of a scan
 * without a daemon; else the symbols, which every daemon of the protocol
 * names.  False: it is no such reply.
 */
bool reply_view(struct buf *to, bool *is_caught, struct str body,
    const struct terminal *t, struct err *e);

/* What an error reply says, or "". */
struct str reply_error_text(struct arena *a, struct str body);

#endif
