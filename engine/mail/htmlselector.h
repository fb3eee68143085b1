/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLSELECTOR_H
#define MAIL_HTMLSELECTOR_H

/*
 * The selectors of style sheets: tags, classes, ids and "*", inside others
 * ("td .x") or right inside them ("td > .x").  Attributes, states and what
 * stands beside an element are not read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* What selectors know of an element. */
struct html_named {
	struct str tag;
	struct str classes; /* as in the attribute */
	struct str id;
};

/* Open elements, the innermost last, each so many bytes from the next. */
struct html_around {
	const struct html_named *first;
	size_t n;
	size_t apart;
};

/* Is it one that is read?  It is trimmed. */
bool html_selector_is_read(struct str selector);

/* The id, class or tag that an element must have: "#x", ".x", "p" or "*". */
struct str html_selector_key(struct str selector);

/* How much it weighs against others: below 4096 (Selectors 4, 17). */
uint32_t html_selector_weight(struct str selector);

/* Takes no more than *steps looks at elements, and says no without any. */
bool html_selector_matches(struct str selector,
    const struct html_named *element, struct html_around around,
    size_t *steps);

#endif
