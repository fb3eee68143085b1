/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_FOLDS_H
#define RULE_FOLDS_H

/*
 * The long texts of one message in folded form (mail/fold.h), each folded
 * once whoever asks: the rules of packs and the names of brands read the same
 * bodies.  Short ones are folded anew, that is cheaper than finding them.
 */

#include "base/str.h"
#include "base/vec.h"
#include "mail/fold.h"

struct arena;

struct folded_text {
	struct str text;
	struct folded folded;
};

struct folds {
	struct arena *arena;
	VEC(struct folded_text) kept;
};

/* text is valid UTF-8 and must stay as long as the arena; what is not kept is
 * made in scratch. */
struct folded folds_get(struct folds *f, struct arena *scratch,
    struct str text);

/* The same for who comes later and keeps nothing. */
struct folded folds_find(const struct folds *f, struct arena *scratch,
    struct str text);

#endif
