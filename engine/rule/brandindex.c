/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the index of brands: names into two matchers, domains and tokens
 * into maps.
 */
#include "rule/brandindex.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "mail/fold.h"
#include "mail/url.h"
#include "rule/matcher.h"

enum { REGEX_MOST = 4096 };

/* What a name of letters that are written apart must not touch. */
static const char edge_before[] = "(?<![a-z0-9])";
static const char edge_behind[] = "(?![a-z0-9])";

/* text as a regex that means itself, with word edges at Latin ends. */
static struct str
name_regex(struct arena *a, struct str text)
{
	struct buf b;

	buf_init_arena(&b, a, REGEX_MOST);
	if (ascii_is_alnum(text.p[0]))
		buf_add_str(&b, str_of(edge_before));
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if ((unsigned char)c < 0x80 && !ascii_is_alnum(c))
			buf_add_byte(&b, '\\');
		buf_add_byte(&b, c);
	}
	if (ascii_is_alnum(text.p[text.n - 1]))
		buf_add_str(&b, str_of(edge_behind));
	return buf_str(&b);
}

static void
add_name(struct brand_index *index, uint32_t brand, struct str name)
{
	struct arena *a = index->arena;
	struct str plain = str_trim(fold(a, name).text);
	struct str skeleton = str_trim(fold_skeleton(a, name).text);
	struct str label = str_cat(a, STR("brand "),
	    index->brands.at[brand].brand->id, STR(": "), name);

	if (plain.n != 0 && plain.n < REGEX_MOST / 4) {
		matcher_add(index->names, (uint32_t)index->name_brand.n,
		    name_regex(a, plain), false, label);
		*VEC_ADD(a, &index->name_brand) = brand;
	}
	if (skeleton.n != 0 && skeleton.n < REGEX_MOST / 4) {
		matcher_add(index->skeletons, (uint32_t)index->name_brand.n,
		    name_regex(a, skeleton), false, label);
		*VEC_ADD(a, &index->name_brand) = brand;
	}
}

static size_t
count_labels(struct str name)
{
	size_t n = 1;

	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '.';
	return n;
}

/* "kagoya.jp", "=docomo.ne.jp" (nothing below it), "x.example/kagoya". */
static void
add_domain(struct brand_index *index, uint32_t brand, enum realm realm,
    struct str text)
{
	struct arena *a = index->arena;
	struct brand_domain *d;
	struct str name, path, host;
	bool is_exact = str_skip(&text, STR("="));
	bool has_path = str_cut(text, '/', &name, &path);
	uint32_t *first, old;

	if (name.n == 0)
		return;
	if (!host_normalize(&host, a, name))
		host = str_lower(a, name);
	first = map_put(&index->domain_names, host, UINT32_MAX);
	old = *first;
	*first = (uint32_t)index->domains.n;
	d = VEC_ADD(a, &index->domains);
	d->brand = brand;
	d->realm = realm;
	d->is_exact = is_exact;
	d->path = has_path && path.n != 0
	    ? str_cat(a, STR("/"), path) : STR("");
	d->next = old;
	if (count_labels(host) > index->most_labels)
		index->most_labels = count_labels(host);
}

/* The letters and digits (and all beyond ASCII) at the front. */
static struct str
first_piece(struct str s)
{
	size_t n = 0;

	while (n < s.n && (ascii_is_alnum(s.p[n]) ||
	    (unsigned char)s.p[n] >= 0x80))
		n++;
	return str_head(s, n);
}

static void
add_to_set(struct brand_index *index, struct token_set *set, uint32_t brand,
    struct str text, bool is_domain)
{
	struct brand_token *token;
	struct str piece = first_piece(text);
	uint32_t *first, old;

	if (piece.n == 0)
		return;
	first = map_put(&set->pieces, piece, UINT32_MAX);
	old = *first;
	*first = (uint32_t)set->list.n;
	token = VEC_ADD(index->arena, &set->list);
	token->brand = brand;
	token->text = text;
	token->is_domain = is_domain;
	token->next = old;
}

