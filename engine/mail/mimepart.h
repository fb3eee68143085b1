/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_MIMEPART_H
#define MAIL_MIMEPART_H

/* One part by itself, without the tree it stands in.  For mime*.c alone. */

#include "mail/mime.h"

/* Fills what the fields say; is_digest: a part is a message by default. */
void part_read_fields(struct part *p, struct arena *a, bool is_digest);

bool part_is_params_over(const struct part *p);
bool part_is_words_over(const struct part *p);

/* A message of its own inside: message/rfc822, message/global, and the first
 * piece of one that was sent in pieces. */
bool part_is_message(const struct part *p, struct arena *a);

/* A page is one under any of its labels, and by its file name. */
bool part_is_page(const struct part *p, struct arena *a);

/* Needs body; decodes a leaf and tells whether it is a file. */
void part_finish(struct part *p, struct arena *a);

#endif
