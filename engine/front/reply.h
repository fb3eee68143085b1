/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_REPLY_H
#define FRONT_REPLY_H

/*
 * A verdict in the words of rspamd's /checkv2, which its clients read, plus
 * two keys of our own: "sekisho", what was recognised and why, for programs,
 * with notes on a mail that nothing is said of only where they are asked for;
 * and "sekisho_text", the same for a person, where the client asks for it.
 * The scores of the symbols sum to the score, whatever capped it.
 *
 * Old clients ask by other paths and read another layout: score, action and
 * symbols side by side in one object "default", and "rmilter" for "milter".
 */

#include <stdbool.h>

#include "base/str.h"

struct buf;
struct explain_conf;
struct lesson;
struct scan;

struct reply_conf {
	struct str lang;                 /* of the symbols' descriptions */
	const struct explain_conf *text; /* how a person wants to read it, or
	                                    NULL: nobody asked */
	bool is_old;                     /* the layout of /check and /symbols */
	bool has_urls;                   /* each link as an object */
	bool has_groups;
	bool has_notes;                  /* of mail that nothing is said of */
};

void reply_json(struct buf *to, const struct scan *s,
    const struct reply_conf *conf);
/* The answer to a message that is not to be scanned. */
void reply_skipped(struct buf *to, bool is_old);
/* What came of a report. */
void reply_lesson(struct buf *to, const struct lesson *l);
void reply_error(struct buf *to, const char *error);

/* As rspamd has it, without its angle brackets. */
struct str reply_message_id(const struct scan *s);

#endif
