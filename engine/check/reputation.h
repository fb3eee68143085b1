/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_REPUTATION_H
#define CHECK_REPUTATION_H

/*
 * Asks the store for all that a message has to do with, in one batch; gives
 * what was learnt of it as facts and points, and teaches after the answer.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "check/entity.h"
#include "net/store.h"
#include "scan/check.h"
#include "scan/lesson.h"

struct ask;

/* The rows are in check/reputationrows.h. */
struct reputation_conf {
	int is_on;               /* a word: no, yes */
	int32_t learn_bad;       /* points from which a verdict teaches bad */
	int32_t learn_good;      /* and up to which it teaches good */
	int32_t weights[REPORTERS]; /* messages that a report counts for, in
	                            hundredths */
	size_t reports;          /* of one reporter a day */
	int64_t campaign_ms;     /* that infrastructure carries a name */
	int hides_mailboxes;     /* a word: no, yes */
	struct str key_file;     /* of the key to hide them with */
	struct str secret;       /* its bytes; no setting */
	struct str reporter_secret; /* the same, or where there is none, one of
	                            this daemon alone: never empty where
	                            mailboxes are hidden */
};

/* One thing, and what the store says of it. */
struct known {
	struct entity entity;
	struct str key;
	struct store_key near;    /* the same, as it is asked for */
	struct store_tally tally; /* decayed to now; zeroed: none */
	const struct ask *asked;  /* for that; NULL of a file that is not
	                             named */
	const struct ask *mark;   /* of such a file */
	const struct ask *pivot;  /* for a campaign it was seen with; or
	                             NULL */
	bool is_there;            /* there is a tally */
};

/* The check's state. */
struct reputation {
	VEC(struct known) list;
	const struct ask *all_files; /* are to be named; or NULL */
	bool has_begun, has_files;
	int64_t now;
	/* While learning. */
	struct str receipt_key, heard_key, count_key;
	const struct ask *receipt, *heard, *count;
	VEC(const struct ask *) marked; /* tallies of what the receipt says was
	                            marked, in its order */
	bool has_marked;
	bool is_asked;                  /* since the last pause */
	unsigned pauses;                /* until what is under way is written */
	bool was_fresh;
	int64_t noted;                  /* reports before the last of them */
};

extern const struct check check_reputation;

/* Files that were not named so far get their names. */
void reputation_name_files(struct check_run *r);

/* opened: the check's.  Whether this process has heard of a good message
 * lately, before the store tells, by a hash of it; from now on it has. */
bool reputation_has_heard(const void *opened, uint64_t hash);
void reputation_hear(void *opened, uint64_t hash);

#endif
