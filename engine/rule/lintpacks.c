/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lint between packs: a campaign that names what belongs to a brand would
 * hit the brand's genuine mail; two that name the same host are related.
 */
#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "rule/lint.h"
#include "rule/packread.h"

enum { OFFICIAL, CUSTOMERS, CUSTOMERS_EXACT };

void
brand_domains(struct map *domains, struct arena *a, const pack_list *packs)
{
	const struct brand *brand;
	struct str *name;

	map_init(domains, a);
	for (size_t i = 0; i < packs->n; i++) {
		VEC_EACH(brand, &packs->at[i]->brands) {
			VEC_EACH(name, &brand->official)
				map_put(domains, *name, OFFICIAL);
			VEC_EACH(name, &brand->customer_space)
				if (str_starts(*name, STR("=")))
					*map_put(domains, str_from(*name, 1),
					    0) = CUSTOMERS_EXACT;
				else
					*map_put(domains, *name, 0) =
					    CUSTOMERS;
		}
	}
}

/* The nearest of host and its parents that a brand has decides. */
static bool
is_official(const struct map *domains, struct str host)
{
	struct str name = host;

	while (name.n != 0) {
		const uint32_t *what = map_get(domains, name);

		if (what != NULL && (*what != CUSTOMERS_EXACT ||
		    name.n != host.n))
			return *what != CUSTOMERS;
		if (what != NULL)
			return false;
		name = str_from(name, str_find(name, '.') + 1);
	}
	return false;
}

/* The host that an exact value is about, or "". */
static struct str
host_of(const struct value *v)
{
	struct str key = v->pattern.key;

	if (v->link != NULL || (v->pattern.kind != PATTERN_KEY &&
	    v->pattern.kind != PATTERN_BELOW))
		return STR("");
	switch (v->field->kind) {
	case FIELD_MAILBOX:
		return str_from(key, str_find_last(key, '@') + 1);
	case FIELD_DOMAIN:
	case FIELD_HOST:
		return key;
	case FIELD_URL:
		key = str_from(key, str_find_str(key, STR("://")) + 3);
		return str_head(key, str_find(key, '/'));
	default:
		return STR("");
	}
}

/* I02; false after an error. */
bool
official_lint(const struct pack *p, const struct map *domains,
    struct diags *d)
{
	const struct group *g;
	const struct value *v;
	bool is_ok = true;

	diags_file(d, p->file, STR(""));
	VEC_EACH(g, &p->groups) {
		VEC_EACH(v, &g->values) {
			if (v->is_spoofed || g->is_exception ||
			    !is_official(domains, host_of(v)))
				continue;
			is_ok = diag_add(d, DIAG_ERROR, v->mark, "I02",
			    "%" STR_FMT ".%s: \"%" STR_FMT "\" belongs to a "
			    "brand", STR_ARG(g->name), v->field->name,
			    STR_ARG(str_head(v->text, 200)));
			diag_hint(d, "an address of the brand that was forged "
			    "is {value: ..., spoofed: true}; a link to it is "
			    "no sign");
		}
	}
	return is_ok;
}

static const struct brand *
phone_owner(const pack_list *packs, struct str key)
{
	const struct brand *brand;
	struct str *phone;

	for (size_t i = 0; i < packs->n; i++)
		VEC_EACH(brand, &packs->at[i]->brands)
			VEC_EACH(phone, &brand->phones)
				if (str_eq(*phone, key))
					return brand;
	return NULL;
}

/* I17: the brand's own number, which lures quote. */
static void
phone_lint(const pack_list *packs, const struct group *g,
    const struct value *v, struct diags *d)
{
	const struct brand *brand;

	if (v->field->kind != FIELD_PHONE || g->is_exception)
		return;
	brand = phone_owner(packs, v->pattern.key);
	if (brand != NULL)
		diag_add(d, DIAG_WARNING, v->mark, "I17", "%" STR_FMT
		    ".phone: the number of brand \"%" STR_FMT "\" itself",
		    STR_ARG(g->name), STR_ARG(brand->id));
}

struct owners {
	struct map packs; /* of values: index of the pack that has it */
	struct arena *arena;
	const pack_list *list;
	struct diags *diags;
};

/* X01: who sends both? */
static void
note_owner(struct owners *o, uint32_t pack, const struct group *g,
    const struct value *v)
{
	struct str host = host_of(v), key;
	uint32_t first;

	if (host.n == 0 || v->is_spoofed || g->is_exception)
		return;
	key = str_cat(o->arena, str_of(v->field->name), STR("\n"),
	    v->pattern.key);
	first = *map_put(&o->packs, key, pack);
	if (first == pack)
		return;
	diag_add(o->diags, DIAG_WARNING, v->mark, "X01",
	    "%" STR_FMT ".%s: \"%" STR_FMT "\" stands in pack %" STR_FMT
	    " too", STR_ARG(g->name), v->field->name,
	    STR_ARG(str_head(v->text, 200)),
	    STR_ARG(o->list->at[first]->id));
	diag_hint(o->diags, "tie them together with \"related\" or "
	    "\"family\"");
}

void
packs_lint(const pack_list *packs, struct arena *a, struct diags *d)
{
	struct owners owners = { .arena = a, .list = packs, .diags = d };
	const struct group *g;
	const struct value *v;

	map_init(&owners.packs, a);
	for (uint32_t i = 0; i < packs->n; i++) {
		diags_file(d, packs->at[i]->file, STR(""));
		VEC_EACH(g, &packs->at[i]->groups) {
			VEC_EACH(v, &g->values) {
				phone_lint(packs, g, v, d);
				note_owner(&owners, i, g, v);
			}
		}
	}
}
