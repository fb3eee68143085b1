/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_RECEIPT_H
#define CHECK_RECEIPT_H

/*
 * What was taught of one message, so that it counts once and can be taken
 * back: a value of the store under the digest of the message.
 *
 * The digest is of what the sender wrote and of where it leads: Message-ID,
 * From, Date, texts, links and files.  Not of the subject, into which gateways
 * (we among them) write tags, nor of any other field.
 *
 * Of bad mail and of reports the receipt has a line a key:
 *
 *	bad 1700000000 4.00		or "good"; when; messages
 *	rep1:domain:bad.example		taught so
 *	pivot1:domain:bad.example	marked
 *	by 0123456789abcdef		who reported it
 *	not 0123456789abcdef		who took back a part of it
 *	SCAN				the claim (net/store.h)
 *
 * Of good verdicts, which are most, a short one that lives some days, with a
 * hash of each key and how many messages it was taught:
 *
 *	heard 1700000000 01234567:1 89abcdef:8
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "scan/reputation.h"

struct arena;
struct message;

#define RECEIPT_KEYS "receipt2:"
#define HEARD_KEYS "heard1:"
#define BACK_KEYS "back1:"

enum {
	RECEIPT_LIFE = 60 * REPUTATION_DAY, /* seconds */
	RECEIPT_HEARD_LIFE = 7 * REPUTATION_DAY,
	RECEIPT_BACK_LIFE = REPUTATION_DAY,
	RECEIPT_MOST = 8 * 1024,   /* bytes of lines */
	RECEIPT_HASH = 8           /* digits */
};

struct str receipt_key(struct arena *a, const struct message *m);
/* Where that of a good verdict stands: a claim on the other is nobody's who
 * has heard of a good message. */
struct str receipt_heard_key(struct arena *a, struct str key);
/* Where the claim stands of who takes back what this very receipt says: the
 * next one of the same message has another. */
struct str receipt_back_key(struct arena *a, struct str key,
    struct str value);

enum receipt_word { RECEIPT_BAD, RECEIPT_GOOD, RECEIPT_HEARD };

struct receipt {
	enum receipt_word word;
	int64_t when;
	double amount;        /* messages; of heard ones each has its own */
	struct str lines;     /* the rest of it */
};

bool receipt_parse(struct receipt *out, struct str value);
/* When it ends, in seconds since 1970; 0: it is none. */
int64_t receipt_ends(struct str value);

bool receipt_has(const struct receipt *r, struct str line);
/* Messages that a good verdict taught this key, or 0. */
int receipt_heard(const struct receipt *r, struct str key);

/* Writing one. */
void receipt_begin(struct buf *to, const struct receipt *r);
void receipt_line(struct buf *to, struct str line);
/* The lines of another, but for its claim; the oldest ones are left out where
 * there are too many. */
void receipt_lines(struct buf *to, const struct receipt *r);
void receipt_hear(struct buf *to, struct str key, int amount);

#endif
