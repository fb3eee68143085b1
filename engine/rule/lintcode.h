/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_LINTCODE_H
#define RULE_LINTCODE_H

/*
 * Every code that a finding about a pack may carry: what it is called, why it
 * matters, and what mends it.  `sekisho explain CODE` and doc/lint.md are
 * made from this table, and a test holds each example to its code.
 */

#include <stddef.h>

#include "base/str.h"
#include "conf/diag.h"

struct lint_code {
	const char *code;
	enum diag_level level;
	const char *text;   /* one line */
	const char *why;    /* a paragraph: what goes wrong, what to do */
	/*
	 * An example that gets the code, and the same mended; "" for none.
	 * Lines that begin with two blanks stand under "groups", others are
	 * top-level keys.
	 */
	const char *before;
	const char *after;
	const char *by;     /* which command finds it; NULL: check */
};

extern const struct lint_code lint_codes[];
extern const size_t n_lint_codes;

/* Whether it is a code, or the beginning of one. */
bool lint_code_begins(struct str s);

/* NULL: there is none. */
const struct lint_code *lint_code_find(struct str code);

#endif
