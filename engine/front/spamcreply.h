/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_SPAMCREPLY_H
#define FRONT_SPAMCREPLY_H

/*
 * Replies to SPAMC and RSPAMC.  What a client of SPAMC gets depends on the
 * version that it has named: old ones take the line behind the status for
 * something else.
 */

#include "front/spamcparse.h"

struct buf;
struct scan;

/* To any command that has a message scanned. */
void spamc_reply(struct buf *to, const struct spamc_parse *p,
    const struct scan *s);

/* RSPAMC's CHECK, as Exim reads it. */
void spamc_reply_rspamc(struct buf *to, const struct scan *s);

/* To TELL, once it is done. */
void spamc_reply_tell(struct buf *to, const struct spamc_tell *tell);

void spamc_reply_pong(struct buf *to);
void spamc_reply_error(struct buf *to, bool is_rspamc, enum spamc_code code,
    const char *error);

#endif
