/* SPDX-License-Identifier: Apache-2.0 */
/* Finds to each pack what it was before. */
#include "cli/packpair.h"

#include "base/arena.h"
#include "base/map.h"

void
packpairs_make(pack_pair_list *out, struct arena *a,
    const struct loaded *old, const struct loaded *now)
{
	struct map by_id;
	struct pack_pair *pair;

	map_init(&by_id, a);
	for (size_t i = 0; i < now->n_named; i++) {
		map_put(&by_id, now->packs.at[i]->id, (uint32_t)out->n);
		*VEC_ADD(a, out) = (struct pack_pair){
			.now = now->packs.at[i] };
	}
	for (size_t i = 0; i < old->n_named; i++) {
		uint32_t n = (uint32_t)out->n;
		uint32_t at = *map_put(&by_id, old->packs.at[i]->id, n);

		if (at == n)
			*VEC_ADD(a, out) = (struct pack_pair){ 0 };
		out->at[at].old = old->packs.at[i];
	}
	VEC_EACH(pair, out) {
		packdiff(&pair->changes, a, pair->old, pair->now);
		pair->way = packdiff_way(&pair->changes);
	}
}

bool
packpair_is_unraised(const struct pack_pair *p)
{
	return p->old != NULL && p->now != NULL && p->changes.n != 0 &&
	    p->now->revision <= p->old->revision;
}
