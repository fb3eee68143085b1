/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MILTERMAIL_H
#define FRONT_MILTERMAIL_H

/*
 * One message as a mail server tells it to a milter: what the connection
 * says of the client, the envelope, and the bytes, put together again as the
 * client sent them.  Nothing is taken from the message's own headers.
 */

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "front/milterparse.h"
#include "mail/envelope.h"

struct milter_mail {
	struct arena *peer_arena;  /* of the connection */
	struct arena *mail_arena;  /* of the message */
	struct envelope peer;      /* what holds for every message */
	struct envelope mail;      /* what holds for this one */
	struct buf raw;
	bool has_space;            /* the blank behind a colon is sent too */
};

/* most: bytes of a message that are kept. */
void milter_mail_init(struct milter_mail *m, size_t most);
void milter_mail_release(struct milter_mail *m);

/* The message is over, or the whole connection. */
void milter_mail_reset(struct milter_mail *m);
void milter_mail_reset_peer(struct milter_mail *m);

/* Any event; those that say nothing of a message change nothing. */
void milter_mail_add(struct milter_mail *m, const struct milter_event *e);

/* Both envelopes as one, in the arena. */
void milter_mail_envelope(struct envelope *out, struct arena *a,
    const struct milter_mail *m);

#endif
