/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_HISTORY_H
#define FRONT_HISTORY_H

/*
 * What is kept of a verdict once it is given: who and what the message was,
 * the score with its reasons, and the answers that it rested on.  An entry is
 * JSON, read back by front/historyentry.h; it goes into a diary of the store
 * (net/store.h), behind the answer.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena;
struct buf;
struct client;
struct scan;
struct trace_answer;

/* Diaries. */
#define HISTORY_DIARY "history1"
#define HISTORY_MAILS "mails1"       /* pieces of messages */
#define HISTORY_DIFFERS "differs1"   /* what a mirror says otherwise */

enum { HISTORY_PIECE = 47 * 1024, HISTORY_ID = 16 };

struct history_conf {
	size_t keep;         /* verdicts; 0: none */
	size_t answers;      /* bytes of answers kept with each */
	int messages;        /* yes: the messages too, */
	size_t message;      /* up to so many bytes */
	bool hides;          /* mailboxes are kept as keyed hashes, */
	struct str secret;   /* with this key; "": not at all */
};

/* For a scan that is about to be sent. */
void history_begin(struct scan *s, struct client *c);

/* What explain_json has said of it already: that is not worked out twice. */
void history_explained(const struct scan *s, struct str json);

/* The entry of a scan that is over. */
void history_write(struct buf *to, const struct scan *s,
    const struct history_conf *conf);

/* The same as far as lists show it, without the brace at its end. */
void history_write_head(struct buf *to, const struct scan *s,
    const struct history_conf *conf);

/* A mailbox as it is kept: "~", 32 hex digits, "@" and its domain; or as it
 * is. */
struct str history_mailbox(struct arena *a, struct str mailbox,
    const struct history_conf *conf);

/* An answer's value as text, and back. */
struct str history_value(struct arena *a, int type, struct str value);
struct str history_bytes(struct arena *a, int type, struct str text);

#endif
