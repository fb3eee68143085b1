/* SPDX-License-Identifier: Apache-2.0 */
/* Many packs: folders of them, and what only shows between packs. */
#include "rule/packs.h"

#include "base/arena.h"
#include "base/crew.h"
#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "mail/url.h"
#include "rule/lint.h"
#include "rule/overlay.h"
#include "rule/packread.h"

enum { PACK_BYTES = 1024 * 1024 };

static const struct str pack_tail = STR_INIT(".pack.yaml");
static const struct str overlay_tail = STR_INIT(".overlay.yaml");

/* One file, read apart from the others. */
struct read_file {
	struct arena *arena;
	struct diags diags;
	struct pack *pack;       /* or NULL */
	struct overlay *overlay; /* or NULL */
};

/* Everything that is read, before it is held against one another. */
struct loading {
	struct arena *arena;
	struct diags *diags;
	pack_list *packs;
	overlay_list overlays;
	pack_file_list *files;
	struct read_file *read;          /* one a file */
	const struct packs_watch *watch; /* or NULL */
};

static bool
text_of_file(struct read_file *f, struct pack_file *file)
{
	struct err e;

	diags_file(&f->diags, file->path, STR(""));
	if (file->text.p != NULL)
		return true;
	if (file_read_regular(&file->text, f->arena,
	        str_cstr(f->arena, file->path), PACK_BYTES, &e))
		return true;
	file->text = (struct str){ NULL, 0 };
	return diag_add(&f->diags, DIAG_ERROR, (struct mark){ 0 }, "", "%s",
	    e.text);
}

/* In a thread of its own. */
static void
load_file(void *client, size_t i)
{
	struct loading *l = client;
	struct read_file *f = &l->read[i];
	struct pack_file *file = &l->files->at[i];

	f->arena = arena_new();
	diags_init(&f->diags, f->arena);
	if (!text_of_file(f, file))
		return;
	if (str_ends(file->path, overlay_tail))
		overlay_read(&f->overlay, f->arena, file->path, file->text,
		    &f->diags);
	else
		pack_read(&f->pack, f->arena, file->path, file->text,
		    &f->diags);
}

static void
on_loaded(void *client, size_t done)
{
	struct loading *l = client;

	l->watch->on_file(l->watch->client, done, l->files->n);
}

/* In the order of their names, whichever came first. */
static bool
load_files(struct loading *l)
{
	struct crew_job job = { .n = l->files->n, .work = load_file,
		.watch = l->watch == NULL ? NULL : on_loaded, .client = l };
	bool is_ok = true;

	l->read = ARENA_MANY(l->arena, struct read_file, l->files->n);
	crew_run(&job);
	for (size_t i = 0; i < l->files->n; i++) {
		struct read_file *f = &l->read[i];

		diags_join(l->diags, &f->diags);
		is_ok = is_ok && f->diags.errors == 0;
		if (f->pack != NULL)
			*VEC_ADD(l->arena, l->packs) = f->pack;
		if (f->overlay != NULL)
			*VEC_ADD(l->arena, &l->overlays) = f->overlay;
		arena_take_over(l->arena, f->arena);
	}
	return is_ok;
}

static bool
find_in(pack_file_list *out, struct arena *a, struct str path,
    struct diags *d)
{
	const char *name = str_cstr(a, path);
	file_list files = { 0 };
	struct str *file;
	struct err e;

	diags_file(d, path, STR(""));
	if (!file_walk(&files, a, name, pack_tail, &e))
		return diag_add(d, DIAG_ERROR, (struct mark){ 0 }, "", "%s",
		    e.text);
	/* A file that is named is in the list already. */
	if (files.n != 1 || !str_eq(files.at[0], path))
		file_walk(&files, a, name, overlay_tail, &e);
	if (files.n == 0)
		diag_add(d, DIAG_WARNING, (struct mark){ 0 }, "",
		    "no *.pack.yaml in this folder");
	VEC_EACH(file, &files)
		VEC_ADD(a, out)->path = *file;
	return true;
}

bool
packs_find(pack_file_list *out, struct arena *a,
    const struct packs_paths *paths, struct diags *d)
{
	bool is_ok = true;

	for (size_t i = 0; i < paths->n; i++)
		is_ok = find_in(out, a, paths->at[i], d) && is_ok;
	return is_ok;
}

/* Keeps the first pack with an id. */
static bool
drop_twins(pack_list *packs, struct arena *a, struct diags *d)
{
	struct map ids;
	size_t kept = 0, n = packs->n;

	map_init(&ids, a);
	for (size_t i = 0; i < n; i++) {
		struct pack *p = packs->at[i];
		uint32_t first = *map_put(&ids, p->id, (uint32_t)kept);

		if (first == kept) {
			packs->at[kept++] = p;
			continue;
		}
		diags_file(d, p->file, p->yaml);
		diag_add(d, DIAG_ERROR, p->id_mark, "X03",
		    "id \"%" STR_FMT "\" is used by %" STR_FMT " already",
		    STR_ARG(p->id), STR_ARG(packs->at[first]->file));
	}
	packs->n = kept;
	return kept == n;
}

const struct brand *
packs_brand(const pack_list *packs, struct str id)
{
	struct brand *brand;

	for (size_t i = 0; i < packs->n; i++)
		VEC_EACH(brand, &packs->at[i]->brands)
			if (str_eq(brand->id, id))
				return brand;
	return NULL;
}

