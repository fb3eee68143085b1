/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLPASSED_H
#define MAIL_HTMLPASSED_H

/*
 * Rules that are passed over at first.  Most sheets set widths and margins,
 * which are no matter until a box is hidden: by one rule, by several together,
 * or by one and a style attribute.  So rules that hide or may help to hide a
 * box are read at once, and these wait until what they show was hidden.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "mail/stylebox.h"

struct arena;

enum { HTML_PASSED_MOST = 2048 }; /* rules of a page */

struct html_passed_rule {
	struct str selectors;
	struct style_box box;
	uint32_t order; /* among all rules */
};

/* All zero: none. */
struct html_passed {
	VEC(struct html_passed_rule) list;
	struct style_box told; /* by all other rules together */
	uint32_t shown;        /* by those in the list */
	bool has_sizes;        /* one of them says a size */
	bool are_wanted;       /* they are to be read, and none waits more */
};

/* What a rule that does not wait says of boxes; true: those that wait are to be
 * read with it. */
bool html_passed_tell(struct html_passed *p, const struct style_box *box);

/* A rule that says of boxes alone waits.  False: it does not, for it may help
 * to hide one, or show what was hidden. */
bool html_passed_add(struct html_passed *p, struct arena *a,
    struct html_passed_rule rule);

#endif
