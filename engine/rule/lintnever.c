/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that stand in the site's own list of what can never be an indicator
 * (lists.h).  A message is not held against them; whoever checks the pack is
 * told why.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/vec.h"
#include "rule/fact.h"
#include "rule/lint.h"
#include "rule/lists.h"

struct asking {
	struct arena *arena; /* scratch */
	const struct lists *lists;
	struct diags *diags;
	int32_t day;
};

static bool
stands(const struct asking *k, const struct value *v)
{
	const struct pattern *p = &v->pattern;
	struct fact_value value = { .text = p->key };

	if (p->kind == PATTERN_NET)
		value.addr = &p->net.addr;
	else if (p->kind != PATTERN_KEY && p->kind != PATTERN_BELOW)
		return false;
	for (uint8_t i = 0; i < v->field->n_facts; i++)
		if (lists_never(k->lists, v->field->facts[i], &value, k->day,
		        k->arena))
			return true;
	return false;
}

static void
ask(const struct asking *k, const struct group *g)
{
	const struct value *v;

	VEC_EACH(v, &g->values) {
		if (v->is_spoofed || v->link != NULL || v->library != NULL ||
		    !stands(k, v))
			continue;
		diag_add(k->diags, DIAG_WARNING, v->mark, "I03",
		    "%" STR_FMT ".%s: \"%" STR_FMT "\" stands in "
		    "list:site/never", STR_ARG(g->name), v->field->name,
		    STR_ARG(str_head(v->text, 80)));
		diag_hint(k->diags, "no message is held against it here");
		arena_empty(k->arena);
	}
}

static bool
has_never(const pack_list *packs)
{
	struct list_conf *const *conf;

	for (size_t i = 0; i < packs->n; i++)
		VEC_EACH(conf, &packs->at[i]->lists)
			if (str_starts((*conf)->id, STR("site/never")))
				return true;
	return false;
}

void
never_lint(const pack_list *packs, size_t n, struct diags *d)
{
	struct asking k = { .diags = d, .day = day_today() };
	struct lists *lists;
	const struct group *g;

	if (!has_never(packs))
		return;
	lists = lists_open(packs);
	k.lists = lists;
	k.arena = arena_new();
	for (size_t i = 0; i < n; i++) {
		const struct pack *p = packs->at[i];

		diags_file(d, p->file, p->yaml);
		VEC_EACH(g, &p->groups)
			if (!g->is_exception && !p->is_site)
				ask(&k, g);
	}
	arena_free(k.arena);
	lists_free(lists);
}