static void
add_token(struct brand_index *index, uint32_t brand, struct str text,
    bool is_domain)
{
	struct arena *a = index->arena;

	add_to_set(index, &index->tokens, brand,
	    str_trim(fold(a, text).text), is_domain);
	add_to_set(index, &index->skeleton_tokens, brand,
	    str_trim(fold_skeleton(a, text).text), is_domain);
}

/* "kagoya" of "kagoya.jp": the label that people read. */
static void
add_near_label(struct brand_index *index, uint32_t brand, struct str domain)
{
	struct str site = host_registrable(domain);

	near_add(&index->near, brand, str_head(site, str_find(site, '.')));
}

/* "jcom.co.jp" as people build it into a label: "jcom-co-jp". */
static void
add_dashed(struct brand_index *index, uint32_t brand, struct str domain)
{
	char *p = arena_take(index->arena, domain.n);

	for (size_t i = 0; i < domain.n; i++)
		p[i] = domain.p[i] == '.' ? '-' : domain.p[i];
	add_token(index, brand, (struct str){ p, domain.n }, true);
}

static void
add_domains(struct brand_index *index, uint32_t n, const struct brand *b)
{
	const struct str *s;
	const struct vendor *vendor;

	VEC_EACH(s, &b->official)
		add_domain(index, n, REALM_OFFICIAL, *s);
	VEC_EACH(s, &b->related)
		add_domain(index, n, REALM_RELATED, *s);
	VEC_EACH(s, &b->customer_space)
		add_domain(index, n, REALM_CUSTOMER, *s);
	VEC_EACH(s, &b->never_sends)
		add_domain(index, n, REALM_NEVER_SENDS, *s);
	VEC_EACH(vendor, &b->vendors)
		add_domain(index, n, REALM_VENDOR, vendor->domain);
}

static void
add_brand(struct brand_index *index, const struct pack *pack,
    const struct brand *b)
{
	uint32_t n = (uint32_t)index->brands.n;
	struct brand_known *known = VEC_ADD(index->arena, &index->brands);
	const struct str *s;

	known->brand = b;
	known->pack = pack;
	VEC_EACH(s, &b->not_tokens)
		*VEC_ADD(index->arena, &known->not_tokens) =
		    fold(index->arena, *s).text;
	VEC_EACH(s, &b->names)
		add_name(index, n, *s);
	add_domains(index, n, b);
	VEC_EACH(s, &b->tokens)
		add_token(index, n, *s, false);
	VEC_EACH(s, &b->official)
		add_dashed(index, n, *s);
	VEC_EACH(s, &b->tokens)
		near_add(&index->near, n, str_trim(fold(index->arena,
		    *s).text));
	VEC_EACH(s, &b->names)
		near_add(&index->near, n, str_trim(fold(index->arena,
		    *s).text));
	VEC_EACH(s, &b->official)
		add_near_label(index, n, *s);
	VEC_EACH(s, &b->never_sends)
		add_dashed(index, n, *s);
}

static struct brand_index *
index_new(const pack_list *packs)
{
	struct arena *a = arena_new();
	struct brand_index *index = ARENA_ONE(a, struct brand_index);
	struct pack **pack;
	const struct brand *b;

	index->arena = a;
	map_init(&index->domain_names, a);
	near_init(&index->near, a);
	map_init(&index->tokens.pieces, a);
	map_init(&index->skeleton_tokens.pieces, a);
	index->names = matcher_new();
	index->skeletons = matcher_new();
	VEC_EACH(pack, packs)
		VEC_EACH(b, &(*pack)->brands)
			add_brand(index, *pack, b);
	return index;
}

