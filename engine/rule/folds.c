/* SPDX-License-Identifier: Apache-2.0 */
/* Folded texts, found again by where the text lies. */
#include "rule/folds.h"

#include "base/arena.h"

enum { KEPT_LEAST = 512, KEPT_MOST = 64 };

static const struct folded *
find(const struct folds *f, struct str text)
{
	const struct folded_text *kept;

	VEC_EACH(kept, &f->kept)
		if (kept->text.p == text.p && kept->text.n == text.n)
			return &kept->folded;
	return NULL;
}

struct folded
folds_get(struct folds *f, struct arena *scratch, struct str text)
{
	const struct folded *known;
	struct folded_text *kept;

	if (text.n < KEPT_LEAST)
		return fold(scratch, text);
	known = find(f, text);
	if (known != NULL)
		return *known;
	if (f->kept.n == KEPT_MOST)
		return fold(scratch, text);
	kept = VEC_ADD(f->arena, &f->kept);
	*kept = (struct folded_text){ text, fold(f->arena, text) };
	return kept->folded;
}

struct folded
folds_find(const struct folds *f, struct arena *scratch, struct str text)
{
	const struct folded *known = find(f, text);

	return known != NULL ? *known : fold(scratch, text);
}
