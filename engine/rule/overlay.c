/* SPDX-License-Identifier: Apache-2.0 */
/* Reads overlays with the tables of packs, and lays them over the packs. */
#include "rule/overlay.h"

#include "base/arena.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "rule/packread.h"

enum { OVERLAY_BYTES = 1024 * 1024, OVERLAY_DEPTH = 16,
	OVERLAY_NODES = 200000, ENTRIES_MOST = 1000, CAP_MOST = 2000,
	GROUPS_MOST = 64 };

static void
entry_mode(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = {
		[PACK_OBSERVE] = "observe",
		[PACK_SCORE] = "score",
	};
	struct overlay_entry *entry = to;
	int which;

	entry->has_mode = choice_of(r, node, words, nitems(words), &which);
	if (entry->has_mode)
		entry->mode = (enum pack_mode)which;
}

static void
entry_cap(struct pack_reader *r, const struct node *node, void *to)
{
	struct overlay_entry *entry = to;

	entry->cap_mark = node->mark;
	points_of(r, node, CAP_MOST, &entry->cap);
}

static void
entry_expires(struct pack_reader *r, const struct node *node, void *to)
{
	struct overlay_entry *entry = to;

	entry->expires_mark = node->mark;
	read_date(r, node, &entry->expires);
}

static void
entry_disable_groups(struct pack_reader *r, const struct node *node, void *to)
{
	struct overlay_entry *entry = to;

	entry->disable_mark = node->mark;
	read_texts(r, node, &entry->disable_groups);
}

/* Read into a pack of their own, as those of a pack are. */
static struct pack *
read_exceptions(struct pack_reader *r, const struct node *node)
{
	struct pack *outer = r->pack, *own = ARENA_ONE(r->arena, struct pack);

	own->kind = PACK_CAMPAIGN;
	r->pack = own;
	read_groups(r, NULL, node);
	r->pack = outer;
	return own;
}

static void
entry_exceptions(struct pack_reader *r, const struct node *node, void *to)
{
	struct overlay_entry *entry = to;
	struct pack *own = read_exceptions(r, node);

	entry->exceptions = own->groups.at;
	entry->n_exceptions = own->groups.n;
}

static const struct key entry_keys[] = {
	{ "mode", entry_mode, 0, 0 },
	{ "cap", entry_cap, 0, 0 },
	{ "expires", entry_expires, 0, 0 },
	{ "disable", read_bool, offsetof(struct overlay_entry, is_disabled),
	    0 },
	{ "disable_groups", entry_disable_groups, 0, 0 },
	{ "exceptions", entry_exceptions, 0, 0 },
	{ "note", read_free, 0, 0 },
};

const struct key_table overlay_pack_table = { "a pack of an overlay",
	entry_keys, nitems(entry_keys) };

static void
read_entry(struct pack_reader *r, const struct node *node,
    struct overlay *overlay)
{
	struct overlay_entry entry = {
		.id = node->key,
		.mark = node->key_mark,
		.cap = INT32_MAX,
		.expires = DAY_NONE,
	};
	struct str outer = path_enter(r, node->key);

	if (expect_type(r, node, NODE_MAP)) {
		keys_read(r, node, &overlay_pack_table, &entry,
		    str_printf(r->arena, "\"%" STR_FMT "\"",
		        STR_ARG(node->key)));
		*VEC_ADD(r->arena, &overlay->entries) = entry;
	}
	r->path = outer;
}

static void
overlay_packs(struct pack_reader *r, const struct node *node, void *to)
{
	const struct node *child;

	if (!expect_type(r, node, NODE_MAP))
		return;
	if (node->n > ENTRIES_MOST) {
		refuse(r, node, "S04", "more than 1,000 packs");
		return;
	}
	NODE_EACH(child, node)
		read_entry(r, child, to);
}

