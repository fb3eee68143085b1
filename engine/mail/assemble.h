/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_ASSEMBLE_H
#define MAIL_ASSEMBLE_H

/* The steps of message_read that have a file of their own.  For message.c
 * alone; each takes a message as far as the steps before it brought it. */

#include "mail/message.h"

void message_limit(struct message *m, enum limit limit, bool is_reached);

/* Needs headers and hops; fills peer_*, mail_from and auth. */
void peer_find(struct message *m, struct arena *a, const struct envelope *env,
    const struct message_conf *conf);

/* Needs parts; fills texts but for what HTML shows and hides. */
void texts_read(struct message *m, struct arena *a,
    const struct message_limits *limits);

/* Needs texts; fills urls and defanged, and what HTML shows and hides. */
void links_read(struct message *m, struct arena *a,
    const struct message_limits *limits);

#endif
