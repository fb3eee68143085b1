/* SPDX-License-Identifier: Apache-2.0 */
/* "when" and "score": what needs the names of all groups. */
#include <assert.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "rule/expand.h"
#include "rule/packread.h"

enum { CAP_MOST = 2000, BONUS_MOST = 500, ENTRIES_MOST = 8 };

static bool
read_condition(struct pack_reader *r, const struct node *node,
    struct condition **out, struct str *text)
{
	struct condition_names names = {
		.at = r->pack->names.at,
		.n = r->pack->names.n,
		.n_groups = r->pack->n_groups,
		.what = r->path,
	};

	/* From the first byte on, so that places can be told. */
	if (!text_of(r, node, text))
		return false;
	return condition_read(out, r->arena, *text, &names, r->diags,
	    node_content(node));
}

static void
read_cap(struct pack_reader *r, const struct node *node, void *to)
{
	points_of(r, node, CAP_MOST, to);
}

static void
read_add(struct pack_reader *r, const struct node *node, void *to)
{
	points_of(r, node, BONUS_MOST, to);
}

static bool
find_group(struct pack_reader *r, const struct node *node, struct str name,
    uint32_t *number)
{
	struct str best = { 0 };

	for (uint32_t i = 0; i < r->pack->n_groups; i++) {
		if (str_eq(r->pack->groups.at[i].name, name)) {
			*number = i;
			return true;
		}
		suggest_try(name, r->pack->groups.at[i].name, &best);
	}
	refuse(r, node, "C01", "no group named \"%" STR_FMT "\"",
	    STR_ARG(pattern_shown(r->arena, name)));
	if (best.n != 0)
		diag_hint(r->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
	return false;
}

/* A group named twice would pay the ceiling twice. */
static bool
is_capped(const struct cap *cap, uint32_t group)
{
	for (size_t i = 0; i < cap->of.n; i++)
		if (cap->of.at[i] == group)
			return true;
	return false;
}

static void
read_of(struct pack_reader *r, const struct node *node, void *to)
{
	struct cap *cap = to;
	const struct node *child;
	struct str name;
	uint32_t group;

	if (!expect_type(r, node, NODE_LIST))
		return;
	NODE_EACH(child, node) {
		if (!text_of(r, child, &name) ||
		    !find_group(r, child, name, &group))
			continue;
		if (is_capped(cap, group))
			refuse(r, child, "S04", "names a group twice");
		else
			*VEC_ADD(r->arena, &cap->of) = group;
	}
	if (node->n < 2)
		refuse(r, node, "S04", "a common ceiling is for two groups or "
		    "more: use the group's own \"cap\"");
}

static void
read_if(struct pack_reader *r, const struct node *node, void *to)
{
	struct bonus *bonus = to;

	read_condition(r, node, &bonus->condition, &bonus->text);
}

#define MUST (KEY_ALL | KEY_ALL << KEY_MUST_SHIFT)

static const struct key cap_keys[] = {
	{ "of", read_of, 0, MUST },
	{ "max", read_cap, offsetof(struct cap, most), MUST },
};

const struct key_table cap_table = { "caps", cap_keys,
	nitems(cap_keys) };

static const struct key bonus_keys[] = {
	{ "if", read_if, 0, MUST },
	{ "add", read_add, offsetof(struct bonus, points), MUST },
	{ "say", read_say, offsetof(struct bonus, say), 0 },
};

const struct key_table bonus_table = { "bonus", bonus_keys,
	nitems(bonus_keys) };

static bool
expect_few(struct pack_reader *r, const struct node *node)
{
	return expect_type(r, node, NODE_LIST) && (node->n <= ENTRIES_MOST ||
	    refuse(r, node, "S04", "more than 8 entries"));
}

static void
read_caps(struct pack_reader *r, const struct node *node, void *to)
{
	struct pack *pack = to;
	const struct node *child;

	if (!expect_few(r, node))
		return;
	NODE_EACH(child, node)
		if (expect_type(r, child, NODE_MAP))
			keys_read(r, child, &cap_table,
			    VEC_ADD(r->arena, &pack->caps), STR("\"caps\""));
}

static void
read_bonuses(struct pack_reader *r, const struct node *node, void *to)
{
	struct pack *pack = to;
	const struct node *child;

	if (!expect_few(r, node))
		return;
	NODE_EACH(child, node)
		if (expect_type(r, child, NODE_MAP))
			keys_read(r, child, &bonus_table,
			    VEC_ADD(r->arena, &pack->bonuses),
			    STR("\"bonus\""));
}

static const struct key score_keys[] = {
	{ "cap", read_cap, offsetof(struct pack, cap), 0 },
	{ "caps", read_caps, 0, 0 },
	{ "bonus", read_bonuses, 0, 0 },
};

const struct key_table score_table = { "score", score_keys,
	nitems(score_keys) };

static void
collect_names(struct arena *a, struct pack *p)
{
	const struct group *g;

	p->names.n = 0;
	VEC_EACH(g, &p->groups)
		*VEC_ADD(a, &p->names) = g->name;
	for (size_t i = 0; i < BRAND_FACTS; i++)
		*VEC_ADD(a, &p->names) = str_of(brand_fact_names[i]);
}

/* They were right before, and all names they use are still there. */
void
conditions_again(struct arena *a, struct pack *pack)
{
	struct condition_names names;
	struct mark mark = { 1, 1 };
	struct bonus *bonus;
	struct diags d;

	collect_names(a, pack);
	names = (struct condition_names){ pack->names.at, pack->names.n,
		pack->n_groups, STR("when") };
	diags_init(&d, a);
	condition_read(&pack->when, a, pack->when_text, &names, &d, mark);
	VEC_EACH(bonus, &pack->bonuses)
		condition_read(&bonus->condition, a, bonus->text, &names, &d,
		    mark);
	assert(d.errors == 0);
}

void
read_conditions(struct pack_reader *r)
{
	struct str outer;

	collect_names(r->arena, r->pack);
	if (r->when != NULL) {
		outer = path_enter(r, STR("when"));
		read_condition(r, r->when, &r->pack->when,
		    &r->pack->when_text);
		r->path = outer;
	}
	if (r->score != NULL) {
		outer = path_enter(r, STR("score"));
		if (expect_type(r, r->score, NODE_MAP))
			keys_read(r, r->score, &score_table, r->pack,
			    STR("\"score\""));
		r->path = outer;
	}
}
