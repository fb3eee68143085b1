/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_REPLY_H
#define FRONT_REPLY_H

/*
 * A verdict in the words of rspamd's /checkv2, which its clients read, plus
 * two keys of our own: "sekisho", what was recognised and why, for programs;
 * and "sekisho_text", the same for a person, where the client asks for it.
 * The scores of the symbols sum to the score, whatever capped it.
 */

#include "base/str.h"

struct buf;
struct explain_conf;
struct scan;

/* lang: of the symbols' descriptions.  text: how a person wants to read it,
 * or NULL: nobody asked. */
void reply_json(struct buf *to, const struct scan *s, struct str lang,
    const struct explain_conf *text);
void reply_error(struct buf *to, const char *error);

/* The one line a message gets in the log. */
void reply_log(const struct scan *s);

#endif