bool
brand_index_build(struct brand_index **out, const pack_list *packs,
    const struct brand_names *old, struct err *e)
{
	static const struct brand_names none;
	struct brand_index *index = index_new(packs);
	struct matcher_conf names, skeletons;

	old = old == NULL ? &none : old;
	names = (struct matcher_conf){ .old = old->names, .is_folded = true,
		.is_plain = old->is_plain };
	skeletons = (struct matcher_conf){ .old = old->skeletons,
		.is_plain = old->is_plain };
	if (!matcher_compile(index->names, &names, e) ||
	    !matcher_compile(index->skeletons, &skeletons, e)) {
		brand_index_free(index);
		return err_wrap(e, "names of brands");
	}
	*out = index;
	return true;
}

/* What was added is forgotten: it is in the bytes. */
static bool
open_names(struct matcher **m, struct str bytes, uint32_t ids, struct err *e)
{
	matcher_free(*m);
	*m = NULL;
	if (!matcher_open(m, bytes, e))
		return false;
	return matcher_ids_below(*m, ids) ||
	    err_set(e, "a name of no brand");
}

bool
brand_index_open(struct brand_index **out, const pack_list *packs,
    const struct brand_names *names, struct err *e)
{
	struct brand_index *index = index_new(packs);
	uint32_t ids = (uint32_t)index->name_brand.n;

	if (!open_names(&index->names, names->names, ids, e) ||
	    !open_names(&index->skeletons, names->skeletons, ids, e)) {
		brand_index_free(index);
		return err_wrap(e, "names of brands");
	}
	*out = index;
	return true;
}

struct brand_names
brand_index_names(const struct brand_index *index)
{
	return (struct brand_names){
		.names = matcher_bytes(index->names),
		.skeletons = matcher_bytes(index->skeletons),
	};
}

void
brand_index_free(struct brand_index *index)
{
	if (index == NULL)
		return;
	matcher_free(index->names);
	matcher_free(index->skeletons);
	arena_free(index->arena);
}

const struct brand_domain *
brand_index_domain(const struct brand_index *index, struct str name)
{
	const uint32_t *first = map_get(&index->domain_names, name);

	return first == NULL ? NULL : &index->domains.at[*first];
}

const struct brand_domain *
brand_index_next(const struct brand_index *index,
    const struct brand_domain *after)
{
	return after->next == UINT32_MAX ? NULL
	    : &index->domains.at[after->next];
}

bool
brand_index_up(struct str host, struct str *name)
{
	struct str above, label;

	if (name->p == NULL) {
		*name = host;
		return host.n != 0;
	}
	if (!str_cut(*name, '.', &label, &above))
		return false;
	*name = above;
	return above.n != 0;
}

/* "/kagoya" covers "/kagoya" and "/kagoya/x", not "/kagoyama". */
static bool
covers(struct str front, struct str path)
{
	if (front.n == 0)
		return true;
	if (!str_case_starts(path, front))
		return false;
	return path.n == front.n || path.p[front.n] == '/' ||
	    front.p[front.n - 1] == '/';
}

enum realm
brand_index_realm(const struct brand_index *index, uint32_t brand,
    struct str host, struct str path)
{
	enum realm realm = REALM_FOREIGN;
	struct str name = { NULL, 0 };

	while (realm == REALM_FOREIGN && brand_index_up(host, &name)) {
		const struct brand_domain *d = brand_index_domain(index,
		    name);

		for (; d != NULL; d = brand_index_next(index, d)) {
			if (d->brand == brand && d->realm < realm &&
			    (!d->is_exact || name.n == host.n) &&
			    covers(d->path, path))
				realm = d->realm;
		}
	}
	return realm;
}

static bool
does_own(const struct brand_domain *d, bool is_itself)
{
	return d->path.n == 0 && (is_itself ||
	    (!d->is_exact && d->realm != REALM_CUSTOMER));
}

bool
brand_index_owns(const struct brand_index *index, struct str host)
{
	const struct brand_domain *d;
	struct str name = { 0 };

	while (brand_index_up(host, &name)) {
		for (d = brand_index_domain(index, name); d != NULL;
		    d = brand_index_next(index, d)) {
			if (does_own(d, name.n == host.n))
				return true;
		}
	}
	return false;
}
