/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_REGEXLOOP_H
#define RULE_REGEXLOOP_H

/*
 * The loops of a regular expression, each with a text that leads up to it and
 * one that it takes: what a text must hold for the loop to run at all.
 *
 * A guess, not a proof.  Of a choice the first branch is led through, of a
 * class a character that many classes have; what is not understood (back
 * references, conditions) adds nothing.
 */

#include "base/str.h"
#include "base/vec.h"

struct arena;

struct regex_loop {
	struct str lead;
	struct str body;
	struct str all; /* the branches of its choices one behind the other:
	                   "abab" of "(?:a|b|ab)*"; "" where it has none */
};

typedef VEC(struct regex_loop) regex_loop_list;

/* The first LOOPS_MOST of them; regex is one that PCRE2 takes. */
enum { REGEX_LOOPS_MOST = 16 };

void regex_loops(regex_loop_list *out, struct arena *a, struct str regex);

/* A character of each kind that classes tell apart. */
extern const struct str regex_kinds;

#endif
