/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_WEAKEN_H
#define RULE_WEAKEN_H

/*
 * A regex made weaker and cheaper for an automaton: wherever the first one
 * matches, the new one does too.  Counted repeats make large automata
 * ("a{0,300}" three times in a row keeps Vectorscan busy for minutes), and so
 * does "\w" over all of Unicode, whose tables age besides.  Without counts,
 * and with every character beyond ASCII taken for a letter, they are small.
 */

#include "base/str.h"

struct arena;

enum weakened {
	WEAKENED,      /* *out needs no properties of Unicode */
	WEAKENED_NOT,  /* *out is the regex itself */
	WEAKENED_NEVER /* not for an automaton: too large as it is */
};

enum weakened regex_weaken(struct str *out, struct arena *a,
    struct str regex);

#endif
