/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_LOOKUPS_H
#define CHECK_LOOKUPS_H

/*
 * The names of check/names.h, asked for by a check: what an evaluation
 * misses is asked, and is there when the check runs again.  Part of the
 * check's state; begins zeroed.
 */

#include <stddef.h>

#include "base/vec.h"
#include "check/names.h"

struct ask;
struct check_run;

enum { LOOKUPS_MOST = 200 }; /* of one message; more have failed */

struct lookup {
	enum dns_type type;
	struct str name;
	const struct ask *ask;
	struct dns_answer answer;
};

struct lookups {
	struct check_run *run;
	VEC(struct lookup *) all;
};

struct names lookups_names(struct lookups *l, struct check_run *r);

#endif
