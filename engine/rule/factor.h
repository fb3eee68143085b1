/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_FACTOR_H
#define RULE_FACTOR_H

/*
 * Plain texts that stand in every match of a regex: what a sieve can look for
 * instead of the regex itself, at a twentieth of the time that Vectorscan
 * takes to compile one.  Only what must stand there for certain is named:
 * groups, classes, what may be left out and whatever is not understood
 * contribute nothing.
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;

typedef VEC(struct str) factor_list;

/* Adds them in their order, in the letters of the regex.  "(?i)" at the front
 * sets *is_caseless. */
void regex_factors(factor_list *out, struct arena *a, struct str regex,
    bool *is_caseless);

#endif
