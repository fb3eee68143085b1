/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_CONDITION_H
#define RULE_CONDITION_H

/*
 * The "when" of a pack (pack-format 2.5), three-valued: undecided is what
 * rests on a failed fact.  "and" is the least, "or" the greatest of its
 * terms in the order false, undecided, true; "not" turns them round; "n of"
 * is true when n are true, false when not even the undecided would do.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "conf/diag.h"

struct arena;
struct buf;
struct condition;

enum truth { TRUTH_FALSE, TRUTH_UNDECIDED, TRUTH_TRUE };

/* The names a condition may use; a name's number is its place here.  "them"
 * and "PREFIX*" mean the first n_groups only. */
struct condition_names {
	const struct str *at;
	size_t n;
	size_t n_groups;
	struct str what; /* the condition itself in messages: "when" */
};

/* What is wrong goes to d, with the place inside text; false then. */
bool condition_read(struct condition **out, struct arena *a, struct str text,
    const struct condition_names *names, struct diags *d, struct mark mark);

/* values has one entry a name. */
enum truth condition_eval(const struct condition *c, const enum truth *values);

/* As bytes, and back: false when rest does not begin with a condition over
 * n_names names; else it moves on. */
void condition_put(struct buf *to, const struct condition *c);
bool condition_take(struct condition **out, struct arena *a,
    struct str *rest, size_t n_names);

/* Sets used[number] of every name that is used; used has n entries. */
void condition_uses(const struct condition *c, bool *used, size_t n);

#endif