const struct brand *
packs_next_brand(struct packs_brands *at)
{
	for (; at->pack < at->packs->n; at->pack++) {
		const struct pack *p = at->packs->at[at->pack];

		if (at->brand < p->brands.n)
			return &p->brands.at[at->brand++];
		at->brand = 0;
	}
	return NULL;
}

struct str
packs_suggest_brand(const pack_list *packs, struct str id)
{
	struct packs_brands at = { .packs = packs };
	const struct brand *brand;
	struct str best = { 0 };

	while ((brand = packs_next_brand(&at)) != NULL)
		suggest_try(id, brand->id, &best);
	return best;
}

bool
brand_owns(const struct brand *b, struct str host)
{
	const struct str *domain;

	VEC_EACH(domain, &b->official)
		if (host_is_below(host, *domain))
			return true;
	return false;
}

static bool
has_brands(const pack_list *packs)
{
	for (size_t i = 0; i < packs->n; i++)
		if (packs->at[i]->kind == PACK_BRANDS)
			return true;
	return false;
}

static void
refuse_brand(const pack_list *packs, const struct pack *p, struct diags *d)
{
	struct str best = packs_suggest_brand(packs, p->brand);

	diag_add(d, DIAG_ERROR, p->brand_mark, "B01",
	    "brand: no brand \"%" STR_FMT "\" in any pack", STR_ARG(p->brand));
	if (best.n != 0)
		diag_hint(d, "did you mean \"%" STR_FMT "\"?", STR_ARG(best));
}

/* One pack checked alone, without the brands, is no mistake. */
static bool
drop_brandless(pack_list *packs, struct diags *d)
{
	bool is_alone = !has_brands(packs);
	size_t kept = 0, n = packs->n;

	for (size_t i = 0; i < n; i++) {
		struct pack *p = packs->at[i];

		if (p->brand.n == 0 || packs_brand(packs, p->brand) != NULL) {
			packs->at[kept++] = p;
			continue;
		}
		diags_file(d, p->file, p->yaml);
		if (!is_alone) {
			refuse_brand(packs, p, d);
			continue;
		}
		diag_add(d, DIAG_WARNING, p->brand_mark, "B01",
		    "brand: \"%" STR_FMT "\" is not checked: no pack of brands "
		    "was given", STR_ARG(p->brand));
		packs->at[kept++] = p;
	}
	packs->n = kept;
	return kept == n;
}

/* Drops campaigns that take what is a brand's own for a sign. */
static bool
drop_unfair(pack_list *packs, struct arena *a, struct diags *d)
{
	size_t kept = 0, n = packs->n;
	struct map domains;

	brand_domains(&domains, a, packs);
	for (size_t i = 0; i < n; i++)
		if (official_lint(packs->at[i], &domains, d))
			packs->at[kept++] = packs->at[i];
	packs->n = kept;
	return kept == n;
}

/* Whose a name is: the first brand that has it, by its number. */
struct brand_owners {
	struct map ids, domains;
	uint32_t number;
};

static void
check_brand(struct brand_owners *o, const struct brand *brand,
    struct diags *d)
{
	const struct str *domain;

	o->number++;
	if (*map_put(&o->ids, brand->id, o->number) != o->number)
		diag_add(d, DIAG_ERROR, brand->mark, "B01",
		    "brand \"%" STR_FMT "\" is defined twice",
		    STR_ARG(brand->id));
	VEC_EACH(domain, &brand->official)
		if (*map_put(&o->domains, *domain, o->number) != o->number)
			diag_add(d, DIAG_ERROR, brand->mark, "B01",
			    "official domain %" STR_FMT " belongs to another "
			    "brand too", STR_ARG(*domain));
}

/* A brand, or a domain of one, that two packs define. */
static bool
check_brands(const pack_list *packs, struct arena *a, struct diags *d)
{
	struct brand_owners owners = { 0 };
	size_t errors = d->errors;
	const struct brand *brand;

	map_init(&owners.ids, a);
	map_init(&owners.domains, a);
	for (size_t i = 0; i < packs->n; i++) {
		diags_file(d, packs->at[i]->file, packs->at[i]->yaml);
		VEC_EACH(brand, &packs->at[i]->brands)
			check_brand(&owners, brand, d);
	}
	return d->errors == errors;
}

bool
packs_load(pack_list *out, struct arena *a, const struct str *paths,
    size_t n_paths, struct diags *d)
{
	return packs_load_watched(out, a,
	    &(struct packs_paths){ paths, n_paths }, NULL, d);
}

bool
packs_load_watched(pack_list *out, struct arena *a,
    const struct packs_paths *paths, const struct packs_watch *watch,
    struct diags *d)
{
	pack_file_list files = { 0 };
	bool is_ok = packs_find(&files, a, paths, d);

	return packs_load_files(out, a, &files, watch, d) && is_ok;
}

bool
packs_load_files(pack_list *out, struct arena *a, pack_file_list *files,
    const struct packs_watch *watch, struct diags *d)
{
	struct loading l = { .arena = a, .diags = d, .packs = out,
		.files = files, .watch = watch };
	bool is_ok = load_files(&l);

	is_ok = drop_twins(out, a, d) && is_ok;
	is_ok = packs_use(out, a, d) && is_ok;
	is_ok = packs_lists(out, a, d) && is_ok;
	is_ok = check_brands(out, a, d) && is_ok;
	is_ok = drop_unfair(out, a, d) && is_ok;
	is_ok = drop_brandless(out, d) && is_ok;
	packs_lint(out, a, d);
	is_ok = overlays_apply(out, a, &l.overlays, d) && is_ok;
	return is_ok;
}
