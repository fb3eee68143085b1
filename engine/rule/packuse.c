/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups that packs share: what "use" names in a library comes to the group
 * that names it, each value with the library it is from.
 */
#include "base/arena.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "rule/expand.h"
#include "rule/packread.h"

enum { VALUES_MOST = 1000 };

struct borrow {
	struct arena *arena;
	struct diags *diags;
	const pack_list *packs;
	struct pack *pack;
	struct group *group;
};

static bool
is_served(const struct pack *p)
{
	return p->status != PACK_DRAFT && p->status != PACK_RETIRED;
}

/* What is never served must not be through others. */
static const struct pack *
usable(struct borrow *b, const struct pack *library, const struct use *use)
{
	if (is_served(library) || !is_served(b->pack))
		return library;
	diag_add(b->diags, DIAG_ERROR, use->mark, "X05",
	    "%" STR_FMT ".use: library \"%" STR_FMT "\" is not served: its "
	    "status is %s", STR_ARG(b->group->name), STR_ARG(library->id),
	    library->status == PACK_DRAFT ? "draft" : "retired");
	return NULL;
}

static const struct pack *
find_library(struct borrow *b, const struct use *use)
{
	struct str best = { 0 };

	for (size_t i = 0; i < b->packs->n; i++) {
		const struct pack *p = b->packs->at[i];

		if (p->kind != PACK_LIBRARY)
			continue;
		if (str_eq(p->id, use->library))
			return usable(b, p, use);
		suggest_try(use->library, p->id, &best);
	}
	diag_add(b->diags, DIAG_ERROR, use->mark, "X05",
	    "%" STR_FMT ".use: no library \"%" STR_FMT "\" in any pack",
	    STR_ARG(b->group->name), STR_ARG(use->library));
	if (best.n != 0)
		diag_hint(b->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
	return NULL;
}

static const struct group *
find_group(struct borrow *b, const struct pack *library,
    const struct use *use)
{
	const struct group *g;
	struct str best = { 0 };

	VEC_EACH(g, &library->groups) {
		if (str_eq(g->name, use->group))
			return g;
		suggest_try(use->group, g->name, &best);
	}
	diag_add(b->diags, DIAG_ERROR, use->mark, "C01",
	    "%" STR_FMT ".use: library \"%" STR_FMT "\" has no group \"%"
	    STR_FMT "\"", STR_ARG(b->group->name), STR_ARG(library->id),
	    STR_ARG(use->group));
	if (best.n != 0)
		diag_hint(b->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
	return NULL;
}

static int32_t
sooner(int32_t a, int32_t b)
{
	if (a == DAY_NONE || b == DAY_NONE)
		return a == DAY_NONE ? b : a;
	return a < b ? a : b;
}

/* What ends with the library's group or the library ends here as well; what
 * a group does not say about itself, the lender says. */
static void
take_values(struct borrow *b, const struct pack *library,
    const struct group *from)
{
	const struct value *v;
	struct group *g = b->group;

	VEC_EACH(v, &from->values) {
		struct value *own = VEC_ADD(b->arena, &g->values);

		*own = *v;
		own->library = library;
		own->expires = sooner(own->expires,
		    sooner(from->expires, library->expires));
		if (own->source.n == 0 && library->references.n != 0)
			own->source = library->references.at[0];
	}
	if (g->say.texts.n == 0)
		g->say = from->say;
	if (g->note.n == 0)
		g->note = from->note;
}

static bool
wants_more_than_one(const struct group *g)
{
	return g->says_want && (g->wants_all || g->want > 1);
}

/*
 * How many values the lender wants holds for who borrows them and says
 * nothing.  Beside other values that would be another number, which only the
 * author of the group knows.
 */
static void
take_want(struct borrow *b, const struct use *use, const struct group *from)
{
	struct group *g = b->group;

	if (g->says_want || !wants_more_than_one(from))
		return;
	if (g->values.n == from->values.n) {
		g->wants_all = from->wants_all;
		g->want = from->want;
		return;
	}
	diag_add(b->diags, DIAG_ERROR, use->mark, "C04",
	    "group \"%" STR_FMT "\" has other values beside those of %"
	    STR_FMT "/%" STR_FMT ", which wants more than one of its own",
	    STR_ARG(g->name), STR_ARG(use->library), STR_ARG(use->group));
	diag_hint(b->diags, "say in the group how many it wants, or use it in "
	    "a group of its own");
}

static void
settle(struct borrow *b)
{
	struct group *g = b->group;

	if (g->values.n > VALUES_MOST)
		diag_add(b->diags, DIAG_ERROR, g->mark, "S04",
		    "more than 1,000 values in group \"%" STR_FMT "\"",
		    STR_ARG(g->name));
	if (g->wants_all)
		g->want = (uint32_t)g->values.n;
	else if (g->want > g->values.n)
		diag_add(b->diags, DIAG_WARNING, g->mark, "C04",
		    "group \"%" STR_FMT "\" wants %u hits and has %zu values",
		    STR_ARG(g->name), (unsigned)g->want, g->values.n);
}

static void
fill_group(struct borrow *b)
{
	const struct use *use;
	size_t errors = b->diags->errors;

	if (b->group->uses.n == 0)
		return;
	VEC_EACH(use, &b->group->uses) {
		const struct pack *library = find_library(b, use);
		const struct group *from = library == NULL ? NULL
		    : find_group(b, library, use);

		if (from != NULL)
			take_values(b, library, from);
	}
	if (b->diags->errors != errors)
		return;
	VEC_EACH(use, &b->group->uses)
		take_want(b, use, find_group(b, find_library(b, use), use));
	settle(b);
}

/* Drops packs that name what is not there. */
bool
packs_use(pack_list *packs, struct arena *a, struct diags *d)
{
	struct borrow b = { .arena = a, .diags = d, .packs = packs };
	bool *is_bad = ARENA_MANY(a, bool, packs->n + 1);
	size_t kept = 0, n = packs->n;

	for (size_t i = 0; i < n; i++) {
		size_t errors = d->errors;

		b.pack = packs->at[i];
		diags_file(d, b.pack->file, b.pack->yaml);
		for (size_t g = 0; g < b.pack->groups.n; g++) {
			b.group = &b.pack->groups.at[g];
			fill_group(&b);
		}
		is_bad[i] = d->errors != errors;
	}
	for (size_t i = 0; i < n; i++)
		if (!is_bad[i])
			packs->at[kept++] = packs->at[i];
	packs->n = kept;
	return kept == n;
}
