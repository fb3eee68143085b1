/* SPDX-License-Identifier: Apache-2.0 */
/* Brands held against a message. */
#include "rule/brand.h"

#include <stdlib.h>

const char *const brand_sign_names[SIGNS] = {
	[SIGN_NAME_AND_LINK] = "name_and_link",
	[SIGN_OFFICIAL_IN_FRONT] = "official_in_front",
	[SIGN_OFFICIAL_IN_PATH] = "official_in_path",
	[SIGN_SHOWN_OFFICIAL] = "shown_official",
	[SIGN_FORGED_FROM] = "forged_from",
	[SIGN_NEVER_SENDS] = "never_sends",
	[SIGN_HELO_FORGED] = "helo_forged",
	[SIGN_TOKEN_IN_HOST] = "token_in_host",
	[SIGN_TOKEN_IN_PATH] = "token_in_path",
};

struct brand_index {
	struct arena *arena;
};

bool
brand_index_build(struct brand_index **out, const pack_list *packs,
    struct err *e)
{
	struct arena *a = arena_new();

	(void)packs;
	(void)e;
	*out = ARENA_ONE(a, struct brand_index);
	(*out)->arena = a;
	return true;
}

void
brand_index_free(struct brand_index *index)
{
	if (index != NULL)
		arena_free(index->arena);
}

void
brand_index_match(brand_findings *out, struct arena *a,
    struct brand_index *index, const struct facts *facts,
    const struct message *m)
{
	(void)out;
	(void)a;
	(void)index;
	(void)facts;
	(void)m;
}

const struct brand_finding *
brand_index_finding(const brand_findings *findings, const struct brand *brand)
{
	for (size_t i = 0; i < findings->n; i++)
		if (findings->at[i]->brand == brand)
			return findings->at[i];
	return NULL;
}
