/* SPDX-License-Identifier: Apache-2.0 */
/* Loads brand profiles. */
#include "cli/brands.h"

#include <sys/stat.h>

#include "base/err.h"
#include "cli/loader.h"
#include "rule/brand.h"

/* "rules/brands" of "rules"; a file or a folder without one is itself. */
static struct str
brand_folder(struct arena *a, struct str folder)
{
	struct str inner = str_cat(a, folder, STR("/brands"));
	struct stat st;

	return stat(str_cstr(a, inner), &st) == 0 ? inner : folder;
}

static void
keep_brands(pack_list *out, struct arena *a, const pack_list *packs)
{
	for (size_t i = 0; i < packs->n; i++)
		if (packs->at[i]->kind == PACK_BRANDS)
			*VEC_ADD(a, out) = packs->at[i];
}

bool
brands_load(struct brands *out, struct arena *a, const word_list *folders,
    struct err *e)
{
	word_list usual = { 0 };
	const struct str *folder;
	pack_list packs = { 0 };
	struct diags d;

	*out = (struct brands){ 0 };
	if (folders->n == 0) {
		loader_folders(&usual, a);
		folders = &usual;
	}
	diags_init(&d, a);
	VEC_EACH(folder, folders) {
		struct str path = brand_folder(a, *folder);

		packs_load(&packs, a, &path, 1, &d);
	}
	keep_brands(&out->packs, a, &packs);
	return brand_index_build(&out->index, &out->packs, NULL, e);
}

void
brands_release(struct brands *b)
{
	brand_index_free(b->index);
}
