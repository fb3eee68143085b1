/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_CSSSUM_H
#define MAIL_CSSSUM_H

/*
 * Sums in values (CSS Values 4, 10): "calc(1px - 1px)", "min(0px, 1em)".  What
 * they come to, as far as their units allow.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* In thousandths. */
struct css_amount {
	int64_t n;
	struct str unit; /* "" for a number */
};

/* call is its name, in lower case, and inside what stands in its parentheses.
 * False: it is none, or what it comes to is not known. */
bool css_sum_read(struct css_amount *out, struct str call, struct str inside);

#endif
