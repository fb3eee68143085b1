/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_NEARMISS_H
#define CLI_NEARMISS_H

/*
 * One message scored here, with what `sekisho scan` leaves out: packs some
 * of whose groups hit, and what was missing for them to fire.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "mail/envelope.h"

struct buf;
struct err;

struct nearmiss_ask {
	struct str mail;           /* a file, "-": standard input */
	struct envelope envelope;
	word_list folders;         /* of packs; empty: the usual ones */
	int32_t day;               /* DAY_NONE: today */
	struct str lang;
	struct str color;
	bool is_json;
	const struct terminal *terminal;
};

bool nearmiss_explain(struct buf *to, struct arena *a,
    const struct nearmiss_ask *ask, struct err *e);

#endif
