/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_LESSON_H
#define SCAN_LESSON_H

/*
 * A message that somebody reports: what he says of it, who he is, and, once
 * the scan answers, what came of it.  Such a scan is not scored.
 */

#include <stddef.h>

#include "base/str.h"

enum lesson_kind { LESSON_BAD, LESSON_GOOD, LESSON_FORGET };

/* Who reports: the surer it is who he is, the more his word weighs. */
enum lesson_reporter { REPORTER_TOKEN, REPORTER_USER, REPORTER_IP, REPORTERS };

enum lesson_result {
	LESSON_OFF,       /* nobody learns here */
	LESSON_FAILED,    /* the store did not answer */
	LESSON_LEARNT,
	LESSON_KNOWN,     /* the same was learnt of it before */
	LESSON_FORGOTTEN,
	LESSON_UNKNOWN,   /* to be forgotten, but nothing was learnt of it */
	LESSON_LIMITED,   /* he has reported enough for a day */
	LESSON_NOTHING    /* there is nothing in it to learn of */
};

struct lesson {
	enum lesson_kind kind;
	enum lesson_reporter by;
	struct str reporter;   /* name of his token, user name or address */
	enum lesson_result result;
	size_t entities;       /* taught, or taken back */
};

/* "learnt", "known"... */
const char *lesson_result_name(enum lesson_result result);
/* What went wrong, for a person. */
const char *lesson_result_text(enum lesson_result result);

#endif
