/* SPDX-License-Identifier: Apache-2.0 */
/* The mail of a pack's test, held against all other packs. */
#include "rule/trial_parts.h"

enum { FOUND_MOST = 4096 };

static bool
describes(const struct pack *p, struct str brand)
{
	const struct brand *at;

	VEC_EACH(at, &p->brands)
		if (str_eq(at->id, brand))
			return true;
	return false;
}

/* Packs of one brand or family may fire together: the higher counts.  So may
 * the packs of a brand on the mails of its description. */
static bool
are_kin(const struct pack *a, const struct pack *b)
{
	return describes(b, a->brand) ||
	    (a->brand.n != 0 && str_eq(a->brand, b->brand)) ||
	    (a->family.n != 0 && str_eq(a->family, b->family));
}

static void
tell(struct buf *b, const struct rule_hit *hit)
{
	bool is_first = true;

	if (b->n != 0)
		buf_add_str(b, STR("; "));
	buf_printf(b, "%" STR_FMT " fires too, by ",
	    STR_ARG(hit->pack->id));
	for (size_t i = 0; i < hit->pack->groups.n; i++) {
		if (hit->groups[i].truth != TRUTH_TRUE)
			continue;
		buf_printf(b, "%s%" STR_FMT, is_first ? "" : ", ",
		    STR_ARG(hit->pack->groups.at[i].name));
		is_first = false;
	}
}

void
trial_crosses(struct trial_run *run, const struct outcome *o)
{
	struct trial *t = trial_add(run, TRIAL_CROSS, run->test->name,
	    run->test->mark);
	const struct rule_hit *hit;
	struct buf b;

	buf_init_arena(&b, run->arena, FOUND_MOST);
	VEC_EACH(hit, &o->hits->rules)
		if (hit->pack != run->pack && hit->truth == TRUTH_TRUE &&
		    !hit->pack->is_site && !are_kin(hit->pack, run->pack))
			tell(&b, hit);
	t->is_passed = b.n == 0;
	trial_close(run, t, buf_str(&b));
}