/* A pack that the groups are of, which silences others. */
static void
make_site(struct pack *own)
{
	struct group *g;

	VEC_EACH(g, &own->groups)
		g->is_exception = false;
	own->n_groups = own->groups.n;
	own->id = own->symbol = STR("site-overlay");
	own->revision = 1;
	own->status = PACK_STABLE;
	own->mode = PACK_OBSERVE;
	own->created = own->updated = own->expires = own->review_by =
	    own->seen_first = own->seen_last = DAY_NONE;
	own->is_site = true;
	own->when_text = STR("any of them");
}

/* Any of them silences all packs: a pack of its own tells which, so that the
 * brands are silent too. */
static void
all_exceptions(struct pack_reader *r, const struct node *node, void *to)
{
	struct overlay *overlay = to;
	struct pack *own = read_exceptions(r, node);

	make_site(own);
	if (own->groups.n != 0)
		overlay->site = own;
}

static void
overlay_brands(struct pack_reader *r, const struct node *node, void *to)
{
	struct overlay *overlay = to;
	const struct node *child;

	if (!expect_type(r, node, NODE_MAP))
		return;
	if (node->n > ENTRIES_MOST) {
		refuse(r, node, "S04", "more than 1,000 brands");
		return;
	}
	NODE_EACH(child, node) {
		struct overlay_brand *b = VEC_ADD(r->arena,
		    &overlay->brands);
		struct str outer = path_enter(r, child->key);

		b->mark = child->key_mark;
		b->more.id = child->key;
		read_site_brand(r, child, &b->more);
		r->path = outer;
	}
}

static const struct key all_keys[] = {
	{ "exceptions", all_exceptions, 0, 0 },
	{ "note", read_free, 0, 0 },
};

const struct key_table overlay_all_table = { "all of an overlay", all_keys,
	nitems(all_keys) };

static void
overlay_all(struct pack_reader *r, const struct node *node, void *to)
{
	if (expect_type(r, node, NODE_MAP))
		keys_read(r, node, &overlay_all_table, to, STR("\"all\""));
}

static void
overlay_format(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	if (node->type != NODE_TEXT || !str_is(node->text, "1"))
		refuse(r, node, "S04", "a format other than 1 is not read by "
		    "this version");
}

static const struct key overlay_keys[] = {
	{ "overlay", overlay_format, 0, KEY_ALL | KEY_ALL << KEY_MUST_SHIFT },
	{ "note", read_free, 0, 0 },
	{ "packs", overlay_packs, 0, 0 },
	{ "brands", overlay_brands, 0, 0 },
	{ "all", overlay_all, 0, 0 },
};

const struct key_table overlay_table = { "an overlay", overlay_keys,
	nitems(overlay_keys) };

bool
overlay_read(struct overlay **out, struct arena *a, struct str file,
    struct str yaml, struct diags *d)
{
	static const struct node_limits limits = {
		.bytes = OVERLAY_BYTES,
		.depth = OVERLAY_DEPTH,
		.nodes = OVERLAY_NODES,
	};
	struct overlay *overlay = ARENA_ONE(a, struct overlay);
	struct pack_reader r = { .arena = a, .diags = d,
		.pack = ARENA_ONE(a, struct pack), .lang = STR("") };
	size_t errors = d->errors;
	struct node *root;

	overlay->file = file;
	overlay->yaml = yaml;
	diags_file(d, file, yaml);
	node_read(&root, a, yaml, &limits, d);
	if (root != NULL && root->type == NODE_MAP)
		keys_read(&r, root, &overlay_table, overlay,
		    STR("an overlay"));
	else if (root != NULL)
		diag_add(d, DIAG_ERROR, root->mark, "S03",
		    "expected a mapping, found %s",
		    node_type_name(root->type));
	if (overlay->site != NULL)
		overlay->site->file = file;
	diags_sort(d);
	*out = d->errors == errors ? overlay : NULL;
	return d->errors == errors;
}

/* Laying over */

