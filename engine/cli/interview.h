/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_INTERVIEW_H
#define CLI_INTERVIEW_H

/*
 * The questions of a draft put to a person, or to a file of answers, a line
 * each in the order they are asked; an empty line, and the end, take what is
 * proposed.  What is answered is no question any more.
 */

#include <stdio.h>

#include "rule/draft.h"

struct err;
struct terminal;

struct interview {
	struct arena *arena;
	const struct terminal *terminal;
	FILE *from;            /* of answers */
	struct str name;       /* of that file, for errors; "" for a person */
	unsigned line;
	bool is_over;
};

/* Whom it imitates and when it was seen: what the draft has to be made with.
 * True with conf changed where it must be made again.  False with e: an
 * answer in a file says nothing. */
bool interview_begin(struct interview *i, struct draft *d,
    struct draft_conf *conf, bool *is_changed, struct err *e);

/* Each value that is asked about, and the rest. */
bool interview_finish(struct interview *i, struct draft *d, struct err *e);

#endif
