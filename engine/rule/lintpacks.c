/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lint between packs: a campaign that names what belongs to a brand would
 * hit the brand's genuine mail; two that name the same host are related.
 */
#include "base/arena.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/fold.h"
#include "rule/lint.h"
#include "rule/packread.h"
#include "rule/sharedname.h"

enum { OFFICIAL, CUSTOMERS, CUSTOMERS_EXACT };
enum { TOKEN_LEAST = 4 };

void
brand_domains(struct map *domains, struct arena *a, const pack_list *packs)
{
	struct packs_brands at = { .packs = packs };
	const struct brand *brand;
	const struct str *name;

	map_init(domains, a);
	while ((brand = packs_next_brand(&at)) != NULL) {
		VEC_EACH(name, &brand->official)
			map_put(domains, *name, OFFICIAL);
		VEC_EACH(name, &brand->customer_space)
			if (str_starts(*name, STR("=")))
				*map_put(domains, str_from(*name, 1), 0) =
				    CUSTOMERS_EXACT;
			else
				*map_put(domains, *name, 0) = CUSTOMERS;
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

/* I02; false after an error. */
bool
official_lint(const struct pack *p, const struct map *domains,
    struct diags *d)
{
	const struct group *g;
	const struct value *v;
	bool is_ok = true;

	diags_file(d, p->file, p->yaml);
	VEC_EACH(g, &p->groups) {
		VEC_EACH(v, &g->values) {
			if (v->is_spoofed || g->is_exception ||
			    !is_official(domains, lint_host(v)))
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
	struct packs_brands at = { .packs = packs };
	const struct brand *brand;
	const struct str *phone;

	while ((brand = packs_next_brand(&at)) != NULL)
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
	struct map packs;      /* of values: index of the pack that has it */
	struct map customers;  /* names where customers of brands write */
	struct arena *arena;
	const pack_list *list;
	struct diags *diags;
	/* Of the pack in hand: */
	uint32_t values;       /* that could be shared */
	uint32_t shared;       /* with the pack "with" */
	uint32_t with;
};

/* X01: who sends both? */
static void
note_owner(struct owners *o, uint32_t pack, const struct group *g,
    const struct value *v)
{
	struct str host = lint_host(v), key;
	uint32_t first;

	if (host.n == 0 || v->is_spoofed || g->is_exception)
		return;
	o->values++;
	key = str_cat(o->arena, str_of(v->field->name), STR("\n"),
	    v->pattern.key);
	first = *map_put(&o->packs, key, pack);
	if (first == pack)
		return;
	if (o->shared == 0)
		o->with = first;
	o->shared += first == o->with;
	diag_add(o->diags, DIAG_WARNING, v->mark, "X01",
	    "%" STR_FMT ".%s: \"%" STR_FMT "\" stands in pack %" STR_FMT
	    " too", STR_ARG(g->name), v->field->name,
	    STR_ARG(str_head(v->text, 200)),
	    STR_ARG(o->list->at[first]->id));
	diag_hint(o->diags, "tie them together with \"related\" or "
	    "\"family\"");
}

/* X02: nothing here that the other has not. */
static void
implied_pack(struct owners *o, const struct pack *p)
{
	const struct group *g;
	size_t all = 0;

	VEC_EACH(g, &p->groups)
		all += g->is_exception ? 0 : g->values.n;
	if (o->shared > 0 && o->shared == o->values && o->values == all)
		diag_add(o->diags, DIAG_WARNING, p->id_mark, "X02",
		    "every value stands in pack %" STR_FMT,
		    STR_ARG(o->list->at[o->with]->id));
}

/* I04: a name of a brand below which its customers write. */
static void
customer_name(struct owners *o, const struct group *g, const struct value *v)
{
	struct str host = lint_host(v);

	if (g->is_exception || v->is_spoofed || shared_name(host) != NULL ||
	    (v->field->kind != FIELD_DOMAIN && v->field->kind != FIELD_HOST) ||
	    map_get(&o->customers, host) == NULL)
		return;
	diag_add(o->diags, DIAG_WARNING, v->mark, "I04",
	    "%" STR_FMT ".%s: \"%" STR_FMT "\" is where customers of a brand "
	    "write", STR_ARG(g->name), v->field->name, STR_ARG(host));
	diag_hint(o->diags, "name the customer's own host");
}

/* The brand whose token a name shows once look-alikes are made plain. */
static const struct brand *
lookalike_of(const pack_list *packs, struct arena *a, struct str host)
{
	struct str plain = fold_skeleton(a, host).text;
	struct packs_brands at = { .packs = packs };
	const struct brand *brand;
	const struct str *token;

	while ((brand = packs_next_brand(&at)) != NULL)
		VEC_EACH(token, &brand->tokens)
			if (token->n >= TOKEN_LEAST && str_find_str(plain,
			    fold_skeleton(a, *token).text) < plain.n)
				return brand;
	return NULL;
}

/* I08 */
static void
lookalike_name(struct owners *o, const struct group *g, const struct value *v)
{
	const struct brand *brand = NULL;

	if (lint_host(v).n == 0 || g->is_exception)
		return;
	if (!utf8_is_ascii(v->text))
		brand = lookalike_of(o->list, o->arena, v->text);
	if (brand == NULL)
		return;
	diag_add(o->diags, DIAG_WARNING, v->mark, "I08",
	    "%" STR_FMT ".%s: looks like a token of brand \"%" STR_FMT "\"",
	    STR_ARG(g->name), v->field->name, STR_ARG(brand->id));
	diag_hint(o->diags, "write what DNS has: %" STR_FMT,
	    STR_ARG(lint_host(v)));
}

static bool
is_from_brand(struct arena *a, const struct pack_test *test,
    const struct brand *brand)
{
	struct str from = refang(a, test->from);
	struct str host = str_from(from, str_find_last(from, '@') + 1);
	size_t n = 0;

	while (n < host.n && (ascii_is_alnum(host.p[n]) ||
	    host.p[n] == '-' || host.p[n] == '.'))
		n++;
	return brand_owns(brand, str_lower(a, str_head(host, n)));
}

/* T03: the mail that a campaign must never hit. */
static void
no_genuine_test(struct owners *o, const struct pack *p)
{
	const struct brand *brand = p->brand.n == 0 ? NULL
	    : packs_brand(o->list, p->brand);
	const struct pack_test *test;

	if (brand == NULL || brand->official.n == 0 ||
	    p->status == PACK_DRAFT || p->tests.n == 0)
		return;
	VEC_EACH(test, &p->tests)
		if (!test->expects_match && (test->eml.n != 0 ||
		    is_from_brand(o->arena, test, brand)))
			return;
	diag_add(o->diags, DIAG_WARNING, p->tests.at[0].mark, "T03",
	    "tests: no clean one is a genuine mail of brand \"%" STR_FMT "\"",
	    STR_ARG(brand->id));
	diag_hint(o->diags, "{expect: clean, mail: {from: someone@%" STR_FMT
	    ", auth: {dmarc: pass}, ...}}", STR_ARG(brand->official.at[0]));
}

static void
note_customers(struct owners *o)
{
	struct packs_brands at = { .packs = o->list };
	const struct brand *brand;
	const struct str *name;

	map_init(&o->customers, o->arena);
	while ((brand = packs_next_brand(&at)) != NULL)
		VEC_EACH(name, &brand->customer_space)
			if (!str_starts(*name, STR("=")))
				map_put(&o->customers, *name, 0);
}

static void
pack_beside(struct owners *o, uint32_t i)
{
	const struct pack *p = o->list->at[i];
	const struct group *g;
	const struct value *v;

	o->values = o->shared = 0;
	VEC_EACH(g, &p->groups) {
		VEC_EACH(v, &g->values) {
			phone_lint(o->list, g, v, o->diags);
			note_owner(o, i, g, v);
			customer_name(o, g, v);
			lookalike_name(o, g, v);
		}
	}
	implied_pack(o, p);
	no_genuine_test(o, p);
}

void
packs_lint(const pack_list *packs, struct arena *a, struct diags *d)
{
	struct owners owners = { .arena = a, .list = packs, .diags = d };

	map_init(&owners.packs, a);
	note_customers(&owners);
	for (uint32_t i = 0; i < packs->n; i++) {
		diags_file(d, packs->at[i]->file, packs->at[i]->yaml);
		pack_beside(&owners, i);
	}
}
