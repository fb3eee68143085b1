/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_HISTORYQUERY_H
#define FRONT_HISTORYQUERY_H

/*
 * Kept verdicts for a client of the control port, in the words of rspamd's
 * history: an object with rows, the newest first.  The store is read a piece
 * at a turn of the loop.
 *
 * Arguments of ours: id, queue_id, message_id, from, rcpt, campaign, action,
 * ip, subject, since and until (seconds since 1970), limit.
 */

#include "base/str.h"

struct front;
struct history_query;
struct http_parse;

/* body: the JSON, or "" when the store did not tell.  The query is gone. */
typedef void history_query_done(void *owner, struct str body);

/* NULL: an argument cannot be read, *why says which; or there is no store. */
struct history_query *history_query_new(const struct front *f,
    const struct http_parse *p, const char **why);
/* done is called once, from the loop. */
void history_query_go(struct history_query *q, history_query_done *done,
    void *owner);
/* Before done: nobody wants it any more.  May be NULL. */
void history_query_free(struct history_query *q);

#endif
