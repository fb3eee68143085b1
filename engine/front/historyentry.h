/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_HISTORYENTRY_H
#define FRONT_HISTORYENTRY_H

/*
 * A kept verdict, read back.  What stands in the store may be damaged, or
 * written by somebody else: all of it is looked at, and what is not as it
 * should be is "", 0 or left out.  Texts are valid UTF-8.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "mail/envelope.h"
#include "scan/trace.h"

struct arena;
struct history_conf;

struct history_campaign {
	struct str id, symbol, brand;
	int64_t revision;
	int32_t points, would;
	bool is_observed, is_beaten;
};

struct history_symbol {
	struct str name;
	int32_t points;
};

struct history_list {
	struct str id;
	int64_t mtime, rows;
};

struct history_entry {
	struct str json;         /* all of it, as it stands in the store */
	struct str id, queue, message_id, tag, front, client, listener,
	    settings, header_from, subject, peer;
	struct envelope envelope; /* mailboxes maybe hidden */
	int64_t rcpts;
	struct str action;       /* what was done */
	struct str verdict;
	int32_t points, required;
	int32_t ceiling, reputation, refuse;
	int32_t thresholds[5];   /* hundredths, INT32_MAX: off; as in
	                            history_thresholds */
	VEC(struct history_campaign) campaigns;
	VEC(struct history_symbol) symbols;
	VEC(struct str) checks;  /* that ran */
	VEC(struct history_list) lists;
	int64_t time, generation, day, bytes, time_us;
	uint64_t hash, same;
	bool is_degraded, is_cut, is_hidden, has_message;
	struct trace trace;
	/* of a mirror's: */
	struct str their_action, differs, mirror;
	int32_t their_points;
};

/* Names, the mildest first: "greylist" to "reject". */
extern const char *const history_thresholds[5];
/* What a score comes to by them. */
const char *history_action(const struct history_entry *e, int32_t points);

/* False: no entry of ours. */
bool history_entry_read(struct history_entry *out, struct arena *a,
    struct str text);

/* What is looked for; what is "" or 0 matches all. */
struct history_search {
	struct str id, queue, message_id, from, rcpt, campaign, action, subject;
	struct str ip;
	int64_t since, until;    /* seconds since 1970 */
	size_t most;             /* 0: all */
};

/* conf: how mailboxes are hidden. */
bool history_matches(const struct history_entry *e, struct arena *a,
    const struct history_search *s, const struct history_conf *conf);

/* A piece of a message, as it stands in its diary.  False: no such piece. */
struct history_piece {
	struct str id, bytes;
	int64_t part, of;
};
bool history_piece_read(struct history_piece *out, struct str text);

#endif