struct laying {
	struct arena *arena;
	struct diags *diags;
	const pack_list *packs;
	const struct overlay_entry *entry;
	struct pack *pack;
	pack_list sites;        /* to be added behind all others */
};

static struct pack *
find_pack(struct laying *l)
{
	struct str best = { 0 };

	for (size_t i = 0; i < l->packs->n; i++) {
		if (str_eq(l->packs->at[i]->id, l->entry->id))
			return l->packs->at[i];
		suggest_try(l->entry->id, l->packs->at[i]->id, &best);
	}
	diag_add(l->diags, DIAG_WARNING, l->entry->mark, "C01",
	    "packs: no pack \"%" STR_FMT "\"", STR_ARG(l->entry->id));
	if (best.n != 0)
		diag_hint(l->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
	return NULL;
}

/* Held against what the pack itself says: two overlays do not change what
 * each may ask. */
static void
lower(struct laying *l)
{
	const struct overlay_entry *e = l->entry;
	struct pack *p = l->pack;

	if (e->cap != INT32_MAX && e->cap > p->own_cap) {
		diag_add(l->diags, DIAG_ERROR, e->cap_mark, "S04",
		    "cap: above the pack's own");
		diag_hint(l->diags, "an overlay only lowers a cap");
	} else if (e->cap < p->cap) {
		p->cap = e->cap;
	}
	if (e->expires != DAY_NONE && p->own_expires != DAY_NONE &&
	    e->expires > p->own_expires) {
		diag_add(l->diags, DIAG_ERROR, e->expires_mark, "S07",
		    "expires: after the pack's own");
		diag_hint(l->diags, "an overlay only ends a pack earlier");
	} else if (e->expires != DAY_NONE && (p->expires == DAY_NONE ||
	    e->expires < p->expires)) {
		p->expires = e->expires;
	}
}

/* Two overlays that differ: observing is the less. */
static void
change_mode(struct laying *l)
{
	struct pack *p = l->pack;

	p->is_disabled |= l->entry->is_disabled;
	if (!l->entry->has_mode)
		return;
	if (!p->has_site_mode || l->entry->mode == PACK_OBSERVE)
		p->mode = l->entry->mode;
	p->has_site_mode = true;
}

/* Without values it is never true. */
static void
disable_group(struct laying *l, struct str name)
{
	struct str best = { 0 };

	for (size_t i = 0; i < l->pack->n_groups; i++) {
		struct group *g = &l->pack->groups.at[i];

		suggest_try(name, g->name, &best);
		if (!str_eq(g->name, name))
			continue;
		g->is_disabled = true;
		g->values.n = 0;
		g->want = 1;
		return;
	}
	diag_add(l->diags, DIAG_WARNING, l->entry->disable_mark, "C01",
	    "disable_groups: pack \"%" STR_FMT "\" has no group \"%" STR_FMT
	    "\"", STR_ARG(l->pack->id), STR_ARG(name));
	if (best.n != 0)
		diag_hint(l->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
}

static bool
may_add(struct laying *l, const struct group *g)
{
	const struct group *old;

	if (l->pack->kind != PACK_CAMPAIGN)
		return diag_add(l->diags, DIAG_ERROR, g->mark, "S04",
		    "exceptions are for campaigns and brands");
	if (l->pack->groups.n >= GROUPS_MOST)
		return diag_add(l->diags, DIAG_ERROR, g->mark, "S04",
		    "more than 64 groups and exceptions");
	VEC_EACH(old, &l->pack->groups)
		if (str_eq(old->name, g->name))
			return diag_add(l->diags, DIAG_ERROR, g->mark, "Y02",
			    "\"%" STR_FMT "\" is the name of a group already",
			    STR_ARG(g->name));
	return true;
}

/* Brands have no condition that an exception could be a part of. */
static void
except_brands(struct laying *l)
{
	struct pack *own = ARENA_ONE(l->arena, struct pack);

	if (l->entry->n_exceptions == 0)
		return;
	own->kind = PACK_CAMPAIGN;
	own->file = l->diags->file;
	for (size_t i = 0; i < l->entry->n_exceptions; i++)
		*VEC_ADD(l->arena, &own->groups) = l->entry->exceptions[i];
	make_site(own);
	own->site_of = l->pack->id;
	conditions_again(l->arena, own);
	*VEC_ADD(l->arena, &l->sites) = own;
}

static void
apply_entry(struct laying *l)
{
	const struct overlay_entry *e = l->entry;
	const struct str *name;
	bool has_added = false;

	l->pack = find_pack(l);
	if (l->pack == NULL)
		return;
	lower(l);
	change_mode(l);
	VEC_EACH(name, &e->disable_groups)
		disable_group(l, *name);
	if (l->pack->kind == PACK_BRANDS) {
		except_brands(l);
		return;
	}
	for (size_t i = 0; i < e->n_exceptions; i++) {
		if (!may_add(l, &e->exceptions[i]))
			continue;
		*VEC_ADD(l->arena, &l->pack->groups) = e->exceptions[i];
		has_added = true;
	}
	if (has_added)
		conditions_again(l->arena, l->pack);
}

static void
add_strs(struct arena *a, str_list *to, const str_list *more)
{
	for (size_t i = 0; i < more->n; i++)
		*VEC_ADD(a, to) = more->at[i];
}

static void
add_to_brand(struct arena *a, struct brand *b, const struct brand *more)
{
	const struct vendor *vendor;

	add_strs(a, &b->official, &more->official);
	add_strs(a, &b->related, &more->related);
	add_strs(a, &b->customer_space, &more->customer_space);
	add_strs(a, &b->not_tokens, &more->not_tokens);
	VEC_EACH(vendor, &more->vendors)
		*VEC_ADD(a, &b->vendors) = *vendor;
}

/* Packs are ours to change until they are compiled. */
static void
apply_brand(struct laying *l, const struct overlay_brand *b)
{
	struct brand *brand = (struct brand *)(uintptr_t)packs_brand(l->packs,
	    b->more.id);
	struct str best;

	if (brand != NULL) {
		add_to_brand(l->arena, brand, &b->more);
		return;
	}
	best = packs_suggest_brand(l->packs, b->more.id);
	diag_add(l->diags, DIAG_WARNING, b->mark, "B01",
	    "brands: no brand \"%" STR_FMT "\" in any pack",
	    STR_ARG(b->more.id));
	if (best.n != 0)
		diag_hint(l->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
}

static void
add_site(pack_list *packs, struct arena *a, const struct overlay *o)
{
	if (o->site == NULL)
		return;
	conditions_again(a, o->site);
	*VEC_ADD(a, packs) = o->site;
}

bool
overlays_apply(pack_list *packs, struct arena *a,
    const overlay_list *overlays, struct diags *d)
{
	struct laying l = { .arena = a, .diags = d, .packs = packs };
	const struct overlay_brand *brand;
	size_t errors = d->errors;

	for (size_t i = 0; i < packs->n; i++) {
		packs->at[i]->own_cap = packs->at[i]->cap;
		packs->at[i]->own_expires = packs->at[i]->expires;
	}
	for (size_t i = 0; i < overlays->n; i++) {
		const struct overlay *o = overlays->at[i];

		diags_file(d, o->file, o->yaml);
		VEC_EACH(l.entry, &o->entries)
			apply_entry(&l);
		VEC_EACH(brand, &o->brands)
			apply_brand(&l, brand);
	}
	for (size_t i = 0; i < l.sites.n; i++)
		*VEC_ADD(a, packs) = l.sites.at[i];
	for (size_t i = 0; i < overlays->n; i++)
		add_site(packs, a, overlays->at[i]);
	return d->errors == errors;
}
