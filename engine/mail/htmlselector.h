/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLSELECTOR_H
#define MAIL_HTMLSELECTOR_H

/*
 * The selectors of style sheets: tags, classes, ids and "*", inside others
 * ("td .x"), right inside them ("td > .x"), behind them ("p ~ .x") or right
 * behind them ("p + .x").  Of the element itself its attributes, its place
 * among its kin and ":not" are read too.  States are not, nor what tells how
 * many elements follow.  Escapes are taken out before (see cssname.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct html_token;

/* A bit for each name that is there; two names may have the same.  What is
 * not among them need not be looked for. */
struct html_marks {
	uint64_t tags;
	uint64_t names; /* classes and ids */
};

/* What selectors know of an element. */
struct html_named {
	const struct html_token *token; /* while it is looked for; or NULL */
	const struct html_named *before; /* its elder sibling, where a sheet
	                                    asks for such; or NULL */
	uint32_t nth;                   /* of what is around it; 0: unknown */
	struct str tag;
	struct str classes; /* as in the attribute */
	struct str id;
	struct html_marks own;
	struct html_marks inside; /* its own and of all around it */
};

/* Open elements, the innermost last, each so many bytes from the next.  Small
 * enough to be handed on in registers. */
struct html_around {
	const struct html_named *first;
	uint32_t n;
	uint32_t apart;
};

enum html_combinator {
	HTML_INSIDE,
	HTML_CHILD,  /* with none between */
	HTML_BEHIND, /* both in the same */
	HTML_NEXT    /* and with none between */
};

/* One of the names of an element: a tag with what belongs to it. */
struct html_compound {
	struct str text;
	struct html_marks marks;
	enum html_combinator is; /* to the next one */
};

/* A selector cut up, from its end. */
struct html_selector {
	size_t n;
	struct html_marks around; /* of those that others are inside of */
	struct html_compound at[];
};

/* Those of a tag, in any case the same, and of a class or id ('.', '#'). */
static inline uint64_t
html_mark_of(uint32_t key)
{
	return 1ULL << (key * (uint32_t)0x9e3779b1 >> 26);
}

static inline uint32_t
html_mark_key(struct str name)
{
	return (uint32_t)name.n << 24 |
	    (uint32_t)(unsigned char)name.p[0] << 16 |
	    (uint32_t)(unsigned char)name.p[name.n / 2] << 8 |
	    (unsigned char)name.p[name.n - 1];
}

static inline uint64_t
html_mark_tag(struct str name)
{
	return name.n == 0 ? 0 : html_mark_of(html_mark_key(name) | 0x202020);
}

static inline uint64_t
html_mark_name(char sign, struct str name)
{
	return name.n == 0 ? 0 : html_mark_of(html_mark_key(name) ^
	    (sign == '#' ? 0x55000000 : 0));
}

static inline struct html_marks
html_marks_join(const struct html_marks *a, const struct html_marks *b)
{
	return (struct html_marks){ a->tags | b->tags, a->names | b->names };
}

static inline bool
html_marks_have(const struct html_marks *all, const struct html_marks *some)
{
	return ((some->tags & ~all->tags) | (some->names & ~all->names)) == 0;
}

/* "p", ".x" or "#x", as every other selector is: it is valid and read, and its
 * own key. */
bool html_selector_is_lone(struct str s);

/* Is it one that browsers take?  It is trimmed.  What only some take is none:
 * the others drop its rule. */
bool html_selector_is_valid(struct str selector);

/* Is it one that is read?  It is valid. */
bool html_selector_is_read(struct str selector);

/* Longer than any that is read: 512 bytes, or 16 elements. */
bool html_selector_is_over(struct str selector);

/* Of a state or a part (":hover", "::before"): no matter for what is seen at
 * first.  It is valid. */
bool html_selector_is_of_state(struct str selector);

/* For matching; of one that is read. */
const struct html_selector *html_selector_cut(struct arena *a,
    struct str selector);

/* Does it ask for what stands in front of an element? */
bool html_selector_has_siblings(const struct html_selector *selector);

/* The id, class or tag that an element must have: "#x", ".x", "p" or "*". */
struct str html_selector_key(struct str selector);

/* How much it weighs against others: below 4096 (Selectors 4, 17). */
uint32_t html_selector_weight(struct str selector);

/* Takes no more than *steps looks at elements, and says no without any.  There
 * is one around every element: the page. */
bool html_selector_matches(const struct html_selector *selector,
    const struct html_named *element, struct html_around around,
    size_t *steps);

#endif
