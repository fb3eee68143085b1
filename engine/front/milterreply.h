/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MILTERREPLY_H
#define FRONT_MILTERREPLY_H

/*
 * What a milter says to a mail server: packets added to a buffer.  Changes
 * come behind the end of the body and before the final reply.  Texts are cut
 * at a NUL, and what could end a line or a reply inside them is replaced.
 */

#include <stdint.h>

#include "base/str.h"

struct buf;
struct milter_option;

enum milter_reply {
	MILTER_REPLY_CONTINUE = 'c',
	MILTER_REPLY_ACCEPT = 'a',
	MILTER_REPLY_DISCARD = 'd',
	MILTER_REPLY_REJECT = 'r',
	MILTER_REPLY_TEMPFAIL = 't',
	MILTER_REPLY_PROGRESS = 'p',
	MILTER_REPLY_SKIP = 's'
};

/* Macros asked for, by the number of their stage. */
enum milter_stage {
	MILTER_AT_CONNECT,
	MILTER_AT_HELO,
	MILTER_AT_MAIL,
	MILTER_AT_RCPT,
	MILTER_AT_DATA,
	MILTER_AT_END_OF_MESSAGE,
	MILTER_AT_END_OF_HEADERS
};

struct milter_macros {
	enum milter_stage stage;
	const char *names;      /* "i {auth_authen}" */
};

/* One that has nothing but its letter. */
void milter_put(struct buf *to, enum milter_reply reply);

/* macros: n of them; asked for only where agreed->actions allows it. */
void milter_put_option(struct buf *to, const struct milter_option *agreed,
    const struct milter_macros *macros, size_t n);

/* "554 5.7.1 text" */
void milter_put_code(struct buf *to, struct str text);

void milter_put_add(struct buf *to, struct str name, struct str value);
/* At this place among the headers, 0 is the top. */
void milter_put_insert(struct buf *to, uint32_t where, struct str name,
    struct str value);
/* The so-manieth of its name, from 1; an empty value deletes it. */
void milter_put_change(struct buf *to, uint32_t which, struct str name,
    struct str value);
void milter_put_quarantine(struct buf *to, struct str reason);

#endif
