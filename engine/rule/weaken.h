/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_WEAKEN_H
#define RULE_WEAKEN_H

/*
 * A regex made weaker and cheaper: wherever the first one matches, the new
 * one does too.  Counted repeats make large automata ("a{0,300}" three times
 * in a row keeps Vectorscan busy for minutes); without counts they are small.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* False: counts stand where nothing can be taken away without harm, and the
 * regex is not for an automaton. */
bool regex_weaken(struct str *out, struct arena *a, struct str regex);

#endif
