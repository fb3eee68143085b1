/* SPDX-License-Identifier: Apache-2.0 */
/* Packs held against what they were before: what their readers rely on. */
#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "cli/check.h"
#include "cli/gitpacks.h"
#include "cli/packpair.h"

enum { NAME_MOST = 200 };

/* The last part of a path: a file keeps it from one checkout to another. */
static struct str
base_name(struct str path)
{
	size_t slash = str_find_last(path, '/');

	return slash == path.n ? path : str_from(path, slash + 1);
}

/* S06: the id was given to something else. */
static void
used_again(struct diags *d, const struct pack_pair *p)
{
	char was[16], is[16];

	if (p->old->kind == p->now->kind &&
	    p->old->created == p->now->created)
		return;
	day_format(p->old->created, was);
	day_format(p->now->created, is);
	diag_add(d, DIAG_ERROR, check_place(p->now, "id"), "S06",
	    "id: \"%" STR_FMT "\" was another pack, created %s; this one is "
	    "of %s", STR_ARG(p->now->id), was, is);
	diag_hint(d, "a new pack has an id of its own");
}

/* R02 */
static void
unraised(struct diags *d, const struct pack_pair *p)
{
	if (!packpair_is_unraised(p) &&
	    p->now->revision >= p->old->revision)
		return;
	diag_add(d, DIAG_ERROR, check_place(p->now, "revision"), "R02",
	    p->now->revision < p->old->revision
	    ? "revision: was %lld before, and is %lld"
	    : "revision: %lld before and now, but what it hits has changed",
	    (long long)p->old->revision, (long long)p->now->revision);
	diag_hint(d, "revision: %lld", (long long)p->old->revision + 1);
}

/* R03: nobody has seen yet what the wider one hits. */
static void
widened(struct diags *d, const struct pack_pair *p)
{
	const struct pack_change *c;

	if (p->now->mode != PACK_SCORE || p->now->status == PACK_DRAFT ||
	    p->now->status == PACK_RETIRED || p->old->mode != PACK_SCORE)
		return;
	VEC_EACH(c, &p->changes) {
		struct str what = c->now.n != 0 ? c->now : c->old;

		if (c->way != WAY_WIDENS)
			continue;
		diag_add(d, DIAG_WARNING, check_place(p->now, "mode"), "R03",
		    "mode: a pack that scores has become wider: %" STR_FMT
		    "%s%" STR_FMT " %" STR_FMT, STR_ARG(c->where),
		    c->where.n == 0 ? "" : " ", STR_ARG(c->what),
		    STR_ARG(str_head(what, NAME_MOST)));
		diag_hint(d, "mode: observe, until \"sekisho promote\" finds "
		    "it earned");
		return;
	}
}

static void
add_values(struct map *to, const struct pack *p)
{
	const struct group *group;
	const struct value *v;

	VEC_EACH(group, &p->groups)
		VEC_EACH(v, &group->values)
			map_put(to, v->text, 0);
}

/* Half of what the old one looked for, and made on the same day. */
static bool
is_successor(const struct check_more *c, const struct pack *old,
    const struct pack *now)
{
	struct map before, after;
	const struct group *group;
	const struct value *v;
	size_t kept = 0, all = 0;

	if (old->created != now->created || old->kind != now->kind)
		return false;
	map_init(&before, c->call->arena);
	map_init(&after, c->call->arena);
	add_values(&after, now);
	VEC_EACH(group, &old->groups)
		VEC_EACH(v, &group->values) {
			if (map_get(&before, v->text) != NULL)
				continue;
			map_put(&before, v->text, 0);
			all++;
			kept += map_get(&after, v->text) != NULL;
		}
	return all != 0 && 2 * kept >= all;
}

/* What a pack whose id is new was before: what had the name of its file, or
 * what is gone and looked for the same. */
static const struct pack *
was_before(const struct check_more *c, const struct map *by_name,
    const struct loaded *old, const pack_pair_list *pairs,
    const struct pack *now)
{
	const uint32_t *at = map_get(by_name, base_name(now->file));
	const struct pack_pair *p;

	if (at != NULL && old->packs.at[*at]->created == now->created)
		return old->packs.at[*at];
	VEC_EACH(p, pairs)
		if (p->now == NULL && is_successor(c, p->old, now))
			return p->old;
	return NULL;
}

/* S06: the pack is there still, its id is gone. */
static void
renamed(const struct check_more *c, const struct loaded *old,
    const pack_pair_list *pairs)
{
	struct map by_name;
	const struct pack_pair *p;

	map_init(&by_name, c->call->arena);
	for (size_t i = 0; i < old->n_named; i++)
		map_put(&by_name, base_name(old->packs.at[i]->file),
		    (uint32_t)i);
	VEC_EACH(p, pairs) {
		const struct pack *was = p->old != NULL || p->now == NULL
		    ? NULL : was_before(c, &by_name, old, pairs, p->now);

		if (was == NULL)
			continue;
		check_turn(c, p->now);
		diag_add(&c->loaded->diags, DIAG_ERROR,
		    check_place(p->now, "id"), "S06", "id: was \"%" STR_FMT
		    "\" before", STR_ARG(was->id));
		diag_hint(&c->loaded->diags, "id: %" STR_FMT "; a successor "
		    "is a file of its own, with \"related\"",
		    STR_ARG(was->id));
	}
}

static void
compare(const struct check_more *c, const struct loaded *old)
{
	pack_pair_list pairs = { 0 };
	const struct pack_pair *p;

	packpairs_make(&pairs, c->call->arena, old, c->loaded);
	VEC_EACH(p, &pairs) {
		if (p->old == NULL || p->now == NULL)
			continue;
		check_turn(c, p->now);
		used_again(&c->loaded->diags, p);
		unraised(&c->loaded->diags, p);
		widened(&c->loaded->diags, p);
	}
	renamed(c, old, &pairs);
}

bool
check_old(const struct check_more *c, struct err *e)
{
	struct gitpacks git = { { 0 } };
	struct str from = c->against;
	word_list named = { 0 };
	struct loaded old;
	bool done;

	done = !str_skip(&from, STR("git:")) || gitpacks_take(&git,
	    c->call->arena, &c->call->operands, from, e);
	*VEC_ADD(c->call->arena, &named) = git.folder.n != 0 ? git.folder
	    : c->against;
	done = done && loader_read(&old, c->call->arena, &named, c->folders,
	    e);
	gitpacks_release(&git);
	if (!done)
		return err_wrap(e, "--against");
	compare(c, &old);
	return true;
}
